"""What the terminal says of an evaluation: the findings and verdicts on one screen."""

from collections.abc import Iterator

from patrolwise.reporting.conclusions import (
    guards_about,
    headline_of,
    join_verdict,
    label_outcome,
    red_guards,
)
from patrolwise.reporting.protocol_sections import label_standing, protocol_line
from patrolwise.reporting.results import HarmRecord, OutcomeRecord, Results
from patrolwise.reporting.wording import (
    format_change,
    format_count,
    format_estimate,
    format_window,
)

LONGEST = 25  # lines: one screen


def summarise_results(results: Results) -> str:
    """Return the main figures and verdicts in at most 25 lines.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        Lines joined by a line break, none at the end. Outcomes that do not fit are counted and
        are in the report.
    """
    head = list(_head(results))
    tail = [
        *(f"! {title}" for title in _red_once(results)),
        *(f"{n}. {finding}" for n, finding in enumerate(results.findings, start=1)),
    ]
    middle = [list(_outcome(results, outcome)) for outcome in results.outcomes]
    middle += [list(_harm(results, harm)) for harm in results.harm]
    room = LONGEST - len(head) - len(tail)
    return "\n".join([*head, *_fit(middle, room), *tail][:LONGEST])


def _head(results: Results) -> Iterator[str]:
    yield results.title
    if results.notice:
        yield results.notice
    yield f"Before {format_window(results.before)}, after {format_window(results.after)}"
    yield f"Hot spot set {results.hot_spot_set}"
    yield protocol_line(results)


def _outcome(results: Results, outcome: OutcomeRecord) -> Iterator[str]:
    label = label_outcome(outcome, guards_about(results.guards, outcome.definition))
    change = format_change(outcome.before, outcome.after)
    yield f"{outcome.title} ({outcome.definition}{_standing(results, outcome)}): {change}"
    headline = headline_of(outcome)
    if headline is not None:
        yield f"  {headline.name}: {format_estimate(headline)}"
    yield f"  {join_verdict(label, outcome.verdict)}"
    if outcome.after < outcome.before and outcome.expected_after is not None:
        yield f"  To expect with no effect: about {format_count(outcome.expected_after)}"


def _harm(results: Results, harm: HarmRecord) -> Iterator[str]:
    first, last = harm.per_crime_before, harm.per_crime_after
    base = harm.before / first if first else 0.0
    total = format_change(harm.before, harm.after, base=base, countable=False)
    yield f"Harm score ({harm.index}, {harm.definition}{_standing(results, harm)}): {total}"
    if first is not None and last is not None:
        change = format_change(first, last, base=base, countable=False, decimals=2)
        yield f"  Harm per crime: {change}"


def _standing(results: Results, record: OutcomeRecord | HarmRecord) -> str:
    """Return the standing where there is a protocol; without one the head says it of all."""
    return "" if results.protocol is None else f", {label_standing(record.planned).lower()}"


def _red_once(results: Results) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guard.title for guard in red_guards(results.guards)))


def _fit(parts: list[list[str]], room: int) -> list[str]:
    """Return the parts that fit whole, and how many do not."""
    if sum(map(len, parts)) <= room:
        return [line for part in parts for line in part]
    kept: list[str] = []
    while len(kept) + len(parts[0]) < room:
        kept, parts = kept + parts[0], parts[1:]
    return [*kept, f"({len(parts)} more in the report)"]
