"""How sessions in schools come into the register, and how a teacher says what a session was."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.outreach.text_checks import find_person_words
from patrolwise.partnership.schools import check_school_sessions
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.schools.models import School, SchoolSession, SessionLink, TeacherAnswer
from patrolwise.web.schools.queries import frame_sessions

GOOD_FOR = timedelta(days=14)
WORDS_KEPT = timedelta(days=365)
MOST_WORDS = 500
MOST_PUPILS = 2_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_NEW_ID = 0


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """A session as its deliverer tells it: counts, never a pupil."""

    school: School
    programme: str
    audience: str
    day: date
    sessions: int
    attendances: int
    new: int
    deliverer: str
    content_version: str
    year_groups: str = ""
    had_second_adult: bool = False
    has_no_scare_images: bool = False
    offered_follow_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a teacher answered."""

    present: int
    new: int
    rating: int
    was_frightening: bool
    disclosures: int
    words: str = ""


def keep_session(*, by: Person, new: NewSession) -> SchoolSession:
    """Keep a session.

    Parameters
    ----------
    by : Person
    new : NewSession

    Returns
    -------
    SchoolSession

    Raises
    ------
    InputError
        Everything that is wrong with it.
    """
    now = clock.now()
    made = SchoolSession(
        **vars(new),
        team_id=by.team_id,  # type: ignore[attr-defined]
        recorded_at=now,
        recorded_by_id=by.pk,
    )
    faults = []
    if new.day > clock.day_of(now):
        faults.append("It is still to come. Write it down when it was held.")
    if new.school.ends is not None and new.day > new.school.ends:
        faults.append(f"The programme is not for {new.school.name} any more.")
    if new.attendances > MOST_PUPILS:
        faults.append(f"More than {MOST_PUPILS:,} attendances: write down each session by itself.")
    if find_person_words(f"{new.deliverer}. {new.content_version}. {new.year_groups}"):
        faults.append("It looks as if somebody were named. Name the agency, never a person.")
    check_faults("The session", faults)
    check_school_sessions(frame_sessions([made]))
    with transaction.atomic():
        made.save(force_insert=True)
        _tell("session kept", made, by, now)
    return made


def withdraw_session(*, by: Person, session: SchoolSession, reason: str) -> None:
    """Take a session back; it stays, and counts no more.

    Parameters
    ----------
    by : Person
    session : SchoolSession
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It was taken back before.
    """
    check_faults("The session", [] if reason.strip() else ["Say why it is taken back."])
    now = clock.now()
    with transaction.atomic():
        standing = SchoolSession.objects.filter(pk=session.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=now, reason=reason.strip()[:300]):
            raise RefusedError("It was taken back before.")
        SessionLink.objects.filter(session=session, expires_at__gt=now).update(expires_at=now)
        _tell("session taken back", session, by, now)


def make_session_link(*, by: Person, session: SchoolSession) -> str:
    """Make the address of a teacher's form; those made before end.

    Parameters
    ----------
    by : Person
    session : SchoolSession

    Returns
    -------
    str
        Its code, ten letters, to be handed on now. It is kept nowhere.

    Raises
    ------
    RefusedError
        The session was answered, or taken back.
    """
    if session.withdrawn_at is not None or hasattr(session, "answer"):
        raise RefusedError("This session was answered or taken back. It needs no link.")
    now = clock.now()
    code = "".join(secrets.choice(_LETTERS) for _ in range(10))
    with transaction.atomic():
        SessionLink.objects.filter(session=session, expires_at__gt=now).update(expires_at=now)
        SessionLink.objects.create(
            session=session, digest=_digest(code), made_at=now, expires_at=now + GOOD_FOR
        )
        _tell("session link made", session, by, now)
    return code


def find_session(code: str, now: datetime) -> SchoolSession | None:
    """Return the session that a code opens; None once it is answered, taken back or too old.

    Parameters
    ----------
    code : str
    now : datetime
        Aware.

    Returns
    -------
    SchoolSession or None
    """
    link = (
        SessionLink.objects.filter(
            digest=_digest(code),
            expires_at__gt=now,
            session__withdrawn_at=None,
            session__answer=None,
        )
        .select_related("session__school")
        .first()
    )
    return link.session if link else None


def answer_session(*, session: SchoolSession, said: Said, now: datetime) -> None:
    """Keep what a teacher says, once.

    Parameters
    ----------
    session : SchoolSession
    said : Said
    now : datetime
        Aware.

    Raises
    ------
    InputError
        Everything that cannot be, and words that look as if they were about somebody.
    RefusedError
        It was answered meanwhile.
    """
    check_faults("Your answers", _tell_faults(session, said))
    values: dict[str, Any] = {**vars(said), "words": said.words.strip()}
    try:
        with transaction.atomic():
            TeacherAnswer.objects.create(session=session, answered_on=clock.day_of(now), **values)
            record_event(
                NewEvent(action="session answered", subject=str(session), role="teacher"), now=now
            )
    except IntegrityError as error:
        raise RefusedError("Somebody has answered for this session. Thank you.") from error


def drop_old_words(now: datetime) -> int:
    """Delete what teachers wrote in words a year ago; their numbers stay.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Answers that had words.
    """
    last = clock.day_of(now) - WORDS_KEPT
    with transaction.atomic():
        old = list(TeacherAnswer.objects.filter(answered_on__lt=last, words__isnull=False))
        for one in old:
            one.words = ""
            one.save(update_fields=["words"])
        if old:
            record_event(
                NewEvent(action="teachers' words dropped", detail={"answers": len(old)}), now=now
            )
    return len(old)


def _tell_faults(session: SchoolSession, said: Said) -> list[str]:
    faults = []
    if not 0 <= said.new <= said.present <= MOST_PUPILS:
        faults.append("Pupils who are new are among those who were there.")
    if not 1 <= said.rating <= 5:
        faults.append("Choose 1 to 5.")
    if not 0 <= said.disclosures <= said.present:
        faults.append("It cannot be more pupils than were there.")
    if len(said.words) > MOST_WORDS:
        faults.append(f"Write at most {MOST_WORDS} letters.")
    found = find_person_words(said.words, [session.school.name])
    if found:
        told = ", ".join(sorted({one.what.value for one in found}))
        faults.append(
            f"Your words look as if they were about a person ({told}). Take that out: names and "
            "numbers of people never belong here."
        )
    return faults


def _tell(action: str, session: SchoolSession, by: Person, now: datetime) -> None:
    event = NewEvent(action=action, subject=str(session), actor_id=by.pk, role=by.role)
    record_event(event, now=now)


def _digest(code: str) -> str:
    """Return what is kept of a code of 50 bits; tries are counted, and it opens an empty form."""
    plain = "".join(filter(str.isalnum, code.upper()))
    return hashlib.sha256(f"patrolwise.school:{plain}".encode()).hexdigest()


def check_code(code: str) -> None:
    """Raise unless a code can be one; silent when it can.

    Parameters
    ----------
    code : str

    Raises
    ------
    InputError
    """
    if len("".join(filter(str.isalnum, code))) != 10:
        raise InputError("The code has ten letters and digits. Look below the square.")
