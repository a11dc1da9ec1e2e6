"""How crimes, doses and, where lots were drawn, an allocation become a comparison of days."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from patrolwise.evaluation.permuted_days import PATROL
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.files.day_events import read_day_events
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.harm import CategoryWeights, HarmIndex, weight_of
from patrolwise.reporting.day_results import Charged, DayResults
from patrolwise.reporting.day_wording import list_limits, word_verdict
from patrolwise.reporting.results import InputFile, Made, QualityLine, WindowRecord
from patrolwise.study.day_doses import Doses, read_doses
from patrolwise.study.day_lots import DayLot, read_day_lot
from patrolwise.study.design_guarding import guard_day_design, record_day_mistakes
from patrolwise.study.file_names import DRAWS, PUBLIC
from patrolwise.study.harm_scores import check_weighed
from patrolwise.study.programme import HarmSource
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.recording_programme import Recording
from patrolwise.study.weighing import read_weights
from patrolwise.times import Window

DAY_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class DayRequest:
    """What is to be compared, from which files."""

    crimes: tuple[Path, ...]
    doses: tuple[Path, ...]  # doses.csv as `patrolwise dose` writes it
    definition: str  # id@version, or id
    rule: DayComparisonRule
    areas: Path | None = None  # hot spot set, or GeoJSON; None: a programme has placed them
    mapping: Path | None = None
    window: Window | None = None  # None: the days of the doses
    hours: tuple[int, int] | None = None
    harm: HarmSource | None = None
    seal: Path | None = None  # both, or none
    published: Path | None = None  # folder: published.json and the drawn set
    events: Path | None = None  # which days had an event
    seed: int = 1
    recording: Recording = field(default_factory=Recording)  # how crimes were recorded
    programme_sha256: str = ""  # of the file that declares it; empty: the command line does

    def __post_init__(self) -> None:
        if (self.seal is None) != (self.published is None):
            raise InputError(
                "The seal and what was published go together: patrolwise plan allocate wrote both. "
                "Give both, or neither."
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class DayData:
    """What is the same for every comparison of days of one programme."""

    crimes: pl.DataFrame  # CRIMES
    quality: QualityReport
    areas: pl.DataFrame  # AREAS, the hot spots
    hot_spots: str  # the set's key, or the file's name
    weights: HarmIndex | CategoryWeights | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class CountedDays:
    """What happened in each hot spot on each day; arrays are hot spots by days."""

    counts: DayCounts
    doses: Doses
    harm: NDArray[np.float64] | None  # None: none was asked for
    drawn: DrawnDays | None  # None: nobody drew lots
    events: Mapping[str, Sequence[date]]
    is_simulated: bool

    @property
    def events_within(self) -> dict[str, list[date]]:
        """The events that have a day in the window: no other could tell days apart."""
        days = set(self.counts.days)
        within = {
            event: [day for day in held if day in days] for event, held in self.events.items()
        }
        return {event: held for event, held in within.items() if held}


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
    data = read_day_data(request)
    progress("Counting by day")
    counted = count_days(request, data)
    progress("Comparing days")
    return judge_days(request, data, counted), data.quality.faults


def read_day_data(request: DayRequest) -> DayData:
    """Return the crimes, hot spots and weights that a request names.

    Parameters
    ----------
    request : DayRequest

    Returns
    -------
    DayData

    Raises
    ------
    InputError
        A file is wrong, or the request names no hot spots.
    """
    if request.areas is None:
        raise InputError("Give the hot spots: a hot spot set, or GeoJSON of areas.")
    areas, name = _read_areas(request.areas)
    read = read_crimes(list(request.crimes), mapping=request.mapping)
    weights = read_weights(request.harm, read.crimes).weights if request.harm else None
    if weights is not None:
        check_weighed(read.crimes, weights)
    return DayData(
        crimes=read.crimes, quality=read.quality, areas=areas, hot_spots=name, weights=weights
    )


def count_days(request: DayRequest, data: DayData) -> CountedDays:
    """Return crimes, harm and doses of each hot spot on each day, and the lot if there is one.

    Parameters
    ----------
    request : DayRequest
        Its crimes, areas and harm are those of the data.
    data : DayData

    Returns
    -------
    CountedDays

    Raises
    ------
    InputError
        A file is wrong, or two do not fit together.
    RefusedError
        Crimes have no times, or the definition does not fit the data.
    """
    crimes = select_crimes(data.crimes, find_definition(request.definition))
    doses = read_doses(request.doses, data.areas, request.window)
    rule = DayRule(window=doses.window, hours=request.hours)
    counts = count_by_day(crimes, data.areas, rule)
    harm = None
    if data.weights is not None:
        harm = count_by_day(crimes, data.areas, rule, weight_of(crimes, data.weights)).values
    drawn = _read_lot(request, counts)
    events = read_day_events(request.events) if request.events else {}
    return CountedDays(
        counts=counts,
        doses=doses,
        harm=harm,
        drawn=drawn,
        events=events,
        is_simulated=doses.is_simulated or _are_simulated(crimes),
    )


def judge_days(request: DayRequest, data: DayData, counted: CountedDays) -> DayResults:
    """Return how days with patrol compare with days without.

    Parameters
    ----------
    request : DayRequest
    data : DayData
    counted : CountedDays

    Returns
    -------
    DayResults

    Raises
    ------
    InputError
        The service has no doses.
    RefusedError
        Patrol and weekday are one and the same thing.
    """
    counts, doses, rule = counted.counts, counted.doses, request.rule
    given = DayInputs(
        area_ids=counts.area_ids,
        days=counts.days,
        crimes=counts.values,
        minutes=doses.minutes,
        visits=doses.visits,
        harm=counted.harm,
        drawn=counted.drawn,
    )
    known = {**rule.events, **counted.events_within}
    rng = np.random.default_rng(request.seed)
    found = compare_days(given, replace(rule, events=known), rng)
    came = doses.minutes[rule.service] >= rule.least_min
    definition, drawn = find_definition(request.definition), counted.drawn
    guards = (
        *guard_days(found, counts.days, came),
        *guard_day_design(data.crimes, doses.window, definition, request.recording, found.headline),
    )
    made = replace(
        _gather(request, found, (counted, data.quality), guards),
        is_simulated=counted.is_simulated,
        outcome=definition.title,
        definition=definition.key,
        verdict=word_verdict(found, rule.service, definition.title),
        hot_spots=data.hot_spots,
        allocation_sha256=drawn.sha256 if drawn else "",
        harm_index=data.weights.key if data.weights is not None else "",
        events=tuple(known),
        charged=_charge(counted, rule.service, came),
    )
    return replace(made, mistakes=record_day_mistakes(made, guards))


def _charge(counted: CountedDays, service: str, came: NDArray[np.bool_]) -> Charged:
    """Return the hot spot-days that are costed: those drawn for patrol, or those with patrol."""
    doses = counted.doses
    held = came if counted.drawn is None else counted.drawn.arms == PATROL
    expected = doses.minutes[service] + doses.edges[service]
    return Charged(
        days=int(held.sum()),
        crimes=float(counted.counts.values[held].sum()),
        harm=None if counted.harm is None else float(counted.harm[held].sum()),
        minutes=float(expected[held].sum()),
        error_min=float(np.sqrt(doses.variances[service][held].sum())),
        all_minutes=float(expected.sum()),
    )


def _read_areas(path: Path) -> tuple[pl.DataFrame, str]:
    """Return the areas of a hot spot set or of a plain file, and what to call them."""
    if is_hot_spot_set(path):
        spots = read_hot_spot_set(path)
        return spots.areas, spots.key
    return read_areas(path).areas, path.name


def _gather(
    request: DayRequest,
    found: DayComparison,
    read: tuple[CountedDays, QualityReport],
    guards: Sequence[Guard],
) -> DayResults:
    (counted, quality), rule = read, request.rule
    counts = counted.counts
    beside = (found.washed, found.delivered, found.model, found.naive)
    return DayResults(
        made=Made(
            version=__version__,
            seed=request.seed,
            programme_sha256=request.programme_sha256,
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
        quality=(*describe_quality(quality), *_lines(counted)),
    )


def _read_lot(request: DayRequest, counts: DayCounts) -> DrawnDays | None:
    if request.seal is None or request.published is None:
        return None
    lot = DayLot(seal=request.seal, published=request.published, service=request.rule.service)
    return read_day_lot(lot, counts)


def _harm_estimates(found: DayComparison) -> tuple[Estimate, ...]:
    if found.harm is None or found.harm_test is None:
        return ()
    return (found.harm_test, found.harm.ratio, found.harm.without_worst)


def _are_simulated(crimes: pl.DataFrame) -> bool:
    ids = crimes["crime_id"].drop_nulls()
    return bool(ids.len() and ids.str.starts_with("simulated").all())


def _lines(counted: CountedDays) -> tuple[QualityLine, ...]:
    counts = counted.counts
    outside = [event for event in counted.events if event not in counted.events_within]
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
        *(
            QualityLine(what=f"Event {event}", count=0, note="no day of it in the window; left out")
            for event in outside
        ),
    )


def _inputs(request: DayRequest, quality: QualityReport) -> tuple[InputFile, ...]:
    lot = (request.published / PUBLIC, request.published / DRAWS) if request.published else ()
    others = [request.mapping, request.areas, *request.doses, request.seal, *lot, request.events]
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
