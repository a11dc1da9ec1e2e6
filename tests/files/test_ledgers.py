"""Ledgers as forms. Every line here is invented."""

import pytest
import xlsxwriter

from patrolwise.errors import InputError
from patrolwise.files.ledgers import read_ledger
from patrolwise.patrols.ledgers import LEDGER

HEADER = ["service", "first", "last", "kind", "pounds", "may_split", "note"]
PAY = ["outreach", "2024-06-01", "2024-06-30", "Pay", "2736.00", "", "made up"]


def write(folder, *rows):
    path = folder / "costs.csv"
    path.write_text("\n".join(",".join(row) for row in (HEADER, *rows)), encoding="utf-8")
    return path


def test_a_ledger_is_read_as_its_table_and_a_blank_may_split_means_no(tmp_path):
    found = read_ledger(write(tmp_path, PAY, [*PAY[:3], "travel", "£60", "yes", ""]))
    assert dict(found.schema) == LEDGER.schema
    assert found.select("kind", "pounds", "may_split", "note").rows() == [
        ("pay", 2736.0, False, "made up"),
        ("travel", 60.0, True, None),
    ]


def test_a_workbook_gives_the_same_ledger(tmp_path):
    path = tmp_path / "costs.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for n, row in enumerate((HEADER, PAY)):
        sheet.write_row(n, 0, row)
    book.close()
    assert read_ledger(path).equals(read_ledger(write(tmp_path, PAY)))


def test_a_line_that_cannot_be_right_is_told_with_its_row_in_the_file(tmp_path):
    bad = ["outreach", "2024-06-30", "2024-06-01", "wages", "-5", "", ""]
    with pytest.raises(InputError) as raised:
        read_ledger(write(tmp_path, PAY, [], bad))
    told = str(raised.value)
    assert "costs.csv: 3 faults." in told
    assert "Row 4, column last is 2024-06-01: it is before first" in told
    assert "Row 4, column kind is 'wages'" in told
    assert "Row 4, column pounds is -5.0" in told


def test_cells_that_cannot_be_read_are_told_first(tmp_path):
    with pytest.raises(InputError, match=r"Row 2, column pounds is 'lots': that is no number"):
        read_ledger(write(tmp_path, [*PAY[:4], "lots", "", ""]))
