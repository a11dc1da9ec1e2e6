"""Every page of the outreach site that can be asked for, as roles that may see it.

Used by the test of queries and by `python -m benchmarks.casework_pages`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.casework import models as casework
from patrolwise.web.casework.reach import reach_referrals
from patrolwise.web.desk.models import Disclosure, DisclosureRequest
from patrolwise.web.keeping.models import DeletionRun
from patrolwise.web.street import models as street
from patrolwise.web.team import scoring
from patrolwise.web.yourrecord.models import PersonRequest

from .casework_rows import LARGEST

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
# Asked for with GET, these are no page: they do something, or are for phones alone.
NO_PAGES = {
    "call-answer", "leave", "own-mind", "phone-add", "phone-half", "story-recall", "story-told",
    "street-sync", "wellbeing-called",
}  # fmt: skip
THE_PERSON = "the person"  # reads their own record with a code, without an account
_OWN = ("own", "own-rate")
# These show each role something else.
_BY_ROLE = {"home", "record", "cases", "case", "concerns", "moments", "stories", "safety-watch"}
_WITH_MORE = {
    "cases": ("tab=needs-me", "tab=team&page=99"),
    "concerns": ("page=99",),
    "desk": ("page=99",),
    "moments": ("page=99",),
    "record": ("page=99999", "action=refused"),
    "rota": ("week=2025-01-06",),
    "scorecard": ("quarter={quarter}",),
}
_ORDER = ("lead", "worker", "safeguarding", "protection", "partner", "evaluator", "administrator")


@dataclass(frozen=True, kw_only=True)
class PageAddress:
    """One page, as one role asks for it."""

    name: str
    role: str
    address: str


def list_pages(now) -> list[PageAddress]:
    """Return all pages, with numbers of rows that are there: of the largest case where it counts.

    Raises
    ------
    AssertionError
        There is no row for a page: the world is too small.
    """
    pages = []
    for pattern in walk(get_resolver().url_patterns):
        name, needed = pattern.name, getattr(pattern.callback, "needs", None)
        if name in NO_PAGES or name.startswith(SIGN_IN):
            continue
        given = {key: _find(name, key, now) for key in pattern.pattern.converters}
        assert None not in given.values(), f"{name} has no row to show: {given}"
        address = reverse(name, kwargs=given)
        roles = [key for key in _ORDER if needed is None or needed in ROLES[key].permissions]
        shown = [THE_PERSON] if name in _OWN else roles if name in _BY_ROLE else roles[:1]
        for role in shown:
            label = f"{name} ({role})" if len(shown) > 1 else name
            pages.append(PageAddress(name=label, role=role, address=address))
        role = "administrator" if name == "record" else roles[0]
        quarter = scoring.list_quarters(now.date())[1][0]  # the last that is over
        more = [one.format(quarter=quarter) for one in _WITH_MORE.get(name, ())]
        pages += [
            PageAddress(name=f"{name}?{one}", role=role, address=f"{address}?{one}") for one in more
        ]
    return pages


def find_own_case() -> casework.Engagement:
    """Return the case with the longest record."""
    return casework.Engagement.objects.get(reference=LARGEST)


def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Yield the addresses of the site."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from walk(pattern.url_patterns)


def _find(name: str, key: str, now) -> Any:
    """Return what a part of a page's address is made of."""
    case = find_own_case()
    own = {"engagement": case}
    partner = Person.objects.filter(role="partner").first()
    consented = {"purpose": "refer_to_service", "withdrawn_at": None}
    finders = {
        "case_id": lambda: case.pk,
        "person_id": lambda: _pk(Person, role="worker"),
        "follow_up_id": lambda: _pk(casework.FollowUp, **own, done_at=None),
        "consent_id": lambda: _pk(casework.Consent, **own, withdrawn_at=None),
        "concern_id": lambda: _pk(casework.Concern),
        "moment_id": lambda: _pk(casework.ReachableMoment),
        "service_id": lambda: casework.Consent.objects.get(**own, **consented).service_id,
        "story_id": lambda: _pk(casework.Story, **own, state=_STATES.get(name, "draft")),
        "held_id": lambda: _pk(street.HeldItem),
        "phone_id": lambda: _pk(street.Phone),
        "clash_id": lambda: _pk(street.FieldClash),
        "shift_id": lambda: _pk(street.Shift, status="planned"),
        "day": lambda: now.date().isoformat(),
        "reference": lambda: DeletionRun.objects.values_list("reference", flat=True).first(),
        "disclosure_id": lambda: _pk(Disclosure, decision="share"),
        "request_id": lambda: _pk(PersonRequest if name == "asked-one" else DisclosureRequest),
        "referral_id": lambda: (
            reach_referrals(partner).values_list("pk", flat=True).first()
            if name == "answer" else _pk(casework.Referral)
        ),
    }  # fmt: skip
    return finders[key]()


_STATES = {"story-release": "waiting", "story-print": "released", "story-text": "released"}


def _pk(model: type[Model], **which: Any) -> Any:
    return model._default_manager.filter(**which).values_list("pk", flat=True).first()
