"""What is read of owners of assets: how many faults each has, and the requests of its file."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from shapely.geometry import shape

from patrolwise.partnership.environment_audits import IssueState, load_items
from patrolwise.partnership.service_requests import (
    RequestPlace,
    RequestWords,
    ServiceRequest,
    make_request,
)
from patrolwise.web.problems.models import PlaceIssue
from patrolwise.web.problems.walk_actions import name_request, read_issue
from patrolwise.web.problems.walk_queries import IssueLine
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.tasking.queries import list_areas

_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class OwnerLine:
    """An owner in a list."""

    owner: str
    waiting: int  # with the owner
    unanswered: int  # of these without a day
    overdue: int
    fixed: int  # said to be mended, and not seen yet
    verified: int


def list_owners(today: date) -> list[OwnerLine]:
    """Return all owners who were told of a fault, by the alphabet.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of OwnerLine
    """
    waiting = Q(state=IssueState.REPORTED)
    rows = (
        PlaceIssue.objects.exclude(owner="")
        .order_by("owner")
        .values("owner")
        .annotate(
            waiting=Count("id", filter=waiting),
            unanswered=Count("id", filter=waiting & Q(target__isnull=True)),
            overdue=Count("id", filter=waiting & Q(target__lt=today)),
            fixed=Count("id", filter=Q(state=IssueState.FIXED)),
            verified=Count("id", filter=Q(state=IssueState.VERIFIED)),
        )
    )
    return [OwnerLine(**row) for row in rows]


def list_owner_issues(owner: str, today: date) -> list[tuple[IssueLine, str]]:
    """Return what an owner was told of, what is with them first, each with its hot spot.

    Parameters
    ----------
    owner : str
    today : date

    Returns
    -------
    list of (IssueLine, str)
        Those with a day first, the earliest first.
    """
    order = {IssueState.REPORTED: 0, IssueState.FIXED: 1, IssueState.VERIFIED: 2}
    rows = _rows(owner).order_by(F("target").asc(nulls_last=True), "id")
    lines = [(_tell(row, today), row.audit.area_id) for row in rows]
    return sorted(lines, key=lambda one: order[IssueState(one[0].row.state)])[:_SHOWN]


def list_requests(owner: str) -> list[ServiceRequest]:
    """Return what an owner was told of, as requests of its file.

    Parameters
    ----------
    owner : str

    Returns
    -------
    list of ServiceRequest
    """
    names, middles = list_areas(), _find_middles()
    return [_ask(row, names, middles) for row in _rows(owner).order_by("id")]


def _rows(owner: str) -> QuerySet[PlaceIssue]:
    return PlaceIssue.objects.select_related("audit").filter(owner=owner, reported__isnull=False)


def _tell(row: PlaceIssue, today: date) -> IssueLine:
    title = load_items(row.audit.items_version)[row.item].title
    return IssueLine(row=row, title=title, is_overdue=read_issue(row).is_overdue(today))


def _ask(
    row: PlaceIssue, names: dict[str, str], middles: dict[str, tuple[float, float]]
) -> ServiceRequest:
    area_id = row.audit.area_id
    title = load_items(row.audit.items_version)[row.item].title
    long, lat = middles.get(area_id, (None, None))
    return make_request(
        read_issue(row),
        RequestWords(request_id=name_request(row), title=title, text=row.text),
        RequestPlace(address=names.get(area_id, area_id), lat=lat, long=long),
        seen=row.verified,
    )


def _find_middles() -> dict[str, tuple[float, float]]:
    """Return a point inside of each hot spot in force: longitude and latitude."""
    in_force = SpotSet.objects.filter(state=SetState.PUBLISHED)
    document = in_force.values_list("document", flat=True).first() or {}
    found = {}
    for feature in document.get("features", []):
        if area_id := (feature.get("properties") or {}).get("area_id"):
            point = shape(feature["geometry"]).representative_point()
            found[area_id] = (point.x, point.y)
    return found
