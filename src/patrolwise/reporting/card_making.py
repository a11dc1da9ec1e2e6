"""What each unit's card of one day says: visits in order, the way, whom to keep clear of."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.reporting.card_records import (
    Base,
    CardNotes,
    CardStep,
    KeepClear,
    PatrolCard,
    PlaceNote,
    ServiceNote,
)
from patrolwise.reporting.plan_paper import SHIFT_KEY, PlanPaper
from patrolwise.reporting.plan_shapes import shapes_of_areas
from patrolwise.reporting.plan_wording import ShiftClock, clip_words, count_minutes

Row = dict[str, Any]  # one row of a declared table

# Of the reason, by hot spots on the card: type that can be read is worth more than a last clause.
_REASON = ((6, 160), (9, 100), (10_000, 64))
_NAME = 80  # characters of a name, at most
_GOING = {"walking": "walk", "driving": "drive"}


def make_cards(
    paper: PlanPaper, notes: CardNotes, day: date, services: Sequence[str] | None = None
) -> tuple[PatrolCard, ...]:
    """Return the card of each unit on duty in shifts that begin on a day.

    Parameters
    ----------
    paper : PlanPaper
        With the visits of all services: a card says when to keep clear of the others.
    notes : CardNotes
    day : date
        Local date.
    services : sequence of str, optional
        Whose cards; None for all. A card tells of another service places and times, no more.

    Returns
    -------
    tuple of PatrolCard, by service, unit and start
        A unit without visits has its card too.

    Raises
    ------
    InputError
        A unit's base is not among the notes.
    """
    shifts = paper.shifts.filter(pl.col("day") == day)
    if services is not None:
        shifts = shifts.filter(pl.col("service").is_in(list(services)))
    known = {base.base_id for base in notes.bases}
    faults = [
        f"No base is called {base_id}. Add it to the bases, or leave base_id empty."
        for base_id in sorted(set(shifts["base_id"].drop_nulls()) - known)
    ]
    check_faults(f"Cards of {day}", faults)
    ordered = shifts.sort("service", "unit_id", "start", "shift")
    return tuple(_make_card(paper, notes, row) for row in ordered.iter_rows(named=True))


def _make_card(paper: PlanPaper, notes: CardNotes, shift: Row) -> PatrolCard:
    is_own = [pl.col(name) == shift[name] for name in SHIFT_KEY]
    rows = paper.visits.filter(is_own).sort("start", "end").to_dicts()
    note = notes.of_service(shift["service"])
    base = next((base for base in notes.bases if base.base_id == shift["base_id"]), None)
    clock = ShiftClock(start=shift["start"], end=shift["end"])
    legs = _Legs.of(notes.travel, note, base)
    steps = tuple(_steps(rows, paper.names, notes, clock, legs)) if rows else ()
    route = [step.area_id for step in steps if not step.is_break]
    others = _others_of(notes, shift["service"])
    return PatrolCard(
        stamp=paper.stamp,
        day=shift["day"],
        shift=shift["shift"],
        service=shift["service"],
        unit_id=shift["unit_id"],
        people=shift["people"],
        start=shift["start"],
        end=shift["end"],
        hours=clock.span(shift["start"], shift["end"]),
        clock_note=clock.note,
        first_leg=legs.begin(rows),
        steps=steps,
        is_kept_apart=bool(others and route),
        keep_clear=tuple(_keep_clear(paper, steps, others, clock)),
        note=note,
        base=base,
        shapes=shapes_of_areas(paper.areas, route),
        ground=notes.ground,
    )


@dataclass(frozen=True, kw_only=True)
class _Legs:
    """How one goes from place to place, in words."""

    minutes: Mapping[tuple[str, str], int]
    going: str
    base: Base | None

    @classmethod
    def of(cls, travel: pl.DataFrame, note: ServiceNote, base: Base | None) -> "_Legs":
        own = travel.filter(pl.col("mode") == note.mode)
        rows = own.select("from_id", "to_id", "minutes").iter_rows()
        # Whole minutes, as plans count them; a way is never said to be shorter than it is.
        minutes = {(origin, target): math.ceil(time - 1e-9) for origin, target, time in rows}
        return cls(minutes=minutes, going=_GOING.get(note.mode, "go"), base=base)

    def say(self, origin: str | None, target: str, name: str) -> str:
        """Return how one gets from a place to another that is called `name`."""
        if origin == target:
            return f"stay for {name}"
        minutes = self.minutes.get((origin or "", target))
        return f"{self.going} to {name}" if minutes is None else (
            f"{self.going} {minutes} min to {name}"
        )  # fmt: skip

    def begin(self, rows: Sequence[Row]) -> str:
        """Return how the shift begins; empty when nothing is planned."""
        if not rows:
            return ""
        if self.base is None:
            return (
                "Begin with the break."
                if rows[0]["area_id"] is None
                else "Begin in the hot spot numbered 1."
            )
        if rows[0]["area_id"] is None:
            return f"Begin at {self.base.name} with the break."
        return f"Begin at {self.base.name}, {self.say(self.base.base_id, rows[0]['area_id'], '1')}."

    def finish(self, origin: str | None, clock: ShiftClock) -> str:
        """Return how the shift ends."""
        if self.base is None:
            return f"end of shift {clock.say(clock.end)}"
        home = self.base.name
        if origin == self.base.base_id:
            return f"stay at {home} until {clock.say(clock.end)}"
        return f"{self.say(origin, self.base.base_id, home)} by {clock.say(clock.end)}"


def _steps(
    rows: Sequence[Row],
    names: Mapping[str, str],
    notes: CardNotes,
    clock: ShiftClock,
    legs: _Legs,
) -> Iterator[CardStep]:
    noted = {place.area_id: place for place in notes.places}
    places = len({row["area_id"] for row in rows} - {None})
    most = next(letters for limit, letters in _REASON if places <= limit)
    number, seen = 0, set()
    at = legs.base.base_id if legs.base else None
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        area_id = row["area_id"]
        note = PlaceNote(area_id="")
        if area_id is not None:
            number, at = number + 1, area_id
            if area_id not in seen:  # said once: at the first visit
                note = noted.get(area_id, note)
            seen.add(area_id)
        if after is None:
            then = legs.finish(at, clock)
        elif after["area_id"] is None:
            then = "break"
        else:
            then = legs.say(at, after["area_id"], str(number + 1))
        yield CardStep(
            number=number if area_id is not None else 0,
            area_id=area_id or "",
            name=clip_words(names[area_id], _NAME) if area_id is not None else "Break",
            start=row["start"],
            end=row["end"],
            span=clock.span(row["start"], row["end"]),
            minutes=count_minutes(row["start"], row["end"]),
            then=then,
            why=clip_words(note.why, most),
            hazards=" ".join(note.hazards.split()),
        )


def _others_of(notes: CardNotes, service: str) -> dict[str, int]:
    """Return the services to keep clear of, with the margin in minutes."""
    found: dict[str, int] = {}
    for separation in notes.separations:
        if service in separation.services:
            for other in set(separation.services) - {service}:
                found[other] = max(separation.margin_min, found.get(other, 0))
    return found


def _keep_clear(
    paper: PlanPaper, steps: Sequence[CardStep], others: Mapping[str, int], clock: ShiftClock
) -> Iterator[KeepClear]:
    route = dict.fromkeys(step.area_id for step in steps if not step.is_break)
    for area_id in route:
        for service, margin_min in others.items():
            margin = timedelta(minutes=margin_min)
            there = paper.visits.filter(
                pl.col("service") == service,
                pl.col("area_id") == area_id,
                pl.col("start") - margin < clock.end,
                pl.col("end") + margin > clock.start,
            ).sort("start", "end")
            spans = list(there.select("start", "end").iter_rows())
            if spans:
                yield KeepClear(
                    service=service,
                    name=clip_words(paper.names[area_id], _NAME),
                    numbers=tuple(step.number for step in steps if step.area_id == area_id),
                    planned=tuple(clock.span(start, end) for start, end in spans),
                    clear=tuple(clock.span(a, b) for a, b in _merge(spans, margin)),
                )


def _merge(spans: Sequence[tuple[Any, Any]], margin: timedelta) -> list[tuple[Any, Any]]:
    """Return the spans with the margin on both sides, those that touch as one."""
    merged: list[tuple[Any, Any]] = []
    for start, end in spans:
        if merged and start - margin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end + margin))
        else:
            merged.append((start - margin, end + margin))
    return merged
