"""Whether a week's anti-social behaviour in a hot spot foretells the next week's violence there.

A signal to look sooner, never a cause: both may come from the same people, the same weather, the
same event. So the week after is asked too, as a placebo: next week's anti-social behaviour cannot
foretell this week's violence. It leads only where the week before says more than the week after.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import RefusedError, check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.fixed_effects import estimate_term, fit_panel
from patrolwise.evaluation.panels import Panel, make_panel
from patrolwise.evaluation.score_bootstrap import find_score_p

Floats = NDArray[np.float64]

BEFORE = "ASB of the week before"
AFTER = "ASB of the week after"
BOTH, RATHER = "ASB of both weeks", "ASB of the week before rather than after"
FEWEST_SPOTS = 6  # with fewer, a test by signs cannot reach 5 in 100
FEWEST_WEEKS = 26  # half a year: effects of spots eat what fewer weeks say
LEVEL = 0.05


class LeadVerdict(StrEnum):
    """What may be said."""

    FORETELLS = "more ASB than usual is followed by more violence in the next week"
    FEWER = "more ASB than usual is followed by less violence in the next week"
    TOGETHER = "ASB and violence come in the same weeks: which is first cannot be told"
    NOT_SHOWN = "not shown: it could be chance"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, kw_only=True)
class LeadFinding:
    """What a hot spot's weeks say; ratios are of violence when ASB was twice the usual."""

    before: Estimate | None  # of the week before: what is asked; None with too few
    placebo: Estimate | None  # of the week after, beside the week before
    before_p: float | None  # by signs of the hot spots
    placebo_p: float | None
    rather_p: float | None  # that the week before says no more than the week after
    spots: int  # with ASB and with violence
    weeks: int  # that have one before and one after
    verdict: LeadVerdict


def estimate_lead(
    asb: ArrayLike, violence: ArrayLike, rng: np.random.Generator, draws: int = 1999
) -> LeadFinding:
    """Return whether anti-social behaviour of one week foretells violence of the next.

    A Poisson model of violence by hot spot and week, with an effect of every hot spot and of every
    week, and the ASB of the week before; then once more with that of the week after beside it, as a
    placebo. ASB is told in shares of the hot spot's usual week, so that busy and quiet ones say the
    same thing by it.

    Parameters
    ----------
    asb : (spots, weeks) array
        Incidents; weeks follow each other without a gap. 0 where there were none.
    violence : (spots, weeks) array
        Crimes of a stated definition, of the same hot spots and weeks.
    rng : numpy Generator
        Used with more than 12 hot spots.
    draws : int
        Of signs.

    Returns
    -------
    LeadFinding
        `before` is the ratio of violence after a week with twice the usual ASB to that after a
        usual one. Errors are by hot spot; p-values by signs, as hot spots are few. Violence that
        brings ASB later leaves a bias of the order of 1 / weeks.

    Raises
    ------
    InputError
        Counts are missing, negative or of different shapes.

    References
    ----------
    Granger (1969), Econometrica 37(3), 424-438: what comes before may foretell. Hausman, Hall and
    Griliches (1984), Econometrica 52(4), 909-938, and Wooldridge (1999), Journal of Econometrics
    90(1), 77-97: the model, and that it holds for counts that are not Poisson. Nickell (1981),
    Econometrica 49(6), 1417-1426: the bias. Angrist and Pischke (2009), Mostly Harmless
    Econometrics, 5.2: leads as a placebo; that lag and lead are compared in one model is ours.
    Kline and Santos (2012), Journal of Econometric Methods 1(1), 23-41: the score test.

    Examples
    --------
    >>> few = estimate_lead(np.ones((3, 40)), np.ones((3, 40)), np.random.default_rng(1))
    >>> few.verdict.value
    'too few to say'
    """
    incidents, crimes = _check(asb, violence)
    says = (incidents.sum(axis=1) > 0) & (crimes[:, 1:-1].sum(axis=1) > 0)
    spots, weeks = int(says.sum()), max(crimes.shape[1] - 2, 0)
    nothing = LeadFinding(
        before=None,
        placebo=None,
        before_p=None,
        placebo_p=None,
        rather_p=None,
        spots=spots,
        weeks=weeks,
        verdict=LeadVerdict.TOO_FEW,
    )
    if spots < FEWEST_SPOTS or weeks < FEWEST_WEEKS:
        return nothing
    panel = make_lead_panel(incidents[says], crimes[says])
    alone = make_panel(panel.crimes, {BEFORE: panel.terms[0]})
    try:
        before = estimate_term(fit_panel(alone), BEFORE)
        placebo = estimate_term(fit_panel(panel), AFTER)
        before_p = find_score_p(alone, BEFORE, rng, draws)
        placebo_p = find_score_p(panel, AFTER, rng, draws)
        rather, rather_p = _test_rather(panel, rng, draws)
    except RefusedError:  # ASB the same every week, or violence that only ever follows it
        return nothing
    return LeadFinding(
        before=before,
        placebo=placebo,
        before_p=before_p,
        placebo_p=placebo_p,
        rather_p=rather_p,
        spots=spots,
        weeks=weeks,
        verdict=_judge(before_p, before, rather_p, rather),
    )


def make_lead_panel(asb: Floats, violence: Floats) -> Panel:
    """Return the panel of the weeks that have one before and one after.

    Parameters
    ----------
    asb, violence : (spots, weeks) array
        Each hot spot has ASB in some week.

    Returns
    -------
    Panel
        Of weeks - 2 columns, with an effect of every row and every column.

    Examples
    --------
    >>> panel = make_lead_panel(np.array([[1.0, 2, 3]]), np.array([[4.0, 5, 6]]))
    >>> panel.crimes.tolist(), panel.terms[:, 0, 0].tolist()
    ([[5.0]], [0.5, 1.5])
    """
    usual = asb / asb.mean(axis=1, keepdims=True)
    return make_panel(violence[:, 1:-1], {BEFORE: usual[:, :-2], AFTER: usual[:, 2:]})


def _check(asb: ArrayLike, violence: ArrayLike) -> tuple[Floats, Floats]:
    incidents, crimes = (np.asarray(one, dtype=np.float64) for one in (asb, violence))
    faults = []
    if incidents.ndim != 2 or incidents.shape != crimes.shape:
        faults.append(
            f"ASB and violence must be the same hot spots by weeks, got {incidents.shape} and "
            f"{crimes.shape}."
        )
    for name, counts in (("ASB", incidents), ("Violence", crimes)):
        if not (np.isfinite(counts).all() and (counts >= 0).all()):
            faults.append(f"{name} must be 0 or more, none missing. A week without any is 0.")
    check_faults("ASB and violence", faults)
    return incidents, crimes


def _test_rather(panel: Panel, rng: np.random.Generator, draws: int) -> tuple[Estimate, float]:
    """Return whether the week before says more than the week after: the same model, turned."""
    before, after = panel.terms
    turned = make_panel(panel.crimes, {BOTH: before + after, RATHER: before - after})
    return estimate_term(fit_panel(turned), RATHER), find_score_p(turned, RATHER, rng, draws)


def _judge(before_p: float, before: Estimate, rather_p: float, rather: Estimate) -> LeadVerdict:
    assert before.value is not None
    assert rather.value is not None
    if before_p >= LEVEL:
        return LeadVerdict.NOT_SHOWN
    if rather_p >= LEVEL or (before.value > 1) != (rather.value > 1):
        return LeadVerdict.TOGETHER
    return LeadVerdict.FORETELLS if before.value > 1 else LeadVerdict.FEWER
