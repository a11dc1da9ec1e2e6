"""Which figures days.json holds: hot spot-days, their crimes, ratios and changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from patrolwise.claims.figure_making import Record, make_window_figures
from patrolwise.claims.figures import Figure
from patrolwise.reporting.wording import format_count

MIXED = "patrol-days-naive"  # the plain ratio: weekdays and places are mixed into it
_DRAWN = "days drawn by lot"
_EXCHANGED = "days that are alike exchanged, none drawn by lot"
_SOUGHT = "exploratory: looked for afterwards"
_MODEL = "panel-"  # ids of estimates of a model, which no draw stands behind
_FITTED = "model of hot spots, weekdays and months"
_NOT_DRAWN = "days-not-drawn"  # a guard that the grade says already


def read_days(document: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of a comparison of days.

    Parameters
    ----------
    document : mapping
        What `patrolwise days` wrote, as JSON gives it.

    Returns
    -------
    tuple of Figure

    Raises
    ------
    KeyError, TypeError, ValueError
        A member is missing or wrong.
    """
    window = document["window"]
    span = (date.fromisoformat(window["first"]), date.fromisoformat(window["last"]))
    record = Record(
        "", {"definition": document["definition"]}, f"{span[0]} to {span[1]}", _grade(document)
    )
    service = document["service"]
    headline = (document["headline"], "headline")
    found = [
        *_sides(record, document),
        *_change(replace(record, grade=_plan(record.grade, document)), *headline),
        *_listed(record, document, "beside", ""),
        *_listed(record, document, "lags", _SOUGHT),
        *_listed(record, document, "harm", ""),
    ]
    mine = [replace(one, service=service) for one in found]
    mine += _pairs(record, document["together"])
    is_drawn = bool(document["is_drawn"])
    return (
        *(
            replace(
                one,
                path=one.path.lstrip("."),
                spans=(span,),
                shows_cause=is_drawn and one.shows_cause,
            )
            for one in mine
        ),
        *(replace(one, spans=(span,)) for one in make_window_figures(window, "window")),
    )


def _grade(document: Mapping[str, Any]) -> str:
    told = [_DRAWN if document["is_drawn"] else _EXCHANGED]
    if any(g["severity"] == "red" and g["id"] != _NOT_DRAWN for g in document["guards"]):
        told.append("not safe to rely on")
    return "; ".join(told)


def _plan(grade: str, document: Mapping[str, Any]) -> str:
    """Return the headline's grade with whether it was planned, where the document says so."""
    planned = document.get("planned")
    return f"{grade}; {planned['status']}" if planned else grade


def _sides(record: Record, document: Mapping[str, Any]) -> Iterator[Figure]:
    sides = {"patrolled": document["patrolled"], "without": document["without"]}
    wording = (
        f"{document['outcome']}: "
        + ", ".join(
            f"{format_count(side['crimes'])} on {format_count(side['days'])} hot spot-days "
            f"{'with patrol' if name == 'patrolled' else 'without'}"
            for name, side in sides.items()
        )
        + f" ({record.window}). {document['verdict']}"
    )
    for name, side in sides.items():
        shared: dict[str, Any] = {
            "topic": "days",
            "wording": wording,
            "definition": "",
            "shows_cause": True,
        }
        yield record.figure(f"{name}.days", side["days"], **shared)
        shared |= {"definition": document["definition"]}
        yield record.figure(f"{name}.crimes", side["crimes"], **shared)
    if document["worst_share"] is not None:
        share = 100 * document["worst_share"]
        told = f"One hot spot-day has {share:.1f} % of all harm."
        named: dict[str, Any] = {"topic": "harm of days", "unit": "percent", "wording": told}
        yield record.figure("worst_share", share, **named)


def _listed(
    record: Record, document: Mapping[str, Any], member: str, more: str
) -> Iterator[Figure]:
    grade = "; ".join(part for part in (record.grade, more) if part)
    graded = replace(record, grade=grade)
    for number, estimate in enumerate(document[member]):
        topic = "harm of days" if member == "harm" else "days"
        yield from _change(graded, estimate, f"{member}[{number}]", topic)


def _pairs(record: Record, together: list[Mapping[str, Any]]) -> Iterator[Figure]:
    """Yield what a model says of each of two services, and of both on one day."""
    graded = replace(record, grade=_SOUGHT)
    for number, estimate in enumerate(together):
        service = str(estimate["id"]).removeprefix("panel-")
        for one in _change(graded, estimate, f"together[{number}]"):
            yield replace(one, service=service)


def _change(
    record: Record, estimate: Mapping[str, Any], path: str, topic: str = "days"
) -> Iterator[Figure]:
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    if value is None:
        return
    change = 100 * (value - 1)
    interval = (
        f", {100 * estimate['level']:.0f} % interval {low:.2f} to {high:.2f}"
        if low is not None and high is not None
        else ""
    )
    is_model = str(estimate["id"]).startswith(_MODEL)
    shared: dict[str, Any] = {
        "topic": topic,
        "grade": f"{_FITTED}; {record.grade}" if is_model else record.grade,
        "shows_cause": not is_model,
        "low": low,
        "high": high,
        "interval_of": "the ratio, days with patrol over days without" if interval else "",
        "verdict_id": _verdict(estimate),
        "wording": (
            f"{estimate['name']}: {value:.2f}, which is {abs(change):.1f} % "
            f"{'fewer' if change < 0 else 'more'}{interval} ({record.window})."
        ),
    }
    for member in ("value", "low", "high"):
        if estimate[member] is not None:
            yield record.figure(f"{path}.{member}", estimate[member], unit="ratio", **shared)
    yield record.figure(f"{path}.change", change, unit="percent", role="change", **shared)


def _verdict(estimate: Mapping[str, Any]) -> str:
    """Return "mixed" or "chance", or "fall" or "rise" beyond it; an interval does for a test."""
    if estimate["id"] == MIXED:
        return "mixed"
    if estimate["p"] is not None:
        is_beyond = estimate["p"] <= 1 - estimate["level"]
    else:
        low, high = estimate["low"], estimate["high"]
        is_beyond = low is not None and high is not None and not low <= 1 <= high
    if not is_beyond:
        return "chance"
    return "fall" if estimate["value"] < 1 else "rise"
