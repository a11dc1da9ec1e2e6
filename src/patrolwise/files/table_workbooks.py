"""How tables become the sheets of one workbook: text stays text, and no clock is in it."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from patrolwise.errors import MissingExtraError

_MADE = datetime(1980, 1, 1)  # what a workbook without a clock is dated
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 8
# text is text: nothing in a name or a code becomes a formula or a link
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def load_xlsxwriter() -> Any:
    """Return the module that makes workbooks, which is optional.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        The plan extra is not installed.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  optional
    except ImportError as error:
        raise MissingExtraError(
            "Workbooks need xlsxwriter, which is not installed. Run: pip install "
            "'patrolwise[plan]'. CSV files need nothing more."
        ) from error
    return xlsxwriter


def make_workbook(title: str, sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """Return tables as a workbook, a sheet each.

    Parameters
    ----------
    title : str
    sheets : mapping of name to DataFrame
        Of text, numbers, flags and dates.

    Returns
    -------
    bytes
        XLSX; the same tables give the same bytes. No text becomes a formula or a link.

    Raises
    ------
    MissingExtraError
        The plan extra is not installed.
    """
    xlsxwriter = load_xlsxwriter()
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFE) as book:
        book.set_properties({"title": title, "created": _MADE})
        head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
        risky = book.add_format()
        risky.set_quote_prefix()
        for name, table in sheets.items():
            _write(book.add_worksheet(name), table, head, risky)
    return file.getvalue()


def _write(sheet: Any, table: pl.DataFrame, head: Any, risky: Any) -> None:
    sheet.freeze_panes(1, 1)
    for column, name in enumerate(table.columns):
        values = table[name].to_list()
        sheet.write_string(0, column, name, head)
        longest = max((len(str(value)) for value in values), default=0)
        sheet.set_column(column, column, min(max(longest + 2, _NARROWEST), _WIDEST))
        for row, value in enumerate(values, 1):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            else:
                text = str(value)
                sheet.write_string(row, column, text, risky if text.startswith(_RISKY) else None)
    if table.height:
        sheet.autofilter(0, 0, table.height, table.width - 1)
