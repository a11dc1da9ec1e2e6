"""Rows of the site as the library's values, whose rules then decide."""

from collections.abc import Iterable, Sequence
from typing import Any

from patrolwise.partnership.grant_awards import Award, BenefitPlace, GrantReport, Instalment
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_release import AwardCondition
from patrolwise.partnership.grant_rounds import Criterion, Funder, GrantRound
from patrolwise.partnership.grant_scoring import Assessment
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.models import (
    AwardReport,
    FundRound,
    GrantApplication,
    GrantAssessment,
    GrantAward,
    GrantCondition,
    GrantInstalment,
    GrantPayment,
)

# of a report, what the library's has by the same name
REPORTED = (
    *("received", "spent_pence", "underspend_pence", "sessions_planned", "sessions_held"),
    *("unique_young_people", "attendances", "referrals_received", "referrals_accepted"),
    *("measure", "asked", "answered", "mean", "risks"),
)


def read_round(row: FundRound) -> GrantRound:
    """Return a round as it was declared.

    Raises
    ------
    InputError
        With everything in it that cannot be.
    """
    same = (
        *("version", "title", "opens", "closes", "budget_pence", "most_pence", "top_score"),
        *("assessors", "widest_spread", "least_total", "days_to_report"),
    )
    return GrantRound(
        id=row.key,
        criteria=tuple(Criterion(**one) for one in row.criteria),
        funder=Funder(org_id=row.funder_org_id, name=row.funder_name, prefix=row.funder_prefix),
        **{name: getattr(row, name) for name in same},
    )


def read_application(row: GrantApplication) -> Application:
    """Return an application, as far as it is filled."""
    organisation = None
    if row.org_name and row.org_kind:
        organisation = Organisation(
            ref=row.reference,
            name=row.org_name,
            kind=OrgKind(row.org_kind),
            charity_number=row.charity_number,
            company_number=row.company_number,
        )
    return Application(
        application_id=row.reference,
        organisation=organisation,
        title=row.title,
        summary=row.summary,
        asked_pence=row.asked_pence,
        first=row.first,
        last=row.last,
        areas=tuple(row.area_ids),
        young_people=row.young_people or 0,
        has_safeguarding_policy=bool(row.has_safeguarding_policy),
        is_designed_with_young_people=bool(row.is_designed_with_young_people),
        state=GrantState(row.state),
        submitted=day_of(row.submitted_at) if row.submitted_at else None,
    )


def read_assessments(
    rows: Iterable[GrantAssessment | Any], reference: str
) -> tuple[Assessment, ...]:
    """Return the assessments of one application; who has not declared yet has no conflict."""
    return tuple(
        Assessment(
            application_id=reference,
            assessor=tell_assessor(one.assessor_id),
            has_conflict=bool(one.has_conflict),
            scores=one.scores,
            completed=day_of(one.completed_at) if one.completed_at else None,
        )
        for one in rows
    )


def tell_assessor(number: int) -> str:
    """Return an assessor's code: never a name."""
    return f"A{number}"


def read_award(row: GrantAward, schedule: Iterable[GrantInstalment | Any] | None = None) -> Award:
    """Return an award, with its own instalments unless others are given; for a list, none."""
    rows = row.instalments.all() if schedule is None else schedule  # type: ignore[attr-defined]
    return Award(
        award_id=row.number,
        application_id=row.application.reference,
        pence=row.pence,
        awarded=row.awarded,
        first=row.first,
        last=row.last,
        schedule=tuple(Instalment(one.number, one.due, one.pence) for one in rows),
        place=BenefitPlace(name=row.place, code=row.place_code, code_type=row.place_code_type),
    )


def read_reports(rows: Iterable[AwardReport | Any], number: str) -> tuple[GrantReport, ...]:
    """Return the reports of one award that count: those that were sent back do not."""
    return tuple(
        GrantReport(
            award_id=number,
            quarter=parse_quarter(one.quarter),
            areas=tuple(one.area_ids),
            **{name: getattr(one, name) for name in REPORTED},
        )
        for one in rows
        if one.returned_at is None
    )


def read_payments(rows: Iterable[GrantPayment | Any], number: str) -> tuple[Payment, ...]:
    """Return the payments of one award that were released."""
    return tuple(
        Payment(award_id=number, number=one.number, paid=one.paid, pence=one.pence)
        for one in rows
        if one.paid is not None
    )


def read_conditions(rows: Sequence[GrantCondition]) -> tuple[AwardCondition, ...]:
    """Return the conditions of one award."""
    return tuple(AwardCondition(text=one.text, before=one.before, met=one.met) for one in rows)
