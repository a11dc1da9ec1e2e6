"""How a design is told as plain values, for a file, and how it comes back."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.planning.design import make_rule
from patrolwise.planning.design_days import DAY_LOADS, UNAVAILABLE, Design, lay_out_design
from patrolwise.planning.drawing import MECHANISM
from patrolwise.tables import Table, make_table

_NEEDED = ("mechanism", "rule", "areas", "unavailable", "day_loads")


def record_design(design: Design) -> dict[str, Any]:
    """Return a design as plain values fit for JSON.

    Parameters
    ----------
    design : Design

    Returns
    -------
    dict
        With the name of the mechanism that draws from it.
    """
    return {
        "mechanism": MECHANISM,
        "rule": design.rule.as_record(),
        "areas": [*design.area_ids],
        "unavailable": _plain_rows(design.unavailable),
        "day_loads": _plain_rows(design.day_loads),
    }


def make_design(record: Mapping[str, Any]) -> Design:
    """Return the design that a record holds.

    Parameters
    ----------
    record : mapping
        As `record_design` gives it.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        A part is missing or wrong, or another version of Patrolwise drew from it otherwise.
    RefusedError
        As `lay_out_design`.
    """
    faults = [f"{name} is missing." for name in _NEEDED if name not in record]
    if record.get("mechanism", MECHANISM) != MECHANISM:
        faults.append(f"mechanism is {record['mechanism']}, and this version draws by {MECHANISM}.")
    check_faults("Record of a design", faults)
    try:
        areas = [str(area_id) for area_id in record["areas"]]
        unavailable = _table_of(UNAVAILABLE, record["unavailable"])
        day_loads = _table_of(DAY_LOADS, record["day_loads"])
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"Record of a design: a value is not what it should be ({error!r}). Take the file as "
            "it was written."
        ) from error
    return lay_out_design(make_rule(record["rule"]), areas, unavailable, day_loads)


def _plain_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    return table.with_columns(pl.col("day").cast(pl.String)).to_dicts()


def _table_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    schema = {**table.schema, "day": pl.String}
    read = pl.DataFrame(list(rows), schema=schema, strict=True)
    return make_table(table, read.with_columns(pl.col("day").str.to_date()))
