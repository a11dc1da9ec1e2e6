"""TAIP: seconds of the GPS day become UTC, whatever shares a line, and nothing undated is used."""

import io
import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import (
    BAD_CHECKSUM,
    BAD_NUMBER,
    BAD_TIME,
    NO_SIGNAL,
    NO_TIME,
    FixTally,
    NotThisFormatError,
)
from patrolwise.files.taip_fixes import (
    CUT_SENTENCE,
    LATE_DEVICE,
    NO_CHECKSUM,
    STALE,
    DayCount,
    day_number,
    read_taip,
)

REPO = Path(__file__).resolve().parents[2]
MADE = runpy.run_path(str(REPO / "tests" / "fuzz" / "sentence_targets.py"))
taip = MADE["taip"]

DAY = date(2024, 6, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PRINTED = b">RPV15714+3739438-1220384601512612;ID=1234;*7F<"  # in Trimble's manuals


def read(data, on=DAY):
    tally = FixTally("car.taip", on=on)
    fixes = list(read_taip(io.BytesIO(data), tally))
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    return fixes, tally


def rpv(seconds=43_218, tail="12", device="0012", place="+5263500-00113300"):
    return f"RPV{seconds:05}{place}010090{tail};ID={device}"


def times(fixes):
    return [(EPOCH + timedelta(microseconds=fix.time_us)).isoformat() for fix in fixes]


def test_the_printed_example_is_read_and_its_checksum_is_right():
    fixes, tally = read(PRINTED)
    (fix,) = fixes
    assert (fix.row, fix.device_id, fix.latitude, fix.longitude) == (
        *(1, "1234"),
        *(37.39438, -122.03846),
    )
    assert fix.speed_m_s == pytest.approx(15 * 1609.344 / 3600)
    assert times(fixes) == ["2024-06-01T04:21:36+00:00"]  # 15,714 s less 18
    assert (tally.points, tally.remarks) == (1, [])


def test_another_example_from_public_code_has_a_right_checksum():
    fixes, _ = read(b">RPV76393+4301810-0743503600001132;ID=3214;*74<")
    assert [fix.device_id for fix in fixes] == ["3214"]


@pytest.mark.parametrize(
    ("on", "clock"),
    [
        (date(1981, 6, 30), "12:00:18"),
        (date(1999, 6, 1), "12:00:05"),
        (date(2008, 12, 31), "12:00:04"),
        (date(2009, 1, 1), "12:00:03"),
        (date(2016, 12, 31), "12:00:01"),
        (date(2017, 1, 1), "12:00:00"),
    ],
)
def test_leap_seconds_are_those_of_the_day(on, clock):
    assert times(read(taip(rpv()), on)[0])[0][11:19] == clock


def test_the_first_seconds_of_the_gps_day_are_the_last_of_the_utc_day():
    fixes, _ = read(taip(rpv(10), rpv(20)))
    assert times(fixes) == ["2024-06-01T23:59:52+00:00", "2024-06-02T00:00:02+00:00"]


def test_each_device_passes_midnight_by_itself():
    fixes, tally = read(
        taip(rpv(80_018), rpv(80_019, device="0013"), rpv(418), rpv(80_020, device="0013"))
    )
    assert [(fix.device_id, time[8:10]) for fix, time in zip(fixes, times(fixes), strict=True)] == [
        *(("0012", "01"), ("0013", "01")),
        *(("0012", "02"), ("0013", "01")),
    ]
    assert tally.remarks == []


def test_a_device_first_met_after_midnight_is_told():
    fixes, tally = read(taip(rpv(80_018), rpv(418), rpv(420, device="0013")))
    assert [time[8:10] for time in times(fixes)] == ["01", "02", "01"]
    assert tally.remarks == [LATE_DEVICE]


def test_without_a_day_nothing_is_used_and_the_report_says_what_to_give():
    fixes, tally = read(PRINTED * 2, on=None)
    assert (fixes, dict(tally.dropped)) == ([], {NO_TIME: 2})
    assert tally.remarks == ["Its times have no date; give --date YYYY-MM-DD."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PRINTED.replace(b"7F", b"7E"), BAD_CHECKSUM),
        (PRINTED.replace(b"37394", b"37395"), BAD_CHECKSUM),
        (PRINTED.replace(b"7F", b""), BAD_CHECKSUM),
        (PRINTED[:-1], CUT_SENTENCE),
        (PRINTED[:-1] + b"\r\n", CUT_SENTENCE),
        (b">RPV" + b"1" * 5_000 + b"<", CUT_SENTENCE),
        (taip("RPV15714+3739438-122038460151261"), BAD_NUMBER),
        (taip("RPV15714+373943+-1220384601512612"), BAD_NUMBER),
        (taip("RPV"), BAD_NUMBER),
        (taip(rpv(86_400)), BAD_TIME),
        (taip(rpv(99_999)), BAD_TIME),
        (taip(rpv(tail="92")), NO_SIGNAL),
        (taip(rpv(tail="10")), NO_SIGNAL),
        (taip(rpv(tail="19")), NO_SIGNAL),
        (taip(rpv(tail="11")), STALE),
    ],
)
def test_what_cannot_be_used_is_dropped_with_its_reason(data, reason):
    fixes, tally = read(data)
    assert (fixes, dict(tally.dropped)) == ([], {reason: 1})


def test_no_checksum_is_accepted_and_told():
    fixes, tally = read(b">RPV15714+3739438-1220384601512612<")
    assert ([fix.device_id for fix in fixes], tally.remarks) == ([None], [NO_CHECKSUM])


def test_a_checksum_in_small_letters_is_right():
    assert len(read(PRINTED.replace(b"7F", b"7f"))[0]) == 1


def test_rows_are_lines_and_other_sentences_are_passed_over():
    data = PRINTED + b"noise" + PRINTED + b"\r\n>RLN1<\n\n2024-06-01 " + PRINTED
    fixes, tally = read(data)
    assert ([fix.row for fix in fixes], tally.points) == ([1, 1, 4], 3)


def test_a_sentence_that_begins_within_another_leaves_only_that_one_out():
    fixes, tally = read(PRINTED[:20] + PRINTED)
    assert (len(fixes), dict(tally.dropped)) == (1, {CUT_SENTENCE: 1})


@pytest.mark.parametrize("gap", [b"", b"\r", b" "])
def test_a_log_on_one_line_longer_than_a_piece_is_read_whole(gap):
    fixes, tally = read((PRINTED + gap) * 5_000)
    assert (len(fixes), dict(tally.dropped)) == (5_000, {})
    assert {fix.row for fix in fixes} == {1}


@pytest.mark.parametrize("data", [b"", b"$GPRMC,1\n", b">RLN1<", b"<a>text</a>", b"\x00" * 200_000])
def test_another_kind_of_file_is_told(data):
    with pytest.raises(NotThisFormatError, match=">RPV"):
        read(data)


def test_a_long_file_of_another_kind_is_not_read_to_its_end():
    stream = io.BytesIO(b"1,2,3\n" * 100_000)
    with pytest.raises(NotThisFormatError):
        list(read_taip(stream, FixTally("a.csv")))
    assert stream.tell() < stream.getbuffer().nbytes / 2


def test_days_since_1970_are_those_of_the_calendar():
    assert (day_number(date(1970, 1, 1)), day_number(date(1969, 12, 31))) == (0, -1)
    assert DayCount(None).place(0) is None


@given(
    st.lists(
        st.tuples(
            st.integers(1, 43_000),
            st.integers(-9_000_000, 9_000_000),
            st.integers(-18_000_000, 18_000_000),
            st.integers(0, 999),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 86_399),
)
def test_what_a_router_writes_is_read_back_over_any_number_of_midnights(rows, start):
    time = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(seconds=start)
    bodies, truth = [], []
    for step, south, west, mph in rows:
        gps = time + timedelta(seconds=18)
        seconds = gps.hour * 3600 + gps.minute * 60 + gps.second
        bodies.append(f"RPV{seconds:05}{south:+08}{west:+09}{mph:03}00012;ID=0012")
        truth.append((time.isoformat(), south / 1e5, west / 1e5))
        time += timedelta(seconds=step)
    fixes, _ = read(taip(*bodies))
    found = zip(times(fixes), fixes, strict=True)
    assert [(time, fix.latitude, fix.longitude) for time, fix in found] == truth
    assert [fix.speed_m_s for fix in fixes] == pytest.approx([row[3] * 0.44704 for row in rows])


@given(MADE["mutations"](MADE["SAMPLES"]["taip"]), st.none() | st.just(DAY))
def test_no_damage_makes_it_fail_otherwise(data, on):
    try:
        fixes, _ = read(data, on)
    except NotThisFormatError:
        return
    assert all(isinstance(fix.time_us, int) for fix in fixes)
