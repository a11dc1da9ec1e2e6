"""What the pages of casework share: who writes, forms with one button, and short names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import person_of
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.vault.writing import Writing

A_PAGE = 30


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A page with one form."""

    title: str
    button: str
    back: str  # address
    back_title: str
    intro: str = ""
    warning: str = ""
    done: str = "Kept."


def write_now(request: HttpRequest) -> Writing:
    """Return who writes, now.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    Writing
    """
    return Writing(by=person_of(request), now=clock.now())


def answer_form(
    request: HttpRequest,
    form: Form,
    page: FormPage,
    act: Callable[[], Any],
    leads_to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Show a form, or do what it asks for and go on.

    Parameters
    ----------
    request : HttpRequest
    form : Form
    page : FormPage
    act : callable
        What is done with a valid form; what it refuses stands on the form.
    leads_to : callable, optional
        From what was made to the address of the next page; where one came from when None.

    Returns
    -------
    HttpResponse
    """
    made: list[Any] = []
    if request.method == "POST" and form.is_valid() and is_done(form, lambda: made.append(act())):
        messages.success(request, page.done)
        return redirect(leads_to(made[0]) if leads_to else page.back)
    return render(request, "asb/form.html", {"form": form, "page": page})


def number_people(what: str, people: Iterable[Any]) -> list[tuple[str, str]]:
    """Return people of one table as choices, by their numbers within the case alone.

    Parameters
    ----------
    what : str
        Such as "Subject".
    people : iterable of Victim, or of Subject

    Returns
    -------
    list of (id, words)
    """
    return [(str(one.pk), f"{what} {one.number}") for one in people]
