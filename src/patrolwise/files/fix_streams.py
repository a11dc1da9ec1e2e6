"""How the visits of a fix store of any size are found: read once, in order, in little memory."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.day_batches import FIX_COLUMNS, FoundBatch, find_batch
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visits import VisitsFound, join_batches
from patrolwise.tables import AREAS, FIXES, check_columns
from patrolwise.times import PATROL_DAY_STARTS, patrol_day

_NEEDED = FIX_COLUMNS[:4]
_ROWS = 200_000  # of a batch, about: enough to be worth a thread's while, 10 MB


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
    check_columns(areas, AREAS, name="areas")
    if threads < 1:
        raise InputError(f"threads must be at least 1, got {threads}.")
    index = index_areas(areas)
    find = partial(find_batch, index=index, rule=rule, with_pieces=with_pieces)
    found: list[FoundBatch] = []
    waiting: deque[Future[FoundBatch]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for batch in _whole_days(Path(path)):
            waiting.append(pool.submit(find, batch))
            if len(waiting) > threads + 1:
                found.append(waiting.popleft().result())
        found += [future.result() for future in waiting]
    return join_batches(found, rule, index)


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


def _whole_days(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the fixes in order, in batches that end where a device-day ends."""
    rest: list[pl.DataFrame] = []
    for part in scan_store(path).collect_batches(
        chunk_size=_ROWS, maintain_order=True, engine="streaming"
    ):
        if part.is_empty():
            continue
        cut = _last_day_start(part)
        if cut == 0 and (not rest or _day_of(part[0]) == _day_of(rest[-1][-1])):
            rest.append(part)  # all of one device-day, which goes on
            continue
        yield pl.concat([*rest, part[:cut]])
        rest = [part[cut:]]
    if rest:
        yield pl.concat(rest)


def _last_day_start(part: pl.DataFrame) -> int:
    """Return the row at which the last device-day of a batch begins."""
    last = _day_of(part[-1])
    own = int((part["device_id"] != last[0]).reverse().arg_max() or 0)
    tail = part["time"][-own:] if own else part["time"]
    begins = datetime.combine(last[1], time(), UTC) + PATROL_DAY_STARTS
    return part.height - len(tail) + int(tail.search_sorted(begins))


def _day_of(row: pl.DataFrame) -> tuple[str, date]:
    """Return the device and the patrol day of one fix."""
    device, day = row.select("device_id", patrol_day(pl.col("time"))).row(0)
    return device, day
