"""Who may see which days of an allocation while the experiment is under way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.allocation import draw_allocation, tabulate_allocation
from patrolwise.planning.sealing import Seal


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asks to see."""

    role: str  # a name of ROLES
    today: date
    first: date
    last: date
    area_ids: tuple[str, ...] | None = None  # None for all hot spots
    rota_until: date | None = None  # last day of the next rota, for those who plan it
    own_areas: tuple[str, ...] = ()  # hot spots of a unit's own plan of today


@dataclass(frozen=True)
class Role:
    """What one role may see of an allocation that is still under way."""

    sees: str  # in words; ends a sentence that begins "May see"
    find_fault: Callable[[Request], str | None]  # a sentence, or None when all is allowed


def _allow(_request: Request) -> str | None:
    return None


def _refuse(_request: Request) -> str | None:
    return "It needs nothing of the allocation for its work"


def _until_next_rota(request: Request) -> str | None:
    if request.rota_until is None:
        return "Say until when the next rota runs (rota_until)"
    if request.last > request.rota_until:
        return f"The next rota ends on {request.rota_until}"
    return None


def _own_day(request: Request) -> str | None:
    if (request.first, request.last) != (request.today, request.today):
        return f"Its day is {request.today}"
    if request.area_ids is None or not set(request.area_ids) <= set(request.own_areas):
        return f"Its hot spots today are {', '.join(request.own_areas) or 'none'}"
    return None


def _past_days(request: Request) -> str | None:
    if request.last >= request.today:
        return f"Days before {request.today} are past"
    return None


ROLES: dict[str, Role] = {
    "trial statistician": Role("all days", _allow),
    "seal keeper": Role("all days", _allow),
    "planner": Role("days up to the end of the next rota", _until_next_rota),
    "coordinator": Role("days up to the end of the next rota", _until_next_rota),
    "unit": Role("today, in the hot spots of its own plan", _own_day),
    "evaluator": Role("days that are past", _past_days),
    "analyst": Role("nothing before the end", _refuse),
    "commander": Role("nothing before the end", _refuse),
    "partner": Role("nothing before the end", _refuse),
    "public": Role("nothing before the end", _refuse),
}


def reveal_days(seal: Seal, request: Request) -> pl.DataFrame:
    """Return the days of an allocation that a role may see, if it asks for no others.

    Parameters
    ----------
    seal : Seal
    request : Request

    Returns
    -------
    (n, 5) ALLOCATIONS, by hot spot, then day
        From the first to the last day asked for. `is_washout` looks back only.

    Raises
    ------
    InputError
        The role is not known, or it asks for a hot spot that is not in the design.
    RefusedError
        The role may not see all that it asks for; nothing is shown then.
    """
    if request.role not in ROLES:
        raise InputError(f"There is no role {request.role!r}; roles are {', '.join(ROLES)}.")
    role = ROLES[request.role]
    if fault := role.find_fault(request):
        raise RefusedError(
            f"The {request.role} may see {role.sees}, and asked for {request.first} to "
            f"{request.last}. {fault}. The rest stays sealed, so that nobody can choose by it."
        )
    wanted = seal.design.area_ids if request.area_ids is None else request.area_ids
    if unknown := sorted(set(wanted) - set(seal.design.area_ids)):
        raise InputError(f"The design has no hot spot {', '.join(unknown)}. Mend the id.")
    rows = tabulate_allocation(draw_allocation(seal.design, seal.seed))
    return rows.filter(
        pl.col("area_id").is_in(wanted), pl.col("day").is_between(request.first, request.last)
    )
