"""Reachable moments: everyone who could have been reached is written down, reached or not."""

from dataclasses import dataclass
from datetime import datetime

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.vocabulary import (
    AgeBand,
    Approached,
    MomentReason,
    MomentSource,
    Response,
)
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, save_record
from patrolwise.web.casework.models import Engagement, ReachableMoment
from patrolwise.web.casework.words import find_word, key_of

_ENGAGED = key_of(Response.ENGAGED)
END = ("completed", "ended early", "lost contact")


@dataclass(frozen=True, kw_only=True)
class NewMoment:
    """Somebody who could have been reached, in keys of the library's vocabularies."""

    source: str
    eligible_at: datetime
    age_band: str
    reason: str
    approached: str
    minutes_to_approach: int | None = None
    response: str = ""
    is_appropriate_adult_present: bool | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far it went since."""

    case: Engagement | None = None
    response: str = ""
    first_follow_up_at: datetime | None = None
    sessions: int = 0
    end_status: str = ""


def log_moment(*, writing: Writing, new: NewMoment) -> ReachableMoment:
    """Write a moment down; nothing about who it was.

    Parameters
    ----------
    writing : Writing
    new : NewMoment

    Returns
    -------
    ReachableMoment

    Raises
    ------
    InputError
        Words of no vocabulary, or stages that cannot follow each other; all of it.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults: list[str] = []
    source = find_word(MomentSource, new.source, "Where it was", faults)
    find_word(AgeBand, new.age_band, "The age, as it looked,", faults)
    find_word(MomentReason, new.reason, "What brought them there", faults)
    approached = find_word(Approached, new.approached, "Whether they were approached", faults)
    if new.response:
        find_word(Response, new.response, "What they said", faults)
        if approached is not None and approached is not Approached.YES:
            faults.append("They said something, and were not approached. Mend one.")
    if new.eligible_at > writing.now:
        faults.append("The time is still to come.")
    if source is MomentSource.CUSTODY and approached is Approached.YES:
        faults += _check_custody(new)
    check_faults("The moment", faults)
    return add_record(
        ReachableMoment,
        writing,
        "contact",
        clock_start=new.eligible_at.date(),
        **vars(new),
    )


def _check_custody(new: NewMoment) -> list[str]:
    child = new.age_band in {
        key_of(band) for band in (AgeBand.UNDER_10, AgeBand.AGES_10_15, AgeBand.AGES_16_17)
    }
    if child and not new.is_appropriate_adult_present:
        return ["A child in custody is spoken to only with an appropriate adult. Say that one was."]
    return []


def note_progress(*, writing: Writing, moment: ReachableMoment, progress: Progress) -> None:
    """Note how far a moment went: tied to a case, so that one person counts once.

    Parameters
    ----------
    writing : Writing
    moment : ReachableMoment
    progress : Progress

    Raises
    ------
    InputError
        Words of no vocabulary.
    RefusedError
        Nobody was approached, or somebody engaged without a case.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults: list[str] = []
    if progress.response:
        find_word(Response, progress.response, "What they said", faults)
    if progress.end_status and progress.end_status not in END:
        faults.append(f"How it ended is none of {', '.join(END)}.")
    if progress.sessions < 0:
        faults.append("There cannot be fewer than no sessions.")
    check_faults("The moment", faults)
    if moment.approached != key_of(Approached.YES):
        raise RefusedError("Nobody was approached then, so that nothing can have come of it.")
    if progress.response == _ENGAGED and progress.case is None:
        raise RefusedError("Who engaged has a case. Open one, and give its reference.")
    if (progress.sessions or progress.first_follow_up_at) and progress.response != _ENGAGED:
        raise RefusedError("Sessions and follow-ups are of people who engaged.")
    moment.engagement, moment.response = progress.case, progress.response
    moment.first_follow_up_at, moment.sessions = progress.first_follow_up_at, progress.sessions
    moment.end_status = progress.end_status
    fields = ("engagement", "response", "first_follow_up_at", "sessions", "end_status")
    save_record(moment, writing, *fields)
