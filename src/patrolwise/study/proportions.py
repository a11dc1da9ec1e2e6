"""How a table of parts and wholes becomes a comparison of forces by their shares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise import __version__
from patrolwise.benchmarking.control_charts import chart_shares
from patrolwise.benchmarking.forces import find_force
from patrolwise.benchmarking.limits import (
    OUTLIER,
    WATCH,
    WATCH_Z,
    Floats,
    wilson_share_interval,
)
from patrolwise.benchmarking.measures import DIRECTIONS
from patrolwise.benchmarking.methods import Judged, Method, count_agreeing, name_bands
from patrolwise.benchmarking.proportions import LEAST_EITHER, judge_proportion
from patrolwise.benchmarking.run_rules import ANHOJ, RunRule, find_signals
from patrolwise.benchmarking.spans import Period, parse_period
from patrolwise.errors import InputError, check_faults
from patrolwise.files.force_proportions import read_force_proportions
from patrolwise.files.similar_forces import read_similar_forces
from patrolwise.hot_spots.gi_star import adjust_for_discoveries
from patrolwise.reporting.proportion_records import (
    ForceShareRecord,
    ProportionResults,
    ShareChartRecord,
    ShareLimitRecord,
)
from patrolwise.reporting.results import InputFile, Made
from patrolwise.study.benchmark_judging import PERIODS, Standing, tell_flag
from patrolwise.study.result_source import hash_file

PROPORTION_STEPS = 2
LEAST_FORCES = 5
LEAST_PERIODS = 8  # of a chart: with fewer, limits say nothing
_CURVE = 60  # points of a limit that is drawn
_NAMES = {Method.LOGARITHMS: "spread added, outer tenths left out (as SHMI)",
          Method.ROOTS: "spread added, outer tenths drawn in (as CQC)"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ProportionRequest:
    """What is asked."""

    file: Path  # FORCE_PROPORTIONS as a form
    title: str  # what the share is
    direction_good: str  # down, up or neutral
    period: str = ""  # as `parse_period` reads it; empty: the newest in the file
    force: str = ""  # that the pack looks at
    similar: Path | None = None  # a list; None: the method by similar forces is left out


@dataclass(frozen=True, kw_only=True, eq=False)
class _Table:
    """Parts and wholes: rows are forces by name, columns periods; NaN where not known."""

    forces: tuple[str, ...]
    periods: tuple[Period, ...]
    part: Floats
    whole: Floats
    similar: NDArray[np.bool_] | None  # (f, f)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Answer:
    judged: Judged
    whole: Floats  # of those compared
    place: dict[int, int]  # force → its position among those compared
    z: Floats  # (f,) NaN where not judged


def compare_proportions(
    request: ProportionRequest, *, progress: Callable[[str], None]
) -> ProportionResults:
    """Return every force's share held against all others.

    Parameters
    ----------
    request : ProportionRequest
    progress : callable
        Told of each of `PROPORTION_STEPS` steps.

    Returns
    -------
    ProportionResults

    Raises
    ------
    InputError
        The file is wrong, or the period, force or direction is not known; all faults are named.
    """
    progress("Reading parts and wholes")
    given = read_force_proportions(request.file)
    table = _arrange(given, request.similar)
    at, force = _understand(request, table)
    progress("Judging forces")
    answer = _judge(table, at)
    part, whole = table.part[:, at], table.whole[:, at]
    known = ~np.isnan(part)
    notes = [
        f"A force is judged where {LEAST_EITHER:.0f} or more are expected with it, and as many "
        "without it."
    ]
    if answer is None:
        notes.append(f"Fewer than {LEAST_FORCES} forces can be judged: nothing is compared.")
    return ProportionResults(
        title=request.title.strip(),
        direction_good=request.direction_good,
        period=table.periods[at].label,
        force=force,
        share=float(part[known].sum() / whole[known].sum()),
        phi=answer.judged.funnel.phi if answer else 1.0,
        forces=_list_forces(table, at, answer, request.direction_good),
        limits=_draw_limits(answer) if answer else (),
        chart=_chart(table, at, force) if force else None,
        notes=tuple(notes),
        made=Made(
            version=__version__,
            seed=0,
            programme_sha256="",
            inputs=(
                InputFile(
                    name=request.file.name, sha256=hash_file(request.file), rows=given.height
                ),
            ),
        ),
    )


def _arrange(given: pl.DataFrame, similar: Path | None) -> _Table:
    forces = tuple(given["force"].unique().sort())
    spans = {label: parse_period(label) for label in given["period"].unique()}
    periods = tuple(sorted(spans.values(), key=lambda one: one.first))
    part, whole = (np.full((len(forces), len(periods)), np.nan) for _ in range(2))
    column = {period.label: k for k, period in enumerate(periods)}
    for force, label, events, of in given.iter_rows():
        at = forces.index(force), column[label]
        part[at], whole[at] = events, of
    groups = None
    if similar is not None:
        pairs = set(read_similar_forces(similar).select("force", "similar").rows())
        groups = np.array([[(one, other) in pairs for other in forces] for one in forces])
    return _Table(forces=forces, periods=periods, part=part, whole=whole, similar=groups)


def _understand(request: ProportionRequest, table: _Table) -> tuple[int, str]:
    """Return which period is asked for and the force's one name; raise with all that is wrong."""
    faults = []
    labels = [one.label for one in table.periods]
    at = len(labels) - 1
    if request.period:
        try:
            wanted = parse_period(request.period).label
        except InputError as error:
            faults.append(str(error))
        else:
            if wanted not in labels:
                faults.append(f"{wanted} is not in the file, which has {', '.join(labels)}.")
            at = labels.index(wanted) if wanted in labels else at
    force = find_force(request.force) if request.force else ""
    if request.force and force not in table.forces:
        faults.append(f"There is no row of {request.force} in the file. Name another force.")
    if request.direction_good not in DIRECTIONS:
        faults.append(
            f"What is good is {request.direction_good!r}; it is one of {', '.join(DIRECTIONS)}."
        )
    if not request.title.strip():
        faults.append("The share has no title. Say what it is of what.")
    check_faults("proportions", faults)
    return at, force or ""


def _judge(table: _Table, at: int) -> _Answer | None:
    """Return all forces of one period against each other; None where fewer than five can be."""
    part, whole = table.part[:, at], table.whole[:, at]
    known = ~np.isnan(part)
    share = part[known].sum() / whole[known].sum()
    is_enough = known & (whole * min(share, 1.0 - share) >= LEAST_EITHER)
    compared = np.flatnonzero(is_enough)
    if len(compared) < LEAST_FORCES:
        return None
    similar = None if table.similar is None else table.similar[np.ix_(compared, compared)]
    judged = judge_proportion(part[compared], whole[compared], similar)
    z = np.full(len(part), np.nan)
    z[compared] = judged.headline
    return _Answer(
        judged=judged, whole=whole[compared], place={int(k): n for n, k in enumerate(compared)}, z=z
    )


def _list_forces(
    table: _Table, at: int, answer: _Answer | None, direction: str
) -> tuple[ForceShareRecord, ...]:
    earlier = [_judge(table, at - k) for k in range(1, min(PERIODS, at + 1))]
    before = [one.z for one in earlier if one]
    found = []
    for force in np.flatnonzero(~np.isnan(table.part[:, at])).tolist():
        part, whole = table.part[force, at], table.whole[force, at]
        low, high = wilson_share_interval([part], [whole])
        plain = ForceShareRecord(
            force=table.forces[force],
            events=int(part),
            of=int(whole),
            share=float(part / whole),
            wilson_low=float(low[0]),
            wilson_high=float(high[0]),
        )
        if answer is not None and force in answer.place:
            plain = _judged(plain, answer, force, [z[force] for z in before], direction)
        found.append(plain)
    known = [k for k, one in enumerate(found) if one.p is not None]
    q = adjust_for_discoveries(np.array([found[k].p for k in known], dtype=float))
    for k, value in zip(known, q, strict=True):
        found[k] = replace(found[k], q=float(value))
    return tuple(found)


def _judged(
    plain: ForceShareRecord, answer: _Answer, force: int, before: Sequence[float], direction: str
) -> ForceShareRecord:
    """Return a force with how it stands among the others."""
    judged, k, z = answer.judged, answer.place[force], float(answer.z[force])
    (band,) = name_bands(answer.z[[force]], direction)
    agreeing, methods = count_agreeing(judged, k)
    known = [float(one) for one in before if not np.isnan(one)]
    persistence = int(abs(z) >= WATCH_Z) + sum(one * np.sign(z) >= WATCH_Z for one in known)
    badge, flag = tell_flag(
        Standing(
            band=band,
            agreeing=agreeing,
            methods=methods,
            persistence=int(persistence),
            beyond=0,
            variants=0,
        )
    )
    share = judged.observed.sum() / answer.whole.sum()
    return replace(
        plain,
        low=float(judged.low[k] * share),
        high=float(judged.high[k] * share),
        z_raw=float(judged.z[Method.CHANCE][k]),
        z=z,
        p=float(judged.p[k]),
        z_by_method=tuple(
            (_NAMES.get(method, method.value), None if np.isnan(of[k]) else float(of[k]))
            for method, of in judged.z.items()
        ),
        agreeing=agreeing,
        methods=methods,
        persistence=int(persistence),
        periods=1 + len(known),
        badge=badge,
        flag=flag,
    )


def _draw_limits(answer: _Answer) -> tuple[ShareLimitRecord, ...]:
    sizes = np.geomspace(0.8 * answer.whole.min(), 1.25 * answer.whole.max(), _CURVE)
    share = answer.judged.observed.sum() / answer.whole.sum()
    # a share is drawn at four times its whole: see judge_proportion
    curves = [answer.judged.draw_limits(4.0 * sizes, level) for level in (WATCH, OUTLIER)]
    rows = np.array([sizes, *(share * one for curve in curves for one in curve)]).T.tolist()
    return tuple(
        ShareLimitRecord(of=of, low=low, high=high, lowest=lowest, highest=highest)
        for of, low, high, lowest, highest in rows
    )


def _chart(table: _Table, at: int, force: str) -> ShareChartRecord | None:
    """Return the newest unbroken periods of a force, up to the one asked for, on a p′ chart."""
    number = table.forces.index(force)
    part, whole = table.part[number, : at + 1], table.whole[number, : at + 1]
    gaps = np.flatnonzero(np.isnan(part))
    first = int(gaps[-1]) + 1 if gaps.size else 0
    periods = table.periods[first : at + 1]
    follow = all(a.before(-1).first == b.first for a, b in pairwise(periods))
    if len(periods) < LEAST_PERIODS or not follow:
        return None
    chart = chart_shares(part[first:], whole[first:], is_widened=True)
    low, high = chart.limits()
    labels = tuple(one.label for one in periods)
    return ShareChartRecord(
        kind=chart.kind.value,
        periods=labels,
        events=tuple(int(one) for one in part[first:]),
        of=tuple(int(one) for one in whole[first:]),
        shares=tuple(chart.values.tolist()),
        centre=tuple(chart.centre.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        signals=tuple(one.tell(labels) for one in find_signals(chart, (RunRule.BEYOND, *ANHOJ))),
        is_trial=chart.is_trial,
    )
