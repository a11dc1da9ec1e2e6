"""How every force is judged in one measure: by level and by change, and whether that stands."""

from dataclasses import dataclass, replace

import numpy as np

from patrolwise.benchmarking.best_tenth import find_best_tenth
from patrolwise.benchmarking.limits import OUTLIER, WATCH, WATCH_Z, Floats
from patrolwise.benchmarking.methods import Band, Judged, Method, count_agreeing, name_bands
from patrolwise.benchmarking.spans import Period
from patrolwise.reporting.benchmark_records import ComparisonRecord, ForceRecord, LimitRecord
from patrolwise.study.benchmark_field import (
    Answer,
    Field,
    Question,
    faults_of,
    find_z,
    judge_forces,
)

PERIODS = 4  # newest ones that a flag's persistence is counted over
LEAST_PERIODS = 2  # of them, for an outlier
LEAST_METHODS = 4
STANDS, DEPENDS = "stands", "method-dependent"
_CURVE = 60  # points of a limit that is drawn
_ORDINARY = (Band.ORDINARY, Band.UNKNOWN)


def compare_forces(field: Field, question: Question) -> ComparisonRecord | None:
    """Return one comparison with everything that is told of each force.

    Parameters
    ----------
    field : Field
    question : Question

    Returns
    -------
    ComparisonRecord or None
        None where fewer than five forces can be compared. q-values are those of this comparison
        alone until `benchmark` gives those of the whole pack.
    """
    answer = judge_forces(field, question)
    if answer is None:
        return None
    judged, direction = answer.judged, question.measure.direction_good
    bands = name_bands(answer.z, direction)
    earlier = [find_z(field, question.earlier(k)) for k in range(1, PERIODS)]
    variants = [find_z(field, one) for one in _list_variants(field, question)]
    best = None
    if direction in ("down", "up"):
        best = find_best_tenth(judged.funnel, is_low_best=direction == "down").best_share

    def record(force: int) -> ForceRecord:
        return _record_force(field, question, _Seen(answer, bands, earlier, variants, best), force)

    total_before = judged.expected.sum()
    target = judged.observed.sum() / total_before
    if question.baseline is None:
        people = field.exposure[list(answer.place)].sum()
        target = 1_000.0 * judged.observed.sum() / people
    else:
        own = field.counts.of_period(question.measure.id, question.baseline)
        target = judged.observed.sum() / own[list(answer.place)].sum()
    return ComparisonRecord(
        kind=question.kind,
        question=_ask(question),
        period=question.period.label,
        baseline=question.baseline.label if question.baseline else "",
        exposure=field.exposure_told if question.baseline is None else "its own count before",
        target=float(target),
        phi=judged.funnel.phi,
        tau=float(np.sqrt(judged.funnel.tau2)) * (2.0 if _is_root(judged) else 1.0),
        limits=draw_limits(judged),
        forces=tuple(record(force) for force in range(len(field.counts.forces))),
    )


@dataclass(frozen=True)
class _Seen:
    answer: Answer
    bands: tuple[Band, ...]
    earlier: list[Floats]
    variants: list[Floats]
    best: Floats | None


def _record_force(field: Field, question: Question, seen: _Seen, force: int) -> ForceRecord:
    answer, judged = seen.answer, seen.answer.judged
    k = answer.place.get(force)
    name = field.counts.forces[force]
    faults = tuple(faults_of(field, question, name))
    band = seen.bands[force]
    if k is None:
        observed = field.counts.of_period(question.measure.id, question.period)[force]
        return _unjudged(name, observed, faults, is_few=bool(answer.is_few[force]))
    z = float(answer.z[force])
    agreeing, methods = count_agreeing(judged, k)
    beyond = [_is_beyond(one[force], z) for one in seen.variants if not np.isnan(one[force])]
    before = [one[force] for one in seen.earlier if not np.isnan(one[force])]
    persistence = int(abs(z) >= WATCH_Z) + sum(_is_beyond(float(one), z) for one in before)
    standing = Standing(
        band=band,
        agreeing=agreeing,
        methods=methods,
        persistence=persistence,
        beyond=sum(beyond),
        variants=len(beyond),
    )
    badge, flag = tell_flag(standing)
    return ForceRecord(
        force=name,
        observed=float(judged.observed[k]),
        expected=float(judged.expected[k]),
        size=float(judged.sizes[k]),
        ratio=float(judged.ratio[k]),
        low=float(judged.low[k]),
        high=float(judged.high[k]),
        z_raw=_number(judged.z[Method.CHANCE][k]),
        z=z,
        p=float(judged.p[k]),
        q=None,
        band=band.value,
        persistence=persistence,
        periods=1 + len(before),
        agreeing=agreeing,
        methods=methods,
        z_by_method=tuple((method.value, _number(of[k])) for method, of in judged.z.items()),
        variants_agreeing=sum(beyond),
        variants=len(beyond),
        best_tenth=None if seen.best is None else float(seen.best[k]),
        badge=badge,
        flag=flag,
        faults=faults,
    )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What bears on whether a flag stands."""

    band: Band
    agreeing: int  # methods that put it beyond the same limit on the same side
    methods: int
    persistence: int  # of the newest periods, beyond 95 % limits on its side
    beyond: int  # other baselines and definitions likewise
    variants: int


def tell_flag(standing: Standing) -> tuple[str, str]:
    """Return the badge of a band, and what may be said: a flag that does not stand is none.

    Parameters
    ----------
    standing : Standing

    Returns
    -------
    (str, str)
    """
    if standing.band in _ORDINARY:
        return "", standing.band.value
    doubts = []
    if standing.agreeing < standing.methods or standing.methods < LEAST_METHODS:
        doubts.append(f"under {standing.agreeing} of {standing.methods} methods")
    if 2 * standing.beyond < standing.variants:
        doubts.append(
            f"under {standing.beyond} of {standing.variants} other baselines and definitions"
        )
    if doubts:
        return DEPENDS, f"{DEPENDS}: {standing.band.value} {' and '.join(doubts)}"
    if standing.persistence < LEAST_PERIODS:
        return "", f"{standing.band.value} in this period only: no flag before it persists"
    return STANDS, standing.band.value


def draw_limits(judged: Judged) -> tuple[LimitRecord, ...]:
    """Return the limits of a ratio over the sizes of the units judged: to be drawn.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    tuple of LimitRecord
    """
    sizes = np.geomspace(0.8 * judged.sizes.min(), 1.25 * judged.sizes.max(), _CURVE)
    watch, outlier = (judged.draw_limits(sizes, level) for level in (WATCH, OUTLIER))
    rows = np.array([sizes, *watch, *outlier]).T.tolist()
    return tuple(
        LimitRecord(size=size, low=low, high=high, lowest=lowest, highest=highest)
        for size, low, high, lowest, highest in rows
    )


def _unjudged(name: str, observed: float, faults: tuple[str, ...], *, is_few: bool) -> ForceRecord:
    why = Band.UNKNOWN.value if is_few else "not judged: its data"
    return ForceRecord(
        force=name,
        observed=0.0 if np.isnan(observed) else float(observed),
        expected=0.0,
        size=None,
        ratio=1.0,
        low=None,
        high=None,
        z_raw=None,
        z=None,
        p=None,
        q=None,
        band=Band.UNKNOWN.value,
        persistence=0,
        periods=0,
        agreeing=0,
        methods=0,
        z_by_method=(),
        variants_agreeing=0,
        variants=0,
        best_tenth=None,
        badge="",
        flag=why,
        faults=faults,
    )


def _list_variants(field: Field, question: Question) -> list[Question]:
    """Return the same question under other baselines and definitions."""
    measure, period, baseline = question.measure, question.period, question.baseline
    others = []
    if baseline is None:
        others.append(question.earlier(1))
    else:
        years = [period.back(1), baseline.back(1), _three_years(period)]
        others += [
            Question(measure=measure, period=period, baseline=one)
            for one in dict.fromkeys(years)
            if one not in (baseline, None) and field.counts.has(one)
        ]
    known = field.counts.counts
    others += [
        Question(measure=replace(measure, id=other), period=period, baseline=baseline)
        for other in field.overlaps.get(measure.id, ())
        if other in known
    ]
    return others


def _three_years(period: Period) -> Period:
    """Return the three years before a period, for a period of whole years; else the year before."""
    if period.quarters == 1:
        return period.back(1)
    return Period(first=period.back(3).first, quarters=12)


def _is_beyond(z: float, own: float) -> bool:
    return bool(z * np.sign(own) >= WATCH_Z)


def _ask(question: Question) -> str:
    title, period = question.measure.title, question.period.label
    if question.baseline is None:
        return f"{title}: how much is recorded for its people, beside all forces, {period}"
    return (
        f"{title}: how it changed from {question.baseline.label} to {period}, "
        "beside how all forces changed"
    )


def _is_root(judged: Judged) -> bool:
    return judged.funnel.target == 1.0


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
