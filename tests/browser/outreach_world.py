"""Run inside the outreach site's shell: the other roles, and one of each thing that waits for them.

Cases are opened and filled by the same actions as the pages'.
"""

import json
from datetime import UTC, datetime, timedelta

from patrolwise.outreach.vocabulary import StoryPart, choices
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.casework.actions import consents, engagements, needs, referrals, stories
from patrolwise.web.casework.actions.services import set_service
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Referral
from patrolwise.web.desk.actions import sign_gateway
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.keeping.actions import propose_deletion
from patrolwise.web.street.actions import contacts
from patrolwise.web.street.models import Shift, ShiftWorker
from patrolwise.web.yourrecord.actions import give_code

PASSWORD = "a long word for tests 1"
now = datetime.now(UTC).replace(second=0, microsecond=0)
today, later = now.date(), timedelta(days=90)
team = Team.objects.create(name="Youth Counselling", is_partner=True)
people = {"lead": Person.objects.get(email="lead@example.org")}
for key in ("lou", "sam", "safeguarding", "protection", "partner", "evaluator"):
    people[key] = Person(
        email=f"{key}@example.org", name=f"The {key}",
        role="worker" if key in ("lou", "sam") else key,
        team=team if key == "partner" else None,
    )  # fmt: skip
    people[key].set_password(PASSWORD)
    people[key].save()
lou, lead, officer = (Writing(by=people[key], now=now) for key in ("lou", "lead", "protection"))
before = Writing(by=people["lou"], now=now - timedelta(days=30))
service = set_service(
    writing=lead, service=None,
    values={"name": "Youth Counselling", "organisation": "Youth CIO", "team_id": team.pk,
            "needs": ["family"]},
)  # fmt: skip


def agree(case, purpose, fields, **more):
    new = consents.NewConsent(
        purpose=purpose, fields=fields, given_by="young_person_16_over", method="spoken",
        is_pressure_free=True, since=today - timedelta(days=30), wording_version="2", age=17,
        **more,
    )  # fmt: skip
    consents.give_consent(writing=before, case=case, new=new)


def refer(case, wants):
    agree(case, "refer_to_service", ("alias", "what_they_want", "needs"), service_id=service.pk)
    asked = referrals.NewReferral(
        urgency="routine", needs=("family",), what_they_want=wants, shared={"alias": case.alias}
    )
    made = referrals.draft_referral(writing=before, case=case, service=service, new=asked)
    referrals.move_referral(writing=before, referral=made, move=referrals.Move(to="sent"))
    return made


def open_case(alias):
    new = engagements.NewEngagement(
        alias=alias, agreed_on=before.now.date(), privacy_explained_at=before.now
    )
    return engagements.open_case(writing=before, new=new)


case, other = open_case("Robin"), open_case("Wick")
silent = refer(case, "Somebody to talk to")
answered = refer(other, "Help with the family")
Referral.objects.filter(pk=answered.pk).update(sent_at=now, status_at=now)
note = needs.NewNote(
    kind="session", text="Walked and talked about work.", happened_on=today, minutes=30
)
needs.write_note(writing=lou, case=case, new=note)
told = {
    key: "They were alone often. We listened, and they come by now."
    for key, _ in choices(StoryPart)
}
agree(case, "tell_my_story", tuple(told))
story = stories.write_story(
    writing=lou, case=case, new=stories.NewStory(title="Being heard", parts=told, kept={})
)
stories.send_story(writing=lou, story=story)
sign_gateway(
    writing=officer, key="explicit-consent", since=today, until=today + later, note="For tests"
)
past = Writing(by=people["lou"], now=now - timedelta(days=800))
for _ in range(3):
    contacts.log_contact(
        writing=past, contact_id=make_uuid7(),
        new=contacts.NewContact(hot_spot_id="outside_hotspot", kind="conversation", at=past.now),
    )  # fmt: skip
deletion = propose_deletion(writing=lead, on=today)
shift = Shift.objects.create(
    unit_id="out-lou", date=today, start=now + timedelta(hours=1), end=now + timedelta(hours=5)
)
ShiftWorker.objects.create(shift=shift, person_id=people["lou"].pk)
codes = [give_code(writing=lou, case=one) for one in (case, other)]
print(json.dumps({
    "case": str(case.pk), "reference": case.reference, "silent": str(silent.pk), "codes": codes,
    "deletion": deletion.reference, "shift": str(shift.pk), "who": str(people["lou"].pk),
}))  # fmt: skip
