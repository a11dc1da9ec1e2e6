"""What is done to audits of places: begun, walked, and what was wrong is reported and mended."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from patrolwise.errors import RefusedError
from patrolwise.partnership.environment_audits import (
    NEWEST,
    Issue,
    IssueState,
    Light,
    Walk,
    check_walk,
    find_new_issues,
    load_items,
    report_issue,
    say_fixed,
    settle_issue,
)
from patrolwise.partnership.service_requests import OwnerAnswer, take_answers
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.problems.models import PlaceAudit, PlaceIssue, PlaceWalk

_ISSUE = ("item", "severity", "found", "owner", "reference", "reported", "target", "fixed")


@dataclass(frozen=True, kw_only=True)
class IssueReport:
    """Who was told of a fault, under which reference, and by when they mean to mend it."""

    owner: str
    reference: str  # empty where a file tells them: our number then stands for it
    target: date | None  # None: they have yet to say


def begin_audit(*, by: Person, area_id: str, today: date) -> PlaceAudit:
    """Begin an audit of a hot spot, by the newest set of items.

    Parameters
    ----------
    by : Person
    area_id : str
    today : date

    Returns
    -------
    PlaceAudit
    """
    with transaction.atomic():
        audit = PlaceAudit.objects.create(
            area_id=area_id, items_version=NEWEST, begun=today, begun_by_id=by.pk
        )
        _record(by, "audit of a place begun", audit)
    return audit


def keep_walk(
    *, by: Person, audit: PlaceAudit, walk: Walk, weather: str, now: datetime
) -> PlaceWalk:
    """Keep a walk; what is wrong becomes issues, and what was said to be fixed is looked at.

    Parameters
    ----------
    by : Person
    audit : PlaceAudit
    walk : Walk
    weather : str
    now : datetime
        Aware.

    Returns
    -------
    PlaceWalk

    Raises
    ------
    InputError
        It left something out.
    RefusedError
        It is of the future.
    """
    items = load_items(audit.items_version)
    check_walk(walk, items)
    if walk.walked > now:
        raise RefusedError("The walk is of a time that is still to come. Give when it was made.")
    with transaction.atomic():
        PlaceAudit.objects.select_for_update().get(pk=audit.pk)
        row = PlaceWalk.objects.create(
            audit=audit,
            walked=walk.walked,
            light=walk.light.value,
            weather=weather,
            walkers=list(walk.walkers),
            scores=dict(walk.scores),
            notes=dict(walk.notes),
            kept_by_id=by.pk,
        )
        rows = list(audit.issues.all())
        for one in rows:
            _write(one, settle_issue(read_issue(one), walk, items), walk)
        found = find_new_issues(walk, [read_issue(one) for one in rows])
        for issue in found:
            PlaceIssue.objects.create(
                audit=audit,
                item=issue.item,
                text=walk.notes[issue.item].strip(),
                severity=issue.severity,
                found=issue.found,
            )
        _record(by, "place walked", audit, light=walk.light.value, issues=len(found))
    return row


def report(*, by: Person, row: PlaceIssue, told: IssueReport, today: date) -> None:
    """Keep that the owner of an asset was told of a fault.

    Parameters
    ----------
    by : Person
    row : PlaceIssue
    told : IssueReport
    today : date

    Raises
    ------
    RefusedError
        It was reported before, or something is lacking.
    """
    with transaction.atomic():
        row = PlaceIssue.objects.select_for_update().get(pk=row.pk)
        said = {**asdict(told), "owner": _spell_owner(told.owner)}
        said["reference"] = told.reference or name_request(row)
        _write(row, report_issue(read_issue(row), **said, on=today))
        _record(by, "issue reported", row.audit, issue=row.pk)


def fix(*, by: Person, row: PlaceIssue, on: date, today: date) -> None:
    """Keep that the owner says that a fault is mended. A second walk has yet to see it.

    Parameters
    ----------
    by : Person
    row : PlaceIssue
    on : date
        Of mending.
    today : date

    Raises
    ------
    RefusedError
        It is not with its owner, or the day is to come.
    """
    if on > today:
        raise RefusedError(f"{on} is still to come. Give the day on which it was mended.")
    with transaction.atomic():
        row = PlaceIssue.objects.select_for_update().get(pk=row.pk)
        _write(row, say_fixed(read_issue(row), on=on))
        _record(by, "issue said to be fixed", row.audit, issue=row.pk)


def answer(*, by: Person, owner: str, answers: Sequence[OwnerAnswer], today: date) -> int:
    """Take in what an owner answers to the requests of its file: all of it, or none.

    Parameters
    ----------
    by : Person
    owner : str
    answers : sequence of OwnerAnswer
    today : date

    Returns
    -------
    int
        How many faults changed.

    Raises
    ------
    InputError
        With all that is wrong.
    """
    with transaction.atomic():
        rows = PlaceIssue.objects.select_for_update(of=("self",)).select_related("audit")
        named = {name_request(row): row for row in rows.filter(owner=owner)}
        issues = {request: read_issue(row) for request, row in named.items()}
        changed = take_answers(issues, answers, today=today)
        for request, issue in changed.items():
            row = named[request]
            _write(row, issue)
            _record(by, "owner's answer kept", row.audit, issue=row.pk, state=row.state)
    return len(changed)


def name_request(row: PlaceIssue) -> str:
    """Return the number under which a fault's owner knows it in our files.

    Parameters
    ----------
    row : PlaceIssue

    Returns
    -------
    str
    """
    return f"place-issue-{row.pk}"


def read_walk(row: PlaceWalk) -> Walk:
    """Return a walk as the library takes it, in local time.

    Parameters
    ----------
    row : PlaceWalk

    Returns
    -------
    Walk
    """
    return Walk(
        walked=localtime(row.walked),
        light=Light(row.light),
        scores=row.scores,
        notes=row.notes,
        walkers=tuple(row.walkers),
    )


def read_issue(row: PlaceIssue) -> Issue:
    """Return an issue as the library takes it.

    Parameters
    ----------
    row : PlaceIssue

    Returns
    -------
    Issue
    """
    return Issue(state=IssueState(row.state), **{name: getattr(row, name) for name in _ISSUE})


def _spell_owner(owner: str) -> str:
    """Return an owner as it was spelt before, so that it gets one file and not two."""
    owner = " ".join(owner.split())
    known = PlaceIssue.objects.filter(owner__iexact=owner).order_by("id")
    return known.values_list("owner", flat=True).first() or owner


def _write(row: PlaceIssue, issue: Issue, walk: Walk | None = None) -> None:
    is_seen = issue.state is IssueState.VERIFIED and row.state != IssueState.VERIFIED
    if is_seen and walk is not None:
        row.verified = walk.walked
    row.state = issue.state.value
    for name in _ISSUE:
        setattr(row, name, getattr(issue, name))
    row.save()


def _record(by: Person, action: str, audit: PlaceAudit, **detail: Any) -> None:
    subject = f"place-audit:{audit.pk}"
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    )
