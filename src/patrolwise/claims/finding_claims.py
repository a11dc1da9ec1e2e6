"""What each sentence of a text claims: its numbers, what they are about, and how they are told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from patrolwise.claims.number_forms import WrittenNumber, find_numbers
from patrolwise.claims.text_dates import TextWindow, find_windows

_FALL = re.compile(
    r"\b(?:fell|fall(?:s|en|ing)?|drop\w*|reduc\w+|decreas\w+|declin\w+|lower|fewer|less|down"
    r"|cut(?:s|ting)?|halved)\b",
    re.IGNORECASE,
)
_RISE = re.compile(
    r"\b(?:rose|ris(?:e|es|en|ing)|increas\w+|higher|grew|grow\w*|up(?!\s+to\b)|more(?!\s+than\b)"
    r"|doubled|trebled)\b",
    re.IGNORECASE,
)
_CAUSAL = re.compile(
    r"\b(?:because of|thanks to|due to|owing to|as a result of|led to|caused|resulted in"
    r"|prevented|drove|driven by|credited with|helped (?:to )?(?:cut|reduce)"
    r"|(?:patrols?|outreach|team|project|programme|officers) (?:\w+ )?(?:cut|reduced|lowered)"
    r"|(?:cut|reduced|lowered) by (?:the |our )?(?:patrols?|outreach|team|project|officers)"
    r"|put down to)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|nor|cannot|never|without|nobody)\b[^.;:]{0,30}$", re.IGNORECASE)
_HEDGE = re.compile(
    r"could be chance|not distinguishable from chance|too few|by chance|interval", re.IGNORECASE
)
# the first that fits is the label: the longer names hold the shorter
_LABELS = (
    ("serious-violence", r"serious(?:ly)? violen(?:ce|t)(?: crimes?| offences)?"),
    ("violence-and-sexual-offences", r"violen(?:ce|t) and sexual offences"),
    ("violence-and-asb", r"violen(?:ce|t crime)s? and (?:anti-?\s?social behaviour|ASB)"),
    ("anti-social-behaviour", r"anti-?\s?social behaviour|\bASB\b"),
    ("knife-enabled", r"knife(?:[- ]enabled)?(?: crimes?| offences)?"),
    ("robbery", r"robber(?:y|ies)(?: offences)?"),
    ("neighbourhood-crime", r"neighbourhood crime"),
    ("public-order", r"public order(?: offences)?"),
    ("possession-of-weapons", r"possession of weapons"),
    ("violence", r"violent crimes?|violence|violent offences"),
    ("all-crime", r"number of crimes|all (?:recorded )?crime|recorded crime"),
    ("crime", r"crime incidents|\bcrimes?\b|offences"),
)
_TOPICS = {
    "severity": r"severity|seriousness|less serious|severe|(?:harm|points|days) per crime"
    r"|average harm|per crime",
    "harm": r"\bharm\b",
    "comparison": r"comparison|elsewhere|other (?:areas|places)",
    "expected": r"\bexpected?\b",
    "estimate": r"\bratio\b|interval",
    "part": r"\bwithout\b|\bother than\b|\bexcluding\b|\bexcept\b",
    "patrols": r"\bpatrol(?:s|led|ling)?\b|visits?\b",
}
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_MARK = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|>\s?|\d+[.)]\s+)")
_ENDS = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bSt\.)[\"')”’]*\s+(?=[\"'(“‘£A-Z0-9])"
)
_BETWEEN = re.compile(r"\s*(?:[\w' ]{1,40}\s)?to\s+(?:just |about |only )?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:about |some )?$", re.IGNORECASE)
_LEVEL_BEFORE = re.compile(r"\bto\s+(?:about |some )?$", re.IGNORECASE)
_SHARE = re.compile(r"\s*of\b", re.IGNORECASE)
_AHEAD = r"\s*(?:(?:fewer|more|less|in|of|the|recorded|reported)\s+){0,2}"
_BEFORE = re.compile(r"^[\w' ]{0,20}\bbefore\b[\w' ,;]{0,30}$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of a text, with what is written in it."""

    file: str
    line: int
    text: str
    paragraph: str
    numbers: tuple[WrittenNumber, ...]
    windows: tuple[TextWindow, ...]
    pairs: tuple[tuple[int, int], ...]  # positions in `numbers`: before, after
    label: str  # which crimes it names; empty for none
    topics: frozenset[str]
    is_causal: bool
    is_hedged: bool  # its paragraph says that chance may be the reason, or gives an interval


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One number of a sentence."""

    sentence: Sentence
    number: WrittenNumber
    direction: str  # "fall", "rise", or empty
    role: str  # "before" or "after" when it is one of a pair; else empty
    label: str  # which crimes it is of, by the nearest name before it; as `find_label`


def find_sentences(text: str, file: str = "") -> tuple[Sentence, ...]:
    """Return the sentences of a plain or Markdown text; code is passed over.

    Parameters
    ----------
    text : str
    file : str
        Its name, for who reads the findings.

    Returns
    -------
    tuple of Sentence
    """
    return tuple(
        _read_sentence(part.strip(), paragraph, file, line)
        for line, paragraph in _paragraphs(text)
        for part in _ENDS.split(paragraph)
        if part.strip()
    )


def find_claims(sentence: Sentence) -> tuple[Claim, ...]:
    """Return one claim for each number of a sentence.

    Parameters
    ----------
    sentence : Sentence

    Returns
    -------
    tuple of Claim

    Examples
    --------
    >>> one, two = find_claims(find_sentences("Crime fell from 416 to 252.")[0])
    >>> one.role, two.role, two.direction
    ('before', 'after', 'fall')
    """
    roles = {first: "before" for first, _ in sentence.pairs}
    roles |= {second: "after" for _, second in sentence.pairs}
    return tuple(
        Claim(
            sentence=sentence,
            number=number,
            direction=_direction(sentence.text, number),
            role=roles.get(position, ""),
            label=_nearest_label(sentence, number),
        )
        for position, number in enumerate(sentence.numbers)
    )


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
        "fall", "rise", or empty.

    Examples
    --------
    >>> find_direction("Harm fell, severity rose", 11, 19)
    'rise'
    """
    begins = max(text.rfind(mark, 0, start) for mark in (";", ": "))
    stop = re.search(r";|: ", text[end:])
    ends = end + stop.start() if stop else len(text)
    found = [
        (max(match.start() - end, start - match.end(), 0), name)
        for name, form in (("fall", _FALL), ("rise", _RISE))
        for match in form.finditer(text, max(begins, 0), ends)
    ]
    return min(found)[1] if found else ""


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield paragraphs with the line they begin on; a heading, item or table row is its own."""
    held: list[str] = []
    begun, is_code = 1, False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        is_fence = bool(_FENCE.match(line))
        is_code = is_code != is_fence
        alone = _MARK.match(line) or line.lstrip().startswith("|")
        if held and (is_fence or alone or not line.strip()):
            yield begun, " ".join(held)
            held = []
        if is_code or is_fence or not line.strip():
            continue
        begun = begun if held else number
        held.append(_MARK.sub("", line).replace("*", "").replace("`", "").replace("|", " ").strip())
        if line.lstrip().startswith(("#", "|")):
            yield begun, " ".join(held)
            held = []


def _read_sentence(text: str, paragraph: str, file: str, line: int) -> Sentence:
    numbers = find_numbers(text)
    return Sentence(
        file=file,
        line=line,
        text=text,
        paragraph=paragraph,
        numbers=numbers,
        windows=find_windows(text),
        pairs=tuple(_find_pairs(text, numbers)),
        label=find_label(text),
        topics=frozenset(
            topic for topic, form in _TOPICS.items() if re.search(form, text, re.IGNORECASE)
        ),
        is_causal=any(not _DENIED.search(text[: m.start()]) for m in _CAUSAL.finditer(text)),
        is_hedged=bool(_HEDGE.search(paragraph)),
    )


def find_label(text: str) -> str:
    """Return which crimes a text names.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The first part of a definition's id, or "violence", "violence-and-asb", "crime"; empty
        when no crimes are named.

    Examples
    --------
    >>> find_label("Serious violent crime fell"), find_label("ASB fell"), find_label("Rain fell")
    ('serious-violence', 'anti-social-behaviour', '')
    """
    return next((name for name, form in _LABELS if re.search(form, text, re.IGNORECASE)), "")


def _nearest_label(sentence: Sentence, number: WrittenNumber) -> str:
    """Return the name of crimes right after a number, or the last before it, or the sentence's."""
    behind = sentence.text[number.end :]
    for name, form in _LABELS:
        if re.match(rf"{_AHEAD}(?:{form})", behind, re.IGNORECASE):
            return name
    found = [
        (match.end(), -order, name)
        for order, (name, form) in enumerate(_LABELS)
        for match in re.finditer(form, sentence.text[: number.start], re.IGNORECASE)
    ]
    return max(found)[2] if found else sentence.label


def _find_pairs(text: str, numbers: tuple[WrittenNumber, ...]) -> Iterator[tuple[int, int]]:
    for position in range(len(numbers) - 1):
        one, two = numbers[position], numbers[position + 1]
        between, ahead, behind = text[one.end : two.start], text[: one.start], text[two.end :]
        is_told = _FROM.search(ahead) and _BETWEEN.match(between)
        is_listed = _BEFORE.match(between) and re.match(r"[\w' ]{0,20}\bafter\b", behind)
        if one.unit == two.unit and (is_told or is_listed or between.strip() == "→"):
            yield position, position + 1


def _direction(text: str, number: WrittenNumber) -> str:
    if number.is_signed:
        return "fall" if number.value < 0 else "rise"
    if number.unit == "percent" and (
        _LEVEL_BEFORE.search(text[: number.start]) or _SHARE.match(text[number.end :])
    ):
        return ""  # a share, or what something came to: no change
    return find_direction(text, number.start, number.end)
