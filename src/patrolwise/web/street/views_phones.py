"""The pages of phones, of fields that two phones changed, and of files that a phone saved."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import InputError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.street import clock, queries
from patrolwise.web.street.clashes import decide_clash, list_clashes
from patrolwise.web.street.forms import RescueForm
from patrolwise.web.street.models import FieldClash
from patrolwise.web.street.phones import end_phone
from patrolwise.web.street.rescue import keep_rescued, open_file

_FIELDS = {
    "alias": "What they are called",
    "status": "Whether the case is open",
    "is_message_safe": "Whether it is safe to leave a message",
    "what": "What was promised",
    "due": "By when",
}
_FLAGS = {"True": "yes", "False": "no"}


@needs(Permission.WORK_STREET)
@never_cache
def phones(request: HttpRequest) -> HttpResponse:
    """Show the phones that may open what they keep: own ones, or the team's for a lead."""
    person = person_of(request)
    told = {"phones": queries.list_phones(person), "is_lead": person.may(Permission.SEE_TEAM)}
    return render(request, "street/phones.html", told)


@needs(Permission.WORK_STREET)
@never_cache
def phone_end(request: HttpRequest, phone_id: UUID) -> HttpResponse:
    """End a phone: what it keeps can be opened by nobody any more."""
    found = {phone.pk: (name, phone) for name, phone in queries.list_phones(person_of(request))}
    name, phone = found.get(phone_id, ("", None))
    if phone is None or phone.ended_at is not None:
        raise Http404
    if request.method == "POST":
        end_phone(writing=_writing(request), phone=phone)
        messages.success(request, "The phone is ended. It wipes itself when it next has a signal.")
        return redirect("phones")
    return render(request, "street/phone_end.html", {"phone": phone, "name": name})


@needs(Permission.WRITE_CASES)
@never_cache
def clashes(request: HttpRequest) -> HttpResponse:
    """Show the fields that two phones changed, of cases that are reached."""
    return render(request, "street/clashes.html", {"clashes": _tell_clashes(request)})


@needs(Permission.WRITE_CASES)
@never_cache
def clash(request: HttpRequest, clash_id: UUID) -> HttpResponse:
    """Choose between two values, side by side."""
    found = {one["clash"].pk: one for one in _tell_clashes(request)}  # type: ignore[attr-defined]
    one = found.get(clash_id)
    if one is None:
        raise Http404
    choice = request.POST.get("choice") if request.method == "POST" else None
    if choice in ("kept", "other"):
        chosen: FieldClash = one["clash"]  # type: ignore[assignment]
        decide_clash(writing=_writing(request), clash=chosen, is_other_taken=choice == "other")
        messages.success(request, "Kept: the one that you chose.")
        return redirect("clashes")
    fault = "Choose one of the two." if request.method == "POST" else ""
    return render(
        request, "street/clash.html", {**one, "fault": fault}, status=400 if fault else 200
    )


@needs(Permission.WORK_STREET)
@never_cache
def rescue(request: HttpRequest) -> HttpResponse:
    """Take in the file that a phone saved when it could not send."""
    form = RescueForm(request.POST or None, request.FILES or None)
    done = None
    if request.method == "POST" and form.is_valid():
        writing, given = _writing(request), form.cleaned_data
        try:
            phone, items = open_file(given["file"], given["pin"], writing)
            done = keep_rescued(writing=writing, phone=phone, items=items)
        except InputError as error:
            form.add_error(None, str(error))
    status = 400 if form.errors else 200
    return render(request, "street/rescue.html", {"form": form, "done": done}, status=status)


def _tell_clashes(request: HttpRequest) -> list[dict[str, object]]:
    found = list_clashes(_writing(request))
    people = Person.objects.filter(pk__in={one.other_by_id for one in found})
    names = dict(people.values_list("pk", "name"))
    return [
        {
            "clash": one,
            "title": _FIELDS.get(one.field, one.field),
            "kept": _FLAGS.get(one.kept, one.kept),
            "other": _FLAGS.get(one.other, one.other),
            "by": names.get(one.other_by_id, "Somebody who left"),
        }
        for one in found
    ]


def _writing(request: HttpRequest) -> Writing:
    return Writing(by=person_of(request), now=clock.now())
