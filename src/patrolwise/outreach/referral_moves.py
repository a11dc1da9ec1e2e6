"""How a referral may move from one status to another, and when it is the worker's again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from patrolwise.errors import InputError
from patrolwise.outreach.vocabulary import ReferralStatus
from patrolwise.outreach.working_days import add_working_days

_S = ReferralStatus

# What may follow each status. A person may withdraw while it is open; a rejected one is not sent
# again, since what was sent and answered stays as it was: a new one begins.
TRANSITIONS: dict[ReferralStatus, tuple[ReferralStatus, ...]] = {
    _S.DRAFT: (_S.SENT, _S.WITHDRAWN),
    _S.SENT: (_S.RECEIVED, _S.WITHDRAWN),
    _S.RECEIVED: (_S.ACCEPTED, _S.REJECTED, _S.WITHDRAWN),
    _S.ACCEPTED: (_S.FIRST_APPOINTMENT_OFFERED, _S.ENDED_EARLY, _S.WITHDRAWN),
    _S.FIRST_APPOINTMENT_OFFERED: (_S.STARTED, _S.ENDED_EARLY, _S.WITHDRAWN),
    _S.STARTED: (_S.COMPLETED, _S.ENDED_EARLY, _S.WITHDRAWN),
    _S.REJECTED: (),
    _S.COMPLETED: (),
    _S.ENDED_EARLY: (),
    _S.WITHDRAWN: (),
}
OPEN = tuple(status for status, after in TRANSITIONS.items() if after)
AWAITS_ANSWER = (_S.SENT, _S.RECEIVED)
SILENCE_WORKING_DAYS = 10
_LOCAL = ZoneInfo("Europe/London")


def may_move(before: ReferralStatus, after: ReferralStatus) -> bool:
    """Return whether a referral may move from one status to another.

    Parameters
    ----------
    before, after : ReferralStatus

    Returns
    -------
    bool

    Examples
    --------
    >>> may_move(ReferralStatus.DRAFT, ReferralStatus.SENT)
    True
    """
    return after in TRANSITIONS[before]


def refuse_reason(before: ReferralStatus, after: ReferralStatus) -> str | None:
    """Return why a referral may not move so, as a sentence; None when it may.

    Parameters
    ----------
    before, after : ReferralStatus

    Returns
    -------
    str or None

    Examples
    --------
    >>> refuse_reason(ReferralStatus.COMPLETED, ReferralStatus.STARTED)
    'A referral that is completed is closed and moves no further. Begin a new one.'
    """
    allowed = TRANSITIONS[before]
    if after in allowed:
        return None
    if not allowed:
        return f"A referral that is {before} is closed and moves no further. Begin a new one."
    return f"A referral that is {before} can become {', '.join(allowed)}; it cannot become {after}."


def is_back_with_worker(status: ReferralStatus, sent_at: datetime | None, now: datetime) -> bool:
    """Return whether a referral is on its worker's list again: rejected, or met with silence.

    Parameters
    ----------
    status : ReferralStatus
    sent_at : datetime with a time zone, or None
        When it was sent, or when the service last said that it had it.
    now : datetime with a time zone

    Returns
    -------
    bool
        Silence counts once ten whole working days of England are over, which is from the day after
        the tenth. Days are those of the clock in London.

    Raises
    ------
    InputError
        It awaits an answer and `sent_at` is not given, a time has no zone, `sent_at` is after
        `now`, or the list of bank holidays ends before.

    Examples
    --------
    >>> from datetime import UTC
    >>> sent = datetime(2026, 6, 1, 9, tzinfo=UTC)
    >>> is_back_with_worker(ReferralStatus.SENT, sent, datetime(2026, 6, 15, 9, tzinfo=UTC))
    False
    >>> is_back_with_worker(ReferralStatus.SENT, sent, datetime(2026, 6, 16, 9, tzinfo=UTC))
    True
    """
    if status not in AWAITS_ANSWER:
        return status is _S.REJECTED
    if sent_at is None:
        raise InputError(f"A referral that is {status} has no time of sending. Give one.")
    if sent_at.tzinfo is None or now.tzinfo is None:
        raise InputError("A time has no zone: 01:30 happens twice in October. Give aware times.")
    if sent_at > now:
        raise InputError(f"It was sent at {sent_at}, which is after {now}. Mend the time.")
    last_day = add_working_days(sent_at.astimezone(_LOCAL).date(), SILENCE_WORKING_DAYS)
    return now.astimezone(_LOCAL).date() > last_day
