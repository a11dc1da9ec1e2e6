"""What a force's export looks like: its columns with a few values each, and rows to try on."""

import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.force_export import EXPORT_ENDINGS
from patrolwise.files.sources import first_bytes
from patrolwise.web.records.street_or_export import BINARY, first_export

FIX_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".xlsx")

ROWS = 200  # of a file, to try a mapping on
MOST_COLUMNS = 500
VALUES = 5  # of a column, to show
_START = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class TextForm:
    """How a text file is written; a workbook has only its sheet."""

    encoding: str = "utf-8"
    separator: str = ","
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first rows of an export."""

    name: str
    rows: pl.DataFrame
    form: TextForm

    @property
    def columns(self) -> dict[str, list[str]]:
        """Some values of each column, as text, each once."""
        return {column: _values(self.rows[column]) for column in self.rows.columns}

    def as_parquet(self) -> bytes:
        """Return the rows as a file that the reader of exports takes."""
        buffer = io.BytesIO()
        self.rows.write_parquet(buffer)
        return buffer.getvalue()


def take_sample(path: Path, form: TextForm | None = None, kept: Path | None = None) -> Sample:
    """Return the first rows of an export.

    A workbook can only be read whole, which takes a while: its sample is kept for next time.

    Parameters
    ----------
    path : Path
        That `check_packed` let pass.
    form : TextForm, optional
        How it is written; found from its beginning when absent.
    kept : Path, optional
        Where the sample of a workbook's first sheet is kept, or is to be.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        It is no table, or not written as the form says.
    """
    is_first_sheet = form is None or not form.sheet
    if is_first_sheet and kept is not None and kept.exists():
        return Sample(name=path.name, rows=pl.read_parquet(kept), form=TextForm())
    found = first_export(path, _START, (*EXPORT_ENDINGS, *FIX_ENDINGS))
    if found is None:
        raise InputError(f"{path.name} holds no table: no .csv, .xlsx or .parquet. Zip those.")
    name, data = found
    try:
        if data.startswith(BINARY):
            used = form or TextForm()
            rows = _read_binary(data, used.sheet).head(ROWS)
            if is_first_sheet and kept is not None:
                rows.write_parquet(kept)
        else:
            start = first_bytes(data, _START)
            used = form or _find_form(start)
            rows = _read_text(start, used)
    except (Exception, pl.exceptions.PanicException) as error:
        if isinstance(error, InputError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{name} cannot be read as a table: {reason}. Export it again.") from error
    if not rows.width or not rows.height:
        raise InputError(f"{name} has no rows below its header. Export it again.")
    if rows.width > MOST_COLUMNS:
        raise InputError(
            f"{name} has {rows.width:,} columns, and {MOST_COLUMNS} is the most. Is that another "
            "separator, or a table on its side? Export it again."
        )
    return Sample(name=name, rows=rows.head(ROWS), form=used)


def _read_binary(data: bytes, sheet: str) -> pl.DataFrame:
    if data.startswith(b"PAR1"):
        return pl.scan_parquet(io.BytesIO(data)).head(ROWS).collect()
    return pl.read_excel(
        io.BytesIO(data), sheet_name=sheet or None, infer_schema_length=None, drop_empty_rows=False
    )


def _find_form(start: bytes) -> TextForm:
    encoding = "utf-8"
    try:
        _decode(start, encoding)
    except UnicodeDecodeError:
        encoding = "windows-1252"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    header = _decode(start, encoding).split("\n", 1)[0]
    return TextForm(encoding=encoding, separator=max(_SEPARATORS, key=header.count))


def _read_text(start: bytes, form: TextForm) -> pl.DataFrame:
    try:
        text = _decode(start, form.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError(
            f"The file is not written in {form.encoding}. Choose windows-1252, which most "
            "force systems write, or ask whoever exported it."
        ) from error
    if "\x00" in text[:1000]:
        raise InputError("It holds bytes that no text has. Is it a table? Export it as CSV.")
    return pl.read_csv(
        text.encode(),
        separator=form.separator,
        infer_schema=False,
        n_rows=ROWS,
        truncate_ragged_lines=True,
    )


def _decode(start: bytes, encoding: str) -> str:
    """Return the beginning of a text, without the line that the cut may have gone through."""
    whole = start.rfind(b"\n") + 1 if len(start) >= _START else len(start)
    return start[: whole or len(start)].decode(encoding).removeprefix("\ufeff")


def _values(column: pl.Series) -> list[str]:
    texts = (
        column.drop_nulls().cast(pl.String, strict=False).drop_nulls().unique(maintain_order=True)
    )
    return [text[:_LONGEST] for text in texts.head(VALUES)]
