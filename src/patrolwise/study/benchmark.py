"""How forces' recorded crime becomes a national comparison: read, judged, and put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise import __version__
from patrolwise.benchmarking.forces import find_force, territorial_forces
from patrolwise.benchmarking.limits import OUTLIER, WATCH, Floats
from patrolwise.benchmarking.measures import Measure, find_measure, load_measures
from patrolwise.benchmarking.recording_breaks import load_recording_breaks
from patrolwise.benchmarking.spans import Period, parse_period
from patrolwise.errors import InputError, check_faults
from patrolwise.files.recorded_crime import RecordedCrimeRead, read_recorded_crime
from patrolwise.files.street_counts import are_street_files, read_street_counts
from patrolwise.hot_spots.gi_star import adjust_for_discoveries
from patrolwise.reporting.benchmark_records import (
    BenchmarkResults,
    BreakRecord,
    ComparisonRecord,
    DidRecord,
    MeasureRecord,
    TrendRecord,
)
from patrolwise.reporting.campaign_records import MarkedCampaign
from patrolwise.reporting.results import InputFile, Made
from patrolwise.study.benchmark_changed import Then, tell_changed
from patrolwise.study.benchmark_counts import ForceCounts, find_overlaps, gather_counts
from patrolwise.study.benchmark_did import read_did
from patrolwise.study.benchmark_field import Field, Question
from patrolwise.study.benchmark_follow import follow_force
from patrolwise.study.benchmark_gaps import choose_dates, with_gaps
from patrolwise.study.benchmark_judging import compare_forces
from patrolwise.study.benchmark_quality import describe_recorded_crime, learn_quality
from patrolwise.study.benchmark_similar import Similar, find_people, find_similar
from patrolwise.study.campaigns import mark_campaigns
from patrolwise.study.campaigns_programme import DeclaredCampaign

BENCHMARK_STEPS = 5
_SEED = 0
_MOST_OFTEN = 5.0  # a rate of so many median ones is of people who do not live there


@dataclass(frozen=True, kw_only=True)
class BenchmarkRequest:
    """What is asked."""

    files: Sequence[Path]
    measures: Sequence[str] = ()  # ids; none: all
    period: str = ""  # as `parse_period` reads it; empty: the newest whole year
    baseline: str = ""  # likewise; empty: the year before
    force: str = ""  # that the pack looks at
    populations: Path | None = None  # None: those that come with Patrolwise
    similar: Path | None = None  # a list, or numbers of forces; None: by their mix of crime
    similar_by: tuple[str, ...] = ()  # columns of that file
    did: Path | None = None  # what the force did
    dates: Path | None = None  # of each homicide of the force
    campaigns: tuple[DeclaredCampaign, ...] = ()  # of the whole force; marked on its charts


def benchmark(request: BenchmarkRequest, *, progress: Callable[[str], None]) -> BenchmarkResults:
    """Return every force held against all others, in every measure asked for.

    Parameters
    ----------
    request : BenchmarkRequest
    progress : callable
        Told of each of `BENCHMARK_STEPS` steps.

    Returns
    -------
    BenchmarkResults

    Raises
    ------
    InputError
        A file is wrong, or a measure, period or force is not known; all faults are named.
    """
    progress("Reading recorded crime")
    paths = [Path(one) for one in request.files]
    read = (read_street_counts if are_street_files(paths) else read_recorded_crime)(paths)
    asked = _understand(request, read.recorded)
    progress("Counting")
    counts = gather_counts(read.recorded, tuple(load_measures().values()), territorial_forces())
    progress("Learning what to trust")
    people = find_people(request.populations, asked.period)
    similar = find_similar(request.similar, request.similar_by, read.recorded, asked.baseline)
    field = Field(
        counts=counts,
        exposure=_place_people(people.people, counts, asked.period),
        exposure_told=people.told,
        similar=similar.groups,
        quality=learn_quality(read.recorded),
        overlaps=find_overlaps(tuple(load_measures().values()), read.recorded),
    )
    progress("Judging forces")
    measures = _with_q_values([_judge_measure(field, asked, one) for one in asked.measures])
    progress("Putting it together")
    if asked.force:
        measures = tuple(
            follow_force(field, record, measure, asked.period, asked.force)
            for measure, record in zip(asked.measures, measures, strict=True)
        )
    if asked.dates:
        measures = with_gaps(measures, asked.dates, asked.period)
    return _gather(request, read, asked, _Judged(field, similar, measures))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    measures: tuple[Measure, ...]
    period: Period
    baseline: Period
    force: str
    dates: tuple[date, ...] = ()


@dataclass(frozen=True)
class _Judged:
    field: Field
    similar: Similar
    measures: tuple[MeasureRecord, ...]


def _understand(request: BenchmarkRequest, recorded: pl.DataFrame) -> _Asked:
    """Return what is asked in the terms of the data; raise with all that is wrong."""
    faults: list[str] = []
    quarters = set(recorded["quarter"].unique().to_list())
    period = _read_period(request.period, faults) or _newest_year(recorded)
    baseline = _read_period(request.baseline, faults) or period.back(1)
    for name, one in (("period", period), ("baseline", baseline)):
        if not set(one.starts) <= quarters:
            first, last = min(quarters), max(quarters)
            faults.append(
                f"The {name} {one.label} is not in these files, whose quarters go from "
                f"{_name_quarter(first)} to {_name_quarter(last)}."
            )
    if baseline.first >= period.first:
        faults.append(f"The baseline {baseline.label} does not begin before {period.label}.")
    if (baseline.quarters == 1) != (period.quarters == 1) or (
        period.quarters == 1 and (period.first.month != baseline.first.month)
    ):
        faults.append(
            f"{period.label} and {baseline.label} are of different quarters: compare a quarter "
            "with the same of another year, and years with years."
        )
    measures = []
    for name in request.measures:
        try:
            measures.append(find_measure(name))
        except InputError as error:
            faults.append(str(error))
    force = find_force(request.force) if request.force else ""
    if force is None:
        faults.append(f"There is no force {request.force}: name it as {_list_some_forces()}.")
    chosen = tuple(measures) or _recorded_measures(recorded)
    dates: tuple[date, ...] = ()
    if request.dates and force is not None:
        ids = [one.id for one in chosen]
        dates, wrong = choose_dates(request.dates, force, ids, period)
        faults += wrong
    if request.campaigns and not request.force:
        faults.append("Campaigns are marked on the charts of one force: name it, with --force.")
    check_faults("benchmark", faults)
    return _Asked(measures=chosen, period=period, baseline=baseline, force=force or "", dates=dates)


def _recorded_measures(recorded: pl.DataFrame) -> tuple[Measure, ...]:
    """Return the measures of which anything is recorded: files of one kind have no other's."""
    key = ["offence_code", "offence_group", "offence_subgroup"]
    kinds = recorded.select(key).unique().rows()
    return tuple(one for one in load_measures().values() if any(one.takes(*kind) for kind in kinds))


def _read_period(text: str, faults: list[str]) -> Period | None:
    try:
        return parse_period(text) if text else None
    except InputError as error:
        faults.append(str(error))
        return None


def _newest_year(recorded: pl.DataFrame) -> Period:
    """Return the newest financial year of which all quarters are there."""
    known = set(recorded["quarter"].unique().to_list())
    for last in sorted(known, reverse=True):
        if last.month == 1:  # a financial year ends with that quarter
            first = Period(first=last, quarters=1).before(3).first
            year = Period(first=first, quarters=4)
            if set(year.starts) <= known:
                return year
    raise InputError("No financial year is whole in these files. Name a quarter: 2023/24 Q2.")


def _place_people(people: Mapping[str, float], counts: ForceCounts, period: Period) -> Floats:
    """Return the people of each force; NaN where a rate by those who live there tells nothing."""
    exposure = np.array([people.get(force, np.nan) for force in counts.forces], dtype=float)
    rate = counts.of_period("all-crime", period) / exposure
    return np.asarray(np.where(rate > _MOST_OFTEN * np.nanmedian(rate), np.nan, exposure))


def _judge_measure(field: Field, asked: _Asked, measure: Measure) -> MeasureRecord:
    level = compare_forces(field, Question(measure=measure, period=asked.period))
    change = compare_forces(
        field, Question(measure=measure, period=asked.period, baseline=asked.baseline)
    )
    periods = _trend_periods(field.counts, asked.period)
    sums = [field.counts.of_period(measure.id, one) for one in periods]
    return MeasureRecord(
        id=measure.id,
        title=measure.title,
        counted=_tell_counted(measure),
        source=measure.source,
        geography=measure.geography,
        frequency=measure.frequency,
        lag_months=measure.lag_months,
        direction_good=measure.direction_good,
        min_count=measure.min_count,
        note=measure.note,
        level=level,
        change=change,
        trend_periods=tuple(one.label for one in periods),
        trends=tuple(
            _trend(force, [one[k] for one in sums], field.exposure[k], asked.period)
            for k, force in enumerate(field.counts.forces)
        ),
        over_time=None,
    )


def _trend_periods(counts: ForceCounts, period: Period) -> list[Period]:
    """Return every year, or every quarter, that there is, up to the end of the period."""
    step = Period(first=period.before(-1).first, quarters=min(period.quarters, 4)).before()
    found = []
    while counts.has(step):
        found.append(step)
        step = step.before()
    return found[::-1]


def _trend(force: str, counts: Sequence[float], people: float, period: Period) -> TrendRecord:
    years = min(period.quarters, 4) / 4.0
    return TrendRecord(
        force=force,
        counts=tuple(None if np.isnan(one) else int(one) for one in counts),
        rates=tuple(
            None if np.isnan(one) or np.isnan(people) else float(1_000.0 * one / people / years)
            for one in counts
        ),
    )


def _tell_counted(measure: Measure) -> str:
    parts = [*measure.groups, *measure.subgroups]
    if measure.codes:
        parts.append(f"codes {', '.join(measure.codes)}")
    left_out = [*measure.not_groups, *(f"code {code}" for code in measure.not_codes)]
    told = "; ".join(parts) or "all offences"
    return f"{told}; without {', '.join(left_out)}" if left_out else told


def _with_q_values(measures: Sequence[MeasureRecord]) -> tuple[MeasureRecord, ...]:
    """Give each force the q-value of its test among all tests of the pack."""
    comparisons = [one for measure in measures for one in (measure.level, measure.change) if one]
    p = [force.p for one in comparisons for force in one.forces]
    values = np.array([np.nan if one is None else one for one in p], dtype=float)
    q = iter(adjust_for_discoveries(values).tolist()) if p else iter(())

    def give(comparison: ComparisonRecord | None) -> ComparisonRecord | None:
        if comparison is None:
            return None
        forces = tuple(
            replace(force, q=None if np.isnan(value := next(q)) else value)
            for force in comparison.forces
        )
        return replace(comparison, forces=forces)

    return tuple(replace(one, level=give(one.level), change=give(one.change)) for one in measures)


def _gather(
    request: BenchmarkRequest, read: RecordedCrimeRead, asked: _Asked, judged: _Judged
) -> BenchmarkResults:
    own = judged.similar.of(asked.force) if asked.force else ()
    compared = [
        sum(force.z is not None for force in one.forces)
        for measure in judged.measures
        for one in (measure.level, measure.change)
        if one
    ]
    forces = max(compared, default=0)
    title = f"{asked.force} beside all forces" if asked.force else "All forces beside each other"
    return BenchmarkResults(
        title=f"{title}, {asked.period.label}",
        force=asked.force,
        period=asked.period.label,
        baseline=asked.baseline.label,
        forces=forces,
        tests=sum(compared),
        false_watch=forces * (1.0 - WATCH),
        false_outliers=forces * (1.0 - OUTLIER),
        similar=own,
        similar_by=judged.similar.told,
        measures=judged.measures,
        changed=tell_changed(
            judged.field,
            Then(period=asked.period.before(), baseline=asked.baseline.before()),
            dict(zip(asked.measures, judged.measures, strict=True)),
            asked.force,
        ),
        did=read_did(request.did) if request.did else _NO_DEEDS,
        breaks=_list_breaks(asked),
        quality=describe_recorded_crime(read.quality),
        notes=_tell_notes(judged, asked),
        campaigns=_mark_campaigns(request, read.recorded, asked),
        made=Made(
            version=__version__,
            seed=_SEED,
            programme_sha256="",
            inputs=tuple(
                InputFile(name=one.name, sha256=one.sha256, rows=one.rows)
                for one in read.quality.files
            ),
        ),
    )


_NO_DEEDS: tuple[DidRecord, ...] = ()


def _mark_campaigns(
    request: BenchmarkRequest, recorded: pl.DataFrame, asked: _Asked
) -> tuple[MarkedCampaign, ...]:
    """Return the campaigns with a day from the first quarter that is there to the period's last."""
    begin = min(recorded["quarter"].unique().to_list())
    end = asked.period.before(-1).first - timedelta(days=1)
    return mark_campaigns(request.campaigns, asked.force, begin, end)


def _list_breaks(asked: _Asked) -> tuple[BreakRecord, ...]:
    """Return the changes of recording between the baseline's first day and the period's last."""
    ids = {measure.id for measure in asked.measures}
    since, until = asked.baseline.first, asked.period.before(-1).first
    return tuple(
        BreakRecord(
            force=row["force"] or "all",
            day=row["first_day"].isoformat(),
            what=row["what"],
            source=row["source"],
        )
        for row in load_recording_breaks().rows(named=True)
        if since < row["first_day"] < until
        and (row["force"] is None or asked.force in ("", row["force"]))
        and (not row["measures"] or ids & set(row["measures"]))
    )


def _tell_notes(judged: _Judged, asked: _Asked) -> tuple[str, ...]:
    field = judged.field
    left_out = [
        force
        for force, people in zip(field.counts.forces, field.exposure, strict=True)
        if np.isnan(people)
    ]
    notes = [judged.similar.told]
    if left_out:
        notes.append(
            f"Left out of levels: {', '.join(left_out)}. No population is known, or so few live "
            "there that a rate by them tells nothing."
        )
    if asked.period.quarters == 1:
        notes.append("A quarter is compared with the same quarter of the baseline's year.")
    return tuple(notes)


def _name_quarter(day: object) -> str:
    return Period(first=day, quarters=1).label  # type: ignore[arg-type]


def _list_some_forces() -> str:
    return f"{', '.join(territorial_forces()[:3])} …"
