"""How a comparison of days is written: results and reports, all of them or none."""

import json
from collections.abc import Callable
from pathlib import Path

from patrolwise.reporting.day_document import build_day_document
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.pdf import lay_out_pdf
from patrolwise.reporting.web_page import lay_out_html
from patrolwise.study.writing import make_plain, write_folder

WRITING_STEPS = 2


def write_days(
    results: DayResults, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write days.json, report.html and report.pdf into a folder.

    Parameters
    ----------
    results : DayResults
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
    progress("Drawing the report")
    text = json.dumps(make_plain(results), indent=1, ensure_ascii=False, allow_nan=False)
    document = build_day_document(results)
    contents = {"days.json": (text + "\n").encode(), "report.html": lay_out_html(document).encode()}
    progress("Setting the PDF")
    contents["report.pdf"] = lay_out_pdf(document)
    return write_folder(contents, out)
