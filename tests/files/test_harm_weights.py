"""Reading the user's harm workbook and offence mix. All weights here are invented."""

import polars as pl
import pytest
import xlsxwriter

from patrolwise.errors import InputError
from patrolwise.files.harm_weights import read_harm_index, read_offence_mix
from patrolwise.harm import Choice

HEADER = [
    "Full Offence Title",
    "CCHI (days)",
    "GROUP",
    "Classification Code",
    "Home Office Classification",
    "Notifiable?",
]
ROWS = [
    ["Shouting at ducks", 3, "INVENTED", "8N", "008/01", "Notifiable"],
    ["Hiding a hat", 5.5, "INVENTED", "8N", "008/02", "Notifiable"],
    ["Bending a spoon", 777, "INVENTED", "4/3", "004/03", "Notifiable"],
    ["Whistling", 1, "INVENTED", "NN", "111/05", "Non-Notifiable"],
]


def write_book(path, sheets):
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write(i, j, cell)
    book.close()
    return path


def write_csv(path, rows):
    pl.DataFrame([list(map(str, r)) for r in rows], orient="row").write_csv(
        path, include_header=False
    )
    return path


def days_of(index):
    return dict(index.weights.select("offence_code", "days").iter_rows())


def test_a_workbook_is_read_whatever_stands_above_its_header(tmp_path):
    notes = [["Made by nobody"], [], ["See sheet 2"]]
    sheets = {"Read me": notes, "Values": [["A title"], [], HEADER, *ROWS]}
    read = read_harm_index(write_book(tmp_path / "made-up.xlsx", sheets), version="2024-02")
    assert read.sheet == "Values"
    assert read.index.key == "cchi@2024-02"
    expected = {"8N": 3.0, "008/01": 3.0, "008/02": 5.5, "4.3": 777.0, "004/03": 777.0}
    assert days_of(read.index) == expected
    assert (read.file.rows, read.rows_used, read.left_out) == (4, 3, {"not notifiable": 1})
    assert read.faults == ()
    assert len(read.file.sha256) == 64


def test_of_several_sheets_with_such_a_header_the_longest_is_read(tmp_path):
    sheets = {"Expired offences": [HEADER, ROWS[0]], "Values": [HEADER, *ROWS], "Empty": []}
    read = read_harm_index(write_book(tmp_path / "made-up.xlsx", sheets), version="2024")
    assert read.sheet == "Values"


def test_columns_may_have_other_names(tmp_path):
    header = ["athena_urn", "offence_title", "cchi_days", "home_office_classification"]
    rows = [["1.1", "Shouting at ducks", 3, "008/01"], ["1.2", "Hiding a hat", 4, "00802"]]
    read = read_harm_index(write_csv(tmp_path / "made-up.csv", [header, *rows]), version="2024")
    assert days_of(read.index) == {"008/01": 3.0, "008/02": 4.0}
    assert read.sheet == ""
    assert read.left_out == {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [(200, "002/00"), (1234, "012/34"), (19511, "195/11"), ("00806", "008/06")],
)
def test_a_classification_that_became_a_number_gets_its_zeros_back(tmp_path, written, meant):
    row = ["Shouting at ducks", 3, "INVENTED", "8N", written, "Notifiable"]
    path = write_book(tmp_path / "made-up.xlsx", {"Values": [HEADER, row]})
    assert set(days_of(read_harm_index(path, version="2024").index)) == {"8N", meant}


def test_the_choice_of_one_weight_is_kept(tmp_path):
    path = write_csv(tmp_path / "made-up.csv", [HEADER, *ROWS])
    read = read_harm_index(path, version="2024", choice=Choice.MAX, name="house-index")
    assert days_of(read.index)["8N"] == 5.5
    assert read.index.choice is Choice.MAX
    assert read.index.label == "house-index (house-index@2024)"


def test_expired_offences_are_left_out_and_counted(tmp_path):
    rows = [*ROWS, ["EXPIRED - Kicking a bucket", 50, "INVENTED", "8N", "008/03", "Notifiable"]]
    read = read_harm_index(write_csv(tmp_path / "made-up.csv", [HEADER, *rows]), version="2024")
    assert read.left_out == {"expired": 1, "not notifiable": 1}
    assert days_of(read.index)["8N"] == 3.0


def test_bad_rows_are_reported_with_what_to_do_and_spoil_nothing(tmp_path):
    bad = [
        ["Shifted", 9, "https://example.org/guideline", "NON", "NN", "111/06"],
        ["Worded", "a few", "INVENTED", "8N", "008/01", "Notifiable"],
        ["Empty", "", "INVENTED", "8N", "008/01", "Notifiable"],
        ["Below", -4, "INVENTED", "8N", "008/01", "Notifiable"],
        ["Unsure", 4, "INVENTED", "8N", "008/01", "Perhaps"],
        ["Unnumbered", 4, "INVENTED", "", "eight", "Notifiable"],
    ]
    path = write_book(tmp_path / "made-up.xlsx", {"Values": [HEADER, *ROWS, *bad]})
    read = read_harm_index(path, version="2024")
    assert [fault.message for fault in read.faults] == [
        "row 6, column group: 'https://example.org/guideline' is a web address: "
        "the row is shifted by a column. Mend the row.",
        "row 7, column days: 'a few' is no number above 0. Write the days.",
        "row 8, column days: nothing is no number above 0. Write the days.",
        "row 9, column days: '-4' is no number above 0. Write the days.",
        "row 10, column notifiable: 'Perhaps' is neither Notifiable nor Non-Notifiable. Write one.",
        "row 11, column classification: 'eight' is no Home Office classification. "
        "Write it as 008/06.",
    ]
    assert {fault.file for fault in read.faults} == {"made-up.xlsx"}
    assert days_of(read.index)["8N"] == 3.0
    assert read.rows_used + sum(read.left_out.values()) + len(read.faults) == read.file.rows


def test_rows_with_nothing_in_them_are_no_rows(tmp_path):
    blank = [""] * len(HEADER)
    rows = [HEADER, ROWS[0], blank, ROWS[1], blank]
    read = read_harm_index(write_csv(tmp_path / "made-up.csv", rows), version="2024")
    assert (read.file.rows, read.faults) == (2, ())


def test_a_file_without_a_good_row_is_refused_with_its_first_fault(tmp_path):
    rows = [HEADER, ["Worded", "a few", "INVENTED", "8N", "008/01", "Notifiable"]]
    with pytest.raises(InputError, match=r"none of its 1 rows .* row 2, column days: 'a few'"):
        read_harm_index(write_csv(tmp_path / "made-up.csv", rows), version="2024")


def test_a_file_of_nothing_notifiable_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none of its 1 rows can be used\.$"):
        read_harm_index(write_csv(tmp_path / "made-up.csv", [HEADER, ROWS[3]]), version="2024")


def test_a_workbook_of_something_else_is_refused(tmp_path):
    path = write_book(tmp_path / "hours.xlsx", {"Hours": [["Officer", "Days"], ["A", 3]]})
    with pytest.raises(InputError, match=r"hours.xlsx has no sheet .* offence title"):
        read_harm_index(path, version="2024")


@pytest.mark.parametrize("name", ["broken.xlsx", "broken.csv"])
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe\x00a,b\n\xe9,\xe9\n" if name.endswith("csv") else b"no workbook")
    with pytest.raises(InputError, match=f"{name} cannot be read as"):
        read_harm_index(path, version="2024")


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match=r"empty.csv cannot be read as CSV"):
        read_harm_index(tmp_path / "empty.csv", version="2024")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_harm_index(tmp_path / "nowhere.xlsx", version="2024")


MIX_HEADER = [
    "fy",
    "fq",
    "force",
    "offence_description",
    "offence_group",
    "offence_subgroup",
    "offence_code",
    "n",
]


def mix_row(n, force="Here", quarter=1, code="34B"):
    return ["2021/22", quarter, force, "Robbery", "Robbery", "Robbery of a person", code, n]


def test_quarters_and_forces_are_added_up(tmp_path):
    rows = [MIX_HEADER, mix_row(5), mix_row(6, quarter=2), mix_row(-1, force="There")]
    path = write_csv(tmp_path / "mix.csv", rows)
    assert read_offence_mix(path)["n"].to_list() == [10]
    assert read_offence_mix(path, forces=["Here"])["n"].to_list() == [11]


def test_a_force_that_the_mix_lacks_is_refused(tmp_path):
    path = write_csv(tmp_path / "mix.csv", [MIX_HEADER, mix_row(5)])
    with pytest.raises(InputError, match="no force named Nowhere"):
        read_offence_mix(path, forces=["Here", "Nowhere"])


def test_a_count_that_is_no_number_is_named_by_its_row(tmp_path):
    path = write_csv(tmp_path / "mix.csv", [MIX_HEADER, mix_row(5), mix_row("N/a")])
    with pytest.raises(InputError, match="row 3, column n: 'N/a'"):
        read_offence_mix(path)


def test_a_mix_without_its_columns_is_refused(tmp_path):
    path = write_csv(tmp_path / "mix.csv", [MIX_HEADER[:-1], mix_row(5)[:-1]])
    with pytest.raises(InputError, match="lacks n; it has fy"):
        read_offence_mix(path)


def test_a_mix_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read as CSV"):
        read_offence_mix(tmp_path / "nowhere.csv")
