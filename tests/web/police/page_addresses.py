"""Every page that can be asked for, with numbers of rows that are there and a role that may see it.

Used by the test of queries and by `python -m benchmarks.site_pages`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.field.models import Assignment, Device, Forwarder, QuarantinedItem
from patrolwise.web.insight.models import (
    EvaluationRun,
    NationalRun,
    ReadToken,
    TaskingDecision,
    TaskingPack,
)
from patrolwise.web.problems.models import (
    PlaceAudit,
    PlaceIssue,
    PlacePhoto,
    PlaceWalk,
    PlanAction,
    PlanHypothesis,
    ProblemPlan,
)
from patrolwise.web.problems.return_queries import list_quarters
from patrolwise.web.received.models import Envelope, OutreachProposal
from patrolwise.web.records.models import SavedMapping, SpotChoice, SpotSet, Upload
from patrolwise.web.tasking.models import (
    Brief,
    Debrief,
    PlaceEvent,
    PlaceNote,
    Plan,
    PlannedVisit,
    ProposedChange,
    UnitShift,
)

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
# Asked for with GET, these are no page: they do something, stay open, or are for phones alone.
NO_PAGES = {
    "brief-publish", "brief-read", "change-decide", "change-effect", "change-reply", "event-end",
    "event-withdraw", "field-sync", "live-base-map", "live-events", "national-again",
    "own-action", "place-note-close", "plan-again", "plan-publish", "problem-move",
    "problem-outcome", "run-again", "tasking-decision-done", "token-end", "upload-again",
    "upload-keep", "visit-lock",
}  # fmt: skip
# These have a part of the address each role sees otherwise.
BY_ROLE = ("home", "record")
WITH_MORE = {
    "insight-dose": ("weeks=52", "weeks=52&csv=dose-by-week"),
    "insight-map": ("weeks=52",),
    "insight-separation": ("weeks=52",),
    "insight-called-away": ("weeks=52",),
    "insight-debriefs": ("weeks=52",),
    "insight-crimes": ("definition=robbery@1",),
    "record": ("page=99999", "action=refused"),
    "debriefs": ("page=99999",),
    "briefs": ("page=99999",),
    "events": ("show=past", "show=withdrawn"),
    "hot-spot-compare": ("a={set_id}&b={other_set_id}",),
}
_FILES = {
    "run-file": "report.html",
    "national-file": "benchmark.json",
    "plan-file": "plan.json",
    "insight-map": "hot-spots.gpkg",
}
_ORDER = ("coordinator", "analyst", "administrator", "officer", "partner", "evaluator")


@dataclass(frozen=True, kw_only=True)
class PageAddress:
    """One page, as one role asks for it."""

    name: str
    role: str
    address: str


def list_pages(now) -> list[PageAddress]:
    """Return all pages with rows of the running week."""
    pages = []
    for pattern in _walk(get_resolver().url_patterns):
        name, needed = pattern.name, getattr(pattern.callback, "needs", None)
        if name in NO_PAGES or name.startswith(SIGN_IN):
            continue
        roles = [key for key in _ORDER if needed is None or needed in ROLES[key].permissions]
        given = _find_numbers(name, pattern.pattern.converters, now)
        if given is None:
            continue  # the world has no such row
        address = reverse(name, kwargs=given)
        for role in ROLES if name in BY_ROLE else roles[:1]:
            label = f"{name} ({role})" if name in BY_ROLE else name
            pages.append(PageAddress(name=label, role=role, address=address))
        role = "administrator" if name == "record" else roles[0]
        for more in WITH_MORE.get(name, ()):
            asked = f"{address}?{more.format(**_find_sets())}"
            pages.append(PageAddress(name=f"{name}?{more}", role=role, address=asked))
    return pages


def list_names() -> set[str]:
    """Return the names of all addresses of the site."""
    return {pattern.name for pattern in _walk(get_resolver().url_patterns)}


def _find_sets():
    """Return the set in force, and another version of it."""
    sets = SpotSet.objects.order_by("-state", "-version").values_list("pk", flat=True)
    return {"other_set_id": sets[0], "set_id": SpotSet.objects.get(state="published").pk}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _walk(pattern.url_patterns)


def _find_numbers(name, converters, now):
    """Return what an address is made with; None when there is no such row."""
    plan = Plan.objects.filter(state="published", first__lte=now.date()).order_by("-first").first()
    finders = {
        "upload_id": lambda: _upload(name),
        "problem_id": lambda: _first(PlanHypothesis, "plan_id") or _pk(ProblemPlan),
        "kind": lambda: "action",
        "stage": lambda: "scanning",
        "hypothesis_id": lambda: _pk(PlanHypothesis),
        "action_id": lambda: _pk(PlanAction),
        "audit_id": lambda: _pk(PlaceAudit),
        "walk_id": lambda: _pk(PlaceWalk),
        "photo_id": lambda: _pk(PlacePhoto, seen__isnull=False) or _pk(PlacePhoto),
        "owner": lambda: _first(PlaceIssue, "owner", owner__gt=""),
        "form": lambda: "json",
        "quarter": lambda: list_quarters(now.date())[0].label,
        "issue_id": lambda: _pk(PlaceIssue),
        "area_id": lambda: _first(PlaceAudit, "area_id"),
        "choice_id": lambda: _pk(SpotChoice),
        "number": lambda: 1,
        "plan_id": lambda: plan and plan.pk,
        "day": lambda: now.date() if plan else None,
        "visit_id": lambda: _pk(PlannedVisit, shift__plan=plan, shift__end__gt=now, area_id__gt=""),
        "shift_id": lambda: _pk(UnitShift, plan=plan, start__lte=now, end__gt=now),
        "event_id": lambda: _pk(PlaceEvent, last__gt=now),
        "note_id": lambda: _pk(PlaceNote, is_open=True),
        "brief_id": lambda: _pk(Brief, day__lte=now.date()),
        "debrief_id": lambda: _pk(Debrief),
        "change_id": lambda: _pk(ProposedChange),
        "device_id": lambda: _pk(Device, is_active=True),
        "assignment_id": lambda: _pk(Assignment, device__is_active=True),
        "mapping_id": lambda: _pk(SavedMapping),
        "forwarder_id": lambda: _pk(Forwarder, is_active=True),
        "item_id": lambda: _pk(QuarantinedItem, decided=None),
        "pack_id": lambda: _pk(TaskingPack, state="done"),
        "decision_id": lambda: _pk(TaskingDecision),
        "person_id": lambda: _pk(Person, role="partner"),
        "run_id": lambda: _pk(EvaluationRun, state="done"),
        "national_id": lambda: _pk(NationalRun, state="done"),
        "measure_id": lambda: "robbery",
        "picture": lambda: "robbery-1-700.svg",
        "other_id": lambda: _pk(EvaluationRun),
        "token_id": lambda: _pk(ReadToken),
        "proposal_id": lambda: OutreachProposal.objects.values_list(
            "proposal_id", flat=True
        ).first(),
        "reference": lambda: Envelope.objects.values_list("reference", flat=True).first(),
    }
    in_force = SpotSet.objects.filter(state="published").first()
    finders["set_id"] = lambda: in_force and (in_force.set_id if name == "api-set" else in_force.pk)
    finders["version"] = lambda: in_force and in_force.version
    finders["name"] = lambda: _FILES.get(name)
    given = {key: finders.get(key, lambda: None)() for key in converters}
    return None if None in given.values() else given


def _pk(model, **which):
    return _first(model, "pk", **which)


def _first(model, column, **which):
    return model.objects.filter(**which).values_list(column, flat=True).first()


def _upload(name):
    state = {"upload-mapping": "waiting", "upload-keep": "preview"}.get(name, "kept")
    return _pk(Upload, state=state, kind="crimes")
