"""What pages with a form about a review share: show it, do what it asks, or say what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import person_of
from patrolwise.web.casereviews.forms import is_done
from patrolwise.web.casereviews.models import Review
from patrolwise.web.commons import clock
from patrolwise.web.vault.writing import Writing


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a page asks, and what is done with the answer."""

    form: forms.Form
    title: str
    act: Callable[[dict[str, Any]], object]
    button: str = "Keep"
    lead: str = ""  # a sentence before the form


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


def answer_ask(request: HttpRequest, found: Review, ask: Ask) -> HttpResponse:
    """Return the page of a form about a review, or the way back to the review once it is done.

    Parameters
    ----------
    request : HttpRequest
    found : Review
        Within reach.
    ask : Ask

    Returns
    -------
    HttpResponse
    """
    is_sent = request.method == "POST" and ask.form.is_valid()
    if is_sent and is_done(ask.form, lambda: ask.act(ask.form.cleaned_data)):
        messages.success(request, "Kept.")
        return redirect("review", found.pk)
    return render(request, "casereviews/write.html", {"review": found, "ask": ask})
