"""How texts and results files are read to be held against each other."""

import json
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

from patrolwise.claims.claim_records import ClaimReport, JudgedClaim, ResultsRead, TrapFinding
from patrolwise.errors import InputError, RefusedError
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.patrol_results import PatrolResults
from patrolwise.study.claim_check import check_claims, claims_schema, summarise_claims
from patrolwise.study.integrity import seal_document

CLAIMS = Path(__file__).parents[1] / "published" / "claims"
RESULTS = CLAIMS / "results.json"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_the_document_is_as_its_schema_says():
    document = summarise_claims(check_claims([CLAIMS / "force-news.txt"], [RESULTS]))
    schema = claims_schema()
    assert document["schema"] == schema["properties"]["schema"]["const"]
    assert list(document) == schema["required"] == [f.name for f in fields(ClaimReport)]
    records = (("results", ResultsRead), ("claims", JudgedClaim), ("traps", TrapFinding))
    for member, record in records:
        assert document[member]
        items = schema["properties"][member]["items"]
        assert items["additionalProperties"] is False
        for one in document[member]:
            assert list(one) == items["required"] == [f.name for f in fields(record)]
    for member in ("claims", "traps"):
        verdicts = schema["properties"][member]["items"]["properties"]["verdict"]["enum"]
        assert {one["verdict"] for one in document[member]} <= set(verdicts)


def test_the_published_schema_is_that_of_the_code_and_takes_a_document():
    jsonschema = pytest.importorskip("jsonschema")
    page = Path(__file__).parents[2] / "docs" / "reference" / "claims.schema.json"
    schema = json.loads(page.read_text(encoding="utf-8"))
    assert schema == claims_schema()
    everything = [RESULTS, CLAIMS / "days.json", CLAIMS / "patrols.json"]
    report = check_claims([CLAIMS / "practice-note.txt"], everything)
    plain = json.loads(json.dumps(summarise_claims(report)))
    jsonschema.validate(plain, schema)


def test_the_documents_of_days_and_patrols_of_these_tests_have_the_members_of_their_records():
    for name, record in (
        ("days.json", DayResults),
        ("drawn.json", DayResults),
        ("patrols.json", PatrolResults),
    ):
        written = json.loads((CLAIMS / name).read_text(encoding="utf-8"))
        assert set(written) <= {field.name for field in fields(record)}


def test_all_files_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "zeros.txt").write_bytes(b"a\0b")
    names = ("latin.txt", "zeros.txt", "none.md", "a.docx", "a.pdf", "a.doc", "a.xyz")
    with pytest.raises(InputError, match="8 faults") as caught:
        check_claims([tmp_path / name for name in names], [tmp_path / "results.json"])
    told = str(caught.value)
    for part in (
        "latin.txt is not UTF-8",
        "zeros.txt holds no text",
        "none.md cannot be read",
        "a.docx cannot be read",
        "a.pdf is a PDF, which keeps letters but not sentences. Give the file that it was made",
        "a.doc is an old Word file. Open it and save it as .docx.",
        "a.xyz is of another kind: give plain text, Markdown, Word or OpenDocument",
        "results.json cannot be read",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ("[]", "no results document"),
        ("{}", "says schema None. Give one of: patrolwise.results/1"),
        ('{"schema": "patrolwise.patrols/1"}', "lacks a member .* with patrolwise dose"),
        ('{"schema": "patrolwise.patrol-days/1"}', "lacks a member .* with patrolwise days"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_no_results_document_is_refused(tmp_path, text, told):
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        check_claims([CLAIMS / "told-well.txt"], [tmp_path / "results.json"])


def test_results_that_were_altered_by_one_digit_support_nothing(tmp_path):
    altered = RESULTS.read_text(encoding="utf-8").replace("252", "253", 1)
    (tmp_path / "results.json").write_text(altered, encoding="utf-8")
    with pytest.raises(RefusedError, match="not as it was written"):
        check_claims([CLAIMS / "told-well.txt"], [tmp_path / "results.json"])


def test_days_without_a_hash_are_read_and_said_to_have_none_but_an_altered_hash_is_refused(
    tmp_path,
):
    text = tmp_path / "a.txt"
    text.write_text("Crime was 23% lower on days with patrol.", encoding="utf-8")
    (read,) = check_claims([text], [CLAIMS / "days.json"]).results
    assert (read.is_sealed, read.is_simulated) == (False, True)
    sealed = seal_document(json.loads((CLAIMS / "days.json").read_text(encoding="utf-8")))
    (tmp_path / "days.json").write_text(json.dumps(sealed), encoding="utf-8")
    assert check_claims([text], [tmp_path / "days.json"]).results[0].is_sealed
    (tmp_path / "days.json").write_text(json.dumps({**sealed, "service": "x"}), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"days\.json is not as it was written"):
        check_claims([text], [tmp_path / "days.json"])


def test_two_results_of_one_name_are_told_apart_by_their_folders(tmp_path):
    (tmp_path / "results.json").write_bytes(RESULTS.read_bytes())
    report = check_claims([CLAIMS / "told-well.txt"], [RESULTS, tmp_path / "results.json", RESULTS])
    names = [str(RESULTS), str(tmp_path / "results.json")]
    assert [read.name for read in report.results] == names


def test_places_are_lines_and_columns_of_the_number_or_paragraphs_of_a_word_file(tmp_path):
    plain = tmp_path / "a.md"
    plain.write_text("# Title\n\nIn *all*\n  `ASB` fell by\n39 %. Then **12 %** more.\n", "utf-8")
    word = tmp_path / "a.docx"
    body = "".join(f"<w:p><w:r><w:t>{t}</w:t></w:r></w:p>" for t in ("Title", "ASB fell by 39 %."))
    with zipfile.ZipFile(word, "w") as file:
        text = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        file.writestr("word/document.xml", text)
    claims = check_claims([plain, word], [RESULTS]).claims
    assert [(c.place, c.line, c.column, c.number) for c in claims] == [
        ("5:1", 5, 1, "39 %"),
        ("5:14", 5, 14, "12 %"),
        ("paragraph 2", None, None, "39 %"),
    ]
