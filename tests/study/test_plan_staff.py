"""What a rota asks of staff over successive rotas, and why wishes are refused."""

from datetime import timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.planning_forms import read_burden
from patrolwise.study.plan_staff import carry_history
from patrolwise.study.plan_writing import write_plan

from .plan_worlds import AREA_IDS, ONE_DAY, SHIFTS, SUNDAY, PlanWorld, late_rota, quiet

# two of four members of outreach are needed on a Sunday, on one late shift
ONE_PAIR = SHIFTS.replace("units = 2", "units = 1").split("[[planning.shifts]]")
NEXT_SUNDAY = SUNDAY + timedelta(days=7)


def world_of(folder, **planning):
    world = PlanWorld(folder, planning={"window": ONE_DAY, "effort": "0.4", **planning})
    world.parts[1] = "[[planning.shifts]]".join(ONE_PAIR)
    return world


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Return a plan of a Sunday, and the folder that it was written to."""
    folder = tmp_path_factory.mktemp("first")
    made = world_of(folder, worst_spots=f"{{ {AREA_IDS[0]} = 1, {AREA_IDS[3]} = 0.5 }}").make()
    write_plan(made, folder / "plan", progress=quiet)
    return made, folder / "plan"


def on_duty(made):
    return set(made.rota.filter(pl.col("service") == "outreach")["staff_id"])


def test_the_next_rota_goes_to_those_whom_the_first_one_spared(first, tmp_path):
    made, out = first
    path = out / f"burden-until-{SUNDAY}.csv"
    assert read_burden(path).equals(carry_history(made))
    world = world_of(tmp_path, window=f"{{ first = {NEXT_SUNDAY}, last = {NEXT_SUNDAY} }}")
    world.forms = {"burden": path.read_text(encoding="utf-8")}
    later = world.make()
    assert len(on_duty(made)) == len(on_duty(later)) == 2
    assert not on_duty(made) & on_duty(later)
    history = carry_history(later)
    both = history.filter(pl.col("staff_id").str.starts_with("o"))
    assert both["weekends"].to_list() == [1, 1, 1, 1]
    assert both["evenings"].to_list() == [1, 1, 1, 1]
    # who was spared before has all of a fair share left, and who was not has none
    left = {one.staff_id: one.fair_weekends for one in later.report.fairness}
    assert {code: left[code] for code in sorted(on_duty(later))} == pytest.approx(
        dict.fromkeys(on_duty(later), 1.0)
    )
    assert {code: left[code] for code in on_duty(made)} == pytest.approx(
        dict.fromkeys(on_duty(made), 0.0)
    )


def test_minutes_in_the_hard_hot_spots_are_those_that_are_planned(first):
    made, _ = first
    share = {AREA_IDS[0]: 1.0, AREA_IDS[3]: 0.5}
    units = dict(made.rota.select("staff_id", "unit_id").iter_rows())
    assert sum(one.worst_min for one in made.report.fairness) > 0
    for one in made.report.fairness:
        own = made.planned.filter(pl.col("unit_id") == units.get(one.staff_id, ""))
        minutes = [
            share.get(area_id, 0.0) * ((end - start) / timedelta(minutes=1))
            for area_id, start, end in own.select("area_id", "start", "end").iter_rows()
        ]
        assert one.worst_min == pytest.approx(sum(minutes))


def test_a_hard_hot_spot_that_is_not_known_is_told(tmp_path):
    world = world_of(tmp_path, worst_spots="{ nowhere = 1 }")
    with pytest.raises(InputError, match="worst_spots names nowhere, which is no hot spot"):
        world.make()


def test_a_settled_rota_hands_on_nothing(tmp_path):
    world = world_of(tmp_path)
    world.forms = {"rota": late_rota(pairs=1)}
    made = world.make()
    assert carry_history(made) is None
    names = {path.name for path in write_plan(made, tmp_path / "plan", progress=quiet)}
    assert not any(name.startswith("burden") for name in names)
