"""What a force did, and what the evidence for it may say: for the page of recognition."""

import json
import tomllib
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.benchmark_records import DidRecord
from patrolwise.study.toml_reader import TomlReader

NO_EVIDENCE = "none given: an outlier says that something is different, not what made it so"


def read_did(path: Path) -> tuple[DidRecord, ...]:
    """Return what a force did, each with what its own evaluation may say.

    Parameters
    ----------
    path : Path
        TOML: tables `[[did]]` with `what`, `since` (a date), and, where there is an evaluation,
        `results`, the path of its results.json.

    Returns
    -------
    tuple of DidRecord

    Raises
    ------
    InputError
        The file is not as it should be; all faults are named.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as TOML: {error}. Mend it.") from error
    faults: list[str] = []
    top = TomlReader(given, "", path.parent, faults)
    found = [_read_one(table, faults) for table in top.tables("did")]
    top.finish()
    if not found and not faults:
        faults.append("There is no [[did]] in it. Give one for each thing that was done.")
    check_faults(path.name, faults)
    return tuple(found)


def _read_one(table: TomlReader, faults: list[str]) -> DidRecord:
    what, since = table.text("what"), table.day("since", needed=True)
    results = table.path("results")
    table.finish()
    grade = NO_EVIDENCE if results is None else _grade(results, faults)
    return DidRecord(
        what=what,
        since=since.isoformat() if since else "",
        evidence=results.name if results else "",
        grade=grade,
    )


def _grade(path: Path, faults: list[str]) -> str:
    """Return what an evaluation may say of its main outcome: no more than it says itself."""
    try:
        main = json.loads(path.read_text("utf-8"))["outcomes"][0]
        return f"{main['title']}: {main['verdict']}"
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, IndexError):
        faults.append(
            f"{path.name} is no results.json of patrolwise evaluate with an outcome. Make it anew."
        )
        return ""
