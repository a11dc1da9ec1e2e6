"""What a results file says, one figure at a time: definition, window, interval, evidence grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from patrolwise.errors import InputError
from patrolwise.reporting.results import SCHEMA
from patrolwise.reporting.wording import describe_change, format_count

DESIGN = "not-randomised"  # the guard of every comparison that is no experiment


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a results file."""

    path: str  # in the file, such as outcomes[0].before
    value: float
    unit: str  # "count", "percent", "days", "ratio"
    topic: str  # "crime", "comparison", "expected", "harm", "severity", "hot spots", "window"
    role: str  # "before", "after", "change" or "difference"; else empty
    definition: str  # id@version; empty where it counts no crimes
    window: str
    grade: str
    wording: str  # a sentence with it that would be true
    low: float | None = None  # of the outcome's headline ratio, or of the estimate itself
    high: float | None = None
    base: float | None = None  # the crimes that a percentage rests on
    verdict_id: str = ""
    place: str = ""  # the area or ring that it is of, which its sentence must name


@dataclass(frozen=True, kw_only=True)
class ResultsFacts:
    """What claims are held against."""

    figures: tuple[Figure, ...]
    before: tuple[date, date]
    after: tuple[date, date]
    hot_spots: int
    is_experiment: bool
    severity_fell: bool | None  # harm per crime; None when it is not known


def read_facts(document: Mapping[str, Any]) -> ResultsFacts:
    """Return the figures of a results document.

    Parameters
    ----------
    document : mapping
        results.json, as JSON gives it.

    Returns
    -------
    ResultsFacts

    Raises
    ------
    InputError
        It is no results document of this version, or a member is missing.
    """
    schema = document.get("schema")
    if schema != SCHEMA:
        raise InputError(
            f"A results file says schema {SCHEMA!r}, got {schema!r}. "
            "Give the results.json that patrolwise evaluate wrote."
        )
    try:
        return _read_facts(document)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"The results file lacks a member or has a wrong one ({error}). "
            "Write it again with patrolwise evaluate."
        ) from error


def _read_facts(document: Mapping[str, Any]) -> ResultsFacts:
    windows = {
        name: (
            date.fromisoformat(document[name]["first"]),
            date.fromisoformat(document[name]["last"]),
        )
        for name in ("before", "after")
    }
    guards = document["guards"]
    ids = {guard["id"] for guard in guards}
    spans = {name: f"{first} to {last}" for name, (first, last) in windows.items()}
    both = f"{spans['before']} against {spans['after']}"
    outcomes, harms = document["outcomes"], document["harm"]
    areas = max((len(outcome["areas"]) for outcome in outcomes), default=0)
    figures = [
        *_windows(document, spans),
        *_hot_spots(document["hot_spot_set"], areas, both),
    ]
    for number, outcome in enumerate(outcomes):
        grade = _grade(guards, outcome["definition"], outcome["comparison_before"] is not None)
        facts = _Facts(f"outcomes[{number}]", outcome, both, grade)
        figures += [*_counts(facts), *_estimates(facts), *_areas(facts), *_rings(facts)]
    for number, harm in enumerate(harms):
        grade = _grade(guards, harm["definition"], harm["wdd"] is not None)
        figures += _harm(_Facts(f"harm[{number}]", harm, both, grade))
    return ResultsFacts(
        figures=tuple(figures),
        before=windows["before"],
        after=windows["after"],
        hot_spots=areas,
        is_experiment=DESIGN not in ids,
        severity_fell=_severity_fell(harms),
    )


@dataclass(frozen=True)
class _Facts:
    """One record of the document, and what its figures share."""

    path: str
    record: Mapping[str, Any]
    window: str
    grade: str

    def figure(self, member: str, value: float, **told: Any) -> Figure:
        shared = {
            "unit": "count",
            "topic": "crime",
            "role": "",
            "definition": self.record["definition"],
            "window": self.window,
            "grade": self.grade,
            "verdict_id": self.record.get("verdict_id", ""),
        }
        return Figure(path=f"{self.path}.{member}", value=float(value), **{**shared, **told})


def _grade(guards: list[Mapping[str, Any]], definition: str, is_compared: bool) -> str:
    design = "before and after with comparison areas" if is_compared else "before and after alone"
    is_red = any(g["severity"] == "red" and g["about"] in ("", definition) for g in guards)
    return f"{design}; not safe to rely on" if is_red else design


def _windows(document: Mapping[str, Any], spans: Mapping[str, str]) -> Iterator[Figure]:
    for name, span in spans.items():
        days = document[name]["days"]
        yield Figure(
            path=f"{name}.days",
            value=float(days),
            unit="days",
            topic="window",
            role=name,
            definition="",
            window=span,
            grade="declared",
            wording=f"The {name} window is {span}, {days} days.",
        )


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


def _counts(facts: _Facts) -> Iterator[Figure]:
    record = facts.record
    before, after = record["before"], record["after"]
    headline: Mapping[str, Any] = next((e for e in record["estimates"] if e["headline"]), {})
    told: dict[str, Any] = {
        "wording": _tell(record["title"], record, facts.window),
        "low": headline.get("low"),
        "high": headline.get("high"),
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
    facts: _Facts, ends: tuple[float, float], base: float, member: str = "", **told: Any
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


def _estimates(facts: _Facts) -> Iterator[Figure]:
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
                )


def _areas(facts: _Facts) -> Iterator[Figure]:
    for number, area in enumerate(facts.record["areas"]):
        ends = (area["before"], area["after"])
        told = f"{area['name']}: {ends[0]} before, {ends[1]} after, {describe_change(*ends)}."
        for role, value in zip(("before", "after"), ends, strict=True):
            shared = {"topic": "area", "role": role, "wording": told, "place": area["name"]}
            yield facts.figure(f"areas[{number}].{role}", value, **shared)


def _rings(facts: _Facts) -> Iterator[Figure]:
    for number, ring in enumerate(facts.record["rings"]):
        ends = (ring["before"], ring["after"])
        told = f"In the ring {ring['name']}: {ends[0]} before, {ends[1]} after."
        for role, value in zip(("before", "after"), ends, strict=True):
            shared = {"topic": "ring", "role": role, "wording": told, "place": ring["name"]}
            yield facts.figure(f"rings[{number}].{role}", value, **shared)


def _harm(facts: _Facts) -> Iterator[Figure]:
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


def _severity_fell(harms: list[Mapping[str, Any]]) -> bool | None:
    known = [
        h["per_crime_after"] < h["per_crime_before"]
        for h in harms
        if h["per_crime_before"] is not None and h["per_crime_after"] is not None
    ]
    return all(known) if known else None
