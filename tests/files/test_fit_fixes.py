"""FIT: what a watch recorded, up to where its file is whole."""

import csv
import io
import os
import runpy
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fitdecode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fit_fixes import WRONG_SUM, read_fit
from patrolwise.files.fix_parts import NO_POSITION, FixTally, NotThisFormatError

REPO = Path(__file__).resolve().parents[2]
GPS = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data")) / "gps"
MADE = runpy.run_path(str(REPO / "tests" / "fuzz" / "sentence_targets.py"))
fit_file, fit_message = MADE["fit_file"], MADE["fit_message"]
SERIAL, TIMER, RECORD = MADE["SERIAL"], MADE["TIMER"], MADE["RECORD"]
START, STOP, STOP_ALL = 0, 1, 4
START_S = 1_086_000_000  # FIT seconds
HERE = (627_997_000, -13_522_000)  # semicircles


def read(data):
    tally = FixTally("walk.fit")
    fixes = list(read_fit(io.BytesIO(data), tally))
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    return fixes, tally


def record(seconds=0, place=HERE, speed=1_400, accuracy=5):
    return (START_S + seconds, *place, speed, accuracy)


def records(*rows):
    return fit_message(2, 20, RECORD, *rows)


def timer(event_type):
    return fit_message(1, 21, TIMER, (START_S, 0, event_type))


def device(serial):
    return fit_message(0, 0, SERIAL, (serial,))


def test_a_record_has_its_time_place_speed_radius_and_device():
    fixes, tally = read(fit_file(device(3_945_849), records(record())))
    (fix,) = fixes
    start = datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=START_S)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fix.time_us) == start
    assert fix.latitude == pytest.approx(HERE[0] * 180 / 2**31)
    assert fix.longitude == pytest.approx(HERE[1] * 180 / 2**31)
    assert (fix.row, fix.device_id, fix.speed_m_s, fix.accuracy_m) == (1, "3945849", 1.4, 5)
    assert (fix.starts_segment, tally.points, tally.remarks) == (False, 1, [])


def test_what_the_device_does_not_know_is_empty():
    fixes, tally = read(
        fit_file(
            device(0), records(record(speed=0xFFFF, accuracy=0xFF), record(place=[2**31 - 1] * 2))
        )
    )
    assert [(fix.device_id, fix.speed_m_s, fix.accuracy_m) for fix in fixes] == [(None, None, None)]
    assert dict(tally.dropped) == {NO_POSITION: 1}


def test_half_a_position_is_none():
    _, tally = read(fit_file(records(record(place=(HERE[0], 2**31 - 1)))))
    assert dict(tally.dropped) == {NO_POSITION: 1}


@pytest.mark.parametrize("seconds", [-START_S, 0x0FFFFFFF - START_S, 0xFFFFFFFF - START_S])
def test_a_time_since_the_device_was_switched_on_is_no_time(seconds):
    fixes, _ = read(fit_file(records(record(seconds))))
    assert [fix.time_us for fix in fixes] == [None]


def test_the_faster_speed_field_goes_before_the_older():
    both = [*RECORD[:3], (73, 0x86, "I"), (6, 0x84, "H")]
    fixes, _ = read(fit_file(fit_message(2, 20, both, (START_S, *HERE, 70_000, 1_400))))
    assert [fix.speed_m_s for fix in fixes] == [70.0]


@pytest.mark.parametrize("speed", [float("inf"), float("-inf"), -1.0, float("nan")])
def test_a_speed_that_no_device_has_is_empty(speed):
    odd = [*RECORD[:3], (73, 0x88, "f")]
    fixes, _ = read(fit_file(fit_message(2, 20, odd, (START_S, *HERE, speed))))
    assert [fix.speed_m_s for fix in fixes] == [None]


def test_a_field_of_an_app_with_the_name_of_a_speed_is_not_one():
    about = fit_message(3, 207, [(3, 0x02, "B")], (0,))
    named = [(0, 0x02, "B"), (1, 0x02, "B"), (2, 0x02, "B"), (3, 0x07, "6s")]
    described = fit_message(4, 206, named, (0, 0, 0x84, b"speed"))
    definition = fit_message(2, 20, RECORD[:3])
    definition = bytes([definition[0] | 0x20]) + definition[1:] + bytes([1, 0, 2, 0])
    body = bytes([2]) + struct.pack("<IiiH", START_S, *HERE, 9)
    fixes, _ = read(fit_file(about, described, definition, body))
    assert [fix.speed_m_s for fix in fixes] == [None]


@pytest.mark.parametrize("stop", [STOP, STOP_ALL])
def test_a_fix_after_the_timer_was_stopped_starts_a_segment(stop):
    fixes, _ = read(
        fit_file(
            *(timer(START), records(record(0), record(1))),
            *(timer(stop), timer(START), records(record(60), record(61))),
        )
    )
    assert [fix.starts_segment for fix in fixes] == [False, False, True, False]


def test_a_device_that_records_while_stopped_starts_a_segment_twice():
    fixes, _ = read(
        fit_file(
            *(records(record(0)), timer(STOP), records(record(1), record(2))),
            *(timer(START), records(record(3)), timer(START), records(record(4))),
        )
    )
    assert [fix.starts_segment for fix in fixes] == [False, True, False, True, False]


def test_a_record_without_position_leaves_the_segment_to_the_next():
    fixes, _ = read(
        fit_file(records(record(0)), timer(STOP), records(record(1, [2**31 - 1] * 2), record(2)))
    )
    assert [(fix.row, fix.starts_segment) for fix in fixes] == [(1, False), (3, True)]


def test_other_events_start_nothing():
    lap = fit_message(1, 21, TIMER, (START_S, 9, STOP))
    odd = fit_message(1, 21, TIMER, (START_S, 0, 3))
    fixes, _ = read(fit_file(records(record(0)), lap, odd, records(record(1))))
    assert [fix.starts_segment for fix in fixes] == [False, False]


def test_files_in_one_file_have_their_own_devices_and_segments():
    first = fit_file(device(7), records(record(0)))
    fixes, tally = read(first + fit_file(records(record(60))))
    assert [(f.row, f.device_id, f.starts_segment) for f in fixes] == [
        (1, "7", False),
        (2, None, True),
    ]
    assert tally.remarks == []


def test_a_wrong_checksum_keeps_the_fixes_and_is_told():
    data = fit_file(records(record()))
    fixes, tally = read(data[:-1] + bytes([data[-1] ^ 1]))
    assert (len(fixes), tally.remarks) == (1, [WRONG_SUM])
    fixes, tally = read(data[:12] + bytes([data[12] ^ 1]) + data[13:])
    assert (len(fixes), tally.remarks) == (1, [WRONG_SUM])


def test_a_file_cut_anywhere_keeps_what_came_before():
    whole = fit_file(device(7), timer(START), records(*(record(second) for second in range(4))))
    size = struct.calcsize("<BIiiHB")
    for length in range(14, len(whole)):
        fixes, tally = read(whole[:length])
        missing = len(whole) - 2 - length
        kept = min(4, max(0, 4 - -(-missing // size)))
        assert [fix.row for fix in fixes] == list(range(1, kept + 1))
        assert tally.remarks == [
            f"The file is cut short or damaged after record {kept}: the {kept} fixes before it "
            "are kept, what came after is unknown. Export it again if you can."
        ]


def test_damage_that_the_decoder_trips_over_is_told_like_a_cut():
    for length in (13, 15, 200):  # a header of a length that it does not know
        with pytest.raises(NotThisFormatError):
            read(bytes([length]) + fit_file(records(record()))[1:] + bytes(200))
    good = fit_file(records(record()))
    _, tally = read(good + b"trailing bytes that are no FIT file")
    assert tally.remarks[0].startswith("The file is cut short or damaged after record 1:")


@pytest.mark.parametrize("data", [b"", b"x", b"<gpx/>" * 20, b"\x0e\x20" + bytes(12)])
def test_another_kind_of_file_is_told(data):
    with pytest.raises(NotThisFormatError, match="does not begin as a FIT file"):
        read(data)


def test_a_fault_of_the_disc_is_not_taken_for_one_of_the_file():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 30:
                raise OSError("the disc is gone")
            return super().read(size)

    stream = Failing(fit_file(records(record())))
    with pytest.raises(OSError, match="disc"):
        list(read_fit(stream, FixTally("walk.fit")))


def test_the_checksum_of_the_encoder_is_that_of_the_decoder():
    assert MADE["fit_crc"](bytes(range(256))) == fitdecode.utils.compute_crc(bytes(range(256)))


PLACES = st.tuples(st.integers(-(2**30), 2**30), st.integers(-(2**31), 2**31 - 2))


@given(
    st.lists(st.tuples(st.integers(0, 10**9), PLACES, st.integers(0, 65_534), st.integers(0, 254)))
)
def test_what_is_encoded_is_read_back(rows):
    fixes, _ = read(fit_file(records(*(record(*row) for row in rows))))
    assert [
        (
            fix.time_us // 1_000_000 - MADE["FIT_EPOCH_S"] - START_S,
            (round(fix.latitude * 2**31 / 180), round(fix.longitude * 2**31 / 180)),
            round(fix.speed_m_s * 1000),
            fix.accuracy_m,
        )
        for fix in fixes
    ] == rows


@given(MADE["mutations"](MADE["SAMPLES"]["fit"]))
def test_no_damage_makes_it_fail_otherwise(data):
    try:
        fixes, _ = read(data)
    except NotThisFormatError:
        return
    assert all(fix.time_us is None or fix.time_us > 0 for fix in fixes)


def real(name):
    path = GPS / name
    if not path.exists():
        pytest.skip("needs the shared GPS traces")
    return path.read_bytes()


def test_a_real_walk_is_read_as_another_decoder_reads_it():
    fixes, tally = read(real("petaluma-walk.fit"))
    decoded = list(csv.DictReader(io.StringIO(real("petaluma-walk.fit.records.csv").decode())))
    assert (len(decoded), tally.remarks, dict(tally.dropped)) == (17, [], {})
    pacific = timedelta(hours=7)  # its times are of California, in summer
    truth = [
        (
            datetime.strptime(row["timestamp"].replace("PDT ", ""), "%a %b %d %H:%M:%S %Y").replace(
                tzinfo=UTC
            )
            + pacific,
            int(row["position_lat"]) * 180 / 2**31,
            int(row["position_long"]) * 180 / 2**31,
            float(row["speed"]),
        )
        for row in decoded
    ]
    assert [
        (
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fix.time_us),
            *(fix.latitude, fix.longitude, fix.speed_m_s),
        )
        for fix in fixes
    ] == truth
    assert {fix.device_id for fix in fixes} == {"3945849289"}


def test_a_real_run_is_read_whole():
    fixes, tally = read(real("fenix2-run.fit"))
    assert (len(fixes), tally.remarks, dict(tally.dropped)) == (2_809, [], {})
    assert fixes[-1].time_us - fixes[0].time_us == 2_833_000_000
    assert {fix.device_id for fix in fixes} == {"3882015183"}
