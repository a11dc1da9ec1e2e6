"""Updates and the way out: text held against figures, a second person, the public page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import PatrolwiseError
from patrolwise.reporting.quarter_figures import CANNOT_SAY
from patrolwise.web.accounts.needs import needs, open_to_all, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.returns import actions, queries, releases
from patrolwise.web.returns.bundles import unpack_files
from patrolwise.web.returns.forms import AskForm, DecideForm, UpdateForm, WithdrawForm
from patrolwise.web.returns.models import CompiledReturn, PublicUpdate, Release, ReleaseState
from patrolwise.web.returns.showing import show_figures
from patrolwise.web.returns.views import answer_file


@needs(Permission.PREPARE_RETURNS)
@never_cache
def write_update(request: HttpRequest, return_id: int) -> HttpResponse:
    """Write the public update on a return's quarter."""
    found = get_object_or_404(CompiledReturn, pk=return_id)
    last = PublicUpdate.objects.filter(compiled=found).defer("files").first()
    form = UpdateForm(request.POST or None, initial={"text": last.text if last else ""})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n")
        try:
            made = actions.write_update(found, text, person_of(request), clock.now())
        except PatrolwiseError as error:
            form.add_error("text", str(error))
        else:
            return redirect("update", update_id=made.pk)
    return render(request, "returns/write_update.html", {"form": form, "found": found})


@needs(Permission.SEE_RETURNS)
@never_cache
def update(request: HttpRequest, update_id: int) -> HttpResponse:
    """Show an update as the public would see it, and where it stands."""
    found = get_object_or_404(PublicUpdate.objects.select_related("compiled"), pk=update_id)
    told = {
        "found": found,
        "figures": show_figures(found.figures),
        "cannot_say": CANNOT_SAY,
        "release": queries.find_release(update=found),
        "files": sorted(unpack_files(found.files)),
        "may_prepare": person_of(request).may(Permission.PREPARE_RETURNS),
    }
    return render(request, "returns/update.html", told)


@needs(Permission.SEE_RETURNS)
@never_cache
def update_file(request: HttpRequest, update_id: int, name: str) -> HttpResponse:
    """Hand out one file of an update."""
    found = get_object_or_404(PublicUpdate, pk=update_id)
    release = queries.find_release(update=found)
    return answer_file(
        unpack_files(release.files if release and release.files else found.files), name
    )


@needs(Permission.PREPARE_RETURNS)
@require_POST
def ask_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """Ask a second person to let a return out."""
    return _ask(request, get_object_or_404(CompiledReturn, pk=return_id))


@needs(Permission.PREPARE_RETURNS)
@require_POST
def ask_update(request: HttpRequest, update_id: int) -> HttpResponse:
    """Ask a second person to let an update out."""
    return _ask(request, get_object_or_404(PublicUpdate, pk=update_id))


@needs(Permission.SEE_RETURNS)
@never_cache
def release_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person, and what was let out."""
    person = person_of(request)
    may = person.may(Permission.RELEASE_OUTPUTS)
    told = {
        "waiting": queries.list_waiting(person) if may else [],
        "releases": queries.list_releases(),
        "may_release": may,
    }
    return render(request, "returns/releases.html", told)


@needs(Permission.SEE_RETURNS)
@never_cache
def release(request: HttpRequest, release_id: int) -> HttpResponse:
    """Show what was checked, and let the second person decide."""
    found = get_object_or_404(
        Release.objects.select_related("compiled", "update__compiled"), pk=release_id
    )
    person = person_of(request)
    may = person.may(Permission.RELEASE_OUTPUTS)
    waits = found.state == ReleaseState.WAITING
    form = DecideForm(request.POST or None) if may and waits else None
    if request.method == "POST" and form is not None and form.is_valid():
        is_let_out = form.cleaned_data["decision"] == "out"
        try:
            releases.decide_release(
                found,
                is_let_out=is_let_out,
                reason=form.cleaned_data["reason"],
                by=person,
                now=clock.now(),
            )
        except PatrolwiseError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "It is let out." if is_let_out else "It is refused.")
            return redirect("release", release_id=found.pk)
    told = {
        "found": found,
        "form": form,
        "asked_by": queries.name_person(found.asked_by_id),
        "decided_by": queries.name_person(found.decided_by_id),
        "figures": show_figures(found.update.figures) if found.update else None,
        "cannot_say": CANNOT_SAY,
        "may_withdraw": may and found.state in (ReleaseState.WAITING, ReleaseState.RELEASED),
    }
    return render(request, "returns/release.html", told)


@needs(Permission.RELEASE_OUTPUTS)
@never_cache
def withdraw(request: HttpRequest, release_id: int) -> HttpResponse:
    """Take back what was let out."""
    found = get_object_or_404(Release, pk=release_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releases.withdraw_release(
                found, form.cleaned_data["why"], person_of(request), clock.now()
            )
        except PatrolwiseError as error:
            form.add_error("why", str(error))
        else:
            messages.success(request, "It is taken back, and shown no more.")
            return redirect("release", release_id=found.pk)
    return render(request, "returns/withdraw.html", {"form": form, "found": found})


@open_to_all("What was let out by two people is for the public.")
def public_updates(request: HttpRequest) -> HttpResponse:
    """List the updates that are out."""
    return render(
        request,
        "returns/public_list.html",
        {"releases": queries.list_public_updates().defer("files")},
    )


@open_to_all("What was let out by two people is for the public.")
def public_update(request: HttpRequest, release_id: int) -> HttpResponse:
    """Show an update that is out."""
    found = get_object_or_404(queries.list_public_updates(), pk=release_id)
    told = {
        "found": found,
        "figures": show_figures(found.update.figures),
        "cannot_say": CANNOT_SAY,
        "decided_by": queries.name_person(found.decided_by_id),
    }
    return render(request, "returns/public.html", told)


@open_to_all("What was let out by two people is for the public.")
def public_file(request: HttpRequest, release_id: int, name: str) -> HttpResponse:
    """Hand out a file of an update that is out."""
    found = get_object_or_404(queries.list_public_updates(), pk=release_id)
    return answer_file(unpack_files(found.files), name)


def _ask(request: HttpRequest, one: CompiledReturn | PublicUpdate) -> HttpResponse:
    form = AskForm(request.POST)
    form.is_valid()
    try:
        made = releases.ask_release(
            one, form.cleaned_data.get("note", ""), person_of(request), clock.now()
        )
    except PatrolwiseError as error:
        messages.error(request, str(error))
        if isinstance(one, CompiledReturn):
            return redirect("return", return_id=one.pk)
        return redirect("update", update_id=one.pk)
    messages.success(request, "A second person is asked.")
    return redirect("release", release_id=made.pk)
