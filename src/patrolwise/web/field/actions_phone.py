"""What a unit says from its phone is kept: once, however often and however late it comes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.assignments_actions import Given, give_feed
from patrolwise.web.field.forms_phone import (
    AWAY,
    BACK,
    CHECK_IN,
    CHECK_OUT,
    DEBRIEF,
    POSITIONS,
    SaidItem,
)
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Abstraction, CheckIn, Device, Fix, LastFix
from patrolwise.web.field.queries_phone import EARLY, Unit, find_said_shift, name_feed
from patrolwise.web.tasking.actions import SaidDebrief, send_debrief
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import Debrief, UnitShift

_AHEAD = timedelta(minutes=5)  # that phones' clocks may be fast
_LATE = timedelta(days=7)  # after which nothing is added to a day
_FEED_REFRESH_S = 60.0


def keep_item(*, by: Person, item: SaidItem, now: datetime) -> bool:
    """Keep one thing that a unit says.

    Parameters
    ----------
    by : Person
        Who said it.
    item : SaidItem
    now : datetime
        Aware.

    Returns
    -------
    bool
        False when it was kept before.

    Raises
    ------
    InputError
        Its time or hot spot cannot be.
    RefusedError
        The unit was not on duty, or is none of the person's.
    """
    unit = Unit(item.service, item.unit_id, item.day)
    shift = find_said_shift(by, unit, now)
    if shift is None:
        raise RefusedError(
            f"No shift of {item.unit_id} ({item.service}) on {item.day:%d %b %Y} is known that "
            "you may speak for. Choose your unit again, or tell your coordinator."
        )
    _check_times(item, shift, now)
    with transaction.atomic():
        return _KEEPERS[item.kind](by, item, shift, now)


def turn_feed_on(*, by: Person, shift: UnitShift, now: datetime) -> Device:
    """Let somebody's own phone send its place for a unit, until they turn it off.

    Parameters
    ----------
    by : Person
    shift : UnitShift
    now : datetime
        Aware.

    Returns
    -------
    Device
        Nobody is given its token: its positions come with the person's own sign-in only.

    Raises
    ------
    RefusedError
        The shift is over.
    """
    if now > shift.end:
        raise RefusedError("This shift is over: no position is sent after it.")
    with transaction.atomic():
        _end_feeds(by)
        given = {
            "service": shift.service,
            "team_id": by.team.pk if by.team else None,
            "token_sha256": hash_token(make_token()),
            "is_active": True,
            "refresh_s": _FEED_REFRESH_S,
            "made_by_id": by.pk,
        }
        device, _ = Device.objects.update_or_create(
            name=name_feed(by, shift), defaults=given, create_defaults={**given, "made": now}
        )
        give_feed(device, Given(unit_id=shift.unit_id, service=shift.service, start=now))
        _record(by, "own position turned on", f"device:{device.pk}", unit=shift.unit_id)
    return device


def turn_feed_off(*, by: Person) -> None:
    """Stop taking the place of somebody's own phone; silent when it was off.

    Parameters
    ----------
    by : Person
    """
    with transaction.atomic():
        if _end_feeds(by):
            _record(by, "own position turned off", f"person:{by.pk}")


def _end_feeds(by: Person) -> int:
    own = Device.objects.filter(made_by_id=by.pk, name__startswith="Phone of ", is_active=True)
    return own.filter(name__endswith=f"({by.pk})").update(is_active=False)


def _check_times(item: SaidItem, shift: UnitShift, now: datetime) -> None:
    faults = []
    first, last = shift.start - EARLY, shift.end + EARLY
    for time in (one for one in (item.start, item.time) if one is not None):
        told = f"{time.astimezone(LOCAL):%d %b %Y %H:%M}"
        if time > now + _AHEAD:
            faults.append(f"{told} is still to come. Set the phone's clock, then mend the time.")
        elif time < first or (time > last and item.kind != DEBRIEF):
            faults.append(f"{told} is not within this shift. Mend the time.")
    if now - shift.end > _LATE:
        faults.append("The shift was over more than 7 days ago. Tell your coordinator instead.")
    check_faults("This", faults)


def _check_areas(shift: UnitShift, *area_ids: str) -> None:
    unknown = [one for one in area_ids if one not in shift.plan.places]
    planned = set(shift.visits.values_list("area_id", flat=True)) if unknown else set()
    check_faults(
        "This",
        [
            f"{one} is no hot spot of this plan. Choose one."
            for one in unknown
            if one not in planned
        ],
    )


def _keep_check(by: Person, item: SaidItem, shift: UnitShift, now: datetime) -> bool:
    _check_areas(shift, item.area_id)
    row, is_new = CheckIn.objects.get_or_create(
        client_id=item.client_id,
        defaults={
            "unit_id": shift.unit_id,
            "service": shift.service,
            "person_id": by.pk,
            "area_id": item.area_id,
            "is_in": item.kind == CHECK_IN,
            "time": item.time,
            "received": now,
        },
    )
    _check_writer(row.person_id, by)
    if is_new:
        _record(by, "checked in" if row.is_in else "checked out", f"check-in:{row.pk}")
    return is_new


def _keep_away(by: Person, item: SaidItem, shift: UnitShift, now: datetime) -> bool:
    row, is_new = _find_or_add_away(by, item, shift, now)
    _check_writer(row.person_id, by)
    return is_new


def _keep_back(by: Person, item: SaidItem, shift: UnitShift, now: datetime) -> bool:
    """Keep that a unit is back, and that it was away if that has not come yet."""
    if item.start is None or item.time <= item.start:
        raise InputError("The unit is back before it was called away. Mend the time.")
    row, _ = _find_or_add_away(by, item, shift, now)
    if (row.unit_id, row.service) != (shift.unit_id, shift.service):
        raise RefusedError("That absence is another unit's.")
    if row.end is not None:
        return False
    Abstraction.objects.filter(pk=row.pk).update(end=item.time)
    _record(by, "back on patrol", f"abstraction:{row.pk}")
    return True


def _find_or_add_away(
    by: Person, item: SaidItem, shift: UnitShift, now: datetime
) -> tuple[Abstraction, bool]:
    if item.area_id:
        _check_areas(shift, item.area_id)
    row, is_new = Abstraction.objects.get_or_create(
        client_id=item.client_id if item.kind == AWAY else item.of,
        defaults={
            "unit_id": shift.unit_id,
            "service": shift.service,
            "person_id": by.pk,
            "area_id": item.area_id,
            "reason": item.reason,
            "start": item.time if item.kind == AWAY else item.start,
            "received": now,
        },
    )
    if is_new:
        _record(by, "called away", f"abstraction:{row.pk}", reason=item.reason)
    return row, is_new


def _keep_debrief(by: Person, item: SaidItem, shift: UnitShift, now: datetime) -> bool:
    _check_areas(shift, *dict.fromkeys([*item.minutes, *(note.area_id for note in item.notes)]))
    is_new = not Debrief.objects.filter(client_id=item.client_id).exists()
    said = SaidDebrief(
        client_id=item.client_id,
        went_well=item.went_well,
        went_badly=item.went_badly,
        minutes=item.minutes,
        notes=item.notes,
    )
    send_debrief(by=by, shift=shift, said=said)
    return is_new


def _keep_positions(by: Person, item: SaidItem, shift: UnitShift, now: datetime) -> bool:
    """Keep the places of a phone within its shift; what lies outside is not kept."""
    device = Device.objects.filter(pk=item.device_id, name=name_feed(by, shift)).first()
    if device is None:
        raise RefusedError("This phone's position is not turned on for this unit.")
    rows = [
        Fix(
            device=device,
            time=fix.time_ms * 1000,
            longitude=fix.longitude,
            latitude=fix.latitude,
            accuracy_m=fix.accuracy_m,
            speed_m_s=fix.speed_m_s,
            received=_microseconds(now),
        )
        for fix in item.fixes
        if shift.start <= datetime.fromtimestamp(fix.time_ms / 1000, UTC) <= min(shift.end, now)
    ]
    Fix.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        _keep_last(max(rows, key=lambda fix: fix.time))
    return bool(rows)


def _keep_last(fix: Fix) -> None:
    place = {name: getattr(fix, name) for name in ("time", "longitude", "latitude", "received")}
    _, is_new = LastFix.objects.get_or_create(device=fix.device, defaults=place)
    if not is_new:
        LastFix.objects.filter(device=fix.device, time__lt=fix.time).update(**place)


def _microseconds(time: datetime) -> int:
    return round(time.timestamp() * 1_000_000)


def _check_writer(person_id: int, by: Person) -> None:
    if person_id != by.pk:
        raise RefusedError("This was sent by somebody else. Load the page again and say it anew.")


def _record(by: Person, action: str, subject: str, **detail: str) -> None:
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=dict(detail))
    )


_KEEPERS: dict[str, Callable[[Person, SaidItem, UnitShift, datetime], bool]] = {
    CHECK_IN: _keep_check,
    CHECK_OUT: _keep_check,
    AWAY: _keep_away,
    BACK: _keep_back,
    DEBRIEF: _keep_debrief,
    POSITIONS: _keep_positions,
}
