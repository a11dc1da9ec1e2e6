"""Run on the outreach site: a month of work, with a marker in every field about people.

Each marker is a word that is nowhere else. They are written by the pages' own actions, read by
pages, searched for, refused in forms and sent by phones, so that logs and errors see them too.
"""

import datetime as dt
import json
import uuid
from unittest import mock

from django.test import Client
from django.utils.timezone import now as clock_now

from patrolwise.web.accounts.models import Person
from patrolwise.web.casework.actions import (
    concerns,
    consents,
    engagements,
    needs,
    referrals,
    stories,
    told_stories,
)
from patrolwise.web.casework.actions.moments import NewMoment, log_moment
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Service, Story
from patrolwise.web.desk import actions as desk
from patrolwise.web.desk.models import Disclosure
from patrolwise.web.keeping import actions as keeping
from patrolwise.web.openness.demo import add_people, fill
from patrolwise.web.street import sync
from patrolwise.web.street.actions import contacts, debriefs
from patrolwise.web.street.models import HeldItem, Place, Shift
from patrolwise.web.street.phones import add_phone, make_pass
from patrolwise.web.yourrecord import actions as own

NOW = clock_now()
TODAY = NOW.date()
MARKERS = []
PAGES = (
    "/cases/",
    "/concerns/",
    "/desk/",
    "/asked/",
    "/moments/",
    "/stories/",
    "/releases/",
    "/answers/",
    "/keeping/",
    "/record/",
)


def mark():
    MARKERS.append(f"zq{len(MARKERS):03d}mxv")
    return MARKERS[-1]


def act(person):
    return Writing(by=person, now=NOW)


def seed_case(people, service, shift):
    worker, lead = people["worker"], people["lead"]
    case = engagements.open_case(
        writing=act(worker),
        new=engagements.NewEngagement(
            alias=mark(), agreed_on=TODAY, hot_spot_id="hs-1", privacy_explained_at=NOW,
            profile={"language": mark(), "access_needs": mark()},
        ),
    )  # fmt: skip
    engagements.set_identity(
        writing=act(worker), case=case,
        new=engagements.NewIdentity(legal_name=mark(), phone=mark(), born=dt.date(2009, 5, 1)),
    )  # fmt: skip
    needs.assess_need(
        writing=act(worker), case=case,
        new=needs.NewNeed(domain="housing", need=1, strength=1, own_view=mark(),
                          worker_view=mark(), goal=mark()),
    )  # fmt: skip
    note = needs.NewNote(kind="session", text=mark(), happened_on=TODAY)
    needs.write_note(writing=act(worker), case=case, new=note)
    needs.promise_follow_up(writing=act(worker), case=case, what=mark(), due=TODAY)
    agreed = consents.NewConsent(
        purpose="refer_to_service", fields=("alias", "risk_summary"),
        given_by="mca_best_interests", method="spoken", is_pressure_free=True, since=TODAY,
        wording_version="1", service_id=service.pk, age=17, competence_words=mark(),
    )  # fmt: skip
    consent = consents.give_consent(writing=act(worker), case=case, new=agreed)
    asked = referrals.NewReferral(
        urgency="today", needs=("housing",), what_they_want=mark(), shared={"alias": mark()},
        risk_summary=mark(),
    )  # fmt: skip
    made = referrals.draft_referral(writing=act(worker), case=case, service=service, new=asked)
    referrals.move_referral(writing=act(worker), referral=made, move=referrals.Move(to="sent"))
    move = referrals.Move(to="received", feedback=mark())
    referrals.move_referral(writing=act(people["partner"]), referral=made, move=move)
    worry = concerns.NewConcern(facts=mark(), opinion=mark(), description=mark())
    raised = concerns.raise_concern(writing=act(worker), case=case, new=worry)
    concerns.decide_concern(
        writing=act(people["safeguarding"]), concern=raised, decision="police", reason=mark(),
        csa_duty="unsure",
    )  # fmt: skip
    request = desk.take_request(
        writing=act(lead),
        new=desk.NewRequest(asked_by="police", asker=mark(), words=mark(), received_on=TODAY),
    )
    desk.decide_disclosure(
        writing=act(lead),
        new=desk.NewDecision(
            decision="share", to_controller="police", recipient="intelligence desk",
            gateway="dpa-safeguarding", told={"known_as": mark(), "whereabouts": mark()},
            necessity=mark(), proportionality=mark(), told_person="yes",
            expires=TODAY + dt.timedelta(days=9), request=request, case=case,
        ),
    )  # fmt: skip
    contacts.log_contact(
        writing=act(worker), contact_id=uuid.uuid4(),
        new=contacts.NewContact(hot_spot_id="hs-1", kind="conversation", at=NOW, note=mark(),
                                engagement_id=case.pk),
    )  # fmt: skip
    for _ in range(2):
        debriefs.debrief_people(
            writing=act(worker), debrief_id=uuid.uuid4(), shift=shift, text=mark()
        )
    wellbeing = debriefs.NewWellbeing(score=2, is_near_miss=True, text=mark())
    debriefs.tell_wellbeing(
        writing=act(worker), wellbeing_id=uuid.uuid4(), shift=shift, new=wellbeing
    )
    moment = NewMoment(
        source="probation", eligible_at=NOW, age_band="not_sure", reason="other", approached="yes",
        words=mark(),
    )  # fmt: skip
    log_moment(writing=act(worker), new=moment)
    engagements.break_glass(
        writing=act(people["worker2"]), case_id=case.pk, reason="safety now", words=f"{mark()} rang"
    )
    keeping.hold_record(writing=act(lead), record=case, reason=mark())
    own.rate(case=case, score=3, words=mark(), now=NOW)
    sent = own.ask(
        asked=own.Asked(kind="complaint", words=mark(), how_to_answer=mark(), case=case), now=NOW
    )
    own.answer(writing=act(lead), request=sent, text=mark())
    consents.withdraw_consent(writing=act(worker), consent=consent, how=mark())
    tell_story(people, case)
    return case


def tell_story(people, case):
    """Write, give back, release and give a story; another stays a draft."""
    worker, officer = act(people["worker"]), act(people["protection"])
    agreed = consents.NewConsent(
        purpose="tell_my_story", fields=("story_help", "story_words"), method="spoken",
        given_by="mca_best_interests", is_pressure_free=True, since=TODAY, wording_version="2",
        age=17, competence_words=mark(),
    )  # fmt: skip
    consents.give_consent(writing=worker, case=case, new=agreed)
    for is_sent in (True, False):
        parts = {"story_help": f"{mark()} and {case.alias}", "story_words": mark()}
        kept = {case.alias: mark()}
        new = stories.NewStory(title=mark(), parts=parts, kept=kept)
        made = stories.write_story(writing=worker, case=case, new=new)
        if is_sent:
            stories.send_story(writing=worker, story=made)
            stories.return_story(writing=officer, story=made, why=mark())
            stories.send_story(writing=worker, story=made)
            stories.release_story(writing=officer, story=made)
            told_stories.give_story(writing=officer, story=made, receiver=mark())


def send_from_phones(people, cases):
    """Clash, refuse and put aside, with markers in each."""
    worker = people["worker"]
    owner = make_pass(worker, add_phone(writing=act(worker), name="Pixel"))

    def send(*items):
        body = json.dumps({"pass": owner, "items": items}).encode()
        sync.answer_message(sync.read_message(body), worker, act(worker))

    def item(kind, /, **values):
        return {
            "id": str(uuid.uuid4()), "kind": kind, "made_at": NOW.isoformat(), "sequence": 1,
            "values": values,
        }  # fmt: skip

    record = str(cases[0].pk)
    send(
        item("change", record=record, field="alias", base=1, value=mark()),
        item("change", record=record, field="alias", base=1, value=mark()),
        item("concern", facts=mark(), colour=mark()),
        item("contact", hot_spot_id="hs-1", kind=mark(), note=mark()),
        item("places", shift=mark(), what_worked=mark()),
    )
    Person.objects.filter(pk=worker.pk).update(is_active=False)
    worker.refresh_from_db()
    send(item("concern", facts=mark()), item("contact", hot_spot_id=mark(), kind=mark()))
    lead = Client(raise_request_exception=False)
    lead.force_login(people["lead"])
    for held in HeldItem.objects.all():
        assert lead.get(f"/held/{held.pk}/").status_code == 200
        lead.post(f"/held/{held.pk}/", {"do": "leave", "why": mark()})
    Person.objects.filter(pk=worker.pk).update(is_active=True)
    worker.refresh_from_db()


def read_pages(people, cases):
    """Read, search, be refused, and make a page fail, as people and strangers do."""
    case = cases[0]
    written = list(Story.objects.filter(engagement=case).values_list("pk", flat=True))
    for role in ("worker", "lead", "safeguarding", "protection", "partner", "evaluator"):
        client = Client(raise_request_exception=False)
        client.force_login(people[role])
        told = Disclosure.objects.first().pk
        shown = [f"/stories/{one}/" for one in written] + [f"/releases/{one}/" for one in written]
        shown += [f"/releases/{one}/{kind}/" for one in written for kind in ("print", "text")]
        for page in (*PAGES, *shown, f"/cases/{case.pk}/", f"/desk/{told}/"):
            client.get(page)
        client.post(f"/cases/{case.pk}/story/", {"title": mark(), "story_help": mark()})
        for one in written:
            unmended = {"title": mark(), "story_help": f"{mark()} and Ahmed", "do": "send"}
            client.post(f"/stories/{one}/", unmended)
            client.post(f"/releases/{one}/", {"do": "return", "why": mark()})
            client.post(f"/releases/{one}/", {"do": "give", "receiver": mark()})
        client.post("/cases/search/", {"alias": case.alias, "phone": mark()})
        client.post("/cases/break/", {"reference": mark(), "reason": mark(), "words": mark()})
        client.post(f"/cases/{case.pk}/note/", {"text": mark(), "kind": mark()})
        client.get(f"/cases/{mark()}/")
        client.get("/cases/", {"tab": mark(), "page": mark()})
    code = own.give_code(writing=act(people["worker"]), case=case)
    young = Client()
    young.post("/my/", {"code": code})
    young.get("/my/")
    young.post("/ask/", {"kind": mark(), "words": mark()})
    broken = Client(raise_request_exception=False)
    broken.force_login(people["lead"])
    with mock.patch("patrolwise.web.casework.queries.tell_case", side_effect=ValueError(mark())):
        assert broken.get(f"/cases/{case.pk}/").status_code == 500


def main():
    demo = add_people(NOW)
    people = {**demo.people}
    fill(demo, NOW)
    Place.objects.get_or_create(
        hot_spot_id="hs-1", set_version="taint@1",
        defaults={"name": "Clock Tower", "valid_from": TODAY, "shape": Place.objects.first().shape},
    )  # fmt: skip
    shift = Shift.objects.latest("start")
    service = Service.objects.get(team_id=demo.team.pk)
    cases = [seed_case(people, service, shift) for _ in range(6)]
    send_from_phones(people, cases)
    read_pages(people, cases)
    assert len(MARKERS) >= 200, len(MARKERS)
    print("MARKERS " + json.dumps(MARKERS))


main()
