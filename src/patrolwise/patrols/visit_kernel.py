"""Which visits a run of fixes makes: one pass over whole device-days, compiled.

Pure and free of shared state: any split of the fixes into whole device-days gives the same
visits, in whatever thread, process or machine the days are worked through.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import IndexArrays, find_near_list, find_signed_distance
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_cleaning import (
    REFRESH_BINS,
    SECOND,
    DayNumbers,
    FixArrays,
    describe_day,
    find_refresh,
    fingerprint_fixes,
    is_reported,
    is_step,
    keep_fixes,
    survey_day,
)
from patrolwise.patrols.visit_rule import RuleNumbers

AXIS_SHARE = 1 / math.sqrt(2 * math.log(1 / 0.32))  # standard deviation of an axis / 68 % radius
BLUR = 3.0  # standard deviations beyond which a fix is on its side of the edge
# √(p (1 - p)), p the chance of being on the other side of an edge so many 1/32 deviations away
_ROOTS = np.array(
    [
        math.sqrt(p * (1.0 - p))
        for p in (0.5 * math.erfc((k + 0.5) / 32.0 * math.sqrt(0.5)) for k in range(97))
    ]
)
BINS = 24  # of the signed distance, from -BLUR to BLUR standard deviations
_NEVER = -(2**62)

# columns of a visit's numbers
DAY, AREA, START, END, CREDITED, UNKNOWN, INSIDE = range(7)
SAMPLING, BLURRED, PROFILE = range(3)  # then BINS columns of seconds by signed distance

# an area's state within a device-day: whole numbers
(
    _OPEN,  # 1 while a visit lasts
    _LEFT,  # 1 when the device has clearly left: a return is bridged, or is another visit
    _BEGAN,
    _ENDED,  # of the last credited step
    _CREDIT,
    _SILENT,
    _COUNT,  # fixes inside
    _BEYOND,  # fixes in a row beyond the margin
    _WAS_IN,
    _SEEN,  # number of the last fix that was near
    _NEAR,  # its time
    _GAP,  # when a silence began inside; _NEVER without one
    _PIECE,  # start of the unbroken run of credited steps; _NEVER without one
) = range(13)
# and decimals
_SAMPLED, _SPREAD, _MEMORY, _REMEMBERED, _BINNED = range(5)


class VisitNumbers(NamedTuple):
    """Where visits are written: rows as the columns above; rows beyond the end are only counted."""

    whole: NDArray[np.int64]  # (n, 7)
    decimal: NDArray[np.float64]  # (n, 2 + BINS)
    pieces: NDArray[np.int64]  # (m, 5) day, area, start of the visit, start, end; may have no row
    written: NDArray[np.int64]  # (2,) visits and pieces so far


class _State(NamedTuple):
    whole: NDArray[np.int64]
    decimal: NDArray[np.float64]
    active: NDArray[np.int64]  # areas with an open visit that has not been left
    active_count: NDArray[np.int64]  # (1,)


class Scratch(NamedTuple):
    """Room that the kernel needs while it works; it comes and goes all zero but for buffers."""

    buffer: NDArray[np.int64]  # as long as the longest device-day
    bins: NDArray[np.int32]
    state: _State


class _Day(NamedTuple):
    """One device-day's own limits, which follow from how often it reports."""

    number: int
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


def make_scratch(areas: int, longest_day: int) -> Scratch:
    """Return room for the kernel.

    Parameters
    ----------
    areas : int
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    Scratch
    """
    return Scratch(
        buffer=np.empty(longest_day, dtype=np.int64),
        bins=np.empty(REFRESH_BINS, dtype=np.int32),
        state=_State(
            whole=np.zeros((areas, 13), dtype=np.int64),
            decimal=np.zeros((areas, _BINNED + BINS)),
            active=np.zeros(areas, dtype=np.int64),
            active_count=np.zeros(1, dtype=np.int64),
        ),
    )


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
        limits = _limits(day, refresh, rule)
        if refresh < 0:
            days.fingerprint[day] = fingerprint_fixes(fixes, rows[0], rows[1])
            keep_fixes(fixes, rows, rule, buffer, days)
            refresh = find_refresh(fixes.time, buffer, days.counts[day, 0], bins)
            limits = _limits(day, refresh, rule)
            kept = buffer[: days.counts[day, 0]]
            describe_day(fixes, kept, day, limits.longest_step, days)
        days.refresh[day] = refresh
        n = days.counts[day, 0]
        _walk_day((index, fixes, rule), buffer[:n], limits, state, visits)


@compiled
def _limits(day: int, refresh: int, rule: RuleNumbers) -> _Day:
    return _Day(
        day,
        max(rule.longest_step, int(rule.step_share * refresh)),
        max(rule.longest_absence, int(rule.absence_share * refresh)),
        1 if refresh >= rule.slow_refresh else rule.fixes_to_leave,
    )


@compiled
def _walk_day(
    given: tuple[IndexArrays, FixArrays, RuleNumbers],
    kept: NDArray[np.int64],
    day: _Day,
    state: _State,
    out: VisitNumbers,
) -> None:
    """Go through one device-day, fix by fix."""
    index, fixes, rule = given
    before = 0
    n = len(kept)
    for k in range(n):
        i = kept[k]
        near = find_near_list(index, fixes.x[i], fixes.y[i])
        credit, is_silent = 0, False
        if k + 1 < n:
            length = fixes.time[kept[k + 1]] - fixes.time[i]
            if is_step(fixes, kept[k + 1], length, day.longest_step):
                credit = length
            else:
                is_silent = True
        if near or state.active_count[0]:
            accuracy = fixes.accuracy[i]
            if not is_reported(accuracy):
                accuracy = rule.assumed_accuracy
            step = _Step(k, fixes.time[i], credit, before, is_silent, accuracy)
            for item in range(index.list_start[near], index.list_start[near + 1]):
                area = index.list_areas[item]
                distance = find_signed_distance(index, area, fixes.x[i], fixes.y[i])
                _see_area((day, rule), area, distance, (step, state), out)
            _leave_far_areas(day, step, state)
        before = credit
    for area in range(len(state.whole)):
        if state.whole[area, _OPEN]:
            _close_visit(day, area, state, out)
        state.whole[area, :] = 0
        state.decimal[area, :] = 0.0
    state.active_count[0] = 0


@inlined
def _see_area(
    given: tuple[_Day, RuleNumbers],
    area: int,
    distance: float,
    now: tuple[_Step, _State],
    out: VisitNumbers,
) -> None:
    """Take one fix into account for one area that is near it."""
    day, rule = given
    step, state = now
    own = state.whole[area]
    is_inside = distance >= 0.0
    sigma = step.accuracy * AXIS_SHARE
    if not own[_OPEN] and distance < -BLUR * sigma:  # going past: nothing to remember
        return
    if not own[_OPEN] and step.time - own[_NEAR] > rule.longest_near:
        state.decimal[area, :] = 0.0  # what passed by long ago is no part of what comes
    was_inside = own[_SEEN] == step.number and own[_WAS_IN] == 1
    if step.before and was_inside != is_inside:
        seconds = step.before / SECOND
        state.decimal[area, _SAMPLED] += seconds * seconds / 12.0
    _weigh_edge(rule, distance / sigma, step, state.decimal[area])
    own[_SEEN] = step.number + 1  # the number that the next fix will have
    own[_NEAR] = step.time
    own[_WAS_IN] = is_inside
    if is_inside:
        _stay(given, area, now, out)
    elif own[_OPEN]:
        own[_GAP] = _NEVER
        margin = min(max(rule.margin_share * step.accuracy, rule.margin_least), rule.margin_most)
        if -distance > margin:
            own[_BEYOND] += 1
            if own[_BEYOND] >= day.fixes_to_leave:
                own[_LEFT] = 1
        else:
            own[_BEYOND] = 0


@inlined
def _stay(
    given: tuple[_Day, RuleNumbers], area: int, now: tuple[_Step, _State], out: VisitNumbers
) -> None:
    """Take a fix inside an area into account: the visit opens, goes on, or is another one."""
    day, rule = given
    step, state = now
    own = state.whole[area]
    if own[_OPEN]:
        if own[_GAP] != _NEVER:
            silence = step.time - own[_GAP]
            own[_SILENT] += silence
            is_other = silence > rule.longest_silence
        else:
            absence = step.time - own[_ENDED]
            is_other = absence > rule.longest_near or (
                own[_LEFT] == 1 and absence > day.longest_absence
            )
        if is_other:
            _close_visit(day, area, state, out)
    if not own[_OPEN]:
        if step.accuracy > rule.poorest_entry:
            return
        own[_OPEN] = 1
        own[_BEGAN] = own[_ENDED] = step.time
        own[_CREDIT] = own[_SILENT] = own[_COUNT] = 0
        own[_PIECE] = _NEVER
        own[_LEFT] = 1  # until it is in the active list
    if own[_LEFT]:
        own[_LEFT] = 0
        _activate(area, state)
    own[_COUNT] += 1
    own[_BEYOND] = 0
    own[_GAP] = step.time if step.is_silent else _NEVER
    if own[_PIECE] == _NEVER or own[_ENDED] != step.time:
        _write_piece(day.number, area, own, out)
        own[_PIECE] = step.time
    own[_CREDIT] += step.credit
    own[_ENDED] = step.time + step.credit


@inlined
def _activate(area: int, state: _State) -> None:
    for k in range(state.active_count[0]):
        if state.active[k] == area:
            return
    state.active[state.active_count[0]] = area
    state.active_count[0] += 1


@inlined
def _leave_far_areas(day: _Day, step: _Step, state: _State) -> None:
    """Count the fix as far outside for every open visit whose area is not near it."""
    kept = 0
    for k in range(state.active_count[0]):
        area = state.active[k]
        own = state.whole[area]
        if own[_SEEN] != step.number + 1:
            if own[_WAS_IN] and step.before:
                seconds = step.before / SECOND
                state.decimal[area, _SAMPLED] += seconds * seconds / 12.0
            own[_WAS_IN] = 0
            own[_GAP] = _NEVER
            own[_BEYOND] += 1
            if own[_BEYOND] >= day.fixes_to_leave:
                own[_LEFT] = 1
        if own[_OPEN] and not own[_LEFT]:
            state.active[kept] = area
            kept += 1
    state.active_count[0] = kept


@inlined
def _weigh_edge(rule: RuleNumbers, away: float, step: _Step, own: NDArray[np.float64]) -> None:
    """Add one step's share of what position error at the edge does to the credited seconds."""
    if not -BLUR < away < BLUR:
        return
    seconds = step.credit * 1e-6
    own[_BINNED + int((away + BLUR) * (BINS / (2.0 * BLUR)))] += seconds
    spread = seconds * _ROOTS[int(abs(away) * 32.0)]
    memory = own[_MEMORY]
    if memory > 0.0:
        memory *= math.exp((own[_REMEMBERED] - step.time * 1e-6) / rule.correlation_s)
    own[_SPREAD] += spread * (spread + 2.0 * rule.correlated_share * memory)
    own[_MEMORY] = memory + spread
    own[_REMEMBERED] = step.time * 1e-6


@compiled
def _close_visit(day: _Day, area: int, state: _State, out: VisitNumbers) -> None:
    """Write a visit into the next row and make the area's state ready for another."""
    own = state.whole[area]
    _write_piece(day.number, area, own, out)
    row = out.written[0]
    if row < len(out.whole):
        whole, decimal = out.whole[row], out.decimal[row]
        whole[DAY], whole[AREA] = day.number, area
        whole[START], whole[END] = own[_BEGAN], own[_ENDED]
        whole[CREDITED], whole[UNKNOWN] = own[_CREDIT], own[_SILENT]
        whole[INSIDE] = own[_COUNT]
        decimal[SAMPLING] = state.decimal[area, _SAMPLED]
        decimal[BLURRED] = state.decimal[area, _SPREAD]
        for k in range(BINS):
            decimal[PROFILE + k] = state.decimal[area, _BINNED + k]
    out.written[0] += 1
    own[_OPEN] = 0
    own[_BEYOND] = 0
    state.decimal[area, :] = 0.0


@compiled
def _write_piece(day: int, area: int, own: NDArray[np.int64], out: VisitNumbers) -> None:
    """Write the run of credited steps that has ended, if there was one."""
    if own[_PIECE] == _NEVER or own[_ENDED] == own[_PIECE]:
        return
    row = out.written[1]
    if row < len(out.pieces):
        piece = out.pieces[row]
        piece[0], piece[1], piece[2] = day, area, own[_BEGAN]
        piece[3], piece[4] = own[_PIECE], own[_ENDED]
    out.written[1] += 1
