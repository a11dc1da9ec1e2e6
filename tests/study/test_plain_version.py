"""The plain version and the practice-bank entry of the demonstration, from its real crimes."""

import io

import docx
import pypdf
import pytest

from patrolwise.demo import demo_programme
from patrolwise.reporting.design_grading import grade_design, suggest_grade
from patrolwise.reporting.plain_document import make_plain_pdf
from patrolwise.reporting.plain_words import plain_verdict, state_answer
from patrolwise.reporting.practice_bank import make_practice_bank_docx
from patrolwise.reporting.reflection_records import NO_FACTS, NOTHING_SAID
from patrolwise.study.evaluation import evaluate_programme
from patrolwise.study.reading import read_programme


@pytest.fixture(scope="module")
def results():
    return evaluate_programme(read_programme(demo_programme()), progress=lambda _: None)[0]


def test_the_plain_version_of_the_demonstration_is_two_pages(results):
    reader = pypdf.PdfReader(io.BytesIO(make_plain_pdf(results, NOTHING_SAID, NO_FACTS)))
    assert len(reader.pages) == 2
    words = " ".join(reader.pages[0].extract_text().split())
    assert "604 before, 1,231 after" in words
    assert "No patrol is evaluated" in words


def test_chance_is_told_as_chance_in_every_output(results):
    assert state_answer(results).startswith("This could be chance.")
    assert plain_verdict(results, results.outcomes[1]) == (
        "Worse than similar places, but not safe to rely on"
    )
    assert suggest_grade(results, NO_FACTS)[0] == "Untested: new"
    entry = docx.Document(io.BytesIO(make_practice_bank_docx(results, NOTHING_SAID, NO_FACTS)))
    assert entry.tables[1].rows[1].cells[4].text == "Could be chance"


def test_outcomes_with_unlike_comparison_areas_are_a_level_lower(results):
    levels = [grade_design(results, one, NO_FACTS).level for one in results.outcomes]
    assert levels == [3, 2, 2]
