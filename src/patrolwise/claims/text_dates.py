"""Which dates and windows a text names, as British writers write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from patrolwise.times import next_month

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(MONTHS)
_ONE = (
    r"(?:(?P<iso{n}>\d{{4}}-\d\d-\d\d)|(?P<slash{n}>\d{{1,2}}/\d{{1,2}}/\d{{4}})"
    r"|(?:(?P<day{n}>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month{n}>" + _MONTH + r")\b"
    r"(?:\s+(?P<year{n}>\d{{4}}))?)"
)
_SPAN = re.compile(
    rf"(?<![\w/-]){_ONE.format(n=1)}"
    rf"(?:\s*(?:\bto\b|\buntil\b|\band\b|–|-)\s*{_ONE.format(n=2)})?(?![\w/])",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:quarter|q)\s?(?P<quarter>[1-4])(?:\s+of)?\s+(?P<year>\d{4})[-/–]\d\d\b", re.IGNORECASE
)
_FISCAL = re.compile(r"(?<![\w/-])(?P<year>(?:19|20)\d\d)[-/–]\d\d(?![\w/-])")
_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s?[ap]m\b|\b\d{1,2}:\d\d\b", re.IGNORECASE)
_YEAR = re.compile(
    r"\b(?:in|of|since|until|by|from|to|during|year)\s+(?P<year>(?:19|20)\d\d)(?!\w|[.,]\d|\s?%)",
    re.IGNORECASE,
)
_AFTER_MONTH = re.compile(
    rf"\b(?:{_MONTH})\s+\d{{1,2}}(?:\s*(?:\band\b|\bto\b|–|-)\s*\d{{1,2}})?\b(?!\s+\d{{4}})",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class TextWindow:
    """A stretch of days that a text names; both are None where it is a time of day, or no year."""

    first: date | None
    last: date | None
    is_range: bool  # two ends were written, or a whole quarter or financial year
    start: int  # characters of the text, the end not included
    end: int


def find_windows(text: str) -> tuple[TextWindow, ...]:
    """Return the dates and windows of a text, in order, none inside another.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of TextWindow

    Examples
    --------
    >>> found = find_windows("from July to September 2024")[0]
    >>> str(found.first), str(found.last), found.is_range
    ('2024-07-01', '2024-09-30', True)
    """
    kept: list[TextWindow] = []
    for window in _find_all(text):
        if all(window.end <= other.start or other.end <= window.start for other in kept):
            kept.append(window)
    return tuple(sorted(kept, key=lambda window: window.start))


def _find_all(text: str) -> Iterator[TextWindow]:
    for match in _QUARTER.finditer(text):
        quarter, year = int(match["quarter"]), int(match["year"])
        first = _add_months(date(year, 4, 1), 3 * (quarter - 1))
        last = _add_months(first, 3) - timedelta(days=1)
        yield _window(match, first, last, is_range=True)
    for match in _AFTER_MONTH.finditer(text):
        yield _window(match, None, None, is_range=False)
    for match in _SPAN.finditer(text):
        yield _read_span(match)
    for match in _FISCAL.finditer(text):
        year = int(match["year"])
        yield _window(match, date(year, 4, 1), date(year + 1, 3, 31), is_range=True)
    for match in _CLOCK.finditer(text):
        yield _window(match, None, None, is_range=False)
    for match in _YEAR.finditer(text):
        year = int(match["year"])
        yield _window(match, date(year, 1, 1), date(year, 12, 31), is_range=False)


def _window(
    match: re.Match[str], first: date | None, last: date | None, *, is_range: bool
) -> TextWindow:
    start = match.start("year") if match.re is _YEAR else match.start()
    return TextWindow(first=first, last=last, is_range=is_range, start=start, end=match.end())


def _read_span(match: re.Match[str]) -> TextWindow:
    has_second = any(match[name] for name in ("iso2", "slash2", "month2"))
    second = _read_one(match, 2, None) if has_second else None
    year = second[1].year if second else None
    first = _read_one(match, 1, year)
    if first is None or (has_second and second is None):
        return _window(match, None, None, is_range=False)
    if second is None:
        return _window(match, *first, is_range=False)
    begins, ends = first[0], second[1]
    if begins > ends and not match["iso1"] and not match["slash1"] and not match["year1"]:
        begins = begins.replace(year=begins.year - 1, day=min(begins.day, 28))
    if begins > ends:
        return _window(match, None, None, is_range=False)
    return _window(match, begins, ends, is_range=True)


def _read_one(match: re.Match[str], n: int, year: int | None) -> tuple[date, date] | None:
    """Return the first and last day of one date; None when it has no year or is no date."""
    try:
        if match[f"iso{n}"]:
            day = date.fromisoformat(match[f"iso{n}"])
            return day, day
        if match[f"slash{n}"]:
            number, month, written = (int(part) for part in match[f"slash{n}"].split("/"))
            return date(written, month, number), date(written, month, number)
        stated = int(match[f"year{n}"]) if match[f"year{n}"] else year
        if stated is None:
            return None
        month = MONTHS.index(match[f"month{n}"].lower()) + 1
        if match[f"day{n}"]:
            day = date(stated, month, int(match[f"day{n}"]))
            return day, day
        begins = date(stated, month, 1)
        return begins, next_month(begins) - timedelta(days=1)
    except ValueError:
        return None


def _add_months(day: date, months: int) -> date:
    for _ in range(months):
        day = next_month(day)
    return day
