"""results.json and the reports: valid, the same bytes each time, whole or not at all."""

import json
import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

import patrolwise.study.writing as writing
from patrolwise.errors import InputError, MissingExtraError
from patrolwise.study.schema import results_schema
from patrolwise.study.writing import results_document, write_results

NAMES = [
    "plain.html",
    "plain.pdf",
    "practice-bank.docx",
    "report.html",
    "report.pdf",
    "results.json",
]


@pytest.fixture(scope="module")
def results(evaluated):
    return evaluated


@pytest.fixture(scope="module")
def written(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "deep" / "report"
    steps = []
    paths = write_results(results, out, progress=steps.append)
    assert len(steps) == writing.WRITING_STEPS
    assert sorted(path.name for path in paths) == NAMES
    return out


def quick_reports(monkeypatch):
    monkeypatch.setattr(writing, "make_report_html", lambda results: "<p>new</p>")
    monkeypatch.setattr(writing, "make_report_pdf", lambda results: b"%PDF-new")


def test_all_files_are_there_and_nothing_else(written):
    assert sorted(path.name for path in written.iterdir()) == NAMES
    assert (written / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (written / "report.html").read_text(encoding="utf-8").lstrip().startswith("<!doctype")


def test_results_validate_against_their_schema(written):
    schema = results_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(
        json.loads((written / "results.json").read_text(encoding="utf-8"))
    )


def test_the_schema_refuses_what_is_missing_unknown_or_of_another_kind(results):
    validator = Draft202012Validator(results_schema())
    document = json.loads(json.dumps(results_document(results)))
    assert validator.is_valid(document)
    for change in (
        {"title": 3},
        {"schema": "patrolwise.results/2"},
        {"surprise": 1},
        {"guards": [{"id": "x"}]},
        {"outcomes": [{**document["outcomes"][0], "before": 1.5}]},
    ):
        assert not validator.is_valid({**document, **change})
    del document["before"]
    assert not validator.is_valid(document)


def test_the_schema_says_what_severities_and_pairs_there_are():
    schema = results_schema()
    guard = schema["properties"]["guards"]["items"]
    assert guard["properties"]["severity"] == {"enum": ["red", "amber", "note"]}
    point = schema["properties"]["shapes"]["items"]["properties"]["rings"]["items"]["items"]
    assert point == {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]}
    window = schema["properties"]["selection_window"]
    assert {"type": "null"} in window["anyOf"]


def test_the_same_programme_twice_gives_identical_bytes(fallen, written, tmp_path):
    write_results(fallen.evaluate(), tmp_path / "again", progress=lambda what: None)
    for name in NAMES:
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes(), name


def test_nothing_of_the_machine_or_the_clock_is_inside(fallen, written):
    text = (written / "results.json").read_text(encoding="utf-8")
    html = (written / "report.html").read_text(encoding="utf-8")
    for told in (text, html):
        assert str(fallen.folder) not in told
        assert str(fallen.folder.parent) not in told
    assert not re.search(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", text)
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    assert [s for s in strings if s.startswith(("/", "C:\\", "~"))] == []


def test_a_number_that_json_cannot_hold_is_null(results):
    estimate = replace(results.outcomes[0].estimates[0], high=float("inf"), low=float("nan"))
    outcome = replace(results.outcomes[0], estimates=(estimate,))
    document = results_document(replace(results, outcomes=(outcome,)))
    told = document["outcomes"][0]["estimates"][0]
    assert (told["low"], told["high"]) == (None, None)
    assert told["value"] == estimate.value
    json.dumps(document, allow_nan=False)


def test_when_the_pdf_fails_the_old_files_stand_and_nothing_is_left(results, tmp_path, monkeypatch):
    quick_reports(monkeypatch)
    write_results(results, tmp_path, progress=lambda what: None)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(results):
        raise MissingExtraError("no typst")

    monkeypatch.setattr(writing, "make_report_html", lambda results: "<p>newer</p>")
    monkeypatch.setattr(writing, "make_report_pdf", fail)
    with pytest.raises(MissingExtraError):
        write_results(replace(results, title="Newer"), tmp_path, progress=lambda what: None)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_when_the_pdf_fails_no_folder_is_made(results, tmp_path, monkeypatch):
    quick_reports(monkeypatch)
    monkeypatch.setattr(writing, "make_report_pdf", lambda results: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_results(results, tmp_path / "out", progress=lambda what: None)
    assert list(tmp_path.iterdir()) == []


def test_old_files_are_replaced_and_others_are_left_alone(results, tmp_path, monkeypatch):
    quick_reports(monkeypatch)
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_results(results, tmp_path, progress=lambda what: None)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "<p>new</p>"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == len(NAMES) + 1


def test_when_the_disk_refuses_half_way_no_temporary_folder_is_left(results, tmp_path, monkeypatch):
    quick_reports(monkeypatch)

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "replace", full)
    with pytest.raises(InputError, match=r"No space left on device\. Give another folder"):
        write_results(results, tmp_path, progress=lambda what: None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(results, tmp_path, monkeypatch):
    quick_reports(monkeypatch)
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="cannot be written to"):
            write_results(results, out, progress=lambda what: None)
