"""The tables that evaluators' programs read: a page of rows at a time, in a fixed order."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import F, QuerySet
from ninja import Schema
from pydantic import Field

from patrolwise.web.accounts.models import Person
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.records.models import DayCount, SetState, SpotSet
from patrolwise.web.tasking.concealing import local_day, may_see_day
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState

MOST_ROWS = 1000


class SetRow(Schema):
    """One version of a set of hot spots."""

    set_id: str
    version: int
    state: Literal["published", "retired"]
    sha256: str = Field(description="of its areas, as the library hashes them")
    hot_spots: int
    published: datetime | None


class DoseRow(Schema):
    """One row of DOSES, held against the rule in force; days not counted have no row."""

    set_id: str
    version: int
    area_id: str
    day: date = Field(description="patrol day, from 04:00 UTC")
    service: str
    visits: int
    pass_throughs: int
    patrol_min: float = Field(description="minutes of visits that fixes verify; a pair counts once")
    patrol_low_min: float = Field(description="lower end of the 95 % interval")
    patrol_high_min: float
    person_min: float = Field(description="the same, counted once for each person of the unit")
    pass_through_min: float
    unknown_min: float = Field(description="silence inside stays, credited to nobody")
    owed_min: float
    owed_visits: int
    met: str = Field(description="yes, no, cannot tell, not planned or no rule")


class CountRow(Schema):
    """Crimes of one definition in one hot spot on one day, or in one month of open data."""

    set_id: str
    version: int
    area_id: str
    definition: str
    day: date
    is_month: bool = Field(description="day is the first of a month: no day is known")
    crimes: int
    harm: float | None = Field(description="days of the index")


class VisitRow(Schema):
    """One visit of a published plan; days that are concealed from the reader have none."""

    plan_id: int
    day: date
    service: str
    unit_id: str
    area_id: str
    start: datetime
    end: datetime


class DosePage(Schema):
    """Some rows, and where the next begin."""

    rows: list[DoseRow]
    next_offset: int | None


class CountPage(Schema):
    """Some rows, and where the next begin."""

    rows: list[CountRow]
    next_offset: int | None


class VisitPage(Schema):
    """Some rows, and where the next begin."""

    rows: list[VisitRow]
    next_offset: int | None


def list_sets() -> QuerySet[SpotSet]:
    """Return the sets that are or were in force.

    Returns
    -------
    QuerySet of SpotSet
    """
    known = SpotSet.objects.filter(state__in=(SetState.PUBLISHED.value, SetState.RETIRED.value))
    return known.defer("document")


def find_set(set_id: str, version: int) -> SpotSet | None:
    """Return one set that is or was in force; None when there is none.

    Parameters
    ----------
    set_id : str
    version : int

    Returns
    -------
    SpotSet or None
    """
    known = SpotSet.objects.filter(state__in=(SetState.PUBLISHED.value, SetState.RETIRED.value))
    return known.filter(set_id=set_id, version=version).first()


def page_doses(first: date, last: date, offset: int) -> dict[str, Any]:
    """Return doses by day, area and service.

    Parameters
    ----------
    first, last : date
        Patrol days, both included.
    offset : int

    Returns
    -------
    dict
        As DosePage.
    """
    sets = _name_sets()
    rows = DayDose.objects.filter(day__range=(first, last)).order_by(
        "day", "service", "area_id", "spot_set_id"
    )
    names = [name for name in DoseRow.model_fields if name not in ("set_id", "version")]
    return _page(rows.values("spot_set_id", *names), offset, sets)


def page_counts(first: date, last: date, definition: str, offset: int) -> dict[str, Any]:
    """Return counts of crimes by day and area.

    Parameters
    ----------
    first, last : date
    definition : str
        id@version; empty for all.
    offset : int

    Returns
    -------
    dict
        As CountPage.
    """
    rows = DayCount.objects.filter(day__range=(first, last)).order_by("day", "pk")
    if definition:
        rows = rows.filter(definition=definition)
    names = [name for name in CountRow.model_fields if name not in ("set_id", "version")]
    return _page(rows.values("spot_set_id", *names), offset, _name_sets())


def page_visits(
    person: Person, first: date, last: date, offset: int, *, now: datetime
) -> dict[str, Any]:
    """Return planned visits of published plans that somebody may see.

    Parameters
    ----------
    person : Person
        Days of an experiment that are still concealed from them are left out.
    first, last : date
    offset : int
    now : datetime
        Aware.

    Returns
    -------
    dict
        As VisitPage.
    """
    rows = (
        PlannedVisit.objects.filter(
            shift__plan__state=PlanState.PUBLISHED.value, shift__day__range=(first, last)
        )
        .exclude(area_id="")
        .order_by("shift__day", "start", "pk")
    )
    named = {name: F(f"shift__{name}") for name in ("plan_id", "day", "service", "unit_id")}
    taken = list(rows.values("area_id", "start", "end", **named)[offset : offset + MOST_ROWS])
    return {
        "rows": list(_show_visits(taken, person, local_day(now))),
        "next_offset": offset + MOST_ROWS if len(taken) == MOST_ROWS else None,
    }


def _show_visits(
    visits: list[dict[str, Any]], person: Person, today: date
) -> Iterable[dict[str, Any]]:
    # once each: what a plan keeps as JSON is large, and not needed here
    known = Plan.objects.defer("report", "owed", "places", "changes")
    plans = known.in_bulk({visit["plan_id"] for visit in visits})
    for visit in visits:
        if may_see_day(person, plans[visit["plan_id"]], visit["day"], today):
            yield visit


def _page(rows: Any, offset: int, sets: dict[int, tuple[str, int]]) -> dict[str, Any]:
    taken = list(rows[offset : offset + MOST_ROWS])
    for row in taken:
        row["set_id"], row["version"] = sets[row.pop("spot_set_id")]
    return {"rows": taken, "next_offset": offset + MOST_ROWS if len(taken) == MOST_ROWS else None}


def _name_sets() -> dict[int, tuple[str, int]]:
    return {
        pk: (name, version)
        for pk, name, version in SpotSet.objects.values_list("pk", "set_id", "version")
    }
