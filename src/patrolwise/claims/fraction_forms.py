"""Which changes and shares a text writes in words: "a third", "two-fifths", "halved", "no change".

Each becomes a percentage that is read as loosely as such words are meant.
"""

import re
from collections.abc import Iterator

from patrolwise.claims.written_numbers import WrittenNumber, find_bound

FRACTION_STEP = 4.0  # points: who writes "a third" rounds to no less
_DOUBLE_STEP, _TREBLE_STEP = 10.0, 20.0
NO_CHANGE_STEP = 5.0  # points: what moved by less than half of it may be said not to have moved

_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6}
_PARTS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_TIMES = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
_PART = "|".join(name for name in _PARTS if name != "halves")
_LED = (
    r"(?P<led>by|down|up|nearly|almost|about|around|over|roughly|under|more than|less than|at least"
    r"|fell|fallen|dropped|rose|risen|cut|of (?:nearly|almost|over|about|around|more than)"
    r"|(?:drop|fall|cut|rise|reduction|increase|decrease|decline)s? of)\s+"
)
_LESS = (
    r"\s+(?:fewer|less|lower|more|higher|drop|fall|cut|rise|reduction|increase|decrease|decline)"
)
_TIME = r"(?!\s+(?:of\s+)?(?:an?|the)\s+(?:hour|day|century|year|mile|million|time|week))"
# "two-fifths" says a share by itself; "a third" may be the third of something, and must be led
_FRACTION = re.compile(
    rf"(?:(?:\b{_LED}(?:an?\s+|one[\s-])?(?P<led_part>{_PART})\b)"
    rf"|\b(?:an?|one)[\s-](?P<less_part>{_PART})\b(?={_LESS}|\s+of\s+(?:all|the)\b)"
    rf"|(?<!first )(?<!second )(?<!other )\b(?P<half>half)\b(?=\s+(?:of|the)\b)"
    rf"|\b(?P<many>two|three|four|five|seven|nine)[\s-](?P<many_part>{_PART})s\b){_TIME}",
    re.IGNORECASE,
)
_MOVES = (
    (
        r"\bhalv(?:ed|ing)\b|\b(?:cut|reduced|fallen|fell|down) (?:\w+ ){0,4}?(?:in|to) half\b"
        r"|\bhalf as (?:many|much)\b(?! again)",
        -50.0,
    ),
    (
        r"\b(?:doubled|doubling|(?:is|are|was|were) double)\b|\btwofold\b"
        r"|\btwice (?:as (?:many|much)|the number)\b",
        100.0,
    ),
    (r"\b(?:trebled|tripled)\b|\bthreefold\b", 200.0),
    (r"\bquadrupled\b|\bfourfold\b", 300.0),
    (
        r"\bno (?:(?:real|overall|measurable|discernible|significant|statistically significant)"
        r" )?change\b|\bunchanged\b|\b(?:did|has|have) not change[d]?\b|\bdidn[’']t change\b"
        r"|\b(?:stayed|remained|was|were|is|are|held|has been|have been) (?:broadly |largely )?"
        r"(?:the same|flat|level|stable|steady|static)\b",
        0.0,
    ),
)
_CARE = re.compile(r"significant|measurable|discernible", re.IGNORECASE)


def find_fractions(text: str) -> Iterator[WrittenNumber]:
    """Yield the changes and shares that a text writes in words, as percentages.

    Parameters
    ----------
    text : str

    Yields
    ------
    WrittenNumber
        "halved", "doubled" and "no change" are signed: they say by themselves where it went.

    Examples
    --------
    >>> [(n.text, round(n.value)) for n in find_fractions("It halved; B fell by two-fifths.")]
    [('halved', -50), ('two-fifths', 40)]
    """
    yield from _find_moves(text)
    for match in _FRACTION.finditer(text):
        part = match["led_part"] or match["less_part"] or match["half"] or match["many_part"]
        start = match.end("led") if match["led"] else match.start()
        start += len(text[start:]) - len(text[start:].lstrip())
        times = _TIMES[(match["many"] or "one").lower()]
        yield WrittenNumber(
            value=100 * times / _PARTS[part.lower()],
            unit="percent",
            step=FRACTION_STEP,
            text=text[start : match.end()],
            start=start,
            end=match.end(),
            bound=find_bound(text, match.end() - len(part) - (1 if match["many"] else 0)),
        )


def is_careful(number: WrittenNumber) -> bool:
    """Return whether "no change" is said as "no significant change", which chance allows.

    Parameters
    ----------
    number : WrittenNumber

    Returns
    -------
    bool
    """
    return bool(_CARE.search(number.text))


def _find_moves(text: str) -> Iterator[WrittenNumber]:
    for form, value in _MOVES:
        for match in re.finditer(form, text, re.IGNORECASE):
            step = {0.0: NO_CHANGE_STEP, 100.0: _DOUBLE_STEP}.get(value, FRACTION_STEP)
            yield WrittenNumber(
                value=value,
                unit="percent",
                step=_TREBLE_STEP if value > 100 else step,
                text=match[0],
                start=match.start(),
                end=match.end(),
                is_signed=True,
                bound=find_bound(text, match.start()),
            )
