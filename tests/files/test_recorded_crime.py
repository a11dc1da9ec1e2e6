"""Recorded crime: shapes of files, what is told of bad ones, and the whole table of all forces."""

import gzip
import io
import os
import time
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from patrolwise.benchmarking.measures import MEASURE_COUNTS, count_measures, load_measures
from patrolwise.benchmarking.period_counts import counts_of_periods
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import InputError
from patrolwise.files.recorded_crime import NO_COUNT, TWICE, read_recorded_crime
from patrolwise.tables import check_columns

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
TABLE = SHARED / "reference" / "prc_pfa_quarterly_2012-2025.csv.gz"
OURS = "fy,fq,force,offence_description,offence_group,offence_subgroup,offence_code,n"
HOME_OFFICE = [
    "Financial Year",
    "Financial Quarter",
    "Force Name",
    "Offence Description",
    "Offence Group",
    "Offence Subgroup",
    "Offence Code",
    "Number of Offences",
]
VIOLENCE = "Violence against the person"


def row(year="2023/24", quarter="1", force="Kent", code="34B", n="250"):
    return f"{year},{quarter},{force},Robbery,Robbery,Robbery of personal property,{code},{n}"


@pytest.fixture
def write(tmp_path):
    def put(*rows, name="quarters.csv", header=OURS):
        path = tmp_path / name
        text = "\n".join([header, *rows]) + "\n"
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        return path

    return put


def sheet(path, sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                page.write_row(at, 0, cells)
    return path


def open_document(path, rows):
    """An .ods file by hand: the least that a spreadsheet program would write."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in line
        )
        + "</table:table-row>"
        for line in rows
    )
    names = {
        n: f"urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" for n in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{name}="{urn}"' for name, urn in names.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="2023-24">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
        '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_quarters_begin_in_april_and_names_are_those_of_today(write):
    rows = [row(quarter=str(q), force=name, n=str(q)) for q, name in enumerate(
        ["Metropolitan", "London City of", "Devon & Cornwall", "Cifas"], start=1)]  # fmt: skip
    old = f"2012/13,1,Kent,Harassment,{VIOLENCE},Violence without injury,8L,7"
    read = read_recorded_crime(write(*rows, old, "", name="a.csv.gz"))
    check_columns(read.recorded, RECORDED_CRIME, name="recorded")
    assert read.recorded.select("force", "quarter", "n").rows() == [
        ("Metropolitan Police", date(2023, 4, 1), 1),
        ("City of London", date(2023, 7, 1), 2),
        ("Devon and Cornwall", date(2023, 10, 1), 3),
        ("Cifas", date(2024, 1, 1), 4),
        ("Kent", date(2012, 4, 1), 7),
    ]
    assert read.recorded["offence_subgroup"][-1] == "Stalking and harassment"
    quality = read.quality
    assert (quality.rows_read, quality.rows_kept, quality.dropped) == (5, 5, {})
    assert (quality.first_quarter, quality.last_quarter) == (date(2012, 4, 1), date(2024, 1, 1))


def test_a_workbook_of_the_home_office_is_read_sheet_by_sheet(tmp_path):
    line = ["2023/24", 1, "Kent", "Corporate manslaughter", VIOLENCE, "Homicide", 4.1, 1]
    plain = [*line[:3], "Manslaughter", *line[4:7], 2.0]
    later = ["2024/25", "Q2", "Kent", "Manslaughter", VIOLENCE, "Homicide", "4.1", "1,003"]
    path = sheet(
        tmp_path / "prc.xlsx",
        {
            "Cover": [["Police recorded crime"], ["Published"]],
            "2023-24": [["A title"], [*HOME_OFFICE, "Force Name"], line, [], plain],
            "2024-25": [HOME_OFFICE, later],
        },
    )
    read = read_recorded_crime(path)
    assert read.recorded.select("quarter", "offence_code", "n").rows() == [
        (date(2023, 4, 1), "4.10", 1),
        (date(2023, 4, 1), "4.1", 2),
        (date(2024, 7, 1), "4.1", 1003),
    ]
    assert read.quality.notes == ("prc.xlsx: no table in Cover; passed over.",)
    assert read.quality.files[0].rows == 3


def test_an_open_document_and_parquet_say_the_same_as_csv(tmp_path, write):
    cells = row().split(",")
    ods = open_document(tmp_path / "prc.ods", [HOME_OFFICE, cells])
    parquet = tmp_path / "prc.parquet"
    frame = pl.read_csv(write(row()), schema_overrides={"n": pl.Int64})
    frame.write_parquet(parquet)
    expected = read_recorded_crime(write(row())).recorded
    assert read_recorded_crime(ods).recorded.equals(expected)
    assert read_recorded_crime(parquet).recorded.equals(expected)


def test_every_row_is_accounted_for(write, tmp_path):
    first = write(row(), row(code="34A", n="N/a"), row(quarter="2", n="-3"), name="a.csv")
    write(row(), row(quarter="3", n=" 12.0 "), name="b.csv")
    (tmp_path / "c.csv").write_bytes(first.read_bytes())
    (tmp_path / "readme.txt").write_text("x")
    quality = read_recorded_crime(tmp_path).quality
    assert quality.dropped == {NO_COUNT: 1, TWICE: 1}
    assert quality.rows_read == quality.rows_kept + sum(quality.dropped.values()) == 5
    assert quality.below_nought == 1
    assert quality.notes == (
        "1 other files were not read: readme.txt.",
        "c.csv has the same content as a.csv and was read once.",
    )
    for name in ("d.txt", "e.txt", "f.txt"):
        (tmp_path / name).write_text("x")
    assert "d.txt, e.txt, f.txt and 1 more" in read_recorded_crime(tmp_path).quality.notes[0]


def test_all_that_is_wrong_in_all_files_is_told_at_once(write, tmp_path):
    bad = write(
        row(year="2023/25", code=""),
        row(quarter="5", n="many"),
        row(force="Leicestshire"),
        row(force="Atlantis"),
        row(force=""),
        ",".join(["2023/24", "1", "Kent", "", " ", "", "1", "1"]),
        name="bad.csv",
    )
    short = write("2023/24,1", name="short.csv", header="fy,fq")
    empty = write(name="empty.csv")
    broken = write(row() + ",9", name="broken.csv")
    page = write(name="page.csv", header="<html>")
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(gzip.compress(b"x" * 99)[:-9])
    for name, data in (("torn.parquet", b"PAR1xx"), ("torn.xlsx", b"PK\x03\x04xx")):
        (tmp_path / name).write_bytes(data)
    nothing = sheet(tmp_path / "cover.xlsx", {"Cover": [["x"]], "Notes": [["fy", "fq"]]})
    missing = tmp_path / "missing.csv"
    paths = [bad, short, empty, broken, page, torn, nothing, missing]
    with pytest.raises(InputError) as caught:
        read_recorded_crime([*paths, tmp_path / "torn.parquet", tmp_path / "torn.xlsx"])
    told = str(caught.value)
    for part in (
        "bad.csv: Row 2, column year is '2023/25': write a financial year as 2023/24.",
        "bad.csv: Row 3, column quarter is '5': write a financial quarter as 1, 2, 3 or 4",
        "bad.csv: Row 4, column force is 'Leicestshire' (2 more rows alike): no police force of "
        "England and Wales is known as 'Leicestshire' (is it Leicestershire?), 'Atlantis'",
        "bad.csv: Row 2, column offence_code is blank: a row needs its offence code.",
        "bad.csv: Row 3, column n is 'many': that is no whole number.",
        "bad.csv: Row 7, column offence_group is ' ': a row needs its offence group.",
        "bad.csv: Row 7, column offence_subgroup is blank",
        "short.csv: Row 1 (the header) lacks force (or Force Name), offence_code",
        "empty.csv: It has a header and no rows",
        "broken.csv: It cannot be read: row 2 has 9 values for 8 columns",
        "page.csv: It is a web page",
        "torn.csv.gz: It is cut short or damaged",
        "cover.xlsx: None of its sheets (Cover, Notes) has the header",
        "missing.csv: There is no such file",
        "torn.parquet: It cannot be read",
        "torn.xlsx: It is no workbook that can be read",
    ):
        assert part in told
    with pytest.raises(InputError, match="No row has a count"):
        read_recorded_crime(write(row(n="N/a")))
    with pytest.raises(InputError, match="column year is '0023/24'"):
        read_recorded_crime(write(row(year="0023/24")))
    with pytest.raises(InputError, match="No file was given"):
        read_recorded_crime([])
    with pytest.raises(InputError, match="a row needs the name of a police force"):
        read_recorded_crime(write(row(force="")))


def test_one_cell_with_two_values_is_a_fault(write):
    codes = [str(number) for number in range(1, 23)]
    one = write(*(row(code=code) for code in codes), name="one.csv")
    other = write(*(row(code=code, n="251") for code in codes), name="other.csv")
    with pytest.raises(InputError) as caught:
        read_recorded_crime([one, other])
    assert (
        "Kent, quarter from 1 April 2023, code 1 is 250 in one.csv, row 2 and 251 in other.csv, "
        "row 2. Take one out."
    ) in str(caught.value)
    assert "And 2 cells more have two values." in str(caught.value)


def test_two_sheets_that_disagree_are_named(tmp_path):
    line = [*row().split(",")]
    sheets = {"A": [HOME_OFFICE, line], "B": [HOME_OFFICE, [*line[:-1], "9"]]}
    with pytest.raises(InputError, match=r"250 in a.xlsx, sheet A, row 2 and 9 in a.xlsx, sheet B"):
        read_recorded_crime(sheet(tmp_path / "a.xlsx", sheets))


def test_the_sample_has_all_forces_and_five_years():
    read = read_recorded_crime(demo_recorded_crime())
    recorded = read.recorded
    assert (recorded["force"].n_unique(), recorded["quarter"].n_unique()) == (43, 20)
    measures = load_measures()
    chosen = [measures[one] for one in ("homicide", "violence-with-injury", "robbery")]
    counts = counts_of_periods(count_measures(recorded, chosen), "financial year")
    leicestershire = counts.filter(force="Leicestershire", period="2023/24")["n"].to_list()
    assert leicestershire == [13, 12_594, 829]
    assert read.quality.rows_read == 17_372
    size = sum(path.stat().st_size for path in demo_recorded_crime().iterdir())
    assert size < 200_000


@pytest.fixture(scope="module")
def everything():
    if not TABLE.exists():
        pytest.skip("needs the shared recorded crime table")
    started = time.perf_counter()
    read = read_recorded_crime(TABLE)
    return read, time.perf_counter() - started


def test_the_table_of_all_forces_is_read_within_seconds_and_adds_up(everything):
    read, seconds = everything
    assert (read.quality.rows_read, read.quality.rows_kept) == (321_893, 321_893)
    assert read.quality.below_nought == 426
    assert read.recorded["force"].n_unique() == 48  # CIFAS and Cifas are one
    assert seconds < 5  # 0.5 s on an idle core; the rest is for busy ones
    own = SHARED / "reference" / "prc_leicestershire_quarterly.csv"
    both = read_recorded_crime([TABLE, own])
    assert both.quality.dropped == {TWICE: 7_312}
    assert both.recorded.equals(read.recorded)


def test_measures_of_the_real_table_are_the_totals_that_were_published_with_it(everything):
    recorded = everything[0].recorded
    started = time.perf_counter()
    counts = count_measures(recorded, load_measures().values())
    years = counts_of_periods(counts, "financial year")
    assert time.perf_counter() - started < 5
    check_columns(counts, MEASURE_COUNTS, name="counts")
    crime = years.filter(measure="all-crime", period="2024/25")
    assert crime["n"].sum() == 5_225_477  # README of the shared data
    assert crime.filter(force="Leicestershire")["n"].item() == 95_178
    spring = counts.filter(
        pl.col("measure").is_in(
            ["violence", "sexual-offences", "robbery", "possession-of-weapons"]
        ),
        force="Leicestershire",
        quarter=date(2022, 4, 1),
    )
    assert spring["n"].sum() == 11_791
    assert not years.filter(period="2025/26")["is_whole"].any()
    # One series across April 2017: all burglary moves little where its parts change places.
    burglary = years.filter(pl.col("period").is_in(["2016/17", "2017/18"]))
    moved = burglary.group_by("measure", "period").agg(pl.sum("n")).sort("measure", "period")
    steps = {
        one: moved.filter(measure=one)["n"].to_list()[1] / moved.filter(measure=one)["n"][0]
        for one in ("burglary", "residential-burglary", "non-residential-burglary")
    }
    assert 0.95 < steps["burglary"] < 1.1
    assert steps["residential-burglary"] > 1.4
    assert steps["non-residential-burglary"] < 0.7


def test_bytes_of_a_workbook_need_no_ending(tmp_path):
    data = io.BytesIO()
    sheet(data, {"2023-24": [HOME_OFFICE, row().split(",")]})
    path = tmp_path / "table.csv"
    path.write_bytes(data.getvalue())
    assert read_recorded_crime(path).recorded.height == 1


@pytest.mark.parametrize("separator", [";", "\t"])
def test_values_may_be_parted_by_semicolons_or_tabs(write, separator):
    plain = read_recorded_crime(write(row()))
    path = write(row().replace(",", separator), header=OURS.replace(",", separator))
    assert read_recorded_crime(path).recorded.equals(plain.recorded)


def test_descriptions_may_be_left_out(write):
    header = OURS.replace("offence_description,", "")
    path = write("2023/24,1,Kent,Robbery, Robbery of  personal property ,34B,1", header=header)
    assert (
        read_recorded_crime(path).recorded["offence_subgroup"][0].endswith("of personal property")
    )
