"""From a programme to a plan: what is recorded of it, and slow twins of its sums."""

import math
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.plan_files import read_plan, tell_rows
from patrolwise.planning.breaches import RULES
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.planning.searching import SearchRule
from patrolwise.study.plan_report import FLOOR_EFFORT, describe_plan
from patrolwise.study.plan_study import PLAN_STEPS, check_plan_of, make_plan, shift_inputs
from patrolwise.study.plan_times import describe_margins, describe_times, find_owed

from .plan_worlds import (
    AREA_IDS,
    EARLY_AND_LATE,
    MONDAY,
    ONE_DAY,
    PLAN_HEAD,
    SERVICES,
    SHIFTS,
    STAFF,
    SUNDAY,
    TWO_DAYS,
    PlanWorld,
    base_form,
    centres,
    late_rota,
    plan_row,
    quiet,
    rota_rows,
    street_map,
)

REQUESTS = """request_id,staff_id,day,wants,weight
r1,o1,2024-06-02,off,
r2,p3,2024-06-02,police early,9
r3,p1,2024-06-02,police early,
r4,p4,2024-07-05,off,
"""
LEAVE = "staff_id,first,last,kind\no3,2024-06-02,2024-06-02,leave\n"
CLOSED = (
    "event_id,area_id,start,end,effect,weight\nstorm,,2024-06-02 00:00,2024-06-03 00:00,closed,\n"
)
# on Sunday outreach may go to all but two hot spots of the experiment, police to all but one
DAYS = """area_id,day,block,arm,is_washout
saltgate,2024-06-02,1,none,no
mill-race,2024-06-02,1,police,no
tannery-row,2024-06-02,1,both,no
saltgate,2024-06-03,1,both,no
mill-race,2024-06-03,1,none,yes
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Sunday with police early and late, Monday with outreach alone; staff have wishes."""
    world = PlanWorld(tmp_path_factory.mktemp("made"), staff=STAFF + "p3,police,\np4,police,\n")
    world.planning = {"window": TWO_DAYS, "effort": "1", "delivered_share": "0.8"}
    world.parts[1] = EARLY_AND_LATE
    world.forms = {"requests": REQUESTS}
    return world.make()


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """An experiment with streets, a base, an event and a decided visit; the rota is settled."""
    world = PlanWorld(tmp_path_factory.mktemp("tried"))
    spots = [centres()[area_id] for area_id in AREA_IDS]
    (world.folder / "streets.geojson").write_text(street_map(spots), encoding="utf-8")
    (world.folder / "days.csv").write_text(DAYS, encoding="utf-8")
    world.planning = {
        "window": TWO_DAYS,
        "effort": "1",
        "staff": None,
        "streets": '"streets.geojson"',
        "allocation": '"days.csv"',
        "arms": '{ none = [], police = ["police"], both = ["police", "outreach"] }',
    }
    world.parts[0] = SERVICES.replace("pounds_an_hour = 20", 'pounds_an_hour = 20\nbase = "depot"')
    world.parts[2] = ""  # no breaks
    world.forms = {
        "bases": base_form(),
        "rota": late_rota() + rota_rows(MONDAY, "police late", "police-1", "14:00 20:00", "p1 p2")
        + rota_rows("2024-06-09", "police late", "police-1", "14:00 20:00", "p1 p2"),
        "decided": PLAN_HEAD
        + plan_row("police late", "police-1", "mill-race", "16:00", "16:15", "yes"),
        "events": (
            "event_id,area_id,start,end,effect,weight\n"
            "fair,lantern-square,2024-06-02 12:00,2024-06-02 23:00,closed,\n"
        ),
        "priorities": "area_id,weekdays,from_clock,until_clock,weight\nsaltgate,Mon,,,3\n",
    }  # fmt: skip
    return world.make()


def visits_of(made, service, day):
    own = made.planned.filter(
        pl.col("area_id").is_not_null(), pl.col("service") == service, pl.col("day") == day
    )
    return set(own["area_id"])


def minutes(one):
    return (one["end"] - one["start"]) / timedelta(minutes=1)


def test_the_record_says_what_was_planned(made):
    report = made.report
    assert report.is_feasible
    assert (report.conflicts, report.breaches, report.experiment) == ((), (), None)
    assert report.services == ("outreach", "police")
    assert (report.window.first, report.window.last, report.window.days) == (
        "2024-06-02",
        "2024-06-03",
        2,
    )
    assert report.rules_checked == tuple(RULES.values())
    assert [one.shift for one in report.methods] == [
        "2024-06-02 police early",
        "2024-06-02 outreach late and police late",
        "2024-06-03 outreach late",
    ]
    assert all(one.score <= one.bound for one in report.methods)
    assert report.findings[0] == (
        f"21 visits and {7 * 2 * 40 + 7 * 15} minutes in hot spots are planned on 3 shifts."
    )
    assert report.shown_day == "2024-06-02"  # the day with most visits
    assert len(report.stays) == made.planned.height
    assert {one.area_id for one in report.stays} == {*AREA_IDS, ""}
    assert sorted((one.day, one.shift, one.unit_id, one.people) for one in report.shifts) == [
        ("2024-06-02", "outreach late", "outreach-1", 2),
        ("2024-06-02", "outreach late", "outreach-2", 2),
        ("2024-06-02", "police early", "police-1", 2),
        ("2024-06-02", "police late", "police-1", 2),
        ("2024-06-03", "outreach late", "outreach-1", 2),
        ("2024-06-03", "outreach late", "outreach-2", 2),
    ]
    assert {(one.area_id, one.service): one.visits for one in report.arrivals} == {
        (area_id, service): 2 if service == "outreach" else 1
        for area_id in AREA_IDS
        for service in report.services
    }
    assert report == describe_plan(made)


def test_progress_is_told_in_steps(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5"})
    world.forms = {"events": CLOSED, "rota": late_rota(pairs=1)}
    told = []
    make_plan(world.read(), progress=told.append)
    assert told == [
        "Reading forms, hot spots and travel times",
        "Taking the rota as it is",
        "Planning shifts, round 1 of 1",
        "Putting it together",
    ]
    assert len(told) <= PLAN_STEPS


@pytest.mark.parametrize("name", ["made", "tried"])
def test_paid_minutes_add_up(name, request):
    made = request.getfixturevalue(name)
    ways = {
        one[:3]: math.ceil(one[3] - 1e-9)
        for one in made.sources.travel.select("mode", "from_id", "to_id", "minutes").iter_rows()
    }
    for one in made.report.times:
        shifts = made.paper.shifts.filter(pl.col("service") == one.service)
        assert one.paid_min == sum(map(minutes, shifts.iter_rows(named=True)))
        assert (one.shifts, one.units) == (shifts.height, shifts["unit_id"].n_unique())
        planned = travel = pauses = visits = 0
        for shift in shifts.iter_rows(named=True):
            rows = [
                row
                for row in made.planned.sort("start").iter_rows(named=True)
                if all(row[key] == shift[key] for key in ("day", "shift", "unit_id"))
            ]
            stays = [row for row in rows if row["area_id"] is not None]
            visits += len(stays)
            planned += sum(map(minutes, stays))
            pauses += sum(minutes(row) for row in rows if row["area_id"] is None)
            base = [shift["base_id"]] if stays and shift["base_id"] else []
            places = [*base, *(row["area_id"] for row in stays), *base]
            travel += sum(ways["walking", a, b] for a, b in pairwise(places))
        assert (one.visits, one.planned_min) == (visits, planned)
        assert (one.travel_min, one.break_min) == (travel, pauses)
        assert planned + travel + pauses <= one.paid_min


@pytest.mark.parametrize("name", ["made", "tried"])
def test_the_floor_is_never_above_what_the_plan_shows(name, request):
    for one in request.getfixturevalue(name).report.times:
        assert one.floor_min > 0
        assert one.planned_min <= one.paid_min - one.floor_min
        if one.pounds is not None:
            assert one.floor_per_minute <= one.per_minute


def test_pounds_are_paid_for_each_person_of_each_hour(made):
    outreach, police = made.report.times
    assert outreach.pounds == 4 * 6 * 2 * 20.0  # four shifts of six hours, two people, £20
    assert outreach.per_minute == outreach.pounds / (14 * 40)
    assert outreach.floor_per_minute == outreach.pounds / (4 * 360 - outreach.floor_min)
    assert (police.pounds, police.per_minute, police.floor_per_minute) == (None, None, None)


def test_a_service_that_is_not_on_duty_has_no_line(made):
    search = SearchRule(seed=made.programme.seed, effort=FLOOR_EFFORT)
    found = describe_times(made.shifts, ("fire", "police"), {}, search)
    assert found == made.report.times[1:]


def test_doses_are_what_is_owed_and_planned_and_what_may_come_of_it(made):
    doses = {(one.area_id, one.service): one for one in made.report.doses}
    assert set(doses) == {(area_id, one) for area_id in AREA_IDS for one in ("outreach", "police")}
    for (area_id, service), one in doses.items():
        rows = made.planned.filter(pl.col("area_id") == area_id, pl.col("service") == service)
        planned = sum(map(minutes, rows.iter_rows(named=True)))
        days, length = {"outreach": (2, 40), "police": (1, 15)}[service]  # police: Sunday only
        assert (one.visits, one.planned_min) == (rows.height, planned)
        assert (one.owed_visits, one.owed_min) == (days, days * length)
        assert one.expected_min == pytest.approx(0.8 * planned)


def slow_margins(planned, area_id):
    """Return the least minutes between any visit of the one and of the other service, and when."""
    found = []
    rows = planned.filter(pl.col("area_id") == area_id).rows(named=True)
    for one in rows:
        for other in rows:
            is_pair = (one["service"], other["service"]) == ("outreach", "police")
            if is_pair and one["day"] == other["day"]:
                if one["start"] < other["start"]:
                    gap = other["start"] - one["end"]
                else:
                    gap = one["start"] - other["end"]
                found.append((gap / timedelta(minutes=1), str(one["day"])))
    return min(found, default=(None, ""))


@pytest.mark.parametrize("name", ["made", "tried"])
def test_margins_are_those_of_the_nearest_two_visits(name, request):
    made = request.getfixturevalue(name)
    assert [one.area_id for one in made.report.margins] == list(AREA_IDS)
    for one in made.report.margins:
        assert (one.nearest_min, one.day) == slow_margins(made.planned, one.area_id)
        assert (one.service_a, one.service_b, one.asked_min) == ("outreach", "police", 5.0)
        assert one.nearest_min is None or one.nearest_min >= 5


def test_an_overlap_is_a_negative_margin(tmp_path):
    rota = late_rota() + rota_rows(MONDAY, "police late", "police-1", "14:00 20:00", "p1 p2")
    world = PlanWorld(tmp_path, planning={"window": TWO_DAYS}, forms={"rota": rota})
    path = tmp_path / "by-hand.csv"
    path.write_text(
        PLAN_HEAD
        + plan_row("outreach late", "outreach-1", "saltgate", "15:00", "15:40")
        + plan_row("police late", "police-1", "saltgate", "15:30", "15:45")
        # in another hot spot the two come on different days
        + plan_row("outreach late", "outreach-2", "mill-race", "15:00", "15:40")
        + plan_row("police late", "police-1", "mill-race", "15:00", "15:15", day=MONDAY),
        encoding="utf-8",
    )
    checked = check_plan_of(world.read(), read_plan(path), progress=quiet)
    margins = {one.area_id: one for one in checked.report.margins}
    assert (margins["saltgate"].nearest_min, margins["saltgate"].day) == (-10.0, "2024-06-02")
    assert (margins["mill-race"].nearest_min, margins["mill-race"].day) == (None, "")
    assert describe_margins(checked.paper, ()) == ()
    # what the plan breaks is in its record
    assert not checked.report.is_feasible
    assert {one.shift for one in checked.report.breaches} == {
        "2024-06-02 outreach late and police late"
    }
    assert any("keep 5 min apart" in one.sentence for one in checked.report.breaches)
    assert checked.report.methods == ()


def test_nothing_is_owed_that_the_experiment_took_away(tried):
    may = {
        (area_id, day): {"none": (), "police": ("police",), "both": ("police", "outreach")}[arm]
        for area_id, day, arm in tried.sources.allocation.select("area_id", "day", "arm").rows()
    }
    on_duty = {(SUNDAY, "outreach"), (SUNDAY, "police"), (MONDAY, "police")}
    expected = set()
    for day, service in on_duty:
        for area_id in AREA_IDS:
            # a hot spot of the experiment for which nothing was drawn that day gets nothing
            in_trial = area_id in {"saltgate", "mill-race", "tannery-row"}
            if service in may.get((area_id, day), () if in_trial else ("outreach", "police")):
                expected.add((area_id, day, service))
    owed = tried.owed.select("area_id", "day", "service").rows()
    assert set(owed) == expected
    assert len(owed) == len(expected)


def test_what_is_owed_and_has_no_room_is_told_where_no_rules_stand_against_each_other(tried):
    (conflict,) = tried.report.conflicts  # the fair closes one hot spot, whatever is owed
    assert conflict.sentence == (
        "Lantern Square is owed 40 min of outreach and gets 0: no shift has room for the rest."
    )
    assert conflict.rules == ()
    assert tried.report.breaches == ()
    assert not tried.report.is_feasible


def test_services_go_only_where_the_experiment_and_events_let_them(tried):
    free = set(AREA_IDS) - {"saltgate", "mill-race", "tannery-row"}
    sunday = free - {"lantern-square"}  # closed by the fair
    assert visits_of(tried, "outreach", SUNDAY) == sunday | {"tannery-row"}
    assert visits_of(tried, "police", SUNDAY) == sunday | {"tannery-row", "mill-race"}
    assert visits_of(tried, "police", MONDAY) == free | {"saltgate"}
    told = " ".join(one.what for one in tried.report.quality)
    assert "it is closed (fair)" in told


def test_a_decided_visit_stays_in_a_plan(tried):
    locked = tried.planned.filter("is_locked")
    assert locked.equals(tried.sources.decided)


def test_a_settled_rota_is_taken_as_it_is_within_the_window(tried):
    assert tried.rota.equals(tried.sources.rota.filter(pl.col("day") <= MONDAY))
    assert tried.rota.height < tried.sources.rota.height
    assert (tried.made_rota, tried.rota_problem) == (None, None)
    assert (tried.report.fairness, tried.report.requests) == ((), ())
    assert all(one.expected_min is None for one in tried.report.doses)


def test_what_cards_say_is_taken_from_the_plan(made, tried):
    (base,) = tried.notes.bases
    assert (base.base_id, base.name) == ("depot", "depot")
    given = [float(cell) for cell in base_form().split("depot,")[1].split(",")]
    assert (base.longitude, base.latitude) == pytest.approx(given, abs=1e-6)
    why = {one.area_id: one.why for one in tried.notes.places}
    assert why["tannery-row"] == (
        "Hot spot for all crime. outreach owes 1 x 40 min a day. police owes 1 x 15 min a day."
    )
    # outreach never may go there in these days
    assert why["mill-race"] == "Hot spot for all crime. police owes 1 x 15 min a day."
    assert [(one.service, one.mode) for one in tried.notes.services] == [
        ("outreach", "walking"),
        ("police", "walking"),
    ]
    bases = tried.paper.shifts.select("service", "base_id").unique().rows()
    assert set(bases) == {("outreach", "depot"), ("police", None)}
    assert made.notes.bases == ()
    assert made.paper.shifts["base_id"].null_count() == made.paper.shifts.height


def test_each_member_of_staff_has_a_line_beside_an_even_share(made):
    lines = made.report.fairness
    assert [one.staff_id for one in lines] == ["o1", "o2", "o3", "o4", "p1", "p2", "p3", "p4"]
    assert {one.staff_id: one.shifts for one in lines} == {
        code: 2 if code.startswith("o") else 1 for code in (one.staff_id for one in lines)
    }
    for one in lines:
        sundays = made.rota.filter(pl.col("staff_id") == one.staff_id, pl.col("day") == SUNDAY)
        assert one.weekends == sundays.height
    # what is fair for all adds up to what there is
    for service in ("outreach", "police"):
        own = [one for one in lines if one.service == service]
        assert sum(one.fair_weekends for one in own) == pytest.approx(
            sum(one.weekends for one in own)
        )


def test_who_works_no_shift_has_a_line_too_and_lacking_units_are_told(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5"})
    world.forms = {"leave": LEAVE, "requests": "request_id,staff_id,day,wants\n"
                   "r1,o3,2024-06-02,outreach late\n"}  # fmt: skip
    made = world.make()
    shifts = {one.staff_id: one.shifts for one in made.report.fairness}
    assert shifts["o3"] == 0
    assert sorted(shifts.values()) == [0, 0, 1, 1, 1, 1]
    # one pair cannot make seven visits of 40 minutes: that is told, and as much as can be is done
    assert not made.report.is_feasible
    (conflict,) = made.report.conflicts
    assert conflict.sentence.startswith(
        "2024-06-02 outreach late and police late: From 14:00 to 20:00 outreach needs 280 min"
    )
    assert len(conflict.rules) == 3
    assert conflict.remedies
    assert [one.rule for one in made.report.breaches] == ["least_visits"]
    _, unmet, short = made.report.findings
    assert unmet.startswith("On 1 of 1 shift not all that is owed can be done;")
    assert "fewer units than wanted" in short
    told = [one.what for one in made.report.quality]
    assert any(one.startswith("2024-06-02 outreach late: 1 of 2 units.") for one in told)
    (wish,) = made.report.requests
    assert not wish.is_honoured
    assert wish.reason == "the member is on leave that day"


def test_each_wish_is_honoured_or_has_a_reason(made):
    wishes = {one.request_id: one for one in made.report.requests}
    assert list(wishes) == ["r1", "r2", "r3"]  # r4 is of a day outside the window
    for one in wishes.values():
        own = made.rota.filter(pl.col("staff_id") == one.staff_id, pl.col("day") == SUNDAY)
        shifts = own["shift"].to_list()
        assert one.is_honoured == (one.wants in (shifts or ["off"]))
        assert bool(one.reason) != one.is_honoured
    assert wishes["r1"].reason == (
        "outreach late has 4 of outreach that day, and nobody else could take the place"
    )
    assert wishes["r2"].is_honoured  # it weighs most


def test_a_rota_that_was_made_is_recorded_with_how_good_it_is(made):
    rota = made.report.quality[-1]
    assert rota.what == "Rota"
    assert rota.note.endswith("proven best")


def test_a_plan_that_was_made_passes_as_one_by_hand(tried, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes(tell_rows(tried.planned, PLANNED_VISITS))
    checked = check_plan_of(tried.programme, read_plan(path), progress=quiet)
    assert checked.report.breaches == ()
    assert checked.report.conflicts == tried.report.conflicts
    assert checked.planned.equals(tried.planned)
    assert checked.report.plan_sha256 == tried.report.plan_sha256
    assert checked.report.times == tried.report.times
    assert checked.report.methods == ()
    assert all(one.solved is None for one in checked.shifts)


def test_the_hash_of_a_plan_changes_with_a_visit(tried):
    moved = tried.planned.with_columns(pl.col("start", "end") + timedelta(minutes=1))
    checked = check_plan_of(tried.programme, moved, progress=quiet)
    assert checked.report.plan_sha256 != tried.report.plan_sha256
    assert checked.report.inputs_sha256 == tried.report.inputs_sha256


def test_the_written_rota_of_a_plan_is_as_good_as_the_staff_it_was_made_of(made, tmp_path):
    world = PlanWorld(tmp_path, planning={"window": TWO_DAYS, "effort": "1"})
    world.parts[1] = EARLY_AND_LATE
    world.forms = {"rota": tell_rows(made.rota, ROTA).decode()}
    checked = check_plan_of(world.read(), made.planned, progress=quiet)
    assert checked.report.is_feasible
    assert checked.report.plan_sha256 == made.report.plan_sha256
    assert checked.report.inputs_sha256 != made.report.inputs_sha256


def test_a_day_on_which_all_is_closed_has_shifts_and_no_visits(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY, "effort": "0.5"})
    world.forms = {"events": CLOSED, "rota": late_rota(pairs=1)}
    report = world.make().report
    assert not report.is_feasible
    assert len(report.conflicts) == len(AREA_IDS)  # all are owed a visit of outreach
    assert (report.shown_day, report.arrivals) == ("", ())
    assert len(report.shifts) == 2
    outreach, _ = report.times
    assert (outreach.planned_min, outreach.floor_min) == (0.0, 360.0)
    assert (outreach.pounds, outreach.per_minute, outreach.floor_per_minute) == (240.0, None, None)


def test_a_settled_rota_of_other_days_is_refused(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": TWO_DAYS.replace("2024-06", "2024-07")})
    world.forms = {"rota": late_rota()}
    with pytest.raises(InputError, match="The rota has no shift from 2024-07-02 to 2024-07-03"):
        world.make()


def test_no_days_are_owed_without_shifts(tried):
    inputs = shift_inputs(tried.programme, tried.sources, tried.rota)
    nobody = find_owed(inputs, tried.programme.planning.window, ())
    assert nobody.is_empty()


def test_staff_and_shifts_that_do_not_fit_are_told(tmp_path):
    world = PlanWorld(tmp_path, planning={"window": ONE_DAY}, forms={"leave": LEAVE})
    world.staff = STAFF.replace("o3,outreach,Sun-Thu\n", "")
    world.parts[1] = SHIFTS
    with pytest.raises(InputError, match="o3"):
        world.make()
