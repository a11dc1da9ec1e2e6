"""What a brief begins with: the places of the day's plan, and what is known of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from patrolwise.planning.number_words import count_things
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import PlaceEvent, PlaceNote, PlannedVisit, PlanState

_MOST = 6  # hazards or events of one place in the text; the place record has the rest


@dataclass(frozen=True, kw_only=True)
class BriefStart:
    """What the writer of a brief finds filled in."""

    places: list[dict[str, Any]]  # as Brief.places
    texts: dict[str, str]  # by part of the brief
    units: int


def begin_brief(service: str, day: date) -> BriefStart:
    """Return what a brief for a service on a day begins with.

    Parameters
    ----------
    service : str
    day : date

    Returns
    -------
    BriefStart
        Without places when no plan is in force for that service and day. Of other services it has
        times and names of services only: who they are is not in a plan.
    """
    rows = (
        PlannedVisit.objects.filter(shift__plan__state=PlanState.PUBLISHED, shift__day=day)
        .exclude(area_id="")
        .order_by("start", "id")
        .values_list("shift__service", "shift__unit_id", "area_id", "start", "end", "why")
    )
    own: dict[str, list[Any]] = defaultdict(list)
    others: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for of, unit_id, area_id, start, end, why in rows:
        if of == service:
            own[area_id].append((unit_id, _span(start, end), why))
        else:
            others[area_id][of].append(_span(start, end))
    names = _names(day)
    hazards, events = _open_notes(list(own)), _events_on(day)
    places = [
        {
            "area_id": area_id,
            "name": names.get(area_id, area_id),
            "why": next((why for _, _, why in visits if why), ""),
            "visits": [f"{span} {unit_id}" for unit_id, span, _ in visits],
            "hazards": hazards[area_id][:_MOST],
            "events": [told for told, areas in events if not areas or area_id in areas][:_MOST],
            "others": [
                {"service": of, "times": spans} for of, spans in sorted(others[area_id].items())
            ],
        }
        for area_id, visits in own.items()
    ]
    units = {unit_id for visits in own.values() for unit_id, _, _ in visits}
    return BriefStart(places=places, texts=_texts(places, len(units)), units=len(units))


def _texts(places: list[dict[str, Any]], units: int) -> dict[str, str]:
    if not places:
        return {}
    visits = sum(len(one["visits"]) for one in places)
    hazards = [f"{one['name']}: {told}" for one in places for told in one["hazards"]]
    events = list(dict.fromkeys(told for one in places for told in one["events"]))
    shared = sorted({other["service"] for one in places for other in one["others"]})
    method = ["Each unit works by its card: these hot spots, at these times."]
    if shared:
        method.append(
            f"Keep apart from {', '.join(shared)}: the times when they are planned in the same "
            "hot spots are below. Who is late tells the coordinator first."
        )
    return {
        "information": "\n".join(
            [
                f"{count_things(len(places), 'hot spot')}, {count_things(visits, 'visit')} of "
                f"{count_things(units, 'unit')}. Why each is on the list is below.",
                *(f"Event: {told}" for told in events),
            ]
        ),
        "intention": "Be seen in each hot spot for the minutes that it is owed.",
        "method": "\n".join(method),
        "risk": "\n".join(hazards),
    }


def _names(day: date) -> dict[str, str]:
    plans = PlannedVisit.objects.filter(shift__plan__state=PlanState.PUBLISHED, shift__day=day)
    found = plans.order_by().values_list("shift__plan__places", flat=True).first()
    return dict(found or {})


def _open_notes(area_ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    notes = PlaceNote.objects.filter(area_id__in=area_ids, is_open=True).exclude(kind="idea")
    for area_id, text in notes.values_list("area_id", "text"):
        found[area_id].append(text)
    return found


def _events_on(day: date) -> list[tuple[str, list[str]]]:
    begin = datetime.combine(day, time(), LOCAL)
    end = datetime.combine(day + timedelta(days=1), time(), LOCAL)
    rows = PlaceEvent.objects.filter(first__lt=end, last__gt=begin, withdrawn=None)
    return [
        (f"{row.title}, {_span(row.first, row.last)}. {row.note}".strip(), row.area_ids)
        for row in rows
    ]


def _span(start: datetime, end: datetime) -> str:
    first, last = start.astimezone(LOCAL), end.astimezone(LOCAL)
    if first.date() == last.date():
        return f"{first:%H:%M} to {last:%H:%M}"
    if last - first < timedelta(days=1):
        return f"{first:%H:%M} to {last:%H:%M} the next day"
    return f"{first:%d %b %H:%M} to {last:%d %b %H:%M}"
