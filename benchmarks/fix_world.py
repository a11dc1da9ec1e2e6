"""A made-up town of any number of trackers, written device by device; simulated, and marked so.

Patrols walk from hot spot to hot spot, stay a while, and walk on. Each reports every 10 seconds
for eight hours a day, with an error that drifts, and falls silent now and then. A device is drawn
by its own seed, so a larger set begins with the smaller one.
"""

from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from scipy.signal import lfilter

from patrolwise.places import area_geometries
from patrolwise.simulate.areas import random_areas

AREAS = 50
DEVICES = 200
DAYS = 30
REFRESH_S = 10
ERROR_M = 8.0  # root mean square of the distance from the truth
CORRELATED_SHARE = 0.7
CORRELATION_S = 60.0
_SIDE_M = 5_000.0
_SHIFT_S = 8 * 3600
_SHIFT_STARTS_H = (6, 14, 20)  # the last ends at 04:00, as the patrol day does
_FIRST_DAY_S = 1_717_200_000  # 2024-06-01 00:00 UTC
_NEAREST = 24  # the next hot spot is one of so many nearest
_STAY_S = 540.0  # mean, of a gamma distribution
_LEG_S = 90.0  # within a hot spot, from one place to the next
_WALK_M_S = 1.25
_GAPS_PER_H, _GAP_S = 0.62, 300.0
_RADIUS_68 = 1.51  # of a circular normal error, in standard deviations of an axis


@dataclass(frozen=True)
class Places:
    """What the walkers know of the hot spots."""

    centres: np.ndarray  # (areas, 2) metres
    radii: np.ndarray  # metres, of a circle of the same surface
    nearest: list[list[int]]  # the other areas, by distance


def make_areas() -> pl.DataFrame:
    """Return the 50 hot spots, 25 circles and 25 irregular; the same in every process."""
    return random_areas(AREAS, _SIDE_M, np.random.default_rng(43))


def write_world(path: Path, devices: int = DEVICES, days: int = DAYS) -> int:
    """Write the fixes to Parquet, one device a row group; return how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = _survey(make_areas())
    schema = pa.schema(
        {
            "device_id": pa.string(),
            "time": pa.timestamp("us", tz="UTC"),
            "x": pa.float64(),
            "y": pa.float64(),
            "accuracy_m": pa.float32(),
        },
        metadata={"simulated": "true"},
    )
    rows = 0
    # coordinates hardly repeat: a dictionary of them would only be in the way
    with pq.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=["device_id", "accuracy_m"]
    ) as file:
        for number in range(devices):
            fixes = draw_device(places, number, days)
            rows += fixes.height
            file.write_table(fixes.to_arrow().cast(schema), row_group_size=fixes.height)
    return rows


def write_first(path: Path, whole: Path, device_days: int) -> int:
    """Write the first few device-days of a world to a file of their own; return the fixes."""
    per_device = min(device_days, DAYS)
    days = pl.col("time").dt.offset_by("-4h").dt.date().rank("dense").over("device_id")
    devices = -(-device_days // DAYS)
    fixes = pl.scan_parquet(whole).filter(pl.col("device_id") < f"simulated-{devices:05d}")
    some = fixes.filter(days <= per_device).collect()
    some.write_parquet(path, compression="zstd", metadata={"simulated": "true"})
    return some.height


def draw_device(places: Places, number: int, days: int) -> pl.DataFrame:
    """Return the fixes of one device, in order of time."""
    rng = np.random.default_rng([20_240_601, number])
    shape = (days, _SHIFT_S // REFRESH_S)
    phase = rng.integers(0, REFRESH_S * 1000, (days, 1)) / 1000.0
    on_duty = (phase + REFRESH_S * np.arange(shape[1])).ravel()
    clock = on_duty + np.repeat(np.arange(days) * _SHIFT_S, shape[1])
    when, where = _walk(places, days * _SHIFT_S, rng)
    error = _draw_error(shape, rng)
    starts = _FIRST_DAY_S + 3600 * _SHIFT_STARTS_H[number % len(_SHIFT_STARTS_H)]
    seconds = starts + 86_400.0 * np.repeat(np.arange(days), shape[1]) + on_duty
    accuracy = ERROR_M / sqrt(2.0) * _RADIUS_68 * rng.lognormal(0.0, 0.25, len(clock))
    fixes = pl.DataFrame(
        {
            "device_id": pl.repeat(f"simulated-{number:05d}", len(clock), eager=True),
            "time": pl.Series(np.rint(seconds * 1e3).astype(np.int64) * 1000),
            "x": np.interp(clock, when, where[:, 0]) + error[0],
            "y": np.interp(clock, when, where[:, 1]) + error[1],
            "accuracy_m": np.round(accuracy, 1).astype(np.float32),
        }
    ).with_columns(pl.col("time").cast(pl.Datetime("us", "UTC")))
    return fixes.filter(~_is_silent(len(clock), days, rng))


def _survey(areas: pl.DataFrame) -> Places:
    shapes = list(area_geometries(areas))
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    away = np.hypot(*(centres[:, None] - centres).transpose(2, 0, 1))
    order = np.argsort(away, axis=1)[:, 1 : _NEAREST + 1]
    return Places(centres, np.sqrt(shapely.area(shapes) / np.pi), order.tolist())


def _walk(places: Places, seconds: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return where a patrol turns, and when, for as long as it is on duty."""
    stays = int(seconds / _STAY_S) + 10  # more than there is time for
    here, visited = int(rng.integers(AREAS)), []
    for turn in rng.integers(_NEAREST, size=stays).tolist():
        visited.append(here)
        here = places.nearest[here][turn]
    stay = rng.gamma(2.0, _STAY_S / 2.0, stays)
    legs = np.ceil(stay / _LEG_S).astype(int)
    own = np.repeat(np.arange(stays), legs)
    area = np.array(visited)[own]
    angle = rng.uniform(0.0, 2.0 * np.pi, len(own))
    far = 0.85 * places.radii[area] * np.sqrt(rng.uniform(0.0, 1.0, len(own)))
    where = places.centres[area] + np.c_[far * np.cos(angle), far * np.sin(angle)]
    walked = np.hypot(*np.diff(where, axis=0).T) / _WALK_M_S
    lasts = np.where(np.diff(own) > 0, walked, (stay / legs)[own][1:])
    return np.concatenate([[0.0], np.cumsum(lasts)]), where


def _draw_error(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return (2, fixes) errors: a drift that starts anew each day, and what is new in each fix."""
    kept = exp(-REFRESH_S / CORRELATION_S)
    fresh, white = rng.standard_normal((2, 2, *shape))
    fresh[:, :, 1:] *= sqrt(1.0 - kept * kept)
    drift = lfilter([1.0], [1.0, -kept], fresh, axis=2)
    error = drift * sqrt(CORRELATED_SHARE) + white * sqrt(1.0 - CORRELATED_SHARE)
    return (error * (ERROR_M / sqrt(2.0))).reshape(2, -1)


def _is_silent(fixes: int, days: int, rng: np.random.Generator) -> np.ndarray:
    """Say which fixes fall in a silence: begun by chance, of exponential length."""
    begun = rng.poisson(_GAPS_PER_H * _SHIFT_S / 3600.0 * days)
    first = rng.integers(0, fixes, begun)
    last = first + np.rint(rng.exponential(_GAP_S, begun) / REFRESH_S).astype(int)
    change = np.zeros(fixes + 1, dtype=int)
    np.add.at(change, first, 1)
    np.add.at(change, np.minimum(last, fixes), -1)
    return np.cumsum(change[:-1]) > 0
