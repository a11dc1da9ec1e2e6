"""What the user's own harm workbook says each offence weighs, and which of its rows are bad.

The official workbook of the Cambridge Crime Harm Index may not be shipped with this package, so
it is read where the user has it: as XLSX, or as a CSV with the same columns.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.crimes.quality import FileFault, FileRead
from patrolwise.errors import InputError
from patrolwise.harm.mixes import RECORDED_MIX
from patrolwise.harm.offence_codes import is_code, normalise_codes
from patrolwise.harm.weights import OFFENCE_ROWS, Choice, HarmIndex, weigh_offences
from patrolwise.tables import make_table

# Each column's names, as patterns of the header's letters and digits; the first that fits wins.
_HEADERS: dict[str, tuple[str, ...]] = {
    "offence": ("fulloffencetitle", "offencetitle", "offencedescription", "shorttitle", "offence"),
    "days": (r".*days.*", r"cchi(score|value|weight)?", r".*cchi.*startingpoint.*"),
    "offence_code": (r"(offence)?classificationcode", r"(homeoffice)?offencecode"),
    "classification": (r"(homeoffice|ho)classification",),
    "notifiable": (r"notifiable.*",),
    "group": (r"(offence)?group",),
}
_HEADER_WITHIN = 20  # rows above the header: a title, a notice of copyright
_CCHI_LICENCE = (
    "Copyright Cambridge Centre for Evidence-Based Policing; free to download, no open licence. "
    "Read from the user's own file and not part of this package."
)


@dataclass(frozen=True, kw_only=True)
class HarmIndexRead:
    """A harm index as a file gave it, and what became of each of the file's rows."""

    index: HarmIndex
    file: FileRead
    sheet: str  # empty for CSV
    rows_used: int
    left_out: dict[str, int]  # reason → rows; with rows_used and faults it makes up file.rows
    faults: tuple[FileFault, ...]  # one a bad row


def read_harm_index(
    path: Path, *, version: str, choice: Choice = Choice.MEDIAN_LOW, name: str = "cchi"
) -> HarmIndexRead:
    r"""Read a harm index from the official CCHI workbook, or from a CSV with its columns.

    The sheet is found by its header: an offence title, a days column, and a Home Office
    classification or its code; of several, that with the most rows. Offences that are not
    notifiable, or marked EXPIRED, are left out and counted. A bad row is reported, not used, and
    does not spoil the rest.

    Parameters
    ----------
    path : Path
        XLSX or CSV.
    version : str
        The date of the workbook, such as "2020-10"; a score names it.
    choice : Choice
        How one weight is made of several offences with one code (`weigh_offences`).
    name : str
        Slug of the index.

    Returns
    -------
    HarmIndexRead

    Raises
    ------
    InputError
        The file cannot be read, no sheet has such a header, or no row is good.

    Examples
    --------
    >>> import tempfile
    >>> lines = "offence_title,days,classification_code", "Hiding a hat,7,8N", "Running,few,8N"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "made-up.csv"
    ...     _ = path.write_text("\n".join(lines))
    ...     read = read_harm_index(path, version="2024")
    >>> read.index.key, read.index.weights["days"].to_list()
    ('cchi@2024', [7.0])
    >>> read.faults[0].message
    "row 3, column days: 'few' is no number above 0. Write the days."
    """
    if not path.is_file():
        raise InputError(f"{path.name}: there is no such file. Give the path of the workbook.")
    sheet, rows = _find_sheet(path)
    judged = rows.with_columns(_judge(rows))
    good = judged.filter(pl.col("fault").is_null() & pl.col("reason").is_null())
    faults = tuple(
        FileFault(file=path.name, message=message) for message in judged["fault"].drop_nulls()
    )
    if good.is_empty():
        why = f" The first fault: {faults[0].message}" if faults else ""
        raise InputError(f"{path.name}: none of its {rows.height} rows can be used.{why}")
    offences = make_table(OFFENCE_ROWS, good.with_columns(pl.col("days").cast(pl.Float64)))
    reasons = judged.filter(pl.col("fault").is_null()).drop_nulls("reason")["reason"]
    return HarmIndexRead(
        index=HarmIndex(
            name=name,
            title="Cambridge Crime Harm Index" if name == "cchi" else name,
            version=version,
            weights=weigh_offences(offences, choice),
            choice=choice,
            source=path.name,
            licence=_CCHI_LICENCE if name == "cchi" else "As the user's file has it.",
        ),
        file=FileRead(name=path.name, sha256=_hash(path), rows=rows.height),
        sheet=sheet,
        rows_used=good.height,
        left_out=dict(sorted(reasons.value_counts().iter_rows())),
        faults=faults,
    )


def read_offence_mix(path: Path, *, forces: Collection[str] | None = None) -> pl.DataFrame:
    r"""Read recorded offences by code from the Home Office's police force area tables.

    Parameters
    ----------
    path : Path
        CSV, packed or not, with the columns fy, offence_code, offence_description, offence_group,
        offence_subgroup and n; quarters are added up. A column force is needed to keep only some.
    forces : collection of str, optional
        Forces to keep, as the file writes them; all of them together, when None.

    Returns
    -------
    (n, 6) RECORDED_MIX, by year, then code

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, has a count that is no whole number, or lacks
        one of the forces.

    Examples
    --------
    >>> import tempfile
    >>> head = "force,fy,offence_code,offence_description,offence_group,offence_subgroup,n"
    >>> row = "Here,2021/22,34B,Robbery,Robbery,Robbery of personal property,"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mix.csv"
    ...     _ = path.write_text("\n".join([head, row + "5", row + "6"]))
    ...     read_offence_mix(path)["n"].to_list()
    [11]
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path.name} cannot be read as CSV: {_first_line(error)}.") from error
    needed = ("force",) if forces is not None else ()
    lacking = [c for c in (*needed, *RECORDED_MIX.names) if c not in table.columns]
    if lacking:
        raise InputError(
            f"{path.name} lacks {', '.join(lacking)}; it has {', '.join(table.columns)}. "
            "Rename them."
        )
    held = table["force"].unique() if forces is not None else ()
    unknown = sorted(set(forces or ()) - set(held))
    if unknown:
        raise InputError(f"{path.name} has no force named {', '.join(unknown)}.")
    counts = table["n"].cast(pl.Int64, strict=False)
    if counts.null_count():
        row = int(counts.is_null().arg_true()[0])
        raise InputError(
            f"{path.name}, row {row + 2}, column n: {table['n'][row]!r} is no whole number. "
            "Mend it, or delete the row."
        )
    kept = table.with_columns(counts)
    if forces is not None:
        kept = kept.filter(pl.col("force").is_in(list(forces)))
    by = RECORDED_MIX.names[:-1]
    return make_table(RECORDED_MIX, kept.group_by(by).agg(pl.col("n").sum()).sort(by))


def _find_sheet(path: Path) -> tuple[str, pl.DataFrame]:
    """Return the sheet's name and its rows by our names, each with the line it is on."""
    found = []
    for name, cells in _read_sheets(path).items():
        for line, header in enumerate(cells.head(_HEADER_WITHIN).iter_rows(), start=1):
            columns = _match_header(header)
            coded = columns.keys() & {"offence_code", "classification"}
            if coded and {"offence", "days"} <= columns.keys():
                body = cells.slice(line).select(_named(columns))
                numbered = body.with_row_index("line", offset=line + 1)
                blank = pl.col("offence").is_null() & pl.col("days").is_null()
                # A spreadsheet that took 00200 for a number has dropped its zeros.
                full = pl.col("classification").str.replace(r"^(\d{3,4})$", "00${1}")
                full = full.str.replace(r"^0*(\d{5})$", "${1}")
                found.append((name, numbered.filter(~blank).with_columns(full)))
                break
    if not found:
        raise InputError(
            f"{path.name} has no sheet whose header holds an offence title, a days column and a "
            "Home Office classification. Is it the workbook of the harm index?"
        )
    return max(found, key=lambda sheet: sheet[1].height)


def _read_sheets(path: Path) -> dict[str, pl.DataFrame]:
    """Return each sheet's cells as text, no header, blanks null."""
    is_workbook = path.suffix.lower() in (".xlsx", ".xlsm", ".xls")
    sheets = _read_workbook(path) if is_workbook else _read_csv(path)
    blank = pl.all().cast(pl.String).str.strip_chars().replace("", None)
    return {name: cells.select(blank) for name, cells in sheets.items() if cells.width}


def _read_workbook(path: Path) -> dict[str, pl.DataFrame]:
    import fastexcel  # noqa: PLC0415  (only who has a workbook waits for it)

    try:
        book = fastexcel.read_excel(path)
        return {
            name: book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for name in book.sheet_names
        }
    except fastexcel.FastExcelError as error:
        raise InputError(
            f"{path.name} cannot be read as a workbook: {_first_line(error)}. "
            "Open it and save it as XLSX, or save its sheet as CSV."
        ) from error


def _read_csv(path: Path) -> dict[str, pl.DataFrame]:
    try:
        return {"": pl.read_csv(path, has_header=False, infer_schema=False)}
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{path.name} cannot be read as CSV: {_first_line(error)}. "
            "Give the XLSX workbook, or save its sheet as CSV in UTF-8."
        ) from error


def _match_header(header: tuple[str | None, ...]) -> dict[str, int]:
    """Return which of our columns is at which position; the best name wins."""
    plain = [re.sub(r"[^a-z0-9]", "", (cell or "").lower()) for cell in header]
    found = {}
    for column, patterns in _HEADERS.items():
        for pattern in patterns:
            hits = [i for i, cell in enumerate(plain) if re.fullmatch(pattern, cell)]
            if hits:
                found[column] = hits[0]
                break
    return found


def _named(columns: dict[str, int]) -> list[pl.Expr]:
    return [
        pl.nth(columns[name]).alias(name)
        if name in columns
        else pl.lit(None, pl.String).alias(name)
        for name in _HEADERS
    ]


def _judge(rows: pl.DataFrame) -> list[pl.Series]:
    """Return for each row its fault, or the reason to leave it out, or neither."""
    days = pl.col("days").cast(pl.Float64, strict=False)
    status = pl.col("notifiable").str.to_lowercase().str.replace_all(r"[^a-z]", "")
    has_column = rows["notifiable"].null_count() < rows.height
    coded = is_code(normalise_codes(rows["offence_code"]))
    coded |= is_code(normalise_codes(rows["classification"]))
    # Codes outside the Home Office's numbering (NFIB: fraud) are read and match no crime.
    unreadable = rows["offence_code"].is_null() & ~coded
    shifted = pl.col("group").str.contains("(?i)https?://|www\\.")
    expired = pl.col("offence").fill_null("").str.contains("EXPIRED", literal=True)
    no_crime = status.is_in(["nonnotifiable", "notnotifiable", "non", "no", "n"])
    known = no_crime | status.is_in(["notifiable", "yes", "y"])

    def fault(column: str, problem: str) -> pl.Expr:
        text = f"row {{}}, column {column}: {{}} {problem}"
        shown = pl.concat_str(pl.lit("'"), pl.col(column).str.head(60), pl.lit("'"))
        return pl.format(text, "line", shown.fill_null("nothing"))

    usual = ~no_crime.fill_null(value=False) & ~expired
    found = (
        pl.when(shifted.fill_null(value=False))
        .then(fault("group", "is a web address: the row is shifted by a column. Mend the row."))
        .when(pl.lit(has_column) & ~known.fill_null(value=False))
        .then(fault("notifiable", "is neither Notifiable nor Non-Notifiable. Write one."))
        .when(usual & ~(days.is_finite() & (days > 0)).fill_null(value=False))
        .then(fault("days", "is no number above 0. Write the days."))
        .when(usual & pl.lit(unreadable))
        .then(fault("classification", "is no Home Office classification. Write it as 008/06."))
    )
    reason = (
        pl.when(no_crime.fill_null(value=False))
        .then(pl.lit("not notifiable"))
        .when(expired)
        .then(pl.lit("expired"))
    )
    judged = rows.select(found.alias("fault"), reason.alias("reason"))
    return [judged["fault"], judged["reason"]]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
