"""The pages of events and of notes on places."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import actions, brief_queries, clock, debrief_queries, queries
from patrolwise.web.tasking.campaigns import write_campaigns
from patrolwise.web.tasking.forms import EventForm, is_done
from patrolwise.web.tasking.models import PlaceEvent, PlaceNote
from patrolwise.web.tasking.word_forms import AnswerForm, NoteForm

_A_PAGE = 30


@needs(Permission.SEE_ROTA)
def events(request: HttpRequest) -> HttpResponse:
    """List the events and campaigns to come, those that are over, or those withdrawn."""
    show = request.GET.get("show", "")
    rows = brief_queries.list_place_events(clock.now(), show)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "show": show, "areas": queries.list_areas()}
    may_plan = person_of(request).may(Permission.PLAN_PATROLS)
    return render(request, "tasking/events.html", {**told, "may_plan": may_plan})


@needs(Permission.PLAN_PATROLS)
def event_new(request: HttpRequest) -> HttpResponse:
    """Add an event."""
    form = EventForm(request.POST or None, areas=queries.list_areas())
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        if is_done(form, lambda: actions.add_event(by=by, event=_drawing(form))):
            messages.success(request, "It is on the list, and in briefs of its days.")
            return redirect("events")
    return render(request, "tasking/event.html", {"form": form, "row": None})


@needs(Permission.PLAN_PATROLS)
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """Change an event."""
    row = _find_event(event_id)
    form = EventForm(request.POST or None, areas=queries.list_areas(), initial=vars(row))
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        if is_done(form, lambda: actions.change_event(by=by, row=row, event=_drawing(form))):
            messages.success(request, "It is changed.")
            return redirect("events")
    return render(request, "tasking/event.html", {"form": form, "row": row})


@needs(Permission.PLAN_PATROLS)
@require_POST
def event_end(request: HttpRequest, event_id: int) -> HttpResponse:
    """End an event now."""
    actions.end_event(by=person_of(request), row=_find_event(event_id))
    messages.success(request, "It is ended.")
    return redirect("events")


@needs(Permission.PLAN_PATROLS)
@require_POST
def event_withdraw(request: HttpRequest, event_id: int) -> HttpResponse:
    """Withdraw an event or a campaign that was never so."""
    actions.withdraw_event(by=person_of(request), row=_find_event(event_id))
    messages.success(request, "It is withdrawn: no brief and no chart has it.")
    return redirect("events")


@needs(Permission.SEE_ROTA)
def campaigns_file(request: HttpRequest) -> HttpResponse:
    """Give the campaigns as the table that an evaluation reads."""
    response = HttpResponse(write_campaigns(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="campaigns.csv"'
    return response


@needs(Permission.SEE_DEBRIEFS)
def place_notes(request: HttpRequest) -> HttpResponse:
    """List what is known of places: hazards, ideas and the environment."""
    is_open = request.GET.get("show") != "closed"
    areas = queries.list_areas()
    area_id = request.GET.get("place", "")
    notes = brief_queries.list_notes(is_open=is_open, area_id=area_id)
    page = Paginator(notes, _A_PAGE).get_page(request.GET.get("page"))
    person = person_of(request)
    told = {"page": page, "is_open": is_open, "areas": areas, "area_id": area_id}
    may = {
        "may_write": person.may(Permission.WRITE_DEBRIEF),
        "may_close": person.may(Permission.WRITE_BRIEF),
    }
    return render(request, "tasking/place_notes.html", {**told, **may})


@needs(Permission.WRITE_DEBRIEF)
def place_note_new(request: HttpRequest) -> HttpResponse:
    """Add a note on a place."""
    person = person_of(request)
    areas = _areas_for(person)
    form = NoteForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        actions.add_note(by=person, note=actions.SaidNote(**form.said))
        messages.success(request, "Kept. The next brief of that place has it.")
        return redirect("place-notes" if person.may(Permission.SEE_DEBRIEFS) else "debrief-new")
    return render(request, "tasking/place_note_new.html", {"form": form, "areas": areas})


@needs(Permission.WRITE_BRIEF)
def place_note_close(request: HttpRequest, note_id: int) -> HttpResponse:
    """Close a note with what came of it."""
    note = brief_queries.find_note(note_id)
    if note is None:
        raise Http404
    areas = queries.list_areas()
    form = AnswerForm(request.POST or None, places=tuple(areas.values()))
    if request.method == "POST" and form.is_valid() and _is_closed(request, note, form):
        messages.success(request, "The note is closed.")
        return redirect("place-notes")
    told = {"form": form, "note": note, "name": areas.get(note.area_id, note.area_id)}
    return render(request, "tasking/place_note_close.html", told)


def _is_closed(request: HttpRequest, note: PlaceNote, form: AnswerForm) -> bool:
    by, answer = person_of(request), form.said["answer"]
    return is_done(form, lambda: actions.close_note(by=by, row=note, answer=answer))


def _areas_for(person: Person) -> dict[str, str]:
    """Return the hot spots that somebody may name: all, or those of the shifts of their service."""
    if person.may(Permission.SEE_HOT_SPOTS):
        return queries.list_areas()
    return debrief_queries.areas_of_shifts(person, clock.now())


def _drawing(form: EventForm) -> actions.Drawing:
    given = form.cleaned_data
    return actions.Drawing(**{**given, "area_ids": tuple(given["area_ids"])})


def _find_event(event_id: int) -> PlaceEvent:
    row = brief_queries.find_event(event_id)
    if row is None:
        raise Http404
    return row
