"""How texts and a results file are read to be held against each other, and what comes of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.claim_records import CLAIMS_SCHEMA, ClaimReport
from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.study.integrity import is_intact
from patrolwise.study.schema import schema_of_document
from patrolwise.study.writing import make_plain

READ = (".txt", ".md", ".markdown", "")


def check_claims(texts: Sequence[Path], results: Path) -> ClaimReport:
    """Return whether texts are borne out by a results file.

    Parameters
    ----------
    texts : sequence of Path
        Plain or Markdown files in UTF-8.
    results : Path
        results.json.

    Returns
    -------
    ClaimReport

    Raises
    ------
    InputError
        A file cannot be read; all are named.
    RefusedError
        The results file is not as it was written.
    """
    faults: list[str] = []
    read = {str(path): _read(path, faults) for path in texts}
    document = _read(results, faults, of=(".json",))
    check_faults("Claims", faults)
    try:
        parsed, whole = json.loads(document), is_intact(document)
    except ValueError as error:
        raise InputError(f"{results.name} is no JSON ({error}). Give results.json.") from error
    if not isinstance(parsed, dict):
        raise InputError(f"{results.name} is no results document. Give results.json.")
    report = check_texts(read, parsed, results.name)
    if not whole:
        raise RefusedError(
            f"{results.name} is not as it was written, so nothing can be held against it. "
            "Make it again with patrolwise evaluate."
        )
    return report


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


def _read(path: Path, faults: list[str], of: Sequence[str] = READ) -> str:
    if path.suffix.lower() not in of:
        kind = "results.json" if of is not READ else "plain text or Markdown (.txt or .md)"
        faults.append(f"{path.name} is of another kind: give {kind}.")
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        faults.append(f"{path.name} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        faults.append(f"{path.name} is not UTF-8 text. Save it as plain text in UTF-8.")
    return ""
