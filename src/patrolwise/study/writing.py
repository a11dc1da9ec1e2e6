"""How results are written: all files or none, the same bytes for the same inputs."""

import dataclasses
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from patrolwise.errors import InputError
from patrolwise.reporting.pdf import make_report_pdf
from patrolwise.reporting.plain_document import make_plain_html, make_plain_pdf
from patrolwise.reporting.practice_bank import make_practice_bank_docx
from patrolwise.reporting.results import Results
from patrolwise.reporting.web_page import make_report_html
from patrolwise.study.integrity import seal_document

WRITING_STEPS = 4


def results_document(results: Results) -> dict[str, Any]:
    """Return the results as plain lists and dicts, ready for JSON.

    Parameters
    ----------
    results : Results

    Returns
    -------
    dict
        Numbers that no JSON number can hold, such as an infinite limit, are null. Its member
        integrity is the hash of all the others.
    """
    return seal_document(make_plain(results))


def results_text(results: Results) -> str:
    """Return results.json as it is written.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        The same results give the same text.
    """
    document = results_document(results)
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def make_plain(record: Any) -> dict[str, Any]:
    """Return a record as plain lists and dicts, ready for JSON.

    Parameters
    ----------
    record : frozen dataclass

    Returns
    -------
    dict
        Numbers that no JSON number can hold, such as an infinite limit, are null.
    """
    document = _plain(dataclasses.asdict(record))
    assert isinstance(document, dict)
    return document


def write_results(
    results: Results, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write results.json, the report, its plain version and a practice-bank entry into a folder.

    All are made first, in a folder beside it, and moved in last: what stood there before is
    replaced only by a whole set.

    Parameters
    ----------
    results : Results
    out : Path
        Made when absent.
    progress : callable
        Told of each step.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    progress("Writing results.json")
    text = results_text(results)
    progress("Drawing the report")
    contents = {
        "results.json": text.encode(),
        "report.html": make_report_html(results).encode(),
    }
    progress("Setting the PDF")
    contents["report.pdf"] = make_report_pdf(results)
    progress("Writing the plain version and the entry for a practice bank")
    said = (results, results.reflection, results.facts)
    contents["plain.html"] = make_plain_html(*said).encode()
    contents["plain.pdf"] = make_plain_pdf(*said)
    contents["practice-bank.docx"] = make_practice_bank_docx(*said)
    return write_folder(contents, out)


def write_folder(contents: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Write a set of files into a folder: all of them, or none.

    They are written into a folder beside their places and moved in last.

    Parameters
    ----------
    contents : mapping of name to bytes
    out : Path
        Made when absent.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        return _move_in(contents, out)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written to: {error.strerror}. Give another folder with --out."
        ) from error


def _move_in(contents: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    made = Path(tempfile.mkdtemp(prefix=".patrolwise-", dir=out))
    try:
        for name, content in contents.items():
            (made / name).write_bytes(content)
        for name in contents:
            os.replace(made / name, out / name)  # noqa: PTH105  (atomic, and says so)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return tuple(out / name for name in contents)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
