"""The public update: six figures with verdicts, released only when they bear its text out."""

import dataclasses
import json

import pytest

from patrolwise.claims.quarter_facts import make_quarter_facts
from patrolwise.cli.__main__ import main
from patrolwise.study import public_update
from patrolwise.study.reading import read_return_programme
from patrolwise.study.return_demo import write_return_demo
from patrolwise.study.return_figures import find_figures

QUARTER = "2024-Q2"
TRUE = """Partners made 50 patrols in the hot spots.

Anti-social behaviour fell from 1,500 to 1,272, 15.2% lower than in July to September 2023.
"""


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    return write_return_demo(tmp_path_factory.mktemp("worked"))


@pytest.fixture
def update(worked, tmp_path, capsys):
    """Return a runner, told a text or none: (exit code, what was said, what went wrong)."""

    def update(text=None, *more):
        words = ["update", worked, "--quarter", QUARTER, "--out", tmp_path / "out", *more]
        if text is not None:
            (tmp_path / "said.md").write_text(text, encoding="utf-8")
            words += ["--text", tmp_path / "said.md"]
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return update


def test_a_text_that_the_figures_bear_out_is_released_with_page_pdf_and_figures(update, tmp_path):
    code, out, err = update(TRUE)
    assert (code, err) == (0, "")
    assert out.endswith("update.html, update.pdf, update.json, claims.txt\n")
    page = (tmp_path / "out" / "update.html").read_text(encoding="utf-8")
    for told in ("Partners made 50 patrols", "could be chance", "clear fall", "too few to say",
                 "SIMULATED", "3,300 patrol-hours", "What we do not know"):  # fmt: skip
        assert told in page
    assert "257" not in page  # no percentage of 14
    assert (tmp_path / "out" / "update.pdf").read_bytes().startswith(b"%PDF")
    told = json.loads((tmp_path / "out" / "update.json").read_text(encoding="utf-8"))
    assert len(told["figures"]) == 6
    assert "4 claims: 4 supported" in (tmp_path / "out" / "claims.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Serious violence fell from 1,190 to 1,090 thanks to our patrols.", "cannot show a cause"),
        ("Anti-social behaviour fell by 20 %, from 1,500.", "the results say −15.2 %"),
        ("Serious violence fell from 1,190 to 1,090.", "could be chance, and the text does not"),
        ("Patrols by partners rose by 257 %.", "A percentage without its counts"),
    ],
)
def test_a_text_that_they_do_not_bear_out_is_refused_with_one_that_would_be_true(
    update, tmp_path, text, told
):
    code, _, err = update(text)
    assert code == 11
    assert told in err
    assert "Write: " in err
    assert not (tmp_path / "out").exists()


def test_a_number_of_another_thing_is_left_to_people(update, monkeypatch):
    monkeypatch.setattr(public_update, "lay_out_html", lambda _: "<p>page</p>")
    monkeypatch.setattr(public_update, "lay_out_pdf", lambda _: b"%PDF")
    assert update("The fund paid twelve providers.")[0] == 0
    code, out, _ = update(None, "--json")
    assert (code, json.loads(out)["said"]) == (0, [])
    assert update(" \n")[0] == 0


def test_of_nothing_before_there_is_no_percentage_to_quote(worked):
    found = find_figures(read_return_programme(worked), QUARTER)
    none = dataclasses.replace(found.judged[0], then=0)
    facts = make_quarter_facts(dataclasses.replace(found, judged=(none,)))
    assert [(one.role, one.value) for one in facts.figures] == [
        ("before", 0), ("after", 6800), ("difference", 6800),
    ]  # fmt: skip


def test_who_prepared_it_does_not_release_it(worked, update, tmp_path):
    text = worked.read_text(encoding="utf-8")
    for name, told in (
        ("Analyst ", "Analyst prepared and approved it"),
        ("", "must both be given"),
    ):
        worked.write_text(text.replace("programme lead", name), encoding="utf-8")
        code, _, err = update()
        assert code == 11
        assert told.casefold() in err.casefold()
    worked.write_text(text, encoding="utf-8")
    code, _, err = update(None, "--text", tmp_path / "none.md")
    assert code == 10
    assert "cannot be read as text" in err
