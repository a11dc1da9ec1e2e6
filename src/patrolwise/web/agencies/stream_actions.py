"""How agencies, streams of money and rosters are set up, and taken back with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.fund_rules import PATROL_TYPES, VISIBILITIES
from patrolwise.partnership.hours_ledger import AGENCY_KINDS
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.agencies.hours_actions import Sending, check_claims, check_roster, tell
from patrolwise.web.agencies.link_actions import MOST_STAFF, check_unit
from patrolwise.web.agencies.models import Agency, PhoneLink, RosterRow, Stream
from patrolwise.web.commons import clock

SORTS = (
    *("wardens", "volunteers", "business improvement district", "faith group", "medical"),
    *("outreach", "police", "other"),
)


@dataclass(frozen=True, kw_only=True)
class NewAgency:
    """An agency, and the team whose people are its coordinators."""

    name: str
    kind: str
    sort: str
    visibility: str = "partner brand"
    team: Team | None = None


@dataclass(frozen=True, kw_only=True)
class NewStream:
    """Money of a fund for a year, and what it may be used for."""

    key: str
    fund: str
    year: str
    pounds: Decimal
    pounds_an_hour: Decimal
    first: date
    last: date
    agencies: Sequence[Agency]
    patrol_types: Sequence[str]
    conditions: str = ""


@dataclass(frozen=True, kw_only=True)
class NewShift:
    """A unit on duty from one time to another, with so many people."""

    unit_id: str
    start: datetime
    end: datetime
    staff: int


def add_agency(*, by: Person, new: NewAgency) -> Agency:
    """Add an agency.

    Parameters
    ----------
    by : Person
    new : NewAgency

    Returns
    -------
    Agency

    Raises
    ------
    InputError
        Everything that is wrong with it.
    RefusedError
        There is one of that name, or the team has one already.
    """
    faults = []
    if not slugify(new.name):
        faults.append("Give it a name.")
    for told, given, known in (
        ("kind", new.kind, AGENCY_KINDS),
        ("sort", new.sort, SORTS),
        ("visibility", new.visibility, VISIBILITIES),
    ):
        if given not in known:
            faults.append(f"Its {told} is {given!r}. Choose one of {', '.join(known)}.")
    check_faults("The agency", faults)
    try:
        with transaction.atomic():
            made = Agency.objects.create(
                key=slugify(new.name)[:40],
                name=new.name.strip(),
                kind=new.kind,
                sort=new.sort,
                team=new.team,
                visibility=new.visibility,
            )
            tell("agency added", made.key, by, clock.now())
    except IntegrityError as error:
        raise RefusedError(
            "There is an agency of that name, or that team has one. Choose another."
        ) from error
    return made


def add_stream(
    *, by: Person, new: NewStream, instead_of: Stream | None = None, reason: str = ""
) -> Stream:
    """Add a stream; hours claimed from one that it stands for have to meet its conditions.

    Parameters
    ----------
    by : Person
    new : NewStream
    instead_of : Stream, optional
        What it corrects; that is withdrawn.
    reason : str
        Why, then.

    Returns
    -------
    Stream

    Raises
    ------
    InputError
        Everything that is wrong with it.
    RefusedError
        Its key is there, or hours that were claimed do not meet it.
    """
    _check_stream(new, instead_of, reason)
    now = clock.now()
    try:
        with transaction.atomic():
            list(Agency.objects.select_for_update())
            if instead_of is not None:
                _withdraw(instead_of, reason, now)
            made = Stream.objects.create(
                key=new.key,
                fund=new.fund.strip(),
                year=new.year.strip(),
                pounds=new.pounds,
                pounds_an_hour=new.pounds_an_hour,
                first=new.first,
                last=new.last,
                patrol_types=list(new.patrol_types),
                conditions=new.conditions.strip(),
                recorded_at=now,
                recorded=clock.day_of(now),
            )
            made.agencies.set(new.agencies)
            if instead_of is not None:
                check_claims(made)
                PhoneLink.objects.filter(stream=instead_of).update(stream=made)
            tell("stream corrected" if instead_of else "stream added", made.key, by, now)
    except IntegrityError as error:
        raise RefusedError(f"There is a stream {new.key}. Correct that one.") from error
    return made


def withdraw_stream(*, by: Person, stream: Stream, reason: str) -> None:
    """Take a stream back that nothing was claimed from.

    Parameters
    ----------
    by : Person
    stream : Stream
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        Hours are claimed from it, or it was taken back before.
    """
    check_faults("The stream", [] if reason.strip() else ["Say why it is taken back."])
    now = clock.now()
    with transaction.atomic():
        list(Agency.objects.select_for_update())
        claimed = stream.hours.filter(withdrawn_at=None).count()  # type: ignore[attr-defined]
        if claimed:
            raise RefusedError(
                f"{claimed} patrols are claimed from {stream.key}. Take them back, or correct it."
            )
        _withdraw(stream, reason, now)
        tell("stream taken back", stream.key, by, now)


def keep_roster(*, sending: Sending, shifts: Sequence[NewShift]) -> list[RosterRow]:
    """Put shifts on the roster. With its first shift an agency keeps one: hours must be within.

    Parameters
    ----------
    sending : Sending
    shifts : sequence of NewShift

    Returns
    -------
    list of RosterRow

    Raises
    ------
    InputError
        Shifts that cannot be, all of them.
    RefusedError
        One is there already, or hours that stand would lie beyond the roster.
    """
    faults = [fault for number, one in enumerate(shifts, 1) for fault in _tell_shift(number, one)]
    check_faults("The roster", faults)
    try:
        with transaction.atomic():
            agency = Agency.objects.select_for_update().get(pk=sending.agency.pk)
            made = RosterRow.objects.bulk_create(
                RosterRow(
                    agency=agency,
                    unit_id=one.unit_id,
                    start=one.start,
                    end=one.end,
                    staff=one.staff,
                    recorded_at=sending.now,
                    recorded=clock.day_of(sending.now),
                    upload=sending.upload,
                )
                for one in shifts
            )
            check_roster(agency)
            tell("roster kept", agency.key, sending.by, sending.now, shifts=len(made))
    except IntegrityError as error:
        raise RefusedError(
            "A unit has a shift that begins at that time already. Leave it out."
        ) from error
    return made


def withdraw_shifts(
    *, by: Person, agency: Agency, shifts: Sequence[RosterRow], reason: str, now: datetime
) -> None:
    """Take shifts off the roster, unless hours that stand lie in them.

    Parameters
    ----------
    by : Person
    agency : Agency
    shifts : sequence of RosterRow
    reason : str
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        Hours would lie beyond what is left.
    """
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        RosterRow.objects.filter(pk__in=[one.pk for one in shifts], withdrawn_at=None).update(
            withdrawn_at=now, withdrawn=clock.day_of(now), reason=reason[:300]
        )
        if RosterRow.objects.filter(agency=agency, withdrawn_at=None).exists():
            check_roster(agency)
        elif agency.hours.filter(withdrawn_at=None, stream__isnull=False).exists():  # type: ignore[attr-defined]
            raise RefusedError("Hours are claimed from a stream, and need a roster. Keep it.")
        tell("roster taken back", agency.key, by, now, shifts=len(shifts))


def _check_stream(new: NewStream, instead_of: Stream | None, reason: str) -> None:
    faults = []
    if slugify(new.key) != new.key or not new.key:
        faults.append("Its key is small letters, digits and hyphens, such as hrf-2026.")
    if not new.fund.strip() or not new.year.strip():
        faults.append("Name the fund and the year.")
    if new.last < new.first:
        faults.append("It ends before it begins.")
    if new.pounds <= 0 or new.pounds_an_hour < 0:
        faults.append("Pounds are above 0, and pounds an hour 0 or more.")
    if not new.agencies:
        faults.append("Say which agencies may claim.")
    if not new.patrol_types or set(new.patrol_types) - set(PATROL_TYPES):
        faults.append(f"Say which patrols it pays for: {', '.join(PATROL_TYPES)}.")
    if instead_of is not None and (not reason.strip() or instead_of.key != new.key):
        faults.append("A correction keeps the key, and says why.")
    check_faults("The stream", faults)


def _withdraw(stream: Stream, reason: str, now: datetime) -> None:
    gone = Stream.objects.filter(pk=stream.pk, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn=clock.day_of(now), reason=reason.strip()[:300]
    )
    if not gone:
        raise RefusedError("It was taken back before.")


def _tell_shift(number: int, one: NewShift) -> list[str]:
    faults = check_unit(one.unit_id)
    if one.end <= one.start or (one.end - one.start).days:
        faults.append("It ends after it begins, by less than a day.")
    if not 1 <= one.staff <= MOST_STAFF:
        faults.append(f"How many people: give 1 to {MOST_STAFF}.")
    return [f"Shift {number}: {fault}" for fault in faults]
