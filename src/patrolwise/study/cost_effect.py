"""What patrols cost for each crime, and each day of harm, prevented, through the whole chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from patrolwise import __version__
from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.cost_effectiveness import (
    CostEffectiveness,
    PatrolCost,
    ServiceComparison,
    compare_effectiveness,
    cost_per_prevented,
    find_break_even,
    weigh_benefit,
)
from patrolwise.evaluation.prevented import ChainRule, Effect, effect_from_estimate, find_prevented
from patrolwise.evaluation.unit_costs import CrimeValue, deflate_unit_costs, value_crimes
from patrolwise.files.ledgers import read_ledger
from patrolwise.files.unit_costs import read_deflators, read_unit_costs
from patrolwise.reporting.cost_records import (
    BreakEvenRecord,
    CostEffectRecord,
    CostEffects,
    EffectComparisonRecord,
    RateComparisonRecord,
)
from patrolwise.reporting.results import WindowRecord
from patrolwise.study.cost_evidence import Evidence, Judged, NoEvidence, find_evidence
from patrolwise.study.cost_pounds import cost_evidence, sum_costs
from patrolwise.study.costs_programme import Costs
from patrolwise.study.programme import Programme
from patrolwise.times import Window

_LIMITS = (
    "Pounds are those that were declared. What else a service costs is not in them.",
    "What was prevented is what the effect says of the crimes that were recorded. Crimes that "
    "moved to other streets, or that nobody reports, are not taken off it.",
    "What a crime costs is the declared table, taken as exact. Its sources say how sure it is.",
)
_ALL = 0.995  # share of the minutes that is told as all of them
_SHARED_LEFT_OUT = "The error that all visits share is left out: the interval is too narrow."


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """What is read for costs."""

    ledger: pl.DataFrame | None  # LEDGER
    unit_costs: pl.DataFrame | None  # UNIT_COSTS, of the programme's price year if deflated


@dataclass(frozen=True, kw_only=True, eq=False)
class Priced:
    """One effect with its pounds."""

    evidence: Evidence
    found: CostEffectiveness


def read_cost_tables(costs: Costs) -> Tables:
    """Return the ledger and the unit costs that a programme names.

    Parameters
    ----------
    costs : Costs

    Returns
    -------
    Tables

    Raises
    ------
    InputError
        A file is wrong, or the index lacks a year.
    """
    uses_ledger = any(one.kinds for one in costs.services)
    unit_costs = read_unit_costs(costs.unit_costs) if costs.unit_costs else None
    if unit_costs is not None and costs.deflators is not None:
        deflators = read_deflators(costs.deflators)
        unit_costs = deflate_unit_costs(unit_costs, deflators, costs.price_year)
    return Tables(
        ledger=read_ledger(costs.ledger) if costs.ledger and uses_ledger else None,
        unit_costs=unit_costs,
    )


def find_cost_effects(programme: Programme, costs: Costs, judged: Judged) -> CostEffects:
    """Return pounds for each crime and each day of harm prevented, or why there is no figure.

    The effect is that of patrol days where there is one, else that of before and after with
    comparison areas.

    Parameters
    ----------
    programme : Programme
        For its title and seed.
    costs : Costs
    judged : Judged
        What its evaluation found.

    Returns
    -------
    CostEffects

    Raises
    ------
    InputError
        A file of costs is wrong.
    """
    tables = read_cost_tables(costs)
    records, priced = [], []
    for one in find_evidence([service.service for service in costs.services], judged):
        if isinstance(one, NoEvidence):
            records.append(_refuse(one, costs))
            continue
        try:
            made = price_evidence(one, _pounds(one, costs, tables), programme.seed)
        except (RefusedError, InputError) as error:
            records.append(_refuse(_no_evidence(one, str(error)), costs))
            continue
        priced.append(made)
        records.append(_record(made, *_value(made, costs, tables)))
    return CostEffects(
        title=programme.title,
        notice=programme.notice,
        version=__version__,
        is_simulated=any(one.is_simulated for one in judged.days),
        price_year=costs.price_year,
        records=tuple(records),
        comparisons=compare_priced(priced),
        rates=_compare_rates(costs, priced),
        limits=_LIMITS,
    )


def price_evidence(evidence: Evidence, cost: PatrolCost, seed: int) -> Priced:
    """Return pounds for each one prevented, with its interval through the whole chain.

    Parameters
    ----------
    evidence : Evidence
    cost : PatrolCost
        Of the days of the evidence.
    seed : int
        The same effect of the same evidence has the same draws.

    Returns
    -------
    Priced
    """
    prevented = find_prevented(evidence.recorded, _effect(evidence, seed), evidence.what)
    rng = np.random.default_rng([seed, *cost.service.encode(), *evidence.definition.encode()])
    return Priced(evidence=evidence, found=cost_per_prevented(prevented, cost, rng))


def compare_priced(priced: Sequence[Priced]) -> tuple[EffectComparisonRecord, ...]:
    """Return the price of one prevented by one service against that by another.

    Parameters
    ----------
    priced : sequence of Priced

    Returns
    -------
    tuple of EffectComparisonRecord
        Of each pair of services with the same outcome, the same days and one thing prevented.
    """
    found = []
    for one, other in combinations(priced, 2):
        a, b = one.evidence, other.evidence
        is_alike = _kind(a) == _kind(b)
        if not is_alike or one.found.cost.service == other.found.cost.service:
            continue
        compared = _compare(one, other)
        found.append(
            EffectComparisonRecord(
                a=compared.a,
                b=compared.b,
                definition=a.definition,
                what=a.what,
                ratio=compared.ratio,
                low=compared.low,
                high=compared.high,
                reason=compared.reason,
            )
        )
    return tuple(found)


def _compare(one: Priced, other: Priced) -> ServiceComparison:
    if one.evidence.is_drawn == other.evidence.is_drawn:
        return compare_effectiveness(one.found, other.found)
    return ServiceComparison(
        a=one.found.cost.service,
        b=other.found.cost.service,
        ratio=None,
        low=None,
        high=None,
        reason=(
            "Days of one service were drawn by lot and of the other not, so their effects are not "
            "known alike. So there is no ratio."
        ),
    )


def _kind(evidence: Evidence) -> tuple[str, str, Window, tuple[int, int] | None]:
    """Return what must be the same before two prices are compared."""
    return evidence.definition, evidence.what, evidence.window, evidence.hours


def _effect(evidence: Evidence, seed: int) -> Effect:
    name = f"{evidence.definition} {evidence.what} {evidence.ratio.id} {evidence.ratio.value}"
    rng = np.random.default_rng([seed, *name.encode()])
    return effect_from_estimate(evidence.ratio, rng, ChainRule(level=evidence.ratio.level))


def _pounds(evidence: Evidence, costs: Costs, tables: Tables) -> PatrolCost:
    declared = {one.service: one for one in costs.services}
    return sum_costs(
        [
            cost_evidence(evidence, declared[name], tables.ledger, costs.price_year)
            for name in evidence.services
        ]
    )


def _value(priced: Priced, costs: Costs, tables: Tables) -> tuple[BreakEvenRecord | None, str]:
    """Return break-even and benefit, or why they are missing."""
    evidence = priced.evidence
    if evidence.what != "crime":
        return None, ""
    if tables.unit_costs is None:
        return None, "costs.unit_costs is not declared: no break-even and no benefit."
    group = costs.group_of(evidence.definition)
    try:
        value = value_crimes(tables.unit_costs, {group: evidence.recorded})
        return _break_even(priced, value), ""
    except (RefusedError, InputError) as error:
        return None, str(error)


def _break_even(priced: Priced, value: CrimeValue) -> BreakEvenRecord:
    found, recorded = priced.found, priced.evidence.recorded
    even = find_break_even(found.cost, value, recorded, priced.evidence.ratio.level)
    benefit = weigh_benefit(found, value)
    rate = found.cost.pounds_per_minute
    return BreakEvenRecord(
        pounds_a_crime=value.pounds,
        price_year=value.price_year,
        sources=value.sources,
        crimes=even.crimes,
        crimes_low=even.low,
        crimes_high=even.high,
        fall=even.fall,
        minutes_a_crime=value.pounds / rate if rate else None,
        pounds_a_pound=benefit.pounds_a_pound,
        pounds_a_pound_low=benefit.low,
        pounds_a_pound_high=benefit.high,
        minutes_paid_for=benefit.minutes_paid_for,
    )


def _record(priced: Priced, even: BreakEvenRecord | None, reason: str) -> CostEffectRecord:
    evidence, found = priced.evidence, priced.found
    cost, prevented = found.cost, found.prevented
    is_shown = prevented.is_shown
    minutes = cost.pounds / cost.pounds_per_minute if cost.pounds_per_minute else None
    more = [_SHARED_LEFT_OUT] if cost.error_pounds else []
    if evidence.share < _ALL:
        more.append(
            f"{100 * evidence.share:.0f} % of the minutes of {cost.service} fall on the days that "
            "are costed, so that part of its pounds is charged to them."
        )
    told = "" if is_shown else prevented.sentence
    return CostEffectRecord(
        service=cost.service,
        definition=evidence.definition,
        outcome=evidence.outcome,
        what=evidence.what,
        design=evidence.design,
        window=WindowRecord(
            name=evidence.window.name,
            first=evidence.window.first.isoformat(),
            last=evidence.window.last.isoformat(),
            days=evidence.window.days,
        ),
        ratio=evidence.ratio,
        recorded=evidence.recorded,
        prevented=prevented.value,
        prevented_low=prevented.low if is_shown else None,
        prevented_high=prevented.high if is_shown else None,
        pounds=cost.pounds,
        pounds_error=cost.error_pounds,
        price_year=cost.price_year,
        minutes=minutes,
        pounds_a_minute=cost.pounds_per_minute,
        is_verified=cost.is_verified,
        pounds_each=found.value,
        pounds_each_low=found.low if is_shown else None,
        pounds_each_high=found.high,
        even=even,
        sentence=found.sentence,
        reason=" ".join(one for one in (told, reason) if one),
        cautions=(*evidence.cautions, *more),
        planned=evidence.planned,
    )


def _refuse(missing: NoEvidence, costs: Costs) -> CostEffectRecord:
    service = " and ".join(missing.services)
    return CostEffectRecord(
        service=service,
        definition=missing.definition,
        outcome=missing.outcome,
        what="crime",
        design="",
        price_year=costs.price_year,
        is_verified=True,
        sentence=f"{service}: no cost for each crime prevented can be given.",
        reason=missing.reason,
    )


def _no_evidence(evidence: Evidence, reason: str) -> NoEvidence:
    return NoEvidence(
        services=evidence.services,
        definition=evidence.definition,
        outcome=evidence.outcome,
        reason=reason,
    )


def _compare_rates(costs: Costs, priced: Sequence[Priced]) -> tuple[RateComparisonRecord, ...]:
    """Return the declared or found pounds a minute of each two services, on one basis."""
    rates = {}
    for service in costs.services:
        of_days = [
            one.found.cost.pounds_per_minute
            for one in priced
            if one.evidence.services == (service.service,) and service.rate is None
        ]
        rate = service.rate or next((one for one in of_days if one), None)
        if rate is not None:
            rates[service.service] = (rate, service.basis)
    return tuple(
        RateComparisonRecord(
            a=a,
            b=b,
            a_pounds=rates[a][0],
            b_pounds=rates[b][0],
            percent=100 * (rates[a][0] / rates[b][0] - 1),
        )
        for a, b in combinations(rates, 2)
        if rates[a][1] == rates[b][1]
    )
