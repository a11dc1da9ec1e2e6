"""What is kept of the street, and what is refused: no names, no age that was asked, no position."""

import datetime as dt
import uuid

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.street import clock
from patrolwise.web.street.actions import contacts, debriefs, safety
from patrolwise.web.street.models import (
    Call,
    Contact,
    PeopleDebrief,
    PlaceDebrief,
    PlaceIssue,
    Track,
    Wellbeing,
)
from patrolwise.web.street.places import list_places

from .cases import open_case
from .streets import NOW, START, TODAY, make_place, make_shift, walk, writing

pytestmark = pytest.mark.django_db
ONE = uuid.UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture
def worker(people):
    make_place()
    return people["worker"]


def log(person, contact_id=ONE, **more):
    new = {"hot_spot_id": "hs-1", "kind": "conversation", "at": NOW, **more}
    return contacts.log_contact(
        writing=writing(person), contact_id=contact_id, new=contacts.NewContact(**new)
    )


def test_a_contact_needs_a_place_and_a_kind_and_is_kept_once(worker):
    shift = make_shift(worker)
    assert log(worker) is True
    assert log(worker, kind="advice_given") is False
    kept = Contact.objects.get()
    assert (kept.kind, kept.period, kept.date) == ("conversation", "16:00", TODAY)
    assert (kept.shift, kept.group_size, kept.retention_class) == (shift, 1, "contact")
    assert kept.clock_start == TODAY


def test_a_contact_has_no_field_for_a_name_an_age_or_a_position():
    names = {field.name for field in Contact._meta.get_fields()}
    words = ("name", "birth", "born", "longitude", "latitude", "position", "photo", "phone")
    assert not {name for name in names if any(word in name for word in words)}
    assert "age" not in names


def test_all_of_a_contact_is_kept(worker):
    case = open_case(worker)
    log(
        worker, hot_spot_id="outside_hotspot", group_size=4, age_band="ages_16_17", gender="male",
        risks=("exploitation", "victim"), topics=("school",), advice=("rights",),
        minutes="min_6_15", engagement_id=case.pk, note=" Asked about the bus home ",
    )  # fmt: skip
    kept = Contact.objects.get()
    assert kept.risks == ["exploitation", "victim"]
    assert (kept.engagement_id, kept.note) == (case.pk, "Asked about the bus home")
    assert kept.shift is None


def test_all_that_is_wrong_with_a_contact_is_told_at_once_and_the_note_not_repeated(worker):
    with pytest.raises(InputError) as told:
        log(
            worker, hot_spot_id="hs-9", kind="hug", at=NOW + dt.timedelta(hours=1), group_size=31,
            age_band="teen", gender="x", minutes="ages", risks=("x",), topics=("x",), advice=("x",),
            engagement_id=ONE, note="Spoke to Mohammed, 07700 900123",
        )  # fmt: skip
    text = str(told.value)
    for part in (
        "still to come", "none of today's hot spots", "What it was", "31 people", "How old",
        "gender", "How long", "risk", "talked about", "advice", "no such case", "told of a person",
    ):  # fmt: skip
        assert part in text
    assert "Mohammed" not in text
    assert not Contact.objects.exists()
    with pytest.raises(InputError, match="141 characters"):
        log(worker, note="x" * 141)


@pytest.mark.parametrize("role", ["safeguarding", "protection", "partner", "evaluator"])
def test_who_does_not_work_on_the_street_logs_nothing(people, role):
    with pytest.raises(RefusedError):
        log(people[role])


def test_a_hot_spot_of_a_set_that_ended_is_none(worker):
    make_place("hs-2", "Market", valid_until=dt.date(2026, 2, 28))
    assert [place.hot_spot_id for place in list_places(TODAY)] == ["hs-1"]
    with pytest.raises(InputError, match="none of today's"):
        log(worker, hot_spot_id="hs-2")


def debrief(person, shift, **more):
    return debriefs.debrief_places(
        writing=writing(person), debrief_id=ONE, shift=shift, new=debriefs.NewPlaceDebrief(**more)
    )


def test_a_debrief_of_places_is_kept_once(worker):
    shift = make_shift(worker)
    visit = {"hot_spot_id": "hs-1", "arrived": "14:05", "left": "14:45"}
    assert debrief(worker, shift, what_worked="Lamp mended at Church Gate", visits=(visit,))
    assert not debrief(worker, shift)
    assert PlaceDebrief.objects.get().visits == [visit]


def test_a_debrief_of_places_has_no_word_about_a_person(worker):
    shift = make_shift(worker)
    with pytest.raises(InputError) as told:
        debrief(
            worker,
            shift,
            what_worked="Aisha liked the stall",
            ideas="x" * 301,
            visits=({"hot_spot_id": "hs-9", "skipped": "tired", "who": "A", "left": "Aisha"},),
        )
    for part in (
        "What worked looks",
        "Ideas has 301",
        "none of today's",
        "weather",
        "more than its",
        "no time of day",
    ):
        assert part in str(told.value)
    assert "Aisha" not in str(told.value)


def test_a_debrief_of_people_is_another_table_and_sealed(worker):
    shift = make_shift(worker)
    keep = {"writing": writing(worker), "debrief_id": ONE, "shift": shift}
    assert debriefs.debrief_people(**keep, text="Aisha is safe at her aunt's")
    assert not debriefs.debrief_people(**keep, text="Again")
    assert PeopleDebrief.objects.get().text == "Aisha is safe at her aunt's"
    with pytest.raises(InputError, match="says nothing"):
        debriefs.debrief_people(
            writing=writing(worker), debrief_id=uuid.uuid4(), shift=shift, text=" "
        )


def report(person, **more):
    new = {
        "hot_spot_id": "hs-1",
        "kind": "lighting",
        "severity": 2,
        "text": "Two lamps out",
        "at": NOW,
    }
    return debriefs.report_issue(
        writing=writing(person), issue_id=ONE, new=debriefs.NewIssue(**{**new, **more})
    )


def test_what_is_broken_is_kept_once(worker):
    assert report(worker)
    assert not report(worker)
    assert PlaceIssue.objects.get().text == "Two lamps out"


def test_what_is_wrong_with_an_issue_is_told_at_once(worker):
    with pytest.raises(InputError, match="4 faults"):
        report(worker, hot_spot_id="hs-9", kind="ghost", severity=4, text=" ")


def test_how_somebody_is_goes_to_the_lead_alone(worker):
    keep = {"writing": writing(worker), "wellbeing_id": ONE, "shift": None}
    new = debriefs.NewWellbeing(score=2, wants_call=True, text="Long day")
    assert debriefs.tell_wellbeing(**keep, new=new)
    assert not debriefs.tell_wellbeing(**keep, new=new)
    assert Wellbeing.objects.get().text == "Long day"
    with pytest.raises(InputError, match="1 to 5"):
        debriefs.tell_wellbeing(
            writing=writing(worker), wellbeing_id=uuid.uuid4(), shift=None,
            new=debriefs.NewWellbeing(score=6),
        )  # fmt: skip


def test_a_call_for_help_is_kept_and_seen_to_once(worker, people):
    keep = {"writing": writing(worker), "call_id": ONE, "shift": None}
    assert safety.call_in(**keep, new=safety.NewCall(state="need help", at=NOW))
    assert not safety.call_in(**keep, new=safety.NewCall(state="safe", at=NOW))
    call = Call.objects.get()
    with pytest.raises(RefusedError, match="may not"):
        safety.answer_call(writing=writing(worker), call=call)
    safety.answer_call(writing=writing(people["lead"]), call=call)
    with pytest.raises(RefusedError, match="before"):
        safety.answer_call(writing=writing(people["lead"]), call=call)
    with pytest.raises(InputError, match="need help"):
        safety.call_in(
            writing=writing(worker), call_id=uuid.uuid4(), shift=None,
            new=safety.NewCall(state="bored", at=NOW),
        )  # fmt: skip


def test_positions_are_sealed_and_of_the_shift_only(worker):
    shift = make_shift(worker)
    keep = {"writing": writing(worker), "track_id": ONE, "shift": shift}
    fixes = walk(10)
    assert safety.keep_track(**keep, fixes=list(reversed(fixes)))
    assert not safety.keep_track(**keep, fixes=fixes)
    kept = Track.objects.get()
    assert kept.fixes["fixes"] == fixes
    assert (kept.first_at, kept.last_place["fix"]) == (START, fixes[-1])


@pytest.mark.parametrize(
    ("fixes", "told"),
    [
        ([], "Send 1 to"),
        ([[0, 0, 0, 0]] * 2001, "Send 1 to"),
        ([["x", 0, 0, 0]], "not as this site"),
        ([[1, 2, 3]], "not as this site"),
        ([[1, 200, 0, 5]], "not as this site"),
        ([[True, 1, 1, 5]], "not as this site"),
        (["abcd"], "not as this site"),
        ([[START.timestamp() - 1, -1.13, 52.6, 5]], "nobody is tracked off duty"),
    ],
)
def test_positions_that_are_none_are_refused(worker, fixes, told):
    with pytest.raises(InputError, match=told):
        safety.keep_track(
            writing=writing(worker), track_id=ONE, shift=make_shift(worker), fixes=fixes
        )
    assert not Track.objects.exists()


def test_events_of_the_street_say_which_and_never_what(worker):
    log(worker, note="Asked about the bus home")
    event = Event.objects.get()
    assert (event.action, event.detail) == ("contact added", {})


@pytest.mark.parametrize(
    ("time", "half"), [((16, 0), "16:00"), ((16, 29), "16:00"), ((16, 30), "16:30")]
)
def test_times_are_kept_as_half_hours_of_london(time, half):
    assert clock.half_hour_of(dt.datetime(2026, 3, 2, *time, tzinfo=dt.UTC)) == half
    summer = dt.datetime(2026, 7, 1, time[0] - 1, time[1], tzinfo=dt.UTC)
    assert clock.half_hour_of(summer) == half
    assert clock.day_of(dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 7, 2)
    assert clock.now().tzinfo is not None
