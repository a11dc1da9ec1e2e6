"""Which counts forces are compared by: the registry of measures, and each force's quarters."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.period_counts import MEASURE_COUNTS, is_financial_year
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.errors import InputError, check_faults
from patrolwise.tables import check_columns, make_table

DIRECTIONS = ("down", "up", "neutral")

_CELL = ["force", "quarter"]
_KIND = ["offence_code", "offence_group", "offence_subgroup"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One count by which forces are compared: what is in it, and how it may be read.

    An offence is in by its group, its sub-group or its code, and out by not_groups or not_codes.
    With none of the first three, every offence is in.
    """

    id: str
    title: str  # as a reader is told it
    metric: str  # "count"; rates are made of it where populations are known
    source: str
    geography: str
    frequency: str
    lag_months: int  # from a quarter's end until it is published
    baseline: tuple[str, str]  # first and last financial year that a change is told against
    min_count: int  # fewest expected offences in a period for a force to be judged
    direction_good: str  # down, up, or neutral where recording follows police activity
    groups: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()  # under their newest names
    codes: tuple[str, ...] = ()
    not_groups: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    starts: date | None = None  # first day from which its codes exist; None when they always did
    note: str = ""

    def __post_init__(self) -> None:
        faults = []
        if self.direction_good not in DIRECTIONS:
            faults.append(
                f"direction_good is {self.direction_good!r}; it is one of {', '.join(DIRECTIONS)}."
            )
        faults += [
            f"{name} is {value}; it is 0 or more."
            for name, value in (("min_count", self.min_count), ("lag_months", self.lag_months))
            if value < 0
        ]
        if len(self.baseline) != 2 or not all(map(is_financial_year, self.baseline)):
            faults.append(f"baseline is {self.baseline}; write two years, each as 2019/20.")
        elif self.baseline[0] > self.baseline[1]:
            faults.append(f"baseline is {self.baseline}: its first year comes after its last.")
        check_faults(f"Measure {self.id}", faults)

    @property
    def baseline_days(self) -> tuple[date, date]:
        """The first day of the baseline, and the first day after it."""
        first, last = (int(year[:4]) for year in self.baseline)
        return date(first, 4, 1), date(last + 1, 4, 1)

    def takes(self, code: str, group: str, subgroup: str) -> bool:
        """Return whether an offence is in the measure.

        Parameters
        ----------
        code, group, subgroup : str
            As in RECORDED_CRIME.

        Returns
        -------
        bool
        """
        if group in self.not_groups or code in self.not_codes:
            return False
        if not (self.groups or self.subgroups or self.codes):
            return True
        return group in self.groups or subgroup in self.subgroups or code in self.codes


def load_measures() -> dict[str, Measure]:
    """Return the measures that come with Patrolwise, by id.

    Returns
    -------
    dict of id to Measure
        In the order of a report: violence first, all crime last. A new dict each time.

    Examples
    --------
    >>> load_measures()["robbery"].groups
    ('Robbery',)
    """
    return dict(_shipped())


def find_measure(id: str, measures: Mapping[str, Measure] | None = None) -> Measure:  # noqa: A002
    """Return the measure of that id.

    Parameters
    ----------
    id : str
    measures : mapping of id to Measure, optional
        Where to look; the shipped ones when None.

    Returns
    -------
    Measure

    Raises
    ------
    InputError
        There is none; the message lists those there are.

    Examples
    --------
    >>> find_measure("rape").title
    'Rape'
    """
    known = _shipped() if measures is None else measures
    if id not in known:
        raise InputError(f"There is no measure {id}. Choose one of {', '.join(known)}.")
    return known[id]


def count_measure(
    recorded: pl.DataFrame, measure: Measure, forces: Iterable[str] | None = None
) -> pl.DataFrame:
    """Return how many offences of a measure each force recorded, quarter by quarter.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME
    measure : Measure
    forces : iterable of str, optional
        Which forces; the 43 territorial ones when None.

    Returns
    -------
    (k, 4) MEASURE_COUNTS, by force, then quarter
        A force's quarter with no row at all in `recorded` has none here: it is not known, not 0.
        Nor have quarters before the measure starts.

    Raises
    ------
    InputError
        `recorded` is no RECORDED_CRIME table.

    Examples
    --------
    >>> row = ("Kent", date(2023, 4, 1), "34B", "Robbery", "Robbery of personal property", 250)
    >>> recorded = pl.DataFrame([row], schema=RECORDED_CRIME.schema, orient="row")
    >>> count_measure(recorded, find_measure("robbery"))["n"].to_list()
    [250]
    >>> count_measure(recorded, find_measure("rape"))["n"].to_list()
    [0]
    """
    return count_measures(recorded, [measure], forces)


def count_measures(
    recorded: pl.DataFrame, measures: Iterable[Measure], forces: Iterable[str] | None = None
) -> pl.DataFrame:
    """Return the counts of many measures at once, as `count_measure` does for one.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME
    measures : iterable of Measure
    forces : iterable of str, optional
        Which forces; the 43 territorial ones when None.

    Returns
    -------
    (k, 4) MEASURE_COUNTS, by measure in the order given, force, quarter

    Raises
    ------
    InputError
        `recorded` is no RECORDED_CRIME table.
    """
    check_columns(recorded, RECORDED_CRIME, name="recorded")
    chosen = list(measures)
    wanted = territorial_forces() if forces is None else tuple(forces)
    rows = recorded.filter(pl.col("force").is_in(wanted))
    cells = rows.select(_CELL).unique().sort(_CELL)
    kinds = rows.select(_KIND).unique().sort(_KIND)
    if not chosen or cells.is_empty():
        return make_table(MEASURE_COUNTS)
    # One matrix of cells by offences, times one of offences by measures: each row is read once.
    placed = rows.join(cells.with_row_index("cell"), on=_CELL, how="left").join(
        kinds.with_row_index("kind"), on=_KIND, how="left"
    )
    sums = np.zeros((cells.height, kinds.height), dtype=np.int64)
    np.add.at(sums, (placed["cell"].to_numpy(), placed["kind"].to_numpy()), placed["n"].to_numpy())
    is_in = np.array(
        [[one.takes(*kind) for one in chosen] for kind in kinds.rows()], dtype=np.int64
    )
    counts = sums @ is_in
    frames = [
        cells.with_columns(measure=pl.lit(one.id), n=counts[:, at]).filter(
            pl.col("quarter") >= (one.starts or date.min)
        )
        for at, one in enumerate(chosen)
    ]
    return make_table(MEASURE_COUNTS, pl.concat(frames))


@cache
def _shipped() -> dict[str, Measure]:
    path = files("patrolwise.benchmarking") / "data" / "measures.toml"
    given = tomllib.loads(path.read_text("utf-8"))
    made = [_measure_from({**given["common"], **one}) for one in given["measure"]]
    return {one.id: one for one in made}


def _measure_from(given: Mapping[str, Any]) -> Measure:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items()
    }
    return Measure(**values)
