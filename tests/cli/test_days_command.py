"""`patrolwise days`: from files to a terminal, a document and a report."""

import json

import pytest

from patrolwise.cli.__main__ import main

from ..study.day_worlds import make_world
from ..study.programme_worlds import POLICE_DAYS, declare, forget_times


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


# --- a programme file -----------------------------------------------------------------------------


def test_a_programme_alone_is_compared_as_its_parts_say(world, tmp_path, capsys):
    path = declare(world, POLICE_DAYS)
    assert main(["days", str(path), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "Days with and without patrol of police" in told
    assert f"Written: {tmp_path / 'out' / 'report.pdf'}" in told
    document = json.loads((tmp_path / "out" / "days.json").read_text(encoding="utf-8"))
    assert document["schema"] == "patrolwise.programme-days/1"
    assert document["results"][0]["definition"] == "all-crime@1"
    assert main(["days", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == document


def test_what_is_refused_of_a_programme_is_told_and_is_no_error(tmp_path, capsys):
    own = make_world(tmp_path)
    forget_times(own)
    assert main(["days", str(declare(own, POLICE_DAYS))]) == 0
    told = capsys.readouterr().out
    assert told.startswith("! No comparison of days: police, All recorded crime, all day.")
    assert "only a month" in told


def test_options_that_a_programme_would_pass_over_are_refused(world, capsys):
    path = str(declare(world, POLICE_DAYS))
    assert main(["days", path, "--hours", "14", "20", "--least-min", "5"]) == 10
    told = capsys.readouterr().err
    assert "--hours goes with crime files" in told
    assert "--least-min goes with crime files" in told


def test_crime_files_need_the_other_options(world, capsys):
    assert main(["days", str(world.crimes), "--service", "police"]) == 10
    told = capsys.readouterr().err
    assert "--areas is missing" in told
    assert "--service is missing" not in told
    assert "a programme.toml alone" in told


def test_events_are_allowed_for(world, tmp_path, capsys):
    events = tmp_path / "events.csv"
    events.write_text("day,event\n2024-08-26,bank holiday\n", encoding="utf-8")
    assert main(words(world, "--events", str(events), "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["events"] == ["bank holiday"]
    assert "events.csv" in [file["name"] for file in document["made"]["inputs"]]
