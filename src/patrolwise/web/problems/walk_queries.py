"""What is read of audits of places, and how it is told on their pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet

from patrolwise.partnership.environment_audits import (
    AuditItem,
    Change,
    IssueState,
    compare_walks,
    list_lacking_walks,
    load_items,
)
from patrolwise.web.problems.models import PlaceAudit, PlaceIssue, PlaceWalk, ProblemPlan
from patrolwise.web.problems.walk_actions import read_issue, read_walk

_SHOWN_WALKS = 4
_CHANGED = {Change.BETTER: "good", Change.WORSE: "bad"}


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """An audit in a list."""

    audit: PlaceAudit
    walks: int
    lacking: tuple[str, ...]
    open_issues: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """An item with its scores on the walks that are shown."""

    item: AuditItem
    scores: tuple[str, ...]
    notes: tuple[str, ...]  # of the newest walk that has some
    change: str  # from the last walk but one to the last
    mark: str  # good, bad or nothing


@dataclass(frozen=True, kw_only=True)
class IssueLine:
    """An issue in a list."""

    row: PlaceIssue
    title: str
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class AuditSheet:
    """All that an audit's page tells."""

    audit: PlaceAudit
    walks: tuple[PlaceWalk, ...]  # the last ones, by time
    lacking: tuple[str, ...]
    items: tuple[ItemLine, ...]
    issues: tuple[IssueLine, ...]

    @property
    def newest(self) -> PlaceWalk | None:
        """The last walk."""
        return self.walks[-1] if self.walks else None

    @property
    def columns(self) -> int:
        """How many columns the table of scores has."""
        return len(self.walks) + (3 if len(self.walks) > 1 else 2)


def all_audits() -> QuerySet[PlaceAudit]:
    """Return all audits, the newest first, unread.

    Returns
    -------
    QuerySet of PlaceAudit
    """
    return PlaceAudit.objects.prefetch_related("walks", "issues")


def tell_audits(audits: Iterable[PlaceAudit], today: date) -> list[AuditLine]:
    """Return audits as they stand in a list.

    Parameters
    ----------
    audits : iterable of PlaceAudit
    today : date

    Returns
    -------
    list of AuditLine
    """
    return [_tell_audit(audit, today) for audit in audits]


def find_audit(audit_id: int) -> PlaceAudit | None:
    """Return an audit with its walks and issues.

    Parameters
    ----------
    audit_id : int

    Returns
    -------
    PlaceAudit or None
    """
    rows = PlaceAudit.objects.prefetch_related("walks", "issues")
    return rows.filter(pk=audit_id).first()


def read_audit(audit: PlaceAudit, today: date) -> AuditSheet:
    """Return all that an audit's page tells.

    Parameters
    ----------
    audit : PlaceAudit
    today : date

    Returns
    -------
    AuditSheet
    """
    items, walks = load_items(audit.items_version), list(audit.walks.all())
    shown = walks[-_SHOWN_WALKS:]
    return AuditSheet(
        audit=audit,
        walks=tuple(shown),
        lacking=list_lacking_walks([read_walk(one) for one in walks]),
        items=_tell_items(items, shown) if shown else (),
        issues=tell_issues(audit.issues.all(), audit.items_version, today),
    )


def find_issue(issue_id: int) -> PlaceIssue | None:
    """Return an issue with its audit.

    Parameters
    ----------
    issue_id : int

    Returns
    -------
    PlaceIssue or None
    """
    return PlaceIssue.objects.select_related("audit").filter(pk=issue_id).first()


def tell_issues(
    rows: Iterable[PlaceIssue], items_version: int, today: date
) -> tuple[IssueLine, ...]:
    """Return issues by what they are called, those that are open first.

    Parameters
    ----------
    rows : iterable of PlaceIssue
    items_version : int
        Of their audit.
    today : date

    Returns
    -------
    tuple of IssueLine
    """
    items = load_items(items_version)
    lines = [
        IssueLine(
            row=row, title=items[row.item].title, is_overdue=read_issue(row).is_overdue(today)
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda one: one.row.state == IssueState.VERIFIED))


def list_place_plans(area_id: str) -> list[ProblemPlan]:
    """Return the plans of a hot spot, the newest first.

    Parameters
    ----------
    area_id : str

    Returns
    -------
    list of ProblemPlan
    """
    # not every database can look into a list: plans are few
    return [plan for plan in ProblemPlan.objects.all() if area_id in plan.area_ids]


def list_place_audits(area_id: str, today: date) -> list[AuditLine]:
    """Return the audits of a hot spot, the newest first.

    Parameters
    ----------
    area_id : str
    today : date

    Returns
    -------
    list of AuditLine
    """
    rows = PlaceAudit.objects.filter(area_id=area_id).prefetch_related("walks", "issues")
    return [_tell_audit(audit, today) for audit in rows]


def _tell_audit(audit: PlaceAudit, today: date) -> AuditLine:
    walks, issues = list(audit.walks.all()), list(audit.issues.all())
    return AuditLine(
        audit=audit,
        walks=len(walks),
        lacking=list_lacking_walks([read_walk(one) for one in walks]),
        open_issues=sum(one.state != IssueState.VERIFIED for one in issues),
        overdue=sum(read_issue(one).is_overdue(today) for one in issues),
    )


def _tell_items(items: Mapping[str, AuditItem], rows: Sequence[PlaceWalk]) -> tuple[ItemLine, ...]:
    walks = [read_walk(row) for row in rows]
    pairs = list(pairwise(walks))
    changes = {one.item: one.change for one in compare_walks(*pairs[-1], items)} if pairs else {}
    return tuple(
        ItemLine(
            item=item,
            scores=tuple(_tell_score(walk.scores.get(key)) for walk in walks),
            notes=tuple(walk.notes[key] for walk in walks if key in walk.notes)[-1:],
            change=changes[key].value if changes else "",
            mark=_CHANGED.get(changes[key], "") if changes else "",
        )
        for key, item in items.items()
    )


def _tell_score(score: int | None) -> str:
    return "not here" if score is None else str(score)
