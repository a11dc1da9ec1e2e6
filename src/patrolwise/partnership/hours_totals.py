"""How many hours there were, never without saying hours of what, of whom and of which days.

Two figures of one programme-year, 7,414 and 26,821 hours, stood in public side by side with
nothing to tell them apart. Here a figure has a scope, or it is not set beside another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.partnership.return_tables import check_return_table
from patrolwise.times import Window, patrol_day

MEASURES = {
    "patrol-hours": "hours that units were there; a pair counts once",
    "person-hours": "hours that people were there; a pair counts twice",
}


@dataclass(frozen=True, kw_only=True)
class HoursScope:
    """What a figure of hours is of; an empty part means all."""

    measure: str  # of MEASURES
    window: Window
    agencies: tuple[str, ...]
    patrol_types: tuple[str, ...] = ()
    activities: tuple[str, ...] = ("patrol",)
    paid: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise InputError(f"measure is {self.measure!r}. Give {' or '.join(MEASURES)}.")
        if not self.agencies:
            raise InputError("Hours of nobody: name the agencies.")
        # in one form, so that the same scope is seen to be the same however it was written
        object.__setattr__(self, "window", Window("", self.window.first, self.window.last))
        for part in ("agencies", "patrol_types", "activities", "paid", "areas", "streams"):
            object.__setattr__(self, part, tuple(sorted(set(getattr(self, part)))))

    def __str__(self) -> str:
        parts = (
            (self.activities, ""),
            (self.patrol_types, "patrols "),
            (self.paid, "paid "),
            (self.areas, "in "),
            (self.streams, "claimed from "),
        )
        told = [f"{lead}{', '.join(values)}" for values, lead in parts if values]
        return (
            f"{self.measure} ({MEASURES[self.measure]}) of {', '.join(self.agencies)}, "
            f"{self.window}; {'; '.join(told) or 'all activities'}"
        )


@dataclass(frozen=True, kw_only=True)
class HoursFigure:
    """One figure of hours, with the rows that it is the sum of."""

    minutes: int
    scope: HoursScope | None  # None: whoever published it does not say
    source: str
    by_kind: tuple[tuple[str, int], ...] = ()  # minutes of police, outreach and partners apart
    row_ids: tuple[str, ...] = ()

    @property
    def hours(self) -> float:
        """Minutes over 60."""
        return self.minutes / 60

    def __str__(self) -> str:
        told = f"{self.hours:,.2f}".removesuffix(".00")
        if self.scope is None:
            return f"{self.source}: {told} hours, of what it does not say"
        parts = ", ".join(
            f"{kind} {part / 60:,.2f}".removesuffix(".00") for kind, part in self.by_kind
        )
        return f"{self.source}: {told} {self.scope}{f' ({parts})' if self.by_kind[1:] else ''}"


def add_minutes(hours: pl.DataFrame) -> pl.DataFrame:
    """Return hours with their patrol day, month and minutes.

    Parameters
    ----------
    hours : (n, 17) HOURS_WORKED

    Returns
    -------
    (n, 21) frame
        With `day`, `month`, `patrol_min` (0 for work that grew out of a patrol) and `person_min`.
        Minutes are whole, so that sums are exact in any order.
    """
    check_return_table(hours, "hours")
    minutes = (pl.col("end") - pl.col("start")).dt.total_minutes()
    return hours.with_columns(
        day=patrol_day(pl.col("start")),
        month=patrol_day(pl.col("start")).dt.truncate("1mo"),
        patrol_min=pl.when(pl.col("activity") == "patrol").then(minutes).otherwise(0),
        person_min=minutes * pl.col("staff"),
    )


def count_hours(hours: pl.DataFrame, scope: HoursScope, kinds: Mapping[str, str]) -> HoursFigure:
    """Return the hours of a ledger that a scope means.

    Parameters
    ----------
    hours : (n, 17) HOURS_WORKED
        Checked: see `check_hours_ledger`.
    scope : HoursScope
    kinds : mapping of agency to kind

    Returns
    -------
    HoursFigure
        Its minutes are the sum of its rows.

    Raises
    ------
    RefusedError
        Patrol-hours of the police and of partners would be added. Where the two walk together
        the place had one hour of patrol; person-hours add up, and are told by kind.
    """
    met = sorted({kinds[agency] for agency in scope.agencies})
    if scope.measure == "patrol-hours" and len(met) > 1:
        raise RefusedError(
            f"Patrol-hours of {' and '.join(met)} are never added: where they walk together, one "
            "hour would count twice. Give them side by side, or ask for person-hours."
        )
    column = "patrol_min" if scope.measure == "patrol-hours" else "person_min"
    wanted = (
        ("patrol_type", scope.patrol_types),
        ("activity", scope.activities),
        ("paid", scope.paid),
        ("area_id", scope.areas),
        ("stream_id", scope.streams),
    )
    rows = add_minutes(hours).filter(
        pl.col("agency").is_in(scope.agencies),
        pl.col("day").is_between(scope.window.first, scope.window.last),
        *(pl.col(name).is_in(values) for name, values in wanted if values),
    )
    of_kind = rows.with_columns(kind=pl.col("agency").replace_strict(dict(kinds)))
    parts = {kind: of_kind.filter(pl.col("kind") == kind)[column].sum() for kind in met}
    return HoursFigure(
        minutes=int(rows[column].sum()),
        scope=scope,
        source="hours ledger",
        by_kind=tuple((kind, int(minutes)) for kind, minutes in parts.items()),
        row_ids=tuple(rows["row_id"].sort()),
    )


def set_hours_side_by_side(figures: Sequence[HoursFigure]) -> tuple[str, ...]:
    """Return figures of hours as what each of them is, or refuse to show them together.

    Parameters
    ----------
    figures : sequence of HoursFigure

    Returns
    -------
    tuple of str
        A line each; then one that says that they differ by what they count.

    Raises
    ------
    RefusedError
        A figure has no scope, or two with the same scope differ. All are named.

    Examples
    --------
    >>> bare = HoursFigure(minutes=444840, scope=None, source="Report A")
    >>> set_hours_side_by_side([bare])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    patrolwise.errors.RefusedError: Hours side by side: Report A: 7,414 hours, of what it does ...
    """
    faults = [
        f"{one}. Find out whether a pair counts once or twice, of whom and of which days, or "
        "leave it out."
        for one in figures
        if one.scope is None
    ]
    first: dict[HoursScope, HoursFigure] = {}
    for one in figures:
        if one.scope is not None:
            other = first.setdefault(one.scope, one)
            if other.minutes != one.minutes:
                faults.append(
                    f"{other.source} says {other.hours:,.2f} and {one.source} {one.hours:,.2f} of "
                    f"the same: {one.scope}. One of them is wrong; count it again from the ledger."
                )
    check_faults("Hours side by side", faults, RefusedError)
    told = tuple(str(one) for one in figures)
    if len(first) < 2:
        return told
    return (*told, "These count different things. None is a share of another, nor do they add up.")
