"""Which stretches of a text have the form of a phone number, plate, postcode or other identifier.

Forms only: nobody looks up whether a number is anybody's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonWord(StrEnum):
    """What a stretch of text looks like."""

    NAME = "name"
    PHONE = "phone"
    PLATE = "plate"
    POSTCODE = "postcode"
    DATE_OF_BIRTH = "date of birth"
    EMAIL = "email"
    HANDLE = "handle"


@dataclass(frozen=True, order=True)
class Finding:
    """One stretch of a text that looks as if it were about a person."""

    start: int
    end: int  # the first place after it
    what: PersonWord
    why: str  # a sentence for whoever wrote it


_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# years that somebody alive was born in; a full date in a later year is when something happened
_BIRTH_YEAR = r"(?:19[2-9]\d|20[01]\d)"
_SHORT_YEAR = r"(?:[3-9]\d|[01]\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_PLACE_LETTERS = "[A-HJ-PR-Y]"  # a current plate has no I, Q or Z in its first two
_DIGIT_WORDS = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_HANDLE_SITES = (
    r"(?:snap(?:chat)?|insta(?:gram)?|ig|tik ?tok|discord|telegram|twitter|facebook|fb|kik|psn"
    r"|gamertag)"
)

# what, why, form; the earlier wins where two overlap
_FORMS: tuple[tuple[PersonWord, str, re.Pattern[str]], ...] = (
    (
        PersonWord.EMAIL,
        "an e-mail address",
        re.compile(
            r"(?<![\w.+-])[\w.+-]{1,64}(?:@| ?\(at\) ?)[\w-]{1,63}(?:\.[\w-]{1,63})+", re.IGNORECASE
        ),
    ),
    (
        PersonWord.HANDLE,
        "a handle of a social network",
        re.compile(r"(?<![\w.])@[A-Za-z0-9_][A-Za-z0-9_.]{1,29}(?<!\.)"),
    ),
    (
        PersonWord.HANDLE,
        "a handle of a social network",
        re.compile(
            rf"\b{_HANDLE_SITES}\b(?: ?(?:name|handle|user ?name|user|account))?"
            r"(?: is |['’]s |: ?| ?= ?| ?- )(?!the\b|not\b|a\b|where\b|how\b|what\b|full\b|on\b)"
            r"[\w.]{3,30}(?<!\.)",
            re.IGNORECASE,
        ),
    ),
    (
        PersonWord.DATE_OF_BIRTH,
        "a date of birth",
        re.compile(
            r"\b(?:d\.?o\.?b\b\.?|date of birth|birth ?day|born)(?: (?:is|was|on|in))*[: ]*"
            rf"(?:the )?(?=[^.!?\n]{{0,12}}\d|{_MONTHS}\b)[^.!?,;\n]{{2,24}}",
            re.IGNORECASE,
        ),
    ),
    (
        PersonWord.DATE_OF_BIRTH,
        "a full date that may be one of birth",
        re.compile(
            rf"(?<![\d/.-]){_DAY}([/.-]){_MONTH}\1(?:{_BIRTH_YEAR}|{_SHORT_YEAR})(?![\d/-]|\.\d)"
            rf"|(?<![\d-]){_BIRTH_YEAR}-{_MONTH}-{_DAY}(?![\d-])"
            rf"|\b{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTHS},? {_BIRTH_YEAR}\b"
            rf"|\b{_MONTHS} {_DAY}(?:st|nd|rd|th)?,? {_BIRTH_YEAR}\b",
            re.IGNORECASE,
        ),
    ),
    (
        PersonWord.PHONE,
        "a phone number",
        # not of a free or a shared line: those are services'
        re.compile(
            r"(?<![\w+])(?!\(?0[ .-]?(?:8[ .-]?0[ .-]?[08]|3[ .-]?[0-7]))"
            r"(?:(?:\+|00) ?44[ .-]*(?:\(0\)[ .-]*)?|\(?0)(?:[ .()-]{0,2}\d){8,10}(?!\d)"
        ),
    ),
    (
        PersonWord.PHONE,
        "a phone number",
        re.compile(
            r"\b(?:phone|mob(?:ile)?|number|tel(?:ephone)?|text|ring|call|whats ?app)\b\D{0,12}"
            r"(?!0[38]0[08])\d(?:[ .-]?\d){5,10}(?!\d)",
            re.IGNORECASE,
        ),
    ),
    (
        PersonWord.PHONE,
        "a phone number in words",
        re.compile(rf"\b{_DIGIT_WORDS}(?:[ ,-]+{_DIGIT_WORDS}){{5,}}\b", re.IGNORECASE),
    ),
    (
        PersonWord.PLATE,
        "a number plate",
        re.compile(
            rf"\b{_PLACE_LETTERS}{{2}}(?:0[1-9]|[1-7]\d) ?[A-HJ-PR-Z]{{3}}\b", re.IGNORECASE
        ),
    ),
    (
        PersonWord.PLATE,
        "a number plate of before 2001",
        re.compile(
            r"\b[A-HJ-NPR-TV-Y]\d{1,3} ?(?!THE\b|AND\b|BUS\b)[A-HJ-PR-Y]{3}\b"
            r"|\b[A-HJ-PR-Y]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]\b"
            r"|\b[a-hj-npr-tv-y]\d{1,3}[a-hj-pr-y]{3}\b|\b[a-hj-pr-y]{3}\d{1,3}[a-hj-npr-tv-y]\b"
        ),
    ),
    (
        PersonWord.PLATE,
        "a number plate",
        re.compile(
            r"\b(?:reg|registration|plate|number ?plate|index)\b(?: (?:is|was|of|no\.?))?[: ]+"
            r"(?=[A-Z ]{0,4}\d|\d)(?:[A-Z]{1,3} ?\d{1,4}|\d{1,4} ?[A-Z]{1,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        PersonWord.POSTCODE,
        "a full postcode",
        re.compile(
            r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}|[a-z]{1,2}\d[a-z\d]? ?"
            r"\d(?!st\b|nd\b|rd\b|th\b)[abd-hjlnp-uw-z]{2})\b"
        ),
    ),
)


def find_identifiers(text: str) -> list[Finding]:
    """Return the stretches of a text that have the form of an identifier of a person.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Finding
        By place, none overlapping another.

    References
    ----------
    Ofcom, National Telephone Numbering Plan: lengths and first digits. DVLA, INF104: forms of
    plates since 1963. GOV.UK bulk data transfer, appendix C: the form of a postcode.

    Examples
    --------
    >>> [(found.what.value, found.start) for found in find_identifiers("Ring 07700 900123.")]
    [('phone', 5)]
    """
    found: list[Finding] = []
    for finding in _match_forms(text):
        if not any(finding.start < one.end and one.start < finding.end for one in found):
            found.append(finding)
    return sorted(found)


def _match_forms(text: str) -> Iterator[Finding]:
    for what, why, form in _FORMS:
        for match in form.finditer(text):
            yield Finding(
                match.start(), match.end(), what, f"“{match[0].strip()}” looks like {why}."
            )
