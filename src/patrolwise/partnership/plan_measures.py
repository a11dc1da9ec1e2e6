"""Which measure a problem-solving plan is judged by, registered before its response begins.

The measure is a definition of crimes, the plan's hot spots, comparison areas and two windows of
whole months of the same season. Nothing of it is chosen once results can be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from patrolwise.errors import InputError, check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.robust import (
    AreaPeriods,
    Floats,
    estimate_paired_month_ratio,
    estimate_ratio_of_ratios,
)
from patrolwise.evaluation.verdicts import Verdict, decide_verdict
from patrolwise.evaluation.windows import find_window_faults
from patrolwise.times import Window, next_month

FEWEST_MONTHS, MOST_MONTHS = 3, 12
ADVISED_AREAS = 5  # the plan's and the comparison's together: of fewer no test can be trusted
_FEW = "too few to say"

Months = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PlanMeasure:
    """What is counted, where and when, and what stands beside it."""

    outcome: str  # a definition, id@version
    area_ids: tuple[str, ...]
    comparison_ids: tuple[str, ...]
    baseline: Window
    window: Window
    registered: date

    def is_over(self, on: date) -> bool:
        """Return whether the window has closed before a day."""
        return self.window.last < on


def propose_windows(first: date, months: int, before: date) -> tuple[Window, Window]:
    """Return the baseline and the window of a measure, of the same months of a year.

    Parameters
    ----------
    first : date
        Any day of the first month of the window.
    months : int
        3 to 12.
    before : date
        The baseline ends before this day: that of registering, or of the first response.

    Returns
    -------
    (Window, Window)
        The baseline is the latest that is over by then.

    Raises
    ------
    InputError
        The months are too few or too many.

    Examples
    --------
    >>> [str(one) for one in propose_windows(date(2026, 4, 1), 3, date(2026, 3, 9))]
    ['2025-04-01 to 2025-06-30', '2026-04-01 to 2026-06-30']
    """
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise InputError(f"A window has {FEWEST_MONTHS} to {MOST_MONTHS} months, got {months}.")
    begins = first.replace(day=1)
    window = Window("after", begins, _last_day(begins, months))
    year = begins.year
    while True:
        year -= 1
        start = begins.replace(year=year)
        baseline = Window("before", start, _last_day(start, months))
        if baseline.last < before:
            return baseline, window


def check_measure(measure: PlanMeasure, began: date | None) -> None:
    """Refuse a measure that could not tell the response from chance, season or hindsight.

    Parameters
    ----------
    measure : PlanMeasure
    began : date or None
        Day on which the response first began; None when it has not.

    Raises
    ------
    InputError
        With all that is wrong.

    References
    ----------
    Windows: `evaluation.windows`. That the measure is chosen before the data: Simmons, Nelson and
    Simonsohn (2011), Psychological Science 22(11), 1359-1366.
    """
    faults = []
    if not measure.outcome.strip():
        faults.append("It names no definition of crimes. Choose one.")
    if not measure.area_ids:
        faults.append("It names no hot spot. Choose those of the plan.")
    if not measure.comparison_ids:
        faults.append(
            "It names no comparison area: what happens everywhere would look like success."
        )
    if both := sorted(set(measure.area_ids) & set(measure.comparison_ids)):
        faults.append(f"{', '.join(both)} cannot be compared with itself. Choose other areas.")
    faults += [
        f"The window {one} is not of whole months. Begin and end it with a month."
        for one in (measure.baseline, measure.window)
        if not one.is_whole_months
    ]
    faults += find_window_faults(measure.baseline, measure.window)
    if measure.window.first < measure.registered:
        faults.append(
            f"Its window began on {measure.window.first}, before it was registered on "
            f"{measure.registered}. Choose a later one: results could be seen already."
        )
    if began is not None and measure.baseline.last >= began:
        faults.append(
            f"Its baseline ends on {measure.baseline.last}, and the response began on {began}. "
            "Choose an earlier year."
        )
    check_faults("Measure", faults)


@dataclass(frozen=True, kw_only=True)
class MeasuredCounts:
    """Crimes by area and month: the plan's areas, and those beside it.

    All are (areas, months); the k-th month of a window is of the same season as the k-th before.
    """

    before: tuple[Months, ...]
    after: tuple[Months, ...]
    comparison_before: tuple[Months, ...]
    comparison_after: tuple[Months, ...]

    def __post_init__(self) -> None:
        faults = []
        for name, before, after in (
            ("The plan", self.before, self.after),
            ("The comparison", self.comparison_before, self.comparison_after),
        ):
            if len(before) != len(after):
                faults.append(f"{name} has {len(before)} areas before and {len(after)} after.")
        rows = (*self.before, *self.after, *self.comparison_before, *self.comparison_after)
        if not self.before or not self.comparison_before:
            faults.append("The plan and the comparison need an area each.")
        if len({len(row) for row in rows}) > 1:
            faults.append("Every area needs the same months.")
        if any(count < 0 for row in rows for count in row):
            faults.append("Counts must be 0 or more.")
        check_faults("Counts of a measure", faults)


@dataclass(frozen=True, kw_only=True)
class PlanAssessment:
    """What the counts say of a response."""

    counts: tuple[int, int]  # before, after
    comparison: tuple[int, int]
    change: Estimate  # rate ratio of the plan's areas alone
    compared: Estimate  # the same over the comparison areas' ratio
    verdict: Verdict


def assess_response(counts: MeasuredCounts) -> PlanAssessment:
    """Return whether crime in a plan's places changed otherwise than beside them.

    Parameters
    ----------
    counts : MeasuredCounts

    Returns
    -------
    PlanAssessment
        Its verdict rests on the comparison alone, and says that there are too few where fewer than
        20 crimes were counted before, or fewer than five areas in all. No cause is named.

    References
    ----------
    `evaluation.robust`: spread of paired months, spread between areas; both are calibrated on real
    placebo months (docs/explanation/calibration.md).

    Examples
    --------
    >>> few = MeasuredCounts(before=((1, 2, 3),), after=((0, 1, 1),),
    ...     comparison_before=((4, 4, 4),), comparison_after=((4, 5, 4),))
    >>> assess_response(few).verdict.sentence
    'Too few crimes to say: 6 before, 2 after.'
    """
    totals = _sum(counts.before), _sum(counts.after)
    compared = estimate_ratio_of_ratios(
        AreaPeriods(
            before=_by_area(counts.before),
            after=_by_area(counts.after),
            comparison_before=_by_area(counts.comparison_before),
            comparison_after=_by_area(counts.comparison_after),
        )
    )
    return PlanAssessment(
        counts=totals,
        comparison=(_sum(counts.comparison_before), _sum(counts.comparison_after)),
        change=estimate_paired_month_ratio(_by_month(counts.before), _by_month(counts.after)),
        compared=compared,
        verdict=decide_verdict(totals, compared, (), compared=True),
    )


def tell_changes(said: PlanAssessment) -> tuple[str, str]:
    """Return the change of a plan's places, and that against the comparison areas, in words.

    Parameters
    ----------
    said : PlanAssessment

    Returns
    -------
    (str, str)
        No per cent where the verdict is that there are too few.
    """
    if said.verdict.id == "few":
        return _FEW, _FEW
    return tell_estimate(said.change), tell_estimate(said.compared)


def tell_estimate(estimate: Estimate) -> str:
    """Return an estimate of a ratio as a change in per cent with its interval.

    Parameters
    ----------
    estimate : Estimate
        On the ratio scale.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_estimate(Estimate(id="r", name="Ratio", value=0.8, low=0.6, high=1.1))
    '-20 % (95 % interval -40 % to +10 %)'
    >>> tell_estimate(Estimate(id="r", name="Ratio", value=None))
    'too few to say'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return _FEW
    value, low, high = (
        f"{100 * (one - 1):+.0f} %" for one in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({100 * estimate.level:.0f} % interval {low} to {high})"


def _last_day(first: date, months: int) -> date:
    month = first
    for _ in range(months):
        month = next_month(month)
    return month - timedelta(days=1)


def _sum(rows: Sequence[Months]) -> int:
    return sum(sum(row) for row in rows)


def _by_area(rows: Sequence[Months]) -> Floats:
    return np.array([sum(row) for row in rows], dtype=float)


def _by_month(rows: Sequence[Months]) -> Floats:
    return np.array([sum(month) for month in zip(*rows, strict=True)], dtype=float)
