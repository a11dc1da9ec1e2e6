"""What a programme writes down day by day: plans, briefs, debriefs, what phones said, what came.

Used by the tests with a few units and days, and by `python -m benchmarks.site_pages` with twenty
units and a year. All of it is made up, and the same each time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from patrolwise.planning.proposals import Status
from patrolwise.web.accounts.models import Person
from patrolwise.web.exchange.kinds import MEASURES
from patrolwise.web.field.assignments_queries import BEGINNING
from patrolwise.web.field.models import (
    Abstraction,
    Assignment,
    CheckIn,
    Device,
    Forwarder,
    QuarantinedItem,
)
from patrolwise.web.insight.models import EvaluationRun, ReadToken
from patrolwise.web.livemap.counting import patrol_day_of
from patrolwise.web.livemap.models import RuleBook
from patrolwise.web.received import models as received
from patrolwise.web.records.models import SavedMapping, SpotChoice, SpotSet, Upload
from patrolwise.web.tasking import models as tasking

from .problem_rows import write_problems

SERVICES = ("police", "wardens")
OUTREACH = "outreach"
SHIFT, EVERY, VISIT = timedelta(hours=8), timedelta(minutes=30), timedelta(minutes=15)
_BREAK = 8  # which of the half hours is the break
_DAY = timedelta(days=1)
_BATCH = 5_000
_MAPPING = '[columns]\ndevice_id = "id"\ntime = "time"\nx = "x"\ny = "y"\n'
_SAID = "Talked to the shopkeepers at the corner; two school groups passed through. " * 2


@dataclass(frozen=True, kw_only=True)
class Programme:
    """How large a programme is, and what it stands on."""

    now: datetime
    days: int  # with today
    units: int
    areas: dict[str, str]  # id → name, the hot spots first
    spot_set: SpotSet  # in force
    people: dict[str, Person]  # by role
    folder: str = "plans/none"  # of plans, below the data folder
    report: dict[str, object] = field(default_factory=dict)

    @property
    def begins(self) -> datetime:
        """When the shifts of today begin: all of them last now."""
        return self.now.replace(minute=0, second=0, microsecond=0) - SHIFT / 2

    @property
    def today(self) -> date:
        """The patrol day of those shifts."""
        return patrol_day_of(self.begins)

    @property
    def ages(self) -> range:
        """How many days ago each day was, the oldest first."""
        return range(self.days - 1, -1, -1)

    def service_of(self, unit: int) -> str:
        """One unit in five is the partner's."""
        return SERVICES[unit % 5 == 4]

    def visits_of(self, unit: int, age: int) -> Iterator[tuple[timedelta, str]]:
        """Yield when each visit begins after the shift's start, and where; a break has no area."""
        ids = list(self.areas)
        for k in range(SHIFT // EVERY):
            yield EVERY * k, "" if k == _BREAK else ids[(unit + age + 3 * k) % len(ids)]


def name_unit(unit: int) -> str:
    """Return what a unit is called."""
    return f"unit {unit + 1:02}"


def write_programme(made: Programme) -> None:
    """Write everything but fixes, crimes, what is counted of them, and the record."""
    _plan(made)
    _brief(made)
    _debrief(made)
    _say(made)
    _propose(made)
    _note(made)
    _receive(made)
    _upload(made)
    write_problems(made)


def add_book(made: Programme) -> RuleBook:
    """Return a programme that owes every area two visits a day, with a ledger of all its days."""
    upload = Upload.objects.create(**_upload_of(made, "programme", 0))
    first = made.today - _DAY * (made.days + 31)
    rule = {
        "first": str(first), "last": None, "visit_min": 15.0, "visits_a_day": 2, "areas": None,
        "weekdays": [1, 2, 3, 4, 5, 6, 7], "from_clock": None, "until_clock": None,
        "reason": "as agreed", "decided": str(first),
    }  # fmt: skip
    ledger = [
        {
            "service": service, "first": str(first + _DAY * 7 * week),
            "last": str(first + _DAY * (7 * week + 6)), "kind": kind, "pounds": 900.0,
            "may_split": True, "note": None,
        }
        for service in SERVICES for kind in ("overtime", "equipment")
        for week in range((made.days + 31) // 7 + 6)
    ]  # fmt: skip
    return RuleBook.objects.create(
        upload_id=upload.pk, title="Made up", services=[*SERVICES, OUTREACH],
        separated=["police", OUTREACH], margin_min=20.0, read=made.now, ledger=ledger,
        rules=[{"service": service, **rule} for service in SERVICES],
        cost_kinds={service: ["overtime", "equipment"] for service in SERVICES},
    )  # fmt: skip


def add_devices(made: Programme) -> list[Device]:
    """Return one tracker a unit, with its history; beside them servers that sent nothing yet."""
    for number in range(made.units):
        Forwarder.objects.create(
            name=f"Server {number}", service="police", token_sha256=f"f{number:063}",
            made=made.now, made_by_id=1,
        )  # fmt: skip
    devices = [
        Device.objects.create(
            name=f"Tracker {unit + 1:02}", service=made.service_of(unit),
            token_sha256=f"{unit:064}", refresh_s=42.0, made=made.now, made_by_id=1,
        )
        for unit in range(made.units)
    ]  # fmt: skip
    _add(Assignment, _hand_over(made, devices))
    return devices


def _hand_over(made: Programme, devices: Sequence[Device]) -> Iterator[Assignment]:
    """Yield the units of devices: two had it before the one that has it."""
    spans = [BEGINNING, *(made.begins - _DAY * (made.days + k) for k in (2, 1)), None]
    for unit, device in enumerate(devices):
        names = (f"old {unit}", f"older {unit}", name_unit(unit))
        for name, start, end in zip(names, spans, spans[1:], strict=False):
            yield Assignment(
                device=device, unit_id=name, service=device.service, start=start, end=end, people=2
            )  # fmt: skip


def _plan(made: Programme) -> None:
    """Add a published plan for each week, the running one last, and a draft of the next."""
    monday = made.today - _DAY * made.today.weekday()
    weeks = -(-made.days // 7)
    plans = {}
    for week in range(-weeks, 2):
        first = monday + _DAY * 7 * week
        owed = [
            [str(first + _DAY * k), service, area, 2, 30.0]
            for k in range(7) for service in SERVICES for area in made.areas
        ]  # fmt: skip
        plans[first] = tasking.Plan.objects.create(
            first=first, last=first + _DAY * 6, folder=made.folder, report=made.report, owed=owed,
            programme_sha256="0" * 64, seed=1, is_whole=True, places=made.areas, made=made.now,
            made_by_id=made.people["coordinator"].pk, published=made.now,
            published_by_id=made.people["coordinator"].pk,
            state="published" if week < 1 else "draft",
        )  # fmt: skip
    last = 6 - made.today.weekday()
    for age in range(made.days - 1, -last - 1, -1):  # the running week is planned to its end
        day = made.today - _DAY * age
        _plan_day(made, plans[day - _DAY * day.weekday()], age)


def _plan_day(made: Programme, plan: tasking.Plan, age: int) -> None:
    start = made.begins - _DAY * age
    shifts = tasking.UnitShift.objects.bulk_create(
        tasking.UnitShift(
            plan=plan, unit_id=name_unit(unit), service=made.service_of(unit), shift="late",
            people=2, day=made.today - _DAY * age, start=start, end=start + SHIFT,
        )
        for unit in range(made.units)
    )  # fmt: skip
    tasking.PlannedVisit.objects.bulk_create(
        tasking.PlannedVisit(
            shift=shift, area_id=area, kind="visit" if area else "break", start=start + after,
            end=start + after + VISIT, why="Robbery, most of it between 15:00 and 19:00.",
        )
        for unit, shift in enumerate(shifts)
        for after, area in made.visits_of(unit, age)
    )  # fmt: skip


def _brief(made: Programme) -> None:
    texts = dict.fromkeys(("information", "intention", "method", "risk"), _SAID)
    places = [{"area_id": area, "name": name, "why": _SAID} for area, name in made.areas.items()]
    briefs = tasking.Brief.objects.bulk_create(
        tasking.Brief(
            service=service, day=made.today - _DAY * age, places=places, written=made.now,
            written_by_id=1, published=made.now, **texts,
        )
        for age in made.ages for service in SERVICES
    )  # fmt: skip
    readers = list(Person.objects.filter(role="officer").values_list("pk", flat=True))
    _add(
        tasking.Receipt,
        (
            tasking.Receipt(
                brief=brief,
                person_id=person,
                read=made.now,
                unit_id=name_unit(number % made.units),
            )
            for brief in briefs
            for number, person in enumerate(readers)
        ),
    )


def _debrief(made: Programme) -> None:
    said = dict.fromkeys(list(made.areas)[:8], 15)
    _add(
        tasking.Debrief,
        (
            tasking.Debrief(
                unit_id=name_unit(unit), service=made.service_of(unit), went_well=_SAID,
                went_badly=_SAID, day=made.today - _DAY * age, client_id=f"{unit}-{age}",
                said=made.begins - _DAY * age + SHIFT, said_by_id=1, said_minutes=said,
                minutes=dict.fromkeys(said, 13.5), joined=made.now,
            )
            for age in made.ages if age
            for unit in range(made.units)
        ),
    )  # fmt: skip


def _say(made: Programme) -> None:
    """Add what phones said: arrivals and departures, calls away, and what was put aside."""
    officer = made.people["officer"].pk

    def check(unit: int, age: int, after: timedelta, area: str, *, is_in: bool) -> CheckIn:
        time = made.begins - _DAY * age + after + (timedelta(0) if is_in else VISIT)
        return CheckIn(
            client_id=f"{unit}-{age}-{after}-{is_in}", unit_id=name_unit(unit), person_id=officer,
            service=made.service_of(unit), area_id=area, is_in=is_in, time=time, received=time,
        )  # fmt: skip

    every = [(unit, age) for age in made.ages for unit in range(made.units)]
    _add(
        CheckIn,
        (
            check(unit, age, after, area, is_in=is_in)
            for unit, age in every
            for after, area in made.visits_of(unit, age)
            if area and (age or made.begins + after < made.now)
            for is_in in (True, False)
        ),
    )
    _add(
        Abstraction,
        (
            Abstraction(
                client_id=f"{unit}-{age}", unit_id=name_unit(unit), person_id=officer,
                service=made.service_of(unit), reason=("emergency", "arrest", "custody")[unit % 3],
                start=made.begins - _DAY * age, end=made.begins - _DAY * age + EVERY,
                received=made.now,
            )
            for unit, age in every if (unit + age) % 3 == 0
        ),
    )  # fmt: skip
    _add(
        QuarantinedItem,
        (
            QuarantinedItem(
                client_id=f"aside-{k}", person_id=officer, role="officer", received=made.now,
                item={
                    "kind": "debrief", "id": f"aside-{k}", "text": _SAID, "day": str(made.today),
                    "service": "police", "unit_id": name_unit(0),
                },
                why="Somebody else was signed in.", decided=made.now if k % 4 else None,
            )
            for k in range(made.days)
        ),
    )  # fmt: skip


def _propose(made: Programme) -> None:
    steps = (Status.PROPOSED, Status.ACCEPTED, Status.ACCEPTED_TOLD, Status.EFFECTIVE)
    changes = tasking.ProposedChange.objects.bulk_create(
        tasking.ProposedChange(
            what=_SAID, why=_SAID, service="police", proposed=made.now - _DAY * k,
            proposed_by_id=made.people["officer"].pk, answered=made.now if k % 4 > 1 else None,
            status=steps[k % 4].value, about="window",
        )
        for k in range(made.days)
    )  # fmt: skip
    _add(
        tasking.ChangeEvent,
        (
            tasking.ChangeEvent(
                change=change, time=change.proposed + timedelta(hours=step), by_id=1, text=_SAID,
                event=steps[step].value, by_role="coordinator" if step else "officer",
            )
            for k, change in enumerate(changes) for step in range(k % 4 + 1)
        ),
    )  # fmt: skip


def _note(made: Programme) -> None:
    areas = list(made.areas)
    _add(
        tasking.PlaceNote,
        (
            tasking.PlaceNote(
                area_id=areas[k % len(areas)], kind=("hazard", "idea", "environment")[k % 3],
                text=_SAID, is_open=k % 8 == 0, said=made.now - _DAY * k, said_by_id=1,
            )
            for k in range(made.days)
        ),
    )  # fmt: skip
    _add(
        tasking.PlaceEvent,
        (
            tasking.PlaceEvent(
                title=f"Market {k}", first=at, last=at + timedelta(hours=6), area_ids=areas[:2],
                note=_SAID, made_by_id=1,
            )
            for k in range(made.days)
            for at in [made.now + _DAY * (-k if k % 8 else k)]  # one in eight is to come
        ),
    )  # fmt: skip


def _receive(made: Programme) -> None:
    """Add what outreach sent: its minutes, rounded counts, issues, debriefs and proposals."""
    spots, now, today = list(made.areas)[:7], made.now, made.today
    _add(
        received.OutreachMinutes,
        (
            received.OutreachMinutes(
                hot_spot_id=spot, date=today - _DAY * age, shift_start=now.time(), visits=2,
                minutes=45.0, least=40.0, most=50.0, is_tracked=True, rule="visits@1",
            )
            for age in made.ages for spot in spots
        ),
    )  # fmt: skip
    months = sorted({f"{today - _DAY * age:%Y-%m}" for age in made.ages})
    _add(
        received.OutreachCount,
        (
            received.OutreachCount(hot_spot_id=spot, month=month, measure=measure, count="15")
            for month in months
            for spot in spots
            for measure in MEASURES
        ),
    )
    for k in range(made.days):
        at = now - _DAY * k
        received.OutreachIssue.objects.create(
            issue_id=f"i{k}", hot_spot_id=spots[k % len(spots)], kind="lighting", severity=2,
            text=_SAID, reported_at=at,
        )  # fmt: skip
        received.OutreachDebrief.objects.create(
            debrief_id=f"d{k}", date=at.date(), what_worked=_SAID, what_did_not=_SAID
        )
        received.OutreachProposal.objects.create(proposal_id=f"p{k}", what=_SAID, why=_SAID, at=at)
        received.Envelope.objects.create(
            reference=f"e{k}", gateway="safeguarding", decided_on=at.date(), recipient="MASH",
            expires=at.date() + _DAY * 30, received_at=at, state_at=at,
        )  # fmt: skip
        received.ReleasedNote.objects.create(
            hot_spot_id=spots[k % len(spots)], text=_SAID, valid_from=at, released_at=at,
            valid_until=at + _DAY * 7, released_by_id=1,
        )  # fmt: skip


def _upload(made: Programme) -> None:
    """Add the uploads, versions of sets, evaluations and tokens that came about."""
    quality = [{"what": "Rows kept", "count": 9_000, "note": ""}] * 12
    for k in range(made.days // 4 + 1):
        kind = ("crimes", "fixes", "areas")[k % 3]
        more = {"state": "undone", "mapping_name": "Radios 0"}
        Upload.objects.create(**_upload_of(made, kind, k) | more, quality=quality)
        SavedMapping.objects.create(
            name=f"Radios {k}",
            text=_MAPPING,
            columns=["id", "time", "x", "y"],
            saved=made.now,
            saved_by_id=1,
        )
        at = made.now - _DAY * k
        EvaluationRun.objects.create(title=f"Run {k}", state="waiting", asked=at, asked_by_id=1)
        ReadToken.objects.create(
            person_id=made.people["evaluator"].pk, name=f"token {k}", token_sha256=f"{k:064}",
            made=at, ended=at,
        )  # fmt: skip
    newest = SpotSet.objects.filter(set_id=made.spot_set.set_id).order_by("-version").first()
    for k in range(made.days // 20 + 1):
        SpotSet.objects.create(
            set_id=newest.set_id, version=newest.version + k + 1, state="retired",
            document=made.spot_set.document, sha256=made.spot_set.sha256, made=made.now,
            hot_spots=len(made.areas), made_by_id=1, reason=_SAID,
        )  # fmt: skip
        SpotChoice.objects.create(
            rule={"set_id": f"chosen-{k}"}, state="refused", reason=_SAID, asked=made.now,
            asked_by_id=1,
        )  # fmt: skip


def _upload_of(made: Programme, kind: str, number: int) -> dict[str, object]:
    return {
        "kind": kind, "name": f"{kind} {number}.csv", "sha256": f"{number:064}", "size": 1_000_000,
        "stored": "none", "state": "kept", "rows": 9_000, "uploaded": made.now - _DAY * number,
        "uploaded_by_id": made.people["analyst"].pk, "finished": made.now,
    }  # fmt: skip


def _add(model: type, rows: Iterator[object] | Sequence[object]) -> None:
    model.objects.bulk_create(rows, batch_size=_BATCH)
