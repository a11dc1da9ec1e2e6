"""What the pages of returns show."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from patrolwise.files.return_files import CELLS_NAME, JSON_NAME, XLSX_NAME, KeptReturn
from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.web.accounts.models import Person
from patrolwise.web.returns import making
from patrolwise.web.returns.bundles import unpack_files
from patrolwise.web.returns.differences import ShownDifferences, show_differences
from patrolwise.web.returns.models import (
    CompiledReturn,
    PublicUpdate,
    Release,
    ReleaseState,
    ReturnForm,
)
from patrolwise.web.returns.plans_queries import find_source

_LARGE = (  # what no list of releases shows
    *("files", "checks", "compiled__files", "compiled__open_queries"),
    *("update__files", "update__figures", "update__text"),
    *("update__compiled__files", "update__compiled__open_queries"),
)
MOST_ROWS = 200  # of a cell, on a page; all are in cells.csv


@dataclass(frozen=True, kw_only=True)
class SheetCell:
    """One cell of a sheet, as it is shown."""

    text: str
    cell_id: str  # empty where it is declared and not counted
    rows: int


@dataclass(frozen=True, kw_only=True)
class ShownSheet:
    """One sheet of a return, as it is shown."""

    name: str
    header: tuple[str, ...]
    keys: int  # how many columns name a row
    rows: tuple[tuple[tuple[str, ...], tuple[SheetCell, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class CellRows:
    """The rows that a figure is made of."""

    value: str
    source: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number: int
    files: tuple[tuple[int, str, int], ...] = ()  # key, name and row of the files that rows are of


def list_public_updates() -> QuerySet[Release]:
    """Return the updates that two people let out to the public."""
    rows = Release.objects.filter(state=ReleaseState.RELEASED, update__isnull=False)
    # what they are made of is large, and no page of theirs shows it
    rows = rows.defer("update__files", "update__compiled__files")
    return rows.select_related("update__compiled__settings")


def open_return(compiled: CompiledReturn) -> KeptReturn:
    """Return what a return holds; kept at hand for the next page, as it never changes.

    Parameters
    ----------
    compiled : CompiledReturn
        Its files need not be loaded.

    Returns
    -------
    KeptReturn
    """
    return _open(compiled.pk, compiled.sha256)


@lru_cache(maxsize=4)
def _open(pk: int, sha256: str) -> KeptReturn:
    return making.read_kept(unpack_files(_load_files(pk)))


def show_change(before: CompiledReturn, found: CompiledReturn) -> ShownDifferences:
    """Return how two versions of a return differ; kept at hand, as neither ever changes.

    Parameters
    ----------
    before, found : CompiledReturn
        Their files need not be loaded.

    Returns
    -------
    ShownDifferences
    """
    return _compare((before.pk, before.sha256), (found.pk, found.sha256))


@lru_cache(maxsize=16)
def _compare(before: tuple[int, str], found: tuple[int, str]) -> ShownDifferences:
    pair = [unpack_files(_load_files(pk)) for pk, _ in (before, found)]
    return show_differences(making.compare_files(*pair))


def _load_files(pk: int) -> bytes:
    return bytes(CompiledReturn.objects.values_list("files", flat=True).get(pk=pk))


def show_sheets(compiled: CompiledReturn) -> dict[str, str]:
    """Return the sheets of a return: number → name."""
    names = open_return(compiled).sheets
    return {name.split()[0]: name for name in names}


def list_files(compiled: CompiledReturn) -> list[str]:
    """Return the names of a return's files."""
    sheets = [f"{name.casefold().replace(' ', '-')}.csv" for name in open_return(compiled).sheets]
    return [XLSX_NAME, JSON_NAME, *sheets, CELLS_NAME]


def show_sheet(compiled: CompiledReturn, number: int) -> ShownSheet | None:
    """Return one sheet.

    Parameters
    ----------
    compiled : CompiledReturn
    number : int
        1 to 9.

    Returns
    -------
    ShownSheet or None
        None where the fund asks for no such sheet.
    """
    kept = open_return(compiled)
    name = next((one for one in kept.sheets if one.split()[0] == str(number)), None)
    if name is None:
        return None
    header, *rows = kept.sheets[name]
    keys = kept.keys[name]
    shown = []
    for row in rows:
        key = tuple(_tell(one) for one in row[:keys])
        cells = []
        for column, value in zip(header[keys:], row[keys:], strict=True):
            cell_id = "/".join((str(number), *key, column))
            made_of = len(kept.cells.get(cell_id, ()))
            cells.append(
                SheetCell(text=_tell(value), cell_id=cell_id if made_of else "", rows=made_of)
            )
        shown.append((key, tuple(cells)))
    return ShownSheet(name=name, header=tuple(header), keys=keys, rows=tuple(shown))


def show_cell(compiled: CompiledReturn, cell_id: str) -> CellRows | None:
    """Return the rows that a figure is made of.

    Parameters
    ----------
    compiled : CompiledReturn
    cell_id : str
        Such as 3/A1/2024-07/police/patrol_min.

    Returns
    -------
    CellRows or None
        None where there is no such figure.
    """
    kept = open_return(compiled)
    row_ids = kept.cells.get(cell_id)
    if not row_ids:
        return None
    source = kept.origins[cell_id]
    table = kept.sources[source].filter(pl.col("row_id").is_in(row_ids))
    columns = [one.name for one in RETURN_TABLES[source].columns if one.name in table.columns]
    rows = table.select(columns).head(MOST_ROWS).rows()
    return CellRows(
        value=_find_value(kept, cell_id),
        source=source.replace("_", " "),
        header=tuple(columns),
        rows=tuple(tuple(_tell(one) for one in row) for row in rows),
        number=len(row_ids),
        files=_list_sources(table) if "source_sha256" in columns else (),
    )


def _list_sources(table: pl.DataFrame) -> tuple[tuple[int, str, int], ...]:
    rows = table.select("source_sha256", "source_row").head(MOST_ROWS).iter_rows()
    found = [(find_source(sha256), row) for sha256, row in rows]
    return tuple((one.pk, one.name, row) for one, row in found if one is not None)


def _find_value(kept: KeptReturn, cell_id: str) -> str:
    number, *parts = cell_id.split("/")
    name = next(one for one in kept.sheets if one.split()[0] == number)
    header, *rows = kept.sheets[name]
    keys = kept.keys[name]
    *key, column = parts
    row = next(row for row in rows if [_tell(one) for one in row[:keys]] == key)
    return _tell(row[keys:][header[keys:].index(column)])


def list_forms() -> list[dict[str, Any]]:
    """Return each form that a return can be made of, and the file that holds now."""
    now = {
        form.name: form for form in ReturnForm.objects.defer("content").order_by("sent_at", "id")
    }
    return [
        {"name": name.replace("_", "-"), "form": now.get(name), "told": table.row_is}
        for name, table in RETURN_TABLES.items()
    ]


def list_made() -> list[tuple[CompiledReturn, Release | None]]:
    """Return all returns, the newest quarter first, each with its newest release."""
    newest = _newest_releases("compiled")
    return [(one, newest.get(one.pk)) for one in CompiledReturn.objects.defer("files")]


def list_updates() -> list[tuple[PublicUpdate, Release | None]]:
    """Return all public updates, the newest first, each with its newest release."""
    newest = _newest_releases("update")
    rows = PublicUpdate.objects.select_related("compiled").only(
        "made_at", "compiled__quarter", "compiled__version"
    )
    return [(one, newest.get(one.pk)) for one in rows]


def list_releases() -> QuerySet[Release]:
    """Return all that was asked to leave the site, the newest first, without what is large."""
    rows = Release.objects.select_related("compiled", "update__compiled")
    return rows.defer(*_LARGE)


def _newest_releases(of: str) -> dict[int, Release]:
    rows = Release.objects.filter(**{f"{of}__isnull": False}).only("state", of)
    return {getattr(one, f"{of}_id"): one for one in reversed(rows)}


def find_release(**of: Any) -> Release | None:
    """Return the newest release of something, or None."""
    return Release.objects.filter(**of).first()


def list_waiting(person: Person) -> list[Release]:
    """Return what waits for this person: not what they prepared or asked for."""
    found = list_releases().filter(state=ReleaseState.WAITING).exclude(asked_by_id=person.pk)
    return [one for one in found if (one.compiled or one.update).made_by_id != person.pk]


def name_person(person_id: int | None) -> str:
    """Return a person's name; a dash where there is none."""
    try:
        return Person.objects.get(pk=person_id).name
    except ObjectDoesNotExist:
        return "–"


def _tell(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
