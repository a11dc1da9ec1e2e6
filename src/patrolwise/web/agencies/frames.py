"""Rows of the site as the tables of a return, as the library reads them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import polars as pl
from django.db.models import QuerySet

from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.tables import make_table
from patrolwise.web.agencies.models import Agency, HoursRow, RosterRow, Stream, TrackedVisit
from patrolwise.web.commons import clock

if TYPE_CHECKING:
    from patrolwise.web.agencies.hours_actions import NewHours

_HOURS = (
    *("pk", "hot_spot_id", "agency__key", "unit_id", "staff", "start", "end", "patrol_type"),
    *("activity", "paid", "visibility", "basis", "stream__key", "staff_codes"),
    *("recorded", "withdrawn"),
)


def frame_hours(rows: QuerySet[HoursRow]) -> pl.DataFrame:
    """Return rows of the ledger as the library's table.

    Parameters
    ----------
    rows : QuerySet of HoursRow

    Returns
    -------
    (n, 17) HOURS_WORKED, by row_id
    """
    read = rows.order_by("pk").values_list(*_HOURS)
    return _frame(
        "hours", [(f"H{row[0]:07}", *row[1:13], row[13] or None, *row[14:]) for row in read]
    )


def frame_new(agency: Agency, rows: Sequence["NewHours"]) -> pl.DataFrame:
    """Return rows that are not kept yet as the library's table.

    Parameters
    ----------
    agency : Agency
    rows : sequence of NewHours

    Returns
    -------
    (n, 17) HOURS_WORKED, in the order given
    """
    today = clock.today()
    made = [
        (
            *(
                one.label or _call(number, rows),
                one.hot_spot_id,
                agency.key,
                one.unit_id,
                one.staff,
                one.start,
                one.end,
            ),
            *(one.patrol_type, one.activity, one.paid, one.visibility or agency.visibility),
            *(one.basis, one.stream.key if one.stream else None, one.staff_codes or None),
            *(today, None),
        )
        for number, one in enumerate(rows, start=1)
    ]
    return _frame("hours", made)


def frame_roster(rows: Iterable[RosterRow]) -> pl.DataFrame:
    """Return shifts as the library's table.

    Parameters
    ----------
    rows : iterable of RosterRow

    Returns
    -------
    (n, 8) ROSTERED
    """
    keys = _keys()
    made = [
        (
            *(_name(keys[one.agency_id], one), keys[one.agency_id], one.unit_id, one.staff),
            *(one.start, one.end, one.recorded, one.withdrawn),
        )
        for one in rows
    ]
    return _frame("rostered", made)


def frame_streams(rows: Iterable[Stream]) -> pl.DataFrame:
    """Return streams as the library's table.

    Parameters
    ----------
    rows : iterable of Stream

    Returns
    -------
    (n, 11) STREAMS
    """
    made = [
        (
            *(one.key, one.fund, one.year, float(one.pounds), one.first, one.last),
            ";".join(agency.key for agency in one.agencies.all()),
            *(";".join(one.patrol_types), one.conditions or None, one.recorded, one.withdrawn),
        )
        for one in rows
    ]
    return _frame("streams", made)


def frame_stays(rows: Iterable[TrackedVisit]) -> pl.DataFrame:
    """Return visits of trackers as the library's table of stays.

    Parameters
    ----------
    rows : iterable of TrackedVisit

    Returns
    -------
    (n, 8) RETURN_STAYS
    """
    keys = _keys()
    made = [
        (
            f"{one.hot_spot_id}/{_name(keys[one.agency_id], one)}",
            *(one.hot_spot_id, keys[one.agency_id], one.unit_id, one.start, one.end),
            *(one.recorded, one.withdrawn),
        )
        for one in rows
    ]
    return _frame("stays", made)


def _call(number: int, rows: Sequence["NewHours"]) -> str:
    return "this one" if len(rows) == 1 else f"number {number}"


def _keys() -> dict[int, str]:
    return dict(Agency.objects.values_list("pk", "key"))


def _name(agency: str, row: RosterRow | TrackedVisit) -> str:
    return f"{agency}/{row.unit_id}/{row.start:%Y-%m-%dT%H:%M:%SZ}"


def _frame(name: str, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    table = RETURN_TABLES[name]
    columns = dict(zip(table.names, zip(*rows, strict=True), strict=True)) if rows else {}
    return make_table(
        table,
        pl.DataFrame(
            {
                key: pl.Series(key, list(columns.get(key, ())), dtype=dtype)
                for key, dtype in table.schema.items()
            }
        ),
    )
