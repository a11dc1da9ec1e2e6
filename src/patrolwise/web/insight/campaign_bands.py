"""Where campaigns lie on a chart of periods, and what they are in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from patrolwise.partnership.weeks_of_action import Campaign
from patrolwise.times import Window
from patrolwise.web.tasking.campaigns import tell_days

Period = tuple[date, date]  # first and last day of a point
_BESIDE = 0.25  # how far a band may reach beyond the first and the last point


@dataclass(frozen=True, kw_only=True)
class Band:
    """One campaign on a chart: from where to where, counted in points, and its number."""

    number: int
    begins: float  # 0 is the first point, 1 the second
    ends: float
    told: str

    @property
    def listed(self) -> str:
        """The line that stands below the chart."""
        return f"{self.number}: {self.told}"


def place_campaigns(periods: Sequence[Period], campaigns: Iterable[Campaign]) -> tuple[Band, ...]:
    """Return the campaigns that have a day in a series, as bands.

    A point stands for the middle of its period, so that a band reaches from the middle of one to
    that of the next when it lasts that long.

    Parameters
    ----------
    periods : (n,) sequence of (first day, last day)
        In order, without a gap.
    campaigns : iterable of Campaign

    Returns
    -------
    tuple of Band
        Numbered in the order given.

    Examples
    --------
    >>> march = (date(2026, 3, 1), date(2026, 3, 31))
    >>> april = (date(2026, 4, 1), date(2026, 4, 30))
    >>> week = Window("w", date(2026, 4, 1), date(2026, 4, 15))
    >>> band, = place_campaigns([march, april], [Campaign(name="Sceptre", window=week)])
    >>> band.begins, band.ends, band.listed
    (0.5, 1.0, '1: Sceptre, 1 to 15 Apr 2026')
    """
    if not periods:
        return ()
    whole = Window("series", periods[0][0], periods[-1][1])
    return tuple(
        Band(
            number=number,
            begins=_locate(periods, one.window.first),
            ends=_locate(periods, one.window.last + timedelta(days=1)),
            told=f"{one.name}, {tell_days(one.window)}",
        )
        for number, one in enumerate(
            (one for one in campaigns if one.window.overlaps(whole)), start=1
        )
    )


def _locate(periods: Sequence[Period], day: date) -> float:
    """Return where the beginning of a day lies, in points."""
    for k, (first, last) in enumerate(periods):
        if day <= last:
            at = k + (day - first).days / ((last - first).days + 1) - 0.5
            break
    else:
        at = float(len(periods))
    return min(max(at, -_BESIDE), len(periods) - 1 + _BESIDE)
