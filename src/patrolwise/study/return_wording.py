"""How a made return, and what two of them differ in, are told on a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patrolwise.reporting.return_plain_sheets import list_hours
from patrolwise.reporting.return_records import QuarterlyReturn
from patrolwise.study.return_checking import ReturnComparison

_MOST = 40  # cells that a terminal lists; --json has them all


def describe_return(made: QuarterlyReturn, written: Sequence[Path]) -> str:
    """Return what was made, as text: its hours, its checks, its files.

    Parameters
    ----------
    made : QuarterlyReturn
    written : sequence of Path

    Returns
    -------
    str
    """
    said = made.parts.declaration
    lines = [
        f"{said.force}, {said.quarter}, version {said.version}, by {said.fund_rules}; rows known "
        f"on {said.cut}",
        *([said.notice] if said.notice else []),
        "",
        *(f"{one}" for one in list_hours(made.parts)),
        "",
        *(f"{result}: {check} ({detail})" for check, result, detail in _list_checks(made)),
        "",
        f"Written: {written[0].parent}, {len(written)} files",
    ]
    return "\n".join(lines)


def summarise_return(made: QuarterlyReturn, written: Sequence[Path]) -> dict[str, Any]:
    """Return the same, ready for JSON.

    Parameters
    ----------
    made : QuarterlyReturn
    written : sequence of Path

    Returns
    -------
    dict
    """
    said = made.parts.declaration
    return {
        "quarter": said.quarter,
        "version": said.version,
        "fund_rules": said.fund_rules,
        "cut": said.cut.isoformat(),
        "hours": [
            {"minutes": one.minutes, "of": str(one.scope), "by_kind": dict(one.by_kind)}
            for one in list_hours(made.parts)
        ],
        "checks": [
            {"check": check, "result": result, "detail": detail}
            for check, result, detail in _list_checks(made)
        ],
        "files": [str(path) for path in written],
    }


def describe_comparison(found: ReturnComparison) -> str:
    """Return how two returns differ, as text.

    Parameters
    ----------
    found : ReturnComparison

    Returns
    -------
    str
    """
    if not (found.rows or found.cells or found.declared):
        return "The two say the same, and are made of the same rows."
    lines = [f"Declared otherwise: {one}" for one in found.declared]
    for change in found.rows:
        for word, rows in (
            ("added", change.came),
            ("of these recorded after the earlier cut", change.late),
            ("removed", change.went),
            ("changed in place, which makes an old return differ", change.changed),
        ):
            if rows:
                lines.append(f"{change.table}: {len(rows)} {word}: {_list(rows)}")
    lines += found.cells[:_MOST]
    if (rest := len(found.cells) - _MOST) > 0:
        lines.append(f"And {rest} more cells; --json tells them all.")
    return "\n".join(lines)


def _list_checks(made: QuarterlyReturn) -> list[tuple[str, str, str]]:
    return [(key[0], str(cells[0].value), str(cells[1].value)) for key, cells in made.sheet(8).rows]


def _list(rows: Sequence[str]) -> str:
    rest = len(rows) - 5
    return ", ".join(rows[:5]) + (f" and {rest} more" if rest > 0 else "")
