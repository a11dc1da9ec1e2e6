"""How the `[planning]` part of a programme file is read and checked: every fault at once."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, TypeVar

from patrolwise.patrols.dose_rules import DoseRule, check_dose_rules
from patrolwise.planning.design import EVERY_DAY, Arm, DesignRule, ServiceLoad
from patrolwise.planning.rota_problem import ShiftTemplate
from patrolwise.planning.rota_rule import Budget, RotaRule
from patrolwise.planning.shift_inputs import BreakRule, ServiceRule
from patrolwise.planning.shift_problem import Separation
from patrolwise.planning.travel import TravelRule
from patrolwise.study.patrol_reading import find_unknown, keep, read_dose_rule
from patrolwise.study.planning_programme import Planning, PlanningForms
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window

_Made = TypeVar("_Made")
_NEVER = Window("none", date.min, date.min)


def read_planning(
    table: TomlReader,
    services: Sequence[str],
    tracked: Sequence[DoseRule],
    faults: list[str],
) -> Planning | None:
    """Return what a programme declares of its plans.

    Parameters
    ----------
    table : TomlReader
        The table [planning].
    services : sequence of str
        The names that the programme declares.
    tracked : sequence of DoseRule
        Those of [tracking], which hold where [planning] has none of its own.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Planning or None
        None when anything in the file was wrong so far.
    """
    window = table.window("window") or _NEVER
    forms = PlanningForms(**{name: table.path(name) for name in vars(PlanningForms())})
    rules = _present([_service_rule(one, faults) for one in table.tables("services")])
    shifts = _present([_shift(one, faults) for one in table.tables("shifts")])
    breaks = _present([_break(one, faults) for one in table.tables("breaks")])
    dose_rules = _dose_rules(table, faults) or tuple(tracked)
    separated, apart_min = table.texts("separated"), table.whole("margin_min", 0)
    rota_rule, travel_rule = _rota_rule(table, window, faults), _travel_rule(table, faults)
    plain: dict[str, Any] = {
        "effort": table.number("effort", 20.0),
        "variety": table.number("variety", 0.02),
        "delivered_share": table.number("delivered_share", 0.0) or None,
        "is_draft": table.flag("is_draft"),
        "is_simulated": table.flag("is_simulated"),
        "arms": _arms(table.table("arms", needed=False)),
        "experiment": _experiment(table, faults),
    }
    table.finish()
    keep(lambda: check_dose_rules(dose_rules), "planning.dose_rules", faults)
    named = {
        "separated": separated,
        "services": [rule.service for rule, _ in rules],
        "shifts": [shift.service for shift in shifts],
        "breaks": [one.service for one in breaks],
        "dose_rules": [rule.service for rule in dose_rules],
        "arms": [service for each in plain["arms"].values() for service in each],
        "experiment": list(plain["experiment"].services) if plain["experiment"] else [],
    }
    _check_names(named, services, faults)
    if faults or rota_rule is None or travel_rule is None:
        return None
    pairs = [(separated[0], separated[1])] if separated else []
    apart = tuple(Separation(services=pair, margin_min=apart_min) for pair in pairs)
    return keep(
        lambda: Planning(
            window=window,
            forms=forms,
            shifts=shifts,
            services=tuple(rule for rule, _ in rules),
            breaks=breaks,
            separations=apart,
            dose_rules=dose_rules,
            rota_rule=_with_pay(rota_rule, rules),
            travel_rule=travel_rule,
            **plain,
        ),
        "",
        faults,
    )


def _dose_rules(table: TomlReader, faults: list[str]) -> tuple[DoseRule, ...]:
    read = [read_dose_rule(one, "planning", faults) for one in table.tables("dose_rules")]
    return _present(read)


def _present(read: Sequence[_Made | None]) -> tuple[_Made, ...]:
    """Return what could be read; of the rest there are faults."""
    return tuple(one for one in read if one is not None)


def _check_names(
    named: dict[str, Sequence[str]], services: Sequence[str], faults: list[str]
) -> None:
    for where, names in named.items():
        faults += find_unknown(f"planning.{where}", names, services)
    if named["separated"] and len(set(named["separated"])) != 2:
        faults.append(
            f"planning.separated names {', '.join(named['separated'])}. Give the two services "
            "that must not meet."
        )


def _with_pay(rule: RotaRule, rules: Sequence[tuple[ServiceRule, float]]) -> RotaRule:
    pay = {one.service: pounds for one, pounds in rules if pounds}
    given = {name: getattr(rule, name) for name in vars(rule)}
    return RotaRule(**{**given, "pay_an_hour": pay})


def _service_rule(table: TomlReader, faults: list[str]) -> tuple[ServiceRule, float] | None:
    """Return how a service goes about, and what one of its people is paid an hour."""
    known = len(faults)
    given: dict[str, Any] = {
        "service": table.text("service"),
        "mode": table.text("mode", "walking"),
        "base_id": table.text("base", ""),
        "apart_min": table.whole("apart_min", 60),
        "is_owed": not table.flag("is_wished"),
        "further_visits": table.whole("further_visits", 0),
        "prize": table.whole("prize", 1000),
        "repeat_share": table.number("repeat_share", 0.5),
    }
    pounds = table.number("pounds_an_hour", 0.0)
    table.finish()
    if len(faults) > known:
        return None
    rule = keep(lambda: ServiceRule(**given), "planning.services", faults)
    return None if rule is None else (rule, pounds)


def _shift(table: TomlReader, faults: list[str]) -> ShiftTemplate | None:
    known = len(faults)
    given: dict[str, Any] = {
        "name": table.text("name"),
        "service": table.text("service"),
        "start": _clock(table, "start", faults),
        "end": _clock(table, "end", faults),
        "weekdays": _weekdays(table),
        "units": table.whole("units", 1),
        "least_units": table.whole("least_units", 0),
        "people": table.whole("people", 2),
        "unit_names": table.text("unit_names", "{service}-{number}"),
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: ShiftTemplate(**given), "planning.shifts", faults)


def _break(table: TomlReader, faults: list[str]) -> BreakRule | None:
    known = len(faults)
    given: dict[str, Any] = {
        "service": table.text("service"),
        "minutes": table.whole("minutes", None),
        "earliest": _clock(table, "earliest", faults),
        "latest": _clock(table, "latest", faults),
        "longest_without_min": table.whole("longest_without_min", 0),
        "shift": table.text("shift", ""),
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: BreakRule(**given), "planning.breaks", faults)


def _clock(table: TomlReader, key: str, faults: list[str]) -> time:
    is_there, known = table.has(key), len(faults)
    clock = table.clock(key)
    if clock is None and len(faults) == known:
        what = "no time" if is_there else "missing"
        faults.append(f"A table of [planning] has {key} {what}. Give it as 14:00:00.")
    return clock or time()


def _weekdays(table: TomlReader) -> tuple[int, ...]:
    """Return days of the week; 0, which every rule refuses, for what is no whole number."""
    if not table.has("weekdays"):
        return EVERY_DAY
    return tuple(int(day) if day == int(day) else 0 for day in table.numbers("weekdays"))


def _rota_rule(table: TomlReader, window: Window, faults: list[str]) -> RotaRule | None:
    days, run = table.whole("days_in_seven", 5), table.whole("longest_run", 5)
    rest = table.number("least_rest_h", 11.0)
    minutes, pounds = table.whole("budget_minutes", 0), table.number("budget_pounds", 0.0)
    budgets = [Budget(minutes=minutes)] if minutes else []
    if minutes and pounds:
        faults.append("planning has budget_minutes and budget_pounds. Give one of them.")
    elif pounds:
        made = keep(lambda: Budget(pounds=pounds), "planning.budget_pounds", faults)
        budgets = [made] if made is not None else []
    return keep(
        lambda: RotaRule(
            window=window,
            days_in_seven=days,
            longest_run=run,
            least_rest=timedelta(hours=rest),
            budgets=tuple(budgets),
        ),
        "planning",
        faults,
    )


def _travel_rule(table: TomlReader, faults: list[str]) -> TravelRule | None:
    plain = TravelRule()
    given = {name: table.number(name, getattr(plain, name)) for name in vars(plain)}
    return keep(lambda: TravelRule(**given), "planning", faults)


def _arms(table: TomlReader) -> dict[str, tuple[str, ...]]:
    return {arm: table.texts(arm) for arm in table.keys}


def _experiment(top: TomlReader, faults: list[str]) -> DesignRule | None:
    if not top.has("experiment"):
        return None
    known = len(faults)
    table = top.table("experiment")
    window, weekdays = table.window("window"), _weekdays(table)
    arms = [
        Arm(one.text("name"), one.texts("services"), one.whole("weeks", 1))
        for one in _finished(table.tables("arms"), ("name", "services", "weeks"))
    ]
    loads = [
        ServiceLoad(
            one.text("service"),
            one.whole("least", 0),
            one.whole("most", None),
            one.number("dose_min", None),
        )
        for one in _finished(table.tables("loads"), ("service", "least", "most", "dose_min"))
    ]
    given = {name: table.whole(name, default) for name, default in _SPANS.items()}
    run = table.whole("longest_run", 0)
    table.finish()
    if len(faults) > known or window is None:
        return None
    return keep(
        lambda: DesignRule(
            arms=tuple(arms),
            window=window,
            weekdays=weekdays,
            loads=tuple(loads),
            max_run=run or None,
            **given,
        ),
        "planning.experiment",
        faults,
    )


_SPANS = {"spell_days": 1, "washout_days": 0}


def _finished(tables: list[TomlReader], keys: Sequence[str]) -> list[TomlReader]:
    """Return the tables, with a fault for each key of theirs that is not known."""
    for table in tables:
        for key in keys:
            table.has(key)
        table.finish()
    return tables
