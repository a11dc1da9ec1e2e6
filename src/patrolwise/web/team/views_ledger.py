"""Hours for the ledger: the service's minutes, looked at and saved as a file."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.errors import InputError
from patrolwise.partnership.ledger_counts import check_period, write_counts
from patrolwise.times import Window
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.street import clock
from patrolwise.web.team.ledger import count_minutes

_SHOWN = 100  # rows on the page
_NAMED = "Give up to 40 letters and digits, a letter or digit first"


class LedgerForm(forms.Form):
    """Which days, what the ledger calls the service, and which money pays."""

    service = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$",
        label="What the hours ledger calls this service",
        initial="outreach",
        error_messages={"invalid": f"{_NAMED}; then - and _ and spaces may be among them."},
    )
    first = forms.DateField(
        label="First day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="Last day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    stream = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$",
        label="Stream of money that pays all of them",
        required=False,
        help_text="As the hours ledger calls it, such as HR24.",
        error_messages={"invalid": f"{_NAMED}; then - and _ may be among them, but no space."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse days that are no period, or not over."""
        given = super().clean() or {}
        if given.get("first") and given.get("last"):
            try:
                given["window"] = Window("counted", given["first"], given["last"])
                check_period(given["window"], self.today)
            except InputError as error:
                self.add_error("last", str(error))
        return given


@needs(Permission.SEE_TEAM)
@never_cache
def ledger_hours(request: HttpRequest) -> HttpResponse:
    """Show what a file of the service's minutes would hold, or give it."""
    today = clock.day_of(clock.now())
    last_month = today.replace(day=1) - timedelta(days=1)
    begins = {"first": last_month.replace(day=1), "last": last_month, "service": "outreach"}
    form = LedgerForm(request.POST or None, today=today, initial=begins)
    told: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        service, window = form.cleaned_data["service"], form.cleaned_data["window"]
        counts = count_minutes(service, window, form.cleaned_data["stream"] or None)
        if counts and request.POST.get("do") == "save":
            _record(request, window, len(counts))
            name = f"hours-{window.first}-to-{window.last}.csv"
            return HttpResponse(
                write_counts(service, window, today, counts),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        told |= {
            "window": window,
            "counts": counts,
            "shown": counts[:_SHOWN],
            "more": max(0, len(counts) - _SHOWN),
            "patrol": sum(one.patrol_minutes for one in counts),
            "person": sum(one.person_minutes for one in counts),
        }
    return render(request, "team/ledger_hours.html", told)


def _record(request: HttpRequest, window: Window, rows: int) -> None:
    by = person_of(request)
    detail = {"first": f"{window.first}", "last": f"{window.last}", "rows": rows}
    record_event(NewEvent(action="ledger hours taken", actor_id=by.pk, role=by.role, detail=detail))
