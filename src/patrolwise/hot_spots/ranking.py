"""Which cells are truly busiest, once the luck in their counts is allowed for.

Among many cells the busiest were also the luckiest, and next year they are counted lower with no
action at all. Empirical Bayes pulls each count towards the mean of all cells by as much as chance
explains, and says how sure one may be that a cell is among the first few.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.tables import CELL_COUNTS, Column, Table, check_columns, make_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RANKED_CELLS = Table(
    "RANKED_CELLS",
    "one cell of a grid, with its rank once chance is allowed for",
    (
        *CELL_COUNTS.columns,
        Column("shrunken", pl.Float64, "expected crimes in a unit of exposure, chance allowed for"),
        Column("low", pl.Float64, "lower end of the interval of the expected crimes"),
        Column("high", pl.Float64, "upper end of the interval of the expected crimes"),
        Column("rank", pl.Int64, "1 is the busiest; ties by the lower cell key"),
        Column("rank_low", pl.Int64, "best rank that the interval allows"),
        Column("rank_high", pl.Int64, "worst rank that the interval allows"),
        Column("in_top", pl.Float64, "probability of being among the top cells, 0 to 1"),
        Column("in_top_error", pl.Float64, "simulation's standard error of in_top"),
    ),
)

_MOST_DRAWN = 2_000_000  # values in memory at once: 16 MB
_ALPHA_RANGE = (1e-6, 1e6)  # beyond these the likelihood is flat


@dataclass(frozen=True, kw_only=True)
class GammaPrior:
    """How true crime rates differ between cells: a gamma distribution.

    `mean` is in crimes for a unit of exposure. `alpha` is the shape; infinity means that the
    cells differ no more than chance, and then the prior is its mean and every cell shrinks to it.
    """

    mean: float
    alpha: float

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.mean < inf:
            faults.append(f"The mean must be 0 or more, got {self.mean}.")
        if not self.alpha > 0:
            faults.append(f"Alpha must be above 0, got {self.alpha}.")
        if self.mean == 0 and self.alpha != inf:
            faults.append("A mean of 0 leaves no difference between cells: alpha must be infinite.")
        check_faults("Gamma prior", faults)

    @property
    def is_collapsed(self) -> bool:
        """Whether the cells differ no more than chance."""
        return self.alpha == inf

    @property
    def beta(self) -> float:
        """The gamma distribution's rate, in units of exposure; infinite when collapsed."""
        return inf if self.is_collapsed else self.alpha / self.mean

    @property
    def variance(self) -> float:
        """The variance of true rates between cells."""
        return self.mean**2 / self.alpha


@dataclass(frozen=True, kw_only=True)
class RankRule:
    """How cells are ranked. Exposure is the length of the counts' window, in years say."""

    top: int = 7
    exposure: float = 1.0
    level: float = 0.95
    draws: int = 2_000

    def __post_init__(self) -> None:
        faults = []
        if self.top < 1:
            faults.append(f"The top must be 1 cell or more, got {self.top}.")
        if not 0 < self.exposure < inf:
            faults.append(f"The exposure must be above 0, got {self.exposure}.")
        if not 0 < self.level < 1:
            faults.append(f"The level must be between 0 and 1, got {self.level}.")
        if self.draws < 100:
            faults.append(f"There must be 100 draws or more, got {self.draws}.")
        check_faults("Rank rule", faults)


def fit_prior(crimes: ArrayLike, exposure: ArrayLike = 1.0) -> GammaPrior:
    """Return the gamma distribution of true rates that makes the counts most likely.

    Give every cell, the empty ones too: fitted to busy cells only, it finds too high a mean and
    shrinks too little.

    Parameters
    ----------
    crimes : (n,) array
        Counts, 0 or more.
    exposure : (n,) array or float
        Years, or whatever the rate is for; above 0.

    Returns
    -------
    GammaPrior
        Collapsed to its mean when the counts vary no more than chance: then, and only then, the
        likelihood has no maximum at a finite alpha.

    Raises
    ------
    InputError
        There is no cell, a count is negative or missing, or an exposure is not above 0.

    References
    ----------
    Robbins (1956) and Clayton and Kaldor (1987), Biometrics 43, 671-681: the gamma-Poisson model,
    whose counts are negative binomial. Levin and Reeds (1977), Annals of Statistics 5, 79-87: when
    its maximum is finite.

    Examples
    --------
    >>> prior = fit_prior([0, 0, 1, 0, 9, 2, 0, 4])
    >>> prior.mean, round(prior.alpha, 2)
    (2.0, 0.41)
    >>> fit_prior([2, 2, 2]).is_collapsed
    True
    """
    y, t = _counts_and_exposure(crimes, exposure)
    mean = float(y.sum() / t.sum())
    expected = t * mean
    # Exactly as much as chance is a matter of rounding: it must not be fitted as a hair more.
    if np.sum((y - expected) ** 2 - y) <= 1e-9 * y.sum():
        return GammaPrior(mean=mean, alpha=inf)
    # Cells alike in count and exposure are one term of the likelihood.
    pairs, times = np.unique(np.c_[y, t], axis=0, return_counts=True)
    return _maximise(pairs[:, 0], pairs[:, 1], times.astype(float), mean)


def expected_next(
    prior: GammaPrior,
    crimes: ArrayLike,
    exposure: ArrayLike = 1.0,
    next_exposure: ArrayLike = 1.0,
) -> Floats:
    """Return the crimes to expect next, when nothing changes but luck.

    A hot spot chosen for its count falls towards this with no action: an effect is a fall below
    it, not a fall below the count.

    Parameters
    ----------
    prior : GammaPrior
        Fitted to all cells of the window in which the spots were chosen.
    crimes : (n,) array
        Counts in that window.
    exposure, next_exposure : (n,) array or float
        Length of that window, and of the one to come, in the prior's unit.

    Returns
    -------
    (n,) array
        (crimes + alpha) / (exposure + beta) for each unit of the next exposure.

    Raises
    ------
    InputError
        A count is negative or missing, or an exposure is not above 0.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43, 671-681; Hauer (1997), Observational Before-After
    Studies in Road Safety: the same expectation against regression to the mean.

    Examples
    --------
    Cells have 2 crimes on average with variance 6; one with 20 falls by 30 % on its own.

    >>> prior = GammaPrior(mean=2.0, alpha=1.0)
    >>> expected_next(prior, [20]).tolist()
    [14.0]
    >>> expected_next(GammaPrior(mean=2.0, alpha=float("inf")), [20]).tolist()
    [2.0]
    """
    y, t = _counts_and_exposure(crimes, exposure)
    following: Floats = np.broadcast_to(np.asarray(next_exposure, dtype=float), y.shape)
    if not np.all(following > 0):
        raise InputError("The next exposure must be above 0 for every cell.")
    if prior.is_collapsed:
        return prior.mean * following
    return (y + prior.alpha) / (t + prior.beta) * following


def rank_cells(
    cells: pl.DataFrame,
    rng: np.random.Generator,
    rule: RankRule | None = None,
    prior: GammaPrior | None = None,
) -> pl.DataFrame:
    """Return the cells in order of what they can be expected to have, and how sure the order is.

    Parameters
    ----------
    cells : (n, 5) CELL_COUNTS, any order
        All cells of the study area, the empty ones too.
    rng : numpy Generator
        For the probabilities and rank intervals.
    rule : RankRule, optional
    prior : GammaPrior, optional
        None fits it to `cells`.

    Returns
    -------
    (n, 13) RANKED_CELLS, by rank
        Cells with the same count have the same probability. With a collapsed prior nothing tells
        the cells apart: each is in the top with probability top / n.

    Raises
    ------
    InputError
        `cells` is not the table, or has fewer cells than the top.

    References
    ----------
    Goldstein and Spiegelhalter (1996), JRSS A 159, 385-443: ranks need intervals. Hauer (1997):
    the shrunken count.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> crimes = [30, 4, 0, 1, 0, 3, 0, 2]
    >>> cells = make_table(
    ...     CELL_COUNTS,
    ...     {"cell": range(8), "x": [0.0] * 8, "y": [0.0] * 8, "crimes": crimes},
    ... )
    >>> ranked = rank_cells(cells, np.random.default_rng(1), RankRule(top=1))
    >>> ranked["cell"][0], ranked["shrunken"][0] < 30, ranked["in_top"][0] > 0.99
    (0, True, True)
    """
    rule = rule or RankRule()
    check_columns(cells, CELL_COUNTS, name="cells")
    if cells.height < rule.top:
        raise InputError(
            f"There are {cells.height} cells, and the top {rule.top} were asked for. Ask for fewer."
        )
    crimes = cells["crimes"].to_numpy()
    prior = prior or fit_prior(crimes, rule.exposure)
    low, high = _interval(prior, crimes, rule)
    columns = {
        "shrunken": expected_next(prior, crimes, rule.exposure),
        "low": low,
        "high": high,
        **_simulate_ranks(prior, crimes, rule, rng),
    }
    ordered = (
        cells.with_columns(pl.Series(name, values) for name, values in columns.items())
        .sort(["shrunken", "crimes", "cell"], descending=[True, True, False])
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"))
    )
    return make_table(RANKED_CELLS, ordered)


def _counts_and_exposure(crimes: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    y = np.atleast_1d(np.asarray(crimes, dtype=float))
    t = np.broadcast_to(np.asarray(exposure, dtype=float), y.shape)
    faults = []
    if y.size == 0:
        faults.append("There is no cell.")
    if not np.all(y >= 0):
        faults.append("A count is negative or missing.")
    if not np.all((t > 0) & (t < inf)):
        faults.append("Every exposure must be above 0.")
    check_faults("Crimes and exposure", faults)
    return y, t


def _maximise(y: Floats, t: Floats, times: Floats, mean: float) -> GammaPrior:
    """Find the negative binomial's maximum by log mean and log alpha, from the moments on."""
    from scipy.optimize import minimize  # noqa: PLC0415  slow to import
    from scipy.special import digamma, gammaln  # noqa: PLC0415

    cells = times.sum()

    def loss(at: Floats) -> tuple[float, Floats]:
        m, a = np.exp(at)
        expected = t * m
        log_share = np.log(a / (a + expected))
        terms = gammaln(y + a) - gammaln(a) + a * log_share + y * np.log(expected / (a + expected))
        by_log_mean = (y - expected) * a / (a + expected)
        by_log_alpha = a * (
            digamma(y + a) - digamma(a) + log_share + (expected - y) / (a + expected)
        )
        gradient = np.array([times @ by_log_mean, times @ by_log_alpha])
        return -float(times @ terms) / cells, -gradient / cells

    spread = float(times @ ((y - t * mean) ** 2 - y) / (times @ (t * mean) ** 2))
    start = np.log([mean, np.clip(1 / spread, *_ALPHA_RANGE)])
    bounds = [(None, None), tuple(np.log(_ALPHA_RANGE))]
    options = {"ftol": 1e-15, "gtol": 1e-10}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    fitted_mean, alpha = np.exp(found.x)
    # With equal exposures the mean is known exactly, and a rounded one would only puzzle.
    return GammaPrior(mean=mean if np.ptp(t) == 0 else float(fitted_mean), alpha=float(alpha))


def _interval(prior: GammaPrior, crimes: Integers, rule: RankRule) -> tuple[Floats, Floats]:
    if prior.is_collapsed:
        return np.full(len(crimes), prior.mean), np.full(len(crimes), prior.mean)
    from scipy.special import gammaincinv  # noqa: PLC0415  slow to import

    tail = (1 - rule.level) / 2
    shape, rate = crimes + prior.alpha, rule.exposure + prior.beta
    return gammaincinv(shape, tail) / rate, gammaincinv(shape, 1 - tail) / rate


def _simulate_ranks(
    prior: GammaPrior, crimes: Integers, rule: RankRule, rng: np.random.Generator
) -> dict[str, NDArray[np.generic]]:
    """Draw true rates and rank them; cells with the same count share one answer."""
    order = np.argsort(crimes, kind="stable")
    _, firsts, which, sizes = np.unique(
        crimes[order], return_index=True, return_inverse=True, return_counts=True
    )
    shares, ranks = [], []
    batch = max(1, _MOST_DRAWN // len(crimes))
    for start in range(0, rule.draws, batch):
        rates = _draw_rates(prior, crimes[order], min(batch, rule.draws - start), rng)
        rising = np.sort(rates, axis=1)
        in_top = rates >= rising[:, [len(crimes) - rule.top]]
        shares.append(np.add.reduceat(in_top, firsts, axis=1, dtype=np.int64) / sizes)
        # One cell stands for all that have its count: they are exchangeable.
        drawn = zip(rising, rates[:, firsts], strict=True)
        ranks.append(np.stack([_ranks_in(row, rate) for row, rate in drawn]))
    share, rank = np.concatenate(shares), np.concatenate(ranks)
    tail = (1 - rule.level) / 2
    by_count = {
        "in_top": share.mean(axis=0),
        "in_top_error": share.std(axis=0, ddof=1) / np.sqrt(rule.draws),
        "rank_low": np.quantile(rank, tail, axis=0, method="lower"),
        "rank_high": np.quantile(rank, 1 - tail, axis=0, method="higher"),
    }
    back = np.empty_like(order)
    back[order] = which
    return {name: column[back] for name, column in by_count.items()}


def _draw_rates(
    prior: GammaPrior, crimes: Integers, draws: int, rng: np.random.Generator
) -> Floats:
    size = (draws, len(crimes))
    if prior.is_collapsed:
        return rng.random(size)  # all rates are equal: any order is as likely
    return rng.standard_gamma(crimes + prior.alpha, size)


def _ranks_in(rising: Floats, drawn: Floats) -> Integers:
    return len(rising) - np.searchsorted(rising, drawn, side="right") + 1
