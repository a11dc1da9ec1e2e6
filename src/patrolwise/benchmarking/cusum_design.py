"""Which CUSUM finds a change soon and errs as seldom as wanted, with its run lengths."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, log

import numpy as np
from scipy import optimize

from patrolwise.benchmarking.run_lengths import (
    Scheme,
    find_normal_run_length,
    find_poisson_run_length,
)
from patrolwise.errors import check_faults

STEPS = 200  # of the sum between 0 and its threshold, more or less: a chain solved in a blink
UNITS = (20, 10, 5, 2, 1)  # parts of a count to which a reference may be rounded


@dataclass(frozen=True, kw_only=True)
class CusumRule:
    """A CUSUM for one change, with the run lengths that it has."""

    in_control: float  # mean of a period as it was, at an exposure of 1
    out_of_control: float  # mean that should be found soon
    reference: float  # what each period takes off, at an exposure of 1
    threshold: float  # the sum signals when it reaches this
    head_start: float  # where the sum begins; above 0 finds soon what was there from the start
    arl0: float  # periods until a false signal, on average
    arl1: float  # periods until the change is found, on average
    is_standard: bool = False  # of z-scores, not of counts

    @property
    def is_down(self) -> bool:
        """Whether it looks for less."""
        return self.out_of_control < self.in_control


def find_reference(in_control: float, out_of_control: float) -> float:
    """Return what each period takes off a Poisson CUSUM for a change between two means.

    Parameters
    ----------
    in_control, out_of_control : float
        Above 0, and not the same.

    Returns
    -------
    float
        Between the two.

    Raises
    ------
    InputError
        A mean is not above 0, or they are the same.

    References
    ----------
    Lucas (1985), Technometrics 27(2), 129-144: (λ1 - λ0) / ln(λ1 / λ0), from the likelihood ratio.

    Examples
    --------
    >>> round(find_reference(8, 12), 6)
    9.865214
    """
    faults = [
        f"A mean must be above 0, got {mean:g}."
        for mean in (in_control, out_of_control)
        if not (isfinite(mean) and mean > 0)
    ]
    if in_control == out_of_control:
        faults.append(f"Both means are {in_control:g}. Say which change should be found.")
    check_faults("CUSUM", faults)
    return (out_of_control - in_control) / log(out_of_control / in_control)


def find_threshold(
    in_control: float, out_of_control: float, wanted_arl0: float, *, is_fast: bool = False
) -> float:
    """Return the least threshold at which false signals are as rare as wanted.

    Parameters
    ----------
    in_control, out_of_control, wanted_arl0, is_fast
        As of `design_cusum`, which says what the run lengths then are.

    Returns
    -------
    float
        A multiple of the step to which the reference is rounded.
    """
    return design_cusum(in_control, out_of_control, wanted_arl0, is_fast=is_fast).threshold


def design_cusum(
    in_control: float, out_of_control: float, wanted_arl0: float, *, is_fast: bool = False
) -> CusumRule:
    """Return the CUSUM of Poisson counts that finds a change soon and errs as seldom as wanted.

    Counts of a force vary more than Poisson ones, and the CUSUM then errs more often than it
    says: use it for rare crime, such as homicide, and `design_standard_cusum` for the rest.

    Parameters
    ----------
    in_control : float
        Mean count of a period as it was; above 0.
    out_of_control : float
        Mean that should be found soon; lower for a fall.
    wanted_arl0 : float
        Periods until a false signal, on average, at least; above 1.
    is_fast : bool
        Begin half way to the threshold (fast initial response).

    Returns
    -------
    CusumRule
        Its reference is rounded, to a twentieth of a count at the finest, and both run lengths
        are exact for it: with counts of one exposure, from its head start on.

    Raises
    ------
    InputError
        A mean or the run length is out of range, or the means are too near each other.

    References
    ----------
    Lucas (1985), Technometrics 27(2), 129-144. Lucas and Crosier (1982), Technometrics 24(3),
    199-205: the head start of half the threshold.

    Examples
    --------
    >>> rule = design_cusum(8, 12, 300)
    >>> rule.reference, rule.threshold, round(rule.arl0), round(rule.arl1, 1)
    (9.8, 10.4, 317, 5.4)
    """
    reference = find_reference(in_control, out_of_control)
    _check_run_length(wanted_arl0)
    needed = 1.5 * log(1 + wanted_arl0) / abs(log(out_of_control / in_control))
    unit = next(unit for unit in UNITS if unit == 1 or unit * needed <= STEPS)
    rounded = max(Fraction(round(reference * unit), unit), Fraction(1, unit))

    def scheme_of(steps: int) -> Scheme:
        return Scheme(
            reference=rounded,
            threshold=Fraction(steps, rounded.denominator),
            is_down=out_of_control < in_control,
            head_start=Fraction(steps // 2 if is_fast else 0, rounded.denominator),
        )

    def is_enough(steps: int) -> bool:
        return find_poisson_run_length(in_control, scheme_of(steps)) >= wanted_arl0

    best = scheme_of(_find_least(is_enough))
    return CusumRule(
        in_control=float(in_control),
        out_of_control=float(out_of_control),
        reference=float(best.reference),
        threshold=float(best.threshold),
        head_start=float(best.head_start),
        arl0=find_poisson_run_length(in_control, best),
        arl1=find_poisson_run_length(out_of_control, best),
    )


def design_standard_cusum(shift: float, wanted_arl0: float, *, is_fast: bool = False) -> CusumRule:
    """Return the CUSUM of z-scores, which suits counts that vary by more than chance.

    The z-scores must have mean 0 and standard deviation 1 while nothing changes: take a force's
    own mean off those of a funnel, or the force's old level is the first change found.

    Parameters
    ----------
    shift : float
        Mean z that should be found soon; negative for a fall.
    wanted_arl0 : float
        Periods until a false signal, on average; above 1.
    is_fast : bool
        Begin half way to the threshold.

    Returns
    -------
    CusumRule
        Its run lengths hold for normal values that do not depend on each other.

    Raises
    ------
    InputError
        The shift is 0 or no number, or the run length not above 1.

    References
    ----------
    Page (1954), Biometrika 41, 100-115. Grigg and Spiegelhalter (2008), Statistics in Medicine
    27, 1279-1298: z-scores with overdispersion in them, before they are summed.

    Examples
    --------
    >>> rule = design_standard_cusum(1.0, 370)
    >>> round(rule.reference, 2), round(rule.threshold, 2), round(rule.arl1, 1)
    (0.5, 4.1, 8.6)
    """
    faults = [] if isfinite(shift) and shift else [f"The shift must not be 0, got {shift:g}."]
    check_faults("CUSUM", faults)
    _check_run_length(wanted_arl0)
    reference = abs(shift) / 2

    def length_at(mean: float, threshold: float) -> float:
        head = threshold / 2 if is_fast else 0.0
        return find_normal_run_length(
            mean, reference=reference, threshold=threshold, head_start=head
        )

    highest = (2 + log(wanted_arl0)) / reference
    threshold = float(
        optimize.brentq(lambda h: length_at(0.0, h) - wanted_arl0, 1e-6, highest, xtol=1e-10)
    )
    return CusumRule(
        in_control=0.0,
        out_of_control=float(shift),
        reference=float(np.copysign(reference, shift)),
        threshold=threshold,
        head_start=threshold / 2 if is_fast else 0.0,
        arl0=length_at(0.0, threshold),
        arl1=length_at(abs(shift), threshold),
        is_standard=True,
    )


def _find_least(is_enough: Callable[[int], bool]) -> int:
    """Return the least number of steps that is enough, where more never are less so."""
    high = 1
    while not is_enough(high):
        high *= 2
    low = high // 2  # not enough, or 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _check_run_length(wanted: float) -> None:
    faults = [f"The run length wanted must be above 1, got {wanted:g}."]
    check_faults("CUSUM", [] if isfinite(wanted) and wanted > 1 else faults)
