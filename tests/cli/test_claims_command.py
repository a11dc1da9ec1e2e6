"""`patrolwise claims`, as it is typed."""

import json
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main

from ..study.day_worlds import make_world

CLAIMS = Path(__file__).parents[1] / "published" / "claims"
RESULTS = str(CLAIMS / "results.json")


def test_a_clean_text_ends_with_code_0_and_each_number(capsys):
    code = main(["claims", str(CLAIMS / "told-well.txt"), "--results", RESULTS])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "  3:8  seven: SUPPORTED\n" in out
    assert "    evidence: before and after with comparison areas; exploratory\n" in out
    assert out.endswith("9 claims: 8 supported, 1 undefined. Traps: 0.\n")


def test_a_wrong_claim_ends_with_code_1_and_json_holds_all_of_it(capsys):
    files = [str(CLAIMS / name) for name in ("force-news.txt", "practice-note.txt")]
    code = main(["claims", *files, "--results", RESULTS, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert document["schema"] == "patrolwise.claims/1"
    assert document["files"] == files
    assert "wrong" in {claim["verdict"] for claim in document["claims"]}


def test_several_results_are_given_after_one_another_or_again(tmp_path, capsys):
    text = tmp_path / "release.txt"
    text.write_text("The outreach made 37 visits.\n", encoding="utf-8")
    more = [str(CLAIMS / name) for name in ("days.json", "patrols.json")]
    one = ["claims", str(text), "--results", RESULTS, *more]
    again = ["claims", str(text), "--results", RESULTS, "--results", more[0], "--results", more[1]]
    assert main(one) == 0
    first = capsys.readouterr().out
    assert main(again) == 0
    assert capsys.readouterr().out == first
    assert "figure: 37 (patrols.json: totals[0].visits)" in first
    assert "no hash in it" in " ".join(first.split())
    assert max(len(line) for line in first.splitlines() if "/" not in line) <= 80


def test_what_patrolwise_days_has_just_written_is_read(tmp_path, capsys):
    world = make_world(tmp_path)
    files = (world.crimes, "--mapping", world.mapping, "--areas", world.areas)
    asked = ("--doses", world.doses, "--service", "police", "--definition", "all-crime", "--json")
    assert main(["days", *map(str, files), *map(str, asked)]) == 0
    (tmp_path / "days.json").write_text(capsys.readouterr().out, encoding="utf-8")
    text = tmp_path / "release.txt"
    text.write_text("Crime was 23% lower on days with patrol.\n", encoding="utf-8")
    assert main(["claims", str(text), "--results", str(tmp_path / "days.json"), "--json"]) == 0
    (claim,) = json.loads(capsys.readouterr().out)["claims"]
    assert (claim["verdict"], claim["figure"]) == ("supported", "headline.change")
    assert claim["grade"].startswith("days that are alike exchanged, none drawn by lot")
    assert claim["place"] == "1:11"


def test_an_altered_results_file_ends_with_code_11_and_a_pdf_with_10(tmp_path, capsys):
    text = str(CLAIMS / "told-well.txt")
    altered = tmp_path / "results.json"
    altered.write_text(Path(RESULTS).read_text("utf-8").replace("252", "253", 1), "utf-8")
    assert main(["claims", text, "--results", str(altered)]) == 11
    assert main(["claims", str(tmp_path / "release.pdf"), "--results", RESULTS]) == 10
    assert "release.pdf is a PDF" in capsys.readouterr().err


def test_a_results_file_must_be_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["claims", "release.txt"])
    assert stopped.value.code == 2
    assert "--results" in capsys.readouterr().err
