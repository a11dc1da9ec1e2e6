"""What a quarterly return is made of, from the forms that agencies and finance people fill in."""

from pathlib import Path

import polars as pl

from patrolwise.files.form_cells import Kind
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.partnership.fund_rules import FundRules
from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.reporting.return_hiding import hide_activities, hide_surveys
from patrolwise.tables import UTC_TIME, Table, make_table

# what tells the rows of a table apart: the row's id is made of it
KEYS = {
    "rostered": ("agency", "unit_id", "start"),
    "hot_spots": ("area_id", "version"),
    "stays": ("area_id", "agency", "unit_id", "start"),
    "planned": ("area_id", "agency", "day"),
    "away": ("area_id", "agency", "unit_id", "start"),
    "activities": ("area_id", "month", "agency", "activity"),
    "outcomes": ("area_id", "month", "definition", "place"),
    "plans": ("plan_id",),
    "police_plans": ("quarter", "plan_id"),
    "finances": ("stream_id", "agency", "last"),
    "surveys": ("area_id", "wave"),
}
_OWN_IDS = {"hours": "row_id", "streams": "stream_id"}  # what the form calls its own ids
_WORDS = {
    *("patrol_type", "activity", "paid", "visibility", "basis"),
    *("kind", "met", "place", "stage", "verdict"),
}
_NAMES = (
    "A return needs no names and no notes on people: units and codes of staff are enough, and who "
    "was met stays with those who met them."
)
_KINDS: dict[object, Kind] = {
    pl.String: "text",
    pl.Int64: "whole",
    pl.Float64: "number",
    pl.Date: "day",
    pl.Boolean: "yes_no",
    UTC_TIME: "time",
}


def return_form(name: str) -> Form:
    """Return the columns of the form of one table of a return.

    Parameters
    ----------
    name : str
        A key of `RETURN_TABLES`.

    Returns
    -------
    Form
        That of activities has `count`, which is hidden as it is read; those whose rows tell
        themselves apart have no id.

    Examples
    --------
    >>> return_form("surveys").names
    ['area_id', 'wave', 'base', 'feel_safe', 'seen_patrol', 'recorded', 'withdrawn']
    """
    table = RETURN_TABLES[name]
    columns = [
        FormColumn(
            name=column.name,
            kind="word" if column.name in _WORDS else _KINDS[column.dtype],
            may_be_blank=(column.may_be_null and name != "surveys") or column.name == "withdrawn",
        )
        for column in table.columns
        if column.name not in ("row_id", "shown")
    ]
    if name == "activities":
        columns.insert(-2, FormColumn(name="count", kind="whole"))
    if name in _OWN_IDS:
        columns.insert(0, FormColumn(name=_OWN_IDS[name]))
    return Form(columns=tuple(columns), why_no_others=_NAMES)


def read_return_form(name: str, path: Path, rules: FundRules, zone: str) -> pl.DataFrame:
    """Return one table of a return, counts of few hidden.

    Parameters
    ----------
    name : str
        A key of `RETURN_TABLES`.
    path : Path
        CSV or workbook with the columns of `return_form`.
    rules : FundRules
        They say which activities are hidden.
    zone : str
        Time zone of times without an offset.

    Returns
    -------
    (n, c) frame of that table
        With every row of the form, withdrawn ones too.

    Raises
    ------
    InputError
        As `read_form`.
    RefusedError
        The form has a further column, such as notes.
    """
    rows = read_form(path, return_form(name), zone=zone)
    rows = rows.with_columns(row_id=_row_id(name))
    if name == "activities":
        rows = hide_activities(rows, rules)
    made = make_table(RETURN_TABLES[name], rows)
    return hide_surveys(made) if name == "surveys" else made


def empty_table(name: str) -> pl.DataFrame:
    """Return one table of a return with no rows.

    Parameters
    ----------
    name : str
        A key of `RETURN_TABLES`.

    Returns
    -------
    (0, c) frame of that table
    """
    return make_table(RETURN_TABLES[name])


def _row_id(name: str) -> pl.Expr:
    if name in _OWN_IDS:
        return pl.col(_OWN_IDS[name])
    parts = [_as_text(RETURN_TABLES[name], key) for key in KEYS[name]]
    return pl.concat_str(parts, separator="/")


def _as_text(table: Table, key: str) -> pl.Expr:
    if table.schema[key] == UTC_TIME:
        return pl.col(key).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return pl.col(key).cast(pl.String)
