"""How the `[costs]` part of a programme file is read and checked: every fault at once."""

from collections.abc import Sequence
from typing import Any

from patrolwise.study.costs_programme import Costs, ServiceCost
from patrolwise.study.patrol_programme import Tracking
from patrolwise.study.patrol_reading import find_unknown, keep
from patrolwise.study.source_reading import read_definitions
from patrolwise.study.toml_reader import TomlReader


def read_costs(
    top: TomlReader, services: Sequence[str], tracking: Tracking | None, faults: list[str]
) -> Costs | None:
    """Return what a programme declares of costs.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    services : sequence of str
        The names that the programme declares.
    tracking : Tracking or None
        Whose ledger and kinds of cost `ledger = true` means; None when there is none.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Costs or None
        None when none are declared, or anything in them is wrong.
    """
    if not top.has("costs"):
        return None
    known, table = len(faults), top.table("costs")
    given: dict[str, Any] = {
        "price_year": table.whole("price_year", None),
        "unit_costs": table.path("unit_costs"),
        "deflators": table.path("deflators"),
        "groups": _groups(table.table("groups", needed=False), faults),
        "services": _services(table, tracking, faults),
        "ledger": tracking.ledger if tracking is not None else None,
    }
    table.finish()
    named = [one.service for one in given["services"]]
    faults += find_unknown("costs.services", named, services)
    if len(faults) > known:
        return None
    return keep(lambda: Costs(**given), "", faults)


def _services(
    table: TomlReader, tracking: Tracking | None, faults: list[str]
) -> tuple[ServiceCost, ...]:
    found = []
    for place, one in enumerate(table.tables("services"), start=1):
        made = _service(one, f"costs.services[{place}]", tracking, faults)
        found += [made] if made is not None else []
    return tuple(found)


def _service(
    table: TomlReader, where: str, tracking: Tracking | None, faults: list[str]
) -> ServiceCost | None:
    known = len(faults)
    service = table.text("service")
    kinds: tuple[str, ...] = ()
    if table.flag("ledger"):
        declared = tracking.cost_kinds if tracking is not None else ()
        kinds = next((one.kinds for one in declared if one.service == service), ())
        if not kinds:
            faults.append(
                f"{where}.ledger needs tracking.ledger, and tracking.cost_kinds for {service}."
            )
    given: dict[str, Any] = {
        "service": service,
        "kinds": kinds,
        "basis": table.text("basis", "patrol"),
        "is_verified": table.flag("verified"),
        "window": table.window("window") if table.has("window") else None,
    }
    for key in ("paid", "rate", "minutes", "minutes_error"):
        given[key] = table.number(key, 0.0) or None  # 0 is none
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: ServiceCost(**given), where, faults)


def _groups(table: TomlReader, faults: list[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for name in table.keys:
        group = table.text(name)
        found += [(key, group) for key in read_definitions((name,), "costs.groups", faults)]
    return tuple(found)
