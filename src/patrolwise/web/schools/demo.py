"""Made-up schools, sessions and a week of action, by the pages' own actions."""

from datetime import date, datetime, timedelta
from typing import Any

from patrolwise.web.accounts.models import Person
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import list_hot_spots
from patrolwise.web.schools import school_actions, session_actions
from patrolwise.web.schools.models import Campaign, School
from patrolwise.web.schools.queries import school_year_of
from patrolwise.web.schools.session_actions import NewSession, Said

_SCHOOLS = (
    ("900001", "Granby Demonstration Academy"),
    ("900002", "Westcotes Demonstration School"),
    ("900003", "Highfields Demonstration College"),
    ("900004", "Belgrave Demonstration School"),
    ("900005", "Evington Demonstration Academy"),
)
# school, programme, audience, days ago, sessions, attendances, new, and what the school answered
_SESSIONS = (
    (0, "knife-crime-session", "pupils", 70, 4, 380, 380, (371, 371, 4, 2)),
    (1, "knife-crime-session", "pupils", 61, 3, 290, 290, (285, 280, 5, 0)),
    (2, "assembly", "pupils", 47, 1, 620, 620, None),
    (0, "mvp-mentor-training", "mentors", 40, 2, 48, 24, (46, 23, 5, 1)),
    (0, "mvp-lesson", "mentees", 26, 6, 170, 0, (168, 30, 4, 3)),
    (3, "knife-crime-session", "pupils", 12, 2, 180, 180, None),
    (3, "staff-training", "staff", 9, 1, 22, 22, None),
    (1, "targeted-group", "pupils", 5, 2, 12, 0, None),
)
_WORDS = "More time for questions, please."
_DONE = (
    ("sweep", "City wardens", {"events": 2, "knives_swept": 3}),
    ("surrender bin", "City police", {"events": 1, "knives_surrendered": 41}),
    ("retailer visit", "Trading standards", {"events": 14}),
    ("school", "City wardens", {"events": 2}),
)
_COUNTS = ("arrests", "arrests_knife", "knives_seized", "knives_surrendered", "knives_swept")


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Add schools, sessions with answers, a survey, a week of action and officers in schools.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        How many sessions there are.
    """
    manager, today = people["programme"], day_of(now)
    spots = list_hot_spots(today)
    schools = [
        school_actions.add_school(
            by=manager,
            urn=urn,
            name=name,
            hot_spot_id=spots[number % len(spots)].hot_spot_id if spots else "",
        )
        for number, (urn, name) in enumerate(_SCHOOLS)
    ]
    for row in _SESSIONS:
        _hold(people["agency"], schools[row[0]], row, now)
    _ask(manager, schools[0])
    _act(manager, people["agency"], today)
    _post(manager, schools, today)
    return len(_SESSIONS)


def _hold(by: Person, school: School, row: tuple[Any, ...], now: datetime) -> None:
    """Keep a session, and what the school answered where it did."""
    _, programme, audience, ago, sessions, attendances, new, answer = row
    first = school_year_of(day_of(now)).first
    made = session_actions.keep_session(
        by=by,
        new=NewSession(
            school=school,
            programme=programme,
            audience=audience,
            day=max(first, day_of(now) - timedelta(days=ago)),
            sessions=sessions,
            attendances=attendances,
            new=new,
            deliverer="City wardens",
            content_version="2026-2",
            year_groups="" if audience == "staff" else "8, 9",
            had_second_adult=True,
            has_no_scare_images=True,
            offered_follow_up=audience == "pupils",
        ),
    )
    if answer is not None:
        present, unique, rating, disclosures = answer
        said = Said(
            present=present,
            new=unique,
            rating=rating,
            was_frightening=False,
            disclosures=disclosures,
            words=_WORDS if rating == 4 else "",
        )
        session_actions.answer_session(session=made, said=said, now=now)


def _ask(by: Person, school: School) -> None:
    item = {"school": school, "programme": "mvp-lesson", "item": "I would step in, 1 to 5"}
    for audience, before, after in (("mentors", 2.9, 4.1), ("mentees", 2.6, 3.2)):
        means = {"before_n": 24, "before_mean": before, "after_n": 22, "after_mean": after}
        school_actions.keep_survey(by=by, values={**item, "audience": audience, **means})


def _act(manager: Person, coordinator: Person, today: date) -> None:
    """Add a week of action that is under way: some of it done, some to come."""
    first = today - timedelta(days=4)
    week = school_actions.add_campaign(
        by=manager,
        name=f"Operation Sceptre, {today:%B %Y}",
        first=first,
        last=today + timedelta(days=2),
    )
    for number, (kind, organisation, counts) in enumerate(_DONE):
        by = coordinator if organisation == "City wardens" else manager
        _keep(by, week, (kind, organisation, first + timedelta(days=number)), counts)
    planned = {"events": 6, "state": "planned"}
    tried = ("test purchase", "Trading standards", today - timedelta(days=1))
    _keep(manager, week, tried, planned)
    event = ("community event", "City wardens", today + timedelta(days=1))
    _keep(coordinator, week, event, planned)


def _keep(by: Person, week: Campaign, what: tuple[str, str, date], more: dict[str, Any]) -> None:
    """Plan an activity, and say it done where it was."""
    kind, organisation, day = what
    plain = {"day": day, "organisation": organisation, "kind": kind, "hot_spot_id": ""}
    planned = {**plain, "state": "planned", **dict.fromkeys(_COUNTS, 0), "sales": 0, "events": 1}
    is_done = "state" not in more
    made = school_actions.keep_activity(
        by=by, campaign=week, values=planned if is_done else planned | more
    )
    if is_done:
        done = {**planned, "state": "done", **more}
        school_actions.keep_activity(by=by, campaign=week, values=done, row=made)


def _post(by: Person, schools: list[School], today: date) -> None:
    new = school_actions.NewInitiative
    started = today - timedelta(days=60)
    school_actions.add_initiative(
        by=by,
        new=new(
            kind="mini police",
            school=schools[1],
            aim="Year 5 and 6 get to know their neighbourhood team",
            started=started,
            evaluation_plan="The same questions in two like schools without mini police",
            measure="Share who would tell an adult",
            review_due=today + timedelta(days=120),
        ),
    )
    school_actions.add_initiative(
        by=by,
        new=new(
            kind="liaison officer",
            school=schools[2],
            aim="One officer whom staff can ask",
            started=started,
        ),
    )
