"""Sheets 4, 5 and 9 of a quarterly return: activity, outcomes and survey."""

from datetime import date

import polars as pl

from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.outreach.scorecard import wilson_interval
from patrolwise.partnership.return_checks import REST_OF_FORCE
from patrolwise.reporting.return_records import ReturnCell, ReturnParts, ReturnSheet, Value
from patrolwise.reporting.suppression import HIDDEN, show_share

FOUND, SEARCHED = "stop-and-search-finds", "stop-and-search"
_NOTHING = ReturnCell(None)


def make_activity_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return what each agency did in each hot spot and month, counts hidden where the fund says.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        A column for each activity of the fund, then the share of searches that found something.
        Blank where nothing was told, which is not 0. There are no totals: sums would tell what
        is hidden.
    """
    ids = [one.id for one in parts.rules.activities]
    hidden = {one.id for one in parts.rules.activities if one.is_suppressed}
    rows: dict[tuple[str, ...], dict[str, ReturnCell]] = {}
    told = parts.sources["activities"].filter(pl.col("month").is_in(parts.months))
    for area, month, agency, activity, shown, row_id in (
        told.sort("area_id", "month", "agency")
        .select("area_id", "month", "agency", "activity", "shown", "row_id")
        .iter_rows()
    ):
        value: Value = shown if activity in hidden else int(shown)
        key = (area, f"{month:%Y-%m}", agency)
        rows.setdefault(key, {})[activity] = ReturnCell(value, "activities", (row_id,))
    columns = (*ids, "find_rate")
    return ReturnSheet(
        number=4,
        keys=("hot_spot", "month", "agency"),
        columns=columns,
        rows=tuple(
            (
                key,
                tuple({**own, "find_rate": _find_rate(own)}.get(c, _NOTHING) for c in columns),
            )
            for key, own in rows.items()
        ),
    )


def _find_rate(own: dict[str, ReturnCell]) -> ReturnCell:
    """Return a share of what is shown, which tells no more than the two counts do."""
    found, searched = own.get(FOUND, _NOTHING), own.get(SEARCHED, _NOTHING)
    if found.value is None or searched.value is None:
        return _NOTHING
    row_ids = (*found.row_ids, *searched.row_ids)
    if HIDDEN in (found.value, searched.value):
        return ReturnCell(HIDDEN, "activities", row_ids)
    share = show_share(int(found.value), int(searched.value)) if int(searched.value) else None
    return ReturnCell(share, "activities", row_ids)


def make_outcome_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return crimes of each definition in each hot spot and month, beside what they stand against.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        Blank where no count was given, which is not 0.
    """
    counts = parts.sources["outcomes"]
    found = {
        (area, month, definition, place): (crimes, harm, row_id)
        for area, month, definition, place, crimes, harm, row_id in counts.select(
            "area_id", "month", "definition", "place", "crimes", "harm", "row_id"
        ).iter_rows()
    }

    def cell(area: str, month: date, definition: str, place: str = "hot spot") -> ReturnCell:
        crimes, _, row_id = found.get((area, month, definition, place), (None, None, None))
        return _NOTHING if row_id is None else ReturnCell(crimes, "outcomes", (row_id,))

    rows = []
    for area, month in parts.live_months:
        year_before = month.replace(year=month.year - 1)
        for definition in parts.declaration.definitions:
            own = cell(area, month, definition)
            harm = found.get((area, month, definition, "hot spot"), (None, None, None))[1]
            cells = (
                own,
                cell(area, year_before, definition),
                ReturnCell(None if harm is None else round(harm, 1), own.source, own.row_ids),
                cell(area, month, definition, "ring"),
                cell(REST_OF_FORCE, month, definition, "rest of force"),
            )
            rows.append(((area, f"{month:%Y-%m}", definition), cells))
    return ReturnSheet(
        number=5,
        keys=("hot_spot", "month", "definition"),
        columns=(
            "crimes",
            "same_month_of_year_before",
            "harm_score",
            "ring_crimes",
            "rest_of_force_crimes",
        ),
        rows=tuple(rows),
    )


def make_survey_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return what people said in each hot spot and wave, with intervals.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        No share of fewer than 20 answers; fewer than 8 answers are not counted out either.
    """
    rows = []
    for area, wave, base, safe, seen, row_id in (
        parts.sources["surveys"]
        .select("area_id", "wave", "base", "feel_safe", "seen_patrol", "row_id")
        .iter_rows()
    ):
        told: list[Value] = ["1 to 7" if base is None else str(base)]
        for part in (safe, seen):
            told += [None] * 3 if part is None else _share(part, base)
        note = f"fewer than {FEWEST_FOR_PERCENT} answers" if safe is None else ""
        cells = tuple(ReturnCell(value, "surveys", (row_id,)) for value in (*told, note))
        rows.append(((area, wave), cells))
    return ReturnSheet(
        number=9,
        keys=("hot_spot", "wave"),
        columns=(
            "base",
            "feel_safe_percent",
            "feel_safe_low",
            "feel_safe_high",
            "seen_patrol_percent",
            "seen_patrol_low",
            "seen_patrol_high",
            "note",
        ),
        rows=tuple(rows),
    )


def _share(part: int, base: int) -> list[Value]:
    low, high = wilson_interval(part, base)
    return [round(100 * share, 1) for share in (part / base, low, high)]
