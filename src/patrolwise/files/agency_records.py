"""How records that another agency sends are read: CSV or workbook, each kind by its form."""

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.files.forms import Form, FormColumn, naming, read_form
from patrolwise.partnership.agency_sources import AGENCY_RECORDS
from patrolwise.patrols.row_faults import describe_bad_rows
from patrolwise.tables import make_table

_PERSONS = "A record is of an event, not of a person: names, ages, numbers and notes stay away"
_PLACE = (
    FormColumn(name="longitude", kind="number", may_be_blank=True),
    FormColumn(name="latitude", kind="number", may_be_blank=True),
)
# NHS Data Dictionary: Information Sharing to Tackle Violence Minimum Data Set
_ISTV = Form(
    columns=(
        FormColumn(name="row_id"),
        FormColumn(name="site_code"),
        FormColumn(name="arrival_datetime", kind="time", may_be_blank=True),
        FormColumn(name="assault_datetime", kind="time"),
        FormColumn(name="assault_method"),
        FormColumn(name="assault_method_other", may_be_blank=True),
        FormColumn(name="assault_location_type"),
        FormColumn(name="assault_location_description", may_be_blank=True),
        *_PLACE,
    ),
    why_no_others=_PERSONS,
)
_OTHER = Form(
    columns=(
        FormColumn(name="row_id"),
        FormColumn(name="site_code"),
        FormColumn(name="day", kind="day"),
        FormColumn(name="hour", kind="whole", may_be_blank=True),
        FormColumn(name="category"),
        FormColumn(name="place_type", may_be_blank=True),
        FormColumn(name="place", may_be_blank=True),
        *_PLACE,
    ),
    why_no_others=_PERSONS,
)
_ISTV_KIND = "emergency department"
_WEST_EAST, _SOUTH_NORTH = (-9.0, 3.0), (49.0, 61.0)


def agency_form(kind: str) -> Form:
    """Return the form of a kind of records.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.

    Returns
    -------
    Form
        That of emergency departments has the names of the ISTV minimum data set.

    Examples
    --------
    >>> agency_form("custody").names[:3]
    ['row_id', 'site_code', 'day']
    """
    return _ISTV if kind == _ISTV_KIND else _OTHER


def read_agency_records(path: Path, kind: str, zone: str = "Europe/London") -> pl.DataFrame:
    """Return the records of a file, each time cut to its day and hour.

    Parameters
    ----------
    path : Path
        CSV or workbook.
    kind : str
        A key of `KINDS`.
    zone : str
        Of times, and of the days and hours that they become.

    Returns
    -------
    (n, 9) frame
        AGENCY_RECORDS.

    Raises
    ------
    InputError
        The file cannot be read, or a row cannot be; all faults are named with their rows.
    RefusedError
        It has a further column.
    """
    rows = read_form(path, agency_form(kind), zone=zone)
    if kind == _ISTV_KIND:
        local = pl.col("assault_datetime").dt.convert_time_zone(ZoneInfo(zone).key)
        rows = rows.with_columns(
            day=local.dt.date(),
            hour=local.dt.hour().cast(pl.Int64),
            category=pl.col("assault_method"),
            place_type=pl.col("assault_location_type"),
            place=pl.col("assault_location_description"),
        )
    known = {name: pl.col(name).is_null() for name in ("hour", "longitude", "latitude")}
    twice = pl.col("row_id").is_duplicated()
    apart = known["longitude"] != known["latitude"]
    hours = known["hour"] | pl.col("hour").is_between(0, 23)
    east = known["longitude"] | pl.col("longitude").is_between(*_WEST_EAST)
    north = known["latitude"] | pl.col("latitude").is_between(*_SOUTH_NORTH)
    faults = [
        *describe_bad_rows(rows, ~hours, "hour", "write 0 to 23."),
        *describe_bad_rows(rows, twice, "row_id", "it is there twice; leave one of them out."),
        *describe_bad_rows(rows, apart, "longitude", "give longitude and latitude, or neither."),
        *describe_bad_rows(rows, ~east, "longitude", "write degrees in Great Britain."),
        *describe_bad_rows(rows, ~north, "latitude", "write degrees in Great Britain."),
    ]
    with naming(path):
        check_faults("Records", faults)
    return make_table(AGENCY_RECORDS, rows)
