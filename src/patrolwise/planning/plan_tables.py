"""Which tables a plan is made of: the rota, planned visits and breaks, the allocation."""

import polars as pl

from patrolwise.tables import UTC_TIME, Column, Table

ROTA = Table(
    "ROTA",
    "one member of staff on one shift; a unit of two is two rows",
    (
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("shift", pl.String, "name of the shift template"),
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit: an officer, a pair, a vehicle"),
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("is_locked", pl.Boolean, "set by hand: no solver moves it"),
    ),
)

PLANNED_VISITS = Table(
    "PLANNED_VISITS",
    "one planned visit of a unit to a hot spot, or one break",
    (
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("shift", pl.String, "name of the shift template"),
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the hot spot; null for a break", True),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("is_locked", pl.Boolean, "set by hand: no solver moves it"),
    ),
)

ALLOCATIONS = Table(
    "ALLOCATIONS",
    "one hot spot on one day of an experiment: what it was drawn to get",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("day", pl.Date, "the patrol day"),
        Column("block", pl.String, "the hot spot and weeks within which arms were drawn"),
        Column("arm", pl.String, "what it gets: such as patrol and none, or police and both"),
        Column("is_washout", pl.Boolean, "too soon after patrol to count as a day without"),
    ),
)

TRAVEL = Table(
    "TRAVEL",
    "the way from one place to another for one way of going",
    (
        Column("mode", pl.String, "how: walking or driving"),
        Column("from_id", pl.String, "a hot spot or a base"),
        Column("to_id", pl.String, "a hot spot or a base"),
        Column("minutes", pl.Float64, "how long it takes"),
        Column("metres", pl.Float64, "how far it is"),
        Column("source", pl.String, "streets, or straight line with its detour factor"),
    ),
)
