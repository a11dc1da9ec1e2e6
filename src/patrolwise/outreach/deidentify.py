"""What of a case study could tell whom it is about, and what to write instead.

It looks for what the case's own record holds, for names, numbers, days, ages, places and rare
events, and for traits that few people on the caseload share together. It tells and changes nothing;
it errs to a warning. Who could be known by a story from what only a neighbour knows, it cannot see.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from patrolwise.outreach.phrases import PhraseFinder, fold
from patrolwise.outreach.sentences import begins_sentence
from patrolwise.outreach.story_patterns import (
    ADDRESS,
    AGES,
    BEFORE_PLACE,
    DATES,
    HARMLESS,
    NUMBERS,
    PLACE_NAME,
    PROPER,
    form_of_phone,
    is_phone,
)
from patrolwise.outreach.story_words import (
    AGE,
    ETHNICITY,
    GENDER,
    PLACE,
    TellingWord,
    find_told_traits,
)
from patrolwise.outreach.text_checks import find_person_words
from patrolwise.outreach.text_patterns import PersonWord

FEWEST = (
    8  # people on the caseload who have to share what a story tells: counts of 1 to 7 are hidden
)


class StoryRisk(StrEnum):
    """Why a stretch of a story could tell whom it is about."""

    IN_RECORD = "stands in their record"
    NAME = "may be a name"
    IDENTIFIER = "leads to somebody"
    AGE = "an exact age"
    DATE = "an exact day or time"
    PLACE = "a place"
    EVENT = "an event that people remember"
    NUMBER = "an exact number"
    NOT_COUNTED = "perhaps few people share it"
    FEW = "few people share it"


@dataclass(frozen=True, kw_only=True)
class KnownValue:
    """Something that a case's record holds."""

    what: str  # "their name"
    text: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class StoryFacts:
    """What a story is held against."""

    known: tuple[KnownValue, ...] = ()
    places: tuple[str, ...] = ()  # names of hot spots
    person: Mapping[str, str] | None = None  # trait → value; what is not recorded is left out
    caseload: Sequence[Mapping[str, str]] = ()  # likewise, of everybody, the person too

    @cached_property
    def known_finder(self) -> PhraseFinder:
        """What finds all that the record holds, phone numbers aside."""
        return PhraseFinder(one.text for one in self.known if not is_phone(one.text))

    @cached_property
    def place_finder(self) -> PhraseFinder:
        """What finds the names of hot spots."""
        return PhraseFinder(self.places)


@dataclass(frozen=True, kw_only=True, order=True)
class Mark:
    """One stretch of a story that could tell whom it is about."""

    start: int
    end: int
    risk: StoryRisk
    key: str  # the same for the same thing said again: one decision mends or keeps them all
    why: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class FewAlike:
    """What a story tells together fits too few people."""

    traits: tuple[str, ...]
    enough_without: tuple[str, ...]  # traits of which leaving one out is enough

    @property
    def key(self) -> str:
        """Return what a decision on it is kept under."""
        return f"few: {', '.join(self.traits)}"


def find_marks(text: str, facts: StoryFacts) -> list[Mark]:
    """Return what in one part of a story could tell whom it is about, traits aside.

    Parameters
    ----------
    text : str
    facts : StoryFacts

    Returns
    -------
    list of Mark
        By place, none overlapping another; what stands in the record comes before what may.

    Examples
    --------
    >>> facts = StoryFacts(known=(KnownValue(what="their name", text="Kez", instead="“they”"),))
    >>> [(one.risk.name, one.key) for one in find_marks("Kez was 15 and hurt in March.", facts)]
    [('IN_RECORD', 'kez'), ('AGE', 'was 15'), ('DATE', 'in march')]
    """
    return keep_apart(text, _list_marks(text, facts))


def keep_apart(text: str, marks: Iterable[Mark]) -> list[Mark]:
    """Return marks of a text without what overlaps an earlier one.

    Parameters
    ----------
    text : str
    marks : iterable of Mark
        What is meant most comes first.

    Returns
    -------
    list of Mark
        By place. Of a name of which a part is marked the rest is, too.
    """
    found, taken = [], bytearray(len(text))  # one for each letter that is marked
    for one in marks:
        for part in _list_free(text, taken, one):
            taken[part.start : part.end] = bytes([1]) * (part.end - part.start)
            found.append(part)
    return sorted(found)


def mark_traits(text: str, few: FewAlike | None, facts: StoryFacts) -> list[Mark]:
    """Return the words of one part that tell a trait which few share, or which is not counted.

    Parameters
    ----------
    text : str
    few : FewAlike or None
        Of the whole story.
    facts : StoryFacts

    Returns
    -------
    list of Mark
        By place; some may overlap those of `find_marks`.
    """
    counted = facts.person or {}
    found: dict[tuple[int, int], Mark] = {}
    for one in find_told_traits(text):
        trait, place = one.word.trait, (one.start, one.end)
        words = text[slice(*place)]
        if few is not None and trait in few.traits:
            why = f"“{words}” tells the {trait}, and few share all that is told."
            risk, key = StoryRisk.FEW, few.key
        elif trait in _UNCOUNTED and trait not in counted:
            why = f"“{words}” {_UNCOUNTED[trait]}, so we cannot count how many others share it."
            risk, key = StoryRisk.NOT_COUNTED, f"not counted: {trait}"
        else:
            continue
        made = Mark(start=one.start, end=one.end, risk=risk, key=key, why=why,
                    instead=_tell_instead(one.word, words.lower()))  # fmt: skip
        found.setdefault(place, made)
    return sorted(found.values())


def find_few(texts: Iterable[str], facts: StoryFacts, fewest: int = FEWEST) -> FewAlike | None:
    """Return what a story tells that too few people on the caseload share together.

    Parameters
    ----------
    texts : iterable of str
        All parts of the story.
    facts : StoryFacts
    fewest : int, optional

    Returns
    -------
    FewAlike or None
        None when `fewest` people or more share all that is told, or nothing is told that is
        recorded. Whoever has no value recorded does not count as alike.

    References
    ----------
    Sweeney (2002), k-anonymity, IJUFKS 10(5), 557-570: a person hides among k who look the same.

    Examples
    --------
    >>> person = {"age group": "under 18", "event: housing": "yes"}
    >>> facts = StoryFacts(person=person, caseload=[person] * 3 + [{"age group": "under 18"}] * 9)
    >>> find_few(["The child slept in a hostel."], facts)
    FewAlike(traits=('age group', 'event: housing'), enough_without=('event: housing',))
    >>> find_few(["A child came to us."], facts) is None
    True
    """
    person = facts.person or {}
    told = sorted(trait for trait in list_traits(texts, facts) if trait in person)
    if not told or _count_alike(told, facts) >= fewest:
        return None
    enough = tuple(
        trait
        for trait in told
        if _count_alike([one for one in told if one != trait], facts) >= fewest
    )
    return FewAlike(traits=tuple(told), enough_without=enough)


def list_traits(texts: Iterable[str], facts: StoryFacts) -> set[str]:
    """Return the traits that a story tells.

    Parameters
    ----------
    texts : iterable of str
    facts : StoryFacts

    Returns
    -------
    set of str
    """
    told = set()
    for text in texts:
        told |= {one.word.trait for one in find_told_traits(text)}
        if facts.place_finder.find_all(text):
            told.add(PLACE)
    return told


def read_known(text: str, what: str) -> list[KnownValue]:
    """Return the names, schools and addresses that a note of a case holds.

    Parameters
    ----------
    text : str
    what : str
        Where it stands, for whoever writes the story: "a note".

    Returns
    -------
    list of KnownValue

    Examples
    --------
    >>> [one.text for one in read_known("Rang Mrs Patel of Fosse Way School.", "a note")]
    ['Fosse Way School', 'Patel']
    """
    places = [*ADDRESS.findall(text), *PLACE_NAME.findall(text)]
    people = [
        text[one.start : one.end]
        for one in find_person_words(text, known_places=places)
        if one.what is PersonWord.NAME
    ]
    return [
        KnownValue(what=f"a {kind} in {what}", text=value, instead=instead)
        for kind, values, instead in (
            ("place", places, _PLACES),
            ("name", people, _PEOPLE),
        )
        for value in dict.fromkeys(values)
    ]


def _list_marks(text: str, facts: StoryFacts) -> Iterator[Mark]:
    """Yield all marks; of those that overlap, the earlier is meant."""
    for value, span in sorted(_find_known(text, facts), key=lambda one: -len(one[0].text)):
        why = f"“{text[slice(*span)]}” is {value.what}."
        yield _mark(text, span, StoryRisk.IN_RECORD, why, value.instead)
    for finding in find_person_words(text, known_places=facts.places):
        is_name = finding.what is PersonWord.NAME
        risk = StoryRisk.NAME if is_name else StoryRisk.IDENTIFIER
        instead = _PEOPLE if is_name else _NOTHING
        yield _mark(text, (finding.start, finding.end), risk, finding.why, instead)
    for risk, form, instead in _FORMS:
        for match in form.finditer(text):
            yield _mark(text, match.span(), risk, f"“{match[0]}” is {risk}.", instead)
    for said in facts.place_finder.find_all(text):
        span, why = (said.start, said.end), "It is one of our hot spots."
        yield _mark(text, span, StoryRisk.PLACE, why, _PLACES)
    for one in find_told_traits(text):
        if one.word.is_rare:
            why = f"“{text[one.start : one.end]}” is an event or a trait that people remember."
            yield _mark(text, (one.start, one.end), StoryRisk.EVENT, why, _quote(one.word.instead))
    yield from _find_proper(text)


def _list_free(text: str, taken: bytearray, mark: Mark) -> Iterator[Mark]:
    """Yield a mark as it is, or what of a name is not taken."""
    if not any(taken[mark.start : mark.end]):
        yield mark
    elif mark.risk in (StoryRisk.IN_RECORD, StoryRisk.NAME):
        for gap in re.finditer(rb"\0{2,}", taken[mark.start : mark.end]):
            words = _WORDS.search(text, mark.start + gap.start(), mark.start + gap.end())
            if words is not None:
                yield replace(mark, start=words.start(), end=words.end())


def _find_known(text: str, facts: StoryFacts) -> Iterator[tuple[KnownValue, tuple[int, int]]]:
    """Yield where a text says what the record holds."""
    known = {one.text: one for one in reversed(facts.known)}  # of two that are alike the first
    for said in facts.known_finder.find_all(text):
        yield known[said.phrase], (said.start, said.end)
    for value in facts.known:
        if is_phone(value.text):
            for match in form_of_phone(value.text).finditer(text):
                yield value, match.span()


def _find_proper(text: str) -> Iterator[Mark]:
    """Yield words with a capital letter that no sentence begins with: a rare name, a place."""
    told = {at for one in find_told_traits(text) for at in range(one.start, one.end)}
    for match in PROPER.finditer(text):
        words = [*re.finditer(r"\S+", match[0])]
        if begins_sentence(text, match.start()):
            words = words[1:]  # the first word of a sentence says nothing; what follows it may
        left = [
            word
            for word in words
            if word[0].lower().replace("’", "'").removesuffix("'s") not in HARMLESS
            and match.start() + word.start() not in told
        ]
        if not left:
            continue
        start = match.start() + left[0].start()
        span = start, match.start() + left[-1].end()
        is_place = BEFORE_PLACE.search(text[max(start - _BEFORE, 0) : start]) is not None
        why = (
            f"“{text[slice(*span)]}” has a capital letter: it may name a person, a place, a "
            "school or a group."
        )
        risk = StoryRisk.PLACE if is_place else StoryRisk.NAME
        yield _mark(text, span, risk, why, _PLACES if is_place else _PEOPLE)


def _mark(text: str, span: tuple[int, int], risk: StoryRisk, why: str, instead: str) -> Mark:
    key = re.sub(r"\s+", " ", fold(text[slice(*span)]))
    return Mark(start=span[0], end=span[1], risk=risk, key=key, why=why, instead=instead)


def _quote(instead: str) -> str:
    return _NOTHING if instead == _NOTHING else f"“{instead}”"


def _tell_instead(word: TellingWord, said: str) -> str:
    is_left_out = word.instead == _NOTHING
    return f"nothing: leave “{said}” out" if is_left_out else f"“{word.instead}” for “{said}”"


def _count_alike(traits: Sequence[str], facts: StoryFacts) -> int:
    person = facts.person or {}
    return sum(all(one.get(t) == person[t] for t in traits) for one in facts.caseload)


_NOTHING = "nothing: leave it out"
_WORDS = re.compile(r"\w.*\w", re.DOTALL)
_BEFORE = 20  # letters: more than the longest words before a place
_PEOPLE = "what they are: “a friend”, “their mother”, “a teacher”"
_PLACES = "“a school”, “a park”, “a service”, “where they lived”"
_UNCOUNTED = {
    AGE: "tells how old they are. Their record does not say it",
    GENDER: ("tells whether it is a girl or a boy, a woman or a man. Our records say it of nobody"),
    ETHNICITY: "tells their ethnic group. Their record does not say it",
}
_FORMS = (
    (StoryRisk.PLACE, ADDRESS, _PLACES),
    (StoryRisk.AGE, AGES, "“young”, “under 18”, “an adult”"),
    (StoryRisk.DATE, DATES, "“last year”, “in the spring”, or leave it out"),
    (StoryRisk.PLACE, PLACE_NAME, _PLACES),
    (StoryRisk.NUMBER, NUMBERS, "“some”, “several”, “about a year”"),
)
