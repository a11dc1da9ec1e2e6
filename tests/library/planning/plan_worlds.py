"""Shifts to plan that tests share: the seeds' case, two services, and small ones drawn at random.

Without a debt of visits (`owed`) each problem has a plan: every unit takes its break, nobody goes
anywhere.
"""

from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from patrolwise.planning.shift_problem import (
    NOWHERE,
    Demand,
    PlanUnit,
    Separation,
    ShiftProblem,
)

TWO_IN_LONDON = datetime(2024, 6, 3, 13, tzinfo=UTC)  # 14:00 on a Monday in summer
SHIFT_MIN = 360
BREAK_MIN, BREAK_FROM, BREAK_UNTIL = 30, 135, 225  # half an hour between 16:15 and 17:45
BOX_M, WALK_M_PER_MIN, DETOUR = 1000.0, 80.0, 1.3


def walking_minutes(points) -> np.ndarray:
    """Return whole minutes on foot between points in metres; rounded up, so no way is shorter
    by a detour."""
    metres = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    return np.ceil(metres * DETOUR / WALK_M_PER_MIN).astype(np.int64)


def seeds_case(seed: int) -> ShiftProblem:
    """Return 7 hot spots and 2 outreach pairs from 14:00 to 20:00: 40 min, twice, an hour apart."""
    rng = np.random.default_rng(seed)
    spots = 7
    points = rng.uniform(0.0, BOX_M, (spots, 2))
    prizes = rng.integers(1000, 3001, spots)
    return ShiftProblem(
        name=f"seeds {seed}",
        start=TWO_IN_LONDON,
        units=tuple(_pair(unit_id) for unit_id in ("pair-A", "pair-B")),
        area_ids=tuple(f"spot-{number}" for number in range(1, spots + 1)),
        travel={"outreach": walking_minutes(points)},
        demands=tuple(
            Demand(
                service="outreach",
                area=area,
                visit_min=40,
                most_visits=2,
                apart_min=60,
                prizes=(int(prize), int(prize) // 2),
            )
            for area, prize in enumerate(prizes)
        ),
    )


def _pair(unit_id: str) -> PlanUnit:
    return PlanUnit(
        unit_id=unit_id,
        service="outreach",
        end=SHIFT_MIN,
        break_min=BREAK_MIN,
        break_from=BREAK_FROM,
        break_until=BREAK_UNTIL,
    )


def two_services(seed: int, spots: int = 6, outreach: int = 1, police: int = 2) -> ShiftProblem:
    """Return outreach (40 min) and police (15 min) in the same hot spots, 5 min apart or more.

    The police come from a station and go back to it, every second unit begins half an hour late;
    hot spots with an even number weigh half as much again after 18:00.
    """
    rng = np.random.default_rng(seed)
    travel = walking_minutes(rng.uniform(0.0, BOX_M, (spots + 1, 2)))
    prizes = {name: rng.integers(1000, 3001, spots) for name in ("outreach", "police")}
    pairs = [_pair(f"outreach-{number + 1}") for number in range(outreach)]
    officers = [
        PlanUnit(
            unit_id=f"police-{number + 1}",
            service="police",
            start=30 * (number % 2),
            end=SHIFT_MIN,
            base=spots,
            break_min=BREAK_MIN,
            break_from=120,
            break_until=240,
        )
        for number in range(police)
    ]
    return ShiftProblem(
        name=f"two services {seed}",
        start=TWO_IN_LONDON,
        units=(*pairs, *officers),
        area_ids=tuple(f"spot-{number}" for number in range(1, spots + 1)),
        travel={"outreach": travel, "police": travel},
        demands=tuple(
            Demand(
                service=service,
                area=area,
                visit_min=minutes,
                most_visits=2,
                prizes=(int(prizes[service][area]), int(prizes[service][area]) // 2),
                bands=((240, 360, 150),) if area % 2 == 0 else (),
            )
            for service, minutes in (("outreach", 40), ("police", 15))
            for area in range(spots)
        ),
        separations=(Separation(services=("outreach", "police"), margin_min=5),),
    )


_STEP_MIN = 5


@st.composite
def small_problems(draw, owed: bool = False) -> ShiftProblem:
    """Draw a shift of one to two hours, up to 3 units, 4 hot spots and 2 services.

    All times are in steps of 5 min, so that limits are met exactly. With `owed`, some hot spots
    are owed visits, and there may be no plan.
    """
    areas = draw(st.integers(1, 4))
    services = draw(st.sampled_from((("outreach",), ("outreach", "police"))))
    places = areas + 1
    where = st.tuples(st.integers(0, 10), st.integers(0, 10))
    points = np.array(draw(st.lists(where, min_size=places, max_size=places)), dtype=float)
    apart = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    travel = (np.ceil(apart / _STEP_MIN) * _STEP_MIN).astype(np.int64)
    duty = draw(st.sampled_from((60, 90, 120)))
    return ShiftProblem(
        name="small",
        start=TWO_IN_LONDON,
        units=tuple(
            draw(_small_units(number, services, duty, areas))
            for number in range(draw(st.integers(1, 3)))
        ),
        area_ids=tuple(f"spot-{number}" for number in range(1, areas + 1)),
        travel=dict.fromkeys(services, travel),
        demands=tuple(
            draw(_small_demands(service, area, duty, owed))
            for service in services
            for area in range(areas)
            if draw(st.integers(0, 4))  # one in five must not be visited
        ),
        separations=draw(_small_separations(services)),
        travel_cost=draw(st.sampled_from((0, 1, 3))),
    )


@st.composite
def _small_units(draw, number: int, services: tuple[str, ...], duty: int, areas: int) -> PlanUnit:
    start = draw(st.sampled_from((0, 0, 10)))
    end = duty - draw(st.sampled_from((0, 0, 15)))
    break_min = draw(st.sampled_from((0, 0, 10, 20)))
    first = draw(st.sampled_from((start, 15, 20)))
    return PlanUnit(
        unit_id=f"unit-{number + 1}",
        service=draw(st.sampled_from(services)),
        start=start,
        end=end,
        base=draw(st.sampled_from((NOWHERE, NOWHERE, areas))),
        break_min=break_min,
        break_from=first if break_min else 0,
        break_until=first + break_min + draw(st.sampled_from((0, 5, 25))) if break_min else 0,
    )


@st.composite
def _small_demands(draw, service: str, area: int, duty: int, owed: bool) -> Demand:
    most = draw(st.integers(1, 3))
    prizes = draw(st.lists(st.integers(0, 100), min_size=most, max_size=most))
    least = draw(st.integers(0, most)) if owed and draw(st.booleans()) else 0
    middle = duty // 2 // _STEP_MIN * _STEP_MIN
    return Demand(
        service=service,
        area=area,
        visit_min=draw(st.sampled_from((5, 10, 20))),
        least_visits=least,
        most_visits=most,
        apart_min=draw(st.sampled_from((0, 5, 20))),
        prizes=tuple(sorted(prizes, reverse=True)),
        windows=draw(
            st.sampled_from(
                ((), (), ((0, middle),), ((middle, duty),), ((0, 30), (middle, middle + 25)))
            )
        ),
        bands=draw(st.sampled_from(((), (), ((0, 30, 50),), ((30, 45, 200), (45, 60, 0))))),
    )


def _small_separations(services: tuple[str, ...]) -> st.SearchStrategy[tuple[Separation, ...]]:
    if len(services) < 2:
        return st.just(())
    return st.sampled_from((0, 5)).map(
        lambda margin: (Separation(services=("outreach", "police"), margin_min=margin),)
    )
