"""The two-page plain version: what was asked, the answer, three figures, and what is not shown.

For somebody who decides and has five minutes. Long texts are cut, with a word on where the rest is,
so that it always fits two pages of A4.
"""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Block, Bullets, Document, Grid, Paragraph, Section
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.plain_chart import chart_before_after
from patrolwise.reporting.plain_words import (
    NOT_SHOWN,
    count_words,
    cut_text,
    end_sentence,
    is_compared,
    plain_planned,
    plain_range,
    plain_verdict,
    plain_warnings,
    state_answer,
)
from patrolwise.reporting.reflection_records import NOT_SAID, Reflection, ReportFacts
from patrolwise.reporting.reflection_sections import harms_to_tell
from patrolwise.reporting.results import OutcomeRecord, Results, WindowRecord
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.reporting.wording import format_count, format_day

# With these, the longest case is still two pages; a test holds it.
_TITLE, _TEXT, _BULLET, _NAME = 110, 220, 130, 46  # characters
_WARNINGS, _LISTED, _OTHERS = 3, 3, 3  # entries
_MORE = "See the full report for the rest."


def make_plain_html(results: Results, reflection: Reflection, facts: ReportFacts) -> str:
    """Return the plain version as one self-contained page.

    Parameters
    ----------
    results : Results
    reflection : Reflection
    facts : ReportFacts

    Returns
    -------
    str
        HTML5; the same results give the same text.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return lay_out_html(build_plain_document(results, reflection, facts, (WIDE, NARROW)))


def make_plain_pdf(results: Results, reflection: Reflection, facts: ReportFacts) -> bytes:
    """Return the plain version as a PDF of two pages at most (PDF/UA-1).

    Parameters
    ----------
    results : Results
    reflection : Reflection
    facts : ReportFacts

    Returns
    -------
    bytes
        The same results give the same bytes: it holds no date of today.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    return lay_out_pdf(build_plain_document(results, reflection, facts, (PRINT_WIDTH,)))


def build_plain_document(
    results: Results, reflection: Reflection, facts: ReportFacts, widths: Sequence[int]
) -> Document:
    """Return the plain version in words, one table and one picture, ready to be laid out.

    Parameters
    ----------
    results : Results
        The first outcome is told; the others get a line each.
    reflection : Reflection
    facts : ReportFacts
    widths : sequence of int
        The picture is drawn once for each, CSS pixels.

    Returns
    -------
    Document

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    sections = [
        Section(
            id="answer",
            title="The answer",
            blocks=(Paragraph(text=state_answer(results), strong=True),),
        ),
        *_figures(results, widths),
        _not_shown(results),
        _harms(reflection),
        Section(
            id="cost",
            title="What it cost",
            blocks=(
                Paragraph(
                    text=cut_text(facts.cost_sentence, _TEXT) or "Not known: no costs were given."
                ),
            ),
        ),
        Section(id="next", title="What next", blocks=_listed(reflection.next_steps)),
        _more(reflection),
    ]
    return Document(
        title=cut_text(f"In plain words: {results.title}", _TITLE),
        question=cut_text(results.question, _TEXT),
        notice=cut_text(results.notice, _TITLE),
        sections=tuple(sections),
        footer=f"Made by Patrolwise {results.made.version}. Every figure is in results.json.",
    )


def _figures(results: Results, widths: Sequence[int]) -> tuple[Section, ...]:
    if not results.outcomes:
        return ()
    outcome, others = results.outcomes[0], results.outcomes[1:]
    blocks: list[Block] = [
        Paragraph(
            text="We counted crimes that were reported to the police: "
            f"{end_sentence(cut_text(outcome.title, _TITLE))} Before is {_span(results.before)}. "
            f"After is {_span(results.after)}."
        ),
        Grid(
            caption="What was counted, and what it means",
            columns=("", "Figure", "What it means"),
            rows=(
                _own_row(outcome),
                _other_row(outcome),
                _luck_row(outcome),
            ),
        ),
        chart_before_after(outcome, "before-after", widths),
    ]
    if others:
        blocks.append(_others_grid(results, others))
    return (Section(id="figures", title="Three figures", blocks=tuple(blocks)),)


def _own_row(outcome: OutcomeRecord) -> tuple[str, str, str]:
    moved = count_words(outcome.before, outcome.after)
    meaning = f"That is {moved} in the hot spots."
    if outcome.expected_after is not None:
        meaning += (
            f" If nothing had been done, about {format_count(outcome.expected_after)} would have "
            "been likely."
        )
    return "Hot spots", _pair(outcome.before, outcome.after), meaning


def _other_row(outcome: OutcomeRecord) -> tuple[str, str, str]:
    before, after = outcome.comparison_before, outcome.comparison_after
    if before is None or after is None:
        return "Similar places", "None", "Nothing shows what would have happened anyway."
    meaning = f"That is {count_words(before, after)} in places like them."
    return "Similar places", _pair(before, after), meaning


def _luck_row(outcome: OutcomeRecord) -> tuple[str, str, str]:
    span = plain_range(outcome)
    if not span:
        return "Room for luck", "Not known", "There is too little to say how far luck could reach."
    against = "similar places" if is_compared(outcome) else "the time before"
    meaning = f"Next to {against}, the true change is likely to be in this range."
    return "Room for luck", f"{span[0].upper()}{span[1:]}", meaning


def _others_grid(results: Results, others: Sequence[OutcomeRecord]) -> Grid:
    left = len(others) - _OTHERS
    return Grid(
        caption="Other things that were counted in the hot spots",
        columns=("", "Before and after", "Verdict"),
        rows=tuple(
            (cut_text(one.title, _NAME), _pair(one.before, one.after), plain_verdict(results, one))
            for one in others[:_OTHERS]
        ),
        note=f"{format_count(left)} more in the full report." if left > 0 else "",
    )


def _not_shown(results: Results) -> Section:
    items = ["It does not show that patrols were the cause. Other things changed too."]
    if results.outcomes:
        outcome = results.outcomes[0]
        warnings = plain_warnings(results, outcome)
        items += [cut_text(text, _BULLET) for text in warnings[:_WARNINGS]]
        if len(warnings) > _WARNINGS:
            items.append(_MORE)
        if outcome.verdict_id == "chance":
            items.append("It does not show that patrols do nothing. A small effect can be missed.")
        items.append(plain_planned(outcome))
    items.append("It does not count crime that nobody reports.")
    return Section(id="not-shown", title=NOT_SHOWN, blocks=(Bullets(items=tuple(items)),))


def _harms(reflection: Reflection) -> Section:
    told = [harm for harm in harms_to_tell(reflection) if harm.how]
    found = [f"{harm.title}: {harm.found or 'nothing was said of what was found'}" for harm in told]
    return Section(id="harms", title="Did patrols do harm?", blocks=_listed(found))


def _listed(texts: Sequence[str]) -> tuple[Block, ...]:
    if not texts:
        return (Paragraph(text=f"{NOT_SAID}."),)
    items = [cut_text(text, _BULLET) for text in texts[:_LISTED]]
    if len(texts) > _LISTED:
        items.append(_MORE)
    return (Bullets(items=tuple(items)),)


def _more(reflection: Reflection) -> Section:
    text = (
        "The full report is in report.html and report.pdf, beside this page. Each figure is in "
        "results.json."
    )
    if reflection.contact:
        text += f" Ask: {end_sentence(cut_text(reflection.contact, _BULLET))}"
    return Section(id="more", title="Where to read more", blocks=(Paragraph(text=text),))


def _pair(before: int, after: int) -> str:
    return f"{format_count(before)} before, {format_count(after)} after"


def _span(window: WindowRecord) -> str:
    return f"{format_day(window.first)} to {format_day(window.last)}"
