"""How a protocol is kept in a file: written once, never over another, and read with its hash."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.protocol import (
    FIRST_SCHEMA,
    LATER_PARTS,
    PROTOCOL_SCHEMA,
    Plan,
    PlannedArea,
    PlannedAreas,
    PlannedDays,
    PlannedTest,
    PlannedWindow,
    Protocol,
)
from patrolwise.files.whole_files import write_whole

_SCHEMAS = (FIRST_SCHEMA, PROTOCOL_SCHEMA)


def write_protocol(path: Path, protocol: Protocol) -> None:
    """Write a protocol; never over a file that is there.

    Parameters
    ----------
    path : Path
    protocol : Protocol

    Raises
    ------
    RefusedError
        The file is there already.
    InputError
        The folder does not exist, or the disk refuses.
    """
    check_unwritten(path)
    document = {**protocol.document, "sha256": protocol.sha256}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    write_whole(path, f"{text}\n".encode())


def check_unwritten(path: Path) -> None:
    """Raise when a file is there already; silent otherwise.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RefusedError
        It is.
    """
    if path.exists():
        raise RefusedError(
            f"{path} is there already, and a frozen protocol is never overwritten. Declare what "
            "changed with [[protocol.change]] in the programme, or name another file."
        )


def read_protocol(path: Path) -> Protocol:
    """Return the protocol that a file holds.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Protocol

    Raises
    ------
    InputError
        The file cannot be read, is no protocol, or was changed after it was frozen.
    """
    try:
        declared = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name} is no JSON ({error}). Fetch it again.") from error
    if not isinstance(declared, dict) or declared.get("schema") not in _SCHEMAS:
        raise InputError(
            f"{path.name} is no protocol of Patrolwise ({PROTOCOL_SCHEMA}). Make one with "
            "patrolwise protocol freeze."
        )
    try:
        protocol = _protocol(declared)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path.name}: a value is not what it should be ({error!r}). Fetch it again."
        ) from error
    # What is compared is what the file says, to the letter, and not what was understood of it.
    if declared != {**protocol.document, "sha256": protocol.sha256}:
        raise InputError(
            f"{path.name} was changed after it was frozen: its content does not have the hash "
            f"{str(declared.get('sha256'))[:16]} that it names. Fetch the published one again."
        )
    return protocol


def _protocol(declared: Mapping[str, Any]) -> Protocol:
    return Protocol(
        frozen_at=datetime.fromisoformat(declared["frozen_at"]),
        frozen_by=declared["frozen_by"],
        version=declared["version"],
        programme_sha256=declared["programme_sha256"],
        data_until=declared["data_until"],
        plan=_plan(declared["plan"]),
        schema=declared["schema"],
    )


def _plan(plan: Mapping[str, Any]) -> Plan:
    selection = plan["selection"]
    return Plan(
        question=plan["question"],
        outcomes=tuple(plan["outcomes"]),
        before=PlannedWindow(**plan["before"]),
        after=PlannedWindow(**plan["after"]),
        selection=None if selection is None else PlannedWindow(**selection),
        hot_spots=_areas(plan["hot_spots"]),
        comparison=_areas(plan["comparison"]),
        rings_m=tuple(plan["rings_m"]),
        tests=tuple(PlannedTest(**test) for test in plan["tests"]),
        exclusions=tuple(plan["exclusions"]),
        harm=plan["harm"],
        seed=plan["seed"],
        **{part: _later(plan, part) for part in LATER_PARTS if part in plan},
    )


def _later(plan: Mapping[str, Any], part: str) -> Any:
    """Return a part that the first schema has not; the second may say null, nothing of it."""
    if plan[part] is None:
        return None
    make = _days if part == "patrol_days" else lambda test: PlannedTest(**test)
    return tuple(make(one) for one in plan[part])


def _days(declared: Mapping[str, Any]) -> PlannedDays:
    hours, window = declared["hours"], declared["window"]
    read = {
        "test": PlannedTest(**declared["test"]),
        "hours": None if hours is None else tuple(hours),
        "window": None if window is None else PlannedWindow(**window),
    }
    return PlannedDays(**{**declared, **read})


def _areas(declared: Mapping[str, Any]) -> PlannedAreas:
    areas = tuple(PlannedArea(**area) for area in declared["areas"])
    return PlannedAreas(rule=declared["rule"], areas=areas)
