"""How a study of patrols is written: results, reports and tables, all of them or none."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from patrolwise.reporting.patrol_document import build_patrol_document
from patrolwise.reporting.patrol_results import PatrolResults
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.visit_summary import mark_simulated
from patrolwise.study.writing import make_plain, write_folder

WRITING_STEPS = 3


def write_patrols(
    results: PatrolResults, tables: PatrolTables, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write patrols.json, report.html, report.pdf and the tables as CSV into a folder.

    All are made first, in a folder beside it, and moved in last: what stood there before is
    replaced only by a whole set.

    Parameters
    ----------
    results : PatrolResults
    tables : PatrolTables
    out : Path
        Made when absent.
    progress : callable
        Told of each of `WRITING_STEPS` steps.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report extra is not installed.
    """
    progress("Writing patrols.json and tables")
    text = json.dumps(make_plain(results), indent=1, ensure_ascii=False, allow_nan=False)
    contents = {"patrols.json": (text + "\n").encode(), **_tables(results, tables)}
    progress("Drawing the report")
    page = build_patrol_document(results, (WIDE, NARROW))
    contents["report.html"] = lay_out_html(page).encode()
    progress("Setting the PDF")
    contents["report.pdf"] = lay_out_pdf(build_patrol_document(results, (PRINT_WIDTH,)))
    return write_folder(contents, out)


def _tables(results: PatrolResults, tables: PatrolTables) -> dict[str, bytes]:
    named = {
        "visits": tables.visits,
        "unit-visits": tables.unit_visits,
        "doses": tables.doses,
        "device-days": tables.device_days,
        "compliance": tables.compliance,
        "copresence": tables.copresence,
    }
    if results.is_simulated:
        named = {name: mark_simulated(table) for name, table in named.items()}
    return {f"{name}.csv": _csv(table) for name, table in named.items()}


def _csv(table: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    table.write_csv(file, datetime_format="%Y-%m-%dT%H:%M:%S%.fZ")
    return file.getvalue()
