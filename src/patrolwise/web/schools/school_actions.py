"""How schools, surveys, weeks of action and officers in schools are kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.text_checks import find_person_words
from patrolwise.partnership.schools import find_school_programme
from patrolwise.partnership.weeks_of_action import check_week_activities
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.commons.hot_spots import list_names
from patrolwise.web.schools.models import Campaign, Initiative, School, SurveyItem, WeekActivity
from patrolwise.web.schools.queries import frame_activities

KINDS = {"mini police": "Mini police", "liaison officer": "Schools liaison officer"}
_PROGRAMME = "police-in-school"  # of which both are kinds: one evidence rating
_URN = re.compile(r"\d{6}")


@dataclass(frozen=True, kw_only=True)
class NewInitiative:
    """Mini police, or an officer in a school: where, for what, and how it will be judged."""

    kind: str
    school: School
    aim: str
    started: date
    evaluation_plan: str = ""
    measure: str = ""
    review_due: date | None = None


def add_school(*, by: Person, urn: str, name: str, hot_spot_id: str = "") -> School:
    """Add a school that the programme is for.

    Parameters
    ----------
    by : Person
    urn : str
        Its unique reference number, six digits.
    name : str
    hot_spot_id : str
        The nearest, where that is said.

    Returns
    -------
    School

    Raises
    ------
    InputError
        The number has not six digits, or it has no name.
    RefusedError
        The number is there.
    """
    faults = []
    if not _URN.fullmatch(urn):
        faults.append("A school's reference number has six digits.")
    if not name.strip():
        faults.append("Give it a name.")
    check_faults("The school", faults)
    try:
        with transaction.atomic():
            made = School.objects.create(urn=urn, name=name.strip(), hot_spot_id=hot_spot_id)
            _tell("school added", f"school:{urn}", by)
    except IntegrityError as error:
        raise RefusedError(f"The school {urn} is in the register.") from error
    return made


def keep_survey(*, by: Person, values: Mapping[str, Any]) -> SurveyItem:
    """Keep one item of a survey: how many answered before and after, and their means.

    Parameters
    ----------
    by : Person
    values : mapping
        As the fields of `SurveyItem`.

    Returns
    -------
    SurveyItem

    Raises
    ------
    InputError
        A mean does not go with its count, or the item names somebody.
    """
    faults = [
        f"Give the mean {when} with its number of answers; none without any."
        for when in ("before", "after")
        if (values[f"{when}_n"] == 0) != (values[f"{when}_mean"] is None)
    ]
    if find_person_words(values["item"]):
        faults.append("The item looks as if it named somebody.")
    check_faults("The survey", faults)
    with transaction.atomic():
        made = SurveyItem.objects.create(**values, recorded_at=clock.now(), recorded_by_id=by.pk)
        _tell("survey kept", f"survey:{made.pk}", by)
    return made


def add_campaign(*, by: Person, name: str, first: date, last: date) -> Campaign:
    """Add a week of action.

    Parameters
    ----------
    by : Person
    name : str
    first, last : date
        Both ends included.

    Returns
    -------
    Campaign

    Raises
    ------
    InputError
        It has no name, or ends before it begins.
    RefusedError
        There is one of that name.
    """
    faults = [] if name.strip() else ["Give it a name."]
    if last < first:
        faults.append("It ends before it begins.")
    check_faults("The week of action", faults)
    try:
        with transaction.atomic():
            made = Campaign.objects.create(name=name.strip(), first=first, last=last)
            _tell("week of action added", f"campaign:{made.pk}", by)
    except IntegrityError as error:
        raise RefusedError("There is a week of action of that name. Add the year.") from error
    return made


def keep_activity(
    *, by: Person, campaign: Campaign, values: Mapping[str, Any], row: WeekActivity | None = None
) -> WeekActivity:
    """Keep an activity: planned, done, or now done as planned.

    Parameters
    ----------
    by : Person
    campaign : Campaign
    values : mapping
        As the fields of `WeekActivity`.
    row : WeekActivity, optional
        The planned one that was done.

    Returns
    -------
    WeekActivity

    Raises
    ------
    InputError
        Everything that is wrong with it.
    RefusedError
        It was said to be done before.
    """
    now = clock.now()
    faults = _tell_activity(campaign, values, clock.day_of(now))
    check_faults("The activity", faults)
    with transaction.atomic():
        if row is None:
            is_planned = values["state"] == "planned"
            made = WeekActivity(team_id=by.team_id, was_planned=is_planned)  # type: ignore[attr-defined]
        else:
            made = WeekActivity.objects.select_for_update().get(pk=row.pk)
            if made.state == "done":
                raise RefusedError("It was said to be done before.")
        for name, value in values.items():
            setattr(made, name, value)
        made.campaign, made.said_by_id, made.said_at = campaign, by.pk, now
        check_week_activities(frame_activities([made]))
        made.save()
        _tell(f"activity {made.state}", f"activity:{made.pk}", by)
    return made


def add_initiative(*, by: Person, new: NewInitiative) -> Initiative:
    """Add mini police or a liaison officer.

    Parameters
    ----------
    by : Person
    new : NewInitiative

    Returns
    -------
    Initiative

    Raises
    ------
    InputError
        Everything that is wrong with it.
    """
    faults = [] if new.kind in KINDS else [f"Choose one of {', '.join(KINDS)}."]
    if not new.aim.strip():
        faults.append("Say what it is for.")
    if new.evaluation_plan.strip() and not (new.measure.strip() and new.review_due):
        faults.append("A plan has a measure, and a day on which it is looked at.")
    if find_person_words(f"{new.aim} {new.evaluation_plan} {new.measure}", _places(new.school)):
        faults.append("It looks as if somebody were named. Officers are not named here.")
    check_faults("It", faults)
    with transaction.atomic():
        made = Initiative.objects.create(**vars(new), said_at=clock.now(), said_by_id=by.pk)
        _tell("officer in school added", f"initiative:{made.pk}", by)
    return made


def end_initiative(*, by: Person, row: Initiative, on: date) -> None:
    """Say that it has ended.

    Parameters
    ----------
    by : Person
    row : Initiative
    on : date

    Raises
    ------
    InputError
        The day is before it began, or to come.
    RefusedError
        It ended before.
    """
    faults = (
        [] if row.started <= on <= clock.today() else ["Give a day between its start and today."]
    )
    check_faults("The end", faults)
    with transaction.atomic():
        if not Initiative.objects.filter(pk=row.pk, ended=None).update(ended=on):
            raise RefusedError("It ended before.")
        _tell("officer in school ended", f"initiative:{row.pk}", by)


def rate_initiatives(on: date) -> tuple[str, str]:
    """Return how police in schools are rated on a day, and by whom.

    Parameters
    ----------
    on : date

    Returns
    -------
    (rating, source)
    """
    found = find_school_programme(_PROGRAMME, on)
    return found.rating, found.source


def _places(school: School) -> list[str]:
    return [school.name, *list_names()]


def _tell_activity(campaign: Campaign, values: Mapping[str, Any], today: date) -> list[str]:
    faults = []
    if not campaign.first <= values["day"] <= campaign.last:
        faults.append(f"Its day is outside {campaign.first} to {campaign.last}.")
    if values["state"] == "done" and values["day"] > today:
        faults.append("It is still to come, so it cannot be done.")
    if find_person_words(values["organisation"], list_names()):
        faults.append("Name the organisation, never a person.")
    return faults


def _tell(action: str, subject: str, by: Person, now: datetime | None = None) -> None:
    record_event(NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role), now=now)
