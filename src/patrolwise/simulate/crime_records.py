"""What the crimes that were drawn would have looked like in a force's records."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.places import area_geometries
from patrolwise.simulate.areas import draw_within
from patrolwise.simulate.crimes import CrimeRule, DrawnDays
from patrolwise.simulate.gps_error import SOURCE
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import PATROL_DAY_STARTS

FORCE = "Simulated force"
_LOCAL_ZONE = "Europe/London"


def draw_crimes(
    drawn: DrawnDays, areas: pl.DataFrame, rule: CrimeRule, rng: np.random.Generator
) -> pl.DataFrame:
    """Return one record for each crime that was drawn.

    It lies within its area, uniformly, and within its patrol day, by the rule's hours of the
    local clock: the clock that the day began with, when it changes in the night. All happened in
    a public place, none is domestic.

    Parameters
    ----------
    drawn : DrawnDays
        Of the same rule.
    areas : (m, 3) AREAS
        All areas of `drawn`, the ring too.
    rule : CrimeRule
    rng : numpy Generator

    Returns
    -------
    (n, 16) CRIMES, by time
        `source` is "simulated" and `force` "Simulated force" in every row; ids begin with
        "simulated".

    Raises
    ------
    InputError
        An area of `drawn` is not in `areas`.
    """
    known = areas["area_id"].to_list()
    if unknown := [a for a in drawn.place_days["area_id"].unique().sort() if a not in known]:
        raise InputError(f"areas lacks {', '.join(unknown)}, where crimes were drawn. Add them.")
    kinds = len(rule.offences)
    cell = np.repeat(np.arange(drawn.kinds.size), drawn.kinds.ravel())
    rows, kind = drawn.place_days[cell // kinds], cell % kinds
    places = _draw_places(rows["area_id"], areas, rng)
    time = _draw_times(rows["day"], rule, rng)
    local = time.dt.convert_time_zone(_LOCAL_ZONE)
    name = dict(zip(areas["area_id"], areas["name"], strict=True))
    knives = np.array([offence.knife_share for offence in rule.offences])
    crimes = pl.DataFrame(
        {
            "time_from": time,
            "time_to": time,
            "month": local.dt.date().dt.truncate("1mo"),
            "x": places[:, 0],
            "y": places[:, 1],
            "category": np.array([offence.category for offence in rule.offences])[kind],
            "offence_code": np.array([offence.code for offence in rule.offences])[kind],
            "place": rows["area_id"].replace_strict(name, return_dtype=pl.String),
            "knife": rng.random(len(kind)) < knives[kind],
        }
    ).sort("time_from", maintain_order=True)
    numbered = crimes.with_row_index("row", offset=2).with_columns(
        crime_id=pl.format("simulated-{}", pl.int_range(1, pl.len() + 1)),
        force=pl.lit(FORCE),
        domestic=pl.lit(value=False),
        public_place=pl.lit(value=True),
        source=pl.lit(SOURCE),
    )
    return make_table(CRIMES, numbered)


def _draw_places(
    area_ids: pl.Series, areas: pl.DataFrame, rng: np.random.Generator
) -> NDArray[np.float64]:
    places = np.empty((len(area_ids), 2))
    for area_id, shape in zip(areas["area_id"], area_geometries(areas), strict=True):
        here = (area_ids == area_id).to_numpy()
        places[here] = draw_within(shape, int(here.sum()), rng)
    return places


def _draw_times(days: pl.Series, rule: CrimeRule, rng: np.random.Generator) -> pl.Series:
    weights = np.array(rule.hours, dtype=float)
    hour = rng.choice(24, size=len(days), p=weights / weights.sum())
    minute = rng.integers(60, size=len(days))
    start = (days.cast(pl.Datetime("us")) + PATROL_DAY_STARTS).dt.replace_time_zone("UTC")
    begins = start.dt.convert_time_zone(_LOCAL_ZONE).dt.hour().to_numpy().astype(np.int64)
    minutes = (hour - begins) % 24 * 60 + minute
    return start + pl.Series(minutes * 60_000_000, dtype=pl.Int64).cast(pl.Duration("us"))
