"""How far people came of those who could have been reached; one person counts once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from patrolwise.outreach.moments import FunnelRow, FunnelStep, count_funnel
from patrolwise.outreach.vocabulary import Approached, MomentSource, Response
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.models import CaseNote, Consent, Engagement, ReachableMoment
from patrolwise.web.casework.words import key_of

_CLOSED_WELL = "goals_met"


def list_moments(person: Person) -> QuerySet[ReachableMoment]:
    """Return moments: one's own, or the service's for a lead.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of ReachableMoment
    """
    if person.may(Permission.SEE_ALL_CASES):
        return ReachableMoment.objects.all()
    return ReachableMoment.objects.filter(created_by_id=person.pk)


def count_people(first: date, last: date) -> list[FunnelStep]:
    """Return how many came how far, from all sources and the street together.

    Parameters
    ----------
    first, last : date
        Days of moments and of agreements.

    Returns
    -------
    list of FunnelStep
    """
    moments = ReachableMoment.objects.filter(
        eligible_at__date__gte=first, eligible_at__date__lte=last
    ).only("source", "approached", "response", "engagement_id")
    cases = Engagement.objects.filter(agreed_on__gte=first, agreed_on__lte=last)
    ids = {*cases.values_list("pk", flat=True)}
    ids |= {pk for pk in moments.values_list("engagement", flat=True) if pk}
    agreed = _list_cases(Consent.objects.filter(engagement__in=ids))
    begun = _list_cases(CaseNote.objects.filter(engagement__in=ids, kind="session"))
    done = set(
        Engagement.objects.filter(pk__in=ids, close_reason=_CLOSED_WELL).values_list(
            "pk", flat=True
        )
    )
    far = _Far(agreed=agreed, begun=begun, done=done)
    rows = [*map(far.of_moment, moments), *map(far.of_case, cases.values_list("pk", flat=True))]
    return count_funnel(rows)


def _list_cases(rows: QuerySet[Any]) -> set[object]:
    """Return the cases that have such rows, each read once."""
    return set(rows.order_by().values_list("engagement", flat=True).distinct())


class _Far:
    """How far each case came; a stage that lacks the one before it does not count."""

    def __init__(
        self, agreed: Iterable[object], begun: Iterable[object], done: Iterable[object]
    ) -> None:
        self._agreed, self._begun, self._done = set(agreed), set(begun), set(done)

    def of_moment(self, moment: ReachableMoment) -> FunnelRow:
        case = moment.engagement_id  # type: ignore[attr-defined]
        approached = moment.approached == key_of(Approached.YES)
        engaged = approached and moment.response == key_of(Response.ENGAGED) and case is not None
        return self._make(
            str(moment.pk),
            MomentSource[moment.source.upper()],
            case if engaged else None,
            approached,
        )

    def of_case(self, case: object) -> FunnelRow:
        return self._make(f"case {case}", None, case, True)

    def _make(
        self, row_id: str, source: MomentSource | None, case: object | None, approached: bool
    ) -> FunnelRow:
        consented = case in self._agreed
        started = consented and case in self._begun
        return FunnelRow(
            row_id=row_id,
            source=source,
            approached=approached,
            engaged=case is not None,
            consented=consented,
            started=started,
            completed=started and case in self._done,
            engagement_id=None if case is None else str(case),
        )
