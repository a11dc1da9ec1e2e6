"""Force exports: any columns through a mapping, and no guess about zones or coordinates."""

import gzip
from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.files import CrimeMapping, read_crimes, read_mapping
from patrolwise.tables import CRIMES, check_columns

MAPPING = """
force = "Leicestershire Police"
crs = 27700
zone = "Europe/London"
time_format = "%d/%m/%Y %H:%M"

[columns]
crime_id = "Number"
time_from = "From"
time_to = "To"
x = "Easting"
y = "Northing"
offence_code = "HO code"
place = "Street"
knife = "Knife"
public_place = "Public"
"""
HEADER = "Number,From,To,Easting,Northing,HO code,Street,Knife,Public,Officer"
ROW = "1,01/06/2022 23:30,02/06/2022 01:00,458800,304600,008N,High Street,Y,yes,Smith"


def mapping(tmp_path, text=MAPPING):
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def export(tmp_path, *rows, header=HEADER, name="export.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def read(tmp_path, *rows, text=MAPPING, header=HEADER):
    return read_crimes(export(tmp_path, *rows, header=header), mapping=mapping(tmp_path, text))


def fault_of(tmp_path, *rows, text=MAPPING, header=HEADER):
    with pytest.raises(InputError) as caught:
        read(tmp_path, *rows, text=text, header=header)
    return str(caught.value)


def with_times(start, end):
    return f"1,{start},{end},{ROW.split(',', 3)[3]}"


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_an_export_becomes_a_crimes_table(tmp_path):
    found = read(tmp_path, ROW)
    check_columns(found.crimes, CRIMES, name="crimes")
    crime = found.crimes.row(0, named=True)
    assert crime == {
        "crime_id": "1",
        "force": "Leicestershire Police",
        "month": date(2022, 6, 1),
        "time_from": utc(2022, 6, 1, 22, 30),
        "time_to": utc(2022, 6, 2, 0, 0),
        "x": 458_800.0,
        "y": 304_600.0,
        "category": None,
        "offence_code": "8N",
        "place": "High Street",
        "lsoa": None,
        "knife": True,
        "domestic": None,
        "public_place": True,
        "source": "export.csv",
        "row": 2,
    }
    assert found.quality.snap_point_change is False
    assert found.quality.asb_rows == 0


def test_serious_violence_can_be_selected_from_an_export(tmp_path):
    crimes = read(tmp_path, ROW, ROW.replace("1,", "2,", 1).replace("yes", "no")).crimes
    chosen = select_crimes(crimes, find_definition("serious-violence"))
    assert chosen["crime_id"].to_list() == ["1"]


# Clocks


def test_the_hour_that_happens_twice_is_taken_at_its_widest_and_counted(tmp_path):
    found = read(tmp_path, with_times("30/10/2022 01:30", "30/10/2022 01:30"))
    crime = found.crimes.row(0, named=True)
    assert crime["time_from"] == utc(2022, 10, 30, 0, 30)
    assert crime["time_to"] == utc(2022, 10, 30, 1, 30)
    assert any("1 rows have a time that happens twice" in n for n in found.quality.notes)


def test_the_hour_that_never_was_is_dropped_with_its_reason(tmp_path):
    found = read(
        tmp_path,
        ROW,
        with_times("27/03/2022 01:30", "27/03/2022 03:00"),
        with_times("27/03/2022 00:30", "27/03/2022 01:30"),
    )
    assert found.quality.dropped == {"a time that does not exist: the clocks went forward": 2}
    assert (found.quality.rows_read, found.quality.rows_kept) == (3, 1)


def test_utc_has_no_hour_twice_and_months_are_local(tmp_path):
    text = MAPPING.replace("Europe/London", "UTC")
    found = read(tmp_path, with_times("30/06/2022 23:30", "30/06/2022 23:45"), text=text)
    assert found.crimes["time_from"].to_list() == [utc(2022, 6, 30, 23, 30)]
    assert found.crimes["month"].to_list() == [date(2022, 7, 1)]


def test_a_blank_latest_time_is_the_earliest_again(tmp_path):
    found = read(tmp_path, with_times("01/06/2022 23:30", ""))
    assert found.crimes["time_to"].to_list() == [utc(2022, 6, 1, 22, 30)]
    assert any("have no latest time" in note for note in found.quality.notes)


def test_a_latest_time_before_the_earliest_is_taken_out_and_counted(tmp_path):
    found = read(tmp_path, with_times("02/06/2022 01:00", "01/06/2022 23:30"))
    assert found.crimes["time_to"].to_list() == [None]
    assert found.crimes["time_from"].to_list() == [utc(2022, 6, 2, 0, 0)]
    assert any("1 rows end before they begin" in note for note in found.quality.notes)


def test_a_row_without_date_is_dropped_with_its_reason(tmp_path):
    found = read(tmp_path, ROW, with_times("", ""))
    assert found.quality.dropped == {"no date": 1}
    assert found.crimes.height == 1


def test_a_blank_line_is_no_row_and_keeps_its_number(tmp_path):
    found = read(tmp_path, ROW, "", ROW.replace("1,", "2,", 1))
    assert found.crimes["row"].to_list() == [2, 4]
    assert found.quality.rows_read == 2


def test_a_single_time_column_is_enough(tmp_path):
    text = MAPPING.replace('time_to = "To"\n', "")
    crime = read(tmp_path, with_times("30/10/2022 01:30", ""), text=text).crimes.row(0, named=True)
    assert crime["time_from"] < crime["time_to"]


def test_days_without_a_clock_last_the_whole_day(tmp_path):
    text = MAPPING.replace(" %H:%M", "")
    crimes = read(tmp_path, with_times("01/06/2022", "02/06/2022"), text=text).crimes
    assert crimes["time_from"].to_list() == [utc(2022, 5, 31, 23, 0)]
    assert crimes["time_to"].to_list() == [utc(2022, 6, 2, 22, 59, 59)]


def test_date_and_clock_can_be_in_two_columns(tmp_path):
    text = MAPPING.replace('"From"', '["Day", "Clock"]').replace('time_to = "To"\n', "")
    header = HEADER.replace("From,To", "Day,Clock")
    row = with_times("01/06/2022", "23:30")
    assert read(tmp_path, row, text=text, header=header).crimes["time_from"].to_list() == [
        utc(2022, 6, 1, 22, 30)
    ]


def test_months_alone_are_enough(tmp_path):
    text = 'force = "A"\nmonth_format = "%b %Y"\n[columns]\nmonth = "M"\n'
    found = read(tmp_path, "Jun 2022,1", ",2", header="M,N", text=text)
    assert found.crimes["month"].to_list() == [date(2022, 6, 1)]
    assert found.crimes["time_from"].to_list() == [None]
    assert found.quality.dropped == {"no date": 1}
    assert found.quality.missing_coordinates == {date(2022, 6, 1): 1}


def test_a_file_whose_rows_all_have_no_date_is_still_accounted_for(tmp_path):
    quality = read(tmp_path, with_times("", "")).quality
    assert (quality.rows_read, quality.rows_kept, quality.first_month) == (1, 0, None)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.datetimes(datetime(2022, 3, 26), datetime(2022, 10, 31)), min_size=1, max_size=8)
)
def test_local_times_become_what_the_standard_library_makes_of_them(tmp_path_factory, moments):
    """The slow twin: zoneinfo, one time at a time."""
    from zoneinfo import ZoneInfo

    london = ZoneInfo("Europe/London")
    moments = [m.replace(second=0, microsecond=0) for m in moments]
    expected = []
    for moment in moments:
        first, second = (moment.replace(tzinfo=london, fold=f).astimezone(UTC) for f in (0, 1))
        if first.astimezone(london).replace(tzinfo=None) == moment:  # else it never was
            expected.append((first, max(first, second)))
    rows = [with_times(f"{m:%d/%m/%Y %H:%M}", f"{m:%d/%m/%Y %H:%M}") for m in moments]
    rows = [row.replace("1,", f"{i},", 1) for i, row in enumerate(rows)]
    found = read(tmp_path_factory.mktemp("times"), *rows)
    assert found.crimes.select("time_from", "time_to").rows() == expected
    assert found.quality.rows_read == found.quality.rows_kept + sum(found.quality.dropped.values())


# Coordinates


def test_degrees_are_projected(tmp_path):
    text = MAPPING.replace("27700", "4326")
    crimes = read(tmp_path, ROW.replace("458800,304600", "-1.1331,52.6369"), text=text).crimes
    assert abs(crimes["x"][0] - 458_750) < 50


def test_zero_and_half_coordinates_are_missing_and_counted(tmp_path):
    found = read(
        tmp_path,
        ROW,
        ROW.replace("1,", "2,", 1).replace("458800,304600", "0,0"),
        ROW.replace("1,", "3,", 1).replace("458800,", ","),
        ROW.replace("1,", "4,", 1).replace("458800,304600", ","),
    )
    assert found.crimes["x"].null_count() == found.crimes["y"].null_count() == 3
    assert any("1 rows have 0, 0 for a coordinate" in n for n in found.quality.notes)
    assert any("1 rows have half a coordinate" in n for n in found.quality.notes)
    assert found.quality.missing_coordinates == {date(2022, 6, 1): 3}


@pytest.mark.parametrize(
    ("crs", "coordinates", "says"),
    [
        (4326, "458800,304600", "column Easting is '458800'"),
        (4326, "52.6,-1.1", "are x and y swapped?"),
        (27700, "458800,3046000", "Row 2, column Northing is '3046000'"),
        (27700, "east,304600", "column Easting is 'east': that is no number"),
    ],
)
def test_coordinates_outside_the_country_are_a_fault(tmp_path, crs, coordinates, says):
    text = MAPPING.replace("27700", str(crs))
    assert says in fault_of(tmp_path, ROW.replace("458800,304600", coordinates), text=text)


# Codes, flags and words


def test_unknown_and_absent_codes_are_kept_and_counted(tmp_path):
    rows = [
        ROW.replace("1,", f"{i},", 1).replace("008N", c) for i, c in enumerate(["ZZ9", "", "8N"])
    ]
    found = read(tmp_path, *rows)
    assert found.crimes["offence_code"].to_list() == ["ZZ9", None, "8N"]
    assert any("1 rows have an offence code that is not in" in n for n in found.quality.notes)
    assert any("1 rows have no offence code" in n for n in found.quality.notes)


def test_flags_are_read_by_their_words_and_blank_is_unknown(tmp_path):
    text = MAPPING.replace(
        "[columns]", 'true_words = ["Knife"]\nfalse_words = ["None", "yes"]\n[columns]'
    )
    rows = [ROW.replace(",Y,", f",{w},").replace("1,", f"{w}1,", 1) for w in ("knife", "NONE", "")]
    found = read(tmp_path, *rows, text=text)
    assert found.crimes["knife"].to_list() == [True, False, None]
    assert any("1 rows have no knife flag" in n for n in found.quality.notes)


def test_a_flag_of_another_word_is_a_fault(tmp_path):
    message = fault_of(tmp_path, ROW.replace(",Y,", ",Maybe,"))
    assert "Row 2, column Knife is 'Maybe': add it to true_words" in message


def test_categories_and_forces_can_be_columns(tmp_path):
    text = (
        'month_format = "%Y-%m"\n[columns]\nmonth = "M"\ncategory = "C"\nforce = "F"\nlsoa = "L"\n'
        'domestic = "D"\n'
    )
    header = "M,C,F,L,D"
    crimes = read(tmp_path, "2022-06,Burglary,Kent,E01,1", header=header, text=text).crimes
    assert crimes["category"].to_list() == ["burglary"]
    assert crimes["force"].to_list() == ["Kent"]
    assert crimes["domestic"].to_list() == [True]
    message = fault_of(tmp_path, "2022-06,Piracy,,E01,1", header=header, text=text)
    assert "column C is 'Piracy'" in message
    assert "column F is blank" in message


def test_times_that_do_not_fit_the_format_are_a_fault(tmp_path):
    message = fault_of(tmp_path, ROW, with_times("2022-06-01", "x"))
    assert "Row 3, column From is '2022-06-01': that does not fit time_format" in message
    assert "column To is 'x'" in message


def test_a_month_that_does_not_fit_the_format_is_a_fault(tmp_path):
    text = 'force = "A"\n[columns]\nmonth = "M"\n'
    message = fault_of(tmp_path, "June,1", header="M,N", text=text)
    assert "Row 2, column M is 'June': that does not fit month_format '%Y-%m'" in message


# Kinds of file


def typed_frame():
    return pl.DataFrame(
        {
            "Number": [1.0, 2.0],
            "From": [datetime(2022, 6, 1, 23, 30), datetime(2022, 6, 2)],
            "To": [datetime(2022, 6, 2, 1, 0), None],
            "Easting": [458_800.0, 458_900.5],
            "Northing": [304_600, 304_700],
            "HO code": ["8N", "39"],
            "Street": ["High Street", None],
            "Knife": [True, False],
            "Public": ["yes", "no"],
        }
    )


def test_workbooks_and_parquet_give_what_csv_gives(tmp_path):
    frame = typed_frame()
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_excel(tmp_path / "a.xlsx")
    text = frame.with_columns(
        pl.col("From", "To").dt.strftime("%d/%m/%Y %H:%M"), pl.col("Number").cast(pl.Int64)
    )
    text.write_csv(tmp_path / "a.csv")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    tables = [
        read_crimes(tmp_path / name, mapping=mapping(tmp_path)).crimes.drop("source")
        for name in ("a.csv", "a.csv.gz", "a.parquet", "a.xlsx")
    ]
    assert tables[0]["crime_id"].to_list() == ["1", "2"]
    assert tables[0]["offence_code"].to_list() == ["8N", "39"]
    assert all(table.equals(tables[0]) for table in tables[1:])


def test_a_sheet_can_be_named_and_a_wrong_one_is_a_fault(tmp_path):
    typed_frame().write_excel(tmp_path / "a.xlsx", worksheet="Crimes")
    text = MAPPING.replace("[columns]", 'sheet = "Crimes"\n[columns]')
    assert read_crimes(tmp_path / "a.xlsx", mapping=mapping(tmp_path, text)).crimes.height == 2
    text = text.replace('"Crimes"', '"Other"')
    with pytest.raises(InputError, match="no matching sheet"):
        read_crimes(tmp_path / "a.xlsx", mapping=mapping(tmp_path, text))


def test_instants_dates_and_months_of_parquet_need_no_format(tmp_path):
    frame = pl.DataFrame(
        {
            "at": pl.Series([utc(2022, 6, 30, 23, 30)]).dt.cast_time_unit("ms"),
            "day": [date(2022, 6, 30)],
            "clock": [time(9, 5)],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")

    def crimes(columns, **given):
        settings_ = {"force": "A", "zone": "Europe/London", "columns": columns} | given
        return read_crimes(tmp_path / "a.parquet", mapping=CrimeMapping(**settings_)).crimes

    assert crimes({"time_from": ("at",)})["time_from"].to_list() == [utc(2022, 6, 30, 23, 30)]
    day = crimes({"time_from": ("day",)})
    assert day["time_from"].to_list() == [utc(2022, 6, 29, 23, 0)]
    assert day["time_to"].to_list() == [utc(2022, 6, 30, 22, 59, 59)]
    assert crimes({"month": ("day",)})["month"].to_list() == [date(2022, 6, 1)]
    both = crimes({"time_from": ("day", "clock")}, time_format="%Y-%m-%d %H:%M:%S")
    assert both["time_from"].to_list() == [utc(2022, 6, 30, 8, 5)]


def test_windows_text_is_read_when_the_mapping_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}\n{ROW.replace('High', 'Café')}\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"Row 2 holds b'\\xe9', not utf-8"):
        read_crimes(path, mapping=mapping(tmp_path))
    text = MAPPING.replace("[columns]", 'encoding = "windows-1252"\n[columns]')
    crimes = read_crimes(path, mapping=mapping(tmp_path, text)).crimes
    assert crimes["place"].to_list() == ["Café Street"]


def test_another_separator_can_be_named(tmp_path):
    text = MAPPING.replace("[columns]", 'separator = ";"\n[columns]')
    crimes = read(
        tmp_path, ROW.replace(",", ";"), header=HEADER.replace(",", ";"), text=text
    ).crimes
    assert crimes.height == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "It is empty"),
        (b"<html>", "It is a web page"),
        (b"a,b\n1,2\n", "lacks Number, From, To"),
        (f"{HEADER}\n".encode(), "has a header and no rows"),
        (f"{HEADER}\n{ROW},x\n".encode(), "row 2 has 11 values for 10 columns"),
        (b"PK\x03\x04broken", "It cannot be read"),
        (b"PAR1broken", "It cannot be read"),
        (gzip.compress(f"{HEADER}\n{ROW}\n".encode())[:-5], "cut short or damaged"),
        (f'{HEADER}\n"{ROW}\n'.encode(), "It cannot be read"),
    ],
)
def test_a_bad_export_gives_one_fault_and_the_good_one_is_kept(tmp_path, data, says):
    good = export(tmp_path, ROW)
    (tmp_path / "bad.csv").write_bytes(data)
    found = read_crimes([tmp_path / "bad.csv", good], mapping=mapping(tmp_path))
    (fault,) = found.quality.faults
    assert fault.file == "bad.csv"
    assert says in fault.message
    assert found.crimes.height == 1


def test_a_folder_of_exports_is_searched_for_their_endings(tmp_path):
    export(tmp_path, ROW)
    (tmp_path / "notes.txt").write_text("x")
    found = read_crimes(tmp_path, mapping=mapping(tmp_path.parent))
    assert found.crimes.height == 1
    assert any("1 other files were not read: notes.txt" in n for n in found.quality.notes)


def test_exports_without_ids_can_share_a_month(tmp_path):
    text = MAPPING.replace('crime_id = "Number"\n', "")
    paths = [
        export(tmp_path, ROW, name="a.csv"),
        export(tmp_path, ROW.replace("High", "Low"), name="b.csv"),
    ]
    assert read_crimes(paths, mapping=mapping(tmp_path, text)).crimes.height == 2


# The mapping itself


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns = ", "is not TOML"),
        ('force = "A"', r"has no \[columns\] table"),
        (MAPPING + 'colour = "red"\n', "column colour is no column of CRIMES"),
        ('colour = "red"\n' + MAPPING, "colour, which is no key of a mapping"),
        (MAPPING.replace("27700", '"27700"'), "crs must be a whole number"),
        (MAPPING.replace("27700", "3857"), r"must be 4326 \(degrees\) or 27700"),
        (MAPPING.replace('zone = "Europe/London"\n', ""), "It has no zone"),
        (MAPPING.replace("Europe/London", "Europe/Leicester"), "zone 'Europe/Leicester' is not"),
        (MAPPING.replace('y = "Northing"\n', ""), "maps one of x and y"),
        (MAPPING.replace('time_from = "From"\n', ""), "maps time_to and no time_from"),
        (
            MAPPING.replace('time_from = "From"\ntime_to = "To"\n', ""),
            "neither time_from nor month",
        ),
        (MAPPING.replace('force = "Leicestershire Police"\n', ""), "Name the force once"),
        (MAPPING.replace('"Street"', '["A", "B"]'), "place takes 1 name"),
        (MAPPING.replace('"Street"', "[]"), r"place takes 1 name\(s\), got 0"),
        (MAPPING.replace('"Street"', "1"), "column place must be a quoted name"),
        (MAPPING.replace('"Street"', "[1]"), "column place must be a quoted name"),
        ("true_words = [1]\n" + MAPPING, "true_words must be a list of quoted words"),
        ('true_words = ["no"]\n' + MAPPING, "no is both a true and a false word"),
        ('encoding = "klingon"\n' + MAPPING, "encoding 'klingon' is not known"),
        ('separator = ", "\n' + MAPPING, "separator must be one character"),
        (MAPPING.replace('"Street"', '"row"'), "maps a column called row"),
        ("columns = 1\n", "columns must be a table"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        read_mapping(mapping(tmp_path, text))


def test_a_mapping_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_mapping(tmp_path / "absent.toml")


def test_a_mapping_can_be_made_without_a_file(tmp_path):
    columns = {"month": ("M",), "knife": ("K",)}
    made = CrimeMapping(columns=columns, force="A", true_words=("JA",), false_words=("NEIN",))
    (tmp_path / "a.csv").write_text("M,K\n2022-06,Ja\n")
    assert read_crimes(tmp_path / "a.csv", mapping=made).crimes["knife"].to_list() == [True]
    assert made.source_columns == ["M", "K"]


def test_the_mapping_of_the_how_to_page_works(tmp_path):
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read-a-force-export.md"
    text = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    header = (
        "Crime Number,Date From,Time From,Date To,Time To,Easting,Northing,HO Class,Location,"
        "Knife Flag,DA Flag,Public Place"
    )
    row = "1,01/06/2022,23:30,02/06/2022,01:00,458800,304600,8N,High Street,N,no,YES"
    crime = read(tmp_path, row, header=header, text=text).crimes.row(0, named=True)
    assert (crime["knife"], crime["domestic"], crime["public_place"]) == (False, False, True)
    assert crime["time_to"] == utc(2022, 6, 2, 0, 0)
    keys = {f"`{key}`" for key in CrimeMapping.__dataclass_fields__} - {"`name`", "`columns`"}
    assert all(key in page.read_text(encoding="utf-8") for key in keys)
