import io
import json
import runpy
from pathlib import Path

import pytest
from hypothesis import given

from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.traccar_fixes import parse_traccar, read_traccar_json

REPO = Path(__file__).resolve().parents[2]
TARGETS = runpy.run_path(str(REPO / "tests" / "fuzz" / "json_targets.py"))
FORWARDED = TARGETS["FORWARDED"]


def parsed(message=None, **changes):
    tally = FixTally("forwarded")
    message = message or {**FORWARDED, "position": {**FORWARDED["position"], **changes}}
    return parse_traccar(message, tally, 3), dict(tally.dropped)


def read(data):
    tally = FixTally("forwarded")
    return list(read_traccar_json(io.BytesIO(data), tally)), tally


def test_a_forwarded_position_becomes_a_fix_in_common_units():
    fix, dropped = parsed(speed=3600 / 1852 * 2)
    assert (fix.longitude, fix.latitude, fix.row) == (-1.13, 52.63, 3)
    assert fix.time_us == 1717250400 * 1_000_000
    assert fix.speed_m_s == pytest.approx(2.0)
    assert (fix.accuracy_m, fix.device_id, fix.is_mock) == (6.0, "radio-4", False)
    assert dropped == {}


def test_an_accuracy_of_zero_is_unknown():
    assert parsed(accuracy=0.0)[0].accuracy_m is None


def test_the_time_is_that_of_the_fix_with_its_offset():
    earlier = parsed(fixTime="2024-06-01T15:00:00.000+0100", serverTime="2024-06-01T16:00:00Z")
    assert earlier[0].time_us == parsed()[0].time_us


def test_the_device_is_its_own_id_else_the_servers_number():
    assert parsed({"position": FORWARDED["position"]})[0].device_id == "4"
    assert parsed({**FORWARDED, "device": [], "position": {**FORWARDED["position"]}})[0].device_id
    bare = dict(FORWARDED["position"], deviceId=None)
    assert parsed(bare)[0].device_id is None


def test_a_position_that_an_app_made_up_is_marked():
    assert parsed(attributes={"mock": True})[0].is_mock
    assert parsed(attributes={"mock": "true"})[0].is_mock
    assert not parsed(attributes=None)[0].is_mock


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"valid": False}, "the receiver had no signal"),
        ({"valid": "false"}, "the receiver had no signal"),
        ({"outdated": True}, "outdated position"),
        ({"latitude": None}, "no position"),
        ({"longitude": {}}, "a number cannot be read"),
        ({"speed": [1]}, "a number cannot be read"),
        ({"fixTime": None}, "no date or time"),
        ({"fixTime": "2024-06-01T14:00:00"}, "time without a zone"),
        ({"fixTime": "2024-06-01"}, "a time cannot be read"),
        ({"fixTime": 1717250400000}, "a time cannot be read"),
    ],
)
def test_what_cannot_be_used_is_counted_with_its_reason(changes, reason):
    assert parsed(**changes) == (None, {reason: 1})


@pytest.mark.parametrize("position", [None, [], "here"])
def test_a_document_without_a_position_is_counted(position):
    assert parsed({"position": position, "device": {}}) == (None, {"no position": 1})


def test_an_event_repeats_a_position_and_is_no_fix():
    assert parsed({**FORWARDED, "event": {"type": "geofenceEnter"}}) == (
        None,
        {"Traccar event, not a position": 1},
    )


def test_lines_arrays_and_bare_positions_are_read():
    for data in TARGETS["SAMPLES"]["traccar_json"][:2]:
        fixes, tally = read(data)
        assert [(fix.row, fix.device_id) for fix in fixes] == [(1, "radio-4"), (2, "4")]
        assert tally.dropped == {"Traccar event, not a position": 1}
    assert len(read(TARGETS["SAMPLES"]["traccar_json"][2])[0]) == 1


def test_a_cut_array_keeps_what_came_before():
    data = json.dumps([FORWARDED, FORWARDED]).encode()
    fixes, tally = read(data[:-20])
    assert len(fixes) == tally.points == 1
    assert "cut short in line 1: the 1 fixes" in tally.remarks[0]


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[1, 2]", b"id=1&lat=2", b"null"])
def test_another_file_is_refused(data):
    with pytest.raises(NotThisFormatError, match=r"^forwarded "):
        read(data)


@given(TARGETS["mutants"]("traccar_json"))
def test_no_bytes_break_the_reading(data):
    TARGETS["read_all"]("traccar_json", data)
