"""What a tracker's table says: times, units, doubtful rows, and files cut anywhere."""

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patrolwise.files import avl_fixes
from patrolwise.files.avl_fixes import CUT_LINE, RAGGED, read_avl, read_avl_workbook
from patrolwise.files.avl_rows import BLANK, NEVER, NO_DEVICE, TWICE
from patrolwise.files.fix_frames import RAW_SCHEMA
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_SIGNAL,
    FixTally,
    NotThisFormatError,
)

COLUMNS = {"device_id": ("id",), "time": ("t",), "x": ("x",), "y": ("y",)}
LONDON = ZoneInfo("Europe/London")
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def mapping(columns=None, **more):
    return FixMapping(columns={**COLUMNS, **(columns or {})}, name="map.toml", **more)


def read(text, how=None, block_bytes=avl_fixes.BLOCK_BYTES):
    """Return the raw fixes of a CSV and what was counted."""
    tally = FixTally("radio.csv")
    data = text if isinstance(text, bytes) else text.encode()
    frames = list(read_avl(io.BytesIO(data), how or mapping(), tally, block_bytes))
    raw = pl.concat(frames) if frames else pl.DataFrame(schema=RAW_SCHEMA)
    assert tally.points == raw.height + sum(tally.dropped.values())
    return raw, tally


def times(raw):
    return [
        us and datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
        for us in raw["time_us"]
    ]


def refused(text, how=None):
    with pytest.raises(NotThisFormatError) as caught:
        read(text, how)
    return str(caught.value)


def with_times(*texts):
    return "id,t,x,y\n" + "".join(f"a,{text},-1.1,52.6\n" for text in texts)


# --- values ---------------------------------------------------------------------------------------


def test_a_row_becomes_a_raw_fix_in_common_units():
    how = mapping(
        {"accuracy_m": ("acc",), "speed": ("v",)},
        separator=";",
        decimal=",",
        speed_unit="km/h",
        accuracy_unit="ft",
    )
    raw, tally = read("id;t;y;x;acc;v;name\n7;2024-06-01T12:00:00Z;52,6;-1,1;10;36;Q\n", how)
    assert raw.schema == pl.Schema(RAW_SCHEMA)
    assert raw.rows() == [
        (2, int(NOON.timestamp() * 1e6), -1.1, 52.6, "7", pytest.approx(3.048), 10.0, None, None)
    ]
    assert (tally.dropped, tally.remarks) == ({}, [])


@pytest.mark.parametrize("block_bytes", [20, 1 << 20])
def test_ids_are_hashed_with_the_salt_and_the_same_each_time(block_bytes):
    text = "id,t,x,y\n" + "6400001,2024-06-01T12:00:00Z,1,52\n" * 2
    how = mapping(id_salt="pepper")
    raw, _ = read(text + "6400002,2024-06-01T12:00:00Z,1,52\n", how, block_bytes)
    one, again, other = raw["device_id"]
    assert one == again == hashlib.sha256(b"pepper6400001").hexdigest()[:12]
    assert other != one


def test_a_fixed_device_is_every_rows_and_is_hashed_too():
    columns = {key: COLUMNS[key] for key in ("time", "x", "y")}
    plain = FixMapping(columns=columns, device="van 3")
    salted = FixMapping(columns=columns, device="van 3", id_salt="s")
    text = "t,x,y\n2024-06-01T12:00:00Z,1,52\n"
    assert read(text, plain)[0]["device_id"].to_list() == ["van 3"]
    digest = hashlib.sha256(b"svan 3").hexdigest()[:12]
    assert read(text, salted)[0]["device_id"].to_list() == [digest]


def test_a_column_of_validity_leaves_out_what_is_not_valid():
    text = "id,t,x,y,ok\n" + "".join(
        f"a,2024-06-01 12:00,1,52,{ok}\n" for ok in ("A", "yes", "V", "")
    )
    how = mapping({"valid": ("ok",)}, time_format="%Y-%m-%d %H:%M", zone="UTC")
    raw, tally = read(text, how)
    assert raw["row"].to_list() == [2, 3]
    assert tally.dropped == {NO_SIGNAL: 2}


def test_every_doubtful_row_is_counted_by_its_first_fault():
    good = "a,2024-06-01T12:00:00Z,1,52\n"
    bad = "a,yesterday,1,52\na,2024-06-01T12:00:00Z,east,52\n,2024-06-01T12:00:00Z,1,52\n,,,\n\n"
    raw, tally = read("id,t,x,y\n" + bad + good * 30)
    assert raw["row"].to_list() == list(range(7, 37))
    assert tally.dropped == {BAD_TIME: 1, BAD_NUMBER: 1, NO_DEVICE: 1, BLANK: 2}


def test_a_radius_or_speed_that_is_no_number_is_unknown_and_told():
    how = mapping({"accuracy_m": ("acc",), "speed": ("v",)})
    raw, tally = read("id,t,x,y,acc,v\na,2024-06-01T12:00:00Z,1,52,good,fast\n", how)
    assert raw.select("accuracy_m", "speed_m_s").rows() == [(None, None)]
    assert tally.remarks == [
        "1 values of column acc are no numbers, taken as unknown.",
        "1 values of column v are no numbers, taken as unknown.",
    ]


# --- times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("2024-06-01T12:00:00Z", {}),
        ("2024-06-01T12:00:00.000Z", {}),
        ("2024-06-01 13:00:00+01:00", {}),
        ("2024-06-01T13:00:00+0100", {"zone": "UTC"}),
        ("2024-06-01 13:00:00 +01", {}),
        ("2024-06-01 13:00:00.000000000", {"zone": "Europe/London"}),
        ("2024-06-01T12:00:00", {"zone": "UTC"}),
        ("1717243200", {"time_format": "unix"}),
        ("1717243200.0", {"time_format": "unix"}),
        ("1717243200000", {"time_format": "unix_ms"}),
        ("01/06/2024 13:00:00", {"time_format": "%d/%m/%Y %H:%M:%S", "zone": "Europe/London"}),
        ("01/06/2024 13:00:00 +0100", {"time_format": "%d/%m/%Y %H:%M:%S %z"}),
    ],
)
def test_the_same_instant_is_read_from_every_way_to_write_it(text, options):
    raw, _ = read(with_times(text), mapping(**options))
    assert times(raw) == [NOON]


def test_a_date_and_a_clock_column_are_one_time():
    how = mapping({"time": ("d", "c")}, time_format="%d/%m/%Y %H:%M:%S", zone="Europe/London")
    raw, _ = read("id,d,c,x,y\na,01/06/2024,13:00:00,1,52\n", how)
    assert times(raw) == [NOON]


def test_times_with_and_without_an_offset_may_stand_in_one_file():
    raw, _ = read(with_times("2024-06-01 12:00:00", "2024-06-01 12:00:00Z"), mapping(zone="UTC"))
    assert times(raw) == [NOON, NOON]


def test_a_row_without_a_time_is_left_to_be_counted_with_those_of_other_formats():
    raw, _ = read(with_times("2024-06-01T12:00:00Z", ""))
    assert times(raw) == [NOON, None]


def test_a_time_without_an_offset_needs_a_zone():
    assert refused(with_times("2024-06-01T12:00:00Z", "2024-06-01 12:00:00")) == (
        "Row 3, column t is '2024-06-01 12:00:00', a time without an offset. Write zone = "
        "'Europe/London' (local time) or zone = 'UTC' in map.toml."
    )


def test_the_hour_that_the_clocks_skip_in_spring_never_was():
    raw, tally = read(
        with_times("2024-03-31 00:59:00", "2024-03-31 01:00:00", "2024-03-31 02:00:00"),
        mapping(zone="Europe/London"),
    )
    assert [time.hour for time in times(raw)] == [0, 1]
    assert tally.dropped == {NEVER: 1}


# --- the hour that happens twice ------------------------------------------------------------------

AUTUMN = datetime(2024, 10, 27, tzinfo=UTC)  # the clocks go back at 01:00 UTC


def local(minutes):
    """Return what a clock in London shows so many minutes after midnight UTC."""
    return (AUTUMN + timedelta(minutes=minutes)).astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")


def read_night(rows, **more):
    """Return minutes after midnight UTC by row, and the tally; rows are (device, minutes)."""
    text = "id,t,x,y\n" + "".join(f"{who},{local(at)},1,52\n" for who, at in rows)
    raw, tally = read(text, mapping(zone="Europe/London"), **more)
    told = zip(raw["row"], raw["device_id"], times(raw), strict=True)
    return {
        row - 2: (who, (time - AUTUMN) / timedelta(minutes=1)) for row, who, time in told
    }, tally


@pytest.mark.parametrize("order", [1, -1])
def test_a_repeated_hour_is_told_by_its_order(order):
    rows = [("a", at) for at in range(-30, 180, 10)][::order]
    found, tally = read_night(rows)
    assert found == dict(enumerate(rows))
    assert tally.dropped == {}
    assert tally.remarks == [
        "12 fixes of the hour that the clocks repeat in autumn were told apart by the order of "
        "the file."
    ]


def test_each_device_is_told_by_its_own_order():
    rows = [(who, at) for at in range(-30, 180, 10) for who in ("a", "b")]
    silent = [(who, at) for who, at in rows if not (who == "b" and 60 <= at < 120)]
    found, tally = read_night(silent)
    assert {who for who, at in found.values() if 0 <= at < 120} == {"a"}
    assert all(silent[row] == value for row, value in found.items())
    assert tally.dropped == {TWICE: 6}


@pytest.mark.parametrize(
    "minutes",
    [
        [-30, 10, 20, 150],  # the clock is not seen to go back
        [10, 20, 70, 80],  # nothing says which way the file runs
        [-30, 10, 70, 20, 80, 150],  # it goes back more than once
        [-30, 150, 10, 70, -20],  # the file runs neither way
    ],
)
def test_a_repeated_hour_that_cannot_be_told_is_dropped(minutes):
    found, tally = read_night([("a", at) for at in minutes])
    doubtful = sum(0 <= at < 120 for at in minutes)
    assert tally.dropped == {TWICE: doubtful}
    assert [at for _, at in found.values()] == [at for at in minutes if not 0 <= at < 120]


def test_two_autumns_of_a_device_are_told_one_by_one():
    year = timedelta(days=364)  # Sunday 29 October 2023 to Sunday 27 October 2024
    instants = [
        AUTUMN - back + timedelta(minutes=at)
        for back in (year, year * 0)
        for at in range(-30, 180, 30)
    ]
    shown = [one.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S") for one in instants]
    raw, _ = read(with_times(*shown), mapping(zone="Europe/London"))
    assert times(raw) == instants


def night_by_hand(rows):
    """Return what can be told of a night, device by device, as a person would with a pencil."""
    found = {}
    for who in {who for who, _ in rows}:
        own = [(n, at) for n, (device, at) in enumerate(rows) if device == who]
        shown = [
            (at if at < 60 else at - 60) for _, at in own
        ]  # minutes on the clock, less an hour
        doubtful = [0 <= at < 120 for _, at in own]
        steps = [b - a for a, b in pairwise(shown)]
        inner = [a and b for a, b in pairwise(doubtful)]
        outer = {(s > 0) - (s < 0) for s, i in zip(steps, inner, strict=True) if not i}
        way = {1: 1, -1: -1}.get(sum(outer)) if outer and len(outer - {0}) == 1 else None
        back = [i and way is not None and s * way < 0 for s, i in zip(steps, inner, strict=True)]
        jumped = False
        for k, (n, at) in enumerate(own):
            jumped = jumped or (k > 0 and back[k - 1])
            if not doubtful[k]:
                found[n] = (who, at)
            elif sum(back) == 1:
                is_late = jumped == (way == 1)
                found[n] = (who, shown[k] + (60 if is_late else 0))
    return found


NIGHT = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(range(-40, 180, 20))), max_size=12
)


@given(NIGHT, st.sampled_from([None, 1, -1]))
@example([("a", -20), ("a", 20), ("a", 80), ("a", 140)], 1)
def test_a_repeated_hour_is_told_as_a_person_would(rows, order):
    if order:
        rows = sorted(rows, key=lambda row: row[1] * order)
    found, tally = read_night(rows, block_bytes=64)
    assert found == night_by_hand(rows)
    assert sum(tally.dropped.values()) == len(rows) - len(found)


# --- files that are not what the mapping says -----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "It is empty."),
        ("<html>", "It is a web page, not CSV"),
        ("id;t;x;y\n", 'Write separator = ";" in map.toml.'),
        ("id,t,x\n", "Row 1 (the header) lacks y; it has id, t, x. Correct [columns] in map.toml."),
        ("t\n", "lacks id, x, y; it has t. Correct [columns]"),
        ("id,t,x,y,x\n", "Row 1 (the header) has x more than once"),
        ("\n\n", "It is empty."),
        ('"' + "a" * 200_000 + '"\n', "Row 1 (the header) cannot be taken apart"),
    ],
)
def test_a_file_that_is_no_such_table_says_why(text, told):
    assert told in refused(text)


def test_a_header_alone_holds_nothing():
    raw, tally = read("id,t,x,y\n")
    assert (raw.height, tally.points) == (0, 0)


def test_times_that_mostly_do_not_fit_refuse_the_file_and_show_the_first():
    shown = [f"{day:02d}/06/2024 12:00:00" for day in range(1, 29)]
    how = mapping(time_format="%m/%d/%Y %H:%M:%S", zone="UTC")
    assert refused(with_times(*shown), how) == (
        "Row 14, column t is '13/06/2024 12:00:00', and so are 16 of 28 rows. That does not fit "
        "time_format '%m/%d/%Y %H:%M:%S' in map.toml; correct the mapping."
    )


def test_coordinates_that_mostly_cannot_be_read_refuse_the_file():
    text = "id;t;x;y\na;2024-06-01T12:00:00Z;1,5;52,1\n"
    assert "column x is '1,5', and so are 1 of 1 rows. That is no number with decimal = '.'" in (
        refused(text, mapping(separator=";"))
    )


def test_another_encoding_is_read_when_the_mapping_names_it():
    text = "id,t,x,y\nJosé,2024-06-01T12:00:00Z,1,52\n".encode("windows-1252")
    assert refused(text) == "Row 2 holds b'\\xe9', not utf-8. Correct encoding in map.toml."
    raw, _ = read(text, mapping(encoding="windows-1252"))
    assert raw["device_id"].to_list() == ["José"]


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    raw, _ = read("\ufeffid,t,x,y\r\na,2024-06-01T12:00:00Z,1,52\r\n")
    assert raw["device_id"].to_list() == ["a"]


def test_a_row_with_too_many_values_is_dropped_and_its_neighbours_are_kept():
    good = "a,2024-06-01T12:00:00Z,1,52\n"
    trailing = "b,2024-06-01T12:00:00Z,1,52,,\n"
    long = "c,2024-06-01T12:00:00Z,1,52,9\n"
    short = "d,2024-06-01T12:00:00Z,1\n"
    raw, tally = read("id,t,x,y\n" + good + long + trailing + short + good)
    assert raw.select("row", "device_id", "y").rows() == [
        (2, "a", 52.0),
        (4, "b", 52.0),
        (5, "d", None),
        (6, "a", 52.0),
    ]
    assert tally.dropped == {RAGGED: 1}


def test_a_value_that_cannot_be_taken_apart_is_named_by_its_row():
    text = "id,t,x,y\na,2024-06-01T12:00:00Z,1,52,9\n" + f'"{"a" * 200_000}",,,\n'
    assert refused(text).startswith("Row 3 cannot be taken apart (field larger than")


@pytest.mark.parametrize(("end", "kept"), [("\n", 2), ("", 2), (",52", 2), (",", 2), ("X", 1)])
def test_a_last_line_that_is_cut_short_is_dropped(end, kept):
    whole = "id,t,x,y\n" + "a,2024-06-01T12:00:00Z,1,52\n"
    last = "a,2024-06-01T12:00:05Z,1" if end == "X" else "a,2024-06-01T12:00:05Z,1,52"
    raw, tally = read(whole + last + (end if end == "\n" else ""))
    assert raw.height == kept
    assert tally.dropped == ({CUT_LINE: 1} if kept == 1 else {})


def test_a_line_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(avl_fixes, "_LONGEST_LINE", 100)
    with pytest.raises(NotThisFormatError, match="Row 2 is longer than 0 MiB"):
        read("id,t,x,y\n" + "a" * 500, block_bytes=50)


# --- blocks ---------------------------------------------------------------------------------------

CELLS = st.sampled_from(["a", "b c", 'say "x"', "two\nlines", "semi;colon", "é", ""])
ROWS = st.lists(st.tuples(CELLS, st.integers(0, 9), CELLS), max_size=12)


@given(ROWS, st.integers(40, 200), st.sampled_from(["\n", "\r\n"]))
def test_a_file_reads_the_same_however_it_is_cut_into_blocks(rows, block_bytes, newline):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(["note", "id", "t", "x", "y"])
    for note, minute, device in rows:
        writer.writerow([note, device, f"2024-06-01T12:0{minute}:00Z", 1.5, 52])
    raw, tally = read(out.getvalue(), block_bytes=block_bytes)
    by_hand = [(device.strip(), minute) for _, minute, device in rows if device]
    assert [
        (who, at.minute) for who, at in zip(raw["device_id"], times(raw), strict=True)
    ] == by_hand
    assert tally.dropped == (
        {NO_DEVICE: len(rows) - len(by_hand)} if len(by_hand) < len(rows) else {}
    )


def test_a_lone_quotation_mark_in_a_note_does_not_swallow_the_file():
    line = 'a,2024-06-01T12:00:00Z,1,52,5" pipe\n'
    raw, _ = read("id,t,x,y,note\n" + line + line.replace('"', "") * 300, block_bytes=2_000)
    assert raw.height == 301
    assert raw["row"].to_list() == list(range(2, 303))


@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
def test_the_fast_and_the_slow_reader_agree(block_bytes, monkeypatch):
    lines = [f"{n % 3},2024-06-01T12:{n % 60:02d}:00Z,{n / 7},52" for n in range(200)]
    text = "id,t,x,y\n" + "\n".join(lines) + "\n"
    fast, _ = read(text, block_bytes=block_bytes)

    def refuse(*args, **kwargs):
        raise pl.exceptions.ComputeError("no")

    monkeypatch.setattr(avl_fixes.pl, "read_csv", refuse)
    slow, _ = read(text, block_bytes=block_bytes)
    assert fast.equals(slow)


# --- the mark of simulated rows -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "is_marked"),
    [("true", True), (" TRUE ", True), ("1", True), ("false", False), ("", False)],
)
def test_a_column_simulated_marks_the_file_though_no_mapping_names_it(said, is_marked):
    raw, tally = read(f"id,t,x,y,simulated\na,{NOON.isoformat()},-1.1,52.6,{said}\n")
    assert raw.height == 1
    assert tally.simulated is is_marked


def test_one_simulated_row_anywhere_marks_the_whole_file():
    row = f"a,{NOON.isoformat()},-1.1,52.6,"
    text = "id,t,x,y,simulated\n" + f"{row}\n" * 40 + f"{row}true\n" + f"{row}no\n" * 40
    raw, tally = read(text, block_bytes=64)
    assert (raw.height, tally.simulated) == (81, True)
    ragged = text.replace(f"{row}no\n", f"{row}no,more\n", 1)
    raw, tally = read(ragged)
    assert (raw.height, tally.simulated) == (80, True)


def test_a_file_without_the_column_is_not_marked():
    assert not read(with_times(NOON.isoformat()))[1].simulated


@pytest.mark.parametrize("said", [True, False])
def test_a_workbook_has_the_same_mark(said):
    row = {"id": ["a"], "t": [NOON.isoformat()], "x": [-1.1], "y": [52.6], "simulated": [said]}
    raw, tally = read_workbook(workbook(pl.DataFrame(row)), mapping())
    assert (raw.height, tally.simulated) == (1, said)


# --- workbooks ------------------------------------------------------------------------------------


def workbook(frame, sheet="Sheet1"):
    out = io.BytesIO()
    frame.write_excel(out, worksheet=sheet)
    return out.getvalue()


def read_workbook(data, how):
    tally = FixTally("radio.xlsx")
    return pl.concat(read_avl_workbook(data, how, tally)), tally


def test_a_workbook_of_real_times_and_numbers_is_read():
    frame = pl.DataFrame(
        {
            "id": [6400001, 6400002],
            "t": [datetime(2024, 6, 1, 13)] * 2,
            "x": [1.5, 2],
            "y": [52, 53],
        }
    )
    raw, _ = read_workbook(workbook(frame, "Fixes"), mapping(zone="Europe/London", sheet="Fixes"))
    assert times(raw) == [NOON, NOON]
    assert raw.select("row", "device_id", "x", "y").rows() == [
        (2, "6400001", 1.5, 52.0),
        (3, "6400002", 2.0, 53.0),
    ]


@pytest.mark.parametrize(
    "clock",
    [
        pl.Series("c", [timedelta(hours=13)]),
        pl.Series("c", [(datetime(2024, 1, 1, 13)).time()]),
        pl.Series("c", [datetime(1899, 12, 31, 13)]),
    ],
    ids=["duration", "time", "datetime"],
)
def test_a_workbooks_date_and_clock_cells_are_one_time(clock, monkeypatch):
    frame = pl.DataFrame({"id": ["a"], "d": [NOON.date()], "x": [1.0], "y": [52.0]})
    frame = frame.with_columns(clock)
    monkeypatch.setattr(avl_fixes, "_read_workbook", lambda data, how: frame)
    raw, _ = read_workbook(b"", mapping({"time": ("d", "c")}, zone="Europe/London"))
    assert times(raw) == [NOON]


def test_a_workbook_that_is_none_says_so():
    with pytest.raises(NotThisFormatError, match="It cannot be read: File is not a zip file"):
        read_workbook(b"PK\x03\x04", mapping())


def test_a_workbook_without_the_columns_says_which_it_lacks():
    with pytest.raises(NotThisFormatError, match="lacks t, x, y; it has id"):
        read_workbook(workbook(pl.DataFrame({"id": [1]})), mapping())


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(avl_fixes, "_LARGEST_WORKBOOK", 10)
    with pytest.raises(NotThisFormatError, match="Save the sheet as CSV UTF-8"):
        read_workbook(workbook(pl.DataFrame({"id": [1]})), mapping())
