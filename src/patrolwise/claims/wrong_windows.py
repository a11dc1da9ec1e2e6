"""Whether a sentence names dates that are not those of the figure in it."""

import re

from patrolwise.claims.figures import Figure
from patrolwise.claims.finding_claims import Claim

_LED = re.compile(r"\b(?:in|during|for|of)\s+$", re.IGNORECASE)


def find_other_window(claim: Claim, figure: Figure) -> str:
    """Return the window that a sentence names when it is none of the figure's; else empty.

    Parameters
    ----------
    claim : Claim
    figure : Figure

    Returns
    -------
    str
        "2024-07-01 to 2024-09-30".
    """
    spans = {(w.first, w.last) for w in claim.sentence.windows if w.is_range}
    if not spans or spans & set(figure.spans):
        return ""
    first, last = min(spans, key=str)
    return f"{first} to {last}"


def find_outside(claim: Claim, figure: Figure, *, is_led: bool = False) -> str:
    """Return the first date of a sentence that lies in none of the figure's windows; else empty.

    Parameters
    ----------
    claim : Claim
    figure : Figure
    is_led : bool
        Count only dates that the text counts in ("in 2023"), and none that it tells beside
        ("since October 2022").

    Returns
    -------
    str
    """
    begins = min(first for first, _ in figure.spans)
    ends = max(last for _, last in figure.spans)
    text = claim.sentence.text
    days = [
        (window.first, window.last)
        for window in claim.sentence.windows
        if window.first is not None
        and window.last is not None
        and (not is_led or _LED.search(text[: window.start]))
    ]
    return next((f"{first}" for first, last in days if last < begins or first > ends), "")
