"""Awards as a sheet: the package's values under the standard's titles."""

import csv
import io

from patrolwise.files.giving_360 import make_giving_360
from patrolwise.files.giving_360_csv import COLUMNS, make_giving_360_csv

from .test_giving_360 import SOURCE, application, award, grants


def read(given):
    return list(csv.DictReader(io.StringIO(make_giving_360_csv(given, source=SOURCE))))


def test_a_line_has_the_values_of_the_package():
    given = grants()
    (line,), (grant,) = read(given), make_giving_360(given, source=SOURCE)["grants"]
    assert list(line) == list(COLUMNS)
    assert line["Identifier"] == grant["id"]
    assert line["Amount Awarded"] == str(grant["amountAwarded"])
    assert line["Planned Dates:End Date"] == grant["plannedDates"][0]["endDate"]
    assert line["Planned Dates:Duration (months)"] == "9"
    assert line["Recipient Org:Identifier"] == grant["recipientOrganization"][0]["id"]
    assert line["Recipient Org:Company Number"] == ""
    assert line["Beneficiary Location:Geographic Code"] == "E06000016"
    assert {one[0] for one in COLUMNS.values()} == set(grant)  # nothing of a grant is left out


def test_a_text_that_a_spreadsheet_would_reckon_is_kept_from_it():
    given = grants((application(title="=2+2", summary="+1 more, as text"), award()))
    (line,) = read(given)
    assert line["Title"] == "'=2+2"
    assert line["Description"] == "'+1 more, as text"
