"""What was awarded, in which instalments, and what the quarterly reports on it say.

A report is made for a phone: a dozen numbers and two short texts, no name and nothing about a
person.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from patrolwise.partnership.grant_rounds import GrantRound, show_pounds
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.quarters import Quarter

_DECIDED = (GrantState.DECIDED, GrantState.AWARDED)


@dataclass(frozen=True)
class Instalment:
    """One part of an award, and the day from which it may be paid."""

    number: int
    due: date
    pence: int


@dataclass(frozen=True, kw_only=True)
class BenefitPlace:
    """Where an award does good, as it is published: a ward or district, never a hot spot."""

    name: str
    code: str = ""  # such as E06000016
    code_type: str = ""  # such as UA or WD


@dataclass(frozen=True, kw_only=True)
class Award:
    """One grant that was awarded."""

    award_id: str
    application_id: str
    pence: int
    awarded: date
    first: date
    last: date
    schedule: tuple[Instalment, ...]
    place: BenefitPlace

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters of financial years of which days lie in it, in order."""
        return _quarters_between(self.first, self.last)

    def report_due(self, quarter: Quarter, days_to_report: int) -> date:
        """Return the last day for a quarter's report: so many days after it, or after the end."""
        return min(quarter.window.last, self.last) + timedelta(days=days_to_report)


@dataclass(frozen=True, kw_only=True)
class GrantReport:
    """What a grantee says of one quarter. Money is that quarter's."""

    award_id: str
    quarter: Quarter
    received: date
    spent_pence: int
    underspend_pence: int  # that it expects to hand back at the end
    sessions_planned: int
    sessions_held: int
    unique_young_people: int
    attendances: int
    areas: tuple[str, ...]  # hot spots in which sessions were held
    referrals_received: int
    referrals_accepted: int
    measure: str = ""  # of outcome, in words
    asked: int = 0  # young people who were asked it
    answered: int = 0
    mean: float | None = None  # of the answers
    risks: str = ""

    @property
    def response_rate(self) -> float | None:
        """Share of those asked who answered; None where nobody was asked."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True, kw_only=True)
class ReportTotals:
    """Reports of one award together. A young person of two quarters is in both counts."""

    spent_pence: int
    sessions_planned: int
    sessions_held: int
    attendances: int
    most_unique_young_people: int  # of one quarter: the fewest there can have been in all
    referrals_received: int
    referrals_accepted: int


def list_award_faults(
    awards: Sequence[Award], applications: Mapping[str, Application], grant_round: GrantRound
) -> list[str]:
    """Return what is wrong with awards, all of it at once.

    Parameters
    ----------
    awards : sequence of Award
    applications : mapping of application id to Application
    grant_round : GrantRound

    Returns
    -------
    list of str
        Whole sentences: an award is there twice or of no decided application, is above what was
        asked, or is not the sum of its instalments; or all together are above the budget.
    """
    faults: list[str] = []
    for name, ids in (
        ("Award", [one.award_id for one in awards]),
        ("Application", [one.application_id for one in awards]),
    ):
        faults += [
            f"{name} {one} is awarded twice." for one in sorted(set(ids)) if ids.count(one) > 1
        ]
    for award in awards:
        faults += _one_award_faults(award, applications.get(award.application_id))
        if award.awarded <= grant_round.closes:
            faults.append(
                f"Award {award.award_id} is of {award.awarded}, and the round is open until "
                f"{grant_round.closes}. Award after it has closed."
            )
    total = sum(award.pence for award in awards)
    if total > grant_round.budget_pence:
        faults.append(
            f"Awards come to {show_pounds(total)}, above the budget of "
            f"{show_pounds(grant_round.budget_pence)}. Take one back, or lower one."
        )
    return faults


def list_report_faults(reports: Iterable[GrantReport], awards: Mapping[str, Award]) -> list[str]:
    """Return what cannot be in reports, all of it at once.

    Parameters
    ----------
    reports : iterable of GrantReport
    awards : mapping of award id to Award

    Returns
    -------
    list of str
        Whole sentences.
    """
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    for one in reports:
        where = f"Report of {one.award_id}, {one.quarter.label}"
        if (one.award_id, one.quarter.label) in seen:
            faults.append(f"{where}: there twice. Keep the one that is right.")
        seen.add((one.award_id, one.quarter.label))
        award = awards.get(one.award_id)
        if award is None:
            faults.append(f"{where}: there is no such award.")
        elif one.quarter not in award.quarters:
            faults.append(f"{where}: the award runs from {award.first} to {award.last}.")
        faults += [f"{where}: {told}" for told in _count_faults(one)]
    for award_id, award in awards.items():
        spent = sum(one.spent_pence for one in reports if one.award_id == award_id)
        if spent > award.pence:
            faults.append(
                f"Reports of {award_id} spend {show_pounds(spent)} of {show_pounds(award.pence)}. "
                "Spending beyond the award is not the grant's: mend the reports."
            )
    return faults


def find_late_reports(
    award: Award, reports: Iterable[GrantReport], on: date, days_to_report: int
) -> tuple[Quarter, ...]:
    """Return the quarters whose report should have come before a day and had not.

    Parameters
    ----------
    award : Award
    reports : iterable of GrantReport
        Of any award; those received after the day are not there yet.
    on : date
    days_to_report : int
        The round's.

    Returns
    -------
    tuple of Quarter
        In order.
    """
    there = {
        one.quarter for one in reports if one.award_id == award.award_id and one.received <= on
    }
    return find_late_quarters(award, there, on, days_to_report)


def find_late_quarters(
    award: Award, there: Collection[Quarter], on: date, days_to_report: int
) -> tuple[Quarter, ...]:
    """Return the quarters whose report should have come before a day and is not among those there.

    For lists of many awards: `find_late_reports` is the same where the reports are at hand.

    Parameters
    ----------
    award : Award
    there : collection of Quarter
        Of which a report was received by the day.
    on : date
    days_to_report : int
        The round's.

    Returns
    -------
    tuple of Quarter
        In order.
    """
    return tuple(
        quarter
        for quarter in award.quarters
        if quarter not in there and award.report_due(quarter, days_to_report) < on
    )


def add_reports(reports: Iterable[GrantReport]) -> ReportTotals:
    """Return reports of one award added up.

    Parameters
    ----------
    reports : iterable of GrantReport
        Of one award.

    Returns
    -------
    ReportTotals
        Different young people are never added over quarters: many come in more than one.

    Examples
    --------
    >>> add_reports([]).attendances
    0
    """
    given = tuple(reports)
    return ReportTotals(
        spent_pence=sum(one.spent_pence for one in given),
        sessions_planned=sum(one.sessions_planned for one in given),
        sessions_held=sum(one.sessions_held for one in given),
        attendances=sum(one.attendances for one in given),
        most_unique_young_people=max((one.unique_young_people for one in given), default=0),
        referrals_received=sum(one.referrals_received for one in given),
        referrals_accepted=sum(one.referrals_accepted for one in given),
    )


@lru_cache(maxsize=1_024)  # a page of a round asks it of hundreds of awards with the same days
def _quarters_between(first: date, last: date) -> tuple[Quarter, ...]:
    found = [_quarter_of(first)]
    while found[-1].window.last < last:
        found.append(_quarter_of(found[-1].window.last + timedelta(days=1)))
    return tuple(found)


def _quarter_of(day: date) -> Quarter:
    year_began = day.year if day.month >= 4 else day.year - 1
    return Quarter(year_began, (day.month - 4) % 12 // 3 + 1)


def _one_award_faults(award: Award, application: Application | None) -> list[str]:
    where = f"Award {award.award_id}"
    faults = []
    if application is None or application.state not in _DECIDED:
        faults.append(f"{where}: application {award.application_id} was not decided.")
    elif award.pence > application.asked_pence:
        faults.append(
            f"{where} is {show_pounds(award.pence)}, above the "
            f"{show_pounds(application.asked_pence)} that was asked for."
        )
    if award.pence <= 0:
        faults.append(f"{where} is {show_pounds(award.pence)}. Award more than nothing.")
    if award.last < award.first:
        faults.append(f"{where} ends on {award.last}, before it begins on {award.first}.")
    numbers = [one.number for one in award.schedule]
    if len(set(numbers)) < len(numbers):
        faults.append(f"{where} has an instalment twice. Number each.")
    if any(one.pence <= 0 for one in award.schedule):
        faults.append(f"{where} has an instalment of nothing or less.")
    planned = sum(one.pence for one in award.schedule)
    if planned != award.pence:
        faults.append(
            f"{where}: its instalments come to {show_pounds(planned)}, not to "
            f"{show_pounds(award.pence)}. Mend the schedule."
        )
    return faults


def _count_faults(one: GrantReport) -> list[str]:
    numbers = {
        name: getattr(one, name)
        for name in (
            *("spent_pence", "underspend_pence", "sessions_planned", "sessions_held"),
            *("unique_young_people", "attendances", "referrals_received", "referrals_accepted"),
            *("asked", "answered"),
        )
    }
    faults = [f"{name} is {value}. Give 0 or more." for name, value in numbers.items() if value < 0]
    faults += [
        f"{part} is {numbers[part]}, above {whole}, {numbers[whole]}. Mend one of the two."
        for part, whole in (
            ("unique_young_people", "attendances"),
            ("referrals_accepted", "referrals_received"),
            ("answered", "asked"),
        )
        if numbers[part] > numbers[whole]
    ]
    if one.attendances and not one.sessions_held:
        faults.append(f"{one.attendances} attendances at no session. Count the sessions.")
    if (one.mean is None) != (one.answered == 0):
        faults.append("The mean of an outcome goes with its answers: give both or neither.")
    if one.asked and not one.measure.strip():
        faults.append("Young people were asked, but not what. Name the measure.")
    return faults
