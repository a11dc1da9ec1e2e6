"""Which words of a note look as if they were about a person, so that no name is stored by chance.

The check errs to a warning: a street that was warned of costs a tap, a name that was stored costs
trust. It sees names of a list, `data/names.csv`, and forms of numbers; rare names pass it, so that
whoever writes has the last word. How often it is right is held by its tests.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from patrolwise.outreach.phrases import PhraseFinder
from patrolwise.outreach.sentences import begins_sentence
from patrolwise.outreach.text_patterns import Finding, PersonWord, find_identifiers

__all__ = ["Finding", "PersonWord", "find_person_words"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS, _OPENS = ".!?:;•", "\"'“‘(-*"  # of sentences, and of points of a list
_PLACE_TEXT = """
street st road rd lane ln avenue ave square sq place park court house gate yard walk way close
drive circle crescent terrace gardens row bridge market station centre center hill green school
college university academy hospital church mosque temple hall hotel inn arms club stadium
estate arcade shopping library surgery precinct mews parade row wharf field fields ground
playground rec recreation passage roundabout tower towers point quay barracks
"""
_PLACE_WORDS = frozenset(_PLACE_TEXT.split())
# written small, these still make a street of the word before; "close" and "way" do not
_SMALL_TEXT = "street st road rd lane avenue ave park square crescent terrace gardens"
_SMALL_PLACE_WORDS = frozenset(_SMALL_TEXT.split())
# trading and public names that hold a name of the list
_NOT_PERSONS = re.compile(
    r"\b(?:john lewis|william hill|paddy power|mcdonald['’]?s|hugo boss|ted baker|jack daniel['’]?s"
    r"|thomas cook|st\.? john ambulance|king richard(?: iii)?|nelson mandela|pc world|lloyds"
    r"|harvey nichols|papa john['’]?s|domino['’]?s|jack ?pot)\b",
    re.IGNORECASE,
)
_SAINT = re.compile(r"\b(?:St|Saint)\.? [A-Z][a-z]+(?:['’]s)?\b")
_DATE_TEXT = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december
"""
_DATE_WORDS = frozenset(_DATE_TEXT.split())
_SAYS_TEXT = """
said says told tells asked asks wants wanted lives lived knows knew came comes went was is has
had needs needed thinks thought looks looked seems seemed left got gets agreed refused
"""
_SAYS = frozenset(_SAYS_TEXT.split())
_BESIDE = re.compile(r"(?:['’][sS]?)?[ -]")
_FAMILY_FORM = re.compile(r"(?:O['’]|Mc|Mac|Fitz)[A-Z][a-z]+")
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|PCSO|PS|Sgt|Insp|Uncle|Auntie|Aunty|Aunt|Imam|Father|Sister)"
    r"\b\.? ([A-Z][A-Za-z'’-]+(?: [A-Z][a-z'’-]+)?)"
)
_CALLED = re.compile(
    r"\b(?i:called|named|names? (?:is|are)|name['’]s|known as|a\.?k\.?a\.?|goes by"
    r"|nick ?named?(?: is)?|street name(?: is)?|answers to)[: ]+"
    r"([\"“‘']?[A-Z][a-z]+[\"”’']?)"
)
_CALLED_SMALL = re.compile(
    r"\b(?:name is|name['’]s|known as|a\.?k\.?a\.?|goes by|nick ?name is|street name is)[: ]+"
    r"(?!the\b|a\b|an\b|his\b|her\b|their\b|my\b|not\b|in\b|on\b|being\b|no\b)([a-z]{3,})",
    re.IGNORECASE,
)
_CALLED_SIGNS = ("name", "known as", "aka", "a.k", "ak.", "goes by")  # each form above has one
_QUOTED = re.compile(
    r"(?<!\w)[\"“‘']((?!(?:No|Yes|Stop|Ok|Okay|Hello|Hi|Never|Leave|Go|Why|What|I|We|You|Not|The)\b)"
    r"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]*)?)[\"”’'](?!\w)"
)


@dataclass(frozen=True)
class _Name:
    kind: str  # what it is said to be
    is_word: bool  # also an English word: then a capital letter has to speak for it


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    folded: str  # lower case, no accents, no possessive
    is_capital: bool


def find_person_words(text: str, known_places: Iterable[str] = ()) -> list[Finding]:
    """Return what in a text looks as if it were about a person.

    Parameters
    ----------
    text : str
    known_places : iterable of str
        Streets, parks, shops of the hot spots, which are none of persons, however written.

    Returns
    -------
    list of Finding
        By place, none overlapping another: names, phone numbers, number plates, full postcodes,
        dates of birth, e-mail addresses and handles.

    Examples
    --------
    >>> [found.what.value for found in find_person_words("Ahmed is on 07700 900123")]
    ['name', 'phone']
    >>> find_person_words("Quiet by St Margaret's Way on Friday.")
    []
    >>> find_person_words("Busy at Rowan Corner", known_places=["Rowan Corner"])
    []
    """
    found = find_identifiers(text)
    taken = bytearray(len(text))  # by what is none of a name: one for each letter that is
    for start, end in (*((one.start, one.end) for one in found), *_find_places(text, known_places)):
        taken[start:end] = bytes([1]) * (end - start)
    for finding in _find_names(text):
        if not any(taken[finding.start : finding.end]):
            taken[finding.start : finding.end] = bytes([1]) * (finding.end - finding.start)
            found.append(finding)
    return sorted(found)


def find_listed(word: str) -> bool | None:
    """Return whether a name of the list is an English word too; None when it is no such name.

    Parameters
    ----------
    word : str
        In small letters, without accents.

    Returns
    -------
    bool or None

    Examples
    --------
    >>> find_listed("ahmed"), find_listed("grace"), find_listed("table")
    (False, True, None)
    """
    found = _names().get(word)
    return None if found is None else found.is_word


def find_called(text: str) -> list[tuple[int, int]]:
    """Return where a text says in small letters what somebody is called.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (start, end)

    Examples
    --------
    >>> find_called("His name is spider."), find_called("A spider.")
    ([(12, 18)], [])
    """
    small = text.lower()
    if not any(sign in small for sign in _CALLED_SIGNS):  # most texts: the form itself is slow
        return []
    return [match.span(1) for match in _CALLED_SMALL.finditer(text)]


@cache
def _names() -> dict[str, _Name]:
    text = (files("patrolwise.outreach") / "data" / "names.csv").read_text("utf-8")
    return {
        row["name"]: _Name(
            "first name" if row["first"] == "yes" else "family name", row["also_a_word"] == "yes"
        )
        for row in csv.DictReader(text.splitlines())
    }


def _find_places(text: str, known_places: Iterable[str]) -> Iterator[tuple[int, int]]:
    for form in (_NOT_PERSONS, _SAINT):
        yield from (match.span() for match in form.finditer(text))
    yield from ((one.start, one.end) for one in PhraseFinder(known_places).find_all(text))


def _find_names(text: str) -> Iterator[Finding]:
    for why, form in (
        ("follows a title", _TITLE),
        ("is what somebody is called", _CALLED),
        ("may be a nickname in quotes", _QUOTED),
    ):
        for match in form.finditer(text):
            yield _finding(text, match.start(1), match.end(1), why)
    for start, end in find_called(text):
        yield _finding(text, start, end, "is what somebody is called")
    tokens = [*_tokens(text)]
    for place, token in enumerate(tokens):
        if _is_place(tokens, place, text):
            continue
        if _FAMILY_FORM.fullmatch(text[token.start : token.end].removesuffix("'s")):
            yield _finding(text, token.start, token.end, "has the form of a family name")
        elif (name := _names().get(token.folded)) and _speaks_for_name(text, tokens, place, name):
            end = _end_of_name(text, tokens, place)
            yield _finding(text, token.start, end, f"holds a {name.kind}")


def _finding(text: str, start: int, end: int, why: str) -> Finding:
    return Finding(start, end, PersonWord.NAME, f"“{text[start:end]}” {why}.")


def _tokens(text: str) -> Iterator[_Token]:
    shouted = text.isupper()  # then a capital letter says nothing
    for match in _TOKEN.finditer(text):
        word = re.sub(r"['’][sS]$", "", match[0])
        folded = word.lower() if word.isascii() else _fold(word)
        end = match.start() + len(word)
        yield _Token(match.start(), end, folded, match[0][0].isupper() and not shouted)


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.replace("ł", "l").replace("Ł", "L"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def _speaks_for_name(text: str, tokens: list[_Token], place: int, name: _Name) -> bool:
    """Return whether a word of the list is meant as a name, where it could be another word."""
    token = tokens[place]
    if not name.is_word:
        return True
    if not token.is_capital:
        return False
    if not begins_sentence(text, token.start, _ENDS, _OPENS):
        return True
    following = _next(text, tokens, place)
    return following is not None and (following.is_capital or following.folded in _SAYS)


def _end_of_name(text: str, tokens: list[_Token], place: int) -> int:
    """Return where a name ends that begins with a token: a family name may come after."""
    following = _next(text, tokens, place)
    if following is None or following.folded in _DATE_WORDS:
        return tokens[place].end
    known = _names().get(following.folded)
    goes_on = following.is_capital or (known is not None and not known.is_word)
    return following.end if goes_on else tokens[place].end


def _is_place(tokens: list[_Token], place: int, text: str) -> bool:
    """Return whether a token begins, or is within, the name of a street or a place."""
    for at in range(place, min(place + 3, len(tokens) - 1)):  # Nelson Mandela Memorial Park
        token, following = tokens[at], tokens[at + 1]
        between = text[token.end : following.start]
        if not _BESIDE.fullmatch(between):
            return False
        if following.folded in (_PLACE_WORDS if following.is_capital else _SMALL_PLACE_WORDS):
            return following.is_capital or between == " "  # in Queen's Road; not Ahmed's road
        if not (token.is_capital and following.is_capital):
            return False
    return False


def _next(text: str, tokens: list[_Token], place: int) -> _Token | None:
    """Return the token after one, if only a space or a hyphen is between."""
    if place + 1 == len(tokens):
        return None
    following = tokens[place + 1]
    return following if text[tokens[place].end : following.start] in (" ", "-") else None
