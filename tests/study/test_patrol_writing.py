"""patrols.json, reports and tables: valid, the same bytes each time, whole or not at all."""

import json
from dataclasses import replace

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.study import patrol_writing
from patrolwise.study.patrol_study import describe_patrols
from patrolwise.study.patrol_writing import WRITING_STEPS, write_patrols
from patrolwise.study.schema import patrols_schema
from patrolwise.study.writing import make_plain
from patrolwise.tables import DEVICE_DAYS, DOSES, UNIT_VISITS, VISITS

from .patrol_worlds import MONDAY, crew, quiet_world, stand

TABLES = {
    "visits.csv": VISITS,
    "unit-visits.csv": UNIT_VISITS,
    "doses.csv": DOSES,
    "device-days.csv": DEVICE_DAYS,
}
NAMES = sorted(
    ["compliance.csv", "copresence.csv", "patrols.json", "report.html", "report.pdf", *TABLES]
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    world = quiet_world(tmp_path_factory.mktemp("world"))
    world.fixes.append(stand("d2", MONDAY, ("north", 30, 10), ("away", 41, 60)))
    world.crews.append(crew("p1", "police", MONDAY, "d2"))
    world.tracking = {"separated": '["outreach", "police"]'}
    return world.tables()


@pytest.fixture(scope="module")
def written(tables, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "deep" / "report"
    steps = []
    paths = write_patrols(describe_patrols(tables), tables, out, progress=steps.append)
    assert len(steps) == WRITING_STEPS
    assert sorted(path.name for path in paths) == NAMES
    return out


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>new</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF-new")


def test_all_files_are_there_and_nothing_else(written):
    assert sorted(path.name for path in written.iterdir()) == NAMES
    assert (written / "report.pdf").read_bytes().startswith(b"%PDF")
    page = (written / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype")
    assert "Two streets" in page


def test_results_validate_against_their_schema(written):
    schema = patrols_schema()
    Draft202012Validator.check_schema(schema)
    document = json.loads((written / "patrols.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    validator.validate(document)
    assert schema["properties"]["schema"] == {"const": "patrolwise.patrols/1"}
    for change in ({"title": 3}, {"surprise": 1}, {"days": [{"day": "2024-06-03"}]}):
        assert not validator.is_valid({**document, **change})
    del document["window"]
    assert not validator.is_valid(document)


def test_the_tables_are_those_of_the_study(tables, written):
    for name, declared in TABLES.items():
        table = pl.read_csv(written / name, infer_schema=False)
        assert table.columns == declared.names, name
    minutes = pl.read_csv(written / "doses.csv")["patrol_min"]
    assert minutes.sum() == tables.doses["patrol_min"].sum() > 0
    assert pl.read_csv(written / "compliance.csv").columns == tables.compliance.columns
    assert pl.read_csv(written / "copresence.csv").height == tables.copresence.height == 1


def test_the_same_programme_twice_gives_identical_bytes(tables, written, tmp_path):
    write_patrols(describe_patrols(tables), tables, tmp_path, progress=lambda what: None)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes(), name


def test_nothing_of_the_machine_is_inside(tables, written):
    folder = str(tables.programme.tracking.crews.parent)
    for name in ("patrols.json", "report.html"):
        assert folder not in (written / name).read_text(encoding="utf-8")


@pytest.mark.usefixtures("quick")
def test_simulated_tables_say_so_in_each_row(tables, tmp_path):
    results = replace(describe_patrols(tables), is_simulated=True)
    write_patrols(results, tables, tmp_path, progress=lambda what: None)
    for name in [*TABLES, "compliance.csv", "copresence.csv"]:
        table = pl.read_csv(tmp_path / name, infer_schema=False)
        assert table.columns[-1] == "simulated"
        assert table["simulated"].unique().to_list() == ["true"], name


@pytest.mark.usefixtures("quick")
def test_when_the_pdf_fails_the_old_files_stand_and_nothing_is_left(tables, tmp_path, monkeypatch):
    results = describe_patrols(tables)
    write_patrols(results, tables, tmp_path, progress=lambda what: None)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(document):
        raise MissingExtraError("no typst")

    monkeypatch.setattr(patrol_writing, "lay_out_pdf", fail)
    with pytest.raises(MissingExtraError):
        write_patrols(replace(results, title="Newer"), tables, tmp_path, progress=lambda what: None)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("quick")
def test_a_folder_that_cannot_be_written_to_is_told(tables, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written to"):
        write_patrols(
            describe_patrols(tables), tables, tmp_path / "file", progress=lambda what: None
        )


def test_numbers_that_json_cannot_hold_are_null(tables):
    results = describe_patrols(tables)
    odd = replace(results, doses=(replace(results.doses[0], high_min=float("inf")),))
    document = make_plain(odd)
    assert document["doses"][0]["high_min"] is None
    json.dumps(document, allow_nan=False)
