"""Awards of grants as one sheet with the column titles of the 360Giving Data Standard."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from patrolwise.files.giving_360 import Grants, make_giving_360

# title of the column in the standard's spreadsheet template → where its value stands in a grant
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Applied For": ("amountAppliedFor",),
    "Amount Awarded": ("amountAwarded",),
    "Amount Disbursed": ("amountDisbursed",),
    "Award Date": ("awardDate",),
    "Planned Dates:Start Date": ("plannedDates", "startDate"),
    "Planned Dates:End Date": ("plannedDates", "endDate"),
    "Planned Dates:Duration (months)": ("plannedDates", "duration"),
    "Recipient Org:Identifier": ("recipientOrganization", "id"),
    "Recipient Org:Name": ("recipientOrganization", "name"),
    "Recipient Org:Charity Number": ("recipientOrganization", "charityNumber"),
    "Recipient Org:Company Number": ("recipientOrganization", "companyNumber"),
    "Beneficiary Location:Name": ("beneficiaryLocation", "name"),
    "Beneficiary Location:Country Code": ("beneficiaryLocation", "countryCode"),
    "Beneficiary Location:Geographic Code": ("beneficiaryLocation", "geoCode"),
    "Beneficiary Location:Geographic Code Type": ("beneficiaryLocation", "geoCodeType"),
    "Funding Org:Identifier": ("fundingOrganization", "id"),
    "Funding Org:Name": ("fundingOrganization", "name"),
    "Grant Programme:Code": ("grantProgramme", "code"),
    "Grant Programme:Title": ("grantProgramme", "title"),
    "From An Open Call?": ("fromOpenCall",),
    "Last Modified": ("dateModified",),
    "Data Source": ("dataSource",),
}
_FORMULA = ("=", "+", "-", "@")


def make_giving_360_csv(grants: Grants, issued: date | None = None, source: str = "") -> str:
    """Return the awards of a round as CSV: one line an award, the same values as the package's.

    Parameters
    ----------
    grants : Grants
    issued : date or None
    source : str

    Returns
    -------
    str
        A text that a spreadsheet would take for a formula begins with an apostrophe.

    Raises
    ------
    RefusedError, InputError
        As `make_giving_360`.

    References
    ----------
    360Giving Data Standard, spreadsheet template: titles of columns.
    """
    package = make_giving_360(grants, issued, source)
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for grant in package["grants"]:
        lines.writerow([_find(grant, where) for where in COLUMNS.values()])
    return written.getvalue()


def _find(grant: Mapping[str, Any], where: tuple[str, ...]) -> Any:
    value = grant.get(where[0], "")
    if where[1:]:
        value = value[0].get(where[1], "")  # each list of a grant of ours has one entry
    is_formula = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value
