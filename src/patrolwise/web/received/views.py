"""The pages of what came from outreach."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.outreach.gateways import load_gateways
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.exchange.kinds import MEASURES
from patrolwise.web.received import actions
from patrolwise.web.received.models import (
    Envelope,
    OutreachDebrief,
    OutreachIssue,
    OutreachProposal,
    ReleasedNote,
)
from patrolwise.web.received.queries import MOST, show_counts, show_minutes, tell_issues
from patrolwise.web.tasking import clock, queries
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done


class ReplyForm(forms.Form):
    """An answer to a proposal."""

    state = forms.ChoiceField(
        label="What do you decide?",
        choices=[(one, one.capitalize()) for one in actions.ANSWERS],
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    """A note that outreach workers may read."""

    hot_spot_id = forms.ChoiceField(label="Hot spot")
    text = forms.CharField(
        label="What should they know about the place?", max_length=300,
        help_text="About the place only: nothing about a person.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    days = forms.IntegerField(label="For how many days?", min_value=1, max_value=90, initial=7)

    def __init__(self, *args: object, places: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["hot_spot_id"].choices = list(places.items())  # type: ignore[attr-defined]


@needs(Permission.SEE_DOSE)
def from_outreach(request: HttpRequest) -> HttpResponse:
    """Show outreach's minutes by hot spot, its counts, place issues, debriefs and proposals."""
    person, names = person_of(request), queries.list_areas()
    decides = person.may(Permission.DECIDE_CHANGES)
    issues = [
        (one, names.get(one.hot_spot_id, one.hot_spot_id))
        for one in OutreachIssue.objects.all()[:MOST]
    ]
    told = {
        "minutes": show_minutes(names, local_day(clock.now())),
        "counts": show_counts(names) if person.may(Permission.SEE_INSIGHT) else None,
        "issues": issues,
        "about_issues": tell_issues(len(issues)),
        "debriefs": OutreachDebrief.objects.all()[:MOST],
        "proposals": OutreachProposal.objects.all()[:MOST] if decides else [],
        "decides": decides,
        "measures": MEASURES,
    }
    return render(request, "received/from_outreach.html", told)


@needs(Permission.DECIDE_CHANGES)
def outreach_proposal(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """Show a proposal of outreach, and answer it."""
    found = OutreachProposal.objects.filter(proposal_id=proposal_id).first()
    if found is None:
        raise Http404
    form = ReplyForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        actions.answer_proposal(by=person_of(request), proposal=found, now=clock.now(), **given)

    if request.method == "POST" and form.is_valid() and is_done(form, act):
        messages.success(request, "Answered. Outreach reads it with the next round.")
        return redirect("outreach-proposal", found.proposal_id)
    return render(request, "received/proposal.html", {"found": found, "form": form})


@needs(Permission.DECIDE_CHANGES)
def released_notes(request: HttpRequest) -> HttpResponse:
    """List notes that outreach workers may read, and release one."""
    names, now = queries.list_areas(), clock.now()
    form = NoteForm(request.POST or None, places=names)

    def act() -> None:
        given = form.cleaned_data
        new = actions.NewNote(
            hot_spot_id=given["hot_spot_id"],
            text=given["text"],
            valid_from=now,
            valid_until=now + timedelta(days=given["days"]),
        )
        actions.release_note(by=person_of(request), new=new, now=now)

    if request.method == "POST" and form.is_valid() and is_done(form, act):
        messages.success(request, "Released. It is in their next brief.")
        return redirect("released-notes")
    rows = [
        (one, names.get(one.hot_spot_id, one.hot_spot_id), one.valid_until > now)
        for one in ReleasedNote.objects.all()[:MOST]
    ]
    return render(request, "received/notes.html", {"rows": rows, "form": form})


@needs(Permission.SEE_DISCLOSED)
def envelopes(request: HttpRequest) -> HttpResponse:
    """List envelopes that outreach sent, and what became of them."""
    titles = {key: one.title for key, one in load_gateways().items()}
    rows = [(one, titles.get(one.gateway, one.gateway)) for one in Envelope.objects.all()[:MOST]]
    return render(request, "received/envelopes.html", {"rows": rows})


@needs(Permission.SEE_DISCLOSED)
@never_cache
def envelope(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a closed envelope; the browser opens it, and then this site lets go of it."""
    found = Envelope.objects.filter(reference=reference).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.note_opened(by=person_of(request), envelope=found, now=clock.now())
        return HttpResponse(status=204)
    gateway = load_gateways().get(found.gateway)
    law = f"{gateway.title}: {gateway.act}" if gateway else found.gateway
    return render(request, "received/envelope.html", {"found": found, "law": law})
