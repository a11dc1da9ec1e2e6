"""A small round of grants: two criteria, two assessors, £60,000, and what was awarded of it."""

from dataclasses import replace
from datetime import date

from patrolwise.partnership.grant_awards import Award, BenefitPlace, GrantReport, Instalment
from patrolwise.partnership.grant_rounds import Criterion, Funder, GrantRound
from patrolwise.partnership.grant_scoring import Assessment
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind
from patrolwise.partnership.quarters import parse_quarter

ROUND = GrantRound(
    id="communities-fund",
    version=1,
    title="Communities fund 2026",
    opens=date(2026, 4, 1),
    closes=date(2026, 5, 15),
    budget_pence=6_000_000,
    most_pence=2_000_000,
    criteria=(Criterion("need", "Need", 3), Criterion("plan", "Plan", 2)),
    top_score=5,
    assessors=2,
    widest_spread=20,
    least_total=50,
    days_to_report=28,
    funder=Funder(org_id="GB-CHC-1000147", name="Example Fund", prefix="360G-example"),
)
CLUB = Organisation(
    ref="O1", name="Made-up Boxing Club", kind=OrgKind.CHARITY, charity_number="1000148"
)


def application(number="1", **given):
    made = Application(
        application_id=number,
        organisation=CLUB,
        title="Boxing on Friday nights",
        summary="Two sessions a week for young people near the market.",
        asked_pence=2_000_000,
        first=date(2026, 7, 1),
        last=date(2027, 3, 31),
        areas=("A",),
        young_people=60,
        has_safeguarding_policy=True,
        is_designed_with_young_people=True,
        state=GrantState.AWARDED,
        submitted=date(2026, 5, 1),
    )
    return replace(made, **given)


def assessment(assessor, need, plan, number="1", **given):
    made = Assessment(
        application_id=number,
        assessor=assessor,
        scores={"need": need, "plan": plan},
        completed=date(2026, 5, 20),
    )
    return replace(made, **given)


def award(number="1", pence=1_800_000, **given):
    part = pence // 3
    made = Award(
        award_id=f"A{number}",
        application_id=number,
        pence=pence,
        awarded=date(2026, 6, 10),
        first=date(2026, 7, 1),
        last=date(2027, 3, 31),
        schedule=(
            Instalment(1, date(2026, 7, 1), part),
            Instalment(2, date(2026, 11, 1), part),
            Instalment(3, date(2027, 2, 1), pence - 2 * part),
        ),
        place=BenefitPlace(name="Leicester", code="E06000016", code_type="UA"),
    )
    return replace(made, **given)


def report(quarter="2026-Q2", received=date(2026, 10, 20), number="1", **given):
    made = GrantReport(
        award_id=f"A{number}",
        quarter=parse_quarter(quarter),
        received=received,
        spent_pence=500_000,
        underspend_pence=0,
        sessions_planned=24,
        sessions_held=22,
        unique_young_people=41,
        attendances=310,
        areas=("A",),
        referrals_received=5,
        referrals_accepted=4,
    )
    return replace(made, **given)
