"""How files of very many rows are summed up on Apache Spark, by the function of every other way.

No row passes through Spark: each task reads the files of its own group, and hands back its sums.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from patrolwise import __version__
from patrolwise.errors import check_faults

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

Sums = TypeVar("Sums")
_ANSWER = "found binary, fault string"


@dataclass(frozen=True)
class CountJob:
    """What every task is told."""

    groups: tuple[tuple[Path, ...], ...]
    count: Callable[[Sequence[Path]], Any]
    version: str  # of Patrolwise, on the driver


def count_on_spark(
    session: "SparkSession",
    groups: Sequence[Sequence[Path]],
    count: Callable[[Sequence[Path]], Sums],
) -> list[Sums]:
    """Return the sums of each group of files, each worked out by a task of one Spark job.

    Workers answer with pickled sums, which is safe for the reason that `find_visits_on_spark`
    gives.

    Parameters
    ----------
    session : SparkSession
        Its workers have `patrolwise[spark]`, of the same version as the driver.
    groups : sequence of sequence of Path
        Every worker can open them by the same name, as on a shared disk.
    count : function of the paths of a group
        Of a module that the workers have too; it tells what is wrong in its answer.

    Returns
    -------
    list
        What `count` gives of each group, in their order.

    Raises
    ------
    InputError
        A worker has another version of Patrolwise.
    """
    if not groups:
        return []
    absolute = tuple(tuple(Path(path).absolute() for path in group) for group in groups)
    job = CountJob(groups=absolute, count=count, version=__version__)
    number = len(groups)
    numbers = session.range(0, number, 1, number)  # one number a partition, and no shuffle
    rows = numbers.mapInArrow(partial(answer_groups, job=job), _ANSWER).collect()
    check_faults("Files on Spark", sorted({row.fault for row in rows if row.fault}))
    return [pickle.loads(row.found) for row in rows]  # noqa: S301  its own job's bytes


def answer_groups(batches: "Iterable[pa.RecordBatch]", job: CountJob) -> "Iterator[pa.RecordBatch]":
    """Yield, for each number of a group that Spark hands over, its sums.

    Parameters
    ----------
    batches : iterable of RecordBatch
        With the column `id`.
    job : CountJob

    Yields
    ------
    RecordBatch
        One row: `found`, the sums as bytes; or `fault`, a sentence.
    """
    import pyarrow as pa  # noqa: PLC0415  optional

    schema = pa.schema([("found", pa.binary()), ("fault", pa.string())])
    for batch in batches:
        for number in batch["id"].to_pylist():
            answer: dict[str, Any] = {}
            if job.version != __version__:
                answer["fault"] = (
                    f"A worker has Patrolwise {__version__} and the driver {job.version}: they "
                    "could count otherwise. Install the same version on both."
                )
            else:
                answer["found"] = pickle.dumps(job.count(job.groups[number]))
            yield pa.RecordBatch.from_pylist([answer], schema=schema)
