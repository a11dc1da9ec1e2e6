"""How a comparison of days is written: results and reports, all of them or none."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolwise.reporting.blocks import Document
from patrolwise.reporting.day_document import build_day_document, build_days_document
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.study.programme_days import ProgrammeDays
from patrolwise.study.writing import make_plain, write_folder

WRITING_STEPS = 2


@dataclass(frozen=True)
class Report:
    """What is written: plain values under a name, and how they are drawn at given widths."""

    name: str  # of the JSON file
    record: Any  # a frozen dataclass
    draw: Callable[[Sequence[int]], Document]


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
    return write_report(
        Report("days.json", results, lambda _: build_day_document(results)), out, progress
    )


def write_programme_days(
    found: ProgrammeDays, title: str, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write the comparisons of days of a programme: days.json, report.html and report.pdf.

    Parameters
    ----------
    found : ProgrammeDays
    title : str
        Of the programme.
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

    def draw(widths: Sequence[int]) -> Document:
        return build_days_document(found.results, found.refused, title, widths)

    return write_report(Report("days.json", found, draw), out, progress)


def write_report(report: Report, out: Path, progress: Callable[[str], None]) -> tuple[Path, ...]:
    """Write one document of plain values with its page and its PDF.

    Parameters
    ----------
    report : Report
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
    text = json.dumps(make_plain(report.record), indent=1, ensure_ascii=False, allow_nan=False)
    page = lay_out_html(report.draw((WIDE, NARROW)))
    contents = {report.name: f"{text}\n".encode(), "report.html": page.encode()}
    progress("Setting the PDF")
    contents["report.pdf"] = lay_out_pdf(report.draw((PRINT_WIDTH,)))
    return write_folder(contents, out)
