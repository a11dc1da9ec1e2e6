"""How texts and a results file are read to be held against each other."""

from dataclasses import fields
from pathlib import Path

import pytest

from patrolwise.claims.claim_records import ClaimReport, JudgedClaim, TrapFinding
from patrolwise.errors import InputError, RefusedError
from patrolwise.study.claim_check import check_claims, claims_schema, summarise_claims

CLAIMS = Path(__file__).parents[1] / "published" / "claims"
RESULTS = CLAIMS / "results.json"


def test_the_document_is_as_its_schema_says():
    document = summarise_claims(check_claims([CLAIMS / "force-news.txt"], RESULTS))
    schema = claims_schema()
    assert document["schema"] == schema["properties"]["schema"]["const"]
    assert list(document) == schema["required"] == [f.name for f in fields(ClaimReport)]
    for member, record in (("claims", JudgedClaim), ("traps", TrapFinding)):
        assert document[member]
        items = schema["properties"][member]["items"]
        assert items["additionalProperties"] is False
        for one in document[member]:
            assert list(one) == items["required"] == [f.name for f in fields(record)]
            assert one["verdict"] in items["properties"]["verdict"]["enum"]


def test_all_files_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    texts = [tmp_path / "latin.txt", tmp_path / "none.md", tmp_path / "release.docx"]
    with pytest.raises(InputError, match="4 faults") as caught:
        check_claims(texts, tmp_path / "results.txt")
    told = str(caught.value)
    for part in (
        "latin.txt is not UTF-8",
        "none.md cannot be read",
        "(.txt or .md)",
        "give results.json",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"), [("{", "is no JSON"), ("[]", "no results document"), ("{}", "got None")]
)
def test_a_file_that_is_no_results_document_is_refused(tmp_path, text, told):
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        check_claims([CLAIMS / "told-well.txt"], tmp_path / "results.json")


def test_results_that_were_altered_by_one_digit_support_nothing(tmp_path):
    altered = RESULTS.read_text(encoding="utf-8").replace("252", "253", 1)
    (tmp_path / "results.json").write_text(altered, encoding="utf-8")
    with pytest.raises(RefusedError, match="not as it was written"):
        check_claims([CLAIMS / "told-well.txt"], tmp_path / "results.json")
