"""What a tracker would have reported of a true path: error, refresh, silence and spikes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.simulate.ranges import NOT_NEGATIVE, POSITIVE, SHARE, range_faults
from patrolwise.simulate.walks import TRUE_PATHS
from patrolwise.tables import FIXES, check_columns, make_table

Floats = NDArray[np.float64]

SOURCE = "simulated"
# of a circular normal error, the radius that holds 68 of 100, in standard deviations of an axis
_RADIUS_68 = sqrt(-2.0 * log(1.0 - 0.68))
_NEAREST_SPIKE_M, _FARTHEST_SPIKE_M = 100.0, 500.0
# exp(2 * 300) is far from the largest double: see _gauss_markov
_LONGEST_BLOCK = 300.0
_GPS_RANGES = {
    "error_m": NOT_NEGATIVE,
    "correlated_share": SHARE,
    "correlation_s": POSITIVE,
    "refresh_s": POSITIVE,
    "jitter_s": NOT_NEGATIVE,
    "gap_rate_per_h": NOT_NEGATIVE,
    "gap_mean_s": POSITIVE,
    "spike_rate_per_h": NOT_NEGATIVE,
}


@dataclass(frozen=True, kw_only=True)
class GpsRule:
    """How wrong, how often and how silent a tracker is. The defaults are a phone in a street."""

    error_m: float = 8.0  # root mean square of the distance from the truth
    correlated_share: float = 0.7  # of the variance: drifts; the rest is new in each fix
    correlation_s: float = 60.0  # time in which the drift falls to 1/e
    refresh_s: float = 10.0  # from fix to fix
    jitter_s: float = 0.0  # each fix is up to this early or late
    gap_rate_per_h: float = 0.2  # silences begun in an hour
    gap_mean_s: float = 300.0
    spike_rate_per_h: float = 0.0  # single fixes 100 to 500 m off
    reports_accuracy: bool = True

    def __post_init__(self) -> None:
        faults = range_faults(self, _GPS_RANGES)
        if self.jitter_s >= self.refresh_s / 2:
            faults.append(
                f"jitter_s, {self.jitter_s:g}, must be below half of refresh_s, "
                f"{self.refresh_s:g}: fixes would change places."
            )
        check_faults("GpsRule", faults)

    @property
    def axis_m(self) -> float:
        """Standard deviation of the error of an axis, metres."""
        return self.error_m / sqrt(2.0)

    @property
    def accuracy_m(self) -> float:
        """Radius that holds the truth 68 times in 100, metres."""
        return self.axis_m * _RADIUS_68


def add_error(
    path: pl.DataFrame,
    rule: GpsRule,
    rng: np.random.Generator,
    device_ids: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Return the fixes that a tracker would have reported of a true path.

    Each unbroken stretch of a unit's path is tracked by itself: its first fix falls at a random
    part of the refresh, and its error starts anew. Fixes lie between the seconds of the path, on
    the straight line.

    Parameters
    ----------
    path : (n, 4) TRUE_PATHS, any order
    rule : GpsRule
    rng : numpy Generator
    device_ids : mapping of unit_id to device_id, optional
        The unit's own id, where none is given. Call once for each device of a pair.

    Returns
    -------
    (k, 10) FIXES, by device, then time
        `source` is "simulated" in every row. No rows when the path is empty.

    References
    ----------
    Gauss-Markov drift: Ranacher et al. (2016), International Journal of Geographical Information
    Science 30(2), 316-333, on the autocorrelation of GPS error.
    """
    check_columns(path, TRUE_PATHS, name="path")
    ids = device_ids or {}
    pieces = [make_table(FIXES)]
    # polars keeps the order of units, so that chance falls the same way each time
    for part in path.sort("unit_id", "time").partition_by("unit_id", maintain_order=True):
        unit_id = part["unit_id"][0]
        seconds = part["time"].dt.epoch("us").to_numpy() / 1e6
        places = part.select("x", "y").to_numpy()
        breaks = np.flatnonzero(np.diff(seconds) > 1.5) + 1
        for when, where in zip(np.split(seconds, breaks), np.split(places, breaks), strict=True):
            pieces.append(_track(ids.get(unit_id, unit_id), when, where, rule, rng))
    return pl.concat(pieces).sort("device_id", "time")


def _track(
    device_id: str, seconds: Floats, places: Floats, rule: GpsRule, rng: np.random.Generator
) -> pl.DataFrame:
    clock = seconds - seconds[0]
    when = _fix_times(clock[-1], rule, rng)
    when = when[~_is_silent(when, clock[-1], rule, rng)]
    x = np.interp(when, clock, places[:, 0])
    y = np.interp(when, clock, places[:, 1])
    error = _draw_error(when, rule, rng)
    spike = _draw_spikes(when, clock[-1], rule, rng)
    time = np.round((seconds[0] + when) * 1e3).astype(np.int64) * 1000  # whole milliseconds
    data = pl.DataFrame(
        {
            "time": pl.Series(time).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "x": x + error[:, 0] + spike[:, 0],
            "y": y + error[:, 1] + spike[:, 1],
        }
    ).with_columns(
        device_id=pl.lit(device_id),
        accuracy_m=pl.lit(rule.accuracy_m if rule.reports_accuracy else None, pl.Float32),
        source=pl.lit(SOURCE),
    )
    return make_table(FIXES, data)


def _fix_times(last: float, rule: GpsRule, rng: np.random.Generator) -> Floats:
    """Return seconds from the start, in order, none outside the path."""
    even = np.arange(rng.uniform(0.0, rule.refresh_s), last, rule.refresh_s)
    moved = even + rng.uniform(-rule.jitter_s, rule.jitter_s, len(even))
    return np.asarray(moved[(moved >= 0) & (moved <= last)])


def _is_silent(
    when: Floats, last: float, rule: GpsRule, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Say which fixes fall in a silence: begun by chance, of exponential length."""
    begun = rng.poisson(rule.gap_rate_per_h * last / 3600.0)
    starts = np.sort(rng.uniform(0.0, last, begun))
    ends = np.maximum.accumulate(starts + rng.exponential(rule.gap_mean_s, begun))
    before = np.searchsorted(starts, when, side="right")
    silent_until = np.concatenate([[-np.inf], ends])[before]
    return np.asarray(when < silent_until)


def _draw_error(when: Floats, rule: GpsRule, rng: np.random.Generator) -> Floats:
    drift = _gauss_markov(when / rule.correlation_s, rng) * sqrt(rule.correlated_share)
    fresh = rng.standard_normal((len(when), 2)) * sqrt(1.0 - rule.correlated_share)
    return np.asarray((drift + fresh) * rule.axis_m)


def _gauss_markov(when: Floats, rng: np.random.Generator) -> Floats:
    """Return two independent series of variance 1 whose correlation falls as exp(-time).

    Such a series is exp(-t) W(exp(2t)), with W Brownian motion: a running sum instead of a loop.
    exp(2t) grows past the largest double, so the sum starts anew every 300 correlation times,
    from where the last block ended.
    """
    fresh = rng.standard_normal((len(when), 2))
    series = np.empty_like(fresh)
    block = np.floor_divide(when - when[:1], _LONGEST_BLOCK)
    for rows in np.split(np.arange(len(when)), np.flatnonzero(np.diff(block)) + 1):
        if len(rows) == 0:
            continue
        since = when[rows] - when[rows[0]]
        growth = np.exp(2.0 * since)
        steps = fresh[rows] * np.sqrt(np.diff(growth, prepend=0.0))[:, None]
        if rows[0] > 0:
            kept = np.exp(when[rows[0] - 1] - when[rows[0]])
            steps[0] = kept * series[rows[0] - 1] + sqrt(1.0 - kept**2) * fresh[rows[0]]
        series[rows] = np.cumsum(steps, axis=0) / np.sqrt(growth)[:, None]
    return series


def _draw_spikes(when: Floats, last: float, rule: GpsRule, rng: np.random.Generator) -> Floats:
    jumps = np.zeros((len(when), 2))
    wanted = min(rng.poisson(rule.spike_rate_per_h * last / 3600.0), len(when))
    chosen = rng.choice(len(when), size=wanted, replace=False)
    far = rng.uniform(_NEAREST_SPIKE_M, _FARTHEST_SPIKE_M, wanted)
    angle = rng.uniform(0.0, 2.0 * np.pi, wanted)
    jumps[chosen] = np.c_[far * np.cos(angle), far * np.sin(angle)]
    return jumps
