"""`patrolwise power`: what an evaluator asks before the start, and what is refused."""

import json
import re
import shlex
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "plan-the-sample-size.md"
SHOWN = re.compile(r"```text\npatrolwise (.*)\n```\n\n```text\n((?:(?!```).*\n)*)```")
QUICK = ["--hot-spots", "7", "--weeks", "12", "26", "--falls", "0.3"]


def test_it_tells_both_tables(capsys):
    assert main(["power", "--crimes-a-day", "0.4", "--dispersion", "2", *QUICK]) == 0
    told = capsys.readouterr().out
    assert "variance over mean 2.00" in told
    lines = [line.split() for line in told.splitlines()]
    assert ["7", "50%", "26", "455", "455", "364", "38%"] in lines
    assert ["7", "50%", "44"] in lines


def test_it_writes_tables_and_says_where(tmp_path, capsys):
    words = ["power", "--crimes-a-day", "0.4", *QUICK, "--out", str(tmp_path / "power")]
    assert main(words) == 0
    assert f"Written: {tmp_path / 'power' / 'power.json'}" in capsys.readouterr().out
    assert (tmp_path / "power" / "detectable.csv").is_file()


def test_json_holds_both_tables(capsys):
    words = ["--harm-mix", "1:0.9", "10:0.1", "--runs", "10", "--weeks", "8", "--falls", "0.9"]
    assert main(["power", "--crimes-a-day", "1", "--hot-spots", "4", *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "patrolwise.power/1"
    assert document["runs"] == 10
    assert document["plan"]["dispersion"] == 1.5
    assert document["detectable"][0]["method"] == "simulation"


def test_crimes_and_areas_give_level_and_spread(calm, geojson_of, tmp_path, capsys):
    areas = tmp_path / "areas.geojson"
    areas.write_text(geojson_of([(2, 2), (6, 6)]), encoding="utf-8")
    words = ["power", "--crimes", str(calm.folder / "street"), "--areas", str(areas)]
    words += ["--first", "2020-01-01", "--last", "2020-12-31", *QUICK]
    assert main(words) == 0
    assert "in 2 areas, by months." in capsys.readouterr().out
    assert main([*words, "--dispersion", "2.5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["plan"]["dispersion"] == 2.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give --crimes-a-day, or --crimes with --areas"),
        (["--crimes", "x"], "--crimes needs --areas"),
        (["--crimes", "x", "--crimes-a-day", "1"], "not both"),
        (["--crimes-a-day", "0.4", "--shares", "0.03"], "no whole weeks"),
    ],
)
def test_what_is_missing_or_wrong_is_said(words, said, capsys):
    assert main(["power", *words]) == 10
    assert said in capsys.readouterr().err


def test_a_mix_that_cannot_be_read_is_a_fault_of_the_command_line(capsys):
    with pytest.raises(SystemExit):
        main(["power", "--crimes-a-day", "1", "--harm-mix", "ten"])
    assert "write weight:share" in capsys.readouterr().err


def test_the_page_shows_what_the_command_prints(capsys):
    ((line, shown),) = SHOWN.findall(PAGE.read_text(encoding="utf-8"))
    assert main(shlex.split(line)) == 0
    assert capsys.readouterr().out == shown
