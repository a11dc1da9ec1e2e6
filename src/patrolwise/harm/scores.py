"""How much harm a set of crimes did: harm scores, what drives them and what they leave out."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.harm.mixes import CategoryWeights
from patrolwise.harm.offence_codes import normalise_codes
from patrolwise.harm.weights import HarmIndex
from patrolwise.tables import CRIMES, Column, Table, check_columns, make_table

ASB = "anti-social-behaviour"  # the one open data category that is no crime
FOUND_BY = ("police", "company")

HARM_DRIVERS = Table(
    "HARM_DRIVERS",
    "one offence code (or open data category) behind a harm score; the most harm first",
    (
        Column("key", pl.String, "the offence code or the category"),
        Column("name", pl.String, "what it is called"),
        Column("crimes", pl.Int64, "crimes scored"),
        Column("days", pl.Float64, "harm weight of one of them"),
        Column("harm", pl.Float64, "their harm together"),
        Column("low", pl.Float64, "with the lowest weight of the code"),
        Column("high", pl.Float64, "with the highest weight of the code"),
        Column("share", pl.Float64, "of the total, 0 to 1"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class HarmRule:
    """What goes into a harm score. The defaults are those of the index's authors."""

    leave_out: tuple[str, ...] = FOUND_BY  # whose detections make the count, not the harm
    square_root: bool = False  # weigh by the root of days, so that one murder is not everything

    def __post_init__(self) -> None:
        unknown = sorted(set(self.leave_out) - set(FOUND_BY))
        faults = [f"leave_out knows {', '.join(FOUND_BY)}, not {name!r}." for name in unknown]
        check_faults("HarmRule", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class HarmScore:
    """The harm of a set of crimes, in days, with what was and was not scored."""

    index: str  # key: name@version
    label: str  # says when it is an estimate
    is_estimate: bool
    rule: HarmRule
    crimes: int  # all crimes given
    incidents: int  # anti-social behaviour: set aside, as it is no crime
    weighed: int  # crimes with a weight, counted before any was left out
    left_out: int  # crimes with a weight that the rule leaves out
    total: float
    low: float  # with the lowest weight of every code
    high: float  # with the highest
    mix_low: float | None  # over the years' offence mixes; None unless an estimate
    mix_high: float | None
    drivers: pl.DataFrame = field(repr=False)  # HARM_DRIVERS
    excluded: pl.DataFrame = field(repr=False)  # key, name, found_by, crimes
    unweighed: pl.DataFrame = field(repr=False)  # key (null: none given), crimes

    @property
    def coverage(self) -> float:
        """Share of crimes with a weight, 0 to 1; 0 when there are no crimes."""
        return self.weighed / self.crimes if self.crimes else 0.0

    @property
    def scored(self) -> int:
        """Crimes that the total is made of."""
        return self.weighed - self.left_out

    @property
    def per_crime(self) -> float | None:
        """Days for each crime scored; None when none was."""
        return self.total / self.scored if self.scored else None

    @property
    def worst(self) -> str | None:
        """The offence code or category with the most harm; None when nothing was scored."""
        return str(self.drivers["key"][0]) if self.drivers.height else None

    @property
    def total_without_worst(self) -> float:
        """The total without that one: whether a place is harmful but for one kind of crime."""
        return float(self.drivers["harm"][1:].sum())


def score_crimes(crimes: pl.DataFrame, index: HarmIndex, rule: HarmRule = HarmRule()) -> HarmScore:
    """Return the harm of crimes that carry an offence code.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        Those without a code, or with one the index lacks, are counted and not scored.
    index : HarmIndex
    rule : HarmRule
        What is left out, and whether weights are square roots.

    Returns
    -------
    HarmScore
        A total of 0 with no drivers when nothing can be scored. Where coverage is below 1 the
        total is a lower bound.

    References
    ----------
    Sherman, Neyroud and Neyroud (2016), Policing 10(3), 171-183: sum of days. Square roots as
    Agar has them against hot spots made by one rare crime.

    Examples
    --------
    >>> from patrolwise.harm.weights import starting_points_index
    >>> month = pl.Series(["2022-04-01"] * 4).str.to_date()
    >>> codes = ["34B", "8N", "92E", None]
    >>> crimes = make_table(CRIMES, {"force": ["F"] * 4, "month": month, "offence_code": codes,
    ...     "source": ["x"] * 4, "row": [2, 3, 4, 5]})
    >>> score = score_crimes(crimes, starting_points_index())
    >>> score.total, score.coverage, score.left_out, score.per_crime
    (375.0, 0.75, 1, 187.5)
    >>> score_crimes(crimes.clear(), starting_points_index()).per_crime is None
    True
    """
    return _score(crimes, index, rule)


def score_categories(
    crimes: pl.DataFrame,
    weights: CategoryWeights,
    rule: HarmRule = HarmRule(),
) -> HarmScore:
    """Return the estimated harm of open data, which has categories and no offences.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        Scored by ``category``. Anti-social behaviour is set aside and counted.
    weights : CategoryWeights
    rule : HarmRule

    Returns
    -------
    HarmScore
        With ``is_estimate`` True and a label that says so. It cannot see that crimes got worse
        within a category, so harm per crime moves only with the mix of categories. Its coverage
        is of crimes whose category has a weight; that of each weight is in the weights' table.

    Examples
    --------
    >>> from patrolwise.harm.mixes import estimate_category_weights, leicestershire_mix
    >>> from patrolwise.harm.weights import starting_points_index
    >>> weights = estimate_category_weights(leicestershire_mix(), starting_points_index())
    >>> month = pl.Series(["2022-04-01"] * 3).str.to_date()
    >>> kinds = ["robbery", "anti-social-behaviour", "shoplifting"]
    >>> crimes = make_table(CRIMES, {"force": ["F"] * 3, "month": month, "category": kinds,
    ...     "source": ["x"] * 3, "row": [2, 3, 4]})
    >>> score = score_categories(crimes, weights)
    >>> score.total, score.crimes, score.incidents, score.left_out, score.is_estimate
    (365.0, 2, 1, 1, True)
    """
    return _score(crimes, weights, rule)


def weight_of(
    crimes: pl.DataFrame,
    weights: HarmIndex | CategoryWeights,
    rule: HarmRule = HarmRule(),
    *,
    bound: Literal["days", "low", "high"] = "days",
) -> NDArray[np.float64]:
    """Return the harm of each crime, to be summed by area, period or cell.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    weights : HarmIndex or CategoryWeights
    rule : HarmRule
    bound : "days", "low" or "high"
        The weight, or the lowest or highest of the offences that share the code.

    Returns
    -------
    (n,) array, in the order of `crimes`
        Days. 0 for a crime without a weight, one left out and anti-social behaviour: their
        number is in `score_crimes`, which must be printed beside any sum of these.

    Raises
    ------
    InputError
        `bound` is none of the three.

    Examples
    --------
    >>> from patrolwise.harm.weights import starting_points_index
    >>> month = pl.Series(["2022-04-01"] * 3).str.to_date()
    >>> crimes = make_table(CRIMES, {"force": ["F"] * 3, "month": month,
    ...     "offence_code": ["1", "92E", None], "source": ["x"] * 3, "row": [2, 3, 4]})
    >>> weight_of(crimes, starting_points_index()).tolist()
    [5475.0, 0.0, 0.0]
    """
    if bound not in ("days", "low", "high"):
        raise InputError(f"bound is days, low or high, got {bound!r}.")
    rows = _match(crimes, weights, rule)
    counted = pl.when(pl.col("fate") == "scored").then(bound).otherwise(0.0)
    return rows.select(counted.alias("harm")).to_series().to_numpy().astype(np.float64)


def _score(crimes: pl.DataFrame, weights: HarmIndex | CategoryWeights, rule: HarmRule) -> HarmScore:
    rows = _match(crimes, weights, rule)
    number = dict(rows.group_by("fate").len().iter_rows())
    scored = rows.filter(pl.col("fate") == "scored")
    drivers = _find_drivers(scored)
    mixes = [
        float(scored[c].sum()) if weights.is_estimate else None for c in ("mix_low", "mix_high")
    ]
    left_out = number.get("left out", 0)
    return HarmScore(
        index=weights.key,
        label=f"square root weights: {weights.label}" if rule.square_root else weights.label,
        is_estimate=weights.is_estimate,
        rule=rule,
        crimes=rows.height - number.get("incident", 0),
        incidents=number.get("incident", 0),
        weighed=scored.height + left_out,
        left_out=left_out,
        total=float(drivers["harm"].sum()),
        low=float(drivers["low"].sum()),
        high=float(drivers["high"].sum()),
        mix_low=mixes[0],
        mix_high=mixes[1],
        drivers=drivers,
        excluded=_count(rows, "left out", ["key", "name", "found_by"]),
        unweighed=_count(rows, "unweighed", ["key"]),
    )


def _match(
    crimes: pl.DataFrame, weights: HarmIndex | CategoryWeights, rule: HarmRule
) -> pl.DataFrame:
    """Return each crime's key, weights and fate: scored, left out, unweighed or incident."""
    check_columns(crimes, CRIMES, name="crimes")
    lookup = weights.lookup
    if rule.square_root:
        lookup = lookup.with_columns(pl.col(pl.Float64).sqrt())
    keys = crimes[weights.column]
    if weights.column == "offence_code":
        keys = normalise_codes(keys)
    fate = (
        pl.when(pl.col("category").eq_missing(ASB))
        .then(pl.lit("incident"))
        .when(pl.col("days").is_null())
        .then(pl.lit("unweighed"))
        .when(pl.col("found_by").is_in(list(rule.leave_out)).fill_null(value=False))
        .then(pl.lit("left out"))
        .otherwise(pl.lit("scored"))
    )
    return (
        pl.DataFrame({"key": keys, "category": crimes["category"]})
        .join(lookup, on="key", how="left", maintain_order="left")
        .with_columns(fate.alias("fate"))
    )


def _find_drivers(scored: pl.DataFrame) -> pl.DataFrame:
    days = pl.col("days")
    grouped = scored.group_by("key").agg(
        pl.col("name").first(),
        pl.len().alias("crimes"),
        days.first(),
        (days.first() * pl.len()).alias("harm"),
        *[pl.col(bound).first() * pl.len() for bound in ("low", "high")],
    )
    shared = grouped.with_columns((pl.col("harm") / pl.col("harm").sum()).alias("share"))
    return make_table(HARM_DRIVERS, shared.sort(["harm", "key"], descending=[True, False]))


def _count(rows: pl.DataFrame, fate: str, by: list[str]) -> pl.DataFrame:
    counted = rows.filter(pl.col("fate") == fate).group_by(by).agg(pl.len().alias("crimes"))
    return counted.cast({"crimes": pl.Int64}).sort(
        ["crimes", "key"], descending=[True, False], nulls_last=True
    )
