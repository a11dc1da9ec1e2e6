"""How treated areas changed beside a whole force or nation over the very same months.

A wider area tells what happened everywhere. It cannot tell how much places differ from everywhere
by themselves: comparison areas of like size do (`evaluation.difference_in_differences`).
"""

from dataclasses import dataclass, replace
from datetime import date
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from patrolwise.errors import check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.times import Window

Floats = NDArray[np.float64]

FEWEST_MONTHS = 3  # in each window, to see how months vary


@dataclass(frozen=True, kw_only=True)
class RecordingBreak:
    """From this month on, crime was recorded or published in another way."""

    month: date  # first month of the new way
    what: str  # as a reader is told it: "Greater Manchester is missing"


@dataclass(frozen=True, kw_only=True)
class MonthlySeries:
    """Crimes by month of one area, zeros included; months it has not published are not in it."""

    name: str
    months: tuple[date, ...]  # first days, in order, each once
    counts: tuple[float, ...]
    breaks: tuple[RecordingBreak, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if len(self.months) != len(self.counts):
            faults.append(f"It has {len(self.months)} months and {len(self.counts)} counts.")
        if any(month.day != 1 for month in self.months):
            faults.append("Months are given by their first day.")
        if list(self.months) != sorted(set(self.months)):
            faults.append("Months must be in order, each once.")
        if not all(0 <= count < float("inf") for count in self.counts):
            faults.append("Counts must be 0 or more, none missing.")
        check_faults(f"Series {self.name}", faults)


@dataclass(frozen=True, kw_only=True)
class TrendComparison:
    """Treated areas beside a wider area: one ratio, and what stands against it."""

    estimate: Estimate
    treated_ratio: float | None  # treated areas' rate after over before
    wider_ratio: float | None
    pairs: tuple[tuple[date, date], ...]  # the months compared, before with after
    guards: tuple[Guard, ...]


def compare_with_trend(
    treated: MonthlySeries,
    wider: MonthlySeries,
    windows: tuple[Window, Window],
    *,
    holds_treated: bool = True,
    level: float = 0.95,
) -> TrendComparison:
    """Return the treated areas' change over the wider area's, in the months that both have.

    The k-th month of one window is compared with the k-th of the other. Where either series lacks
    a month, that month and its partner are left out of both, so that a series that stops early
    does not set a part of a year against a whole one.

    Parameters
    ----------
    treated, wider : MonthlySeries
    windows : (before, after) of whole months, equally many
    holds_treated : bool
        Whether the wider area holds the treated ones: their crimes are then taken out of it.
    level : float

    Returns
    -------
    TrendComparison
        The ratio is below 1 when treated areas fell by more. Its interval is Student's, from how
        the treated areas' months vary about the wider area's, never less than chance. Not a
        headline: places differ from a nation's trend by themselves, and nothing here measures it.

    Raises
    ------
    InputError
        The windows are not whole months or not equally long, or a wider area that should hold the
        treated ones has fewer crimes than they have.

    References
    ----------
    Quasi-Poisson with the wider area as offset: McCullagh and Nelder (1989), Generalized Linear
    Models, sections 6.2 and 9.2.4. Wilson (2022), Journal of Experimental Criminology 18, 427-458,
    for the log ratio of ratios.
    """
    pairs = _pair_months(treated, wider, windows)
    on = _read(treated, pairs)
    off = _read(wider, pairs) - (on if holds_treated else 0.0)
    if (off < 0).any():
        told = f"{wider.name} has fewer crimes in a month than {treated.name}, which it holds."
        check_faults("National trend", [f"{told} Give series of one kind of crime."])
    guards = (
        guard_series_gap(treated, windows),
        guard_series_gap(wider, windows),
        *(guard_recording_break(series, windows) for series in (treated, wider)),
    )
    totals = [float(v) for v in (*on.sum(axis=0), *off.sum(axis=0))]
    return TrendComparison(
        estimate=_estimate(on, off, level),
        treated_ratio=totals[1] / totals[0] if totals[0] else None,
        wider_ratio=totals[3] / totals[2] if totals[2] else None,
        pairs=tuple(pairs),
        guards=tuple(guard for guard in guards if guard is not None),
    )


def guard_series_gap(series: MonthlySeries, windows: tuple[Window, Window]) -> Guard | None:
    """Return an amber guard when a series stops before a window does, or lacks a month of it.

    Parameters
    ----------
    series : MonthlySeries
    windows : (before, after)

    Returns
    -------
    Guard or None
    """
    lacking = sorted({m for w in windows for m in w.months} - set(series.months))
    if not lacking:
        return None
    named = ", ".join(f"{month:%B %Y}" for month in lacking[:6])
    more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
    return Guard(
        id="series-stops-early",
        severity=Severity.AMBER,
        title="A series does not cover the windows",
        message=(
            f"{series.name} lacks {named}{more}. These months and their partners a window apart "
            "were left out of both areas, so the figure is not that of the whole windows."
        ),
        about=series.name,
    )


def guard_recording_break(series: MonthlySeries, windows: tuple[Window, Window]) -> Guard | None:
    """Return a red guard when recording changed between the first month compared and the last.

    Parameters
    ----------
    series : MonthlySeries
    windows : (before, after)

    Returns
    -------
    Guard or None
        A break on the very first month is none: all months are then recorded in one way.
    """
    first, last = windows[0].months[0], windows[1].months[-1]
    found = [broken for broken in series.breaks if first < broken.month <= last]
    if not found:
        return None
    told = "; ".join(f"{broken.month:%B %Y}: {broken.what}" for broken in found)
    return Guard(
        id="recording-break",
        severity=Severity.RED,
        title="Recording changed within the months compared",
        message=(
            f"{series.name}: {told}. A change in recording looks just like a change in crime. "
            "Compare on one side of it, or against a series that has the same break."
        ),
        about=series.name,
    )


def _pair_months(
    treated: MonthlySeries, wider: MonthlySeries, windows: tuple[Window, Window]
) -> list[tuple[date, date]]:
    before, after = windows
    faults = []
    if not (before.is_whole_months and after.is_whole_months):
        faults.append(f"Windows must be whole months, got {before} and {after}.")
    if len(before.months) != len(after.months):
        faults.append(
            f"The windows have {len(before.months)} and {len(after.months)} months: give both "
            "equally many."
        )
    check_faults("National trend", faults)
    held = set(treated.months) & set(wider.months)
    return [pair for pair in zip(before.months, after.months, strict=True) if held >= set(pair)]


def _read(series: MonthlySeries, pairs: list[tuple[date, date]]) -> Floats:
    """Return the counts of paired months: (pairs, 2)."""
    by_month = dict(zip(series.months, series.counts, strict=True))
    counts = [[by_month[month] for month in pair] for pair in pairs]
    return np.array(counts, dtype=float).reshape(len(pairs), 2)


def _estimate(on: Floats, off: Floats, level: float) -> Estimate:
    estimate = Estimate(
        id="ratio-to-wider-area",
        name="Change over the wider area's change, same months",
        value=None,
        level=level,
        note="Not defined: an area has no crime before or after in the months that both have.",
    )
    totals = np.concatenate([on.sum(axis=0), off.sum(axis=0)])
    if len(on) == 0 or totals.min() == 0:
        return estimate
    found = log(totals[1] / totals[0]) - log(totals[3] / totals[2])
    estimate = replace(
        estimate,
        value=exp(found),
        note=f"No interval: it needs {FEWEST_MONTHS} months in each window to see how they vary.",
    )
    if len(on) < FEWEST_MONTHS:
        return estimate
    # The treated areas' share of all crime, month by month, is all that the interval rests on.
    share = on.sum(axis=0) / (on + off).sum(axis=0)
    expected, spread = (on + off) * share, (on + off) * share * (1 - share)
    used = spread > 0
    freedom = 2 * len(on) - 2
    chi = float(((on - expected)[used] ** 2 / spread[used]).sum())
    phi = max(1.0, chi / freedom)
    error = sqrt(phi * float((1 / totals).sum()))
    reach = float(special.stdtrit(freedom, (1 + level) / 2))
    return replace(
        estimate,
        low=exp(found - reach * error),
        high=exp(found + reach * error),
        p=float(2 * special.stdtr(freedom, -abs(found) / error)),
        dispersion=phi,
        note="Months are its only witness: how much places differ from the wider area's trend by "
        "themselves is not in the interval.",
    )
