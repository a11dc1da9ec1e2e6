"""Whether a return says what its rows make, and how two returns differ and why."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patrolwise.errors import PatrolwiseError
from patrolwise.files.return_copies import Rows, read_copies, read_copy
from patrolwise.files.return_files import (
    JSON_NAME,
    KeptReturn,
    csv_name,
    list_return_files,
    read_kept_return,
    rows_of,
)
from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.reporting.return_records import QuarterlyReturn

_MOST = 20


@dataclass(frozen=True, kw_only=True)
class RowChanges:
    """Which rows of one table differ between two returns."""

    table: str
    came: tuple[str, ...]  # in the new alone
    went: tuple[str, ...]  # in the old alone
    changed: tuple[str, ...]  # in both, and not the same
    late: tuple[str, ...] = ()  # of those that came: recorded after the old one's cut


@dataclass(frozen=True, kw_only=True)
class ReturnComparison:
    """How two returns differ."""

    rows: tuple[RowChanges, ...]  # of tables that differ
    cells: tuple[str, ...]  # a sentence each, with the rows that explain it
    declared: tuple[str, ...] = field(default=())  # what is declared otherwise


def check_return(path: Path) -> tuple[str, ...]:
    """Return what is not as it should be in a return that was sent.

    Everything is counted again from the rows in its JSON and held against what the JSON, the
    workbook and the CSV files beside it say.

    Parameters
    ----------
    path : Path
        The folder of the return, or a file of it.

    Returns
    -------
    tuple of str
        A sentence for each cell that differs; nothing when all is as it was made.

    Raises
    ------
    InputError
        There is no JSON of a return, or a file cannot be taken apart.
    """
    folder = path if path.is_dir() else path.parent
    kept = read_kept_return(folder / JSON_NAME if path.suffix != ".json" else path)
    told = []
    if kept.sha256 != kept.content_sha256:
        told.append(
            f"The hash is not that of what the file holds: it was altered since it was made. It "
            f"says {kept.sha256[:12]}…, and what it holds gives {kept.content_sha256[:12]}…."
        )
    try:
        made = compile_return(kept.declaration, kept.sources)
    except PatrolwiseError as error:
        return (*told, f"Its rows make no return: {error}")
    told += _compare_sheets(made, kept)
    told += _compare_drills(made, kept)
    wanted = list_return_files(made)
    keys = {name: len(one.keys) for one in made.sheets for name in (one.name, csv_name(one))}
    for name, sheets in read_copies(folder, wanted).items():
        if name != JSON_NAME:
            told += _compare_copy(name, sheets, read_copy(name, wanted[name]), keys)
    return tuple(told)


def compare_returns(old: Path, new: Path) -> ReturnComparison:
    """Return how two returns differ, each difference with the rows that explain it.

    Parameters
    ----------
    old, new : Path
        The JSON of each, or its folder.

    Returns
    -------
    ReturnComparison

    Raises
    ------
    InputError
        One of them is no return.
    """
    first, second = (
        read_kept_return(path / JSON_NAME if path.is_dir() else path) for path in (old, new)
    )
    rows = tuple(
        change
        for name in RETURN_TABLES
        if (change := _compare_rows(name, first, second)) is not None
    )
    declared = tuple(
        f"{name}: {before} → {after}"
        for name, before, after in _pair_declared(first, second)
        if before != after
    )
    return ReturnComparison(
        rows=rows, cells=tuple(_explain_cells(first, second, rows)), declared=declared
    )


def find_digit(said: str, made: str) -> str:
    """Return where two figures differ, digit by digit.

    Parameters
    ----------
    said, made : str

    Returns
    -------
    str
        Empty when they differ in length, or nowhere.

    Examples
    --------
    >>> find_digit("7414", "7412"), find_digit("99", "100")
    ('digit 4 is 4 and should be 2', '')
    """
    if len(said) != len(made):
        return ""
    at = next((n for n, (a, b) in enumerate(zip(said, made, strict=True)) if a != b), None)
    if at is None:
        return ""
    place = sum(character.isdigit() for character in said[: at + 1])
    return f"digit {place} is {said[at]} and should be {made[at]}"


def _compare_sheets(made: QuarterlyReturn, kept: KeptReturn) -> Iterator[str]:
    drills = {cell_id: cell.row_ids for sheet in made.sheets for cell_id, cell in sheet.cells()}
    for sheet in made.sheets:
        said = kept.sheets.get(sheet.name, [])
        wanted = rows_of(sheet)
        keys = len(sheet.keys)
        for name, column, one, other in _find_differences(said, wanted, keys):
            cell_id = f"{sheet.number}/{name}/{column}"
            yield _tell_cell(sheet.name, name, column, (one, other)) + _tell_rows(
                drills.get(cell_id, ())
            )


def _compare_copy(
    name: str, given: Mapping[str, Rows], wanted: Mapping[str, Rows], keys: Mapping[str, int]
) -> list[str]:
    told = []
    for sheet, rows in wanted.items():
        for row, column, said, made in _find_differences(
            given.get(sheet, []), rows, keys.get(sheet, 1)
        ):
            told.append(f"{name}: {_tell_cell(sheet, row, column, (said, made))}.")
    return told[:_MOST]


def _find_differences(
    said: Sequence[Sequence[Any]], made: Sequence[Sequence[Any]], keys: int
) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield the row's name, the column, and both values, of each cell that differs."""
    header = made[0]
    for one, other in itertools.zip_longest(said, made, fillvalue=()):
        name = "/".join(map(str, (other or one)[:keys]))
        pairs = itertools.zip_longest(one, other, fillvalue="")
        for column, (given, wanted) in zip(
            itertools.chain(header, itertools.repeat("beyond")), pairs, strict=False
        ):
            if given != wanted or type(given) is not type(wanted):
                yield name, str(column), given, wanted


def _tell_cell(sheet: str, row: str, column: str, values: tuple[Any, Any]) -> str:
    said, made = ("blank" if value in (None, "") else str(value) for value in values)
    digit = find_digit(said, made)
    return (
        f"{sheet}, {row}, {column}: it says {said}, and its rows make {made}"
        f"{f' ({digit})' if digit else ''}"
    )


def _tell_rows(row_ids: Sequence[str]) -> str:
    if not row_ids:
        return "."
    return f". Either the figure was altered, or one of its rows: {_list(row_ids)}."


def _compare_drills(made: QuarterlyReturn, kept: KeptReturn) -> list[str]:
    wanted = {
        cell_id: list(cell.row_ids)
        for sheet in made.sheets
        for cell_id, cell in sheet.cells()
        if cell.source
    }
    return [
        f"Cell {cell_id}: the rows that it names are not those that it is made of."
        for cell_id in sorted(wanted.keys() | kept.cells.keys())
        if wanted.get(cell_id) != kept.cells.get(cell_id)
    ][:_MOST]


def _compare_rows(name: str, first: KeptReturn, second: KeptReturn) -> RowChanges | None:
    old, new = (
        {row["row_id"]: row for row in kept.sources[name].iter_rows(named=True)}
        for kept in (first, second)
    )
    came = sorted(new.keys() - old.keys())
    change = RowChanges(
        table=name,
        came=tuple(came),
        went=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(key for key in old.keys() & new.keys() if old[key] != new[key])),
        late=tuple(key for key in came if new[key]["recorded"] > first.declaration.cut),
    )
    return change if change.came or change.went or change.changed else None


def _pair_declared(first: KeptReturn, second: KeptReturn) -> Iterator[tuple[str, Any, Any]]:
    for name in vars(first.declaration):
        yield name, getattr(first.declaration, name), getattr(second.declaration, name)


def _explain_cells(
    first: KeptReturn, second: KeptReturn, changes: Sequence[RowChanges]
) -> Iterator[str]:
    altered = {row_id for change in changes for row_id in change.changed}
    before, after = _flatten(first), _flatten(second)
    counted = first.cells.keys() | second.cells.keys()  # what is declared is told apart
    for cell in sorted(counted):
        if before.get(cell) == after.get(cell):
            continue
        old, new = set(first.cells.get(cell, [])), set(second.cells.get(cell, []))
        reasons = [
            f"{word} {_list(sorted(rows))}"
            for word, rows in (
                ("added", new - old),
                ("removed", old - new),
                ("changed", old & new & altered),
            )
            if rows
        ]
        yield (
            f"{cell}: {_show(before.get(cell))} → {_show(after.get(cell))}; "
            f"{'; '.join(reasons) or 'no row explains it: something else was declared'}"
        )


def _flatten(kept: KeptReturn) -> dict[str, Any]:
    """Return cell id → value."""
    found = {}
    for name, rows in kept.sheets.items():
        number = name.split(" ", 1)[0]
        header = rows[0]
        keys = kept.keys[name]
        for row in rows[1:]:
            for column, value in zip(header[keys:], row[keys:], strict=True):
                found["/".join((number, *row[:keys], column))] = value
    return found


def _show(value: Any) -> str:
    return "blank" if value in (None, "") else str(value)


def _list(row_ids: Sequence[str]) -> str:
    rest = len(row_ids) - 5
    return ", ".join(row_ids[:5]) + (f" and {rest} more" if rest > 0 else "")
