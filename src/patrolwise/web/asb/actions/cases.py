"""How a case is opened, moved through its stages, shared and closed, and reports come into it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_cases import Category, HateStrand, Qualifier
from patrolwise.partnership.asb_stages import load_stages
from patrolwise.partnership.asb_words import Channel, CloseReason
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Case, Incident, StageMove, Victim
from patrolwise.web.asb.places import check_place, check_unnamed
from patrolwise.web.asb.reckoning import reckon_case
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record, tell

CASE, UNSUBSTANTIATED, LOOSE = "asb-case", "asb-case-unsubstantiated", "asb-incident"


@dataclass(frozen=True, kw_only=True)
class NewIncident:
    """One report of behaviour, in words without names."""

    reported_at: datetime  # aware
    happened_at: datetime | None = None  # the earliest that it can have; None: not known
    happened_to: datetime | None = None
    category: str = ""  # of Category; empty: not said
    qualifier: str = ""
    channel: str = ""
    hot_spot_id: str = ""
    hate_strand: str = ""
    child_involved: bool | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What a case begins with."""

    lead_agency: str
    category: str
    qualifier: str
    summary: str = ""
    hot_spot_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Closure:
    """Why a case is closed, and what the victim says of it."""

    reason: str  # of CloseReason
    is_substantiated: bool
    is_victim_satisfied: bool | None  # None: not asked, or not said


def open_case(*, writing: Writing, new: NewCase) -> Case:
    """Open a case; the writer leads it, and its first stage is the first of the approach.

    Parameters
    ----------
    writing : Writing
    new : NewCase

    Returns
    -------
    Case

    Raises
    ------
    InputError
        What is missing, is no word of its vocabulary or names somebody, all of it.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    today = day_of(writing.now)
    faults = [] if new.lead_agency.strip() else ["It is not said which agency leads."]
    faults += _check_kind(new.category, new.qualifier, is_needed=True)
    check_place(new.hot_spot_id, today, faults)
    check_unnamed("The words on the case", new.summary, faults)
    check_faults("The case", faults)
    stage = next(one for one in load_stages() if one.is_in_force(today))
    with transaction.atomic():
        case = add_record(
            Case,
            writing,
            CASE,
            opened_on=today,
            category=new.category,
            qualifier=new.qualifier,
            hot_spot_id=new.hot_spot_id,
            lead_agency=new.lead_agency.strip(),
            lead_officer_id=writing.by.pk,
            stage=stage.key,
            summary=new.summary.strip(),
        )
        _note_stage(writing, case)
    return case


def add_incident(
    *, writing: Writing, case: Case | None, new: NewIncident, victim: Victim | None = None
) -> Incident:
    """Write down a report, in a case or before there is one.

    Parameters
    ----------
    writing : Writing
    case : Case or None
    new : NewIncident
    victim : Victim or None
        Of that case, who reported it or was harmed.

    Returns
    -------
    Incident

    Raises
    ------
    InputError
        What cannot be, is no word of its vocabulary or names somebody, all of it.
    RefusedError
        The case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    if case is not None:
        check_open(case)
    check_faults("The report", _check_incident(new, writing.now))
    with transaction.atomic():
        incident = add_record(
            Incident,
            writing,
            CASE if case else LOOSE,
            case=case,
            victim=victim,
            clock_start=None if case else day_of(new.reported_at),
            **{**vars(new), "words": new.words.strip()},
        )
        if case is not None:
            reckon_case(case)
    return incident


def put_in_case(*, writing: Writing, incident: Incident, case: Case) -> None:
    """Put a report that was in no case into one.

    Parameters
    ----------
    writing : Writing
    incident : Incident
    case : Case

    Raises
    ------
    RefusedError
        It is in a case already, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    if incident.case_id is not None:
        raise RefusedError("The report is in a case already.")
    incident.case, incident.retention_class, incident.clock_start = case, CASE, None
    with transaction.atomic():
        save_record(incident, writing, "case", "retention_class", "clock_start")
        reckon_case(case)


def move_stage(*, writing: Writing, case: Case, stage: str) -> None:
    """Move a case to a stage of the partnership's approach; back is allowed.

    Parameters
    ----------
    writing : Writing
    case : Case
    stage : str
        Its key.

    Raises
    ------
    InputError
        It is no stage today.
    RefusedError
        It is there already, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    known = [one.key for one in load_stages() if one.is_in_force(day_of(writing.now))]
    check_faults("The stage", [] if stage in known else [f"It is none of {', '.join(known)}."])
    if case.stage == stage:
        raise RefusedError("The case is at that stage already.")
    case.stage = stage
    with transaction.atomic():
        save_record(case, writing, "stage")
        _note_stage(writing, case)


def close_case(*, writing: Writing, case: Case, closure: Closure) -> None:
    """Close a case: retention begins to count.

    Parameters
    ----------
    writing : Writing
    case : Case
    closure : Closure

    Raises
    ------
    InputError
        The reason is none, or contradicts what was borne out.
    RefusedError
        It is closed already, something of it is still open, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(case)
    faults = []
    if closure.reason not in list(CloseReason):
        faults.append(f"The reason is none of {', '.join(CloseReason)}.")
    if closure.is_substantiated and closure.reason == CloseReason.NOT_BORNE_OUT:
        faults.append("It cannot be borne out and not borne out. Correct one of the two.")
    check_faults("The case cannot be closed", faults)
    still = []
    if undone := case.actions.filter(done_on=None).count():
        still.append(f"{undone} action(s) of the plan are not done. Say what came of them.")
    if unspoken := case.victims.filter(last_contact_on=None).count():
        still.append(f"Nobody has spoken with {unspoken} of those harmed. Tell them first.")
    check_faults("The case cannot be closed yet", still, RefusedError)
    case.status, case.close_reason = "closed", closure.reason
    case.is_substantiated = closure.is_substantiated
    case.is_victim_satisfied = closure.is_victim_satisfied
    case.retention_class = CASE if closure.is_substantiated else UNSUBSTANTIATED
    case.closed_on = case.clock_start = day_of(writing.now)
    save_record(
        case, writing, "status", "close_reason", "is_substantiated", "is_victim_satisfied",
        "retention_class", "closed_on", "clock_start",
    )  # fmt: skip


def check_open(case: Case) -> None:
    """Refuse a change of a case that is closed.

    Parameters
    ----------
    case : Case

    Raises
    ------
    RefusedError
    """
    if case.status != "open":
        raise RefusedError("The case is closed. Open a new one for what happens now.")


def _note_stage(writing: Writing, case: Case) -> None:
    move = StageMove.objects.create(
        case=case, stage=case.stage, moved_at=writing.now, moved_by_id=writing.by.pk
    )
    tell("noted", move, writing, stage=case.stage)


def _check_kind(category: str, qualifier: str, *, is_needed: bool) -> list[str]:
    faults = []
    for told, word, kind in (
        ("What it was", category, Category),
        ("Whom it was aimed at", qualifier, Qualifier),
    ):
        if (word or is_needed) and word not in list(kind):
            faults.append(f"{told} is none of {', '.join(kind)}.")
    return faults


def _check_incident(new: NewIncident, now: datetime) -> list[str]:
    faults = _check_kind(new.category, new.qualifier, is_needed=False)
    if new.channel and new.channel not in list(Channel):
        faults.append(f"How it came is none of {', '.join(Channel)}.")
    if new.hate_strand and new.hate_strand not in list(HateStrand):
        faults.append(f"The hostility is none of {', '.join(HateStrand)}.")
    if new.reported_at > now:
        faults.append("It was reported at a time that is still to come.")
    if new.happened_at and new.happened_at > new.reported_at:
        faults.append("It was reported before it happened. Mend one of the times.")
    if new.happened_to and (new.happened_at is None or new.happened_to < new.happened_at):
        faults.append("It ends before it begins, or its beginning is missing.")
    check_place(new.hot_spot_id, day_of(new.reported_at), faults)
    check_unnamed("The words of the report", new.words, faults)
    return faults
