"""How a quarterly return is compiled: one ledger and the tables beside it become nine sheets."""

from collections.abc import Mapping

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.partnership.fund_rules import check_fund_date, find_fund_rules
from patrolwise.partnership.hours_ledger import HoursLedger, check_hours_ledger
from patrolwise.partnership.hours_totals import add_minutes
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.partnership.return_checks import ReturnNames, check_return_tables
from patrolwise.patrols.row_faults import describe_bad_rows
from patrolwise.reporting.return_assurance import make_assurance_sheet
from patrolwise.reporting.return_count_sheets import (
    make_activity_sheet,
    make_outcome_sheet,
    make_survey_sheet,
)
from patrolwise.reporting.return_patrol_sheet import make_patrol_sheet
from patrolwise.reporting.return_plain_sheets import (
    make_cover_sheet,
    make_finance_sheet,
    make_plans_sheet,
    make_spots_sheet,
)
from patrolwise.reporting.return_records import (
    QuarterlyReturn,
    ReturnDeclaration,
    ReturnParts,
    ReturnSheet,
)


def compile_return(
    declaration: ReturnDeclaration, sources: Mapping[str, pl.DataFrame]
) -> QuarterlyReturn:
    """Return the sheets that a fund asks for.

    Parameters
    ----------
    declaration : ReturnDeclaration
    sources : mapping of name to frame
        All of `RETURN_TABLES`, as known on the day of the cut. Counts of few are hidden already,
        so that no row tells what a sheet hides.

    Returns
    -------
    QuarterlyReturn
        The same declaration and rows give the same sheets, at any time.

    Raises
    ------
    InputError
        A table holds what cannot be, the fund's rules are of another year, or hours were worked
        in a hot spot on a day on which it was not live.
    RefusedError
        The hours ledger has an hour that cannot be, or may not be claimed.
    """
    rules = find_fund_rules(declaration.fund_rules)
    quarter = parse_quarter(declaration.quarter, rules.year_starts)
    check_fund_date(rules, quarter.window)
    parts = ReturnParts(
        declaration=declaration, rules=rules, quarter=quarter, sources=dict(sources)
    )
    _check(parts)
    sheets: dict[int, ReturnSheet] = {
        1: make_cover_sheet(parts),
        2: make_spots_sheet(parts),
        3: make_patrol_sheet(parts),
        4: make_activity_sheet(parts),
        5: make_outcome_sheet(parts),
        6: make_plans_sheet(parts),
        7: make_finance_sheet(parts),
        9: make_survey_sheet(parts),
    }
    outcomes = sheets[5] if 5 in rules.sheets else None
    sheets[8] = make_assurance_sheet(parts, sheets[3], outcomes)
    return QuarterlyReturn(
        parts=parts, sheets=tuple(sheets[number] for number in sorted(rules.sheets))
    )


def _check(parts: ReturnParts) -> None:
    sources, kinds = parts.sources, parts.kinds
    areas = sorted(set(sources["hot_spots"]["area_id"]))
    names = ReturnNames(
        areas=areas,
        agencies=list(kinds),
        streams=sources["streams"]["row_id"].to_list(),
        definitions=parts.declaration.definitions,
    )
    check_return_tables(sources, names, parts.rules)
    ledger = HoursLedger(
        hours=sources["hours"],
        rostered=sources["rostered"],
        streams=sources["streams"],
        kinds=kinds,
    )
    check_hours_ledger(ledger, parts.rules, areas)
    check_faults("hours", _tell_not_live(parts))


def _tell_not_live(parts: ReturnParts) -> list[str]:
    spots = parts.sources["hot_spots"].select("area_id", "first", "last")
    hours = add_minutes(parts.sources["hours"]).rename({"row_id": "row"})
    ever = pl.col("day").is_between(
        pl.col("first"), pl.col("last").fill_null(pl.date(9999, 12, 31))
    )
    live = hours.join(spots, on="area_id").filter(ever)["row"]
    return describe_bad_rows(
        hours.filter(~pl.col("row").is_in(live.implode())),
        pl.lit(value=True),
        "area_id",
        "the hot spot was not live on that day. Mend the row, or the spot's dates.",
    )
