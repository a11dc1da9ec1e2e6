"""How strong the design behind each outcome of some results is."""

from patrolwise.evaluation.design_levels import DesignFacts, DesignLevel, judge_design
from patrolwise.reporting.conclusions import guards_about, red_guards
from patrolwise.reporting.reflection_records import ReportFacts
from patrolwise.reporting.results import OutcomeRecord, Results

# The College of Policing labels each entry of its practice bank with one of these four.
WORKED, PROMISING, NEW, DID_NOT_WORK = "Worked", "Promising", "Untested: new", "Did not work"
_COMPARED, _STRONG = 3, 4  # levels of the scale


def grade_design(results: Results, outcome: OutcomeRecord, facts: ReportFacts) -> DesignLevel:
    """Return the level of one outcome's design on the Maryland Scientific Methods Scale.

    Parameters
    ----------
    results : Results
    outcome : OutcomeRecord
        One of them.
    facts : ReportFacts
        What other parts of the study found out. Checks of likeness are of the main outcome: they
        say nothing for the others.

    Returns
    -------
    DesignLevel
    """
    kinds = [shape.kind for shape in results.shapes]
    compared = outcome.comparison_before is not None
    # results without shapes still say whether anything was compared with
    areas = max(1, kinds.count("comparison")) if compared else 0
    is_main = outcome == results.outcomes[0]
    # a lot that was drawn for the days of one outcome makes no other outcome an experiment
    drawn_days = {one.definition for one in results.days if one.is_drawn}
    is_drawn = facts.is_drawn and (not results.days or outcome.definition in drawn_days)
    done = DesignFacts(
        hot_spots=max(1, len(outcome.areas), kinds.count("hot spot")),
        comparison_areas=areas,
        is_drawn=is_drawn,
        is_seal_verified=is_drawn and facts.is_seal_verified,
        pre_trend_ok=facts.pre_trend_ok if is_main else None,
        synthetic_ok=facts.synthetic_ok if is_main else None,
    )
    return judge_design(done, guards_about(results.guards, outcome.definition))


def suggest_grade(results: Results, facts: ReportFacts) -> tuple[str, str]:
    """Return a grade to suggest for a practice bank, and why; those who run it decide.

    Parameters
    ----------
    results : Results
        The first outcome is judged.
    facts : ReportFacts

    Returns
    -------
    grade, reason : str
        The reason is whole sentences.

    References
    ----------
    College of Policing, practice bank: worked, promising, new or innovative, did not work. The
    College publishes no rule for them; the one here is ours: level 3 or more with no red guard
    before anything is said to work or not, level 4 or more for "worked".
    """
    if not results.outcomes:
        return NEW, "No crimes were counted."
    outcome = results.outcomes[0]
    level = grade_design(results, outcome, facts)
    judged = f"The design is at level {level.level} of 5."
    if outcome.verdict_id not in ("fall", "rise"):
        return NEW, f"{judged} What was found could be chance, or was too little to judge."
    if level.level < _COMPARED or red_guards(guards_about(results.guards, outcome.definition)):
        return NEW, f"{judged} That is too weak to say that it works, or that it does not."
    if outcome.verdict_id == "rise":
        return DID_NOT_WORK, f"{judged} Crime did worse than elsewhere, by more than chance."
    better = f"{judged} Crime did better than elsewhere, by more than chance."
    if level.level >= _STRONG:
        return WORKED, better
    return PROMISING, f"{better} Another test, stronger in design, should follow."
