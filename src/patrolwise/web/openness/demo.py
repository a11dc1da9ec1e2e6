"""A demonstration of the outreach site: made-up people and work, by the pages' own actions."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from patrolwise.outreach.vocabulary import CompetencePoint, choices
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.casework.actions import concerns, consents, engagements, needs, referrals
from patrolwise.web.casework.actions.moments import NewMoment, log_moment
from patrolwise.web.casework.actions.services import set_service
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Engagement, Service
from patrolwise.web.desk.actions import sign_gateway
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.openness.assessments import NewAssessment, sign_assessment
from patrolwise.web.openness.demo_stories import tell_stories
from patrolwise.web.street.actions import contacts, debriefs, safety
from patrolwise.web.street.clock import LOCAL, day_of
from patrolwise.web.street.minutes import reckon_shifts
from patrolwise.web.street.models import Place, PlannedVisit, Shift, ShiftWorker
from patrolwise.web.street.places import list_places

PASSWORD = "patrolwise-demo-only"  # noqa: S105  (exists in demonstrations alone, and is printed)
_NAMES = {
    "worker": "Wren Demo",
    "lead": "Lee Demo",
    "safeguarding": "Sage Demo",
    "protection": "Dana Demo",
    "partner": "Pip Demo",
    "evaluator": "Eve Demo",
    "administrator": "Alex Demo",
}
_ALIASES = (
    "Kez",
    "Mo",
    "Bee",
    "Tiny",
    "Ash",
    "Jay-Jay",
    "Sunny",
    "Fox",
    "Dot",
    "Roo",
    "Zee",
    "Ray",
)
_SERVICES = (
    ("Demonstration counselling", ("mental_health", "family"), "11 to 25"),
    ("Demonstration night shelter", ("housing",), "16 and over"),
    ("Demonstration work club", ("work", "education"), "16 to 24"),
    ("Demonstration drugs advice", ("substance_use",), "Anybody"),
)
_DAYS = 28
_STARTS, _HOURS, _STAY_MIN = time(14), 6, 40
_SEED = 20_261_101


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Who is in the demonstration."""

    people: dict[str, Person]
    pair: tuple[Person, Person]
    team: Team


def address_of(role: str) -> str:
    """Return what a made-up person signs in with.

    Parameters
    ----------
    role : str

    Returns
    -------
    str
    """
    return f"{role}@demo.example"


def tell_people() -> str:
    """Return the sign-ins, a line a role.

    Returns
    -------
    str
    """
    lines = [f"  {address_of(key):32} {role.title}" for key, role in ROLES.items()]
    return "\n".join([f"Sign in with the password {PASSWORD} as one of", *lines])


def add_people(now: datetime) -> Demo:
    """Add one made-up person of each role, and a second worker.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Demo
    """
    team = Team.objects.create(name="Demonstration counselling", is_partner=True)
    made = {}
    for key in (*ROLES, "worker2"):
        person = Person(
            email=address_of(key),
            name=_NAMES.get(key, "Will Demo"),
            role=key.rstrip("2"),
            team=team if key == "partner" else None,
            last_login=now,
        )
        person.set_password(PASSWORD)
        person.save()
        made[key] = person
    return Demo(people=made, pair=(made["worker"], made["worker2"]), team=team)


def fill(demo: Demo, now: datetime) -> int:
    """Make four weeks of work up.

    Parameters
    ----------
    demo : Demo
    now : datetime
        Aware.

    Returns
    -------
    int
        Contacts.
    """
    chance = random.Random(_SEED)  # noqa: S311  (made-up data)
    officer = Writing(by=demo.people["protection"], now=now)
    year = now.date() + timedelta(days=365)
    for key in ("dpa-safeguarding", "explicit-consent", "vital-interests"):
        sign_gateway(writing=officer, key=key, since=now.date(), until=year, note="Demonstration")
    sign_assessment(
        writing=officer,
        new=NewAssessment(
            version="demonstration",
            document=b"Made up for the demonstration",
            file_name="demonstration.txt",
            signed_on=now.date(),
            review_by=now.date() + timedelta(days=300),
        ),
    )
    services = _add_services(demo, now)
    # the set came today; the made-up weeks before it were in the same places
    Place.objects.update(valid_from=day_of(now) - timedelta(days=2 * _DAYS))
    places = list_places(day_of(now))
    logged = 0
    for back in range(_DAYS, 0, -1):
        day = day_of(now) - timedelta(days=back)
        if day.weekday() in (4, 5):  # five days of seven
            continue
        shift = _add_shift(demo, day, places)
        logged += _work_shift(demo, shift, places, chance)
    _add_cases(demo, services, places, chance, now)
    tell_stories(demo.people, now)
    _plan_today(demo, places, now)
    reckon_shifts(now)
    return logged


def _add_services(demo: Demo, now: datetime) -> list[Service]:
    lead = Writing(by=demo.people["lead"], now=now)
    return [
        set_service(
            writing=lead,
            service=None,
            values={
                "name": name,
                "organisation": f"{name} CIO",
                "team_id": demo.team.pk if at == 0 else None,
                "description": "Made up for the demonstration.",
                "eligibility": eligibility,
                "needs": list(domains),
            },
        )
        for at, (name, domains, eligibility) in enumerate(_SERVICES)
    ]


def _add_shift(demo: Demo, day: date, places: list[Place]) -> Shift:
    start = datetime.combine(day, _STARTS, LOCAL)
    shift, is_new = Shift.objects.get_or_create(
        unit_id="simulated-outreach-1",
        date=day,
        defaults={"start": start, "end": start + timedelta(hours=_HOURS), "status": "closed"},
    )
    if is_new:
        for at, place in enumerate(places[:_HOURS]):
            begin = start + timedelta(minutes=55 * at)
            PlannedVisit.objects.create(
                shift=shift,
                hot_spot_id=place.hot_spot_id,
                start=begin,
                end=begin + timedelta(minutes=_STAY_MIN),
            )
    for person in demo.pair:
        ShiftWorker.objects.get_or_create(shift=shift, person_id=person.pk)
    return shift


def _work_shift(demo: Demo, shift: Shift, places: list[Place], chance: random.Random) -> int:
    by_id = {place.hot_spot_id: place for place in places}
    logged = 0
    worker = demo.pair[0]
    fixes: list[list[float]] = []
    for visit in PlannedVisit.objects.filter(shift=shift):
        fixes += _walk(by_id[visit.hot_spot_id], visit, chance)
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            at = visit.start + timedelta(minutes=chance.randint(3, _STAY_MIN - 3))
            _log_contact(Writing(by=worker, now=at), visit.hot_spot_id, chance)
            logged += 1
    after = Writing(by=worker, now=shift.end)
    safety.keep_track(writing=after, track_id=make_uuid7(), shift=shift, fixes=fixes)
    words = chance.choice(
        ("Quiet and dry", "Stall by the bus stop worked", "Music was too loud to talk")
    )
    new = debriefs.NewPlaceDebrief(what_worked=words)
    debriefs.debrief_places(writing=after, debrief_id=make_uuid7(), shift=shift, new=new)
    if chance.random() < 0.2:
        issue = debriefs.NewIssue(
            hot_spot_id=chance.choice(places).hot_spot_id,
            kind="lighting",
            severity=2,
            text="Two lamps out by the steps",
            at=shift.end,
        )
        debriefs.report_issue(writing=after, issue_id=make_uuid7(), new=issue)
    return logged


def _walk(place: Place, visit: PlannedVisit, chance: random.Random) -> list[list[float]]:
    """Return made-up fixes of a pair that strolls about the middle of a hot spot."""
    ring = place.shape["coordinates"][0]
    ring = ring[0] if isinstance(ring[0][0], list) else ring  # of a multipolygon: the first part
    east = sum(corner[0] for corner in ring) / len(ring)
    north = sum(corner[1] for corner in ring) / len(ring)
    stay_s = int((visit.end - visit.start).total_seconds()) - 60 * chance.randint(0, 8)
    first = visit.start.timestamp()
    return [
        [
            first + second,
            east + chance.gauss(0, 0.00015),
            north + chance.gauss(0, 0.0001),
            8.0,
        ]
        for second in range(0, stay_s, 60)
    ]


def _log_contact(writing: Writing, hot_spot_id: str, chance: random.Random) -> UUID:
    contact_id = make_uuid7()
    new = contacts.NewContact(
        hot_spot_id=hot_spot_id,
        kind=chance.choice(("said_hello", "conversation", "conversation", "advice_given")),
        at=writing.now,
        group_size=chance.choice((1, 1, 2, 3, 4)),
        age_band=chance.choice(("ages_10_15", "ages_16_17", "ages_18_24", "not_sure")),
        risks=(chance.choice(("exploitation", "victim", "anti_social_behaviour", "none_seen")),),
        minutes=chance.choice(("under_2", "min_2_5", "min_6_15")),
    )
    contacts.log_contact(writing=writing, contact_id=contact_id, new=new)
    return contact_id


def _add_cases(
    demo: Demo, services: list[Service], places: list[Place], chance: random.Random, now: datetime
) -> None:
    for at, alias in enumerate(_ALIASES):
        writing = Writing(by=demo.pair[at % 2], now=now - timedelta(days=24 - at))
        new = engagements.NewEngagement(
            alias=alias,
            agreed_on=writing.now.date(),
            hot_spot_id=chance.choice(places).hot_spot_id,
            is_child=at % 3 != 0,
            age_basis="told_us",
            contact_ok=("text",),
            privacy_explained_at=writing.now,
            privacy_version="1",
        )
        case = engagements.open_case(writing=writing, new=new)
        _fill_case(demo, case, services, at, now)
    street = Writing(by=demo.people["worker"], now=now)
    for approached in ("yes", "no_staffing", "no_discharged", "yes"):
        moment = NewMoment(
            source="emergency_department",
            eligible_at=now - timedelta(days=chance.randint(1, 20)),
            age_band="ages_16_17",
            reason="assault_weapon",
            approached=approached,
            response="declined" if approached == "yes" else "",
        )
        log_moment(writing=street, new=moment)


def _fill_case(
    demo: Demo, case: Engagement, services: list[Service], at: int, now: datetime
) -> None:
    worker = Person.objects.get(pk=case.lead_worker_id)
    then = Writing(by=worker, now=case.created_at + timedelta(hours=1))
    service = services[at % len(services)]
    domain = service.needs[0]
    need = needs.NewNeed(
        domain=domain, need=2, strength=1, own_view="I want it to stop", goal="Somebody to talk to"
    )
    needs.assess_need(writing=then, case=case, new=need)
    note = needs.NewNote(
        kind="session", text="Walked and talked.", happened_on=then.now.date(), minutes=30
    )
    needs.write_note(writing=then, case=case, new=note)
    due = then.now.date() + timedelta(days=7 + at)
    needs.promise_follow_up(writing=then, case=case, what="Ring the school together", due=due)
    is_young = case.is_child
    points = tuple(key for key, _ in choices(CompetencePoint))
    agreed = consents.NewConsent(
        purpose="refer_to_service",
        fields=("alias", "what_they_want", "needs"),
        given_by="under_16_competent" if is_young else "young_person_16_over",
        method="spoken",
        is_pressure_free=True,
        since=then.now.date(),
        wording_version="1",
        service_id=service.pk,
        age=15 if is_young else 19,
        competence=points if is_young else (),
        competence_words="Said in their own words what it means." if is_young else "",
    )
    consents.give_consent(writing=then, case=case, new=agreed)
    asked = referrals.NewReferral(
        urgency="routine", needs=(domain,), what_they_want="To talk", shared={"alias": case.alias}
    )
    made = referrals.draft_referral(writing=then, case=case, service=service, new=asked)
    if at % 4 != 3:
        referrals.move_referral(writing=then, referral=made, move=referrals.Move(to="sent"))
    if service.team_id == demo.team.pk and at < 6:
        partner = Writing(by=demo.people["partner"], now=then.now + timedelta(days=1))
        for to in ("received", "accepted"):
            referrals.move_referral(writing=partner, referral=made, move=referrals.Move(to=to))
    if at == 4:
        worry = concerns.NewConcern(
            facts="Said somebody waits for them after school.", is_child=True
        )
        concerns.raise_concern(writing=Writing(by=worker, now=now), case=case, new=worry)


def _plan_today(demo: Demo, places: list[Place], now: datetime) -> None:
    """Have a shift of the pair today, so that its pages can be looked at."""
    shift = _add_shift(demo, day_of(now), places)
    Shift.objects.filter(pk=shift.pk).update(status="planned")
