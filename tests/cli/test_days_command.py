"""`patrolwise days`: from files to a terminal, a document and a report."""

import json

import pytest

from patrolwise.cli.__main__ import main

from ..study.day_worlds import make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("days"))


def words(world, *more):
    files = (
        world.crimes,
        "--mapping",
        world.mapping,
        "--areas",
        world.areas,
        "--doses",
        world.doses,
    )
    return ["days", *map(str, files), "--service", "police", "--definition", "all-crime", *more]


def test_it_tells_the_comparison_and_writes_a_report(world, tmp_path, capsys):
    assert main(words(world, "--harm", "--out", str(tmp_path / "out"))) == 0
    told = capsys.readouterr().out
    assert "Days with and without patrol of police" in told
    assert "Whether the patrols did it, this design cannot say." in told
    assert f"Written: {tmp_path / 'out' / 'report.pdf'}" in told
    assert (tmp_path / "out" / "days.json").is_file()


def test_json_holds_hours_window_and_seed(world, capsys):
    window = ("--first", "2024-06-03", "--last", "2024-09-01", "--hours", "14", "20", "--seed", "3")
    assert main(words(world, *window, "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["hours"] == [14, 20]
    assert document["window"]["days"] == 91
    assert document["made"]["seed"] == 3
    assert document["is_drawn"] is False


def test_one_end_of_a_window_is_refused(world, capsys):
    assert main(words(world, "--first", "2024-06-03")) == 10
    assert "together, or neither" in capsys.readouterr().err


def test_open_data_is_refused_with_the_reason(world, tmp_path, capsys):
    mapping = world.mapping.read_text(encoding="utf-8").replace('time_from = "time_from"\n', "")
    mapping = mapping.replace('time_to = "time_to"\n', 'month = "month"\n')
    mapping = mapping.replace('time_format = "%Y-%m-%d %H:%M"\n', "")
    months = tmp_path / "months.toml"
    months.write_text(mapping, encoding="utf-8")
    lines = world.crimes.read_text(encoding="utf-8").splitlines()
    crimes = tmp_path / "crimes.csv"
    rows = [f"{line},2024-07" for line in lines[1:]]
    crimes.write_text("\n".join([f"{lines[0]},month", *rows]) + "\n", encoding="utf-8")
    given = words(world)
    given[given.index(str(world.crimes))] = str(crimes)
    given[given.index(str(world.mapping))] = str(months)
    assert main(given) == 11
    assert "only a month" in capsys.readouterr().err
