"""Forms of ages, days, numbers and places in a case study, and of values that are looked for."""

import re
import unicodedata

_PHONE_DIGITS = 6
_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_SMALL = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9])"
_TEENS = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
    r"(?:[- ](?:one|two|three|four|five))?)"
)
_PLACE_ENDS = (
    r"(?:School|College|Academy|University|Hospital|Street|Road|Lane|Avenue|Close|Drive|Park|Estate"
    r"|House|Court|Centre|Church|Mosque|Temple|Station|Market|Green|Square|Library|Club|Tower)"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
PLACE_NAME = re.compile(rf"\b(?:{_CAPITAL} ){{1,3}}{_PLACE_ENDS}\b")
ADDRESS = re.compile(rf"\b\d{{1,4}}[a-z]? (?:{_CAPITAL} ){{1,3}}{_PLACE_ENDS}\b")
PROPER = re.compile(rf"\b{_CAPITAL}(?: {_CAPITAL})*")
STARTS = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘(]*$")  # of a sentence
BEFORE_PLACE = re.compile(
    r"\b(?:in|at|from|near|to|of|around|outside|behind) (?:the )?$", re.IGNORECASE
)
_HARMLESS_TEXT = """
i i'm i've i'd i'll english nhs gcse gcses gp cv tv id uk pe ok
monday tuesday wednesday thursday friday saturday sunday
"""
HARMLESS = frozenset(_HARMLESS_TEXT.split())  # words with a capital letter that name nobody
AGES = re.compile(
    rf"\b(?:\d{{1,2}}|{_TEENS})[- ]?years?[- ]old\b"
    rf"|\baged? (?:of )?(?:\d{{1,2}}|{_TEENS})\b"
    r"|\b(?:turned|turning|was|is|at|nearly|only|just) (?:1\d|2[0-5])\b(?!:|\.\d| [a-z]+s\b)"
    r"|\byear (?:[7-9]|1[0-3]|seven|eight|nine|ten|eleven|twelve|thirteen)\b",
    re.IGNORECASE,
)
DATES = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}(?:,? \d{{4}})?\b"
    rf"|\b{_MONTHS} (?:\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{4}})\b"
    rf"|\b(?:in|since|until|last|next|by|from|this|early|late|mid) {_MONTHS}\b(?: \d{{4}}\b)?"
    r"|\b(?:19|20)\d\d\b|(?<![£\d.,])\b\d{1,2}[:.]\d{2}\b(?: ?[ap]m\b)?|\b\d{1,2} ?[ap]m\b"
)
NUMBERS = re.compile(
    r"£ ?\d(?:[\d,.]*\d)?|\b\d+ ?%|\b\d[\d,.]*\d\b"
    rf"|\b{_SMALL} (?:(?:older|younger|little|half) )?(?:brothers|sisters|siblings|children|kids)\b"
)


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
    if text.isascii():
        return text.lower()
    plain = text.replace("ł", "l").replace("Ł", "L")
    return "".join(unicodedata.normalize("NFKD", letter)[0].lower() for letter in plain)


def is_phone(value: str) -> bool:
    """Return whether a value is a phone number, with or without the country's.

    Parameters
    ----------
    value : str

    Returns
    -------
    bool
    """
    is_number = re.fullmatch(r"\+?[\d ()]+", value.strip()) is not None
    return is_number and len(re.sub(r"\D", "", value)) >= _PHONE_DIGITS


def form_of(value: str) -> re.Pattern[str]:
    """Return what finds a value in a folded text, however it is spaced.

    Parameters
    ----------
    value : str
        A name, a place, a day, or a phone number with or without the country's.

    Returns
    -------
    Pattern
        Of an empty value, one that finds nothing.

    Examples
    --------
    >>> bool(form_of("07700 900123").search("ring +44 7700 900 123"))
    True
    >>> bool(form_of("Ann-Lee").search("ann lee's"))
    True
    """
    if is_phone(value):
        own = re.sub(r"\D", "", value).removeprefix("44").lstrip("0")
        spaced = r"[ .()/-]{0,2}".join(own)
        return re.compile(rf"(?:\+?44[ .-]*(?:\(0\) ?)?|(?<!\d)\(?0|(?<![\d+])){spaced}(?!\d)")
    words = re.findall(r"\w+", fold(value))
    if not words:
        return re.compile(r"(?!)")
    return re.compile(r"(?<!\w)" + r"[\W_]+".join(map(re.escape, words)) + r"(?!\w)")
