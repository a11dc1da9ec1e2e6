"""How crimes, doses and, where lots were drawn, an allocation become a comparison of days."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise import __version__
from patrolwise.crimes import select_crimes
from patrolwise.crimes.day_counts import DayCounts, DayRule, count_by_day
from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.evaluation.day_comparison import (
    DayComparison,
    DayComparisonRule,
    DayInputs,
    DrawnDays,
    compare_days,
)
from patrolwise.evaluation.day_guards import guard_days
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard
from patrolwise.files.allocations import read_drawn_set, read_published, read_seal
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.harm import weight_of
from patrolwise.planning.allocation import Allocation
from patrolwise.planning.sealing import verify_drawn_set, verify_seal
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.day_wording import list_limits, word_verdict
from patrolwise.reporting.results import InputFile, Made, QualityLine, WindowRecord
from patrolwise.study.day_doses import read_doses
from patrolwise.study.experiment import DRAWS, PUBLIC
from patrolwise.study.harm_scores import check_weighed
from patrolwise.study.programme import HarmSource
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.weighing import read_weights
from patrolwise.times import Window

DAY_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class DayRequest:
    """What is to be compared, from which files."""

    crimes: tuple[Path, ...]
    areas: Path  # hot spot set, or GeoJSON of areas
    doses: tuple[Path, ...]  # doses.csv as `patrolwise dose` writes it
    definition: str  # id@version, or id
    rule: DayComparisonRule
    mapping: Path | None = None
    window: Window | None = None  # None: the days of the doses
    hours: tuple[int, int] | None = None
    harm: HarmSource | None = None
    seal: Path | None = None  # both, or none
    published: Path | None = None  # folder: published.json and the drawn set
    seed: int = 1

    def __post_init__(self) -> None:
        if (self.seal is None) != (self.published is None):
            raise InputError(
                "The seal and what was published go together: patrolwise plan allocate wrote both. "
                "Give both, or neither."
            )


def study_days(
    request: DayRequest, *, progress: Callable[[str], None]
) -> tuple[DayResults, tuple[FileFault, ...]]:
    """Return how days with patrol compare with days without, and the files that were no use.

    Parameters
    ----------
    request : DayRequest
    progress : callable
        Told of each of `DAY_STEPS` steps.

    Returns
    -------
    DayResults, tuple of FileFault

    Raises
    ------
    InputError
        A file is wrong, or two do not fit together.
    RefusedError
        Crimes have no times, a definition does not fit the data, or patrol and weekday are one
        and the same thing.
    """
    progress("Reading crimes, hot spots and doses")
    definition = find_definition(request.definition)
    areas, name = _read_areas(request.areas)
    doses = read_doses(request.doses, areas, request.window)
    read = read_crimes(list(request.crimes), mapping=request.mapping)
    crimes = select_crimes(read.crimes, definition)
    progress("Counting by day")
    rule = DayRule(window=doses.window, hours=request.hours)
    counts = count_by_day(crimes, areas, rule)
    harm, index = _weigh(request, read.crimes, crimes, (areas, rule))
    drawn = _read_lot(request, counts) if request.seal else None
    given = DayInputs(
        area_ids=counts.area_ids,
        days=counts.days,
        crimes=counts.values,
        minutes=doses.minutes,
        visits=doses.visits,
        harm=harm,
        drawn=drawn,
    )
    progress("Comparing days")
    found = compare_days(given, request.rule, np.random.default_rng(request.seed))
    came = doses.minutes[request.rule.service] >= request.rule.least_min
    results = _gather(request, found, (counts, read.quality), guard_days(found, counts.days, came))
    return replace(
        results,
        is_simulated=doses.is_simulated or _are_simulated(crimes),
        outcome=definition.title,
        definition=definition.key,
        verdict=word_verdict(found, request.rule.service, definition.title),
        hot_spots=name,
        allocation_sha256=drawn.sha256 if drawn else "",
        harm_index=index,
    ), read.quality.faults


def _read_areas(path: Path) -> tuple[pl.DataFrame, str]:
    """Return the areas of a hot spot set or of a plain file, and what to call them."""
    if is_hot_spot_set(path):
        spots = read_hot_spot_set(path)
        return spots.areas, spots.key
    return read_areas(path).areas, path.name


def _gather(
    request: DayRequest,
    found: DayComparison,
    read: tuple[DayCounts, QualityReport],
    guards: Sequence[Guard],
) -> DayResults:
    (counts, quality), rule = read, request.rule
    beside = (found.washed, found.delivered, found.model, found.naive)
    return DayResults(
        made=Made(
            version=__version__,
            seed=request.seed,
            programme_sha256="",
            inputs=_inputs(request, quality),
        ),
        service=rule.service,
        window=_window(counts.days),
        hours=request.hours,
        least_min=rule.least_min,
        washout_days=rule.washout_days,
        is_drawn=found.is_drawn,
        patrolled=found.patrolled,
        without=found.without,
        used_share=found.used,
        headline=found.headline,
        beside=tuple(one for one in beside if one is not None),
        lags=found.lags,
        curves=found.curves,
        scales=tuple(one for one in (found.saturation, found.half_life) if one is not None),
        together=found.together,
        harm=_harm_estimates(found),
        worst_share=found.harm.worst_share if found.harm else None,
        guards=tuple(guards),
        limits=list_limits(found),
        quality=(*describe_quality(quality), *_lines(counts)),
    )


def _weigh(
    request: DayRequest,
    every: pl.DataFrame,
    crimes: pl.DataFrame,
    where: tuple[pl.DataFrame, DayRule],
) -> tuple[NDArray[np.float64] | None, str]:
    """Return harm by hot spot and day, and the index; None when none was asked for."""
    if request.harm is None:
        return None, ""
    weights = read_weights(request.harm, every).weights
    check_weighed(every, weights)
    areas, rule = where
    return count_by_day(crimes, areas, rule, weight_of(crimes, weights)).values, weights.key


def _read_lot(request: DayRequest, counts: DayCounts) -> DrawnDays:
    """Return the allocation and the set that could have been drawn, on the calendar of the days."""
    assert request.seal is not None
    assert request.published is not None
    seal = read_seal(request.seal)
    # both are held against what was told before the start: else nothing was drawn by lot
    published = read_published(request.published / PUBLIC)
    allocation = verify_seal(seal, published.sha256)
    drawn = read_drawn_set(request.published / DRAWS)
    verify_drawn_set(drawn, published)
    _check_lot(request, allocation, counts)
    design, arm = allocation.design, _sides_of(allocation, request.rule.service)
    rows = [design.area_ids.index(area) for area in counts.area_ids]
    place = {day: column for column, day in enumerate(design.days)}
    columns = [place.get(day, -1) for day in counts.days]

    def lay(codes: NDArray[np.int8]) -> NDArray[np.int8]:
        mapped = np.where(codes >= 0, arm[codes], np.int8(-1))[..., rows, :]
        outside = np.full((*mapped.shape[:-1], 1), np.int8(-1))
        return np.ascontiguousarray(np.concatenate([mapped, outside], axis=-1)[..., columns])

    out = max(design.alike) + 1  # of days that are not in the experiment
    return DrawnDays(
        arms=lay(allocation.codes),
        draws=lay(drawn.codes),
        alike=tuple(design.alike[column] if column >= 0 else out for column in columns),
        sha256=allocation.sha256,
    )


def _sides_of(allocation: Allocation, service: str) -> NDArray[np.int8]:
    """Return for each arm 0 with the service, 1 without, -1 where no other arm is like it.

    Arms are alike when the other services are the same: both services against the other alone,
    one alone against none.
    """
    arms = [one.services for one in allocation.design.rule.arms]
    others = [tuple(name for name in arm if name != service) for arm in arms]
    sides = np.full(128, -1, dtype=np.int8)
    for code, (arm, other) in enumerate(zip(arms, others, strict=True)):
        has = service in arm
        pairs = [o for a, o in zip(arms, others, strict=True) if (service in a) != has]
        if other in pairs:
            sides[code] = 0 if has else 1
    return sides


def _check_lot(request: DayRequest, allocation: Allocation, counts: DayCounts) -> None:
    design, faults = allocation.design, []
    if missing := [one for one in counts.area_ids if one not in design.area_ids]:
        faults.append(f"the allocation lacks the hot spots {', '.join(missing)}")
    first, last = counts.days[0], counts.days[-1]
    if design.days[0] < first or design.days[-1] > last:
        faults.append(
            f"its days run from {design.days[0]} to {design.days[-1]}, those of the doses from "
            f"{first} to {last}"
        )
    if not any(request.rule.service in arm.services for arm in design.rule.arms):
        faults.append(f"no arm has {request.rule.service}")
    if faults:
        raise InputError(f"{request.seal}: {'; '.join(faults)}. Give the files of this experiment.")


def _harm_estimates(found: DayComparison) -> tuple[Estimate, ...]:
    if found.harm is None or found.harm_test is None:
        return ()
    return (found.harm_test, found.harm.ratio, found.harm.without_worst)


def _are_simulated(crimes: pl.DataFrame) -> bool:
    ids = crimes["crime_id"].drop_nulls()
    return bool(ids.len() and ids.str.starts_with("simulated").all())


def _lines(counts: DayCounts) -> tuple[QualityLine, ...]:
    return (
        QualityLine(what="Crimes in hot spots and days, with one time", count=counts.instants),
        QualityLine(
            what="Crimes in hot spots and days, known by a range",
            count=counts.ranges,
            note="shared out over the range by its minutes" if counts.ranges else "",
        ),
        QualityLine(
            what="Crimes whose range is wider than a week", count=counts.too_long, note="left out"
        ),
        QualityLine(what="Crimes in hot spots without a time", count=counts.without_time),
        QualityLine(what="Crimes without a place", count=counts.without_place),
    )


def _inputs(request: DayRequest, quality: QualityReport) -> tuple[InputFile, ...]:
    lot = (request.published / PUBLIC, request.published / DRAWS) if request.published else ()
    others = [request.mapping, request.areas, *request.doses, request.seal, *lot]
    files = [InputFile(name=f.name, sha256=f.sha256, rows=f.rows) for f in quality.files]
    return (
        *files,
        *(
            InputFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
            for path in others
            if path is not None
        ),
    )


def _window(days: Sequence[date]) -> WindowRecord:
    return WindowRecord(
        name="days", first=days[0].isoformat(), last=days[-1].isoformat(), days=len(days)
    )
