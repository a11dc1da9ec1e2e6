"""What a whole programme folder would look like, with the truth beside it: all of it simulated.

Forms have no room for a remark, so that every unit, device and partner is called simulated by its
own id: the word then stays in each table and each report that is ever made of them.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.files.fix_store import write_fixes
from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.patrols.ledgers import LEDGER
from patrolwise.patrols.reported_minutes import REPORTED_MINUTES
from patrolwise.simulate import (
    OUTREACH,
    POLICE,
    GpsRule,
    ProgrammeRule,
    SeparationRule,
    ServicePlan,
    SimulatedProgramme,
    make_town,
    simulate_programme,
)
from patrolwise.simulate.writing import NOTES_NAME
from patrolwise.study.patrol_simulation_text import (
    NOTES,
    describe_programme,
    list_requests,
    list_staff,
)
from patrolwise.tables import make_table
from patrolwise.times import Window

FIRST = date(2024, 6, 3)  # a Monday
PARTNER = "simulated wardens"
_MARK = "simulated-"
_OUTREACH_MIN, _POLICE_MIN = 45.0, 18.0  # of a stay: a little more than the dose that is asked
_HOURLY = {  # invented pounds an hour of one person
    "outreach": (("pay", 14.20), ("on-costs", 3.10), ("overheads", 4.00)),
    "police": (("overtime", 34.50),),
}


@dataclass(frozen=True, kw_only=True)
class SimulationRule:
    """A programme of two services to simulate; zero pairs leave a service out."""

    seed: int = 1
    weeks: int = 2
    outreach_pairs: int = 1
    police_pairs: int = 1
    refresh_s: float = 10.0
    error_m: float = 8.0
    breach_rate: float = 0.0  # share of choices in which a pair seeks the other service
    first: date = FIRST  # first patrol day, a Monday

    def __post_init__(self) -> None:
        faults = [] if self.weeks >= 1 else [f"weeks must be 1 or more, got {self.weeks}."]
        if self.first.weekday():
            faults.append(f"first must be a Monday, got {self.first}, a {self.first:%A}.")
        if self.outreach_pairs + self.police_pairs < 1:
            faults.append("There is no pair to patrol. Give outreach or police pairs.")
        check_faults("The simulation", faults)

    @property
    def window(self) -> Window:
        """The patrol days."""
        return Window("simulated", self.first, self.first + timedelta(days=7 * self.weeks - 1))

    @property
    def changed(self) -> date:
        """The day from which police are asked for another dose."""
        return self.first + timedelta(days=7 * self.weeks // 2)

    @property
    def plans(self) -> tuple[ServicePlan, ...]:
        """The services that patrol."""
        gps = GpsRule(refresh_s=self.refresh_s, error_m=self.error_m)
        plans = (
            (OUTREACH, self.outreach_pairs, _OUTREACH_MIN, 0.01),
            (POLICE, self.police_pairs, _POLICE_MIN, 0.06),
        )
        return tuple(
            replace(plan, units=pairs, minutes=minutes, abstraction_chance=chance, gps=gps)
            for plan, pairs, minutes, chance in plans
            if pairs
        )


def write_simulated_programme(
    folder: Path, rule: SimulationRule, spots: HotSpotSet | None = None
) -> tuple[Path, ...]:
    """Write a programme folder that `patrolwise dose` runs on, and the truth behind it.

    Parameters
    ----------
    folder : Path
        Made when it is not there; it must be empty, so that no real file is mixed with these.
    rule : SimulationRule
    spots : HotSpotSet, optional
        The hot spots; those of a made-up town when absent.

    Returns
    -------
    tuple of Path
        The files written, by name. The same rule and hot spots give the same files.

    Raises
    ------
    InputError
        The folder holds something or cannot be written, or hot spots lie too close to each other
        for two services to keep apart.
    """
    spots = spots or _spots_of_town()
    simulated = _simulate(rule, spots)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(
                f"{folder} is not empty. Simulated files are not put beside others: name another."
            )
        (folder / "truth").mkdir()
        _write(folder, rule, spots, simulated)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}. Name another.") from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _spots_of_town() -> HotSpotSet:
    before = Window("made up", FIRST - timedelta(days=365), FIRST - timedelta(days=1))
    return HotSpotSet(
        id="simulated-town",
        method="simulated: seven areas of a made-up town, on open sea",
        window=before,
        definition="simulated@1",
        areas=make_town(),
    )


def _simulate(rule: SimulationRule, spots: HotSpotSet) -> SimulatedProgramme:
    programme = ProgrammeRule(
        window=rule.window,
        patrols=rule.window,
        services=rule.plans,
        separation=SeparationRule(breach_rate=rule.breach_rate),
    )
    return simulate_programme(programme, spots.areas, np.random.default_rng(rule.seed))


def _write(
    folder: Path, rule: SimulationRule, spots: HotSpotSet, simulated: SimulatedProgramme
) -> None:
    (folder / NOTES_NAME).write_text(NOTES, encoding="utf-8")
    write_hot_spot_set(folder / "hot-spots.geojson", spots)
    write_fixes(folder / "fixes.parquet", _mark(simulated.fixes), simulated=True)
    forms = {
        "crews": simulated.assignments,
        "abstractions": simulated.abstractions,
        "ledger": _ledger(rule, simulated),
        "reported-minutes": _reported(rule, spots),
    }
    written = {name: table for name, table in forms.items() if table.height}
    for name, table in written.items():
        _write_csv(folder / f"{name}.csv", _mark(table))
    services = [plan.name for plan in rule.plans]
    staff = pl.DataFrame(list_staff(services), schema=_STAFF, orient="row")
    requests = pl.DataFrame(list_requests(rule.window, services), schema=_REQUESTS, orient="row")
    _write_csv(folder / "staff.csv", staff)
    _write_csv(folder / "requests.csv", requests)
    text = describe_programme(rule.window, rule.changed, services, [*written])
    (folder / "programme.toml").write_text(text, encoding="utf-8")
    for name, table in (("true-visits", simulated.true_visits), ("stays", simulated.stays)):
        marked = _mark(table).select(pl.lit("true").alias("simulated"), pl.all())
        _write_csv(folder / "truth" / f"{name}.csv", marked)
    record = json.dumps(simulated.record, indent=2, ensure_ascii=False)
    (folder / "truth" / "record.json").write_text(record + "\n", encoding="utf-8")


_STAFF = {
    "staff_id": pl.String,
    "service": pl.String,
    "most_shifts": pl.Int64,
    "is_relief": pl.String,
}
_REQUESTS = {
    "request_id": pl.String,
    "staff_id": pl.String,
    "day": pl.Date,
    "wants": pl.String,
    "weight": pl.Int64,
}


def _mark(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with units and devices that are called simulated."""
    named = [name for name in ("unit_id", "device_id") if name in table.columns]
    return table.with_columns(pl.concat_str(pl.lit(_MARK), name).alias(name) for name in named)


def _write_csv(path: Path, table: pl.DataFrame) -> None:
    table.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _ledger(rule: SimulationRule, simulated: SimulatedProgramme) -> pl.DataFrame:
    """Return invented pounds for the hours that were worked, a line a kind."""
    hours = (pl.col("end") - pl.col("start")) / timedelta(hours=1) * pl.col("people")
    worked = dict(simulated.assignments.group_by("service").agg(hours.sum()).iter_rows())
    rows = [
        {
            "service": plan.name,
            "first": rule.window.first,
            "last": rule.window.last,
            "kind": kind,
            "pounds": round(hourly * worked[plan.name], 2),
            "may_split": True,
            "note": "simulated: invented pounds",
        }
        for plan in rule.plans
        for kind, hourly in _HOURLY[plan.name]
    ]
    return make_table(LEDGER, pl.DataFrame(rows))


def _reported(rule: SimulationRule, spots: HotSpotSet) -> pl.DataFrame:
    """Return what a partner without trackers would have told: round figures, by memory."""
    rng = np.random.default_rng([rule.seed, 1])
    rows = [
        {
            "service": PARTNER,
            "area_id": area_id,
            "day": rule.window.first + timedelta(days=number),
            "minutes": float(5 * rng.integers(0, 10)),
            "reported_by": "team leader",
            "method": "estimate",
        }
        for number in range(rule.window.days)
        for area_id in spots.areas["area_id"][:2]
    ]
    people = pl.when(pl.col("minutes") > 0).then(1).otherwise(0)
    return make_table(REPORTED_MINUTES, pl.DataFrame(rows).with_columns(people=people))
