"""Which visits a run of fixes makes: one pass over whole device-days, compiled.

Pure and free of shared state: any split of the fixes into whole device-days gives the same
visits, in whatever thread, process or machine the days are worked through.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import (
    AWAY,
    IndexArrays,
    find_bound,
    find_signed_distance,
)
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_arrays import SECOND, FixArrays, fingerprint_fixes
from patrolwise.patrols.fix_cleaning import (
    NOWHERE,
    DayNumbers,
    are_places,
    describe_day,
    find_refresh,
    keep_fixes,
    survey_day,
)
from patrolwise.patrols.fix_marks import (
    AXIS_SHARE,
    BLUR,
    SILENT,
    MarkedFixes,
    find_margin,
    find_reach,
    mark_fixes,
    take_fixes,
    take_kept_fixes,
)
from patrolwise.patrols.visit_rule import RuleNumbers
from patrolwise.patrols.visit_state import (
    BEGAN,
    BEYOND,
    BINNED,
    BINS,
    COUNT,
    CREDIT,
    ENDED,
    FADE,
    GAP,
    LAPSE,
    LEFT,
    MEMORY,
    NEAR,
    NEVER,
    OPEN,
    PIECE,
    REMEMBERED,
    ROOTS,
    SAMPLED,
    SEEN,
    SILENCE,
    SPREAD,
    WAS_IN,
    Scratch,
    State,
    VisitNumbers,
    close_visit,
    write_piece,
)


class _Day(NamedTuple):
    """One device-day's own limits, which follow from how often it reports."""

    number: int
    end: int  # row behind its last fix
    longest_step: int
    longest_absence: int
    fixes_to_leave: int


class _Step(NamedTuple):
    """One fix, and the step that begins with it."""

    number: int  # among the kept fixes of the day
    time: int
    credit: int  # microseconds; 0 when silence follows or the day ends
    before: int  # microseconds of the step that led here; 0 after silence
    is_silent: bool
    accuracy: float


@compiled
def find_visits_of_days(
    index: IndexArrays,
    fixes: FixArrays,
    day_start: NDArray[np.int64],
    rule: RuleNumbers,
    out: tuple[DayNumbers, VisitNumbers, Scratch],
) -> None:
    """Write the visits of whole device-days, and what is known of each day, into `out`.

    Parameters
    ----------
    index : IndexArrays
    fixes : FixArrays
        Sorted by device-day, then time.
    day_start : (d + 1,) int array
        Row at which each device-day begins, and the number of rows.
    rule : RuleNumbers
    out : (DayNumbers, VisitNumbers, Scratch)
        Changed in place; `written` says how many rows were needed.
    """
    days, visits, scratch = out
    used, bins, state = scratch.fixes, scratch.bins, scratch.state
    for day in range(len(day_start) - 1):
        rows = (day_start[day], day_start[day + 1], day)
        refresh = survey_day(fixes, rows, rule, bins, days)
        limits = _limits(rows, refresh, rule)
        if refresh >= 0:
            take_fixes(fixes, rows[0], rows[1], rule, used)
        else:
            days.fingerprint[day] = fingerprint_fixes(fixes, rows[0], rows[1])
            if not are_places(fixes.x[rows[0] : rows[1]], fixes.y[rows[0] : rows[1]]):
                days.counts[day, 0] = NOWHERE
                continue
            keep_fixes(fixes, rows, rule, used.row, days)
            n = days.counts[day, 0]
            refresh = find_refresh(fixes.time, used.row, n, bins)
            limits = _limits(rows, refresh, rule)
            describe_day(fixes, rows, used.row[:n], limits.longest_step, days)
            take_kept_fixes(fixes, n, (limits.end, limits.longest_step), rule, used)
        days.refresh[day] = refresh
        mark_fixes(index, days.counts[day, 0], rule, used)
        _walk_day((index, rule), used, (limits, days.counts[day, 0]), state, visits)


@compiled
def _limits(rows: tuple[int, int, int], refresh: int, rule: RuleNumbers) -> _Day:
    return _Day(
        rows[2],
        rows[1],
        max(rule.longest_step, int(rule.step_share * refresh)),
        max(rule.longest_absence, int(rule.absence_share * refresh)),
        1 if refresh >= rule.slow_refresh else rule.fixes_to_leave,
    )


@compiled
def _walk_day(
    given: tuple[IndexArrays, RuleNumbers],
    used: MarkedFixes,
    day: tuple[_Day, int],
    state: State,
    out: VisitNumbers,
) -> None:
    """Go through one device-day: many fixes at once where nothing changes, else fix by fix."""
    index, rule = given
    limits, n = day
    active, active_count = state.active, state.active_count
    k = 0
    while k < n:
        mark = used.mark[k]
        if mark == AWAY and active_count[0] == 0:
            k += 1
            continue
        is_alone = active_count[0] == 0 or (active_count[0] == 1 and active[0] == mark)
        own = state.whole[max(mark, 0)]
        if is_alone and mark >= 0 and used.distance[k] == np.inf and _goes_on(k, used, own):
            k = _follow_stay(k, n, used, own)
            continue
        before = max(used.step[k - 1], 0) if k else 0
        credit, is_silent = max(used.step[k], 0), used.step[k] == SILENT
        step = _Step(k, used.time[k], credit, before, is_silent, used.accuracy[k])
        if is_alone and mark >= 0:
            _see_area((limits, rule), mark, used.distance[k], (step, state), out)
            active[0] = mark
            active_count[0] = 1 if own[OPEN] and not own[LEFT] else 0
        else:
            place = (used.x[k], used.y[k])
            _see_areas((index, rule, limits), used.cell[k], place, (step, state), out)
        k += 1
    for area in range(len(state.whole)):
        if state.whole[area, OPEN]:
            close_visit(limits.number, area, state, out)
        if state.whole[area, SEEN]:
            state.whole[area, :] = 0
            state.decimal[area, :] = 0.0
    state.active_count[0] = 0


@inlined
def _goes_on(k: int, used: MarkedFixes, own: NDArray[np.int64]) -> bool:
    """Return whether the fix before was credited to an open visit of an area, up to this one."""
    was_in = own[OPEN] == 1 and own[WAS_IN] == 1
    return bool(was_in and own[SEEN] == k and own[ENDED] == used.time[k])


@inlined
def _follow_stay(k: int, n: int, used: MarkedFixes, own: NDArray[np.int64]) -> int:
    """Credit all steps that follow, one after another, well inside the area of the fix before.

    Returns the number of the first fix that is not, or that follows a silence.
    """
    first, mark, credit = k, used.mark[k], 0
    is_silent = False
    while k < n and not is_silent and used.mark[k] == mark and used.distance[k] == np.inf:
        is_silent = used.step[k] == SILENT
        credit += max(used.step[k], 0)
        k += 1
    own[SEEN] = k
    own[COUNT] += k - first
    own[CREDIT] += credit
    own[ENDED] += credit
    if is_silent:
        own[GAP] = own[ENDED]
    return k


@inlined
def _see_areas(
    given: tuple[IndexArrays, RuleNumbers, _Day],
    cell: int,
    place: tuple[float, float],
    now: tuple[_Step, State],
    out: VisitNumbers,
) -> None:
    """Take one fix into account for every area that is near it or has an open visit."""
    index, rule, day = given
    step, state = now
    blur, outside = find_reach(step.accuracy, rule)
    for row in range(index.cell_start[cell], index.cell_start[cell + 1]):
        area = index.near_areas[row]
        bound = find_bound(index, row, blur, outside)
        if bound < 0.0 and not state.whole[area, OPEN]:
            continue
        if math.isnan(bound):
            bound = find_signed_distance(index, area, place[0], place[1])
        _see_area((day, rule), area, bound, now, out)
    _leave_far_areas(day, step, state)


@inlined
def _see_area(
    given: tuple[_Day, RuleNumbers],
    area: int,
    distance: float,
    now: tuple[_Step, State],
    out: VisitNumbers,
) -> None:
    """Take one fix into account for one area that is near it."""
    day, rule = given
    step, state = now
    own = state.whole[area]
    is_inside = distance >= 0.0
    sigma = step.accuracy * AXIS_SHARE
    if not own[OPEN] and distance < -BLUR * sigma:  # going past: nothing to remember
        return
    if not own[OPEN] and step.time - own[NEAR] > rule.longest_near:
        state.decimal[area, :] = 0.0  # what passed by long ago is no part of what comes
    was_inside = own[SEEN] == step.number and own[WAS_IN] == 1
    if step.before and was_inside != is_inside:
        seconds = step.before / SECOND
        state.decimal[area, SAMPLED] += seconds * seconds / 12.0
    _weigh_edge(rule, distance / sigma, step, state.decimal[area])
    own[SEEN] = step.number + 1  # the number that the next fix will have
    own[NEAR] = step.time
    own[WAS_IN] = is_inside
    if is_inside:
        _stay(given, area, now, out)
    elif own[OPEN]:
        own[GAP] = NEVER
        if -distance > find_margin(rule, step.accuracy):
            own[BEYOND] += 1
            if own[BEYOND] >= day.fixes_to_leave:
                own[LEFT] = 1
        else:
            own[BEYOND] = 0


@inlined
def _stay(
    given: tuple[_Day, RuleNumbers], area: int, now: tuple[_Step, State], out: VisitNumbers
) -> None:
    """Take a fix inside an area into account: the visit opens, goes on, or is another one."""
    day, rule = given
    step, state = now
    own = state.whole[area]
    if own[OPEN]:
        if own[GAP] != NEVER:
            silence = step.time - own[GAP]
            own[SILENCE] += silence
            is_other = silence > rule.longest_silence
        else:
            absence = step.time - own[ENDED]
            is_other = absence > rule.longest_near or (
                own[LEFT] == 1 and absence > day.longest_absence
            )
        if is_other:
            close_visit(day.number, area, state, out)
    if not own[OPEN]:
        if step.accuracy > rule.poorest_entry:
            return
        own[OPEN] = 1
        own[BEGAN] = own[ENDED] = step.time
        own[CREDIT] = own[SILENCE] = own[COUNT] = 0
        own[PIECE] = NEVER
        own[LEFT] = 1  # until it is in the active list
    if own[LEFT]:
        own[LEFT] = 0
        _activate(area, state)
    own[COUNT] += 1
    own[BEYOND] = 0
    own[GAP] = step.time if step.is_silent else NEVER
    if own[PIECE] == NEVER or own[ENDED] != step.time:
        write_piece(day.number, area, own, out)
        own[PIECE] = step.time
    own[CREDIT] += step.credit
    own[ENDED] = step.time + step.credit


@inlined
def _activate(area: int, state: State) -> None:
    for k in range(state.active_count[0]):
        if state.active[k] == area:
            return
    state.active[state.active_count[0]] = area
    state.active_count[0] += 1


@inlined
def _leave_far_areas(day: _Day, step: _Step, state: State) -> None:
    """Count the fix as far outside for every open visit whose area is not near it."""
    kept = 0
    for k in range(state.active_count[0]):
        area = state.active[k]
        own = state.whole[area]
        if own[SEEN] != step.number + 1:
            if own[WAS_IN] and step.before:
                seconds = step.before / SECOND
                state.decimal[area, SAMPLED] += seconds * seconds / 12.0
            own[WAS_IN] = 0
            own[GAP] = NEVER
            own[BEYOND] += 1
            if own[BEYOND] >= day.fixes_to_leave:
                own[LEFT] = 1
        if own[OPEN] and not own[LEFT]:
            state.active[kept] = area
            kept += 1
    state.active_count[0] = kept


@inlined
def _weigh_edge(rule: RuleNumbers, away: float, step: _Step, own: NDArray[np.float64]) -> None:
    """Add one step's share of what position error at the edge does to the credited seconds."""
    if not -BLUR < away < BLUR:
        return
    seconds = step.credit * 1e-6
    own[BINNED + int((away + BLUR) * (BINS / (2.0 * BLUR)))] += seconds
    spread = seconds * ROOTS[int(abs(away) * 32.0)]
    lapse = step.time * 1e-6 - own[REMEMBERED]
    if lapse != own[LAPSE]:  # steps are mostly alike, and an exponential takes its time
        own[LAPSE], own[FADE] = lapse, math.exp(-lapse / rule.correlation_s)
    memory = own[MEMORY] * own[FADE]
    own[SPREAD] += spread * (spread + 2.0 * rule.correlated_share * memory)
    own[MEMORY] = memory + spread
    own[REMEMBERED] = step.time * 1e-6
