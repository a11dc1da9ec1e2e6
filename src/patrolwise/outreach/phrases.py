"""Where a text says one of many phrases: all are looked for in one pass, word by word.

Letters are folded, and whatever stands between words counts as a space: “Ann-Lee” is “ann  lee”.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


class _Folds(dict[int, str]):
    """Each letter as a small one without accents, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = "l" if chr(code) in "łŁ" else unicodedata.normalize("NFKD", chr(code))[0].lower()
        self[code] = letter
        return letter


_FOLDS = _Folds()


@dataclass(frozen=True, kw_only=True)
class SaidPhrase:
    """Where a text says a phrase."""

    start: int
    end: int  # the first place after it
    phrase: str  # as it was asked for


class PhraseFinder:
    """Phrases that are looked for.

    Parameters
    ----------
    phrases : iterable of str
        One without a letter or a figure is found nowhere.

    Examples
    --------
    >>> finder = PhraseFinder(["Lee", "Ann-Lee", "mill lane"])
    >>> [(one.start, one.phrase) for one in finder.find_all("ANN LEE’s, of Mill_Lane")]
    [(0, 'Ann-Lee'), (4, 'Lee'), (14, 'mill lane')]
    >>> [one.phrase for one in finder.find_longest("Ann  Lee")]
    ['Ann-Lee']
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[list[str], str]]] = {}
        for phrase in dict.fromkeys(phrases):
            if words := split_words(phrase):
                self._by_first.setdefault(words[0], []).append((words, phrase))
        for alike in self._by_first.values():
            alike.sort(key=lambda one: len(one[0]), reverse=True)

    def find_all(self, text: str) -> list[SaidPhrase]:
        """Return every place where a phrase is said, also within another.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of SaidPhrase
            By place; of those that begin at one place the longest first.
        """
        words = [*_WORD.finditer(fold(text))]
        return [one for at in range(len(words)) for _, one in self._find_at(words, at)]

    def find_longest(self, text: str) -> list[SaidPhrase]:
        """Return where phrases are said, none overlapping another: the first, and the longest.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of SaidPhrase
            By place.
        """
        words, found, at = [*_WORD.finditer(fold(text))], [], 0
        while at < len(words):
            count, one = next(self._find_at(words, at), (1, None))
            if one is not None:
                found.append(one)
            at += count
        return found

    def _find_at(self, words: list[re.Match[str]], at: int) -> Iterator[tuple[int, SaidPhrase]]:
        """Yield the phrases that begin at a word, with how many words they have."""
        for wanted, phrase in self._by_first.get(words[at][0], ()):
            said = words[at : at + len(wanted)]
            if [word[0] for word in said] == wanted:
                one = SaidPhrase(start=said[0].start(), end=said[-1].end(), phrase=phrase)
                yield len(wanted), one


def split_words(text: str) -> list[str]:
    """Return the words of a text, folded.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> split_words("Zoë O’Neill, 2nd")
    ['zoe', 'o', 'neill', '2nd']
    """
    return _WORD.findall(fold(text))


def fold(text: str) -> str:
    """Return a text in small letters without accents, each letter where it was.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> fold("Zoë Łuc")
    'zoe luc'
    """
    return text.lower() if text.isascii() else text.translate(_FOLDS)
