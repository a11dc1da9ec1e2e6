"""How hot spots are told beside their forecast with nothing done."""

from collections.abc import Iterator

from patrolwise.reporting.blocks import Block, Grid, Paragraph, Subheading
from patrolwise.reporting.comparator_records import TwinRecord
from patrolwise.reporting.wording import (
    format_count,
    format_day,
    format_interval,
    format_p,
    format_percent,
    format_signed,
)

_PROMISED = 0.05
_MOST_MISSED = 2 * _PROMISED  # more, and what a range holds is not what it says


def tell_twins(twin: TwinRecord) -> Iterator[Block]:
    """Yield what a reader is told of the forecasts.

    Parameters
    ----------
    twin : TwinRecord

    Yields
    ------
    Block
        Words, then a row for each hot spot.
    """
    yield Subheading(text="Had nothing been done")
    yield Paragraph(
        text="Places chosen for being high were lucky in part, and luck does not last. The "
        f"forecast takes that back: from {format_count(twin.places)} places that could have been "
        f"chosen, on {_tell_known(twin)}. {_tell_regression(twin)} {_tell_trend(twin)}"
    )
    yield Paragraph(text=f"{_tell_total(twin)} {_tell_trial(twin)}")
    yield _spots_grid(twin)


def _spots_grid(twin: TwinRecord) -> Grid:
    columns = ["Hot spot", "Before", "Forecast", "Range", "Seen after", "p", "q"]
    note = (
        "Before: all known days, as if they were as long as the after window. Range: what chance "
        "makes likely 95 times in 100, if places change alike. "
    )
    is_tried = twin.missed is not None and twin.missed <= _MOST_MISSED
    if is_tried:
        note += "q is p, allowed for the number of hot spots. No row is a finding by itself."
    else:
        columns = columns[:-2]
        note += "No p is given: the range has not been borne out by places without the patrol."
    rows = [
        (
            spot.name,
            format_count(spot.before),
            format_count(spot.expected),
            format_interval(spot.low, spot.high, 0),
            format_count(spot.after),
            format_p(spot.p),
            format_p(spot.q),
        )
        for spot in twin.spots
    ]
    return Grid(
        caption="Each hot spot beside its forecast with nothing done",
        columns=tuple(columns),
        rows=tuple(row[: len(columns)] for row in rows),
        numeric=tuple(range(1, len(columns))),
        note=note,
    )


def _tell_known(twin: TwinRecord) -> str:
    return " and ".join(f"{format_day(first)} to {format_day(last)}" for first, last in twin.known)


def _tell_total(twin: TwinRecord) -> str:
    expected = sum(spot.expected for spot in twin.spots)
    after = sum(spot.after for spot in twin.spots)
    interval = format_interval(twin.difference.low, twin.difference.high, 0)
    return (
        f"All hot spots together had {format_count(after)} crimes after, beside a forecast of "
        f"{format_count(expected)} (difference {format_signed(twin.difference.value)}, 95 % "
        f"interval {interval})."
    )


def _tell_regression(twin: TwinRecord) -> str:
    way = "fewer" if twin.regression < 0 else "more"
    return (
        f"By that alone the hot spots would have had {format_percent(abs(twin.regression))} {way} "
        "crimes after."
    )


def _tell_trend(twin: TwinRecord) -> str:
    if twin.trend is None:
        return (
            "What changed everywhere is not allowed for: the rest of the study area is too quiet."
        )
    return (
        "The rest of the study area's change is allowed for too: its crime after was "
        f"{format_count(twin.trend, 2)} times what it was before. The count to expect that stands "
        "beside the verdict leaves that change out."
    )


def _tell_trial(twin: TwinRecord) -> str:
    if twin.missed is None:
        return (
            "Too few busy places without the patrol were at hand to try the forecast on, so "
            "nobody can tell how often its range is missed."
        )
    told = (
        f"The same forecast was tried on {twin.elsewhere} busy places that are no hot spot: "
        f"{format_percent(twin.missed, 0)} of them ended outside their range, where "
        f"{format_percent(_PROMISED, 0)} should."
    )
    if twin.missed > _MOST_MISSED:
        told += " So places change apart by more than the range says: do not rely on it here."
    return told
