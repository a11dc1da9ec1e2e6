"""What a crime of an open data category weighs, estimated from the force's own offence mix.

Open data gives a category, not an offence, and no harm index has a weight for a category. What is
returned here is therefore always an estimate, and says so wherever it is printed.
"""

from dataclasses import dataclass, field

import polars as pl

from patrolwise.errors import InputError
from patrolwise.harm.offence_codes import normalise_codes
from patrolwise.harm.shipped import read_shipped
from patrolwise.harm.weights import HarmIndex, read_found_by
from patrolwise.tables import Column, Table, check_columns, make_table

RECORDED_MIX = Table(
    "RECORDED_MIX",
    "one offence code in one financial year, as a force recorded it",
    (
        Column("fy", pl.String, "financial year, such as 2021/22"),
        Column("offence_code", pl.String, "Home Office offence code, such as 8N"),
        Column("offence_description", pl.String, "what the offence is called"),
        Column("offence_group", pl.String, "Home Office group"),
        Column("offence_subgroup", pl.String, "Home Office sub-group"),
        Column("n", pl.Int64, "offences recorded; below 0 where a force took some back"),
    ),
)

CATEGORY_WEIGHTS = Table(
    "CATEGORY_WEIGHTS",
    "one open data category with its estimated harm weight",
    (
        Column("category", pl.String, "one of the 13 categories of crime, as a slug"),
        Column("days", pl.Float64, "mean weight of its offences, days; null: too few known", True),
        Column("mix_low", pl.Float64, "lowest of the years' mixes, days", True),
        Column("mix_high", pl.Float64, "highest of the years' mixes, days", True),
        Column("rule_low", pl.Float64, "with the lowest weight of each code, days", True),
        Column("rule_high", pl.Float64, "with the highest weight of each code, days", True),
        Column("coverage", pl.Float64, "share of its offences whose code has a weight, 0 to 1"),
        Column("offences", pl.Int64, "offences recorded in the year of the mix"),
        Column("found_by", pl.String, "police or company, when that goes for all of them", True),
    ),
)

LEAST_COVERAGE = 0.5  # with fewer of its offences weighed, a category's mean is not its own


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How much of recorded crime an index has a weight for."""

    offences: int
    weighed: int
    missing: pl.DataFrame  # offence_code, offence_description, n; the commonest first

    @property
    def share(self) -> float:
        """Share of offences with a weight, 0 to 1; 0 when there are none."""
        return self.weighed / self.offences if self.offences else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class CategoryWeights:
    """Estimated harm weights of the open data categories; never an official score."""

    index: str  # key of the harm index behind them
    fy: str  # the year whose mix gives the weights
    years: tuple[str, ...]  # the years whose mixes give the range
    weights: pl.DataFrame = field(repr=False)  # CATEGORY_WEIGHTS

    is_estimate = True
    column = "category"  # of CRIMES, where the weight is looked up

    def __post_init__(self) -> None:
        check_columns(self.weights, CATEGORY_WEIGHTS, name="weights")

    @property
    def key(self) -> str:
        """The index, marked as an estimate: ``cchi@2020-10, estimate``."""
        return f"{self.index}, estimate"

    @property
    def label(self) -> str:
        """What to call a score made with it."""
        return f"estimate from the force's offence mix of {self.fy} ({self.index})"

    @property
    def lookup(self) -> pl.DataFrame:
        """The weights as a score needs them: key, name, days, ranges, found_by."""
        return self.weights.drop_nulls("days").select(
            pl.col("category").alias("key"),
            pl.col("category").str.replace_all("-", " ").alias("name"),
            "days",
            pl.col("rule_low").alias("low"),
            pl.col("rule_high").alias("high"),
            "found_by",
            "mix_low",
            "mix_high",
        )


def coverage_of(mix: pl.DataFrame, index: HarmIndex) -> Coverage:
    """Return how many recorded offences have a weight in the index.

    Nothing is left out before counting: police-detected offences with a weight are covered.

    Parameters
    ----------
    mix : (n, 6) RECORDED_MIX
        All its years together; filter it first for one.
    index : HarmIndex

    Returns
    -------
    Coverage

    Examples
    --------
    >>> from patrolwise.harm.weights import starting_points_index
    >>> mix = leicestershire_mix().filter(pl.col("fy") == "2021/22")
    >>> f"{coverage_of(mix, starting_points_index()).share:.1%}"
    '92.3%'
    >>> coverage_of(mix.clear(), starting_points_index()).share
    0.0
    """
    weighed = _weigh_mix(mix, index)
    known = weighed.filter(pl.col("days").is_not_null())
    missing = (
        weighed.filter(pl.col("days").is_null())
        .group_by("offence_code", "offence_description")
        .agg(pl.col("n").sum())
        .filter(pl.col("n") != 0)
        .sort(["n", "offence_code"], descending=[True, False])
    )
    return Coverage(
        offences=int(weighed["n"].sum()), weighed=int(known["n"].sum()), missing=missing
    )


def find_categories(mix: pl.DataFrame) -> pl.Series:
    """Return the open data category that each recorded offence is published under.

    By its code, else by its sub-group, else by its group, as data/open_data_categories.csv says.

    Parameters
    ----------
    mix : (n, 6) RECORDED_MIX

    Returns
    -------
    (n,) Series of str, in the order of `mix`
        Null for fraud, which forces do not publish in street-level files.

    References
    ----------
    data.police.uk, about the data: what each category includes. In Leicestershire's 2021/22
    open data has 1 to 11 % fewer crimes a category (docs/explanation/harm.md).

    Examples
    --------
    >>> mix = leicestershire_mix().filter(pl.col("offence_code").is_in(["34B", "46"]))
    >>> sorted(find_categories(mix).unique())
    ['robbery', 'shoplifting']
    """
    check_columns(mix, RECORDED_MIX, name="mix")
    declared = read_shipped("open_data_categories.csv")
    found = mix.select("offence_code", "offence_group", "offence_subgroup")
    found = found.with_columns(normalise_codes(found["offence_code"]))
    by_level = []
    for level in ("offence_code", "offence_subgroup", "offence_group"):
        rows = declared.filter(pl.col("level") == level)
        by_level.append(
            pl.col(level).replace_strict(
                rows["value"], rows["category"], default=None, return_dtype=pl.String
            )
        )
    return found.select(pl.coalesce(by_level).alias("category")).to_series()


def estimate_category_weights(
    mix: pl.DataFrame, index: HarmIndex, *, fy: str | None = None
) -> CategoryWeights:
    """Estimate what a crime of each open data category weighs, from the force's own mix.

    The weight is the mean of the index over the offences the force recorded in that category.
    Two ranges are kept apart, for they answer different questions: `mix_low` to `mix_high` is how
    far the mean moves over the years of `mix`; `rule_low` to `rule_high` takes the lowest and the
    highest weight of every code, and is too wide to be read as an interval. Neither is one.

    Parameters
    ----------
    mix : (n, 6) RECORDED_MIX
        One force, one or more years.
    index : HarmIndex
    fy : str, optional
        The year that gives the weights; the last of the mix, when None.

    Returns
    -------
    CategoryWeights
        All 13 categories of crime. Anti-social behaviour is no crime and has none. A category
        without half of its offences weighed has no weight, and is not guessed.

    Raises
    ------
    InputError
        The mix has no offences, or not that year.

    Examples
    --------
    >>> from patrolwise.harm.weights import starting_points_index
    >>> found = estimate_category_weights(leicestershire_mix(), starting_points_index())
    >>> found.label
    "estimate from the force's offence mix of 2024/25 (guideline-starting-points@2020)"
    >>> found.weights.filter(category="robbery")["days"].item()
    365.0
    """
    weighed = _weigh_mix(mix, index).with_columns(find_categories(mix))
    years = sorted(weighed["fy"].unique())
    chosen = fy or (years[-1] if years else None)
    if chosen not in years:
        raise InputError(
            f"The offence mix has no year {chosen}; it has {', '.join(years) or 'none'}. "
            "Name one of them."
        )
    yearly = _mean_weights(weighed)
    usable = yearly.filter(pl.col("days").is_not_null())
    spread = usable.group_by("category").agg(
        pl.col("days").min().alias("mix_low"), pl.col("days").max().alias("mix_high")
    )
    table = yearly.filter(pl.col("fy") == chosen).join(spread, on="category", how="left")
    # A mean that does not stand has no range either.
    ranges = [pl.when(pl.col("days").is_not_null()).then(c) for c in ("mix_low", "mix_high")]
    table = _every_category(table.with_columns(ranges))
    return CategoryWeights(
        index=index.key,
        fy=str(chosen),
        years=tuple(years),
        weights=make_table(CATEGORY_WEIGHTS, table),
    )


def leicestershire_mix() -> pl.DataFrame:
    """Return the offences Leicestershire Police recorded, 2019/20 to 2024/25, by code.

    Returns
    -------
    (695, 6) RECORDED_MIX

    References
    ----------
    Home Office, police recorded crime open data, police force area tables. Contains public
    sector information licensed under the Open Government Licence v3.0.

    Examples
    --------
    >>> leicestershire_mix().filter(fy="2024/25")["n"].sum()
    95178
    """
    table = read_shipped("leicestershire-offence-mix.csv")
    return make_table(RECORDED_MIX, table)


def _weigh_mix(mix: pl.DataFrame, index: HarmIndex) -> pl.DataFrame:
    """Return the mix, in its order, with the weights of each row's code."""
    check_columns(mix, RECORDED_MIX, name="mix")
    coded = mix.with_columns(normalise_codes(mix["offence_code"]))
    weights = index.weights.select("offence_code", "days", "low", "high")
    found_by = read_found_by().select("offence_code", "found_by")  # codes without a weight too
    for table in (weights, found_by):
        coded = coded.join(table, on="offence_code", how="left", maintain_order="left")
    return coded


def _mean_weights(weighed: pl.DataFrame) -> pl.DataFrame:
    """Return each category's mean weights by year, null where too few offences have one."""
    known = pl.when(pl.col("days").is_not_null()).then("n").otherwise(0)
    left_out = pl.col("found_by").fill_null("").filter(pl.col("n") != 0)
    sums = (
        weighed.drop_nulls("category")
        .group_by("fy", "category")
        .agg(
            pl.col("n").sum().alias("offences"),
            known.sum().alias("known"),
            *[(pl.col(c) * pl.col("n")).sum() for c in ("days", "low", "high")],
            pl.when(left_out.n_unique() == 1).then(left_out.first()).alias("found_by"),
        )
    )
    stands = (pl.col("known") > 0) & (pl.col("known") >= LEAST_COVERAGE * pl.col("offences"))
    means = {"days": "days", "rule_low": "low", "rule_high": "high"}
    return sums.with_columns(
        (pl.col("known") / pl.col("offences")).fill_nan(0.0).alias("coverage"),
        pl.col("found_by").replace("", None),
        *[
            pl.when(stands).then(pl.col(total) / pl.col("known")).alias(mean)
            for mean, total in means.items()
        ],
    )


def _every_category(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with a row for all declared categories, by name."""
    declared = read_shipped("open_data_categories.csv").select("category").unique().sort("category")
    return declared.join(table, on="category", how="left", maintain_order="left").with_columns(
        pl.col("coverage").fill_null(0.0), pl.col("offences").fill_null(0)
    )
