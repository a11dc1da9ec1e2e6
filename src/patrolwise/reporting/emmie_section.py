"""What is known of effect, mechanism, moderators, implementation and cost, in one table (EMMIE)."""

from patrolwise.reporting.blocks import Grid, Paragraph, Section
from patrolwise.reporting.conclusions import (
    guards_about,
    headline_of,
    join_verdict,
    label_outcome,
)
from patrolwise.reporting.plain_words import end_sentence
from patrolwise.reporting.reflection_records import NOT_SAID, THEORIES, Reflection, ReportFacts
from patrolwise.reporting.results import AreaRecord, OutcomeRecord, Results
from patrolwise.reporting.wording import format_change, format_count, format_estimate

DISCOVERY = 0.05  # q under this is told as beyond chance
_MEASURED, _DECLARED, _NOT_KNOWN = "Measured", "Said by the programme", "Not known"


def emmie_section(results: Results, reflection: Reflection, facts: ReportFacts) -> Section:
    """Return the five questions of EMMIE with what is known of each, and where that comes from.

    Parameters
    ----------
    results : Results
    reflection : Reflection
    facts : ReportFacts

    Returns
    -------
    Section

    References
    ----------
    Johnson, Tilley and Bowers (2015), Introducing EMMIE, Journal of Experimental Criminology 11,
    459-473: the five questions. They were made to rate reviews of many studies; here they put in
    order what one study knows, and no score is given.
    """
    rows = (
        *_effect_rows(results),
        ("Mechanism: how does it work?", *_mechanism(reflection)),
        *_moderator_rows(results, reflection, facts),
        *_implementation_rows(reflection, facts),
        ("Economics: what does it cost?", *_economics(facts)),
    )
    text = (
        "Five questions to ask of any way to cut crime. One study can answer few of them: the "
        "last column says what was measured and what was only said."
    )
    grid = Grid(
        caption="Effect, mechanism, moderators, implementation and economics (EMMIE)",
        columns=("Question", "What is known here", "Where it comes from"),
        rows=rows,
    )
    return Section(id="emmie", title="EMMIE", blocks=(Paragraph(text=text), grid))


def _effect_rows(results: Results) -> tuple[tuple[str, str, str], ...]:
    question = "Effect: did crime change?"
    if not results.outcomes:
        return ((question, "No crimes were counted.", _NOT_KNOWN),)
    return ((question, _tell_effect(results, results.outcomes[0]), _MEASURED),)


def _tell_effect(results: Results, outcome: OutcomeRecord) -> str:
    guards = guards_about(results.guards, outcome.definition)
    told = join_verdict(label_outcome(outcome, guards), outcome.verdict)
    headline = headline_of(outcome)
    counts = f"{outcome.title}: {format_change(outcome.before, outcome.after)}."
    if headline is None or headline.value is None:
        return f"{counts} {told}"
    return f"{counts} {headline.name}: {format_estimate(headline)}. {told}"


def _mechanism(reflection: Reflection) -> tuple[str, str]:
    said = [THEORIES[name] for name in reflection.theory]
    said += [text for text in (reflection.theory_words, *reflection.mechanisms) if text]
    if not said:
        return NOT_SAID, _NOT_KNOWN
    return f"{' '.join(map(end_sentence, said))} None of this was tested here.", _DECLARED


def _moderator_rows(
    results: Results, reflection: Reflection, facts: ReportFacts
) -> list[tuple[str, str, str]]:
    question = "Moderators: for whom, where and when?"
    rows = []
    if results.outcomes and results.outcomes[0].areas:
        rows.append((question, _tell_areas(results.outcomes[0]), _MEASURED))
    if facts.moderator_sentences:
        rows.append((question, " ".join(map(end_sentence, facts.moderator_sentences)), _MEASURED))
    if reflection.moderators:
        said = " ".join(map(end_sentence, reflection.moderators))
        rows.append((question, f"{said} Not tested here.", _DECLARED))
    return rows or [(question, NOT_SAID, _NOT_KNOWN)]


def _tell_areas(outcome: OutcomeRecord) -> str:
    """Return which hot spots changed by themselves, many tests allowed for."""
    tested = [area for area in outcome.areas if area.q is not None]
    if not tested:
        return "No hot spot has enough crimes to be judged by itself."
    beyond = [area for area in tested if area.q is not None and area.q < DISCOVERY]
    told = (
        f"{format_count(len(tested))} of {format_count(len(outcome.areas))} hot spots were judged "
    )
    told += "one by one, before against after. "
    if not beyond:
        return f"{told}None changed beyond chance by itself, once so many tests are allowed for."
    parts = [
        f"{word} in {', '.join(area.name for area in areas)}"
        for word, areas in (
            ("fell", [area for area in beyond if _fell(area)]),
            ("rose", [area for area in beyond if not _fell(area)]),
        )
        if areas
    ]
    return (
        f"{told}Beyond chance, with so many tests allowed for, crime {'; it '.join(parts)}. "
        "That one changed and another did not is no proof that the two differ."
    )


def _fell(area: AreaRecord) -> bool:
    return area.ratio.value is not None and area.ratio.value < 1


def _implementation_rows(reflection: Reflection, facts: ReportFacts) -> list[tuple[str, str, str]]:
    question = "Implementation: was it done as planned?"
    rows = []
    if facts.dose_sentence:
        rows.append((question, facts.dose_sentence, _MEASURED))
    if reflection.implementation:
        rows.append((question, reflection.implementation, _DECLARED))
    return rows or [(question, "No patrols were measured, and nothing was said.", _NOT_KNOWN)]


def _economics(facts: ReportFacts) -> tuple[str, str]:
    if facts.cost_sentence:
        return facts.cost_sentence, _MEASURED
    return "No costs were given.", _NOT_KNOWN
