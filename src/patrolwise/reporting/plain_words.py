"""What an evaluation found in everyday words, for somebody who has never met a statistic.

Nothing here is firmer than the verdict: what could be chance is said so, and a red guard takes
the firmness out of every sentence.
"""

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.evaluation.protocol import Standing
from patrolwise.reporting.conclusions import guards_about, headline_of, red_guards
from patrolwise.reporting.results import Guard, OutcomeRecord, Results
from patrolwise.reporting.wording import format_count, is_difference

NOT_SHOWN = "What this does not show"
_ALONE = "rate-ratio-paired-months"  # the headline that compares with no other place

# Each red guard in everyday words; one that is not here is told by its title.
_PLAIN_GUARDS = {
    "selected-on-before": "These places were picked because they had a bad spell. Bad spells often "
    "end by themselves.",
    "no-comparison": "We had no similar places to set beside these. So we cannot tell what would "
    "have happened anyway.",
    "few-areas": "There were too few places to compare.",
    "unlike-comparison": "The places we set beside these were not much like them.",
    "contaminated-baseline": "Patrols had already begun in the months we call before. So this is "
    "not a clean test.",
    "windows-overridden": "The two spells we compared are not of the same length or season.",
    "snap-points-moved": "The map that the data use was changed on the way.",
    "file-faults": "Some of the data could not be read.",
    "missing-months": "Some months of data are missing.",
    "data-end-early": "The data stop too early.",
    "headline-not-calibrated": "The test that was used makes the answer look surer than it is.",
    "p-and-interval-disagree": "Two ways to work out the answer do not agree.",
    "few-crimes": "There were very few crimes to count.",
    "comparison-after-data": "The similar places were picked after the figures were known.",
    "comparison-overlap": "Some of the similar places overlap with those that were patrolled.",
    "pre-trend": "The two groups of places were already moving apart before anything began.",
    "recording-break": "The way crime is recorded was changed on the way.",
}


def is_compared(outcome: OutcomeRecord) -> bool:
    """Return whether the verdict on an outcome rests on comparison areas.

    Parameters
    ----------
    outcome : OutcomeRecord

    Returns
    -------
    bool
    """
    headline = headline_of(outcome)
    return headline is not None and headline.id != _ALONE and outcome.comparison_before is not None


def state_answer(results: Results, see: str = NOT_SHOWN) -> str:
    """Return the answer in a sentence or two: what was found, or why it cannot be told.

    Parameters
    ----------
    results : Results
    see : str
        Heading under which the reader finds why it is not safe to rely on.

    Returns
    -------
    str
    """
    if not results.outcomes:
        return "We cannot tell: no crimes were counted."
    outcome = results.outcomes[0]
    if outcome.verdict_id not in ("fall", "rise", "chance"):
        return "We cannot tell: there were too few crimes, or too few places, to say."
    compared = is_compared(outcome)
    if outcome.verdict_id == "chance":
        told = _tell_chance(outcome, compared=compared)
    else:
        told = _tell_change(outcome, compared=compared)
    if outcome.verdict_id != "chance" and red_guards(_guards_of(results, outcome)):
        told += f" But this is not safe to rely on: see “{see}”."
    return told


def plain_verdict(results: Results, outcome: OutcomeRecord) -> str:
    """Return the verdict on an outcome in a few everyday words.

    Parameters
    ----------
    results : Results
    outcome : OutcomeRecord

    Returns
    -------
    str
    """
    if outcome.verdict_id == "chance":
        return "Could be chance"
    if outcome.verdict_id not in ("fall", "rise"):
        return "Cannot be told"
    better = outcome.verdict_id == "fall"
    words = "Better" if better else "Worse"
    words += " than similar places" if is_compared(outcome) else " than before"
    shaky = red_guards(_guards_of(results, outcome))
    return f"{words}, but not safe to rely on" if shaky else words


def plain_warnings(results: Results, outcome: OutcomeRecord) -> tuple[str, ...]:
    """Return the red guards on an outcome in everyday words.

    Parameters
    ----------
    results : Results
    outcome : OutcomeRecord

    Returns
    -------
    tuple of str
        Whole sentences, each once.
    """
    told = [
        _PLAIN_GUARDS.get(guard.id, f"{guard.title.rstrip('.')}.")
        for guard in red_guards(_guards_of(results, outcome))
    ]
    return tuple(dict.fromkeys(told))


def plain_range(outcome: OutcomeRecord) -> str:
    """Return how far the headline could be off, as crimes in every hundred.

    Parameters
    ----------
    outcome : OutcomeRecord

    Returns
    -------
    str
        Empty when there is no interval, or too few crimes for a share.
    """
    headline = headline_of(outcome)
    if headline is None or is_difference(headline) or outcome.before < FEWEST_FOR_PERCENT:
        return ""
    if headline.low is None or headline.high is None:
        return ""
    return f"from {_per_hundred(headline.low)} to {_per_hundred(headline.high)}"


def plain_planned(outcome: OutcomeRecord) -> str:
    """Return whether the question was fixed before the figures came, in a sentence.

    Parameters
    ----------
    outcome : OutcomeRecord

    Returns
    -------
    str
    """
    if outcome.planned.status is Standing.PLANNED:
        return "The plan for this test was fixed and dated before the figures came in."
    if outcome.planned.status is Standing.CHANGED:
        return "The plan for this test was fixed early on, and changed later for a stated reason."
    return (
        "The plan for this test was not fixed before the figures came in. Treat it as a first look."
    )


def count_words(before: int, after: int) -> str:
    """Return which way a count went and by how many.

    Parameters
    ----------
    before, after : int

    Returns
    -------
    str

    Examples
    --------
    >>> count_words(416, 252), count_words(9, 10), count_words(3, 3)
    ('164 fewer', '1 more', 'no change')
    """
    if before == after:
        return "no change"
    return f"{format_count(abs(after - before))} {'more' if after > before else 'fewer'}"


def cut_text(text: str, longest: int) -> str:
    """Return a text, cut at a word and marked with dots where it is longer.

    Parameters
    ----------
    text : str
    longest : int
        Characters, the dots among them.

    Returns
    -------
    str

    Examples
    --------
    >>> cut_text("Patrols at the bus station", 20)
    'Patrols at the bus …'
    """
    if len(text) <= longest:
        return text
    kept = text[: longest - 2]
    if " " in kept and text[longest - 2] != " ":
        kept = kept.rpartition(" ")[0]
    return f"{kept.rstrip(' ,;')} …"


def end_sentence(text: str) -> str:
    """Return a text that ends as a sentence does.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> end_sentence("Somebody is near"), end_sentence("Is it so?")
    ('Somebody is near.', 'Is it so?')
    """
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _guards_of(results: Results, outcome: OutcomeRecord) -> tuple[Guard, ...]:
    return guards_about(results.guards, outcome.definition)


def _tell_chance(outcome: OutcomeRecord, *, compared: bool) -> str:
    if compared:
        return (
            f"This could be chance. Crime in the hot spots {_moved(outcome)}, and the gap to "
            "similar places is no larger than luck alone can make."
        )
    return (
        f"This could be chance. Crime in the hot spots {_moved(outcome)}, but it moves as much "
        "as that from month to month anyway."
    )


def _tell_change(outcome: OutcomeRecord, *, compared: bool) -> str:
    better = outcome.verdict_id == "fall"
    if not compared:
        return f"Crime in the hot spots {_moved(outcome)}, by more than luck alone would make."
    against = "did better than" if better else "did worse than"
    return (
        f"Crime in the hot spots {_moved(outcome)}. They {against} similar places, by more than "
        "luck alone would make."
    )


def _moved(outcome: OutcomeRecord) -> str:
    if outcome.after == outcome.before:
        return "did not change"
    return "went down" if outcome.after < outcome.before else "went up"


def _per_hundred(ratio: float) -> str:
    """Return a ratio as crimes in every 100; without a limit when it has none."""
    points = 100 * (ratio - 1)
    if points >= 1000:
        return "more than ten times as many"
    if round(points) == 0:
        return "no change"
    return f"{format_count(abs(points))} in 100 {'more' if points > 0 else 'fewer'}"
