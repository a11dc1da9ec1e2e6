"""How texts and results files are read to be held against each other, and what comes of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.claim_records import CLAIMS_SCHEMA, ClaimReport
from patrolwise.claims.passages import Passage, find_passages
from patrolwise.claims.reading_facts import read_facts
from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.office_texts import SUFFIXES, read_office_text
from patrolwise.reporting.results import SCHEMA
from patrolwise.study.integrity import INTEGRITY, is_intact
from patrolwise.study.schema import schema_of_document
from patrolwise.study.writing import make_plain

PLAIN = (".txt", ".md", ".markdown", "")
_READ = "plain text, Markdown, Word or OpenDocument (.txt, .md, .docx, .odt)"
_INSTEAD = {
    ".pdf": "is a PDF, which keeps letters but not sentences. Give the file that it was made from, "
    "or copy its text into a .txt file: open it, select all, copy, and save as UTF-8.",
    ".doc": "is an old Word file. Open it and save it as .docx.",
    ".rtf": "is rich text. Open it and save it as .docx.",
    ".html": "is a web page. Copy its text into a .txt file.",
}


def check_claims(texts: Sequence[Path], results: Sequence[Path]) -> ClaimReport:
    """Return whether texts are borne out by results files.

    Parameters
    ----------
    texts : sequence of Path
        Plain or Markdown files in UTF-8, .docx or .odt.
    results : sequence of Path
        results.json of `patrolwise evaluate`, days.json of `days`, patrols.json of `dose`, or what
        `cost --json` printed; several at once.

    Returns
    -------
    ClaimReport

    Raises
    ------
    InputError
        A file cannot be read; all are named.
    RefusedError
        A results file is not as it was written.
    """
    faults: list[str] = []
    passages = {str(path): _read_text(path, faults) for path in texts}
    written = {name: _read_results(path, faults) for name, path in _name_apart(results).items()}
    check_faults("Claims", faults)
    parsed = {name: json.loads(text) for name, text in written.items()}
    sealed = frozenset(name for name, text in written.items() if is_intact(text))
    facts = read_facts(parsed, sealed)
    altered = [
        f"{name} is not as it was written, so nothing can be held against it. "
        "Make it again with patrolwise evaluate."
        for name, document in parsed.items()
        if name not in sealed and (INTEGRITY in document or document["schema"] == SCHEMA)
    ]
    check_faults("Claims", altered, RefusedError)
    return check_texts(passages, facts)


def summarise_claims(report: ClaimReport) -> Any:
    """Return the document of `--json`.

    Parameters
    ----------
    report : ClaimReport

    Returns
    -------
    dict
        As `claims_schema` says.
    """
    return make_plain(report)


def claims_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document.

    Returns
    -------
    dict

    Examples
    --------
    >>> claims_schema()["properties"]["schema"]
    {'const': 'patrolwise.claims/1'}
    """
    return schema_of_document(ClaimReport, CLAIMS_SCHEMA)


def _name_apart(paths: Sequence[Path]) -> dict[str, Path]:
    """Return files by their name, or by the whole path where two have one name."""
    names = [path.name for path in paths]
    return {
        path.name if names.count(path.name) == 1 else str(path): path
        for path in dict.fromkeys(paths)
    }


def _read_text(path: Path, faults: list[str]) -> tuple[Passage, ...]:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        try:
            return read_office_text(path)
        except InputError as error:
            faults.append(str(error))
            return ()
    if suffix not in PLAIN:
        told = _INSTEAD.get(suffix, f"is of another kind: give {_READ}.")
        faults.append(f"{path.name} {told}")
        return ()
    return find_passages(_read(path, faults))


def _read_results(path: Path, faults: list[str]) -> str:
    """Return the text of a results document; a fault is told where it is none."""
    held = len(faults)
    text = _read(path, faults)
    if len(faults) > held:
        return text
    if not text.strip():
        faults.append(f"{path.name} is empty. Give results.json.")
        return text
    try:
        if not isinstance(json.loads(text), dict):
            faults.append(f"{path.name} is no results document. Give results.json.")
    except ValueError as error:
        faults.append(f"{path.name} is no JSON ({error}). Give results.json.")
    return text


def _read(path: Path, faults: list[str]) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        faults.append(f"{path.name} cannot be read: {error.strerror}.")
        return ""
    except UnicodeDecodeError:
        faults.append(f"{path.name} is not UTF-8 text. Save it as plain text in UTF-8.")
        return ""
    if "\0" in text:
        faults.append(f"{path.name} holds no text. Give {_READ}.")
        return ""
    return text
