"""What a file of crimes by month holds, for one area, or all that is wrong in it."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.evaluation.national_trend import MonthlySeries, RecordingBreak
from patrolwise.files.form_cells import read_cells
from patrolwise.files.forms import Form, FormColumn, read_form

# Months and counts are read here, so that their faults are told together with those of areas.
MONTH_SERIES_FORM = Form(
    columns=(
        FormColumn(name="month"),
        FormColumn(name="crimes"),
        FormColumn(name="area", may_be_blank=True),
    )
)
_MONTH = re.compile(r"(\d{4})-(\d{2})(-01)?")
_MOST_TOLD = 10
_MOST_NAMED = 8


def read_month_series(
    path: str | Path, name: str, *, area: str = "", breaks: Sequence[RecordingBreak] = ()
) -> MonthlySeries:
    r"""Return the crimes by month of one area.

    A month without crime is a row of 0; a month that is not in the file is not known.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns month (2020-07 or 2020-07-01), crimes and, where it holds
        several areas, area. Rows in any order.
    name : str
        As a reader is told it.
    area : str
        Which area; blank when the file holds one.
    breaks : sequence of RecordingBreak

    Returns
    -------
    MonthlySeries

    Raises
    ------
    InputError
        As `read_form`; or a month or count cannot be read, a month is there twice, the area is not
        in the file, or several are and none was named. All are told with row, column and value.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "force.csv"
    ...     _ = path.write_text("month,crimes\n2020-02,90\n2020-01,100\n")
    ...     read_month_series(path, "The force").counts
    (100.0, 90.0)
    """
    lines = read_form(path, MONTH_SERIES_FORM)
    months = [_read_month(cell) for cell in lines["month"]]
    counts, wrong = read_cells(lines["crimes"].to_list(), "number")
    faults = [
        f"Row {row}, column month is {cell!r}: write it as 2020-07."
        for row, cell, month in zip(lines["row"], lines["month"], months, strict=True)
        if month is None
    ]
    for at, (cell, count) in enumerate(zip(lines["crimes"], counts, strict=True)):
        if at in wrong or count < 0:
            remedy = wrong.get(at, "a count is 0 or more.")
            faults.append(f"Row {lines['row'][at]}, column crimes is {cell!r}: {remedy}")
    areas = lines["area"].fill_null("").to_list()
    faults += _find_area_faults(areas, area)
    table = pl.DataFrame(
        {"row": lines["row"], "month": months, "crimes": counts, "area": areas},
        schema_overrides={"month": pl.Date},
    )
    own = table.filter(pl.col("area") == area) if area else table
    if area or len(set(areas)) == 1:
        faults += _find_twice(own)
    more = len(faults) - _MOST_TOLD
    told = faults[:_MOST_TOLD] + ([f"And {more} faults more."] if more > 0 else [])
    check_faults(Path(path).name, told)
    own = own.sort("month")
    return MonthlySeries(
        name=name,
        months=tuple(own["month"]),
        counts=tuple(own["crimes"]),
        breaks=tuple(breaks),
    )


def _read_month(cell: str) -> date | None:
    found = _MONTH.fullmatch(cell)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1900:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _find_area_faults(areas: Sequence[str], wanted: str) -> list[str]:
    held = sorted(set(areas))
    named = ", ".join(area or "(blank)" for area in held[:_MOST_NAMED])
    if len(held) > _MOST_NAMED:
        named += f" and {len(held) - _MOST_NAMED} more"
    if wanted and wanted not in held:
        return [f"It has no area {wanted!r}; it has {named}. Mend the name."]
    if not wanted and len(held) > 1:
        return [f"It holds several areas: {named}. Name one of them as area."]
    return []


def _find_twice(lines: pl.DataFrame) -> list[str]:
    rows = lines.filter(pl.col("month").is_not_null())
    repeated = rows.filter(pl.col("month").is_duplicated()).group_by("month", maintain_order=True)
    return [
        f"{month:%B %Y} is there {group.height} times, in rows "
        f"{', '.join(map(str, group['row']))}. Keep one."
        for (month,), group in repeated
    ]
