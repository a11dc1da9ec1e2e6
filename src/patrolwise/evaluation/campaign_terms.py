"""How two periods compare with campaigns as a covariate: beside the headline, never instead of it.

A week of action may raise counts, since more is found, or lower them. Where one period had more
such months than the other, a before-and-after ratio holds their effect too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.estimate import Estimate, find_reach, find_two_sided_p

Floats = NDArray[np.float64]

ID, NAME = "rate-ratio-paired-months-campaigns", "Campaigns as a covariate, paired months"
_FEWEST_PAIRS = 4  # two parameters leave two degrees of freedom
_MOST_STEPS = 50
_LONGEST_STEP = 2.0  # of a log ratio: a longer one may jump over the answer
_SETTLED = 1e-10
_ENDLESS = 20.0  # a log ratio beyond it runs off to infinity


@dataclass(frozen=True, kw_only=True, eq=False)
class CampaignMonths:
    """Crimes by calendar month, aligned between two periods, and whether each had a campaign."""

    before: Floats
    after: Floats
    campaigns_before: NDArray[np.bool_]
    campaigns_after: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name, kind in (
            ("before", float),
            ("after", float),
            ("campaigns_before", bool),
            ("campaigns_after", bool),
        ):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind).ravel())
        lengths = {name: len(given) for name, given in vars(self).items()}
        faults = []
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            faults.append(f"They differ in length: {told}. Give as many months for each.")
        if any((counts < 0).any() for counts in (self.before, self.after)):
            faults.append("A count is below 0. Counts are 0 or more.")
        check_faults("Months with campaigns", faults)

    @property
    def differ(self) -> NDArray[np.float64]:
        """By pair: 1 where only the later month had one, -1 only the earlier, 0 both or none."""
        return self.campaigns_after.astype(float) - self.campaigns_before


def estimate_with_campaigns(months: CampaignMonths, *, level: float = 0.95) -> Estimate:
    """Return the rate ratio of two periods with months of campaigns as a covariate.

    The k-th month of one period is set against the k-th of the other, so that season cancels. A
    campaign multiplies a month's crimes by one factor, the same in both periods, which is
    estimated together with the ratio. A pair of months that both had a campaign cancels it.

    Parameters
    ----------
    months : CampaignMonths
    level : float

    Returns
    -------
    Estimate
        Never a headline: it is not calibrated on placebo splits of real months. No value where
        campaigns and the change cannot be told apart, and none with fewer than four pairs that
        hold a crime. Phi is never taken below 1.

    References
    ----------
    Quasi-Poisson: McCullagh and Nelder (1989), Generalized Linear Models, section 9.2.4. Month
    effects are conditioned out, which leaves a logistic regression of each pair's later share.

    Examples
    --------
    >>> year = CampaignMonths(
    ...     before=[40, 50, 60, 50, 40], after=[20, 50, 30, 25, 20],
    ...     campaigns_before=[False] * 5, campaigns_after=[False, True, False, False, False])
    >>> round(estimate_with_campaigns(year).value, 3)  # the second month is the campaign's own
    0.5
    """
    held = months.before + months.after > 0
    after, total = months.after[held], (months.before + months.after)[held]
    design = np.column_stack([np.ones(len(after)), months.differ[held]])
    refusal = _find_refusal(design)
    fitted = None if refusal else _fit(design, after, total)
    if fitted is None:
        note = refusal or "Months with campaigns, or those without, have no crime in one period."
        return Estimate(id=ID, name=NAME, value=None, note=note)
    terms, information, share = fitted
    df = len(after) - 2
    squares = (after - total * share) ** 2 / (total * share * (1 - share))
    phi = max(1.0, float(squares.sum()) / df)
    error = float(np.sqrt(phi * np.linalg.inv(information)[0, 0]))
    reach = find_reach(level, df)
    return Estimate(
        id=ID,
        name=NAME,
        value=float(np.exp(terms[0])),
        low=float(np.exp(terms[0] - reach * error)),
        high=float(np.exp(terms[0] + reach * error)),
        level=level,
        p=find_two_sided_p(abs(terms[0]) / error, df),
        dispersion=phi,
        note=f"A month with a campaign has {np.exp(terms[1]):.2f} times the crimes of one without, "
        "by this model.",
    )


def _find_refusal(design: Floats) -> str:
    """Return why there can be no estimate; blank when there can."""
    if len(design) < _FEWEST_PAIRS:
        return f"Needs {_FEWEST_PAIRS} pairs of months with crime for an interval."
    differ = design[:, 1]
    if not differ.any():
        return "Campaigns were in the same months of both periods: in pairs they cancel."
    if (differ == differ[0]).all():
        return "Every pair differs by campaigns alike: they cannot be told from the change."
    return ""


def _fit(design: Floats, after: Floats, total: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Return terms, information and shares by Newton's steps; None where they run off."""
    terms = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):  # pragma: no branch  (concave: it settles, or runs off)
        share = 1 / (1 + np.exp(-(design @ terms)))
        information = (design.T * (total * share * (1 - share))) @ design
        step = np.linalg.solve(information, design.T @ (after - total * share))
        terms = terms + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        if np.abs(step).max() < _SETTLED or np.abs(terms).max() > _ENDLESS:
            break
    return (terms, information, share) if np.abs(terms).max() <= _ENDLESS else None
