"""PLT: two writers, one datum, and times to the second or the millisecond."""

import io
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import BAD_NUMBER, BAD_TIME, FixTally, NotThisFormatError
from patrolwise.files.plt_fixes import CUT_ROW, LONG_ROW, read_plt

REPO = Path(__file__).resolve().parents[2]
MADE = runpy.run_path(str(REPO / "tests" / "fuzz" / "sentence_targets.py"))
OZI, GEOLIFE = MADE["PLT_HEADER"], MADE["GEOLIFE_HEADER"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = "52.635,-1.133,0,-777,45444.5,01-Jun-24,12:00:00"
BEIJING = "39.906631,116.385564,0,492,40097.5864583333,2009-10-11,14:04:30"


def read(*rows, header=OZI):
    tally = FixTally("track.plt")
    data = (header + "\r\n".join(rows)).encode()
    fixes = list(read_plt(io.BytesIO(data), tally))
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    return fixes, tally


def times(fixes):
    return [(EPOCH + timedelta(microseconds=fix.time_us)).isoformat() for fix in fixes]


def test_oziexplorer_gives_days_and_breaks():
    fixes, tally = read(NOON, NOON.replace(",0,", ",1,").replace("44.5", "44.5000579"), "")
    assert times(fixes) == ["2024-06-01T12:00:00+00:00", "2024-06-01T12:00:05.003000+00:00"]
    assert [(fix.row, fix.starts_segment) for fix in fixes] == [(7, False), (8, True)]
    assert (fixes[0].latitude, fixes[0].longitude, fixes[0].device_id) == (52.635, -1.133, None)
    assert (tally.points, tally.dropped, tally.remarks) == (2, {}, [])


def test_geolife_gives_its_text_to_the_second():
    fixes, tally = read(BEIJING, header=GEOLIFE)
    assert times(fixes) == ["2009-10-11T14:04:30+00:00"]
    assert (fixes[0].latitude, fixes[0].longitude) == (39.906631, 116.385564)
    assert tally.remarks == []


def test_the_flag_of_geolife_is_no_break():
    fixes, _ = read(BEIJING.replace(",0,", ",1,"), header=GEOLIFE)
    assert [fix.starts_segment for fix in fixes] == [False]


@pytest.mark.parametrize("text", [",", "2009-02-30,14:04:30", "11/10/2009,14:04", "2009-10-11,"])
def test_geolife_text_that_is_no_time_leaves_the_days(text):
    fixes, _ = read(BEIJING.replace("2009-10-11,14:04:30", text), header=GEOLIFE)
    assert times(fixes) == ["2009-10-11T14:04:30+00:00"]


@pytest.mark.parametrize("days", ["", " ", "0", "0.0"])
def test_a_row_without_days_has_no_time(days):
    fixes, _ = read(f"52.635,-1.133,0,-777,{days},,")
    assert [fix.time_us for fix in fixes] == [None]


def test_a_row_without_a_position_has_none():
    fixes, _ = read(",,0,-777,45444.5,,")
    assert (fixes[0].latitude, fixes[0].longitude) == (None, None)


def test_rows_may_all_end_early_but_not_one_of_them():
    fixes, tally = read("52.6,-1.1,1,-777,45444.5", "52.6,-1.1", "52.7,-1.2,0,-777,45444.6,,")
    assert ([fix.row for fix in fixes], dict(tally.dropped)) == ([7, 9], {CUT_ROW: 1})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (NOON.replace("52.635", "52.6.35"), BAD_NUMBER),
        (NOON.replace("52.635", "nan"), BAD_NUMBER),
        (NOON.replace("-1.133", "1_0"), BAD_NUMBER),
        (NOON.replace("45444.5", "x"), BAD_TIME),
        (NOON.replace("45444.5", "-1"), BAD_TIME),
        (NOON.replace("45444.5", "109575"), BAD_TIME),
        (NOON.replace("45444.5", "1e300"), BAD_TIME),
        ("52.635", CUT_ROW),
        ("5" * 5_000, LONG_ROW),
    ],
)
def test_what_cannot_be_read_is_dropped_with_its_reason(row, reason):
    fixes, tally = read(row, NOON if reason == LONG_ROW else "")
    assert dict(tally.dropped) == {reason: 1}
    assert len(fixes) == (reason == LONG_ROW)


def test_a_geolife_row_cut_short_is_dropped_even_if_it_is_the_first():
    for length in range(1, len(BEIJING) - 8):
        fixes, tally = read(BEIJING[:length], header=GEOLIFE)
        assert (fixes, tally.points) == ([], 1)


def test_a_header_without_its_count_loses_no_point():
    header = OZI.replace("2\r\n", "", 1) if OZI.startswith("2\r\n") else OZI[: -len("2\r\n")]
    fixes, _ = read(NOON, header=header)
    assert [fix.row for fix in fixes] == [6]


def test_long_lines_of_the_header_are_passed_over():
    header = OZI.replace("made up", "x" * 9_000)
    assert len(read(NOON, header=header)[0]) == 1
    assert len(read(NOON, header=OZI[: -len("2\r\n")] + "9" * 9_000 + "\r\n")[0]) == 1


def test_a_header_alone_is_a_track_without_fixes():
    fixes, tally = read()
    assert (fixes, tally.points) == ([], 0)


@pytest.mark.parametrize("datum", ["WGS 84", "wgs84", " WGS-84 "])
def test_wgs_84_may_be_written_otherwise(datum):
    assert len(read(NOON, header=OZI.replace("WGS 84", datum))[0]) == 1


@pytest.mark.parametrize(
    ("datum", "said"), [("Ord Srvy Grt Britn", "Ord Srvy Grt Britn"), ("", "does not name")]
)
def test_another_datum_is_refused(datum, said):
    with pytest.raises(NotThisFormatError, match=said):
        read(NOON, header=OZI.replace("WGS 84", datum))


@pytest.mark.parametrize("header", ["", "lat,lon\n", "x" * 9_000, "\n" + OZI])
def test_another_kind_of_file_is_told(header):
    with pytest.raises(NotThisFormatError, match="no PLT track"):
        read(NOON, header=header)


def test_a_byte_order_mark_is_passed_over():
    assert len(read(NOON, header="\ufeff" + OZI)[0]) == 1


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31)),
            st.integers(-90 * 10**6, 90 * 10**6),
            st.integers(-180 * 10**6, 180 * 10**6),
        ),
        max_size=5,
    )
)
def test_what_either_writer_writes_is_read_back(rows):
    ozi, geolife = [], []
    for time, south, west in rows:
        whole = time.replace(microsecond=0)
        days = (whole - datetime(1899, 12, 30)) / timedelta(days=1)
        start = f"{south / 1e6:.6f},{west / 1e6:.6f},0,-777,{days:.10f}"
        ozi.append(f"{start},{whole:%d-%b-%y},{whole:%H:%M:%S}")
        geolife.append(f"{start},{whole:%Y-%m-%d},{whole:%H:%M:%S}")
    for fixes, _ in (read(*ozi), read(*geolife, header=GEOLIFE)):
        assert times(fixes) == [
            time.replace(microsecond=0, tzinfo=UTC).isoformat() for time, _, _ in rows
        ]
        assert [fix.latitude for fix in fixes] == [south / 1e6 for _, south, _ in rows]
        assert [fix.longitude for fix in fixes] == [west / 1e6 for _, _, west in rows]


@given(MADE["mutations"](MADE["SAMPLES"]["plt"]))
def test_no_damage_makes_it_fail_otherwise(data):
    tally = FixTally("track.plt")
    try:
        fixes = list(read_plt(io.BytesIO(data), tally))
    except NotThisFormatError:
        return
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    assert all(fix.time_us is None or isinstance(fix.time_us, int) for fix in fixes)
