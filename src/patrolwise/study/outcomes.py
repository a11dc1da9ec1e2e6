"""What happened to one outcome, before and after, in hot spots, comparison areas and rings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import count_by_month, count_crimes
from patrolwise.definitions import Definition
from patrolwise.evaluation.detectable import find_detectable_fall
from patrolwise.evaluation.differences import (
    DifferenceCounts,
    estimate_robust_difference,
    estimate_wdd,
)
from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.rates import estimate_rate_ratios
from patrolwise.evaluation.robust import (
    AreaPeriods,
    estimate_paired_month_ratio,
    estimate_poisson_ratio_of_ratios,
    estimate_ratio_of_ratios,
    find_permutation_p,
)
from patrolwise.hot_spots.gi_star import adjust_for_discoveries
from patrolwise.reporting.results import AreaRecord, MonthRecord, RingRecord
from patrolwise.study.areas import Ring, StudyAreas
from patrolwise.times import Window

Floats = NDArray[np.float64]
_BLOCK = timedelta(weeks=4)  # the "months" of windows that are not whole months


@dataclass(frozen=True, kw_only=True, eq=False)
class OutcomeCounts:
    """The counts of one outcome; (areas × pieces) arrays, pieces paired between the windows."""

    definition: Definition
    crimes: pl.DataFrame  # CRIMES that belong to the definition
    hot_before: Floats
    hot_after: Floats
    other_before: Floats
    other_after: Floats
    times: tuple[float, float] = (1.0, 1.0)  # length of each window, where they differ

    @property
    def totals(self) -> tuple[int, int]:
        """Crimes in all hot spots, before and after."""
        return int(self.hot_before.sum()), int(self.hot_after.sum())

    @property
    def comparison_totals(self) -> tuple[int, int] | None:
        """Crimes in all comparison areas; None when there are none."""
        if not len(self.other_before):
            return None
        return int(self.other_before.sum()), int(self.other_after.sum())

    @property
    def areas(self) -> AreaPeriods:
        """One total an area and window."""
        return AreaPeriods(
            before=self.hot_before.sum(axis=1),
            after=self.hot_after.sum(axis=1),
            comparison_before=self.other_before.sum(axis=1),
            comparison_after=self.other_after.sum(axis=1),
            time_ratio=self.times[1] / self.times[0],
        )


def count_outcome(
    definition: Definition, crimes: pl.DataFrame, areas: StudyAreas, windows: tuple[Window, Window]
) -> OutcomeCounts:
    """Return the counts of one outcome.

    Parameters
    ----------
    definition : Definition
    crimes : (n, 16) CRIMES
        Those that belong to it.
    areas : StudyAreas
    windows : (before, after)

    Returns
    -------
    OutcomeCounts
    """
    pieces = [split_window(window) for window in windows]
    hot = [_count_pieces(crimes, areas.hot_spots, piece) for piece in pieces]
    other = [_count_pieces(crimes, areas.comparison, piece) for piece in pieces]
    return OutcomeCounts(
        definition=definition,
        crimes=crimes,
        hot_before=hot[0],
        hot_after=hot[1],
        other_before=other[0],
        other_after=other[1],
        times=_times(windows),
    )


def split_window(window: Window) -> list[Window]:
    """Return the pieces that are paired between windows: months, or blocks of four weeks.

    Parameters
    ----------
    window : Window

    Returns
    -------
    list of Window
        In order; the last block may be shorter.

    Examples
    --------
    >>> from datetime import date
    >>> [p.days for p in split_window(Window("after", date(2023, 2, 27), date(2024, 1, 21)))][-2:]
    [28, 21]
    """
    if window.is_whole_months:
        edges = window.months
    else:
        count = -(-window.days // _BLOCK.days)
        edges = [window.first + k * _BLOCK for k in range(count)]
    ends = [edge - timedelta(days=1) for edge in edges[1:]] + [window.last]
    return [
        Window(f"{window.name} {k}", first, last)
        for k, (first, last) in enumerate(zip(edges, ends, strict=True), start=1)
    ]


def estimate_outcome(counts: OutcomeCounts, rng: np.random.Generator) -> tuple[Estimate, ...]:
    """Return every estimate of one outcome; the one that carries the verdict first.

    Parameters
    ----------
    counts : OutcomeCounts
    rng : numpy Generator

    Returns
    -------
    tuple of Estimate
    """
    paired = _paired(counts.hot_before, counts.hot_after, counts.times)
    alone = estimate_rate_ratios(TwoPeriods(*counts.totals, *counts.times))
    if not len(counts.other_before):
        return (paired, *alone)
    areas = counts.areas
    scale = len(areas.comparison_before) / len(areas.before)
    wdd = DifferenceCounts(
        treated=(float(areas.before.sum()), float(areas.after.sum())),
        control=(float(areas.comparison_before.sum()), float(areas.comparison_after.sum())),
        treated_weights=(1.0, areas.time_ratio),
        control_weights=(scale, scale * areas.time_ratio),
    )
    against = (
        estimate_ratio_of_ratios(areas),
        find_permutation_p(areas, rng),
        estimate_robust_difference(areas),
    )
    # where areas can be compared, the hot spots' own months carry no conclusion
    paired = replace(paired, headline=paired.headline and not areas.is_enough)
    return (
        *against,
        paired,
        estimate_poisson_ratio_of_ratios(areas),
        estimate_wdd(wdd),
        *alone,
    )


def record_areas(
    counts: OutcomeCounts, areas: StudyAreas, expected: Floats | None
) -> tuple[AreaRecord, ...]:
    """Return one record a hot spot, with a false discovery rate over them.

    Parameters
    ----------
    counts : OutcomeCounts
    areas : StudyAreas
    expected : (k,) array or None
        Crimes after with no effect.

    Returns
    -------
    tuple of AreaRecord
    """
    ratios = [
        _paired(before[None, :], after[None, :], counts.times)
        for before, after in zip(counts.hot_before, counts.hot_after, strict=True)
    ]
    p = np.array([np.nan if ratio.p is None else ratio.p for ratio in ratios])
    tested = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if tested.any():
        q[tested] = adjust_for_discoveries(p[tested])
    rows = areas.hot_spots.iter_rows(named=True)
    return tuple(
        AreaRecord(
            area_id=row["area_id"],
            name=row["name"],
            area_m2=float(areas.sizes_m2[k]),
            selected_on=areas.selected_on.get(row["area_id"]),
            before=int(counts.hot_before[k].sum()),
            after=int(counts.hot_after[k].sum()),
            # one hot spot is not the programme: it never carries the headline
            ratio=replace(ratios[k], headline=False),
            expected_after=None if expected is None else float(expected[k]),
            q=float(q[k]) if tested[k] else None,
        )
        for k, row in enumerate(rows)
    )


def record_months(
    crimes: pl.DataFrame, areas: StudyAreas, span: Window, held: Collection[date]
) -> tuple[MonthRecord, ...]:
    """Return the months of the chart that the crime files hold.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        Those that belong to the outcome.
    areas : StudyAreas
    span : Window
        Widened to whole months.
    held : collection of date
        First days of the months in the files. Others are left out: a gap is not a zero.

    Returns
    -------
    tuple of MonthRecord
        The comparison is None when there are no comparison areas.
    """
    if not span.is_whole_months:
        span = _widen(span)
    hot = _monthly(crimes, areas.hot_spots, span)
    other = _monthly(crimes, areas.comparison, span) if areas.comparison.height else None
    return tuple(
        MonthRecord(
            month=month.isoformat(),
            hot_spots=hot.get(month, 0),
            comparison=None if other is None else other.get(month, 0),
        )
        for month in span.months
        if month in held
    )


def record_ring(ring: Ring, counts: OutcomeCounts, windows: tuple[Window, Window]) -> RingRecord:
    """Return what happened in one ring, beyond what the comparison areas' change implies.

    Parameters
    ----------
    ring : Ring
    counts : OutcomeCounts
        Of the same outcome; its comparison areas are used.
    windows : (before, after)

    Returns
    -------
    RingRecord
        The estimate is in crimes: above 0 speaks for displacement, below 0 for diffusion of
        benefits. Its interval is that of the ratio of ratios, with the ring divided between the
        hot spots by their nearest centre.
    """
    parts = _count_pieces(counts.crimes, ring.parts, list(windows))
    before, after = parts.sum(axis=0)
    areas = counts.areas
    ratio = estimate_ratio_of_ratios(
        AreaPeriods(
            before=parts[:, 0],
            after=parts[:, 1],
            comparison_before=areas.comparison_before,
            comparison_after=areas.comparison_after,
        )
    )
    return RingRecord(
        name=ring.name,
        inner_m=ring.inner_m,
        outer_m=ring.outer_m,
        before=int(before),
        after=int(after),
        wdd=_as_crimes(ratio, before, areas),
    )


def find_detectable(counts: OutcomeCounts, estimates: Sequence[Estimate]) -> float | None:
    """Return the smallest fall that the hot spots' own months would show, as a share.

    Parameters
    ----------
    counts : OutcomeCounts
    estimates : sequence of Estimate
        The paired-month one gives the dispersion.

    Returns
    -------
    float or None
        None when nothing was counted before, or no fall is large enough.
    """
    phi = next((e.dispersion for e in estimates if e.id == "rate-ratio-paired-months"), None)
    before = counts.totals[0]
    return find_detectable_fall(before, dispersion=phi or 1.0) if before else None


def _times(windows: tuple[Window, Window]) -> tuple[float, float]:
    """Return the windows' lengths; as many whole months are equally long, leap day or not."""
    first, second = windows
    whole = first.is_whole_months and second.is_whole_months
    if whole and len(first.months) == len(second.months):
        return 1.0, 1.0
    return float(first.days), float(second.days)


def _paired(before: Floats, after: Floats, times: tuple[float, float]) -> Estimate:
    if times[0] != times[1]:  # an override allowed windows of unequal length
        return Estimate(
            id="rate-ratio-paired-months",
            name="Rate ratio, spread of paired months",
            value=None,
            note="Needs windows of equal length.",
        )
    return estimate_paired_month_ratio(before.sum(axis=0), after.sum(axis=0))


def _as_crimes(ratio: Estimate, before: float, areas: AreaPeriods) -> Estimate:
    """Return the ratio of ratios as crimes more or fewer than the comparison areas imply."""
    name = "Crimes beyond what the comparison areas' change implies"
    total_before = areas.comparison_before.sum()
    if ratio.value is None or ratio.low is None or ratio.high is None or not total_before:
        return Estimate(id="ring-excess-difference", name=name, value=None, note=ratio.note)
    implied = before * areas.comparison_after.sum() / total_before
    return Estimate(
        id="ring-excess-difference",
        name=name,
        value=float(implied * (ratio.value - 1)),
        low=float(implied * (ratio.low - 1)),
        high=float(implied * (ratio.high - 1)),
        p=ratio.p,
        dispersion=ratio.dispersion,
        headline=True,
        note="Above 0 speaks for displacement, below 0 for diffusion of benefits.",
    )


def _count_pieces(crimes: pl.DataFrame, areas: pl.DataFrame, pieces: list[Window]) -> Floats:
    """Return crimes as an (areas × pieces) array."""
    if not areas.height:
        return np.zeros((0, len(pieces)))
    counted = count_crimes(crimes, areas, pieces)
    return counted["crimes"].to_numpy().astype(float).reshape(areas.height, len(pieces))


def _monthly(crimes: pl.DataFrame, areas: pl.DataFrame, span: Window) -> dict[date, int]:
    table = count_by_month(crimes, areas, span).group_by("month").agg(pl.col("crimes").sum())
    return dict(table.select("month", "crimes").iter_rows())


def _widen(span: Window) -> Window:
    months = span.months
    after = months[-1] + timedelta(days=31)
    return Window(span.name, months[0], after.replace(day=1) - timedelta(days=1))
