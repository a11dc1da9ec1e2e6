from datetime import date

import pytest
from shapely.geometry import box

from patrolwise.errors import InputError
from patrolwise.evaluation.comparators import (
    ComparisonSet,
    check_comparison,
    find_comparison_faults,
    guard_declaration,
    guard_overlap,
)
from patrolwise.evaluation.guards import Severity
from patrolwise.places import areas_from_geometries

STARTED = date(2024, 4, 1)


def declare(declared=date(2024, 3, 31), area_ids=("A", "B"), by="J. Smith", why="Like size."):
    return ComparisonSet(area_ids=area_ids, declared=declared, declared_by=by, reason=why)


def test_a_declaration_says_which_areas_who_and_why():
    with pytest.raises(InputError) as told:
        declare(area_ids=(), by=" ", why="")
    for part in ("3 faults", "names no area", "who declared", "why these areas"):
        assert part in str(told.value)


def test_an_area_is_declared_once():
    with pytest.raises(InputError, match="A, B is named twice"):
        declare(area_ids=("B", "A", "B", "A", "C"))


def test_no_area_is_both_treated_and_compared_with():
    assert find_comparison_faults(declare(), ["C"]) == []
    check_comparison(declare(), ["C"])
    with pytest.raises(InputError, match="2 faults") as told:
        check_comparison(declare(), ["B", "A"])
    assert "A is both treated" in str(told.value)


@pytest.mark.parametrize("seen", [None, date(2024, 5, 10)])
@pytest.mark.parametrize("declared", [date(2024, 3, 31), STARTED])
def test_a_set_declared_on_the_first_day_at_the_latest_is_in_time(declared, seen):
    assert guard_declaration(declared, STARTED, seen=seen) is None


@pytest.mark.parametrize("declared", [date(2024, 4, 2), date(2024, 5, 9), None])
def test_a_set_declared_after_the_first_day_or_without_a_date_is_late(declared):
    guard = guard_declaration(declared, STARTED, seen=date(2024, 5, 10), declared_by="J. Smith")
    assert (guard.id, guard.severity) == ("comparison-declared-late", Severity.AMBER)
    told = f"J. Smith declared them on {declared}" if declared else "no date is given"
    assert told in guard.message
    assert str(STARTED) in guard.message


def test_a_set_declared_when_crimes_could_be_seen_is_worse():
    late = date(2024, 5, 10)
    guard = guard_declaration(late, STARTED, seen=late)
    assert (guard.id, guard.severity) == ("comparison-after-data", Severity.RED)
    assert "they were declared on 2024-05-10" in guard.message
    assert guard_declaration(late, STARTED).id == "comparison-declared-late"


def test_an_area_over_a_treated_one_is_named_and_a_shared_edge_is_not():
    hot = areas_from_geometries(["H1", "H2"], [box(0, 0, 100, 100), box(200, 0, 300, 100)])
    others = areas_from_geometries(
        ["edge", "over", "far"],
        [box(100, 0, 200, 100), box(90, 0, 210, 50), box(900, 900, 950, 950)],
    )
    (guard,) = guard_overlap(others, hot)
    assert (guard.id, guard.severity, guard.about) == ("comparison-overlap", Severity.RED, "over")
    assert "shares 1,000 m² with H1, H2" in guard.message
