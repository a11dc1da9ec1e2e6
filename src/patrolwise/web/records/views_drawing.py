"""The pages on which hot spot sets are made and edited."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.hot_spots import HotSpotSet
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records import spot_actions, spot_queries
from patrolwise.web.records.models import SpotSet, State
from patrolwise.web.records.spot_documents import read_set
from patrolwise.web.records.spot_edits import (
    STEPS_M,
    Direction,
    add_area,
    move_area,
    rename_area,
    take_out_area,
)
from patrolwise.web.records.spot_forms import AreaForm, ChoiceForm, DraftForm, NewAreaForm
from patrolwise.web.records.spot_tables import AreaRow, draw_set, list_areas
from patrolwise.web.records.views_sets import get_set

_MOVES = {f"{way}-{step}": (way, float(step)) for step in STEPS_M for way in Direction}


@needs(Permission.DRAW_HOT_SPOTS)
def hot_spot_draft(request: HttpRequest) -> HttpResponse:
    """Make a draft from areas that were uploaded."""
    form = DraftForm(request.POST or None, spot_queries.list_area_uploads())
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("upload", "set_id", "reason")}
        made = spot_actions.draft_from_upload(by=person_of(request), how=form.how, **given)
        return redirect("hot-spot-set", made.pk)
    return render(request, "records/hot_spot_draft.html", {"form": form})


@needs(Permission.DRAW_HOT_SPOTS)
def hot_spot_choose(request: HttpRequest) -> HttpResponse:
    """Have hot spots chosen by a rule."""
    form = ChoiceForm(request.POST or None, spot_queries.list_area_uploads())
    if request.method == "POST" and form.is_valid():
        choice = spot_actions.ask_for_choice(by=person_of(request), rule=form.rule)
        return redirect("hot-spot-choice", choice.pk)
    return render(request, "records/hot_spot_choose.html", {"form": form})


@needs(Permission.DRAW_HOT_SPOTS)
def hot_spot_choice(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Show how far a choice is."""
    choice = spot_queries.find_choice(choice_id)
    if choice is None:
        raise Http404
    is_busy = choice.state in (State.WAITING, State.READING)
    return render(request, "records/hot_spot_choice.html", {"found": choice, "is_busy": is_busy})


@needs(Permission.DRAW_HOT_SPOTS)
def hot_spot_add(request: HttpRequest, set_id: int) -> HttpResponse:
    """Add an area by its centre and size."""
    found = get_set(set_id)
    form = NewAreaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _save(request, found, add_area(read_set(found), form.area, reason), reason)
    return render(request, "records/hot_spot_add.html", {"found": found, "form": form})


@needs(Permission.DRAW_HOT_SPOTS)
def hot_spot_area(request: HttpRequest, set_id: int, number: int) -> HttpResponse:
    """Rename, move or take out one area."""
    found = get_set(set_id)
    spots = read_set(found)
    area = _get_area(spots, number)
    form = AreaForm(request.POST or None, initial=_begin(spots, area))
    if request.method == "POST" and form.is_valid():
        edited = _edit(spots, area, request.POST.get("do", ""), **form.cleaned_data)
        return _save(request, found, edited, form.cleaned_data["reason"], number)
    told = {"found": found, "area": area, "form": form, "moves": _MOVES}
    return render(request, "records/hot_spot_area.html", {**told, "drawings": draw_set(spots)})


def _begin(spots: HotSpotSet, area: AreaRow) -> dict[str, str]:
    """Return what the form begins with: the reason of the last edit, for moves in several steps."""
    return {"name": area.name, "reason": spots.edits[-1].reason if spots.edits else ""}


def _get_area(spots: HotSpotSet, number: int) -> AreaRow:
    area = next((one for one in list_areas(spots) if one.number == number), None)
    if area is None:
        raise Http404
    return area


def _edit(spots: HotSpotSet, area: AreaRow, do: str, name: str, reason: str) -> HotSpotSet:
    if do == "take-out":
        return take_out_area(spots, area.area_id, reason)
    if do in _MOVES:
        return move_area(spots, area.area_id, _MOVES[do], reason)
    return rename_area(spots, area.area_id, name, reason)


def _save(
    request: HttpRequest, found: SpotSet, edited: HotSpotSet, reason: str, number: int = 0
) -> HttpResponse:
    by = person_of(request)
    made = spot_actions.save_edit(by=by, spot_set=found, edited=edited, reason=reason)
    messages.success(request, f"Saved as {made}, a draft.")
    if number and len(edited.areas) == found.hot_spots:
        return redirect("hot-spot-area", made.pk, number)
    return redirect("hot-spot-set", made.pk)
