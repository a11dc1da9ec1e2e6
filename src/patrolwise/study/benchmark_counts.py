"""Counts of forces by quarter, as arrays: what a period holds, and where something is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from patrolwise.benchmarking.limits import Floats
from patrolwise.benchmarking.measures import Measure, count_measures
from patrolwise.benchmarking.spans import Period

_HALF = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class ForceCounts:
    """Counts of every measure: rows are forces, columns quarters; NaN where nothing is known."""

    forces: tuple[str, ...]  # by name
    quarters: tuple[date, ...]  # first days, without a gap
    counts: dict[str, Floats]  # (forces, quarters) of each measure

    def of_period(self, measure: str, period: Period) -> Floats:
        """Return what each force had in a period.

        Parameters
        ----------
        measure : str
        period : Period

        Returns
        -------
        (forces,) array
            NaN where a quarter is not known.
        """
        place = {day: k for k, day in enumerate(self.quarters)}
        columns = [place[day] for day in period.starts if day in place]
        if len(columns) < period.quarters:
            return np.full(len(self.forces), np.nan)
        return np.asarray(self.counts[measure][:, columns].sum(axis=1))

    def has(self, period: Period) -> bool:
        """Return whether a period lies within the quarters that there are.

        Parameters
        ----------
        period : Period

        Returns
        -------
        bool
        """
        return set(period.starts) <= set(self.quarters)


def gather_counts(
    recorded: pl.DataFrame, measures: Sequence[Measure], forces: Sequence[str]
) -> ForceCounts:
    """Return the counts of every measure by force and quarter.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME
    measures : sequence of Measure
    forces : sequence of str

    Returns
    -------
    ForceCounts
        From the first quarter that any force has to the last.
    """
    table = count_measures(recorded, measures, forces)
    known = sorted(table["quarter"].unique().to_list())
    quarters = _fill(known[0], known[-1]) if known else ()
    names = tuple(sorted(forces))
    row = {name: k for k, name in enumerate(names)}
    column = {day: k for k, day in enumerate(quarters)}
    counts = {one.id: np.full((len(names), len(quarters)), np.nan) for one in measures}
    for measure, part in table.partition_by("measure", as_dict=True).items():
        own = counts[str(measure[0])]
        at = [row[name] for name in part["force"]], [column[day] for day in part["quarter"]]
        own[at] = part["n"].to_numpy()
    return ForceCounts(forces=names, quarters=quarters, counts=counts)


def find_overlaps(measures: Sequence[Measure], recorded: pl.DataFrame) -> dict[str, list[str]]:
    """Return for each measure the others that count mostly the same offences.

    Parameters
    ----------
    measures : sequence of Measure
    recorded : (n, 6) RECORDED_CRIME

    Returns
    -------
    dict of id to list of id
        Those of which at least half of all offences in either are in both.
    """
    key = ["offence_code", "offence_group", "offence_subgroup"]
    kinds = recorded.group_by(key).agg(pl.col("n").sum()).sort(key)
    n = kinds["n"].to_numpy()
    taken = {
        one.id: np.array([one.takes(*kind) for kind in kinds.select(key).rows()])
        for one in measures
    }
    found: dict[str, list[str]] = {one.id: [] for one in measures}
    for one, own in taken.items():
        for other, theirs in taken.items():
            either = float(n[own | theirs].sum())
            if one != other and either > 0 and float(n[own & theirs].sum()) / either >= _HALF:
                found[one].append(other)
    return found


def _fill(first: date, last: date) -> tuple[date, ...]:
    days, period = [first], Period(first=first, quarters=1)
    while days[-1] < last:
        period = period.before(-1)
        days.append(period.first)
    return tuple(days)
