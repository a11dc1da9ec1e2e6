"""What one crime of each offence code weighs: a harm index, its date and how it was chosen."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from patrolwise.definitions import known_offence_codes
from patrolwise.errors import check_faults
from patrolwise.harm.offence_codes import normalise_codes
from patrolwise.harm.shipped import read_shipped
from patrolwise.tables import Column, Table, check_columns, make_table

OFFENCE_ROWS = Table(
    "OFFENCE_ROWS",
    "one notifiable offence of a harm index, as its workbook lists it",
    (
        Column("offence_code", pl.String, "Home Office offence code, such as 8N", True),
        Column("classification", pl.String, "full classification, such as 008/06", True),
        Column("offence", pl.String, "what the offence is called"),
        Column("days", pl.Float64, "its harm weight, days"),
    ),
)

HARM_WEIGHTS = Table(
    "HARM_WEIGHTS",
    "one offence code, or one full Home Office classification, with its harm weight",
    (
        Column("offence_code", pl.String, "such as 8N, 4.3 or 008/06; unique"),
        Column("offence", pl.String, "the name of its first offence"),
        Column("days", pl.Float64, "the harm weight that is used, days"),
        Column("low", pl.Float64, "the lowest weight among the offences of that code, days"),
        Column("high", pl.Float64, "the highest weight among them, days"),
        Column("rows", pl.Int64, "how many offences of the index share that code"),
        Column(
            "found_by", pl.String, "police or company, where their effort makes the count", True
        ),
    ),
)

_CROWN = (
    "Contains public sector information licensed under the Open Government Licence v3.0: "
    "Sentencing Council guidelines in force in 2020."
)


class Choice(StrEnum):
    """How one weight is made of the several that offences of one code have."""

    MEDIAN = "median"  # of an even number, the mean of the middle two
    MEDIAN_LOW = "median-low"  # of an even number, the lower of the middle two
    MIN = "min"
    MAX = "max"
    MEAN = "mean"


@dataclass(frozen=True, kw_only=True, eq=False)
class HarmIndex:
    """A dated table of harm weights; every score names it by its key."""

    name: str  # slug, such as "cchi"
    title: str  # as printed
    version: str  # its date: 2020 or 2020-10
    weights: pl.DataFrame = field(repr=False)  # HARM_WEIGHTS
    choice: Choice = Choice.MEDIAN_LOW
    source: str
    licence: str

    is_estimate = False
    column = "offence_code"  # of CRIMES, where the weight is looked up

    def __post_init__(self) -> None:
        check_columns(self.weights, HARM_WEIGHTS, name="weights")
        check_faults("Harm index", _index_faults(self))

    @property
    def key(self) -> str:
        """Name and version, as every figure prints them: ``cchi@2020-10``."""
        return f"{self.name}@{self.version}"

    @property
    def label(self) -> str:
        """What to call a score made with it."""
        return f"{self.title} ({self.key})"

    @property
    def lookup(self) -> pl.DataFrame:
        """The weights as a score needs them: key, name, days, low, high, found_by."""
        named = self.weights.rename({"offence_code": "key", "offence": "name"})
        return named.select("key", "name", "days", "low", "high", "found_by")


def weigh_offences(offences: pl.DataFrame, choice: Choice = Choice.MEDIAN_LOW) -> pl.DataFrame:
    """Return one weight for each offence code out of the several an index lists under it.

    Recorded crime carries the code, not the very offence. The lower median is the default because
    most codes hold one common offence and a few rare ones far above it (code 8N: actual bodily
    harm beside female genital mutilation), which would pull a mean up though they are hardly ever
    recorded. Lowest and highest are kept beside it.

    Parameters
    ----------
    offences : (n, 4) OFFENCE_ROWS
        Notifiable offences only. Codes may be written in any of the ways known.
    choice : Choice
        Between two quite different offences the median is the weight of neither (code 59:
        threats to damage at 2 days, explosives at 1,460, median 731); `MEDIAN_LOW` is.

    Returns
    -------
    (k, 7) HARM_WEIGHTS, by code
        Short codes and full classifications both have a row.

    Examples
    --------
    >>> rows = make_table(OFFENCE_ROWS, {"offence_code": ["8N", "8N", "8N"],
    ...     "offence": ["a", "b", "c"], "days": [10.0, 19.0, 1460.0]})
    >>> weigh_offences(rows).select("offence_code", "days", "low", "high").row(0)
    ('8N', 19.0, 10.0, 1460.0)
    >>> weigh_offences(rows.clear()).height
    0
    """
    check_columns(offences, OFFENCE_ROWS, name="offences")
    found_by = read_found_by().select("offence_code", "found_by")
    coded = offences.with_columns(
        normalise_codes(offences["offence_code"]),
        normalise_codes(offences["classification"]),
    ).join(found_by, on="offence_code", how="left", maintain_order="left")
    weighed = [
        coded.drop_nulls(column)
        .group_by(pl.col(column).alias("offence_code"), maintain_order=True)
        .agg(
            _name(column),
            _chosen(choice).alias("days"),
            pl.col("days").min().alias("low"),
            pl.col("days").max().alias("high"),
            pl.len().cast(pl.Int64).alias("rows"),
            # A classification that several codes share is left out only if all of them are.
            pl.when(pl.col("found_by").n_unique() == 1).then(pl.col("found_by").first()),
        )
        for column in ("offence_code", "classification")
    ]
    table = pl.concat(weighed).unique("offence_code", keep="first").sort("offence_code")
    return make_table(HARM_WEIGHTS, table)


def starting_points_index() -> HarmIndex:
    """Return the small index that Patrolwise ships: guideline starting points of common offences.

    It is a cited table of facts made in the manner of the Cambridge Crime Harm Index, so that
    there is something to run without the official workbook. It is neither that index nor a
    replacement for it.

    Returns
    -------
    HarmIndex
        One offence a code, so that low, days and high are the same.

    References
    ----------
    Sentencing Council, guidelines in force in 2020 (named in data/starting-points.csv).
    Sherman, Neyroud and Neyroud (2016), Policing 10(3), 171-183: the starting point for a first
    offence as a weight, and days for a fine or an order.

    Examples
    --------
    >>> index = starting_points_index()
    >>> index.key, index.weights.height
    ('guideline-starting-points@2020', 46)
    """
    offences = read_shipped("starting-points.csv").with_columns(pl.col("days").cast(pl.Float64))
    return HarmIndex(
        name="guideline-starting-points",
        title="Guideline starting points",
        version="2020",
        weights=weigh_offences(make_table(OFFENCE_ROWS, offences)),
        source="Sentencing Council guidelines in force in 2020, starting points of a first offence",
        licence=_CROWN,
    )


def read_found_by() -> pl.DataFrame:
    """Return the offence codes whose count follows the effort of police or of companies.

    The authors of the Cambridge index leave such offences out of the harm total.

    Returns
    -------
    (k, 5) frame: offence_code, offence, found_by (police or company), reason, source

    References
    ----------
    Sherman, Neyroud and Neyroud (2016), Policing 10(3), 171-183; Sherman et al. (2020),
    Cambridge Journal of Evidence-Based Policing 4, 1-14: that proactively detected offences and
    shop theft found by shop staff are left out. The weapons codes are our reading of it.

    Examples
    --------
    >>> sorted(read_found_by()["found_by"].unique())
    ['company', 'police']
    """
    return read_shipped("found-by.csv")


def _chosen(choice: Choice) -> pl.Expr:
    days = pl.col("days")
    made = {
        Choice.MEDIAN: days.median(),
        Choice.MEDIAN_LOW: days.quantile(0.5, interpolation="lower"),
        Choice.MIN: days.min(),
        Choice.MAX: days.max(),
        Choice.MEAN: days.mean(),
    }
    return made[choice]


def _index_faults(index: HarmIndex) -> list[str]:
    faults = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", index.name):
        faults.append(f"Its name must be a slug such as cchi, got {index.name!r}.")
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", index.version):
        faults.append(f"Its version must be a date such as 2020-10, got {index.version!r}.")
    weights = index.weights
    if weights.is_empty():
        faults.append("It has no weights.")
    repeated = weights.filter(pl.col("offence_code").is_duplicated())["offence_code"].unique()
    if len(repeated):
        faults.append(f"Codes with two weights: {', '.join(sorted(repeated))}. Keep one of each.")
    in_order = (pl.col("low") > 0) & (pl.col("low") <= pl.col("days"))
    in_order &= (pl.col("days") <= pl.col("high")) & pl.col("high").is_finite()
    wrong = weights.filter(~in_order.fill_null(value=False))["offence_code"].to_list()
    if wrong:
        faults.append(f"Codes without 0 < low <= days <= high: {', '.join(wrong)}.")
    return faults


def _name(column: str) -> pl.Expr:
    """Return what a code is called: by the Home Office where it lists it, else its first offence.

    An index names single offences; the first of code 8N is one that is hardly ever recorded.
    """
    official = {code: offence.description for code, offence in known_offence_codes().items()}
    listed = pl.col(column).first().replace_strict(official, default=None)
    return pl.coalesce(listed, pl.col("offence").first()).alias("offence")
