"""Whether crimes still come in flurries, near in place and time, before and after."""

import numpy as np
import polars as pl

from patrolwise.crimes import local_day
from patrolwise.errors import RefusedError
from patrolwise.evaluation.near_repeats import RepeatRule, find_near_repeats
from patrolwise.reporting.displacement_records import NearRepeatBand, NearRepeatRecord
from patrolwise.times import Window

_DAY_US = 86_400_000_000


def measure_repeats(
    outcome: tuple[str, str],
    crimes: pl.DataFrame,
    window: tuple[str, Window],
    rule: RepeatRule,
    rng: np.random.Generator,
) -> NearRepeatRecord:
    """Return the near repeats of one outcome in one window.

    Parameters
    ----------
    outcome : (id@version, title)
    crimes : (n, 16) CRIMES
        Of the outcome, in the hot spots and their rings.
    window : (name, Window)
        The name is "before" or "after".
    rule : RepeatRule
    rng : numpy Generator

    Returns
    -------
    NearRepeatRecord
        Crimes known by a range of up to a day stand in its middle; others are left out. No bands
        when fewer than two crimes are left, or too many lie close to one another.
    """
    within = crimes.filter(local_day().is_between(window[1].first, window[1].last))
    timed = within.select(
        "x",
        "y",
        first=pl.coalesce("time_from", "time_to").to_physical(),
        last=pl.coalesce("time_to", "time_from").to_physical(),
    ).drop_nulls()
    timed = timed.filter((pl.col("last") - pl.col("first")).is_between(0, _DAY_US))
    bands: tuple[NearRepeatBand, ...] = ()
    reason = ""
    if timed.height < 2:
        reason = f"{timed.height} crimes have a time known to within a day; two make a pair."
    else:
        days = (timed["first"] + timed["last"]).to_numpy() / 2 / _DAY_US
        try:
            found = find_near_repeats(timed["x"], timed["y"], days, rule, rng)
            bands = tuple(NearRepeatBand(**row) for row in found.iter_rows(named=True))
        except RefusedError as error:
            reason = str(error)
    return NearRepeatRecord(
        definition=outcome[0],
        title=outcome[1],
        window=window[0],
        crimes=timed.height,
        left_out=within.height - timed.height,
        bands=bands,
        reason=reason,
    )
