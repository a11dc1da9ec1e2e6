"""What everybody may see of awards; counts of rounds; what ends when money ends."""

import json

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.files.giving_360 import Grants, make_giving_360
from patrolwise.files.giving_360_csv import make_giving_360_csv
from patrolwise.partnership.fund_cliff import ASSUMPTIONS
from patrolwise.web.accounts.needs import needs, open_to_all
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.addresses import tell_address
from patrolwise.web.grants import award_queries, published, queries
from patrolwise.web.grants.cliff import Cliff, CliffForm, project
from patrolwise.web.grants.forms.fields import is_done

_PUBLIC = "What public money was given for is open to all."
_A_PAGE = 50
_WEEKS, _LINES = 26, 20  # to look ahead; that stand in the form from the start
_PAGE = "awards-public"  # where the open files say that they are from
_KEPT_S = 600  # how long an open file is given as it was made


@open_to_all(_PUBLIC)
def awards_public(request: HttpRequest) -> HttpResponse:
    """Show what was funded, where and how much."""
    page = Paginator(published.list_public(), _A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "rows": page.object_list, "rounds": published.list_public_rounds()}
    return render(request, "grants/awards_public.html", told)


@open_to_all(_PUBLIC)
def awards_json(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the public awards of a round as a 360Giving package."""
    key, _ = published.name_files(round_id)
    text = str(cache.get_or_set(key, lambda: _make_json(round_id, tell_address(_PAGE)), _KEPT_S))
    return _give(text, "application/json; charset=utf-8", f"grants-{round_id}.json")


@open_to_all(_PUBLIC)
def awards_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the public awards of a round as a sheet."""
    _, key = published.name_files(round_id)
    text = str(cache.get_or_set(key, lambda: _make_csv(round_id, tell_address(_PAGE)), _KEPT_S))
    return _give(text, "text/csv; charset=utf-8", f"grants-{round_id}.csv")


@needs(Permission.SEE_GRANT_COUNTS)
@never_cache
def grant_counts(request: HttpRequest) -> HttpResponse:
    """Show counts of each round, small ones hidden."""
    return render(request, "grants/counts.html", {"rounds": queries.count_rounds()})


@needs(Permission.RUN_GRANTS)
@never_cache
def fund_cliff(request: HttpRequest) -> HttpResponse:
    """Ask who is where and until when it is paid; show what ends."""
    today = clock.today()
    lines = award_queries.list_paid_patrols(today, _LINES)
    form = CliffForm(request.POST or None, initial={"weeks": _WEEKS, "lines": lines})
    found: list[Cliff] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        is_done(
            form,
            lambda: found.append(project(said["lines"], said["weeks"], form.effect, today)),
        )
    told = {"form": form, "cliff": found[0] if found else None, "assumptions": ASSUMPTIONS}
    return render(request, "grants/cliff.html", told)


def forget_files(round_id: int) -> None:
    """Make the open files of a round anew when they are next asked for."""
    cache.delete_many(published.name_files(round_id))


def _make_json(round_id: int, source: str) -> str:
    package = make_giving_360(_gather(round_id), source=source)
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _make_csv(round_id: int, source: str) -> str:
    return make_giving_360_csv(_gather(round_id), source=source)


def _gather(round_id: int) -> Grants:
    row = queries.find_round(round_id)
    found = published.gather_round(row, is_released=True)
    if not found.published:
        raise Http404
    return found


def _give(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
