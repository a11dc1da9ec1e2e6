"""How a plan is changed when a unit falls out in the middle of a shift."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.plan_files import read_plan, read_rota
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.study import plan_changes
from patrolwise.study.plan_changes import read_local_time, replan, write_replan
from patrolwise.study.plan_sets import write_set

from .plan_worlds import BREAKS, RULES, SERVICES, SHIFTS, PlanWorld

SUNDAY, MONDAY = date(2024, 6, 2), date(2024, 6, 3)
AT = datetime(2024, 6, 3, 15, 10, tzinfo=UTC)  # 16:10 on Monday
ROTA = "day,shift,service,unit_id,staff_id,start,end,is_locked\n" + "".join(
    f"{day},{service} late,{service},{unit},{staff},{day}T14:00,{day}T20:00,no\n"
    for day in (SUNDAY, MONDAY)
    for service, unit, staff in (
        ("outreach", "outreach-1", "o1"),
        ("outreach", "outreach-1", "o2"),
        ("outreach", "outreach-2", "o3"),
        ("outreach", "outreach-2", "o4"),
        ("police", "police-1", "p1"),
        ("police", "police-1", "p2"),
    )
)
PLAN = "day,shift,service,unit_id,area_id,start,end,is_locked\n" + "".join(
    f"{day},{service} late,{service},{unit},{area},{day}T{start},{day}T{end},{locked}\n"
    for day in (SUNDAY, MONDAY)
    for service, unit, area, start, end, locked in (
        ("outreach", "outreach-1", "mill-race", "14:00", "14:40", "no"),
        ("outreach", "outreach-1", "tannery-row", "17:30", "18:10", "yes"),
        ("outreach", "outreach-1", "", "16:20", "16:50", "no"),
        ("outreach", "outreach-2", "old-ropewalk", "14:00", "14:40", "no"),
        ("outreach", "outreach-2", "", "16:20", "16:50", "no"),
        ("police", "police-1", "old-ropewalk", "15:30", "15:45", "no"),
    )
)


def world(folder, **forms):
    wished = SERVICES.replace('service = "outreach"\n', 'service = "outreach"\nis_wished = true\n')
    return PlanWorld(
        folder,
        forms={"rota": ROTA, **forms},
        parts=[wished, SHIFTS, BREAKS, RULES],
        planning={"effort": "0.5"},
    )


@pytest.fixture(scope="module", autouse=True)
def _short_search():
    """Look less long than on a desk: these shifts are small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_changes, "REPLAN_EFFORT", 0.1)
        yield


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """Return a programme with a settled rota, and a plan written by hand."""
    folder = tmp_path_factory.mktemp("changes")
    programme = world(folder).read()
    (folder / "plan.csv").write_text(PLAN, encoding="utf-8")
    return programme, read_plan(folder / "plan.csv")


@pytest.fixture(scope="module")
def changed(before):
    return replan(*before, "outreach-1", AT)


def test_a_unit_that_fell_out_has_nothing_left_and_others_keep_what_they_had(before, changed):
    own = changed.planned.filter(day=MONDAY)
    assert own.filter(pl.col("unit_id") == "outreach-1", pl.col("start") >= AT).is_empty()
    past = own.filter(pl.col("end") <= AT).select("unit_id", "area_id", "start", "end")
    planned = before[1].filter(pl.col("day") == MONDAY, pl.col("end") <= AT)
    same = planned.select("unit_id", "area_id", "start", "end")
    assert past.sort("unit_id", "start").equals(same.sort("unit_id", "start"))


def test_the_visit_of_the_lost_unit_is_told_and_done_by_another_where_it_can_be(changed):
    assert changed.changes
    assert any("tannery-row" in sentence for sentence in changed.changes)
    later = changed.planned.filter(day=MONDAY, service="outreach", area_id="tannery-row")
    assert later["unit_id"].to_list() == ["outreach-2"]


def test_the_changed_plan_keeps_every_rule(changed):
    assert find_breaches(changed.replanned.problem, changed.replanned.plan) == ()


def test_the_other_shifts_stay_as_they_were(before, changed):
    assert changed.planned.filter(day=SUNDAY).equals(before[1].filter(day=SUNDAY))
    assert dict(changed.planned.schema) == PLANNED_VISITS.schema


def test_what_was_locked_by_hand_and_has_not_moved_stays_locked(changed, before):
    key = ["unit_id", "area_id", "start"]
    own = changed.planned.filter(day=MONDAY)
    by_hand = before[1].filter("is_locked", day=MONDAY)
    kept = own.join(by_hand, on=key, how="semi", nulls_equal=True)
    assert own.filter("is_locked").select(key).equals(kept.select(key))
    assert by_hand.height == 1
    assert kept.is_empty(), "the lost unit's locked visit cannot be kept"


def test_the_same_programme_gives_the_same_change(before, changed):
    again = replan(*before, "outreach-1", AT)
    assert again.planned.equals(changed.planned)
    assert again.changes == changed.changes


def test_the_change_is_written_as_a_plan_and_in_sentences(changed, tmp_path):
    written = write_replan(changed, tmp_path / "changed")
    assert sorted(path.name for path in written) == ["changes.txt", "plan.csv"]
    told = (tmp_path / "changed" / "changes.txt").read_text(encoding="utf-8")
    assert told.splitlines() == list(changed.changes)
    assert read_plan(tmp_path / "changed" / "plan.csv").equals(changed.planned)


def test_the_change_is_not_written_beside_the_cards_of_the_plan(changed, tmp_path):
    write_set({"cards.pdf": b"card"}, tmp_path)
    with pytest.raises(InputError, match="holds a plan with its cards"):
        write_replan(changed, tmp_path)
    assert not (tmp_path / "changes.txt").exists()


def test_a_unit_without_a_visit_left_changes_no_visit(before):
    late = datetime(2024, 6, 3, 18, 30, tzinfo=UTC)
    found = replan(*before, "police-1", late)
    assert found.changes == ()
    order = ("day", "start", "unit_id")
    is_same = found.planned.drop("is_locked").sort(order)
    assert is_same.equals(before[1].drop("is_locked").sort(order))


def test_without_a_settled_rota_nothing_is_planned_anew(tmp_path):
    programme = PlanWorld(tmp_path).read()
    planned = pl.DataFrame(schema=PLANNED_VISITS.schema)
    with pytest.raises(InputError, match=r'names no rota.*rota = "rota\.csv"'):
        replan(programme, planned, "outreach-1", AT)


@pytest.mark.parametrize(
    ("unit_id", "at", "told"),
    [
        ("outreach-9", AT, "outreach-9 is on no shift at 16:10 on 03/06/2024"),
        ("outreach-1", AT + timedelta(hours=4), "outreach-1 is on no shift at 20:10"),
        ("outreach-1", AT - timedelta(hours=3), "outreach-1 is on no shift at 13:10"),
    ],
)
def test_who_is_not_on_duty_then_cannot_fall_out(before, unit_id, at, told):
    with pytest.raises(InputError, match=told):
        replan(*before, unit_id, at)


def test_the_first_minute_is_of_the_shift_and_the_last_is_not(before):
    rota = read_rota(before[0].planning.forms.rota)
    start, end = rota["start"].max(), rota["end"].max()
    with pytest.raises(InputError, match="on no shift"):
        replan(*before, "police-1", end)
    with pytest.raises(InputError, match="on no shift"):
        replan(*before, "police-1", start - timedelta(minutes=1))
    gone = replan(*before, "police-1", start).planned.filter(day=MONDAY, unit_id="police-1")
    assert gone.is_empty()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-06-03T16:10", "2024-06-03T15:10:00+00:00"),
        ("2024-12-03 16:10", "2024-12-03T16:10:00+00:00"),
        ("2024-06-03T16:10+02:00", "2024-06-03T14:10:00+00:00"),
        ("2024-06-03T16:10Z", "2024-06-03T16:10:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_local(text, iso):
    assert read_local_time(text).isoformat() == iso


def test_what_is_no_time_is_said():
    with pytest.raises(InputError, match="--at is 'ten past four'"):
        read_local_time("ten past four")
