"""What a whole programme would have left behind: fixes, crews and crimes, and the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from typing import Any

import numpy as np
import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.places import make_ring
from patrolwise.simulate.crime_records import draw_crimes
from patrolwise.simulate.crimes import RING_ID, CrimeRule, draw_place_days
from patrolwise.simulate.gps_error import add_error
from patrolwise.simulate.patrolling import (
    STAYS,
    TRUE_ABSTRACTIONS,
    PatrolledShift,
    patrol_shifts,
)
from patrolwise.simulate.ranges import POSITIVE, range_faults
from patrolwise.simulate.services import (
    OUTREACH,
    POLICE,
    SeparationRule,
    ServicePlan,
    assign_devices,
    plan_shifts,
)
from patrolwise.simulate.truth import TRUE_VISITS, TruthRule, find_true_visits
from patrolwise.simulate.walks import TRUE_PATHS
from patrolwise.tables import AREAS, FIXES, check_columns, make_table
from patrolwise.times import Window, patrol_day


@dataclass(frozen=True, kw_only=True)
class ProgrammeRule:
    """A programme to simulate."""

    window: Window  # patrol days with crimes
    patrols: Window  # days on which services patrol, within `window`
    services: tuple[ServicePlan, ...] = (OUTREACH, POLICE)
    separation: SeparationRule = field(default_factory=SeparationRule)
    truth: TruthRule = field(default_factory=TruthRule)
    crimes: CrimeRule = field(default_factory=CrimeRule)
    ring_m: float = 200.0  # how wide the ring is, where the crime rule has one
    keep_paths: bool = False  # 50 bytes for each second of each unit

    def __post_init__(self) -> None:
        faults = range_faults(self, {"ring_m": POSITIVE})
        if not (self.window.first <= self.patrols.first and self.patrols.last <= self.window.last):
            faults.append(f"Patrols, {self.patrols}, must lie within the window, {self.window}.")
        check_faults("ProgrammeRule", faults)


@dataclass(frozen=True, kw_only=True)
class SimulatedProgramme:
    """What was seen, and what was true. All of it is simulated."""

    areas: pl.DataFrame  # AREAS: the hot spots, and the ring if there is one
    fixes: pl.DataFrame  # FIXES
    assignments: pl.DataFrame  # ASSIGNMENTS
    abstractions: pl.DataFrame  # TRUE_ABSTRACTIONS
    crimes: pl.DataFrame  # CRIMES
    stays: pl.DataFrame  # STAYS
    true_visits: pl.DataFrame  # TRUE_VISITS
    place_days: pl.DataFrame  # PLACE_DAYS
    paths: pl.DataFrame | None  # TRUE_PATHS, when they were to be kept
    record: Mapping[str, Any]  # the rule and the seed, fit for JSON; `simulated` is true


def simulate_programme(
    rule: ProgrammeRule, areas: pl.DataFrame, rng: np.random.Generator
) -> SimulatedProgramme:
    """Return a programme's data as it would have been, with the truth behind it.

    Patrols, GPS error and crimes each have a stream of chance of their own: another error leaves
    the patrols as they were. The same seed gives the same programme, to the last bit.

    Parameters
    ----------
    rule : ProgrammeRule
    areas : (m, 3) AREAS
        The hot spots; `make_town` has seven. None is called "ring".
    rng : numpy Generator
        Made of a seed, as `numpy.random.default_rng(7)`.

    Returns
    -------
    SimulatedProgramme

    Raises
    ------
    InputError
        An area is called "ring", two services share a name, or as `patrol_shifts` says.
    """
    check_columns(areas, AREAS, name="areas")
    if RING_ID in areas["area_id"]:
        raise InputError(f"An area is called {RING_ID}, which is the ring round all. Rename it.")
    record = {"simulated": True, "seed": _describe_seed(rng), "rule": _as_record(rule)}
    for_patrols, for_error, for_crimes = rng.spawn(3)
    shifts = plan_shifts(rule.services, rule.patrols)
    walked = _Walked(rule, areas, for_error)
    for shift in patrol_shifts(shifts, rule.services, areas, rule.separation, for_patrols):
        walked.add(shift)
    true_visits = pl.concat([make_table(TRUE_VISITS), *walked.visits])
    minutes = (
        true_visits.with_columns(day=patrol_day(pl.col("start")))
        .group_by("area_id", "day")
        .agg(minutes=pl.col("inside_s").sum() / 60)
        .sort("area_id", "day")
    )
    everywhere = _with_ring(areas, rule)
    ids = areas["area_id"].to_list()
    drawn = draw_place_days(ids, minutes, rule.window, rule.crimes, for_crimes)
    paths = pl.concat([make_table(TRUE_PATHS), *walked.paths]) if rule.keep_paths else None
    return SimulatedProgramme(
        areas=everywhere,
        fixes=pl.concat([make_table(FIXES), *walked.fixes]).sort("device_id", "time"),
        assignments=assign_devices(rule.services, shifts),
        abstractions=pl.concat([make_table(TRUE_ABSTRACTIONS), *walked.abstractions]),
        crimes=draw_crimes(drawn, everywhere, rule.crimes, for_crimes),
        stays=pl.concat([make_table(STAYS), *walked.stays]),
        true_visits=true_visits,
        place_days=drawn.place_days,
        paths=paths,
        record=record,
    )


class _Walked:
    """What is kept of each shift, so that not all paths are in memory at once."""

    def __init__(self, rule: ProgrammeRule, areas: pl.DataFrame, rng: np.random.Generator) -> None:
        self.rule, self.areas, self.rng = rule, areas, rng
        self.plans = {plan.name: plan for plan in rule.services}
        self.fixes: list[pl.DataFrame] = []
        self.visits: list[pl.DataFrame] = []
        self.stays: list[pl.DataFrame] = []
        self.abstractions: list[pl.DataFrame] = []
        self.paths: list[pl.DataFrame] = []

    def add(self, shift: PatrolledShift) -> None:
        plan = self.plans[shift.service]
        for device_id in plan.device_ids(shift.unit_id):
            carried = {shift.unit_id: device_id}
            self.fixes.append(add_error(shift.path, plan.gps, self.rng, carried))
        self.visits.append(find_true_visits(shift.path, self.areas, self.rule.truth))
        self.stays.append(shift.stays)
        self.abstractions.append(shift.abstractions)
        if self.rule.keep_paths:
            self.paths.append(shift.path)


def _with_ring(areas: pl.DataFrame, rule: ProgrammeRule) -> pl.DataFrame:
    hot_spots = areas.select(AREAS.names)
    if not rule.crimes.has_ring:
        return hot_spots
    ring = make_ring(areas, inner_m=0.0, outer_m=rule.ring_m)
    return pl.concat([hot_spots, ring.with_columns(area_id=pl.lit(RING_ID), name=pl.lit("Ring"))])


def _describe_seed(rng: np.random.Generator) -> dict[str, Any]:
    """Return what makes the same streams again: they hang on the seed, not on what was drawn."""
    seed: Any = rng.bit_generator.seed_seq
    return {
        "generator": type(rng.bit_generator).__name__,
        "entropy": seed.entropy,
        "spawn_key": list(seed.spawn_key),
        "spawned_before": seed.n_children_spawned,
    }


def _as_record(value: Any) -> Any:
    """Return a rule as plain values: what JSON can hold."""
    if is_dataclass(value):
        return {one.name: _as_record(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _as_record(held) for key, held in value.items()}
    if isinstance(value, tuple):
        return [_as_record(held) for held in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return value
