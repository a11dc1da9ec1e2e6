"""What many files give before it is placed on the map, and which of them say the same twice."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from patrolwise.crimes import FileFault, FileRead
from patrolwise.files.sources import Source, unpack

BATCH_BYTES = 64 << 20  # as stored: what is held in memory at a time


@dataclass
class OneFile:
    """One file: where it came from, and what was counted in it."""

    number: int  # marks its rows
    source: Source
    sha256: str  # of the bytes as stored
    rows_read: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)


@dataclass
class Reading:
    """All rows so far: columns of CRIMES and `file`; x and y still as the files give them."""

    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    files: list[OneFile] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """How many rows the good files have."""
        return sum(one.rows_read for one in self.files)

    @property
    def files_read(self) -> list[FileRead]:
        """The good files, for the report."""
        return [
            FileRead(name=one.source.name, sha256=one.sha256, rows=one.rows_read)
            for one in self.files
        ]


def load_batches(
    sources: Iterable[Source], reading: Reading
) -> Iterator[list[tuple[OneFile, bytes]]]:
    """Yield files with their bytes, some at a time; the same bytes are yielded once.

    Parameters
    ----------
    sources : iterable of Source
    reading : Reading
        Unreadable files are added to its faults, and repeated ones to its notes.

    Yields
    ------
    list of (OneFile, bytes)
    """
    seen: dict[str, str] = {}
    batch: list[tuple[OneFile, bytes]] = []
    size = 0
    for number, source in enumerate(sources):
        data = source.read()
        if isinstance(data, FileFault):
            reading.faults.append(data)
            continue
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in seen:
            reading.notes.append(_same_content(source.name, seen[sha256]))
            continue
        seen[sha256] = source.name
        batch.append((OneFile(number, source, sha256), data))
        size += len(data)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def drop_overlaps(reading: Reading) -> None:
    """Take out files that give a force's month that an earlier file gave: crimes counted double.

    The same content packed otherwise is taken out with a note; another version of it, known by
    shared crime ids, is a fault. Files with no id in common are parts of one month, and stay.

    Parameters
    ----------
    reading : Reading
        Changed in place.
    """
    months = reading.rows.group_by("force", "month").agg(pl.col("file").unique().sort())
    groups = months.filter(pl.col("file").list.len() > 1).sort("force", "month")["file"].to_list()
    by_number = {one.number: one for one in reading.files}
    out: set[int] = set()
    for group in groups:
        for later in group[1:]:
            earlier = [by_number[n] for n in group if n < later and n not in out]
            if later not in out and _is_repeated(by_number[later], earlier, reading):
                out.add(later)
    if out:
        reading.rows = reading.rows.filter(~pl.col("file").is_in(out))
        reading.files = [one for one in reading.files if one.number not in out]


def _is_repeated(one: OneFile, earlier: Sequence[OneFile], reading: Reading) -> bool:
    name = one.source.name
    for other in earlier:
        if _contents(one) == _contents(other):
            reading.notes.append(_same_content(name, other.source.name))
            return True
        mine, theirs = (
            reading.rows.filter(pl.col("file") == f.number, pl.col("crime_id").is_not_null())
            for f in (one, other)
        )
        shared = mine.join(theirs, on=["force", "month", "crime_id"], how="semi")
        if not shared.is_empty():
            force, month, crime_id, row = shared.select("force", "month", "crime_id", "row").row(0)
            message = (
                f"Row {row}, column crime id is {crime_id!r}: {other.source.name} has it too, as "
                f"{shared.height} ids for {force} in {month:%Y-%m} and any other month they "
                "share. They are two versions of one month; take one out of the list."
            )
            reading.faults.append(FileFault(file=name, message=message))
            return True
    return False


def _contents(one: OneFile) -> bytes | str:
    data = one.source.read()
    plain = unpack(data) if isinstance(data, bytes) else one.sha256
    return plain if isinstance(plain, str) else hashlib.sha256(plain).hexdigest()


def _same_content(name: str, first: str) -> str:
    return f"{name} has the same content as {first} and was read once."
