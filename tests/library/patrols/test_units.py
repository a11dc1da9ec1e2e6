"""Stays of units, against a twin that walks through every second."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.assignments import check_assignments
from patrolwise.patrols.units import find_unassigned, find_unit_visits
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.tables import ASSIGNMENTS, UNIT_VISITS, VISIT_PIECES, VISITS, make_table

NOON = datetime(2024, 6, 7, 12, tzinfo=UTC)
SERVICES = {"u1": "police", "u2": "outreach", "u3": "police"}
RULE = VisitRule(shortest_visit=timedelta(seconds=3))


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def visits_of(*rows):
    """Return VISITS and VISIT_PIECES; a row is (device, area, its pieces, further columns)."""
    visits, pieces = [], []
    for device, area, runs, *further in rows:
        given = {"unknown_s": 0.0, "edge_s": 0.0, "variance_s2": 0.0, "common_s": 0.0}
        given |= {"is_pass_through": False}
        given |= further[0] if further else {}
        start, end = given.pop("start", runs[0][0] if runs else 0), given.pop("end", None)
        end = end if end is not None else runs[-1][1]
        visits.append(
            {
                "device_id": device,
                "area_id": area,
                "day": (at(start) - timedelta(hours=4)).date(),
                "start": at(start),
                "end": at(end),
                "credited_s": float(sum(b - a for a, b in runs)),
                "fixes": 1,
                "refresh_s": 1.0,
                **given,
            }
        )
        pieces += [(device, area, at(start), at(a), at(b)) for a, b in runs]
    frame = pl.DataFrame(visits) if visits else None
    runs = pl.DataFrame(pieces, schema=VISIT_PIECES.schema, orient="row")
    return make_table(VISITS, frame), make_table(VISIT_PIECES, runs)


def crews_of(*rows):
    """Return ASSIGNMENTS; a row is (unit, start, end, device, people)."""
    listed = [(u, SERVICES[u], at(a), at(b), device, people) for u, a, b, device, people in rows]
    return make_table(ASSIGNMENTS, pl.DataFrame(listed, ASSIGNMENTS.schema, orient="row"))


def unit_visits(rows, crews, rule=RULE):
    return find_unit_visits(*visits_of(*rows), crews_of(*crews), rule)


PAIR = [("u1", 0, 10_000, "d1", 1), ("u1", 0, 10_000, "d2", 1)]


def test_a_pair_gives_one_patrol_minute_and_two_person_minutes_a_minute():
    found = unit_visits([("d1", "a", [(0, 600)]), ("d2", "a", [(0, 600)])], PAIR)
    assert found.select("patrol_s", "person_s").rows() == [(600.0, 1200.0)]


def test_two_people_with_one_device_count_twice():
    found = unit_visits([("d1", "a", [(0, 600)])], [("u1", 0, 900, "d1", 2)])
    assert found.select("patrol_s", "person_s").rows() == [(600.0, 1200.0)]


def test_people_without_a_device_count_while_they_are_assigned():
    crews = [("u1", 0, 900, "d1", 1), ("u1", 300, 450, None, 2)]
    found = unit_visits([("d1", "a", [(0, 400), (420, 600)], {"end": 600})], crews)
    assert found.select("patrol_s", "person_s").rows() == [(580.0, 580.0 + 2 * 130.0)]


def test_visits_that_touch_are_one_stay_and_visits_apart_are_two():
    touching = unit_visits([("d1", "a", [(0, 60)]), ("d2", "a", [(60, 90)])], PAIR)
    apart = unit_visits([("d1", "a", [(0, 60)]), ("d2", "a", [(61, 90)])], PAIR)
    assert touching["patrol_s"].to_list() == [90.0]
    assert apart["patrol_s"].to_list() == [60.0, 29.0]


def test_visits_in_two_areas_stay_two():
    found = unit_visits([("d1", "a", [(0, 60)]), ("d2", "b", [(0, 60)])], PAIR)
    assert found["area_id"].to_list() == ["a", "b"]


def test_the_result_is_the_declared_table_with_and_without_rows():
    assert unit_visits([("d1", "a", [(0, 60)])], PAIR).schema == UNIT_VISITS.schema
    empty = unit_visits([], [])
    assert empty.schema == UNIT_VISITS.schema
    assert empty.is_empty()
    assert unit_visits([("d1", "a", [(0, 60)])], []).is_empty()


def test_one_device_keeps_its_own_error_and_silence():
    own = {"end": 700, "unknown_s": 60.0, "edge_s": 12.0, "variance_s2": 90.0, "common_s": 3.0}
    found = unit_visits([("d1", "a", [(0, 600)], own)], PAIR)
    figures = found.select("unknown_s", "edge_s", "variance_s2", "common_s").row(0)
    assert figures == pytest.approx((60, 12, 90, 3))


def test_a_change_of_crew_within_a_visit_changes_neither_its_minutes_nor_its_error():
    own = {"end": 700, "unknown_s": 60.0, "edge_s": 12.0, "variance_s2": 90.0}
    crews = [("u1", 0, 200, "d1", 1), ("u1", 200, 9000, "d1", 3)]
    found = unit_visits([("d1", "a", [(0, 600)], own)], crews)
    figures = found.select("patrol_s", "person_s", "unknown_s", "edge_s", "variance_s2").rows()
    assert figures == [pytest.approx((600, 200 + 3 * 400, 60, 12, 90))]


def test_of_a_pair_that_stays_together_the_larger_error_counts():
    found = unit_visits(
        [
            ("d1", "a", [(0, 600)], {"edge_s": 5.0, "variance_s2": 90.0}),
            ("d2", "a", [(0, 600)], {"edge_s": 9.0, "variance_s2": 40.0}),
        ],
        PAIR,
    )
    assert found.select("edge_s", "variance_s2").row(0) == pytest.approx((9, 90))


def test_a_device_that_takes_over_adds_its_error():
    found = unit_visits(
        [
            ("d1", "a", [(0, 600)], {"edge_s": 5.0, "variance_s2": 90.0}),
            ("d2", "a", [(600, 900)], {"edge_s": 9.0, "variance_s2": 40.0}),
        ],
        PAIR,
    )
    assert found.select("edge_s", "variance_s2").row(0) == pytest.approx((14, 130))


def test_a_single_fix_is_a_stay_of_no_length_that_keeps_its_error():
    lone = {"start": 30, "end": 30, "variance_s2": 7.0, "is_pass_through": True}
    found = unit_visits([("d1", "a", [], lone)], PAIR)
    assert found.select("patrol_s", "variance_s2", "is_pass_through").rows() == [(0.0, 7.0, True)]
    crews = [("u1", 30, 40, "d1", 1), ("u2", 10, 30, "d1", 1)]
    assert unit_visits([("d1", "a", [], lone)], crews)["unit_id"].to_list() == ["u1"]


def test_silence_counts_only_while_no_device_is_credited():
    silent = {"end": 900, "unknown_s": 300.0}
    rows = [("d1", "a", [(0, 600)], silent), ("d2", "a", [(500, 800)])]
    assert unit_visits(rows, PAIR)["unknown_s"].to_list() == pytest.approx([100])


def test_two_silent_devices_are_never_silent_for_longer_than_the_stay():
    silent = {"end": 900, "unknown_s": 300.0}
    rows = [("d1", "a", [(0, 600)], silent), ("d2", "a", [(0, 600)], silent)]
    assert unit_visits(rows, PAIR)["unknown_s"].to_list() == pytest.approx([300])


def test_passing_through_one_after_another_is_staying():
    passing = {"is_pass_through": True}
    one = unit_visits([("d1", "a", [(0, 2)], passing)], PAIR)
    both = unit_visits([("d1", "a", [(0, 2)], passing), ("d2", "a", [(2, 4)], passing)], PAIR)
    assert one["is_pass_through"].to_list() == [True]
    assert both["is_pass_through"].to_list() == [False]


def test_a_device_handed_over_counts_for_each_unit_in_its_own_time():
    crews = [("u1", 0, 100, "d1", 1), ("u2", 100, 900, "d1", 1)]
    found = unit_visits([("d1", "a", [(0, 600)], {"variance_s2": 60.0})], crews)
    assert found.select("unit_id", "service", "patrol_s").rows() == [
        ("u1", "police", 100.0),
        ("u2", "outreach", 500.0),
    ]
    assert found["variance_s2"].to_list() == pytest.approx([10, 50])


def test_an_assignment_over_several_days_counts_on_each():
    rows = [("d1", "a", [(0, 60)]), ("d1", "a", [(86_400, 86_460)])]
    found = unit_visits(rows, [("u1", -90_000, 200_000, "d1", 1), ("u1", 0, 90_000, None, 1)])
    assert [day.day for day in found["day"]] == [7, 8]
    assert found["person_s"].to_list() == [120.0, 120.0]


def test_the_night_when_clocks_go_back_has_a_patrol_day_like_any_other():
    visits, pieces = visits_of(("d1", "a", [(0, 10_800)]))
    later = datetime(2024, 10, 26, 23, tzinfo=UTC) - NOON
    times = [pl.col(name) + later for name in ("start", "end")]
    visits = visits.with_columns(*times, day=pl.date(2024, 10, 26))
    pieces = pieces.with_columns(*times, pl.col("visit_start") + later)
    crews = crews_of(("u1", 0, 20_000, "d1", 1)).with_columns(times)
    found = find_unit_visits(visits, pieces, crews)
    assert found.select("day", "patrol_s").rows() == [(visits["day"][0], 10_800.0)]


def test_visits_that_cannot_be_added_up_are_refused():
    visits, pieces = visits_of(("d1", "a", [(0, 60)]))
    crews = crews_of(*PAIR)
    with pytest.raises(InputError, match="add up to their credited seconds, such as d1 in a"):
        find_unit_visits(visits, pieces.clear(), crews)
    with pytest.raises(InputError, match="2 rows that are there twice"):
        find_unit_visits(pl.concat([visits, visits]), pieces, crews)
    with pytest.raises(InputError, match="1 rows that do not lie within their patrol day"):
        find_unit_visits(visits.with_columns(day=pl.date(2024, 6, 8)), pieces, crews)
    long = visits_of(("d1", "a", [(0, 60_000)]))
    with pytest.raises(InputError, match="Cut them at 04:00 UTC"):
        find_unit_visits(*long, crews)


def test_a_visit_may_last_until_the_patrol_day_ends():
    found = unit_visits([("d1", "a", [(0, 57_600)])], [("u1", 0, 90_000, "d1", 1)])
    assert found["patrol_s"].to_list() == [57_600.0]


def test_a_device_in_use_without_a_unit_is_named():
    visits, _ = visits_of(
        ("d1", "a", [(0, 60)]), ("d1", "a", [(80, 200)]), ("d9", "a", [(0, 60)]),
        ("d8", "b", [], {"start": 5, "end": 5}), ("d1", "b", [], {"start": 5, "end": 5}),
    )  # fmt: skip
    found = find_unassigned(visits, crews_of(("u1", 0, 100, "d1", 1), ("u1", 0, 99, None, 1)))
    assert found.select("device_id", "area_id", "credited_s", "unassigned_s").rows() == [
        ("d1", "a", 120.0, 100.0),
        ("d8", "b", 0.0, 0.0),
        ("d9", "a", 60.0, 60.0),
    ]


def test_no_second_is_unassigned_when_every_one_has_a_unit():
    visits, _ = visits_of(("d1", "a", [(0, 61)]))
    crews = crews_of(("u1", 0, 17, "d1", 1), ("u2", 17, 43, "d1", 1), ("u1", 43, 99, "d1", 1))
    assert find_unassigned(visits, crews).is_empty()


def test_assignments_are_refused_with_every_fault_at_once():
    wrong = make_table(
        ASSIGNMENTS,
        {
            "unit_id": ["u1", "u2", " ", "u4", "u4", "u6", "u7"],
            "service": ["police", "police", "police", "police", "outreach", "scouts", "police"],
            "start": [at(0), at(50), at(0), at(0), at(50), at(9), None],
            "end": [at(100), at(200), at(5), at(100), at(200), at(9), at(5)],
            "device_id": ["d1", "d1", "d3", None, None, "", "d7"],
            "people": [1, 1, 1, 1, 1, 0, 1],
        },
    )
    with pytest.raises(InputError) as caught:
        check_assignments(wrong, services=["police", "outreach"], devices=["d1", "d3"])
    assert str(caught.value).splitlines() == [
        "Assignments: 10 faults.",
        "  1. Row 3, column unit_id is ' ': fill it in.",
        "  2. Row 6, column device_id is '': leave the cell out for people who carry no device.",
        "  3. Row 7, column start is blank: give a time, UTC.",
        "  4. Row 6, column end is 2024-06-07 12:00:09+00:00: give a time after start, UTC.",
        "  5. Row 6, column people is 0: give how many people it stands for, 1 or more.",
        "  6. Row 6, column service is 'scouts': it is not known; mend it.",
        "  7. Row 6, column device_id is '': it is not known; mend it.",
        "  8. Row 7, column device_id is 'd7': it is not known; mend it.",
        "  9. Rows 1 and 2 give device d1 to units u1 and u2 at once; its seconds would count "
        "twice. End one where the other begins.",
        "  10. Rows 4 and 5 put unit u4 into police and outreach at once. A unit belongs to one "
        "service: split it in two units.",
    ]


def test_a_device_twice_in_its_own_unit_is_a_fault_too():
    with pytest.raises(InputError, match="Rows 1 and 2 give device d1 to unit u1 twice at once"):
        check_assignments(crews_of(("u1", 0, 50, "d1", 1), ("u1", 49, 60, "d1", 1)))


def test_assignments_that_touch_and_people_who_share_a_unit_are_no_fault():
    check_assignments(
        crews_of(("u1", 0, 50, "d1", 1), ("u2", 50, 60, "d1", 1), ("u1", 0, 50, None, 2)),
        services=["police", "outreach"],
        devices=["d1"],
    )


# --- the twin ---------------------------------------------------------------------------------

LETTERS = st.text("Ch.", max_size=24)  # a second each: credited, uncredited, no visit


def visits_from_letters(device, area, letters):
    """Return rows of visits: each run of letters is one; its figures follow from its start."""
    rows, second = [], 0
    for is_visit, run in groupby(letters, lambda letter: letter != "."):
        text = "".join(run)
        if is_visit:
            pieces, t = [], second
            for letter, part in groupby(text):
                length = len(list(part))
                pieces += [(t, t + length)] if letter == "C" else []
                t += length
            silent = text.count("h") * (second % 3) / 2  # none, half or all of the uncredited
            further = {
                "start": second,
                "end": t,
                "unknown_s": silent,
                "edge_s": second % 5 - 1.5,
                "variance_s2": second % 7 + 0.5,
                "common_s": second % 4 + 0.25,
                "is_pass_through": text.count("C") + silent < 3,
            }
            rows.append((device, area, pieces, further))
        second += len(text)
    return rows


def stays_by_the_second(rows, crews):
    """Return the stays of units, second by second."""
    found = []
    carried = [crew for crew in crews if crew[3] is not None]
    for unit, area in sorted({(u, a) for u in SERVICES for _, a, _, _ in rows}):
        inside, credit = {}, {}  # second → what was going on
        for device, there, pieces, own in rows:
            for u, a, b, carrier, people in carried:
                if there != area or u != unit or carrier != device:
                    continue
                for s in range(max(own["start"], a), min(own["end"], b)):
                    inside.setdefault(s, []).append((own, pieces))
                    if any(p <= s < q for p, q in pieces):
                        credit[s] = credit.get(s, 0) + people
        stays = []
        for s in sorted(inside):
            if stays and stays[-1][-1] == s - 1:
                stays[-1].append(s)
            else:
                stays.append([s])
        found += [figures_of_stay(unit, area, s, inside, credit, crews) for s in stays]
    return sorted(found)


def figures_of_stay(unit, area, stay, inside, credit, crews):
    def share_silent(own, pieces):
        holes = own["end"] - own["start"] - sum(q - p for p, q in pieces)
        return own["unknown_s"] / holes if holes else 0

    def rate(own, name):
        return own[name] / (own["end"] - own["start"])

    patrol = [s for s in stay if s in credit]
    alone = [(a, b, people) for u, a, b, device, people in crews if u == unit and device is None]
    others = sum(people for s in patrol for a, b, people in alone if a <= s < b)
    silent = sum(share_silent(*v) for s in stay if s not in credit for v in inside[s])
    unknown = min(silent, len(stay) - len(patrol))
    all_pass = all(own["is_pass_through"] for s in stay for own, _ in inside[s])
    return (
        unit,
        area,
        stay[0],
        stay[-1] + 1,
        len(patrol),
        sum(credit[s] for s in patrol) + others,
        round(unknown, 6),
        all_pass and len(patrol) + unknown < 3 - 1e-9,
        round(sum(max(rate(own, "edge_s") for own, _ in inside[s]) for s in stay), 6),
        round(sum(max(rate(own, "variance_s2") for own, _ in inside[s]) for s in stay), 6),
        round(sum(max(rate(own, "common_s") for own, _ in inside[s]) for s in stay), 6),
    )


UNITS = st.sampled_from([None, "u1", "u2", "u3"])
TURNS = st.lists(st.tuples(UNITS, st.integers(1, 2), st.integers(1, 12)), max_size=4)
ALONE = st.tuples(st.sampled_from(["u1", "u2"]), st.integers(0, 20), st.integers(1, 20))


def crews_from_turns(device, turns):
    start = 0
    for unit, people, length in turns:
        if unit:
            yield (unit, start, start + length, device, people)
        start += length


@given(
    st.tuples(LETTERS, LETTERS, LETTERS, LETTERS),
    st.tuples(TURNS, TURNS, TURNS),
    st.lists(ALONE, max_size=2),
)
def test_stays_are_those_that_counting_every_second_gives(letters, turns, alone):
    places = [("d1", "a"), ("d2", "a"), ("d3", "a"), ("d1", "b")]
    rows = [
        r for p, text in zip(places, letters, strict=True) for r in visits_from_letters(*p, text)
    ]
    crews = [c for n, t in enumerate(turns, 1) for c in crews_from_turns(f"d{n}", t)]
    crews += [(unit, start, start + length, None, 2) for unit, start, length in alone]
    found = unit_visits(rows, crews)
    told = sorted(
        (
            row["unit_id"],
            row["area_id"],
            (row["start"] - NOON).seconds,
            (row["end"] - NOON).seconds,
            row["patrol_s"],
            row["person_s"],
            round(row["unknown_s"], 6),
            row["is_pass_through"],
            round(row["edge_s"], 6),
            round(row["variance_s2"], 6),
            round(row["common_s"], 6),
        )
        for row in found.iter_rows(named=True)
    )
    expected = stays_by_the_second(rows, crews)
    assert [row[:6] for row in told] == [row[:6] for row in expected]
    assert [row[7] for row in told] == [row[7] for row in expected]
    for column in (6, 8, 9, 10):
        values = [row[column] for row in told]
        assert values == pytest.approx([row[column] for row in expected], abs=1e-5)


@given(st.tuples(LETTERS, LETTERS), st.tuples(TURNS, TURNS))
def test_no_credited_second_is_lost_between_units_and_the_unassigned(letters, turns):
    rows = [r for n, text in enumerate(letters, 1) for r in visits_from_letters(f"d{n}", "a", text)]
    crews = [c for n, t in enumerate(turns, 1) for c in crews_from_turns(f"d{n}", t)]
    visits, _ = visits_of(*rows)
    found = find_unassigned(visits, crews_of(*crews))
    owned = {(device, s) for _, a, b, device, _ in crews for s in range(a, b)}
    bare = {
        (device, start + s)
        for device, _, _, own in rows
        for start in [own["start"]]
        for s in range(own["end"] - start)
        if (device, start + s) not in owned
    }
    assert found["unassigned_s"].sum() == pytest.approx(len(bare))
