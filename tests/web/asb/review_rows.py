"""What the tests of case reviews begin with: a case, its complaints, a procedure, applications."""

from datetime import UTC, date, datetime, timedelta

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.asb.models import Case, Incident, Subject, Victim
from patrolwise.web.casereviews.actions import closing, deciding, letters, panel, recommending
from patrolwise.web.casereviews.actions.applying import Application, ToldComplaint, apply
from patrolwise.web.casereviews.letters import draft_letter
from patrolwise.web.casereviews.models import Procedure, Review
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing

NOW = datetime(2026, 6, 10, 11, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
SUBJECT = "Gareth Pemberton"
WORDS = "They bang on the wall each night and I cannot sleep"


def act(person, now=NOW):
    return Writing(by=person, now=now)


def days_ago(number):
    return TODAY - timedelta(days=number)


def make_procedure():
    return Procedure.objects.create(
        starts=date(2026, 1, 1), complaints=3, months_to_report=1, months_to_apply=6,
        days_to_acknowledge=10, days_to_decide=15, days_to_review=20, days_to_tell=10,
        days_to_appeal=20, days_to_answer_appeal=20, contact="0116 496 0000",
        policing_body="the police and crime commissioner", source="The council's page",
        entered_by_id=1, entered_at=NOW,
    )  # fmt: skip


def make_case(people, *, complaints=3, officer="case_officer"):
    """Return a case with a subject, and a victim who complained so often."""
    common = {"created_by_id": 1, "created_at": NOW, "retention_class": "asb-case"}
    case = Case.objects.create(
        opened_on=days_ago(90), lead_agency="The city", stage="one",
        lead_officer_id=people[officer].pk, **common,
    )  # fmt: skip
    victim = Victim.objects.create(case=case, number=1, name="Hana Iqbal", **common)
    Subject.objects.create(
        case=case, number=1, name=SUBJECT, basis="alleged", evidenced_on=TODAY,
        review_due=TODAY, **common,
    )  # fmt: skip
    for number in range(complaints):
        reported = NOW - timedelta(days=10 + 20 * number)
        Incident.objects.create(
            case=case, victim=victim, reported_at=reported,
            happened_at=reported - timedelta(days=2), category="noise", **common,
        )  # fmt: skip
    return case, victim


def tell(number):
    """Return a complaint that counts."""
    reported = days_ago(10 + 10 * number)
    return ToldComplaint(
        behaved_on=reported - timedelta(days=3), reported_on=reported, told_to="council"
    )


def send_application(*, complaints=3, **values):
    told = {"name": "Hana Iqbal", "reach": "07700 900123", "words": WORDS} | values
    new = Application(complaints=[tell(number) for number in range(complaints)], **told)
    return apply(application=new, writing=write_as_applicant(NOW))


def send(review, kind, people, now=NOW):
    draft = draft_letter(review, kind, day_of(now))
    return letters.send_letter(review=review, draft=draft, writing=act(people["lead"], now))


def decide(review, people, *, is_met=True, **weighed):
    new = deciding.Decision(is_met=is_met, **weighed)
    deciding.decide(review=review, new=new, writing=act(people["lead"]))


WEIGHED = {
    "persistence": "Every night for a year.",
    "harm": "Sleep and work suffer.",
    "adequacy": "One visit in a year.",
    "reasons": "The behaviour stopped in May.",
}


def hold(people, **values):
    """Return a review that was held, with a recommendation, up to the letter about it."""
    review, _ = send_application(**values)
    closing.assign(review=review, officer=people["case_officer"], writing=act(people["lead"]))
    send(review, "acknowledge", people)
    decide(review, people)
    panel.call_to_panel(
        review=review, person=people["panel"], is_chair=True,
        independence="Of another city.", writing=act(people["lead"]),
    )  # fmt: skip
    held = panel.Meeting(reviewed_on=TODAY, attended="came", outcome="Nobody spoke to the other.")
    panel.hold_meeting(review=review, held=held, writing=act(people["lead"]))
    team = make_team("Housing")
    recommending.recommend(
        review=review, team=team, text="Visit at night.", due_on=TODAY + timedelta(days=30),
        writing=act(people["lead"]),
    )  # fmt: skip
    return Review.objects.get(pk=review.pk)


def make_team(name):
    return Team.objects.get_or_create(name=name, defaults={"is_partner": True})[0]


def join(person, name):
    """Put somebody into an agency."""
    person.team = make_team(name)
    person.save()
    return Person.objects.get(pk=person.pk)
