"""Which visits a run of fixes makes: one pass over whole device-days, compiled.

Pure and free of shared state: any split of the fixes into whole device-days gives the same
visits, in whatever thread, process or machine the days are worked through.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import IndexArrays
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
    UsedFixes,
    find_accuracy,
    find_margin,
    mark_fixes,
    take_kept_fixes,
)
from patrolwise.patrols.sightings import Sightings, list_sightings
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
    bins, stretches, state = scratch.bins, scratch.stretches, scratch.state
    for day in range(len(day_start) - 1):
        first, last = day_start[day], day_start[day + 1]
        rows = (first, last, day)
        refresh = survey_day(fixes, rows, rule, (bins, stretches.silences), days)
        limits = _limits(rows, refresh, rule)
        if refresh >= 0:
            used = UsedFixes(
                fixes.time[first:last],
                fixes.x[first:last],
                fixes.y[first:last],
                fixes.accuracy[first:last],
            )
        else:
            days.fingerprint[day] = fingerprint_fixes(fixes, first, last)
            if not are_places(fixes.x[first:last], fixes.y[first:last]):
                days.counts[day, 0] = NOWHERE
                continue
            kept = scratch.kept
            keep_fixes(fixes, rows, rule, kept.row, days)
            n = days.counts[day, 0]
            refresh = find_refresh(fixes.time, kept.row, n, bins)
            limits = _limits(rows, refresh, rule)
            describe_day(fixes, rows, kept.row[:n], limits.longest_step, days)
            take_kept_fixes(fixes, n, (last, limits.longest_step), (kept, stretches))
            used = UsedFixes(
                scratch.used.time[:n],
                scratch.used.x[:n],
                scratch.used.y[:n],
                scratch.used.accuracy[:n],
            )
        days.refresh[day] = refresh
        number, count = 0, mark_fixes(index, used, rule, stretches)
        while number < count:
            number, seen = list_sightings(
                index, used, rule, (stretches, number, count), scratch.sightings
            )
            own = (used, stretches.silences, scratch.sightings, seen)
            _walk((limits, rule), own, state, visits)
        _end_day(limits, used, state, visits)


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
def _walk(
    given: tuple[_Day, RuleNumbers],
    own: tuple[UsedFixes, NDArray[np.int32], Sightings, int],
    state: State,
    out: VisitNumbers,
) -> None:
    """Take sightings into account: many fixes at once where nothing changes, else fix by fix."""
    day, rule = given
    used, silences, sightings, count = own
    silence = 0  # number of the silence that is next
    for number in range(count):
        k, end = sightings.first[number], sightings.end[number]
        area, distance = sightings.area[number], sightings.distance[number]
        while k < end:
            while silences[silence] < k:
                silence += 1
            if distance == np.inf and _goes_on(k, used.time[k], state.whole[area]):
                k = _follow_stay(used, (k, end), silences[silence], state.whole[area])
                continue
            step = _read_step(used, k, silences, silence, rule)
            _see_area((day, rule, used), area, distance, (step, state), out)
            k += 1


@compiled
def _end_day(day: _Day, used: UsedFixes, state: State, out: VisitNumbers) -> None:
    """Close the visits that are open, and forget the day."""
    for area in range(len(state.whole)):
        if state.whole[area, OPEN]:
            _catch_up(day, used, len(used.time), (area, state))
            close_visit(day.number, area, state, out)
        if state.whole[area, SEEN]:
            state.whole[area, :] = 0
            state.decimal[area, :] = 0.0


@inlined
def _read_step(
    used: UsedFixes, k: int, silences: NDArray[np.int32], silence: int, rule: RuleNumbers
) -> _Step:
    """Return what is known of a fix; the number of the silence that follows it, or a later one."""
    time = used.time
    is_silent = silences[silence] == k
    is_after_silence = silence > 0 and silences[silence - 1] == k - 1
    is_last = k + 1 == len(time)
    return _Step(
        k,
        time[k],
        0 if is_silent or is_last else time[k + 1] - time[k],
        0 if is_after_silence or k == 0 else time[k] - time[k - 1],
        is_silent,
        find_accuracy(used, k, rule),
    )


@inlined
def _goes_on(k: int, time: int, own: NDArray[np.int64]) -> bool:
    """Return whether the fix before was credited to an open visit of an area, up to this one."""
    was_in = own[OPEN] == 1 and own[WAS_IN] == 1
    return bool(was_in and own[SEEN] == k and own[ENDED] == time)


@inlined
def _follow_stay(
    used: UsedFixes, stretch: tuple[int, int], silence: int, own: NDArray[np.int64]
) -> int:
    """Credit all steps of a stretch well inside the area of the fix before, up to a silence.

    Returns the number of the first fix that is beyond, or that follows the silence.
    """
    first, end = stretch
    is_silent = silence < end
    last = silence if is_silent else end - 1
    following = last if is_silent or end == len(used.time) else end
    credit = used.time[following] - used.time[first]
    own[SEEN] = last + 1
    own[COUNT] += last + 1 - first
    own[CREDIT] += credit
    own[ENDED] += credit
    if is_silent:
        own[GAP] = own[ENDED]
    return last + 1


@inlined
def _see_area(
    given: tuple[_Day, RuleNumbers, UsedFixes],
    area: int,
    distance: float,
    now: tuple[_Step, State],
    out: VisitNumbers,
) -> None:
    """Take one fix into account for one area that is near it."""
    day, rule, used = given
    step, state = now
    own = state.whole[area]
    is_inside = distance >= 0.0
    sigma = step.accuracy * AXIS_SHARE
    if own[OPEN]:
        _catch_up(day, used, step.number, (area, state))
    elif distance < -BLUR * sigma:  # going past: nothing to remember
        return
    elif step.time - own[NEAR] > rule.longest_near:
        state.decimal[area, :] = 0.0  # what passed by long ago is no part of what comes
    was_inside = own[SEEN] == step.number and own[WAS_IN] == 1
    if step.before and was_inside != is_inside:
        seconds = step.before / SECOND
        state.decimal[area, SAMPLED] += seconds * seconds / 12.0
    if abs(distance) <= BLUR * sigma:
        _weigh_edge(rule, distance / sigma, step, state.decimal[area])
    own[SEEN] = step.number + 1  # the number that the next fix will have
    own[NEAR] = step.time
    own[WAS_IN] = is_inside
    if is_inside:
        _stay((day, rule), area, now, out)
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
    own[LEFT] = own[BEYOND] = 0
    own[COUNT] += 1
    own[GAP] = step.time if step.is_silent else NEVER
    if own[PIECE] == NEVER or own[ENDED] != step.time:
        write_piece(day.number, area, own, out)
        own[PIECE] = step.time
    own[CREDIT] += step.credit
    own[ENDED] = step.time + step.credit


@inlined
def _catch_up(day: _Day, used: UsedFixes, k: int, visit: tuple[int, State]) -> None:
    """Count the fixes since an area with an open visit was last near, up to one, as far outside.

    Until then they need not be looked at: areas are nothing to each other.
    """
    area, state = visit
    own = state.whole[area]
    missed = k - own[SEEN]
    if not missed or own[LEFT]:
        return
    if own[WAS_IN] and own[GAP] == NEVER:
        seconds = (used.time[own[SEEN]] - used.time[own[SEEN] - 1]) / SECOND
        state.decimal[area, SAMPLED] += seconds * seconds / 12.0
    own[WAS_IN] = 0
    own[GAP] = NEVER
    own[BEYOND] += missed
    if own[BEYOND] >= day.fixes_to_leave:
        own[LEFT] = 1


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
