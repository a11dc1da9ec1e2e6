"""How the visits of very many fixes are found on Apache Spark, by the kernel of every engine.

No fix passes through Spark. The driver reads footers and makes a plan; each task opens the file
itself, reads its own row groups, and hands back what the kernel found.
"""

import gc
import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from patrolwise.errors import InputError, MissingExtraError, check_faults
from patrolwise.patrols.area_index import AreaIndex, index_areas
from patrolwise.patrols.day_batches import FIX_COLUMNS, FoundBatch, find_batch
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import KERNEL_VERSION, VisitsFound, join_batches
from patrolwise.tables import AREAS, FIXES, check_columns
from patrolwise.times import patrol_day

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

ROWS = 1_000_000  # of a task, at least: a tenth of a second's work and 60 MB
# what a column may be, where that is more than what FIXES declares
_READABLE: dict[str, tuple[pl.DataType | type[pl.DataType], ...]] = {
    "device_id": (pl.String, pl.Categorical),  # the latter is how a dictionary is read
    "time": tuple(pl.Datetime(unit, "UTC") for unit in ("us", "ms", "ns")),
    "accuracy_m": (pl.Float32, pl.Float64),
}
_ANSWER = "found binary, size long, fault string"


@dataclass(frozen=True)
class Chunk:
    """Consecutive row groups of one file: what one task reads."""

    path: str
    file_rows: int  # of the whole file: the worker must see the one that was planned
    first: int  # row group
    end: int  # row group after the last
    may_begin_before: bool  # its first device-day may have rows in the row groups before
    may_go_on: bool  # its last device-day may have rows in those after


@dataclass(frozen=True)
class Job:
    """What every task is told: it travels once, as part of the function that Spark sends."""

    chunks: tuple[Chunk, ...]
    index: AreaIndex
    areas_sha256: str
    kernel: int
    rule: VisitRule
    with_pieces: bool


def find_visits_on_spark(
    session: "SparkSession",
    paths: Sequence[str | Path],
    areas: pl.DataFrame,
    rule: VisitRule = VisitRule(),
    *,
    with_pieces: bool = False,
) -> VisitsFound:
    """Return what `find_visits` returns, worked out by the tasks of one Spark job.

    Workers answer with pickled arrays. That is safe because the driver unpickles only what the
    tasks of its own job hand back over Spark's own channel, which carries pickled results anyway:
    whoever can write there already runs code on the cluster. Nothing of it is kept in a file or
    taken from one.

    Parameters
    ----------
    session : SparkSession
        Its workers have `patrolwise[spark]`, of the same version as the driver.
    paths : sequence of str or Path
        Parquet with the columns of FIXES, sorted by device_id, then time, as `write_fixes` makes.
        Every worker can open them by the same name: on a shared disk, or as an address that
        pyarrow knows, such as s3:// or hdfs://. A device-day lies within one file.
    areas : (m, 3) AREAS
    rule : VisitRule
    with_pieces : bool
        Whether the unbroken runs of credited steps are wanted too.

    Returns
    -------
    VisitsFound
        The same as of the fixes in memory, to the last visit, with the same record.

    Raises
    ------
    InputError
        A file cannot be read by the driver or by a worker, lacks a column, is not in order, or
        is given twice; or two files share a device-day. All that was found wrong is listed.
    MissingExtraError
        The spark extra is not installed.
    """
    check_columns(areas, AREAS, name="areas")
    index = index_areas(areas)
    chunks = tuple(chunk for path in _given_once(paths) for chunk in plan_chunks(path))
    job = Job(chunks, index, index.sha256, KERNEL_VERSION, rule, with_pieces)
    batches = _run(session, job) if chunks else []
    try:
        return join_batches(batches, rule, index)
    except InputError as error:
        if len(paths) == 1:
            raise
        raise InputError(
            f"Of {len(paths)} files: {error} A device-day must lie within one file: let files by "
            "date begin at 04:00 UTC, as patrol days do."
        ) from error


def plan_chunks(path: str) -> list[Chunk]:
    """Return what the tasks are to read of one file, from its footer alone.

    Parameters
    ----------
    path : str
        Of a Parquet file, as a worker can open it.

    Returns
    -------
    list of Chunk
        Of at least `ROWS` rows each, but for the last; empty when the file has no rows.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or has one of another type.
    MissingExtraError
        The spark extra is not installed.
    """
    with _opened(path) as file:
        meta = file.metadata
        schema = _as_frame(file.schema_arrow.empty_table()).schema
    _check_readable(path, schema)
    if meta.num_rows == 0:
        return []
    count, starts, rows = meta.num_row_groups, [0], 0
    for group in range(count):
        if rows >= ROWS:
            starts.append(group)
            rows = 0
        rows += meta.row_group(group).num_rows
    shares = [False, *(_may_share_device(meta, start) for start in starts[1:]), False]
    ends = [*starts[1:], count]
    return [
        Chunk(path, meta.num_rows, start, end, shares[n], shares[n + 1])
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def read_chunk(chunk: Chunk) -> pl.DataFrame:
    """Return the fixes of the device-days that begin in a chunk, whole.

    A device-day that began before the chunk is left to the task of that chunk; one that goes on
    after it is read to its end.

    Parameters
    ----------
    chunk : Chunk

    Returns
    -------
    (n, c) frame with those of FIX_COLUMNS that the file has
        No rows when all of the chunk belongs to a device-day that began before.

    Raises
    ------
    InputError
        The file cannot be read, or is not the one that was planned.
    """
    with _opened(chunk.path) as file:
        if file.metadata.num_rows != chunk.file_rows:
            raise InputError(
                f"{chunk.path} has {file.metadata.num_rows} rows on a worker and had "
                f"{chunk.file_rows} on the driver. Put it where all of them open the same file, "
                "and do not write to it meanwhile."
            )
        fixes = _read(file, range(chunk.first, chunk.end), FIX_COLUMNS)
        if chunk.may_begin_before:
            fixes = fixes[_rows_of_day_before(file, fixes, chunk.first) :]
        if chunk.may_go_on and fixes.height:
            fixes = pl.concat([fixes, *_rest_of_day(file, _last_day(fixes), chunk.end)])
    return fixes


def answer_chunks(batches: "Iterable[pa.RecordBatch]", job: Job) -> "Iterator[pa.RecordBatch]":
    """Yield, for each number of a chunk that Spark hands over, what the kernel found there.

    A fault in the data is an answer and no failure: Spark would try such a task four times, and
    tell of it in a page of Java.

    Parameters
    ----------
    batches : iterable of RecordBatch
        With the column `id`.
    job : Job

    Yields
    ------
    RecordBatch
        One row: `found`, a FoundBatch as compressed bytes, and the `size` they had; or `fault`,
        a sentence; neither when no device-day begins in the chunk.
    """
    import pyarrow as pa  # noqa: PLC0415  optional

    schema = pa.schema([("found", pa.binary()), ("size", pa.int64()), ("fault", pa.string())])
    for batch in batches:
        for number in batch["id"].to_pylist():
            answer: dict[str, Any] = {}
            try:
                found = _find_in_chunk(job, job.chunks[number])
            except InputError as error:
                answer = {"fault": str(error)}
            else:
                if found is not None:
                    answer = _pack(found)
            yield pa.RecordBatch.from_pylist([answer], schema=schema)
    _spare_the_collector()


@cache
def _spare_the_collector() -> None:
    """Take what a worker has loaded out of the garbage collector's sight, once in its life.

    Spark has all of it looked through after every task, which takes longer than the task.
    """
    gc.freeze()


def _find_in_chunk(job: Job, chunk: Chunk) -> FoundBatch | None:
    _check_same_kernel(job)
    fixes = read_chunk(chunk)
    if fixes.is_empty():
        return None
    try:
        return find_batch(fixes, job.index, job.rule, with_pieces=job.with_pieces)
    except InputError as error:
        raise InputError(f"{chunk.path}: {error}") from error


def _pack(found: FoundBatch) -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415  optional

    plain = pickle.dumps(found)
    packed = pa.compress(plain, "zstd", asbytes=True)  # most of it is zeros
    return {"found": packed, "size": len(plain)}


def _unpack(found: bytes, size: int) -> FoundBatch:
    """Return what a task of this driver's own job packed: see find_visits_on_spark."""
    import pyarrow as pa  # noqa: PLC0415  optional

    plain = pa.decompress(found, size, "zstd", asbytes=True)
    unpacked: FoundBatch = pickle.loads(plain)  # noqa: S301  its own job's bytes
    return unpacked


def _check_same_kernel(job: Job) -> None:
    if job.kernel != KERNEL_VERSION:
        raise InputError(
            f"A worker has kernel {KERNEL_VERSION} of Patrolwise and the driver {job.kernel}: "
            "they could give different answers. Install the same version on both."
        )
    if job.index.sha256 != job.areas_sha256:
        raise InputError(
            "The areas on a worker are not those of the driver. Install the same versions of "
            "Patrolwise and numpy on both."
        )


def _run(session: "SparkSession", job: Job) -> list[FoundBatch]:
    """Return what each chunk gave, having run one task for each."""
    count = len(job.chunks)
    numbers = session.range(0, count, 1, count)  # one number a partition, and no shuffle
    rows = numbers.mapInArrow(partial(answer_chunks, job=job), _ANSWER).collect()
    check_faults("Fix stores on Spark", sorted({row.fault for row in rows if row.fault}))
    return [_unpack(row.found, row.size) for row in rows if row.found]


def _given_once(paths: Sequence[str | Path]) -> list[str]:
    """Return the paths as workers, which start in other folders, can open them."""
    if not paths:
        raise InputError("There is no fix store to read. Give the path of at least one.")
    told = [str(path) if "://" in str(path) else str(Path(path).absolute()) for path in paths]
    faults = [
        f"{path} is given {told.count(path)} times. Give it once: its minutes would count again."
        for path in sorted(set(told))
        if told.count(path) > 1
    ]
    check_faults("Fix stores", faults)
    return told


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """Open a Parquet file, of which only the footer is read; what fails later is told alike."""
    try:
        import pyarrow as pa  # noqa: PLC0415  optional
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Spark needs pyarrow, which is not installed. Run: pip install 'patrolwise[spark]', "
            "on the workers too. One machine needs nothing more: see find_visits_in_store."
        ) from error
    try:
        with parquet.ParquetFile(path, read_dictionary=["device_id"]) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise InputError(
            f"{path} cannot be read as Parquet: {reason}. Check the path and the rights to it, "
            "on the driver and on each worker."
        ) from error


def _read(file: Any, groups: range, columns: Sequence[str]) -> pl.DataFrame:
    names = [name for name in columns if name in file.schema_arrow.names]
    table = file.read_row_groups(list(groups), columns=names, use_threads=False)
    return _as_frame(table)


def _as_frame(table: Any) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _check_readable(path: str, schema: pl.Schema) -> None:
    if missing := [name for name in FIX_COLUMNS[:4] if name not in schema]:
        raise InputError(
            f"{path} lacks {', '.join(missing)}; it has {', '.join(schema)}. Make it with "
            "patrolwise fixes check FILES --out."
        )
    wrong = [
        f"{name} is {schema[name]}, not {FIXES.schema[name]}."
        for name in FIX_COLUMNS
        if name in schema and schema[name] not in _READABLE.get(name, (FIXES.schema[name],))
    ]
    check_faults(f"{path}, to be written anew as docs/how-to/run-on-spark.md says", wrong)


def _may_share_device(meta: Any, group: int) -> bool:
    """Return False only if a row group surely begins with another device than the one before.

    Bounds in a footer may be cut short, but never so that a value lies beyond them.
    """
    before, after = (_device_statistics(meta.row_group(n)) for n in (group - 1, group))
    return before is None or after is None or not before.max < after.min


def _device_statistics(group: Any) -> Any:
    columns = (group.column(n) for n in range(group.num_columns))
    column = next(column for column in columns if column.path_in_schema == "device_id")
    return column.statistics if column.is_stats_set and column.statistics.has_min_max else None


def _last_day(fixes: pl.DataFrame) -> tuple[Any, ...]:
    return fixes[-1].select("device_id", patrol_day(pl.col("time"))).row(0)


def _rows_of_day(fixes: pl.DataFrame, day: tuple[Any, ...]) -> int:
    """Return how many of the first rows belong to a device-day."""
    other = (pl.col("device_id") != day[0]) | (patrol_day(pl.col("time")) != day[1])
    is_other = fixes.select(other).to_series()
    return int(is_other.arg_max() or 0) if is_other.any() else fixes.height


def _rows_of_day_before(file: Any, fixes: pl.DataFrame, first: int) -> int:
    """Return how many of the first rows belong to the last device-day before a row group."""
    frames = (_read(file, range(n, n + 1), FIX_COLUMNS[:2]) for n in range(first - 1, -1, -1))
    return _rows_of_day(fixes, _last_day(next(frame for frame in frames if frame.height)))


def _rest_of_day(file: Any, day: tuple[Any, ...], first: int) -> Iterator[pl.DataFrame]:
    """Yield the rows with which a device-day goes on, from a row group onwards."""
    for group in range(first, file.metadata.num_row_groups):
        ahead = _read(file, range(group, group + 1), FIX_COLUMNS[:2])
        rows = _rows_of_day(ahead, day)
        if rows:
            yield _read(file, range(group, group + 1), FIX_COLUMNS)[:rows]
        if rows < ahead.height:
            return
