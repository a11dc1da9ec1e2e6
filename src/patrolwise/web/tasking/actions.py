"""What is done to events, notes on places and debriefs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.tasking.models import (
    Debrief,
    EventKind,
    PlaceEvent,
    PlaceNote,
    UnitShift,
)

_KINDS = ("hazard", "idea", "environment")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Something that draws people to places, or a campaign."""

    kind: str = EventKind.EVENT.value
    title: str
    first: datetime  # aware
    last: datetime
    area_ids: tuple[str, ...]  # empty: everywhere
    note: str

    def __post_init__(self) -> None:
        faults = [] if self.title.strip() else ["It has no title. Say what it is."]
        if self.last <= self.first:
            faults.append("It ends before it begins, or at once. Mend one of the two.")
        if self.kind not in EventKind.values:
            known = ", ".join(EventKind.values)
            faults.append(f"It is of kind {self.kind!r}. Give one of {known}.")
        check_faults("Event", faults)


@dataclass(frozen=True, kw_only=True)
class SaidNote:
    """What is known of a place."""

    area_id: str
    kind: str  # hazard, idea, environment
    text: str

    def __post_init__(self) -> None:
        faults = []
        if self.kind not in _KINDS:
            faults.append(f"It is of kind {self.kind!r}. Give one of {', '.join(_KINDS)}.")
        if not self.area_id or not self.text.strip():
            faults.append("It lacks its hot spot or its words. Give both.")
        check_faults("Note on a place", faults)


@dataclass(frozen=True, kw_only=True)
class SaidDebrief:
    """What a unit says after its shift."""

    client_id: str  # made before it was sent: sent twice, it is kept once
    went_well: str
    went_badly: str
    minutes: Mapping[str, int]  # hot spot → minutes, as the unit says
    notes: tuple[SaidNote, ...]


def add_event(*, by: Person, event: Drawing) -> PlaceEvent:
    """Add an event.

    Parameters
    ----------
    by : Person
    event : Drawing

    Returns
    -------
    PlaceEvent
    """
    with transaction.atomic():
        row = PlaceEvent.objects.create(**_columns(event), made_by_id=by.pk)
        _record(by, "event added", f"place-event:{row.pk}")
    return row


def change_event(*, by: Person, row: PlaceEvent, event: Drawing) -> None:
    """Change an event.

    Parameters
    ----------
    by : Person
    row : PlaceEvent
    event : Drawing
    """
    with transaction.atomic():
        PlaceEvent.objects.filter(pk=row.pk).update(**_columns(event))
        _record(by, "event changed", f"place-event:{row.pk}")


def end_event(*, by: Person, row: PlaceEvent) -> None:
    """End an event now; one that has not begun is taken away.

    Parameters
    ----------
    by : Person
    row : PlaceEvent

    Raises
    ------
    RefusedError
        It is over.
    """
    now = datetime.now(UTC)
    if row.last <= now:
        raise RefusedError("This event is over already.")
    with transaction.atomic():
        if row.first < now:
            PlaceEvent.objects.filter(pk=row.pk).update(last=now)
        else:
            PlaceEvent.objects.filter(pk=row.pk).delete()
        _record(by, "event ended", f"place-event:{row.pk}")


def withdraw_event(*, by: Person, row: PlaceEvent) -> None:
    """Withdraw an event or a campaign that was never so: no brief and no chart has it any more.

    Parameters
    ----------
    by : Person
    row : PlaceEvent

    Raises
    ------
    RefusedError
        It is withdrawn already.
    """
    now = datetime.now(UTC)
    with transaction.atomic():
        standing = PlaceEvent.objects.filter(pk=row.pk, withdrawn=None)
        if not standing.update(withdrawn=now, withdrawn_by_id=by.pk):
            raise RefusedError("It is withdrawn already. Add it anew if it was so after all.")
        _record(by, f"{row.kind} withdrawn", f"place-event:{row.pk}")


def add_note(*, by: Person, note: SaidNote) -> PlaceNote:
    """Add what is known of a place.

    Parameters
    ----------
    by : Person
    note : SaidNote

    Returns
    -------
    PlaceNote
    """
    with transaction.atomic():
        row = _add_note(by, note, datetime.now(UTC))
        _record(by, "place note added", f"place-note:{row.pk}", kind=note.kind)
    return row


def close_note(*, by: Person, row: PlaceNote, answer: str) -> None:
    """Close a note on a place with what came of it.

    Parameters
    ----------
    by : Person
    row : PlaceNote
    answer : str

    Raises
    ------
    InputError
        No answer is given.
    RefusedError
        It is closed already.
    """
    check_faults("Note", [] if answer.strip() else ["There is no answer. Say what was done."])
    with transaction.atomic():
        row = PlaceNote.objects.select_for_update().get(pk=row.pk)
        if not row.is_open:
            raise RefusedError("This note is closed already. Its answer stays as it is.")
        row.is_open, row.closed, row.answer = False, datetime.now(UTC), answer
        row.save(update_fields=["is_open", "closed", "answer"])
        _record(by, "place note closed", f"place-note:{row.pk}")


def send_debrief(*, by: Person, shift: UnitShift, said: SaidDebrief) -> Debrief:
    """Keep what a unit says after its shift; sent again, what was kept first stays.

    Parameters
    ----------
    by : Person
    shift : UnitShift
    said : SaidDebrief

    Returns
    -------
    Debrief

    Raises
    ------
    RefusedError
        Somebody else sent another debrief under the same identifier.
    """
    now = datetime.now(UTC)
    given = {
        "unit_id": shift.unit_id,
        "service": shift.service,
        "day": shift.day,
        "went_well": said.went_well,
        "went_badly": said.went_badly,
        "said_minutes": dict(said.minutes),
        "said": now,
        "said_by_id": by.pk,
    }
    with transaction.atomic():
        row, is_new = Debrief.objects.get_or_create(client_id=said.client_id, defaults=given)
        if row.said_by_id != by.pk:
            raise RefusedError("This debrief was sent by somebody else. Open the form anew.")
        if is_new:
            for note in said.notes:
                _add_note(by, note, now)
            _record(by, "debrief sent", f"debrief:{row.pk}", notes=len(said.notes))
    return row


def join_debrief(debrief: Debrief, minutes: Mapping[str, float]) -> None:
    """Keep beside a debrief what the trackers of its unit say; done again, the later one stays.

    Parameters
    ----------
    debrief : Debrief
    minutes : mapping
        Hot spot → credited minutes in the unit's shift; empty when no fix came.
    """
    told = tell_tracked(minutes)
    with transaction.atomic():
        Debrief.objects.filter(pk=debrief.pk).update(minutes=told, joined=datetime.now(UTC))
        record_event(NewEvent(action="debrief joined", subject=f"debrief:{debrief.pk}"))


def tell_tracked(minutes: Mapping[str, float]) -> dict[str, float]:
    """Return minutes by hot spot as a debrief keeps them.

    Parameters
    ----------
    minutes : mapping
        Hot spot → credited minutes.

    Returns
    -------
    dict of str to float
        To a tenth of a minute.
    """
    return {area_id: round(float(value), 1) for area_id, value in sorted(minutes.items())}


def _add_note(by: Person, note: SaidNote, now: datetime) -> PlaceNote:
    return PlaceNote.objects.create(
        area_id=note.area_id, kind=note.kind, text=note.text, said=now, said_by_id=by.pk
    )


def _columns(event: Drawing) -> dict[str, Any]:
    return {**vars(event), "area_ids": list(event.area_ids)}


def _record(by: Person, action: str, subject: str, **detail: Any) -> None:
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    )
