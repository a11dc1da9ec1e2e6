"""How codes are given and used, and what people ask of us is taken and answered."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.outreach.dates_ahead import add_months
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.actions.writing import (
    Record,
    Writing,
    add_record,
    check_may,
    save_record,
)
from patrolwise.web.casework.models import Engagement
from patrolwise.web.yourrecord.models import PersonRequest, Rating, RecordCode

CODE_LASTS = timedelta(days=14)
KINDS = {
    "complaint": "Complain about us",
    "copy": "Get a copy of what you keep about me",
    "correction": "Put right what you wrote about me",
    "deletion": "Delete what you keep about me",
}
ACKNOWLEDGE_WITHIN = timedelta(days=30)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_THEM = "the person"  # the role of who signs in with a code
_NOBODY = 0  # who wrote a record: no member of staff
_MOST_WORDS, _BEST = 4_000, 5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks, and how they want the answer."""

    kind: str
    words: str
    how_to_answer: str = ""
    case: Engagement | None = None


def give_code(*, writing: Writing, case: Engagement) -> str:
    """Make a code for somebody's own record; earlier ones that were not used end.

    Parameters
    ----------
    writing : Writing
    case : Engagement
        Within the writer's reach.

    Returns
    -------
    str
        Three groups of four, to be told or written down now: it is kept nowhere.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    drawn = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    code = "-".join(drawn)
    with transaction.atomic():
        RecordCode.objects.filter(engagement=case, used_at=None).update(expires=writing.now)
        add_record(
            RecordCode,
            writing,
            case.retention_class,
            engagement=case,
            digest=_digest(code),
            expires=writing.now + CODE_LASTS,
        )
    return code


def use_code(*, code: str, now: datetime) -> Engagement:
    """Return whose record a code opens; it opens it once.

    Parameters
    ----------
    code : str
    now : datetime
        Aware.

    Returns
    -------
    Engagement

    Raises
    ------
    InputError
        It is no code, was used, or is too old: which, is not said.
    """
    with transaction.atomic():
        found = (
            RecordCode.objects.select_for_update()
            .filter(digest=_digest(code), used_at=None, expires__gt=now)
            .first()
        )
        if found is None:
            raise InputError("This code does not work. Ask your worker for a new one.")
        found.used_at = now
        found.save(update_fields=["used_at"])
        record_event(
            NewEvent(action="own record opened", subject=str(found.engagement.pk), role=_THEM),
            now=now,
        )
    return found.engagement


def ask(*, asked: Asked, now: datetime) -> PersonRequest:
    """Take a complaint or a request; its clock starts.

    Parameters
    ----------
    asked : Asked
    now : datetime
        Aware.

    Returns
    -------
    PersonRequest

    Raises
    ------
    InputError
        It is of no kind, or says nothing.
    """
    faults = []
    if asked.kind not in KINDS:
        faults.append("Choose what you want to do.")
    if not asked.words.strip():
        faults.append("Tell us in a few words.")
    if len(asked.words) > _MOST_WORDS:
        faults.append(f"It has more than {_MOST_WORDS} letters. Make it shorter.")
    check_faults("What you sent", faults)
    today = now.date()
    values = {
        "kind": asked.kind,
        "engagement": asked.case,
        "words": asked.words.strip(),
        "how_to_answer": asked.how_to_answer.strip(),
        "received_on": today,
        "acknowledge_by": today + ACKNOWLEDGE_WITHIN,
        "answer_by": add_months(today, 1),
        "clock_start": today,
    }
    return _add(PersonRequest, now, **values)


def rate(*, case: Engagement, score: int, words: str, now: datetime) -> Rating:
    """Take what somebody thinks of us.

    Parameters
    ----------
    case : Engagement
    score : int
        1 to 5.
    words : str
    now : datetime
        Aware.

    Returns
    -------
    Rating

    Raises
    ------
    InputError
        It is none of 1 to 5.
    """
    known = 1 <= score <= _BEST
    check_faults("Your rating", [] if known else ["Choose 1 to 5."])
    today = now.date()
    values = {"score": score, "words": words.strip()[:_MOST_WORDS], "rated_on": today}
    return _add(Rating, now, engagement=case, clock_start=today, **values)


def acknowledge(*, writing: Writing, request: PersonRequest) -> None:
    """Note that somebody was told that we have what they sent.

    Parameters
    ----------
    writing : Writing
    request : PersonRequest

    Raises
    ------
    RefusedError
        They were told before, or the role may not.
    """
    check_may(writing.by, Permission.ANSWER_COMPLAINTS)
    if request.acknowledged_on is not None:
        raise RefusedError("They were told before.")
    request.acknowledged_on = writing.now.date()
    save_record(request, writing, "acknowledged_on")


def answer(*, writing: Writing, request: PersonRequest, text: str) -> None:
    """Write the answer that somebody gets.

    Parameters
    ----------
    writing : Writing
    request : PersonRequest
    text : str

    Raises
    ------
    InputError
        It says nothing.
    RefusedError
        It was answered before, or the role may not.
    """
    check_may(writing.by, Permission.ANSWER_COMPLAINTS)
    check_faults("The answer", [] if text.strip() else ["It says nothing."])
    if request.answered_on is not None:
        raise RefusedError("It was answered before.")
    request.answer, request.answered_on = text.strip(), writing.now.date()
    request.acknowledged_on = request.acknowledged_on or request.answered_on
    save_record(request, writing, "answer", "answered_on", "acknowledged_on")


def _add(model: type[Record], now: datetime, **values: object) -> Record:
    with transaction.atomic():
        record = model(
            created_by_id=_NOBODY, created_at=now, retention_class="disclosure", **values
        )
        record.save(force_insert=True)
        record_event(
            NewEvent(action=f"{model._meta.model_name} added", subject=str(record.pk), role=_THEM),
            now=now,
        )
    return record


def _digest(code: str) -> str:
    """Return what is kept of a code; it has 60 bits of chance, so that no salt is needed."""
    plain = "".join(filter(str.isalnum, code.upper()))
    return hashlib.sha256(f"patrolwise.record:{plain}".encode()).hexdigest()
