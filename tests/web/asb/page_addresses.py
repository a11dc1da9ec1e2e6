"""Every page of casework that can be asked for, as roles that may see it.

Used by the test of queries and by `python -m benchmarks.asb_pages`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.asb import models
from patrolwise.web.asb.queries import filter_cases

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
OURS = ("asb-", "home", "hot-spots", "people", "record")
_BY_ROLE = {"home", "asb-cases", "asb-case", "asb-own-actions"}  # each role sees something else
_WITH_MORE = {
    "asb-cases": ("tab=needs-me", "tab=team&page=50", "tab=closed&page=20", "tab=team&risk=high"),
    "asb-incidents": ("page=20",),
    "asb-counts": ("quarter={quarter}",),
    "record": ("page=99999",),
}
_ORDER = (
    "lead", "case_officer", "partner", "patrol", "analyst", "commissioner", "evaluator",
    "protection", "administrator",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PageAddress:
    """One page, as one role asks for it."""

    name: str
    role: str
    address: str


def list_pages(now, people) -> list[PageAddress]:
    """Return all pages of casework, with numbers of rows that are there.

    Raises
    ------
    AssertionError
        There is no row for a page: the world is too small.
    """
    pages = []
    for pattern in walk(get_resolver().url_patterns):
        name, needed = pattern.name, getattr(pattern.callback, "needs", None)
        if needed is None or name.startswith(SIGN_IN) or not name.startswith(OURS):
            continue
        roles = [key for key in _ORDER if needed in ROLES[key].permissions]
        for role in roles if name in _BY_ROLE else roles[:1]:
            given = {key: _find(key, people[role], now) for key in pattern.pattern.converters}
            assert None not in given.values(), f"{name} has no row to show: {given}"
            address = reverse(name, kwargs=given)
            label = f"{name} ({role})" if name in _BY_ROLE else name
            pages.append(PageAddress(name=label, role=role, address=address))
            if role == roles[0]:
                for one in _WITH_MORE.get(name, ()):
                    asked = one.format(quarter=f"{now.year - 1}-4")
                    pages.append(
                        PageAddress(name=f"{label}?{one}", role=role, address=f"{address}?{asked}")
                    )
    return pages


def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Yield the addresses of the site."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from walk(pattern.url_patterns)


def find_case(person, now) -> models.Case:
    """Return a case within somebody's reach, with the longest record."""
    from django.db.models import Count

    cases = filter_cases(person, "team", "", now)
    counted = cases.filter(powers__isnull=False).annotate(number=Count("incidents"))
    return counted.order_by("-number").first()


def _find(key: str, person, now) -> Any:
    """Return what a part of a page's address is made of."""
    finders = {
        "person_id": lambda: person.pk,
        "incident_id": lambda: _pk(models.Incident.objects.filter(case=None)),
        "instrument_id": lambda: _pk(models.Instrument.objects),
        "import_id": lambda: _pk(models.ImportRun.objects),
        "reference": lambda: models.DeletionRun.objects.values_list("reference", flat=True).first(),
        "key": lambda: "civil-injunction",
    }
    if key in finders:
        return finders[key]()
    case = find_case(person, now) or models.Case.objects.filter(powers__isnull=False).first()
    own = {
        "case_id": lambda: case.pk,
        "victim_id": lambda: _pk(case.victims),
        "subject_id": lambda: _pk(case.subjects),
        "assessment_id": lambda: _pk(models.RiskAssessment.objects.filter(victim__case=case)),
        "power_id": lambda: _pk(case.powers),
        "action_id": lambda: _pk(case.actions.filter(done_on=None)),
        "party_id": lambda: _pk(case.parties),
    }
    return own[key]()


def _pk(rows) -> Any:
    return rows.values_list("pk", flat=True).first()
