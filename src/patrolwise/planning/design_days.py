"""Which hot spots and days an experiment can use; what cannot be used is out before the draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import RefusedError, check_faults
from patrolwise.planning.design import DesignRule
from patrolwise.tables import Column, Table, check_columns, make_table

UNAVAILABLE = Table(
    "UNAVAILABLE",
    "one day on which a hot spot, or a service, cannot be in an experiment",
    (
        Column("area_id", pl.String, "the hot spot; null for all of them", True),
        Column("day", pl.Date, "the patrol day"),
        Column("service", pl.String, "the service that cannot come; null for any", True),
        Column("reason", pl.String, "why: an event, leave, a partner who is away"),
    ),
)

DAY_LOADS = Table(
    "DAY_LOADS",
    "one service on one day on which its rota is not as usual",
    (
        Column("day", pl.Date, "the patrol day"),
        Column("service", pl.String, "the service"),
        Column("least", pl.Int64, "hot spots that it must have that day"),
        Column("most", pl.Int64, "hot spots that it can serve that day"),
    ),
)

LEFT_OUT = Table(
    "LEFT_OUT",
    "one hot spot on one working day that is not part of an experiment",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("day", pl.Date, "the patrol day"),
        Column("because_of", pl.Date, "the day that cannot be used; its block's others go with it"),
        Column("reason", pl.String, "why that day cannot be used"),
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """A rule laid out over hot spots and days: all that a draw needs but its seed.

    Columns are working days in order: weeks of a block after each other, blocks after each other,
    so that an array of them has the shape (blocks, weeks of a block, working days of a week).
    """

    rule: DesignRule
    area_ids: tuple[str, ...]
    days: tuple[date, ...]
    in_play: NDArray[np.bool_]  # (hot spots, days)
    left_out: pl.DataFrame  # LEFT_OUT
    unavailable: pl.DataFrame  # UNAVAILABLE, as given
    day_loads: pl.DataFrame  # DAY_LOADS, as given

    @property
    def shape(self) -> tuple[int, int]:
        """Hot spots and days."""
        return len(self.area_ids), len(self.days)

    @property
    def ordinals(self) -> NDArray[np.int64]:
        """The days as numbers: a week later is 7 more."""
        return np.array([day.toordinal() for day in self.days], dtype=np.int64)

    @property
    def alike(self) -> tuple[int, ...]:
        """One number for each day; the same for the same weekday of the same block."""
        width = len(self.rule.weekdays)
        of_block = self.rule.block_weeks * width
        return tuple(d // of_block * width + d % width for d in range(len(self.days)))

    @property
    def block_days(self) -> int:
        """How many days a block has."""
        return self.rule.block_weeks * len(self.rule.weekdays)

    def block_starts(self) -> list[date]:
        """Return the first day of each block."""
        length = timedelta(weeks=self.rule.block_weeks)
        return [self.rule.window.first + number * length for number in range(self.rule.blocks)]


def lay_out_design(
    rule: DesignRule,
    area_ids: Sequence[str],
    unavailable: pl.DataFrame | None = None,
    day_loads: pl.DataFrame | None = None,
) -> Design:
    """Return which hot spots and days are drawn, and which are left out and why.

    A hot spot needs each weekday in all weeks of a block, or it could not get every arm equally
    often on it: a day that cannot be used takes the same weekday of its block out with it. A day
    on which the rota cannot carry every draw that is possible goes out for all hot spots.

    Parameters
    ----------
    rule : DesignRule
    area_ids : sequence of str
        The hot spots, each once.
    unavailable : (k, 4) UNAVAILABLE or None
        A service that is away takes the day out, as arms with it could not be given. Days
        outside the experiment are passed over.
    day_loads : (k, 4) DAY_LOADS or None
        Where the rota of a day is not as in the rule.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        Hot spots are none or twice there, or a table names one, or a service, that is not in the
        design.
    RefusedError
        The usual rota cannot carry the design, or a hot spot has no day left.

    Examples
    --------
    >>> from patrolwise.planning.design import ServiceLoad
    >>> from patrolwise.times import Window
    >>> rule = DesignRule(
    ...     window=Window("trial", date(2024, 6, 2), date(2024, 6, 15)),
    ...     weekdays=(7, 1, 2, 3, 4),
    ...     loads=(ServiceLoad("police", most=1),),
    ... )
    >>> off = make_table(UNAVAILABLE, {"area_id": ["a"], "day": [date(2024, 6, 3)],
    ...     "service": [None], "reason": ["fair"]})
    >>> lay_out_design(rule, ["a", "b"], off).left_out["day"].dt.day().to_list()
    [3, 10]
    """
    unavailable = make_table(UNAVAILABLE) if unavailable is None else unavailable
    day_loads = make_table(DAY_LOADS) if day_loads is None else day_loads
    check_columns(unavailable, UNAVAILABLE, name="unavailable")
    check_columns(day_loads, DAY_LOADS, name="day_loads")
    check_faults("Design", _name_faults(rule, area_ids, unavailable, day_loads))
    check_faults("Design", _load_faults(rule, len(area_ids)), RefusedError)
    days = _working_days(rule)
    why: dict[tuple[int, int], str] = {}
    _note_unavailable(why, unavailable, area_ids, days)
    in_play, because = _take_out(why, rule, (len(area_ids), len(days)))
    _note_misfits(why, rule, day_loads, in_play, days)
    in_play, because = _take_out(why, rule, (len(area_ids), len(days)))
    check_faults("Design", _empty_faults(in_play, area_ids), RefusedError)
    left_out = [
        (area_ids[area], days[day], days[cause], why[area, cause])
        for (area, day), cause in sorted(because.items())
    ]
    return Design(
        rule=rule,
        area_ids=tuple(area_ids),
        days=tuple(days),
        in_play=in_play,
        left_out=make_table(LEFT_OUT, pl.DataFrame(left_out, schema=LEFT_OUT.schema, orient="row")),
        unavailable=unavailable.select(UNAVAILABLE.names),
        day_loads=day_loads.select(DAY_LOADS.names),
    )


def find_load_range(rule: DesignRule, service: str, areas: int) -> tuple[int, int]:
    """Return how few and how many hot spots can get a service on one day.

    Parameters
    ----------
    rule : DesignRule
    service : str
    areas : int
        How many hot spots there are, all in play.

    Returns
    -------
    least, most : int
        Equal when the hot spots make whole groups of as many as a block has weeks.
    """
    groups, rest = divmod(areas, rule.block_weeks)
    weeks = rule.weeks_of(service)
    least = groups * weeks + max(0, rest - (rule.block_weeks - weeks))
    return least, groups * weeks + min(rest, weeks)


def _name_faults(
    rule: DesignRule,
    area_ids: Sequence[str],
    unavailable: pl.DataFrame,
    day_loads: pl.DataFrame,
) -> list[str]:
    faults = [] if area_ids else ["It has no hot spot. Give at least one."]
    twice = sorted({one for one in area_ids if list(area_ids).count(one) > 1})
    faults += [f"Hot spot {area_id} is there twice. Leave one out." for area_id in twice]
    faults += [
        f"unavailable names {area_id}, which is no hot spot of the design. Mend the id."
        for area_id in unavailable["area_id"].drop_nulls().unique().sort()
        if area_id not in area_ids
    ]
    for name, table in (("unavailable", unavailable), ("day_loads", day_loads)):
        faults += [
            f"{name} names the service {service}; the arms have {', '.join(rule.services)}."
            for service in table["service"].drop_nulls().unique().sort()
            if service not in rule.services
        ]
    if unavailable.select("day", "reason").null_count().sum_horizontal().item():
        faults.append("unavailable has rows without a day or a reason. Fill them in.")
    is_range = (pl.col("least") >= 0) & (pl.col("least") <= pl.col("most"))
    odd = day_loads.filter(~is_range.fill_null(value=False)).height
    if odd or day_loads.select("day", "service").is_duplicated().any():
        faults.append(
            "day_loads must give each service once a day, with a least of 0 or more and a most of "
            "at least as many. Mend its rows."
        )
    return faults


def _load_faults(rule: DesignRule, areas: int) -> list[str]:
    faults = []
    for load in rule.loads:
        least, most = find_load_range(rule, load.service, areas)
        if least < load.least or most > load.most:
            faults.append(
                f"With {areas} hot spots, {least} to {most} get {load.service} on a day, and its "
                f"rota serves {load.least} to {load.most}. Change the arms' weeks, the hot spots "
                "or the rota."
            )
    return faults


def _working_days(rule: DesignRule) -> list[date]:
    length = rule.blocks * rule.block_weeks * 7
    every = (rule.window.first + timedelta(days=number) for number in range(length))
    return [day for day in every if day.isoweekday() in rule.weekdays]


def _note_unavailable(
    why: dict[tuple[int, int], str],
    unavailable: pl.DataFrame,
    area_ids: Sequence[str],
    days: Sequence[date],
) -> None:
    column = {day: number for number, day in enumerate(days)}
    row = {area_id: number for number, area_id in enumerate(area_ids)}
    for area_id, day, service, reason in unavailable.select(UNAVAILABLE.names).iter_rows():
        if day in column:
            told = reason if service is None else f"{service}: {reason}"
            for area in range(len(area_ids)) if area_id is None else [row[area_id]]:
                why.setdefault((area, column[day]), told)


def _note_misfits(
    why: dict[tuple[int, int], str],
    rule: DesignRule,
    day_loads: pl.DataFrame,
    in_play: NDArray[np.bool_],
    days: Sequence[date],
) -> None:
    """Note the days on which a draw could ask more or less of a service than its rota carries."""
    areas, playing = len(in_play), in_play.sum(axis=0)
    given = {(day, service): (low, high) for day, service, low, high in day_loads.iter_rows()}
    for load in rule.loads:
        least, most = find_load_range(rule, load.service, areas)
        for number, day in enumerate(days):
            low, high = given.get((day, load.service), (load.least, load.most))
            fewest = max(0, least - (areas - int(playing[number])))
            if playing[number] and (fewest < low or min(most, int(playing[number])) > high):
                for area in range(areas):
                    told = f"the rota of {load.service} serves {low} to {high} hot spots"
                    why.setdefault((area, number), told)


def _take_out(
    why: dict[tuple[int, int], str], rule: DesignRule, shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], dict[tuple[int, int], int]]:
    """Return what stays in play, and for each hot spot and day out the first day that did it."""
    weeks, width = rule.block_weeks, len(rule.weekdays)
    in_play = np.ones(shape, dtype=np.bool_)
    because: dict[tuple[int, int], int] = {}
    for area, day in sorted(why):
        block, place = day // (weeks * width), day % width
        for week in range(weeks):
            mirror = (block * weeks + week) * width + place
            in_play[area, mirror] = False
            because.setdefault((area, mirror), mirror if (area, mirror) in why else day)
    return in_play, because


def _empty_faults(in_play: NDArray[np.bool_], area_ids: Sequence[str]) -> list[str]:
    return [
        f"{area_id} has no day left on which it can be in the experiment. Leave it out, or choose "
        "other weeks."
        for area_id, days in zip(area_ids, in_play, strict=True)
        if not days.any()
    ]
