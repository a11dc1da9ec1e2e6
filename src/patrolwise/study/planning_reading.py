"""How the `[planning]` part of a programme file is read and checked: every fault at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, TypeVar

from patrolwise.patrols.dose_rules import DoseRule, check_dose_rules
from patrolwise.planning.rota_problem import ShiftTemplate
from patrolwise.planning.rota_rule import Budget, RotaRule, RotaWeights
from patrolwise.planning.shift_inputs import BreakRule, ServiceRule
from patrolwise.planning.shift_problem import Separation
from patrolwise.planning.travel import TravelRule
from patrolwise.study.experiment_reading import read_design, read_power, read_weekdays
from patrolwise.study.patrol_reading import find_unknown, keep, read_dose_rule
from patrolwise.study.planning_programme import Planning, PlanningForms
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window

_Made = TypeVar("_Made")
_NEVER = Window("none", date.min, date.min)


@dataclass(frozen=True, kw_only=True)
class _ServiceTerms:
    """How a service goes about, what its people cost, and what may be spent on it."""

    rule: ServiceRule
    pounds_an_hour: float  # of one of its people; 0: not known
    budget: Budget | None


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
    units: dict[str, int] = {}
    shifts = _present([_shift(one, units, faults) for one in table.tables("shifts")])
    breaks = _present([_break(one, faults) for one in table.tables("breaks")])
    dose_rules = _dose_rules(table, faults) or tuple(tracked)
    separated, apart_min = table.texts("separated"), table.whole("margin_min", 0)
    rota_rule, travel_rule = _rota_rule(table, window, faults), _travel_rule(table, faults)
    plain = _plain_values(table, faults)
    table.finish()
    keep(lambda: check_dose_rules(dose_rules), "planning.dose_rules", faults)
    named = {
        "separated": separated,
        "services": [one.rule.service for one in rules],
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
            services=tuple(one.rule for one in rules),
            breaks=breaks,
            separations=apart,
            dose_rules=dose_rules,
            rota_rule=_with_money(rota_rule, rules),
            travel_rule=travel_rule,
            **plain,
        ),
        "",
        faults,
    )


def _plain_values(table: TomlReader, faults: list[str]) -> dict[str, Any]:
    return {
        "effort": table.number("effort", 20.0),
        "variety": table.number("variety", 0.02),
        "delivered_share": table.number("delivered_share", 0.0) or None,
        "is_draft": table.flag("is_draft"),
        "is_simulated": table.flag("is_simulated"),
        "arms": _arms(table.table("arms", needed=False)),
        "worst_spots": _worst_spots(table.table("worst_spots", needed=False)),
        "power": read_power(table, faults),
        "experiment": read_design(table, faults),
    }


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


def _with_money(rule: RotaRule, terms: Sequence[_ServiceTerms]) -> RotaRule:
    """Return the rule with what each service costs and may spend."""
    pay = {one.rule.service: one.pounds_an_hour for one in terms if one.pounds_an_hour}
    budgets = _present([one.budget for one in terms])
    return replace(rule, pay_an_hour=pay, budgets=(*rule.budgets, *budgets))


def _service_rule(table: TomlReader, faults: list[str]) -> _ServiceTerms | None:
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
    budget = _budget(table, given["service"], "planning.services", faults)
    table.finish()
    if budget is not None and budget.pounds is not None and not pounds:
        faults.append(
            f"planning.services: {given['service']} has budget_pounds and no pounds_an_hour. Say "
            "what one of its people costs an hour, or give budget_minutes."
        )
    if len(faults) > known:
        return None
    rule = keep(lambda: ServiceRule(**given), "planning.services", faults)
    if rule is None:
        return None
    return _ServiceTerms(rule=rule, pounds_an_hour=pounds, budget=budget)


def _budget(table: TomlReader, service: str | None, where: str, faults: list[str]) -> Budget | None:
    """Return the budget of a service, or of all of them; None where there is no limit."""
    minutes, pounds = table.whole("budget_minutes", 0), table.number("budget_pounds", 0.0)
    if minutes and pounds:
        faults.append(f"{where} has budget_minutes and budget_pounds. Give one of them.")
    if minutes:
        return Budget(service=service, minutes=minutes)
    if pounds:
        return keep(
            lambda: Budget(service=service, pounds=pounds), f"{where}.budget_pounds", faults
        )
    return None


def _shift(table: TomlReader, units: dict[str, int], faults: list[str]) -> ShiftTemplate | None:
    """Return a shift; where its units are not named, their numbers go on from those before.

    Shifts of a service that overlap are planned as one: units of one name would be mixed up.
    """
    known = len(faults)
    given: dict[str, Any] = {
        "name": table.text("name"),
        "service": table.text("service"),
        "start": _clock(table, "start", faults),
        "end": _clock(table, "end", faults),
        "weekdays": read_weekdays(table),
        "units": table.whole("units", 1),
        "least_units": table.whole("least_units", 0),
        "people": table.whole("people", 2),
        "unit_names": table.text("unit_names", "{service}-{number}"),
        "worst_min": table.number("worst_min", 0.0),
    }
    if not table.has("unit_names"):
        given["first_number"] = units.get(given["service"], 0) + 1
        units[given["service"]] = given["first_number"] - 1 + given["units"]
    is_evening = table.flag("is_evening")
    given["is_evening"] = is_evening if table.has("is_evening") else None
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


def _rota_rule(table: TomlReader, window: Window, faults: list[str]) -> RotaRule | None:
    days, run = table.whole("days_in_seven", 5), table.whole("longest_run", 5)
    rest = table.number("least_rest_h", 11.0)
    evening = table.clock("evening_after") or RotaRule.evening_after
    keep_pairs = table.flag("keep_pairs", True)
    budget = _budget(table, None, "planning", faults)
    weights = _weights(table.table("rota_weights", needed=False), faults)
    return keep(
        lambda: RotaRule(
            window=window,
            days_in_seven=days,
            longest_run=run,
            least_rest=timedelta(hours=rest),
            budgets=() if budget is None else (budget,),
            evening_after=evening,
            keep_pairs=keep_pairs,
            weights=weights or RotaWeights(),
        ),
        "planning",
        faults,
    )


def _weights(table: TomlReader, faults: list[str]) -> RotaWeights | None:
    given = {name: table.whole(name, value) for name, value in vars(RotaWeights()).items()}
    table.finish()
    return keep(lambda: RotaWeights(**given), "planning.rota_weights", faults)


def _travel_rule(table: TomlReader, faults: list[str]) -> TravelRule | None:
    plain = TravelRule()
    given = {name: table.number(name, getattr(plain, name)) for name in vars(plain)}
    return keep(lambda: TravelRule(**given), "planning", faults)


def _arms(table: TomlReader) -> dict[str, tuple[str, ...]]:
    return {arm: table.texts(arm) for arm in table.keys}


def _worst_spots(table: TomlReader) -> dict[str, float]:
    """Return how hard hot spots are to work in, by their ids."""
    return {area_id: table.number(area_id, None) for area_id in table.keys}
