"""Doses of patrol as arrays of hot spots by days, from the tables that were written before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.evaluation.estimate import find_reach
from patrolwise.tables import DOSES, check_columns, make_table
from patrolwise.times import Window

Floats = NDArray[np.float64]
LEVEL_OF_DOSES = 0.95  # of patrol_low_min and patrol_high_min


@dataclass(frozen=True, kw_only=True, eq=False)
class Doses:
    """Minutes and visits of each service, by hot spot and day."""

    window: Window
    minutes: Mapping[str, Floats]  # service → (hot spots, days)
    visits: Mapping[str, Floats]
    edges: Mapping[str, Floats]  # minutes: the truth to be expected, less what was credited
    variances: Mapping[str, Floats]  # minutes squared, of the truth less the credit
    is_simulated: bool


def read_doses(paths: Sequence[Path], areas: pl.DataFrame, window: Window | None) -> Doses:
    """Return the doses of files that `patrolwise dose` wrote, one day once.

    Parameters
    ----------
    paths : sequence of Path
        CSV with the columns of DOSES.
    areas : (m, 3) AREAS
        Hot spots, in the order wanted.
    window : Window or None
        None takes all days of the files.

    Returns
    -------
    Doses

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, a hot spot, service and day is there twice, or
        one is missing: a day without patrol is a row of 0, and no row means that nobody knows.
    """
    read = [_read(path) for path in paths]
    doses = pl.concat([table for table, _ in read])
    if doses.is_empty():
        raise InputError(f"{', '.join(path.name for path in paths)}: there is no dose.")
    first, last = doses["day"].min(), doses["day"].max()
    held = window or Window("days", first, last)  # type: ignore[arg-type]  # dates, as DOSES says
    doses = doses.filter(
        pl.col("day").is_between(held.first, held.last),
        pl.col("area_id").is_in(areas["area_id"].implode()),
    )
    services = doses["service"].unique(maintain_order=True).to_list()
    every = _every(areas, held, services)
    _check(doses, every)
    joined = every.join(doses, on=["area_id", "service", "day"], how="left", maintain_order="left")
    shape = (len(services), areas.height, held.days)
    minutes = joined["patrol_min"].to_numpy().reshape(shape)
    visits = joined["visits"].cast(pl.Float64).to_numpy().reshape(shape)
    low, high = (
        joined[name].to_numpy().reshape(shape) for name in ("patrol_low_min", "patrol_high_min")
    )
    # as `total_minutes`: where the lower end was clipped at 0, the edge cannot be found
    edges = np.where(low > 0, (low + high) / 2 - minutes, 0.0)
    variances = ((high - minutes - edges) / find_reach(LEVEL_OF_DOSES, None)) ** 2
    return Doses(
        window=held,
        minutes=dict(zip(services, minutes, strict=True)),
        visits=dict(zip(services, visits, strict=True)),
        edges=dict(zip(services, edges, strict=True)),
        variances=dict(zip(services, variances, strict=True)),
        is_simulated=any(simulated for _, simulated in read),
    )


def _read(path: Path) -> tuple[pl.DataFrame, bool]:
    try:
        head = pl.read_csv(path, n_rows=0).columns
        known = {name: dtype for name, dtype in DOSES.schema.items() if name in head}
        table = pl.read_csv(path, schema_overrides=known)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"{path.name} cannot be read: {reason}. Give the doses.csv that patrolwise dose wrote."
        ) from error
    missing = [name for name in DOSES.names if name not in table.columns]
    if missing:
        raise InputError(
            f"{path.name} lacks {', '.join(missing)}. Give the doses.csv of patrolwise dose."
        )
    made = make_table(DOSES, table)
    check_columns(made, DOSES, name=path.name)
    return made, "simulated" in table.columns


def _every(areas: pl.DataFrame, window: Window, services: Sequence[str]) -> pl.DataFrame:
    days = [window.first + timedelta(days=k) for k in range(window.days)]
    return (
        pl.DataFrame({"service": services}, {"service": pl.String})
        .join(areas.select("area_id"), how="cross", maintain_order="left_right")
        .join(pl.DataFrame({"day": days}), how="cross", maintain_order="left_right")
    )


def _check(doses: pl.DataFrame, every: pl.DataFrame) -> None:
    keys = ["area_id", "service", "day"]
    twice = doses.filter(doses.select(keys).is_duplicated()).select(keys).unique()
    missing = every.join(doses, on=keys, how="anti")
    faults = []
    if twice.height:
        area, service, day = twice.sort(keys).row(0)
        faults.append(
            f"{twice.height:,} hot spot-days are there more than once, such as {service} in {area} "
            f"on {day}. Give files whose days do not overlap."
        )
    if missing.height:
        area, service, day = missing.sort(keys).select(keys).row(0)
        faults.append(
            f"{missing.height:,} hot spot-days have no row, such as {service} in {area} on {day}. "
            "A day without patrol is a row of 0; without a row nobody knows. Add those "
            "doses, or give a shorter window."
        )
    check_faults("Doses", faults)
