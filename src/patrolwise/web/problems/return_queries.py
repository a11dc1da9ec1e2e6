"""Plans as the quarterly return is told of them: references, places, days and counts alone.

No title, no text of a plan and nobody's name is read into what leaves. Of who takes part, teams of
this site are named, unless a team's name looks like a person's; all others are counted.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch

from patrolwise.partnership.plans_told import ToldPlan, pick_plans
from patrolwise.partnership.problem_plans import ActionState, Stage
from patrolwise.partnership.quarters import Quarter
from patrolwise.web.accounts.models import Team
from patrolwise.web.problems.models import PlanAction, ProblemPlan, RegisteredMeasure
from patrolwise.web.tasking.person_words import find_person_words

_OPEN = (ActionState.PLANNED, ActionState.UNDER_WAY)
_OF_PLAN = ("area_ids", "stage", "review_due", "begun", "decided")  # what is told, no text of it
_SHOWN = 8  # quarters to choose from


def list_quarters(today: date) -> list[Quarter]:
    """Return quarters of which plans can be told, the running one first.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of Quarter
        Of years that begin in April, as those of the funds do.
    """
    year, number = today.year - (today.month < 4), ((today.month - 4) % 12) // 3 + 1
    found = []
    for _ in range(_SHOWN):
        found.append(Quarter(year, number))
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return found


def tell_plans(quarter: Quarter) -> tuple[ToldPlan, ...]:
    """Return the plans of a quarter as they stand now.

    Parameters
    ----------
    quarter : Quarter

    Returns
    -------
    tuple of ToldPlan
        As `pick_plans`; in a few reads, however many plans there are.

    Raises
    ------
    InputError
        A plan's rows say what cannot be told.
    """
    names = Team.objects.values_list("name", flat=True)
    teams = {one.casefold(): one for one in names if ";" not in one and not find_person_words(one)}
    rows = ProblemPlan.objects.filter(begun__lte=quarter.window.last).only(*_OF_PLAN)
    rows = rows.prefetch_related(
        Prefetch("actions", PlanAction.objects.only("plan_id", "owner", "state")), "measures"
    )
    return pick_plans([_tell(plan, teams) for plan in rows.order_by("pk")], quarter)


def _tell(plan: ProblemPlan, teams: dict[str, str]) -> ToldPlan:
    kept = [one for one in plan.actions.all() if one.state != ActionState.DROPPED]
    measure = next(iter(plan.measures.all()), None)  # of the newest round that has one
    return ToldPlan(
        plan=f"PSP{plan.pk}",
        hot_spots=tuple(plan.area_ids),
        stage=plan.stage,
        partners=_name_partners(kept, teams),
        actions_open=sum(one.state in _OPEN for one in kept),
        actions_closed=sum(one.state == ActionState.DONE for one in kept),
        next_review=plan.review_due,
        opened=plan.begun,
        closed=plan.decided if plan.stage == Stage.CLOSED else None,
        measure=measure.outcome if measure else None,
        window_first=measure.window_first if measure else None,
        window_last=measure.window_last if measure else None,
        before=_if_taken(measure, "before"),
        after=_if_taken(measure, "after"),
        comparison_before=_if_taken(measure, "comparison_before"),
        comparison_after=_if_taken(measure, "comparison_after"),
        compared=_if_taken(measure, "compared"),
        verdict=_if_taken(measure, "verdict"),
    )


def _if_taken(measure: RegisteredMeasure | None, name: str) -> Any:
    return getattr(measure, name) if measure is not None and measure.taken else None


def _name_partners(actions: Iterable[PlanAction], teams: dict[str, str]) -> tuple[str, ...]:
    owners = {one.owner.casefold() for one in actions}
    named = sorted(teams[one] for one in owners & teams.keys())
    others = len(owners) - len(named)
    more = (f"{others} other{'' if others == 1 else 's'}",) if others else ()
    return (*named, *more)
