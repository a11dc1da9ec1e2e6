"""What patrols of given hot spots would look like from trackers to report: simulated, and said so.

The whole path is taken, as for real patrols: fixes, visits, doses, report. Nothing is drawn from
the simulator but what trackers and forms would have held.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from patrolwise.errors import InputError
from patrolwise.hot_spots import HotSpotSet
from patrolwise.reporting.patrol_results import PatrolResults
from patrolwise.reporting.patrol_wording import SIMULATED, format_minutes, format_times
from patrolwise.reporting.wording import format_count
from patrolwise.simulate.writing import NOTES_NAME
from patrolwise.study.patrol_measures import measure_patrols
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.patrol_study import PATROL_STEPS, describe_patrols
from patrolwise.study.patrol_writing import WRITING_STEPS, write_patrols
from patrolwise.study.reading import read_patrol_programme

SIMULATED_STUDY_STEPS = 1 + PATROL_STEPS + WRITING_STEPS


def check_simulated_folder(folder: Path) -> None:
    """Refuse a folder in which simulated patrols would lie among other files.

    Parameters
    ----------
    folder : Path
        May be absent or empty, or hold what `write_simulated_study` wrote there before.

    Raises
    ------
    InputError
        It holds files and not the mark of simulated ones, or cannot be looked into.
    """
    try:
        is_other = folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}. Name another.") from error
    if is_other and not (folder / NOTES_NAME).exists():
        raise InputError(
            f"{folder} holds files that are not marked as simulated. Simulated patrols are not put "
            "beside others: name another folder with --out."
        )


def write_simulated_study(
    folder: Path, rule: SimulationRule, spots: HotSpotSet, *, progress: Callable[[str], None]
) -> PatrolResults:
    """Write a simulated programme of patrols in given hot spots, and the report of its study.

    All is made first, in a folder beside it, and moved in last.

    Parameters
    ----------
    folder : Path
        As `check_simulated_folder` allows. The programme is written into it, the report into its
        subfolder `report`. Files of the same names are replaced, others left.
    rule : SimulationRule
    spots : HotSpotSet
    progress : callable
        Told of each of `SIMULATED_STUDY_STEPS` steps.

    Returns
    -------
    PatrolResults
        The same for the same rule and hot spots.

    Raises
    ------
    InputError
        The folder holds other files or cannot be written, or hot spots lie too close to each other
        for two services to keep apart.
    """
    check_simulated_folder(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".patrolwise-", dir=folder.parent) as name:
            made = Path(name)
            progress("Simulating patrols")
            write_simulated_programme(made, rule, spots)
            tables = measure_patrols(
                read_patrol_programme(made / "programme.toml"), progress=progress
            )
            progress("Putting it together")
            results = describe_patrols(tables)
            write_patrols(results, tables, made / "report", progress=progress)
            _move_in(made, folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}. Name another.") from error
    return results


def tell_simulated_study(results: PatrolResults, folder: Path) -> str:
    """Return in three lines what was simulated, what its study found, and where it lies.

    Parameters
    ----------
    results : PatrolResults
    folder : Path

    Returns
    -------
    str
    """
    given = "; ".join(
        f"{total.service} {format_minutes(total.patrol_min, total.low_min, total.high_min)}, "
        f"the rule met on {format_count(total.days_met)} of "
        f"{format_times(total.days_planned, 'hot-spot day')}, "
        f"unclear on {format_count(total.days_unclear)}"
        for total in results.totals
    )
    days = format_times(results.window.days, "day")
    return "\n".join(
        [
            f"! {SIMULATED}. Trackers of {days} were made up, in the hot spots above.",
            f"  Minutes in hot spots: {given}",
            f"  Written to {folder}: programme.toml, report/report.html, truth/, and more",
        ]
    )


def _move_in(made: Path, folder: Path) -> None:
    # the mark comes first: were the rest to fail, the folder would still say what it holds
    files = sorted(
        (path for path in made.rglob("*") if path.is_file()),
        key=lambda path: (path.name != NOTES_NAME, path),
    )
    for path in files:
        target = folder / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)  # noqa: PTH105  (atomic, and says so)
