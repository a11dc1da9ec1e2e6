"""Measure visits and credited seconds against known, simulated truth; fill in the docs page.

    python scripts/measure_dwell_error.py [--months 8] [--quick] [--write]

The tables stand between markers in docs/explanation/dwell-error.md. Everything is simulated.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from scipy import special
from shapely.affinity import translate

from patrolwise.patrols.refresh import find_chance_seen, shortest_visible_visit
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import find_visits
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.simulate import (
    ON_FOOT,
    GpsRule,
    Round,
    Stay,
    TruthRule,
    WalkRule,
    add_error,
    find_base,
    find_true_visits,
    make_town,
    walk_round,
)
from patrolwise.simulate.truth import is_inside
from patrolwise.simulate.walks import path_table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "dwell-error.md"
SEED = 20_261_124
SHIFT = datetime(2024, 6, 3, 13, tzinfo=UTC)
SHIFT_S = 5 * 3600
DAYS = 24  # device-days of a month
NAIVE_MONTHS = 2  # the naive ways are slow: they are measured in so many months,
NAIVE_ERRORS, NAIVE_REFRESHES = (8, 15, 30), (1, 10, 60, 300)  # and with these trackers only
ERRORS = (4, 8, 15, 30)
REFRESHES = (1, 5, 10, 30, 60, 120, 300, 600)
LEVELS = {  # of totals, each with its interval
    "cell": "device-day in a hot spot",
    "day": "device-day",
    "area": "hot spot, month",
    "town": "all hot spots, month",
}
AXIS_SHARE = 1 / np.sqrt(2 * np.log(1 / 0.32))  # deviation of an axis over the 68 % radius
SUMS = ("truth", "credited_s", "edge_s", "variance_s2", "common_s")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a simulated patrol goes about; it roams through the whole town without `minutes`."""

    minutes: tuple[float, float] | None
    walk: WalkRule = ON_FOOT


_LINGERS = WalkRule(edge_share=0.5)
STYLES = {
    "police 15 min": Style(minutes=(14, 16)),
    "police 15 min, lingers at the edge": Style(minutes=(14, 16), walk=_LINGERS),
    "outreach 40 min": Style(minutes=(38, 42)),
    "outreach 40 min, lingers at the edge": Style(minutes=(38, 42), walk=_LINGERS),
    "mixed 2 to 45 min": Style(minutes=(2, 45)),
    "mixed 2 to 45 min, lingers at the edge": Style(minutes=(2, 45), walk=_LINGERS),
    "mixed 2 to 45 min, never pauses": Style(
        minutes=(2, 45), walk=WalkRule(pause_share=0.1, edge_share=0.0)
    ),
    "roams across edges": Style(minutes=None, walk=WalkRule(pause_share=0.3, longest_pause_s=120)),
}
SHORT = Style(minutes=(2, 4))


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What the tracker is like."""

    label: str
    gps: GpsRule
    says_m: float | None = None  # accuracy that it reports, when that is not the truth
    varies: bool = False  # 4, 8, 15 and 30 m on a quarter of the device-days each


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One style in one town, seen by several trackers."""

    block: str
    label: str
    style: Style
    gap_m: float | None = None  # squares so far apart; the town of all shapes without it
    days: int = DAYS
    conditions: tuple[Condition, ...]


def list_scenes() -> list[Scene]:
    """Return the main experiment, then the known limits, one by one."""
    grid = tuple(
        Condition(label=f"{error}|{refresh}", gps=GpsRule(error_m=error, refresh_s=refresh))
        for error in ERRORS
        for refresh in REFRESHES
    )
    scenes = [
        Scene(block="main", label=name, style=style, conditions=grid)
        for name, style in STYLES.items()
    ]
    mixed = STYLES["mixed 2 to 45 min"]
    pair = tuple(
        Condition(label=f"{error} m", gps=GpsRule(error_m=error, refresh_s=10)) for error in (8, 30)
    )
    scenes += [
        Scene(
            block="limits",
            label=f"hot spots {gap} m apart",
            style=mixed,
            gap_m=gap,
            conditions=pair,
        )
        for gap in (5, 15, 30, 60, 120)
    ]
    scenes += [
        Scene(block="limits", label="trackers", style=mixed, conditions=_odd_trackers()),
        Scene(block="limits", label="one device-day", style=mixed, days=1, conditions=pair),
        Scene(block="limits", label="five device-days", style=mixed, days=5, conditions=pair),
        Scene(
            block="limits",
            label="visits of 2 to 4 min, mostly at the edge",
            style=SHORT,
            conditions=tuple(
                Condition(label=f"every {refresh} s", gps=GpsRule(refresh_s=refresh))
                for refresh in (10, 60, 120, 300, 600)
            ),
        ),
    ]
    return scenes


def _odd_trackers() -> tuple[Condition, ...]:
    near, far = GpsRule(error_m=8), GpsRule(error_m=30)
    silent = replace(far, reports_accuracy=False)
    return (
        Condition(label="4 m, accuracy not reported", gps=replace(silent, error_m=4)),
        Condition(label="30 m, accuracy not reported", gps=silent),
        Condition(label="30 m, 1.8 m reported", gps=far, says_m=1.8),
        Condition(label="8 m, 30 m reported", gps=near, says_m=30.0),
        Condition(label="4 to 30 m by day, reported", gps=near, varies=True),
        Condition(label="8 m, drifts for 15 s", gps=replace(near, correlation_s=15.0)),
        Condition(label="8 m, drifts for 5 min", gps=replace(near, correlation_s=300.0)),
        Condition(label="30 m, drifts for 5 min", gps=replace(far, correlation_s=300.0)),
        Condition(label="30 m, all of it drift", gps=replace(far, correlated_share=1.0)),
        Condition(label="30 m, none of it drift", gps=replace(far, correlated_share=0.0)),
    )


def make_ground(gap_m: float | None) -> pl.DataFrame:
    """Return nine areas: three squares, circles and irregular ones; or squares `gap_m` apart."""
    if gap_m is not None:
        side = 150.0 + gap_m
        boxes = [
            shapely.box(560_000 + side * x, 560_000, 560_150 + side * x, 560_150) for x in range(3)
        ]
        return areas_from_geometries([f"square-{n}" for n in range(3)], boxes)
    blobs = list(area_geometries(make_town()))[4:]
    kinds = {
        "square": [shapely.box(-75, -75, 75, 75)] * 3,
        "circle": [shapely.Point(0, 0).buffer(radius) for radius in (75, 100, 125)],
        "irregular": [translate(blob, -blob.centroid.x, -blob.centroid.y) for blob in blobs],
    }
    ids, shapes = [], []
    for column, (kind, drawn) in enumerate(kinds.items()):
        for row, shape in enumerate(drawn):  # each kind once in each row and column
            ids.append(f"{kind}-{row}")
            shapes.append(
                translate(shape, 560_250 + 450 * ((column + row) % 3), 560_250 + 450 * row)
            )
    return areas_from_geometries(ids, shapes)


def walk_month(scene: Scene, areas: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the true paths of a month, one unit a device-day."""
    walk = _roam if scene.style.minutes is None else _walk_stays
    return pl.concat([walk(f"u{day:03d}", scene.style, areas, rng) for day in range(scene.days)])


def _walk_stays(
    unit_id: str, style: Style, areas: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    ids, stays, so_far, last = areas["area_id"].to_list(), [], 0, ""
    while so_far < SHIFT_S:
        area_id = ids[rng.integers(len(ids))]
        if area_id != last:
            seconds = int(rng.uniform(*style.minutes) * 60)
            stays.append(Stay(area_id, seconds))
            so_far, last = so_far + seconds + 400, area_id
    round_ = Round(unit_id=unit_id, start=SHIFT, base=find_base(areas), stays=tuple(stays))
    return walk_round(round_, areas, style.walk, rng)


def _roam(
    unit_id: str, style: Style, areas: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Return a walk from place to place, each drawn uniformly over the whole town."""
    low_x, low_y, high_x, high_y = shapely.total_bounds(list(area_geometries(areas)))
    places = rng.uniform((low_x, low_y), (high_x, high_y), size=(SHIFT_S // 60, 2))
    n, walk = len(places), style.walk
    way_s = np.hypot(*np.diff(places, axis=0).T) / rng.uniform(
        walk.slowest_m_s, walk.fastest_m_s, n - 1
    )
    stand_s = rng.uniform(0.0, walk.longest_pause_s, n) * (rng.random(n) < walk.pause_share)
    arrive = np.cumsum(np.append(0.0, way_s)) + np.cumsum(np.append(0.0, stand_s[:-1]))
    when = np.c_[arrive, arrive + stand_s].ravel()
    clock = np.arange(SHIFT_S)
    at = np.repeat(places, 2, axis=0)
    return path_table(
        unit_id, SHIFT, np.c_[np.interp(clock, when, at[:, 0]), np.interp(clock, when, at[:, 1])]
    )


@dataclass(frozen=True)
class Truth:
    """What truly happened in a month."""

    areas: pl.DataFrame
    visits: pl.DataFrame  # TRUE_VISITS
    inside: dict[str, np.ndarray]  # by unit: (seconds + 1, areas) seconds inside so far


def know_truth(path: pl.DataFrame, areas: pl.DataFrame) -> Truth:
    """Return the truth of a month's paths, all of which begin with the shift."""
    shapes = list(area_geometries(areas))
    inside = {}
    for (unit_id,), part in path.partition_by("unit_id", as_dict=True).items():
        places = part.select("x", "y").to_numpy()
        flags = np.stack([is_inside(shape, places) for shape in shapes], axis=1)
        inside[unit_id] = np.concatenate([np.zeros((1, len(shapes)), int), flags.cumsum(axis=0)])
    return Truth(areas, find_true_visits(path, areas, TruthRule()), inside)


def observe(path: pl.DataFrame, condition: Condition, rng: np.random.Generator) -> pl.DataFrame:
    """Return the fixes of a month as a tracker gives them."""
    if not condition.varies:
        fixes = add_error(path, condition.gps, rng)
    else:
        number = path["unit_id"].str.slice(1).cast(int) % len(ERRORS)
        fixes = pl.concat(
            [
                add_error(path.filter(number == k), replace(condition.gps, error_m=error), rng)
                for k, error in enumerate(ERRORS)
            ]
        ).sort("device_id", "time")
    if condition.says_m is None:
        return fixes
    return fixes.with_columns(accuracy_m=pl.lit(condition.says_m, pl.Float32))


def add_step(fixes: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Add to each fix the seconds since the shift began, its step and whether that is observed."""
    limit = pl.max_horizontal(120.0, 2.5 * pl.col("refresh_s"))
    since = (pl.col("time") - pl.lit(SHIFT)).dt.total_microseconds() / 1e6
    return (
        fixes.select("device_id", "time", "x", "y", "accuracy_m", since=since)
        .with_columns(step=(pl.col("since").shift(-1) - pl.col("since")).over("device_id"))
        .join(days.select("device_id", "refresh_s"), on="device_id", maintain_order="left")
        .with_columns(is_seen=(pl.col("step") <= limit).fill_null(value=False))
    )


def true_seconds_observed(truth: Truth, steps: pl.DataFrame) -> pl.DataFrame:
    """Return the seconds truly inside each area during the observed steps, by device."""
    ids, parts = truth.areas["area_id"].to_list(), []
    for (device,), own in steps.partition_by("device_id", as_dict=True).items():
        seen, so_far = own["is_seen"].to_numpy(), truth.inside[device]
        start = own["since"].to_numpy()
        edges = np.flatnonzero(np.diff(np.r_[False, seen, False].astype(int)))
        at = start[edges].reshape(-1, 2)  # observed stretches; the last fix begins no step
        low = np.minimum(at.astype(int), len(so_far) - 2)
        total = so_far[low] + (at - low)[:, :, None] * (so_far[low + 1] - so_far[low])
        seconds = (total[:, 1] - total[:, 0]).sum(axis=0)
        parts.append(pl.DataFrame({"device_id": device, "area_id": ids, "truth": seconds}))
    return pl.concat(parts)


def set_beside(truth: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Return truth and credit of each device-day and area; zeros are rows."""
    got = visits.group_by("device_id", "area_id").agg(pl.col(SUMS[1:]).sum(), found=pl.len())
    return truth.join(got, on=["device_id", "area_id"], how="left").fill_null(0)


def tell_coverage(beside: pl.DataFrame, name: str) -> dict[str, float]:
    """Return how many intervals there are, how many hold the truth, and how wide they are."""
    error = pl.col("truth") - pl.col("credited_s") - pl.col("edge_s")
    half = 1.96 * (pl.col("variance_s2") + pl.col("common_s") ** 2).sqrt()
    told = beside.select(
        pl.len().alias(f"{name}_n"),
        (error.abs() <= half + 1e-6).sum().alias(f"{name}_held"),
        half.sum().alias(f"{name}_half"),
        pl.col("truth").sum().alias(f"{name}_truth"),
    )
    return told.row(0, named=True)


def match_visits(truth: Truth, visits: pl.DataFrame, steps: pl.DataFrame) -> dict[str, object]:
    """Return how the visits found compare with the true ones."""
    true = truth.visits.with_row_index("true_id").rename({"unit_id": "device_id"})
    gaps = steps.filter(~pl.col("is_seen"), pl.col("step").is_not_null()).select(
        "device_id", gap=pl.col("time"), gap_end=pl.col("time") + pl.duration(seconds="step")
    )
    silent = (
        true.join(gaps, on="device_id")
        .filter(pl.col("gap") < pl.col("end"), pl.col("gap_end") > pl.col("start"))["true_id"]
        .unique()
    )
    found = visits.with_row_index("found_id").rename({"start": "came", "end": "left"})
    both = true.join(found, on=["device_id", "area_id"], suffix="_found").filter(
        pl.col("came") < pl.col("end"), pl.col("left") > pl.col("start")
    )
    overlap = pl.min_horizontal("left", "end") - pl.max_horizontal("came", "start")
    own = both.sort(overlap, descending=True).unique("found_id", keep="first")
    credit = own.group_by("true_id").agg(pl.col("credited_s", "edge_s").sum())
    counted = both.filter(~pl.col("is_pass_through_found"))
    long_s = (pl.col("end") - pl.col("start")).dt.total_seconds()
    long = true.filter(long_s >= 300)
    long_pairs = counted.filter(pl.col("true_id").is_in(long["true_id"].implode()))
    heard = true.filter(~pl.col("true_id").is_in(silent.implode()))
    clear = heard.filter(long_s >= 300).join(credit, on="true_id", how="left").fill_null(0)
    short = heard.filter(~pl.col("is_pass_through"), long_s < 300)
    kept = visits.filter(~pl.col("is_pass_through"))
    met = both.filter(~pl.col("is_pass_through_found"))["found_id"].n_unique()
    return {
        "long": long.height,
        "pieces": long_pairs["found_id"].n_unique(),
        "split": int((long_pairs.group_by("true_id").len()["len"] > 1).sum()),
        "merged": int((long_pairs.group_by("found_id").len()["len"] > 1).sum()),
        "false": kept.height - met,
        "short": short.height,
        "short_missed": short.height
        - short.filter(pl.col("true_id").is_in(counted["true_id"].implode())).height,
        "errors": (clear["credited_s"] - clear["inside_s"]).abs().to_list(),
    }


def credit_naively(truth: Truth, fixes: pl.DataFrame, steps: pl.DataFrame) -> dict[str, float]:
    """Return what runs of inside fixes, and crediting the chance of being inside, would say."""
    rule = replace(VisitRule.without_hysteresis(), step_refreshes=2.5)
    runs = find_visits(fixes, truth.areas, rule).visits
    told = match_visits(truth, runs, steps)
    deviation = steps["accuracy_m"].to_numpy().astype(float) * AXIS_SHARE
    chance = np.zeros(steps.height)
    for shape in area_geometries(truth.areas):
        chance += _chance_inside(shape, steps.select("x", "y").to_numpy(), deviation)
    seconds = steps["step"].fill_null(0.0).to_numpy() * steps["is_seen"].to_numpy()
    return {
        "naive_pieces": told["pieces"],
        "naive_long": told["long"],
        "naive_false": told["false"],
        "naive_chance_s": float((chance * seconds).sum()),
    }


def _chance_inside(shape: shapely.Polygon, places: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return the chance of being inside, were both sides of a straight edge as likely."""
    low_x, low_y, high_x, high_y = shape.buffer(4 * deviation.max()).bounds
    x, y = places.T
    near = (x > low_x) & (x < high_x) & (y > low_y) & (y < high_y)
    distance = shapely.distance(shape.boundary, shapely.points(places[near]))
    side = np.where(shapely.contains_xy(shape, places[near]), 1.0, -1.0)
    chance = np.zeros(len(places))
    chance[near] = special.ndtr(side * distance / deviation[near])
    return chance


def measure_month(scene: Scene, month: int, seed: int) -> list[dict[str, object]]:
    """Return one row for each tracker that saw the same month of true paths."""
    rng = np.random.default_rng([seed, month, *f"{scene.block} {scene.label}".encode()])
    areas = make_ground(scene.gap_m)
    path = walk_month(scene, areas, rng)
    truth = know_truth(path, areas)
    rows = []
    for condition in scene.conditions:
        gps = condition.gps
        naive = scene.block == "main" and month < NAIVE_MONTHS
        naive &= gps.error_m in NAIVE_ERRORS and gps.refresh_s in NAIVE_REFRESHES
        row = measure_tracker(truth, observe(path, condition, rng), naive=naive)
        named = {"block": scene.block, "scene": scene.label, "month": month}
        numbers = {"error_m": float(gps.error_m), "refresh_s": float(gps.refresh_s)}
        rows.append(named | {"condition": condition.label} | numbers | row)
    return rows


def measure_tracker(truth: Truth, fixes: pl.DataFrame, *, naive: bool) -> dict[str, object]:
    """Return what the visits found in a month's fixes are worth beside the truth."""
    found = find_visits(fixes, truth.areas)
    visits, days = found.visits, found.device_days
    steps = add_step(fixes, days)
    beside = set_beside(true_seconds_observed(truth, steps), visits)
    envelope = (pl.col("end") - pl.col("start")).dt.total_microseconds() / 1e6
    row = {name: beside[name].sum() for name in SUMS[:3]}
    row |= {
        "hours": days["observed_s"].sum() / 3600,
        "envelope_s": visits.select((envelope - pl.col("unknown_s")).sum()).item(),
        "passed_s": visits.filter("is_pass_through")["credited_s"].sum(),
    }
    row |= match_visits(truth, visits, steps)
    row |= tell_coverage(beside.filter(pl.col("found") > 0), "cell")
    for name, key in (("day", "device_id"), ("area", "area_id")):
        row |= tell_coverage(beside.group_by(key).agg(pl.col(SUMS).sum()), name)
    row |= tell_coverage(beside.select(pl.col(SUMS).sum()), "town")
    kind = pl.col("area_id").str.extract("^([a-z]+)")
    for name, *sums in beside.group_by(kind).agg(pl.col(SUMS[:3]).sum()).iter_rows():
        row |= dict(zip((f"{name}_truth", f"{name}_raw", f"{name}_edge"), sums, strict=True))
    return row | (credit_naively(truth, fixes, steps) if naive else {})


def measure(scenes: list[Scene], months: int, seed: int = SEED) -> pl.DataFrame:
    """Return a row for each scene, month and tracker; two processes share the work."""
    for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    work = [(scene, month) for month in range(months) for scene in scenes]
    rows: list[dict[str, object]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(measure_month, scene, month, seed) for scene, month in work]
        for done, future in enumerate(futures, start=1):
            rows += future.result()
            sys.stderr.write(f"{done} of {len(work)}\r")
    return pl.DataFrame(rows, infer_schema_length=None)


def pool(rows: pl.DataFrame) -> dict[str, float]:
    """Return the figures of many months together; `_pm` is 1.96 Monte-Carlo standard errors."""
    numbers = [name for name, kind in rows.schema.items() if kind.is_numeric()]
    own = rows.select(pl.col(numbers).sum()).row(0, named=True)
    told = {
        "pieces": own["pieces"] / max(own["long"], 1),
        "split": own["split"] / max(own["long"], 1),
        "merged": own["merged"] / max(own["pieces"], 1),
        "false": own["false"] / own["hours"],
        "missed": own["short_missed"] / max(own["short"], 1),
        "raw": own["credited_s"] / own["truth"] - 1,
        "corrected": (own["credited_s"] + own["edge_s"]) / own["truth"] - 1,
        "envelope": own["envelope_s"] / own["truth"] - 1,
        "passed": own["passed_s"] / own["truth"],
    }
    for name in LEVELS:
        share = own[f"{name}_held"] / max(own[f"{name}_n"], 1)
        apart = rows[f"{name}_held"] - share * rows[f"{name}_n"]  # months are independent
        told[name] = share
        told[f"{name}_pm"] = 1.96 * float((apart**2).sum()) ** 0.5 / max(own[f"{name}_n"], 1)
        told[f"{name}_wide"] = own[f"{name}_half"] / max(own[f"{name}_truth"], 1)
    errors = np.concatenate([rows["errors"].explode().drop_nulls().to_numpy(), [0.0]])
    told["median"], told["p90"] = np.quantile(errors, (0.5, 0.9))
    return told


def make_tables(rows: pl.DataFrame) -> dict[str, str]:
    """Return every table of the page, by the name of its markers."""
    main = rows.filter(pl.col("block") == "main")
    return {
        "refresh": _refresh_table(main, (8, 30)),
        "other-errors": _refresh_table(main, (4, 15)),
        "coverage": _coverage_table(main),
        "styles": _style_table(main),
        "shapes": _shape_table(main),
        "naive": _naive_table(main),
        "limits": _limit_table(rows.filter(pl.col("block") == "limits")),
        "seen": _seen_table(),
    }


def _at(rows: pl.DataFrame, error_m: float, refresh_s: float) -> pl.DataFrame:
    return rows.filter(pl.col("error_m") == error_m, pl.col("refresh_s") == refresh_s)


def _conditions(rows: pl.DataFrame) -> Iterator[tuple[float, float, pl.DataFrame]]:
    """Yield error, refresh and the rows measured with them."""
    for error, refresh in rows.select("error_m", "refresh_s").unique().sort(pl.all()).iter_rows():
        yield error, refresh, _at(rows, error, refresh)


def _table(head: str, lines: list[str]) -> str:
    names = head.split(" | ")
    rule = "|".join("---:" if n else "---" for n in range(len(names)))
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {line} |" for line in lines)])


def _percent(value: float, low: float, high: float, digits: int = 1) -> str:
    """Return a share as per cent, bold outside its bar."""
    told = f"{100 * value:.{digits}f}"
    return told if low <= value <= high else f"**{told}**"


def _bar(error_m: float) -> float:
    """Return how far total seconds may be off, as a share."""
    return 0.01 if error_m <= 8 else 0.03


def _range(rows: pl.DataFrame, name: str, bar: float) -> str:
    """Return the lowest and highest of a bias over the styles."""
    each = [pool(own)[name] for own in rows.partition_by("scene")]
    return f"{_percent(min(each), -bar, bar)} to {_percent(max(each), -bar, bar)}"


def _held(told: dict[str, float], name: str) -> str:
    return f"{_percent(told[name], 0.93, 0.97)} ± {100 * told[f'{name}_pm']:.1f}"


def _refresh_table(rows: pl.DataFrame, errors: tuple[int, ...]) -> str:
    head = (
        "error, m | a fix every, s | pieces of a visit | false visits in 100 h "
        "| credited seconds, % off | corrected seconds, % off "
        "| median error of a visit, s | 9 in 10 within, s | visits of 1 to 5 min not counted, %"
    )
    lines = []
    for error, refresh, own in _conditions(
        rows.filter(pl.col("error_m").is_in([float(e) for e in errors]))
    ):
        told = pool(own)
        pieces = f"{told['pieces']:.3f}"
        if refresh <= 60 and not 0.98 <= told["pieces"] <= 1.02:
            pieces = f"**{pieces}**"
        lines.append(
            f"{error:g} | {refresh:g} | {pieces} | {100 * told['false']:.1f} "
            f"| {_range(own, 'raw', _bar(error))} | {_range(own, 'corrected', _bar(error))} "
            f"| {told['median']:.0f} | {told['p90']:.0f} | {100 * told['missed']:.0f}"
        )
    return _table(head, lines)


def _coverage_table(rows: pl.DataFrame) -> str:
    heads = [f"{name}: holds the truth, % | half width, %" for name in LEVELS.values()]
    lines = []
    for error, refresh, own in _conditions(rows):
        told = pool(own)
        cells = [f"{_held(told, name)} | {100 * told[f'{name}_wide']:.1f}" for name in LEVELS]
        lines.append(f"{error:g} | {refresh:g} | {' | '.join(cells)}")
    return _table(f"error, m | a fix every, s | {' | '.join(heads)}", lines)


def _style_table(rows: pl.DataFrame) -> str:
    head = (
        "style | error, m | credited, % off | corrected, % off "
        f"| {' | '.join(f'{name}, %' for name in LEVELS.values())}"
    )
    fast = rows.filter(pl.col("refresh_s") <= 60)
    lines = []
    for scene in STYLES:
        for error in (8, 30):
            told = pool(fast.filter(pl.col("scene") == scene, pl.col("error_m") == error))
            bar = _bar(error)
            off = [_percent(told[name], -bar, bar) for name in ("raw", "corrected")]
            held = [_held(told, name) for name in LEVELS]
            lines.append(" | ".join([scene, f"{error}", *off, *held]))
    return _table(head, lines)


def _shape_table(rows: pl.DataFrame) -> str:
    fast = rows.filter(pl.col("refresh_s") <= 60)
    lines = []
    for kind in ("square", "circle", "irregular"):
        for error in ERRORS:
            own = fast.filter(pl.col("error_m") == error, pl.col("scene") != "roams across edges")
            truth, raw = own[f"{kind}_truth"].sum(), own[f"{kind}_raw"].sum()
            corrected, bar = raw + own[f"{kind}_edge"].sum(), _bar(error)
            off = [_percent(value / truth - 1, -bar, bar) for value in (raw, corrected)]
            lines.append(f"{kind} | {error} | {' | '.join(off)}")
    return _table("shape | error, m | credited, % off | corrected, % off", lines)


def _naive_table(rows: pl.DataFrame) -> str:
    head = (
        "error, m | a fix every, s | runs of inside fixes: pieces of a visit "
        "| runs: false visits in 100 h | from coming to leaving, % off "
        "| chance of being inside, % off | credited, % off | corrected, % off"
    )
    some = rows.filter(pl.col("naive_chance_s").is_not_null())
    lines = []
    for error, refresh, own in _conditions(some):
        told, bar = pool(own), _bar(error)
        chance = own["naive_chance_s"].sum() / own["truth"].sum() - 1
        pieces = own["naive_pieces"].sum() / own["naive_long"].sum()
        false = 100 * own["naive_false"].sum() / own["hours"].sum()
        off = (told["envelope"], chance, told["raw"], told["corrected"])
        cells = " | ".join(_percent(value, -bar, bar) for value in off)
        lines.append(f"{error:g} | {refresh:g} | {pieces:.2f} | {false:.0f} | {cells}")
    return _table(head, lines)


def _limit_table(rows: pl.DataFrame) -> str:
    head = (
        "case | tracker | pieces of a visit | credited, % off | corrected, % off "
        f"| {' | '.join(f'{name}, %' for name in LEVELS.values())}"
    )
    lines = []
    cases = rows.select("scene", "condition").unique(maintain_order=True)
    for scene, condition in cases.iter_rows():
        own = rows.filter(pl.col("scene") == scene, pl.col("condition") == condition)
        told, bar = pool(own), _bar(own["error_m"][0])
        off = [_percent(told[name], -bar, bar) for name in ("raw", "corrected")]
        held = [_held(told, name) for name in LEVELS]
        lines.append(" | ".join([scene, condition, f"{told['pieces']:.2f}", *off, *held]))
    return _table(head, lines)


def _seen_table() -> str:
    lengths = (1, 2, 5, 10, 15, 40)
    lines = [
        f"{refresh} | {shortest_visible_visit(refresh):.2g} | "
        + " | ".join(f"{100 * find_chance_seen(length, refresh):.0f}" for length in lengths)
        for refresh in REFRESHES
        if refresh >= 30
    ]
    heads = " | ".join(f"{length} min, % seen" for length in lengths)
    return _table(f"a fix every, s | shortest visit seen 19 times in 20, min | {heads}", lines)


def fill_page(page: str, tables: dict[str, str]) -> str:
    """Return the page with each table between its two markers."""
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            sys.exit(f"{PAGE.name} lacks the markers {begin} and {end}. Put them back.")
        page = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    return page


def main() -> int:
    """Measure, and write the page's tables if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=8)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--quick", action="store_true", help="one short month, fewer styles")
    parser.add_argument("--save", type=Path, help="keep the rows, as Parquet")
    parser.add_argument("--rows", type=Path, help="rows kept before, instead of measuring")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    args = parser.parse_args()
    if args.rows:
        rows = pl.read_parquet(args.rows)
    else:
        scenes = [replace(s, days=min(s.days, 5)) if args.quick else s for s in list_scenes()]
        rows = measure(scenes, 1 if args.quick else args.months, args.seed)
    if args.save:
        rows.write_parquet(args.save)
    tables = make_tables(rows)
    if args.write:
        PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
    sys.stdout.write("\n\n".join(f"{name}\n\n{table}" for name, table in tables.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
