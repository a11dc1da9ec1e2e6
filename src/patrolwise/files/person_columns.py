"""Which columns of a file hold people's names or numbers, by their heads and by their values."""

import re
from collections.abc import Iterable

from patrolwise.outreach.text_checks import PersonWord, find_person_words

_SHARE = 0.1  # of values with a name or a number in them, from which a column is one of people
# dates and plates are left out: a day of report looks like a birthday, a reference like a plate
_TELLS = frozenset((PersonWord.NAME, PersonWord.PHONE, PersonWord.EMAIL, PersonWord.HANDLE))
_HEADS = re.compile(
    r"\b(name|names|surname|forename|firstname|lastname|alias|dob|birth|phone|telephone|mobile"
    r"|email|e mail|complainant|victim|suspect|offender|perpetrator|nominal|witness|caller)\b"
)
_OF_PLACES = re.compile(
    r"\b(street|road|ward|beat|area|site|place|location|council|spot|district|town|estate|premises"
    r"|station|file|operation)\b"
)
_OF_CODES = re.compile(r"\b(id|ref|reference|code|number|type|age|count|contacted|satisfied)$")


def is_person_head(head: str) -> bool:
    """Return whether a column's head says that it holds people.

    Parameters
    ----------
    head : str

    Returns
    -------
    bool
        A code, such as a victim's id, is none: it names nobody.

    Examples
    --------
    >>> [is_person_head(head) for head in ("VictimName", "Street name", "Victim ID", "Suspect")]
    [True, False, False, True]
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head)
    words = re.sub(r"[^a-z]+", " ", split.casefold()).strip()
    if not _HEADS.search(words) or _OF_PLACES.search(words):
        return False
    is_number = re.search(r"\b(phone|telephone|mobile)\b", words) is not None
    return is_number or not _OF_CODES.search(words)


def holds_people(values: Iterable[str]) -> bool:
    """Return whether a column's values look like people.

    Parameters
    ----------
    values : iterable of str
        Some hundred of them are enough; blank ones say nothing.

    Returns
    -------
    bool
        A tenth of the values must have a name, a telephone number or an address in them, as a
        street may be called after somebody.

    Examples
    --------
    >>> holds_people(["Ahmed Khan", "Grace Road"]), holds_people(["Fireworks", ""])
    (True, False)
    """
    told = [value for value in values if value.strip()]
    telling = sum(
        any(finding.what in _TELLS for finding in find_person_words(value)) for value in told
    )
    return telling > 0 and telling >= _SHARE * len(told)
