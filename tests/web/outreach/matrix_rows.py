"""Two workers' cases with a marker in every field about people: whose page shows whose words?"""

import datetime as dt
import uuid
from types import SimpleNamespace

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
from patrolwise.web.desk import actions as desk
from patrolwise.web.keeping import actions as keeping
from patrolwise.web.street.actions import contacts, debriefs
from patrolwise.web.yourrecord import actions as own

from .cases import make_service
from .streets import NOW, TODAY, make_phone, make_shift, writing


def write_everything(people, worker, partner, letter):
    """Write a case of one worker, referred to one partner; return its rows, and label → marker."""
    by, lead, marks = writing(worker), writing(people["lead"]), {}

    def mark(label):
        marks[label] = f"zq{letter}{len(marks):02d}mxv"
        return marks[label]

    shift, service = (
        make_shift(worker, unit_id=f"out-{letter}"),
        make_service(f"Service {letter}", partner.team),
    )
    case = engagements.open_case(
        writing=by,
        new=engagements.NewEngagement(
            alias=mark("alias"), agreed_on=TODAY, hot_spot_id="hs-1", privacy_explained_at=NOW,
            profile={"language": mark("language"), "access_needs": mark("access")},
        ),
    )  # fmt: skip
    identity = engagements.NewIdentity(
        legal_name=mark("name"), phone=mark("phone"), born=dt.date(2009, 5, 1)
    )
    engagements.set_identity(writing=by, case=case, new=identity)
    need = needs.NewNeed(
        domain="housing", need=1, strength=1, own_view=mark("own view"),
        worker_view=mark("worker view"), goal=mark("goal"),
    )  # fmt: skip
    needs.assess_need(writing=by, case=case, new=need)
    note = needs.NewNote(kind="session", text=mark("note"), happened_on=TODAY)
    needs.write_note(writing=by, case=case, new=note)
    follow_up = needs.promise_follow_up(
        writing=by, case=case, what=mark("promise"), due=TODAY + dt.timedelta(days=1)
    )
    agreed = {
        "given_by": "mca_best_interests", "method": "spoken", "is_pressure_free": True,
        "since": TODAY, "age": 17, "competence_words": mark("competence"),
    }  # fmt: skip
    consent = consents.give_consent(
        writing=by, case=case,
        new=consents.NewConsent(
            purpose="refer_to_service", fields=("alias", "risk_summary"), wording_version="1",
            service_id=service.pk, **agreed,
        ),
    )  # fmt: skip
    referral = referrals.draft_referral(
        writing=by, case=case, service=service,
        new=referrals.NewReferral(
            urgency="today", needs=("housing",), what_they_want=mark("wish"),
            shared={"alias": mark("shared")}, risk_summary=mark("risk"),
        ),
    )  # fmt: skip
    referrals.move_referral(writing=by, referral=referral, move=referrals.Move(to="sent"))
    worry = concerns.NewConcern(facts=mark("facts"), opinion=mark("opinion"))
    concern = concerns.raise_concern(writing=by, case=case, new=worry)
    request = desk.take_request(
        writing=lead,
        new=desk.NewRequest(
            asked_by="council", asker=mark("asker"), words=mark("asked"), received_on=TODAY
        ),
    )
    decided = desk.decide_disclosure(
        writing=lead,
        new=desk.NewDecision(
            decision="share", to_controller="council", recipient="safeguarding hub",
            gateway="dpa-safeguarding", told={"known_as": mark("told")}, told_person="yes",
            necessity=mark("necessity"), proportionality=mark("proportionality"),
            expires=TODAY + dt.timedelta(days=9), request=request, case=case,
        ),
    )  # fmt: skip
    contacts.log_contact(
        writing=by, contact_id=uuid.uuid4(),
        new=contacts.NewContact(
            hot_spot_id="hs-1", kind="conversation", at=NOW, note=mark("contact"),
            engagement_id=case.pk,
        ),
    )  # fmt: skip
    debriefs.debrief_people(writing=by, debrief_id=uuid.uuid4(), shift=shift, text=mark("debrief"))
    moment = log_moment(
        writing=by,
        new=NewMoment(
            source="probation", eligible_at=NOW, age_band="not_sure", reason="other",
            approached="yes", words=mark("moment"),
        ),
    )  # fmt: skip
    keeping.hold_record(writing=lead, record=case, reason=mark("hold"))
    own.rate(case=case, score=3, words=mark("rating"), now=NOW)
    asked = own.ask(
        asked=own.Asked(
            kind="complaint", words=mark("complaint"), how_to_answer=mark("answer to"), case=case
        ),
        now=NOW,
    )
    consents.give_consent(
        writing=by, case=case,
        new=consents.NewConsent(
            purpose="tell_my_story", fields=("story_help",), wording_version="2", **agreed
        ),
    )  # fmt: skip
    new = stories.NewStory(title=mark("title"), parts={"story_help": mark("story")}, kept={})
    story = stories.write_story(writing=by, case=case, new=new)
    stories.send_story(writing=by, story=story)
    officer = writing(people["protection"])
    stories.release_story(writing=officer, story=story)
    receiver = told_stories.give_story(writing=officer, story=story, receiver=mark("receiver"))
    phone, owner = make_phone(worker)
    return SimpleNamespace(
        marks=marks, case=case, follow_up=follow_up, consent=consent, referral=referral,
        concern=concern, request=request, disclosure=decided.disclosure, moment=moment,
        asked=asked, story=story, receiver=receiver, service=service, shift=shift, phone=phone,
        owner=owner,
    )  # fmt: skip
