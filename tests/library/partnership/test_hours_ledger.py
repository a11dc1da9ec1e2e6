"""No hour is claimed twice, none is beyond the roster, and totals are what their rows make."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.hours_ledger import (
    check_hours_ledger,
    find_beyond_roster,
    find_double_hours,
)
from patrolwise.partnership.hours_totals import (
    HoursFigure,
    HoursScope,
    add_minutes,
    count_hours,
    set_hours_side_by_side,
)
from patrolwise.reporting.return_assurance import (
    FAILED,
    PASSED,
    find_column,
    make_assurance_sheet,
)
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.times import Window

from . import return_worlds as worlds
from .return_worlds import KINDS, RULES, ledger, on_duty, stream, worked

QUARTER = Window("quarter", date(2024, 7, 1), date(2024, 9, 30))


def check(*hours, **given):
    check_hours_ledger(ledger(list(hours), **given), RULES, ["A", "B"])


def refusal(*hours, error=RefusedError, **given):
    with pytest.raises(error) as caught:
        check(*hours, **given)
    return str(caught.value)


# --- what is refused, all of it at once ---------------------------------------------------------


def test_rows_that_touch_and_shifts_that_join_are_no_overlap():
    joined = [on_duty(length=60), on_duty(start=60, length=60)]
    check(worked("1"), worked("2", start=60), worked("3", start=30, unit_id="P2"),
          rostered=[*joined, on_duty(unit="P2")])  # fmt: skip
    check(worked("1", length=120), rostered=joined)
    check()


def test_an_hour_in_two_rows_two_streams_or_two_units_is_refused_with_all_its_rows():
    told = refusal(
        worked("1", length=120, staff_codes="W1 W2"),
        worked("2", start=30, length=10, stream_id="S2"),
        worked("3", start=60, length=90),
        worked("4", start=20, unit_id="P2", staff_codes="W2 W3"),
        rostered=[on_duty(), on_duty(unit="P2")],
        streams=[stream(), stream("S2")],
    )
    for pair, who in (("1 and 2", "Unit P1"), ("1 and 3", "Unit P1"), ("1 and 4", "Staff W2")):
        assert f"Rows {pair}: {who} of Police is in both at once." in told
    assert "3 faults" in told


def test_many_double_rows_are_counted_not_listed():
    rows = [worked(f"{n:02}", start=0) for n in range(30)]
    told = find_double_hours(ledger(rows).hours)
    assert len(told) == 21
    assert told[-1] == "And 9 more like these."


def test_hours_beyond_the_roster_are_refused():
    rows = [
        worked("late", start=590, length=20),
        worked("three", staff=3),
        worked("stranger", unit_id="P9"),
        worked("claims", agency="Wardens", unit_id="W"),
        worked("gives", start=100, agency="Wardens", unit_id="W", paid="in kind", stream_id=None),
    ]
    told = find_beyond_roster(ledger(rows))
    assert len(told) == 4
    assert "Row late: unit P1 of Police is not rostered with 2 people" in told[0]
    assert "from 2024-07-01 19:50 to 2024-07-01 20:10 UTC" in told[0]
    assert "Row claims is claimed from S1, and Wardens has no roster" in told[3]
    assert not any("gives" in one for one in told)


def test_hours_are_claimed_only_by_their_streams_dates_and_conditions():
    rows = [
        worked("early", start=-60 * 24 * 100),
        worked("kind", start=0, paid="in kind"),
        worked("bare", start=60, stream_id=None),
        worked("routine", start=120, patrol_type="routine"),
        worked("plain", start=180, visibility="plain clothes"),
        worked("others", start=240, agency="Wardens", unit_id="W"),
        worked("elsewhere", start=300, visibility="plain clothes", stream_id="S2"),
    ]
    told = refusal(
        *rows,
        rostered=[
            on_duty(start=-60 * 24 * 101, length=60 * 24 * 102),
            on_duty("W", agency="Wardens"),
        ],
        streams=[stream(), stream("S2", fund="Another")],
    )
    for expected in (
        "Row early, column start is 2024-03-23 10:00:00+00:00: its stream does not run",
        "Row kind, column stream_id is 'S1': an hour given in kind is claimed from no stream.",
        "Row bare, column stream_id is blank: name the stream that pays it",
        "Row routine, column patrol_type is 'routine': its stream does not pay",
        "Row routine, column patrol_type is 'routine': hotspot-response-2024-25@1 pays for",
        "Row plain, column visibility is 'plain clothes': hotspot-response-2024-25@1 pays for",
        "Row others, column agency is 'Wardens': its stream may not be claimed",
    ):
        assert expected in told
    assert "elsewhere" not in told
    assert "7 faults" in told


def test_a_night_until_four_belongs_to_the_day_before():
    night = 60 * 24 * 273 + 60 * 16  # from 02:00 UTC on 1 April 2025
    last = [worked("in", start=night, length=120)]
    check(*last, rostered=[on_duty(start=night, length=240)])
    over = [worked("out", start=night, length=121)]
    assert "Row out, column start" in refusal(*over, rostered=[on_duty(start=night, length=240)])


def test_rows_that_cannot_be_read_are_named_with_what_to_write():
    half = timedelta(seconds=30)
    told = refusal(
        worked("1", area_id="Z"),
        worked("2", agency="Nobody"),
        worked("3", staff=0),
        worked("4", start=0, end=worlds.at(0) + half),
        worked("5", length=0),
        worked("6", length=60 * 25),
        worked("7", patrol_type="extra", activity="rest", paid="no", visibility="blue", basis="?"),
        worked("8", stream_id="S9"),
        worked("9", staff_codes="W1"),
        error=InputError,
    )
    assert "13 faults" in told
    for expected in (
        "Row 1, column area_id is 'Z': write one of A, B.",
        "Row 4, column start",
        "Row 8, column stream_id is 'S9': write one of S1.",
        "Row 9, column staff_codes is 'W1': write as many codes as there are people",
    ):
        assert expected in told


# --- whatever the ledger: held against what is slow and plain -----------------------------------

rows = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]),
        st.integers(0, 40),  # start
        st.integers(1, 15),  # length
        st.integers(1, 3),  # staff
        st.sampled_from(["S1", "S2"]),
        st.sampled_from(["A", "B"]),
    ),
    max_size=6,
)
shifts = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]), st.integers(0, 30), st.integers(5, 40), st.integers(1, 3)
    ),
    min_size=1,
    max_size=5,
)


def as_hours(drawn):
    return [
        worked(f"{n}", start, length, unit_id=unit, staff=staff, stream_id=claimed, area_id=area)
        for n, (unit, start, length, staff, claimed, area) in enumerate(drawn)
    ]


@settings(max_examples=100)
@given(rows, shifts)
def test_a_ledger_is_taken_exactly_when_no_minute_is_double_or_beyond_the_roster(drawn, duties):
    """The oracle goes through every minute of every row."""
    held, is_double, is_beyond = set(), False, False
    for unit, start, length, staff, _, _ in drawn:
        for minute in range(start, start + length):
            is_double |= (unit, minute) in held
            held.add((unit, minute))
            is_beyond |= not any(
                unit == u and first <= minute < first + long and rostered >= staff
                for u, first, long, rostered in duties
            )
    rostered = [
        on_duty(u, first, long, staff=s, row_id=f"{n}")
        for n, (u, first, long, s) in enumerate(duties)
    ]
    given_ledger = ledger(as_hours(drawn), rostered, [stream(), stream("S2")])
    assert bool(find_double_hours(given_ledger.hours)) == is_double
    assert bool(find_beyond_roster(given_ledger)) == is_beyond
    if not (is_double or is_beyond):
        check_hours_ledger(given_ledger, RULES, ["A", "B"])
        made = add_minutes(given_ledger.hours)
        for unit in ("P1", "P2"):
            own = made.filter(unit_id=unit)
            longest = sum(long * s for u, _, long, s in duties if u == unit)
            assert own["person_min"].sum() <= longest  # hours are at most those rostered
        streams = [
            {(u, m) for u, at, long, _, s, _ in drawn if s == name for m in range(at, at + long)}
            for name in ("S1", "S2")
        ]
        assert not streams[0] & streams[1]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 91), st.integers(0, 3), st.integers(1, 120),
                          st.integers(1, 4), st.booleans(), st.booleans(), st.booleans()),
                max_size=12, unique_by=lambda row: row[:2]))  # fmt: skip
def test_whatever_is_in_the_ledger_totals_equal_rows_and_sheets_reconcile(drawn):
    hours = [
        worked(
            f"{n:02}", day * 1440 + slot * 120, length, staff=staff,
            area_id="AB"[is_b], activity="extended" if is_extended else "patrol",
            **({"agency": "Wardens", "unit_id": "W", "paid": "in kind", "stream_id": None}
               if is_warden else {}),
        )
        for n, (day, slot, length, staff, is_b, is_extended, is_warden) in enumerate(drawn)
    ]  # fmt: skip
    given_sources = worlds.sources(hours=hours, rostered=[on_duty(length=92 * 1440, staff=4)])
    made = compile_return(worlds.declaration(), given_sources)
    patrol, checks = made.sheet(3), {key[0]: c[0].value for key, c in made.sheet(8).rows}
    assert checks["totals of sheet 3 equal the ledger's rows"] == PASSED
    assert checks["parts of sheet 3 add up to its totals"] == PASSED
    assert checks["sheet 3 and sheet 5 have the same hot spots and months"] == PASSED
    wanted = {"patrol_min": 0, "person_min": 0, "extended_person_min": 0}
    for _, _, length, staff, _, is_extended, _ in drawn:
        wanted["patrol_min"] += 0 if is_extended else length
        wanted["extended_person_min" if is_extended else "person_min"] += length * staff
    for column, minutes in wanted.items():
        assert find_column(patrol, column, total=True) == minutes
        assert find_column(patrol, column, total=False) == minutes
    by_id = {row["row_id"]: row for row in add_minutes(given_sources["hours"]).to_dicts()}
    for cell_id, cell in patrol_cells(patrol):  # every figure is the sum of the rows it names
        column = cell_id.rsplit("/", 1)[1]
        if column in wanted:
            name = "person_min" if column == "extended_person_min" else column
            assert cell.value == sum(by_id[row_id][name] for row_id in cell.row_ids)
    assert {key[:2] for key, _ in made.sheet(5).rows} == {
        key[:2] for key, _ in patrol.rows if key[0] in "AB"
    }


def patrol_cells(sheet):
    return [(cell_id, cell) for cell_id, cell in sheet.cells() if cell.source == "hours"]


def test_a_month_without_its_count_and_a_doctored_total_do_not_pass():
    outcomes = [worlds.crimes(a, m, 7) for a in "AB" for m in worlds.MONTHS][1:]
    made = compile_return(
        worlds.declaration(), worlds.sources(hours=[worked("1")], outcomes=outcomes)
    )
    checks = {key[0]: [c.value for c in cells] for key, cells in made.sheet(8).rows}
    told = checks["sheet 3 and sheet 5 have the same hot spots and months"]
    assert told == [FAILED, f"1 counts of sheet 5 are missing: A/2024-07/{worlds.SV}"]
    stays = [{"row_id": "s", "area_id": "A", "agency": "Police", "unit_id": "P1",
              "start": worlds.at(0), "end": worlds.at(30), "recorded": worlds.FIRST}]  # fmt: skip
    spots = [worlds.spot("A", first=date(2024, 8, 1)), worlds.spot("B")]
    made = compile_return(worlds.declaration(), worlds.sources(hot_spots=spots, stays=stays))
    checks = {key[0]: [c.value for c in cells] for key, cells in made.sheet(8).rows}
    told = checks["parts of sheet 3 add up to its totals"]
    assert told == [FAILED, "visits: 1 and 0"]  # in a hot spot that was not live yet


def test_a_hot_spot_on_one_sheet_alone_does_not_pass():
    made = compile_return(worlds.declaration(), worlds.sources(hours=[worked("1")]))
    short = dataclasses.replace(made.sheet(5), rows=made.sheet(5).rows[1:])
    sheet = make_assurance_sheet(made.parts, made.sheet(3), short)
    (told,) = [[c.value for c in cells] for key, cells in sheet.rows if "sheet 5" in key[0]]
    assert told == [FAILED, "on one sheet alone: A/2024-07"]


# --- one programme-year, two figures: 7,414 and 26,821 hours -----------------------------------


def two_figures():
    """Return a ledger of which both figures are true, each of something else."""
    police = [worked(f"p{n}", start=n * 600, length=600, staff=3) for n in range(741)]
    police.append(worked("p741", start=741 * 600, length=240, staff=3))
    wardens = [
        worked(f"w{n}", start=n * 600, length=600, staff=2, agency="Wardens", unit_id="W",
               paid="in kind", stream_id=None)
        for n in range(228)
    ]  # fmt: skip
    wardens.append(
        worked("w228", start=228 * 600, length=60, staff=19, agency="Wardens", unit_id="W",
               paid="in kind", stream_id=None)
    )  # fmt: skip
    return ledger([*police, *wardens]).hours


def test_both_figures_of_devon_and_cornwall_are_told_as_what_they_are():
    hours, year = two_figures(), Window("programme year", date(2024, 7, 1), date(2026, 3, 31))
    patrol = count_hours(
        hours, HoursScope(measure="patrol-hours", window=year, agencies=("Police",)), KINDS
    )
    everybody = HoursScope(measure="person-hours", window=year, agencies=("Police", "Wardens"))
    person = count_hours(hours, everybody, KINDS)
    assert (patrol.hours, person.hours) == (7414, 26821)
    first, second, last = set_hours_side_by_side([patrol, person])
    assert "7,414 patrol-hours (hours that units were there; a pair counts once) of Police" in first
    assert "26,821 person-hours" in second
    assert "(partner 4,579, police 22,242)" in second  # the programme's total, by who walked
    assert last.startswith("These count different things.")
    assert len(person.row_ids) == hours.height
    assert set_hours_side_by_side([patrol]) == (str(patrol),)


def test_bare_figures_and_two_of_the_same_are_refused():
    year = Window("y", date(2024, 4, 1), date(2025, 3, 31))
    bare = [HoursFigure(minutes=h * 60, scope=None, source=s) for h, s in
            ((7414, "Commissioner's page"), (26821, "Newspaper"))]  # fmt: skip
    with pytest.raises(RefusedError, match=r"(?s)2 faults.*7,414 hours, of what.*26,821 hours, of"):
        set_hours_side_by_side(bare)
    scope = HoursScope(measure="person-hours", window=year, agencies=("Police",))
    same = dataclasses.replace(scope, window=Window("another name", year.first, year.last))
    pair = [dataclasses.replace(bare[0], scope=scope), dataclasses.replace(bare[1], scope=same)]
    with pytest.raises(RefusedError, match=r"Newspaper 26,821\.00 of the same: person-hours"):
        set_hours_side_by_side(pair)


def test_patrol_hours_of_police_and_partners_are_never_added():
    scope = HoursScope(measure="patrol-hours", window=QUARTER, agencies=tuple(KINDS))
    with pytest.raises(RefusedError, match="Patrol-hours of partner and police are never added"):
        count_hours(ledger([]).hours, scope, KINDS)
    with pytest.raises(InputError, match="measure is 'hours'"):
        HoursScope(measure="hours", window=QUARTER, agencies=("Police",))
    with pytest.raises(InputError, match="Hours of nobody"):
        HoursScope(measure="patrol-hours", window=QUARTER, agencies=())


def test_a_scope_takes_what_it_names_and_no_more():
    hours = ledger(
        [worked("1"), worked("2", start=60, area_id="B", paid="overtime", stream_id=None),
         worked("3", start=120, activity="extended"), worked("4", start=-60 * 24 * 90)]
    ).hours  # fmt: skip

    def count(**given):
        scope = HoursScope(measure="person-hours", window=QUARTER, agencies=("Police",), **given)
        return count_hours(hours, scope, KINDS).row_ids

    assert count() == ("1", "2")
    assert count(activities=()) == ("1", "2", "3")
    assert count(areas=("B",)) == count(paid=("overtime",)) == ("2",)
    assert count(streams=("S1",), patrol_types=("targeted",)) == ("1",)
    all_activities = HoursScope(
        measure="person-hours", window=QUARTER, agencies=("Police",), activities=()
    )
    assert str(all_activities).endswith("; all activities")
