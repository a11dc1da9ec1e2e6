"""What is read of agencies: minutes by place and day, streams, and the ledger's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import Count, F, Q, QuerySet, Sum

from patrolwise.partnership.hours_ledger import WAYS_PAID
from patrolwise.partnership.ledger_counts import SELF_REPORTED
from patrolwise.partnership.quarters import Quarter
from patrolwise.times import Window
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies.frames import (
    frame_hours,
    frame_roster,
    frame_stays,
    frame_streams,
)
from patrolwise.web.agencies.models import (
    Agency,
    DayCount,
    HoursRow,
    OpenPatrol,
    PhoneLink,
    RosterRow,
    Stream,
    TrackedVisit,
    Upload,
)
from patrolwise.web.commons.models import AgreedHotSpot

_A_DAY = timedelta(days=1)
_TOLD = Q(basis=SELF_REPORTED)


@dataclass(frozen=True, kw_only=True)
class DayMinutes:
    """What one agency did in one hot spot on one day."""

    day: date
    place: str
    agency: str
    patrol_minutes: int
    person_minutes: int
    in_kind_minutes: int | None  # of people; None: another site counted, and it is not known
    patrols: int | None
    self_reported: int | None  # patrol-minutes that nobody verified; None: not said


@dataclass(frozen=True, kw_only=True)
class StreamLine:
    """A stream and what is claimed from it."""

    stream: Stream
    agencies: str
    patrols: int
    person_hours: float
    pounds: float  # of these hours

    @property
    def is_over(self) -> bool:
        """Whether more is claimed than was granted."""
        return self.pounds > float(self.stream.pounds)


@dataclass(frozen=True, kw_only=True)
class AgencyHours:
    """Hours of one agency in a window, by how they were paid."""

    agency: Agency
    patrol_hours: float
    person_hours: Mapping[str, float]  # funded, in kind, overtime


def agency_of(person: Person) -> Agency | None:
    """Return the agency that somebody coordinates; None of none.

    Parameters
    ----------
    person : Person

    Returns
    -------
    Agency or None
    """
    if person.team_id is None:  # type: ignore[attr-defined]
        return None
    return Agency.objects.filter(team_id=person.team_id).first()  # type: ignore[attr-defined]


def name_places() -> dict[str, str]:
    """Return the names of all hot spots that ever were, the newest name of each, by id.

    Returns
    -------
    dict
    """
    known = AgreedHotSpot.objects.order_by("valid_from").values_list("hot_spot_id", "name")
    return dict(known)


def own_hours(agency: Agency) -> QuerySet[HoursRow]:
    """Return an agency's rows of the ledger, those taken back too; the newest first.

    Parameters
    ----------
    agency : Agency

    Returns
    -------
    QuerySet of HoursRow
    """
    return HoursRow.objects.filter(agency=agency).select_related("stream")


def own_links(agency: Agency) -> QuerySet[PhoneLink]:
    """Return an agency's phone links; those that work first.

    Parameters
    ----------
    agency : Agency

    Returns
    -------
    QuerySet of PhoneLink
    """
    ended_last = F("ended_at").desc(nulls_first=True)
    links = PhoneLink.objects.filter(agency=agency).select_related("patrol")
    return links.order_by(ended_last, "unit_id")


def own_uploads(agency: Agency | None) -> QuerySet[Upload]:
    """Return an agency's uploads, or those of services; without the rows that wait.

    Parameters
    ----------
    agency : Agency or None

    Returns
    -------
    QuerySet of Upload
    """
    return Upload.objects.filter(agency=agency).defer("rows", "faults")


def link_hours(link: PhoneLink) -> list[HoursRow]:
    """Return the last patrols of a link that stand.

    Parameters
    ----------
    link : PhoneLink

    Returns
    -------
    list of HoursRow
        20 at most.
    """
    return list(HoursRow.objects.filter(link=link, withdrawn_at=None)[:20])


def list_day_minutes(first: date, last: date, hot_spot_id: str = "") -> list[DayMinutes]:
    """Return minutes by day, hot spot and agency; never by unit.

    Parameters
    ----------
    first, last : date
    hot_spot_id : str
        Empty: all.

    Returns
    -------
    list of DayMinutes
        The newest day first. Agencies are never added to each other.
    """
    asked = Q(day__range=(first, last), withdrawn_at=None)
    if hot_spot_id:
        asked &= Q(hot_spot_id=hot_spot_id)
    by = ("day", "hot_spot_id", "agency__name")
    rows = HoursRow.objects.filter(asked).order_by().values(*by)
    found = rows.annotate(
        patrol=Sum("patrol_minutes"),
        person=Sum("person_minutes"),
        kind=Sum("person_minutes", filter=Q(is_in_kind=True), default=0),
        number=Count("pk"),
        told=Sum("patrol_minutes", filter=_TOLD, default=0),
    )
    counted = DayCount.objects.filter(asked).order_by().values(*by)
    counted = counted.annotate(
        patrol=Sum("patrol_minutes"),
        person=Sum("person_minutes"),
        unsaid=Count("pk", filter=Q(basis="")),
        told=Sum("patrol_minutes", filter=_TOLD, default=0),
    )
    names = name_places()
    told = [
        DayMinutes(
            day=row["day"],
            place=names.get(row["hot_spot_id"], row["hot_spot_id"]),
            agency=row["agency__name"],
            patrol_minutes=row["patrol"],
            person_minutes=row["person"],
            in_kind_minutes=row.get("kind"),
            patrols=row.get("number"),
            self_reported=None if row.get("unsaid") else row["told"],
        )
        for row in (*found, *counted)
    ]
    return sorted(told, key=lambda one: (-one.day.toordinal(), one.place, one.agency))


def ledger_tables(quarter: Quarter | None = None) -> dict[str, pl.DataFrame]:
    """Return the ledger as the tables that `patrolwise return make` reads.

    Parameters
    ----------
    quarter : Quarter, optional
        Whose patrol days are wanted; None: all there are.

    Returns
    -------
    dict of name to frame
        hours (HOURS_WORKED), rostered (ROSTERED), streams (STREAMS) and stays (RETURN_STAYS),
        with rows that were taken back: `take_known_on` picks those of a data cut.
    """
    hours, roster = HoursRow.objects.all(), RosterRow.objects.all()
    visits = TrackedVisit.objects.all()
    if quarter is not None:
        days = (quarter.window.first, quarter.window.last)
        hours, visits = hours.filter(day__range=days), visits.filter(day__range=days)
        # shifts of the days beside too: one that began before midnight covers hours of the first
        roster = roster.filter(
            start__date__lte=days[1] + 2 * _A_DAY, end__date__gte=days[0] - _A_DAY
        )
    return {
        "hours": frame_hours(hours),
        "rostered": frame_roster(roster.order_by("pk")),
        "streams": frame_streams(Stream.objects.order_by("pk").prefetch_related("agencies")),
        "stays": frame_stays(visits.order_by("pk")),
    }


def list_streams() -> list[StreamLine]:
    """Return the streams that stand, with what is claimed from each.

    Returns
    -------
    list of StreamLine
    """
    claimed = {
        row["stream__key"]: row
        for row in HoursRow.objects.filter(withdrawn_at=None, stream__isnull=False)
        .order_by()
        .values("stream__key")
        .annotate(person=Sum("person_minutes"), number=Count("pk"))
    }
    lines = []
    for one in Stream.objects.filter(withdrawn_at=None).prefetch_related("agencies"):
        row = claimed.get(one.key, {"person": 0, "number": 0})
        hours = row["person"] / 60
        lines.append(
            StreamLine(
                stream=one,
                agencies=", ".join(agency.name for agency in one.agencies.all()),
                patrols=row["number"],
                person_hours=hours,
                pounds=hours * float(one.pounds_an_hour),
            )
        )
    return lines


def list_agency_hours(window: Window) -> list[AgencyHours]:
    """Return the hours of each agency in a window; the library's counts are the same.

    Parameters
    ----------
    window : Window

    Returns
    -------
    list of AgencyHours
        Those that have any, by name. Person-hours hold work that grew out of a patrol too.
    """
    rows = HoursRow.objects.filter(day__range=(window.first, window.last), withdrawn_at=None)
    sums: dict[int, dict[str, tuple[int, int]]] = {}
    for row in (
        rows.order_by()
        .values("agency_id", "paid")
        .annotate(patrol=Sum("patrol_minutes"), person=Sum("person_minutes"))
    ):
        sums.setdefault(row["agency_id"], {})[row["paid"]] = (row["patrol"], row["person"])
    return [
        AgencyHours(
            agency=one,
            patrol_hours=sum(patrol for patrol, _ in sums[one.pk].values()) / 60,
            person_hours={paid: sums[one.pk].get(paid, (0, 0))[1] / 60 for paid in WAYS_PAID},
        )
        for one in Agency.objects.filter(pk__in=sums)
    ]


def list_forgotten(agency: Agency, before: datetime) -> QuerySet[OpenPatrol]:
    """Return patrols that were started before a time and never stopped.

    Parameters
    ----------
    agency : Agency
    before : datetime
        Aware.

    Returns
    -------
    QuerySet of OpenPatrol
    """
    return OpenPatrol.objects.filter(link__agency=agency, started__lt=before)
