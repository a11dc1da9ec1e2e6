"""Which mistakes of design two windows carry: unfinished data, many tests, one driver, size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.false_discoveries import find_q_values
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.verdicts import ALPHA
from patrolwise.times import Window

TURNED_FROM = 0.1  # a change of harm by a tenth is one that is told
MOST_OF_CHANGE = 0.75  # of the change, taken away with one class of crime
LATE_DAYS = 28  # a judgement: how late crimes come in differs by force and offence
CALIBRATED = (  # the only tests that may carry a conclusion; none takes hot spot-days as many
    "ratio-of-ratios-robust",
    "ratio-of-ratios-permutation",
    "wdd-robust",
    "rate-ratio-paired-months",
)
_EDGE = 0.005  # p-values that differ by less round a limit do not contradict an interval


@dataclass(frozen=True, kw_only=True)
class HarmPart:
    """The harm of one class of crime, before and after, in days of the index."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class SizeResult:
    """What an outcome comes to with hot spots of one size."""

    name: str  # "25 m smaller"
    estimate: Estimate
    verdict_id: str  # of decide_verdict


def guard_data_end(last_day: date, window: Window, crimes_a_day: float) -> Guard | None:
    """Return a red guard when the crimes stop before the after window does.

    Parameters
    ----------
    last_day : date
        Of the last crime of any kind, in or near the places of the study.
    window : Window
        After.
    crimes_a_day : float
        Of any kind, in or near those places, over the windows.

    Returns
    -------
    Guard or None
        Fires when so many days without any crime would come by chance less than once in 1,000.
    """
    gap = (window.last - last_day).days
    if gap < 1 or np.exp(-crimes_a_day * gap) >= 0.001:
        return None
    return Guard(
        id="data-end-early",
        severity=Severity.RED,
        title="The crimes stop before the after window does",
        message=(
            f"The last crime is of {last_day}, the after window ends on {window.last}. With "
            f"{crimes_a_day:,.1f} crimes a day, {gap} days without any are missing data, not a "
            "fall. End the window where the data end."
        ),
    )


def guard_extract(extracted: date | None, after: Window) -> Guard | None:
    """Return a guard when nobody wrote down when the data were taken, or they were taken early.

    Parameters
    ----------
    extracted : date or None
        When the crimes were taken from the records.
    after : Window

    Returns
    -------
    Guard or None
        A note without a date; amber within four weeks of the window's end.
    """
    if extracted is None:
        return Guard(
            id="extract-date-missing",
            severity=Severity.NOTE,
            title="Nobody wrote down when the crimes were taken from the records",
            message=(
                "Crimes are added, moved to other classes and cancelled for months. Without the "
                "date of the extract the same count cannot be made again: give "
                "recording.extracted in the programme."
            ),
        )
    waited = (extracted - after.last).days
    if waited >= LATE_DAYS:
        return None
    return Guard(
        id="extract-too-soon",
        severity=Severity.AMBER,
        title="The crimes were taken from the records early",
        message=(
            f"They were taken on {extracted}, {waited} days after the after window ended. Crimes "
            "that are reported late are in the before window and not yet in the after window, "
            f"which looks like a fall. Wait {LATE_DAYS} days."
        ),
    )


def guard_harm_turned(parts: Sequence[HarmPart], before: float, after: float) -> Guard | None:
    """Return an amber guard when the change of harm hangs on one class of crime.

    Parameters
    ----------
    parts : sequence of HarmPart
        Classes of crime, in any order.
    before, after : float
        All harm, of every class.

    Returns
    -------
    Guard or None
        Fires when harm changed by a tenth or more and, without one class, what is left changed
        the other way, or in proportion by less than a quarter as much. A class that is most of
        the harm and changes as all others do turns nothing: `one-offence-harm` tells of it.
    """
    if not before or abs(after - before) < TURNED_FROM * before:
        return None
    change = after / before - 1
    left = {
        part: (after - part.after) / (before - part.before) - 1
        for part in parts
        if before > part.before
    }
    if not left:
        return None
    worst = min(left, key=lambda part: left[part] / change)
    if left[worst] / change >= 1 - MOST_OF_CHANGE:
        return None
    return Guard(
        id="harm-turned-by-one",
        severity=Severity.AMBER,
        title="One class of crime makes the change in harm",
        message=(
            f"Harm went from {before:,.0f} to {after:,.0f} days. Without {worst.name} it went "
            f"from {before - worst.before:,.0f} to {after - worst.after:,.0f}, "
            f"{'the other way' if left[worst] / change < 0 else 'hardly a change'}."
        ),
    )


def guard_many_tests(headlines: Mapping[str, Estimate]) -> Guard | None:
    """Return an amber guard when a finding does not outlast that several outcomes were tested.

    Parameters
    ----------
    headlines : mapping of outcome to Estimate
        The one that carries the verdict, for each outcome of the programme.

    Returns
    -------
    Guard or None

    References
    ----------
    As `find_q_values`.
    """
    table = find_q_values(headlines)
    found = [row for row in table.iter_rows(named=True) if row["p"] is not None]
    lost = [row for row in found if row["p"] < ALPHA <= row["q"]]
    if not lost:
        return None
    told = ", ".join(f"{row['name']} (p {row['p']:.3f}, q {row['q']:.3f})" for row in lost)
    return Guard(
        id="many-tests",
        severity=Severity.AMBER,
        title="A finding rests on having tested several outcomes",
        message=(
            f"{len(found)} outcomes were tested. Allowing for that, these are not beyond chance: "
            f"{told}."
        ),
    )


def guard_unit_size(sizes: Sequence[SizeResult]) -> Guard | None:
    """Return an amber guard when the verdict changes with the size of the hot spots.

    Parameters
    ----------
    sizes : sequence of SizeResult
        As declared, and other sizes; those with too few crimes for a verdict are passed over.

    Returns
    -------
    Guard or None

    References
    ----------
    The modifiable areal unit problem: Openshaw (1984), CATMOG 38. A conclusion about a place
    should not hang on where its edge was drawn.
    """
    told = [one for one in sizes if one.verdict_id != "few"]
    if len({one.verdict_id for one in told}) < 2:
        return None
    words = {"fall": "a fall", "rise": "a rise", "chance": "could be chance"}
    named = "; ".join(
        f"{one.name}: {one.estimate.value:.2f}, {words[one.verdict_id]}" for one in told
    )
    return Guard(
        id="modifiable-unit",
        severity=Severity.AMBER,
        title="The verdict changes with the size of the hot spots",
        message=f"{named}. Where the edges were drawn decides what is found.",
    )


def guard_independence(estimates: Sequence[Estimate]) -> Guard | None:
    """Return a red guard when a headline takes days or crimes of one place as independent.

    Parameters
    ----------
    estimates : sequence of Estimate
        Of one outcome of two windows.

    Returns
    -------
    Guard or None
        Only tests that learn from the data how areas or months differ may be headlines.
    """
    wrong = [one.name for one in estimates if one.headline and one.id not in CALIBRATED]
    if not wrong:
        return None
    return Guard(
        id="headline-not-calibrated",
        severity=Severity.RED,
        title="The conclusion rests on a test that takes crimes as independent",
        message=f"{', '.join(wrong)}: such intervals are too narrow. Judge by areas or months.",
    )


def guard_sides(estimates: Sequence[Estimate]) -> Guard | None:
    """Return a red guard when a p-value is one-sided beside a two-sided interval.

    Parameters
    ----------
    estimates : sequence of Estimate
        Those with an interval and a p-value are looked at.

    Returns
    -------
    Guard or None
        A two-sided p is below 1 - level just when the interval leaves out no effect.
    """
    wrong = [one.name for one in estimates if one.headline and _contradicts(one)]
    if not wrong:
        return None
    return Guard(
        id="p-and-interval-disagree",
        severity=Severity.RED,
        title="A p-value and its interval contradict each other",
        message=(
            f"{', '.join(wrong)}: a one-sided p-value stands beside a two-sided interval. A rise "
            "must be able to be found as a fall is."
        ),
    )


def _contradicts(estimate: Estimate) -> bool:
    if estimate.p is None or estimate.low is None or estimate.high is None:
        return False
    none = 0.0 if estimate.low < 0 or "wdd" in estimate.id else 1.0
    left_out = estimate.low > none or estimate.high < none
    limit = 1 - estimate.level
    return estimate.p > limit + _EDGE if left_out else estimate.p < limit - _EDGE
