"""Which visits a run of fixes makes: one pass over whole device-days, compiled.

Pure and free of shared state: any split of the fixes into whole device-days gives the same
visits, in whatever thread, process or machine the days are worked through.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import IndexArrays, find_bound, find_cell, find_signed_distance
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_arrays import SECOND, FixArrays, fingerprint_fixes
from patrolwise.patrols.fix_cleaning import (
    DayNumbers,
    describe_day,
    find_refresh,
    is_reported,
    is_step,
    keep_fixes,
    survey_day,
)
from patrolwise.patrols.visit_rule import RuleNumbers
from patrolwise.patrols.visit_state import (
    AXIS_SHARE,
    BEGAN,
    BEYOND,
    BINNED,
    BINS,
    BLUR,
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
    SILENT,
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
    buffer, bins, state = scratch.buffer, scratch.bins, scratch.state
    for day in range(len(day_start) - 1):
        rows = (day_start[day], day_start[day + 1], day)
        refresh = survey_day(fixes, rows, rule, (buffer, bins), days)
        limits = _limits(rows, refresh, rule)
        if refresh < 0:
            days.fingerprint[day] = fingerprint_fixes(fixes, rows[0], rows[1])
            keep_fixes(fixes, rows, rule, buffer, days)
            refresh = find_refresh(fixes.time, buffer, days.counts[day, 0], bins)
            limits = _limits(rows, refresh, rule)
            kept = buffer[: days.counts[day, 0]]
            describe_day(fixes, rows, kept, limits.longest_step, days)
        days.refresh[day] = refresh
        n = days.counts[day, 0]
        _walk_day((index, fixes, rule), buffer[:n], limits, state, visits)


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
    given: tuple[IndexArrays, FixArrays, RuleNumbers],
    kept: NDArray[np.int64],
    day: _Day,
    state: State,
    out: VisitNumbers,
) -> None:
    """Go through one device-day, fix by fix."""
    index, fixes, rule = given
    before = 0
    n = len(kept)
    for k in range(n):
        i = kept[k]
        cell = find_cell(index, fixes.x[i], fixes.y[i])
        credit, is_silent = 0, False
        if k + 1 < n:
            is_silent = not is_step(fixes, i, kept[k + 1], day.end, day.longest_step)
            credit = 0 if is_silent else fixes.time[kept[k + 1]] - fixes.time[i]
        if state.active_count[0] or index.cell_start[cell] != index.cell_start[cell + 1]:
            accuracy = fixes.accuracy[i]
            if not is_reported(accuracy):
                accuracy = rule.assumed_accuracy
            step = _Step(k, fixes.time[i], credit, before, is_silent, accuracy)
            _see_areas((index, rule, day), cell, (fixes.x[i], fixes.y[i]), (step, state), out)
        before = credit
    for area in range(len(state.whole)):
        if state.whole[area, OPEN]:
            close_visit(day.number, area, state, out)
        if state.whole[area, SEEN]:
            state.whole[area, :] = 0
            state.decimal[area, :] = 0.0
    state.active_count[0] = 0


@inlined
def _see_areas(
    given: tuple[IndexArrays, RuleNumbers, _Day],
    cell: int,
    place: tuple[float, float],
    now: tuple[_Step, State],
    out: VisitNumbers,
) -> None:
    """Take one fix into account for every area that is near it or has an open visit.

    Most fixes change nothing: they are well outside an area without a visit, or well inside one
    whose visit goes on from the fix before. Those are dealt with by their cell alone.
    """
    index, rule, day = given
    step, state = now
    blur = BLUR * AXIS_SHARE * step.accuracy
    outside = max(blur, _margin(rule, step.accuracy))
    going_on, has_news = 0, False
    for row in range(index.cell_start[cell], index.cell_start[cell + 1]):
        area = index.near_areas[row]
        bound = find_bound(index, row, blur, outside)
        if bound < 0.0 and not state.whole[area, OPEN]:
            continue
        if bound > 0.0 and _goes_on(step, state.whole[area]):
            going_on += 1
            continue
        has_news = True
        if math.isnan(bound):
            bound = find_signed_distance(index, area, place[0], place[1])
        _see_area((day, rule), area, bound, now, out)
    if has_news or going_on != state.active_count[0]:
        _leave_far_areas(day, step, state)


@inlined
def _goes_on(step: _Step, own: NDArray[np.int64]) -> bool:
    """Credit a step well inside an area when the fix before was credited there; say if it was."""
    if own[OPEN] and own[WAS_IN] and own[SEEN] == step.number and own[ENDED] == step.time:
        own[SEEN] = step.number + 1
        own[COUNT] += 1
        own[CREDIT] += step.credit
        own[ENDED] = step.time + step.credit
        if step.is_silent:
            own[GAP] = step.time
        return True
    return False


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
        if -distance > _margin(rule, step.accuracy):
            own[BEYOND] += 1
            if own[BEYOND] >= day.fixes_to_leave:
                own[LEFT] = 1
        else:
            own[BEYOND] = 0


@inlined
def _margin(rule: RuleNumbers, accuracy: float) -> float:
    """Return how far outside the edge a fix must be to say that the device has left."""
    return min(max(rule.margin_share * accuracy, rule.margin_least), rule.margin_most)


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
            own[SILENT] += silence
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
        own[CREDIT] = own[SILENT] = own[COUNT] = 0
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
