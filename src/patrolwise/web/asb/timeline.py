"""What happened in a case, in order: kinds and days, nobody's name and nobody's words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from patrolwise.partnership.asb_stages import load_stages
from patrolwise.web.asb.models import Breach, Case, RiskAssessment, VictimContact
from patrolwise.web.commons.clock import LOCAL


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happened."""

    at: datetime  # aware; noon of days without a time
    told: str


def list_timeline(case: Case) -> list[Moment]:
    """Return what happened in a case, the newest first.

    People are told by their numbers within the case.

    Parameters
    ----------
    case : Case

    Returns
    -------
    list of Moment
    """
    found = [
        Moment(at=_noon(case.opened_on), told="The case was opened"),
        *_list_reports(case),
        *_list_people(case),
        *_list_powers(case),
        *(
            Moment(at=_noon(one.done_on), told=f"Done: {one.kind}")
            for one in case.actions.exclude(done_on=None)
        ),
    ]
    if case.closed_on:
        found.append(Moment(at=_noon(case.closed_on), told=f"Closed: {case.close_reason}"))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _list_reports(case: Case) -> list[Moment]:
    stages = {stage.key: stage.title for stage in load_stages()}
    reports = case.incidents.values_list("reported_at", "category", "hate_strand")
    moves = case.stage_moves.values_list("moved_at", "stage")
    return [
        *(
            Moment(
                at=at,
                told=f"Report: {category or 'not said what'}" + (", hostility" if strand else ""),
            )
            for at, category, strand in reports
        ),
        *(Moment(at=at, told=stages.get(key, key)) for at, key in moves),
    ]


def _list_people(case: Case) -> list[Moment]:
    contacts = VictimContact.objects.filter(victim__case=case)
    assessments = RiskAssessment.objects.filter(victim__case=case)
    return [
        *(
            Moment(at=_noon(day), told=f"Harmed person {number}: {result}")
            for day, number, result in contacts.values_list(
                "contacted_on", "victim__number", "result"
            )
        ),
        *(
            Moment(at=at, told=f"Harmed person {number}: risk {band}")
            for at, number, band in assessments.values_list("assessed_at", "victim__number", "band")
        ),
        *(
            Moment(at=_noon(day), told=f"Subject {number}: {basis}")
            for day, number, basis in case.subjects.values_list("evidenced_on", "number", "basis")
        ),
    ]


def _list_powers(case: Case) -> list[Moment]:
    breaches = Breach.objects.filter(power__case=case)
    return [
        *(
            Moment(at=at, told=f"Served: {title}")
            for at, title in case.powers.exclude(served_at=None).values_list("served_at", "title")
        ),
        *(
            Moment(at=_noon(day), told=f"Ended: {title}, {outcome}")
            for day, title, outcome in case.powers.exclude(ended_on=None).values_list(
                "ended_on", "title", "outcome"
            )
        ),
        *(
            Moment(at=at, told=f"Breach reported: {title}")
            for at, title in breaches.values_list("seen_at", "power__title")
        ),
    ]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LOCAL).astimezone(UTC)
