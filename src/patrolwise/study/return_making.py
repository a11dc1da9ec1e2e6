"""How a programme's forms become a quarterly return: read, cut, checked whole, compiled."""

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from patrolwise.errors import RefusedError
from patrolwise.files.forms import naming
from patrolwise.files.return_files import JSON_NAME, list_return_files
from patrolwise.files.return_forms import empty_table, read_return_form
from patrolwise.partnership.fund_rules import find_fund_rules
from patrolwise.partnership.hours_ledger import HoursLedger, check_hours_ledger
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.partnership.return_tables import RETURN_TABLES, take_known_on
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.reporting.return_records import QuarterlyReturn, ReturnDeclaration
from patrolwise.study.return_programme import ReturnProgramme, ReturnQuarter
from patrolwise.study.writing import write_folder
from patrolwise.times import Window, patrol_day

Sources = dict[str, pl.DataFrame]


def make_return(
    programme: ReturnProgramme, quarter: str, version: int | None = None
) -> QuarterlyReturn:
    """Return the quarterly return that a programme declares.

    Parameters
    ----------
    programme : ReturnProgramme
    quarter : str
        2024-Q2.
    version : int or None
        None takes the newest.

    Returns
    -------
    QuarterlyReturn
        The same at any time, as long as rows are withdrawn and added, never changed: only those
        known on the day of the cut are in it.

    Raises
    ------
    InputError
        No such return is declared, or a form cannot be read or holds what cannot be.
    RefusedError
        The hours ledger has an hour that cannot be, or may not be claimed.
    """
    declared = programme.returns.find(quarter, version)
    rules = find_fund_rules(declared.fund_rules)
    sources = narrow(read_sources(programme, declared), parse_quarter(quarter, rules.year_starts))
    ledger = HoursLedger(
        hours=sources["hours"],
        rostered=sources["rostered"],
        streams=sources["streams"],
        kinds=dict(programme.returns.kinds),
    )
    check_hours_ledger(ledger, rules, set(sources["hot_spots"]["area_id"]))
    # the codes of staff have done their work: the return leaves without them
    sources["hours"] = sources["hours"].with_columns(staff_codes=pl.lit(None, dtype=pl.String))
    return compile_return(_declare(programme, declared), sources)


def read_sources(
    programme: ReturnProgramme, declared: ReturnQuarter, names: Collection[str] = RETURN_TABLES
) -> Sources:
    """Return the tables that a programme's forms hold, as known on the day of the cut.

    Parameters
    ----------
    programme : ReturnProgramme
    declared : ReturnQuarter
    names : collection of str
        Which tables are wanted; all, when not given.

    Returns
    -------
    dict of name to frame
        Tables whose form the programme does not name are empty.

    Raises
    ------
    InputError
        A form cannot be read.
    """
    returns, rules = programme.returns, find_fund_rules(declared.fund_rules)
    sources = {}
    for name in names:
        path = returns.forms.get(name)
        if path is None:
            sources[name] = empty_table(name)
            continue
        with naming(path):
            given = read_return_form(name, path, rules, returns.zone)
            sources[name] = take_known_on(given, declared.cut, name)
    return sources


def narrow(sources: Mapping[str, pl.DataFrame], quarter: Quarter) -> Sources:
    """Return the rows that a quarter's return is made of.

    Parameters
    ----------
    sources : mapping of name to frame
    quarter : Quarter

    Returns
    -------
    dict of name to frame
        Hours also of the days that the quarter's spending covers; crimes also of the same months
        of the year before.
    """
    window, before = quarter.window, quarter.year_before.window
    months = [*window.months, *before.months]
    kept = dict(sources)
    kept["finances"] = sources["finances"].filter(
        pl.col("last").is_between(window.first, window.last)
    )
    kept["hours"] = _keep_hours(sources["hours"], kept["finances"], window)
    days = kept["hours"].select(
        pl.col("start").min().dt.date().alias("first"), pl.col("end").max().alias("last")
    )
    first, last = days.row(0)
    if first is not None:
        kept["rostered"] = sources["rostered"].filter(
            pl.col("end") >= first, pl.col("start") <= last
        )
    for name in ("stays", "away"):
        kept[name] = sources[name].filter(
            patrol_day(pl.col("start")).is_between(window.first, window.last)
        )
    kept["planned"] = sources["planned"].filter(pl.col("day").is_between(window.first, window.last))
    kept["police_plans"] = sources["police_plans"].filter(pl.col("quarter") == quarter.label)
    kept["activities"] = sources["activities"].filter(pl.col("month").is_in(window.months))
    kept["outcomes"] = sources["outcomes"].filter(pl.col("month").is_in(months))
    return kept


def _keep_hours(hours: pl.DataFrame, finances: pl.DataFrame, window: Window) -> pl.DataFrame:
    spent = finances.select("stream_id", "agency", "first", until="last")
    day = patrol_day(pl.col("start"))
    costed = (
        hours.join(spent, on=["stream_id", "agency"])
        .filter(day.is_between(pl.col("first"), pl.col("until")))["row_id"]
        .unique()
    )
    return hours.filter(
        day.is_between(window.first, window.last) | pl.col("row_id").is_in(costed.implode())
    )


def write_return(made: QuarterlyReturn, out: Path) -> tuple[Path, ...]:
    """Write a return into a folder: JSON, workbook, a CSV for each sheet and the cells' rows.

    Parameters
    ----------
    made : QuarterlyReturn
    out : Path
        Made when absent.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    RefusedError
        Another return is there already: what was sent is what the next is compared with.
    InputError
        The folder cannot be written to.
    """
    contents = list_return_files(made)
    there = out / JSON_NAME
    if there.is_file() and there.read_bytes() != contents[JSON_NAME]:
        raise RefusedError(
            f"{there} is another return, and one that was made is never overwritten. Give "
            "another folder; patrolwise return compare tells how the two differ."
        )
    return write_folder(contents, out)


def _declare(programme: ReturnProgramme, declared: ReturnQuarter) -> ReturnDeclaration:
    returns = programme.returns
    return ReturnDeclaration(
        title=programme.title,
        force=returns.force,
        notice=programme.notice,
        quarter=declared.quarter,
        fund_rules=declared.fund_rules,
        version=declared.version,
        cut=declared.cut,
        earlier_cut=declared.earlier_cut,
        prepared_by=declared.prepared_by,
        approved_by=declared.approved_by,
        definitions=returns.definitions,
        harm_index=returns.harm_index,
        open_queries=declared.open_queries,
        kinds=returns.kinds,
    )
