"""What the phone's pages show: the day of whoever asks, and nobody else's."""

from dataclasses import dataclass
from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.models import FollowUp
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.street.actions.contacts import find_shift
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import (
    BriefItem,
    BriefRead,
    Contact,
    OutreachBrief,
    PeopleDebrief,
    Phone,
    Place,
    PlaceDebrief,
    PlannedVisit,
    Shift,
    ShiftWorker,
)
from patrolwise.web.street.places import OUTSIDE, list_places

HEADINGS = (
    "information",
    "intention",
    "method",
    "administration",
    "risk assessment",
    "communications",
    "human rights and law",
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A hot spot of today: when to be there, and what is to be known of the place."""

    hot_spot_id: str
    name: str
    start: datetime
    end: datetime
    notes: str


@dataclass(frozen=True, kw_only=True)
class Today:
    """The three cards."""

    shift: Shift | None
    visits: list[Visit]
    brief: OutreachBrief | None
    is_brief_read: bool
    contacts: int
    has_places: bool  # debrief of places
    has_people: bool
    follow_ups: int


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One part of a brief."""

    title: str
    items: list[tuple[str, BriefItem]]  # name of the place, or nothing


def tell_today(person: Person, now: datetime) -> Today:
    """Return what somebody's day is.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    Today
    """
    shift, brief = find_shift(person.pk, now), find_brief(now)
    of_shift = {"shift": shift, "created_by_id": person.pk}
    return Today(
        shift=shift,
        visits=list_visits(shift) if shift else [],
        brief=brief,
        is_brief_read=has_read(person, brief),
        contacts=Contact.objects.filter(created_by_id=person.pk, date=day_of(now)).count(),
        has_places=shift is not None and PlaceDebrief.objects.filter(**of_shift).exists(),
        has_people=shift is not None and PeopleDebrief.objects.filter(**of_shift).exists(),
        follow_ups=len(list_follow_ups(person, now)[0]),
    )


def list_visits(shift: Shift) -> list[Visit]:
    """Return where a shift is to be, in order, with what is known of each place.

    Parameters
    ----------
    shift : Shift

    Returns
    -------
    list of Visit
    """
    places = {place.hot_spot_id: place for place in list_places(shift.date)}
    planned = PlannedVisit.objects.filter(shift=shift)
    return [
        Visit(
            hot_spot_id=one.hot_spot_id,
            name=_name(places, one.hot_spot_id),
            start=one.start,
            end=one.end,
            notes=places[one.hot_spot_id].notes if one.hot_spot_id in places else "",
        )
        for one in planned
    ]


def find_brief(now: datetime) -> OutreachBrief | None:
    """Return the brief of a day once a lead approved it; None before.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    OutreachBrief or None
    """
    return OutreachBrief.objects.filter(date=day_of(now)).exclude(approved_at=None).first()


def has_read(person: Person, brief: OutreachBrief | None) -> bool:
    """Return whether somebody said that they read a brief.

    Parameters
    ----------
    person : Person
    brief : OutreachBrief or None

    Returns
    -------
    bool
    """
    if brief is None:
        return False
    return BriefRead.objects.filter(brief=brief, person_id=person.pk).exists()


def list_headings(brief: OutreachBrief, now: datetime) -> list[Heading]:
    """Return what a brief says that still holds, by IIMARCH's headings.

    Parameters
    ----------
    brief : OutreachBrief
    now : datetime
        Aware.

    Returns
    -------
    list of Heading
        All seven, in order, also those with nothing to say; then any other.
    """
    names = {place.hot_spot_id: place for place in list_places(brief.date)}
    items = list(BriefItem.objects.filter(brief=brief, valid_until__gt=now))
    titles = dict.fromkeys([*HEADINGS, *(item.heading for item in items)])
    return [
        Heading(
            title=title,
            items=[
                (_name(names, item.hot_spot_id) if item.hot_spot_id else "", item)
                for item in items
                if item.heading == title
            ],
        )
        for title in titles
    ]


def list_follow_ups(person: Person, now: datetime) -> tuple[list[FollowUp], int]:
    """Return what somebody promised for today, in cases that they reach.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    today : list of FollowUp
    earlier : int
        How many of days before are still open: they are seen on the page of cases.
    """
    day = day_of(now)
    own = FollowUp.objects.filter(worker_id=person.pk, done_at=None, due__lte=day)
    reached = own.filter(engagement__in=reach_cases(person, now)).select_related("engagement")
    found = list(reached)
    today = [one for one in found if one.due == day]
    return today, len(found) - len(today)


def find_last_place(person: Person, now: datetime) -> str:
    """Return the hot spot that a contact is most likely at: the last one, or the planned one.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    str
        Of a hot spot, or empty.
    """
    own = Contact.objects.filter(created_by_id=person.pk, date=day_of(now)).exclude(
        hot_spot_id=OUTSIDE
    )
    last = own.order_by("-created_at").first()
    if last is not None:
        return str(last.hot_spot_id)
    shift = find_shift(person.pk, now)
    planned = [] if shift is None else list(PlannedVisit.objects.filter(shift=shift))
    here = [one for one in planned if one.start <= now < one.end] or planned
    return str(here[0].hot_spot_id) if here else ""


def list_phones(person: Person) -> list[tuple[str, Phone]]:
    """Return phones with the names of who works with them: own ones, or the team's for a lead.

    Parameters
    ----------
    person : Person

    Returns
    -------
    list of (str, Phone)
        In use first.
    """
    phones = Phone.objects.order_by("-created_at")
    if not person.may(Permission.SEE_TEAM):
        phones = phones.filter(person_id=person.pk)
    found = sorted(phones, key=lambda phone: phone.ended_at is not None)
    names = dict(
        Person.objects.filter(pk__in={phone.person_id for phone in found}).values_list("pk", "name")
    )
    return [(names.get(phone.person_id, "Somebody who left"), phone) for phone in found]


def count_waiting(shift: Shift) -> int:
    """Return how many items the phones of a shift said that they still have.

    Parameters
    ----------
    shift : Shift

    Returns
    -------
    int
    """
    workers = ShiftWorker.objects.filter(shift=shift).values_list("person_id", flat=True)
    phones = Phone.objects.filter(person_id__in=workers, ended_at=None)
    return sum(phones.values_list("waiting", flat=True))


def _name(places: dict[str, Place], hot_spot_id: str) -> str:
    return places[hot_spot_id].name if hot_spot_id in places else "A place of another plan"
