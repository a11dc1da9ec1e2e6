"""Which figures results.json of an evaluation holds: counts, changes, ratios, areas, harm."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from patrolwise.claims.figure_making import Record, make_window_figures
from patrolwise.claims.figures import Figure, Span
from patrolwise.reporting.wording import describe_change, format_count

DESIGN = "not-randomised"  # the guard of every comparison that is no experiment
_OF_RATIO = "the headline ratio, after over before"


def read_evaluation(document: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of an evaluation.

    Parameters
    ----------
    document : mapping
        results.json, as JSON gives it.

    Returns
    -------
    tuple of Figure

    Raises
    ------
    KeyError, TypeError, ValueError
        A member is missing or wrong.
    """
    before, after = find_spans(document)
    known = (before, after, (before[0], after[1]))
    guards = document["guards"]
    is_experiment = DESIGN not in {guard["id"] for guard in guards}
    both = f"{before[0]} to {before[1]} against {after[0]} to {after[1]}"
    outcomes, harms = document["outcomes"], document["harm"]
    areas = max((len(outcome["areas"]) for outcome in outcomes), default=0)
    figures = [
        *make_window_figures(document["before"], "before", "before"),
        *make_window_figures(document["after"], "after", "after"),
        *_hot_spots(document["hot_spot_set"], areas, both),
    ]
    for number, outcome in enumerate(outcomes):
        facts = Record(
            f"outcomes[{number}]", outcome, both, _grade(guards, outcome, "comparison_before")
        )
        figures += [*_counts(facts), *_estimates(facts), *_areas(facts), *_rings(facts)]
    for number, harm in enumerate(harms):
        figures += _harm(Record(f"harm[{number}]", harm, both, _grade(guards, harm, "wdd")))
    return tuple(replace(figure, spans=known, shows_cause=is_experiment) for figure in figures)


def find_spans(document: Mapping[str, Any]) -> tuple[Span, Span]:
    """Return the first and last days of both windows of an evaluation.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    (Span, Span)
        Before and after.
    """
    before, after = (
        (date.fromisoformat(document[name]["first"]), date.fromisoformat(document[name]["last"]))
        for name in ("before", "after")
    )
    return before, after


def severity_fell(document: Mapping[str, Any]) -> bool | None:
    """Return whether harm per crime fell in all that is weighed; None when it is not known.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    bool or None
    """
    known = [
        h["per_crime_after"] < h["per_crime_before"]
        for h in document["harm"]
        if h["per_crime_before"] is not None and h["per_crime_after"] is not None
    ]
    return all(known) if known else None


def _grade(guards: list[Mapping[str, Any]], record: Mapping[str, Any], compared_by: str) -> str:
    is_compared = record[compared_by] is not None
    told = ["before and after with comparison areas" if is_compared else "before and after alone"]
    planned = record.get("planned")
    told += [planned["status"]] if planned else []
    if any(g["severity"] == "red" and g["about"] in ("", record["definition"]) for g in guards):
        told.append("not safe to rely on")
    return "; ".join(told)


def _hot_spots(key: str, areas: int, window: str) -> Iterator[Figure]:
    yield Figure(
        path="outcomes[0].areas",
        value=float(areas),
        unit="count",
        topic="hot spots",
        role="",
        definition="",
        window=window,
        grade="declared",
        wording=f"The set {key} has {areas} hot spots.",
    )


def _counts(facts: Record) -> Iterator[Figure]:
    record = facts.record
    before, after = record["before"], record["after"]
    headline: Mapping[str, Any] = next((e for e in record["estimates"] if e["headline"]), {})
    told: dict[str, Any] = {
        "wording": _tell(record["title"], record, facts.window),
        "low": headline.get("low"),
        "high": headline.get("high"),
        "interval_of": _OF_RATIO,
    }
    yield facts.figure("before", before, role="before", **told)
    yield facts.figure("after", after, role="after", **told)
    yield from _changes(facts, (before, after), before, **told)
    if record["comparison_before"] is not None:
        ends = (record["comparison_before"], record["comparison_after"])
        beside = (
            f"In the comparison areas {format_count(ends[0])} before, {format_count(ends[1])} "
            f"after: {describe_change(*ends)} ({facts.window})."
        )
        shared: dict[str, Any] = {"topic": "comparison", "wording": beside}
        yield facts.figure("comparison_before", ends[0], role="before", **shared)
        yield facts.figure("comparison_after", ends[1], role="after", **shared)
        yield from _changes(facts, ends, ends[0], member="comparison ", **shared)
    if record["expected_after"] is not None:
        expected = record["expected_after"]
        twin = (
            f"With no effect at all about {format_count(expected)} would be "
            f"expected; {format_count(after)} were recorded."
        )
        yield facts.figure("expected_after", expected, topic="expected", wording=twin)


def _changes(
    facts: Record, ends: tuple[float, float], base: float, member: str = "", **told: Any
) -> Iterator[Figure]:
    before, after = ends
    yield facts.figure(f"{member}after - before", after - before, role="difference", **told)
    if before > 0:
        change = 100 * (after - before) / before
        told = {**told, "unit": "percent", "role": "change", "base": base}
        yield facts.figure(f"{member}change", change, **told)


def _tell(title: str, record: Mapping[str, Any], window: str) -> str:
    before, after = record["before"], record["after"]
    return (
        f"{title}: {format_count(before)} before, {format_count(after)} after, "
        f"{describe_change(before, after)} ({window}). {record['verdict']}"
    )


def _estimates(facts: Record) -> Iterator[Figure]:
    for number, estimate in enumerate(facts.record["estimates"]):
        if estimate["value"] is None:
            continue
        low, high = estimate["low"], estimate["high"]
        told = f"{estimate['name']}: {estimate['value']:.2f}"
        if low is not None and high is not None:
            told += f" ({100 * estimate['level']:.0f} % interval {low:.2f} to {high:.2f})"
        for member in ("value", "low", "high"):
            if estimate[member] is not None:
                yield facts.figure(
                    f"estimates[{number}].{member}",
                    estimate[member],
                    unit="ratio",
                    topic="estimate",
                    wording=f"{told}.",
                    low=low,
                    high=high,
                    interval_of="the estimate",
                )


def _areas(facts: Record) -> Iterator[Figure]:
    for number, area in enumerate(facts.record["areas"]):
        told = f"{area['name']}: {area['before']} before, {area['after']} after, "
        told += f"{describe_change(area['before'], area['after'])}."
        shared = {"topic": "area", "wording": told, "place": area["name"]}
        yield from _ends(facts, area, f"areas[{number}].", shared)


def _rings(facts: Record) -> Iterator[Figure]:
    for number, ring in enumerate(facts.record["rings"]):
        told = f"In the ring {ring['name']}: {ring['before']} before, {ring['after']} after."
        shared = {"topic": "ring", "wording": told, "place": ring["name"]}
        yield from _ends(facts, ring, f"rings[{number}].", shared)


def _ends(
    facts: Record, place: Mapping[str, Any], path: str, shared: dict[str, Any]
) -> Iterator[Figure]:
    """Yield both counts of one place, and the change; one place alone is not tested."""
    ends = (place["before"], place["after"])
    for role, value in zip(("before", "after"), ends, strict=True):
        yield facts.figure(f"{path}{role}", value, role=role, verdict_id="chance", **shared)
    yield from _changes(facts, ends, ends[0], member=path, verdict_id="chance", **shared)


def _harm(facts: Record) -> Iterator[Figure]:
    record = facts.record
    ends = (record["before"], record["after"])
    each = (record["per_crime_before"], record["per_crime_after"])
    told = (
        f"Total harm ({record['index']}): {format_count(ends[0])} before, {format_count(ends[1])} "
        f"after, {describe_change(*ends, countable=False)} ({facts.window}). {record['verdict']}"
    )
    shared: dict[str, Any] = {"topic": "harm", "wording": told}
    yield facts.figure("before", ends[0], role="before", **shared)
    yield facts.figure("after", ends[1], role="after", **shared)
    # how many crimes a score rests on is the score over the score of one
    base = ends[0] / each[0] if each[0] else None
    yield from _changes(facts, ends, base or 0.0, **shared)
    if each[0] and each[1] is not None:
        told = (
            f"Harm per crime: {format_count(each[0], 1)} before, {format_count(each[1], 1)} after, "
            f"{describe_change(*each, base=base, countable=False, decimals=1)}."
        )
        shared = {"topic": "severity", "wording": told}
        yield facts.figure("per_crime_before", each[0], role="before", **shared)
        yield facts.figure("per_crime_after", each[1], role="after", **shared)
        yield from _changes(facts, each, base or 0.0, member="per_crime ", **shared)
