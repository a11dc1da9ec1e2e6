"""What the force looked at did over time beside all others: its chart, its level, its runs."""

from dataclasses import dataclass, replace

import numpy as np

from patrolwise.benchmarking.level_moves import LevelMove, follow_level
from patrolwise.benchmarking.limits import Floats
from patrolwise.benchmarking.measures import Measure
from patrolwise.benchmarking.scan_windows import Direction, ScanRule
from patrolwise.benchmarking.scans import Cluster, find_spread, scan_forces
from patrolwise.benchmarking.spans import Period
from patrolwise.reporting.benchmark_records import LevelRecord, MeasureRecord, WindowRecord
from patrolwise.study.benchmark_field import Field
from patrolwise.study.benchmark_time import chart_force

SCANNED = 20  # newest quarters: over more, forces drift for reasons of their own
LONGEST = 4  # quarters of a run: a year
LEAST_QUARTERS = 12  # of which a run of a year may stand out, or a level be learned and left
DRAWS = 499  # of each direction: p is 0.004 at least
_CLEAR = 0.05
_LEAST_FORCES = 5
_SEED = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """Counts of one measure in the newest quarters that the force looked at has without a gap."""

    labels: tuple[str, ...]  # (q,)
    table: Floats  # (f, q) of forces that are known throughout; the force looked at first
    newest: int  # quarters of the period, the last ones


def follow_force(
    field: Field, record: MeasureRecord, measure: Measure, period: Period, force: str
) -> MeasureRecord:
    """Return a measure with what the force looked at did in it, quarter by quarter.

    Parameters
    ----------
    field : Field
    record : MeasureRecord
        Of that measure.
    measure : Measure
    period : Period
        To whose end it is followed.
    force : str

    Returns
    -------
    MeasureRecord
    """
    number = field.counts.forces.index(force)
    until = period.before(-1).first
    quarters = [day for day in field.counts.quarters if day < until]
    counts = field.counts.counts[measure.id][:, : len(quarters)]
    people = float(field.exposure[number])
    labels = [Period(first=day, quarters=1).label for day in quarters]
    series = cut_series(counts, number, labels, period.quarters)
    return replace(
        record,
        over_time=chart_force(measure, force, counts[number], quarters, people),
        level_over_time=find_level(series) if series else None,
        window=find_window(series) if series else None,
    )


def cut_series(counts: Floats, number: int, labels: list[str], newest: int) -> Series | None:
    """Return the quarters in which a force and those beside it are known.

    Parameters
    ----------
    counts : (f, q) array
        NaN where not known.
    number : int
        Row of the force looked at.
    labels : list of str
        Of the quarters.
    newest : int
        How many quarters the period has.

    Returns
    -------
    Series or None
        None with fewer than twelve quarters, or than five forces known in all of them.
    """
    is_known = np.isfinite(counts) & (counts >= 0)
    gaps = np.flatnonzero(~is_known[number])
    first = int(gaps[-1]) + 1 if gaps.size else 0
    is_whole = np.asarray(is_known[:, first:].all(axis=1))
    is_whole[number] = False  # it goes first
    others = counts[is_whole, first:]
    if len(labels) - first < LEAST_QUARTERS or len(others) + 1 < _LEAST_FORCES:
        return None
    table = np.vstack([counts[number, first:], others])
    return Series(labels=tuple(labels[first:]), table=table, newest=newest)


def find_level(series: Series) -> LevelRecord | None:
    """Return when a force moved to another level beside all other forces.

    Parameters
    ----------
    series : Series

    Returns
    -------
    LevelRecord or None
        None where all others together recorded nothing in a quarter.
    """
    own, others = series.table[0], series.table[1:].sum(axis=0)
    if not (others > 0).all():
        return None
    path = follow_level(own, others)
    return LevelRecord(
        quarters=series.labels,
        counts=tuple(int(one) for one in own),
        others=tuple(int(one) for one in others),
        scores=_numbers(path.scores),
        ups=_numbers(path.ups),
        downs=_numbers(path.downs),
        threshold=path.threshold,
        in_control=path.in_control,
        found_after=path.found_after,
        moves=tuple(_tell_move(move, series.labels) for move in path.moves),
        is_moved=any(move.at >= own.size - series.newest for move in path.moves),
    )


def find_window(series: Series) -> WindowRecord | None:
    """Return the run of quarters in which a force departs most from its share of all forces.

    Runs of more and of less than its share are looked for apart, and p is doubled for it.

    Parameters
    ----------
    series : Series
        Its newest quarters are scanned, `SCANNED` at most.

    Returns
    -------
    WindowRecord or None
        None where no run departs from it: nothing was recorded.
    """
    table, labels = series.table[:, -SCANNED:], series.labels[-SCANNED:]
    spread = find_spread(table)
    found = [_scan(table, direction, spread) for direction in Direction]
    best = min((one for one in found if one), key=lambda one: (one.p, -one.log_ratio), default=None)
    if best is None:
        return None
    p = min(1.0, 2.0 * best.p)
    return WindowRecord(
        first=labels[best.first],
        last=labels[best.last],
        observed=best.observed,
        expected=best.expected,
        ratio=best.ratio,
        p=p,
        draws=best.draws,
        since=labels[0],
        until=labels[-1],
        longest=LONGEST,
        spread=spread,
        told=_tell_window(best, labels, p),
    )


def _scan(table: Floats, direction: Direction, spread: float) -> Cluster | None:
    rule = ScanRule(direction=direction, longest=LONGEST, spread=spread, draws=DRAWS)
    return scan_forces(table, np.random.default_rng(_SEED), zones=[[0]], rule=rule)


def _tell_move(move: LevelMove, labels: tuple[str, ...]) -> str:
    way = "below" if move.is_down else "above"
    size = f"{100.0 * abs(move.ratio - 1.0):.0f} %" if np.isfinite(move.ratio) else "far"
    return (
        f"From {labels[move.since]} about {size} {way} its level before, beside all other forces; "
        f"certain enough to be told in {labels[move.at]}."
    )


def _tell_window(best: Cluster, labels: tuple[str, ...], p: float) -> str:
    first, last = labels[best.first], labels[best.last]
    span = f"in {first}" if first == last else f"from {first} to {last}"
    way = "more" if best.ratio > 1.0 else "fewer"
    told = (
        f"{span} it recorded {best.observed:,}, where its share of all forces since {labels[0]} "
        f"makes {best.expected:,.0f}: {100.0 * abs(best.ratio - 1.0):.0f} % {way}. Where nothing "
        f"gathers, {1_000.0 * p:.0f} of 1,000 such series have a run as unlikely (p {p:.3f})."
    )
    if p > _CLEAR:
        return f"No run stands out. The strongest: {told}"
    return told[0].upper() + told[1:]


def _numbers(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(one) else float(one) for one in values)
