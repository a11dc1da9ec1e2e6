"""Files of every format as one table: what is kept, what is counted, what is refused and why."""

import gzip
import json
import os
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files.fix_formats import find_format
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_parts import FixTally
from patrolwise.files.fix_store import write_fixes
from patrolwise.files.fixes import REPEATED, FixReadRule, read_fixes
from patrolwise.files.geojson_fixes import write_mf_json
from patrolwise.places import to_national_grid
from patrolwise.tables import FIXES, UTC_TIME, check_columns, make_table

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
GPS = SHARED / "gps"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
COLUMNS = {"device_id": ("id",), "time": ("t",), "x": ("x",), "y": ("y",), "accuracy_m": ("acc",)}
MAPPING = FixMapping(columns=COLUMNS, name="map.toml")


def gpx(*seconds, latitude=52.6369):
    points = "".join(
        f'<trkpt lat="{latitude}" lon="-1.1331">'
        f"<time>{(NOON + timedelta(seconds=s)).strftime('%Y-%m-%dT%H:%M:%SZ')}</time></trkpt>"
        for s in seconds
    )
    return (
        '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    )


def csv_of(*rows):
    lines = [
        f"{who},{(NOON + timedelta(seconds=s)).isoformat()},-1.1,52.6,{acc}" for who, s, acc in rows
    ]
    return "\n".join(["id,t,x,y,acc", *lines, ""])


@pytest.fixture
def put(tmp_path):
    """Return a writer of files into one folder."""

    def put(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


def check_sums(read):
    """Hold the report against itself and the table."""
    quality = read.quality
    assert quality.points_read == quality.points_kept + sum(quality.dropped.values())
    assert quality.points_kept == read.fixes.height == sum(one.kept for one in quality.files)
    for one in quality.files:
        assert one.points == one.kept + sum(one.dropped.values())
    assert sum(one.fixes for one in quality.devices) == read.fixes.height
    check_columns(read.fixes, FIXES, name="fixes")
    keys = read.fixes.select("device_id", "time").rows()
    assert keys == sorted(set(keys))


def fault_of(read):
    [fault] = read.quality.faults
    return fault.message


# --- files of several kinds -----------------------------------------------------------------------


def test_files_of_several_formats_become_one_table(put):
    put("walk.gpx", gpx(0, 5))
    put("radio.csv", csv_of(("r1", 0, 5), ("r1", 30, 5)))
    put("README.md", "not read")
    read = read_fixes(put("walk.gpx", gpx(0, 5)).parent, mapping=MAPPING)
    check_sums(read)
    assert read.fixes.select("device_id", "source", "row").rows() == [
        ("r1", "radio.csv", 2),
        ("r1", "radio.csv", 3),
        ("walk", "walk.gpx", 1),
        ("walk", "walk.gpx", 2),
    ]
    x, y = to_national_grid([-1.1], [52.6])
    assert read.fixes.row(0)[2:4] == (x[0], y[0])
    assert [(one.name, one.format) for one in read.quality.files] == [
        ("radio.csv", "CSV"),
        ("walk.gpx", "GPX"),
    ]
    assert read.quality.notes == ("1 other files were not read: README.md.",)
    assert (read.quality.first, read.quality.last) == (NOON, NOON + timedelta(seconds=30))
    assert not read.quality.simulated


def test_many_files_that_are_not_read_are_told_in_short(put):
    for name in "abcde":
        put(f"{name}.md", "x")
    read = read_fixes(put("walk.gpx", gpx(0)).parent)
    assert read.quality.notes == ("5 other files were not read: a.md, b.md, c.md and 2 more.",)


def test_a_device_is_the_files_own_or_the_one_given_or_the_name(put):
    path = put("radio.3.gpx.gz", gzip.compress(gpx(0).encode()))
    assert read_fixes(path).fixes["device_id"].to_list() == ["radio.3"]
    rule = FixReadRule(device_id="car 3")
    assert read_fixes(path, rule=rule).fixes["device_id"].to_list() == ["car 3"]
    radio = put("radio.csv", csv_of(("r1", 0, 5)))
    assert read_fixes(radio, mapping=MAPPING, rule=rule).fixes["device_id"].to_list() == ["r1"]


def test_a_mapping_may_be_given_as_a_file(put):
    path = put("map.toml", '[columns]\ndevice_id="id"\ntime="t"\nx="x"\ny="y"\n')
    assert read_fixes(put("a.csv", csv_of(("r1", 0, 5))), mapping=path).fixes.height == 1


def test_metres_of_a_csv_are_kept_and_degrees_beside_them_projected(put):
    how = FixMapping(columns=COLUMNS, crs=27700)
    put("grid.csv", f"id,t,x,y,acc\nr1,{NOON.isoformat()},458000,304000,5\n")
    read = read_fixes(put("walk.gpx", gpx(0)).parent, mapping=how)
    x, y = to_national_grid([-1.1331], [52.6369])
    assert read.fixes.select("x", "y").rows() == [(458_000.0, 304_000.0), (x[0], y[0])]


def test_a_workbook_is_read_through_the_mapping(put, tmp_path):
    path = tmp_path / "radio.xlsx"
    frame = pl.DataFrame({"id": [7], "t": [NOON.isoformat()], "x": [-1.1], "y": [52.6], "acc": [5]})
    frame.write_excel(path)
    read = read_fixes(path, mapping=MAPPING)
    assert read.fixes["device_id"].to_list() == ["7"]
    assert read.quality.files[0].format == "Excel"


def test_a_table_without_a_telling_name_is_read_when_there_is_a_mapping(put):
    path = put("export.txt", csv_of(("r1", 0, 5)))
    assert read_fixes(path, mapping=MAPPING).quality.files[0].format == "CSV"


def test_members_of_zips_are_read(put, tmp_path):
    path = tmp_path / "day.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("monday/walk.gpx", gpx(0, 5))
        archive.writestr("monday/notes.md", "x")
    read = read_fixes(path)
    assert read.fixes["source"].unique().to_list() == ["day.zip/monday/walk.gpx"]
    assert read.fixes["device_id"].unique().to_list() == ["walk"]


def test_the_day_of_undated_times_is_given_by_the_rule(put):
    path = put("log.nmea", "$GPGGA,120000,5238.0,N,00108.0,W,1,09,0.8,468.7,M,0.0,M,,\r\n")
    read = read_fixes(path, rule=FixReadRule(on=date(2024, 6, 1)))
    assert read.fixes["time"].to_list() == [NOON]
    with pytest.raises(InputError) as caught:
        read_fixes(path)
    told = "log.nmea: None of its 1 points can be used: 1 × no date or time."
    assert told in str(caught.value)
    assert "give --date" in str(caught.value)


def test_what_a_reader_and_the_placing_leave_out_is_added_up(put):
    text = gpx(0, 5).replace("</trkseg>", '<trkpt lat="52" lon="-1"></trkpt></trkseg>')
    read = read_fixes(put("walk.gpx", text.replace('lat="52.6369"', 'lat="95"', 1)))
    check_sums(read)
    assert read.quality.points_read == 3
    assert sum(read.quality.dropped.values()) == 2


def test_fixes_after_now_are_impossible(put):
    path = put("walk.gpx", gpx(0, 2 * 86_400))
    read = read_fixes(path, rule=FixReadRule(now=NOON))
    assert read.quality.dropped == {"impossible date": 1}


# --- the same twice -------------------------------------------------------------------------------


def test_of_two_fixes_of_an_instant_the_more_exact_is_kept(put):
    put("a.csv", csv_of(("r1", 0, 50), ("r1", 0, 5), ("r1", 0, ""), ("r1", 5, 9), ("r2", 0, 70)))
    read = read_fixes(put("b.csv", csv_of(("r1", 0, 7), ("r1", 5, 3))).parent, mapping=MAPPING)
    check_sums(read)
    assert read.fixes.select("device_id", "accuracy_m", "source", "row").rows() == [
        ("r1", 5.0, "a.csv", 3),
        ("r1", 3.0, "b.csv", 3),
        ("r2", 70.0, "a.csv", 6),
    ]
    assert [dict(one.dropped) for one in read.quality.files] == [{REPEATED: 3}, {REPEATED: 1}]
    assert read.quality.dropped == {REPEATED: 4}


def test_only_the_file_that_has_a_fix_twice_is_charged_with_it(put):
    put("a.csv", csv_of(("r1", 0, 5), ("r1", 0, 6)))
    read = read_fixes(put("b.csv", csv_of(("r1", 9, 7))).parent, mapping=MAPPING)
    check_sums(read)
    assert [one.kept for one in read.quality.files] == [1, 1]
    assert [dict(one.dropped) for one in read.quality.files] == [{REPEATED: 1}, {}]


SEEN = st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.sampled_from(["", 5, 9]))


@given(st.lists(st.lists(SEEN, min_size=1, max_size=8), min_size=1, max_size=3))
def test_what_is_kept_of_instants_is_what_a_person_would_keep(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("fixes")
    best = {}
    for number, rows in enumerate(files):
        # a comment line of its own, so that no two files are the same
        (folder / f"{number}.csv").write_text(csv_of(*rows, (f"only-{number}", 0, 5)))
        for line, (who, at, acc) in enumerate([*rows, (f"only-{number}", 0, 5)]):
            key = (float("inf") if acc == "" else acc, number, line + 2)
            best[who, at] = min(best.get((who, at), key), key)
    read = read_fixes(folder, mapping=MAPPING)
    check_sums(read)
    kept = {
        (row["device_id"], (row["time"] - NOON).seconds): (int(row["source"][0]), row["row"])
        for row in read.fixes.iter_rows(named=True)
    }
    assert kept == {key: value[1:] for key, value in best.items()}
    assert read.quality.points_read == sum(map(len, files)) + len(files)


def test_the_same_content_is_read_once_however_it_is_packed(put):
    put("a.gpx", gpx(0, 5))
    put("b.gpx", gpx(0, 5))
    read = read_fixes(put("c.gpx.gz", gzip.compress(gpx(0, 5).encode())).parent)
    assert [one.name for one in read.quality.files] == ["a.gpx"]
    assert read.quality.notes == (
        "b.gpx has the same content as a.gpx: read once.",
        "c.gpx.gz has the same content as a.gpx: read once.",
    )


# --- faults ---------------------------------------------------------------------------------------


def test_a_bad_file_is_a_fault_and_the_good_one_beside_it_is_kept(put):
    put("bad.gpx", "<html>no</html>")
    read = read_fixes(put("good.gpx", gpx(0)).parent)
    assert read.fixes.height == 1
    assert [fault.file for fault in read.quality.faults] == ["bad.gpx"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.gpx", b"", "It is empty."),
        ("a.gpx", b"  \n", "It is empty."),
        ("a.gpx", gpx().encode(), "It holds no fixes."),
        ("a.txt", b"we walked", "Nobody can tell what it is from its content or its name. Read"),
        (
            "a.csv",
            b"id,t,x\n",
            "A CSV needs a mapping file; see docs/how-to/read-tracker-files.md.",
        ),
        ("a.xlsx", b"PK\x03\x04", "A CSV needs a mapping file"),
        ("a.kmz", b"PK\x03\x04", "It is a zip inside a zip or gzip"),
        ("a.parquet", b"PAR1xxxx", "is no fix store"),
        ("a.zip", b"PK\x03\x04", "It is no zip, or cut short"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(put, name, content, told):
    with pytest.raises(InputError) as caught:
        read_fixes(put(name, content))
    assert told in str(caught.value)


def test_when_no_file_is_good_all_faults_are_listed(put):
    with pytest.raises(InputError, match="2 faults") as caught:
        read_fixes([put("a.csv", "id\n"), put("b.gpx", "")])
    assert "a.csv: A CSV needs" in str(caught.value)
    assert "b.gpx: It is empty." in str(caught.value)


def test_a_path_that_is_not_there_is_a_fault(put, tmp_path):
    read = read_fixes([tmp_path / "none.gpx", put("a.gpx", gpx(0))])
    assert "There is no such file" in fault_of(read)


def test_a_file_that_the_disk_refuses_is_a_fault(put, tmp_path):
    endless = tmp_path / "b.gpx"
    endless.symlink_to(endless)  # root, too, may not read what leads to itself
    assert fault_of(read_fixes([endless, put("a.gpx", gpx(0))]))


def test_a_locked_member_is_a_fault(put, tmp_path):
    path = tmp_path / "day.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("walk.gpx", gpx(0))
    data = path.read_bytes()
    locked = bytearray(data)
    locked[6] |= 1
    locked[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    assert "It cannot be read (File 'walk.gpx' is encrypted" in fault_of(
        read_fixes([path, put("a.gpx", gpx(0))])
    )


def test_a_gzip_that_is_cut_short_keeps_what_stands_before_the_cut(put):
    rows = [("r1", s, s % 7 + 1) for s in range(5_000)]
    data = gzip.compress(csv_of(*rows).encode())
    read = read_fixes(put("a.csv.gz", data[: len(data) // 2]), mapping=MAPPING)
    check_sums(read)
    assert 1_000 < read.fixes.height < 4_000
    [one] = read.quality.files
    assert one.remarks[-1].startswith("The file is cut short or damaged in its packing (Compressed")


@pytest.mark.parametrize(("inside", "is_fault"), [(9, False), (8, True)])
def test_a_file_whose_fixes_lie_elsewhere_is_refused(put, inside, is_fault):
    lines = [
        f"r1,{(NOON + timedelta(seconds=s)).isoformat()},-1.1,{52.6 if s < inside else 40}"
        for s in range(10)
    ]
    put("away.csv", "\n".join(["id,t,x,y", *lines, ""]))
    path = put("home.csv", f"id,t,x,y\nr9,{NOON.isoformat()},-1.1,52.6\n")
    how = FixMapping(columns={key: COLUMNS[key] for key in ("device_id", "time", "x", "y")})
    x, y = to_national_grid([-1.1], [52.6])
    area = shapely.Point(x[0], y[0]).buffer(1000)
    read = read_fixes(path.parent, mapping=how, rule=FixReadRule(area=area))
    check_sums(read)
    if is_fault:
        assert fault_of(read) == (
            "It has 80% of its fixes inside the box round the area, under 90%: wrong columns, zone "
            "or force? Correct the mapping or the area."
        )
        assert read.fixes.height == 1
    else:
        assert read.quality.faults == ()
        assert read.fixes.height == 11


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"least_share": 1.1}, "least_share must lie between 0 and 1, got 1.1."),
        ({"now": datetime(2024, 1, 1)}, "now has no zone"),
        ({"area": shapely.Point(1, 1)}, "The area is Point, not a polygon."),
        ({"area": shapely.Polygon()}, "The area is Polygon, not a polygon."),
        ({"area": shapely.box(-1, 52, 0, 53)}, "degrees, not metres of British National Grid"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(options, told):
    with pytest.raises(InputError) as caught:
        FixReadRule(**options)
    assert told in str(caught.value)


# --- devices --------------------------------------------------------------------------------------


def test_each_device_is_told_by_its_rhythm_its_silence_and_its_clock(put):
    path = put(
        "a.csv", csv_of(("r1", 0, 5), ("r1", 10, 7), ("r1", 5, 90), ("r1", 100, ""), ("r2", 0, ""))
    )
    read = read_fixes(path, mapping=MAPPING)
    one, two = read.quality.devices
    assert (one.device_id, one.fixes, one.first) == ("r1", 4, NOON)
    assert (one.refresh_s, one.longest_silence_s, one.accuracy_m) == (5.0, 90.0, 7.0)
    assert one.last == NOON + timedelta(seconds=100)
    assert one.clock_backwards == 1
    assert (two.refresh_s, two.longest_silence_s, two.accuracy_m) == (None, None, None)
    assert two.clock_backwards == 0


def test_a_file_with_the_newest_fix_first_has_no_clock_that_goes_back(put):
    path = put("a.csv", csv_of(("r1", 30, 5), ("r1", 20, 5), ("r1", 25, 5), ("r1", 0, 5)))
    quality = read_fixes(path, mapping=MAPPING).quality
    assert quality.devices[0].clock_backwards == 1
    assert quality.files[0].remarks == ("Its newest fix comes first.",)


def test_rows_of_a_repeated_hour_are_put_back_into_the_order_of_the_file(put):
    clocks = ["00:30", "01:10", "01:50", "01:20", "02:30", "12:00"]
    lines = [f"r1,2024-10-27 {clock}:00,-1.1,52.6,5" for clock in clocks]
    how = FixMapping(columns=COLUMNS, zone="Europe/London")
    read = read_fixes(put("a.csv", "\n".join(["id,t,x,y,acc", *lines, ""])), mapping=how)
    assert read.fixes["row"].to_list() == [2, 3, 4, 5, 6, 7]
    assert read.quality.devices[0].clock_backwards == 0


# --- stores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("simulated", [False, True])
def test_a_store_is_read_back_and_keeps_its_mark(put, tmp_path, simulated):
    fixes = read_fixes(put("walk.gpx", gpx(0, 5))).fixes
    path = tmp_path / "store.parquet"
    write_fixes(path, fixes, simulated=simulated)
    read = read_fixes(path)
    check_sums(read)
    same = [name for name in FIXES.names if name not in ("source", "row")]
    assert read.fixes.select(same).equals(fixes.select(same))
    assert read.fixes.select("source", "row").rows() == [("store.parquet", 1), ("store.parquet", 2)]
    assert read.quality.simulated is simulated
    told = ("Simulated, not measured: store.parquet. All that is made of it is marked so.",)
    assert read.quality.notes == (told if simulated else ())


@pytest.mark.parametrize("simulated", [False, True])
def test_moving_features_keep_the_mark_that_they_were_written_with(put, tmp_path, simulated):
    fixes = read_fixes(put("walk.gpx", gpx(0, 5))).fixes
    path = tmp_path / "moving.mfjson"
    write_mf_json(path, fixes, simulated=simulated)
    read = read_fixes(path)
    assert read.fixes.height == 2
    assert read.quality.simulated is simulated
    told = ("Simulated, not measured: moving.mfjson. All that is made of it is marked so.",)
    assert read.quality.notes == (told if simulated else ())


def test_one_simulated_file_among_others_marks_all_that_is_made_of_them(put):
    header, row = "id,t,x,y,acc,simulated", f"b,{NOON.isoformat()},-1.1,52.6,5,true"
    paths = [put("walk.gpx", gpx(0, 5)), put("made-up.csv", f"{header}\n{row}\n")]
    assert read_fixes(paths, mapping=MAPPING).quality.simulated
    assert not read_fixes(paths[:1]).quality.simulated


def test_a_store_with_holes_is_refused(tmp_path):
    path = tmp_path / "store.parquet"
    fixes = make_table(
        FIXES,
        {"device_id": ["a"], "time": pl.Series([NOON], dtype=UTC_TIME), "x": [1.0], "y": [None]},
    )
    write_fixes(path, fixes)
    with pytest.raises(InputError, match="a fix store with rows that lack y"):
        read_fixes(path)


def test_a_store_that_is_damaged_inside_is_refused(put, tmp_path):
    path = tmp_path / "store.parquet"
    write_fixes(path, read_fixes(put("walk.gpx", gpx(*range(100)))).fixes)
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"store\.parquet: "):
        read_fixes(path)


def test_a_packed_store_is_refused(put, tmp_path):
    path = tmp_path / "store.parquet"
    write_fixes(path, read_fixes(put("walk.gpx", gpx(0))).fixes)
    zipped = tmp_path / "day.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(path, "store.parquet")
    for packed in (put("store.parquet.gz", gzip.compress(path.read_bytes())), zipped):
        with pytest.raises(InputError, match="It is a fix store inside a zip or gzip"):
            read_fixes(packed)


# --- any bytes at all -----------------------------------------------------------------------------

SEEDS = [
    gpx(0, 5).encode(),
    csv_of(("r1", 0, 5), ("r1", 5, 6)).encode(),
    gzip.compress(csv_of(("r1", 0, 5)).encode()),
    b"$GPRMC,120000,A,5238.0,N,00108.0,W,1.0,,010624,,\r\n" * 2,
    json.dumps({"_type": "location", "lat": 52.6, "lon": -1.1, "tst": 1717243200}).encode(),
    b">RPV43200+5263690-0011331001512612;ID=1234<",
    b"PAR1" + bytes(20),
    b"PK\x03\x04" + bytes(20),
]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=4),
    st.integers(0, 400),
    st.sampled_from([".gpx", ".csv", ".txt", ".nmea", ".json", ".parquet", ".xlsx", ".fit"]),
)
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory, seed, changes, end, ending):
    data = bytearray(seed)
    for at, put_in in changes:
        data[at : at + len(put_in)] = put_in
    path = tmp_path_factory.mktemp("any") / f"file{ending}"
    path.write_bytes(data[:end] if end % 2 else data)
    try:
        read = read_fixes(path, mapping=MAPPING, rule=FixReadRule(on=date(2024, 6, 1), now=NOW))
    except InputError:
        return
    check_sums(read)


# --- real traces ----------------------------------------------------------------------------------

needs_traces = pytest.mark.skipif(not GPS.exists(), reason="the shared traces are not here")
SEMICOLONS = 'separator = ";"\n{zone}\n[columns]\ndevice_id = "user_id"\ntime = "tracked_at"\n'
SEMICOLONS += 'x = "longitude"\ny = "latitude"\naccuracy_m = "accuracy"\n'


@needs_traces
def test_every_real_trace_is_read_or_refused_with_a_reason():
    read = read_fixes(GPS, rule=FixReadRule(now=NOW))
    check_sums(read)
    assert {fault.file: fault.message[:20] for fault in read.quality.faults} == {
        "gga-no-date.nmea": "None of its 500 poin",
        "petaluma-walk.fit.records.csv": "A CSV needs a mappin",
        "posmo-phone.csv": "A CSV needs a mappin",
        "zurich-gpsies.csv": "A CSV needs a mappin",
        "zurich-phone-60s.csv": "A CSV needs a mappin",
    }
    points = {one.name: one.points for one in read.quality.files}
    assert len(points) == 20
    for path in GPS.glob("*.gpx"):
        assert points[path.name] == path.read_bytes().count(b"<trkpt")


@needs_traces
def test_readers_count_the_points_of_real_traces_as_they_promise():
    for path in sorted(GPS.iterdir()):
        kind = find_format(path.name, path.read_bytes()[:4096])
        if kind is None or kind.read is None:
            continue
        tally = FixTally(path.name, on=date(2024, 6, 1))
        with path.open("rb") as stream:
            fixes = sum(1 for _ in kind.read(stream, tally))
        assert tally.points == fixes + sum(Counter(tally.dropped).values()), path.name


@needs_traces
@pytest.mark.parametrize(
    ("name", "zone", "points", "first", "last"),
    [
        ("zurich-gpsies.csv", "", 247, "2015-11-27T08:00:00", "2015-11-27T12:57:20"),
        ("zurich-phone-60s.csv", "", 416, "2012-12-18T11:53:30", "2012-12-18T21:30:35"),
        (
            "posmo-phone.csv",
            'zone = "Europe/Zurich"',
            1327,
            "2019-01-25T19:00:16",
            "2019-01-25T19:52:13",
        ),
    ],
)
def test_real_tables_are_read_through_their_mappings(put, name, zone, points, first, last):
    path = put("map.toml", SEMICOLONS.format(zone=zone))
    read = read_fixes(GPS / name, mapping=path, rule=FixReadRule(now=NOW))
    check_sums(read)
    quality = read.quality
    assert (quality.points_read, quality.faults) == (points, ())
    assert f"{quality.first:%Y-%m-%dT%H:%M:%S}" == first
    assert f"{quality.last:%Y-%m-%dT%H:%M:%S}" == last
    is_newest_first = name == "zurich-phone-60s.csv"
    assert ("Its newest fix comes first." in quality.files[0].remarks) is is_newest_first


@needs_traces
def test_the_real_undated_log_is_read_when_its_day_is_given():
    rule = FixReadRule(on=date(2024, 6, 1), now=NOW)
    quality = read_fixes(GPS / "gga-no-date.nmea", rule=rule).quality
    assert (quality.points_kept, quality.last.day) == (500, 2)  # it passes midnight
