"""Which services patrol, on which days and hours, with whom and with which trackers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.simulate.gps_error import GpsRule
from patrolwise.simulate.ranges import FROM_ONE, NOT_NEGATIVE, POSITIVE, SHARE, range_faults
from patrolwise.simulate.walks import ON_FOOT, WalkRule
from patrolwise.tables import ASSIGNMENTS, UTC_TIME, Column, Table, check_columns, make_table
from patrolwise.times import Window

LOCAL_ZONE = ZoneInfo("Europe/London")
SUNDAY_TO_THURSDAY = (7, 1, 2, 3, 4)  # as date.isoweekday counts: Monday is 1

SHIFTS = Table(
    "SHIFTS",
    "one shift of one unit; simulated",
    (
        Column("unit_id", pl.String, "the unit"),
        Column("service", pl.String, "its service"),
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
    ),
)

_EVEN_REASONS: Mapping[str, float] = MappingProxyType(
    {"arrest": 1.0, "emergency": 1.0, "safeguarding": 1.0, "custody": 1.0, "other": 1.0}
)
_PLAN_RANGES = {
    "units": FROM_ONE,
    "people": FROM_ONE,
    "devices": FROM_ONE,
    "minutes": POSITIVE,
    "abstraction_chance": SHARE,
}


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """How one service patrols. Hours are local (Europe/London), so they stay with the clock."""

    name: str
    first: time = time(14)
    last: time = time(20)  # at or before `first` means on the next day
    weekdays: tuple[int, ...] = SUNDAY_TO_THURSDAY
    units: int = 1
    people: int = 2  # in each unit
    devices: int = 1  # in each unit
    minutes: float = 15.0  # of a stay in a hot spot
    walk: WalkRule = ON_FOOT
    gps: GpsRule = field(default_factory=GpsRule)
    abstraction_chance: float = 0.0  # of a stay, that the unit is called away from it
    reasons: Mapping[str, float] = field(default_factory=lambda: _EVEN_REASONS)  # reason → weight

    def __post_init__(self) -> None:
        faults = range_faults(self, _PLAN_RANGES)
        if not self.name.strip():
            faults.append("It has no name.")
        if not self.weekdays or not set(self.weekdays) <= set(range(1, 8)):
            faults.append(
                f"weekdays must be some of 1 (Monday) to 7 (Sunday), got {self.weekdays}."
            )
        if self.devices > self.people:
            faults.append(f"{self.devices} devices are more than {self.people} people can carry.")
        if not self.reasons or any(not weight > 0 for weight in self.reasons.values()):
            faults.append("reasons must name at least one, each with a weight above 0.")
        check_faults(f"Service {self.name or 'without a name'}", faults)

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """The ids of its units."""
        return tuple(f"{self.name}-{number}" for number in range(1, self.units + 1))

    def device_ids(self, unit_id: str) -> tuple[str, ...]:
        """Return the ids of the devices that a unit carries."""
        return tuple(f"{unit_id}-device-{number}" for number in range(1, self.devices + 1))


OUTREACH = ServicePlan(name="outreach", minutes=40.0)
POLICE = ServicePlan(name="police", minutes=15.0, abstraction_chance=0.03)


@dataclass(frozen=True, kw_only=True)
class SeparationRule:
    """Whether two services are kept from being in one hot spot at once, and how often it fails."""

    keep_apart: bool = True
    apart_s: float = 0.0  # least time between one service leaving and the other coming
    breach_rate: float = 0.0  # share of choices in which a unit seeks the other service

    def __post_init__(self) -> None:
        faults = range_faults(self, {"apart_s": NOT_NEGATIVE, "breach_rate": SHARE})
        check_faults("SeparationRule", faults)


def plan_shifts(plans: Sequence[ServicePlan], window: Window) -> pl.DataFrame:
    """Return every shift of every unit that begins in a window.

    Parameters
    ----------
    plans : sequence of ServicePlan
        Names are unique.
    window : Window
        Local dates.

    Returns
    -------
    (n, 5) SHIFTS, by day, then as the plans are given

    Raises
    ------
    InputError
        Two plans share a name.

    Examples
    --------
    >>> week = Window("a week", date(2024, 6, 3), date(2024, 6, 9))
    >>> plan_shifts([OUTREACH], week)["day"].dt.weekday().to_list()
    [1, 2, 3, 4, 7]
    """
    names = [plan.name for plan in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"Two services are called {', '.join(twice)}. Give each its own name.")
    days = [window.first + timedelta(days=number) for number in range(window.days)]
    rows = [
        (unit_id, plan.name, day, *_hours_on(plan, day))
        for day in days
        for plan in plans
        if day.isoweekday() in plan.weekdays
        for unit_id in plan.unit_ids
    ]
    return pl.DataFrame(rows, schema=SHIFTS.schema, orient="row")


def assign_devices(plans: Sequence[ServicePlan], shifts: pl.DataFrame) -> pl.DataFrame:
    """Return who carried which device when, as the services would have noted it.

    People are spread over a unit's devices; the first device stands for those left over.

    Parameters
    ----------
    plans : sequence of ServicePlan
    shifts : (n, 5) SHIFTS

    Returns
    -------
    (k, 6) ASSIGNMENTS, by shift in the order given, then device
    """
    check_columns(shifts, SHIFTS, name="shifts")
    by_name = {plan.name: plan for plan in plans}
    rows = []
    for shift in shifts.iter_rows(named=True):
        plan = by_name[shift["service"]]
        for number, device_id in enumerate(plan.device_ids(shift["unit_id"])):
            people = 1 if number else plan.people - plan.devices + 1
            own = [shift[name] for name in ("unit_id", "service", "start", "end")]
            rows.append((*own, device_id, people))
    return make_table(ASSIGNMENTS, pl.DataFrame(rows, schema=ASSIGNMENTS.schema, orient="row"))


def _hours_on(plan: ServicePlan, day: date) -> tuple[datetime, datetime]:
    end_day = day if plan.last > plan.first else day + timedelta(days=1)
    start = datetime.combine(day, plan.first, LOCAL_ZONE)
    end = datetime.combine(end_day, plan.last, LOCAL_ZONE)
    return start.astimezone(UTC), end.astimezone(UTC)
