"""What is planned in a case, and what came of it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_words import ActionKind
from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.cases import CASE, check_open
from patrolwise.web.asb.models import Case, PlannedAction
from patrolwise.web.asb.places import check_unnamed
from patrolwise.web.asb.reckoning import find_action_day, reckon_case
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """What is to be done, by whom and until when."""

    kind: str  # of ActionKind
    what: str  # without names
    team: Team | None = None  # an agency that is party to the case; None: the lead officer
    by_day: date | None = None  # None: the target of its kind at the case's risk


def add_action(*, writing: Writing, case: Case, new: NewAction) -> PlannedAction:
    """Add an action to a case's plan, with the day by which it is to be done.

    Parameters
    ----------
    writing : Writing
    case : Case
    new : NewAction

    Returns
    -------
    PlannedAction

    Raises
    ------
    InputError
        It is not said what or until when, names somebody, or the agency is no party: all faults.
    RefusedError
        The case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    today, faults = day_of(writing.now), []
    if new.kind not in list(ActionKind):
        faults.append(f"Its kind is none of {', '.join(ActionKind)}.")
    if not new.what.strip():
        faults.append("It is not said what is to be done.")
    check_unnamed("The words of the action", new.what, faults)
    target = find_action_day(new.kind, case.risk_band, today)
    day = new.by_day or target
    if day is None:
        faults.append("There is no target of days for it. Give a day.")
    elif day < today:
        faults.append("Its day is over already.")
    elif target and day > target:
        faults.append(f"At this risk it is due by {target:%-d %B %Y}. Give that day or sooner.")
    if new.team and not case.parties.filter(team=new.team, until=None).exists():
        faults.append("The agency is not party to the case. Make it party first.")
    check_faults("The action", faults)
    with transaction.atomic():
        action = add_record(
            PlannedAction,
            writing,
            CASE,
            case=case,
            kind=new.kind,
            what=new.what.strip(),
            team=new.team,
            target_day=day,
        )
        reckon_case(case)
    return action


def do_action(*, writing: Writing, action: PlannedAction, outcome: str) -> None:
    """Say what came of an action.

    Parameters
    ----------
    writing : Writing
    action : PlannedAction
    outcome : str
        Without names.

    Raises
    ------
    InputError
        It is not said what came of it, or it names somebody.
    RefusedError
        It was done before, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.DO_ASB_ACTIONS)
    check_open(action.case)
    if action.done_on:
        raise RefusedError("It was done before.")
    faults = [] if outcome.strip() else ["It is not said what came of it."]
    check_unnamed("The words of what came of it", outcome, faults)
    check_faults("The action", faults)
    action.done_on, action.outcome = day_of(writing.now), outcome.strip()
    with transaction.atomic():
        save_record(action, writing, "done_on", "outcome")
        reckon_case(action.case)
