"""How street files of every force are counted on a cluster: the reader's own function, by tasks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patrolwise.files.recorded_crime import RecordedCrimeRead
from patrolwise.files.street_counts import count_force, group_by_force, join_forces
from patrolwise.spark.street_counts import count_on_spark


def read_street_counts_on_spark(session: Any, paths: Sequence[Path]) -> RecordedCrimeRead:
    """Return what `read_street_counts` returns, each force counted by a task of one Spark job.

    Parameters
    ----------
    session : SparkSession
        As `count_on_spark` takes it.
    paths : sequence of Path
        Files and folders, which every worker can open by the same name. A zip is one task's.

    Returns
    -------
    RecordedCrimeRead
        The same as in one process, to the last count.

    Raises
    ------
    InputError
        As `read_street_counts`, or as `count_on_spark`.
    """
    found = group_by_force(paths)
    return join_forces(found, count_on_spark(session, found.groups, count_force))
