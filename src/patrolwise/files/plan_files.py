"""How rotas and plans are written so that people can edit them, and how they are read back.

Times are written as the clock on the wall with its offset, such as 2024-06-03T14:00+01:00: easy to
edit, and one instant even in the hour that happens twice.
"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.files.planning_forms import NO_PERSONS
from patrolwise.files.whole_files import write_whole
from patrolwise.patrols.compliance import LOCAL_ZONE
from patrolwise.patrols.row_faults import describe_bad_rows
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.tables import Table, check_columns, make_table

ROTA_FORM = Form(
    columns=(
        FormColumn(name="day", kind="day"),
        FormColumn(name="shift"),
        FormColumn(name="service"),
        FormColumn(name="unit_id"),
        FormColumn(name="staff_id"),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
        FormColumn(name="is_locked", kind="yes_no", may_be_blank=True),
    ),
    why_no_others=NO_PERSONS,
)
PLAN_FORM = Form(
    columns=(
        FormColumn(name="day", kind="day"),
        FormColumn(name="shift"),
        FormColumn(name="service"),
        FormColumn(name="unit_id"),
        FormColumn(name="area_id", may_be_blank=True),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
        FormColumn(name="is_locked", kind="yes_no", may_be_blank=True),
    ),
    why_no_others=NO_PERSONS,
)
_LONGEST = timedelta(days=1)


def write_rota(path: str | Path, rota: pl.DataFrame) -> None:
    """Write a rota as CSV; a file there is replaced only by a whole one.

    Parameters
    ----------
    path : str or Path
        Ends in .csv.
    rota : (n, 8) ROTA

    Raises
    ------
    InputError
        It is no such table, the name ends otherwise, or the disk refuses.
    """
    _write(Path(path), rota, ROTA)


def read_rota(path: str | Path, *, zone: str = LOCAL_ZONE) -> pl.DataFrame:
    """Return a rota that was written, perhaps edited by hand since.

    Whether it keeps the rules of rotas is for their checker to say.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of ROTA. A blank is_locked means no.
    zone : str
        Time zone of times without an offset.

    Returns
    -------
    (n, 8) ROTA, in the order of the file

    Raises
    ------
    InputError
        As `read_form`; or a shift does not end after it begins, or lasts over a day. All are named.
    RefusedError
        It has a further column, such as names.
    """
    rows = read_form(path, ROTA_FORM, zone=zone)
    check_faults(Path(path).name, _time_faults(rows))
    return make_table(ROTA, rows.with_columns(pl.col("is_locked").fill_null(value=False)))


def write_plan(path: str | Path, planned: pl.DataFrame) -> None:
    """Write planned visits and breaks as CSV; a file there is replaced only by a whole one.

    Parameters
    ----------
    path : str or Path
        Ends in .csv.
    planned : (n, 8) PLANNED_VISITS

    Raises
    ------
    InputError
        It is no such table, the name ends otherwise, or the disk refuses.
    """
    _write(Path(path), planned, PLANNED_VISITS)


def read_plan(path: str | Path, *, zone: str = LOCAL_ZONE) -> pl.DataFrame:
    r"""Return planned visits that were written, perhaps edited by hand since.

    Whether they keep the rules of their shift is for `checking.find_breaches` to say.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of PLANNED_VISITS. A blank area_id is a break, a blank
        is_locked means no.
    zone : str
        Time zone of times without an offset.

    Returns
    -------
    (n, 8) PLANNED_VISITS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`; or a row does not end after it begins, or lasts over a day. All are named.
    RefusedError
        It has a further column, such as names.

    Examples
    --------
    >>> import tempfile
    >>> row = "2024-06-03,late,police,p1,market,2024-06-03 14:30,2024-06-03 14:45,yes"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "plan.csv"
    ...     _ = path.write_text(f"day,shift,service,unit_id,area_id,start,end,is_locked\n{row}\n")
    ...     read_plan(path)["start"].dt.hour().to_list()
    [13]
    """
    rows = read_form(path, PLAN_FORM, zone=zone)
    check_faults(Path(path).name, _time_faults(rows))
    return make_table(PLANNED_VISITS, rows.with_columns(pl.col("is_locked").fill_null(value=False)))


def tell_rows(table: pl.DataFrame, declared: Table) -> bytes:
    """Return a rota or a plan as the CSV that is read back: local times, yes and no.

    Parameters
    ----------
    table : (n, 8) ROTA or PLANNED_VISITS
    declared : Table
        Which of the two it is.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        It is no such table.
    """
    check_columns(table, declared, name=declared.name)
    zone = ZoneInfo(LOCAL_ZONE)
    told = table.select(declared.names).with_columns(
        *(
            pl.Series(name, [_tell_time(time, zone) for time in table[name]], dtype=pl.String)
            for name in ("start", "end")
        ),
        pl.when("is_locked").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("is_locked"),
    )
    return told.write_csv().encode()


def _write(path: Path, table: pl.DataFrame, declared: Table) -> None:
    if path.suffix != ".csv":
        raise InputError(f"{path} must end in .csv. Give another name.")
    check_columns(table, declared, name=path.name)
    write_whole(path, tell_rows(table, declared))


def _tell_time(time: datetime, zone: ZoneInfo) -> str:
    local = time.astimezone(zone)
    is_whole = not (local.second or local.microsecond)
    return local.isoformat(timespec="minutes" if is_whole else "auto")


def _time_faults(rows: pl.DataFrame) -> list[str]:
    lasts = pl.col("end") - pl.col("start")
    faults = describe_bad_rows(
        rows, lasts <= timedelta(0), "end", "it is not after start; correct one of them."
    )
    return faults + describe_bad_rows(
        rows, lasts > _LONGEST, "end",
        "it is more than a day after start; check its date.",
    )  # fmt: skip
