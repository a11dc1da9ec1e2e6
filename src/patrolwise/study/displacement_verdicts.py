"""Which plain sentence the rings of one outcome, and of all, come to: moved, spread or neither."""

from collections.abc import Sequence
from dataclasses import replace

from patrolwise.reporting.displacement_records import MovedOutcome, RingMove

LEVEL = 0.05  # a q at or below this is a find

NEITHER = "It is not shown that crime moved into the rings, nor that the benefit spread there."

_FOUND = {
    "moved": "Crime moved: {rings}, while the hot spots fell.",
    "spread": "The benefit spread: {rings}, and the hot spots fell too.",
    "mixed": "Both ways at once: {rings}.",
    "rose-near": (
        "Crime rose nearby: {rings}. But the hot spots are not shown to have fallen, so there is "
        "nothing that can have moved from them."
    ),
    "fell-near": (
        "Crime fell nearby: {rings}. But the hot spots are not shown to have fallen, so it is no "
        "benefit that spread from them."
    ),
    "exploratory": (
        "Nothing is shown, for the rings were not fixed in advance. What was seen, to be looked "
        "for in new data: {rings}."
    ),
}


def judge_rings(outcome: MovedOutcome) -> MovedOutcome:
    """Return the outcome with its verdict.

    Parameters
    ----------
    outcome : MovedOutcome
        Its rings have their q-values.

    Returns
    -------
    MovedOutcome
        Only a ring whose like rings are alike, and whose q is at most 0.05, can carry a find.
        Crime is said to have moved, or the benefit to have spread, only where the hot spots
        themselves are shown to have fallen.
    """
    told = [ring for ring in outcome.rings if ring.displacement.p is not None and ring.is_like]
    if not told:
        return replace(outcome, verdict_id="cannot-tell", verdict=_say_why_not(outcome))
    found = [ring for ring in told if ring.q is not None and ring.q <= LEVEL]
    if not found:
        return replace(outcome, verdict_id="not-shown", verdict=_say_neither(told, outcome))
    verdict_id = _name_find(found, outcome)
    rings = "; ".join(_tell_ring(ring, outcome) for ring in found)
    return replace(outcome, verdict_id=verdict_id, verdict=_FOUND[verdict_id].format(rings=rings))


def judge_all(outcomes: Sequence[MovedOutcome]) -> str:
    """Return one sentence over all outcomes.

    Parameters
    ----------
    outcomes : sequence of MovedOutcome
        Judged. With none, nothing was looked at.

    Returns
    -------
    str
    """
    if not outcomes:
        return "Whether crime moved was not looked at: there are no rings round the hot spots."
    if len(outcomes) == 1:
        return outcomes[0].verdict
    finds = [one for one in outcomes if one.verdict_id not in ("not-shown", "cannot-tell")]
    silent = [one for one in outcomes if one.verdict_id == "cannot-tell"]
    if len(silent) == len(outcomes):
        return " ".join(dict.fromkeys(one.verdict for one in silent))
    sentences = [f"{_title(one)}: {one.verdict}" for one in finds]
    if not finds:
        sentences.append(NEITHER)
    elif len(finds) + len(silent) < len(outcomes):
        sentences.append("For the other outcomes neither that nor the reverse is shown.")
    if silent:
        names = ", ".join(_title(one) for one in silent)
        sentences.append(f"For some it cannot be told: {names}.")
    return " ".join(sentences)


def _name_find(found: Sequence[RingMove], outcome: MovedOutcome) -> str:
    if not all(ring.displacement.headline for ring in found):
        return "exploratory"
    rose = {(ring.displacement.value or 0.0) > 0 for ring in found}
    if len(rose) > 1:
        return "mixed"
    fell_locally = outcome.local.high is not None and outcome.local.high < 0
    if rose == {True}:
        return "moved" if fell_locally else "rose-near"
    return "spread" if fell_locally else "fell-near"


def _say_why_not(outcome: MovedOutcome) -> str:
    if all(ring.displacement.p is None for ring in outcome.rings):
        notes = dict.fromkeys(ring.displacement.note.strip() for ring in outcome.rings)
        return f"It cannot be told whether crime moved. {' '.join(notes)}".strip()
    return (
        "It cannot be told whether crime moved: the rings of the comparison areas are unlike those "
        "of the hot spots, and such comparisons find a difference far too often."
    )


def _say_neither(told: Sequence[RingMove], outcome: MovedOutcome) -> str:
    sentences = [NEITHER]
    lows = [ring.displacement.low for ring in told if ring.displacement.low is not None]
    highs = [ring.displacement.high for ring in told if ring.displacement.high is not None]
    if lows and highs and max(highs) > 0 > min(lows):
        sentences.append(
            f"The intervals leave room for up to {max(highs):,.0f} {_unit(outcome)} more in one "
            f"ring, and for {-min(lows):,.0f} fewer."
        )
    alone = [r.name for r in told if r.displacement.p is not None and r.displacement.p <= LEVEL]
    if alone:
        sentences.append(
            f"Taken alone, {', '.join(alone)} would look like a find; so many tests were made "
            "that chance explains it."
        )
    unlike = [ring.name for ring in outcome.rings if not ring.is_like]
    if unlike:
        sentences.append(
            f"It cannot be told for {', '.join(unlike)}: the comparison areas' rings are unlike."
        )
    return " ".join(sentences)


def _tell_ring(ring: RingMove, outcome: MovedOutcome) -> str:
    value = ring.displacement.value or 0.0
    more = "more" if value > 0 else "fewer"
    return (
        f"{abs(value):,.0f} {_unit(outcome)} {more} in the ring {ring.name} than the comparison "
        "areas' rings would have it"
    )


def _unit(outcome: MovedOutcome) -> str:
    return "days of harm" if outcome.is_harm else "crimes"


def _title(outcome: MovedOutcome) -> str:
    return f"{outcome.title}, harm" if outcome.is_harm else outcome.title
