"""Slow, obvious twins of what finds visits, and the made data that the twins are tried on.

Written from the words of `VisitRule` and of the docstrings, not from the kernel: plain Python,
one fix at a time, one area at a time, shapely for every place.
"""

import functools
import importlib
import itertools
import math
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import ModuleType, SimpleNamespace

import numba
import numpy as np
import polars as pl
import shapely

from patrolwise.patrols import area_index
from patrolwise.patrols.area_index import IndexArrays
from patrolwise.patrols.fix_arrays import FixArrays
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.places import areas_from_geometries
from patrolwise.tables import FIXES, make_table

START = datetime(2024, 6, 7, 14, tzinfo=UTC)  # a Friday afternoon
ZERO = timedelta(0)
SECOND = timedelta(seconds=1)
_PACKAGE = "patrolwise.patrols"


@functools.cache
def plain_modules() -> SimpleNamespace:
    """Return second copies of the modules that find visits, in which nothing is compiled.

    With numba told to leave functions alone, the modules are imported anew, under their own
    names, so that coverage counts their lines; the compiled ones are then put back. The copies
    know only each other. So each test runs the machine code and the Python that it was made
    from, in one process, whichever worker it falls to and whatever ran before.
    """
    package = importlib.import_module(_PACKAGE)
    importlib.import_module(f"{_PACKAGE}.day_batches")
    compiled, before = _take_away(package), numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = True
    try:
        importlib.import_module(f"{_PACKAGE}.day_batches")
    finally:
        numba.config.DISABLE_JIT = before
        plain = _take_away(package)
        for short, module in compiled.items():
            sys.modules[f"{_PACKAGE}.{short}"] = module
            setattr(package, short, module)
    return SimpleNamespace(**plain)


def find_signed_distance(
    arrays: IndexArrays, area: int, x: float, y: float, module: ModuleType = area_index
) -> float:
    """Return how far inside an area a place is, one step after the other.

    Metres, negative outside, never wrong in sign; `-REACH_M` beyond the reach.
    """
    node, below, across, up = module.find_nodes(arrays, area, x, y)
    rows = (int(node), int(node) + 1, int(below), int(below) + 1)
    corners = tuple(float(arrays.distances[row]) for row in rows)
    distance = module.interpolate(corners, across, up)
    return module.settle_side(arrays, area, x, y, distance)


def _take_away(package: ModuleType) -> dict[str, ModuleType]:
    """Forget the modules of a package, and return them by their short names."""
    start = f"{_PACKAGE}."
    taken = {
        name.removeprefix(start): module
        for name, module in sys.modules.items()
        if name.startswith(start)
    }
    for short in taken:
        del sys.modules[start + short]
        vars(package).pop(short, None)
    return taken


# made data


def square(west=0.0, south=0.0, side=150.0):
    """Return a square area's shape."""
    return shapely.box(west, south, west + side, south + side)


def areas_of(*shapes, ids=None):
    """Return AREAS named a, b, c and so on."""
    return areas_from_geometries(ids or [chr(97 + i) for i in range(len(shapes))], shapes)


def fixes_of(*rows, start=START):
    """Return FIXES of rows of seconds after the start, x, and optional keywords of the rest."""
    table = []
    for seconds, x, *rest in rows:
        more = dict(rest[0]) if rest else {}
        table.append(
            {
                "device_id": more.pop("device_id", "d"),
                "time": start + timedelta(seconds=seconds),
                "x": float(x),
                "y": float(more.pop("y", 75.0)),
                "accuracy_m": more.pop("accuracy_m", None),
                "is_mock": more.pop("is_mock", None),
                "starts_segment": more.pop("starts_segment", None),
            }
        )
        assert not more
    frame = pl.DataFrame(
        table,
        schema_overrides={
            "accuracy_m": pl.Float32,
            "is_mock": pl.Boolean,
            "starts_segment": pl.Boolean,
        },
    )
    return make_table(FIXES, frame)


def inside_each(*seconds, x=75.0):
    """Return FIXES that lie inside the first square at these seconds."""
    return fixes_of(*((s, x) for s in seconds))


def arrays_of(fixes: pl.DataFrame) -> FixArrays:
    """Return fixes as the arrays that the compiled functions take, in the order given."""
    accuracy = fixes["accuracy_m"].fill_null(math.nan)
    arrays = (
        fixes["time"].to_physical().to_numpy(),
        fixes["x"].to_numpy(),
        fixes["y"].to_numpy(),
        accuracy.to_numpy(),
        *(fixes[name].fill_null(value=False).to_numpy() for name in ("is_mock", "starts_segment")),
    )
    ready = [np.array(array) for array in arrays]
    for array in ready:
        array.flags.writeable = False
    return FixArrays(*ready)


# twins


def signed_distance(shape, x, y):
    """Return metres from the edge: positive or nought inside and on it, negative outside."""
    place = shapely.Point(x, y)
    away = shapely.distance(shape.boundary, place)
    return away if shapely.intersects(shape, place) else -away


def patrol_day_of(time):
    """Return the day that a time belongs to: nights belong to the day before."""
    return (time - timedelta(hours=4)).date()


@dataclass
class Fix:
    """One fix, as a person would read it."""

    time: datetime
    x: float
    y: float
    accuracy: float  # the assumed one, where none worth the name was reported
    starts_segment: bool


@dataclass
class Stay:
    """One visit, as a person would note it."""

    start: datetime
    end: datetime
    credited: timedelta = ZERO
    unknown: timedelta = ZERO
    fixes: int = 0
    pieces: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass
class DayKept:
    """One device-day's fixes that are used, and what was left out."""

    fixes: list[Fix]
    mock: int = 0
    repeated: int = 0
    spikes: int = 0


def split_device_days(fixes: pl.DataFrame) -> dict[tuple[str, date], list[dict]]:
    """Return the rows of each device-day, in order of time; ties as they were given."""
    days: dict[tuple[str, date], list[dict]] = {}
    for row in fixes.iter_rows(named=True):
        days.setdefault((row["device_id"], patrol_day_of(row["time"])), []).append(row)
    return {key: sorted(days[key], key=lambda row: row["time"]) for key in sorted(days)}


def keep_by_hand(rows, rule: VisitRule) -> DayKept:
    """Return the fixes of a device-day that are used: no mock, one an instant, no spikes."""
    kept = DayKept([])
    single: list[Fix] = []
    for row in rows:
        reported = row["accuracy_m"]
        usable = reported is not None and 0 < reported < 1e7  # neither nothing nor nonsense
        fix = Fix(
            row["time"],
            row["x"],
            row["y"],
            reported if usable else rule.assumed_accuracy_m,
            bool(row["starts_segment"]),
        )
        if row["is_mock"]:
            kept.mock += 1
        elif single and single[-1].time == fix.time:
            kept.repeated += 1
            if (fix.accuracy, fix.x, fix.y) < (single[-1].accuracy, single[-1].x, single[-1].y):
                single[-1] = fix
        else:
            single.append(fix)
    was_spike = False
    for k, fix in enumerate(single):
        is_spike = False
        if 0 < k < len(single) - 1 and not was_spike:
            before, after = kept.fixes[-1], single[k + 1]
            is_spike = (
                is_too_far(before, fix, rule)
                and is_too_far(fix, after, rule)
                and not is_too_far(before, after, rule)
            )
        if is_spike:
            kept.spikes += 1
        else:
            kept.fixes.append(fix)
        was_spike = is_spike
    stops = [row["time"] for row in rows if row["starts_segment"]]  # of those left out, too
    for before, fix in itertools.pairwise(kept.fixes):
        fix.starts_segment = any(before.time < stop <= fix.time for stop in stops)
    return kept


def is_too_far(one: Fix, other: Fix, rule: VisitRule) -> bool:
    """Return whether nobody gets from one to the other in time, three accuracies allowed for."""
    seconds = (other.time - one.time).total_seconds()
    reach = rule.fastest_m_s * seconds + 3 * max(one.accuracy, other.accuracy)
    return math.dist((one.x, one.y), (other.x, other.y)) > reach


def refresh_by_hand(fixes: list[Fix]) -> int:
    """Return the lower median of the steps in whole seconds, from 1 s to half an hour."""
    steps = sorted(
        min(max(math.floor((b.time - a.time) / SECOND + 0.5), 1), 1800)
        for a, b in itertools.pairwise(fixes)
    )
    return steps[(len(steps) - 1) // 2] if steps else 0


def longest_step_by_hand(fixes: list[Fix], rule: VisitRule) -> timedelta:
    """Return the longest step of a device-day that is credited."""
    return max(rule.longest_step, rule.step_refreshes * refresh_by_hand(fixes) * SECOND)


def steps_by_hand(fixes: list[Fix], rule: VisitRule) -> list[timedelta | None]:
    """Return for each fix the time to the next if it may be credited; None for silence.

    The last has no next: nought.
    """
    longest = longest_step_by_hand(fixes, rule)
    steps: list[timedelta | None] = []
    for one, following in itertools.pairwise(fixes):
        length = following.time - one.time
        steps.append(None if following.starts_segment or length > longest else length)
    return [*steps, ZERO] if fixes else []


def walk_by_hand(fixes: list[Fix], distance_of, rule: VisitRule) -> list[Stay]:
    """Return the visits of one device-day to one area, fix by fix.

    `distance_of(x, y)` is the signed distance to the area's edge.
    """
    refresh = refresh_by_hand(fixes) * SECOND
    absence_allowed = max(rule.longest_absence, rule.absence_refreshes * refresh)
    needed_to_leave = 1 if refresh >= rule.slow_refresh else rule.fixes_to_leave
    stays: list[Stay] = []
    stay: Stay | None = None
    beyond, has_left, silent_since = 0, False, None
    for fix, step in zip(fixes, steps_by_hand(fixes, rule), strict=True):
        distance = distance_of(fix.x, fix.y)
        if distance < 0:
            beyond = beyond + 1 if -distance > margin_by_hand(fix, rule) else 0
            has_left = has_left or beyond >= needed_to_leave
            silent_since = None
            continue
        if stay and silent_since:
            stay.unknown += fix.time - silent_since
            if fix.time - silent_since > rule.longest_silence:
                stay = None
        elif stay:
            absence = fix.time - stay.end
            if absence > rule.longest_near or (has_left and absence > absence_allowed):
                stay = None
        beyond, has_left, silent_since = 0, False, None
        if stay is None and fix.accuracy <= rule.poorest_entry_m:
            stay = Stay(fix.time, fix.time)
            stays.append(stay)
        if stay:
            silent_since = fix.time if step is None else None
            note_step(stay, fix, step)
    return stays


def margin_by_hand(fix: Fix, rule: VisitRule) -> float:
    """Return the metres outside the edge beyond which a fix says that the device has left."""
    wanted = rule.margin_accuracies * fix.accuracy
    return min(max(wanted, rule.margin_least_m), rule.margin_most_m)


def note_step(stay: Stay, fix: Fix, step: timedelta | None) -> None:
    """Add a fix inside, and the step that begins with it, to a visit."""
    stay.fixes += 1
    stay.end = fix.time + (step or ZERO)
    if not step:
        return
    stay.credited += step
    if stay.pieces and stay.pieces[-1][1] == fix.time:
        stay.pieces[-1] = (stay.pieces[-1][0], stay.end)
    else:
        stay.pieces.append((fix.time, stay.end))


def visits_by_hand(fixes, areas, rule: VisitRule, distance_of=None) -> list[tuple]:
    """Return device, day, area, start, end, credited and unknown µs, pass-through and fixes.

    `distance_of(area_number, x, y)` is shapely's unless given. In the order of VISITS.
    """
    shapes = shapely.from_wkb(areas["geometry"].to_list())
    distance_of = distance_of or (lambda area, x, y: signed_distance(shapes[area], x, y))
    found = []
    for (device, day), rows in split_device_days(fixes).items():
        kept = keep_by_hand(rows, rule).fixes
        of_day = []
        for number, area_id in enumerate(areas["area_id"]):
            stays = walk_by_hand(kept, functools.partial(distance_of, number), rule)
            of_day += [(stay.start, number, area_id, stay) for stay in stays]
        found += [
            (
                device,
                day,
                area_id,
                stay.start,
                stay.end,
                stay.credited // timedelta(microseconds=1),
                stay.unknown // timedelta(microseconds=1),
                stay.credited + stay.unknown < rule.shortest_visit,
                stay.fixes,
            )
            for _start, _number, area_id, stay in sorted(of_day, key=lambda row: row[:2])
        ]
    return found


def pieces_by_hand(fixes, areas, rule: VisitRule, distance_of=None) -> list[tuple]:
    """Return device, area, start of the visit, start and end of each unbroken run, in order."""
    shapes = shapely.from_wkb(areas["geometry"].to_list())
    distance_of = distance_of or (lambda area, x, y: signed_distance(shapes[area], x, y))
    found = []
    for (device, _day), rows in split_device_days(fixes).items():
        kept = keep_by_hand(rows, rule).fixes
        of_day = []
        for number, area_id in enumerate(areas["area_id"]):
            for stay in walk_by_hand(kept, functools.partial(distance_of, number), rule):
                of_day += [(start, number, area_id, stay.start, end) for start, end in stay.pieces]
        found += [
            (device, area_id, visit_start, start, end)
            for start, _number, area_id, visit_start, end in sorted(of_day)
        ]
    return found


def join_by_hand(fixes, areas) -> list[tuple]:
    """Return device, day, area, start, end, credited µs and fixes of a plain geometric join.

    Each unbroken run of fixes that lie in the area (shapely's `intersects`) is a visit. A step
    longer than 120 s, or across the start of a segment, is credited to nobody and ends it.
    """
    shapes = shapely.from_wkb(areas["geometry"].to_list())
    longest = timedelta(seconds=120)
    found = []
    for (device, day), rows in split_device_days(fixes).items():
        rule = VisitRule.without_hysteresis()
        kept = keep_by_hand(rows, rule).fixes
        of_day = []
        for number, area_id in enumerate(areas["area_id"]):
            run: list | None = None
            for k, fix in enumerate(kept):
                if not shapely.intersects(shapes[number], shapely.Point(fix.x, fix.y)):
                    run = None
                    continue
                if run is None:
                    run = [fix.time, number, area_id, fix.time, ZERO, 0]
                    of_day.append(run)
                run[5] += 1
                run[3] = fix.time
                if k + 1 == len(kept):
                    continue
                step = kept[k + 1].time - fix.time
                if step > longest or kept[k + 1].starts_segment:
                    run = None
                else:
                    run[4] += step
                    run[3] = fix.time + step
        found += [
            (device, day, area_id, start, end, credited // timedelta(microseconds=1), count)
            for start, _number, area_id, end, credited, count in sorted(of_day)
        ]
    return found


def visit_rows(visits: pl.DataFrame) -> list[tuple]:
    """Return the columns of VISITS that `visits_by_hand` gives, in whole microseconds."""
    return visits.select(
        "device_id",
        "day",
        "area_id",
        "start",
        "end",
        (pl.col("credited_s") * 1e6).round().cast(pl.Int64),
        (pl.col("unknown_s") * 1e6).round().cast(pl.Int64),
        "is_pass_through",
        "fixes",
    ).rows()
