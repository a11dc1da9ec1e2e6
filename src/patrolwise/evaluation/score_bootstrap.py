"""A test of a term where clusters are few: seven hot spots are seven clusters, not 5,000 days."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.fixed_effects import score_term
from patrolwise.evaluation.panels import Panel

_EVERY_SIGN = 12  # clusters up to which every choice of signs is looked at
_ROUNDING = 1e-9


def find_score_p(panel: Panel, name: str, rng: np.random.Generator, draws: int = 9999) -> float:
    """Return the p-value of one term, from the scores of clusters with their signs drawn anew.

    Were the term without effect, the score of each cluster would as soon be negative as positive.
    The statistic is the sum of scores over the root of the sum of their squares.

    Parameters
    ----------
    panel : Panel
    name : str
        Of the term that is tested; the others stay in the model.
    rng : numpy Generator
        Used only with more than 12 clusters; with fewer, every choice of signs is looked at.
    draws : int

    Returns
    -------
    float
        Two-sided, never 0. With 7 clusters it cannot be below 2 / 128.

    Raises
    ------
    InputError
        There is no such term.
    RefusedError
        As `fit_panel`.

    References
    ----------
    Kline and Santos (2012), Journal of Econometric Methods 1(1), 23-41: the score bootstrap, for
    models that are not linear. Canay, Santos and Shaikh (2021), Review of Economics and
    Statistics 103(2), 346-363: with few clusters it is a test by signs.
    """
    scores = score_term(panel, name)
    if len(scores) <= _EVERY_SIGN:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(scores))))
        return float(_further(scores, signs).mean())
    signs = rng.choice((-1.0, 1.0), size=(draws, len(scores)))
    return float((1 + _further(scores, signs).sum()) / (1 + draws))


def _further(scores: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.bool_]:
    # the sum of squares does not change with the signs
    found = abs(float(scores.sum()))
    return np.asarray(np.abs(signs @ scores) >= found * (1 - _ROUNDING), dtype=np.bool_)
