"""How a programme's costs are set against its effects without the rest of its evaluation."""

from collections.abc import Callable
from pathlib import Path

from patrolwise.crimes.quality import FileFault
from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Document
from patrolwise.reporting.cost_records import CostEffects
from patrolwise.reporting.cost_sections import build_cost_document
from patrolwise.study.assessing import assess_outcome
from patrolwise.study.cost_effect import find_cost_effects
from patrolwise.study.cost_evidence import Judged
from patrolwise.study.day_writing import Report, write_report
from patrolwise.study.evaluation import open_study
from patrolwise.study.programme import Programme
from patrolwise.study.programme_days import compare_programme_days, data_of_study

COST_STEPS = 5  # three of them to open the study


def study_costs(
    programme: Programme, *, progress: Callable[[str], None]
) -> tuple[CostEffects, tuple[FileFault, ...]]:
    """Return what each crime prevented cost, and the files that could not be read.

    Parameters
    ----------
    programme : Programme
    progress : callable
        Told of each of `COST_STEPS` steps.

    Returns
    -------
    CostEffects, tuple of FileFault

    Raises
    ------
    InputError
        The programme declares no costs, or a file is wrong.
    RefusedError
        As `open_study`.
    """
    costs = programme.costs
    if costs is None:
        raise InputError(
            f"{programme.file_name} has no [costs]. Add price_year and [[costs.services]] there; "
            "docs/reference/programme.md has all keys."
        )
    opened = open_study(programme, progress=progress)
    progress("Comparing before and after, and days")
    outcomes = [assess_outcome(opened.study, key).outcome for key in programme.definitions]
    data = data_of_study(opened.study, opened.spots.key, opened.quality)
    days = compare_programme_days(programme, programme.patrol_days, data)
    progress("Setting pounds against crimes")
    judged = Judged(days=days.results, outcomes=tuple(outcomes), after=programme.after)
    return find_cost_effects(programme, costs, judged), opened.faults


def write_costs(
    effects: CostEffects, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write cost-effect.json, report.html and report.pdf into a folder.

    Parameters
    ----------
    effects : CostEffects
    out : Path
        Made when absent.
    progress : callable
        Told of each of `day_writing.WRITING_STEPS` steps.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report extra is not installed.
    """

    def draw(_: object) -> Document:
        return build_cost_document(effects)

    return write_report(Report("cost-effect.json", effects, draw), out, progress)
