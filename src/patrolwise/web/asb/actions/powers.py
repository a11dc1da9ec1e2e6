"""How a power is used: its tests answered first, then served, and what comes after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_powers import (
    ADULT,
    PowerUse,
    TestAnswer,
    check_power_use,
    find_power,
)
from patrolwise.partnership.asb_words import Appeal, PowerOutcome
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.cases import CASE, check_open
from patrolwise.web.asb.actions.people import has_lapsed
from patrolwise.web.asb.models import Breach, Case, PowerAction, RiskAssessment, Subject
from patrolwise.web.asb.places import check_place, check_unnamed
from patrolwise.web.commons.clock import LOCAL, day_of
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record


@dataclass(frozen=True, kw_only=True)
class NewPower:
    """What somebody means to do by a power, and why nothing less will do."""

    power: str  # key of the dated reference data
    starts: datetime  # aware
    ends: datetime | None
    issued_by: str
    answers: Mapping[str, TestAnswer]
    consulted: frozenset[str]
    less_intrusive: str
    support: str
    equality_note: str
    conditions: str  # without names: patrols read them
    area: str  # likewise
    hot_spot_id: str = ""
    review_due: date | None = None
    subject: Subject | None = None  # None: it is about a place
    age: int | None = None


@dataclass(frozen=True, kw_only=True)
class PowerEnd:
    """How the use of a power ended, and how an appeal against it stands."""

    outcome: str  # of PowerOutcome; empty: it goes on
    appeal: str  # of Appeal; empty: there is none
    review_due: date | None


def use_power(*, writing: Writing, case: Case, new: NewPower) -> PowerAction:
    """Write down that a power is used; nothing is in force before it is served.

    Parameters
    ----------
    writing : Writing
    case : Case
    new : NewPower

    Returns
    -------
    PowerAction

    Raises
    ------
    InputError
        A test is not answered with yes and a reason, somebody was not consulted, no risk was
        assessed, an age, a length or a place cannot be, or words name somebody: all faults.
    RefusedError
        The power is not in force on that day, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    starts = new.starts.astimezone(LOCAL)
    ends = new.ends.astimezone(LOCAL) if new.ends else None
    use = PowerUse(
        power=new.power,
        starts=starts,
        ends=ends,
        issued_by=new.issued_by,
        age=new.age,
        answers=new.answers,
        consulted=new.consulted,
        less_intrusive=new.less_intrusive,
        support=new.support,
    )
    faults = [*check_power_use(use), *_check_more(writing, case, new)]
    check_faults("The power", faults)
    law = find_power(new.power, starts.date())
    return add_record(
        PowerAction,
        writing,
        CASE,
        case=case,
        subject=new.subject,
        power=law.key,
        title=law.title,
        act=law.act,
        issued_by=new.issued_by,
        age=new.age,
        answers={key: answer.reason.strip() for key, answer in new.answers.items()},
        consulted=sorted(new.consulted),
        less_intrusive=new.less_intrusive.strip(),
        support=new.support.strip(),
        equality_note=new.equality_note.strip(),
        conditions=new.conditions.strip(),
        area=new.area.strip(),
        hot_spot_id=new.hot_spot_id,
        starts=new.starts,
        ends=new.ends,
        review_due=new.review_due,
    )


def serve_power(*, writing: Writing, power: PowerAction, served_at: datetime) -> None:
    """Note when a power was served, or put up at its place: patrols see it from its start.

    Parameters
    ----------
    writing : Writing
    power : PowerAction
    served_at : datetime
        Aware.

    Raises
    ------
    InputError
        The time is still to come, or after its end.
    RefusedError
        It was served before, it has ended, its subject has lapsed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(power.case)
    if power.served_at or power.outcome:
        raise RefusedError("It was served before, or has ended.")
    if power.subject and has_lapsed(power.subject, writing.now):
        raise RefusedError("The subject has lapsed. Only newer evidence brings the record back.")
    is_wrong = served_at > writing.now or (power.ends is not None and served_at >= power.ends)
    faults = ["It was served at a time that is to come, or after its end."] if is_wrong else []
    check_faults("The power", faults)
    power.served_at = served_at
    save_record(power, writing, "served_at")


def end_power(*, writing: Writing, power: PowerAction, end: PowerEnd) -> None:
    """Note when a power is reviewed, how an appeal stands, and how it ended.

    Parameters
    ----------
    writing : Writing
    power : PowerAction
    end : PowerEnd
        An appeal that is upheld ends it.

    Raises
    ------
    InputError
        A word is none.
    RefusedError
        It has ended, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    if power.outcome:
        raise RefusedError("It has ended already.")
    faults = []
    if end.outcome and end.outcome not in list(PowerOutcome):
        faults.append(f"How it ended is none of {', '.join(PowerOutcome)}.")
    if end.appeal and end.appeal not in list(Appeal):
        faults.append(f"How the appeal stands is none of {', '.join(Appeal)}.")
    if end.appeal == Appeal.UPHELD and not end.outcome:
        faults.append("An appeal that is upheld ends it. Say how it ended.")
    check_faults("The power", faults)
    power.outcome, power.appeal, power.review_due = end.outcome, end.appeal, end.review_due
    if end.outcome:
        last = day_of(power.ends) if power.ends else day_of(writing.now)
        power.ended_on = min(last, day_of(writing.now))
    save_record(power, writing, "outcome", "appeal", "review_due", "ended_on")


def report_breach(*, writing: Writing, power: PowerAction, seen_at: datetime, words: str) -> Breach:
    """Write down that conditions were seen to be broken.

    Parameters
    ----------
    writing : Writing
    power : PowerAction
        Served.
    seen_at : datetime
        Aware.
    words : str
        What was seen, for the case team alone.

    Returns
    -------
    Breach

    Raises
    ------
    InputError
        Nothing is said, or the time is to come or before it was served.
    RefusedError
        It was not served, or the role may not.
    """
    if not writing.by.may(Permission.SEE_ASB_ORDERS):
        check_may(writing.by, Permission.WRITE_ASB_CASES)
    if power.served_at is None:
        raise RefusedError("It was not served: nobody is bound by it.")
    faults = [] if words.strip() else ["It is not said what was seen."]
    if not power.served_at <= seen_at <= writing.now:
        faults.append("It was seen at a time that is to come, or before it was served.")
    check_faults("The breach", faults)
    return add_record(Breach, writing, CASE, power=power, seen_at=seen_at, words=words.strip())


def _check_more(writing: Writing, case: Case, new: NewPower) -> list[str]:
    """Return what is wrong beyond the power's own tests."""
    faults = []
    if not RiskAssessment.objects.filter(victim__case=case).exists():
        faults.append("Nobody's risk was assessed in the case. Do so first.")
    if not new.equality_note.strip():
        faults.append("Nothing is written on equality: whom it touches more, and what of that.")
    if not new.conditions.strip() or not new.area.strip():
        faults.append("It is not said what its conditions are, or where it holds.")
    if new.subject and (new.subject.case_id != case.pk or has_lapsed(new.subject, writing.now)):
        faults.append("The subject has lapsed, or is of another case.")
    if new.subject is None and new.age is not None:
        faults.append("It is not said whom it binds. Choose a subject of the case.")
    if new.subject and new.subject.is_under_18 and new.subject.youth_justice_on is None:
        faults.append("The subject is under 18, and youth justice was not consulted. Do so first.")
    faults += _check_age(new)
    check_unnamed("The conditions", new.conditions, faults)
    check_unnamed("The words on the area", new.area, faults)
    check_place(new.hot_spot_id, day_of(writing.now), faults)
    return faults


def _check_age(new: NewPower) -> list[str]:
    """Return a fault where the age given is not what is known of the subject."""
    if new.subject is None or new.age is None or new.subject.is_under_18 in (None, new.age < ADULT):
        return []
    known = "under 18" if new.subject.is_under_18 else "18 or over"
    return [f"The subject is {known}, and the age given is {new.age}. Correct one of the two."]
