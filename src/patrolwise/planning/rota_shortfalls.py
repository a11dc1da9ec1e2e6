"""Which shifts of a rota lack units, and why nobody more could be put on them."""

import polars as pl

from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_room import RotaRoom, tell_groups
from patrolwise.tables import Column, Table, make_table

SHORTFALLS = Table(
    "SHORTFALLS",
    "one shift on one day with fewer units than wanted",
    (
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("shift", pl.String, "name of the shift template"),
        Column("service", pl.String, "the service"),
        Column("wanted", pl.Int64, "units that the template wants"),
        Column("planned", pl.Int64, "units that the rota has"),
        Column("why", pl.String, "who of the service is not on it, and why not, in words"),
    ),
)


def find_shortfalls(grid: RotaGrid, rota: pl.DataFrame) -> pl.DataFrame:
    """Return the shifts that lack units, with the reason in words.

    The reasons are those that hold for each member with the rest of the rota as it is; they are
    facts, whichever way the rota was made.

    Parameters
    ----------
    grid : RotaGrid
    rota : (n, 8) ROTA

    Returns
    -------
    (k, 6) SHORTFALLS, by day, then as the templates are given; no rows when nothing lacks
    """
    room = RotaRoom(grid, rota)
    planned = {
        (day, shift): units
        for day, shift, units in rota.group_by("day", "shift")
        .agg(pl.col("unit_id").n_unique())
        .iter_rows()
    }
    rows = [
        (
            duty.day,
            duty.shift,
            duty.template.service,
            duty.template.units,
            planned.get((duty.day, duty.shift), 0),
            _tell_why(room, number, planned.get((duty.day, duty.shift), 0)),
        )
        for number, duty in enumerate(grid.duties)
        if planned.get((duty.day, duty.shift), 0) < duty.template.units
    ]
    return make_table(SHORTFALLS, pl.DataFrame(rows, schema=SHORTFALLS.schema, orient="row"))


def _tell_why(room: RotaRoom, number: int, planned: int) -> str:
    """Return a sentence such as: "outreach lacks 1 of 2 units on late: 2 on leave (s1, s2)"."""
    grid, duty = room.grid, room.grid.duties[number]
    template = duty.template
    missing = template.units - planned
    what = f"{template.service} lacks {missing} of {template.units} units"
    if len(duty.unit_ids) <= planned:
        return f"{what}: no more than {len(duty.unit_ids)} can be provided at that time."
    there = set(room.rota.filter(day=duty.day, shift=duty.shift)["staff_id"])
    others = [
        who
        for who in (grid.places[place][0] for place in grid.of_duty[number])
        if grid.staff[who].staff_id not in there
    ]
    reasons = {grid.staff[who].staff_id: room.hindrance(who, number) for who in others}
    barred = [(code, reason) for code, reason in reasons.items() if reason is not None]
    free = [code for code, reason in reasons.items() if reason is None]
    told = f"{what}. Of its {len(others)} other members: {tell_groups(barred) or 'none barred'}"
    if not free:
        return f"{told}."
    if len(free) < template.people:
        return f"{told}; {len(free)} free ({', '.join(free)}), and a unit needs {template.people}."
    if not room.affords(number, template.people):
        return f"{told}; {len(free)} free ({', '.join(free)}), and a unit is beyond the budget."
    # the rota is not best, or its weights prefer something else to this unit
    return (
        f"{told}; {len(free)} free ({', '.join(free)}). Another effort may add a unit, or a "
        "higher weight for missing units."
    )
