"""Tables that one site writes into a file and a person carries to another: rows under a hash.

The first line says what the file is and holds a SHA-256 of its cells; the header and the rows
follow, so that a row's number in the file is the one that a spreadsheet shows. The hash finds
what was altered on the way, by hand or by a spreadsheet that wrote days anew. It is no signature:
whoever alters a file knowingly can make the hash anew.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from patrolwise.errors import InputError, check_faults

Row = TypeVar("Row")
FIRST_ROW = 3  # of the file: the first two lines are what it is, and its columns
MOST_ROWS = 50_000
_NAME = "patrolwise file"
_FORMULA = ("=", "+", "-", "@")
_SHOWN = 12  # characters of a hash


@dataclass(frozen=True, kw_only=True)
class SealedTable:
    """What such a file holds. All cells are text."""

    kind: str  # with its version, such as hours-for-the-ledger/1
    told: Mapping[str, str]  # what is said of all rows, such as the days that they cover
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def sha256(self) -> str:
        """Of the kind, what is told, columns and rows; not of how the file is written."""
        told = [[key, value] for key, value in self.told.items()]
        content = [self.kind, told, list(self.columns), [list(row) for row in self.rows]]
        written = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(written.encode()).hexdigest()


def write_sealed(table: SealedTable) -> bytes:
    """Return a table as the bytes of a CSV file.

    Parameters
    ----------
    table : SealedTable

    Returns
    -------
    bytes
        UTF-8 with a mark at the start; the same table gives the same bytes.

    Examples
    --------
    >>> table = SealedTable(kind="k/1", told={"day": "2026-10-01"}, columns=("a",), rows=(("-1",),))
    >>> print(write_sealed(table).decode("utf-8-sig").splitlines()[1:])
    ['a', "'-1"]
    """
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    said = {"kind": table.kind, **table.told, "rows": len(table.rows), "sha256": table.sha256}
    writer.writerow([_NAME, *(f"{key}={value}" for key, value in said.items())])
    writer.writerow(table.columns)
    writer.writerows([_guard(cell) for cell in row] for row in table.rows)
    return told.getvalue().encode("utf-8-sig")


def is_sealed(data: bytes) -> bool:
    """Return whether bytes begin as such a file does; nothing of them is believed yet.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bool
    """
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b'"').startswith(_NAME.encode())


def read_sealed(
    data: bytes, kind: str, told: Collection[str], columns: Sequence[str]
) -> SealedTable:
    """Return what such a file holds.

    Parameters
    ----------
    data : bytes
    kind : str
        The kind that is wanted.
    told : collection of str
        What has to be said of all rows, in that order.
    columns : sequence of str

    Returns
    -------
    SealedTable

    Raises
    ------
    InputError
        It is no such file, of another kind, cut short, or was altered since it was made.
    """
    lines = _take_apart(data)
    if len(lines) < FIRST_ROW - 1 or not lines[0] or lines[0][0].strip() != _NAME:
        raise InputError(
            f"It does not begin with “{_NAME}”. Send the file as the other site gave it."
        )
    pairs = (one.partition("=") for one in lines[0][1:] if one.strip())
    said = {key.strip(): value.strip() for key, _, value in pairs}
    if said.get("kind") != kind:
        raise InputError(f"It is of the kind {said.get('kind', 'none')!r}; wanted is {kind}.")
    faults = [f"Its first line does not say {one}." for one in told if not said.get(one)]
    header = _trim(lines[1], len(columns))
    if header != tuple(columns):
        faults.append(f"Its columns are {', '.join(header)}; wanted are {', '.join(columns)}.")
    body = [line for line in lines[FIRST_ROW - 1 :] if any(line)]
    if len(body) > MOST_ROWS:
        faults.append(f"It has {len(body):,} rows; {MOST_ROWS:,} are the most. Send fewer days.")
    check_faults("The file", faults)
    table = SealedTable(
        kind=kind,
        told={one: said[one] for one in told},
        columns=tuple(columns),
        rows=tuple(tuple(map(_unguard, _trim(line, len(columns)))) for line in body),
    )
    _check_hash(table, said)
    return table


def read_rows(
    table: SealedTable, read: Callable[[tuple[str, ...]], Row]
) -> tuple[list[Row], list[str]]:
    """Return what each row says, and the faults of those that say what cannot be.

    Parameters
    ----------
    table : SealedTable
    read : callable
        Of one row's cells; raises ValueError or InputError.

    Returns
    -------
    (list of rows, list of str)
        Faults name the row's number in the file.
    """
    found, faults = [], []
    for number, row in enumerate(table.rows, FIRST_ROW):
        try:
            found.append(read(row))
        except (ValueError, InputError) as error:
            faults.append(f"Row {number}: {error}")
    return found, faults


def _check_hash(table: SealedTable, said: Mapping[str, str]) -> None:
    if said.get("sha256") == table.sha256:
        return
    rows = said.get("rows", "")
    short = f" It says that it has {rows} rows, and has {len(table.rows)}."
    raise InputError(
        "It was altered since it was made, or a spreadsheet saved it anew: its hash is "
        f"{said.get('sha256', 'none')[:_SHOWN]}…, and what it holds gives "
        f"{table.sha256[:_SHOWN]}….{short if rows != str(len(table.rows)) else ''} Send the file "
        "as the other site gave it."
    )


def _take_apart(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        return [*csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"It is no CSV in UTF-8 ({error}). Send it as it was given.") from error


def _trim(line: Sequence[str], width: int) -> tuple[str, ...]:
    """Return a line without empty cells beyond the columns, and filled up to them."""
    cells = [cell.strip() for cell in line]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return (*cells, *[""] * (width - len(cells)))


def _guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
