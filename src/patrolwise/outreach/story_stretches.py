"""Which stretches of a case's notes have to be read for a story: those that share a name's words.

A record of years has hundreds of notes, and a story says little of them. What a note holds can tell
of somebody only where the story says it too, so that a note is looked through only about words
that both have, and that may be of a name or a place.
"""

import re
from collections.abc import Iterable, Iterator

from patrolwise.outreach.story_patterns import HARMLESS, fold, is_phone
from patrolwise.outreach.text_checks import CALLED_SMALL, find_listed

_AROUND = 60  # letters before and after: names, and what speaks for them, are nearer
_BEFORE = 12
_WORD = re.compile(r"[^\W_]+")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]*")
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
        self._words = {word for text in texts for word in _WORD.findall(fold(text))}
        listed = sorted(word for word in self._words if find_listed(word) is not None)
        self._listed = re.compile(rf"\b(?:{'|'.join(listed)})\b") if listed else None

    @property
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
        return is_phone(value) or self._words.issuperset(_WORD.findall(fold(value)))

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
        for match in _CAPITAL.finditer(note):
            if self._words.isdisjoint(_WORD.findall(fold(match[0]))):
                continue
            before = note[max(match.start() - _BEFORE, 0) : match.start()]
            if _may_be_name(match[0], before):
                yield match.span()
        for match in CALLED_SMALL.finditer(note):
            if fold(match[1]) in self._words:
                yield match.span(1)
        if self._listed is not None:
            for match in self._listed.finditer(fold(note)):
                if note[match.start()].isupper() or not find_listed(match[0]):
                    yield match.span()


def _may_be_name(word: str, before: str) -> bool:
    """Return whether a word with a capital letter may be of a name, by what stands before it."""
    if word.lower().replace("’", "'") in HARMLESS:
        return _CALLED.search(before) is not None
    begins = _BEGINS.search(before) is not None and _TITLE.search(before) is None
    return not begins or _FAMILY.match(word) is not None
