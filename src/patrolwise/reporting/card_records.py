"""What a patrol card says, and what must be given so that it can: notes on places and services."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.planning.shift_problem import Separation
from patrolwise.reporting.plan_paper import PlanStamp
from patrolwise.reporting.results import MapShape
from patrolwise.tables import check_columns, make_table

WHEN_NOT = (
    "Tell the coordinator before you change anything. Do not swap hot spots or times: another "
    "service may be there."
)

LONGEST_NOTE = 160  # characters: a card is one page, and fourteen notes must fit on it

Line = tuple[tuple[float, float], ...]  # longitude, latitude in degrees


@dataclass(frozen=True, kw_only=True)
class Base:
    """Where units begin and end their shift."""

    base_id: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, kw_only=True)
class PlaceNote:
    """What a unit should know of a hot spot; about the place, never about a person."""

    area_id: str
    why: str = ""  # what it was chosen for, expected dose, last visit; cut on a crowded card
    hazards: str = ""  # never cut

    def __post_init__(self) -> None:
        faults = [
            f"{name} has {len(text)} characters; {LONGEST_NOTE} fit on a card. Shorten it."
            for name, text in (("why", self.why), ("hazards", self.hazards))
            if len(text) > LONGEST_NOTE
        ]
        check_faults(f"Note on hot spot {self.area_id}", faults)


@dataclass(frozen=True, kw_only=True)
class ServiceNote:
    """What every unit of a service is told."""

    service: str
    mode: str = "walking"  # of TRAVEL
    when_not: str = WHEN_NOT  # what to do when a visit cannot be made
    phone: str = ""  # of the coordinator
    notes: str = ""

    def __post_init__(self) -> None:
        faults = [
            f"{name} has {len(text)} characters; {2 * LONGEST_NOTE} fit on a card. Shorten it."
            for name, text in (("when_not", self.when_not), ("notes", self.notes))
            if len(text) > 2 * LONGEST_NOTE
        ]
        check_faults(f"Note on service {self.service}", faults)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one gets from one place to another: a line along streets."""

    from_id: str
    to_id: str
    line: Line


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the map shows beneath the route; nothing of it is needed."""

    streets: tuple[Line, ...] = ()
    ways: tuple[Way, ...] = ()  # a straight line is drawn where there is none
    credit: str = ""  # of who made the street data


@dataclass(frozen=True, kw_only=True)
class CardNotes:
    """All that cards say beyond the plan."""

    travel: pl.DataFrame = field(default_factory=lambda: make_table(TRAVEL))
    bases: tuple[Base, ...] = ()
    places: tuple[PlaceNote, ...] = ()
    services: tuple[ServiceNote, ...] = ()
    separations: tuple[Separation, ...] = ()
    ground: Ground = field(default_factory=Ground)

    def __post_init__(self) -> None:
        check_columns(self.travel, TRAVEL, name="travel")
        given = {
            "base": [base.base_id for base in self.bases],
            "note on hot spot": [place.area_id for place in self.places],
            "note on service": [note.service for note in self.services],
        }
        faults = [
            f"There are {count} notes where one is meant: {what} {name}. Leave one."
            for what, names in given.items()
            for name, count in Counter(names).items()
            if count > 1
        ]
        check_faults("Notes for cards", faults)

    def of_service(self, service: str) -> ServiceNote:
        """Return what units of a service are told; the usual words when nothing was given."""
        found = [note for note in self.services if note.service == service]
        return found[0] if found else ServiceNote(service=service)


@dataclass(frozen=True, kw_only=True)
class CardStep:
    """One visit or break, in words; times are local, instants UTC."""

    number: int  # of the visit in the order of the route, from 1; 0 for a break
    area_id: str  # empty for a break
    name: str
    start: datetime
    end: datetime
    span: str
    minutes: int
    then: str  # what comes next, such as "walk 6 min to 2"
    why: str = ""
    hazards: str = ""

    @property
    def is_break(self) -> bool:
        """Whether it is a break, not a visit."""
        return self.number == 0


@dataclass(frozen=True, kw_only=True)
class KeepClear:
    """When another service plans to be in a hot spot of the route, and when to keep out of it."""

    service: str
    name: str
    numbers: tuple[int, ...]  # of the visits there
    planned: tuple[str, ...]  # local times
    clear: tuple[str, ...]  # the same with the margin on both sides, as one where they touch

    @property
    def label(self) -> str:
        """The numbers of the visits there, such as "3" or "3, 8"."""
        return ", ".join(map(str, self.numbers))


@dataclass(frozen=True, kw_only=True)
class PatrolCard:
    """One unit on one shift, all that its card says."""

    stamp: PlanStamp
    day: date
    shift: str
    service: str
    unit_id: str
    people: int
    start: datetime  # UTC
    end: datetime
    hours: str  # local times
    clock_note: str
    first_leg: str  # how it begins, such as "Begin at Town Hall, walk 5 min to 1."
    steps: tuple[CardStep, ...]
    is_kept_apart: bool  # whether another service is to be kept clear of
    keep_clear: tuple[KeepClear, ...]
    note: ServiceNote
    base: Base | None
    shapes: tuple[MapShape, ...]  # the hot spots of the route, in its order
    ground: Ground

    @property
    def visits(self) -> tuple[CardStep, ...]:
        """The steps that are visits."""
        return tuple(step for step in self.steps if not step.is_break)
