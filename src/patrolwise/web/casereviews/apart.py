"""Keeps whom the behaviour is put down to off every page and letter of a review.

A review is the page of who is harmed. Names of the case's subjects are looked for in what staff
write, and withheld where an applicant's own words hold one.
"""

import re
from collections.abc import Iterable

from patrolwise.errors import InputError
from patrolwise.web.asb.models import Subject
from patrolwise.web.asb.places import check_unnamed
from patrolwise.web.casereviews.models import Review

WITHHELD = "[a name, kept elsewhere]"
_SAY_WHAT = "Say what somebody is, such as a neighbour or an officer, and not who."
_LEAST = 3  # letters of a part of a name that is looked for by itself
_PARTS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def list_kept_apart(review: Review) -> list[str]:
    """Return the names of whom the case puts the behaviour down to.

    Parameters
    ----------
    review : Review

    Returns
    -------
    list of str
        None where no case was found yet.
    """
    if review.case is None:
        return []
    rows = Subject.objects.filter(case=review.case).only("controller", "name")
    return [one.name for one in rows if one.name]


def withhold(text: str, names: Iterable[str]) -> str:
    """Return a text without names that are kept apart.

    Parameters
    ----------
    text : str
    names : iterable of str

    Returns
    -------
    str
    """
    pattern = _make_pattern(names)
    return pattern.sub(WITHHELD, text) if pattern else text


def check_apart(review: Review, *texts: str, is_unnamed: bool = True) -> None:
    """Refuse words of staff that hold a name that is kept apart. The message repeats none.

    Parameters
    ----------
    review : Review
    *texts : str
    is_unnamed : bool
        They must seem to name nobody at all: letters and panels read them. False for an address,
        or a letter as a whole, which begins with the applicant's name.

    Raises
    ------
    InputError
    """
    faults: list[str] = []
    pattern = _make_pattern(list_kept_apart(review))
    if pattern and any(pattern.search(text) for text in texts):
        faults.append("The words seem to hold a name.")
    elif is_unnamed:
        check_unnamed("The words", "\n".join(texts), faults)
    if faults:
        raise InputError(f"{faults[0].split('. ')[0].rstrip('.')}. {_SAY_WHAT}")


def _make_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds whole names in any letters, and parts of them that begin with a capital."""
    whole, parts = [], set()
    for name in names:
        words = _PARTS.findall(name)
        if words:
            whole.append(r"\s+".join(re.escape(word) for word in words))
        parts |= {word for word in words if len(word) >= _LEAST}
    if not whole:
        return None
    found = sorted(parts, key=lambda word: (-len(word), word))
    capital = "|".join(re.escape(word[:1].upper() + word[1:]) for word in found)
    alone = rf"|\b(?:{capital})\b" if capital else ""
    return re.compile(rf"\b(?i:{'|'.join(whole)})\b{alone}")
