"""Casework of some years, made up and written in bulk: for tests of queries and for benchmarks."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from patrolwise.partnership.asb_cases import Category, Qualifier
from patrolwise.web.asb import models
from patrolwise.web.asb.actions.cases import CASE, LOOSE
from patrolwise.web.commons.models import AgreedHotSpot

from .asb_world import load_demo

_DAY = timedelta(days=1)
_WORDS = "It went on until late, and somebody was shouted at when they asked for quiet. "


@dataclass
class Casework:
    """How much there is to be, and of whom."""

    now: object  # aware datetime
    people: dict  # role → list of Person
    days: int
    incidents: int
    loose: int  # of them, without a case
    a_case: int  # reports in most cases
    chance: random.Random = field(default_factory=lambda: random.Random(7))


def write_casework(size):
    """Write cases with reports, those harmed, subjects, risk, plans and powers."""
    demo = load_demo(size.people["lead"][0], size.now)
    AgreedHotSpot.objects.get_or_create(
        hot_spot_id="hs-1", set_version="made-up@1",
        defaults={"name": "Clock Tower", "shape": {}, "valid_from": "2020-01-01"},
    )  # fmt: skip
    cases = _write_cases(size)
    victims = _write_victims(size, cases, demo)
    _write_subjects(size, cases)
    _write_incidents(size, cases, victims)
    return cases


def _common(size, at, retention=CASE):
    by = size.chance.choice(size.people["case_officer"])
    return {"created_by_id": by.pk, "created_at": at, "retention_class": retention}


def _write_cases(size):
    number = max(1, (size.incidents - size.loose) // size.a_case)
    officers, made = size.people["case_officer"], []
    for k in range(number):
        opened = size.now - size.days * _DAY * (number - k) / number
        is_open = k >= number * 4 // 5 or k == 0
        case = models.Case(
            **_common(size, opened), opened_on=opened.date(), qualifier="personal",
            category=size.chance.choice(list(Category)).value, hot_spot_id="hs-1",
            lead_agency="City council", lead_officer_id=officers[k % len(officers)].pk,
            stage="stage-1", summary=_WORDS, risk_band=("standard", "medium", "high")[k % 3],
            review_due=size.now + (k % 40 - 8) * _DAY, contact_due=(size.now + (k % 30 - 4) * _DAY),
            is_repeat=k % 3 == 0, status="open" if is_open else "closed",
        )  # fmt: skip
        if not is_open:
            case.closed_on = case.clock_start = (opened + 30 * _DAY).date()
            case.close_reason, case.is_substantiated = "the behaviour stopped", True
        made.append(case)
    models.Case.objects.bulk_create(made, batch_size=500)
    return made


def _write_victims(size, cases, demo):
    victims = [
        models.Victim(
            **_common(size, size.now), case=case, number=1, name=f"Vera {k}", code=f"C-{k % 900}",
            phone=f"0116 {k:07}", risk_band=case.risk_band, review_due=case.review_due,
        )
        for k, case in enumerate(cases)
    ]  # fmt: skip
    models.Victim.objects.bulk_create(victims, batch_size=500)
    models.VictimContact.objects.bulk_create(
        (models.VictimContact(
            **_common(size, size.now), victim=victim, contacted_on=victim.case.opened_on,
            result="spoke with them", words=_WORDS,
        ) for victim in victims for _ in range(2)), batch_size=500,
    )  # fmt: skip
    models.RiskAssessment.objects.bulk_create(
        (models.RiskAssessment(
            **_common(size, size.now), victim=victim, instrument=demo, instrument_hash=demo.hash,
            is_demo=True, answers={"frequency": "weekly"}, score=3, scored_band="standard",
            band=victim.risk_band, assessed_at=victim.created_at, review_due=victim.review_due,
        ) for victim in victims), batch_size=500,
    )  # fmt: skip
    return victims


def _write_subjects(size, cases):
    subjects = [
        models.Subject(
            **_common(size, size.now), case=case, number=1, name=f"Saul {k}", code=f"S-{k % 700}",
            basis="alleged", evidenced_on=case.opened_on,
            review_due=case.opened_on + (90 if k % 2 else 300) * _DAY,
        )
        for k, case in enumerate(cases)
    ]  # fmt: skip
    models.Subject.objects.bulk_create(subjects, batch_size=500)
    powers = [
        models.PowerAction(
            **_common(size, size.now), case=subject.case, subject=subject, age=30,
            power="acceptable-behaviour-contract", title="Acceptable contract", act="None",
            issued_by="council", answers={"agreed": _WORDS}, conditions="no music after ten",
            less_intrusive=_WORDS, support=_WORDS, equality_note=_WORDS, area="the green",
            hot_spot_id="hs-1", starts=subject.case.created_at, served_at=subject.case.created_at,
            ends=size.now + 60 * _DAY,
        )
        for subject in subjects if subject.case.status == "open" or subject.case.pk == cases[0].pk
    ]  # fmt: skip
    models.PowerAction.objects.bulk_create(powers, batch_size=500)
    team = size.people["partner"][0].team
    open_cases = [case for case in cases if case.status == "open"]
    models.PlannedAction.objects.bulk_create(
        (models.PlannedAction(
            **_common(size, size.now), case=case, kind="another action", what=_WORDS, team=team,
            target_day=(size.now + (k % 20 - 3) * _DAY).date(),
        ) for k, case in enumerate(open_cases)), batch_size=500,
    )  # fmt: skip
    models.CaseParty.objects.bulk_create(
        (models.CaseParty(case=case, team=team, since=case.created_at, reason="landlord",
                          given_by_id=size.people["lead"][0].pk) for case in open_cases),
        batch_size=500,
    )  # fmt: skip


def _write_incidents(size, cases, victims):
    number, kinds = size.incidents - size.loose, list(Category)
    rows = []
    for k in range(size.incidents):
        # the newest case has many reports, so that the longest page is asked for
        place = (len(cases) - 1 if k < 200 else k % len(cases)) if k < number else None
        reported = size.now - size.days * _DAY * (size.incidents - k) / size.incidents
        rows.append(models.Incident(
            **_common(size, reported, LOOSE if place is None else CASE),
            clock_start=reported.date() if place is None else None,
            case=None if place is None else cases[place],
            victim=None if place is None else victims[place],
            reported_at=reported, happened_at=reported, category=kinds[k % len(kinds)].value,
            qualifier=list(Qualifier)[k % 3].value, channel="phone", hot_spot_id="hs-1",
            words=_WORDS,
        ))  # fmt: skip
    models.Incident.objects.bulk_create(rows, batch_size=500)
