"""The pages of an agency's coordinator: its own patrols, phone links, roster and files."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import check_faults
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.agencies import queries, upload_actions
from patrolwise.web.agencies.forms import LinkForm, OwnFileForm, ReasonForm, RowForm
from patrolwise.web.agencies.hours_actions import NewHours, Sending, keep_hours, take_back
from patrolwise.web.agencies.link_actions import check_unit, end_link, make_link
from patrolwise.web.agencies.models import Agency, HoursRow, Upload
from patrolwise.web.agencies.quality import read_quality
from patrolwise.web.agencies.upload_reading import Track
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.identifiers import make_uuid7

_A_PAGE, _SHOWN = 30, 50
_QUALITY_DAYS = timedelta(days=83)  # twelve weeks with today


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_patrols(request: HttpRequest) -> HttpResponse:
    """List the agency's patrols, those taken back too, and how good its record is."""
    agency = queries.agency_of(person_of(request))
    if agency is None:
        return render(request, "agencies/no_agency.html")
    today = clock.today()
    page = Paginator(queries.own_hours(agency), _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "agency": agency,
        "page": page,
        "places": queries.name_places(),
        "lines": read_quality([agency], today - _QUALITY_DAYS, today),
    }
    return render(request, "agencies/own_patrols.html", told)


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_patrol_new(request: HttpRequest) -> HttpResponse:
    """Add a patrol for somebody who could not."""
    return _edit(request, None)


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_patrol(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show one patrol; correct it with a reason, which adds another row and takes this one back."""
    return _edit(request, _find_row(request, row_id))


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_patrol_back(request: HttpRequest, row_id: int) -> HttpResponse:
    """Take a patrol back, with a reason."""
    row = _find_row(request, row_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, reason = person_of(request), form.cleaned_data["reason"]
        if is_done(form, lambda: take_back(row=row, by=by, reason=reason, now=clock.now())):
            messages.success(request, f"{row.row_id} is taken back.")
            return redirect("own-patrols")
    told = {"form": form, "row": row, "places": queries.name_places()}
    return render(request, "agencies/row_back.html", told)


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def phone_links(request: HttpRequest) -> HttpResponse:
    """List phone links, and make one: its code is shown now and never again."""
    person = person_of(request)
    agency = queries.agency_of(person)
    if agency is None:
        return render(request, "agencies/no_agency.html")
    form = LinkForm(request.POST or None, agency=agency)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def act() -> None:
            codes.append(
                make_link(
                    by=person,
                    agency=agency,
                    unit_id=given["unit"],
                    staff=given["people"],
                    stream=given["stream"],
                )
            )

        if is_done(form, act):
            form = LinkForm(agency=agency)
    told = {
        "agency": agency,
        "form": form,
        "code": codes[0] if codes else "",
        "unit": given["unit"] if codes else "",
        "address": request.build_absolute_uri("/patrol/"),
        "links": queries.own_links(agency)[:100],
        "today": clock.today(),
    }
    return render(request, "agencies/links.html", told)


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def phone_link_end(request: HttpRequest, link_id: int) -> HttpResponse:
    """End a phone link at once."""
    person = person_of(request)
    agency = queries.agency_of(person)
    link = queries.own_links(agency).filter(pk=link_id).first() if agency else None
    if link is None:
        raise Http404
    if request.method == "POST":
        end_link(by=person, link=link)
        messages.success(request, f"The link of {link.unit_id} has ended.")
    return redirect("phone-links")


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_files(request: HttpRequest) -> HttpResponse:
    """List the agency's files, and take one in to be looked at."""
    person = person_of(request)
    agency = queries.agency_of(person)
    if agency is None:
        return render(request, "agencies/no_agency.html")
    form = OwnFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made: list[Upload] = []
        if is_done(form, lambda: made.append(_send(request, agency, form.cleaned_data))):
            return redirect("own-file", made[0].pk)
    page = Paginator(queries.own_uploads(agency), _A_PAGE).get_page(request.GET.get("page"))
    told = {"form": form, "page": page, "title": f"Files of {agency.name}", "is_own": True}
    return render(request, "agencies/files.html", {**told, "kinds": upload_actions.KINDS})


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def own_file(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show what a file holds or what is wrong with it; keep it, give it up, or undo it."""
    agency = queries.agency_of(person_of(request))
    found = Upload.objects.filter(pk=upload_id, agency=agency).first() if agency else None
    if found is None:
        raise Http404
    return answer_file(request, found, "own-files")


def answer_file(request: HttpRequest, found: Upload, back: str) -> HttpResponse:
    """Show one file and do with it what was asked.

    Parameters
    ----------
    request : HttpRequest
    found : Upload
    back : str
        Name of the page that lists its like.

    Returns
    -------
    HttpResponse
    """
    by, asked = person_of(request), request.POST.get("do", "")
    form = ReasonForm(request.POST if asked == "undo" else None)
    sent = form if asked == "undo" else Form(request.POST)  # a button has nothing but faults
    acts: dict[str, Callable[[], None]] = {
        "keep": lambda: upload_actions.keep_upload(by=by, upload=found),
        "drop": lambda: upload_actions.drop_upload(by=by, upload=found),
        "undo": lambda: upload_actions.undo_upload(
            by=by, upload=found, reason=form.cleaned_data["reason"]
        ),
    }
    if asked in acts and sent.is_valid() and is_done(sent, acts[asked]):
        messages.success(request, _SAID[asked])
        return redirect(back)
    fault = "" if sent is form else " ".join(map(str, sent.non_field_errors()))
    told = {"found": found, "form": form, "fault": fault, "back": back, **_look(found)}
    return render(request, "agencies/file.html", told)


_SAID = {
    "keep": "Kept. It counts from now on.",
    "drop": "Given up. Nothing of it is kept.",
    "undo": "Undone. Its rows are taken back.",
}


def _look(found: Upload) -> dict[str, Any]:
    """Return the first rows of a file that waits, and what of it the ledger would have."""
    if found.state != "read":
        return {"rows": [], "new": 0, "places": {}, "kinds": upload_actions.KINDS}
    is_ledger = found.kind in ("patrols", "tracker", "hours")
    return {
        "rows": found.rows[:_SHOWN],
        "more": max(0, found.number - _SHOWN),
        "new": len(upload_actions.list_new(found)) if is_ledger else 0,
        "is_ledger": is_ledger,
        "places": queries.name_places(),
        "kinds": upload_actions.KINDS,
    }


def _send(request: HttpRequest, agency: Agency, given: dict[str, Any]) -> Upload:
    track = Track(unit_id=given["unit"].strip(), staff=given["people"])
    return upload_actions.send_file(
        by=person_of(request),
        agency=agency,
        kind=given["kind"],
        file=(given["file"].name, given["file"].read()),
        track=track if given["kind"] == "tracker" else None,
    )


def _find_row(request: HttpRequest, row_id: int) -> HoursRow:
    agency = queries.agency_of(person_of(request))
    row = queries.own_hours(agency).filter(pk=row_id).first() if agency else None
    if row is None:
        raise Http404
    return row


def _edit(request: HttpRequest, row: HoursRow | None) -> HttpResponse:
    agency = row.agency if row else queries.agency_of(person_of(request))
    if agency is None:
        return render(request, "agencies/no_agency.html")
    begin = {"key": make_uuid7(), **({} if row else {"day": clock.today(), "paid": "in kind"})}
    form = RowForm(request.POST or None, agency=agency, row=row, initial=begin)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and is_done(form, lambda: _keep(request, agency, form, row)):
        messages.success(request, "Kept.")
        return redirect("own-patrols")
    told = {"form": form, "row": row, "agency": agency, "places": queries.name_places()}
    return render(request, "agencies/row.html", told)


def _keep(request: HttpRequest, agency: Agency, form: RowForm, row: HoursRow | None) -> None:
    given = form.cleaned_data
    start, end = form.times
    stream = given["stream"]
    usual = stream.patrol_types[0] if stream else "targeted"
    new = NewHours(
        key=given["key"],
        unit_id=given["unit"].strip(),
        hot_spot_id=given["hot_spot"],
        start=start,
        end=end,
        staff=given["people"],
        paid=given["paid"],
        stream=stream,
        patrol_type=usual,
    )
    check_faults("The patrol", check_unit(new.unit_id))
    sending = Sending(agency=agency, way="coordinator", now=clock.now(), by=person_of(request))
    keep_hours(sending=sending, rows=[new], instead_of=row, reason=given.get("reason", ""))
