"""Years of a charity's casework, made up and sealed as the site seals it, the same each time.

Used by the test of queries with a few cases, and by `python -m benchmarks.casework_pages` with
three years of them.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from patrolwise.outreach.vocabulary import (
    ConsentPurpose,
    MomentSource,
    NeedDomain,
    StoryPart,
    choices,
)
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.casework import models as casework
from patrolwise.web.identifiers import make_reference
from patrolwise.web.street import models as street

PLACES = 9
LARGEST = "LARGEST"  # reference of the case with the longest record
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_BATCH = 2_000
_DOMAINS = [key for key, _ in choices(NeedDomain)]
SAID = (
    "Met after college and walked by the canal. Rang the job centre together, then looked at the "
    "forms of the course. Home is calmer since the aunt moved in; school asked about Friday. "
)
_LONG = SAID * 6 + "Spoke to Mrs Patel of Fosse Way School about lunch, and to Darren at the gym. "
_TOLD = (
    "They were a child when we met them at Corner 1 and did not sleep at home. Will and Darren "
    "came by each week. We listened first, then went to a hostel together; a course began in May. "
) * 3
_RING = [[-1.136, 52.635], [-1.133, 52.635], [-1.133, 52.637], [-1.136, 52.637], [-1.136, 52.635]]
_STEPS = ("sent", "received", "accepted", "started", "completed")


@dataclass(frozen=True, kw_only=True)
class Caseload:
    """How large a service's records are, and who works there."""

    now: datetime
    days: int  # with today
    people: dict[str, list[Person]]  # by role
    team: Team  # of the partners
    cases: int
    open: int  # of them
    contacts: int
    notes: int  # of each case; the first case has ten times as many, and long ones
    services: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def today(self) -> date:
        """Return the day of now."""
        return self.now.date()

    def person(self, role: str, number: int = 0) -> Person:
        """Return one of a role, round and round."""
        return self.people[role][number % len(self.people[role])]

    def spread(self, number: int, of: int) -> datetime:
        """Return when one of many was: the first is the newest, yesterday."""
        return self.now - _DAY - _DAY * (self.days - 2) * number / max(of, 1)


def write_cases(made: Caseload) -> list[casework.Engagement]:
    """Write cases and all that is beneath them; return them, the one with most first."""
    _add_places(made)
    services = _add_services(made)
    cases = _add_cases(made)
    _add_beneath(made, cases)
    _add_referrals(made, cases, services)
    _add_stories(made, cases)
    _add_concerns(made, cases)
    return cases


def of_record(
    made: Caseload, at: datetime, role: str = "worker", number: int = 0, **more: Any
) -> dict:
    """Return the columns that every record about somebody has."""
    return {
        "created_by_id": made.person(role, number).pk, "created_at": at,
        "retention_class": "case-child", **more,
    }  # fmt: skip


def write_rows(model: type[Model], rows: Iterator[Model]) -> list[Any]:
    """Write rows in batches, and return them."""
    kept = []
    while batch := list(itertools.islice(rows, _BATCH)):
        kept += model._default_manager.bulk_create(batch)
    return kept


def name_place(number: int) -> str:
    """Return the identifier of one of the hot spots, round and round."""
    return f"hs-{number % PLACES}"


def _add_places(made: Caseload) -> None:
    for number in range(PLACES):
        street.Place.objects.create(
            hot_spot_id=name_place(number), name=f"Corner {number}", set_version="seven@1",
            shape={"type": "Polygon", "coordinates": [_RING]}, notes="Lamps are out.",
            valid_from=made.today - _DAY * made.days,
        )  # fmt: skip


def _add_services(made: Caseload) -> list[casework.Service]:
    return [
        casework.Service.objects.create(
            name=f"Service {number}", organisation=f"Service {number} CIO", needs=[_DOMAINS[0]],
            team_id=made.team.pk if number % 3 == 0 else None, checked_on=made.today,
        )
        for number in range(made.services)
    ]  # fmt: skip


def _add_cases(made: Caseload) -> list[casework.Engagement]:
    """Add cases, the open ones first, and who some of the people are by law."""

    def rows() -> Iterator[casework.Engagement]:
        for number in range(made.cases):
            agreed = made.spread(number, made.cases)
            is_open = number < made.open
            ended = None if is_open else min(agreed + _DAY * 120, made.now - _DAY).date()
            yield casework.Engagement(
                **of_record(made, agreed, number=number, clock_start=ended),
                reference=make_reference() if number else LARGEST,
                alias=f"Alias {number}", agreed_on=agreed.date(), hot_spot_id=name_place(number),
                is_child=number % 3 > 0, profile={"language": "English", "ethnicity": "white"},
                lead_worker_id=made.person("worker", number).pk, close_reason="" if is_open
                else "goals_met", status="open" if is_open else "closed", closed_on=ended,
                privacy_explained_at=agreed, is_held=number % 50 == 1,
            )  # fmt: skip

    cases = write_rows(casework.Engagement, rows())
    write_rows(
        casework.Identity,
        (
            casework.Identity(
                **of_record(made, case.created_at, number=number), engagement=case,
                legal_name="Jo Doe",
                born=f"{2008 + number % 6}-03-04", phone="07700 900123",
            )
            for number, case in enumerate(cases) if number % 2 == 0
        ),
    )  # fmt: skip
    members = (
        casework.CaseMember(
            engagement=case, person_id=made.person("worker", number + 1).pk, since=case.created_at,
            given_by_id=made.person("lead").pk,
        )
        for number, case in enumerate(cases) if number % 4 == 0
    )  # fmt: skip
    write_rows(casework.CaseMember, members)
    return cases


def _add_beneath(made: Caseload, cases: Sequence[casework.Engagement]) -> None:
    """Add what is written on cases: needs, notes, follow-ups, openings by others."""

    def notes() -> Iterator[casework.CaseNote]:
        for number, case in enumerate(cases):
            many, text = (made.notes * 10, _LONG) if number == 0 else (made.notes, SAID)
            for at in range(many):
                day = made.now - _DAY * at if number == 0 else case.created_at + _DAY * 5 * at
                yield casework.CaseNote(
                    **of_record(made, day, number=number), engagement=case, happened_on=day.date(),
                    kind="session", minutes=40, text=f"{text} ({at})",
                )  # fmt: skip

    def needs() -> Iterator[casework.NeedAssessment]:
        for number, case in enumerate(cases):
            for at in range(made.notes):
                yield casework.NeedAssessment(
                    **of_record(made, case.created_at, number=number), engagement=case, need=2,
                    strength=1, domain=_DOMAINS[(number + at) % len(_DOMAINS)], own_view=SAID,
                    worker_view=SAID, assessed_on=case.agreed_on + _DAY * 20 * (at // 10),
                    goal="A place of their own", review_due=case.agreed_on + _DAY * 90,
                )  # fmt: skip

    def follow_ups() -> Iterator[casework.FollowUp]:
        for number, case in enumerate(cases):
            for at in range(made.notes):
                is_done = number >= made.open or at > 0
                yield casework.FollowUp(
                    **of_record(made, case.created_at, number=number), engagement=case,
                    worker_id=case.lead_worker_id, what="Ring about the course",
                    due=made.today - _DAY * (number % 9 - 4) if at == 0
                    else case.agreed_on + _DAY * 7 * at, done_at=made.now if is_done else None,
                )  # fmt: skip

    breaks = (
        casework.GlassBreak(
            engagement=case, person_id=made.person("worker", number + 2).pk, reason="cover",
            words=SAID[:60], opened=case.created_at, until=case.created_at + _HOUR,
        )
        for number, case in enumerate(cases) if number % 6 == 0
    )  # fmt: skip
    write_rows(casework.CaseNote, notes())
    write_rows(casework.NeedAssessment, needs())
    write_rows(casework.FollowUp, follow_ups())
    write_rows(casework.GlassBreak, breaks)


def _add_referrals(
    made: Caseload, cases: Sequence[casework.Engagement], services: Sequence[casework.Service]
) -> None:
    """Add consents, and referrals with their steps: to partners' services, one in three."""

    def consents() -> Iterator[casework.Consent]:
        for number, case in enumerate(cases):
            for at, (purpose, _) in enumerate(choices(ConsentPurpose)):
                service = (
                    services[number % made.services] if purpose == "refer_to_service" else None
                )
                fields = [key for key, _ in choices(StoryPart)] if "story" in purpose else ["alias"]
                yield casework.Consent(
                    **of_record(made, case.created_at, number=number), engagement=case,
                    purpose=purpose,
                    service=service, fields=fields, given_by="young_person_16_over",
                    competence={"who": "said it"}, is_pressure_free=True, method="spoken",
                    wording_version="2", since=case.agreed_on,
                    until=made.today + _DAY * (90 - (number + at) % 120),
                    withdrawn_at=made.now if (number + at) % 9 == 8 else None,
                )  # fmt: skip

    def referrals() -> Iterator[casework.Referral]:
        for number, case in enumerate(cases):
            for at in range(2):
                moved = min(case.created_at + _DAY * 9, made.now - _HOUR)
                yield casework.Referral(
                    **of_record(made, case.created_at, number=number), engagement=case,
                    service=services[(number + 5 * at) % made.services], urgency="routine",
                    needs=[_DOMAINS[0]], what_they_want=SAID, shared={"alias": case.alias},
                    status=_STEPS[(number + at) % 5] if number % 7 else "draft", status_at=moved,
                    sent_at=case.created_at + _HOUR if number % 7 else None, feedback=SAID,
                )  # fmt: skip

    write_rows(casework.Consent, consents())
    steps = (
        casework.ReferralStep(
            referral=one, from_status=before, to_status=after, at=one.sent_at + _DAY * at,
            person_id=made.person("partner").pk,
        )
        for one in write_rows(casework.Referral, referrals()) if one.sent_at
        for at, (before, after) in enumerate(
            itertools.pairwise(("draft", *_STEPS[: _STEPS.index(one.status) + 1]))
        )
    )  # fmt: skip
    write_rows(casework.ReferralStep, steps)


def _add_stories(made: Caseload, cases: Sequence[casework.Engagement]) -> None:
    """Add case studies of one case in six: of each state in turn, the first ones of the first."""

    def rows() -> Iterator[casework.Story]:
        told = [cases[0]] * 4 + list(cases[6::6])
        for number, case in enumerate(told):
            state = ("draft", "waiting", "released", "withdrawn")[number % 4]
            parts = {key: _TOLD for key, _ in choices(StoryPart)}
            yield casework.Story(
                **of_record(made, made.now, number=number), engagement=case, consent_id=case.pk,
                title="Somebody to walk with", parts=parts, state=state, kept={},
                author_ids=[case.lead_worker_id], sent_at=made.now,
                released_at=made.now if state != "draft" else None, sha256="a" * 64,
                withdrawn_at=made.now if state == "withdrawn" else None,
            )  # fmt: skip

    receivers = (
        casework.StoryReceiver(
            **of_record(made, made.now, "lead"), story=story, receiver="A funder",
            given_on=made.today
        )
        for story in write_rows(casework.Story, rows()) if story.state in ("released", "withdrawn")
    )  # fmt: skip
    write_rows(casework.StoryReceiver, receivers)


def _add_concerns(made: Caseload, cases: Sequence[casework.Engagement]) -> None:
    """Add worries of one case in three, moments of half as many people, and clashes."""
    many = max(made.cases // 3, 2)

    def rows() -> Iterator[casework.Concern]:
        for number in range(many):
            at, state = made.spread(number, many), "new" if number < many // 20 + 1 else "closed"
            ended = None if state == "new" else at.date()
            yield casework.Concern(
                **of_record(made, at, number=number, clock_start=ended)
                | {"retention_class": "safeguarding-concern"},
                engagement=cases[3 * number % made.cases], facts=SAID, opinion=SAID,
                is_child=True, categories=["exploitation"], status=state, closed_on=ended,
            )  # fmt: skip

    decisions = (
        casework.ConcernDecision(
            **of_record(made, one.created_at, "safeguarding"), concern=one,
            decision="keep watching",
            reason=SAID, decided_at=one.created_at,
        )
        for one in write_rows(casework.Concern, rows())
    )  # fmt: skip
    write_rows(casework.ConcernDecision, decisions)
    sources = [key for key, _ in choices(MomentSource)]
    write_rows(
        casework.ReachableMoment,
        (
            casework.ReachableMoment(
                **of_record(made, made.spread(number, made.cases), number=number),
                source=sources[number % len(sources)], eligible_at=made.spread(number, made.cases),
                age_band="ages_16_17", reason="assault_weapon", approached="yes", words=SAID,
                response="engaged" if number % 2 else "declined",
                engagement=cases[number] if number % 2 else None,
            )
            for number in range(made.cases)
        ),
    )  # fmt: skip
    write_rows(
        street.FieldClash,
        (
            street.FieldClash(
                **of_record(made, made.now), table="casework.Engagement",
                record_id=cases[number].pk,
                field="alias", kept="Kez", other="Kezzie", other_by_id=1,
            )
            for number in range(min(made.open, 8))
        ),
    )  # fmt: skip
