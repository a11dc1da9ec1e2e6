"""What a small form with named columns holds, as CSV or workbook, or all that is wrong in it."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError, PatrolwiseError, RefusedError, check_faults
from patrolwise.files.csv_faults import list_columns, look_at_start
from patrolwise.files.form_cells import Kind, read_cells
from patrolwise.patrols.row_faults import MOST_TOLD, count_rest

_WORKBOOK = b"PK\x03\x04"
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True)
class FormColumn:
    """One column of a form. A word is text in which capitals do not matter."""

    name: str
    kind: Kind = "text"
    may_be_blank: bool = False  # then the column may also be missing


@dataclass(frozen=True, kw_only=True)
class Form:
    """Which columns a form has."""

    columns: tuple[FormColumn, ...]
    why_no_others: str = ""  # a rule that forbids further columns; without one they are a slip

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class _Line:
    row: int  # of the file or sheet; the first is 1
    cells: list[str]


def read_form(path: str | Path, form: Form, *, zone: str = "") -> pl.DataFrame:
    r"""Return what a form holds, each column in its type.

    The header is the first line that is not blank; capitals, spaces and hyphens in it do not
    matter, nor does the order. Blank lines are passed over. Days are written 2024-06-03 or
    03/06/2024, day first; times as ISO 8601 with an offset, or local when a zone is given.

    Parameters
    ----------
    path : str or Path
        CSV in UTF-8, its values parted by commas, semicolons or tabs; or an Excel workbook, of
        which the first sheet is read.
    form : Form
    zone : str
        Time zone of times without an offset, such as "Europe/London"; empty when there are none.

    Returns
    -------
    (n, c + 1) frame
        The form's columns and `row`, the line in the file. Times are UTC.

    Raises
    ------
    InputError
        The file cannot be read, has no rows, lacks a column or has one too many, or a cell is
        blank or of another kind; all are named with row, column and value.
    RefusedError
        It has a further column and the form says why it may not.

    Examples
    --------
    >>> import tempfile
    >>> form = Form(columns=(FormColumn(name="unit_id"), FormColumn(name="people", kind="whole")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "crew.csv"
    ...     _ = path.write_text("Unit ID;People\npair 1;2\n")
    ...     read_form(path, form).rows()
    [('pair 1', 2, 2)]
    """
    path = Path(path)
    lines = [line for line in _load(path) if any(line.cells)]
    if not lines:
        raise InputError(f"{path.name}: It has no header. Give it {', '.join(form.names)}.")
    header, body = [_plain(cell) for cell in lines[0].cells], lines[1:]
    _check_header(path.name, lines[0].cells, form)
    if not body:
        raise InputError(f"{path.name}: It has a header and no rows. Fill it in.")
    faults = [
        f"Row {line.row} has {len(line.cells)} values for {len(header)} columns. Mend that row."
        for line in body
        if any(line.cells[len(header) :])
    ]
    columns = {"row": pl.Series("row", [line.row for line in body], dtype=pl.UInt32)}
    for column in form.columns:
        at = header.index(column.name) if column.name in header else len(header)
        cells = [line.cells[at] if at < len(line.cells) else "" for line in body]
        columns[column.name], wrong = read_cells(cells, column.kind, zone)
        if not column.may_be_blank:
            wrong |= {place: "fill it in." for place, cell in enumerate(cells) if not cell}
        faults += _tell(column.name, cells, columns["row"], wrong)
    check_faults(path.name, faults)
    return pl.DataFrame({name: columns[name] for name in (*form.names, "row")})


@contextmanager
def naming(path: str | Path) -> Iterator[None]:
    """Put the file's name before what is found wrong with the table that was read from it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    context manager

    Examples
    --------
    >>> with naming("june.csv"):
    ...     check_faults("Assignments", ["Row 2 is blank."])
    Traceback (most recent call last):
    patrolwise.errors.InputError: june.csv: Assignments: Row 2 is blank.
    """
    try:
        yield
    except PatrolwiseError as error:
        raise type(error)(f"{Path(path).name}: {error}") from error


def _load(path: Path) -> list[_Line]:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the path.") from error
    if data.startswith(_WORKBOOK):
        return _load_workbook(data, path.name)
    if (message := look_at_start(data)) is not None:
        raise InputError(f"{path.name}: {message}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path.name}: Row {row} holds {data[error.start : error.end]!r}, not UTF-8. "
            "Save it as CSV UTF-8."
        ) from error
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True
    )
    lines, row = [], 1
    try:
        for values in reader:
            lines.append(_Line(row, [value.strip() for value in values]))
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path.name}: Row {row} cannot be taken apart ({error}).") from error
    return lines


def _load_workbook(data: bytes, name: str) -> list[_Line]:
    import fastexcel  # noqa: PLC0415  (only who has a workbook waits for it)

    try:
        book = fastexcel.read_excel(data)
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{name} is no workbook that can be read: {reason}.") from error
    return [
        _Line(row, [(cell or "").strip() for cell in cells])
        for row, cells in enumerate(sheet.iter_rows(), start=1)
    ]


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def _check_header(name: str, given: Sequence[str], form: Form) -> None:
    plain = [_plain(cell) for cell in given]
    others = [cell for cell in given if cell and _plain(cell) not in form.names]
    if others and form.why_no_others:
        raise RefusedError(
            f"{name}: It has {list_columns(others)}. {form.why_no_others} Take the column out; "
            f"the form has {', '.join(form.names)}."
        )
    faults = [
        f"The header lacks {column.name}; it has {list_columns(given)}. Add or rename it."
        for column in form.columns
        if column.name not in plain and not column.may_be_blank
    ]
    if others:
        faults.append(
            f"The header has {list_columns(others)}, which the form does not know; it has "
            f"{', '.join(form.names)}. Rename or take out."
        )
    faults += [
        f"The header has {column} more than once. Take out all but one."
        for column in form.names
        if plain.count(column) > 1
    ]
    check_faults(name, faults)


def _tell(column: str, cells: Sequence[str], rows: pl.Series, wrong: dict[int, str]) -> list[str]:
    told = [
        f"Row {rows[at]}, column {column} is {repr(cells[at]) if cells[at] else 'blank'}: {remedy}"
        for at, remedy in sorted(wrong.items())[:MOST_TOLD]
    ]
    return told + count_rest(column, len(wrong))
