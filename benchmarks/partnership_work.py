"""Five years of what a commissioner's partners did, made up: hours, schools, learning, returns.

`partnership_years` calls it. Each app's own demonstration writes some of everything that its pages
show; the years behind it are written here as rows.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies import demo as agencies_demo
from patrolwise.web.agencies.models import Agency, DayCount, HoursRow, RosterRow, Stream, Upload
from patrolwise.web.grants.models import GrantApplication, GrantDeletion
from patrolwise.web.learning import demo as learning_demo
from patrolwise.web.learning.models import (
    Lesson,
    Recommendation,
    RecommendationStep,
    StageGate,
    Trial,
)
from patrolwise.web.returns import demo as returns_demo
from patrolwise.web.returns.models import CompiledReturn, PlansFile, PublicUpdate, Release
from patrolwise.web.schools import demo as schools_demo
from patrolwise.web.schools.models import (
    Campaign,
    Initiative,
    School,
    SchoolSession,
    TeacherAnswer,
    WeekActivity,
)
from patrolwise.web.sources import demo as sources_demo
from patrolwise.web.sources.models import AgencyRecord, AgencySource, Batch

_YEARS = 5
_BEFORE = 40  # days that the demonstrations write themselves, with a few to spare
_PARTNERS, _SCHOOLS, _SESSIONS_A_WEEK, _RECORDS_A_DAY = 7, 60, 8, 6
_LESSONS, _RECOMMENDATIONS, _TRIALS = 150, 90, 20
_MANY = 2_000  # rows written at once


def fill(people: dict[str, Person], now: datetime) -> None:
    """Write five years of what every app of the site lists, but grants."""
    for one in (agencies_demo, schools_demo, learning_demo, sources_demo, returns_demo):
        one.fill(now, people)
    days = [(now - timedelta(days=back)).date() for back in range(_YEARS * 365, _BEFORE, -1)]
    fill_hours(people, days)
    fill_counts(days)
    fill_schools(people, days)
    fill_learning(people, now)
    fill_sources(people, days)
    fill_returns(now)


def fill_hours(people: dict[str, Person], days: list[date]) -> None:
    """Write the hours of each partner agency, with its roster and a file a week."""
    spots = [f"hs-{n}" for n in range(6)]
    own = Agency.objects.get(team=people["agency"].team_id)
    partners = [own] + [
        Agency.objects.create(key=f"p-{n}", name=f"Partner {n}", kind="partner", sort="wardens")
        for n in range(1, _PARTNERS)
    ]
    streams = {}
    for year in sorted({day.year - (day.month < 4) for day in days}):
        streams[year] = Stream.objects.create(
            key=f"years-{year}", fund="Bench fund", year=f"{year}/{(year + 1) % 100:02}",
            pounds=Decimal(90_000), pounds_an_hour=Decimal(24), first=date(year, 4, 1),
            last=date(year + 1, 3, 31), patrol_types=["extra-funded"],
            recorded_at=_at(days[0]), recorded=days[0],
        )  # fmt: skip
        streams[year].agencies.set(partners)
    hours, roster = [], []
    for number, agency in enumerate(partners):
        for day in days[number % 3 :: 1 if agency == own else 3]:
            stream = streams[day.year - (day.month < 4)]
            told = {"recorded_at": _at(day, 23), "recorded": day}
            roster.append(
                RosterRow(
                    agency=agency, unit_id="B1", start=_at(day, 17), end=_at(day, 22), staff=2,
                    **told,
                )
            )  # fmt: skip
            hours += [
                HoursRow(
                    key=UUID(int=len(hours) + k + 1), agency=agency, unit_id="B1", day=day,
                    hot_spot_id=spots[(day.toordinal() + k) % len(spots)], staff=2,
                    start=_at(day, 17 + k), end=_at(day, 17 + k, 40), patrol_type="extra-funded",
                    paid="funded", visibility="partner brand", basis="self-reported",
                    stream=stream, patrol_minutes=40, person_minutes=80, is_in_kind=False,
                    sent_by="file", **told,
                )
                for k in range(3)
            ]  # fmt: skip
    RosterRow.objects.bulk_create(roster, _MANY)
    HoursRow.objects.bulk_create(hours, _MANY)
    Upload.objects.bulk_create(
        Upload(
            agency=None if n % 2 else own, kind="counts" if n % 2 else "hours", sha256=f"{n:064}",
            name=f"week-{day}.csv", state="kept", rows=[], number=21, sent_at=_at(day),
            sent_by_id=people["agency"].pk, kept_at=_at(day),
        )
        for day in days[::7]
        for n in range(3)
    )  # fmt: skip


def fill_counts(days: list[date]) -> None:
    """Write what the services' own sites counted for each day."""
    services = Agency.objects.exclude(kind="partner")
    DayCount.objects.bulk_create(
        (
            DayCount(
                agency=service, hot_spot_id=f"hs-{n}", day=day, patrol_minutes=45,
                person_minutes=90, basis="tracker", recorded_at=_at(day, 23), recorded=day,
            )
            for service in services
            for day in days
            for n in range(8)
        ),
        _MANY,
    )  # fmt: skip


def fill_schools(people: dict[str, Person], days: list[date]) -> None:
    """Write schools with their sessions, what teachers answered, and weeks of action."""
    schools = School.objects.bulk_create(
        School(urn=f"{800_000 + n}", name=f"Bench School {n}", hot_spot_id=f"hs-{n % 6}")
        for n in range(_SCHOOLS)
    )
    by = people["agency"]
    sessions = SchoolSession.objects.bulk_create(
        SchoolSession(
            school=schools[(day.toordinal() * 7 + n) % _SCHOOLS], programme="knife-crime-session",
            audience="pupils", day=day, sessions=2, attendances=60, new=50,
            deliverer="City wardens", team_id=by.team_id, had_second_adult=True,
            content_version="1", has_no_scare_images=True, offered_follow_up=True,
            recorded_at=_at(day), recorded_by_id=by.pk,
        )
        for day in days[::7]
        for n in range(_SESSIONS_A_WEEK)
    )  # fmt: skip
    TeacherAnswer.objects.bulk_create(
        TeacherAnswer(
            session=one, present=58, new=50, rating=4, was_frightening=False, disclosures=0,
            words="More time for questions, please.", answered_on=one.day,
        )
        for one in sessions[::2]
    )  # fmt: skip
    for first in days[::180]:
        week = Campaign.objects.create(
            name=f"Week of {first}", first=first, last=first + timedelta(days=6)
        )
        WeekActivity.objects.bulk_create(
            WeekActivity(
                campaign=week, day=first + timedelta(days=n % 7), organisation="City wardens",
                team_id=by.team_id, kind="sweep", state="done", was_planned=True, events=2,
                knives_swept=1, said_by_id=by.pk, said_at=_at(first),
            )
            for n in range(60)
        )  # fmt: skip
    Initiative.objects.bulk_create(
        Initiative(
            kind="mini police", school=one, aim="To be known", evaluation_plan="Survey",
            measure="Asked in class", started=days[0], review_due=days[-1],
            said_at=_at(days[0]), said_by_id=by.pk,
        )
        for one in schools
    )  # fmt: skip


def fill_learning(people: dict[str, Person], now: datetime) -> None:
    """Write recommendations with steps, lessons, and trials with gates."""
    by, today = people["programme"].pk, now.date()
    made = {"added_at": now, "added_by_id": by}
    told = Recommendation.objects.bulk_create(
        Recommendation(
            source="HMICFRS", reference=f"bench {n}", text="Look at it each quarter.",
            made_on=today - timedelta(days=900), owner="Programme board",
            due=today + timedelta(days=n * 9 - 400), state="accepted", **made,
        )
        for n in range(_RECOMMENDATIONS)
    )  # fmt: skip
    RecommendationStep.objects.bulk_create(
        RecommendationStep(
            recommendation=one, state="accepted", words="The board agreed to it.", due=one.due,
            at=now - timedelta(days=n), by_id=by,
        )
        for one in told
        for n in range(4)
    )  # fmt: skip
    Lesson.objects.bulk_create(
        Lesson(
            learned_on=today - timedelta(days=n * 11), text="Light the path first.",
            came_from="debrief", hot_spot_id=f"hs-{n % 6}", changed="Lit", effect="told by people",
            effect_words="People walk there.", written_at=now, written_by_id=by,
        )
        for n in range(_LESSONS)
    )  # fmt: skip
    for n in range(_TRIALS):
        trial = Trial.objects.create(name=f"Bench trial {n}", question="Whether it helps", **made)
        StageGate.objects.create(
            trial=trial, stage="pilot", on=today - timedelta(days=300 + n), evidence="Asked for",
            decision="Try it", funder="Bench fund", **made,
        )  # fmt: skip


def fill_sources(people: dict[str, Person], days: list[date]) -> None:
    """Write a month's file after another of the agreed source, with its records."""
    source = AgencySource.objects.get()
    batches = Batch.objects.bulk_create(
        Batch(
            source=source, file_name=f"assaults-{day}.csv", sha256=f"{n:064}", known=0,
            rows=30 * _RECORDS_A_DAY, quality=[], came_at=_at(day), came_by_id=people["analyst"].pk,
        )
        for n, day in enumerate(days[::30])
    )  # fmt: skip
    AgencyRecord.objects.bulk_create(
        (
            AgencyRecord(
                batch=batches[at // 30], source_name=source.name, row_id=f"b-{at}-{n}",
                site_code="RWE01", day=day, hour=n, category="4", placed_by="words",
                hot_spot_id=f"hs-{n}" if n % 3 else "", came_on=day,
            )
            for at, day in enumerate(days[-3 * 365 :])  # as long as the terms keep them
            for n in range(_RECORDS_A_DAY)
        ),
        _MANY,
    )  # fmt: skip


def fill_returns(now: datetime) -> None:
    """Write the return of each quarter in two versions, with its update, and files of plans."""
    first = CompiledReturn.objects.order_by("made_at").first()
    update, forms = PublicUpdate.objects.get(), list(first.forms.all())
    out = Release.objects.filter(state="released", update=update).get()
    plans = PlansFile.objects.get()
    for n in range(4 * _YEARS):
        quarter = f"{now.year - 7 + n // 4}-Q{n % 4 + 1}"
        at = now - timedelta(days=2_400 - 90 * n)
        for version in (11, 12):
            made = _copy(first, quarter=quarter, version=version, made_at=at)
            made.forms.set(forms)
        told = _copy(update, compiled=made, made_at=at)
        for of in ({"compiled": made, "update": None}, {"compiled": None, "update": told}):
            _copy(out, asked_at=at, **of)
        _copy(plans, quarter=quarter, sha256=f"{n:064}", state="undone", sent_at=at, kept_at=at)


def fill_deletion(people: dict[str, int], now: datetime) -> None:
    """Propose a deletion of some applications, and hold one of the others."""
    rows = GrantApplication.objects.filter(state="scored").order_by("reference")
    ids = [str(key) for key in rows.values_list("pk", flat=True)]
    held = rows.get(pk=ids[-1])
    GrantDeletion.objects.create(
        items={"grants.GrantApplication": ids[:-1]}, counts={held.retention_class: len(ids) - 1},
        as_of=now.date(), proposed_by_id=people["programme"], proposed_at=now,
    )  # fmt: skip
    held.is_held, held.hold_reason = True, "An audit asks for it"
    held.save()


def _copy(row, **new):
    """Write another row that is as this one but for some values."""
    names = [one.attname for one in row._meta.concrete_fields if not one.primary_key]
    given = {name: getattr(row, name) for name in names if name.removesuffix("_id") not in new}
    return type(row).objects.create(**given | new)


def _at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)
