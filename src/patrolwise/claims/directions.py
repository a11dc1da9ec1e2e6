"""Which way a text says that something went, with a figure or in words alone."""

import re
from collections.abc import Iterator

from patrolwise.claims.naming import find_clause, find_label
from patrolwise.claims.written_numbers import WrittenNumber

DIRECTION = "direction"  # the unit of a word such as "fell" that stands without a figure
FALL, RISE, SAME, NO_FALL, NO_RISE = "fall", "rise", "no change", "no fall", "no rise"

_FALL = re.compile(
    r"\b(?:fell|fall(?:s|en|ing)?|drop\w*|reduc\w+|decreas\w+|declin\w+|lower|fewer|less|down"
    r"|cut(?:s|ting)?|halv(?:ed|ing)|cheaper|slash\w*|shr[aiu]nk\w*|plummet\w*|plung\w*|tumbl\w*|slump\w*|dip(?:ped|s)?)\b",
    re.IGNORECASE,
)
_RISE = re.compile(
    r"\b(?:rose|ris(?:e|es|en|ing)|increas\w+|higher|grew|grow\w*|up(?!\s+to\b)"
    r"|more(?!\s+than\b)|doubled|trebled|tripled|dearer|soar\w*|surg\w*|climb\w*|jump\w*|spik\w*|leapt|extra)\b",
    re.IGNORECASE,
)
_AMOUNT = r"(?:further |sharply |slightly |significantly |markedly )?"
_WORDS = (
    (
        "fall",
        rf"{_AMOUNT}(?:fell|fallen|dropped|declined|decreased|came down|come down|gone down"
        r"|went down|slashed|shrank|plummeted|plunged|tumbled|slumped"
        r"|(?:(?:was|were|is|are|has been|have been) (?:\w+ly )?(?:down|lower|reduced|cut)))",
    ),
    (
        "rise",
        rf"{_AMOUNT}(?:rose|risen|increased|grew|grown|went up|gone up|soared|surged|climbed"
        r"|jumped|spiked|leapt"
        r"|(?:(?:was|were|is|are|has been|have been) (?:\w+ly )?(?:up|higher)))",
    ),
    ("fall", r"(?:saw|seen|see|shows?|showed|brought|with) an? (?:\w+ )?(?:fall|drop|reduction"
     r"|decrease|decline) in"),
    ("rise", r"(?:saw|seen|see|shows?|showed|brought|with) an? (?:\w+ )?(?:rise|increase) in"),
    ("fall", r"(?:did|does|do)(?: not|n[’']t) (?:fall|drop|decline|decrease)"),
    ("rise", r"(?:did|does|do)(?: not|n[’']t) (?:rise|increase|grow)"),
    ("fall", r"there (?:was|were) (?:\w+ )?(?:less|fewer)"),
    ("rise", r"there (?:was|were) (?:\w+ )?more"),
    ("fall", r"fewer(?= (?:[\w-]+ ){1,5}?(?:was|were|are|have been)\b)"),
    ("fall", r"(?:is|are) (?:now |still )?(?:falling|dropping|declining|decreasing|going down)"),
    ("rise", r"(?:is|are) (?:now |still )?(?:rising|increasing|growing|going up)"),
    ("fall", r"continu\w+ to (?:fall|drop|decline|decrease|go down)"),
    ("rise", r"continu\w+ to (?:rise|increase|grow|go up)"),
    ("fall", r"(?:(?:has|have) |patrols? |outreach |team |project |programme |scheme |officers "
     r"|they |we )(?:cut|reduced|lowered|slashed)"),
)  # fmt: skip
_MOVE = re.compile(
    "|".join(rf"(?P<w{n}>\b{form}\b)" for n, (_, form) in enumerate(_WORDS)), re.IGNORECASE
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|no longer)|n[’']t)\s+(?:\w+ )?$|\bneither\b.{0,80}$", re.IGNORECASE
)
_NOT = re.compile(r"\bnot\b|n[’']t\b", re.IGNORECASE)
# what is hoped for, foreseen or asked is no claim; nor is a rule of what generally happens
_UNREAL = re.compile(
    r"\b(?:will|would|could|may|might|should|can|if|whether|hopes?|hoped|aims?|aimed|plans?|wants?"
    r"|expect\w*|targets?|forecast|when(?:ever)?|unless|want|need|needs|until)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\s*(?:[\w-]+\s+){0,2}?(?:hot\s?spots?|locations|areas|officers|visits|patrols)\b",
    re.IGNORECASE,
)
_THING = re.compile(r"severity|seriousness|\bharm\b", re.IGNORECASE)
_FARTHEST = 70  # characters between a name and the word that says where it went


def find_direction(text: str, start: int, end: int) -> str:
    """Return which way something moved, by the nearest word of its own clause that says so.

    Parameters
    ----------
    text : str
    start, end : int
        Of what moved, in characters.

    Returns
    -------
    str
        "fall", "rise", or empty; "no fall" or "no rise" where the word is denied.

    Examples
    --------
    >>> find_direction("Harm fell, severity rose", 11, 19)
    'rise'
    >>> find_direction("Harm did not fall by a third", 18, 28)
    'no fall'
    """
    begins = max(text.rfind(mark, 0, start) for mark in (";", ": "))
    stop = re.search(r";|: ", text[end:])
    ends = end + stop.start() if stop else len(text)
    found = [
        (max(match.start() - end, start - match.end(), 0), match.start(), name)
        for name, form in ((FALL, _FALL), (RISE, _RISE))
        for match in form.finditer(text, max(begins, 0), ends)
    ]
    if not found:
        return ""
    _, place, name = min(found)
    return f"no {name}" if _DENIED.search(text[:place]) else name


def find_moves(text: str, numbers: tuple[WrittenNumber, ...]) -> tuple[WrittenNumber, ...]:
    """Return the words by which a sentence says that crime or harm moved, without a figure.

    Parameters
    ----------
    text : str
        A sentence.
    numbers : tuple of WrittenNumber
        Its numbers: a clause that has a percentage or a pair says it by them.

    Returns
    -------
    tuple of WrittenNumber
        With the unit "direction": -1 for a fall, 1 for a rise; a denied one has a step of 1.

    Examples
    --------
    >>> [(m.text, m.value) for m in find_moves("Violence rose, while ASB fell by 3 %.", ())]
    [('rose', 1.0), ('fell', -1.0)]
    >>> find_moves("We hope that violence will have fallen.", ())
    ()
    """
    return tuple(_find_moves(text, numbers))


def _find_moves(text: str, numbers: tuple[WrittenNumber, ...]) -> Iterator[WrittenNumber]:
    for match in _MOVE.finditer(text):
        begins, ends = find_clause(text, match.start(), match.end())
        clause = text[begins:ends]
        is_told = any(begins <= n.start < ends and _says_how_far(n, text) for n in numbers)
        ahead, behind = text[begins : match.start()], text[match.end() : ends]
        near = ahead[-_FARTHEST:] + " " + behind[:_FARTHEST]
        if is_told or _UNREAL.search(clause) or not (find_label(near) or _THING.search(near)):
            continue
        is_denied = _DENIED.search(text[: match.start()]) or _NOT.search(match[0])
        name = next(name for n, (name, _) in enumerate(_WORDS) if match[f"w{n}"])
        yield WrittenNumber(
            value=-1.0 if name == FALL else 1.0,
            unit=DIRECTION,
            step=1.0 if is_denied else 0.0,
            text=match[0],
            start=match.start(),
            end=match.end(),
            is_signed=True,
        )


def _says_how_far(number: WrittenNumber, text: str) -> bool:
    """Return whether a number may say how far crime went, and not where or by whom."""
    is_count = number.unit == "count" and not _BESIDE.match(text[number.end :])
    return number.unit.startswith("percent") or is_count
