"""Sheets 1, 2, 6 and 7 of a quarterly return: cover, hot spots, problem solving and finance."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from patrolwise.partnership.hours_totals import (
    MEASURES,
    HoursFigure,
    HoursScope,
    count_hours,
    set_hours_side_by_side,
)
from patrolwise.reporting.return_records import ReturnCell, ReturnParts, ReturnSheet, Value
from patrolwise.times import Window

COUNT_ONCE = (
    "Patrol-hours count a unit once, person-hours each of its people. Patrol-hours of the police "
    "and of partners are never added."
)

_PLAN_COLUMNS = ("stage", "partners", "actions_open", "actions_closed", "measure", "next_review")
_COUNTED_COLUMNS = (
    *("opened", "closed", "window_first", "window_last"),
    *("before", "after", "comparison_before", "comparison_after", "compared", "verdict"),
)


def make_cover_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return what the return is, who answers for it, and its hours as what they are.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
    """
    said, rules = parts.declaration, parts.rules
    told: list[tuple[str, ReturnCell]] = [
        (item, ReturnCell(value))
        for item, value in (
            ("programme", said.title),
            ("notice", said.notice),
            ("force", said.force),
            ("quarter", f"{parts.quarter.label} of {parts.quarter.year_label}"),
            ("days", str(parts.quarter.window)),
            ("fund", rules.name),
            ("fund rules", rules.key),
            ("source of the rules", rules.source),
            ("version of the return", said.version),
            ("data cut", f"{said.cut}"),
            ("prepared by", said.prepared_by),
            ("approved by", said.approved_by),
            ("harm index", said.harm_index),
            (
                "visit",
                f"{rules.shortest_min:g} minutes or more inside; absences of up to "
                f"{rules.longest_gap_min:g} are part of it",
            ),
            ("young person", f"aged {rules.oldest_young_person} or under"),
            ("hours", COUNT_ONCE),
        )
    ]
    told += [(f"definition {n}", ReturnCell(key)) for n, key in enumerate(said.definitions, 1)]
    told += [(f"open query {n}", ReturnCell(one)) for n, one in enumerate(said.open_queries, 1)]
    figures = list_hours(parts)
    told += [
        (f"hours {n}", ReturnCell(str(one), "hours", one.row_ids))
        for n, one in enumerate(figures, 1)
    ]
    return ReturnSheet(
        number=1,
        keys=("item",),
        columns=("value",),
        rows=tuple(((item,), (cell,)) for item, cell in told),
    )


def list_hours(parts: ReturnParts) -> tuple[HoursFigure, ...]:
    """Return the quarter's hours: patrol-hours of each kind, person-hours of all.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    tuple of HoursFigure
        They can stand side by side: no two have the same scope.
    """
    by_kind = {
        kind: tuple(agency for agency, own in parts.declaration.kinds if own == kind)
        for kind in parts.kinds_told
    }
    scopes = [
        HoursScope(measure=measure, window=parts.quarter.window, agencies=agencies)
        for measure in MEASURES
        for agencies in by_kind.values()
    ]
    if len(by_kind) > 1:
        everybody = tuple(agency for agency, _ in parts.declaration.kinds)
        scopes.append(
            HoursScope(measure="person-hours", window=parts.quarter.window, agencies=everybody)
        )
    figures = [count_hours(parts.sources["hours"], scope, parts.kinds) for scope in scopes]
    set_hours_side_by_side(figures)
    return tuple(figures)


def make_spots_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return the hot spots that were live in the quarter, in each version.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        It is for the fund: `published` says what the public may be told.
    """
    rows = []
    for one in parts.live_spots.sort("row_id").iter_rows(named=True):
        share = 100 * one["baseline"] / one["force_total"] if one["force_total"] else None
        values = (
            one["kind"],
            one["lsoa"],
            round(one["area_m2"], 1),
            one["method"],
            one["baseline"],
            None if share is None else round(share, 2),
            f"{one['first']}",
            f"{one['last']}" if one["last"] else None,
            "yes" if one["published"] else "no",
        )
        rows.append(
            ((one["area_id"], str(one["version"])), _cells(values, "hot_spots", one["row_id"]))
        )
    return ReturnSheet(
        number=2,
        keys=("hot_spot", "version"),
        columns=(
            "kind",
            "lsoa",
            "area_m2",
            "method",
            "baseline_crimes",
            "percent_of_force",
            "live_from",
            "live_until",
            "published",
        ),
        rows=tuple(rows),
    )


def make_plans_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return the problem-solving plans that there are: those of the form, then the police's own.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
        With what was counted of plans where a file of the police told of any. Of these, plans that
        were open on a day of the quarter.
    """
    filed = _take_open(parts.sources["police_plans"], parts.quarter.window)
    columns = _PLAN_COLUMNS + (_COUNTED_COLUMNS if filed.height else ())
    blank = (ReturnCell(None),) * (len(columns) - len(_PLAN_COLUMNS))
    rows = [
        (
            (one["plan_id"], one["area_id"]),
            (*_cells(_plain_values(one, _PLAN_COLUMNS), "plans", one["row_id"]), *blank),
        )
        for one in parts.sources["plans"].iter_rows(named=True)
    ]
    rows += [
        (
            (one["plan_id"], one["area_ids"] or "none"),
            _cells(_plain_values(one, columns), "police_plans", one["row_id"]),
        )
        for one in filed.iter_rows(named=True)
    ]
    return ReturnSheet(number=6, keys=("plan", "hot_spot"), columns=columns, rows=tuple(rows))


def make_finance_sheet(parts: ReturnParts) -> ReturnSheet:
    """Return what each agency had of each stream, and what a verified minute of patrol cost.

    Pounds are divided by the minutes that were claimed from the same stream by the same agency
    on the same days and that trackers verified; by no others.

    Parameters
    ----------
    parts : ReturnParts

    Returns
    -------
    ReturnSheet
    """
    rows = []
    for one in parts.sources["finances"].iter_rows(named=True):
        figure = count_hours(
            parts.sources["hours"].filter(pl.col("basis") == "tracker"),
            HoursScope(
                measure="patrol-hours",
                agencies=(one["agency"],),
                window=Window("spent", one["first"], one["last"]),
                streams=(one["stream_id"],),
            ),
            parts.kinds,
        )
        cost = round(one["spent"] / figure.minutes, 2) if figure.minutes else None
        values: list[Value] = [
            *(round(one[name], 2) for name in ("granted", "spent", "forecast", "matched")),
            f"{one['first']} to {one['last']}",
        ]
        cells = (
            *_cells(values, "finances", one["row_id"]),
            ReturnCell(figure.minutes, "hours", figure.row_ids),
            ReturnCell(cost, "hours", figure.row_ids),
            ReturnCell("" if figure.minutes else "no minutes that trackers verified"),
        )
        rows.append(((one["stream_id"], one["agency"], f"{one['last']}"), cells))
    return ReturnSheet(
        number=7,
        keys=("stream", "agency", "spent_until"),
        columns=(
            "granted",
            "spent",
            "forecast",
            "matched",
            "days",
            "verified_patrol_min",
            "pounds_per_verified_min",
            "note",
        ),
        rows=tuple(rows),
    )


def _cells(values: Sequence[Value], source: str, row_id: str) -> tuple[ReturnCell, ...]:
    return tuple(ReturnCell(value, source, (row_id,)) for value in values)


def _plain_values(row: Mapping[str, Any], columns: Sequence[str]) -> list[Value]:
    return [f"{row[one]}" if isinstance(row[one], date) else row[one] for one in columns]


def _take_open(plans: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Return the plans that were open on a day of a window."""
    closed = pl.col("closed").is_null() | (pl.col("closed") >= window.first)
    return plans.filter(pl.col("opened") <= window.last, closed)
