"""What a plan's report tells of an experiment: its hash, its balance, its power, and no day."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from patrolwise.errors import InputError
from patrolwise.files.experiment_records import read_experiment_record
from patrolwise.planning.allocation import draw_allocation
from patrolwise.planning.balance import balance_allocation
from patrolwise.planning.design import DesignRule
from patrolwise.planning.design_days import Design
from patrolwise.planning.number_words import count_things
from patrolwise.planning.power import find_detectable_ratio, find_power
from patrolwise.planning.power_case import PowerCase
from patrolwise.reporting.plan_records import BalanceRecord, ExperimentRecord
from patrolwise.study.planning_programme import PlanProgramme

if TYPE_CHECKING:
    from patrolwise.planning.allocation import DrawnSet
    from patrolwise.planning.sealing import Seal

# Parts of the balance that tell nothing of when an arm comes: by the design every hot spot has
# every arm equally often on each weekday. Those by week would say how many are still to come.
_TOLD = ("all", "weekday", "hot spot")


def record_experiment(seal: "Seal", drawn: "DrawnSet", case: PowerCase | None) -> ExperimentRecord:
    """Return what is told of an experiment that was drawn.

    Parameters
    ----------
    seal : Seal
    drawn : DrawnSet
        The allocations that could have been drawn.
    case : PowerCase or None
        What it is to find; None: no power is told.

    Returns
    -------
    ExperimentRecord
    """
    balance = balance_allocation(draw_allocation(seal.design, seal.seed))
    names = ("by", "part", "arm", "days", "minutes", "baseline", "difference")
    return ExperimentRecord(
        design=tell_design(seal.design.rule),
        arms=tuple(arm.name for arm in seal.design.rule.arms),
        allocation_sha256=seal.sha256,
        set_sha256=drawn.sha256,
        set_count=drawn.count,
        balance=tuple(
            BalanceRecord(**{name: row[name] for name in names})
            for row in balance.iter_rows(named=True)
            if row["by"] in _TOLD
        ),
        power=_power(seal.design, case),
    )


def describe_experiment(programme: PlanProgramme, design: Design | None) -> ExperimentRecord | None:
    """Return what a plan's report tells of the experiment that its programme declares.

    Parameters
    ----------
    programme : PlanProgramme
    design : Design or None
        The experiment with its hot spots and days.

    Returns
    -------
    ExperimentRecord or None
        None when no experiment is declared. Without what was published of a draw it has no hash
        and no balance: nothing is known to have been drawn.

    Raises
    ------
    InputError
        What was published is of another experiment than the programme declares.
    """
    planning = programme.planning
    if design is None:
        return None
    if planning.forms.published is None:
        return ExperimentRecord(
            design=tell_design(design.rule),
            arms=tuple(arm.name for arm in design.rule.arms),
            allocation_sha256="",
            set_sha256="",
            set_count=0,
            balance=(),
            power=_power(design, planning.power),
        )
    record, rule = read_experiment_record(planning.forms.published)
    if _plain(rule) != _plain(design.rule.as_record()):
        raise InputError(
            f"{planning.forms.published.name} is of another experiment than "
            f"{programme.file_name} declares. An experiment that was drawn is not changed: take "
            "back [planning.experiment], or name what was published of this one."
        )
    return replace(record, power=record.power or _power(design, planning.power))


def _power(design: Design, case: PowerCase | None) -> tuple[str, ...]:
    return () if case is None else tell_power(design, case)


def _plain(rule: object) -> str:
    return json.dumps(rule, sort_keys=True)


def tell_design(rule: DesignRule) -> str:
    """Return in a sentence what an experiment compares, over what time.

    Parameters
    ----------
    rule : DesignRule

    Returns
    -------
    str
    """
    arms = ", ".join(
        f"{arm.name} ({' and '.join(arm.services) or 'nobody patrols'})" for arm in rule.arms
    )
    blocks = count_things(rule.blocks, "block")
    return (
        f"Each hot spot gets by lot {arms}: {blocks} of {count_things(rule.block_weeks, 'week')} "
        f"from {rule.window.first}, in each of them every arm equally often on each weekday."
    )


def tell_power(design: Design, case: PowerCase) -> tuple[str, ...]:
    """Return in sentences what an experiment can find.

    Parameters
    ----------
    design : Design
    case : PowerCase
        Its effect is the one asked about.

    Returns
    -------
    tuple of str
    """
    weeks = design.rule.blocks * design.rule.block_weeks
    fall = 1.0 - case.effect.ratio
    told = [
        f"With {design.shape[0]} hot spots over {weeks} weeks, {case.crimes_a_day:g} "
        f"{case.outcome} a hot spot-day and variance over mean {case.dispersion:g}, a true fall "
        f"of {fall:.0%} on days with patrol would be found in {find_power(design, case):.0%} of "
        "such experiments."
    ]
    ratio = find_detectable_ratio(design, case)
    told.append(
        "Not even a fall of 99 % would be found four times in five."
        if ratio is None
        else f"A true fall of {1.0 - ratio:.0%} or more would be found four times in five."
    )
    return tuple(told)
