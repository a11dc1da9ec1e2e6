"""`patrolwise claims`, as it is typed."""

import json
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main

CLAIMS = Path(__file__).parents[1] / "published" / "claims"
RESULTS = str(CLAIMS / "results.json")


def test_a_clean_text_ends_with_code_0_and_a_table(capsys):
    code = main(["claims", str(CLAIMS / "told-well.txt"), "--results", RESULTS])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert out.endswith("9 numbers: 8 supported, 1 undefined. Traps: 0.\n")


def test_a_wrong_claim_ends_with_code_1_and_json_holds_all_of_it(capsys):
    files = [str(CLAIMS / name) for name in ("force-news.txt", "practice-note.txt")]
    code = main(["claims", *files, "--results", RESULTS, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert document["schema"] == "patrolwise.claims/1"
    assert document["files"] == files
    assert "wrong" in {claim["verdict"] for claim in document["claims"]}


def test_a_results_file_must_be_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["claims", "release.txt"])
    assert stopped.value.code == 2
    assert "--results" in capsys.readouterr().err
