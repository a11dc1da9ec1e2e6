"""Which way a referral may go, and when silence brings it back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.referral_moves import (
    OPEN,
    TRANSITIONS,
    is_back_with_worker,
    may_move,
    refuse_reason,
)
from patrolwise.outreach.vocabulary import ReferralStatus as S
from patrolwise.outreach.working_days import load_bank_holidays

WAY = (S.DRAFT, S.SENT, S.RECEIVED, S.ACCEPTED, S.FIRST_APPOINTMENT_OFFERED, S.STARTED)
LONDON = ZoneInfo("Europe/London")
# by hand, from the minimum data set: what may follow, letter by letter
BY_HAND = {
    "draft": {"sent", "withdrawn"},
    "sent": {"received", "withdrawn"},
    "received": {"accepted", "rejected", "withdrawn"},
    "accepted": {"first appointment offered", "ended early", "withdrawn"},
    "first appointment offered": {"started", "ended early", "withdrawn"},
    "started": {"completed", "ended early", "withdrawn"},
    "rejected": set(),
    "completed": set(),
    "ended early": set(),
    "withdrawn": set(),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_every_move_is_allowed_or_refused_with_its_reason(before, after):
    allowed = after.value in BY_HAND[before.value]
    assert may_move(before, after) is allowed
    reason = refuse_reason(before, after)
    assert (reason is None) is allowed
    if not allowed:
        assert before in reason
        assert reason.endswith("." if BY_HAND[before.value] else "Begin a new one.")


def test_every_status_can_be_reached_from_a_draft_and_every_open_one_withdrawn():
    reached, waiting = set(), {S.DRAFT}
    while waiting:
        status = waiting.pop()
        reached.add(status)
        waiting |= set(TRANSITIONS[status]) - reached
    assert reached == set(S)
    assert OPEN == WAY
    assert all(may_move(status, S.WITHDRAWN) for status in OPEN)


def back_by_walking(sent, now):
    day, heard = sent.astimezone(LONDON).date(), 0
    today = now.astimezone(LONDON).date()
    while day < today:
        day += timedelta(days=1)
        if day < today and day.weekday() < 5 and day not in load_bank_holidays():
            heard += 1  # this working day is over
    return heard >= 10


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 24 * 40),
    st.sampled_from([S.SENT, S.RECEIVED]),
)
def test_silence_is_ten_working_days_that_are_over(sent, hours, status):
    now = sent + timedelta(hours=hours)
    assert is_back_with_worker(status, sent, now) is back_by_walking(sent, now)


def test_days_change_at_midnight_in_london():
    sent = datetime(2026, 6, 1, 22, 59, tzinfo=UTC)  # still Monday there
    assert is_back_with_worker(S.SENT, sent, datetime(2026, 6, 15, 23, 0, tzinfo=UTC))
    assert not is_back_with_worker(S.SENT, sent, datetime(2026, 6, 15, 22, 59, tzinfo=UTC))
    later = sent + timedelta(minutes=1)  # Tuesday there
    assert not is_back_with_worker(S.SENT, later, datetime(2026, 6, 15, 23, 0, tzinfo=UTC))


@pytest.mark.parametrize("status", S)
def test_only_a_rejection_or_silence_brings_it_back(status):
    sent, now = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    assert is_back_with_worker(status, sent, now) is (status in (S.REJECTED, S.SENT, S.RECEIVED))


def test_times_that_cannot_be_compared_are_refused():
    aware, later = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    with pytest.raises(InputError, match="no time of sending"):
        is_back_with_worker(S.SENT, None, aware)
    with pytest.raises(InputError, match="no zone"):
        is_back_with_worker(S.SENT, aware.replace(tzinfo=None), later)
    with pytest.raises(InputError, match="no zone"):
        is_back_with_worker(S.SENT, aware, later.replace(tzinfo=None))
    with pytest.raises(InputError, match="is after"):
        is_back_with_worker(S.RECEIVED, later, aware)
    assert is_back_with_worker(S.REJECTED, None, aware)
