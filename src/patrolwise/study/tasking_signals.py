"""Which hot spots had a week beyond their ordinary variation, and how many do so by chance alone.

Twenty-five hot spots with three series each are many charts: some weeks of some stand out though
nothing happened. The list of signals is told with how many chance alone would bring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.xmr import LIMIT, RUN, Signal, chart_xmr

WEEKS = 13  # a quarter

Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class SpotSignal:
    """A week of one hot spot that is more than ordinary variation."""

    area_id: str
    what: str  # which series, such as crimes
    week: date  # its Monday
    rule: Signal  # the strongest one
    value: float
    mean: float

    @property
    def is_above(self) -> bool:
        """Whether the week lies above the mean."""
        return self.value > self.mean


def list_signals(
    series: Mapping[tuple[str, str], Sequence[float]], weeks: Sequence[date], newest: int = 1
) -> tuple[SpotSignal, ...]:
    """Return the signals of the newest weeks.

    Parameters
    ----------
    series : mapping of (hot spot, what) to (n,) sequence of float
        One value a week, each with the same weeks.
    weeks : (n,) sequence of date
        Mondays, in order.
    newest : int
        How many of the last weeks are looked at.

    Returns
    -------
    tuple of SpotSignal
        In the order of the series, then by week; of a week that breaks several rules the first.

    Raises
    ------
    InputError
        A series has not as many values as there are weeks; all are named.

    Examples
    --------
    >>> weeks = [date.fromordinal(739_000 + 7 * k) for k in range(13)]
    >>> quiet = [2, 3] * 6
    >>> found = list_signals({("a", "crimes"): [*quiet, 9], ("b", "crimes"): [*quiet, 2]}, weeks)
    >>> [(one.area_id, one.rule.value) for one in found]
    [('a', 'beyond the limits')]
    """
    _check(series, weeks)
    charts = {key: chart_xmr(values) for key, values in series.items()}
    return tuple(
        SpotSignal(
            area_id=area_id,
            what=what,
            week=weeks[k],
            rule=chart.signals[k][0],
            value=chart.values[k],
            mean=chart.mean,
        )
        for (area_id, what), chart in charts.items()
        for k in range(max(0, len(weeks) - newest), len(weeks))
        if chart.signals[k]
    )


def expect_chance_signals(
    series: Mapping[tuple[str, str], Sequence[float]],
    rng: np.random.Generator,
    draws: int = 400,
) -> float:
    """Return how many newest weeks would stand out by chance alone.

    Each series is drawn again, week by week, as counts with its own mean that do not change
    (Poisson), and its newest week is judged by the same rules.

    Parameters
    ----------
    series : mapping of (hot spot, what) to (n,) sequence of float
        Counts. Leave harm out: a sum of weights is no count.
    rng : numpy Generator
    draws : int
        Of each series.

    Returns
    -------
    float
        Beside it, few signals are what chance brings. Counts that cluster bring more than this.

    Examples
    --------
    >>> nothing = {("a", "crimes"): [0] * 13}
    >>> expect_chance_signals(nothing, np.random.default_rng(1))
    0.0
    """
    total = 0.0
    for values in series.values():
        drawn = rng.poisson(float(np.mean(values)), (draws, len(values)))
        total += float(find_newest_signals(drawn).mean())
    return total


def find_newest_signals(counts: Counts) -> NDArray[np.bool_]:
    """Return of which series the newest week breaks a rule of the XmR chart.

    The same rules as `evaluation.xmr.chart_xmr`, for many series at once.

    Parameters
    ----------
    counts : (n, weeks) array
        One series a row.

    Returns
    -------
    (n,) array of bool
        With fewer than two weeks none does.

    Examples
    --------
    >>> find_newest_signals(np.array([[1, 2] * 6 + [30], [1, 2] * 6 + [2]])).tolist()
    [True, False]
    """
    if counts.shape[1] < 2:
        return np.zeros(len(counts), dtype=bool)
    reach = LIMIT * np.abs(np.diff(counts, axis=1)).mean(axis=1)
    away = counts - counts.mean(axis=1, keepdims=True)
    newest = away[:, -1]
    is_near = np.abs(newest) > reach * 2 / 3
    near = (np.abs(away[:, -3:]) > reach[:, None] * 2 / 3) & (away[:, -3:] * newest[:, None] > 0)
    found = (np.abs(newest) > reach) | (is_near & (near.sum(axis=1) >= 2))
    if counts.shape[1] >= RUN:
        last = away[:, -RUN:]
        steps = np.diff(last, axis=1)
        found |= (last > 0).all(axis=1) | (last < 0).all(axis=1)
        found |= (steps > 0).all(axis=1) | (steps < 0).all(axis=1)
    return np.asarray(found)


def _check(series: Mapping[tuple[str, str], Sequence[float]], weeks: Sequence[date]) -> None:
    check_faults(
        "Weekly series",
        [
            f"{area_id}, {what}: {len(values)} weeks are counted of {len(weeks)}. Give every week, "
            "with 0 where there was nothing."
            for (area_id, what), values in series.items()
            if len(values) != len(weeks)
        ],
    )
