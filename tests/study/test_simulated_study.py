"""Simulated patrols taken the whole way: what is written, where, and where it is refused."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from patrolwise.cli.__main__ import main
from patrolwise.errors import InputError
from patrolwise.files.hot_spot_sets import read_hot_spot_set
from patrolwise.study import patrol_writing
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.simulated_study import (
    SIMULATED_STUDY_STEPS,
    check_simulated_folder,
    tell_simulated_study,
    write_simulated_study,
)

WEEK = SimulationRule(weeks=1, refresh_s=60.0)


@pytest.fixture(scope="module")
def spots(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spots") / "town"
    write_simulated_programme(folder, WEEK)
    return read_hot_spot_set(folder / "hot-spots.geojson")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Leave out the drawing of reports, which takes most of the time; other tests look at it."""
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>report</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF")


def write(folder, spots, rule=WEEK, progress=lambda step: None):
    return write_simulated_study(folder, rule, spots, progress=progress)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_is_the_programme_and_the_study_that_the_commands_would_make(spots, tmp_path, capsys):
    steps = []
    results = write(tmp_path / "all", spots, progress=steps.append)
    assert len(steps) == SIMULATED_STUDY_STEPS
    assert results.is_simulated
    write_simulated_programme(tmp_path / "by-hand", WEEK, spots)
    programme = tmp_path / "by-hand" / "programme.toml"
    assert main(["dose", str(programme), "--out", str(tmp_path / "by-hand/report")]) == 0
    capsys.readouterr()
    assert contents(tmp_path / "all") == contents(tmp_path / "by-hand")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all", "by-hand"]


def test_every_table_of_the_report_says_that_it_is_simulated(spots, tmp_path):
    write(tmp_path / "all", spots)
    tables = list((tmp_path / "all/report").glob("*.csv"))
    assert tables
    for path in tables:
        assert pl.read_csv(path, infer_schema=False)["simulated"].eq("true").all(), path.name


def test_a_folder_of_its_own_is_written_again_and_what_else_lies_there_is_left(spots, tmp_path):
    write(tmp_path, spots)
    (tmp_path / "notes.txt").write_text("mine")
    seeded = replace(WEEK, seed=2)
    write(tmp_path, spots, seeded)
    write(tmp_path / "fresh", spots, seeded)
    fresh = contents(tmp_path / "fresh")
    assert {name: contents(tmp_path)[name] for name in fresh} == fresh
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_simulated_patrols_are_not_put_beside_others(spots, tmp_path):
    (tmp_path / "fixes.parquet").write_bytes(b"real")
    with pytest.raises(InputError, match="not marked as simulated"):
        write(tmp_path, spots)
    assert contents(tmp_path) == {"fixes.parquet": b"real"}


def test_an_empty_or_absent_folder_will_do_and_a_file_will_not(tmp_path):
    check_simulated_folder(tmp_path)
    check_simulated_folder(tmp_path / "absent")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be read: Not a directory"):
        check_simulated_folder(tmp_path / "file")


def test_a_folder_that_cannot_be_made_is_told(spots, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="all cannot be written: File exists"):
        write(tmp_path / "file" / "all", spots)


def test_nothing_is_left_behind_when_the_study_fails(spots, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise InputError("no report")

    monkeypatch.setattr(patrol_writing, "build_patrol_document", fail)
    with pytest.raises(InputError, match="no report"):
        write(tmp_path / "all", spots)
    assert list(tmp_path.iterdir()) == []


def test_three_lines_tell_what_was_made_and_where(spots, tmp_path):
    results = write(tmp_path / "all", spots)
    first, second, third = tell_simulated_study(results, Path("here")).splitlines()
    assert first == (
        "! SIMULATED DATA: no patrol in this report took place. "
        "Trackers of 7 days were made up, in the hot spots above."
    )
    for total in results.totals:
        assert f"{total.service} {total.patrol_min:,.0f} min" in second
        assert f"met on {total.days_met} of {total.days_planned} hot-spot days" in second
    assert third.startswith("  Written to here: programme.toml")
