import io
import json
import os
import runpy
from pathlib import Path

import pytest
from hypothesis import given

from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.owntracks_fixes import (
    is_unchanged_ping,
    parse_owntracks,
    read_owntracks_json,
    read_owntracks_rec,
)

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
TARGETS = runpy.run_path(str(REPO / "tests" / "fuzz" / "json_targets.py"))
LOCATION, rec_line = TARGETS["LOCATION"], TARGETS["rec_line"]


def parsed(**changes):
    tally = FixTally("messages")
    message = {**LOCATION, **changes}
    message = {name: value for name, value in message.items() if value is not ...}
    return parse_owntracks(message, tally, 1), dict(tally.dropped)


def read(reader, text):
    tally = FixTally("a.rec")
    data = text if isinstance(text, bytes) else text.encode()
    return list(reader(io.BytesIO(data), tally)), tally


def test_a_location_becomes_a_fix_in_common_units():
    fix, dropped = parsed(vel=36)
    assert (fix.longitude, fix.latitude) == (-1.13, 52.63)
    assert fix.time_us == 1717250400 * 1_000_000
    assert (fix.accuracy_m, fix.speed_m_s, fix.device_id) == (8.0, 10.0, "unit/a1")
    assert dropped == {}


@pytest.mark.parametrize(
    ("topic", "tid", "device_id"),
    [
        ("owntracks/unit/a1", "xx", "unit/a1"),
        ("/owntracks/unit/a1/event", "xx", "unit/a1"),
        ("force/unit/a1", "xx", "force/unit/a1"),
        ("owntracks/a1", "xx", "owntracks/a1"),
        (..., "xx", "xx"),
        (7.5, 12, "12"),
        (..., ..., None),
        (" ", "\ud800", "\\ud800"),
    ],
)
def test_the_device_is_that_of_the_topic_else_the_tracker_id(topic, tid, device_id):
    assert parsed(topic=topic, tid=tid)[0].device_id == device_id


@pytest.mark.parametrize("value", [0, -1, None, "", ...])
def test_a_radius_of_zero_or_less_is_unknown(value):
    assert parsed(acc=value)[0].accuracy_m is None


def test_a_speed_below_zero_is_unknown_and_zero_is_not():
    assert parsed(vel=-1)[0].speed_m_s is None
    assert parsed(vel=0)[0].speed_m_s == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"_type": "lwt"}, "OwnTracks lwt message, not a location"),
        ({"_type": "waypoints"}, "OwnTracks waypoints message, not a location"),
        ({"_type": "a name that a person typed"}, "OwnTracks other message, not a location"),
        ({"_type": ["location"]}, "OwnTracks other message, not a location"),
        ({"lat": ...}, "no position"),
        ({"lon": None}, "no position"),
        ({"lat": [52.63]}, "a number cannot be read"),
        ({"lat": True}, "a number cannot be read"),
        ({"lat": "fifty"}, "a number cannot be read"),
        ({"acc": float("nan")}, "a number cannot be read"),
        ({"vel": float("inf")}, "a number cannot be read"),
        ({"tst": ...}, "no date or time"),
        ({"tst": "2024-06-01"}, "a time cannot be read"),
        ({"tst": 1717250400000}, "a time cannot be read"),
        ({"tst": True}, "a time cannot be read"),
    ],
)
def test_what_cannot_be_read_is_counted_with_its_reason(changes, reason):
    assert parsed(**changes) == (None, {reason: 1})


def test_numbers_written_as_text_are_read():
    fix, _ = parsed(lat="52.63", lon=" -1.13 ", tst="1717250400")
    assert fix == parsed()[0]


def test_a_ping_repeats_only_when_it_is_a_ping_at_the_same_position():
    before, _ = parsed()
    ping = {**LOCATION, "t": "p"}
    assert is_unchanged_ping(ping, before, before)
    assert not is_unchanged_ping(ping, before, None)
    assert not is_unchanged_ping({**LOCATION, "t": "t"}, before, before)
    assert not is_unchanged_ping(ping, before, before._replace(latitude=52.64))


def test_pings_of_an_unchanged_position_are_left_out_for_each_device_by_itself():
    ping = {**LOCATION, "t": "p"}
    other = {**ping, "topic": "owntracks/unit/b2"}
    moved = {**ping, "lat": 52.64}
    text = "".join(map(rec_line, [ping, ping, other, moved, ping, ping]))
    fixes, tally = read(read_owntracks_rec, text)
    assert [fix.row for fix in fixes] == [1, 3, 4, 5]
    assert tally.dropped == {"ping of an unchanged position": 2}
    assert tally.points == 6


def test_rec_lines_that_are_none_are_counted():
    text = "\ufeff" + rec_line(LOCATION) + "\n2024\t*\n\t\t{bad\n\t\t[1]\n" + rec_line(LOCATION)
    fixes, tally = read(read_owntracks_rec, text.replace("\n", "\r\n"))
    assert [fix.row for fix in fixes] == [1, 6]
    assert tally.dropped == {
        "not a line of the OwnTracks Recorder": 1,
        "not JSON": 1,
        "not one of OwnTracks messages": 1,
    }
    assert tally.points == 5


def test_bytes_that_are_not_utf_8_and_names_given_twice_cost_only_their_line():
    good = rec_line(LOCATION).encode()
    stray = good.replace(b"a1", b"\xe9\xe9")
    twice = good.replace(b'"acc"', b'"lat": 1, "acc"')
    deep = b"\t\t" + b"[" * 100_000 + b"\n"
    fixes, tally = read(read_owntracks_rec, good + stray + twice + deep + good)
    assert [fix.row for fix in fixes] == [1, 5]
    assert tally.dropped == {
        "not JSON": 1,
        "a name is given twice": 1,
        "nested too deeply": 1,
    }


@pytest.mark.parametrize("cut", [5, 24, 60])
def test_a_cut_last_line_leaves_the_fixes_before_it_and_a_remark(cut):
    line = rec_line(LOCATION)
    fixes, tally = read(read_owntracks_rec, line + line[:cut])
    assert len(fixes) == tally.points == 1
    assert tally.remarks == [
        "The file is cut short in line 2: the 1 fixes before it are kept, what came after is "
        "unknown. Export it again if you can."
    ]


def test_a_last_line_that_is_whole_needs_no_end():
    fixes, tally = read(read_owntracks_rec, rec_line(LOCATION).rstrip())
    assert len(fixes) == 1
    assert tally.remarks == []


@pytest.mark.parametrize("text", ["", "\n\n", "hello\n", '{"lat": 1}\n', "\t\t{}\n"])
def test_a_rec_file_without_a_message_is_refused(text):
    with pytest.raises(NotThisFormatError, match=r"a\.rec has no OwnTracks messages"):
        read(read_owntracks_rec, text)


def test_json_is_read_by_line_as_an_array_and_as_one_document():
    for data in TARGETS["SAMPLES"]["owntracks_json"][:2]:
        fixes, tally = read(read_owntracks_json, data)
        assert len(fixes) == 1
        assert sorted(tally.dropped) == [
            "OwnTracks lwt message, not a location",
            "ping of an unchanged position",
        ]
    fixes, _ = read(read_owntracks_json, json.dumps(LOCATION, indent=2))
    assert [fix.row for fix in fixes] == [1]


@pytest.mark.parametrize("name", ["owntracks_rec", "owntracks_json"])
def test_the_samples_of_the_fuzz_run_are_read(name):
    for data in TARGETS["SAMPLES"][name]:
        fixes, _ = TARGETS["read_all"](name, data)
        assert fixes


@given(TARGETS["mutants"]("owntracks_rec"))
def test_no_bytes_break_the_reading_of_a_rec_file(data):
    TARGETS["read_all"]("owntracks_rec", data)


@given(TARGETS["mutants"]("owntracks_json"))
def test_no_bytes_break_the_reading_of_owntracks_json(data):
    TARGETS["read_all"]("owntracks_json", data)


def test_the_recorders_own_example_is_read_as_a_plain_loop_reads_it():
    path = SHARED / "gps" / "owntracks-demo-iphone.rec"
    if not path.exists():
        pytest.skip("the shared traces are not here")
    with path.open("rb") as stream:
        tally = FixTally(path.name)
        fixes = list(read_owntracks_rec(stream, tally))
    messages = [json.loads(line.split("\t")[2]) for line in path.read_text().splitlines()]
    locations = [message for message in messages if message["_type"] == "location"]
    assert [(f.time_us, f.latitude, f.accuracy_m) for f in fixes] == [
        (m["tst"] * 1_000_000, m["lat"], m["acc"]) for m in locations
    ]
    assert [f.speed_m_s for f in fixes] == [
        None if m["vel"] < 0 else pytest.approx(m["vel"] / 3.6) for m in locations
    ]
    assert {f.device_id for f in fixes} == {"NE"}
    assert tally.dropped == {"OwnTracks lwt message, not a location": 2}
    assert tally.points == 25
