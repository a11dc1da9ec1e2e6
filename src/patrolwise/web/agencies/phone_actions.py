"""What somebody with a phone link does: starts and stops, says where they were, takes it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.agencies.hours_actions import NewHours, Sending, keep_hours, take_back, tell
from patrolwise.web.agencies.link_actions import MOST_STAFF
from patrolwise.web.agencies.models import HoursRow, OpenPatrol, PhoneLink, Stream
from patrolwise.web.commons import clock
from patrolwise.web.commons.hot_spots import list_hot_spots

UNDO_WITHIN = timedelta(minutes=10)
LONGEST = timedelta(hours=12)  # a patrol that was not stopped for longer was forgotten
BACK = timedelta(days=31)  # how long ago a patrol may be that is written down later


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where a unit is, with how many people, and whether it is paid."""

    key: UUID  # of the form
    hot_spot_id: str
    staff: int
    is_funded: bool


@dataclass(frozen=True, kw_only=True)
class Been(Here):
    """Where a unit was, from when to when."""

    start: datetime
    end: datetime


def start_patrol(*, link: PhoneLink, here: Here, now: datetime) -> None:
    """Begin a patrol. Sent twice, it begins once; sent after its end, it does nothing.

    Parameters
    ----------
    link : PhoneLink
    here : Here
    now : datetime
        Aware.

    Raises
    ------
    InputError
        There is no such hot spot today, or nobody patrols.
    RefusedError
        Another patrol of the link was not stopped, or the unit is down for this time already.
    """
    with transaction.atomic():
        PhoneLink.objects.select_for_update().get(pk=link.pk)
        open_now = OpenPatrol.objects.filter(link=link).first()
        if (open_now and open_now.key == here.key) or HoursRow.objects.filter(
            key=here.key
        ).exists():
            return
        if open_now is not None:
            raise RefusedError("You are on patrol already. Stop that one first.")
        minute = _minute(now)
        _check(link, here, minute)
        _refuse_overlap(link, minute, minute + timedelta(minutes=1))
        OpenPatrol.objects.create(
            key=here.key,
            link=link,
            hot_spot_id=here.hot_spot_id,
            started=minute,
            staff=here.staff,
            is_funded=here.is_funded,
        )
        tell("patrol started", f"phone-link:{link.pk}", None, now)


def stop_patrol(*, link: PhoneLink, key: UUID, now: datetime) -> HoursRow:
    """End a patrol and keep it. Sent twice, it is kept once.

    Parameters
    ----------
    link : PhoneLink
    key : UUID
        Of the form that began it.
    now : datetime
        Aware.

    Returns
    -------
    HoursRow

    Raises
    ------
    RefusedError
        There is none, it has not lasted a minute, it was forgotten, or the ledger refuses it.
    """
    kept = HoursRow.objects.filter(key=key, link=link).first()
    if kept is not None:
        return kept
    found = OpenPatrol.objects.filter(key=key, link=link).first()
    if found is None:
        raise RefusedError("This patrol is not running any more. Look at your patrols below.")
    if now - found.started > LONGEST:
        raise RefusedError(
            "This patrol was never stopped. Press “Not here after all”, then write down from "
            "when to when you were there."
        )
    if _minute(now) == found.started:
        raise RefusedError(
            "It has not lasted a minute yet. Wait a little, or press “Not here after all”."
        )
    been = Been(
        key=key,
        hot_spot_id=found.hot_spot_id,
        start=found.started,
        end=_minute(now),
        staff=found.staff,
        is_funded=found.is_funded,
    )
    with transaction.atomic():
        row = _keep(link, been, "phone", now)
        found.delete()
    return row


def drop_patrol(*, link: PhoneLink, key: UUID, now: datetime) -> None:
    """Forget a patrol that was started by mistake; nothing of it is kept.

    Parameters
    ----------
    link : PhoneLink
    key : UUID
    now : datetime
        Aware.
    """
    with transaction.atomic():
        if OpenPatrol.objects.filter(key=key, link=link).delete()[0]:
            tell("patrol dropped", f"phone-link:{link.pk}", None, now)


def add_later(*, link: PhoneLink, been: Been, now: datetime) -> HoursRow:
    """Write down a patrol that was made before.

    Parameters
    ----------
    link : PhoneLink
    been : Been
    now : datetime
        Aware.

    Returns
    -------
    HoursRow

    Raises
    ------
    InputError
        Times, place or people cannot be; all are named.
    RefusedError
        The ledger refuses it.
    """
    kept = HoursRow.objects.filter(key=been.key, link=link).first()
    if kept is not None:
        return kept
    faults = []
    if been.end > now:
        faults.append("It ends in the future. Write it down when it is over.")
    if been.start < now - BACK:
        faults.append(f"It is more than {BACK.days} days ago. Ask your coordinator to add it.")
    if been.end - been.start > LONGEST:
        faults.append("It is longer than 12 hours. Write down each place by itself.")
    check_faults("Your patrol", faults)
    _check(link, been, been.start)
    return _keep(link, been, "phone, later", now)


def undo(*, link: PhoneLink, key: UUID, now: datetime) -> None:
    """Take back what was kept in the last minutes; sent twice, it is taken back once.

    Parameters
    ----------
    link : PhoneLink
    key : UUID
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        It is not this link's, or too long ago.
    """
    row = HoursRow.objects.filter(key=key, link=link).first()
    if row is None:
        raise RefusedError("There is no such patrol of yours.")
    if row.withdrawn_at is not None:
        return
    if now - row.recorded_at > UNDO_WITHIN:
        raise RefusedError("It was kept more than 10 minutes ago. Ask your coordinator.")
    take_back(row=row, by=None, reason="Taken back by whoever sent it", now=now)


def find_stream(link: PhoneLink, day: date) -> Stream | None:
    """Return what pays for a link's patrols on a day; None where nothing does.

    Parameters
    ----------
    link : PhoneLink
    day : date

    Returns
    -------
    Stream or None
    """
    stream = link.stream
    if stream is None or stream.withdrawn_at is not None:
        return None
    return stream if stream.first <= day <= stream.last else None


def _keep(link: PhoneLink, been: Been, way: str, now: datetime) -> HoursRow:
    _refuse_overlap(link, been.start, been.end)
    stream = find_stream(link, clock.day_of(been.start)) if been.is_funded else None
    new = NewHours(
        key=been.key,
        unit_id=link.unit_id,
        hot_spot_id=been.hot_spot_id,
        start=been.start,
        end=been.end,
        staff=been.staff,
        paid="funded" if stream else "in kind",
        patrol_type=stream.patrol_types[0] if stream else "targeted",
        stream=stream,
    )
    sending = Sending(agency=link.agency, way=way, now=now, link=link)
    try:
        return keep_hours(sending=sending, rows=[new])[0]
    except RefusedError as error:
        if "is not rostered" not in str(error):
            raise
        first, last = _clock_of(been.start, been.end)
        raise RefusedError(
            f"Your unit is not on the roster for {first} to {last} with {been.staff} people. Ask "
            "your coordinator to mend the roster. Then write it down: “I was there earlier”."
        ) from error


def _check(link: PhoneLink, here: Here, start: datetime) -> None:
    faults = []
    if here.hot_spot_id not in {one.hot_spot_id for one in list_hot_spots(clock.day_of(start))}:
        faults.append("Choose a hot spot of that day.")
    if not 1 <= here.staff <= MOST_STAFF:
        faults.append(f"How many people: give 1 to {MOST_STAFF}.")
    if here.is_funded and find_stream(link, clock.day_of(start)) is None:
        faults.append("No fund pays for your patrols on that day. Choose “in kind”.")
    check_faults("Your patrol", faults)


def _refuse_overlap(link: PhoneLink, start: datetime, end: datetime) -> None:
    """Say where the unit is down for already, in words for whoever holds the phone."""
    other = HoursRow.objects.filter(
        agency=link.agency, unit_id=link.unit_id, withdrawn_at=None, start__lt=end, end__gt=start
    ).first()
    if other is None:
        return
    link.agency.refusals.create(unit_id=link.unit_id, kind="overlap", at=clock.now())
    first, last = _clock_of(other.start, other.end)
    raise RefusedError(
        f"You are down for {first} to {last} already. Nobody is in two places at "
        "once: change the times, or take the other patrol back."
    )


def _clock_of(*times: datetime) -> list[str]:
    return [f"{one.astimezone(clock.LOCAL):%H:%M}" for one in times]


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
