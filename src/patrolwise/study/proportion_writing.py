"""How a comparison of shares is written: results, pack and tables, all of them or none."""

import io
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import polars as pl

from patrolwise.files.table_workbooks import make_workbook
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.proportion_document import build_proportion_document
from patrolwise.reporting.proportion_records import ForceShareRecord, ProportionResults
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.study.writing import make_plain, write_folder

PROPORTION_WRITING_STEPS = 2
_TYPES: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("force", "badge", "flag"), pl.String),
    **dict.fromkeys(("events", "of", "agreeing", "methods", "persistence", "periods"), pl.Int64),
}


def write_proportions(
    results: ProportionResults, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write proportions.json, pack.html, pack.pdf, forces.csv and proportions.xlsx into a folder.

    Parameters
    ----------
    results : ProportionResults
    out : Path
        Made when absent; what stood there before is replaced only by a whole set.
    progress : callable
        Told of each of `PROPORTION_WRITING_STEPS` steps.

    Returns
    -------
    tuple of Path

    Raises
    ------
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report extra, or the plan extra, is not installed.
    """
    progress("Writing tables")
    forces, methods = list_shares_of_forces(results), _list_methods(results)
    file = io.BytesIO()
    forces.write_csv(file)
    sheets = {"Forces": forces, "Methods": methods}
    if results.chart is not None:
        sheets["Periods"] = _list_periods(results)
    text = json.dumps(make_plain(results), indent=1, ensure_ascii=False, allow_nan=False)
    progress("Drawing the pack")
    page = build_proportion_document(results, (WIDE, NARROW))
    contents = {
        "proportions.json": f"{text}\n".encode(),
        "forces.csv": file.getvalue(),
        "proportions.xlsx": make_workbook(results.title, sheets),
        "pack.html": lay_out_html(page).encode(),
        "pack.pdf": lay_out_pdf(build_proportion_document(results, (PRINT_WIDTH,))),
    }
    return write_folder(contents, out)


def list_shares_of_forces(results: ProportionResults) -> pl.DataFrame:
    """Return every force, one a row.

    Parameters
    ----------
    results : ProportionResults

    Returns
    -------
    (n, 19) frame
        The period, then what ForceShareRecord tells but for z by method.
    """
    names = [one.name for one in fields(ForceShareRecord) if one.name != "z_by_method"]
    rows = [(results.period, *(getattr(one, name) for name in names)) for one in results.forces]
    schema: dict[str, type[pl.DataType]] = {"period": pl.String}
    schema |= {name: _TYPES.get(name, pl.Float64) for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _list_methods(results: ProportionResults) -> pl.DataFrame:
    rows = [(one.force, method, z) for one in results.forces for method, z in one.z_by_method]
    schema = {"force": pl.String, "method": pl.String, "z": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _list_periods(results: ProportionResults) -> pl.DataFrame:
    chart = results.chart
    assert chart is not None
    names = ("periods", "events", "of", "shares", "centre", "low", "high")
    return pl.DataFrame({name: list(getattr(chart, name)) for name in names})
