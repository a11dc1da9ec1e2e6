"""What the workbook and the CSV files beside a return's JSON say, cell by cell."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from patrolwise.errors import InputError
from patrolwise.files.return_files import HASH_SHEET, XLSX_NAME

Rows = list[list[str]]


def read_copies(folder: Path, wanted: Mapping[str, bytes]) -> dict[str, dict[str, Rows]]:
    """Return the files that differ from what they should be, as texts by sheet.

    Parameters
    ----------
    folder : Path
        Where the return's JSON is.
    wanted : mapping of name to bytes
        The files as they should be; those that are not in the folder are passed over, since a
        return can be sent without them.

    Returns
    -------
    dict of file name to (dict of sheet to rows)
        Only of files whose bytes differ. A CSV is one sheet, named as the file.

    Raises
    ------
    InputError
        A file cannot be taken apart.
    """
    found = {}
    for name, content in wanted.items():
        path = folder / name
        if path.is_file() and (given := path.read_bytes()) != content:
            found[name] = read_copy(name, given)
    return found


def read_copy(name: str, content: bytes) -> dict[str, Rows]:
    """Return what one file of a return says.

    Parameters
    ----------
    name : str
        The file's name.
    content : bytes

    Returns
    -------
    dict of sheet to rows
        Texts; numbers as they would be written shortest.

    Raises
    ------
    InputError
        It cannot be taken apart.
    """
    if name == XLSX_NAME:
        return _read_workbook(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is no CSV in UTF-8 any more. Make the return again.") from error
    return {name: [[_short(cell) for cell in row] for row in csv.reader(io.StringIO(text))]}


def _read_workbook(content: bytes) -> dict[str, Rows]:
    import fastexcel  # noqa: PLC0415  (only who has a workbook waits for it)

    try:
        book = fastexcel.read_excel(content)
        return {
            name: [
                [_short(cell or "") for cell in row]
                for row in book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
                .to_polars()
                .iter_rows()
            ]
            for name in book.sheet_names
            if name != HASH_SHEET
        }
    except fastexcel.FastExcelError as error:
        raise InputError(f"{XLSX_NAME} is no workbook any more. Make the return again.") from error


def _short(cell: str) -> str:
    """Return a number without what programs add to it: 12.50 and 12.5 are the same."""
    try:
        return f"{float(cell):.10g}"
    except ValueError:
        return cell
