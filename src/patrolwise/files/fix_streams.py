"""How the visits of a fix store of any size are found: read once, in order, in little memory."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.spooled_batches import SpooledBatches
from patrolwise.files.store_parts import FixPart, join_parts, read_device_runs, take_runs
from patrolwise.patrols.area_index import AreaIndex, index_areas
from patrolwise.patrols.day_batches import FIX_COLUMNS, FoundBatch, find_batch
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import VisitsFound, VisitStream, join_batches, stream_visits
from patrolwise.tables import AREAS, FIXES, check_columns

_NEEDED = FIX_COLUMNS[:4]
_ROWS: int | None = None  # of a batch; None: as the file's row groups come
_AHEAD = 2_000_000  # fixes that may wait for the areas to be made ready: 60 MB


def find_visits_in_store(
    path: str | Path,
    areas: pl.DataFrame,
    rule: VisitRule = VisitRule(),
    *,
    threads: int = 2,
    with_pieces: bool = False,
) -> VisitsFound:
    """Return what `find_visits` returns, from a Parquet file that need not fit into memory.

    The file is decoded batch by batch while threads work on the batches before; a device-day
    that crosses from one batch into the next is kept whole.

    Parameters
    ----------
    path : str or Path
        Parquet with the columns of FIXES, sorted by device_id, then time, as `write_fixes` makes.
    areas : (m, 3) AREAS
    rule : VisitRule
    threads : int
        At work on visits; decoding has its own.
    with_pieces : bool
        Whether the unbroken runs of credited steps are wanted too.

    Returns
    -------
    VisitsFound
        The same as of the fixes in memory, to the last visit.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or is not in order.
    """
    with SpooledBatches() as found:
        index = _fill(
            found, path, areas, partial(find_batch, rule=rule, with_pieces=with_pieces), threads
        )
        return join_batches(found, rule, index)


@contextmanager
def stream_visits_in_store(
    path: str | Path,
    areas: pl.DataFrame,
    rule: VisitRule = VisitRule(),
    *,
    threads: int = 2,
    with_pieces: bool = False,
) -> Iterator[VisitStream]:
    """Give what `find_visits_in_store` returns, with the visits made some at a time.

    The memory needed does not grow with the fixes, but for some 300 bytes a device-day. The
    visits come as they are taken, which must be within the `with`.

    Parameters
    ----------
    path : str or Path
        Parquet, as for `find_visits_in_store`.
    areas : (m, 3) AREAS
    rule : VisitRule
    threads : int
        At work on visits; decoding has its own.
    with_pieces : bool
        Whether the unbroken runs of credited steps are wanted too.

    Yields
    ------
    VisitStream
        Its parts, one after another, are the tables that `find_visits_in_store` returns.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or is not in order.
    """
    with SpooledBatches() as found:
        index = _fill(
            found, path, areas, partial(find_batch, rule=rule, with_pieces=with_pieces), threads
        )
        yield stream_visits(found, rule, index)


def _fill(
    found: SpooledBatches,
    path: str | Path,
    areas: pl.DataFrame,
    find: Callable[..., FoundBatch],
    threads: int,
) -> AreaIndex:
    """Add what each batch of the store gives, in order; return the areas made ready."""
    check_columns(areas, AREAS, name="areas")
    if threads < 1:
        raise InputError(f"threads must be at least 1, got {threads}.")
    waiting: deque[Future[FoundBatch]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        index = pool.submit(index_areas, areas)

        def look(part: FixPart) -> FoundBatch:
            return find(part.fixes, index.result(), runs=part.runs)

        ahead = 0  # fixes decoded while the areas are made ready
        for part in _whole_days(Path(path)):
            waiting.append(pool.submit(look, part))
            ahead += 0 if index.done() else part.height
            while len(waiting) > threads + 1 and (index.done() or ahead > _AHEAD):
                found.append(waiting.popleft().result())
        while waiting:
            found.append(waiting.popleft().result())
        return index.result()


def scan_store(path: Path) -> pl.LazyFrame:
    """Return a lazy frame of the columns that visits need.

    Parameters
    ----------
    path : Path
        Parquet.

    Returns
    -------
    LazyFrame

    Raises
    ------
    InputError
        The file is no Parquet, or lacks a column.
    """
    try:
        frame = pl.scan_parquet(path)
        known = dict(frame.collect_schema())
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path.name} cannot be read as Parquet: {reason}.") from error
    if missing := [name for name in _NEEDED if name not in known]:
        raise InputError(
            f"{path.name} lacks {', '.join(missing)}; it has {', '.join(known)}. Make it with "
            "patrolwise fixes check FILES --out."
        )
    if wrong := [
        f"{name} is {known[name]}, not {wanted}"
        for name, wanted in FIXES.schema.items()
        if name in FIX_COLUMNS and name in known and not _is_readable(known[name], wanted)
    ]:
        raise InputError(
            f"{path.name}: {'; '.join(wrong)}. Make it with patrolwise fixes check FILES --out."
        )
    return frame.select(name for name in FIX_COLUMNS if name in known)


def _is_readable(has: pl.DataType, wanted: pl.DataType | type[pl.DataType]) -> bool:
    """Return whether a column can be used as it is: times in UTC of any unit, other floats too."""
    if isinstance(wanted, pl.Datetime):
        return isinstance(has, pl.Datetime) and has.time_zone == "UTC"
    return has == wanted or (wanted == pl.Float32 and has == pl.Float64)


def _whole_days(path: Path) -> Iterator[FixPart]:
    """Yield the fixes in order, in batches that begin and end where device-days do.

    A batch is handed on as it was decoded, without a copy; only a device-day that crosses from
    one batch into the next is put together, and is a batch of its own.
    """
    held: list[FixPart] = []  # the device-day, or the batch, that may go on in the next
    for part in _decoded(path):
        if not held:
            held = [part]
            continue
        own = part.count_first(held[-1].day_of(-1))
        if own:
            if len(held) == 1 and (cut := held[0].height - held[0].count_last(held[0].day_of(-1))):
                yield held[0].cut(0, cut)
                held = [held[0].cut(cut, held[0].height)]
            held.append(part.cut(0, own))
            if own == part.height:
                continue
        yield join_parts(held) if len(held) > 1 else held[0]
        held = [part.cut(own, part.height)]
    if held:
        yield join_parts(held)


def _decoded(path: Path) -> Iterator[FixPart]:
    """Yield the file's fixes as they are decoded, some row groups at a time."""
    frame, runs = scan_store(path), read_device_runs(path)
    left = None if runs is None else deque(runs)
    try:
        parts = (frame if runs is None else frame.drop("device_id")).collect_batches(
            chunk_size=_ROWS, maintain_order=True, engine="streaming"
        )
        for part in parts:
            yield FixPart(part, None if left is None else take_runs(left, part.height))
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{path.name} is damaged: {str(error).splitlines()[0]}. Write it anew with "
            "patrolwise fixes check FILES --out."
        ) from error
