"""What an evaluator can know before the start: which falls will be found, and in how many weeks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise.crimes import count_by_month, select_crimes
from patrolwise.crimes.day_counts import DayRule, count_by_day
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.evaluation.dispersion import find_dispersion
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.planning.design_days import Design
from patrolwise.planning.power_simulation import SimulationRule, Test
from patrolwise.planning.power_tables import (
    PowerGrid,
    PowerPlan,
    SimulatedTest,
    tabulate_detectable,
    tabulate_weeks_needed,
)
from patrolwise.study.writing import write_folder
from patrolwise.times import Window

POWER_STEPS = 2
_PARTS = 1000  # crimes that a mix of harm is spread over


@dataclass(frozen=True, kw_only=True)
class CrimeSource:
    """Crimes of a time before, in the hot spots, from which the level and the spread are taken."""

    crimes: tuple[Path, ...]
    areas: Path
    window: Window
    definition: str = "all-crime"
    mapping: Path | None = None


@dataclass(frozen=True, kw_only=True)
class CrimeLevel:
    """How much crime hot spots had, and how much it varied."""

    crimes_a_day: float  # of a hot spot
    dispersion: float
    hot_spots: int
    crimes: float
    source: str  # from what: "days" or "months" of a window


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerResults:
    """What can be found."""

    plan: PowerPlan
    detectable: pl.DataFrame  # DETECTABLE
    weeks: pl.DataFrame  # WEEKS_NEEDED
    level: CrimeLevel | None  # where it was measured
    runs: int | None  # simulated experiments a figure, where they were


def measure_level(source: CrimeSource) -> CrimeLevel:
    """Return crimes a hot spot-day and their variance over mean, from crimes of a time before.

    Parameters
    ----------
    source : CrimeSource

    Returns
    -------
    CrimeLevel
        From patrol days where crimes have times, else from months: where days are independent
        of each other, both have the same variance over mean. What all hot spots share in a day or
        month (weekday, season) is not in it, since the test cancels that too.

    Raises
    ------
    InputError
        A file cannot be read, there is no such definition, or the hot spots had no crime.
    RefusedError
        The definition cannot be had from these crimes, or months are cut.
    """
    if is_hot_spot_set(source.areas):
        areas = read_hot_spot_set(source.areas).areas
    else:
        areas = read_areas(source.areas).areas
    read = read_crimes(list(source.crimes), mapping=source.mapping).crimes
    chosen = select_crimes(read, find_definition(source.definition))
    is_timed = bool((chosen["time_from"].is_not_null() | chosen["time_to"].is_not_null()).any())
    if is_timed:
        counts = count_by_day(chosen, areas, DayRule(window=source.window)).values
    else:
        months = count_by_month(chosen, areas, source.window)
        counts = months["crimes"].to_numpy().reshape(areas.height, -1).astype(float)
    if counts.sum() == 0:
        raise InputError(
            f"The {areas.height} areas of {source.areas.name} had no crime from "
            f"{source.window.first} to {source.window.last}. Check areas, window and definition."
        )
    return CrimeLevel(
        crimes_a_day=float(counts.sum()) / areas.height / source.window.days,
        dispersion=find_dispersion(counts),
        hot_spots=areas.height,
        crimes=float(counts.sum()),
        source="days" if is_timed else "months",
    )


def mix_harms(shares: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return the harm of each of a thousand crimes of a mix.

    Parameters
    ----------
    shares : sequence of (harm weight, share)
        Shares add up to 1.

    Returns
    -------
    tuple of float

    Raises
    ------
    InputError
        A weight is negative, or the shares do not add up to 1.

    Examples
    --------
    >>> [mix_harms([(1, 0.97), (500, 0.03)]).count(harm) for harm in (1.0, 500.0)]
    [970, 30]
    """
    weights, parts = (np.array(side, dtype=float) for side in zip(*shares, strict=True))
    if abs(parts.sum() - 1) > 0.005 or (parts < 0).any() or (weights < 0).any():
        raise InputError(
            f"Shares of the harm mix add up to {parts.sum():g}, or one is negative. Give weights "
            "of 0 or more, each with its share of crimes, 1 in all, such as 1:0.6 10:0.37 500:0.03."
        )
    counts = np.diff(np.round(np.concatenate([[0.0], parts.cumsum() / parts.sum()]) * _PARTS))
    return tuple(float(harm) for harm in np.repeat(weights, counts.astype(int)))


def find_study_power(
    plan: PowerPlan, grid: PowerGrid, rule: SimulationRule, progress: Callable[[str], None]
) -> PowerResults:
    """Return which falls are found, and in how many weeks.

    Parameters
    ----------
    plan : PowerPlan
    grid : PowerGrid
    rule : SimulationRule
        Used where the outcome is harm: each figure is then from the test itself.
    progress : callable
        Told of each of `POWER_STEPS` steps.

    Returns
    -------
    PowerResults

    Raises
    ------
    InputError, RefusedError
        As `tabulate_detectable`.
    """
    test = SimulatedTest(make_test=_make_test, rule=rule) if plan.harms else None
    progress("Which falls are found")
    detectable = tabulate_detectable(plan, grid, test)
    progress("How many weeks it takes")
    return PowerResults(
        plan=plan,
        detectable=detectable,
        weeks=tabulate_weeks_needed(plan, grid, test),
        level=None,
        runs=rule.runs if test else None,
    )


def tell_power(found: PowerResults) -> str:
    """Return both tables as text, with what they rest on.

    Parameters
    ----------
    found : PowerResults

    Returns
    -------
    str
    """
    return "\n".join([*_tell_plan(found), "", *_tell_falls(found), "", *_tell_weeks(found)])


def record_power(found: PowerResults) -> dict[str, object]:
    """Return all of it as plain values, fit for JSON.

    Parameters
    ----------
    found : PowerResults

    Returns
    -------
    dict
    """
    plan = asdict(replace(found.plan, harms=()))
    plan["mean_harm"] = float(np.mean(found.plan.harms)) if found.plan.harms else None
    del plan["harms"]
    return {
        "schema": "patrolwise.power/1",
        "plan": plan,
        "level": asdict(found.level) if found.level else None,
        "runs": found.runs,
        "detectable": found.detectable.to_dicts(),
        "weeks_needed": found.weeks.to_dicts(),
    }


def write_power(found: PowerResults, out: Path) -> tuple[Path, ...]:
    """Write detectable.csv, weeks-needed.csv and power.json into a folder.

    Parameters
    ----------
    found : PowerResults
    out : Path
        Made when absent.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    record = json.dumps(record_power(found), indent=2, ensure_ascii=False) + "\n"
    contents = {
        "detectable.csv": found.detectable.write_csv().encode(),
        "weeks-needed.csv": found.weeks.write_csv().encode(),
        "power.json": record.encode(),
    }
    return write_folder(contents, out)


def _make_test(design: Design) -> Test:
    rule = RandomisationRule(alike=design.alike)
    return lambda counts, arms, draws: estimate_by_randomisation(counts, arms, draws, rule).p


def _tell_plan(found: PowerResults) -> list[str]:
    plan, level = found.plan, found.level
    told = [
        f"{plan.crimes_a_day:.3g} crimes a hot spot-day, variance over mean {plan.dispersion:.2f}, "
        f"{plan.days_a_week} days a week, power {plan.power:.0%}, test at 5 %."
    ]
    if level:
        told.append(
            f"Taken from {level.crimes:,.0f} crimes in {level.hot_spots} areas, by {level.source}."
        )
    if plan.lasting:
        shares = ", ".join(f"{share:.0%}" for share in plan.lasting)
        told.append(f"The effect lasts: {shares} of it on the days after.")
    if plan.washout_days:
        told.append(f"Days within {plan.washout_days} after patrol are left out.")
    if plan.delivered < 1:
        told.append(f"{plan.delivered:.0%} of planned days take place.")
    if plan.harms:
        told.append(
            f"Outcome: harm, {np.mean(plan.harms):.3g} a crime; each figure from {found.runs:,} "
            "simulated experiments."
        )
    return told


def _tell_falls(found: PowerResults) -> list[str]:
    lines = [
        "Smallest fall that is found",
        f"{'hot spots':>10} {'share':>6} {'weeks':>6} {'patrol days':>12} {'other days':>11} "
        f"{'crimes':>8} {'fall':>6}",
    ]
    for row in found.detectable.iter_rows(named=True):
        fall = "none" if row["fall"] is None else f"{row['fall']:.0%}"
        lines.append(
            f"{row['hot_spots']:>10} {row['share']:>6.0%} {row['weeks']:>6} "
            f"{row['patrol_days']:>12,} {row['other_days']:>11,} {row['crimes']:>8,.0f} {fall:>6}"
        )
    return lines


def _tell_weeks(found: PowerResults) -> list[str]:
    falls = found.weeks["fall"].unique(maintain_order=True).to_list()
    heads = " ".join(f"{f'-{fall:.0%}':>8}" for fall in falls)
    lines = ["Weeks that a true fall needs", f"{'hot spots':>10} {'share':>6} {heads}"]
    for (share, hot_spots), rows in found.weeks.group_by("share", "hot_spots", maintain_order=True):
        cells = " ".join(
            f"{weeks if weeks is not None else f'>{longest}':>8}"
            for weeks, longest in rows.select("weeks", "longest").iter_rows()
        )
        lines.append(f"{hot_spots:>10} {share:>6.0%} {cells}")
    return lines
