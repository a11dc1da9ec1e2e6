"""Whether an independent program finds the same synthetic control: pysyncon, a second opinion.

Patrolwise solves for weights itself, exactly and without another package. This sets its blend
beside that of pysyncon, which many evaluators know, where that is installed (extra `synthetic`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import MissingExtraError
from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.synthetic_control import fit_synthetic_control

Floats = NDArray[np.float64]

# weights of covariates (t, t), donors (t, d), treated (t,) → weights (d,), loss
Solver = Callable[[Floats, Floats, Floats], tuple[Floats, float]]


@dataclass(frozen=True, kw_only=True)
class PeerComparison:
    """Two blends of the same areas. The smaller gap before is the better fit."""

    gap_own: float  # root mean squared gap before, crimes a period
    gap_peer: float
    ratio_own: float | None  # treated crimes after over the blend's
    ratio_peer: float | None
    furthest: float  # largest difference between the two in one weight


def need_pysyncon() -> Any:
    """Return the pysyncon package.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return import_module("pysyncon")
    except ImportError:
        raise MissingExtraError(
            "A second opinion on the synthetic control needs pysyncon, which is not installed. "
            "Run: pip install 'patrolwise[synthetic]'."
        ) from None


def compare_with_peer(panel: AreaPanel, solve: Solver | None = None) -> PeerComparison:
    """Return Patrolwise's synthetic control beside another program's.

    Parameters
    ----------
    panel : AreaPanel
    solve : function or None
        Of the form of pysyncon's; None takes pysyncon's own.

    Returns
    -------
    PeerComparison
        Periods before are the only covariates, all of one weight.

    Raises
    ------
    MissingExtraError
        `solve` is None and pysyncon is not installed.

    References
    ----------
    Abadie and Gardeazabal (2003), American Economic Review 93(1), 113-132, appendix B; pysyncon,
    `Synth.w_optimize`.
    """
    find = need_pysyncon().Synth.w_optimize if solve is None else solve
    fitted, donors = fit_synthetic_control(panel), panel.counts[~panel.treated]
    before = panel.first_after
    weights, _ = find(np.eye(before), donors[:, :before].T, fitted.treated[:before])
    gap = fitted.treated - weights @ donors
    return PeerComparison(
        gap_own=fitted.gap_before,
        gap_peer=float(np.sqrt((gap[:before] ** 2).mean())),
        ratio_own=_find_ratio(fitted.treated[before:], fitted.synthetic[before:]),
        ratio_peer=_find_ratio(fitted.treated[before:], (weights @ donors)[before:]),
        furthest=float(np.abs(weights - fitted.weights[~panel.treated]).max()),
    )


def _find_ratio(treated: Floats, blend: Floats) -> float | None:
    return float(treated.sum() / blend.sum()) if blend.sum() > 0 else None
