"""What a plan of the week after simulated patrols looks like: rota, cards, week sheets, report."""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from patrolwise.reporting.patrol_wording import format_times
from patrolwise.reporting.plan_sections import say_feasible
from patrolwise.study.plan_study import PLAN_STEPS, MadePlan, make_plan
from patrolwise.study.plan_writing import WRITING_STEPS, write_plan
from patrolwise.study.reading import read_plan_programme

SIMULATED_PLAN_STEPS = PLAN_STEPS + WRITING_STEPS
EFFORT = 5.0  # about seconds: the demonstration is to be quick
SOLVER = "ortools"


def plan_simulated_week(
    folder: Path, *, progress: Callable[[str], None]
) -> tuple[MadePlan, tuple[Path, ...]] | None:
    """Plan the week after simulated patrols, and write the plan beside them.

    Parameters
    ----------
    folder : Path
        As `write_simulated_study` left it; the plan goes into its subfolder `plan`.
    progress : callable
        Told of each of `SIMULATED_PLAN_STEPS` steps.

    Returns
    -------
    (MadePlan, files written) or None
        None when no solver is installed: the rest of a demonstration needs none.

    Raises
    ------
    RefusedError
        A file of an earlier plan there was changed since, and this one has not the like.
    InputError
        The folder cannot be written to.
    """
    if find_spec(SOLVER) is None:
        return None
    programme = read_plan_programme(folder / "programme.toml")
    planning = replace(programme.planning, effort=EFFORT)
    made = make_plan(replace(programme, planning=planning), progress=progress)
    return made, write_plan(made, folder / "plan", progress=progress)


def tell_simulated_plan(planned: tuple[MadePlan, tuple[Path, ...]] | None) -> str:
    """Return in a few lines what was planned, and where the cards are.

    Parameters
    ----------
    planned : (MadePlan, files written) or None
        As `plan_simulated_week` gives it.

    Returns
    -------
    str
    """
    if planned is None:
        return "The week after was not planned: that needs pip install 'patrolwise[plan]'."
    made, written = planned
    window = made.programme.planning.window
    visits = made.planned.filter(made.planned["area_id"].is_not_null()).height
    told = [
        f"The week after was planned, {window.first} to {window.last}: "
        f"{format_times(visits, 'visit')}. {say_feasible(made.report)}"
    ]
    cards = [path for path in written if path.name.startswith("cards-") and path.suffix == ".pdf"]
    told.append(f"  Patrol cards: {cards[0]} and {len(cards) - 1} more, by service and day")
    told.append("  Beside them: report.html, week sheets, calendars, rota.csv, plan.csv, plan.xlsx")
    return "\n".join(told)
