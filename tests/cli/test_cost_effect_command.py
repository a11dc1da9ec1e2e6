"""`patrolwise cost-effect`: from a programme file to a terminal, a document and a report."""

import json

import pytest

from patrolwise.cli.__main__ import main

from ..study.day_worlds import make_world
from ..study.programme_worlds import COSTS, LOT, OUTREACH_COSTS, OUTREACH_DAYS, POLICE_DAYS, declare


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    world = make_world(
        tmp_path_factory.mktemp("town"), is_drawn=True, outreach=True, ratio=0.5, seed=4
    )
    return declare(world, POLICE_DAYS, LOT, OUTREACH_DAYS, COSTS, OUTREACH_COSTS)


def test_it_tells_the_price_break_even_and_what_is_not_shown(programme, tmp_path, capsys):
    assert main(["cost-effect", str(programme), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "SIMULATED" in told
    assert "police: £" in told
    assert "Breaks even at" in told
    assert "of crime prevented for each pound paid" in told
    assert "outreach: Not shown to prevent crime" in told
    assert "A minute cost £3.38 by police and £2.28 by outreach: 48.2 % more." in told
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["cost-effect.json", "report.html", "report.pdf"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "T7. Pounds for each crime" in page


def test_json_holds_the_same(programme, capsys):
    assert main(["cost-effect", str(programme), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "patrolwise.cost-effects/1"
    first = document["records"][0]
    assert first["pounds_each_low"] < first["pounds_each"] < first["pounds_each_high"]
    assert first["planned"]["status"] == "exploratory"
    assert document["rates"][0]["percent"] == pytest.approx(48.2, abs=0.1)


def test_a_programme_without_costs_is_told_what_to_add(programme, capsys):
    plain = programme.with_name("plain.toml")
    plain.write_text(
        programme.read_text(encoding="utf-8").partition("[costs]")[0], encoding="utf-8"
    )
    assert main(["cost-effect", str(plain)]) == 10
    assert "has no [costs]" in capsys.readouterr().err
