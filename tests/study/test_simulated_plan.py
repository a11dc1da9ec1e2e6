"""The plan of the week after simulated patrols: written beside them, marked, and told."""

import importlib.util

import polars as pl
import pytest

from patrolwise.files.plan_files import read_plan
from patrolwise.study import simulated_plan
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.simulated_plan import (
    SIMULATED_PLAN_STEPS,
    plan_simulated_week,
    tell_simulated_plan,
)


@pytest.fixture
def folder(tmp_path, planned_monday):
    """Return a simulated programme, of which one day is planned."""
    write_simulated_programme(tmp_path / "patrols", SimulationRule(weeks=1, refresh_s=60.0))
    return tmp_path / "patrols"


def test_the_week_after_is_planned_beside_the_patrols_and_said_to_be_simulated(folder):
    steps = []
    planned = plan_simulated_week(folder, progress=steps.append)
    made, written = planned
    assert len(steps) == SIMULATED_PLAN_STEPS - 1  # one round of shifts
    rows = read_plan(folder / "plan" / "plan.csv")
    window = made.programme.planning.window
    assert rows["day"].is_between(window.first, window.last).all()
    assert made.report.is_simulated
    assert "SIMULATED" in (folder / "plan" / "report.html").read_text(encoding="utf-8")
    week, cards, beside = tell_simulated_plan(planned).splitlines()
    visits = rows.filter(pl.col("area_id").is_not_null()).height
    assert week.startswith(f"The week after was planned, {window.first} to {window.last}: {visits}")
    named = [path for path in written if path.name.startswith("cards-") and path.suffix == ".pdf"]
    assert cards == f"  Patrol cards: {named[0]} and {len(named) - 1} more, by service and day"
    for name in ("report.html", "rota.csv", "plan.csv", "plan.xlsx"):
        assert name in beside
        assert (folder / "plan" / name).exists()


def test_without_a_solver_nothing_is_planned_and_that_is_said(folder, monkeypatch):
    monkeypatch.setattr(simulated_plan, "SOLVER", "no_such_solver")
    assert importlib.util.find_spec("no_such_solver") is None
    assert plan_simulated_week(folder, progress=lambda what: None) is None
    assert not (folder / "plan").exists()
    assert "pip install 'patrolwise[plan]'" in tell_simulated_plan(None)
