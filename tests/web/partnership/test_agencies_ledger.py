"""The ledger can be broken neither by what is posted nor by its order."""

import contextlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, PatrolwiseError, RefusedError
from patrolwise.partnership.hours_totals import HoursScope, count_hours
from patrolwise.times import Window
from patrolwise.web.agencies.frames import frame_hours
from patrolwise.web.agencies.hours_actions import Sending, keep_hours, take_back
from patrolwise.web.agencies.models import HoursRow, Refusal, RosterRow
from patrolwise.web.agencies.queries import list_agency_hours
from patrolwise.web.agencies.stream_actions import NewShift, keep_roster, withdraw_shifts
from patrolwise.web.audit.models import Event

from .agency_rows import (
    AT,
    DAY,
    NOW,
    add_agency,
    add_places,
    add_shift,
    add_stream,
    keep,
    new_hours,
)


@pytest.fixture
def wardens(db):
    add_places()
    return add_agency()


def test_a_unit_is_not_in_two_places_at_once_and_the_refusal_is_counted(wardens):
    keep(wardens, new_hours(0, 60))
    with pytest.raises(RefusedError, match="Unit W1 of wardens is in both at once"):
        keep(wardens, new_hours(30, 60, hot_spot_id="hs-2"))
    keep(wardens, new_hours(60, 30), new_hours(0, 30, unit_id="W2"))
    assert HoursRow.objects.count() == 3
    assert list(Refusal.objects.values_list("kind", flat=True)) == ["overlap"]


def test_the_database_refuses_an_hour_twice_and_a_row_written_over(wardens):
    row = keep(wardens, new_hours(0, 60))[0]
    for change in ({"staff": 9}, {"end": AT + timedelta(hours=3)}, {"unit_id": "W9"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HoursRow.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursRow.objects.filter(pk=row.pk).delete()
    copy = HoursRow.objects.get(pk=row.pk)
    copy.pk, copy.key = None, new_hours().key
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    take_back(row=row, by=None, reason="wrong place", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursRow.objects.filter(pk=row.pk).update(withdrawn_at=None)
    keep(wardens, new_hours(0, 60))


def test_a_form_sent_twice_is_kept_once_and_only_by_whoever_sent_it(wardens):
    new = new_hours()
    assert keep(wardens, new) == keep(wardens, new)
    assert HoursRow.objects.count() == 1
    with pytest.raises(RefusedError, match="somebody else"):
        keep(add_agency("faith"), new)


def test_funded_hours_need_a_stream_that_pays_for_them_and_a_roster(wardens):
    stream = add_stream(wardens)
    funded = {"paid": "funded", "stream": stream, "patrol_type": "extra-funded"}
    with pytest.raises(RefusedError, match="no roster to hold it against"):
        keep(wardens, new_hours(**funded))
    add_shift(wardens, hours=1)
    assert keep(wardens, new_hours(**funded))[0].stream == stream
    for more, told in (
        ({**funded, "patrol_type": "targeted"}, "does not pay for such patrols"),
        ({**funded, "stream": None}, "name the stream that pays it"),
        ({**funded, "staff": 3}, "not rostered with 3 people"),
        ({**funded, "minutes": 60}, "at most those rostered"),
        ({"stream": stream}, "claimed from no stream"),
    ):
        with pytest.raises(RefusedError, match=told):
            keep(wardens, new_hours(**{"start_min": 30, "minutes": 10} | more))
    faith = add_agency("faith")
    add_shift(faith)
    with pytest.raises(RefusedError, match="may not be claimed by that agency"):
        keep(faith, new_hours(**funded))


def test_every_fault_of_a_row_is_told_at_once(wardens):
    bad = new_hours(minutes=0, hot_spot_id="nowhere", staff=0, paid="gold")
    with pytest.raises(InputError) as told:
        keep(wardens, bad)
    for word in ("is 'nowhere'", "staff is 0", "end is", "is 'gold'"):
        assert word in str(told.value)
    assert not HoursRow.objects.exists()


def test_a_correction_takes_the_row_back_and_adds_another_or_does_neither(wardens):
    row = keep(wardens, new_hours(0, 60), new_hours(60, 60))[0]
    with pytest.raises(RefusedError):
        keep(wardens, new_hours(0, 90), instead_of=row, reason="longer")
    assert HoursRow.objects.filter(withdrawn_at=None).count() == 2
    with pytest.raises(InputError, match="why"):
        keep(wardens, new_hours(0, 30), instead_of=row, reason=" ")
    better = keep(wardens, new_hours(0, 50), instead_of=row, reason="They left at ten to")[0]
    assert (better.replaces, better.patrol_minutes, better.person_minutes) == (row, 50, 100)
    row.refresh_from_db()
    assert (row.withdrawn, row.reason) == (DAY, "They left at ten to")
    with pytest.raises(RefusedError, match="before"):
        take_back(row=row, by=None, reason="again", now=NOW)
    actions = list(Event.objects.values_list("action", flat=True))
    assert actions[-2:] == ["hours taken back", "hours kept"]


POST = st.tuples(
    st.just("post"), st.sampled_from(["W1", "W2"]), st.integers(0, 8), st.integers(1, 6),
    st.sampled_from(["funded", "in kind"]), st.integers(1, 3), st.sampled_from(["hs-1", "hs-2"]),
)  # fmt: skip
SHIFT = st.tuples(
    st.just("shift"), st.sampled_from(["W1", "W2"]), st.integers(0, 6), st.integers(1, 8)
)
STEPS = st.lists(
    st.one_of(POST, POST, SHIFT, st.just(("take back",)), st.just(("no shift",))),
    min_size=3, max_size=10,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_hour_is_there_twice_or_beyond_the_roster_whatever_is_posted_in_any_order(
    wardens, people, steps
):
    with transaction.atomic():
        stream = add_stream(wardens)
        for kind, *given_ in steps:
            with contextlib.suppress(PatrolwiseError):
                STEP[kind](wardens, people["agency"], stream, *given_)
            _look()
        transaction.set_rollback(True)


def _post(wardens, by, stream, unit, start, length, paid, staff, place):
    """Send a row twice, as a weak line does."""
    pays = {"stream": stream, "patrol_type": "extra-funded"} if paid == "funded" else {}
    new = new_hours(
        20 * start, 20 * length, unit_id=unit, paid=paid, staff=staff, hot_spot_id=place, **pays
    )
    sending = Sending(agency=wardens, way="coordinator", now=NOW)
    try:
        assert keep_hours(sending=sending, rows=[new]) == keep_hours(sending=sending, rows=[new])
    except PatrolwiseError:
        assert not HoursRow.objects.filter(key=new.key).exists()
        raise


def _take_back(wardens, by, stream):
    newest = HoursRow.objects.filter(withdrawn_at=None).first()
    if newest is not None:
        take_back(row=newest, by=by, reason="a slip", now=NOW)


def _add_shift(wardens, by, stream, unit, start, length):
    first = AT + timedelta(minutes=20 * start)
    shift = NewShift(unit_id=unit, start=first, end=first + timedelta(minutes=20 * length), staff=2)
    keep_roster(sending=Sending(agency=wardens, way="file", now=NOW, by=by), shifts=[shift])


def _no_shift(wardens, by, stream):
    newest = RosterRow.objects.filter(withdrawn_at=None)[:1]
    withdraw_shifts(by=by, agency=wardens, shifts=list(newest), reason="a slip", now=NOW)


STEP = {"post": _post, "take back": _take_back, "shift": _add_shift, "no shift": _no_shift}


def _look():
    """Count every minute by hand: of each unit once, within its shifts; and sums are the rows'."""
    rows = list(HoursRow.objects.filter(withdrawn_at=None))
    minutes = [(one.unit_id, at, one.staff, one.stream_id) for one in rows for at in _list(one)]
    assert len({(unit, at) for unit, at, _, _ in minutes}) == len(minutes)
    shifts = list(RosterRow.objects.filter(withdrawn_at=None))
    covered = {(one.unit_id, at) for one in shifts for at in _list(one) if one.staff}
    assert not shifts or {(unit, at) for unit, at, _, _ in minutes} <= covered
    assert shifts or all(stream is None for *_, stream in minutes)
    assert all(staff <= 2 for _, _, staff, _ in minutes) or not shifts
    frame = frame_hours(HoursRow.objects.filter(withdrawn_at=None))
    for measure, told in (
        ("patrol-hours", len(minutes)), ("person-hours", sum(staff for _, _, staff, _ in minutes)),
    ):  # fmt: skip
        scope = HoursScope(measure=measure, window=Window("", DAY, DAY), agencies=("wardens",))
        assert count_hours(frame, scope, {"wardens": "partner"}).minutes == told
    shown = list_agency_hours(Window("", DAY, DAY))
    assert sum(one.patrol_hours for one in shown) * 60 == pytest.approx(len(minutes))
    people = sum(sum(one.person_hours.values()) for one in shown)
    assert people * 60 == pytest.approx(sum(staff for _, _, staff, _ in minutes))


def _list(row):
    first, last = ((one - AT) // timedelta(minutes=1) for one in (row.start, row.end))
    return range(first, last)
