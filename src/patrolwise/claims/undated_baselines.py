"""Whether what a text compares with is dated, of equal length, and free of the service itself."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from patrolwise.claims.claim_records import ClaimVerdict
from patrolwise.claims.finding_claims import Sentence

_COMPARED = re.compile(
    r"\b(?:compar\w+|versus|against|previous|prior|before|preceding|same period|same months"
    r"|last year|year before)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"same (?:period|months|quarter)|previous year|year before|last year", re.IGNORECASE
)
_STARTED = re.compile(
    r"\b(?:since|began in|started in|launched in|introduced in|running from|in place since)\s+$",
    re.IGNORECASE,
)
_DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
_SLACK = 0.05  # of a window's length: months differ, so do ways of counting

Finding = tuple[Sentence, ClaimVerdict, str]


def find_baselines(sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """Yield comparisons whose windows are not given, do not fit, or hold the service itself.

    Parameters
    ----------
    sentences : sequence of Sentence
        Of all texts: one may say when the service began, and another what was compared.

    Yields
    ------
    (Sentence, ClaimVerdict, reason)
    """
    started = _find_start(sentences)
    evaluated = [
        window.first
        for sentence in sentences
        for window in sentence.windows
        if window.is_range and window.first is not None
    ]
    begun = min(evaluated, default=None)
    for sentence in sentences:
        yield from _find_length(sentence)
        spans = [w for w in sentence.windows if w.is_range and w.first is not None]
        lengths = [n for n in sentence.numbers if n.unit in ("weeks", "months")]
        is_vague = bool(lengths) or bool(_EARLIER.search(sentence.text))
        if not (_COMPARED.search(sentence.text) and is_vague) or len(spans) >= 2:
            continue
        if started is not None and begun is not None and started < begun and lengths:
            yield (
                sentence,
                ClaimVerdict.WRONG,
                f"The service ran from {started}, before the window that is evaluated began on "
                f"{begun}: a baseline that ends there holds days of the service itself.",
            )
        else:
            reason = "What is compared has no dates at both ends, so it cannot be counted again."
            yield sentence, ClaimVerdict.UNDEFINED, reason


def _find_start(sentences: Sequence[Sentence]) -> date | None:
    starts = [
        window.first
        for sentence in sentences
        for window in sentence.windows
        if window.first is not None
        and not window.is_range
        and _STARTED.search(sentence.text[: window.start])
    ]
    return min(starts, default=None)


def _find_length(sentence: Sentence) -> Iterator[Finding]:
    """Yield a stated length that is not that of the only window beside it."""
    spans = [(w.first, w.last) for w in sentence.windows if w.is_range and w.first and w.last]
    lengths = [n for n in sentence.numbers if n.unit in ("weeks", "months")]
    if len(spans) != 1 or len(lengths) != 1:
        return
    ((first, last),) = spans
    days, told = (last - first).days + 1, lengths[0].value * _DAYS[lengths[0].unit]
    if abs(days - told) > _SLACK * days:
        yield (
            sentence,
            ClaimVerdict.WRONG,
            f"{first} to {last} is {days} days; {lengths[0].text.strip()} is {told:.0f}.",
        )
