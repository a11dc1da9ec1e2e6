"""How the making again of results is told: in lines for a person, and as a document."""

from collections.abc import Iterator
from typing import Any

from patrolwise.study.reproducing import Difference, Reproduction

MOST = 200  # differences that are listed; the rest are counted


def describe_reproduction(found: Reproduction, name: str) -> str:
    """Return what was found, in lines.

    Parameters
    ----------
    found : Reproduction
    name : str
        Of the results file.

    Returns
    -------
    str
    """
    return "\n".join(_lines(found, name))


def summarise_reproduction(found: Reproduction) -> dict[str, Any]:
    """Return what was found as plain lists and dicts, ready for JSON.

    Parameters
    ----------
    found : Reproduction

    Returns
    -------
    dict
    """
    return {
        "schema": "patrolwise.reproduction/1",
        "reproduced": found.is_reproduced,
        "intact": found.is_intact,
        "same_bytes": found.is_same,
        "refused": found.refused,
        "inputs": list(found.inputs),
        "versions": [_plain(one) for one in found.versions],
        "differences": [_plain(one) for one in found.differences],
    }


def _lines(found: Reproduction, name: str) -> Iterator[str]:
    if found.is_intact:
        yield f"{name} is as it was written: its content has the hash that it names."
    else:
        yield f"{name} was changed after it was written: its content does not have its hash."
    if found.programme is None:
        yield "Nothing was run. Without --quick the results are made again and compared."
        return
    yield from _listed("Files that are not as they were:", [f"  {one}" for one in found.inputs])
    yield from _listed("Other versions:", [_tell(one) for one in found.versions])
    if found.refused:
        yield f"It could not be made again: {found.refused}"
    elif found.is_same:
        yield f"Made again from {found.programme.name}: the same, byte for byte."
    elif found.differences:
        yield f"Made again from {found.programme.name}: {len(found.differences)} differences."
        yield from (_tell(one) for one in found.differences[:MOST])
        if len(found.differences) > MOST:
            yield f"  and {len(found.differences) - MOST} more; --json has them all"
    else:
        yield (
            f"Made again from {found.programme.name}: the same values, but spacing or order of "
            "the file differ."
        )


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from lines


def _tell(one: Difference) -> str:
    return f"  {one.path}: {one.then} then, {one.now} now"


def _plain(one: Difference) -> dict[str, str]:
    return {"path": one.path, "then": one.then, "now": one.now}
