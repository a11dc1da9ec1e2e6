"""What a tracker's own table holds, CSV or Excel, read through a mapping some rows at a time."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from patrolwise.files.avl_rows import read_rows
from patrolwise.files.csv_faults import list_columns, look_at_start
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_parts import FixTally, NotThisFormatError

MARK = "simulated"  # a column; true or 1 in any row marks the whole file
CUT_LINE = "the last line is cut short"
RAGGED = "more values than columns"
BLOCK_BYTES = 16 << 20  # of text held at a time
_UTF8 = ("utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig")
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = (";", "\t", "|", ",")
_MOST_LINES_OF_A_VALUE = 64
_LONGEST_LINE = 64 << 20
_LARGEST_WORKBOOK = 1 << 30  # bytes unpacked


def read_avl(
    stream: BinaryIO, mapping: FixMapping, tally: FixTally, block_bytes: int = BLOCK_BYTES
) -> Iterator[pl.DataFrame]:
    """Yield the raw fixes of a CSV, some megabytes of text at a time.

    Parameters
    ----------
    stream : BinaryIO
    mapping : FixMapping
    tally : FixTally
        Changed: rows that cannot be used are counted by reason.
    block_bytes : int
        How much text is held at a time.

    Yields
    ------
    frame of RAW_SCHEMA

    Raises
    ------
    NotThisFormatError
        It is no CSV, lacks a column of the mapping, or the mapping does not fit its values.
    """
    yield from read_rows(_read_blocks(stream, mapping, tally, block_bytes), mapping, tally)


def read_avl_workbook(data: bytes, mapping: FixMapping, tally: FixTally) -> Iterator[pl.DataFrame]:
    """Yield the raw fixes of an Excel workbook; a sheet holds about a million rows at most.

    Parameters
    ----------
    data : bytes
    mapping : FixMapping
    tally : FixTally
        Changed.

    Yields
    ------
    frame of RAW_SCHEMA

    Raises
    ------
    NotThisFormatError
        It cannot be read, or as `read_avl`.
    """
    rows = _read_workbook(data, mapping)
    _check_header(rows.columns, mapping)
    _look_for_mark(rows, tally)
    numbers = pl.Series("row", range(2, rows.height + 2), dtype=pl.UInt32)
    yield from read_rows(
        [rows.select(mapping.source_columns).with_columns(numbers)], mapping, tally
    )


@dataclass(frozen=True)
class _Layout:
    """How the lines of one CSV are read."""

    header: bytes  # the first line, as UTF-8
    names: list[str]
    mapping: FixMapping

    @property
    def columns(self) -> list[str]:
        """What is read: the columns of the mapping, and the mark where there is one."""
        mark = [MARK] if MARK in self.names else []
        return list(dict.fromkeys([*self.mapping.source_columns, *mark]))


def _read_blocks(
    stream: BinaryIO, mapping: FixMapping, tally: FixTally, block_bytes: int
) -> Iterator[pl.DataFrame]:
    data = stream.read(block_bytes)
    if (message := look_at_start(data)) is not None:
        raise NotThisFormatError(message)
    header, _, data = data.removeprefix(_BOM).partition(b"\n")
    layout = _read_header(header, mapping)
    line = 2
    while data:
        more = stream.read(block_bytes)
        block, rest = (data, b"") if not more else _cut(data)
        if not more:
            block = _without_cut_line(block, layout, tally)
        elif not block and len(rest) > _LONGEST_LINE:
            raise NotThisFormatError(
                f"Row {line} is longer than {_LONGEST_LINE >> 20} MiB, so it is no CSV. "
                "Export it again."
            )
        if block:
            rows = _read_block(block, line, layout, tally)
            _look_for_mark(rows, tally)
            yield rows.select(*mapping.source_columns, "row")
        line += block.count(b"\n")
        data = rest + more


def _read_header(line: bytes, mapping: FixMapping) -> _Layout:
    text = _decode(line, 1, mapping).rstrip("\r")
    try:
        names = next(csv.reader([text], delimiter=mapping.separator), [])
    except csv.Error as error:
        message = f"Row 1 (the header) cannot be taken apart ({error}). Mend that row."
        raise NotThisFormatError(message) from error
    _check_header(names, mapping)
    return _Layout(text.encode(), names, mapping)


def _check_header(names: list[str], mapping: FixMapping) -> None:
    missing = [column for column in mapping.source_columns if column not in names]
    if missing:
        raise NotThisFormatError(
            f"Row 1 (the header) lacks {', '.join(missing)}; it has {list_columns(names)}. "
            f"{_remedy(names, mapping)}"
        )
    if twice := [column for column in mapping.source_columns if names.count(column) > 1]:
        raise NotThisFormatError(
            f"Row 1 (the header) has {', '.join(twice)} more than once, so nobody knows which is "
            "meant. Rename or delete the others."
        )


def _remedy(names: list[str], mapping: FixMapping) -> str:
    if len(names) == 1:
        other = max(_SEPARATORS, key=names[0].count)
        if other in names[0]:
            told = json.dumps(other)
            return f"Is that another separator? Write separator = {told} in {mapping.name}."
    return f"Correct [columns] in {mapping.name}."


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Return the whole lines of a block and what follows them; a quoted value may hold lines."""
    end = last = data.rfind(b"\n") + 1
    for _ in range(_MOST_LINES_OF_A_VALUE):
        if data.count(b'"', 0, end) % 2 == 0:
            return data[:end], data[end:]
        end = data.rfind(b"\n", 0, end - 1) + 1
    return data[:last], data[last:]  # a lone quotation mark inside a value


def _without_cut_line(block: bytes, layout: _Layout, tally: FixTally) -> bytes:
    """Return a last block without a last line that has no end and too few values."""
    if block.endswith(b"\n"):
        return block
    start = block.rfind(b"\n") + 1
    separator = layout.mapping.separator.encode()
    if block.count(separator, start) >= layout.header.count(separator):
        return block
    tally.drop(CUT_LINE)
    return block[:start]


def _read_block(block: bytes, line: int, layout: _Layout, tally: FixTally) -> pl.DataFrame:
    mapping = layout.mapping
    columns = layout.columns
    plain = block if _is_utf8(mapping) else _decode(block, line, mapping).encode()
    try:
        rows = pl.read_csv(
            layout.header + b"\n" + plain,
            separator=mapping.separator,
            columns=columns,
            infer_schema=False,
        ).select(columns)
    except pl.exceptions.PolarsError:
        return _read_block_slowly(_decode(block, line, mapping), line, layout, tally)
    return rows.with_columns(pl.Series("row", range(line, line + rows.height), dtype=pl.UInt32))


def _read_block_slowly(text: str, line: int, layout: _Layout, tally: FixTally) -> pl.DataFrame:
    """Return the rows of a block that the fast reader refuses, without those that are too long."""
    columns = layout.columns
    places = [layout.names.index(column) for column in columns]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=layout.mapping.separator)
    kept: list[list[str | None]] = []
    numbers = []
    try:
        for values in lines:
            if any(values[len(layout.names) :]):
                tally.drop(RAGGED)
            else:
                kept.append([values[p] if p < len(values) else None for p in places])
                numbers.append(line + lines.line_num - 1)
    except csv.Error as error:
        row = line + lines.line_num - 1
        message = f"Row {row} cannot be taken apart ({error}). Mend that row."
        raise NotThisFormatError(message) from error
    rows = pl.DataFrame(kept, schema=dict.fromkeys(columns, pl.String), orient="row")
    blank = [pl.when(pl.col(column) != "").then(column) for column in columns]
    return rows.select(blank).with_columns(pl.Series("row", numbers, dtype=pl.UInt32))


def _look_for_mark(rows: pl.DataFrame, tally: FixTally) -> None:
    """Tell the tally when any row says that it is simulated; the mapping need not name that."""
    if MARK in rows.columns:
        said = rows[MARK].cast(pl.String).str.strip_chars().str.to_lowercase()
        tally.simulated |= said.is_in(["true", "1"]).any()


def _is_utf8(mapping: FixMapping) -> bool:
    return mapping.encoding.casefold() in _UTF8


def _decode(data: bytes, line: int, mapping: FixMapping) -> str:
    try:
        return data.decode(mapping.encoding)
    except UnicodeDecodeError as error:
        row = line + data.count(b"\n", 0, error.start)
        value = data[error.start : error.end]
        raise NotThisFormatError(
            f"Row {row} holds {value!r}, not {mapping.encoding}. Correct encoding in "
            f"{mapping.name}."
        ) from error


def _read_workbook(data: bytes, mapping: FixMapping) -> pl.DataFrame:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > _LARGEST_WORKBOOK:
            raise NotThisFormatError(
                f"It unpacks to {size >> 20:,} MiB. Save the sheet as CSV UTF-8, which is read in "
                "parts."
            )
        # Blank rows stay, so that a row's number is that of the sheet; types need every row.
        return pl.read_excel(
            io.BytesIO(data),
            sheet_name=mapping.sheet or None,
            infer_schema_length=None,
            drop_empty_rows=False,
        )
    except NotThisFormatError:
        raise
    except Exception as error:  # the reader has its own family of errors
        reason = str(error).splitlines()[0]
        raise NotThisFormatError(f"It cannot be read: {reason}. Export it again.") from error
