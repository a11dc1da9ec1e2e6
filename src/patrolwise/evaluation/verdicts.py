"""What may be said in one plain sentence, given an estimate and the guards that fired."""

from collections.abc import Sequence
from dataclasses import dataclass

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT, Guard, Severity

ALPHA = 0.05

# Which guards forbid a change from being put down to the patrols, and how the sentence says so.
_BECAUSE = {
    "no-comparison": "there is nothing to compare with",
    "few-areas": "there are too few areas to compare",
    "unlike-comparison": "the comparison areas are unlike the hot spots",
    "selected-on-before": "the hot spots were chosen on the same crimes",
    "contaminated-baseline": "the service already ran before",
    "snap-points-moved": "the map points of the data moved",
    "windows-overridden": "the windows do not match",
    "file-faults": "some files could not be read",
    "missing-months": "months are missing",
    "pre-trend": "the places already moved apart before",
    "comparison-after-data": "the comparison areas were chosen when results could be seen",
    "data-end-early": "the crimes stop before the window does",
    "recording-break": "recording changed",
    "headline-not-calibrated": "the test takes crimes as independent",
    "p-and-interval-disagree": "a p-value and its interval disagree",
}


@dataclass(frozen=True)
class Verdict:
    """The id for programs, the sentence for people."""

    id: str  # "fall", "rise", "chance", "few"
    sentence: str


def decide_verdict(
    counts: tuple[int, int],
    headline: Estimate | None,
    guards: Sequence[Guard],
    *,
    compared: bool,
) -> Verdict:
    """Return the verdict on one outcome.

    A cause is never named: a before/after comparison cannot show one.

    Parameters
    ----------
    counts : (before, after)
    headline : Estimate or None
        A calibrated estimate on the ratio scale; None when none could be made.
    guards : sequence of Guard
        Those that fired on this outcome.
    compared : bool
        Whether the estimate is against comparison areas.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> decide_verdict((9, 4), None, [], compared=False)
    Verdict(id='few', sentence='Too few crimes to say: 9 before, 4 after.')
    """
    before, after = counts
    if before < FEWEST_FOR_PERCENT:
        return Verdict("few", f"Too few crimes to say: {before} before, {after} after.")
    if headline is None or headline.value is None or headline.p is None:
        return Verdict("few", "Too little data for a test that can be trusted.")
    than = " more than in the comparison areas" if compared else ""
    if headline.p >= ALPHA:
        sentence = (
            "The difference from the comparison areas could be chance."
            if compared
            else "The change could be chance: months vary as much by themselves."
        )
        return Verdict("chance", sentence + _caution(guards, fell=None))
    fell = headline.value < 1
    # A fall smaller than elsewhere is a rise only in comparison: say which.
    direction = "fell" if fell else "rose"
    if compared and not fell and after < before:
        sentence = "Crime fell by less than in the comparison areas, beyond chance."
    elif compared and fell and after >= before:
        sentence = "Crime rose by less than in the comparison areas, beyond chance."
    else:
        sentence = f"Crime {direction}{than}, beyond chance."
    return Verdict("fall" if fell else "rise", sentence + _caution(guards, fell=fell))


def _caution(guards: Sequence[Guard], *, fell: bool | None) -> str:
    reasons = [
        _BECAUSE[guard.id]
        for guard in guards
        if guard.severity is Severity.RED and guard.id in _BECAUSE
    ]
    if not reasons:
        return ""
    joined = ", and ".join([", ".join(reasons[:-1]), reasons[-1]]) if reasons[1:] else reasons[0]
    if fell is None:
        return f" Nor could more be said: {joined}."
    return f" It cannot be put down to the patrols: {joined}."
