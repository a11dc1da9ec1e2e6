"""What is read of schools: the register as the library's tables, reach, weeks of action."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Q, QuerySet

from patrolwise.partnership.schools import (
    SCHOOL_SESSIONS,
    SCHOOL_SURVEYS,
    TARGET,
    SchoolReach,
    SurveyChange,
    add_school_surveys,
    count_school_reach,
    load_school_programmes,
    tell_school_reach,
)
from patrolwise.partnership.weeks_of_action import (
    WEEK_ACTIVITIES,
    WeekReturn,
    make_week_return,
)
from patrolwise.reporting.suppression import suppress
from patrolwise.tables import Table
from patrolwise.times import Window
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.schools.models import (
    Campaign,
    Initiative,
    School,
    SchoolSession,
    SurveyItem,
    WeekActivity,
)

_YEAR_STARTS = 9  # month
FEWEST_TOLD = 8  # answers, below which no mean is told


@dataclass(frozen=True, kw_only=True)
class ReachLine:
    """What one programme reached of one audience, as it may be shown."""

    programme: str
    audience: str
    sessions: int
    attendances: str
    unique: str


@dataclass(frozen=True, kw_only=True)
class ReachSheet:
    """What the schools programme reached in a school year until a day."""

    window: Window
    sentences: Sequence[str]
    lines: Sequence[ReachLine]
    unique: int
    target: int
    uncovered: Sequence[str]  # names of schools
    disclosures: str  # as it may be shown
    surveys: Sequence[SurveyChange]


def school_year_of(day: date) -> Window:
    """Return the school year of a day, until that day.

    Parameters
    ----------
    day : date

    Returns
    -------
    Window
    """
    first = date(day.year - (day.month < _YEAR_STARTS), _YEAR_STARTS, 1)
    return Window(f"{first.year}/{(first.year + 1) % 100:02}", first, day)


def own_sessions(person: Person) -> QuerySet[SchoolSession]:
    """Return the sessions that somebody may change: their agency's, or all.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of SchoolSession
        With those taken back; the newest first.
    """
    found = all_sessions()
    return found if _sees_all(person) else found.filter(team_id=_team_of(person))


def all_sessions() -> QuerySet[SchoolSession]:
    """Return all sessions, those taken back too; the newest first.

    Returns
    -------
    QuerySet of SchoolSession
    """
    return SchoolSession.objects.select_related("school", "answer")


def own_activities(person: Person) -> QuerySet[WeekActivity]:
    """Return the activities that somebody may change: their agency's, or all.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of WeekActivity
    """
    found = WeekActivity.objects.select_related("campaign")
    return found if _sees_all(person) else found.filter(team_id=_team_of(person))


def read_reach(today: date) -> ReachSheet:
    """Return what was reached in the school year of a day: reach, never effect.

    Parameters
    ----------
    today : date

    Returns
    -------
    ReachSheet
        Where a school answered, its own numbers count; else the deliverer's.
    """
    window = school_year_of(today)
    rows = list(
        SchoolSession.objects.filter(withdrawn_at=None, day__range=(window.first, window.last))
        .select_related("school", "answer")
        .order_by("pk")
    )
    names = dict(
        School.objects.filter(Q(ends=None) | Q(ends__gte=window.first)).values_list("urn", "name")
    )
    names |= {one.school.urn: one.school.name for one in rows}
    reach = count_school_reach(frame_sessions(rows), names, window)
    answers = [one.answer for one in rows if hasattr(one, "answer")]
    return ReachSheet(
        window=window,
        sentences=tell_school_reach(reach, today),
        lines=_tell_lines(reach),
        unique=reach.unique,
        target=TARGET,
        uncovered=sorted(names[urn] for urn in reach.uncovered),
        disclosures=suppress(sum(one.disclosures for one in answers)),
        surveys=[one for one in _read_surveys() if one.after_n >= FEWEST_TOLD],
    )


def frame_sessions(rows: Iterable[SchoolSession]) -> pl.DataFrame:
    """Return sessions as the library's table.

    Parameters
    ----------
    rows : iterable of SchoolSession
        With school and answer.

    Returns
    -------
    (n, 8) SCHOOL_SESSIONS
    """
    told = []
    for one in rows:
        said = getattr(one, "answer", None)
        counts = (said.present, said.new) if said else (one.attendances, one.new)
        told.append(
            (
                *(str(one), one.school.urn, one.programme, one.audience, one.day, one.sessions),
                *counts,
            )
        )
    return _frame(SCHOOL_SESSIONS, told)


def read_week(campaign: Campaign) -> WeekReturn:
    """Return the return of a week of action, as the library makes it.

    Parameters
    ----------
    campaign : Campaign

    Returns
    -------
    WeekReturn
    """
    window = Window(campaign.name, campaign.first, campaign.last)
    frame = frame_activities(campaign.activities.select_related("campaign"))
    return make_week_return(frame, campaign.name, window)


def frame_activities(rows: Iterable[WeekActivity]) -> pl.DataFrame:
    """Return activities as the library's table.

    Parameters
    ----------
    rows : iterable of WeekActivity
        With campaign.

    Returns
    -------
    (n, 15) WEEK_ACTIVITIES
    """
    told = [
        (
            *(str(one), one.campaign.name, one.day, one.organisation, one.kind, one.state),
            *(one.was_planned, one.hot_spot_id or None, one.events, one.arrests),
            *(one.arrests_knife, one.knives_seized, one.knives_surrendered, one.knives_swept),
            one.sales,
        )
        for one in rows
    ]
    return _frame(WEEK_ACTIVITIES, told)


def list_initiatives() -> QuerySet[Initiative]:
    """Return mini police and liaison officers; those that run first.

    Returns
    -------
    QuerySet of Initiative
    """
    return Initiative.objects.select_related("school").order_by("ended", "-started", "-id")


def name_programmes() -> dict[str, str]:
    """Return the titles of programmes by key.

    Returns
    -------
    dict
    """
    return {one.key: one.title for one in load_school_programmes()}


def _sees_all(person: Person) -> bool:
    return person.may(Permission.RUN_SCHOOLS)


def _team_of(person: Person) -> int:
    """Return whose sessions are somebody's; of nobody's team there are none."""
    return person.team_id or 0  # type: ignore[attr-defined]


def _tell_lines(reach: SchoolReach) -> list[ReachLine]:
    titles = name_programmes()
    return [
        ReachLine(
            programme=titles.get(one.programme, one.programme),
            audience=one.audience,
            sessions=one.sessions,
            attendances=suppress(one.attendances),
            unique=suppress(one.unique),
        )
        for one in reach.parts
    ]


def _read_surveys() -> tuple[SurveyChange, ...]:
    rows = SurveyItem.objects.filter(withdrawn_at=None).select_related("school")
    told = [
        (
            *(one.school.urn, one.programme, one.audience, one.item, one.before_n),
            *(one.before_mean, one.after_n, one.after_mean),
        )
        for one in rows
    ]
    return add_school_surveys(_frame(SCHOOL_SURVEYS, told))


def _frame(table: Table, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(table.schema), orient="row")
