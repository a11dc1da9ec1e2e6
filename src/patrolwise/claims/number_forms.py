"""Which numbers a text holds, with their unit and how exactly they are written."""

import re
from collections.abc import Iterator
from dataclasses import replace

from patrolwise.claims.asides import find_asides
from patrolwise.claims.fraction_forms import find_fractions
from patrolwise.claims.text_dates import find_windows
from patrolwise.claims.written_numbers import WrittenNumber, find_bound

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {
    **{word: number for number, word in enumerate(_SMALL)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
}
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_UNITS = {
    "percent": r"%|per\s?cent\b",
    "percentage points": r"percentage points?\b",
    "hours": r"hours?\b|hrs?\b",
    "minutes": r"minutes?\b|mins?\b",
    "days": r"days?\b",
    "weeks": r"weeks?\b",
    "months": r"months?\b",
    "years": r"years?\b",
    "metres": r"metres?\b|m\b",
}
_UNIT = "|".join(f"(?P<{name.split()[-1]}>{form})" for name, form in _UNITS.items())
_RATE = re.compile(
    r"\s?(?:/|(?:per|a|an|for each|for every|on average per|on average for each)\s+)"
    r"(?:[a-z]+[\s-]){0,2}?(?P<unit>min(?:ute)?|h(?:our)?)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<![\w.,@#/:~-])(?P<sign>[\u2212+-])?(?P<pound>£)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>\s?(?:million|billion|thousand)\b|(?:bn|m|k)\b)?"
    rf"(?:[\s-]?(?:(?:patrol|person|officer)[\s-](?=min|hour))?(?:{_UNIT}))?(?![A-Za-z0-9_~]|[.,]\d)",
    re.IGNORECASE,
)
_WORD = "|".join(sorted([*_VALUES, "hundred"], key=len, reverse=True))
_WORDS = re.compile(
    rf"(?<![\w-])(?P<words>(?:a\s+(?=hundred)|(?:{_WORD}))(?:(?:[\s-]|\s+and\s+)(?:{_WORD}))*)"
    rf"(?![\w])(?:[\s-](?:{_UNIT}))?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|to|and|or)\s*", re.IGNORECASE)
_LEVEL = re.compile(r"\s*(?:\w+\s+)?(?:interval|confidence|power)\b", re.IGNORECASE)


def find_numbers(text: str) -> tuple[WrittenNumber, ...]:
    """Return the numbers of a text, in order; dates, ages, telephones and interval levels are none.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of WrittenNumber

    Examples
    --------
    >>> [(n.value, n.unit) for n in find_numbers("£1.57m, 6,800 hours and −8.4 per cent")]
    [(1570000.0, 'pounds'), (6800.0, 'hours'), (-8.4, 'percent')]
    >>> [n.value for n in find_numbers("Seven spots on 1 July 2023")]
    [7.0]
    """
    masked = mask(text)
    kept: list[WrittenNumber] = []
    for number in (*find_fractions(masked), *_find_digits(masked), *_find_words(masked)):
        if all(number.end <= other.start or other.end <= number.start for other in kept):
            kept.append(number)
    kept = [_share_unit(number, kept, text) for number in kept]
    levels = (n for n in kept if not (n.unit == "percent" and _LEVEL.match(text, n.end)))
    return tuple(sorted(levels, key=lambda number: number.start))


def _share_unit(number: WrittenNumber, kept: list[WrittenNumber], text: str) -> WrittenNumber:
    """Return the first end of "between 20 and 30 per cent" as a percentage too."""
    if number.unit != "count":
        return number
    after = (n for n in kept if n.start > number.start)
    ended = min(after, key=lambda n: n.start, default=None)
    if ended is None or ended.unit != "percent":
        return number
    is_range = _RANGE.fullmatch(text[number.end : ended.start])
    return replace(number, unit="percent") if is_range else number


def mask(text: str) -> str:
    """Return a text of the same length in which dates, ages, telephones and the like are "~".

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> mask("In May 2024 she, 17, called 101.")
    'In ~~~~~~~~ she, ~~, ~~~~~~~~~~.'
    """
    masked = text
    for start, end in [(w.start, w.end) for w in find_windows(text)]:
        masked = masked[:start] + "~" * (end - start) + masked[end:]
    for start, end in list(find_asides(masked)):
        masked = masked[:start] + "~" * (end - start) + masked[end:]
    return masked


def read_number_words(words: str) -> int:
    """Return the whole number that words say.

    Parameters
    ----------
    words : str
        Below a thousand, such as "two hundred and thirty-five".

    Returns
    -------
    int

    Examples
    --------
    >>> read_number_words("two hundred and thirty-five"), read_number_words("a hundred")
    (235, 100)
    """
    total = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "hundred":
            total = 100 * max(total, 1)
        else:
            total += _VALUES.get(word, 0)
    return total


def _find_digits(text: str) -> Iterator[WrittenNumber]:
    for match in _DIGITS.finditer(text):
        digits = match["digits"].replace(",", "")
        word = (match["scale"] or "").strip().lower()
        unit, end = _unit_of(match), match.end()
        if word in ("m", "k", "bn") and not match["pound"]:
            # without a pound sign "m" is metres, and the others are names
            unit, word = "metres" if word == "m" else "count", ""
        scale = _SCALES.get(word, 1.0)
        if match["pound"]:
            unit = "pounds"
            rate = _RATE.match(text, end)
            if rate:
                unit = "pounds per hour" if rate["unit"][0] in "hH" else "pounds per minute"
                end = rate.end()
        yield WrittenNumber(
            value=float(digits) * scale * (-1 if match["sign"] in ("-", "\u2212") else 1),
            unit=unit,
            step=scale * 10.0 ** -len(digits.partition(".")[2]),
            text=text[match.start() : end],
            start=match.start(),
            end=end,
            is_signed=bool(match["sign"]),
            bound=find_bound(text, match.start()),
        )


def _find_words(text: str) -> Iterator[WrittenNumber]:
    for match in _WORDS.finditer(text):
        if match["words"].lower() == "one":  # one of the areas, one by one
            continue
        yield WrittenNumber(
            value=float(read_number_words(match["words"])),
            unit=_unit_of(match),
            step=1.0,
            text=match[0],
            start=match.start(),
            end=match.end(),
            bound=find_bound(text, match.start()),
        )


def _unit_of(match: re.Match[str]) -> str:
    return next((name for name in _UNITS if match[name.split()[-1]]), "count")
