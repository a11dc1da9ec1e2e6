"""What ends when funds end: minutes and hot spots week by week, and crimes not prevented.

The effect is the user's own estimate with its interval: none is shipped, and without one nothing
is said of crimes. It is a projection of what goes on as it was, not a forecast.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isfinite

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.hours_totals import add_minutes
from patrolwise.partnership.return_tables import check_return_table
from patrolwise.times import Window

_WEEK = timedelta(days=7)
LONGEST_WEEKS = 260
# what every page and print of a projection says beside it
ASSUMPTIONS = (
    "What was patrolled in the recent weeks goes on, hot spot by hot spot, while it is paid.",
    "Where part of a hot spot's minutes ends, so large a part of the effect ends.",
    "The interval is of the effect alone: crime also varies, and may change for other reasons.",
)
_NO_STREAM = ""  # of hours that no stream pays: they go on


@dataclass(frozen=True, kw_only=True)
class StatedEffect:
    """The share of crimes that patrols prevent where they are, as somebody estimated it."""

    share: float  # 0.14 where 14 of 100 crimes are prevented
    low: float  # of the 95 % interval; below zero where patrols may do harm
    high: float
    definition: str  # id@version of the crimes
    source: str  # the report that it is from

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {value}. Give a share below 1, such as 0.14."
            for name, value in (("share", self.share), ("low", self.low), ("high", self.high))
            if not (isfinite(value) and value < 1)
        ]
        if not faults and not self.low <= self.share <= self.high:
            faults.append(f"{self.share} is not within {self.low} to {self.high}. Swap them.")
        if not faults and self.low == self.high:
            faults.append("Its interval has no width. Give the one of your evaluation.")
        faults += [
            f"It has no {name}. Say {told}."
            for name, told in (
                ("definition", "which crimes it is of, as id@version"),
                ("source", "which evaluation it is from"),
            )
            if not getattr(self, name).strip()
        ]
        check_faults("Effect", faults)


@dataclass(frozen=True, kw_only=True)
class SpotLevel:
    """Crimes of the effect's definition in one hot spot, with patrol, a week."""

    crimes: float
    harm: float | None = None  # days; None where it was not scored


@dataclass(frozen=True, kw_only=True)
class CliffQuestion:
    """What the projection is made from."""

    recent: Window  # whole weeks of which the hours are taken as what goes on
    weeks: int  # to look ahead, from the day after `recent`
    levels: Mapping[str, SpotLevel] = field(default_factory=dict)  # by hot spot
    follow_ons: Mapping[str, str] = field(default_factory=dict)  # stream → signed stream after it

    def __post_init__(self) -> None:
        faults = []
        if self.recent.days % 7:
            faults.append(f"recent is {self.recent.days} days. Give whole weeks.")
        if not 1 <= self.weeks <= LONGEST_WEEKS:
            faults.append(f"weeks is {self.weeks}. Give 1 to {LONGEST_WEEKS}.")
        faults += [
            f"{area} has {level.crimes} crimes and {level.harm} harm a week. Give 0 or more."
            for area, level in self.levels.items()
            if not (level.crimes >= 0 and (level.harm is None or level.harm >= 0))
        ]
        check_faults("Fund cliff", faults)


@dataclass(frozen=True, kw_only=True)
class NotPrevented:
    """A number that is expected not to be prevented, with the interval of the effect alone."""

    expected: float
    low: float
    high: float

    def __add__(self, other: "NotPrevented") -> "NotPrevented":
        # one effect for all hot spots: where it is low it is low everywhere, so ends add up
        return NotPrevented(
            expected=self.expected + other.expected,
            low=self.low + other.low,
            high=self.high + other.high,
        )


@dataclass(frozen=True, kw_only=True)
class CliffWeek:
    """One week ahead. Minutes are patrol-minutes, in which a pair counts once."""

    week: date  # its first day
    ended: tuple[str, ...]  # streams that are over by its end
    minutes_left: float
    minutes_lost: float
    spots_ended: tuple[str, ...]  # hot spots that have no minutes left at the end of the week
    crimes: NotPrevented | None
    harm: NotPrevented | None


def project_fund_cliff(
    streams: pl.DataFrame,
    hours: pl.DataFrame,
    question: CliffQuestion,
    effect: StatedEffect | None = None,
) -> tuple[CliffWeek, ...]:
    """Return week by week what ends as streams of money end.

    Each hot spot goes on with the mean minutes a week of the recent weeks, stream by stream,
    until the stream's last day. Hours that no stream pays go on. Where part of a hot spot's
    minutes ends, so large a part of the effect is taken to end: see `ASSUMPTIONS`.

    Parameters
    ----------
    streams : (n, 11) STREAMS
        Those that stand; see `take_known_on`.
    hours : (n, 17) HOURS_WORKED
        A checked ledger; see `check_hours_ledger`.
    question : CliffQuestion
    effect : StatedEffect or None
        None: minutes and hot spots only. With levels of crime it must be given.

    Returns
    -------
    tuple of CliffWeek

    Raises
    ------
    RefusedError
        Crimes are asked for without an effect, or an effect is given without the crimes of a hot
        spot that loses minutes; a follow-on begins later than the day after; or nobody worked in
        the recent weeks.

    References
    ----------
    With a share s prevented and c crimes a week under patrol, c / (1 - s) is expected without, so
    that c s / (1 - s) are not prevented.
    """
    check_return_table(streams, "streams")
    if question.levels and effect is None:
        raise RefusedError(
            "Crimes not prevented need an effect with its interval. Give the one that your own "
            "evaluation found; none is taken from elsewhere."
        )
    last_days = _find_last_days(streams, question)
    usual = _find_usual(hours, question)
    _check_known(usual, last_days, question, effect)
    found = []
    for number in range(question.weeks):
        first = question.recent.last + timedelta(days=1) + number * _WEEK
        found.append(_project_week(first, usual, last_days, (question, effect)))
    return tuple(found)


def add_not_prevented(weeks: tuple[CliffWeek, ...], part: str) -> NotPrevented | None:
    """Return what is not prevented in all weeks together.

    Parameters
    ----------
    weeks : tuple of CliffWeek
    part : str
        crimes or harm.

    Returns
    -------
    NotPrevented or None
        None where there is nothing to add up, or where it is not known of a week: a sum of the
        others would seem to be the whole.

    Examples
    --------
    >>> add_not_prevented((), "crimes")
    """
    total: NotPrevented | None = None
    for week in weeks:
        one: NotPrevented | None = getattr(week, part)
        if one is None:
            return None
        total = one if total is None else total + one
    return total


def _find_last_days(streams: pl.DataFrame, question: CliffQuestion) -> dict[str, date]:
    """Return the last day of each stream, or of the one that was signed to follow it."""
    spans = {row_id: (first, last) for row_id, first, last in _spans(streams)}
    faults = [
        f"{one} is followed by {after}, and there is no stream {name}."
        for one, after in question.follow_ons.items()
        for name in (one, after)
        if name not in spans
    ]
    check_faults("Fund cliff", faults, RefusedError)
    faults = [
        f"{after} begins on {spans[after][0]}; {one} ends on {spans[one][1]}. What follows must "
        "begin by the day after, and end later."
        for one, after in question.follow_ons.items()
        if not (
            spans[after][0] <= spans[one][1] + timedelta(days=1) and spans[after][1] > spans[one][1]
        )
    ]
    check_faults("Fund cliff", faults, RefusedError)
    found = {}
    for name, (_, last) in spans.items():
        after = name
        while after in question.follow_ons:  # each ends later than the one before, so it ends
            after = question.follow_ons[after]
        found[name] = max(last, spans[after][1])
    return found


def _spans(streams: pl.DataFrame) -> list[tuple[str, date, date]]:
    return list(streams.select("row_id", "first", "last").iter_rows())


def _find_usual(hours: pl.DataFrame, question: CliffQuestion) -> dict[tuple[str, str], float]:
    """Return mean patrol-minutes a week by hot spot and stream."""
    recent = question.recent
    sums = (
        add_minutes(hours)
        .filter(pl.col("day").is_between(recent.first, recent.last), pl.col("patrol_min") > 0)
        .group_by("area_id", pl.col("stream_id").fill_null(_NO_STREAM))
        .agg(pl.col("patrol_min").sum())
        .sort("area_id", "stream_id")
    )
    weeks = recent.days / 7
    return {(area, stream): minutes / weeks for area, stream, minutes in sums.iter_rows()}


def _check_known(
    usual: Mapping[tuple[str, str], float],
    last_days: Mapping[str, date],
    question: CliffQuestion,
    effect: StatedEffect | None,
) -> None:
    faults = [] if usual else [f"Nobody patrolled from {question.recent}. Take other weeks."]
    funded = {(area, stream) for area, stream in usual if stream != _NO_STREAM}
    faults += [
        f"Hours are claimed from {stream}, which is no stream. Add it, with its last day."
        for stream in sorted({stream for _, stream in funded} - set(last_days))
    ]
    if effect is not None:
        faults += [
            f"{area} has no crimes a week. Give them, of {effect.definition}, with patrol."
            for area in sorted({area for area, _ in funded} - set(question.levels))
        ]
    check_faults("Fund cliff", faults, RefusedError)


def _project_week(
    first: date,
    usual: Mapping[tuple[str, str], float],
    last_days: Mapping[str, date],
    asked: tuple[CliffQuestion, StatedEffect | None],
) -> CliffWeek:
    question, effect = asked
    last = first + _WEEK - timedelta(days=1)
    whole: dict[str, float] = {}
    lost: dict[str, float] = {}
    after: dict[str, float] = {}  # minutes of the hot spots at the end of the week
    for (area, stream), minutes in usual.items():
        ends = last_days.get(stream, last)
        days = min(7, max(0, (last - ends).days))
        whole[area] = whole.get(area, 0) + minutes
        lost[area] = lost.get(area, 0) + minutes * days / 7
        after[area] = after.get(area, 0) + (minutes if ends >= last else 0)
    shares = {area: lost[area] / whole[area] for area in whole}
    return CliffWeek(
        week=first,
        ended=tuple(sorted(name for name, ends in last_days.items() if ends < last)),
        minutes_left=sum(whole.values()) - sum(lost.values()),
        minutes_lost=sum(lost.values()),
        spots_ended=tuple(sorted(area for area, minutes in after.items() if not minutes)),
        crimes=_not_prevented(shares, question.levels, effect, "crimes"),
        harm=_not_prevented(shares, question.levels, effect, "harm"),
    )


def _not_prevented(
    shares: Mapping[str, float],
    levels: Mapping[str, SpotLevel],
    effect: StatedEffect | None,
    part: str,
) -> NotPrevented | None:
    """Return what is not prevented; None without an effect, or where a harm was not scored."""
    losing = [area for area, share in shares.items() if share > 0]
    amounts = {area: getattr(levels[area], part) for area in losing} if effect else {}
    if effect is None or None in amounts.values():
        return None
    exposed = sum(amounts[area] * shares[area] for area in losing)
    return NotPrevented(
        expected=exposed * effect.share / (1 - effect.share),
        low=exposed * effect.low / (1 - effect.low),
        high=exposed * effect.high / (1 - effect.high),
    )
