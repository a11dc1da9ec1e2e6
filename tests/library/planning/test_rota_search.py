"""The search part by part: it only ever finds better, it ends, and chance comes from the seed."""

from dataclasses import replace
from datetime import time, timedelta

import numpy as np
import pytest

from patrolwise.planning import rota_search
from patrolwise.planning.rota import make_rota
from patrolwise.planning.rota_checking import find_rota_breaches
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_model import build_model
from patrolwise.planning.rota_parts import KINDS, choose_part
from patrolwise.planning.rota_search import find_rota
from patrolwise.planning.rota_tables import REQUESTS
from patrolwise.planning.rota_units import find_partners
from patrolwise.planning.searching import SearchRule

from .rota_worlds import day, member, problem, rota_of, rule, staff, table, template

EARLY = template("early", people=1, start=time(6), end=time(12))
BEAT = template("beat", service="police", people=1, weekdays=(1, 2, 3, 4, 5))


def two_services(days=7):
    wishes = [(f"r{n}", f"s{n}", day(n), "off", n) for n in range(1, 5)]
    return problem(
        templates=(template(), EARLY, BEAT),
        staff=(*staff(4), *(member(f"p{n}", service="police") for n in (1, 2))),
        rule=rule(days),
        requests=table(REQUESTS, *wishes),
    )


def built_from(asked):
    grid = RotaGrid(asked)
    return build_model(grid, find_partners(grid))


@pytest.fixture
def part_by_part(monkeypatch):
    """Build one day at a time, and leave out the try at the whole model."""
    monkeypatch.setattr(rota_search, "_try_whole", lambda search: None)
    monkeypatch.setattr(rota_search, "PLACES_AT_ONCE", 1)
    monkeypatch.setattr(rota_search, "MOST_IDLE", 12)


def test_part_by_part_a_rota_comes_near_to_the_one_that_is_proven_best(part_by_part, monkeypatch):
    asked = two_services()
    found = make_rota(asked, SearchRule(effort=1.0))
    assert find_rota_breaches(asked, found.rota) == ()
    assert not found.is_proven  # nothing was proven: the whole was never tried
    assert (found.bound, found.gap) == (0, 1)
    monkeypatch.undo()
    best = make_rota(asked, SearchRule(effort=1.0))
    assert best.cost <= found.cost + 1e-6
    assert found.costs["missing_unit"] == best.costs["missing_unit"]


def test_the_search_ends_where_nothing_better_is_found_for_long(part_by_part, monkeypatch):
    monkeypatch.setattr(rota_search, "MOST_IDLE", 2)
    search = find_rota(built_from(two_services(3)), SearchRule(effort=1e6))
    assert search.spent < 100


def test_steps_take_over_only_what_is_no_worse(part_by_part, monkeypatch):
    costs = []

    def keep(search, solver):
        kept(search, solver)
        costs.append((search.costs["lack"], search.cost))

    kept = rota_search._keep
    monkeypatch.setattr(rota_search, "_keep", keep)
    asked = two_services(5)
    own = tuple(replace(each, least_shifts=1) for each in asked.staff)
    find_rota(built_from(replace(asked, staff=own, rule=rule(7))), SearchRule(effort=0.5))
    assert costs == sorted(costs, reverse=True)
    assert costs[-1][0] == 0


def test_a_clock_that_runs_out_stops_the_search_with_the_rota_it_has(monkeypatch):
    ticks = iter(range(10**6))
    monkeypatch.setattr(rota_search, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(rota_search, "PLACES_AT_ONCE", 1)
    search = find_rota(built_from(two_services()), SearchRule(effort=5, longest_s=10))
    assert search.was_cut
    assert search.costs
    assert search.spent < 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_a_part_is_of_one_service_and_of_the_size_that_was_asked_for(kind, seed):
    asked = two_services(14)
    built = built_from(asked)
    grid = built.grid
    values = [0] * (len(grid.places) + len(grid.duties))
    is_free = choose_part(built, values, (kind, 1), np.random.default_rng(seed))
    free = [place for place in grid.places if is_free(*place)]
    services = {grid.staff[who].service for who, _ in free}
    days = {grid.duties[number].day for _, number in free}
    members = {who for who, _ in free}
    assert len(services) <= 1
    if kind == "members":
        assert len(days) >= 10
        assert any({*team} == members for team in built.teams)
    elif kind == "days":
        assert len(days) <= 1
    else:
        assert max(days, default=day(0)) - min(days, default=day(0)) <= timedelta(days=8)


def test_the_same_seed_chooses_the_same_part():
    built = built_from(two_services(14))
    values = [0] * (len(built.grid.places) + len(built.grid.duties))
    for kind in KINDS:
        one, other = (
            choose_part(built, values, (kind, 2), np.random.default_rng(8)) for _ in range(2)
        )
        assert [one(*place) for place in built.grid.places] == [
            other(*place) for place in built.grid.places
        ]


def test_half_of_the_parts_are_near_what_is_missing_or_refused():
    asked = problem(
        templates=(template(people=1),),
        rule=rule(28),
        requests=table(REQUESTS, ("r1", "s3", day(20), "late", 1)),
    )
    built = built_from(asked)
    # every shift is filled by s1, so that the request of s3 is all that is wrong
    grid = built.grid
    values = [int(who == 0) for who, _ in grid.places] + [1] * len(grid.duties)
    wish = next(
        place for place in grid.places if place[0] == 2 and grid.duties[place[1]].day == day(20)
    )
    rng = np.random.default_rng(0)
    hits = sum(choose_part(built, values, ("around", 1), rng)(*wish) for _ in range(100))
    assert 50 <= hits < 100


def test_a_rota_that_was_published_is_kept_with_all_its_services():
    asked = two_services()
    before = [(n, "beat", "police-1", "p1") for n in range(5)]
    before += [(0, "a shift of the past", "outreach-1", "s1")]
    published = rota_of(asked, *before[:-1])
    found = make_rota(replace(asked, previous=published), SearchRule(effort=0.5))
    kept = found.rota.filter(shift="beat")["staff_id"].to_list()
    assert kept == ["p1"] * 5
