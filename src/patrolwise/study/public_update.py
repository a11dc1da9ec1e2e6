"""How the commissioner's public update is made: counted, held against itself, released by two."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.claim_lines import describe_claims
from patrolwise.claims.claim_records import ClaimReport, ClaimVerdict
from patrolwise.claims.passages import find_passages
from patrolwise.claims.quarter_facts import make_quarter_facts
from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.reporting.pdf import lay_out_pdf
from patrolwise.reporting.quarter_figures import QuarterFigures
from patrolwise.reporting.update_document import build_update_document
from patrolwise.reporting.web_page import lay_out_html
from patrolwise.study.return_figures import find_figures
from patrolwise.study.return_programme import ReturnProgramme
from patrolwise.study.writing import write_folder

UPDATE_SCHEMA = "patrolwise.public-update/1"
_STOPS = (ClaimVerdict.WRONG, ClaimVerdict.CHANCE, ClaimVerdict.CAUSAL)


@dataclass(frozen=True, kw_only=True)
class PublicUpdate:
    """An update that may be released."""

    found: QuarterFigures
    said: tuple[str, ...]  # paragraphs that people wrote
    report: ClaimReport | None  # of what they wrote; None: they wrote nothing


def make_update(
    programme: ReturnProgramme, quarter: str, version: int | None, text: Path | None
) -> PublicUpdate:
    """Return the public update on a quarter, or refuse to release it.

    Parameters
    ----------
    programme : ReturnProgramme
    quarter : str
    version : int or None
        Of the return; None takes the newest.
    text : Path or None
        What the partners say: plain text or Markdown, its paragraphs parted by blank lines.

    Returns
    -------
    PublicUpdate

    Raises
    ------
    InputError
        No such return is declared, or a form or the text cannot be read.
    RefusedError
        Nobody, or whoever prepared it, approved it; or the text says something that the figures
        do not bear out, tells a change that could be chance without saying so, or names a cause.
        All are named, each with a wording that would be true.
    """
    found = find_figures(programme, quarter, version)
    written = _read(text) if text is not None else ""
    report = None
    if written.strip():
        passages = {text.name if text is not None else "": find_passages(written)}
        report = check_texts(passages, make_quarter_facts(found))
    faults = [*_tell_release(found), *(_tell_claims(report) if report is not None else [])]
    check_faults("Public update", faults, RefusedError)
    paragraphs = tuple(" ".join(one.split()) for one in written.split("\n\n") if one.strip())
    return PublicUpdate(found=found, said=paragraphs, report=report)


def write_update(update: PublicUpdate, out: Path) -> tuple[Path, ...]:
    """Write an update into a folder: page, PDF, figures, and what holding its text came to.

    Parameters
    ----------
    update : PublicUpdate
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
    MissingExtraError
        The report extra is not installed.
    """
    document = build_update_document(update.found, update.said)
    contents = {
        "update.html": lay_out_html(document).encode(),
        "update.pdf": lay_out_pdf(document),
        "update.json": (
            json.dumps(describe_update(update), indent=1, ensure_ascii=False) + "\n"
        ).encode(),
    }
    if update.report is not None:
        contents["claims.txt"] = f"{describe_claims(update.report)}\n".encode()
    return write_folder(contents, out)


def describe_update(update: PublicUpdate) -> dict[str, object]:
    """Return an update's figures, ready for JSON.

    Parameters
    ----------
    update : PublicUpdate

    Returns
    -------
    dict
    """
    found = update.found
    return {
        "schema": UPDATE_SCHEMA,
        "title": found.title,
        "force": found.force,
        "notice": found.notice,
        "quarter": found.quarter.label,
        "cut": found.cut.isoformat(),
        "prepared_by": found.prepared_by,
        "approved_by": found.approved_by,
        "figures": [asdict(one) for one in found.judged],
        "hours": [str(one) for one in found.hours],
        "said": list(update.said),
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as text: {error}. Give plain text or Markdown, in UTF-8."
        ) from error


def _tell_release(found: QuarterFigures) -> list[str]:
    prepared, approved = (one.strip() for one in (found.prepared_by, found.approved_by))
    if not (prepared and approved):
        return [
            "prepared_by and approved_by of the quarter must both be given: a second person "
            "looks at what leaves."
        ]
    if prepared.casefold() == approved.casefold():
        return [f"{prepared} prepared and approved it. A second person must approve it."]
    return []


def _tell_claims(report: ClaimReport) -> list[str]:
    """Return what stands against a text; numbers of other things are for people to check."""
    faults = [
        f"{claim.file}, {claim.place}: {claim.number.strip()}: {claim.reason} Write: "
        f"{claim.wording}"
        for claim in report.claims
        if claim.verdict in _STOPS
    ]
    return faults + [
        f"{trap.file}, {trap.place}: {trap.reason} Write: {trap.wording}"
        for trap in report.traps
        if trap.verdict in _STOPS
    ]
