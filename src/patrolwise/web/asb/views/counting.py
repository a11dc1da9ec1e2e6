"""Counts with small ones hidden, and pseudonymised tables."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.counts import count_quarter, list_quarters
from patrolwise.web.asb.extracts import COLUMNS, Extract, make_extract
from patrolwise.web.asb.forms.rules import ExtractForm
from patrolwise.web.asb.views.shown import write_now
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done


@needs(Permission.SEE_ASB_COUNTS)
@never_cache
def counts(request: HttpRequest) -> HttpResponse:
    """Show the counts of a quarter that is over."""
    quarters = list_quarters(clock.today())
    asked = request.GET.get("quarter", "")
    chosen = next((one for one in quarters if one.key == asked), quarters[0])
    told = {"quarters": quarters, "chosen": chosen, "counts": count_quarter(chosen)}
    return render(request, "asb/counts.html", told)


@needs(Permission.READ_ASB_EXTRACTS)
@never_cache
def extracts(request: HttpRequest) -> HttpResponse:
    """Say what tables hold, and give them."""
    form = ExtractForm(request.POST or None)
    made: list[Extract] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and is_done(
            form,
            lambda: made.append(make_extract(writing=write_now(request), **form.cleaned_data)),
        )
    ):
        answer = HttpResponse(made[0].data, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{made[0].name}"'
        return answer
    return render(request, "asb/extracts.html", {"form": form, "columns": COLUMNS})
