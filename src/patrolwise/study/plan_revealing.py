"""Which days of a sealed experiment somebody is shown: no more than the role needs."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.planning.concealment import Request, reveal_days
from patrolwise.planning.sealing import Seal

UNIT = "unit"


@dataclass(frozen=True, kw_only=True)
class RevealAsk:
    """What somebody asks to see of a sealed experiment."""

    role: str
    first: date | None = None  # None: today, which only a unit may leave unsaid
    last: date | None = None
    rota_until: date | None = None
    area_ids: tuple[str, ...] | None = None  # None: all hot spots; of a unit, its own of today
    unit_id: str | None = None  # whose own plan says where it goes


def reveal(seal: Seal, ask: RevealAsk, planned: pl.DataFrame | None, today: date) -> pl.DataFrame:
    """Return the days of a sealed experiment that somebody asks for and may see.

    A unit sees the hot spots of its own visits of today: where others go is not for it to know.

    Parameters
    ----------
    seal : Seal
    ask : RevealAsk
    planned : (n, 8) PLANNED_VISITS or None
        Needed for a unit.
    today : date
        Local.

    Returns
    -------
    (n, 5) ALLOCATIONS, by hot spot, then day

    Raises
    ------
    InputError
        Something is missing or not known, or the experiment has none of the days.
    RefusedError
        The role may not see all that is asked for; nothing is shown then.
    """
    own = _own_areas(ask, planned, today) if ask.role == UNIT else ()
    request = Request(
        role=ask.role,
        today=today,
        first=ask.first or today,
        last=ask.last or today,
        area_ids=own if ask.role == UNIT and ask.area_ids is None else ask.area_ids,
        rota_until=ask.rota_until,
        own_areas=own,
    )
    days = reveal_days(seal, request)
    if days.is_empty():
        raise InputError(
            f"The experiment has no day from {request.first} to {request.last}. Ask for days of "
            "its own."
        )
    return days


def _own_areas(ask: RevealAsk, planned: pl.DataFrame | None, today: date) -> tuple[str, ...]:
    """Return the hot spots of a unit's own plan of today."""
    faults = []
    if ask.unit_id is None:
        faults.append("Which unit is it? Name it: a unit is shown its own hot spots alone.")
    if planned is None:
        faults.append("The plan is missing. Give it: it says where the unit goes today.")
    check_faults("A unit's request", faults)
    assert planned is not None
    rows = planned.filter(
        pl.col("unit_id") == ask.unit_id, pl.col("day") == today, pl.col("area_id").is_not_null()
    )
    if rows.is_empty():
        raise InputError(
            f"The plan has no visit of {ask.unit_id} on {today}. Check the unit, or give the plan "
            "of today."
        )
    return tuple(rows["area_id"].unique(maintain_order=True))
