"""Whether a force's share of something stands out among forces: outcomes charged, say."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from patrolwise.benchmarking.funnels import Form, judge_shares
from patrolwise.benchmarking.limits import Floats
from patrolwise.benchmarking.methods import Judged, gather_methods, sign_deviates
from patrolwise.tables import Column, Table

LEAST_EITHER = 10.0  # expected with it, and without it, for a force to be judged

FORCE_PROPORTIONS = Table(
    "FORCE_PROPORTIONS",
    "one force and period: how many of how many",
    (
        Column("force", pl.String, "its name, as in FORCES"),
        Column("period", pl.String, "financial year, years or quarter, as 2023/24 Q2"),
        Column("events", pl.Int64, "those of which the share is told, such as charged"),
        Column("of", pl.Int64, "all of which they are a part, such as recorded; 1 or more"),
    ),
)


def judge_proportion(
    part: Floats, whole: Floats, similar: NDArray[np.bool_] | None = None
) -> Judged:
    """Return units held against the share of all together, by every method.

    Parameters
    ----------
    part, whole : (n,) array
        Counts of at least five units.
    similar : (n, n) array of bool, optional
        Row by row, which units are like each.

    Returns
    -------
    Judged
        Observed is the part, expected what it would be with the share of all together. The scale
        is the arcsine of the square root for all methods but the exact one; a unit is drawn at
        four times its whole.

    Raises
    ------
    InputError
        As `judge_shares` and `hold_against_others`.

    Examples
    --------
    >>> part, whole = np.array([12.0, 9, 11, 10, 40]), np.full(5, 100.0)
    >>> judge_proportion(part, whole).headline.round(1).tolist()
    [-0.3, -0.6, -0.4, -0.4, 3.4]
    """
    share = float(part.sum() / whole.sum())
    trimmed, drawn_in = (judge_shares(part, whole, form) for form in (Form.SHMI, Form.CQC))
    tails = np.minimum(
        stats.binom.cdf(part, whole, share), stats.binom.sf(part - 1.0, whole, share)
    )
    exact = sign_deviates(np.minimum(1.0, 2.0 * tails), part - whole * share)
    return gather_methods(part, whole * share, trimmed, (exact, trimmed, drawn_in), similar)
