"""The cases of the demonstration: each in another state, written as officers write them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_risk import load_demo_instrument
from patrolwise.partnership.asb_subjects import Standing
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.asb.actions import cases, people, plans, risk, sharing
from patrolwise.web.asb.models import Case, Subject, Victim
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_CALM = {item.key: item.answers[0].key for item in load_demo_instrument().items}


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is in the demonstration, and when it is."""

    now: datetime  # aware
    officer: Person
    second: Person
    lead: Person
    agency: Team

    def write(self, days_ago: float, by: Person | None = None) -> Writing:
        """Return who writes, so many days ago."""
        return Writing(by=by or self.officer, now=self.now - days_ago * _DAY)


def tell_cases(cast: Cast) -> dict[str, Case]:
    """Write the cases down.

    Parameters
    ----------
    cast : Cast

    Returns
    -------
    dict of Case
        By what they are about.
    """
    return {
        "threat": _tell_threat(cast),
        "music": _tell_music(cast),
        "hate": _tell_hate(cast),
        "motorbikes": _tell_motorbikes(cast),
        "drinking": _tell_drinking(cast),
        "new": _open(cast, 0, "trespass", "nuisance", "Doors of an empty shop are forced."),
        "second": _tell_second(cast),
        **_tell_closed(cast),
    }


def add_victim(cast: Cast, case: Case, days_ago: float, name: str, **more: Any) -> Victim:
    """Write down who is harmed.

    Parameters
    ----------
    cast : Cast
    case : Case
    days_ago : float
    name : str
    **more
        Of Who.

    Returns
    -------
    Victim
    """
    who = people.Who(name=name, **more)
    return people.add_victim(writing=cast.write(days_ago), case=case, who=who)


def add_subject(cast: Cast, case: Case, days_ago: float, who: people.Who, **more: Any) -> Subject:
    """Write down who is held to do it: alleged for 90 days, unless more is given.

    Parameters
    ----------
    cast : Cast
    case : Case
    days_ago : float
    who : Who
    **more
        Of Standing.

    Returns
    -------
    Subject
    """
    writing = cast.write(days_ago)
    day = day_of(writing.now)
    given: dict[str, Any] = {
        "basis": Basis.ALLEGED,
        "evidence_ref": "",
        "evidenced_on": day,
        "review_due": day + 90 * _DAY,
    }
    standing = Standing(**given | more)
    return people.add_subject(writing=writing, case=case, who=who, standing=standing)


def assess(cast: Cast, victim: Victim, days_ago: float, **answers: str) -> None:
    """Assess a risk: calm, but for the answers that are given.

    Parameters
    ----------
    cast : Cast
    victim : Victim
    days_ago : float
    **answers : str
        Item → answer.
    """
    sitting = risk.Sitting(answers={**_CALM, **answers}, victim_rating=7)
    risk.assess(writing=cast.write(days_ago), victim=victim, sitting=sitting)


def speak(cast: Cast, victim: Victim, days_ago: float, words: str) -> None:
    """Note that somebody spoke with a victim.

    Parameters
    ----------
    cast : Cast
    victim : Victim
    days_ago : float
    words : str
    """
    writing = cast.write(days_ago)
    people.note_contact(
        writing=writing,
        victim=victim,
        on=day_of(writing.now),
        result="spoke with them",
        words=words,
    )


def _open(cast: Cast, days_ago: float, category: str, qualifier: str, summary: str) -> Case:
    new = cases.NewCase(
        lead_agency="Demonstration council",
        category=category,
        qualifier=qualifier,
        summary=summary,
        hot_spot_id="demo-green",
    )
    case = cases.open_case(writing=cast.write(days_ago), new=new)
    _report(cast, case, days_ago)
    return case


def _report(
    cast: Cast, case: Case, days_ago: float, victim: Victim | None = None, **more: Any
) -> None:
    writing = cast.write(days_ago)
    new = cases.NewIncident(
        **{
            "reported_at": writing.now - _HOUR,
            "happened_at": writing.now - 12 * _HOUR,
            "category": case.category,
            "qualifier": case.qualifier,
            "channel": "phone",
            "hot_spot_id": case.hot_spot_id,
            "words": "It went on for an hour, and the person swore when asked to stop.",
            **more,
        }
    )
    cases.add_incident(writing=writing, case=case, new=new, victim=victim)


def _plan(cast: Cast, case: Case, days_ago: float, kind: str, what: str) -> Any:
    new = plans.NewAction(kind=kind, what=what)
    return plans.add_action(writing=cast.write(days_ago), case=case, new=new)


def _tell_threat(cast: Cast) -> Case:
    case = _open(
        cast,
        4,
        "nuisance neighbours",
        "personal",
        "Threats across a garden fence, and a bat shown.",
    )
    victim = add_victim(cast, case, 4, "Mara Made-up", phone="0116 496 0001")
    assess(cast, victim, 3.9, weapon="yes", threat="harm")
    speak(cast, victim, 3.8, "They sleep at a friend’s, and want it to stop.")
    add_subject(
        cast, case, 3, people.Who(name="Nico Made-up"),
        basis=Basis.EVIDENCED, evidence_ref="Body camera, reference 12",
    )  # fmt: skip
    _plan(cast, case, 3.5, "agree an action plan", "A plan for safety at home, with new locks")
    writing = cast.write(3, cast.lead)
    sharing.add_party(
        writing=writing, case=case, team=cast.agency, reason="It is the landlord of both homes"
    )
    new = plans.NewAction(
        kind="another action", what="Change the locks", team=cast.agency,
        by_day=day_of(cast.now - _DAY),
    )  # fmt: skip
    plans.add_action(writing=cast.write(2), case=case, new=new)
    return case


def _tell_music(cast: Cast) -> Case:
    case = _open(cast, 40, "noise", "personal", "Loud music at night, four nights a week.")
    victim = add_victim(cast, case, 40, "Ola Made-up", born=date(1951, 5, 4))
    for days_ago in (33, 26, 12, 2):
        _report(cast, case, days_ago, victim)
    assess(cast, victim, 39, frequency="weekly", escalation="yes", targeted="yes")
    for days_ago in (38, 20, 5):
        speak(cast, victim, days_ago, "It was quieter for some days, then began again.")
    add_subject(cast, case, 39, people.Who(name="Pavel Made-up", born=date(1990, 2, 3)))
    done = _plan(cast, case, 38, "speak to the subject", "A word at the door about the hours")
    plans.do_action(
        writing=cast.write(36), action=done, outcome="They said that they would turn it down"
    )
    cases.move_stage(writing=cast.write(30), case=case, stage="stage-2")
    cases.move_stage(writing=cast.write(20), case=case, stage="stage-3")
    return case


def _tell_hate(cast: Cast) -> Case:
    case = _open(
        cast, 15, "rowdy or inconsiderate", "personal", "Shouting about where somebody comes from."
    )
    victim = add_victim(cast, case, 15, "Rania Made-up", words="Speaks Arabic; ring after five.")
    for days_ago in (14, 9):
        _report(cast, case, days_ago, victim, hate_strand="race")
    assess(cast, victim, 14, frequency="weekly")
    speak(cast, victim, 13, "They were glad to be asked. An interpreter was on the line.")
    return case


def _tell_motorbikes(cast: Cast) -> Case:
    case = _open(
        cast, 100, "vehicle nuisance", "nuisance", "Off-road bikes on the green at weekends."
    )
    young = people.Who(name="Theo Made-up", is_under_18=True)
    add_subject(cast, case, 99, young, review_due=day_of(cast.now) + 4 * _DAY)
    add_subject(cast, case, 99, people.Who(name="Uri Made-up"))  # has lapsed
    _plan(cast, case, 1, "review the case", "Look at the gates with the parks team")
    return case


def _tell_drinking(cast: Cast) -> Case:
    case = _open(
        cast, 8, "street drinking", "nuisance", "Groups drink on the benches, shops lose custom."
    )
    victim = add_victim(cast, case, 8, "Wanda Made-up")
    assess(cast, victim, 7)
    speak(cast, victim, 7, "A shopkeeper; wants the bins emptied more often too.")
    add_subject(
        cast, case, 7, people.Who(name="Xavi Made-up", words="Would see an alcohol worker.")
    )
    return case


def _tell_second(cast: Cast) -> Case:
    new = cases.NewCase(
        lead_agency="Demonstration council",
        category="littering or drug paraphernalia",
        qualifier="environmental",
        summary="Needles behind the arcade, cleared each week.",
        hot_spot_id="demo-arcade",
    )
    return cases.open_case(writing=cast.write(6, cast.second), new=new)


def _tell_closed(cast: Cast) -> dict[str, Case]:
    made = {}
    for key, days_ago, reason, is_borne_out in (
        ("stopped", 70, "the behaviour stopped", True),
        ("not borne out", 450, "not borne out", False),
    ):
        case = _open(cast, days_ago, "noise", "personal", "Drums in the afternoon.")
        victim = add_victim(cast, case, days_ago, "Yara Made-up")
        speak(cast, victim, days_ago - 1, "Told what comes next.")
        closure = cases.Closure(
            reason=reason, is_substantiated=is_borne_out, is_victim_satisfied=is_borne_out or None
        )
        cases.close_case(writing=cast.write(days_ago - 30), case=case, closure=closure)
        made[key] = case
    return made
