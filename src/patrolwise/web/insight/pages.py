"""How tables become a page, or one of them a CSV file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from patrolwise.web.accounts.needs import person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight.sheets import Sheet, write_csv


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is on a page of tables."""

    title: str
    sheets: list[Sheet]
    weeks: int = 0  # shown; 0: the page has no choice of weeks
    definitions: list[tuple[str, str]] = field(default_factory=list)  # to choose from, with titles
    definition: str = ""  # shown


def answer_page(request: HttpRequest, page: Page, choices: Sequence[int]) -> HttpResponse:
    """Return a page of tables, or the table that ``csv`` in its address names.

    Parameters
    ----------
    request : HttpRequest
    page : Page
    choices : sequence of int
        Weeks that can be chosen.

    Returns
    -------
    HttpResponse

    Raises
    ------
    Http404
        No table of the page has that name.
    """
    asked = request.GET.get("csv")
    if asked is None:
        may_see = person_of(request).may(Permission.SEE_INSIGHT)
        told = {"page": page, "choices": choices, "may_see_insight": may_see}
        return render(request, "insight/sheets.html", told)
    sheet = next((one for one in page.sheets if one.key == asked), None)
    if sheet is None:
        raise Http404
    response = HttpResponse(write_csv(sheet), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sheet.key}.csv"'
    return response
