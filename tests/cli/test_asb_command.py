"""`patrolwise asb check`: counts and lines, and no value of any row."""

import json
from importlib.resources import files

import pytest

from patrolwise.cli.__main__ import main

MAPPING = """
zone = "Europe/London"
time_format = "%d/%m/%Y %H:%M"
[columns]
incident_id = "Ref"
reported_at = "Reported"
category = "Type"
[victims]
victim_id = "Complainant ID"
name = "Complainant"
"""
ROWS = """Ref,Reported,Type,Complainant ID,Complainant,Beat
AX-991,01/06/2026 14:30,noise,V771,Ahmed Khan,NH12
AX-992,02/06/2026 14:30,wibble,V771,Ahmed Khan,NH12
AX-993,soon,noise,V772,Sarah Jones,NH13
AX-994,,noise,V772,Sarah Jones,NH13
"""
VALUES = ("AX-99", "V77", "Ahmed", "Khan", "Sarah", "Jones", "wibble", "soon", "NH1", "14:30")


@pytest.fixture
def words(tmp_path):
    (tmp_path / "asb.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "asb.toml").write_text(MAPPING, encoding="utf-8")
    return ["asb", "check", str(tmp_path / "asb.csv"), "--mapping", str(tmp_path / "asb.toml")]


def test_the_report_tells_counts_and_lines_and_no_value_of_a_row(words, capsys):
    assert main(words) == 0
    told = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in told.splitlines()]
    for line in (
        "Rows read 4 2026-06-01 to 2026-06-02",
        "Rows kept 2",
        "Rows dropped: no time of report 1 line 5",
        "Rows dropped: a time of report that does not fit time_format 1 line 4",
        "In rows kept, a category that [categories] leads nowhere is left out 1 line 3",
        "Repeats 1 second or later report of a victim in 12 months; by codes alone",
        "Category: noise 1",
        "Victims, by code 1",
        "Subjects, by code 0",
        "Column not read Beat",
    ):
        assert line in lines
    assert not [value for value in VALUES if value in told]


def test_the_same_as_json(words, capsys):
    assert main([*words, "--json"]) == 0
    told = capsys.readouterr().out
    document = json.loads(told)
    assert document["schema"] == "patrolwise.asb-quality/1"
    assert {"what": "Rows kept", "count": 2, "note": ""} in document["lines"]
    assert not [value for value in VALUES if value in told]


def test_a_column_of_people_is_refused_without_a_word_of_it(words, tmp_path, capsys):
    mapping = tmp_path / "asb.toml"
    mapping.write_text(MAPPING.replace('name = "Complainant"', ""), encoding="utf-8")
    assert main(words) == 11
    told = capsys.readouterr().err
    assert "Complainant hold(s) people's names" in told
    assert not [value for value in VALUES if value in told]


def test_many_lines_are_told_by_the_first_of_them(words, tmp_path, capsys):
    rows = "".join(f"B{n},,noise,,,\n" for n in range(9))
    (tmp_path / "asb.csv").write_text(ROWS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    assert main(words) == 0
    assert "9  line 2, 3, 4, 5, 6 …" in capsys.readouterr().out


def test_a_partnership_makes_its_keys_signs_its_instrument_and_anybody_verifies(tmp_path, capsys):
    demo = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_text("utf-8")
    own = tmp_path / "city-1.toml"
    own.write_text(
        demo.replace('id = "demo"', 'id = "city"').replace("is_demo = true", "is_demo = false"),
        encoding="utf-8",
    )
    keys = tmp_path / "keys"
    assert main(["asb", "key", "--partnership", "Leicester City", "--out", str(keys)]) == 0
    assert main(["asb", "sign", str(own), "--key", str(keys / "leicester-city.key")]) == 0
    capsys.readouterr()
    assert main(["asb", "verify", str(own), "--keys", str(keys)]) == 0
    assert "city@1, signed by leicester-city; it may be used with people" in capsys.readouterr().out
    assert main(["asb", "verify", str(own), "--keys", str(keys), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signed_by"] == "leicester-city"
    own.write_text(own.read_text("utf-8").replace("weight = 5", "weight = 4", 1), encoding="utf-8")
    assert main(["asb", "verify", str(own), "--keys", str(keys)]) == 11
    assert "changed after signing" in capsys.readouterr().err


def test_options_that_do_not_go_together_are_told_at_once(capsys):
    assert main(["asb", "check", "x.csv", "--keys", "k", "--partnership", "p"]) == 10
    told = capsys.readouterr().err
    for fault in ("check needs --mapping", "--partnership does not go", "--keys does not go"):
        assert fault in told
    assert main(["asb", "sign"]) == 10
    assert "sign needs a file" in capsys.readouterr().err
