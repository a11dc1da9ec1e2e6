"""How crimes go with what was done in a place on a day, all that is alike by place or day aside.

A Poisson model of a panel of rows by columns: every row has an effect of its own, columns have
terms of their own (weekday, month, an event, or one effect each), and what is asked about varies
from cell to cell. Crimes need not be Poisson: errors come from how whole clusters differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.estimate import Estimate, find_reach, find_two_sided_p
from patrolwise.evaluation.panels import GivenPanel, Panel, leave_out_empty

Floats = NDArray[np.float64]

_ROUNDS, _LEAST_STEP = 60, 1e-9
_FURTHEST = 12.0  # of a term's lowest to highest, on the log scale: beyond, it is no ratio
_SETTLED = 1e-10  # of the gain that Newton's next step promises, as a share of the crimes
_LEAST_LOG = -300.0  # of an expected count as a share of its row's highest: no underflow
_FEW_CLUSTERS = 30  # below, errors by cluster are too small and the normal is too narrow
_NOT_TOLD_APART = 1e-9  # share of a term that rows and columns leave unexplained


@dataclass(frozen=True, kw_only=True, eq=False)
class PanelFit:
    """What the model found."""

    names: tuple[str, ...]
    logs: Floats  # (k,) logarithm of each term's rate ratio
    covariance: Floats  # (k, k) robust to anything inside clusters
    scores: Floats  # (clusters, k) of the terms, the effects of rows and columns partialled out
    unexplained: Floats  # (k, k) what rows and columns leave of the terms, squared and weighed
    dispersion: float  # Pearson's chi-squared over degrees of freedom: 1 for Poisson
    deviance: float
    cells: int  # that had a say
    clusters: int
    left_out: int  # cells of rows, or of columns, without any crime: they say nothing


def fit_panel(panel: Panel, clusters: Sequence[int] | None = None) -> PanelFit:
    """Return how the terms go with crimes: logs of rate ratios, by quasi-maximum likelihood.

    Parameters
    ----------
    panel : Panel
    clusters : sequence of int, optional
        One number for each row, the same for rows that may go together. None: each row by itself.

    Returns
    -------
    PanelFit

    Raises
    ------
    RefusedError
        Rows and columns explain a term wholly, so that nothing can be said about it; or there is
        no crime, or one cluster.

    References
    ----------
    Hausman, Hall and Griliches (1984), Econometrica 52(4), 909-938: row effects by conditioning.
    Wooldridge (1999), Journal of Econometrics 90(1), 77-97: it holds for any counts whose means
    are right. Frisch-Waugh-Lovell for what is left of a term. Cameron and Miller (2015), Journal
    of Human Resources 50(2), 317-372, for errors by cluster and their factor of few clusters.

    Examples
    --------
    >>> from patrolwise.evaluation.panels import make_panel
    >>> patrolled = [[1, 0, 1, 0], [0, 1, 0, 1]]
    >>> fit = fit_panel(make_panel([[2, 4, 2, 4], [4, 2, 4, 2]], {"patrol": patrolled}))
    >>> round(float(np.exp(fit.logs[0])), 6)
    0.5
    """
    given = leave_out_empty(panel, clusters)
    logs, expected = _maximise(given)
    left, unexplained = _partial_out(given, expected)
    _check_told_apart(given, expected, unexplained)
    scores = _sum_by_cluster(given, left, given.crimes - expected)
    bread, held = np.linalg.inv(unexplained), given.exposure > 0
    cells, members, groups = int(held.sum()), len(given.clusters), len(scores)
    columns = given.column_terms.shape[1] if not given.is_turned else len(given.crimes) - 1
    # effects that lie inside clusters cost no degrees of freedom beyond the mean
    spent = columns + len(panel.names) + 1
    factor = groups / (groups - 1) * (cells - 1) / max(cells - spent, 1)
    pearson = float(((given.crimes - expected)[held] ** 2 / expected[held]).sum())
    return PanelFit(
        names=panel.names,
        logs=logs,
        covariance=factor * bread @ (scores.T @ scores) @ bread,
        scores=scores,
        unexplained=unexplained,
        dispersion=pearson / max(cells - members - columns - len(panel.names), 1),
        deviance=_deviance(given.crimes[held], expected[held]),
        cells=cells,
        clusters=groups,
        left_out=int((panel.exposure > 0).sum()) - cells,
    )


def estimate_term(fit: PanelFit, name: str, level: float = 0.95) -> Estimate:
    """Return the rate ratio of one term.

    Parameters
    ----------
    fit : PanelFit
    name : str
        Of the term.
    level : float

    Returns
    -------
    Estimate
        Interval and p from Student's t with one degree of freedom fewer than clusters.

    Raises
    ------
    InputError
        There is no such term.
    """
    if name not in fit.names:
        raise InputError(f"There is no term {name}. There are {', '.join(fit.names)}.")
    place = fit.names.index(name)
    log_ratio, error = float(fit.logs[place]), float(np.sqrt(fit.covariance[place, place]))
    reach = find_reach(level, fit.clusters - 1)
    few = (
        f" {fit.clusters} clusters are few: see the bootstrap of scores, or the draw."
        if fit.clusters < _FEW_CLUSTERS
        else ""
    )
    return Estimate(
        id=f"panel-{name}",
        name=f"Rate ratio of {name}, fixed effects",
        value=exp(log_ratio),
        low=exp(log_ratio - reach * error),
        high=exp(log_ratio + reach * error),
        level=level,
        p=find_two_sided_p(abs(log_ratio) / error, fit.clusters - 1) if error > 0 else None,
        dispersion=fit.dispersion,
        note=f"{fit.cells:,} cells in {fit.clusters} clusters.{few}",
    )


def score_term(panel: Panel, name: str) -> Floats:
    """Return how each cluster pulls at a term that is held to be without effect.

    Parameters
    ----------
    panel : Panel
    name : str
        Of the term; the others, rows and columns are fitted, and partialled out of it.

    Returns
    -------
    (clusters,) array
        Crimes: more where they go with the term, fewer where they go against it.

    Raises
    ------
    InputError
        There is no such term.
    RefusedError
        As `fit_panel`.
    """
    if name not in panel.names:
        raise InputError(f"There is no term {name}. There are {', '.join(panel.names)}.")
    given, tested = leave_out_empty(panel, None), panel.names.index(name)
    others = [place for place in range(len(panel.names)) if place != tested]
    _, expected = _maximise(replace(given, terms=given.terms[others]))
    left, unexplained = _partial_out(given, expected)
    _check_told_apart(given, expected, unexplained)
    by_others = np.linalg.solve(unexplained[np.ix_(others, others)], unexplained[others, tested])
    own = left[tested] - np.tensordot(by_others, left[others], axes=1)
    return _sum_by_cluster(given, own[None], given.crimes - expected)[:, 0]


def _sum_by_cluster(given: GivenPanel, left: Floats, residual: Floats) -> Floats:
    """Return (clusters, k) sums of residuals times what is left of the terms."""
    scores = np.zeros((int(given.clusters.max()) + 1, len(left)))
    np.add.at(scores, given.clusters, (left * residual).sum(axis=1 if given.is_turned else 2).T)
    return scores


def _check_told_apart(given: GivenPanel, expected: Floats, unexplained: Floats) -> None:
    if not len(given.terms):
        return
    whole = np.einsum("kac,ac->k", given.terms**2, expected)
    scale = np.sqrt(np.maximum(whole, 1e-300))
    alone = np.diag(unexplained) / scale**2
    if (alone <= _NOT_TOLD_APART).any() or np.linalg.cond(
        unexplained / np.outer(scale, scale)
    ) > 1 / _NOT_TOLD_APART:
        raise RefusedError(
            "Nothing can be said about the terms: where and when something was done, and what is "
            "alike by place, weekday or month, or another term, are one and the same thing. "
            "Patrol on some days of a weekday and not on others, or leave a term out."
        )


def _maximise(panel: GivenPanel) -> tuple[Floats, Floats]:
    """Climb by Newton's method; row effects are worked out in closed form at every step."""
    crimes, totals = panel.crimes, panel.crimes.sum(axis=1, keepdims=True)
    columns = panel.column_terms.shape[1]
    coefficients = np.zeros(columns + len(panel.terms))
    expected, height = _expect(panel, coefficients, columns, totals)
    limit, rounds, gain = _SETTLED * float(totals.sum()), 0, np.inf
    while gain > limit and rounds < _ROUNDS:
        slope, curve = _derivatives(panel, crimes - expected, expected, totals)
        step, share = np.linalg.lstsq(curve, slope, rcond=None)[0], 1.0
        gain, rounds, least = float(slope @ step), rounds + 1, height
        expected, height = _expect(panel, coefficients + step, columns, totals)
        # the last step is below what the height can tell, and sharpens the slope
        while gain > limit and height < least and share > _LEAST_STEP:
            share /= 2
            expected, height = _expect(panel, coefficients + share * step, columns, totals)
        coefficients = coefficients + share * step
    logs = coefficients[columns:]
    reach = logs * np.ptp(panel.terms.reshape(len(logs), crimes.size), axis=1)
    if gain > limit or (np.abs(reach) > _FURTHEST).any():
        raise RefusedError(
            "The model finds a ratio of 0, or without end: a term goes with no crime at all. "
            "Compare the days with and without it by the draw instead."
        )
    return logs, expected


def _expect(
    panel: GivenPanel, coefficients: Floats, columns: int, totals: Floats
) -> tuple[Floats, float]:
    """Return expected crimes, each row's total being what it had, and the log-likelihood."""
    linear = np.tensordot(coefficients[columns:], panel.terms, axes=1)
    linear = linear + panel.column_terms @ coefficients[:columns]
    linear = linear - linear.max(axis=1, keepdims=True)
    weight = panel.exposure * np.exp(np.maximum(linear, _LEAST_LOG))
    share = weight / weight.sum(axis=1, keepdims=True)
    held = panel.crimes > 0
    return totals * share, float((panel.crimes[held] * np.log(share[held])).sum())


def _derivatives(
    panel: GivenPanel, residual: Floats, expected: Floats, totals: Floats
) -> tuple[Floats, Floats]:
    """Return slope and curvature of the likelihood by column terms, then terms."""
    flags, terms = panel.column_terms, panel.terms
    weighed = terms * expected
    flat = terms.reshape(len(terms), residual.size)
    slope = np.r_[residual.sum(axis=0) @ flags, flat @ residual.ravel()]
    means = np.c_[expected @ flags, weighed.sum(axis=2).T]  # (rows, q + k), times row totals
    q = flags.shape[1]
    curve = np.empty((len(slope), len(slope)))
    curve[:q, :q] = flags.T * expected.sum(axis=0) @ flags
    curve[:q, q:] = flags.T @ weighed.sum(axis=1).T
    curve[q:, :q] = curve[:q, q:].T
    curve[q:, q:] = weighed.reshape(flat.shape) @ flat.T
    curve -= means.T @ (means / totals)
    return slope, curve


def _partial_out(given: GivenPanel, expected: Floats) -> tuple[Floats, Floats]:
    """Return what rows and columns leave of each term, and its weighed products.

    Returns
    -------
    (k, rows, columns), (k, k)
    """
    terms, flags = given.terms, given.column_terms
    totals = expected.sum(axis=1, keepdims=True)
    weighed = terms * expected
    row_means = weighed.sum(axis=2, keepdims=True) / totals
    left = terms - row_means
    if flags.shape[1]:
        flag_means = expected @ flags / totals  # (rows, q)
        products = flags.T * expected.sum(axis=0) @ flags - (expected @ flags).T @ flag_means
        against = flags.T @ weighed.sum(axis=1).T - flag_means.T @ weighed.sum(axis=2).T
        by_flag = np.linalg.lstsq(products, against, rcond=None)[0]  # (q, k)
        left = left - (by_flag.T @ flags.T)[:, None, :] + (flag_means @ by_flag).T[:, :, None]
    flat = (left * expected).reshape(len(left), expected.size)
    return left, flat @ left.reshape(flat.shape).T


def _deviance(crimes: Floats, expected: Floats) -> float:
    some = crimes > 0
    fitting = (crimes[some] * np.log(crimes[some] / expected[some])).sum()
    return float(2 * (fitting - (crimes - expected).sum()))
