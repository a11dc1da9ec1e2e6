"""What everybody may see of awards: those that are here, and the public facts of those deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from patrolwise.files.giving_360 import Grants
from patrolwise.partnership.grant_awards import Award, BenefitPlace
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind
from patrolwise.web.grants.facts import (
    read_application,
    read_award,
    read_payments,
    read_round,
)
from patrolwise.web.grants.models import FundRound, GrantAward, PublishedGrant

_TOLD = ("number", "pence", "awarded", "place", "first", "last")


@dataclass(frozen=True, kw_only=True)
class PublicAward:
    """One award as everybody may see it: no hot spot, no contact, no score."""

    number: str
    awarded: date
    title: str
    summary: str
    organisation: str
    place: str
    pounds: str
    first: date
    last: date
    fund: str


def list_public() -> list[PublicAward]:
    """Return the awards that are public, the newest first, also those deleted since."""
    of_application = ("title", "summary", "org_name", "round__title")
    here = _list_released().values_list(*_TOLD, *(f"application__{one}" for one in of_application))
    gone = PublishedGrant.objects.order_by().values_list(*_TOLD, *of_application)
    found = [
        PublicAward(
            number=number,
            awarded=awarded,
            title=title,
            summary=summary,
            organisation=organisation,
            place=place,
            pounds=show_pounds(pence),
            first=first,
            last=last,
            fund=fund,
        )
        for rows in (here, gone)
        for number, pence, awarded, place, first, last, title, summary, organisation, fund in rows
    ]
    found.sort(key=lambda one: one.number)
    return sorted(found, key=lambda one: one.awarded, reverse=True)


def is_any_public() -> bool:
    """Return whether any award is public."""
    return _list_released().exists() or PublishedGrant.objects.exists()


def list_public_rounds() -> list[FundRound]:
    """Return the rounds of which awards are public."""
    rows = FundRound.objects.annotate(
        many=Count("applications__award__released_at"),
        has_gone=Exists(PublishedGrant.objects.filter(round=OuterRef("pk"))),
    )
    return list(rows.filter(Q(many__gt=0) | Q(has_gone=True)).order_by("-opens", "-id"))


def gather_round(row: FundRound, *, is_released: bool) -> Grants:
    """Return what is published of a round: what was released, or all that was accepted."""
    awards = GrantAward.objects.filter(application__round=row, accepted_at__isnull=False)
    if is_released:
        awards = awards.filter(released_at__isnull=False)
    awards = awards.select_related("application__round").prefetch_related("instalments", "payments")
    gone = list(row.published.all())  # type: ignore[attr-defined]
    return Grants(
        grant_round=read_round(row),
        applications={
            **{one.application.reference: read_application(one.application) for one in awards},
            **{one.reference: _recall_application(one) for one in gone},
        },
        awards=[*(read_award(one) for one in awards), *(_recall_award(one) for one in gone)],
        payments=[
            *(
                paid
                for one in awards
                for paid in read_payments(one.payments.all(), one.number)  # type: ignore[attr-defined]
            ),
            *(paid for one in gone for paid in _recall_payments(one)),
        ],
    )


def name_files(round_id: int) -> tuple[str, str]:
    """Return under which names a round's open files stand in the cache: JSON, CSV."""
    return f"grants-json:{round_id}", f"grants-csv:{round_id}"


def _list_released() -> QuerySet[GrantAward]:
    rows = GrantAward.objects.filter(released_at__isnull=False, accepted_at__isnull=False)
    return rows.order_by()


def _recall_application(row: PublishedGrant) -> Application:
    return Application(
        application_id=row.reference,
        organisation=Organisation(
            ref=row.reference,
            name=row.org_name,
            kind=OrgKind(row.org_kind),
            charity_number=row.charity_number,
            company_number=row.company_number,
        ),
        title=row.title,
        summary=row.summary,
        asked_pence=row.asked_pence,
        state=GrantState.AWARDED,
    )


def _recall_award(row: PublishedGrant) -> Award:
    return Award(
        award_id=row.number,
        application_id=row.reference,
        pence=row.pence,
        awarded=row.awarded,
        first=row.first,
        last=row.last,
        schedule=(),
        place=BenefitPlace(name=row.place, code=row.place_code, code_type=row.place_code_type),
    )


def _recall_payments(row: PublishedGrant) -> Iterator[Payment]:
    """Yield what was paid as one sum: the open data tells no more."""
    if row.last_paid is not None:
        yield Payment(award_id=row.number, number=1, paid=row.last_paid, pence=row.paid_pence)
