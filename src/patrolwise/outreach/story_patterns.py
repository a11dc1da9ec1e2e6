"""Forms of ages, days, numbers, places and phone numbers in a case study."""

import re
from datetime import date

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


def form_of_phone(value: str) -> re.Pattern[str]:
    """Return what finds a phone number in a text, however it is spaced.

    Parameters
    ----------
    value : str
        With or without the country's.

    Returns
    -------
    Pattern

    Examples
    --------
    >>> bool(form_of_phone("07700 900123").search("ring +44 7700 900 123"))
    True
    """
    own = re.sub(r"\D", "", value).removeprefix("44").lstrip("0")
    spaced = r"[ .()/-]{0,2}".join(own)
    return re.compile(rf"(?:\+?44[ .-]*(?:\(0\) ?)?|(?<!\d)\(?0|(?<![\d+])){spaced}(?!\d)")


def spell_day(day: date) -> tuple[str, ...]:
    """Return how people write a day.

    Parameters
    ----------
    day : date

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> spell_day(date(2026, 3, 2))[:3]
    ('2 March', 'March 2', '2nd March')
    """
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(
        day.day % 10 if day.day not in (11, 12, 13) else 0, "th"
    )
    return (
        f"{day:%-d %B}",
        f"{day:%B %-d}",
        f"{day:%-d}{suffix} {day:%B}",
        f"{day:%-d}{suffix} of {day:%B}",
        f"{day:%d/%m/%Y}",
        f"{day:%-d/%-m/%Y}",
        f"{day:%-d/%-m/%y}",
        f"{day:%d.%m.%Y}",
        day.isoformat(),
    )
