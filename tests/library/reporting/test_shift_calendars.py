"""Calendars by RFC 5545, read back by a strict parser written here: the twin of the writer."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.reporting.shift_calendars import CalendarRule, fold_line, make_calendar

from .plan_samples import (
    NAMES,
    OUTREACH,
    POLICE,
    STAMP,
    at,
    make_areas,
    make_paper,
    make_shifts,
    make_visits,
)

HOURS = CalendarRule(service=OUTREACH, unit_id="SO-1")
PLACES = replace(HOURS, with_visits=True)

NAME = r"[A-Za-z0-9-]+"
TEXT = re.compile(r"(?:[^\x00-\x08\x0a-\x1f\x7f\\;,]|\\[\\;,nN])*")
INSTANT = re.compile(r"\d{8}T\d{6}Z")


@dataclass
class Component:
    name: str
    values: dict[str, str] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)


def read_strictly(text):
    """Parse iCalendar and refuse whatever RFC 5545 does not allow; no library is involved."""
    assert text.endswith("\r\n")
    physical = text[:-2].split("\r\n")
    assert not any("\n" in line or "\r" in line for line in physical)
    assert all(0 < len(line.encode()) <= 75 for line in physical)
    lines = []
    for line in physical:
        if line[0] in " \t":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    stack, done = [], None
    for line in lines:
        assert done is None, "something follows the calendar"
        name, _, value = line.partition(":")
        assert re.fullmatch(NAME, name), line
        if name == "BEGIN":
            part = Component(value)
            if stack:
                stack[-1].parts.append(part)
            stack.append(part)
        elif name == "END":
            part = stack.pop()
            assert part.name == value
            done = None if stack else part
        else:
            assert name not in stack[-1].values, f"{name} is there twice"
            stack[-1].values[name] = value
    assert done is not None
    check_calendar(done)
    return done


def check_calendar(calendar):
    assert calendar.name == "VCALENDAR"
    assert calendar.values["VERSION"] == "2.0"
    assert calendar.values["PRODID"]
    assert calendar.parts, "a calendar needs a component"
    uids = [event.values["UID"] for event in calendar.parts]
    assert len(set(uids)) == len(uids)
    for event in calendar.parts:
        assert event.name == "VEVENT"
        assert event.parts == []
        values = event.values
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            assert INSTANT.fullmatch(values[name])
        assert instant(values["DTSTART"]) < instant(values["DTEND"])
        assert re.fullmatch(r"\d+", values["SEQUENCE"])
        assert values["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
        assert values["TRANSP"] in ("OPAQUE", "TRANSPARENT")
        assert values["CLASS"] in ("PUBLIC", "PRIVATE", "CONFIDENTIAL")
        for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
            assert TEXT.fullmatch(values.get(name, "")), values[name]


def instant(text):
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def unescape(text):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def events_of(paper, rule=HOURS, previous=None):
    return read_strictly(make_calendar(paper, rule, previous)).parts


def test_a_shift_is_one_event_in_utc_with_hours_and_no_place():
    (event,) = events_of(make_paper())
    assert instant(event.values["DTSTART"]) == at(14)
    assert instant(event.values["DTEND"]) == at(20)
    assert event.values["SUMMARY"] == "SO-1: late shift"
    assert event.values["TRANSP"] == "OPAQUE"
    assert "LOCATION" not in event.values
    assert not any(name in make_calendar(make_paper(), HOURS) for name in NAMES)


def test_visits_are_events_of_their_own_when_asked_for_and_breaks_are_not():
    shift, *visits = events_of(make_paper(), PLACES)
    assert len(visits) == 7
    assert unescape(visits[0].values["LOCATION"]) == "Old Market"
    assert instant(visits[0].values["DTSTART"]) == at(14, 6)
    assert {visit.values["TRANSP"] for visit in visits} == {"TRANSPARENT"}
    told = unescape(shift.values["DESCRIPTION"]).split("\n")
    assert told[0] == "14:06–14:44 Old Market"
    assert "16:21–16:51 break" in told
    assert told[-1].startswith("Plan 3f9a12bc77de")


def test_a_calendar_tells_nothing_of_another_service_or_of_staff():
    text = make_calendar(make_paper(), PLACES)
    assert POLICE not in text.replace("\r\n ", "")
    assert "P-101" not in text.replace("\r\n ", "")


def test_an_event_keeps_its_uid_when_its_times_change_and_counts_the_changes():
    before = make_paper()
    later = before.visits.with_columns(
        pl.col("start") + timedelta(minutes=5), pl.col("end") + timedelta(minutes=5)
    )
    after = make_paper(visits=later, stamp=replace(STAMP, revision=1, plan_sha256="a" * 64))
    first, second = events_of(before, PLACES), events_of(after, PLACES, previous=before)
    assert [e.values["UID"] for e in first] == [e.values["UID"] for e in second]
    assert {e.values["SEQUENCE"] for e in first} == {"0"}
    assert {e.values["SEQUENCE"] for e in second} == {"1"}
    assert first[1].values["DTSTART"] != second[1].values["DTSTART"]


def test_two_visits_to_one_place_two_units_and_two_programmes_have_uids_of_their_own():
    many = events_of(make_paper(14), PLACES)
    other = events_of(make_paper(), replace(PLACES, unit_id="SO-2"))
    renamed = events_of(make_paper(14, stamp=replace(STAMP, title="Southgate")), PLACES)
    uids = [event.values["UID"] for event in (*many, *other, *renamed)]
    assert len(set(uids)) == len(uids)


def test_what_the_plan_before_had_and_this_one_has_not_is_cancelled():
    before = make_paper()
    after = make_paper(3, stamp=replace(STAMP, revision=1))
    events = events_of(after, PLACES, previous=before)
    gone = [e for e in events if e.values["STATUS"] == "CANCELLED"]
    assert len(gone) == 4
    assert len(events) == 8
    assert {e.values["SEQUENCE"] for e in gone} == {"1"}
    nothing = make_paper(
        shifts=make_shifts([{"service": POLICE, "unit_id": "P-1"}]),
        visits=make_visits([]),
        stamp=replace(STAMP, revision=1),
    )
    assert {e.values["STATUS"] for e in events_of(nothing, PLACES, before)} == {"CANCELLED"}


def test_a_change_that_does_not_count_up_is_refused():
    with pytest.raises(InputError, match="Revision 0 must be above 0"):
        make_calendar(make_paper(), HOURS, make_paper())


def test_a_unit_without_a_shift_has_no_calendar():
    with pytest.raises(InputError, match="SO-9 of Street outreach has no shift"):
        make_calendar(make_paper(), replace(HOURS, unit_id="SO-9"))


def test_drafts_are_tentative_and_marked_and_simulated_plans_say_so():
    stamp = replace(STAMP, is_draft=True, is_simulated=True)
    (event,) = events_of(make_paper(stamp=stamp))
    assert event.values["STATUS"] == "TENTATIVE"
    assert event.values["SUMMARY"] == "SIMULATED DRAFT SO-1: late shift"
    assert "nobody patrols by it" in unescape(event.values["DESCRIPTION"])


def test_the_stamp_is_the_day_of_decision_never_the_clock():
    (event,) = events_of(make_paper())
    assert event.values["DTSTAMP"] == "20240528T000000Z"
    (event,) = events_of(make_paper(stamp=replace(STAMP, decided=None)))
    assert event.values["DTSTAMP"] == "20240603T000000Z"
    assert make_calendar(make_paper(), PLACES) == make_calendar(make_paper(), PLACES)


def test_a_shift_over_the_clock_change_keeps_its_true_length():
    start = datetime(2024, 10, 26, 21, tzinfo=UTC)
    shift = {
        "service": OUTREACH,
        "unit_id": "SO-1",
        "shift": "night",
        "start": start,
        "end": start + timedelta(hours=8),
    }
    visit = {
        "service": OUTREACH,
        "unit_id": "SO-1",
        "shift": "night",
        "area_id": "hs-1",
        "start": start + timedelta(hours=3, minutes=30),
        "end": start + timedelta(hours=4, minutes=10),
    }
    paper = make_paper(shifts=make_shifts([shift]), visits=make_visits([visit]))
    night, stay = events_of(paper, PLACES)
    length = instant(night.values["DTEND"]) - instant(night.values["DTSTART"])
    assert length == timedelta(hours=8)
    assert instant(stay.values["DTSTART"]) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert "01:30 BST–01:10 GMT" in unescape(night.values["DESCRIPTION"])


NASTY = "Bus; station, lower\\level\nEND:VEVENT\r\nBEGIN:VEVENT 🦉 “quoted” ; \\, \x07 Ω" + "é" * 80


def test_line_breaks_commas_semicolons_backslashes_and_emoji_come_back_as_they_were():
    paper = make_paper(areas=make_areas([NASTY, *NAMES[1:]]))
    shift, first, *_ = events_of(paper, PLACES)
    expected = NASTY.replace("\r\n", "\n").replace("\x07", "")
    assert unescape(first.values["LOCATION"]) == expected
    assert expected in unescape(shift.values["DESCRIPTION"])
    assert len(events_of(paper, PLACES)) == 8  # nothing in a name begins an event


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_any_name_of_a_unit_comes_back_as_it_was(name):
    rule = replace(HOURS, unit_id=name)
    paper = make_paper(
        shifts=make_shifts([{"service": OUTREACH, "unit_id": name}]), visits=make_visits([])
    )
    (event,) = events_of(paper, rule)
    assert unescape(event.values["SUMMARY"]) == f"{name}: late shift"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_a_folded_line_unfolds_to_itself_in_pieces_of_75_octets(line):
    folded = fold_line(line)
    pieces = folded.split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert folded.replace("\r\n ", "") == line


def test_the_strict_parser_refuses_what_is_broken():
    good = make_calendar(make_paper(), PLACES)
    for bad in (
        good.replace("\r\n", "\n"),
        good.replace("END:VEVENT\r\n", "", 1),
        good + "X:1\r\n",
        good.replace("DTEND:2", "DTEND:1"),
        good.replace("SUMMARY:SO-1", "SUMMARY:SO,1"),
        good.replace("SUMMARY:", "SUMMARY:" + "x" * 80, 1),
        good.replace("VERSION:2.0\r\n", ""),
    ):
        with pytest.raises((AssertionError, KeyError, IndexError)):
            read_strictly(bad)
