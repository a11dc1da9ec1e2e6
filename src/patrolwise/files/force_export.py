"""What a force's own export holds, read through a mapping, or why it is not one."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from patrolwise.crimes import FileFault, clean_categories, clean_offence_codes
from patrolwise.definitions import known_offence_codes
from patrolwise.files.csv_faults import explain_bad_csv, list_columns, look_at_start, name_rows
from patrolwise.files.export_times import read_times, text_of
from patrolwise.files.mapping import CrimeMapping
from patrolwise.files.reading import Reading, load_batches
from patrolwise.files.sources import Source, unpack
from patrolwise.tables import CRIMES

EXPORT_ENDINGS = (".csv", ".csv.gz", ".xlsx", ".parquet")
_PARQUET = b"PAR1"
_BINARY = (_PARQUET, b"PK\x03\x04")
_SEPARATORS = (";", "\t", "|", ",")
_HEADER_BYTES = 65_536
_FLAGS = ("knife", "domestic", "public_place")
_TEXTS = ("crime_id", "force", "place", "lsoa")
_NO_DATE = "no date"
_NEVER_WAS = "never_was"
_NO_SUCH_TIME = "a time that does not exist: the clocks went forward"
# Generous boxes round Great Britain and Northern Ireland: x low, x high, y low, y high.
_BOXES = {4326: (-9.0, 2.5, 49.0, 61.5), 27700: (-200_000.0, 700_000.0, -10_000.0, 1_300_000.0)}


@dataclass
class ExportFile:
    """The rows of one export: those kept, and what was done to the others."""

    rows: pl.DataFrame  # columns of CRIMES; x and y still as the mapping's crs says
    rows_read: int
    dropped: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)  # what was done → rows


def read_exports(sources: Iterable[Source], mapping: CrimeMapping) -> Reading:
    """Return the rows of many exports; a file that is none becomes a fault.

    Parameters
    ----------
    sources : iterable of Source
    mapping : CrimeMapping

    Returns
    -------
    Reading
        x and y are as the mapping's crs says. No columns when no file is good.
    """
    reading = Reading()
    frames = []
    for one, data in (item for batch in load_batches(sources, reading) for item in batch):
        export = read_export(data, one.source.name, mapping)
        if isinstance(export, FileFault):
            reading.faults.append(export)
            continue
        one.rows_read, one.dropped, one.remarks = export.rows_read, export.dropped, export.remarks
        reading.files.append(one)
        frames.append(export.rows.with_columns(file=pl.lit(one.number, pl.UInt32)))
    if frames:
        reading.rows = pl.concat(frames)
    return reading


def read_export(data: bytes, name: str, mapping: CrimeMapping) -> ExportFile | FileFault:
    """Return the rows of one export, or the fault that makes it unusable.

    Ambiguous local times (the hour that happens twice each October) become the earlier instant
    for `time_from` and the later for `time_to`. A row with a time that never was (March), or
    with no date, is dropped and counted.

    Parameters
    ----------
    data : bytes
        CSV (gzip or not), Excel workbook or Parquet; which is seen from the bytes.
    name : str
    mapping : CrimeMapping

    Returns
    -------
    ExportFile or FileFault
    """
    given = _load(data, mapping)
    if isinstance(given, str):
        return FileFault(file=name, message=given)
    missing = [column for column in mapping.source_columns if column not in given.columns]
    if missing:
        message = (
            f"Row 1 (the header) lacks {', '.join(missing)}; it has {list_columns(given.columns)}. "
            f"{_remedy(given.columns, mapping)}"
        )
        return FileFault(file=name, message=message)
    twice = [c for c in mapping.source_columns if f"{c}_duplicated_0" in given.columns]
    if twice:
        message = (
            f"Row 1 (the header) has {', '.join(twice)} more than once, so nobody knows which is "
            "meant. Rename or delete the others."
        )
        return FileFault(file=name, message=message)
    # Numbered first, so that blank lines leave a gap as they do in the file.
    numbers = pl.Series("row", range(2, given.height + 2), dtype=pl.UInt32)
    blank_line = given.select(pl.all_horizontal(pl.all().is_null())).to_series()
    rows = given.select(mapping.source_columns).with_columns(numbers).filter(~blank_line)
    if rows.is_empty():
        return FileFault(file=name, message="It has a header and no rows. Export it again.")
    export = ExportFile(_blank_crimes(rows, name), rows.height)
    faults: list[str] = []
    for step in (_add_texts, _add_classes, _add_flags, _add_coordinates, _add_times):
        faults += step(rows, mapping, export)
    if faults:
        return FileFault(file=name, message=" ".join(faults))
    _drop_rows(export)
    return export


def _load(data: bytes, mapping: CrimeMapping) -> pl.DataFrame | str:
    plain = unpack(data)
    if isinstance(plain, str):
        return plain
    if plain.startswith(_BINARY):
        return _load_binary(plain, mapping)
    if (message := look_at_start(plain)) is not None:
        return message
    try:
        text = plain.decode(mapping.encoding).encode()
    except UnicodeDecodeError as error:
        row = plain.count(b"\n", 0, error.start) + 1
        value = plain[error.start : error.end]
        return (
            f"Row {row} holds {value!r}, not {mapping.encoding}. Correct encoding in the mapping."
        )
    try:
        return pl.read_csv(text, separator=mapping.separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        separator = mapping.separator
        reason = explain_bad_csv(text, separator=separator) or str(error).splitlines()[0]
        hint = _separator_hint(text[:_HEADER_BYTES].decode(errors="replace"), mapping)
        return f"It cannot be read: {reason} {hint or 'Export it again.'}"


def _remedy(header: list[str], mapping: CrimeMapping) -> str:
    hint = _separator_hint(header[0], mapping) if len(header) == 1 else ""
    return hint or f"Correct [columns] in {mapping.name}."


def _separator_hint(start: str, mapping: CrimeMapping) -> str:
    """Return what to do when a header is one column, with another separator in it; else nothing."""
    first = next(iter(start.splitlines()), "")
    other = max(_SEPARATORS, key=first.count)
    if mapping.separator in first or other not in first:
        return ""
    return f"Is that another separator? Write separator = {json.dumps(other)} in {mapping.name}."


def _load_binary(data: bytes, mapping: CrimeMapping) -> pl.DataFrame | str:
    try:
        if data.startswith(_PARQUET):
            return pl.read_parquet(io.BytesIO(data))
        return _read_workbook(data, mapping)
    except Exception as error:  # each reader has its own family of errors
        return f"It cannot be read: {str(error).splitlines()[0]}. Export it again."


def _read_workbook(data: bytes, mapping: CrimeMapping) -> pl.DataFrame:
    # Blank rows stay, so that a row's number is that of the sheet; types need every row.
    return pl.read_excel(
        io.BytesIO(data),
        sheet_name=mapping.sheet or None,
        infer_schema_length=None,
        drop_empty_rows=False,
    )


def _blank_crimes(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return CRIMES with nothing but row and source, so that every export has every column."""
    nothing = [pl.lit(None, dtype=dtype).alias(column) for column, dtype in CRIMES.schema.items()]
    numbered = rows.select("row").with_columns(c for c in nothing if c.meta.output_name() != "row")
    return numbered.with_columns(source=pl.lit(name))


def _add_texts(rows: pl.DataFrame, mapping: CrimeMapping, export: ExportFile) -> list[str]:
    texts = [_text(rows, mapping, column) for column in _TEXTS if column in mapping.columns]
    export.rows = export.rows.with_columns(texts)
    if "force" not in mapping.columns:
        export.rows = export.rows.with_columns(force=pl.lit(mapping.force))
        return []
    return _fault(rows, mapping, "force", export.rows["force"].is_null(), "a row needs its force.")


def _add_classes(rows: pl.DataFrame, mapping: CrimeMapping, export: ExportFile) -> list[str]:
    faults = []
    if "category" in mapping.columns:
        given = _text(rows, mapping, "category")
        categories = clean_categories(given)
        export.rows = export.rows.with_columns(categories)
        faults = _fault(
            rows,
            mapping,
            "category",
            categories.is_null() & given.is_not_null(),
            "that is no open data category. Map the offence code instead.",
        )
    if "offence_code" in mapping.columns:
        codes = clean_offence_codes(_text(rows, mapping, "offence_code"))
        export.rows = export.rows.with_columns(codes)
        unknown = codes.is_not_null() & ~codes.is_in(list(known_offence_codes()))
        _remark(export, "rows have an offence code that is not in the Home Office list", unknown)
        _remark(export, "rows have no offence code", codes.is_null())
    return faults


def _add_flags(rows: pl.DataFrame, mapping: CrimeMapping, export: ExportFile) -> list[str]:
    faults = []
    words = dict.fromkeys((word.casefold() for word in mapping.true_words), True)
    words |= dict.fromkeys((word.casefold() for word in mapping.false_words), False)
    for flag in (flag for flag in _FLAGS if flag in mapping.columns):
        given = _text(rows, mapping, flag).str.to_lowercase()
        flags = given.replace_strict(words, default=None, return_dtype=pl.Boolean)
        export.rows = export.rows.with_columns(flags)
        unclear = flags.is_null() & given.is_not_null()
        faults += _fault(rows, mapping, flag, unclear, "add it to true_words or false_words.")
        _remark(export, f"rows have no {flag} flag and count as not flagged", given.is_null())
    return faults


def _add_coordinates(rows: pl.DataFrame, mapping: CrimeMapping, export: ExportFile) -> list[str]:
    if "x" not in mapping.columns:
        return []
    faults = []
    values = {}
    for axis in ("x", "y"):
        text = _text(rows, mapping, axis)
        values[axis] = text.cast(pl.Float64, strict=False)
        no_number = values[axis].is_null() & text.is_not_null()
        faults += _fault(rows, mapping, axis, no_number, "that is no number.")
    x, y = values["x"], values["y"]
    nowhere = (x == 0) & (y == 0)
    half = x.is_null() != y.is_null()
    lost = nowhere.fill_null(False) | half
    _remark(export, "rows have 0, 0 for a coordinate, taken as missing", nowhere.fill_null(False))
    _remark(export, "rows have half a coordinate, taken as missing", half)
    x_low, x_high, y_low, y_high = _BOXES[mapping.crs]
    for axis, low, high in (("x", x_low, x_high), ("y", y_low, y_high)):
        outside = ~values[axis].is_between(low, high) & ~lost
        remedy = (
            f"EPSG:{mapping.crs} in the United Kingdom lies between {low:g} and {high:g}. "
            f"Check crs and columns in {mapping.name}: are x and y swapped?"
        )
        faults += _fault(rows, mapping, axis, outside.fill_null(False), remedy)
    blank = pl.lit(None, dtype=pl.Float64)
    placed = pl.DataFrame({"x": x, "y": y}).with_columns(
        pl.when(lost).then(blank).otherwise(axis).alias(axis) for axis in ("x", "y")
    )
    export.rows = export.rows.with_columns(placed.get_columns())
    return faults


def _add_times(rows: pl.DataFrame, mapping: CrimeMapping, export: ExportFile) -> list[str]:
    times = read_times(rows, mapping)
    columns = (times.time_from, times.time_to, times.month, times.never_was)
    names = ("time_from", "time_to", "month", _NEVER_WAS)
    export.rows = export.rows.with_columns(
        column.alias(name) for column, name in zip(columns, names, strict=True)
    )
    export.remarks |= times.remarks
    return times.faults


def _drop_rows(export: ExportFile) -> None:
    """Leave out rows that have no place in time, and say how many."""
    is_unreal, is_undated = pl.col(_NEVER_WAS), pl.col("month").is_null() & ~pl.col(_NEVER_WAS)
    for reason, is_lost in ((_NO_SUCH_TIME, is_unreal), (_NO_DATE, is_undated)):
        if lost := export.rows.filter(is_lost).height:
            export.dropped[reason] = lost
    export.rows = export.rows.filter(~is_unreal, ~is_undated).drop(_NEVER_WAS)


def _text(rows: pl.DataFrame, mapping: CrimeMapping, target: str) -> pl.Series:
    return text_of(rows, mapping.columns[target]).alias(target)


def _fault(
    rows: pl.DataFrame, mapping: CrimeMapping, target: str, bad: pl.Series, remedy: str
) -> list[str]:
    return [name_rows(rows, mapping.columns[target][0], bad, remedy)] if bad.any() else []


def _remark(export: ExportFile, what: str, rows: pl.Series) -> None:
    if count := int(rows.sum()):
        export.remarks[what] = count
