"""Hours for the ledger: minutes of one service, looked at and saved as a file."""

from datetime import UTC, date, datetime, timedelta
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
from patrolwise.web.insight.ledger_queries import count_lacking, count_minutes, list_services
from patrolwise.web.livemap.counting import patrol_day_of

_SHOWN = 100  # rows on the page


class LedgerForm(forms.Form):
    """Whose minutes, of which days, and which money pays them."""

    service = forms.ChoiceField(label="Service")
    first = forms.DateField(
        label="First day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="Last day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    stream = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$",
        label="Stream of money, if one pays all of them",
        required=False,
        help_text="As the hours ledger calls it, such as HR24.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["service"].choices = [(one, one) for one in list_services()]  # type: ignore[attr-defined]

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


@needs(Permission.SEE_INSIGHT)
@never_cache
def ledger_hours(request: HttpRequest) -> HttpResponse:
    """Show what a file of a service's minutes would hold, or give it."""
    today = patrol_day_of(datetime.now(UTC))
    last_month = today.replace(day=1) - timedelta(days=1)
    begins = {"first": last_month.replace(day=1), "last": last_month}
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
            "service": service,
            "window": window,
            "counts": counts,
            "shown": counts[:_SHOWN],
            "more": max(0, len(counts) - _SHOWN),
            "patrol": sum(one.patrol_minutes for one in counts),
            "person": sum(one.person_minutes for one in counts),
            "lacking": count_lacking(service, window),
        }
    return render(request, "insight/ledger_hours.html", told)


def _record(request: HttpRequest, window: Window, rows: int) -> None:
    by = person_of(request)
    detail = {"first": f"{window.first}", "last": f"{window.last}", "rows": rows}
    record_event(NewEvent(action="ledger hours taken", actor_id=by.pk, role=by.role, detail=detail))
