"""What is wrong with the tables of a quarterly return, besides the hours ledger."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.partnership.fund_rules import FundRules
from patrolwise.partnership.return_tables import RETURN_TABLES, check_return_table
from patrolwise.patrols.row_faults import describe_bad_rows

SPOT_KINDS = ("serious violence", "asb", "both")
PLACES = ("hot spot", "ring", "rest of force")
VERDICTS_OF_DAYS = ("met", "short", "cannot tell")
STAGES = ("objective", "scanning", "analysis", "response", "assessment", "closed")
REST_OF_FORCE = "force"  # the area_id of counts of the rest of the force

_Rule = tuple[str, pl.Expr, str]  # column, which rows are wrong, remedy


@dataclass(frozen=True, kw_only=True)
class ReturnNames:
    """The names that tables may use."""

    areas: Collection[str]
    agencies: Collection[str]
    streams: Collection[str]
    definitions: Collection[str]  # id@version


def check_return_tables(
    tables: Mapping[str, pl.DataFrame], names: ReturnNames, rules: FundRules
) -> None:
    """Raise unless the tables of a return hold what can be; silent when they do.

    Parameters
    ----------
    tables : mapping of name to frame
        All of `RETURN_TABLES`; the hours ledger is checked by `check_hours_ledger`.
    names : ReturnNames
    rules : FundRules

    Raises
    ------
    InputError
        A name is unknown, a month or number cannot be, or two versions of a hot spot are live on
        one day. All are named, table by table.
    """
    faults = []
    for name in RETURN_TABLES:
        check_return_table(tables[name], name)
        rows = tables[name].rename({"row_id": "row"})
        checked = _common(rows, names) + _OWN.get(name, _nothing)(names, rules)
        if name == "hours":
            continue
        for column, bad, remedy in checked:
            faults += [
                f"{name}: {fault}"
                for fault in describe_bad_rows(rows, bad.fill_null(value=False), column, remedy)
            ]
    faults += _tell_two_versions(tables["hot_spots"])
    faults += _tell_plans_twice(tables)
    check_faults("return", faults)


def _common(rows: pl.DataFrame, names: ReturnNames) -> list[_Rule]:
    """Return the rules of the columns that many tables have."""
    areas = [*names.areas, REST_OF_FORCE] if "place" in rows.columns else names.areas
    start = ("end", pl.col("end") <= pl.col("start"), "it must be after start.")
    month = ("month", pl.col("month").dt.day() != 1, "write the first day of a month.")
    last = ("last", pl.col("last") < pl.col("first"), "it is before first; swap the two.")
    known = {
        "area_id": _unknown("area_id", areas),
        "agency": _unknown("agency", names.agencies),
        "stream_id": _unknown("stream_id", names.streams),
        "staff": ("staff", pl.col("staff") < 1, "write how many people, 1 or more."),
        "end": start,
        "month": month,
        "last": last,
    }
    return [rule for column, rule in known.items() if column in rows.columns]


def _spots(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return [
        _unknown("kind", SPOT_KINDS),
        ("area_m2", ~(pl.col("area_m2") > 0), "write square metres above 0."),
        (
            "baseline",
            ~pl.col("baseline").is_between(0, pl.col("force_total")),
            "it must be 0 to force_total.",
        ),
    ]


def _streams(names: ReturnNames, _: FundRules) -> list[_Rule]:
    parts = pl.col("agencies").str.split(";").list.eval(pl.element().str.strip_chars())
    strange = parts.list.set_difference(pl.lit(list(names.agencies))).list.len() > 0
    return [
        _below_zero("pounds"),
        ("agencies", strange, f"write some of {', '.join(names.agencies)}, parted by semicolons."),
    ]


def _planned(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return [_below_zero("planned"), _unknown("met", VERDICTS_OF_DAYS)]


def _activities(_: ReturnNames, rules: FundRules) -> list[_Rule]:
    return [_unknown("activity", [one.id for one in rules.activities])]


def _outcomes(names: ReturnNames, _: FundRules) -> list[_Rule]:
    is_rest = pl.col("area_id") == REST_OF_FORCE
    return [
        _unknown("definition", names.definitions),
        _unknown("place", PLACES),
        _below_zero("crimes"),
        (
            "area_id",
            is_rest != (pl.col("place") == "rest of force"),
            f"{REST_OF_FORCE} goes with rest of force, and a hot spot with the others.",
        ),
    ]


def _plans(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return [_unknown("stage", STAGES), _below_zero("actions_open"), _below_zero("actions_closed")]


def _police_plans(names: ReturnNames, rules: FundRules) -> list[_Rule]:
    parts = pl.col("area_ids").str.split(";").list.eval(pl.element().str.strip_chars())
    strange = parts.list.set_difference(pl.lit(list(names.areas))).list.len() > 0
    known = ", ".join(names.areas)
    below = [
        _below_zero(column)
        for column in ("before", "after", "comparison_before", "comparison_after")
    ]
    return [
        *_plans(names, rules),
        *below,
        ("area_ids", strange, f"the return's hot spots are {known}. Add it to hot-spots."),
        ("closed", pl.col("closed") < pl.col("opened"), "it is before opened."),
    ]


def _finances(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return [_below_zero(column) for column in ("granted", "spent", "forecast", "matched")]


def _surveys(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return [
        (
            column,
            ~pl.col(column).is_between(0, pl.col("base")),
            "it must be 0 to base.",
        )
        for column in ("feel_safe", "seen_patrol")
    ]


def _nothing(_: ReturnNames, __: FundRules) -> list[_Rule]:
    return []


_OWN: Mapping[str, Callable[[ReturnNames, FundRules], list[_Rule]]] = {
    "hot_spots": _spots,
    "streams": _streams,
    "planned": _planned,
    "activities": _activities,
    "outcomes": _outcomes,
    "plans": _plans,
    "police_plans": _police_plans,
    "finances": _finances,
    "surveys": _surveys,
}


def _unknown(column: str, known: Collection[str]) -> _Rule:
    told = ", ".join(known) or "none that there are"
    return column, ~pl.col(column).is_in(list(known)), f"write one of {told}."


def _below_zero(column: str) -> _Rule:
    return column, ~(pl.col(column) >= 0), "write 0 or more."


def _tell_plans_twice(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the plans that the form of plans has, and a file of the police too."""
    typed = set(tables["plans"]["plan_id"])
    twice = sorted(typed & set(tables["police_plans"]["plan_id"]))
    return [
        f"plans: {one} is in the form of plans and in the police's file. Withdraw the form's row."
        for one in twice
    ]


def _tell_two_versions(spots: pl.DataFrame) -> list[str]:
    """Return the versions of a hot spot that begin before the one before has ended."""
    ordered = spots.sort("area_id", "first", "row_id")
    earlier = ordered.with_columns(
        before=pl.col("row_id").shift(1).over("area_id"),
        until=pl.col("last").fill_null(pl.date(9999, 12, 31)).shift(1).over("area_id"),
    ).filter(pl.col("first") <= pl.col("until"))
    return [
        f"hot_spots: {before} is still live when {after} begins. Give {before} a last day."
        for before, after in earlier.select("before", "row_id").iter_rows()
    ]
