"""How an allocation, its drawn set, its seal and what is published are kept in files.

An allocation is CSV, and a drawn set is compressed CSV with a column for each hot spot and a row
for each draw. Both begin with one line of JSON behind a #: the design, and the hash of what
follows. They open in any program; one that was changed is refused.
"""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.files.whole_files import FOR_ALL, FOR_OWNER, write_whole
from patrolwise.planning.allocation import Allocation, DrawnSet, tabulate_allocation
from patrolwise.planning.design_days import Design
from patrolwise.planning.design_records import make_design, record_design
from patrolwise.planning.drawing import OUT, Codes
from patrolwise.planning.plan_tables import ALLOCATIONS
from patrolwise.planning.sealing import Published, Seal, open_seal

ALLOCATION_SCHEMA = "patrolwise.allocation/1"
DRAWS_SCHEMA = "patrolwise.draws/1"
PUBLISHED_SCHEMA = "patrolwise.published/1"

_OUT_SIGN = "."  # a day out of play, in a drawn set; arms are digits
_WIDTH = 7  # signs of a draw's number and the comma after it
_COMPRESSION = 1  # a third larger than the usual 6, and three times as quick


def write_allocation(path: str | Path, allocation: Allocation) -> None:
    """Write all days of an allocation as CSV, with its design and hash.

    Whoever has the file knows all days to come: until the end it belongs with the seal.

    Parameters
    ----------
    path : str or Path
        A file there is replaced only by a whole one.
    allocation : Allocation

    Raises
    ------
    InputError
        The folder is not there or cannot be written to.
    """
    text = _head_line(_allocation_head(allocation)) + tabulate_allocation(allocation).write_csv()
    write_whole(Path(path), text.encode())


def read_allocation(path: str | Path) -> Allocation:
    """Return the allocation of a file, its hash and every row verified.

    Parameters
    ----------
    path : str or Path
        As `write_allocation` wrote it.

    Returns
    -------
    Allocation

    Raises
    ------
    InputError
        The file cannot be read, is no allocation, or was changed.
    """
    path = Path(path)
    head, rest = _split_head(path, _read_bytes(path), ALLOCATION_SCHEMA)
    design = make_design(head["design"])
    try:
        rows = pl.read_csv(io.BytesIO(rest), schema=ALLOCATIONS.schema, eol_char="\n")
        codes = _codes_of(rows, design)
    except (pl.exceptions.PolarsError, KeyError) as error:
        raise _changed(path, ALLOCATION_SCHEMA) from error
    allocation = Allocation(design=design, codes=codes)
    # the hash holds the codes; blocks, washout days and order follow from them
    if head != _allocation_head(allocation) or not tabulate_allocation(allocation).equals(rows):
        raise _changed(path, ALLOCATION_SCHEMA)
    return allocation


def write_drawn_set(path: str | Path, drawn: DrawnSet) -> None:
    """Write a drawn set as compressed CSV: a row for each draw, a column for each hot spot.

    A cell has one sign for each working day: the number of the arm, in the design's order, or a
    full stop where the hot spot is not in play.

    Parameters
    ----------
    path : str or Path
        Ends in .csv.gz. A file there is replaced only by a whole one.
    drawn : DrawnSet

    Raises
    ------
    InputError
        Another ending, or the folder is not there or cannot be written to.
    """
    path = Path(path)
    if not path.name.endswith(".csv.gz"):
        raise InputError(f"{path} must end in .csv.gz. Give another name.")
    text = _head_line(_draws_head(drawn)).encode() + _column_line(drawn.design)
    data = text + _lines_of(drawn.codes).tobytes()
    write_whole(path, gzip.compress(data, _COMPRESSION, mtime=0))


def read_drawn_set(path: str | Path) -> DrawnSet:
    """Return the drawn set of a file, its hash verified.

    Parameters
    ----------
    path : str or Path
        As `write_drawn_set` wrote it.

    Returns
    -------
    DrawnSet

    Raises
    ------
    InputError
        The file cannot be read, is no drawn set, or was changed.
    """
    path = Path(path)
    try:
        data = gzip.decompress(_read_bytes(path))
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path.name} is no whole gzip file: {error}. Fetch it again.") from error
    head, rest = _split_head(path, data, DRAWS_SCHEMA)
    design = make_design(head["design"])
    columns = _column_line(design)
    lines = np.frombuffer(rest.removeprefix(columns), dtype=np.uint8)
    width = _WIDTH + design.shape[0] * (design.shape[1] + 1)
    if not rest.startswith(columns) or not lines.size or lines.size % width:
        raise _changed(path, DRAWS_SCHEMA)
    codes = _codes_of_lines(lines.reshape(-1, width), design)
    drawn = DrawnSet(design=design, codes=codes, seed=int(head.get("seed", "0")))
    # the hash holds the codes; the rest of the file must be what writing them again gives
    is_same = np.array_equal(_lines_of(codes).ravel(), lines) and head == _draws_head(drawn)
    if not is_same:
        raise _changed(path, DRAWS_SCHEMA)
    return drawn


def write_seal(path: str | Path, seal: Seal) -> None:
    """Write a seal as JSON: keep it where only the seal keeper can read it.

    Parameters
    ----------
    path : str or Path
        A file there is replaced only by a whole one; it can be read by its owner alone.
    seal : Seal

    Raises
    ------
    InputError
        The folder is not there or cannot be written to.
    """
    _write_json(Path(path), seal.as_record(), FOR_OWNER)


def read_seal(path: str | Path) -> Seal:
    """Return the seal of a file; `sealing.verify_seal` says whether it is the published one.

    Parameters
    ----------
    path : str or Path
        As `write_seal` wrote it.

    Returns
    -------
    Seal

    Raises
    ------
    InputError
        The file cannot be read, or is no seal.
    """
    return open_seal(_read_json(Path(path)))


def write_published(path: str | Path, published: Published) -> None:
    """Write what is told to everybody before the start, as JSON.

    Parameters
    ----------
    path : str or Path
        A file there is replaced only by a whole one.
    published : Published

    Raises
    ------
    InputError
        The folder is not there or cannot be written to.
    """
    record = asdict(published)
    record["set_seed"] = str(published.set_seed)
    _write_json(Path(path), {"schema": PUBLISHED_SCHEMA, **record})


def read_published(path: str | Path) -> Published:
    """Return what was told to everybody before the start.

    Parameters
    ----------
    path : str or Path
        As `write_published` wrote it.

    Returns
    -------
    Published

    Raises
    ------
    InputError
        The file cannot be read, or is nothing that was published.
    """
    path = Path(path)
    record = _read_json(path)
    names = [field.name for field in fields(Published)]
    faults = [f"{name} is missing." for name in names if name not in record]
    if record.get("schema") != PUBLISHED_SCHEMA:
        faults.append(f"schema is {record.get('schema')}, and not {PUBLISHED_SCHEMA}.")
    if not str(record.get("set_seed", "0")).isdecimal():
        faults.append(f"set_seed must be a whole number, got {record['set_seed']}.")
    check_faults(path.name, faults)
    values = {name: record[name] for name in names}
    return Published(**{**values, "set_seed": int(values["set_seed"])})


def _lines_of(codes: Codes) -> NDArray[np.uint8]:
    """Return the lines of a drawn set, all of one length, as characters."""
    count, areas, days = codes.shape
    lines = np.full((count, _WIDTH + areas * (days + 1)), ord(","), dtype=np.uint8)
    numbers = np.char.zfill(np.arange(1, count + 1).astype(str), _WIDTH - 1).astype("S")
    lines[:, : _WIDTH - 1] = numbers.view(np.uint8).reshape(count, -1)
    cells = lines[:, _WIDTH:].reshape(count, areas, days + 1)
    cells[..., :days] = np.where(codes == OUT, ord(_OUT_SIGN), codes + ord("0"))
    lines[:, -1] = ord("\n")
    return lines


def _codes_of_lines(lines: NDArray[np.uint8], design: Design) -> Codes:
    areas, days = design.shape
    cells = lines[:, _WIDTH:].reshape(len(lines), areas, days + 1)[..., :days]
    return np.where(cells == ord(_OUT_SIGN), OUT, cells.astype(np.int8) - ord("0")).astype(np.int8)


def _column_line(design: Design) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(["draw", *design.area_ids])
    return line.getvalue().encode()


def _codes_of(rows: pl.DataFrame, design: Design) -> Codes:
    """Return the codes of a table's rows; KeyError where it has what the design has not."""
    row = {area_id: number for number, area_id in enumerate(design.area_ids)}
    column = {day: number for number, day in enumerate(design.days)}
    code = {arm.name: number for number, arm in enumerate(design.rule.arms)}
    codes = np.full(design.shape, OUT, dtype=np.int8)
    for area_id, day, arm in rows.select("area_id", "day", "arm").iter_rows():
        codes[row[area_id], column[day]] = code[arm]
    return codes


def _allocation_head(allocation: Allocation) -> dict[str, Any]:
    return {
        "schema": ALLOCATION_SCHEMA,
        "sha256": allocation.sha256,
        "design": record_design(allocation.design),
    }


def _draws_head(drawn: DrawnSet) -> dict[str, Any]:
    return {
        "schema": DRAWS_SCHEMA,
        "sha256": drawn.sha256,
        "count": drawn.count,
        "seed": str(drawn.seed),
        "days": [str(day) for day in drawn.design.days],
        "design": record_design(drawn.design),
    }


def _head_line(head: Mapping[str, Any]) -> str:
    return f"# {json.dumps(head)}\n"


def _split_head(path: Path, data: bytes, schema: str) -> tuple[dict[str, Any], bytes]:
    line, _, rest = data.partition(b"\n")
    try:
        head = json.loads(line.removeprefix(b"# "))
        is_right = isinstance(head, dict) and head.get("schema") == schema
    except ValueError:
        is_right = False
    if (
        not is_right
        or not isinstance(head.get("design"), dict)
        or not str(head.get("seed", "0")).isdecimal()
    ):
        raise InputError(
            f"{path.name} does not begin with the line of {schema}. Give the file as Patrolwise "
            "wrote it."
        )
    return head, rest


def _write_json(path: Path, record: Mapping[str, Any], mode: int = FOR_ALL) -> None:
    write_whole(path, (json.dumps(record, indent=1, ensure_ascii=True) + "\n").encode(), mode)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(_read_bytes(path))
    except ValueError as error:
        raise InputError(f"{path.name} is not JSON: {error}. Fetch it again.") from error
    if not isinstance(record, dict):
        raise InputError(f"{path.name} holds no record. Fetch it again.")
    return record


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the path.") from error


def _changed(path: Path, schema: str) -> InputError:
    return InputError(
        f"{path.name} is not what was written as {schema}: its rows and its hash do not belong "
        "together. Fetch the file again; a changed one cannot be evaluated."
    )
