"""How what is told of a drawn experiment is kept for the reports of plans: never a day of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.files.whole_files import write_whole
from patrolwise.reporting.plan_records import BalanceRecord, ExperimentRecord

EXPERIMENT_SCHEMA = "patrolwise.experiment/1"


def write_experiment_record(
    path: str | Path, record: ExperimentRecord, rule: Mapping[str, Any]
) -> None:
    """Write what is told of an experiment, and the rule that it was drawn by, as JSON.

    Parameters
    ----------
    path : str or Path
        A file there is replaced only by a whole one.
    record : ExperimentRecord
    rule : mapping
        As `DesignRule.as_record` gives it.

    Raises
    ------
    InputError
        The folder is not there or cannot be written to.
    """
    told = {"schema": EXPERIMENT_SCHEMA, "rule": rule, **asdict(record)}
    write_whole(Path(path), (json.dumps(told, indent=1, allow_nan=False) + "\n").encode())


def read_experiment_record(path: str | Path) -> tuple[ExperimentRecord, Mapping[str, Any]]:
    """Return what is told of an experiment, and the rule that it was drawn by.

    Parameters
    ----------
    path : str or Path
        As `write_experiment_record` wrote it.

    Returns
    -------
    (ExperimentRecord, mapping)

    Raises
    ------
    InputError
        The file cannot be read, or is no such record.
    """
    path = Path(path)
    try:
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check the path."
        ) from error
    except ValueError as error:
        raise InputError(f"{path.name} is not JSON: {error}. Fetch it again.") from error
    if not isinstance(told, dict) or told.get("schema") != EXPERIMENT_SCHEMA:
        raise InputError(
            f"{path.name} is no {EXPERIMENT_SCHEMA}. Name the experiment.json that plan allocate "
            "put beside published.json."
        )
    check_faults(path.name, _find_faults(told))
    values = {one.name: told[one.name] for one in fields(ExperimentRecord)}
    values["balance"] = tuple(BalanceRecord(**row) for row in told["balance"])
    values |= {name: tuple(told[name]) for name in ("arms", "power")}
    return ExperimentRecord(**values), told["rule"]


_TEXTS = ("design", "allocation_sha256", "set_sha256")
_LISTS = ("arms", "balance", "power")


def _find_faults(told: Mapping[str, Any]) -> list[str]:
    kinds: dict[str, type] = {
        **dict.fromkeys(_TEXTS, str),
        **dict.fromkeys(_LISTS, list),
        "set_count": int,
        "rule": dict,
    }
    faults = [
        f"{name} is missing, or no {kind.__name__}. Fetch the file again."
        for name, kind in kinds.items()
        if not isinstance(told.get(name), kind)
    ]
    names = {one.name for one in fields(BalanceRecord)}
    if not faults and any(
        not isinstance(row, dict) or set(row) != names for row in told["balance"]
    ):
        faults.append(f"balance must have {', '.join(sorted(names))} in each row.")
    return faults
