"""Which figures patrols.json and the costs document hold: minutes, visits, days met, pounds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from patrolwise.claims.figure_making import Record, make_window_figures
from patrolwise.claims.figures import Figure
from patrolwise.reporting.wording import format_count

_TRACKED = "minutes verified by trackers"
_REPORTED = "self-reported, UNVERIFIED"
_OF_MINUTES = "the true minutes"


def read_patrols(document: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of what patrols delivered and cost.

    Parameters
    ----------
    document : mapping
        patrols.json, as JSON gives it.

    Returns
    -------
    tuple of Figure

    Raises
    ------
    KeyError, TypeError, ValueError
        A member is missing or wrong.
    """
    window = document["window"]
    figures = list(make_window_figures(window, "window"))
    for name in ("totals", "doses", "reported", "abstractions"):
        for number, one in enumerate(document[name]):
            record = Record(f"{name}[{number}]", one, _span(window), _grade(name))
            figures += _READERS[name](record)
    figures += _separation(document)
    figures += _costs(document, "cost_difference")
    return _dated(figures, window)


def read_costs(document: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of what patrols cost.

    Parameters
    ----------
    document : mapping
        What `patrolwise cost --json` printed, as JSON gives it.

    Returns
    -------
    tuple of Figure

    Raises
    ------
    KeyError, TypeError, ValueError
        A member is missing or wrong.
    """
    return _dated(list(_costs(document, "difference")), document["window"])


def _dated(figures: list[Figure], window: Mapping[str, Any]) -> tuple[Figure, ...]:
    span = (date.fromisoformat(window["first"]), date.fromisoformat(window["last"]))
    return tuple(replace(figure, spans=(span,)) for figure in figures)


def _span(window: Mapping[str, Any]) -> str:
    return f"{window['first']} to {window['last']}"


def _grade(name: str) -> str:
    return _REPORTED if name == "reported" else _TRACKED


def _minutes(record: Record, member: str, **told: Any) -> Iterator[Figure]:
    value = record.record[member]
    if value is not None:
        told = {"topic": "minutes", "service": record.record["service"], **told}
        yield record.figure(member, value, unit="minutes", **told)
        yield record.figure(member, value / 60, unit="hours", **told)


def _total(record: Record) -> Iterator[Figure]:
    one = record.record
    low, high = one["low_min"], one["high_min"]
    place = one.get("name", "")
    where = f"{place}, " if place else ""
    told: dict[str, Any] = {
        "place": place,
        "low": low,
        "high": high,
        "interval_of": f"{_OF_MINUTES} while tracked",
        "wording": (
            f"{where}{one['service']}: {format_count(one['patrol_min'])} patrol-minutes "
            f"({format_count(one['patrol_min'] / 60, 1)} hours) in {format_count(one['visits'])} "
            f"visits; the true minutes while tracked {format_count(low)} to {format_count(high)}; "
            f"the rule met on {one['days_met']} of {one['days_planned']} hot spot-days "
            f"({record.window})."
        ),
    }
    yield from _minutes(record, "patrol_min", **told, basis="patrol")
    if "person_min" in one:
        yield from _minutes(record, "person_min", **told, basis="person")
    yield from _minutes(record, "low_min", **told, basis="patrol")
    yield from _minutes(record, "high_min", **told, basis="patrol")
    yield from _minutes(record, "planned_min", **told, grade="declared: owed by the rules")
    shared = {"service": one["service"], "place": place, "wording": told["wording"]}
    yield record.figure("visits", one["visits"], topic="visits", **shared)
    for member in ("days_planned", "days_met", "days_short", "days_unclear"):
        yield record.figure(member, one[member], topic="days met", **shared)
    if one["days_planned"]:
        share = 100 * one["days_met"] / one["days_planned"]
        yield record.figure("days_met share", share, unit="percent", topic="days met", **shared)


def _reported(record: Record) -> Iterator[Figure]:
    one = record.record
    told = (
        f"{one['name']}, {one['service']}: {format_count(one['minutes'])} minutes as it reports "
        f"itself; nobody verified them ({record.window})."
    )
    yield from _minutes(record, "minutes", place=one["name"], wording=told)


def _abstraction(record: Record) -> Iterator[Figure]:
    one = record.record
    told = (
        f"{one['service']} left {one['times']} times for {one['reason']}, "
        f"{format_count(one['minutes'])} minutes ({record.window})."
    )
    yield from _minutes(record, "minutes", wording=told, topic="abstractions")
    shared = {"topic": "abstractions", "service": one["service"], "wording": told}
    yield record.figure("times", one["times"], **shared)


_READERS = {
    "totals": _total,
    "doses": _total,
    "reported": _reported,
    "abstractions": _abstraction,
}


def _separation(document: Mapping[str, Any]) -> Iterator[Figure]:
    for number, one in enumerate(document["separation"]):
        record = Record(f"separation[{number}]", one, _span(document["window"]), _TRACKED)
        shared: dict[str, Any] = {"topic": "meetings", "wording": one["sentence"]}
        yield record.figure("meetings", len(one["meetings"]), **shared)
        minutes = one["minutes_together"]
        yield record.figure("minutes_together", minutes, unit="minutes", **shared)


def _costs(document: Mapping[str, Any], difference: str) -> Iterator[Figure]:
    window = _span(document["window"])
    for number, one in enumerate(document["costs"]):
        is_verified = one["is_verified"]
        grade = f"declared pounds over {_TRACKED if is_verified else _REPORTED}"
        yield from _cost(Record(f"costs[{number}]", one, window, grade))
    if document[difference] is not None:
        one = document[difference]
        is_verified = all(cost["is_verified"] for cost in document["costs"])
        grade = f"declared pounds over {_TRACKED if is_verified else _REPORTED}"
        yield from _difference(Record(difference, one, window, grade))


def _cost(record: Record) -> Iterator[Figure]:
    one = record.record
    shared: dict[str, Any] = {
        "topic": "cost",
        "service": one["service"],
        "basis": one["basis"],
        "wording": one["sentence"],
    }
    yield record.figure("pounds", one["pounds"], unit="pounds", **shared)
    for kind, pounds in one["pounds_by_kind"]:
        yield record.figure(f"pounds_by_kind {kind}", pounds, unit="pounds", **shared)
    for member in ("per_minute", "corrected"):
        if one[member] is not None:
            low, high = one["low"], one["high"]
            told = {**shared, "low": low, "high": high}
            told["interval_of"] = "pounds a true minute" if low is not None else ""
            yield record.figure(member, one[member], unit="pounds per minute", **told)
            told |= {"low": low and 60 * low, "high": high and 60 * high}
            told["interval_of"] = "pounds a true hour" if low is not None else ""
            yield record.figure(member, 60 * one[member], unit="pounds per hour", **told)


def _difference(record: Record) -> Iterator[Figure]:
    one = record.record
    low, high = one["low_percent"], one["high_percent"]
    shared: dict[str, Any] = {
        "topic": "cost difference",
        "unit": "percent",
        "role": "change",
        "wording": one["sentence"],
        "low": low,
        "high": high,
        "interval_of": "the difference, per cent" if low is not None else "",
        "verdict_id": "chance" if low is not None and low <= 0 <= high else "",
    }
    for member in ("difference_percent", "corrected_percent"):
        value = one[member]
        yield record.figure(member, value, service=one["service_a"], **shared)
        if value > -100:
            # the other way round: what the second service costs beside the first
            other = 100 * (1 / (1 + value / 100) - 1)
            told = {**shared, "low": None, "high": None, "interval_of": ""}
            yield record.figure(f"{member} reversed", other, service=one["service_b"], **told)
