"""How burdens are spread, against twins that go over all pairs and all members one by one."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.fairness import (
    AREA_BURDENS,
    FAIRNESS,
    FAIRNESS_SPREAD,
    carry_over,
    count_fairness,
    find_gini,
    summarise_fairness,
)
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.planning.rota_fair_shares import KINDS, burden_of, fair_shares
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_tables import FAIRNESS_HISTORY
from patrolwise.tables import make_table

from .rota_test_worlds import (
    ALL,
    EARLY,
    LATE,
    MONDAY,
    NIGHT,
    SATURDAY,
    WALK,
    leave_of,
    member_of,
    on,
    on_rota,
    problem_of,
    problems,
    rota_of,
    rows_of,
    rule_of,
    template_of,
    utc,
)


def past_of(*rows):
    """Return FAIRNESS_HISTORY of (member, contracted, evenings, weekends, worst minutes)."""
    return rows_of(FAIRNESS_HISTORY, *rows)


def values_of(fairness, kind, column, service="police"):
    rows = fairness.filter(pl.col("kind") == kind, pl.col("service") == service)
    return dict(rows.select("staff_id", column).iter_rows())


# Gini


def gini_over_all_pairs(values):
    """Return the mean difference of all pairs over twice the mean."""
    if not any(values):
        return None
    pairs = list(itertools.product(values, repeat=2))
    mean_difference = sum(abs(one - other) for one, other in pairs) / len(pairs)
    return mean_difference / (2 * sum(values) / len(values))


SHARES = st.lists(st.just(0.0) | st.floats(0.01, 1000), max_size=8)


@settings(max_examples=30)
@given(SHARES)
def test_the_gini_by_ranks_is_the_one_over_all_pairs(values):
    expected = gini_over_all_pairs(values)
    if expected is None:
        assert find_gini(values) is None
    else:
        assert find_gini(values) == pytest.approx(expected, abs=1e-9)
        assert -1e-9 <= find_gini(values) <= 1 - 1 / len(values) + 1e-9


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=8), st.floats(0.1, 10))
def test_the_gini_does_not_change_with_the_unit_or_the_order(values, factor):
    expected = pytest.approx(find_gini(values), abs=1e-9)
    assert find_gini([factor * value for value in reversed(values)]) == expected


# What is fair


def twin_of_fairness(problem, rota):
    """Return each row of FAIRNESS, found member by member."""
    grid = RotaGrid(problem)
    history = {row["staff_id"]: row for row in problem.history.rows(named=True)}
    templates = {template.name: template for template in problem.templates}

    def burden(day, shift, kind):
        if kind == "evenings":
            return 1 if problem.is_evening(templates[shift]) else 0
        if kind == "weekends":
            return 1 if day.strftime("%a") in ("Sat", "Sun") else 0
        return templates[shift].worst_min

    def can_bear(member, kind):
        return any(
            template.service == member.service
            and (member.may_work is None or template.name in member.may_work)
            and day.isoweekday() in template.weekdays
            and member.has_day(day)
            and burden(day, template.name, kind) > 0
            for day in problem.days
            for template in problem.templates
        )

    rows = []
    for service, kind in itertools.product(problem.services, KINDS):
        found = []
        for member in [one for one in problem.staff if one.service == service]:
            row = history.get(member.staff_id)
            column = {"worst_spots": "worst_min"}.get(kind, kind)
            planned = sum(
                burden(each["day"], each["shift"], kind)
                for each in rota.rows(named=True)
                if each["staff_id"] == member.staff_id
            )
            past = row[column] if row else 0
            contracted = grid.contracted(member) + (row["contracted"] if row else 0)
            has_share = not member.is_relief and can_bear(member, kind) and contracted > 0
            found.append((member.staff_id, planned, past, contracted if has_share else None))
        shared = sum(planned + past for _, planned, past, share in found if share is not None)
        weight = sum(share for *_, share in found if share is not None)
        for staff_id, planned, past, share in found:
            total = planned + past
            expected = None if share is None else shared * share / weight
            over = None if share is None else total - expected
            rows.append((service, staff_id, kind, planned, past, total, share, expected, over))
    return rows


@st.composite
def worked(draw):
    """Return a problem with a history, and a rota that puts members on duties by chance."""
    made = draw(problems())
    counts = st.integers(0, 9)
    past = [
        (member.staff_id, float(draw(counts)), draw(counts), draw(counts), draw(counts) * 30.0)
        for member in made.staff
        if draw(st.booleans())
    ]
    problem = problem_of(
        templates=ALL, staff=made.staff, rule=made.rule, leave=made.leave, history=past_of(*past)
    )
    grid = RotaGrid(problem)
    chosen = draw(st.sets(st.sampled_from(grid.places), max_size=12)) if grid.places else set()
    rows = [
        on_rota(grid.staff[who].staff_id, grid.duties[number].day, grid.duties[number].template)
        for who, number in sorted(chosen)
    ]
    return problem, rota_of(*rows)


@settings(max_examples=12)
@given(worked())
def test_what_each_gets_and_what_is_its_share_is_what_counting_by_hand_gives(case):
    problem, rota = case
    fairness = count_fairness(problem, rota)
    assert fairness.schema == pl.Schema(FAIRNESS.schema)
    expected = twin_of_fairness(problem, rota)
    assert [row[:3] for row in fairness.rows()] == [row[:3] for row in expected]
    for row, twin in zip(fairness.rows(), expected, strict=True):
        for value, wanted in zip(row[3:], twin[3:], strict=True):
            assert value == (None if wanted is None else pytest.approx(wanted, abs=1e-9))


@settings(max_examples=8)
@given(worked())
def test_the_shares_of_a_service_add_up_to_what_its_members_got(case):
    problem, rota = case
    fairness = count_fairness(problem, rota)
    shared = fairness.filter(pl.col("expected").is_not_null())
    for _, rows in shared.group_by("service", "kind"):
        assert rows["expected"].sum() == pytest.approx(rows["total"].sum(), abs=1e-9)
        assert rows["over"].sum() == pytest.approx(0, abs=1e-6)


@settings(max_examples=8)
@given(worked())
def test_a_summary_is_what_going_over_the_members_gives(case):
    problem, rota = case
    fairness = count_fairness(problem, rota)
    spread = summarise_fairness(fairness)
    assert spread.schema == pl.Schema(FAIRNESS_SPREAD.schema)
    groups = list(itertools.product(problem.services, KINDS))
    assert spread.select("service", "kind").rows() == groups
    for row in spread.rows(named=True):
        own = [
            each
            for each in fairness.rows(named=True)
            if (each["service"], each["kind"]) == (row["service"], row["kind"])
            and each["expected"] is not None
        ]
        assert row["members"] == len(own)
        assert row["total"] == pytest.approx(sum(each["total"] for each in own))
        over = [each["over"] for each in own]
        gini = gini_over_all_pairs([each["total"] / each["contracted"] for each in own])
        figures = (max(over), -min(over), max(over) - min(over)) if own else (None,) * 3
        for value, wanted in zip(
            (row["most_over"], row["most_under"], row["max_min"], row["gini"]),
            (*figures, gini),
            strict=True,
        ):
            assert value == (None if wanted is None else pytest.approx(wanted, abs=1e-9))


def test_one_who_has_all_evenings_of_two_equal_members_is_above_by_half():
    rota = rota_of(on_rota("p1"), on_rota("p1", on(1)))
    fairness = count_fairness(problem_of(), rota)
    assert values_of(fairness, "evenings", "expected") == {"p1": 1.0, "p2": 1.0}
    assert values_of(fairness, "evenings", "over") == {"p1": 1.0, "p2": -1.0}
    spread = summarise_fairness(fairness).row(0, named=True)
    assert (spread["most_over"], spread["most_under"], spread["max_min"]) == (1.0, 1.0, 2.0)
    assert spread["gini"] == 0.5


def test_part_time_work_has_a_smaller_share():
    staff = (member_of("p1", most_shifts=4), member_of("p2", most_shifts=2))
    rota = rota_of(*(on_rota("p1", on(number)) for number in range(3)))
    fairness = count_fairness(problem_of(staff=staff), rota)
    assert values_of(fairness, "evenings", "expected") == pytest.approx({"p1": 2.0, "p2": 1.0})


def test_leave_makes_a_share_smaller():
    leave = leave_of(("p2", 0, 2, "leave"))
    rota = rota_of(*(on_rota("p1", on(number)) for number in range(4)))
    fairness = count_fairness(problem_of(leave=leave), rota)
    contracted = values_of(fairness, "evenings", "contracted")
    assert contracted == pytest.approx({"p1": 5.0, "p2": 2.0})
    assert values_of(fairness, "evenings", "expected") == pytest.approx({"p1": 20 / 7, "p2": 8 / 7})


def test_relief_and_members_who_can_be_given_none_have_no_share():
    staff = (
        member_of("p1"),
        member_of("relief", is_relief=True),
        member_of("days", may_work=("early",)),
        member_of("weekdays", weekdays=(1, 2, 3, 4, 5)),
    )
    problem = problem_of(templates=(EARLY, LATE), staff=staff)
    rota = rota_of(on_rota("relief", SATURDAY), on_rota("p1", SATURDAY))
    fairness = count_fairness(problem, rota)
    assert values_of(fairness, "evenings", "expected") == {
        "p1": 0.5, "relief": None, "days": None, "weekdays": 0.5,
    }  # fmt: skip
    assert values_of(fairness, "weekends", "expected") == {
        "p1": 0.5, "relief": None, "days": 0.5, "weekdays": None,
    }  # fmt: skip
    assert values_of(fairness, "evenings", "planned")["relief"] == 1.0


def test_a_member_on_leave_throughout_has_a_share_only_by_its_past():
    leave = leave_of(("p1", 0, 6, "leave"), ("p2", 0, 6, "leave"))
    problem = problem_of(leave=leave, history=past_of(("p2", 20.0, 6, 0, 0.0)))
    shares = fair_shares(RotaGrid(problem), "police", "evenings")
    assert (shares.members, shares.contracted, shares.done) == ((1,), (20.0,), (6,))


def test_a_service_in_which_nobody_has_a_share_has_null_figures():
    staff = (member_of("p1", is_relief=True),)
    spread = summarise_fairness(count_fairness(problem_of(staff=staff), rota_of(on_rota())))
    figures = ("most_over", "most_under", "max_min", "gini")
    assert spread["members"].to_list() == [0, 0, 0]
    assert spread["total"].to_list() == [0.0, 0.0, 0.0]
    assert all(spread[name].null_count() == 3 for name in figures)


def test_a_rota_without_rows_gives_nobody_anything():
    fairness = count_fairness(problem_of(), make_table(ROTA))
    assert fairness.height == 2 * len(KINDS)
    assert fairness["total"].sum() == 0
    assert summarise_fairness(fairness)["gini"].null_count() == 3


# Shares for the model


def test_shares_in_thousandths_go_by_contracted_shifts():
    staff = (member_of("p1", most_shifts=4), member_of("p2", most_shifts=2))
    grid = RotaGrid(problem_of(templates=(LATE, WALK), staff=staff))
    shares = fair_shares(grid, "police", "worst_spots")
    assert shares.permille == (667, 333)
    assert shares.unit == 60
    by_shift = {str(duty): burden for duty, burden in zip(grid.duties, shares.burdens, strict=True)}
    assert by_shift["late on 2024-06-03"] == 30
    assert by_shift["walk on 2024-06-03"] == 0  # of another service
    assert fair_shares(grid, "police", "evenings").unit == 1


def test_shares_of_a_service_without_members_are_none():
    grid = RotaGrid(problem_of(templates=(LATE, WALK)))
    shares = fair_shares(grid, "outreach", "evenings")
    assert (shares.members, shares.permille) == ((), ())


@pytest.mark.parametrize(
    ("template", "day", "expected"),
    [
        (EARLY, MONDAY, (0, 0, 0)),
        (LATE, on(4), (1, 0, 30)),
        (NIGHT, SATURDAY, (1, 1, 90)),
        (template_of("dawn", worst_min=10.6, is_evening=False), on(6), (0, 1, 11)),
    ],
)
def test_a_duty_gives_an_evening_a_weekend_and_minutes(template, day, expected):
    grid = RotaGrid(problem_of(templates=(template,), rule=rule_of(days=7)))
    duty = next(
        (duty for duty in grid.duties if duty.day == day),
    )
    assert tuple(burden_of(grid, duty, kind) for kind in KINDS) == expected


# Minutes in the hardest hot spots


def visit_of(unit_id, area_id, start, end, **changes):
    """Return a row of PLANNED_VISITS; start and end are minutes from 13:00 UTC."""
    values = {
        "day": MONDAY, "shift": "late", "service": "police", "unit_id": unit_id,
        "area_id": area_id, "start": utc(13, start), "end": utc(13, end), "is_locked": False,
        **changes,
    }  # fmt: skip
    return tuple(values[name] for name in PLANNED_VISITS.names)


def test_minutes_go_by_visits_and_burdens_to_each_member_of_the_unit():
    late = template_of(units=2, worst_min=99.0)
    problem = problem_of(templates=(late,), staff=tuple(map(member_of, ("p1", "p2", "p3", "p4"))))
    rota = rota_of(
        on_rota("p1"), on_rota("p2"), on_rota("p3", unit_id="police-2"), on_rota("p1", on(1))
    )
    visits = rows_of(
        PLANNED_VISITS,
        visit_of("police-1", "a", 0, 15),
        visit_of("police-1", "b", 30, 50),
        visit_of("police-1", None, 60, 90),  # a break
        visit_of("police-1", "c", 100, 115),  # without a burden
        visit_of("police-2", "a", 20, 30),
        visit_of("police-1", "a", 0, 15, day=on(2)),  # nobody is on that shift
    )
    burdens = rows_of(AREA_BURDENS, ("a", 1.0), ("b", 0.5), ("z", 1.0))
    fairness = count_fairness(problem, rota, visits, burdens)
    planned = values_of(fairness, "worst_spots", "planned")
    assert planned == pytest.approx({"p1": 25.0, "p2": 25.0, "p3": 10.0, "p4": 0.0})


def test_without_visits_minutes_are_what_the_templates_expect():
    problem = problem_of(templates=(LATE, NIGHT))
    rota = rota_of(on_rota("p1"), on_rota("p1", on(4), NIGHT), on_rota("p2", shift="unknown"))
    planned = values_of(count_fairness(problem, rota), "worst_spots", "planned")
    assert planned == {"p1": 120.0, "p2": 0.0}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("a", 0.5), ("a", 0.7)], "Burdens: a has two burdens. Keep one."),
        ([("a", 1.01)], "The burden of a is 1.01: give a share from 0 to 1."),
        ([("a", -0.01)], "The burden of a is -0.01"),
        ([("a", None)], "The burden of a is None"),
        ([("a", float("nan"))], "The burden of a is nan"),
        ([("b", 2.0), ("a", 0.5), ("a", 0.5)], "Burdens: 2 faults"),
    ],
)
def test_burdens_that_cannot_be_used_are_told(rows, told):
    visits, burdens = make_table(PLANNED_VISITS), rows_of(AREA_BURDENS, *rows)
    with pytest.raises(InputError, match=told):
        count_fairness(problem_of(), rota_of(), visits, burdens)


def test_visits_and_burdens_are_given_both_or_neither():
    visits, burdens = make_table(PLANNED_VISITS), make_table(AREA_BURDENS)
    with pytest.raises(InputError, match="Give both, or neither"):
        count_fairness(problem_of(), rota_of(), visits)
    with pytest.raises(InputError, match="Give both, or neither"):
        count_fairness(problem_of(), rota_of(), None, burdens)
    assert count_fairness(problem_of(), rota_of(), visits, burdens)["total"].sum() == 0


def test_tables_that_are_not_as_declared_are_told():
    problem, rota, visits = problem_of(), rota_of(), make_table(PLANNED_VISITS)
    burdens = make_table(AREA_BURDENS)
    with pytest.raises(InputError, match="rota lacks shift"):
        count_fairness(problem, rota.drop("shift"))
    with pytest.raises(InputError, match="visits lacks area_id"):
        count_fairness(problem, rota, visits.drop("area_id"), burdens)
    with pytest.raises(InputError, match="burdens lacks burden"):
        count_fairness(problem, rota, visits, burdens.drop("burden"))
    for use in (summarise_fairness, lambda frame: carry_over(problem, frame)):
        with pytest.raises(InputError, match="fairness lacks over"):
            use(make_table(FAIRNESS).drop("over"))


# Over months


def test_what_is_carried_over_is_the_past_with_this_rota_added_and_keeps_who_has_left():
    history = past_of(("gone", 8.0, 1, 2, 3.0), ("p2", 10.0, 4, 1, 15.0))
    problem = problem_of(history=history)
    rota = rota_of(on_rota("p1"), on_rota("p2", SATURDAY), on_rota("p2", on(1)))
    carried = carry_over(problem, count_fairness(problem, rota))
    assert carried.rows() == [
        ("p1", 5.0, 1, 0, 30.0), ("p2", 15.0, 6, 2, 75.0), ("gone", 8.0, 1, 2, 3.0),
    ]  # fmt: skip


@settings(max_examples=8)
@given(worked())
def test_the_history_carried_over_is_taken_by_the_next_rota_and_adds_up(case):
    problem, rota = case
    fairness = count_fairness(problem, rota)
    carried = carry_over(problem, fairness)
    assert carried.schema == pl.Schema(FAIRNESS_HISTORY.schema)
    again = problem_of(templates=ALL, staff=problem.staff, rule=problem.rule, history=carried)
    next_time = count_fairness(again, make_table(ROTA))
    assert next_time["past"].to_list() == pytest.approx(fairness["total"].to_list())


def test_members_without_rows_of_fairness_are_carried_over_with_nothing_new():
    problem = problem_of(staff=(member_of("p1", is_relief=True),))
    assert carry_over(problem, make_table(FAIRNESS)).rows() == [("p1", 0.0, 0, 0, 0.0)]
