"""How hours come into the ledger and are taken back: never twice, never beyond the roster.

The agency's row is locked meanwhile, so that two who send at once are checked one after the other.
Whatever passes by is stopped by the database's triggers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from patrolwise.errors import PatrolwiseError, RefusedError, check_faults
from patrolwise.partnership.fund_rules import FundRules, load_fund_rules
from patrolwise.partnership.hours_ledger import (
    HoursLedger,
    check_hours_ledger,
    find_beyond_roster,
    find_double_hours,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies.frames import (
    frame_hours,
    frame_new,
    frame_roster,
    frame_streams,
)
from patrolwise.web.agencies.models import (
    Agency,
    DayCount,
    HoursRow,
    PhoneLink,
    Refusal,
    RosterRow,
    Stream,
    Upload,
)
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.commons.models import AgreedHotSpot

WAYS_SENT = ("phone", "phone, later", "coordinator", "file", "tracker")
REFUSALS = {
    "overlap": "the unit was in another place then",
    "roster": "it was not rostered then",
    "other": "something else was wrong",
}
LATE_AFTER = timedelta(days=2)  # from its end until it was written down
_DAY_BEGINS = timedelta(hours=4)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class NewHours:
    """One unit in one hot spot from one time to another, before it is kept."""

    key: UUID
    unit_id: str
    hot_spot_id: str
    start: datetime
    end: datetime
    staff: int
    paid: str
    patrol_type: str
    stream: Stream | None = None
    activity: str = "patrol"
    visibility: str = ""  # empty: as the agency's people usually look
    basis: str = "self-reported"
    staff_codes: str = ""
    error_minutes: float | None = None
    label: str = ""  # what a refusal calls it, such as the line of a file


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Who sends rows, of which agency, how and when."""

    agency: Agency
    way: str  # of WAYS_SENT
    now: datetime
    by: Person | None = None
    link: PhoneLink | None = None
    upload: Upload | None = None


def keep_hours(
    *,
    sending: Sending,
    rows: Sequence[NewHours],
    instead_of: HoursRow | None = None,
    reason: str = "",
) -> list[HoursRow]:
    """Keep rows, all or none. A row that was kept before, by its key, is kept once.

    Parameters
    ----------
    sending : Sending
    rows : sequence of NewHours
    instead_of : HoursRow, optional
        A row that is taken back for it.
    reason : str
        Why, where there is one.

    Returns
    -------
    list of HoursRow
        In the order given; those kept before are among them.

    Raises
    ------
    InputError
        A row cannot be read; all faults are named.
    RefusedError
        A unit is in two places at once, is not rostered, or a stream does not pay for it.
    """
    try:
        with transaction.atomic():
            Agency.objects.select_for_update().get(pk=sending.agency.pk)
            if instead_of is not None:
                take_back(row=instead_of, by=sending.by, reason=reason, now=sending.now)
            kept = _find_kept(sending, rows)
            new = [one for one in rows if one.key not in kept]
            check_new(sending.agency, new)
            kept |= {one.key: one for one in _add(sending, new, instead_of)}
    except IntegrityError as error:  # somebody sent the same hour meanwhile, by another way
        _note(sending, rows, "overlap")
        raise RefusedError("An hour of it is in the ledger already. Look again.") from error
    except PatrolwiseError as error:
        _note(sending, rows, _kind_of(str(error)))
        raise
    return [kept[one.key] for one in rows]


def check_new(agency: Agency, rows: Sequence[NewHours]) -> None:
    """Raise unless rows may come into the ledger beside those that stand; silent when they may.

    Parameters
    ----------
    agency : Agency
    rows : sequence of NewHours

    Raises
    ------
    InputError, RefusedError
        As `keep_hours`.
    """
    if not rows:
        return
    check_faults("hours", [*_tell_withdrawn(rows), *_tell_counted(agency, rows)], RefusedError)
    new = frame_new(agency, rows)
    first, last = min(one.start for one in rows), max(one.end for one in rows)
    beside = HoursRow.objects.filter(
        agency=agency, withdrawn_at=None, start__lt=last, end__gt=first
    )
    twice = find_double_hours(frame_hours(beside).vstack(new))
    streams = {one.stream.pk: one.stream for one in rows if one.stream is not None}
    ledger = HoursLedger(
        hours=new,
        rostered=frame_roster(_roster_near(agency, first, last)),
        streams=frame_streams(streams.values()),
        kinds={agency.key: agency.kind},
    )
    _check(ledger, twice, {one.fund for one in streams.values()})


def take_back(*, row: HoursRow, by: Person | None, reason: str, now: datetime) -> None:
    """Take a row of the ledger back; it stays, and says why.

    Parameters
    ----------
    row : HoursRow
    by : Person or None
        None: whoever holds the phone that sent it.
    reason : str
    now : datetime
        Aware.

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It was taken back before.
    """
    check_faults("The patrol", [] if reason.strip() else ["Say why it is taken back."])
    with transaction.atomic():
        row = HoursRow.objects.select_for_update().get(pk=row.pk)
        if row.withdrawn_at is not None:
            raise RefusedError("It was taken back before.")
        row.withdrawn_at, row.withdrawn = now, clock.day_of(now)
        row.reason = reason.strip()[:300]
        row.save(update_fields=["withdrawn_at", "withdrawn", "reason"])
        tell("hours taken back", row.row_id, by, now)


def check_roster(agency: Agency) -> None:
    """Raise unless all hours that stand lie within the roster that stands; silent when they do.

    Parameters
    ----------
    agency : Agency

    Raises
    ------
    RefusedError
        Some do not; all are named.
    """
    ledger = HoursLedger(
        hours=frame_hours(HoursRow.objects.filter(agency=agency, withdrawn_at=None)),
        rostered=frame_roster(RosterRow.objects.filter(agency=agency, withdrawn_at=None)),
        streams=frame_streams(()),
        kinds={agency.key: agency.kind},
    )
    check_faults("The roster", find_beyond_roster(ledger), RefusedError)


def check_claims(stream: Stream) -> None:
    """Raise unless all hours claimed from a stream's key meet its conditions; silent when they do.

    Parameters
    ----------
    stream : Stream

    Raises
    ------
    RefusedError
        Some do not; all are named.
    """
    rows = HoursRow.objects.filter(stream__key=stream.key, withdrawn_at=None)
    of = {one.agency.key: one.agency for one in rows.select_related("agency")}
    roster = RosterRow.objects.filter(agency__in=of.values(), withdrawn_at=None)
    ledger = HoursLedger(
        hours=frame_hours(rows),
        rostered=frame_roster(roster),
        streams=frame_streams([stream]),
        kinds={key: one.kind for key, one in of.items()},
    )
    _check(ledger, [], {stream.fund})


def patrol_day_of(start: datetime) -> date:
    """Return the patrol day of a time: from 04:00 UTC to 04:00 UTC.

    Parameters
    ----------
    start : datetime
        Aware, UTC.

    Returns
    -------
    date
    """
    return (start - _DAY_BEGINS).date()


def tell(action: str, subject: str, by: Person | None, now: datetime, **detail: object) -> None:
    """Add to the record who did what.

    Parameters
    ----------
    action, subject : str
    by : Person or None
        None: a phone link.
    now : datetime
        Aware.
    **detail
        Numbers and identifiers.
    """
    role = by.role if by else "phone link"
    event = NewEvent(
        action=action, subject=subject, actor_id=by.pk if by else None, role=role, detail=detail
    )
    record_event(event, now=now)


def _tell_withdrawn(rows: Sequence[NewHours]) -> list[str]:
    gone = {one.stream.key for one in rows if one.stream and one.stream.withdrawn_at}
    return [f"The stream {key} was taken back. Name another, or none." for key in sorted(gone)]


def _tell_counted(agency: Agency, rows: Sequence[NewHours]) -> list[str]:
    days = {patrol_day_of(one.start) for one in rows}
    spots = {one.hot_spot_id for one in rows}
    counted = DayCount.objects.filter(
        agency=agency, withdrawn_at=None, day__in=days, hot_spot_id__in=spots
    )
    asked = {(one.hot_spot_id, patrol_day_of(one.start)) for one in rows}
    return [
        f"Minutes of {agency.key} in {spot} on {day} were sent as a count. Undo that first: an "
        "hour would be there twice."
        for spot, day in counted.values_list("hot_spot_id", "day")
        if (spot, day) in asked
    ]


def _check(ledger: HoursLedger, faults: list[str], funds: Iterable[str]) -> None:
    areas = list(AgreedHotSpot.objects.values_list("hot_spot_id", flat=True).distinct())
    for rules in _rules_of(funds):
        check_hours_ledger(ledger, rules, areas)
    check_faults("hours", faults, RefusedError)


def _rules_of(funds: Iterable[str]) -> list[FundRules]:
    """Return the rules of funds; of one without, any: its streams are held to their own alone."""
    known = list(load_fund_rules().values())
    return [one for one in known if one.name in set(funds)] or known[-1:]


def _roster_near(agency: Agency, first: datetime, last: datetime) -> list[RosterRow]:
    """Return shifts that may cover rows, and one more: it tells that a roster is kept at all."""
    rows = RosterRow.objects.filter(agency=agency, withdrawn_at=None)
    near = list(rows.filter(start__lt=last, end__gt=first))
    return near or list(rows[:1])


def _find_kept(sending: Sending, rows: Sequence[NewHours]) -> dict[UUID, HoursRow]:
    found = HoursRow.objects.filter(key__in=[one.key for one in rows])
    kept = {one.key: one for one in found}
    link = sending.link.pk if sending.link else None
    if any((one.agency_id, one.link_id) != (sending.agency.pk, link) for one in kept.values()):
        raise RefusedError("This form was sent by somebody else. Open the page again.")
    return kept


def _add(sending: Sending, rows: Sequence[NewHours], instead_of: HoursRow | None) -> list[HoursRow]:
    made = HoursRow.objects.bulk_create(_make(sending, one, instead_of) for one in rows)
    for one in made[:1] if sending.upload else made:  # a file is one event
        detail = {"rows": len(made)} if sending.upload else {}
        tell("hours kept", one.row_id, sending.by, sending.now, **detail)
    return made


def _make(sending: Sending, new: NewHours, instead_of: HoursRow | None) -> HoursRow:
    minutes = int((new.end - new.start) / timedelta(minutes=1))
    return HoursRow(
        key=new.key,
        agency=sending.agency,
        link=sending.link,
        upload=sending.upload,
        unit_id=new.unit_id,
        hot_spot_id=new.hot_spot_id,
        day=patrol_day_of(new.start),
        start=new.start,
        end=new.end,
        staff=new.staff,
        patrol_type=new.patrol_type,
        activity=new.activity,
        paid=new.paid,
        visibility=new.visibility or sending.agency.visibility,
        basis=new.basis,
        stream=new.stream,
        staff_codes=new.staff_codes,
        patrol_minutes=minutes if new.activity == "patrol" else 0,
        person_minutes=minutes * new.staff,
        is_in_kind=new.paid == "in kind",
        error_minutes=new.error_minutes,
        replaces=instead_of,
        sent_by=sending.way,
        recorded_at=sending.now,
        recorded=clock.day_of(sending.now),
    )


def _kind_of(told: str) -> str:
    if "is in both at once" in told:
        return "overlap"
    return "roster" if "roster" in told else "other"


def _note(sending: Sending, rows: Sequence[NewHours], kind: str) -> None:
    """Count a refusal: rows themselves are not kept."""
    unit = rows[0].unit_id[:20] if rows else ""
    Refusal.objects.create(agency=sending.agency, unit_id=unit, kind=kind, at=sending.now)
