"""Which words of a text look as if they were about a person: for a warning, not for a refusal.

A brief or a debrief is about places. The patterns are coarse: they miss names that are rare and
take some streets for people, so whoever writes has the last word.
"""

import re
from collections.abc import Iterable, Iterator

_GIVEN_WORDS = """
aaron abdul abdullah adam adrian ahmed aidan aisha alan albert alex alexander alfie ali alice
amanda amber amelia amy andrea andrew angela anna anne anthony archie arthur asha ashley austin
barry beth billy bradley brandon brian callum cameron carl carol caroline catherine charles
charlie charlotte chloe chris christine christopher claire colin connor craig daniel darren dave
david dean deborah declan derek diane dominic donna dylan edward eleanor elizabeth ella ellie
emily emma eric ethan eva evie fatima frank freddie freya gareth gary gavin george georgia
gerald grace graham grant hannah harry harvey hassan hayley heather helen henry hussain ian
ibrahim isaac isabella isla jack jackie jacob jade jake james jamie jane janet jason jayden jean
jennifer jessica jim joan joanne joe john jordan joseph josh joshua joyce julia julie justin
karen karl kate katie keith kelly kenneth kevin khadija kieran kyle laura lauren lee leo leon
leroy lewis liam lily linda lisa logan louis louise lucas lucy luke malcolm marcus margaret
maria mark martin mary mason matthew max megan michael michelle mike mohammed mohamed molly
muhammad nathan neil nicholas nicola nigel noah nora oliver olivia omar oscar owen pamela
patricia patrick paul pauline peter philip phoebe rachel ralph raymond rebecca reece rhys
richard robert robin roger ronald rosie ross russell ryan sam samantha samuel sandra sarah scott
sean sharon shaun sheila simon sophia sophie stacey stanley stephen steve steven stuart susan
tanya tariq terry theo theresa thomas tim timothy toby tom tony tracey trevor tyler tyrone
vanessa wayne wendy william yusuf yvonne zac zachary zainab zara zoe
"""
_GIVEN = frozenset(_GIVEN_WORDS.split())
_PLACE_WORDS = """
street road lane avenue square place park court house gate yard walk way close drive row bridge
market station centre terrace crescent gardens green hill hospital church school college
university hotel inn arms club stadium estate
"""
_PLACE = frozenset(_PLACE_WORDS.split())
_PATTERNS = (
    ("a number plate", re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b", re.IGNORECASE)),
    ("a number plate", re.compile(r"\b(?:[A-Z]\d{1,3} ?[A-Z]{3}|[A-Z]{3} ?\d{1,3}[A-Z])\b")),
    ("a date of birth", re.compile(r"\b(?:d\.?o\.?b\b|date of birth|born)", re.IGNORECASE)),
    (
        "a date of birth",
        re.compile(
            r"\b\d{1,2}(?:[/.-]\d{1,2}[/.-]| (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
            r"[a-z]* )(?:19\d\d|200\d|201[0-8])\b",
            re.IGNORECASE,
        ),
    ),
    ("a telephone number", re.compile(r"(?<!\d)(?:\+44 ?|0)7\d{3} ?\d{3} ?\d{3}\b")),
    (
        "a name",
        re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|PC|PS|PCSO|Sgt|Insp)\.? [A-Z][A-Za-z'-]+"),
    ),
)
_TWO_WORDS = re.compile(r"\b([A-Z][a-z]+) (?=([A-Z][A-Za-z'-]+))")


def find_person_words(text: str, places: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what looks as if it were about a person, each with what it looks like.

    Parameters
    ----------
    text : str
    places : iterable of str
        Names of places, which are none of persons.

    Returns
    -------
    tuple of str
        In the order of the kinds; empty when nothing does.

    Examples
    --------
    >>> find_person_words("Watch the bins. Ask John Smith, AB12 CDE.")
    ('a number plate: AB12 CDE', 'a name: John Smith')
    >>> find_person_words("Meet at Victoria Park", ["Victoria Park"]), find_person_words("")
    ((), ())
    """
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, " . ") if place else text
    found = [f"{kind}: {match.group()}" for kind, match in _matches(text)]
    found += [f"a name: {name}" for name in _names(text)]
    return tuple(dict.fromkeys(found))


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield kind, match


def _names(text: str) -> Iterator[str]:
    for match in _TWO_WORDS.finditer(text):
        given, family = match.groups()
        if given.lower() in _GIVEN and family.lower() not in _PLACE:
            yield f"{given} {family}"
