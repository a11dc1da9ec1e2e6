"""From fixes to visits and seconds per hot spot, beside a bare scan and other programs.

Each way runs in a process of its own (``python -m benchmarks.dwell_job WAY ...``): it warms up on
one device-day, then is timed on the whole and says how much memory its process ever held. Ways
that answer the same question must give the same visits; a difference stops the benchmark.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from benchmarks import fix_world
from benchmarks.pairs import Ratio, versions
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.places import area_geometries

THREADS = 2
MOST_SCANS, MOST_MIB = 2.0, 600
PATIENCE_S = 900
LARGE_RUNS = 3
LARGE_BYTES = 6_000_000_000
PACKAGES = ("shapely", "pyarrow", "duckdb", "geopandas", "trackintel", "pymeos", "movingpandas")
LONGEST_STEP = "120s"  # a longer one is credited to nobody, and ends the visit
LONGEST_STEP_US = 120_000_000
COLUMNS = ("device_id", "area_id", "start", "end", "seconds")  # of an answer
SAMPLES = {"1 %": 60, "0.1 %": 6}  # device-days


def run_scan(path: Path) -> None:
    """Read all five columns and keep next to nothing: what no way can be faster than."""
    most, sums = pl.col("device_id", "time").max(), pl.col("x", "y", "accuracy_m").sum()
    pl.scan_parquet(path).select(most, sums).collect(engine="streaming")


def run_full_rule(path: Path, answer: Path) -> None:
    _run_patrolwise(path, VisitRule(), answer)


def run_plain_rule(path: Path, answer: Path) -> None:
    _run_patrolwise(path, VisitRule.without_hysteresis(), answer)


def _run_patrolwise(path: Path, rule: VisitRule, answer: Path) -> None:
    """Write the visits as they come, and add up each device's seconds in each hot spot."""
    from patrolwise.files.fix_streams import stream_visits_in_store
    from patrolwise.files.table_streams import TableWriter

    areas, by = fix_world.make_areas(), ("device_id", "area_id")
    seconds = pl.col("credited_s").sum()
    with (
        stream_visits_in_store(path, areas, rule, threads=THREADS) as found,
        TableWriter(answer) as file,
    ):
        sums = []
        for part in found.parts:
            file.append(part.visits)
            sums.append(part.visits.group_by(by).agg(seconds))
    pl.concat(sums).group_by(by).agg(seconds)


def run_strtree(path: Path) -> pl.DataFrame:
    """Ask shapely's tree of hot spots, row group by row group; numpy joins what is unbroken."""
    import pyarrow.parquet as pq

    areas = fix_world.make_areas()
    tree = shapely.STRtree(list(area_geometries(areas)))
    file, found = pq.ParquetFile(path), []
    for group in range(file.num_row_groups):
        fixes = pl.from_arrow(file.read_row_group(group))
        x, y = fixes["x"].to_numpy(), fixes["y"].to_numpy()
        at = fixes["time"].to_physical().to_numpy()
        is_same = (fixes["device_id"] == fixes["device_id"].shift(-1)).fill_null(value=False)
        step = np.where(is_same, np.diff(at, append=at[-1]), 0)
        step[step > LONGEST_STEP_US] = 0
        fix, area = tree.query(shapely.points(x, y), predicate="intersects")
        order = np.lexsort((fix, area))
        fix, area = fix[order], area[order]
        begins = np.ones(len(fix), dtype=bool)
        begins[1:] = (np.diff(fix) != 1) | (np.diff(area) != 0) | (step[fix[:-1]] == 0)
        first = np.flatnonzero(begins)
        if len(first) == 0:
            continue
        last = np.append(first[1:], len(fix)) - 1
        ends = at[fix[last]] + step[fix[last]]
        found.append(
            pl.DataFrame(
                {
                    "device_id": fixes["device_id"].gather(fix[first]),
                    "area_id": areas["area_id"].gather(area[first]),
                    "start": fixes["time"].gather(fix[first]),
                    "end": pl.Series(ends).cast(fixes["time"].dtype),
                    "seconds": np.add.reduceat(step[fix], first) / 1e6,
                }
            )
        )
    visits = pl.concat(found)
    visits.group_by("device_id", "area_id").agg(pl.col("seconds").sum())
    return visits


def run_duckdb(path: Path) -> pl.DataFrame:
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob("spatial.duckdb_extension"))
    areas = fix_world.make_areas()
    hot_spots = areas.select("area_id").with_columns(  # noqa: F841, the query names it
        shape=pl.Series(shapely.to_wkb(list(area_geometries(areas))).tolist(), dtype=pl.Binary)
    )
    base = duckdb.connect(config={"threads": THREADS})
    base.execute(f"LOAD '{extension}'")
    base.execute("SET TimeZone = 'UTC'")
    base.execute(
        "CREATE TABLE areas AS SELECT area_id, ST_GeomFromWKB(shape) AS shape FROM hot_spots"
    )
    base.execute(
        f"""
        CREATE TABLE visits AS
        WITH steps AS (
          SELECT device_id, time, x, y, row_number() OVER w AS n,
            coalesce(epoch_us(lead(time) OVER w) - epoch_us(time), 0) AS step
          FROM read_parquet('{path}') WINDOW w AS (PARTITION BY device_id ORDER BY time)),
        inside AS (
          SELECT device_id, area_id, time, n, if(step > {LONGEST_STEP_US}, 0, step) AS step
          FROM steps JOIN areas ON ST_Intersects(shape, ST_Point(x, y))),
        marked AS (
          SELECT *, if(n = lag(n) OVER w + 1 AND lag(step) OVER w > 0, 0, 1) AS is_first
          FROM inside WINDOW w AS (PARTITION BY device_id, area_id ORDER BY n)),
        numbered AS (
          SELECT *, sum(is_first) OVER (PARTITION BY device_id, area_id ORDER BY n) AS visit
          FROM marked)
        SELECT device_id, area_id, min(time) AS start,
          max(time + to_microseconds(step)) AS "end", sum(step) / 1e6 AS seconds
        FROM numbered GROUP BY device_id, area_id, visit"""
    )
    base.execute("SELECT device_id, area_id, sum(seconds) FROM visits GROUP BY ALL").fetchall()
    return pl.from_arrow(base.sql("SELECT * FROM visits").to_arrow_table())


def run_geopandas(path: Path) -> pl.DataFrame:
    import geopandas as gpd
    import pandas as pd

    fixes = pd.read_parquet(path)
    zero = pd.Timedelta(0)
    step = -fixes.groupby("device_id")["time"].diff(-1)
    fixes["step"] = step.where(step <= pd.Timedelta(LONGEST_STEP), zero).fillna(zero)
    fixes["place"] = np.arange(len(fixes))
    points = gpd.GeoDataFrame(
        fixes, geometry=gpd.points_from_xy(fixes["x"], fixes["y"]), crs="EPSG:27700"
    )
    inside = gpd.sjoin(points, _hot_spot_frame(), predicate="intersects")
    inside = inside.sort_values(["area_id", "place"])
    goes_on = (
        (inside["place"].diff() == 1)
        & (inside["area_id"] == inside["area_id"].shift())
        & (inside["step"].shift() > zero)
    )
    inside["end"] = inside["time"] + inside["step"]
    visits = inside.groupby((~goes_on).cumsum()).agg(
        device_id=("device_id", "first"),
        area_id=("area_id", "first"),
        start=("time", "first"),
        end=("end", "last"),
        seconds=("step", "sum"),
    )
    visits["seconds"] = visits["seconds"].dt.total_seconds()
    visits.groupby(["device_id", "area_id"])["seconds"].sum()
    return pl.from_pandas(visits)


def run_movingpandas(path: Path) -> pl.DataFrame:
    import geopandas as gpd
    import movingpandas as mpd
    import pandas as pd

    fixes = pd.read_parquet(path, columns=["device_id", "time", "x", "y"])
    fixes["time"] = fixes["time"].dt.tz_localize(None)
    points = gpd.GeoDataFrame(
        fixes, geometry=gpd.points_from_xy(fixes["x"], fixes["y"]), crs="EPSG:27700"
    ).set_index("time")
    paths = mpd.ObservationGapSplitter(mpd.TrajectoryCollection(points, "device_id")).split(
        gap=pd.Timedelta(LONGEST_STEP)
    )
    found = []
    for area in _hot_spot_frame().itertuples():
        for piece in paths.clip(area.geometry, point_based=True):
            times = (piece.get_start_time(), piece.get_end_time())
            found.append((piece.df["device_id"].iloc[0], area.area_id, *times))
    return _with_seconds(found)


def run_pymeos(path: Path) -> pl.DataFrame:
    import pymeos

    pymeos.pymeos_initialize("UTC")
    fixes = pl.read_parquet(path, columns=["device_id", "time", "x", "y"])
    shapes = list(zip(fix_world.make_areas()["area_id"], _hot_spots(), strict=True))
    found = []
    for device, own in fixes.group_by("device_id", maintain_order=True):
        places = [
            pymeos.TGeomPointInst(point=shapely.Point(x, y), timestamp=at)
            for at, x, y in own.select("time", "x", "y").iter_rows()
        ]
        for first, last in pairwise(_unbroken(own["time"])):
            way = pymeos.TGeomPointSeq(instant_list=places[first:last], upper_inc=True)
            for area_id, shape in shapes:
                within = way.at(shape)
                spans = within.time().spans() if within is not None else ()
                found += [(device[0], area_id, span.lower(), span.upper()) for span in spans]
    return _with_seconds(found)


def run_trackintel(path: Path) -> pl.DataFrame:
    """Answer another question: where somebody stayed 5 minutes within 100 m, wherever it was."""
    import geopandas as gpd
    import pandas as pd
    import trackintel as ti

    fixes = pd.read_parquet(path, columns=["device_id", "time", "x", "y"])
    points = gpd.GeoDataFrame(
        fixes, geometry=gpd.points_from_xy(fixes["x"], fixes["y"]), crs="EPSG:27700"
    ).to_crs("EPSG:4326")
    known = ti.io.read_positionfixes_gpd(points, tracked_at="time", user_id="device_id")
    _, stays = known.generate_staypoints(
        dist_threshold=100, time_threshold=5.0, gap_threshold=LONGEST_STEP_US / 6e7
    )
    at = gpd.sjoin(stays.to_crs("EPSG:27700"), _hot_spot_frame(), predicate="intersects")
    columns = (at[name] for name in ("user_id", "area_id", "started_at", "finished_at"))
    return _with_seconds(list(zip(*columns, strict=True)))


def _hot_spots() -> list[shapely.Geometry]:
    return list(area_geometries(fix_world.make_areas()))


def _hot_spot_frame():
    import geopandas as gpd

    ids = fix_world.make_areas()["area_id"].to_list()
    return gpd.GeoDataFrame({"area_id": ids}, geometry=_hot_spots(), crs="EPSG:27700")


def _unbroken(times: pl.Series) -> list[int]:
    """Return the rows at which recording begins, after any silence, and the number of rows."""
    silent = np.diff(times.to_physical().to_numpy()) > LONGEST_STEP_US
    return [0, *(np.flatnonzero(silent) + 1).tolist(), len(times)]


def _with_seconds(rows: list[tuple]) -> pl.DataFrame:
    found = pl.DataFrame(rows, schema=COLUMNS[:4], orient="row")
    return found.with_columns(
        seconds=(pl.col("end") - pl.col("start")).dt.total_microseconds() / 1e6
    )


@dataclass(frozen=True)
class Way:
    """One way to do the job."""

    title: str
    run: Callable[..., pl.DataFrame | None]
    runs: int
    sample: str = ""  # of the set, where the whole would take too long
    writes: bool = False  # its own answer, as it goes, within the time taken


SCAN, FULL, PLAIN = "scan", "full", "plain"
WAYS = {
    SCAN: Way("polars, streaming scan of the five columns", run_scan, 5),
    FULL: Way("**patrolwise**, full rule", run_full_rule, 5, writes=True),
    PLAIN: Way("**patrolwise**, without hysteresis", run_plain_rule, 5, writes=True),
    "strtree": Way("shapely STRtree.query, numpy", run_strtree, 1),
    "duckdb": Way("DuckDB spatial, SQL with windows", run_duckdb, 1),
    "geopandas": Way("GeoPandas sjoin, groupby", run_geopandas, 1),
    "trackintel": Way("trackintel, staypoints, sjoin", run_trackintel, 1, "1 %"),
    "pymeos": Way("PyMEOS, at(geometry)", run_pymeos, 1, "1 %"),
    "movingpandas": Way("MovingPandas clip, point_based", run_movingpandas, 1, "0.1 %"),
}


@dataclass
class Measured:
    """What the runs of one way gave."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)  # MiB
    ratios: list[float] = field(default_factory=list)  # to the scan of the same round, per fix
    cpu_ratios: list[float] = field(default_factory=list)  # the same of CPU seconds
    fixes: int = 0  # of the set, or of the sample
    failure: str = ""


@dataclass(frozen=True)
class Compared:
    """One set of fixes, and what each way made of it."""

    fixes: int
    ways: dict[str, Measured]
    agreement: dict[str, str]


def measure(*, is_large: bool = False) -> tuple[list[Ratio], str]:
    """Return the lines that have a target, and the part of the page with the whole table."""
    with tempfile.TemporaryDirectory(prefix="patrolwise-bench-") as name:
        folder = Path(name)
        if is_large and shutil.disk_usage(folder).free < LARGE_BYTES:
            raise SystemExit(f"--large needs {LARGE_BYTES / 1e9:g} GB free in {folder.parent}.")
        compared = _compare(folder, fix_world.DEVICES, WAYS)
        text = _table(compared)
        sets = [compared]
        if is_large:
            ours = {way: replace(WAYS[way], runs=LARGE_RUNS) for way in (SCAN, FULL, PLAIN)}
            sets.append(_compare(folder, 10 * fix_world.DEVICES, ours))
            text += _growth(*sets)
    installed = [name for name in PACKAGES if find_spec(name)]
    text += f"\nVersions: {versions(*installed)}.\n"
    return [line for one in sets for line in _bars(one)], INTRODUCTION + text


def _compare(folder: Path, devices: int, ways: dict[str, Way]) -> Compared:
    """Run every way on a new set of fixes, round by round, the scan first in each."""
    whole, warm = folder / f"fixes-{devices}.parquet", folder / "warm.parquet"
    fixes = {"": fix_world.write_world(whole, devices)}
    paths = {"": whole}
    fix_world.write_first(warm, whole, 1)
    for sample, device_days in SAMPLES.items():
        paths[sample] = folder / f"fixes-{device_days}-days.parquet"
        fixes[sample] = fix_world.write_first(paths[sample], whole, device_days)
    found = {name: Measured(fixes=fixes[way.sample]) for name, way in ways.items()}
    for number in range(max(way.runs for way in ways.values())):
        for name, way in ways.items():
            if number < way.runs and not found[name].failure:
                _add_run(found[name], name, (paths[way.sample], warm, folder / f"{name}.parquet"))
                if found[name].failure:
                    continue
                _add_ratios(found[name], found[SCAN], number)
    agreement = {}
    for name, way in ways.items():
        if name not in (SCAN, PLAIN) and not found[name].failure:
            beside = _beside(folder, warm, paths[way.sample]) if way.sample else PLAIN
            agreement[name] = _agree(folder, name, beside)
    whole.unlink()
    return Compared(fixes[""], found, agreement)


def _add_ratios(one: Measured, scan: Measured, number: int) -> None:
    share = scan.fixes / one.fixes
    one.ratios.append(one.seconds[-1] / scan.seconds[number] * share)
    one.cpu_ratios.append(one.cpu[-1] / scan.cpu[number] * share)


def _beside(folder: Path, warm: Path, sample: Path) -> str:
    """Return the name of the plain rule's answer on a sample."""
    _add_run(Measured(), PLAIN, (sample, warm, folder / f"{sample.stem}-plain.parquet"))
    return f"{sample.stem}-plain"


def _add_run(so_far: Measured, name: str, paths: tuple[Path, Path, Path]) -> None:
    """Run one way once, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.dwell_job", name, *map(str, paths)]
    environment = os.environ | {"POLARS_MAX_THREADS": str(THREADS), "PYTHONWARNINGS": "ignore"}
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        failure = "" if done.returncode == 0 else _reason(done)
    except subprocess.TimeoutExpired:
        failure = f"not done after {PATIENCE_S} s"
    if not failure:
        run = json.loads(done.stdout.splitlines()[-1])
        so_far.seconds.append(run["seconds"])
        so_far.cpu.append(run["cpu"])
        so_far.peaks.append(run["peak_mib"])
    elif name in (SCAN, FULL, PLAIN):
        raise RuntimeError(f"{name} failed: {failure}")
    so_far.failure = failure


def _reason(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1][:120] if lines else f"ended with {done.returncode}"


def _agree(folder: Path, name: str, plain: str) -> str:
    """Say how an answer compares; raise where it must be the same and is not."""
    theirs, ours = (
        pl.read_parquet(folder / f"{one}.parquet").rename({"credited_s": "seconds"}, strict=False)
        for one in (name, plain)
    )
    if not WAYS[name].sample and name != FULL:
        by = list(COLUMNS[:3])
        same = [
            one.select(*COLUMNS[:4], (pl.col("seconds") * 1e6).round().cast(pl.Int64)).sort(by)
            for one in (ours, theirs)
        ]
        if not same[0].equals(same[1]):
            raise AssertionError(
                f"{name} gives {theirs.height} visits, ours {ours.height}: not the same"
            )
        return f"the same {ours.height:,} visits, to the microsecond"
    share = theirs["seconds"].sum() / ours["seconds"].sum() - 1.0
    if name == FULL:
        passing = int(theirs["is_pass_through"].sum())
        visits = f"{theirs.height - passing:,} visits and {passing:,} pass-throughs"
    else:
        visits = f"{theirs.height:,} v {ours.height:,} visits"
    question = "another question: " if name == "trackintel" else ""
    return f"{question}{visits}, {share:+.2%} seconds"


INTRODUCTION = """
## From fixes to visits

Simulated: 200 trackers, 30 days, 8 hours a day, a fix every 10 s with 8 m of error and silences,
in one zstd Parquet file; 50 hot spots of 25 circles and 25 irregular shapes. The job: every visit,
and the seconds of each device in each hot spot. The other programs are asked for a plain geometric
join: runs of fixes inside, a step above 120 s credited to nobody. Without hysteresis ours is that
same question and must give the same visits (device, hot spot, enter, leave, seconds), or no page is
written. The full rule does more: it keeps noise at the edge from cutting visits up, cleans the
fixes, and gives every visit its error. Each run is a process of its own, timed without imports and
compilation; peak is the whole process's. Ratio: time per fix over that of the scan of the same
round, median (least–most); in CPU seconds it hardly changes with what else the machine does.
Programs that would take hours were given the first 60 or 6 device-days.

"""


def _table(compared: Compared) -> str:
    rows = [
        f"{compared.fixes:,} fixes, {THREADS} threads where a program has them:",
        "",
        "| Way | Runs | s | CPU s | M fixes/s | Ratio to the scan | The same in CPU s | Peak MiB "
        "| Agreement |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name, way in WAYS.items():
        one = compared.ways[name]
        title = way.title + (f", {way.sample} of the fixes" if way.sample else "")
        if one.failure:
            rows.append(f"| {title} | – | – | – | – | – | – | – | not measured: {one.failure} |")
            continue
        rate = one.fixes / float(np.median(one.seconds)) / 1e6
        said = compared.agreement.get(name, "–")
        rows.append(
            f"| {title} | {len(one.seconds)} | {_short(one.seconds)} | {_short(one.cpu)} "
            f"| {rate:.2g} | {_spread(one.ratios)} | {_spread(one.cpu_ratios)} "
            f"| {max(one.peaks):,.0f} | {said} |"
        )
    return "\n".join(rows) + "\n"


def _growth(small: Compared, large: Compared) -> str:
    """Say what ten times the fixes cost."""
    rows = [
        "",
        f"Ten times the trackers, {large.fixes:,} fixes, in the same run:",
        "",
        "| Way | s | CPU s | Ratio to the scan | The same in CPU s | Peak MiB "
        "| Time per fix, to the smaller set's | CPU per fix, likewise |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in large.ways:
        one, before = large.ways[name], small.ways[name]
        times = [
            np.median(seconds) / fixes
            for seconds, fixes in (
                (one.seconds, large.fixes),
                (before.seconds, small.fixes),
                (one.cpu, large.fixes),
                (before.cpu, small.fixes),
            )
        ]
        rows.append(
            f"| {WAYS[name].title} | {_short(one.seconds)} | {_short(one.cpu)} "
            f"| {_spread(one.ratios)} | {_spread(one.cpu_ratios)} | {max(one.peaks):,.0f} "
            f"| {times[0] / times[1]:.2f} | {times[2] / times[3]:.2f} |"
        )
    return "\n".join(rows) + "\n"


def _bars(compared: Compared) -> Iterator[Ratio]:
    """Yield what the full rule is held to: time and memory."""
    full = compared.ways[FULL]
    job = f"Visits of {compared.fixes / 1e6:.0f} M fixes"
    yield Ratio(
        job=job,
        peer=f"{MOST_SCANS:g} × polars scanning them",
        ratios=tuple(MOST_SCANS / ratio for ratio in full.ratios),
        target=1.0,
        note="full rule, below",
    )
    yield Ratio(
        job=f"{job}: memory",
        peer=f"{MOST_MIB} MiB",
        ratios=tuple(MOST_MIB / peak for peak in full.peaks),
        target=1.0,
        note=f"peak {max(full.peaks):,.0f} MiB",
    )


def _short(values: list[float]) -> str:
    return f"{float(np.median(values)):.3g}"


def _spread(ratios: list[float]) -> str:
    middle, low, high = (f"{float(f(ratios)):,.3g}" for f in (np.median, np.min, np.max))
    return middle if len(ratios) == 1 else f"{middle} ({low}–{high})"


def _run_here(name: str, path: Path, warm: Path, answer: Path) -> None:
    """Do one way's job in this process; print how long it took and what it held."""
    way = WAYS[name]
    more = (answer,) if way.writes else ()
    way.run(warm, *more)  # imports and compilation are not part of the job
    cpu, start = _cpu_s(), time.perf_counter()
    found = way.run(path, *more)
    seconds, cpu = time.perf_counter() - start, _cpu_s() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mib": _peak_mib()}))
    if found is not None:
        found.write_parquet(answer)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mib() -> float:
    """Return this process's own peak: what the kernel tells a parent counts the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        text = status.read_text(encoding="utf-8")
        return int(text.split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS: bytes


if __name__ == "__main__":
    _run_here(sys.argv[1], *map(Path, sys.argv[2:]))
