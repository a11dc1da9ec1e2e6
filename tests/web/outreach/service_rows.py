"""What a charity writes beside its cases: shifts, contacts, disclosures, deletions, made up too."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from patrolwise.outreach.vocabulary import AgeBand, ContactKind, choices
from patrolwise.web.casework import models as casework
from patrolwise.web.desk.models import Disclosure, DisclosureRequest, SignedGateway
from patrolwise.web.keeping.models import DeletionRun
from patrolwise.web.street import models as street
from patrolwise.web.team.models import Cancellation, Proposal
from patrolwise.web.yourrecord.models import PersonRequest, Rating

from .casework_rows import SAID, Caseload, name_place, of_record, write_cases, write_rows

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_FIX = [1, -1.134, 52.636, 5]


def write_casework(made: Caseload) -> None:
    """Write everything but the record of events."""
    cases = write_cases(made)
    shifts = _add_shifts(made)
    _add_street(made, shifts, cases)
    _add_desk(made, cases)
    _add_kept(made, cases)


def _add_shifts(made: Caseload) -> list[street.Shift]:
    """Add a shift a day and pair, from today's, which lasts now, back; and briefs."""
    pairs = max(len(made.people["worker"]) // 6, 1)
    shifts = []
    for age in range(-1, made.days):
        start = made.now - _HOUR * 2 - _DAY * age
        brief = street.OutreachBrief.objects.create(
            date=start.date(), prepared_by_id=1, approved_by_id=1, approved_at=start
        )
        street.BriefItem.objects.create(
            brief=brief, heading="method", kind="place note", hot_spot_id=name_place(age),
            text=SAID,
            valid_from=start, valid_until=start + _DAY,
        )  # fmt: skip
        shifts += [
            street.Shift(
                unit_id=f"pair {pair}", date=start.date(), start=start, end=start + _HOUR * 6,
                status="closed" if age > 0 else "planned",
            )
            for pair in range(pairs)
        ]  # fmt: skip
    street.Shift.objects.bulk_create(shifts)
    street.ShiftWorker.objects.bulk_create(
        street.ShiftWorker(shift=shift, person_id=made.person("worker", 2 * number + one).pk)
        for number, shift in enumerate(shifts) for one in range(2)
    )  # fmt: skip
    street.PlannedVisit.objects.bulk_create(
        street.PlannedVisit(
            shift=shift, hot_spot_id=name_place(at), start=shift.start + _HOUR * at,
            end=shift.start + _HOUR * at + timedelta(minutes=40),
        )
        for shift in shifts for at in range(5)
    )  # fmt: skip
    Cancellation.objects.create(
        shift=shifts[-1], reason="Ill", created_by_id=1, created_at=made.now
    )
    return shifts


def _add_street(
    made: Caseload, shifts: Sequence[street.Shift], cases: Sequence[casework.Engagement]
) -> None:
    """Add contacts, what shifts said afterwards, phones, calls, and what was put aside."""
    kinds, ages = ([key for key, _ in choices(kind)] for kind in (ContactKind, AgeBand))

    def contacts() -> Iterator[street.Contact]:
        for number in range(made.contacts):
            shift = shifts[number * len(shifts) // made.contacts]
            at = shift.start + _HOUR * (number % 6)
            yield street.Contact(
                **of_record(made, at, number=number, clock_start=at.date())
                | {"retention_class": "contact"},
                shift=shift, hot_spot_id=name_place(number), date=at.date(), period=f"{at:%H}:00",
                kind=kinds[number % len(kinds)], age_band=ages[number % len(ages)],
                engagement_id=cases[number % made.cases].pk if number % 9 == 0 else None,
                note="Talked about football" if number % 3 == 0 else "",
            )  # fmt: skip

    write_rows(street.Contact, contacts())
    for model, more in (
        (street.PeopleDebrief, {"text": SAID}), (street.Wellbeing, {"score": 4, "text": SAID}),
        (street.Call, {"state": "safe"}),
        (street.Track, {"fixes": [_FIX], "last_place": {"fix": _FIX}}),
    ):  # fmt: skip
        for number, shift in enumerate(shifts[1:]):
            own = dict(more)
            if model is street.Call:
                own |= {"at": shift.start, "answered_at": shift.end if number > 3 else None}
            if model is street.Track:
                own |= {"first_at": shift.start, "last_at": shift.end}
            if model is street.Wellbeing and number < 3:
                own |= {"wants_call": True}
            kept = of_record(made, shift.start, number=number, clock_start=shift.date)
            model.objects.create(**kept | {"retention_class": "contact"}, shift=shift, **own)
    for number, person in enumerate(made.people["worker"]):
        street.Phone.objects.create(
            **of_record(made, made.now, number=number), person_id=person.pk, name="Pixel",
            half="a" * 44,
            last_seen=made.now, waiting=number,
        )  # fmt: skip
        street.HeldItem.objects.create(
            **of_record(made, made.now, number=number), person_id=person.pk, kind="follow-up",
            why="Left",
            item_id=cases[number].pk, item={"values": {"outcome": "done"}}, received=made.now,
        )  # fmt: skip


def _add_desk(made: Caseload, cases: Sequence[casework.Engagement]) -> None:
    """Add requests of others, what was decided on them, and the gateways that are signed."""
    many = max(made.cases // 5, 3)
    for key in ("dpa-safeguarding", "explicit-consent", "vital-interests"):
        SignedGateway.objects.create(
            key=key, since=made.today, until=made.today + _DAY * 99, signed_by_id=1,
            signed_at=made.now,
        )  # fmt: skip
    for number in range(many):
        at = made.spread(number, many)
        common = of_record(made, at, "lead", clock_start=at.date()) | {
            "retention_class": "disclosure"
        }
        asked = DisclosureRequest.objects.create(
            **common, asked_by="police", asker="A desk", received_on=at.date(), words=SAID,
            due=at.date() + _DAY * 9, state="open" if number < many // 9 + 1 else "decided",
            engagement=cases[number],
        )  # fmt: skip
        Disclosure.objects.create(
            **common, request=asked, engagement=cases[number], to_controller="police",
            recipient="The desk", gateway="dpa-safeguarding", necessity=SAID, fields=["alias"],
            decision=("share", "share_less", "refuse")[number % 3], proportionality=SAID,
            told={"alias": "Kez"} if number % 3 < 2 else {}, told_person="yes",
            decided_by_id=made.person("lead").pk, decided_at=at,
        )  # fmt: skip


def _add_kept(made: Caseload, cases: Sequence[casework.Engagement]) -> None:
    """Add what people asked and how they found us, deletions, and proposals."""
    many = max(made.cases // 6, 3)
    for number in range(many):
        at = made.spread(number, many)
        common = of_record(made, at, clock_start=at.date()) | {"retention_class": "disclosure"}
        is_open = number < many // 9 + 1
        PersonRequest.objects.create(
            **common, kind=("complaint", "copy")[number % 2], engagement=cases[number], words=SAID,
            received_on=at.date(), acknowledge_by=at.date(), answer_by=at.date() + _DAY * 30,
            answer="" if is_open else SAID, answered_on=None if is_open else at.date(),
        )  # fmt: skip
        Rating.objects.create(**common, engagement=cases[number], score=4, rated_on=at.date())
        Proposal.objects.create(
            what=SAID[:290], why=SAID[:290], created_by_id=1, sent_at=at, state="accepted",
        )  # fmt: skip
        DeletionRun.objects.create(
            items={"street.Contact": [str(cases[0].pk)] * 20}, counts={"contact": 20},
            as_of=at.date(), proposed_by_id=made.person("lead").pk, proposed_at=at,
            state="proposed" if number == 0 else "released", deleted={"street.Contact": 20},
        )  # fmt: skip
