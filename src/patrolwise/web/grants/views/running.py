"""The pages of rounds: declared, opened, closed, ranked."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import RefusedError
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.grants import award_queries, queries
from patrolwise.web.grants.actions import awards, rounds
from patrolwise.web.grants.forms.fields import is_done
from patrolwise.web.grants.forms.running import RoundForm
from patrolwise.web.grants.models import FundRound
from patrolwise.web.grants.models.rounds import DRAFT
from patrolwise.web.grants.views.opened import forget_files

_A_PAGE = 30
_USUAL = {  # of a new round; the ages and the sums are those of the programme's fund
    "version": 1, "youngest": 10, "oldest": 24, "budget_pence": 20_000_000,
    "most_pence": 2_000_000, "top_score": 5, "assessors": 2, "widest_spread": 20,
    "least_total": 50, "days_to_report": 28,
}  # fmt: skip


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds, the newest first."""
    page = Paginator(queries.list_rounds(), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "grants/rounds.html", {"page": page})


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_round_new(request: HttpRequest) -> HttpResponse:
    """Declare a round."""
    return _write(request, None, dict(_USUAL))


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_round_edit(request: HttpRequest, round_id: int) -> HttpResponse:
    """Change a round that has not opened."""
    row = queries.find_round(round_id)
    if row.state != DRAFT:
        raise RefusedError(f"{row.title} has opened, and is not edited: write a new version.")
    return _write(request, row, dict(vars(row)))


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show a round, its money and its applications."""
    row, today = queries.find_round(round_id), clock.today()
    page = Paginator(queries.list_applications(row), _A_PAGE).get_page(request.GET.get("page"))
    money = award_queries.add_up_round(row, today)
    names = ("budget", "awarded", "paid", "due", "held", "later", "unawarded")
    told = {
        "round": row,
        "page": page,
        "money": [(name, show_pounds(getattr(money, f"{name}_pence"))) for name in names],
        "may_close": row.state == "open" and row.closes < today,
        "conditions": [one for one in row.conditions.splitlines() if one.strip()],
        "most": show_pounds(row.most_pence),
        "remains": queries.find_remains(row),
    }
    return render(request, "grants/round.html", told)


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_ranking(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the applications of a round by their totals, within its budget."""
    row = queries.find_round(round_id)
    told = {"round": row, "rows": queries.rank_round(row), "budget": show_pounds(row.budget_pence)}
    return render(request, "grants/ranking.html", told)


@needs(Permission.RUN_GRANTS)
@require_POST
def grant_round_move(request: HttpRequest, round_id: int, what: str) -> HttpResponse:
    """Open or close a round, or release its awards to the public."""
    row, by, now = queries.find_round(round_id), person_of(request), clock.now()
    if what == "open":
        rounds.open_round(by=by, now=now, row=row)
        messages.success(request, "The round is open.")
    elif what == "close":
        rounds.close_round(by=by, now=now, row=row)
        messages.success(request, "The round is closed. Screening can begin.")
    else:
        number = awards.release_awards(by=by, now=now, row=row)
        forget_files(row.pk)
        messages.success(request, f"{number} awards are public now.")
    return redirect("grant-round", row.pk)


def _write(request: HttpRequest, row: FundRound | None, initial: dict[str, Any]) -> HttpResponse:
    form = RoundForm(request.POST or None, initial=initial)
    made: list[FundRound] = []
    if request.method == "POST" and form.is_valid():
        by, now, values = person_of(request), clock.now(), form.cleaned_data
        if is_done(
            form, lambda: made.append(rounds.write_round(by=by, now=now, values=values, row=row))
        ):
            messages.success(request, "The round is kept. Open it when it is right.")
            return redirect("grant-round", made[0].pk)
    return render(request, "grants/round_form.html", {"form": form, "round": row})
