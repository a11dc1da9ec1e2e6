"""Which hot spots were served less or more than the others, once chance is allowed for.

A league table of shares always has a last place, though nothing may differ. Here hot spots stand in
the order in which they were given, and one is named only when it lies outside a funnel of all.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from patrolwise.benchmarking.funnels import Funnel, judge_shares
from patrolwise.errors import check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import Column, Table, check_columns

WATCH_Z, FLAG_Z = 1.959964, 3.090232  # 95 % and 99.8 %
_LEAST = 3  # hot spots, before they can be held against one another

SERVED_DAYS = Table(
    "SERVED_DAYS",
    "one hot spot in a period: on how many of the days that it was owed something it got it",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("days_owed", pl.Int64, "days on which a rule owed it something, and that could be "
               "told; 0 or more"),
        Column("days_met", pl.Int64, "of these, days on which it got it"),
    ),
)  # fmt: skip


class Standing(StrEnum):
    """How a hot spot stands to all others together."""

    FEW = "too few hot spots to compare"
    NOTHING = "nothing was owed"
    ALIKE = "as the others"
    WATCH_BELOW = "watch: below 95 % limits"
    WATCH_ABOVE = "watch: above 95 % limits"
    BELOW = "below the others"
    ABOVE = "above the others"


@dataclass(frozen=True, kw_only=True)
class Served:
    """One hot spot with the limits that a hot spot of its days has."""

    area_id: str
    days_owed: int
    days_met: int
    share: float | None  # 0 to 1; None where nothing was owed
    low: float | None  # of all together, at 99.8 %, spread between hot spots allowed for
    high: float | None
    standing: Standing


def compare_served(days: pl.DataFrame) -> tuple[Served, ...]:
    """Return hot spots by whether their share of days met lies outside the funnel of all.

    Parameters
    ----------
    days : (n, 3) SERVED_DAYS, one row a hot spot
        A reader leaves the line in `row`.

    Returns
    -------
    (n,) tuple of Served, in the order given
        Never by share: of shares that differ by chance alone, the order says nothing.

    Raises
    ------
    InputError
        A hot spot is there twice, or more days were met than owed; all rows are named.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202: funnels in place of league tables.
    As `benchmarking.funnels.judge_shares`, with the spread learned of all but the outer tenths.

    Examples
    --------
    >>> met = [20, 21, 19, 20, 22, 21, 20, 19, 21, 20, 22, 2]
    >>> days = pl.DataFrame(
    ...     {"area_id": list("abcdefghijkl"), "days_owed": [28] * 12, "days_met": met}
    ... )
    >>> [str(one.standing) for one in compare_served(days)][-2:]
    ['as the others', 'below the others']
    """
    check_columns(days, SERVED_DAYS, name="days")
    _check(days)
    owed, met = (days[name].to_numpy() for name in ("days_owed", "days_met"))
    has = np.flatnonzero(owed > 0)
    funnel = judge_shares(met[has], owed[has]) if len(has) >= _LEAST else None
    places = {int(k): place for place, k in enumerate(has)}
    limits = funnel.limits(FLAG_Z) if funnel else None
    return tuple(
        Served(
            area_id=area_id,
            days_owed=int(owed[k]),
            days_met=int(met[k]),
            share=float(met[k] / owed[k]) if owed[k] else None,
            low=float(limits[0][places[k]]) if limits and k in places else None,
            high=float(limits[1][places[k]]) if limits and k in places else None,
            standing=_judge(funnel, places.get(k)),
        )
        for k, area_id in enumerate(days["area_id"])
    )


def _judge(funnel: Funnel | None, place: int | None) -> Standing:
    if place is None:
        return Standing.NOTHING
    if funnel is None:
        return Standing.FEW
    z = float(funnel.z_additive[place])
    if abs(z) > FLAG_Z:
        return Standing.BELOW if z < 0 else Standing.ABOVE
    if abs(z) > WATCH_Z:
        return Standing.WATCH_BELOW if z < 0 else Standing.WATCH_ABOVE
    return Standing.ALIKE


def _check(days: pl.DataFrame) -> None:
    rows = number_rows(days)
    found = (
        (~pl.col("area_id").is_first_distinct(), "area_id", "it is there twice."),
        (pl.col("days_owed") < 0, "days_owed", "write 0 or more."),
        (
            (pl.col("days_met") < 0) | (pl.col("days_met") > pl.col("days_owed")),
            "days_met",
            "write 0 or more, and no more than were owed.",
        ),
    )
    check_faults(
        "Days served",
        [fault for bad, name, told in found for fault in describe_bad_rows(rows, bad, name, told)],
    )
