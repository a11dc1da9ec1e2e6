"""Street files: every quirk has a rule and a count, every bad file one fault."""

import gzip
import io
import zipfile
from datetime import date

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.definitions import OPEN_DATA_CATEGORIES
from patrolwise.errors import InputError
from patrolwise.files import ReadRule, read_crimes
from patrolwise.tables import CRIMES, check_columns

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
FORCE = "Leicestershire Police"
CENTRE = shapely.box(457_000, 303_000, 460_000, 306_000)


def row(
    crime_id="a",
    month="2022-06",
    *,
    kind="Robbery",
    longitude="-1.133100",
    latitude="52.636900",
    place="On or near High Street",
    lsoa="E01013000",
    force=FORCE,
):
    return (
        f"{crime_id},{month},{force},{force},{longitude},{latitude},{place},{lsoa},Leicester 1A,"
        f"{kind},,"
    )


def asb(month="2022-06", **changes):
    return row("", month, kind="Anti-social behaviour", **changes)


def street(folder, rows, month="2022-06", force="leicestershire", *, ending="\r\n", header=HEADER):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{month}-{force}-street.csv"
    path.write_bytes((ending.join([header, *rows]) + ending).encode())
    return path


def fault_of(path, good):
    """The one fault that a bad file gives when it is read beside a good one."""
    read = read_crimes([path, good])
    assert read.crimes["crime_id"].to_list() == ["good"]
    (fault,) = read.quality.faults
    return fault


@pytest.fixture
def good(tmp_path):
    return street(tmp_path / "good", [row("good", "2022-05")], "2022-05")


def all_accounted_for(quality):
    return quality.rows_read == quality.rows_kept + sum(quality.dropped.values())


# What a good file gives


def test_a_street_file_becomes_a_crimes_table(tmp_path):
    read = read_crimes(street(tmp_path, [row("a"), asb()]))
    check_columns(read.crimes, CRIMES, name="crimes")
    assert read.crimes.columns == CRIMES.names
    first = read.crimes.row(0, named=True)
    assert first["month"] == date(2022, 6, 1)
    assert first["category"] == "robbery"
    assert first["force"] == FORCE
    assert (first["source"], first["row"]) == ("2022-06-leicestershire-street.csv", 2)
    assert abs(first["x"] - 458_750) < 50
    assert abs(first["y"] - 304_700) < 50
    assert first["offence_code"] is None
    assert first["time_from"] is None
    assert first["knife"] is None


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_make_no_difference(tmp_path, ending):
    read = read_crimes(street(tmp_path, [row("a"), row("b")], ending=ending))
    assert read.crimes["crime_id"].to_list() == ["a", "b"]
    assert read.crimes["category"].to_list() == ["robbery", "robbery"]


def test_a_byte_order_mark_and_blank_lines_make_no_difference(tmp_path):
    path = street(tmp_path, [row("a"), "", row("b")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    read = read_crimes(path)
    assert read.crimes["crime_id"].to_list() == ["a", "b"]
    assert read.crimes["row"].to_list() == [2, 4]
    assert read.quality.rows_read == 2


def test_folder_gzip_and_zip_give_the_same_crimes(tmp_path):
    plain = street(tmp_path / "plain" / "2022-06", [row("a"), asb()])
    packed = tmp_path / "packed" / f"{plain.name}.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(plain, f"2022-06/{plain.name}")
    tables = [
        read_crimes(path).crimes.drop("source")
        for path in (tmp_path / "plain", packed, tmp_path / "all.zip", str(plain))
    ]
    assert all(table.equals(tables[0]) for table in tables)


def test_a_zip_inside_a_folder_is_read_and_named_with_its_member(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/2022-06-a-street.csv", f"{HEADER}\n{row('a')}\n")
    read = read_crimes(tmp_path)
    assert read.crimes["source"].to_list() == ["all.zip/x/2022-06-a-street.csv"]


def test_many_months_and_forces_are_one_table_in_the_order_of_files(tmp_path):
    street(tmp_path / "2022-06", [row("c")])
    street(tmp_path / "2022-05", [row("a", "2022-05", force="B")], "2022-05", "b")
    street(tmp_path / "2022-05", [row("b", "2022-05")], "2022-05")
    read = read_crimes(tmp_path)
    assert read.crimes["crime_id"].to_list() == ["a", "b", "c"]
    assert [one.rows for one in read.quality.files] == [1, 1, 1]


def test_outcomes_and_searches_in_a_folder_are_left_with_a_note(tmp_path):
    street(tmp_path, [row("a")])
    for what in ("outcomes", "stop-and-search"):
        (tmp_path / f"2022-06-leicestershire-{what}.csv").write_text("x")
    (tmp_path / "INDEX.csv").write_text("x")
    (tmp_path / "README.md").write_text("x")
    quality = read_crimes(tmp_path).quality
    assert quality.faults == ()
    assert any("4 other files were not read" in n and "and 1 more" in n for n in quality.notes)


def test_the_hash_is_that_of_the_file_on_disk(tmp_path):
    import hashlib

    path = street(tmp_path, [row("a")])
    (file,) = read_crimes(path).quality.files
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# What is met twice


def test_the_same_content_twice_is_read_once_however_it_is_packed(tmp_path):
    path = street(tmp_path / "folder", [row("a"), asb()])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(path, path.name)
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    read = read_crimes([tmp_path / "folder", tmp_path / "all.zip", packed])
    assert read.quality.rows_read == 2
    assert len(read.quality.files) == 1
    assert sum("same content" in note for note in read.quality.notes) == 2


def test_two_versions_of_one_month_are_a_fault_not_twice_the_crime(tmp_path):
    first = street(tmp_path / "first", [row("a"), row("b")])
    second = street(tmp_path / "second", [row("a"), row("b"), row("c")])
    quality = read_crimes([first, second]).quality
    (fault,) = quality.faults
    assert "two versions of one month" in fault.message
    assert "Row 2, column crime id is 'a'" in fault.message
    assert quality.rows_kept == 2
    assert len(quality.files) == 1


def test_two_parts_of_one_month_are_both_read(tmp_path):
    first = street(tmp_path / "first", [row("a")])
    second = street(tmp_path / "second", [row("b")])
    third = street(tmp_path / "third", [row("b"), row("c")])
    quality = read_crimes([first, second, third]).quality
    assert quality.rows_kept == 2
    assert len(quality.faults) == 1


def test_a_crime_published_again_in_a_later_month_is_kept_once(tmp_path):
    street(tmp_path, [row("a")])
    street(tmp_path, [row("a", "2022-05")], "2022-05")
    read = read_crimes(tmp_path)
    assert read.crimes["month"].to_list() == [date(2022, 5, 1)]
    quality = read.quality
    assert (quality.repeated_ids, quality.repeated_id_rows) == (1, 2)
    assert quality.repeated_id_rows_dropped == 1
    assert list(quality.dropped.values()) == [1]
    assert all_accounted_for(quality)


def test_other_repetitions_of_an_id_are_kept_and_counted(tmp_path):
    read = read_crimes(street(tmp_path, [row("a"), row("a"), row("a", kind="Drugs")]))
    assert (read.quality.repeated_ids, read.quality.repeated_id_rows) == (1, 3)
    assert read.quality.repeated_id_rows_dropped == 0
    assert read.quality.rows_kept == 3
    assert any("3 of these rows are kept" in note for note in read.quality.notes)


def test_identical_asb_rows_are_counted_and_never_dropped(tmp_path):
    quality = read_crimes(street(tmp_path, [asb()] * 3 + [asb(place="On or near B")])).quality
    assert (quality.asb_rows, quality.identical_asb_rows) == (4, 2)
    assert quality.rows_kept == 4
    assert quality.dropped == {}


# What is missing


def test_missing_coordinates_are_counted_by_month_and_kept(tmp_path):
    nowhere = {"longitude": "", "latitude": "", "place": "No Location", "lsoa": ""}
    street(tmp_path, [row("a"), row("b", **nowhere)])
    street(tmp_path, [row("c", "2022-05")], "2022-05")
    read = read_crimes(tmp_path)
    assert read.quality.missing_coordinates == {date(2022, 5, 1): 0, date(2022, 6, 1): 1}
    assert read.quality.rows_by_month == {date(2022, 5, 1): 1, date(2022, 6, 1): 2}
    assert read.crimes["x"].null_count() == read.crimes["y"].null_count() == 1
    assert read.crimes["place"].null_count() == 1
    assert any("2022-06: 1 of 2 rows (50.0%)" in note for note in read.quality.notes)


def test_half_a_coordinate_is_none_and_is_said(tmp_path):
    read = read_crimes(street(tmp_path, [row("a"), row("b", latitude="")]))
    assert read.crimes["x"].null_count() == 1
    assert read.quality.missing_coordinates == {date(2022, 6, 1): 1}
    assert any(note.startswith("1 rows have half a coordinate") for note in read.quality.notes)


def test_a_coordinate_without_lsoa_is_kept(tmp_path):
    crimes = read_crimes(street(tmp_path, [row("a", lsoa="")])).crimes
    assert crimes["lsoa"].to_list() == [None]
    assert crimes["x"].null_count() == 0


def test_blank_street_names_are_counted(tmp_path):
    read = read_crimes(street(tmp_path, [row("a", place="On or near "), row("b")]))
    assert read.quality.blank_places == 1
    assert read.crimes["place"].to_list() == [None, "On or near High Street"]


def test_missing_months_are_listed_for_each_force(tmp_path):
    for month in ("2021-11", "2022-02"):
        street(tmp_path, [row(month, month)], month)
    street(tmp_path, [row("z", "2022-02", force="B")], "2022-02", "b")
    missing = read_crimes(tmp_path).quality.missing_months
    assert missing == {FORCE: (date(2021, 12, 1), date(2022, 1, 1))}


def test_rows_that_are_not_asb_and_have_no_id_are_noted(tmp_path):
    notes = read_crimes(street(tmp_path, [row("")])).quality.notes
    assert any("1 rows that are not ASB have no crime id" in note for note in notes)


# What changed over the years


@pytest.mark.parametrize(
    ("months", "flagged"),
    [(("2022-06", "2022-07"), True), (("2022-05", "2022-06"), False), (("2022-07",), False)],
)
def test_the_snap_point_change_is_flagged_when_months_straddle_it(tmp_path, months, flagged):
    for month in months:
        street(tmp_path, [row(month, month)], month)
    assert read_crimes(tmp_path).quality.snap_point_change is flagged


def test_lsoas_of_two_censuses_are_noted(tmp_path):
    street(tmp_path, [row("a", "2022-05")], "2022-05")
    street(tmp_path, [row("b", lsoa="E01034200")])
    notes = read_crimes(tmp_path).quality.notes
    assert any("of 2021 in 1 months (from 2022-06)" in note for note in notes)


def test_a_month_without_lsoa_codes_is_of_no_census(tmp_path):
    street(tmp_path, [row("a", "2022-05", lsoa="")], "2022-05")
    street(tmp_path, [row("b", lsoa="E01034200")])
    assert not any("LSOA" in note for note in read_crimes(tmp_path).quality.notes)


def test_categories_of_before_may_2013_are_noted(tmp_path):
    old = row("a", "2012-04", kind="Violent crime")
    read = read_crimes(street(tmp_path, [old], "2012-04"))
    assert read.crimes["category"].to_list() == ["violence-and-sexual-offences"]
    assert any("1 rows are from before May 2013" in note for note in read.quality.notes)


# Outside the force area


def test_rows_outside_the_area_are_counted_and_kept(tmp_path):
    birmingham = row("b", longitude="-1.898000", latitude="52.480000")
    nowhere = row("c", longitude="", latitude="")
    path = street(tmp_path, [row("a"), birmingham, nowhere])
    quality = read_crimes(path, area=CENTRE).quality
    assert (quality.out_of_area, quality.rows_kept) == (1, 3)
    assert read_crimes(path).quality.out_of_area is None


def test_rows_outside_are_dropped_when_asked_and_accounted_for(tmp_path):
    birmingham = row("b", longitude="-1.898000", latitude="52.480000")
    street(tmp_path, [row("a"), birmingham])
    street(tmp_path, [row("b", "2022-05", longitude="-1.898000", latitude="52.480000")], "2022-05")
    read = read_crimes(tmp_path, area=CENTRE, rule=ReadRule(drop_outside=True))
    assert read.crimes["crime_id"].to_list() == ["a"]
    assert sorted(read.quality.dropped.values()) == [1, 1]
    assert read.quality.out_of_area == 2
    assert all_accounted_for(read.quality)


def test_an_area_that_cannot_be_one_is_refused(tmp_path):
    path = street(tmp_path, [row("a")])
    with pytest.raises(InputError, match="degrees, not metres"):
        read_crimes(path, area=shapely.box(-2, 52, -1, 53))
    with pytest.raises(InputError, match="Point, not a polygon"):
        read_crimes(path, area=shapely.Point(458_000, 304_000))
    with pytest.raises(InputError, match="drop_outside needs an area"):
        read_crimes(path, rule=ReadRule(drop_outside=True))


# Files that are not what they say


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("a", "2022-13")], "Row 2, column Month is '2022-13': write it as 2022-06"),
        ([row("a", "06/2022")], "column Month is '06/2022'"),
        ([row("a", "")], "column Month is blank"),
        ([row("a"), row("b", "2022-07")], "Row 3, column Month is '2022-07': the file's name says"),
        ([row("a", latitude="5.5")], "Row 2, column Latitude is 5.5: the United Kingdom lies"),
        ([row("a", longitude="52.6", latitude="-1.1")], "column Longitude is 52.6"),
        ([row("a", latitude="north")], "row 2, column Latitude is 'north', which is no number"),
        ([row("a", latitude="nan")], "column Latitude is nan"),
        ([row("a", kind="Piracy"), row("b", kind="Piracy")], "'Piracy' (1 more rows alike)"),
        ([row("a", force="")], "column Reported by is blank"),
        ([row("a"), row("b")[:30]], "column Crime type is blank"),
        ([row("a", place="On or near A, B")], "column Crime type is 'Leicester 1A'"),
        ([], "has a header and no rows"),
    ],
)
def test_a_bad_row_gives_one_fault_naming_row_column_and_value(tmp_path, good, rows, says):
    fault = fault_of(street(tmp_path, rows), good)
    assert fault.file == "2022-06-leicestershire-street.csv"
    assert says in fault.message


def test_every_kind_of_fault_in_a_file_is_named(tmp_path, good):
    rows = [row("a", "x"), row("b", kind="Piracy"), row("c", latitude="1")]
    message = fault_of(street(tmp_path, rows), good).message
    assert all(column in message for column in ("column Month", "column Crime type", "Latitude"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "It is empty"),
        (b"<!DOCTYPE html><html></html>", "It is a web page"),
        (b"PK\x03\x04rest", "an Excel workbook, not CSV"),
        ("Crime ID,Month".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,2\n", "Row 1 (the header) lacks Crime ID, Month"),
        (b"Type,Date,Object of search\n", "is a stop-and-search file"),
        (b"Crime ID,Month,Outcome type\n", "is an outcomes file"),
        (
            f"{HEADER}\n{row('a', place='Caf')}\n".encode().replace(b"Caf", b"Caf\xe9"),
            "row 2 holds",
        ),
        (gzip.compress(f"{HEADER}\n{row('a')}\n".encode())[:-9], "cut short or damaged"),
        (b"\x1f\x8bnot gzip at all", "cut short or damaged"),
        (f'{HEADER}\n"{row("a")}\n'.encode(), "It cannot be read"),
    ],
)
def test_a_file_that_is_something_else_says_what(tmp_path, good, data, says):
    path = tmp_path / "2022-06-leicestershire-street.csv"
    path.write_bytes(data)
    assert says in fault_of(path, good).message


def test_a_path_that_is_not_there_is_a_fault(tmp_path, good):
    assert "no such file or folder" in fault_of(tmp_path / "absent.csv", good).message


def test_a_damaged_member_of_a_zip_is_a_fault(tmp_path, good):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2022-06-a-street.csv", f"{HEADER}\n{row('a')}\n")
    path.write_bytes(path.read_bytes().replace(b"Robbery", b"Rabbery", 1))
    fault = fault_of(path, good)
    assert fault.file == "a.zip/2022-06-a-street.csv"
    assert "It cannot be read (Bad CRC-32" in fault.message


def test_a_zip_without_street_files_is_a_fault(tmp_path, good):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
        archive.mkdir("empty")
    assert "has no street files" in fault_of(path, good).message
    assert "it holds readme.txt" in fault_of(path, good).message


def test_a_damaged_zip_is_a_fault(tmp_path, good):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04")
    assert "It is no zip, or cut short" in fault_of(path, good).message


def test_an_empty_folder_is_a_fault(tmp_path, good):
    (tmp_path / "empty").mkdir()
    assert "it is empty" in fault_of(tmp_path / "empty", good).message


def test_when_no_file_is_good_all_faults_are_listed(tmp_path):
    street(tmp_path, [row("a", "x")])
    (tmp_path / "2022-05-a-street.csv").write_text("<html>")
    with pytest.raises(InputError, match="2 faults") as caught:
        read_crimes(tmp_path)
    assert "2022-05-a-street.csv: It is a web page" in str(caught.value)
    assert "2022-06-leicestershire-street.csv: Row 2" in str(caught.value)


def test_no_paths_at_all_is_an_input_error():
    with pytest.raises(InputError, match="No file was given"):
        read_crimes([])


def test_many_batches_give_the_same_as_one(tmp_path, monkeypatch):
    for month in ("2022-04", "2022-05", "2022-06"):
        street(tmp_path, [row(month, month)], month)
    whole = read_crimes(tmp_path).crimes
    monkeypatch.setattr("patrolwise.files.reading.BATCH_BYTES", 1)
    assert read_crimes(tmp_path).crimes.equals(whole)


def test_a_name_without_a_month_takes_any_month(tmp_path):
    path = street(tmp_path, [row("a", "2022-05"), row("b", "2022-06")])
    path = path.rename(tmp_path / "mine.csv")
    assert read_crimes(path).quality.rows_kept == 2
    path.write_text(f"{HEADER}\n{row('a', 'May')}\n")
    with pytest.raises(InputError, match="column Month is 'May'"):
        read_crimes(path)


def test_names_that_are_slugs_are_in_the_category_column(tmp_path):
    rows = [row(str(i), kind=slug) for i, slug in enumerate(OPEN_DATA_CATEGORIES)]
    found = read_crimes(street(tmp_path, rows)).crimes["category"]
    assert found.to_list() == list(OPEN_DATA_CATEGORIES)


# Written and read again

STREET_ROW = st.tuples(
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from(["2022-05", "2022-06", "2022-07"]),
    st.sampled_from(["Robbery", "Drugs", "Anti-social behaviour"]),
    st.sampled_from([("-1.1", "52.6"), ("-1.9", "52.4"), ("", ""), ("-1.1", "")]),
    st.sampled_from(["On or near A", "On or near ", "No Location", "Café, the old one"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(STREET_ROW, min_size=1, max_size=20))
def test_what_is_written_is_read_and_every_row_is_accounted_for(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("round")
    for month in {r[1] for r in rows}:
        mine = [r for r in rows if r[1] == month]
        frame = pl.DataFrame(
            [
                (
                    i or None,
                    m,
                    FORCE,
                    FORCE,
                    lon or None,
                    lat or None,
                    place,
                    "E01",
                    "",
                    kind,
                    "",
                    "",
                )
                for i, m, kind, (lon, lat), place in mine
            ],
            schema=HEADER.split(","),
            orient="row",
        )
        buffer = io.BytesIO()
        frame.write_csv(buffer)
        (folder / f"{month}-a-street.csv").write_bytes(buffer.getvalue())
    read = read_crimes(folder)
    assert all_accounted_for(read.quality)
    assert read.quality.rows_read == len(rows) == sum(read.quality.rows_by_month.values())
    assert read.crimes.height == read.quality.rows_kept
    with_place = sum(bool(lon and lat) for *_, (lon, lat), _ in rows)
    assert sum(read.quality.missing_coordinates.values()) == len(rows) - with_place
    # each kept row is the line that it says it is
    for crime in read.crimes.iter_rows(named=True):
        month = crime["month"].strftime("%Y-%m")
        crime_id, _, kind, _, place = [r for r in rows if r[1] == month][crime["row"] - 2]
        assert crime["crime_id"] == (crime_id or None)
        assert crime["category"] == kind.lower().replace(" ", "-")
        assert crime["place"] in (place, None)
    asb_rows = [r for r in rows if r[2] == "Anti-social behaviour" and not r[0]]
    kept_asb = read.crimes.filter(category="anti-social-behaviour").filter(
        pl.col("crime_id").is_null()
    )
    assert kept_asb.height == len(asb_rows)
