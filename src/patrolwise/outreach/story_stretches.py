"""Which stretches of a case's notes have to be read for a story: those that share a name's words.

A record of years has hundreds of notes, and a story says little of them. What a note holds can tell
of somebody only where the story says it too, so that a note is looked through only about words
that both have, that may be of a name or a place, and that are not known to be wherever the story
says them. A name that stands in every note is so read in one of them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from patrolwise.outreach.phrases import fold, split_words
from patrolwise.outreach.story_patterns import HARMLESS, is_phone
from patrolwise.outreach.text_checks import find_called, find_listed

_AROUND = 60  # letters before and after: names, and what speaks for them, are nearer
_BEFORE = 12
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]*")
# of which a name, a place or an address may be a part
_RUN = re.compile(rf"{_CAPITAL.pattern}(?: {_CAPITAL.pattern})*")
_NUMBER = re.compile(r"\b\d{1,4}[a-z]? \Z")  # of a house, before its street
_BEGINS = re.compile(r"(?:^|[.!?\n])\s?$")  # what stands before the first word of a sentence
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|PCSO|PS|Sgt|Insp|St)\. ?$")
_FAMILY = re.compile(r"(?:O['’]|Mc|Mac|Fitz)[A-Z]")
# What makes a name even of a word that names nobody, such as a day of the week.
_CALLED = re.compile(r"(?:called|named|is|are|as|a\.?k?\.?a\.?|by|to|['’]s|[\"“‘'])[: ]*$")


class StoryWords:
    """The words of a story, and what of a case's record it may say.

    Parameters
    ----------
    texts : iterable of str
        Its title and parts.

    Examples
    --------
    >>> words = StoryWords(["Ms Patel rang the school on 2 March."])
    >>> words.may_say("2 March"), words.may_say("2nd March")
    (True, False)
    >>> words.find_stretches("Rang Mrs Patel."), words.find_stretches("Rang Mr Zed.")
    (['Rang Mrs Patel.'], [])
    """

    def __init__(self, texts: Iterable[str]) -> None:
        # in order, with nothing between two texts
        self._said = [word for text in texts for word in (*split_words(text), "")]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._said):
            self._places.setdefault(word, []).append(place)
        self._words = frozenset(self._places) - {""}
        self._known: set[int] = set()  # places of what is known
        self._open = Counter(self._said)  # how often a word is said and not known
        self._split: dict[str, list[str]] = {}
        self._listed = frozenset(word for word in self._words if find_listed(word) is not None)

    @cached_property
    def has_number(self) -> bool:
        """Return whether the story has a figure: every spelling of a day has one."""
        return any(letter.isdigit() for word in self._words for letter in word)

    def may_say(self, value: str) -> bool:
        """Return whether the story may say a value: it has all of its words, however spaced.

        Parameters
        ----------
        value : str
            Of the record. A phone number may always be said: its figures may be apart.

        Returns
        -------
        bool
        """
        return is_phone(value) or self._words.issuperset(split_words(value))

    def may_say_day(self, day: date) -> bool:
        """Return whether the story may say a day: every spelling of one has its number.

        Parameters
        ----------
        day : date

        Returns
        -------
        bool

        Examples
        --------
        >>> words = StoryWords(["It was on the 2nd of March."])
        >>> words.may_say_day(date(2026, 3, 2)), words.may_say_day(date(2026, 3, 3))
        (True, False)
        """
        number = str(day.day)
        return not self._words.isdisjoint(
            (number, f"{day:%d}", *(f"{number}{end}" for end in ("st", "nd", "rd", "th")))
        )

    def note_known(self, value: str) -> None:
        """Note that a value is known: notes are not read for what the story says within it.

        Parameters
        ----------
        value : str
            Of the record.

        Examples
        --------
        >>> words = StoryWords(["Then Patel rang. Zed rang."])
        >>> words.note_known("Patel")
        >>> words.find_stretches("Saw Mrs Patel."), words.find_stretches("Saw Mr Zed.")
        ([], ['Saw Mr Zed.'])
        """
        wanted = split_words(value)
        for at in self._places.get(wanted[0], ()) if wanted else ():
            if self._said[at : at + len(wanted)] == wanted:
                new = set(range(at, at + len(wanted))) - self._known
                self._known |= new
                self._open.subtract(self._said[place] for place in new)

    def find_stretches(self, note: str) -> list[str]:
        """Return the stretches of a note that may hold a name or a place that the story says too.

        Parameters
        ----------
        note : str

        Returns
        -------
        list of str
            In order, none touching another; empty when there is nothing to look for.
        """
        found: list[tuple[int, int]] = []
        for start, end in sorted(self._find_spans(note)):
            first = note.rfind(" ", 0, max(start - _AROUND, 0)) + 1
            last = note.find(" ", end + _AROUND)
            last = len(note) if last < 0 else last
            if found and first <= found[-1][1]:
                found[-1] = found[-1][0], max(last, found[-1][1])
            else:
                found.append((first, last))
        return [note[first:last] for first, last in found]

    def _find_spans(self, note: str) -> Iterator[tuple[int, int]]:
        """Yield where a word stands that may be of a name and that the story has."""
        for run in _RUN.finditer(note):
            number = self.has_number and _NUMBER.search(note, max(run.start() - 6, 0), run.start())
            if self._is_open(run[0]) or (number and self._is_open(number[0])):
                yield from self._find_capitals(note, run)
        for start, end in find_called(note):
            if self._is_open(note[start:end]):
                yield start, end
        folded = fold(note)
        for word in self._listed:
            if self._open[word]:
                yield from _find_listed(note, folded, word)

    def _is_open(self, said: str) -> bool:
        """Return whether the story says one of some words where it is not known yet."""
        if said not in self._split:  # few of them are said by many notes
            self._split[said] = split_words(said)
        return any(self._open.get(word) for word in self._split[said])

    def _find_capitals(self, note: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
        for match in _CAPITAL.finditer(note, run.start(), run.end()):
            before = note[max(match.start() - _BEFORE, 0) : match.start()]
            is_said = not self._words.isdisjoint(split_words(match[0]))
            is_listed = fold(match[0]) in self._listed  # a name begins a sentence too
            if is_said and (is_listed or _may_be_name(match[0], before)):
                yield match.span()


def _find_listed(note: str, folded: str, word: str) -> Iterator[tuple[int, int]]:
    """Yield where a name of the list stands, if it is no other word there."""
    is_word = find_listed(word)
    at = folded.find(word)
    while at >= 0:
        end = at + len(word)
        is_whole = not folded[max(at - 1, 0) : at].isalnum() and not folded[end : end + 1].isalnum()
        if is_whole and (note[at].isupper() or not is_word):
            yield at, end
        at = folded.find(word, end)


def _may_be_name(word: str, before: str) -> bool:
    """Return whether a word with a capital letter may be of a name, by what stands before it."""
    if word.lower().replace("’", "'") in HARMLESS:
        return _CALLED.search(before) is not None
    begins = _BEGINS.search(before) is not None and _TITLE.search(before) is None
    return not begins or _FAMILY.match(word) is not None
