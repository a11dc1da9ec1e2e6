"""How the `[tracking]` part of a programme file is read and checked: every fault at once."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from patrolwise.errors import InputError
from patrolwise.patrols.dose_rules import EVERY_DAY, DoseRule, check_dose_rules
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.study.patrol_programme import CostKinds, Tracking
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window

_Made = TypeVar("_Made")
_NOWHERE = Path()


def read_tracking(table: TomlReader, services: Sequence[str], faults: list[str]) -> Tracking | None:
    """Return what a programme declares of its patrols.

    Parameters
    ----------
    table : TomlReader
        The table [tracking].
    services : sequence of str
        The names that the programme declares.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Tracking or None
        None when anything in the file was wrong so far.
    """
    window = table.window("window")
    files = tuple(table.existing("fixes", text) for text in table.texts("fixes", needed=True))
    mapping, crews = table.path("mapping"), table.path("crews", needed=True)
    forms = {name: table.path(name) for name in ("abstractions", "reported", "ledger")}
    zone = _zone(table, faults)
    basis, separated = table.text("cost_basis", "patrol"), table.texts("separated")
    kinds = _cost_kinds(table.table("cost_kinds", needed=False), faults)
    margin_min = table.number("margin_min", 0.0)
    visit_rule = _visit_rule(table.table("visit_rule", needed=False), faults)
    rules = [read_dose_rule(one, "tracking", faults) for one in table.tables("dose_rules")]
    table.finish()
    named = {
        "tracking.separated": separated,
        "tracking.cost_kinds": [one.service for one in kinds],
        "tracking.dose_rules": [rule.service for rule in rules if rule is not None],
    }
    for where, names in named.items():
        faults += find_unknown(where, names, services)
    dose_rules = tuple(rule for rule in rules if rule is not None)
    keep(lambda: check_dose_rules(dose_rules), "tracking.dose_rules", faults)
    tracking = keep(
        lambda: Tracking(
            window=window or Window("none", date.min, date.min),
            fixes=files,
            crews=crews or _NOWHERE,
            mapping=mapping,
            zone=zone,
            **forms,
            cost_basis=basis,  # type: ignore[arg-type]  # Tracking checks it
            cost_kinds=kinds,
            separated=separated,
            margin_min=margin_min,
            visit_rule=visit_rule or VisitRule(),
            dose_rules=dose_rules,
        ),
        "",
        faults,
    )
    return None if faults else tracking


def keep(make: Callable[[], _Made], where: str, faults: list[str]) -> _Made | None:
    """Return what is made; None, with its fault, when it refuses.

    Parameters
    ----------
    make : callable
        Makes a rule, which checks itself.
    where : str
        Where in the file it stands; blank when its own message says so.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    what was made, or None
    """
    try:
        return make()
    except InputError as error:
        faults.append(f"{where}: {error}" if where else str(error))
        return None


def find_unknown(where: str, names: Sequence[str], services: Sequence[str]) -> list[str]:
    """Return a sentence for each service that the programme does not declare.

    Parameters
    ----------
    where : str
        Where in the file they are named.
    names : sequence of str
    services : sequence of str
        Those declared.

    Returns
    -------
    list of str
    """
    return [
        f"{where} names {name!r}, which is no service of the programme; it has "
        f"{', '.join(services) or 'none'}. Mend the name, or declare it under [[services]]."
        for name in dict.fromkeys(names)
        if name not in services
    ]


def _zone(table: TomlReader, faults: list[str]) -> str:
    zone = table.text("zone", "")
    try:
        if zone:
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown, no name of a zone, or of a folder of them
        faults.append(f"tracking.zone is {zone!r}. Give a name such as Europe/London.")
    return zone


def _cost_kinds(table: TomlReader, faults: list[str]) -> tuple[CostKinds, ...]:
    found = []
    for service in table.keys:
        kinds = table.texts(service)
        made = keep(lambda: CostKinds(service=service, kinds=kinds), "tracking.cost_kinds", faults)  # noqa: B023  (called at once)
        found += [made] if made is not None else []
    return tuple(found)


def _visit_rule(table: TomlReader, faults: list[str]) -> VisitRule | None:
    plain, given = VisitRule(), {}
    for one in fields(VisitRule):
        default = getattr(plain, one.name)
        value: Any
        if isinstance(default, timedelta):
            value = timedelta(seconds=table.number(one.name, default.total_seconds()))
        elif isinstance(default, int):
            value = table.whole(one.name, default)
        else:
            value = table.number(one.name, default)
        given[one.name] = value
    table.finish()
    return keep(lambda: VisitRule(**given), "tracking.visit_rule", faults)


def read_dose_rule(table: TomlReader, part: str, faults: list[str]) -> DoseRule | None:
    """Return one dose rule.

    Parameters
    ----------
    table : TomlReader
        One table of dose_rules.
    part : str
        The part of the programme that it is in: tracking or planning.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    DoseRule or None
    """
    known = len(faults)
    weekdays = table.numbers("weekdays") if table.has("weekdays") else EVERY_DAY
    first, decided = table.day("first", needed=True), table.day("decided", needed=True)
    given: dict[str, Any] = {
        "service": table.text("service"),
        "first": first,
        "last": table.day("last"),
        "visit_min": table.number("visit_min", None),
        "visits_a_day": table.whole("visits_a_day", None),
        "areas": table.texts("areas") if table.has("areas") else None,
        "weekdays": tuple(int(day) if day == int(day) else 0 for day in weekdays),
        "from_clock": table.clock("from_clock"),
        "until_clock": table.clock("until_clock"),
        "reason": table.text("reason"),
        "decided": decided,
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: DoseRule(**given), f"{part}.dose_rules", faults)
