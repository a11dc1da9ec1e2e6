"""Between the words that records hold and the library's vocabularies."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)


def find_word(kind: type[Word], key: str, what: str, faults: list[str]) -> Word | None:
    """Return a word of a vocabulary by its key; what is not there is added to the faults.

    Parameters
    ----------
    kind : type of StrEnum
    key : str
        The member's name in lower case, as records hold it.
    what : str
        What is being read, for the fault.
    faults : list of str
        Is added to. What was given is not repeated: it may be somebody's words.

    Returns
    -------
    member or None
    """
    found = kind.__members__.get(key.upper())
    if found is None:
        faults.append(f"{what} is none of {', '.join(member.value for member in kind)}.")
    return found


def find_words(
    kind: type[Word], keys: Iterable[str], what: str, faults: list[str]
) -> frozenset[Word]:
    """Return words of a vocabulary by their keys; what is not there is added to the faults.

    Parameters
    ----------
    kind : type of StrEnum
    keys : iterable of str
    what : str
    faults : list of str
        Is added to.

    Returns
    -------
    frozenset of members
    """
    found = (find_word(kind, key, what, faults) for key in keys)
    return frozenset(word for word in found if word is not None)


def key_of(word: StrEnum) -> str:
    """Return how records hold a word.

    Parameters
    ----------
    word : StrEnum

    Returns
    -------
    str
    """
    return word.name.lower()


def tell_word(kind: type[StrEnum], key: str) -> str:
    """Return the words that are shown for a key; the key itself where the vocabulary changed.

    Parameters
    ----------
    kind : type of StrEnum
    key : str

    Returns
    -------
    str
    """
    found = kind.__members__.get(key.upper())
    return found.value if found else key
