"""How a contact is logged: in seconds, once, and never changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from patrolwise.errors import check_faults
from patrolwise.outreach.vocabulary import (
    Advice,
    AgeBand,
    ContactKind,
    ContactMinutes,
    Gender,
    PerceivedRisk,
    Topic,
)
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.casework.words import find_word, find_words
from patrolwise.web.street.clock import day_of, half_hour_of
from patrolwise.web.street.models import Contact, Shift
from patrolwise.web.street.places import check_place, check_words

MOST_NOTE, MOST_GROUP = 140, 30
_FAST_CLOCK = timedelta(minutes=2)  # phones differ; a contact is kept as its half hour


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """What was seen and done, in keys of vocabularies. Only place and kind are needed."""

    hot_spot_id: str
    kind: str
    at: datetime  # aware; kept as its half hour
    group_size: int = 1
    age_band: str = ""
    gender: str = ""
    risks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    minutes: str = ""
    engagement_id: UUID | None = None
    note: str = ""


def log_contact(*, writing: Writing, contact_id: UUID, new: NewContact) -> bool:
    """Keep a contact; the same one twice is one.

    Parameters
    ----------
    writing : Writing
    contact_id : UUID
        Made by the phone, or by the page.
    new : NewContact

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        All that is wrong with it. The note is not repeated.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if Contact.objects.filter(pk=contact_id).exists():
        return False
    check_faults("The contact", _check(new, writing))
    day = day_of(new.at)
    add_record(
        Contact,
        writing,
        "contact",
        id=contact_id,
        clock_start=day,
        shift=find_shift(writing.written_by, new.at),
        hot_spot_id=new.hot_spot_id,
        date=day,
        period=half_hour_of(new.at),
        kind=new.kind,
        group_size=new.group_size,
        age_band=new.age_band,
        gender=new.gender,
        risks=sorted(new.risks),
        topics=sorted(new.topics),
        advice=sorted(new.advice),
        minutes=new.minutes,
        engagement_id=new.engagement_id,
        note=new.note.strip(),
    )
    return True


def find_shift(person_id: int, at: datetime) -> Shift | None:
    """Return the shift that somebody works at a time; None outside of any.

    Parameters
    ----------
    person_id : int
    at : datetime
        Aware.

    Returns
    -------
    Shift or None
    """
    own = Shift.objects.filter(workers__person_id=person_id, date=day_of(at))
    return own.exclude(status="cancelled").order_by("start").first()


def _check(new: NewContact, writing: Writing) -> list[str]:
    faults: list[str] = []
    if new.at > writing.now + _FAST_CLOCK:
        faults.append("The time is still to come. Check the clock of the phone.")
    check_place(new.hot_spot_id, day_of(new.at), faults)
    find_word(ContactKind, new.kind, "What it was", faults)
    if not 1 <= new.group_size <= MOST_GROUP:
        faults.append(f"The group has {new.group_size} people. Give 1 to {MOST_GROUP}.")
    if new.age_band:
        find_word(AgeBand, new.age_band, "How old they looked", faults)
    if new.gender:
        find_word(Gender, new.gender, "The gender, as it looked,", faults)
    if new.minutes:
        find_word(ContactMinutes, new.minutes, "How long it took", faults)
    find_words(PerceivedRisk, new.risks, "The risk that was seen", faults)
    find_words(Topic, new.topics, "What was talked about", faults)
    find_words(Advice, new.advice, "The advice", faults)
    if new.engagement_id and not _is_reached(writing, new.engagement_id):
        faults.append("There is no such case.")
    check_words(new.note, "The note", MOST_NOTE, faults)
    return faults


def _is_reached(writing: Writing, case_id: UUID) -> bool:
    return reach_cases(writing.by, writing.now).filter(pk=case_id).exists()
