"""Plans and measures as the library takes them: rows become its values here and nowhere else."""

from datetime import date

from patrolwise.partnership.plan_measures import PlanMeasure
from patrolwise.partnership.problem_plans import (
    ActionState,
    Finding,
    Hypothesis,
    Objective,
    PlanFacts,
    PlannedAction,
    Stage,
)
from patrolwise.times import Window
from patrolwise.web.problems.models import ProblemPlan, RegisteredMeasure


def read_facts(plan: ProblemPlan) -> PlanFacts:
    """Return all of a plan that its gates look at.

    Parameters
    ----------
    plan : ProblemPlan
        With its rows fetched beforehand, where there are many plans.

    Returns
    -------
    PlanFacts
    """
    parts = ("behaviour", "place", "time", "harm", "affected", "aim")
    measure = measure_of(plan)
    is_taken = measure is not None and measure.taken is not None
    return PlanFacts(
        stage=Stage(plan.stage),
        objective=Objective(**{part: getattr(plan, part) for part in parts}),
        sources=tuple(one.source for one in plan.evidence.all()),
        hypotheses=tuple(
            Hypothesis(text=one.text, test=one.test, finding=Finding(one.finding))
            for one in plan.hypotheses.all()
        ),
        actions=tuple(
            PlannedAction(
                mechanism=one.mechanism, owner=one.owner, due=one.due, state=ActionState(one.state)
            )
            for one in plan.actions.all()
        ),
        measure=read_measure(measure) if measure else None,
        has_outcome=is_taken,
        has_comparison=is_taken and measure is not None and measure.comparison_before is not None,
        review_due=plan.review_due,
    )


def measure_of(plan: ProblemPlan) -> RegisteredMeasure | None:
    """Return the measure of a plan's running round.

    Parameters
    ----------
    plan : ProblemPlan

    Returns
    -------
    RegisteredMeasure or None
    """
    return next((one for one in plan.measures.all() if one.round == plan.round), None)


def read_measure(row: RegisteredMeasure) -> PlanMeasure:
    """Return a registered measure.

    Parameters
    ----------
    row : RegisteredMeasure

    Returns
    -------
    PlanMeasure
    """
    return PlanMeasure(
        outcome=row.outcome,
        area_ids=tuple(row.area_ids),
        comparison_ids=tuple(row.comparison_ids),
        baseline=Window("before", row.baseline_first, row.baseline_last),
        window=Window("after", row.window_first, row.window_last),
        registered=row.registered,
    )


def is_measured(plan: ProblemPlan, on: date) -> bool:
    """Return whether a plan's counts can be taken now: its window is over, and they are not taken.

    Parameters
    ----------
    plan : ProblemPlan
    on : date

    Returns
    -------
    bool
    """
    measure = measure_of(plan)
    return (
        plan.stage == Stage.ASSESSMENT
        and measure is not None
        and measure.taken is None
        and read_measure(measure).is_over(on)
    )
