"""Which forces are like which, and how many people each has: as given, or as far as is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.populations import load_populations, populations_of_quarters
from patrolwise.benchmarking.similar_forces import SIMILAR_FORCES, describe_by_crime
from patrolwise.benchmarking.similar_forces import find_similar as find_nearest
from patrolwise.benchmarking.spans import Period
from patrolwise.files.populations import read_populations
from patrolwise.files.similar_forces import read_force_columns, read_similar_forces
from patrolwise.reporting.benchmark_records import SimilarRecord
from patrolwise.tables import make_table

NEAREST = 7  # with itself, groups of eight


@dataclass(frozen=True, kw_only=True, eq=False)
class Similar:
    """Groups of forces that are alike."""

    pairs: pl.DataFrame  # SIMILAR_FORCES
    groups: Mapping[str, tuple[str, ...]]  # force → those like it, the most like first
    told: str  # how they were found

    def of(self, force: str) -> tuple[SimilarRecord, ...]:
        """Return those like a force, the most like first.

        Parameters
        ----------
        force : str

        Returns
        -------
        tuple of SimilarRecord
        """
        own = self.pairs.filter(pl.col("force") == force).sort("rank")
        return tuple(
            SimilarRecord(force=name, distance=distance)
            for name, distance in own.select("similar", "distance").iter_rows()
        )


@dataclass(frozen=True, kw_only=True)
class People:
    """How many people each force has in a period."""

    people: Mapping[str, float]
    told: str


def find_similar(
    path: Path | None, columns: tuple[str, ...], recorded: pl.DataFrame, baseline: Period
) -> Similar:
    """Return which forces are like which.

    Parameters
    ----------
    path : Path or None
        A list of pairs; with columns, numbers of each force by which likeness is measured.
    columns : tuple of str
        Of the file.
    recorded : (n, 6) RECORDED_CRIME
        Of which the mix of crime is taken where no file is given.
    baseline : Period
        The mix is that of the year before it, or its own where there is none.

    Returns
    -------
    Similar

    Raises
    ------
    InputError
        The file is wrong.
    """
    if path is not None and columns:
        pairs = find_nearest(read_force_columns(path, columns), NEAREST)
        told = (
            f"Similar forces: the {NEAREST} nearest by {', '.join(columns)} of {path.name}, each "
            "in standard deviations."
        )
    elif path is not None:
        pairs = read_similar_forces(path)
        told = f"Similar forces: as listed in {path.name}."
    else:
        window = Period(first=baseline.first, quarters=4).before()
        if not set(window.starts) <= set(recorded["quarter"].unique().to_list()):
            window = Period(first=baseline.first, quarters=baseline.quarters)
        mix = describe_by_crime(recorded, window.first, window.before(-1).first)
        if mix.height <= NEAREST:
            few = f"Similar forces: none, since {mix.height} forces are too few to choose from."
            return Similar(pairs=make_table(SIMILAR_FORCES), groups={}, told=few)
        pairs = find_nearest(mix, NEAREST)
        told = (
            f"Similar forces: the {NEAREST} nearest by size and mix of recorded crime in "
            f"{window.label}, for want of anything else about their places. Forces that record "
            "alike count as alike: give a list, or columns, if you have them."
        )
    return Similar(pairs=pairs, groups=_group(pairs), told=told)


def find_people(path: Path | None, period: Period) -> People:
    """Return how many people each force has in the middle of a period.

    Parameters
    ----------
    path : Path or None
        Populations by force and year; None takes those that come with Patrolwise.
    period : Period

    Returns
    -------
    People

    Raises
    ------
    InputError
        The file is wrong.
    """
    known = load_populations() if path is None else read_populations(path)
    quarters = populations_of_quarters(known, list(period.starts))
    means = quarters.group_by("force").agg(pl.col("population").mean())
    first, last = (int(known["year"].sort()[end]) for end in (0, -1))
    source = "ONS estimates" if path is None else path.name
    span = str(first) if first == last else f"{first} to {last}"
    told = f"people who live there, {source} of mid-{span}"
    if quarters["is_held"].any():
        told += ", held for the other years"
    return People(people=dict(means.rows()), told=told)


def _group(pairs: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    grouped = pairs.sort("force", "rank").group_by("force", maintain_order=True)
    return {force: tuple(names) for force, names in grouped.agg("similar").iter_rows()}
