"""Problem-solving plans as the police tell them for the quarterly return, in a file.

A plan crosses as its reference, its hot spots and what was counted: no title, no words of the plan
and nobody's name. The police's site writes the file, the commissioning partnership's reads it; both
by this module. What becomes of the rows over time is in `list_plan_rows`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.partnership.problem_plans import Stage
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.partnership.sealed_tables import (
    FIRST_ROW,
    SealedTable,
    read_rows,
    read_sealed,
    write_sealed,
)

KIND = "plans-for-the-return/1"
VERDICTS = ("fall", "rise", "chance", "few")  # of `evaluation.verdicts`
PARTED = "; "
_TOLD = ("quarter", "first", "last", "as_of")
_REFERENCE, _DEFINITION = re.compile(r"PSP\d{1,9}"), re.compile(r"[a-z0-9-]{1,60}@\d{1,4}")
_COMPARED = re.compile(
    r"too few to say|[+-]\d+ % \(\d+ % interval [+-]\d+ % to [+-]\d+ %\)"
)  # as `plan_measures.tell_estimate` tells it
_LONGEST = 80  # characters of a hot spot's id, or a team's name
_MOST_IN_CELL = 40
_COUNTS = ("before", "after", "comparison_before", "comparison_after")


@dataclass(frozen=True, kw_only=True)
class ToldPlan:
    """One plan as it is told; a measure with its window, and its counts once they are taken."""

    plan: str  # reference: PSP12
    hot_spots: tuple[str, ...]
    stage: str
    partners: tuple[str, ...]  # teams that do something of it
    actions_open: int
    actions_closed: int
    next_review: date | None
    opened: date
    closed: date | None
    measure: str | None  # a definition, id@version
    window_first: date | None
    window_last: date | None
    before: int | None  # crimes in the plan's hot spots in the baseline
    after: int | None  # in the window
    comparison_before: int | None
    comparison_after: int | None
    compared: str | None  # change against the comparison areas, with its interval
    verdict: str | None

    def __post_init__(self) -> None:
        faults = [f"{self.plan}: {one}" for one in (*_find_word_faults(self), *_find_gaps(self))]
        check_faults("Plan", faults)


@dataclass(frozen=True, kw_only=True)
class PlansFile:
    """What a file of plans holds."""

    quarter: Quarter
    as_of: date  # the plans stood so on this day
    sha256: str
    plans: tuple[ToldPlan, ...]  # the n-th is in row n + FIRST_ROW of the file


@dataclass(frozen=True, kw_only=True)
class PlansEvent:
    """A file that was kept on a day, or taken back."""

    day: date
    name: str  # what the file was called
    file: PlansFile
    is_undone: bool = False


def pick_plans(plans: Iterable[ToldPlan], quarter: Quarter) -> tuple[ToldPlan, ...]:
    """Return the plans that a return of a quarter is made of.

    Parameters
    ----------
    plans : iterable of ToldPlan
    quarter : Quarter

    Returns
    -------
    tuple of ToldPlan
        Those begun by its end and not closed before the same quarter of the year before, which a
        figure is held against; by reference.
    """
    before = quarter.year_before.window.first
    kept = [
        one
        for one in plans
        if one.opened <= quarter.window.last and (one.closed is None or one.closed >= before)
    ]
    return tuple(sorted(kept, key=lambda one: int(one.plan.removeprefix("PSP"))))


def write_plans(quarter: Quarter, as_of: date, plans: Sequence[ToldPlan]) -> bytes:
    """Return the file of a quarter's plans.

    Parameters
    ----------
    quarter : Quarter
    as_of : date
        The day on which plans stand so.
    plans : sequence of ToldPlan

    Returns
    -------
    bytes
        The same for the same plans.
    """
    return write_sealed(_seal(quarter, as_of, plans))


def hash_plans(quarter: Quarter, as_of: date, plans: Sequence[ToldPlan]) -> str:
    """Return the hash that the file of a quarter's plans carries.

    Parameters
    ----------
    quarter : Quarter
    as_of : date
        The day on which plans stand so.
    plans : sequence of ToldPlan

    Returns
    -------
    str
    """
    return _seal(quarter, as_of, plans).sha256


def _seal(quarter: Quarter, as_of: date, plans: Sequence[ToldPlan]) -> SealedTable:
    window = quarter.window
    told = (quarter.label, f"{window.first}", f"{window.last}", f"{as_of}")
    return SealedTable(
        kind=KIND,
        told=dict(zip(_TOLD, told, strict=True)),
        columns=COLUMNS,
        rows=tuple(tuple(_write(getattr(one, name)) for name in COLUMNS) for one in plans),
    )


def read_plans(data: bytes) -> PlansFile:
    """Return what a file of plans says.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    PlansFile

    Raises
    ------
    InputError
        It is no such file, was altered, or a row says what cannot be; all rows at once.
    """
    table = read_sealed(data, KIND, _TOLD, COLUMNS)
    plans, faults = read_rows(table, _read_row)
    names = [one.plan for one in plans]
    faults += [f"{one} is there twice." for one in sorted(set(names)) if names.count(one) > 1]
    quarter, as_of = _read_told(table, faults)
    check_faults("The plans", faults)
    return PlansFile(quarter=quarter, as_of=as_of, sha256=table.sha256, plans=tuple(plans))


def list_plan_rows(events: Sequence[PlansEvent]) -> list[dict[str, Any]]:
    """Return the rows of the return's table of police plans that files have made over time.

    A row is never changed: where a later file of the quarter says otherwise, or a file is taken
    back, the row is withdrawn on that day and another stands. One that says the same stays, with
    the file that it first came from.

    Parameters
    ----------
    events : sequence of PlansEvent
        In the order of happening.

    Returns
    -------
    list of dict
        With the columns of the form of `POLICE_PLANS`; by the day of recording.
    """
    rows: list[dict[str, Any]] = []
    standing: dict[tuple[str, str], dict[str, Any]] = {}
    files: dict[str, list[PlansEvent]] = {}
    for event in events:
        quarter = event.file.quarter.label
        held = files.setdefault(quarter, [])
        if event.is_undone:
            held[:] = [one for one in held if one.file.sha256 != event.file.sha256]
        else:
            held.append(event)
        wanted = _tell_rows(held[-1], event.day) if held else {}
        for key in [one for one in standing if one[0] == quarter]:
            if key in wanted and _says(wanted[key]) == _says(standing[key]):
                del wanted[key]
            else:
                standing.pop(key)["withdrawn"] = event.day
        standing |= wanted
        rows += wanted.values()
    return rows


def _tell_rows(kept: PlansEvent, day: date) -> dict[tuple[str, str], dict[str, Any]]:
    quarter = kept.file.quarter.label
    return {
        (quarter, one.plan): {
            "quarter": quarter,
            "plan_id": one.plan,
            "area_ids": PARTED.join(one.hot_spots),
            **{name: _join(getattr(one, name)) for name in COLUMNS[2:]},
            "source_file": kept.name,
            "source_sha256": kept.file.sha256,
            "source_row": number,
            "recorded": day,
            "withdrawn": None,
        }
        for number, one in enumerate(kept.file.plans, FIRST_ROW)
    }


def _says(row: dict[str, Any]) -> list[Any]:
    """Return what a row tells of its plan: not where it came from, nor when."""
    return [row[name] for name in ("area_ids", *COLUMNS[2:])]


def _join(value: Any) -> Any:
    return (PARTED.join(value) or None) if isinstance(value, tuple) else value


def _write(value: Any) -> str:
    return "" if value is None else PARTED.join(value) if isinstance(value, tuple) else str(value)


def _read_row(row: Sequence[str]) -> ToldPlan:
    read = {
        name: _READ.get(name, _read_text)(cell) for name, cell in zip(COLUMNS, row, strict=True)
    }
    return ToldPlan(**read)


def _read_told(table: SealedTable, faults: list[str]) -> tuple[Quarter, date]:
    found = Quarter(1, 1), date.min
    try:
        as_of = date.fromisoformat(table.told["as_of"])
        first = date.fromisoformat(table.told["first"])
        quarter = parse_quarter(table.told["quarter"], _year_start(first, table.told["quarter"]))
        told = (table.told["first"], table.told["last"])
        if told != (f"{quarter.window.first}", f"{quarter.window.last}"):
            faults.append(f"{quarter.label} is {quarter.window}, not {' to '.join(told)}.")
        found = quarter, as_of
    except (ValueError, InputError) as error:
        faults.append(f"Its first line: {error}")
    return found


def _year_start(first: date, quarter: str) -> int:
    """Return the month with which the year begins, by the first day of a quarter."""
    return (first.month - 1 - 3 * (int(quarter[-1:]) - 1)) % 12 + 1


def _read_text(cell: str) -> str | None:
    return cell or None


def _read_parts(cell: str) -> tuple[str, ...]:
    return tuple(part for one in cell.split(";") if (part := one.strip()))


def _read_day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _read_count(cell: str) -> int | None:
    return int(cell) if cell else None


_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("hot_spots", "partners"), _read_parts),
    **dict.fromkeys(("next_review", "opened", "closed", "window_first", "window_last"), _read_day),
    **dict.fromkeys(("actions_open", "actions_closed", *_COUNTS), _read_count),
}


def _find_word_faults(plan: ToldPlan) -> list[str]:
    """Return what is told in words that are not those of the file: a name could hide there."""
    long = [
        one
        for one in (*plan.hot_spots, *plan.partners)
        if len(one) > _LONGEST or ";" in one or not one.isprintable()
    ]
    wrong = {
        "the reference is PSP and a number": not _REFERENCE.fullmatch(plan.plan or ""),
        f"stage is one of {', '.join(Stage)}": plan.stage not in list(Stage),
        "measure is a definition, id@version": plan.measure is not None
        and not _DEFINITION.fullmatch(plan.measure),
        "compared is a change with its interval": plan.compared is not None
        and not _COMPARED.fullmatch(plan.compared),
        f"verdict is one of {', '.join(VERDICTS)}": plan.verdict not in (None, *VERDICTS),
        "hot spots and teams are short names without semicolons": bool(long)
        or max(len(plan.hot_spots), len(plan.partners)) > _MOST_IN_CELL,
    }
    return [f"{rule}." for rule, is_broken in wrong.items() if is_broken]


def _find_gaps(plan: ToldPlan) -> list[str]:
    """Return what of a plan lacks its other half, or cannot be."""
    numbers = (plan.actions_open, plan.actions_closed, *(getattr(plan, one) for one in _COUNTS))
    window = (plan.measure, plan.window_first, plan.window_last)
    counts = (*(getattr(plan, one) for one in _COUNTS), plan.compared, plan.verdict)
    missing = None in (plan.opened, plan.actions_open, plan.actions_closed)
    wrong = {
        "opened, actions_open and actions_closed are told of every plan": missing,
        "counts are 0 or more": any(one is not None and one < 0 for one in numbers),
        "closed is told of a closed plan, and of no other": (plan.stage == Stage.CLOSED)
        != (plan.closed is not None),
        "closed is not before opened": None not in (plan.opened, plan.closed)
        and plan.closed < plan.opened,  # type: ignore[operator]
        "a measure is told with its window, first day before last": len(
            {one is None for one in window}
        )
        > 1
        or (None not in window and plan.window_last < plan.window_first),  # type: ignore[operator]
        "counts, change and verdict are told together, of a plan with a measure": len(
            {one is None for one in counts}
        )
        > 1
        or (plan.verdict is not None and plan.measure is None),
    }
    return [f"{rule}." for rule, is_broken in wrong.items() if is_broken]


COLUMNS = tuple(one.name for one in fields(ToldPlan))
