"""The plain version: two pages, everyday words, and never firmer than the verdict."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.protocol import PlanStatus, Standing
from patrolwise.reporting.blocks import Bullets, Cards, Figure, Grid, Paragraph
from patrolwise.reporting.plain_document import (
    build_plain_document,
    make_plain_html,
    make_plain_pdf,
)
from patrolwise.reporting.plain_words import (
    cut_text,
    plain_planned,
    plain_range,
    plain_verdict,
    state_answer,
)
from patrolwise.reporting.reflection_records import (
    NO_FACTS,
    NOT_SAID,
    NOTHING_SAID,
    HarmWatch,
    Reflection,
    ReportFacts,
)
from patrolwise.reporting.results import Estimate

JARGON = re.compile(
    r"\b(p|q|ratio|interval|confidence|signific\w+|statistic\w*|estimate\w*|regression|dispersion|"
    r"calibrat\w+|placebo|permutation|WDD|offender\w*|baseline|outcome\w*|definition)\b|95 ?%|@",
    re.IGNORECASE,
)
SAID = Reflection(
    harms=(
        HarmWatch(what="trust", how="A survey", found="41 of 60 felt safer"),
        HarmWatch(what="Staff safety", how="Debrief"),
        HarmWatch(what="people-moved-on"),
    ),
    next_steps=("Draw the days by lot from April",),
    contact="hub@example.org",
)
COSTED = ReportFacts(cost_sentence="£2.28 for each minute in hot spots.")


def said_in(document, *, titles=True):
    texts = [document.title, document.question] if titles else []
    for section in document.sections:
        texts += [section.title] if titles else []
        for block in section.blocks:
            match block:
                case Paragraph():
                    texts.append(block.text)
                case Bullets():
                    texts += block.items
                case Grid():
                    texts += [cell for row in block.rows for cell in row] + [block.note]
                case Figure():
                    texts.append(block.caption)
                case _:
                    raise TypeError(block)
    return [text for text in texts if text]


def build(results, reflection=NOTHING_SAID, facts=NO_FACTS):
    return build_plain_document(results, reflection, facts, (320,))


def section_of(document, name):
    return next(section for section in document.sections if section.id == name)


def text_of(document, name):
    section = section_of(document, name)
    return "\n".join(said_in(replace(document, sections=(section,)), titles=False))


def unguarded(results, **changes):
    outcome = replace(results.outcomes[0], **changes)
    return replace(results, outcomes=(outcome,), guards=())


def pages_of(pdf):
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def longest_case(results, fill):
    """Everything as long as a programme can make it, and more."""
    text = (fill * 300)[:600]
    outcome = replace(results.outcomes[0], title=text)
    others = [replace(outcome, definition=f"d{number}@1") for number in range(12)]
    guards = [
        Guard(id=f"g{n}", severity=Severity.RED, title=f"{n} {text}", message=text)
        for n in range(12)
    ]
    long = replace(
        results,
        title=text,
        question=text,
        notice=text[:140],
        outcomes=tuple(others),
        guards=tuple(guards),
    )
    names = ("stop-and-search", "trust", "people-moved-on", text)
    said = Reflection(
        harms=tuple(HarmWatch(what=name, how=text, found=text) for name in names),
        next_steps=(text,) * 9,
        contact=text,
    )
    return long, said, ReportFacts(cost_sentence=text)


def syllables_of(word):
    word = re.sub(r"e$", "", word.lower()) or "e"
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def school_grade(texts):
    """Flesch and Kincaid (1975): years at school that a text asks for; age is about 5 more."""
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?:])\s", text) if s]
    words = [word for s in sentences for word in re.findall(r"[A-Za-z]+", s)]
    per_word = sum(map(syllables_of, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * per_word - 15.59


@pytest.mark.parametrize("fill", ["word ", "WORD ", "Wednesday's market "])
def test_the_longest_case_is_two_pages(make_results, fill):
    assert pages_of(make_plain_pdf(*longest_case(make_results(), fill))) == 2


def test_the_ordinary_case_is_two_pages_at_most_and_the_same_bytes_each_time(make_results):
    pdf = make_plain_pdf(make_results(), SAID, COSTED)
    assert pages_of(pdf) <= 2
    assert pdf == make_plain_pdf(make_results(), SAID, COSTED)


def test_the_page_stands_alone_and_is_named(make_results):
    page = make_plain_html(make_results(), SAID, COSTED)
    assert "<title>In plain words: Street outreach in Northgate" in page
    assert page.count("<svg") == 2
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize("verdict_id", ["fall", "rise", "chance", "few", "refused"])
@pytest.mark.parametrize("alone", [True, False])
def test_no_jargon_is_in_it_whatever_was_found(make_results, verdict_id, alone):
    results = make_results()
    outcome = replace(results.outcomes[0], verdict_id=verdict_id)
    if alone:
        headline = replace(outcome.estimates[1], id="rate-ratio-paired-months")
        outcome = replace(
            outcome, comparison_before=None, comparison_after=None, estimates=(headline,)
        )
    results = replace(results, outcomes=(outcome, *results.outcomes[1:]))
    for text in said_in(build(results, SAID, COSTED)):
        assert not JARGON.search(text.replace(SAID.contact, "")), text


def test_its_own_words_can_be_read_at_about_twelve(make_results):
    for results in (make_results(), unguarded(make_results(), verdict_id="chance")):
        texts = said_in(build(results), titles=False)
        own = [t.replace("Violence and sexual offences", "Violence") for t in texts if " " in t]
        assert school_grade(own) < 7


def test_the_reading_measure_knows_hard_from_easy():
    assert school_grade(["The cat sat on the mat."]) < 1
    hard = "Overdispersion notwithstanding, permutation inference demonstrates heterogeneity."
    assert school_grade([hard]) > 15


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "went down. They did better than similar places"),
        ({"after": 500}, "went up. They did better than similar places"),
        ({"verdict_id": "rise"}, "went down. They did worse than similar places"),
        ({"verdict_id": "chance"}, "This could be chance. Crime in the hot spots went down, and"),
        ({"verdict_id": "chance", "after": 416}, "did not change"),
        ({"verdict_id": "few"}, "We cannot tell"),
        ({"verdict_id": "refused"}, "We cannot tell"),
    ],
)
def test_the_answer_says_what_was_found_or_that_it_cannot_be_told(make_results, changes, said):
    answer = state_answer(unguarded(make_results(), **changes))
    assert said in answer
    assert "not safe" not in answer


@pytest.mark.parametrize(
    ("verdict_id", "said"),
    [
        ("fall", "went down, by more than luck alone"),
        ("chance", "moves as much as that from month to month"),
    ],
)
def test_with_nothing_to_compare_no_similar_place_is_spoken_of(make_results, verdict_id, said):
    alone = Estimate(id="rate-ratio-paired-months", name="A", value=0.6, headline=True)
    results = unguarded(make_results(), verdict_id=verdict_id, estimates=(alone,))
    assert said in state_answer(results)
    assert "similar" not in state_answer(results)
    words = plain_verdict(results, results.outcomes[0])
    assert words == {"fall": "Better than before", "chance": "Could be chance"}[verdict_id]


def test_a_red_guard_takes_the_firmness_out(make_results):
    results = make_results()
    assert "not safe to rely on" in state_answer(results)
    assert plain_verdict(results, results.outcomes[0]) == (
        "Better than similar places, but not safe to rely on"
    )
    not_shown = text_of(build(results), "not-shown")
    assert "Patrols had already begun" in not_shown
    rise = unguarded(results, verdict_id="rise")
    assert plain_verdict(rise, rise.outcomes[0]) == "Worse than similar places"
    assert plain_verdict(rise, replace(rise.outcomes[0], verdict_id="few")) == "Cannot be told"


def test_chance_is_never_told_as_no_effect(make_results):
    results = unguarded(make_results(), verdict_id="chance")
    assert "does not show that patrols do nothing" in text_of(build(results), "not-shown")


def test_many_warnings_are_cut_with_a_word_on_where_the_rest_is(make_results):
    results, said, facts = longest_case(make_results(), "word ")
    items = section_of(build(results, said, facts), "not-shown").blocks[0].items
    assert len(items) == 7
    assert "See the full report for the rest." in items
    others = section_of(build(results, said, facts), "figures").blocks[-1]
    assert len(others.rows) == 3
    assert others.note == "8 more in the full report."


def test_the_three_figures_say_what_they_mean(make_results):
    rows = section_of(build(make_results()), "figures").blocks[1].rows
    assert rows[0][1] == "416 before, 252 after"
    assert rows[0][2] == (
        "That is 164 fewer in the hot spots. If nothing had been done, about 358 would have been "
        "likely."
    )
    assert rows[1][1:] == ("2,231 before, 2,104 after", "That is 127 fewer in places like them.")
    assert rows[2][1] == "From 46 in 100 fewer to 23 in 100 fewer"


def test_what_is_not_known_of_the_figures_is_said(make_results):
    outcome = make_results().outcomes[0]
    bare = replace(
        outcome, estimates=(), expected_after=None, comparison_before=None, comparison_after=None
    )
    rows = section_of(build(make_results(outcomes=(bare,))), "figures").blocks[1].rows
    assert rows[0][2] == "That is 164 fewer in the hot spots."
    assert rows[1] == (
        "Similar places",
        "None",
        "Nothing shows what would have happened anyway.",
    )
    assert rows[2][1] == "Not known"
    same = make_results(outcomes=(replace(bare, after=416),))
    assert section_of(build(same), "figures").blocks[1].rows[0][2] == (
        "That is no change in the hot spots."
    )


def with_headline(outcome, **changes):
    return replace(outcome, estimates=(replace(outcome.estimates[1], **changes),))


def test_the_room_for_luck_is_in_crimes_of_every_hundred(make_results):
    outcome = make_results().outcomes[0]
    assert plain_range(with_headline(outcome, low=1.0, high=float("inf"))) == (
        "from no change to more than ten times as many"
    )
    assert plain_range(with_headline(outcome, low=0.9, high=1.5)) == (
        "from 10 in 100 fewer to 50 in 100 more"
    )
    for changed in (
        with_headline(outcome, low=None),
        with_headline(outcome, high=None),
        with_headline(outcome, id="wdd-robust"),
        replace(outcome, before=19),
        replace(outcome, estimates=()),
    ):
        assert plain_range(changed) == ""


def test_whether_it_was_planned_is_said(make_results):
    outcome = make_results().outcomes[0]
    words = {
        standing: plain_planned(
            replace(outcome, planned=PlanStatus(status=standing, reason="because"))
        )
        for standing in Standing
    }
    assert "was fixed and dated before" in words[Standing.PLANNED]
    assert "changed later" in words[Standing.CHANGED]
    assert "first look" in words[Standing.EXPLORATORY]


def test_costs_harms_and_next_steps_are_told_or_left_open(make_results):
    told, bare = build(make_results(), SAID, COSTED), build(make_results())
    assert text_of(told, "cost") == COSTED.cost_sentence
    assert text_of(bare, "cost") == "Not known: no costs were given."
    assert text_of(told, "next") == "Draw the days by lot from April"
    assert text_of(bare, "next") == text_of(bare, "harms") == f"{NOT_SAID}."
    harms = text_of(told, "harms")
    assert "Trust in the police and in the service: 41 of 60 felt safer" in harms
    assert "Staff safety: nothing was said of what was found" in harms
    assert "People moved on" not in harms, "nobody watched for it"
    assert text_of(told, "more").endswith("Ask: hub@example.org.")


def test_with_nothing_counted_it_says_so_and_is_still_a_page(make_results):
    bare = make_results(outcomes=(), harm=())
    document = build(bare)
    assert text_of(document, "answer") == "We cannot tell: no crimes were counted."
    assert all(section.id != "figures" for section in document.sections)
    assert pages_of(make_plain_pdf(bare, NOTHING_SAID, NO_FACTS)) == 1
    assert not any(isinstance(b, Cards) for s in document.sections for b in s.blocks)


def test_a_text_is_cut_at_a_word():
    assert cut_text("one two three", 13) == "one two three"
    assert cut_text("one two three", 12) == "one two …"
    assert cut_text("one two, three", 10) == "one two …"
    assert cut_text("one two three", 9) == "one two …"
    assert cut_text("x" * 50, 10) == "xxxxxxxx …"
    assert all(len(cut_text("ab cde " * 9, n)) <= n for n in range(4, 60))
