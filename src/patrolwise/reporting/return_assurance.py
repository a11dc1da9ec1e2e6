"""Sheet 8 of a quarterly return: what was checked, and what came of it."""

from collections.abc import Iterable

import polars as pl

from patrolwise.partnership.hours_totals import add_minutes
from patrolwise.reporting.return_patrol_sheet import ALL_SPOTS, PAID_COLUMNS
from patrolwise.reporting.return_records import ReturnCell, ReturnParts, ReturnSheet

PASSED, FAILED, CANNOT_TELL, TOLD = "passed", "not passed", "cannot tell", "for information"
_MOST = 5  # names that one sentence lists


def make_assurance_sheet(
    parts: ReturnParts, patrol: ReturnSheet, outcomes: ReturnSheet | None
) -> ReturnSheet:
    """Return what was checked, and what came of it.

    Parameters
    ----------
    parts : ReturnParts
        Its ledger is checked already: one with an impossible hour makes no return.
    patrol : ReturnSheet
        Sheet 3.
    outcomes : ReturnSheet or None
        Sheet 5, where the fund asks for it.

    Returns
    -------
    ReturnSheet
    """
    checks = [
        ("totals of sheet 3 equal the ledger's rows", *_reconcile_hours(parts, patrol)),
        ("parts of sheet 3 add up to its totals", *_reconcile_parts(patrol)),
        ("sheet 3 and sheet 5 have the same hot spots and months", *_match(patrol, outcomes)),
        ("hours are at most those rostered", *_tell_rosters(parts)),
        ("no hour in two rows or two streams", *_tell_overlap(parts)),
        ("written down after the quarter ended", *_tell_late(parts)),
        ("come since the version before", *_tell_revisions(parts)),
    ]
    return ReturnSheet(
        number=8,
        keys=("check",),
        columns=("result", "detail"),
        rows=tuple(
            ((check,), (ReturnCell(result), ReturnCell(detail))) for check, result, detail in checks
        ),
    )


def find_column(sheet: ReturnSheet, column: str, *, total: bool) -> int:
    """Return the sum of a column of sheet 3, over its totals or over its other rows.

    Parameters
    ----------
    sheet : ReturnSheet
    column : str
        One of whole numbers.
    total : bool
        Whether the rows of all hot spots are meant.

    Returns
    -------
    int
    """
    at = sheet.columns.index(column)
    values = [cells[at].value for key, cells in sheet.rows if (key[0] == ALL_SPOTS) == total]
    return sum(value for value in values if isinstance(value, int))


def _reconcile_hours(parts: ReturnParts, patrol: ReturnSheet) -> tuple[str, str]:
    window = parts.quarter.window
    rows = add_minutes(parts.sources["hours"]).filter(
        pl.col("day").is_between(window.first, window.last)
    )
    patrols = rows.filter(pl.col("activity") == "patrol")
    pairs = [
        ("patrol_min", int(patrols["patrol_min"].sum())),
        ("person_min", int(patrols["person_min"].sum())),
        ("delivered_patrols", patrols.height),
    ]
    found = [(name, find_column(patrol, name, total=True), made) for name, made in pairs]
    paid = sum(find_column(patrol, name, total=True) for name in PAID_COLUMNS.values())
    found.append(("funded, in kind and overtime", paid, int(rows["person_min"].sum())))
    return _tell_equal(found)


def _reconcile_parts(patrol: ReturnSheet) -> tuple[str, str]:
    names = ("patrol_min", "person_min", "extended_person_min", *PAID_COLUMNS.values(), "visits",
             "planned_patrols", "abstracted_min")  # fmt: skip
    return _tell_equal(
        [
            (name, find_column(patrol, name, total=True), find_column(patrol, name, total=False))
            for name in names
        ]
    )


def _tell_equal(found: Iterable[tuple[str, int, int]]) -> tuple[str, str]:
    wrong = [f"{name}: {first} and {second}" for name, first, second in found if first != second]
    if wrong:
        return FAILED, "; ".join(wrong)
    return PASSED, "; ".join(f"{name} {first}" for name, first, _ in found)


def _match(patrol: ReturnSheet, outcomes: ReturnSheet | None) -> tuple[str, str]:
    if outcomes is None:
        return CANNOT_TELL, "the fund asks for no sheet 5"
    walked = {key[:2] for key, _ in patrol.rows if key[0] != ALL_SPOTS}
    at = outcomes.columns.index("crimes")
    counted = {key[:2] for key, _ in outcomes.rows}
    blank = sorted("/".join(key) for key, cells in outcomes.rows if cells[at].value is None)
    if walked != counted:
        return FAILED, f"on one sheet alone: {_list(map('/'.join, walked ^ counted))}"
    if blank:
        return FAILED, f"{len(blank)} counts of sheet 5 are missing: {_list(blank)}"
    return PASSED, f"{len(walked)} hot spots and months on both, each with its counts"


def _tell_rosters(parts: ReturnParts) -> tuple[str, str]:
    hours, rostered = parts.sources["hours"], set(parts.sources["rostered"]["agency"])
    without = sorted(set(hours["agency"]) - rostered)
    held = hours.filter(pl.col("agency").is_in(list(rostered))).height
    if without:
        return CANNOT_TELL, f"{held} rows are; {_list(without)} keep no roster, and claim nothing"
    return PASSED, f"{held} rows lie within their units' rostered time"


def _tell_overlap(parts: ReturnParts) -> tuple[str, str]:
    hours = parts.sources["hours"]
    return (
        PASSED,
        f"{hours.height} rows; no unit is in two at once, and each has at most one stream",
    )


def _tell_late(parts: ReturnParts) -> tuple[str, str]:
    return _count_rows(parts, pl.col("recorded") > parts.quarter.window.last)


def _tell_revisions(parts: ReturnParts) -> tuple[str, str]:
    earlier = parts.declaration.earlier_cut
    if earlier is None:
        return TOLD, "this is the first version"
    told, detail = _count_rows(parts, pl.col("recorded") > earlier)
    return told, f"{detail}. patrolwise return compare tells which, and what was withdrawn"


def _count_rows(parts: ReturnParts, which: pl.Expr) -> tuple[str, str]:
    found = {name: table.filter(which).height for name, table in parts.sources.items()}
    told = ", ".join(f"{count} of {name}" for name, count in found.items() if count)
    return TOLD, f"rows: {told or 'none'}"


def _list(names: Iterable[str]) -> str:
    ordered = sorted(names)
    rest = len(ordered) - _MOST
    return ", ".join(ordered[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
