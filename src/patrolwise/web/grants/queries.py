"""What pages of rounds and applications read: lists, rankings, what an assessor may see, counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404

from patrolwise.errors import RefusedError
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.partnership.grant_scoring import (
    Assessment,
    GrantScore,
    RankedApplication,
    rank_applications,
    score_application,
    see_assessments,
)
from patrolwise.partnership.grants import GrantState
from patrolwise.reporting.suppression import suppress
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.facts import read_assessments, read_round, tell_assessor
from patrolwise.web.grants.models import (
    AwardReport,
    FundRound,
    GrantApplication,
    GrantAssessment,
    GrantAward,
    PublishedGrant,
    RoundRemains,
)
from patrolwise.web.grants.models.rounds import OPEN

_SCORED = (
    GrantState.SCORED.value,
    GrantState.DECIDED.value,
    GrantState.AWARDED.value,
    GrantState.DECLINED.value,
)
STANDS = Q(withdrawn_at=None)
# of an application, what the list of a round's shows; of an assessment, what a score is made of
_OF_LIST = ("round", "org_name", "title", "asked_pence", "state", "is_eligible", "withdrawn_at")
_OF_SCORE = ("assessor_id", "has_conflict", "scores", "completed_at")


@dataclass(frozen=True, kw_only=True)
class RankedRow:
    """One application in the ranking."""

    row: GrantApplication
    ranked: RankedApplication

    @property
    def per_cent(self) -> str:
        """Its mean total, of the highest."""
        return f"{float(self.ranked.score.per_cent):.1f}"

    @property
    def asked(self) -> str:
        """What it asks for."""
        return show_pounds(self.row.asked_pence)


@dataclass(frozen=True, kw_only=True)
class ScoredView:
    """Scores of one application, as somebody may see them."""

    lines: tuple[tuple[str, dict[str, int], dict[str, str]], ...]  # who, scores, reasons
    score: GrantScore | None  # the totals, once they may be told
    refusal: str  # why there are none


@dataclass(frozen=True, kw_only=True)
class RoundCounts:
    """What of a round is told to whoever may see counts alone."""

    row: FundRound
    lines: tuple[tuple[str, str], ...]


def list_open_rounds(now: datetime) -> list[FundRound]:
    """Return the rounds that take applications."""
    today = day_of(now)
    return list(FundRound.objects.filter(state=OPEN, opens__lte=today, closes__gte=today))


def list_rounds() -> QuerySet[FundRound]:
    """Return all rounds, each with how many applications stand and were awarded, also once gone."""
    stands = Q(applications__withdrawn_at=None)
    sent = stands & ~Q(applications__state=GrantState.DRAFT.value)
    return FundRound.objects.annotate(
        drafts=Count("applications", filter=stands & Q(applications__state=GrantState.DRAFT.value)),
        sent=Count("applications", filter=sent) + Coalesce(F("remains__sent"), 0),
        awarded=Count("applications__award") + Coalesce(F("remains__awards"), 0),
    ).order_by("-opens", "-id")


def find_round(round_id: int) -> FundRound:
    """Return a round, or 404."""
    row = FundRound.objects.filter(pk=round_id).first()
    if row is None:
        raise Http404
    return row


def find_application_row(key: Any) -> GrantApplication:
    """Return an application, or 404; a draft is the applicant's own."""
    rows = GrantApplication.objects.exclude(state=GrantState.DRAFT.value)
    row = rows.select_related("round", "award").filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def list_applications(row: FundRound) -> QuerySet[GrantApplication]:
    """Return the applications of a round that were sent, with how many have scored each."""
    rows = row.applications.exclude(state=GrantState.DRAFT.value)  # type: ignore[attr-defined]
    # counted for the rows of one page, not for all that are sorted; no sealed or long field
    given = _count_assessments(~Q(has_conflict=True))
    done = _count_assessments(Q(completed_at__isnull=False))
    found: QuerySet[GrantApplication] = rows.annotate(given=given, done=done).only(*_OF_LIST)
    return found.order_by("state", "org_name", "id")


def list_held() -> list[tuple[Any, str]]:
    """Return the applications that are on hold: key and number."""
    rows = GrantApplication.objects.filter(is_held=True).order_by("reference")
    return list(rows.values_list("pk", "reference"))


def count_by_round(ids: Sequence[str]) -> list[tuple[str, int]]:
    """Return how many of some applications are of each round, by the round's title."""
    rows = FundRound.objects.filter(applications__in=ids).order_by("opens", "pk")
    return list(rows.annotate(many=Count("applications")).values_list("title", "many"))


def list_assessors() -> list[Person]:
    """Return who may be given applications."""
    may = [key for key, role in ROLES.items() if Permission.SCORE_GRANTS in role.permissions]
    return list(Person.objects.filter(role__in=may, is_active=True))


def rank_round(row: FundRound) -> list[RankedRow]:
    """Return the applications of a round that were scored, in the order of their totals."""
    rows = row.applications.filter(STANDS, is_eligible=True, state__in=_SCORED)  # type: ignore[attr-defined]
    rows = rows.only("round", "reference", "org_name", "state", "asked_pence", "moderation")
    found = {one.reference: one for one in rows}
    given: dict[Any, list[Any]] = {}
    of_round = GrantAssessment.objects.filter(application__in=rows.order_by().values("pk"))
    for one in of_round.values_list("application", *_OF_SCORE, named=True):
        given.setdefault(one.application, []).append(one)
    declared = read_round(row)
    scores = [
        score_application(read_assessments(given.get(one.pk, ()), key), declared, one.moderation)
        for key, one in found.items()
    ]
    asked = {key: one.asked_pence for key, one in found.items()}
    ranked = rank_applications(scores, asked, declared)
    return [RankedRow(row=found[one.score.application_id], ranked=one) for one in ranked]


def see_all_scores(row: GrantApplication) -> ScoredView:
    """Return the scores of an application as whoever runs the round sees them."""
    rows = list(row.assessments.all())  # type: ignore[attr-defined]
    return _view(row, rows, read_assessments(rows, row.reference))


def see_scores(own: GrantAssessment) -> ScoredView:
    """Return the scores of an application as one of its assessors may see them.

    Those of others only once enough are complete, and the assessor's own is among them.
    """
    row = own.application
    rows = list(row.assessments.all())
    declared = read_round(row.round)
    may = see_assessments(
        read_assessments(rows, row.reference), tell_assessor(own.assessor_id), declared
    )
    return _view(row, rows, may)


def list_own_assessments(person: Person) -> QuerySet[GrantAssessment]:
    """Return what an assessor was given, what is to be done first."""
    rows = GrantAssessment.objects.filter(
        assessor_id=person.pk, application__withdrawn_at=None
    ).select_related("application__round")
    return rows.order_by(F("completed_at").asc(nulls_first=True), "given_at", "id")


def list_to_score(person: Person) -> QuerySet[GrantAssessment]:
    """Return what `list_own_assessments` does, with no more of each than its line shows."""
    named = ("application__org_name", "application__round__title")
    return list_own_assessments(person).only(
        *("has_conflict", "declared_at", "completed_at"), *named
    )


def find_own_assessment(person: Person, key: int, *, is_declared: bool) -> GrantAssessment:
    """Return an assessment of an assessor's own, or 404.

    Parameters
    ----------
    person : Person
    key : int
    is_declared : bool
        True: only where no interest was declared; the application is not there before.

    Returns
    -------
    GrantAssessment
    """
    rows = list_own_assessments(person).filter(pk=key)
    if is_declared:
        rows = rows.filter(has_conflict=False)
    row = rows.first()
    if row is None:
        raise Http404
    return row


def find_remains(row: FundRound) -> RoundRemains | None:
    """Return what stays of a round's applications that were deleted; None: none was."""
    return RoundRemains.objects.filter(round=row).first()


def count_rounds() -> list[RoundCounts]:
    """Return counts of each round; small ones are hidden, others rounded. No organisation."""
    return [_count(row) for row in FundRound.objects.exclude(state="draft")]


def _count_assessments(which: Q) -> Coalesce:
    rows = GrantAssessment.objects.filter(which, application=OuterRef("pk")).order_by()
    many = rows.values("application").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(many), 0)


def _view(
    row: GrantApplication, rows: Sequence[GrantAssessment], may: Sequence[Assessment]
) -> ScoredView:
    codes = {one.assessor for one in may}
    lines = tuple(
        (tell_assessor(one.assessor_id), one.scores, one.notes)
        for one in rows
        if tell_assessor(one.assessor_id) in codes and not one.has_conflict
    )
    try:
        score = score_application(may, read_round(row.round), row.moderation) if may else None
    except RefusedError as error:
        return ScoredView(lines=lines, score=None, refusal=str(error))
    return ScoredView(lines=lines, score=score, refusal="" if may else "Nobody was given it yet.")


def _count(row: FundRound) -> RoundCounts:
    gone = find_remains(row) or RoundRemains()
    sent = row.applications.exclude(state=GrantState.DRAFT.value)  # type: ignore[attr-defined]
    by = {one["state"]: one["n"] for one in sent.values("state").annotate(n=Count("pk"))}
    awards = GrantAward.objects.filter(application__round=row, released_at__isnull=False)
    public = (awards, PublishedGrant.objects.filter(round=row))
    money = [one.aggregate(n=Count("pk"), pence=Sum("pence")) for one in public]
    told = AwardReport.objects.filter(award__application__round=row, returned_at=None)
    sums = told.aggregate(
        sessions=Sum("sessions_held"),
        attendances=Sum("attendances"),
        referred=Sum("referrals_received"),
        accepted=Sum("referrals_accepted"),
    )
    lines = (
        ("Applications sent", suppress(sum(by.values()) + gone.sent)),
        ("Declined", suppress(by.get(GrantState.DECLINED.value, 0) + gone.declined)),
        ("Awards that are public", str(sum(one["n"] for one in money))),
        ("Awarded in public", show_pounds(sum(one["pence"] or 0 for one in money))),
        ("Sessions held", str((sums["sessions"] or 0) + gone.sessions)),
        ("Attendances", suppress((sums["attendances"] or 0) + gone.attendances)),
        ("Referrals received", suppress((sums["referred"] or 0) + gone.referred)),
        ("Referrals accepted", suppress((sums["accepted"] or 0) + gone.accepted)),
    )
    return RoundCounts(row=row, lines=lines)
