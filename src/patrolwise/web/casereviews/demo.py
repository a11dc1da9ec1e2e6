"""Made-up case reviews of a demonstration, by the pages' own actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from patrolwise.errors import RefusedError
from patrolwise.outreach.working_days import is_working_day
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.asb.models import Victim
from patrolwise.web.casereviews.actions import (
    appealing,
    closing,
    deciding,
    letters,
    panel,
    publishing,
    recommending,
)
from patrolwise.web.casereviews.actions.applying import Application, ToldComplaint, apply
from patrolwise.web.casereviews.counts import find_year
from patrolwise.web.casereviews.letters import draft_letter
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.offers import list_found
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing

_NAMES = ("Ines Demo", "Tomasz Demo", "Priya Demo", "Joan Demo", "Kofi Demo", "Mei Demo")
_WORDS = (
    "There is loud music under my flat four nights a week. I told the council and the landlord. "
    "I sleep badly and my son falls asleep at school.",
    "People sit on our steps and shout at us when we come home. We do not go out at night now.",
    "Bins are set on fire behind our row of shops. Each time somebody comes, and then nothing.",
)
_WEIGHED = {
    "persistence": "Two reports in the last half year, none since the spring.",
    "harm": "The household slept badly; nobody was hurt.",
    "adequacy": "Both reports were answered within a week, with a visit.",
    "reasons": "It has stopped, and what was done was done in time.",
}
_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class _Demo:
    """Who is in the demonstration, and when it is."""

    people: Mapping[str, Person]
    team: Team
    now: datetime

    def write(self, role: str, at: datetime) -> Writing:
        return Writing(by=self.people[role], now=at)

    def ago(self, days: int) -> datetime:
        """Return a time so many days ago, or just before: on a working day."""
        at = self.now - timedelta(days=days)
        while not is_working_day(day_of(at)):
            at -= timedelta(days=1)
        return at


def fill(now: datetime, people: Mapping[str, Person]) -> int:
    """Make up reviews at every step, a procedure, and the counts of the year before.

    Parameters
    ----------
    now : datetime
        Aware.
    people : mapping of Person
        By role.

    Returns
    -------
    int
        How many applications there are.

    Raises
    ------
    RefusedError
        The partner is of no agency.
    """
    team = people["partner"].team
    if team is None:
        raise RefusedError("The partner of the demonstration is of no agency. Give them a team.")
    demo = _Demo(people=people, team=team, now=now)
    _enter_procedure(demo)
    _finish_one(demo, 420, 0)
    _refuse_one(demo, 400, 1)
    _finish_one(demo, 120, 2)
    _refuse_one(demo, 60, 3, is_appealed=True)
    _hold_one(demo, 40, 4)
    _call_one(demo, 25, 5, _find_victim(demo))
    _apply(demo.ago(12), 0)  # late soon: nobody acknowledged it
    _apply(demo.ago(1), 1, acting_name="Sol Demo")
    _publish(demo)
    return Review.objects.count()


def _enter_procedure(demo: _Demo) -> None:
    values: dict[str, Any] = {
        "starts": date(day_of(demo.now).year - 2, 1, 1),
        "complaints": 3,
        "months_to_report": 1,
        "months_to_apply": 6,
        "days_to_acknowledge": 10,
        "days_to_decide": 15,
        "days_to_review": 20,
        "days_to_tell": 10,
        "days_to_appeal": 20,
        "days_to_answer_appeal": 20,
        "contact": "0116 496 0999, reviews@demo.example, 1 Demo Street",
        "policing_body": "the police and crime commissioner",
        "source": "Made up for the demonstration",
    }
    publishing.enter_procedure(values=values, writing=demo.write("lead", demo.ago(700)))


def _apply(
    at: datetime, number: int, *, complaints: int = 3, name: str = "", acting_name: str = ""
) -> Review:
    """Send an application, as the public page does."""
    day = day_of(at)
    told = [
        ToldComplaint(
            behaved_on=day - timedelta(days=12 + 30 * time),
            reported_on=day - timedelta(days=10 + 30 * time),
            told_to=("council", "police", "landlord")[time % 3],
        )
        for time in range(complaints)
    ]
    new = Application(
        name=name or _NAMES[number % len(_NAMES)],
        reach=f"07700 9000{number:02d}",
        words=_WORDS[number % len(_WORDS)],
        complaints=told,
        acting_name=acting_name,
        acting_as="support" if acting_name else "",
        is_agreed=bool(acting_name),
        agreed_how="In a talk at home" if acting_name else "",
    )
    return apply(application=new, writing=write_as_applicant(at))[0]


def _begin(
    demo: _Demo, days: int, number: int, *, complaints: int = 3, victim: Victim | None = None
) -> Review:
    """Return an application that an officer has, and has acknowledged after a week."""
    name = victim.name if victim else ""
    review = _apply(demo.ago(days), number, complaints=complaints, name=name)
    officer, at = demo.people["case_officer"], demo.ago(days - 7)
    if victim is not None:
        writing = demo.write("lead", at)
        deciding.match(review=review, case=victim.case, victim=victim, writing=writing)
    closing.assign(review=review, officer=officer, writing=demo.write("lead", at))
    _send(demo, review, "acknowledge", at)
    return review


def _send(demo: _Demo, review: Review, kind: str, at: datetime) -> None:
    draft = draft_letter(review, kind, day_of(at))
    letters.send_letter(review=review, draft=draft, writing=demo.write("case_officer", at))


def _find_victim(demo: _Demo) -> Victim | None:
    """Return somebody of an open case who is not to be offered a review; None without a case."""
    could = [one.victim.pk for one in list_found(day_of(demo.now))]
    open_ones = Victim.objects.filter(case__status="open").exclude(pk__in=could)
    return open_ones.select_related("case").first()


def _call_one(demo: _Demo, days: int, number: int, victim: Victim | None = None) -> Review:
    """Return a review that is to be held, with a panel, a question and a meeting to come."""
    review, at = _begin(demo, days, number, victim=victim), demo.ago(days - 14)
    writing = demo.write("lead", at)
    deciding.decide(review=review, new=deciding.Decision(is_met=True), writing=writing)
    panel.call_to_panel(
        review=review,
        person=demo.people["panel"],
        is_chair=True,
        independence="Chairs reviews of another county, and knows nobody in the case.",
        writing=writing,
    )
    panel.ask_agency(
        review=review,
        team=demo.team,
        question="What was reported to you at this address in the last half year, and what did "
        "you do each time?",
        due_on=day_of(at + 2 * _WEEK),
        writing=writing,
    )
    panel.plan_meeting(
        review=review, meets_on=day_of(at + 3 * _WEEK), where="Demo town hall", writing=writing
    )
    return review


def _hold_one(demo: _Demo, days: int, number: int) -> Review:
    """Return a review that was held, with a recommendation; its letter is ready."""
    review, at = _call_one(demo, days, number), demo.ago(days - 35)
    _send(demo, review, "agreed", demo.ago(days - 15))
    _send(demo, review, "invitation", demo.ago(days - 16))
    partner = demo.write("partner", at - timedelta(days=7))
    answer = "Two reports of noise. Each time a letter went out, and nobody came."
    panel.answer_request(request=review.requests.get(), answer=answer, writing=partner)
    writing = demo.write("case_officer", at)
    held = panel.Meeting(
        reviewed_on=day_of(at),
        attended="came",
        outcome="Each report was answered by itself. Nobody looked at them side by side, and "
        "nobody came at night, when it happens.",
    )
    panel.hold_meeting(review=review, held=held, writing=writing)
    recommending.recommend(
        review=review,
        team=demo.team,
        text="Visit three times between 22:00 and 01:00, and write down what is heard.",
        due_on=day_of(at + 4 * _WEEK),
        writing=writing,
    )
    return review


def _finish_one(demo: _Demo, days: int, number: int) -> None:
    """Make a review that went to its end, and whose recommendation was carried out."""
    review = _hold_one(demo, days, number)
    _send(demo, review, "outcome", demo.ago(days - 40))
    one, partner = review.recommendations.get(), demo.ago(days - 42)
    by = demo.write("lead", partner)
    recommending.answer_recommendation(one=one, is_accepted=True, because="", writing=by)
    done = demo.write("lead", demo.ago(days - 60))
    recommending.finish_recommendation(one=one, done_on=day_of(done.now), writing=done)
    closing.close(review=review, reason="finished", writing=done)


def _refuse_one(demo: _Demo, days: int, number: int, *, is_appealed: bool = False) -> None:
    """Make an application that was decided against; one is appealed, the other closed."""
    review, at = _begin(demo, days, number, complaints=2), demo.ago(days - 14)
    new = deciding.Decision(is_met=False, **_WEIGHED)
    deciding.decide(review=review, new=new, writing=demo.write("lead", at))
    _send(demo, review, "refusal", demo.ago(days - 15))
    if is_appealed:
        words = "It has not stopped. It is on other nights now, and I told them twice."
        appealing.appeal(
            review=review, words=words, writing=write_as_applicant(demo.ago(days - 30))
        )
        return
    closing.close(review=review, reason="finished", writing=demo.write("lead", demo.ago(days - 50)))


def _publish(demo: _Demo) -> None:
    """Publish the counts of the year that is over, by two people."""
    year = find_year(day_of(demo.now)) - 1
    made = publishing.propose_counts(year=year, writing=demo.write("lead", demo.now))
    publishing.release_counts(publication=made, writing=demo.write("protection", demo.now))
