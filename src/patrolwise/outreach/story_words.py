"""Words of a case study that tell what sort of person it is about, and what to write instead.

They are data, `data/story-words.csv`: a word tells an age group, a gender, an ethnic group or an
event; events that people remember from the news are rare ones. The list errs to a warning.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from patrolwise.outreach.phrases import PhraseFinder

AGE, GENDER, ETHNICITY, PLACE, EVENT = "age group", "gender", "ethnic group", "place", "event"
_TRAITS = {"age": AGE, "gender": GENDER, "ethnicity": ETHNICITY, "event": EVENT}


@dataclass(frozen=True, kw_only=True)
class TellingWord:
    """A word that tells something of whom a text is about."""

    words: str  # in small letters
    trait: str  # AGE, GENDER, ETHNICITY, or EVENT with the part of life: "event: housing"
    is_rare: bool
    instead: str


@dataclass(frozen=True, kw_only=True)
class ToldTrait:
    """Where a text tells a trait."""

    start: int
    end: int
    word: TellingWord


@cache
def load_telling_words() -> dict[str, tuple[TellingWord, ...]]:
    """Return the words that tell something of a person.

    Returns
    -------
    dict of words to TellingWord
        A word can tell two things, as “girl” does.

    Examples
    --------
    >>> [one.trait for one in load_telling_words()["girl"]]
    ['gender', 'age group']
    """
    text = (files("patrolwise.outreach") / "data" / "story-words.csv").read_text("utf-8")
    found: dict[str, tuple[TellingWord, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        trait = _TRAITS[row["trait"]]
        one = TellingWord(
            words=row["words"],
            trait=name_event(row["domain"]) if trait == EVENT else trait,
            is_rare=row["rare"] == "yes",
            instead=row["instead"],
        )
        found[one.words] = (*found.get(one.words, ()), one)
    return found


def name_event(domain: str) -> str:
    """Return the trait of an event in a part of life.

    Parameters
    ----------
    domain : str
        Key of NeedDomain.

    Returns
    -------
    str

    Examples
    --------
    >>> name_event("mental_health")
    'event: mental health'
    """
    return f"{EVENT}: {domain.replace('_', ' ')}"


def find_told_traits(text: str) -> list[ToldTrait]:
    """Return where a text tells an age group, a gender, an ethnic group or an event.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of ToldTrait
        By place; of phrases the longest.

    Examples
    --------
    >>> [(one.word.words, one.word.trait) for one in find_told_traits("She slept in a hostel.")]
    [('she', 'gender'), ('hostel', 'event: housing')]
    """
    known = load_telling_words()
    return [
        ToldTrait(start=said.start, end=said.end, word=word)
        for said in _finder().find_longest(text)
        for word in known[said.phrase]
    ]


@cache
def _finder() -> PhraseFinder:
    return PhraseFinder(load_telling_words())
