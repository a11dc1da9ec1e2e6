"""Rounds, applications and awards for tests, each made by the actions that pages call."""

import datetime as dt

from patrolwise.web.grants.actions import applying, awards, panel, payments, rounds
from patrolwise.web.grants.models import GrantApplication, GrantAward

DAY = dt.timedelta(days=1)
OPENED = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
APPLIED = dt.datetime(2026, 4, 20, 9, tzinfo=dt.UTC)
CLOSED = dt.datetime(2026, 5, 16, 9, tzinfo=dt.UTC)
SCORED = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
AWARDED = dt.datetime(2026, 6, 10, 9, tzinfo=dt.UTC)
PAID = dt.datetime(2026, 7, 2, 9, tzinfo=dt.UTC)
REPORTED = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
CRITERIA = [
    {"key": "need", "title": "It is needed", "weight": 3},
    {"key": "plan", "title": "The plan is sound", "weight": 2},
]
ROUND = {
    "key": "fund", "version": 1, "title": "Communities fund", "opens": dt.date(2026, 4, 1),
    "closes": dt.date(2026, 5, 15), "budget_pence": 3_000_000, "most_pence": 2_000_000,
    "youngest": 10, "oldest": 24, "criteria": CRITERIA, "conditions": "Send the policy",
    "funder_org_id": "GB-CHC-1000147", "funder_name": "Example Fund",
    "funder_prefix": "360G-example",
}  # fmt: skip
ANSWERS = {
    "org_name": "Made-up Chess Club", "org_kind": "charity", "charity_number": "1000148",
    "company_number": "", "governance": "A board of five.", "has_safeguarding_policy": True,
    "policy_reviewed": dt.date(2026, 1, 1), "is_insured": True,
    "insured_until": dt.date(2027, 12, 31), "title": "Chess on Fridays",
    "summary": "Two sessions a week for young people near the market.", "area_ids": ["hs-1"],
    "first": dt.date(2026, 7, 1), "last": dt.date(2027, 3, 31), "youngest": 11, "oldest": 19,
    "young_people": 60, "cohort": "Young people who are out late.",
    "outcomes": "They feel safe.", "evidence": "moderate", "evidence_why": "By the toolkit.",
    "is_designed_with_young_people": True, "co_design": "They chose the nights.",
    "budget": [{"what": "Workers", "pence": 1_000_000}, {"what": "Room", "pence": 200_000}],
    "match_pence": 50_000, "match_source": "Council", "contact_name": "Zq Contactname",
    "contact_phone": "01632 960001", "contact_email": "zq@example.org",
}  # fmt: skip
INSTALMENTS = [(dt.date(2026, 7, 1), 600_000), (dt.date(2026, 11, 1), 600_000)]
REPORT = {
    "quarter": "2026-Q2", "spent_pence": 500_000, "underspend_pence": 10_000,
    "sessions_planned": 24, "sessions_held": 22, "unique_young_people": 41, "attendances": 310,
    "area_ids": ["hs-1"], "referrals_received": 9, "referrals_accepted": 8, "measure": "Safe",
    "asked": 40, "answered": 30, "mean": 3.5, "risks": "The hall is full.",
    "story": "They came back each week.", "has_permission": True,
}  # fmt: skip


def make_round(by, *, is_open=True, **values):
    row = rounds.write_round(by=by, now=OPENED - DAY, values=ROUND | values)
    if is_open:
        rounds.open_round(by=by, now=OPENED, row=row)
    row.refresh_from_db()
    return row


def apply(row, *, is_sent=True, **values):
    made, code = applying.begin_application(row=row, values=ANSWERS | values, now=APPLIED)
    if is_sent:
        applying.submit(row=made, now=APPLIED)
    made.refresh_from_db()
    return made, code


def close(by, row):
    rounds.close_round(by=by, now=CLOSED, row=row)


def screen(by, row, outcome="eligible", reasons="All is there."):
    said = panel.Screened(outcome=outcome, reasons=reasons)
    panel.screen(by=by, now=CLOSED, row=row, said=said)
    row.refresh_from_db()


def give(by, row, *assessors):
    panel.give_to(by=by, now=CLOSED, row=row, assessors=list(assessors))
    return [row.assessments.get(assessor_id=one.pk) for one in assessors]


def declare(by, row, *, has_conflict=False, note=""):
    panel.declare(by=by, now=CLOSED, row=row, has_conflict=has_conflict, note=note)


def score(by, row, need, plan, *, is_complete=True):
    said = panel.Scored(
        scores={"need": need, "plan": plan}, notes={"need": "Because"}, is_complete=is_complete
    )
    panel.score(by=by, now=SCORED, row=row, said=said)


def make_scored(people, second, scores=((4, 4), (5, 4)), **values):
    """Return a closed round's application that two have scored."""
    row = make_round(people["programme"])
    made, code = apply(row, **values)
    close(people["programme"], row)
    judge(people, second, made, scores)
    return fresh(made), code


def judge(people, second, made, scores):
    screen(people["programme"], made)
    both = (people["assessor"], second)
    for by, one, given in zip(both, give(people["programme"], made, *both), scores, strict=True):
        declare(by, one)
        score(by, one, *given)


def award(people, row, *, is_decided=False, **values):
    """Return the award of an application that was scored: decided and accepted unless it was."""
    if not is_decided:
        said = {"is_funded": True, "reasons": "A clear need."}
        panel.decide(by=people["commissioner"], now=SCORED, row=row, **said)
    given = {
        "first": row.first, "last": row.last, "place": "Leicester", "place_code": "E06000016",
        "place_code_type": "UA", "conditions": [("Send the policy", 1)],
        "instalments": INSTALMENTS,
    }  # fmt: skip
    new = awards.NewAward(**(given | values))
    made = awards.make_award(by=people["commissioner"], now=AWARDED, row=row, new=new)
    if not is_decided:
        applying.accept_award(row=row, now=AWARDED)
    return GrantAward.objects.get(pk=made.pk)


def pay(people, row, pence=600_000, number=1, now=PAID):
    made = payments.propose_payment(
        by=people["programme"], now=now, award=row, number=number, pence=pence
    )
    payments.release_payment(by=people["commissioner"], now=now, row=made)
    made.refresh_from_db()
    return made


def meet(people, row):
    for one in row.conditions.all():
        awards.note_met(by=people["programme"], now=AWARDED, row=one, seen="The paper")


def fresh(row):
    return GrantApplication.objects.select_related("round").get(pk=row.pk)
