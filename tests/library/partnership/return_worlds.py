"""A small return: two hot spots, a police unit and a warden, by tables in memory."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from patrolwise.partnership.fund_rules import find_fund_rules
from patrolwise.partnership.hours_ledger import HoursLedger
from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.reporting.return_records import ReturnDeclaration
from patrolwise.tables import make_table

RULES = find_fund_rules("hotspot-response-2024-25@1")
KINDS = {"Police": "police", "Wardens": "partner"}
T0 = datetime(2024, 7, 1, 10, tzinfo=UTC)
FIRST, CUT = date(2024, 4, 1), date(2024, 10, 14)
SV = "serious-violence@1"
MONTHS = [date(2024, 7, 1), date(2024, 8, 1), date(2024, 9, 1)]


def at(minutes):
    return T0 + timedelta(minutes=minutes)


def worked(row_id, start=0, length=60, **given):
    """Return a row of the hours ledger; start and length in minutes from 10:00 on 1 July 2024."""
    row = {
        "row_id": row_id, "area_id": "A", "agency": "Police", "unit_id": "P1", "staff": 2,
        "start": at(start), "end": at(start + length), "patrol_type": "targeted",
        "activity": "patrol", "paid": "funded", "visibility": "police uniform",
        "basis": "tracker", "stream_id": "S1", "staff_codes": None, "recorded": FIRST,
        "withdrawn": None,
    }  # fmt: skip
    return row | given


def on_duty(unit="P1", start=0, length=600, **given):
    row = {
        "row_id": f"{unit}/{start}", "agency": "Police", "unit_id": unit, "staff": 2,
        "start": at(start), "end": at(start + length), "recorded": FIRST,
    }  # fmt: skip
    return row | given


def stream(row_id="S1", **given):
    row = {
        "row_id": row_id, "fund": RULES.name, "year": "2024/25", "pounds": 1e6, "first": FIRST,
        "last": date(2025, 3, 31), "agencies": "Police", "patrol_types": "targeted; extra-funded",
        "recorded": FIRST,
    }  # fmt: skip
    return row | given


def spot(area, **given):
    row = {
        "row_id": f"{area}/1", "area_id": area, "version": 1, "kind": "both", "lsoa": "E01000001",
        "area_m2": 22500.0, "method": "count", "baseline": 10, "force_total": 100, "first": FIRST,
        "published": True, "recorded": FIRST,
    }  # fmt: skip
    return row | given


def crimes(area, month, count, place="hot spot", definition=SV):
    return {
        "row_id": f"{area}/{month}/{definition}/{place}", "area_id": area, "month": month,
        "definition": definition, "place": place, "crimes": count, "harm": 5.5 * count,
        "recorded": FIRST,
    }  # fmt: skip


def table(name, rows):
    schema = RETURN_TABLES[name].schema
    columns = {key: [row.get(key) for row in rows] for key in schema}
    made = {key: pl.Series(columns[key], dtype=dtype) for key, dtype in schema.items()}
    return make_table(RETURN_TABLES[name], pl.DataFrame(made))


def ledger(hours, rostered=None, streams=None):
    return HoursLedger(
        hours=table("hours", hours),
        rostered=table("rostered", [on_duty()] if rostered is None else rostered),
        streams=table("streams", [stream()] if streams is None else streams),
        kinds=KINDS,
    )


def sources(**given):
    """Return all tables of a return; those not given are empty, but for what every one needs."""
    every = {
        "rostered": [on_duty()],
        "streams": [stream()],
        "hot_spots": [spot("A"), spot("B")],
        "outcomes": [crimes(a, m, 7) for a in "AB" for m in MONTHS],
    } | given
    return {name: table(name, every.get(name, [])) for name in RETURN_TABLES}


def declaration(**given):
    told = {
        "title": "T", "force": "F", "notice": "", "quarter": "2024-Q2", "fund_rules": RULES.key,
        "version": 1, "cut": CUT, "earlier_cut": None, "prepared_by": "analyst",
        "approved_by": "lead", "definitions": (SV,), "harm_index": "", "open_queries": (),
        "kinds": tuple(KINDS.items()),
    }  # fmt: skip
    return ReturnDeclaration(**(told | given))
