"""Whether days with patrol had less crime than days without, and what else may have made it so.

One headline: by the lot where days were drawn, by exchange among days that are alike where not.
Beside it stand the answers that mislead, so that a reader sees by how much: the plain ratio of
on and off days, days that come too soon after a patrol, and who came instead of who was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import RefusedError, check_faults
from patrolwise.evaluation.day_terms import find_alike, make_day_terms
from patrolwise.evaluation.delivered_days import estimate_delivered
from patrolwise.evaluation.dose_curves import (
    Curve,
    ScaleFound,
    compare_curves,
    find_half_life,
    find_saturation,
)
from patrolwise.evaluation.dose_terms import find_days_since, make_interaction, make_lag_terms
from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.fixed_effects import estimate_term, fit_panel
from patrolwise.evaluation.panels import Panel, make_panel
from patrolwise.evaluation.permuted_days import NONE, PATROL, permute_days
from patrolwise.evaluation.randomisation import (
    Codes,
    RandomisationRule,
    estimate_by_randomisation,
    expect_by_margins,
)
from patrolwise.evaluation.rates import estimate_exact_ratio
from patrolwise.evaluation.score_bootstrap import find_score_p
from patrolwise.evaluation.week_bootstrap import HarmRatio, weigh_worst

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class DayComparisonRule:
    """What is compared, fixed before anybody sees a result."""

    service: str
    least_min: float = 1.0  # patrol-minutes from which a day counts as patrolled
    washout_days: int = 2  # days without patrol so soon after one are left out of one estimate
    longest_lag: int = 4  # days after patrol that are looked at one by one
    block_days: int = 28  # days that are alike lie within so many
    draws: int = 1999  # exchanges, where days were not drawn by lot
    level: float = 0.95
    events: Mapping[str, Sequence[date]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checks = [
            (not self.least_min > 0, f"least_min must be above 0, got {self.least_min:g}."),
            (self.washout_days < 0, f"washout_days must be 0 or more, got {self.washout_days}."),
            (self.longest_lag < 0, f"longest_lag must be 0 or more, got {self.longest_lag}."),
            (
                self.block_days < 7 or self.block_days % 7 != 0,
                f"block_days must be whole weeks, got {self.block_days}.",
            ),
            (not 0 < self.level < 1, f"level must lie between 0 and 1, got {self.level:g}."),
            (
                (1 + self.draws) * (1 - self.level) < 1,
                f"{self.draws} draws cannot show anything at level {self.level:g}. Give 999.",
            ),
        ]
        check_faults("Comparison of days", [told for is_wrong, told in checks if is_wrong])


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnDays:
    """Days that were drawn by lot, on the calendar of the comparison: 0 patrol, 1 none, -1 out."""

    arms: Codes  # (hot spots, days)
    draws: Codes  # (n, hot spots, days)
    alike: tuple[int, ...]  # (days,)
    sha256: str  # of the allocation, as it was published


@dataclass(frozen=True, kw_only=True, eq=False)
class DayInputs:
    """What happened in each hot spot on each day of an unbroken stretch of days."""

    area_ids: tuple[str, ...]
    days: tuple[date, ...]
    crimes: Floats  # (hot spots, days)
    minutes: Mapping[str, Floats]  # service → (hot spots, days) verified patrol-minutes
    visits: Mapping[str, Floats]
    harm: Floats | None = None
    drawn: DrawnDays | None = None  # None: nobody drew lots

    def __post_init__(self) -> None:
        shape = (len(self.area_ids), len(self.days))
        arrays: dict[str, NDArray[np.generic] | None] = {"crimes": self.crimes, "harm": self.harm}
        arrays |= {f"minutes of {name}": one for name, one in self.minutes.items()}
        arrays |= {f"visits of {name}": one for name, one in self.visits.items()}
        if self.drawn is not None:
            arrays |= {"arms": self.drawn.arms, "a draw": self.drawn.draws[0]}
        faults = [
            f"{name} must be hot spots by days, {shape}, got {one.shape}."
            for name, one in arrays.items()
            if one is not None and one.shape != shape
        ]
        if any((b - a).days != 1 for a, b in zip(self.days, self.days[1:], strict=False)):
            faults.append("The days must follow each other without a gap.")
        check_faults("Days", faults)


@dataclass(frozen=True, kw_only=True)
class Side:
    """Hot spot-days of one kind that are compared, and their crimes."""

    days: int
    crimes: float


@dataclass(frozen=True, kw_only=True)
class DayComparison:
    """What comparing days came to."""

    is_drawn: bool
    used: float  # share of hot spot-days that could be compared
    patrolled: Side
    without: Side
    headline: Estimate
    washed: Estimate  # days too soon after patrol left out
    naive: Estimate  # every patrolled day over every other: for contrast
    delivered: Estimate | None  # only where days were drawn
    model: Estimate | None  # places, weekdays, months and events aside; None: refused
    model_refused: str  # why
    lags: tuple[Estimate, ...]  # the day of patrol, a day after, ..., over later days
    curves: tuple[Curve, ...]
    saturation: ScaleFound | None
    half_life: ScaleFound | None
    together: tuple[Estimate, ...]  # two services, and both beyond the two
    harm_test: Estimate | None
    harm: HarmRatio | None


def compare_days(
    given: DayInputs, rule: DayComparisonRule, rng: np.random.Generator
) -> DayComparison:
    """Return how days with patrol of one service compare with days without.

    Parameters
    ----------
    given : DayInputs
    rule : DayComparisonRule
    rng : numpy Generator

    Returns
    -------
    DayComparison
        Everything but the headline, and the washed and delivered estimates of a draw, is there
        to be read beside it: it was not drawn, or was looked for.

    Raises
    ------
    InputError
        The service has no minutes.
    RefusedError
        Patrol and weekday are one and the same thing, and nothing was drawn.
    """
    check_faults(
        "Comparison of days",
        []
        if rule.service in given.minutes
        else [f"There are no minutes of {rule.service}, only of {', '.join(given.minutes)}."],
    )
    came = given.minutes[rule.service] >= rule.least_min
    lot = given.drawn or _exchange(given, came, rule, rng)
    test = RandomisationRule(alike=lot.alike, level=rule.level)
    on, off = lot.arms == PATROL, lot.arms == NONE
    harm_test = harm = None
    if given.harm is not None:
        tested = estimate_by_randomisation(given.harm, lot.arms, lot.draws, test)
        harm_test = _name(tested, given)
        expected = expect_by_margins(given.harm, lot.arms >= 0, np.array(lot.alike))
        sides = np.where(on, 1, np.where(off, 0, -1))
        harm = weigh_worst(given.harm, sides, expected, rng)
    base = _panel(given, rule, {})
    model, refused = _model(given, came, rule, rng)
    is_open = not refused
    return DayComparison(
        is_drawn=given.drawn is not None,
        used=float((lot.arms >= 0).mean()),
        patrolled=Side(days=int(on.sum()), crimes=float(given.crimes[on].sum())),
        without=Side(days=int(off.sum()), crimes=float(given.crimes[off].sum())),
        headline=_name(estimate_by_randomisation(given.crimes, lot.arms, lot.draws, test), given),
        washed=_wash_out(given, lot, rule, test),
        naive=_naive(given.crimes, came, rule.level),
        delivered=estimate_delivered(given.crimes, came, lot.arms, lot.draws, test)
        if given.drawn
        else None,
        model=model,
        model_refused=refused,
        lags=_lags(given, came, rule) if is_open else (),
        curves=compare_curves(base, given.minutes[rule.service], given.visits[rule.service])
        if is_open
        else (),
        saturation=find_saturation(base, given.minutes[rule.service]) if is_open else None,
        half_life=find_half_life(base, came.astype(float)) if is_open else None,
        together=_together(given, rule) if is_open else (),
        harm_test=harm_test,
        harm=harm,
    )


def drop_recent(codes: Codes, rule: DayComparisonRule) -> Codes:
    """Return allocations in which days without patrol too soon after one are out of play.

    Parameters
    ----------
    codes : (..., hot spots, days) int8
        Days follow each other without a gap; 0 patrol, 1 none, -1 out.
    rule : DayComparisonRule

    Returns
    -------
    (..., hot spots, days) int8
        A new array. A day out of play is taken to have no patrol.

    Examples
    --------
    >>> rule = DayComparisonRule(service="police", washout_days=1)
    >>> drop_recent(np.array([[0, 1, 1, 0]], dtype=np.int8), rule).tolist()
    [[0, -1, 1, 0]]
    """
    patrolled, is_recent = codes == PATROL, np.zeros(codes.shape, dtype=bool)
    for days in range(1, min(rule.washout_days, codes.shape[-1] - 1) + 1):
        is_recent[..., days:] |= patrolled[..., :-days]
    return np.where(is_recent & (codes == NONE), np.int8(-1), codes)


def _exchange(
    given: DayInputs, came: NDArray[np.bool_], rule: DayComparisonRule, rng: np.random.Generator
) -> DrawnDays:
    alike = find_alike(given.days, rule.block_days)
    found = permute_days(came, alike, rng, rule.draws)
    return DrawnDays(arms=found.arms, draws=found.draws, alike=alike, sha256="")


def _wash_out(
    given: DayInputs, lot: DrawnDays, rule: DayComparisonRule, test: RandomisationRule
) -> Estimate:
    arms, draws = drop_recent(lot.arms, rule), drop_recent(lot.draws, rule)
    told = f"Days without patrol within {rule.washout_days} days after one are left out."
    if not (arms == NONE).any():
        estimate = Estimate(
            id="", name="", value=None, level=rule.level, note="Not defined: none is left."
        )
    else:
        estimate = _name(estimate_by_randomisation(given.crimes, arms, draws, test), given)
    return replace(
        estimate,
        id="patrol-days-washed-out",
        name="Rate ratio, without days too soon after patrol",
        headline=False,
        note=f"{told} {estimate.note}",
    )


def _name(estimate: Estimate, given: DayInputs) -> Estimate:
    if given.drawn is not None:
        return estimate
    return replace(
        estimate,
        id="patrol-days-ratio-permutation",
        name="Rate ratio, patrolled over other days, by exchange of days that are alike",
        note=estimate.note.replace(
            "allocations that could have been drawn just as well",
            "exchanges among days of one weekday in the same weeks; nothing was drawn by lot",
        ),
    )


def _naive(crimes: Floats, came: NDArray[np.bool_], level: float) -> Estimate:
    totals = TwoPeriods(
        round(float(crimes[~came].sum())),
        round(float(crimes[came].sum())),
        max(float((~came).sum()), 1.0),
        max(float(came.sum()), 1.0),
    )
    return replace(
        estimate_exact_ratio(totals, level=level),
        id="patrol-days-naive",
        name="Plain ratio of all patrolled over all other days",
        headline=False,
        note="Weekdays, months, places and days after patrol are mixed into it: do not use it.",
    )


def _panel(given: DayInputs, rule: DayComparisonRule, terms: Mapping[str, Floats]) -> Panel:
    return make_panel(given.crimes, terms, make_day_terms(given.days, rule.events))


def _model(
    given: DayInputs, came: NDArray[np.bool_], rule: DayComparisonRule, rng: np.random.Generator
) -> tuple[Estimate | None, str]:
    panel = _panel(given, rule, {"patrol": came.astype(float)})
    try:
        found = estimate_term(fit_panel(panel), "patrol", rule.level)
    except RefusedError as error:
        return None, str(error)
    return replace(found, p=find_score_p(panel, "patrol", rng)), ""


def _lags(
    given: DayInputs, came: NDArray[np.bool_], rule: DayComparisonRule
) -> tuple[Estimate, ...]:
    terms = make_lag_terms(came, rule.longest_lag)
    some = {name: one for name, one in terms.items() if one.any()}
    known = (find_days_since(came) >= 0).astype(float)
    panel = make_panel(given.crimes, some, make_day_terms(given.days, rule.events), known)
    try:
        fit = fit_panel(panel)
    except RefusedError:
        return ()
    return tuple(replace(estimate_term(fit, name, rule.level), note="") for name in some)


def _together(given: DayInputs, rule: DayComparisonRule) -> tuple[Estimate, ...]:
    """Return the ratios of two services, and of both on one day beyond what the two do."""
    others = [name for name, one in given.minutes.items() if name != rule.service and one.any()]
    if len(others) != 1:
        return ()
    first, second = (
        (name, (given.minutes[name] >= rule.least_min).astype(float))
        for name in (rule.service, others[0])
    )
    terms = make_interaction(first, second)
    try:
        fit = fit_panel(_panel(given, rule, terms))
    except RefusedError:
        return ()
    return tuple(replace(estimate_term(fit, name, rule.level), note="") for name in terms)
