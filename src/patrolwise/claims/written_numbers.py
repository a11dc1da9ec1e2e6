"""What a number is that a text holds: value, unit, and how exactly it is written."""

import re
from dataclasses import dataclass

_BOUNDS = {
    "over": re.compile(r"\b(?:more than|over|above|at least)\s+(?:a |one )?$", re.IGNORECASE),
    "under": re.compile(
        r"\b(?:nearly|almost|under|less than|close to|up to)\s+(?:a |one )?$", re.IGNORECASE
    ),
    "about": re.compile(
        r"\b(?:about|around|roughly|some|approximately)\s+(?:a |one )?$", re.IGNORECASE
    ),
}


@dataclass(frozen=True, kw_only=True)
class WrittenNumber:
    """One number of a text."""

    value: float
    unit: str  # "count", "percent", "pounds", "pounds per hour", "hours", "days" and the like
    step: float  # what one of its last digit is worth: half of it is the rounding
    text: str
    start: int  # characters of the text, the end not included
    end: int
    is_signed: bool = False  # a plus or minus was written
    bound: str = ""  # "over", "under" or "about", when such a word stands before it


def find_bound(text: str, start: int) -> str:
    """Return what stands right before a number and loosens it.

    Parameters
    ----------
    text : str
    start : int
        Where the number begins.

    Returns
    -------
    str
        "over", "under", "about" or empty.

    Examples
    --------
    >>> find_bound("by more than 40 %", 13), find_bound("nearly halved", 7)
    ('over', 'under')
    """
    ahead = text[max(0, start - 24) : start]
    return next((name for name, form in _BOUNDS.items() if form.search(ahead)), "")
