"""Cases of anti-social behaviour that tests make, by the actions that the pages call."""

import itertools
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_powers import TestAnswer
from patrolwise.partnership.asb_risk import load_demo_instrument
from patrolwise.partnership.asb_subjects import Standing
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.asb.actions import cases, people, plans, powers, risk, sharing
from patrolwise.web.asb.models import Instrument
from patrolwise.web.vault.writing import Writing

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
DAY = timedelta(days=1)
ANSWERS = {item.key: item.answers[0].key for item in load_demo_instrument().items}
CONTRACT = {
    "agreed": TestAnswer(is_yes=True, reason="It was read aloud and signed"),
    "specific": TestAnswer(is_yes=True, reason="Each term is of a report"),
}


def write(by, now=NOW):
    return Writing(by=by, now=now)


def open_case(by, now=NOW, **values):
    given = {"lead_agency": "City council", "category": "noise", "qualifier": "personal"}
    return cases.open_case(writing=write(by, now), new=cases.NewCase(**given | values))


def add_report(by, case, now=NOW, victim=None, **values):
    given = {"reported_at": now - timedelta(hours=1), "category": "noise"}
    new = cases.NewIncident(**given | values)
    return cases.add_incident(writing=write(by, now), case=case, new=new, victim=victim)


def add_victim(by, case, now=NOW, **values):
    who = people.Who(**{"name": "Vera Made-up"} | values)
    return people.add_victim(writing=write(by, now), case=case, who=who)


def stand(**values):
    given = {
        "basis": Basis.ALLEGED, "evidence_ref": "", "evidenced_on": TODAY - DAY,
        "review_due": TODAY + 90 * DAY,
    }  # fmt: skip
    return Standing(**given | values)


def add_subject(by, case, now=NOW, standing=None, **values):
    who = people.Who(**{"name": "Saul Made-up"} | values)
    return people.add_subject(
        writing=write(by, now), case=case, who=who, standing=standing or stand()
    )


def load_demo(by, now=NOW):
    """Return the demonstration matrix as the site keeps it."""
    from importlib.resources import files

    known = Instrument.objects.filter(is_demo=True).first()
    data = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_bytes()
    return known or risk.load_instrument(writing=write(by, now), data=data)


def assess(by, victim, now=NOW, **values):
    sitting = risk.Sitting(**{"answers": ANSWERS} | values)
    return risk.assess(writing=write(by, now), victim=victim, sitting=sitting)


def contract(subject=None, **values):
    """Return a use of an acceptable behaviour contract that nothing is wrong with."""
    given = {
        "power": "acceptable-behaviour-contract", "starts": NOW, "ends": NOW + 90 * DAY,
        "issued_by": "council", "answers": CONTRACT, "consulted": frozenset(), "age": 30,
        "less_intrusive": "a word at the door, twice", "support": "a debt adviser",
        "equality_note": "nobody more than others", "conditions": "no music after ten",
        "area": "the green and its benches", "subject": subject,
    }  # fmt: skip
    return powers.NewPower(**given | values)


def use_power(by, case, subject, now=NOW, **values):
    return powers.use_power(writing=write(by, now), case=case, new=contract(subject, **values))


def serve(by, power, now=NOW):
    powers.serve_power(writing=write(by, now), power=power, served_at=now)
    return power


def add_person(role, key, team=None):
    person = Person(email=f"{key}@example.org", name=f"The {key}", role=role, team=team)
    person.set_unusable_password()
    person.save()
    return person


class Marks(dict):
    """Markers by their labels: no two alike, none of them a name."""

    _numbers = itertools.count(100)

    def make(self, label):
        """Return a new marker under a label."""
        self[label] = f"zq{next(self._numbers)}mxv"
        return self[label]


def write_everything(key, officer, lead, partner, spot):
    """Return a case with a marker in each field about people, of an officer and a partner."""
    marks = Marks()
    born = {
        "a": (date(1911, 11, 1), date(1922, 12, 1)),
        "b": (date(1911, 11, 2), date(1922, 12, 2)),
    }
    fields = ("name", "phone", "address", "code", "words")
    marks["victim born"], marks["subject born"] = (day.isoformat() for day in born[key])
    case = open_case(officer, summary=marks.make("case summary"), hot_spot_id=spot)
    team = Team.objects.create(name=f"Agency {key}", is_partner=True)
    partner.team = team
    partner.save()
    party = sharing.add_party(
        writing=write(lead), case=case, team=team, reason=marks.make("case party")
    )
    victim = add_victim(
        officer, case, born=born[key][0], **{f: marks.make(f"victim {f}") for f in fields}
    )
    people.note_contact(
        writing=write(officer), victim=victim, on=TODAY, result="spoke with them",
        words=marks.make("victim contact"),
    )  # fmt: skip
    subject = add_subject(
        officer, case, born=born[key][1], **{f: marks.make(f"subject {f}") for f in fields},
        standing=stand(basis=Basis.EVIDENCED, evidence_ref=marks.make("subject evidence")),
    )  # fmt: skip
    incident = add_report(
        officer, case, victim=victim, words=marks.make("case report"), hate_strand="race"
    )
    load_demo(lead)
    assessment = assess(
        officer, victim, override_band="medium", override_reason=marks.make("victim override")
    )
    action = plans.add_action(
        writing=write(officer), case=case,
        new=plans.NewAction(kind="another action", what=marks.make("case action"), team=team,
                            by_day=TODAY),
    )  # fmt: skip
    done = plans.add_action(
        writing=write(officer), case=case,
        new=plans.NewAction(kind="speak to the subject", what=marks.make("case done")),
    )  # fmt: skip
    plans.do_action(writing=write(officer), action=done, outcome=marks.make("case outcome"))
    answers = {
        name: TestAnswer(is_yes=True, reason=marks.make(f"subject test {name}"))
        for name in CONTRACT
    }
    power = serve(officer, use_power(
        officer, case, subject, answers=answers, hot_spot_id=spot,
        less_intrusive=marks.make("subject less"), support=marks.make("subject support"),
        equality_note=marks.make("subject equality"), conditions=marks.make("order conditions"),
        area=marks.make("order area"),
    ))  # fmt: skip
    powers.report_breach(
        writing=write(officer), power=power, seen_at=NOW, words=marks.make("subject breach")
    )
    link = people.link_roles(
        writing=write(lead), victim=victim, subject=subject, reason=marks.make("link reason")
    )
    return SimpleNamespace(
        marks=marks, case=case, victim=victim, subject=subject, incident=incident, power=power,
        assessment=assessment, action=action, party=party, link=link,
    )  # fmt: skip
