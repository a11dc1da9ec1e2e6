"""From a rota to visits: shifts of a day, what cannot be done, what is decided, plans by hand."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.plan_files import read_plan
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan
from patrolwise.study.plan_making import as_free, check_shifts, join_plan, plan_shifts

from .plan_worlds import (
    AREA_IDS,
    MONDAY,
    ONE_DAY,
    PLAN_HEAD,
    ROTA_HEAD,
    RULES,
    SUNDAY,
    TWO_DAYS,
    PlanWorld,
    late_rota,
    plan_row,
    quiet,
    rota_rows,
)

SEARCH = SearchRule(seed=3, effort=0.5)
LATE = "2024-06-02 outreach late and police late"
# police are on duty twice on Sunday, and once on Monday beside nobody
TWICE = (
    ROTA_HEAD
    + rota_rows(SUNDAY, "police early", "police-1", "09:00 10:15", "p1 p2")
    + rota_rows(SUNDAY, "police late", "police-1", "14:00 18:00", "p3 p4")
    + rota_rows(MONDAY, "police late", "police-1", "14:00 18:00", "p1 p2")
)


def world_of(folder, rota, decided="", **planning):
    world = PlanWorld(folder, planning={"window": ONE_DAY, **planning}, forms={"rota": rota})
    if decided:
        world.forms["decided"] = PLAN_HEAD + decided
    return world


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Two outreach pairs and one of police, late on Sunday."""
    return world_of(tmp_path_factory.mktemp("late"), late_rota()).inputs()


@pytest.fixture(scope="module")
def shifts(inputs):
    return plan_shifts(inputs, SEARCH, progress=quiet)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return world_of(tmp_path_factory.mktemp("twice"), TWICE, window=TWO_DAYS).inputs()


@pytest.fixture(scope="module")
def twice_planned(twice):
    told = []
    return plan_shifts(twice, SEARCH, progress=told.append), told


def visits_of(planned, service, day=SUNDAY):
    """Return the hot spots that a service visits on a day, in order of start."""
    own = planned.filter(
        pl.col("area_id").is_not_null(), pl.col("service") == service, pl.col("day") == day
    )
    return own.sort("start")["area_id"].to_list()


def by_hand(tmp_path, *rows):
    path = tmp_path / "by-hand.csv"
    path.write_text(PLAN_HEAD + "".join(rows), encoding="utf-8")
    return read_plan(path)


def test_all_that_is_owed_is_planned_and_nothing_stands_against_it(inputs, shifts):
    (shift,) = shifts
    assert shift.name == LATE
    assert (shift.conflict, shift.breaches) == (None, ())
    planned = join_plan(shifts)
    assert sorted(visits_of(planned, "outreach")) == sorted(AREA_IDS)
    assert sorted(visits_of(planned, "police")) == sorted(AREA_IDS)
    assert planned.filter(pl.col("area_id").is_null())["unit_id"].sort().to_list() == [
        "outreach-1",
        "outreach-2",
    ]
    assert check_shifts(inputs, planned)[0].breaches == ()


def test_a_later_shift_of_a_day_counts_the_visits_of_the_earlier_one(twice_planned):
    shifts, _ = twice_planned
    assert [one.name for one in shifts] == [
        "2024-06-02 police early",
        "2024-06-02 police late",
        "2024-06-03 police late",
    ]
    early = [shifts[0].built.problem.area_ids[one.area] for one in shifts[0].plan.visits]
    late = [shifts[1].built.problem.area_ids[one.area] for one in shifts[1].plan.visits]
    assert early
    assert late
    assert sorted(early + late) == sorted(AREA_IDS)  # one visit a day: each once, by one of both
    (note,) = shifts[1].built.notes
    assert all(area_id in note for area_id in early)
    assert note.endswith("it has its 1 visit of the day from other shifts.")


def test_the_first_shifts_of_all_days_are_planned_in_one_round(twice_planned):
    _, told = twice_planned
    assert told == ["Planning shifts, round 1 of 2", "Planning shifts, round 2 of 2"]


def test_another_day_begins_with_nothing_done(twice_planned):
    shifts, _ = twice_planned
    assert sorted(visits_of(join_plan(shifts), "police", MONDAY)) == sorted(AREA_IDS)
    assert shifts[2].built.notes == ()


def test_a_plan_of_several_shifts_passes_its_own_check(twice, twice_planned):
    shifts, _ = twice_planned
    planned = join_plan(shifts)
    checked = check_shifts(twice, planned)
    assert [one.name for one in checked] == [one.name for one in shifts]
    assert [one.breaches for one in checked] == [(), (), ()]
    assert [one.solved for one in checked] == [None, None, None]
    assert join_plan(checked).equals(planned)


def test_a_rota_without_shifts_has_a_plan_without_visits(twice):
    empty = replace(twice, rota=twice.rota.clear())
    assert plan_shifts(empty, SEARCH, progress=quiet) == ()
    assert join_plan(()).is_empty()
    assert check_shifts(empty, join_plan(())) == ()


def test_where_not_all_that_is_owed_can_be_done_the_rules_are_named_and_most_is_planned(tmp_path):
    inputs = world_of(tmp_path, late_rota(pairs=1)).inputs()
    (shift,) = plan_shifts(inputs, SEARCH, progress=quiet)
    assert shift.conflict.is_feasible is False
    assert shift.conflict.reason.startswith(
        "From 14:00 to 20:00 outreach needs 280 min for 7 visits, 30 min for breaks and at least"
    )
    owed, hours, pause = shift.conflict.sentences
    assert owed.startswith("outreach owes 1 visit of 40 min to each of")
    assert hours == "The hours of outreach-1 (outreach) are 14:00 to 20:00."
    assert pause == "The break of outreach-1 takes 30 min within 16:15 to 17:45."
    assert "It is enough to keep outreach-1 on duty 30 min longer." in shift.conflict.suggestions
    # six of seven fit: the way and the break leave no room for 40 minutes more
    visited = visits_of(join_plan((shift,)), "outreach")
    assert len(set(visited)) == len(visited) == 6
    (breach,) = shift.breaches
    (left,) = set(AREA_IDS) - set(visited)
    assert breach.rule == "least_visits"
    assert breach.sentence == f"{left} gets 0 visits of outreach; it is owed 1: 1 too few."


def test_what_is_decided_stays_as_it_is(tmp_path):
    row = plan_row("outreach late", "outreach-2", "saltgate", "15:05", "15:45", "yes")
    inputs = world_of(tmp_path, late_rota(), row).inputs()
    shifts = plan_shifts(inputs, SEARCH, variety=0.05, progress=quiet)
    planned = join_plan(shifts)
    assert planned.filter("is_locked").equals(inputs.planned)
    assert sorted(visits_of(planned, "outreach")) == sorted(AREA_IDS)
    assert shifts[0].breaches == ()
    # checking the plan finds the same, locks included
    assert join_plan(check_shifts(inputs, planned)).equals(planned)


def test_what_is_decided_of_a_later_shift_counts_for_the_earlier_one(tmp_path, twice_planned):
    free = twice_planned[0][0]
    taken = free.built.problem.area_ids[free.plan.visits[0].area]
    row = plan_row("police late", "police-1", taken, "16:00", "16:15", "yes")
    inputs = world_of(tmp_path, TWICE, row).inputs()
    shifts = plan_shifts(inputs, SEARCH, progress=quiet)
    planned = join_plan(shifts)
    early = planned.filter(pl.col("shift") == "police early")["area_id"].to_list()
    assert early
    assert taken not in early
    assert planned.filter("is_locked").equals(inputs.planned)
    assert sorted(visits_of(planned, "police")) == sorted(AREA_IDS)


def test_what_is_decided_and_not_locked_is_planned_anew_as_if_it_were_not_there(
    tmp_path, twice_planned
):
    free = twice_planned[0]
    taken = free[0].built.problem.area_ids[free[0].plan.visits[0].area]
    row = plan_row("police late", "police-1", taken, "14:07", "14:22")
    inputs = world_of(tmp_path, TWICE, row, window=TWO_DAYS).inputs()
    planned = join_plan(plan_shifts(inputs, SEARCH, progress=quiet))
    assert planned.equals(join_plan(free))


def test_what_is_decided_of_an_earlier_shift_counts_once_for_the_later_one(tmp_path):
    row = plan_row("police early", "police-1", "saltgate", "09:00", "09:15", "yes")
    world = world_of(tmp_path, TWICE, row)
    world.parts[3] = RULES.replace(
        "visit_min = 15\nvisits_a_day = 1", "visit_min = 15\nvisits_a_day = 2"
    )
    world.forms["priorities"] = "area_id,weight\nsaltgate,5\n"
    planned = join_plan(plan_shifts(world.inputs(), SEARCH, progress=quiet))
    assert visits_of(planned, "police").count("saltgate") == 2


def test_decided_rows_that_cannot_be_kept_together_have_no_plan(tmp_path):
    rows = plan_row("outreach late", "outreach-1", "saltgate", "15:00", "15:40", "yes")
    rows += plan_row("police late", "police-1", "saltgate", "15:10", "15:25", "yes")
    inputs = world_of(tmp_path, late_rota(), rows).inputs()
    with pytest.raises(InputError) as caught:
        plan_shifts(inputs, SEARCH, progress=quiet)
    told = str(caught.value)
    assert told.startswith(f"With nothing owed there is no plan either: {LATE}:")
    assert "outreach and police keep 5 min apart in saltgate." in told
    assert "no longer fix that police-1 is in saltgate from 15:10 to 15:25." in told


def test_without_variety_the_best_plan_is_given_and_with_it_another_within_the_share(
    inputs, shifts
):
    (best,) = shifts
    assert "varied" not in best.solved.method
    share = 0.05
    (varied,) = plan_shifts(inputs, SEARCH, variety=share, progress=quiet)
    problem = best.built.problem
    assert best.solved.score == score_plan(problem, best.plan)
    assert varied.solved.method == f"{best.solved.method}, varied"
    assert varied.plan != best.plan
    score = score_plan(problem, varied.plan)
    assert varied.solved.score == score
    assert best.solved.score * (1 - share) <= score <= best.solved.bound
    assert varied.breaches == ()


def test_one_seed_gives_one_plan_and_another_gives_another(inputs):
    first, again, other = (
        plan_shifts(inputs, SearchRule(seed=seed, effort=0.5), variety=0.05, progress=quiet)
        for seed in (3, 3, 4)
    )
    assert join_plan(first).equals(join_plan(again))
    assert not join_plan(first).equals(join_plan(other))


def test_alike_days_get_unlike_plans(tmp_path):
    rota = ROTA_HEAD + "".join(
        rota_rows(day, "police late", "police-1", "14:00 20:00", "p1 p2")
        for day in (SUNDAY, MONDAY)
    )
    inputs = world_of(tmp_path, rota, window=TWO_DAYS).inputs()
    first, second = plan_shifts(inputs, SEARCH, variety=0.1, progress=quiet)
    assert first.built.problem.demands == second.built.problem.demands
    assert first.plan != second.plan


def test_what_a_hand_edited_plan_breaks_is_told_in_sentences(inputs, shifts, tmp_path):
    planned = join_plan(shifts)
    edited = by_hand(
        tmp_path,
        plan_row("outreach late", "outreach-1", "saltgate", "15:00", "15:40"),
        plan_row("outreach late", "outreach-1", "mill-race", "15:40", "16:10"),
        plan_row("outreach late", "outreach-1", "", "16:00", "16:30"),
        plan_row("police late", "police-1", "saltgate", "15:42", "15:57"),
        plan_row("police late", "police-1", "tannery-row", "19:50", "20:05"),
    )
    (shift,) = check_shifts(inputs, edited)
    assert shift.conflict is None
    found = {breach.rule for breach in shift.breaches}
    assert {
        *("length", "duty", "overlap", "travel", "break", "break_window"),
        *("least_visits", "separation"),
    } == found
    told = " ".join(breach.sentence for breach in shift.breaches)
    assert "30 min, 10 too few; a visit of outreach there lasts 40 min." in told
    assert "tannery-row gets 0 visits of outreach; it is owed 1: 1 too few." in told
    assert planned.height > edited.height


@pytest.mark.parametrize(
    ("row", "stray"),
    [
        (plan_row("outreach night", "outreach-1", "saltgate", "15:00", "15:40"), "outreach night"),
        (
            plan_row("police late", "police-1", "saltgate", "15:00", "15:15", day=MONDAY),
            "2024-06-03 police late",
        ),
    ],
)
def test_rows_of_a_shift_that_the_rota_has_not_are_refused(inputs, tmp_path, row, stray):
    with pytest.raises(InputError, match=f"The plan has rows of .*{stray}, which the rota has not"):
        check_shifts(inputs, by_hand(tmp_path, row))


def test_a_row_of_a_unit_that_is_not_on_the_shift_is_refused(inputs, tmp_path):
    row = plan_row("police late", "police-7", "saltgate", "15:00", "15:15")
    with pytest.raises(InputError, match="police-7, which is not on this shift"):
        check_shifts(inputs, by_hand(tmp_path, row))


def test_the_marks_of_a_hand_edited_plan_lock_nothing(inputs, shifts):
    planned = join_plan(shifts)
    marked = planned.with_columns(is_locked=pl.lit(value=True))
    checked = check_shifts(inputs, marked)
    assert checked[0].breaches == ()
    assert join_plan(checked).equals(planned)


def test_a_hand_edited_plan_that_moves_what_was_decided_breaks_a_rule(tmp_path, shifts):
    row = plan_row("outreach late", "outreach-2", "saltgate", "15:05", "15:45", "yes")
    inputs = world_of(tmp_path, late_rota(), row).inputs()
    (shift,) = plan_shifts(inputs, SEARCH, progress=quiet)
    later = pl.when("is_locked").then(timedelta(minutes=1)).otherwise(timedelta(0))
    moved = join_plan((shift,)).with_columns(
        pl.col("start") + later, pl.col("end") + later, is_locked=pl.lit(value=False)
    )
    (checked,) = check_shifts(inputs, moved)
    assert "locked" in {breach.rule for breach in checked.breaches}


def test_only_what_the_problem_locks_is_locked():
    visits = [PlannedVisit(start=n, unit=0, area=n, minutes=15, is_locked=n > 0) for n in range(3)]
    breaks = [PlannedBreak(start=n, unit=n, minutes=30, is_locked=n > 0) for n in range(3)]
    plan = ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))
    locked = ShiftPlan(visits=tuple(visits[1:2]), breaks=tuple(breaks[2:]))
    found = as_free(plan, locked)
    assert [one.is_locked for one in found.visits] == [False, True, False]
    assert [one.is_locked for one in found.breaks] == [False, False, True]
    assert [replace(one, is_locked=False) for one in found.visits] == [
        replace(one, is_locked=False) for one in visits
    ]
    assert all(one.is_locked for one in as_free(plan, plan).visits)
    assert plan.visits == tuple(visits)
