import io
import json
import runpy
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.osmand_fixes import (
    parse_osmand_json,
    parse_osmand_query,
    read_osmand_json,
    read_osmand_log,
)

REPO = Path(__file__).resolve().parents[2]
TARGETS = runpy.run_path(str(REPO / "tests" / "fuzz" / "json_targets.py"))
CLIENT = TARGETS["CLIENT"]
AT_TWO = 1717250400 * 1_000_000  # 2024-06-01 14:00 UTC


def asked(query):
    tally = FixTally("log")
    return parse_osmand_query(query, tally, 1), dict(tally.dropped)


def query(**changes):
    values = {"id": "7", "lat": "52.63", "lon": "-1.13", "timestamp": "1717250400", **changes}
    return urlencode({name: value for name, value in values.items() if value is not None})


def sent(location=None, **changes):
    tally = FixTally("messages")
    message = {**CLIENT, "location": {**CLIENT["location"], **(location or {})}, **changes}
    return parse_osmand_json(message, tally, 1), dict(tally.dropped)


def read(reader, text):
    tally = FixTally("log")
    data = text if isinstance(text, bytes) else text.encode()
    return list(reader(io.BytesIO(data), tally)), tally


def test_a_query_becomes_a_fix_in_common_units():
    fix, dropped = asked(query(speed="10", accuracy="6.5", hdop="9", batt="80"))
    assert (fix.longitude, fix.latitude, fix.time_us) == (-1.13, 52.63, AT_TWO)
    assert fix.speed_m_s == pytest.approx(5.14444, abs=1e-5)
    assert (fix.device_id, fix.accuracy_m, fix.is_mock) == ("7", 6.5, False)
    assert dropped == {}


@pytest.mark.parametrize(
    ("written", "time_us"),
    [
        ("1717250400", AT_TWO),
        ("1717250400000", AT_TWO),
        ("1717250400.5", AT_TWO + 500_000),
        ("2147483646", 2147483646 * 1_000_000),
        ("2147483647", 2147483647 * 1_000),
        ("2024-06-01T14:00:00Z", AT_TWO),
        ("2024-06-01T15:00:00.250+01:00", AT_TWO + 250_000),
        ("2024-06-01 15:00:00+01:00", AT_TWO),
    ],
)
def test_a_timestamp_is_seconds_milliseconds_or_iso(written, time_us):
    assert asked(query(timestamp=written))[0].time_us == time_us


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timestamp": None}, "no date or time"),
        ({"timestamp": ""}, "no date or time"),
        ({"timestamp": "2024-06-01 14:00:00"}, "time without a zone"),
        ({"timestamp": "2024-06-01T14:00:00"}, "time without a zone"),
        ({"timestamp": "yesterday"}, "a time cannot be read"),
        ({"timestamp": "9" * 30}, "a time cannot be read"),
        ({"valid": "0"}, "the receiver had no signal"),
        ({"valid": "false"}, "the receiver had no signal"),
        ({"lat": None}, "no position"),
        ({"lon": ""}, "no position"),
        ({"lat": "52,63"}, "a number cannot be read"),
        ({"lat": "nan"}, "a number cannot be read"),
        ({"hdop": "good"}, "a number cannot be read"),
    ],
)
def test_what_cannot_be_read_is_counted_with_its_reason(changes, reason):
    assert asked(query(**changes)) == (None, {reason: 1})


def test_valid_may_be_one_true_or_blank():
    assert all(asked(query(valid=valid))[0] for valid in ("1", "true", "TRUE", ""))


def test_location_holds_both_and_the_device_has_two_names():
    fix, _ = asked("deviceid=van%2F7&location=52.63%2C-1.13&timestamp=1717250400")
    assert (fix.longitude, fix.latitude, fix.device_id) == (-1.13, 52.63, "van/7")
    assert asked("location=52.63&timestamp=1717250400") == (None, {"no position": 1})


def test_without_an_accuracy_the_radius_is_five_metres_for_each_unit_of_hdop():
    assert asked(query(hdop="1.5"))[0].accuracy_m == 7.5
    assert asked(query(hdop="1.5", accuracy="0"))[0].accuracy_m == 7.5
    assert asked(query())[0].accuracy_m is None


def test_a_position_that_an_app_made_up_is_marked():
    assert asked(query(mock="true"))[0].is_mock


def test_a_name_given_twice_is_not_guessed_between():
    assert asked(query() + "&lat=53") == (None, {"a name is given twice": 1})
    assert asked(query() + "&note=1&note=2")[0]


def test_a_log_is_read_whatever_stands_around_the_query():
    fixes, tally = read(read_osmand_log, TARGETS["QUERIES"])
    assert [fix.row for fix in fixes] == [1, 2, 3]
    assert [fix.is_mock for fix in fixes] == [False, False, True]
    assert tally.dropped == {"a line without a position report": 1, "time without a zone": 1}
    assert tally.points == 5


def test_a_query_is_found_in_quotation_marks_and_past_another_one():
    line = f'"POST /?token=abc" "{query()}&x[1]=2&accuracy=4"\n'
    fixes, _ = read(read_osmand_log, line)
    assert [fix.accuracy_m for fix in fixes] == [4.0]


def test_a_last_line_without_an_end_may_be_cut_within_a_number():
    fixes, tally = read(read_osmand_log, f"{query()}\n{query()[:-3]}")
    assert [fix.row for fix in fixes] == [1]
    assert tally.dropped == {"the last line has no end": 1}
    assert "may be cut short" in tally.remarks[0]
    fixes, tally = read(read_osmand_log, f"{query()}\nGET /?{query()} HTTP/1.1")
    assert [fix.row for fix in fixes] == [1, 2]
    assert tally.remarks == []


def test_a_line_too_long_is_left_out_and_not_held():
    text = f"{query()}\n{query()}&x={'a' * 200_000}\n{query()}\n{'a' * 70_000}\n{query()}\n"
    fixes, tally = read(read_osmand_log, text)
    assert [fix.row for fix in fixes] == [1, 3, 5]
    assert tally.dropped == {"a line that is too long": 2}


@pytest.mark.parametrize("text", ["", "hello\n", "GET / HTTP/1.1\n", '{"lat": 1}\n'])
def test_a_log_without_a_report_is_refused(text):
    with pytest.raises(NotThisFormatError, match="log has no line with a query"):
        read(read_osmand_log, text)


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_any_device_and_any_further_names_leave_the_fix_as_it_is(further):
    values = {"lat": "52.63", "lon": "-1.13", "timestamp": "1717250400"}
    kept = {name: text for name, text in further.items() if name not in asked_names(values)}
    text = urlencode({**values, **{n: quote(t) for n, t in kept.items()}})
    assert asked(text)[0] == asked(urlencode(values))[0]


def asked_names(values):
    return {*values, "id", "deviceid", "location", "valid", "mock", "speed", "accuracy", "hdop"}


def test_a_message_of_the_client_becomes_a_fix():
    fix, dropped = sent()
    assert (fix.longitude, fix.latitude, fix.time_us) == (-1.13, 52.63, AT_TWO)
    assert (fix.device_id, fix.accuracy_m, fix.speed_m_s) == ("phone-7", 5.5, 1.2)
    assert not fix.is_mock
    assert dropped == {}


def test_below_zero_is_unknown_in_a_message():
    coords = {"latitude": "52.63", "longitude": -1.13, "accuracy": -1, "speed": -1}
    fix, _ = sent({"coords": coords})
    assert (fix.latitude, fix.accuracy_m, fix.speed_m_s) == (52.63, None, None)


def test_a_message_that_says_mock_is_marked_wherever_it_says_so():
    assert sent({"mock": True})[0].is_mock
    assert sent(mock=True)[0].is_mock


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ({"coords": None}, "no position"),
        ({"coords": {"latitude": 52.63}}, "no position"),
        ({"coords": {"latitude": [1], "longitude": 1}}, "a number cannot be read"),
        ({"timestamp": None}, "no date or time"),
        ({"timestamp": "2024-06-01T14:00:00"}, "time without a zone"),
        ({"timestamp": 1717250400}, "a time cannot be read"),
    ],
)
def test_a_message_that_cannot_be_read_is_counted_with_its_reason(location, reason):
    assert sent(location) == (None, {reason: 1})


def test_messages_are_read_by_line_as_an_array_and_as_one_document():
    counts = [len(read(read_osmand_json, d)[0]) for d in TARGETS["SAMPLES"]["osmand_json"]]
    assert counts == [2, 2, 1]
    with pytest.raises(NotThisFormatError, match="has no messages of Traccar Client"):
        read(read_osmand_json, json.dumps({"location": {}}))


@given(TARGETS["mutants"]("osmand_log"))
def test_no_bytes_break_the_reading_of_a_log(data):
    TARGETS["read_all"]("osmand_log", data)


@given(TARGETS["mutants"]("osmand_json"))
def test_no_bytes_break_the_reading_of_messages(data):
    TARGETS["read_all"]("osmand_json", data)
