"""The entry for a practice bank as a Word file, filled from the results and from what was said.

Headings, tables and the picture are real ones, so that Word and screen readers find their way.
What is not known stays open: whoever sends the entry in sees what is still to be written.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from patrolwise.reporting.conclusions import guards_about, headline_of, label_outcome
from patrolwise.reporting.design_grading import grade_design, suggest_grade
from patrolwise.reporting.plain_chart import chart_before_after
from patrolwise.reporting.plain_words import end_sentence, plain_warnings, state_answer
from patrolwise.reporting.reflection_records import NOT_SAID, THEORIES, Reflection, ReportFacts
from patrolwise.reporting.reflection_sections import harms_to_tell
from patrolwise.reporting.results import OutcomeRecord, Results
from patrolwise.reporting.word_file import (
    Picture,
    add_list,
    add_picture,
    add_table,
    add_text,
    open_word,
    save_word,
    set_footer,
)
from patrolwise.reporting.wording import (
    format_change,
    format_count,
    format_estimate,
    format_window,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_NOT_SHOWN = "What was not shown"
_PICTURE_WIDTH = 660  # CSS pixels, drawn twice as fine


def make_practice_bank_docx(results: Results, reflection: Reflection, facts: ReportFacts) -> bytes:
    """Return an entry for the College of Policing's practice bank, or one like it, as a Word file.

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
    word = open_word(results.title)
    if results.notice:
        add_text(word, results.notice, strong=True)
    word.add_heading("Key details", level=1)
    rows = _key_details(results, reflection, facts)
    add_table(word, "Key details", ("What", "Answer"), rows)
    for heading, texts in _before_the_outcome(results, reflection):
        _add_texts(word, heading, texts)
    _add_outcome(word, results)
    for heading, texts in _after_the_outcome(results, reflection, facts):
        _add_texts(word, heading, texts)
    word.add_heading("Harms that were watched for", level=1)
    harms = [
        (harm.title, harm.how or NOT_SAID, harm.found or NOT_SAID)
        for harm in harms_to_tell(reflection)
    ]
    add_table(word, "Harms", ("Harm", "How it was watched for", "What was found"), harms)
    _add_texts(word, "Learning", reflection.learning)
    _add_texts(word, "Contact", (reflection.contact,) if reflection.contact else ())
    made = f"Made by Patrolwise {results.made.version} from results.json. Every figure is in it."
    set_footer(word, made)
    return save_word(word)


def _key_details(
    results: Results, reflection: Reflection, facts: ReportFacts
) -> list[tuple[str, ...]]:
    grade, reason = suggest_grade(results, facts)
    return [
        ("Does it work?", f"{grade}. {reason} A suggestion: those who run the bank decide."),
        ("Focus", "Prevention: hot spots policing"),
        ("Organisation", reflection.organisation or NOT_SAID),
        ("Services", "; ".join(results.services) or NOT_SAID),
        ("Partners", "; ".join(reflection.partners) or NOT_SAID),
        ("Before", format_window(results.before)),
        ("After", format_window(results.after)),
        ("Scale", _scale(results)),
        ("Authors", "; ".join(reflection.authors) or NOT_SAID),
        ("Ethics", reflection.ethics or NOT_SAID),
        ("Conflicts of interest", reflection.conflicts or NOT_SAID),
    ]


def _scale(results: Results) -> str:
    if not results.outcomes:
        return "Nothing was counted"
    count = len(results.outcomes[0].areas)
    return f"{format_count(count)} hot spot{'' if count == 1 else 's'}"


def _before_the_outcome(
    results: Results, reflection: Reflection
) -> list[tuple[str, Sequence[str]]]:
    theory = [THEORIES[name] for name in reflection.theory]
    theory += [text for text in (reflection.theory_words, *reflection.mechanisms) if text]
    asked = f"It was asked: {results.question}" if results.question else ""
    return [
        ("Summary", [text for text in (asked, state_answer(results, _NOT_SHOWN)) if text]),
        ("Aim", [reflection.aim] if reflection.aim else []),
        ("Problem", [reflection.problem] if reflection.problem else []),
        ("Response", [reflection.response] if reflection.response else []),
        ("Why it might work", theory),
        ("Changes made on the way", reflection.changes),
    ]


def _add_outcome(word: "WordDocument", results: Results) -> None:
    word.add_heading("Outcome and evaluation", level=1)
    if not results.outcomes:
        add_text(word, "No crimes were counted.")
        return
    add_text(
        word,
        f"Compared with: {end_sentence(results.comparison_rule)}"
        if results.comparison_rule
        else "There was nothing to compare with.",
    )
    rows = [_outcome_row(results, outcome) for outcome in results.outcomes]
    columns = ("Outcome", "Hot spots", "Comparison areas", "Estimate", "Verdict")
    add_table(word, "Outcomes", columns, rows)
    figure = chart_before_after(results.outcomes[0], "before-after", (_PICTURE_WIDTH,))
    caption = f"{results.outcomes[0].title}. {figure.caption}"
    add_picture(
        word, Picture(drawing=figure.drawings[0], title=caption, description=figure.description)
    )


def _outcome_row(results: Results, outcome: OutcomeRecord) -> tuple[str, ...]:
    other = "None"
    if outcome.comparison_before is not None and outcome.comparison_after is not None:
        other = format_change(outcome.comparison_before, outcome.comparison_after)
    headline = headline_of(outcome)
    return (
        f"{outcome.title} ({outcome.definition})",
        format_change(outcome.before, outcome.after),
        other,
        "None that can be relied on" if headline is None else format_estimate(headline),
        label_outcome(outcome, guards_about(results.guards, outcome.definition)),
    )


def _after_the_outcome(
    results: Results, reflection: Reflection, facts: ReportFacts
) -> list[tuple[str, Sequence[str]]]:
    done = [text for text in (facts.dose_sentence, reflection.implementation) if text]
    not_shown = [
        *(plain_warnings(results, results.outcomes[0]) if results.outcomes else ()),
        *results.limits,
    ]
    cost = facts.cost_sentence or "Not known: no costs were given."
    return [
        ("Strength of the evidence", _strength(results, facts)),
        (_NOT_SHOWN, not_shown or ["No limits were recorded with the results."]),
        ("How it was done", done),
        ("Cost", [cost]),
        (
            "Referrals and voices",
            [text for text in (reflection.referrals,) if text] + list(reflection.voices),
        ),
    ]


def _strength(results: Results, facts: ReportFacts) -> list[str]:
    if not results.outcomes:
        return ["There is no design to judge."]
    level = grade_design(results, results.outcomes[0], facts)
    named = f"Level {level.level} of 5 on the Maryland Scientific Methods Scale: {level.name}."
    return [named, *level.reasons, *level.lowered_by]


def _add_texts(word: "WordDocument", heading: str, texts: Sequence[str]) -> None:
    word.add_heading(heading, level=1)
    if not texts:
        add_text(word, f"{NOT_SAID}.")
    elif len(texts) == 1:
        add_text(word, texts[0])
    else:
        add_list(word, texts)
