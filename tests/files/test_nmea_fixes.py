"""NMEA 0183: an epoch is one fix, a date is joined or asked for, nothing is mended in silence."""

import io
import os
import runpy
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import (
    BAD_CHECKSUM,
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    NO_SIGNAL,
    NO_TIME,
    FixTally,
    NotThisFormatError,
)
from patrolwise.files.fix_texts import LEFT_EMPTY
from patrolwise.files.nmea_fixes import LINES_TRIED, LONG_LINE, WEEK_ROLLOVER, read_nmea
from patrolwise.files.taip_fixes import CUT_SENTENCE, NO_CHECKSUM

REPO = Path(__file__).resolve().parents[2]
GPS = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data")) / "gps"
MADE = runpy.run_path(str(REPO / "tests" / "fuzz" / "sentence_targets.py"))
nmea = MADE["nmea"]

PLACE = "5238.1000,N,00108.4000,W"


def read(data, on=None):
    tally = FixTally("log.nmea", on=on)
    fixes = list(read_nmea(io.BytesIO(data), tally))
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    return fixes, tally


def rmc(clock="120000", day="010624", place=PLACE, talker="GP", status="A", mode="A"):
    return f"{talker}RMC,{clock},{status},{place},2.0,90.0,{day},,,{mode}"


def gga(clock="120000", place=PLACE, talker="GP", quality="1", hdop="0.9"):
    return f"{talker}GGA,{clock},{place},{quality},09,{hdop},70.0,M,48.0,M,,"


def times(fixes):
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [(epoch + timedelta(microseconds=fix.time_us)).isoformat() for fix in fixes]


def reasons(tally):
    return dict(tally.dropped)


def test_an_epoch_of_two_sentences_is_one_fix():
    fixes, tally = read(nmea(rmc(), gga()))
    (fix,) = fixes
    assert times(fixes) == ["2024-06-01T12:00:00+00:00"]
    assert (fix.row, fix.device_id, fix.is_mock, fix.starts_segment) == (1, None, False, False)
    assert fix.latitude == pytest.approx(52 + 38.1 / 60, abs=1e-12)
    assert fix.longitude == pytest.approx(-(1 + 8.4 / 60), abs=1e-12)
    assert fix.accuracy_m == pytest.approx(5 * 0.9)
    assert fix.speed_m_s == pytest.approx(2 * 0.514444, abs=1e-5)
    assert (tally.points, reasons(tally), tally.remarks) == (1, {}, [])


def test_the_order_of_the_sentences_of_an_epoch_does_not_matter():
    first, _ = read(nmea(rmc(), gga(), rmc("120001"), gga("120001")))
    other, _ = read(nmea(gga(), rmc(), gga("120001"), rmc("120001")))
    assert first == other
    assert len(first) == 2


def test_a_sentence_that_comes_again_is_a_fix_again():
    fixes, _ = read(nmea(rmc(), gga(), rmc(), gga()))
    assert times(fixes) == ["2024-06-01T12:00:00+00:00"] * 2


def test_the_same_clock_on_another_day_is_another_fix():
    fixes, _ = read(nmea(rmc(talker="GP"), rmc(talker="GN", day="020624")))
    assert times(fixes) == ["2024-06-01T12:00:00+00:00", "2024-06-02T12:00:00+00:00"]


def test_two_talkers_of_one_epoch_are_one_fix():
    fixes, _ = read(nmea(rmc(talker="GP"), rmc(talker="GL"), gga(talker="GN")))
    assert len(fixes) == 1


def test_south_and_east_have_their_signs():
    fixes, _ = read(nmea(rmc(place="4249.96542,S,14726.73195,E")))
    assert fixes[0].latitude == pytest.approx(-42.832757)
    assert fixes[0].longitude == pytest.approx(147.4455325)


def test_degrees_may_be_left_out_before_minutes():
    fixes, _ = read(nmea(rmc(place="5238.1,N,08.4,W")))
    assert fixes[0].longitude == pytest.approx(-8.4 / 60)


def test_a_fix_without_a_date_is_on_the_day_of_the_one_before():
    fixes, _ = read(nmea(rmc(), gga("120001"), gga("120002")))
    assert times(fixes)[1:] == ["2024-06-01T12:00:01+00:00", "2024-06-01T12:00:02+00:00"]


def test_a_blank_date_is_no_date():
    fixes, _ = read(nmea(rmc(), rmc("120001", day="")))
    assert times(fixes)[1] == "2024-06-01T12:00:01+00:00"


def test_a_clock_that_goes_back_by_half_a_day_has_passed_midnight():
    fixes, _ = read(nmea(rmc("235959"), gga("000001"), rmc("000001", day="020624"), gga("000002")))
    assert times(fixes) == [
        "2024-06-01T23:59:59+00:00",
        "2024-06-02T00:00:01+00:00",
        "2024-06-02T00:00:02+00:00",
    ]


def test_a_clock_that_goes_back_by_less_is_only_late():
    fixes, _ = read(nmea(rmc("130000"), gga("120000")))
    assert times(fixes)[1] == "2024-06-01T12:00:00+00:00"


def test_a_day_given_by_the_user_dates_a_log_without_dates():
    fixes, tally = read(nmea(gga("235959"), gga("000000.5")), on=date(2024, 2, 28))
    assert times(fixes) == ["2024-02-28T23:59:59+00:00", "2024-02-29T00:00:00.500000+00:00"]
    assert tally.remarks == []


def test_the_dates_of_the_file_go_before_the_day_given():
    fixes, _ = read(nmea(gga(), rmc("120001"), gga("120002")), on=date(2020, 1, 1))
    assert [time[:10] for time in times(fixes)] == ["2020-01-01", "2024-06-01", "2024-06-01"]


def test_a_log_without_dates_is_dropped_and_says_what_to_give():
    fixes, tally = read(nmea(gga(), gga("120001")))
    assert (fixes, reasons(tally)) == ([], {NO_TIME: 2})
    assert tally.remarks == ["Its times have no date; give --date YYYY-MM-DD."]


def test_fixes_before_the_first_date_are_dropped():
    fixes, tally = read(nmea(gga(), rmc("120001")))
    assert (len(fixes), reasons(tally)) == (1, {NO_TIME: 1})
    assert tally.remarks == ["Its first times have no date; give --date YYYY-MM-DD."]


@pytest.mark.parametrize(
    "bodies",
    [
        (gga(), "GPZDA,120000,01,06,2024,00,00"),
        ("GPZDA,120000,01,06,2024,00,00", gga()),
        (gga(), gga(talker="GN"), "GPZDA,120000,01,06,2024,00,00"),
        ("GPZDA,115959,01,06,2024", gga()),
    ],
)
def test_zda_gives_a_date_and_no_fix(bodies):
    fixes, tally = read(nmea(*bodies))
    assert times(fixes) == ["2024-06-01T12:00:00+00:00"]
    assert tally.points == 1


def test_zda_ends_the_epoch_of_another_time_and_leaves_a_date_that_is_there():
    fixes, _ = read(nmea(rmc(), "GPZDA,120001,02,06,2024,00,00", gga("120001")))
    assert [time[:10] for time in times(fixes)] == ["2024-06-01", "2024-06-02"]
    fixes, _ = read(nmea(rmc(), "GPZDA,120000,02,06,2024,00,00"))
    assert times(fixes) == ["2024-06-01T12:00:00+00:00"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("GPZDA,,01,06,2024,00,00", NO_TIME),
        ("GPZDA,120000,01,06", NO_TIME),
        ("GPZDA,120000,01,06,24", BAD_TIME),
        ("GPZDA,120000,31,06,2024", BAD_TIME),
    ],
)
def test_a_zda_that_cannot_be_read_is_dropped(body, reason):
    assert reasons(read(nmea(body))[1]) == {reason: 1}


def test_years_of_two_digits_turn_at_1980():
    fixes, _ = read(nmea(rmc(day="311279"), rmc("120001", day="010180")))
    assert [time[:10] for time in times(fixes)] == ["2079-12-31", "1980-01-01"]


def test_dates_that_jump_by_1024_weeks_are_kept_and_told():
    fixes, tally = read(nmea(rmc(day="060419"), rmc("120001", day="220899")))
    assert [time[:10] for time in times(fixes)] == ["2019-04-06", "1999-08-22"]
    assert tally.remarks == [WEEK_ROLLOVER]


def test_dates_that_jump_otherwise_are_not_told():
    assert read(nmea(rmc(day="060419"), rmc("120001", day="060420")))[1].remarks == []


@pytest.mark.parametrize(
    "bodies",
    [
        (rmc(status="V"),),
        (rmc(mode="N"),),
        (gga(quality="0"),),
        (gga(quality=""),),
        (rmc(), gga(quality="0")),
        ("GPRMC,,V,,,,,,,,,,N",),
        ("GPGGA,,,,,,0,,,,,,,,",),
        ("GNGNS,120000,5238.1,N,00108.4,W,NN,09,1.2,70.0,48.0,,",),
        ("GPGLL,5238.1,N,00108.4,W,120000,V,N",),
    ],
)
def test_without_signal_an_epoch_is_dropped_once(bodies):
    fixes, tally = read(nmea(*bodies))
    assert (fixes, reasons(tally)) == ([], {NO_SIGNAL: 1})


def test_the_day_of_a_receiver_that_has_no_signal_is_not_believed():
    fixes, _ = read(nmea(rmc("120000", day="060180", status="V"), gga("120001")))
    assert fixes == []


def test_gns_and_gll_give_fixes_too():
    fixes, _ = read(
        nmea(
            rmc(),
            "GNGNS,120001,5238.1,N,00108.4,W,AN,09,1.2,70.0,48.0,,",
            "GPGLL,5238.1,N,00108.4,W,120002,A,A",
            "GPGLL,5238.1,N,00108.4,W,120003,A",
        )
    )
    assert [fix.accuracy_m for fix in fixes] == [None, 6.0, None, None]
    assert [fix.speed_m_s is None for fix in fixes] == [False, True, True, True]


@pytest.mark.parametrize("body", [rmc(mode="S"), rmc(mode="M"), rmc() + "\n$" + gga(quality="8")])
def test_a_simulated_position_is_marked(body):
    fixes, _ = read(f"${body}".encode())
    assert [fix.is_mock for fix in fixes] == [True]


@pytest.mark.parametrize("hdop", ["", "0", "0.0"])
def test_no_hdop_is_no_accuracy(hdop):
    fixes, _ = read(nmea(rmc(), gga(hdop=hdop)))
    assert fixes[0].accuracy_m is None


def test_a_speed_or_hdop_that_is_no_number_is_left_empty_and_told():
    fixes, tally = read(nmea(rmc().replace("2.0", "nan"), gga(hdop="x")))
    assert [(fix.speed_m_s, fix.accuracy_m) for fix in fixes] == [(None, None)]
    assert tally.remarks == [LEFT_EMPTY]


def test_a_wrong_checksum_drops_the_sentence_and_not_the_epoch():
    good = nmea(rmc())
    fixes, tally = read(good + nmea(gga()).replace(b"0.9", b"0.1"))
    assert [fix.accuracy_m for fix in fixes] == [None]
    assert reasons(tally) == {BAD_CHECKSUM: 1}


@pytest.mark.parametrize("cut", [1, 2])
def test_a_checksum_cut_short_is_wrong(cut):
    _, tally = read(nmea(rmc()).rstrip()[:-cut])
    assert reasons(tally) == {BAD_CHECKSUM: 1}


def test_a_checksum_in_small_letters_is_right():
    assert len(read(nmea(rmc()).lower().replace(b"gprmc", b"GPRMC"))[1].dropped) == 1  # a is not A
    data = nmea(rmc(clock="120006"))
    assert data.rstrip()[-2:].lower() != data.rstrip()[-2:]
    star = data.index(b"*")
    assert len(read(data[:star] + data[star:].lower())[0]) == 1


def test_no_checksum_is_accepted_and_told_once():
    fixes, tally = read(f"${rmc()}\n${rmc('120001')}\n".encode())
    assert (len(fixes), tally.remarks) == (2, [NO_CHECKSUM])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rmc(clock="250000"), BAD_TIME),
        (rmc(clock="1200"), BAD_TIME),
        (rmc(clock="120000.x"), BAD_TIME),
        (rmc(clock=""), NO_TIME),
        (rmc(day="320124"), BAD_TIME),
        (rmc(day="0106"), BAD_TIME),
        (rmc(place="5260.0,N,00108.4,W"), BAD_NUMBER),
        (rmc(place="5238.0,,00108.4,W"), BAD_NUMBER),
        (rmc(place="5238.0,NS,00108.4,W"), BAD_NUMBER),
        (rmc(place="52.38.0,N,00108.4,W"), BAD_NUMBER),
        (rmc(place="5238.0,N,,"), NO_POSITION),
        (rmc(place=",,,"), NO_POSITION),
        ("GPRMC,120000,A,5238.1,N,00108.4,W,2.0,90.0", CUT_SENTENCE),
        ("GPGLL,5238.1,N,00108.4,W", CUT_SENTENCE),
    ],
)
def test_what_cannot_be_read_is_dropped_with_its_reason(body, reason):
    fixes, tally = read(nmea(body), on=date(2024, 6, 1))
    assert (fixes, reasons(tally)) == ([], {reason: 1})


def test_a_leap_second_is_the_first_of_the_next_day():
    fixes, _ = read(nmea(rmc("235960", day="311216"), rmc("000000", day="010117")))
    assert times(fixes) == ["2017-01-01T00:00:00+00:00"] * 2


def test_blanks_round_a_field_are_passed_over():
    fixes, _ = read(nmea(rmc(" 120000 ")))
    assert times(fixes) == ["2024-06-01T12:00:00+00:00"]


def test_what_a_log_puts_before_a_sentence_is_passed_over():
    noted = b"2024-06-01T12:00:00.123 $1 rx: " + nmea(rmc()).rstrip() + nmea(rmc("120001"))
    fixes, _ = read(b"\xef\xbb\xbflog of router 7\n" + noted)
    assert [fix.row for fix in fixes] == [2, 2]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_any_line_end_will_do(end):
    fixes, _ = read(nmea(rmc(), rmc("120001")).replace(b"\r\n", end))
    assert [fix.row for fix in fixes] == [1, 2]


def test_a_line_without_end_is_dropped_unread_and_the_next_is_read():
    fixes, tally = read(b"$" * 20_000 + b"\n" + nmea(rmc()))
    assert [fix.row for fix in fixes] == [2]
    assert reasons(tally) == {LONG_LINE: 1}


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("length", [4095, 4096, 4097, 8192, 8193])
def test_only_lines_above_the_bound_are_dropped(length, end):
    sentence = nmea(rmc()).rstrip()
    _, tally = read(nmea(rmc("115959")) + sentence.rjust(length) + end)
    assert reasons(tally) == ({} if length <= 4096 else {LONG_LINE: 1})


class EndlessLine(io.RawIOBase):
    """Four million bytes without a line end, none of them held."""

    left = 4_000_000

    def readable(self):
        return True

    def readinto(self, buffer):
        size = min(len(buffer), self.left)
        assert size <= 65_536
        buffer[:size] = b"x" * size
        self.left -= size
        return size


def test_a_file_of_one_line_is_not_held_whole():
    tally = FixTally("log.nmea")
    with pytest.raises(NotThisFormatError):
        list(read_nmea(io.BufferedReader(EndlessLine()), tally))
    assert reasons(tally) == {LONG_LINE: 1}


@pytest.mark.parametrize("data", [b"", b"time,lat,lon\n1,2,3\n", bytes(range(256)) * 20])
def test_another_kind_of_file_is_told(data):
    with pytest.raises(NotThisFormatError, match="no NMEA 0183 sentence"):
        read(data)


def test_a_long_file_of_another_kind_is_not_read_to_its_end():
    stream = io.BytesIO(b"1,2,3\n" * LINES_TRIED * 10)
    lines = stream.getbuffer().nbytes
    with pytest.raises(NotThisFormatError):
        list(read_nmea(stream, FixTally("a.csv")))
    assert stream.tell() < lines / 2


def test_other_sentences_alone_are_a_log_without_fixes():
    fixes, tally = read(nmea("GPGSV,1,1,00") + nmea("PGRME,15.0,M,45.0,M,25.0,M"))
    assert (fixes, tally.points) == ([], 0)


def test_the_stream_is_left_open_and_may_be_closed_before_the_reader():
    stream = io.BytesIO(nmea(rmc(), rmc("120001"), rmc("120002")))
    list(read_nmea(stream, FixTally("log.nmea")))
    assert not stream.closed
    reader = read_nmea(io.BytesIO(nmea(rmc(), rmc("120001"))), FixTally("log.nmea"))
    next(reader)
    reader.close()
    stream.seek(0)
    reader = read_nmea(stream, FixTally("log.nmea"))
    next(reader)
    stream.close()
    reader.close()


CLOCKS = st.datetimes(datetime(2000, 1, 1), datetime(2079, 12, 31))


@given(
    st.lists(
        st.tuples(CLOCKS, st.integers(-9 * 10**8, 9 * 10**8), st.integers(-18 * 10**8, 18 * 10**8)),
        min_size=1,
        max_size=6,
        unique_by=lambda row: row[0],
    )
)
def test_what_a_person_writes_in_degrees_and_minutes_is_read_back(rows):
    bodies = []
    for time, south, west in rows:
        place = []
        for units, sides, width in ((south, "NS", 2), (west, "EW", 3)):
            degrees, rest = divmod(abs(units), 10**7)
            minutes, fraction = divmod(rest * 60, 10**7)
            place += [f"{degrees:0{width}}{minutes:02}.{fraction:07}", sides[units < 0]]
        bodies.append(rmc(f"{time:%H%M%S.%f}", f"{time:%d%m%y}", ",".join(place)))
    fixes, _ = read(nmea(*bodies))
    assert times(fixes) == [time.replace(tzinfo=UTC).isoformat() for time, _, _ in rows]
    assert [fix.latitude for fix in fixes] == pytest.approx([s / 10**7 for _, s, _ in rows])
    assert [fix.longitude for fix in fixes] == pytest.approx([w / 10**7 for _, _, w in rows])


@given(st.lists(st.integers(1, 43_000), min_size=1, max_size=40), st.integers(0, 86_399))
def test_a_clock_without_dates_counts_the_days_as_a_calendar_does(steps, start):
    time = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(seconds=start)
    truth = [time]
    for step in steps:
        truth.append(truth[-1] + timedelta(seconds=step))
    log = nmea(*(gga(f"{time:%H%M%S}") for time in truth))
    fixes, _ = read(log, on=date(2024, 6, 1))
    assert times(fixes) == [time.isoformat() for time in truth]


@given(MADE["mutations"](MADE["SAMPLES"]["nmea"]), st.none() | st.just(date(2024, 6, 1)))
def test_no_damage_makes_it_fail_otherwise(data, on):
    try:
        fixes, _ = read(data, on)
    except NotThisFormatError:
        return
    assert all(isinstance(fix.time_us, int) and abs(fix.longitude) < 1000 for fix in fixes)


def real(name):
    path = GPS / name
    if not path.exists():
        pytest.skip("needs the shared GPS traces")
    return path.read_bytes()


def test_a_real_log_without_dates_passes_midnight_on_the_day_given():
    data = real("gga-no-date.nmea")
    assert read(data)[0] == []
    fixes, tally = read(data, on=date(2010, 5, 1))
    assert (len(fixes), reasons(tally)) == (500, {})
    steps = {(b.time_us - a.time_us) / 1e6 for a, b in pairwise(fixes)}
    assert steps == {1.0}
    assert (times(fixes)[0], times(fixes)[-1]) == (
        "2010-05-01T23:56:00+00:00",
        "2010-05-02T00:04:19+00:00",
    )


def test_a_real_log_of_odd_clocks_loses_only_those_that_cannot_be_read():
    fixes, tally = read(real("rmc-datetime.nmea"))
    assert (len(fixes), reasons(tally)) == (16, {BAD_TIME: 6})
    assert [time[17:19] for time in times(fixes)] == [
        *("07", "08", "09", "10", "11", "12", "13", "14"),
        *("16", "17", "18", "19", "20", "21", "22", "24"),
    ]
