"""What each sentence of a text claims: its numbers, what they are about, and how they are told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from patrolwise.claims.directions import (
    DIRECTION,
    FALL,
    RISE,
    SAME,
    find_direction,
    find_moves,
)
from patrolwise.claims.naming import (
    find_clause,
    find_label,
    find_nearest_label,
    find_subject,
    find_topics,
)
from patrolwise.claims.number_forms import find_numbers
from patrolwise.claims.passages import Passage, find_passages
from patrolwise.claims.text_dates import TextWindow, find_windows
from patrolwise.claims.written_numbers import WrittenNumber

_CAUSAL = re.compile(
    r"\b(?:because of|thanks to|due to|owing to|as a (?:direct )?result of|led to|leading to"
    r"|caused|resulted in|resulting in|prevented|drove|driven by|down to|credited with"
    r"|credit for|attributed to|attributable to|(?:has|have|is|are) working"
    r"|(?:it|this|that|approach|policing) works\b(?! out)"
    r"|made (?:the|a|all the|a real) difference|impact of|proves?|proof that|success of"
    r"|help(?:ed|ing)? (?:to )?(?:cut|reduce|drive|bring|prevent)"
    r"|(?:patrols?|outreach|team|project|programme|scheme|officers|we) (?:\w+ )?"
    r"(?:cut|reduced|lowered|slashed)"
    r"|(?:cut|reduced|lowered) by (?:the |our )?(?:patrols?|outreach|team|project|officers)"
    r"|put down to)\b",
    re.IGNORECASE,
)
_NO_MOVE = re.compile(r"^down to$", re.IGNORECASE)  # "down to 252" is a level
_DENIED = re.compile(r"\b(?:not|no|nor|cannot|never|without|nobody)\b[^.;:]{0,30}$", re.IGNORECASE)
_HEDGE = re.compile(
    r"could be chance|not distinguishable from chance|too few|by chance|interval"
    r"|(?:may|might) be chance|within what chance",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:will|would|wants?|wanted|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|pledg\w+|promis\w+"
    r"|(?:a |the )?target of|plan(?:s|ned)? to|expect(?:s|ed)? to|forecast\w*|ambition)\b",
    re.IGNORECASE,
)
_LONGEST = 1_000  # letters of a sentence; more is a list without stops, read in pieces
_LEAST_SUM = 1_000  # pounds: more is no price of a minute or an hour
_ENDS = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\bMr\.)(?<!\bDr\.)"
    r"[\"')”’]*\s+(?=[\"'(“‘£A-Z0-9])"
)
_BETWEEN = re.compile(r"\s*(?:[\w' ]{1,40}\s)?to\s+(?:just |about |only )?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:about |some )?$", re.IGNORECASE)
_LEVEL_BEFORE = re.compile(r"\bto\s+(?:about |some )?$", re.IGNORECASE)
_SHARE = re.compile(r"\s*of\b", re.IGNORECASE)
_BEFORE = re.compile(r"^[\w' ]{0,20}\bbefore\b[\w' ,;]{0,30}$", re.IGNORECASE)
_THEN_FROM = re.compile(r"\s*(?:[\w' ]{1,30}\s)?from\s+(?:about |some )?$", re.IGNORECASE)
_COMPARED = re.compile(
    r"^[\w' ,-]{0,80}?,?\s*(?:compared (?:with|to)|against|versus|down from|up from)\s"
    r"(?:the )?(?:about |some )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of a text, with what is written in it."""

    file: str
    place: str  # where it begins, for a reader
    line: int | None
    column: int | None
    text: str
    paragraph: str
    numbers: tuple[WrittenNumber, ...]
    moves: tuple[WrittenNumber, ...]  # words such as "fell" that stand without a figure
    windows: tuple[TextWindow, ...]
    pairs: tuple[tuple[int, int], ...]  # positions in `numbers`: before, after
    label: str  # which crimes it names; empty for none
    topics: frozenset[str]
    is_causal: bool
    is_hedged: bool  # its paragraph says that chance may be the reason, or gives an interval
    passage: Passage = field(repr=False)
    start: int = 0  # where it begins in its passage


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One number of a sentence, or one word that says where crime went."""

    sentence: Sentence
    number: WrittenNumber
    direction: str  # "fall", "rise", "no change", "no fall", "no rise", or empty
    moved: str  # the direction, or that which its pair has without a word of it
    role: str  # "before" or "after" when it is one of a pair; else empty
    label: str  # which crimes it is of, by the nearest name; as `find_label`
    subject: str  # what else it is of, as `find_subject`
    topics: frozenset[str]  # of its clause
    is_unreal: bool = False  # hoped for, foreseen or asked


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
    return split_passages(find_passages(text), file)


def split_passages(passages: tuple[Passage, ...], file: str = "") -> tuple[Sentence, ...]:
    """Return the sentences of passages.

    Parameters
    ----------
    passages : tuple of Passage
    file : str
        Their file's name, for who reads the findings.

    Returns
    -------
    tuple of Sentence
    """
    return tuple(
        _read_sentence(passage, start, text, file)
        for passage in passages
        for start, text in _split(passage.text)
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
    paired = {n: _pair_direction(sentence, pair) for pair in sentence.pairs for n in pair}
    return tuple(
        _claim(
            sentence,
            number,
            _direction(sentence.text, number),
            (roles.get(position, ""), paired.get(position, "")),
        )
        for position, number in enumerate(sentence.numbers)
    )


def find_word_claims(sentence: Sentence) -> tuple[Claim, ...]:
    """Return one claim for each word that says, without a figure, where crime or harm went.

    Parameters
    ----------
    sentence : Sentence

    Returns
    -------
    tuple of Claim

    Examples
    --------
    >>> [c.direction for c in find_word_claims(find_sentences("Violence has not risen.")[0])]
    ['no rise']
    """
    return tuple(_claim(sentence, move, _word_direction(move), ("", "")) for move in sentence.moves)


def _claim(
    sentence: Sentence, number: WrittenNumber, direction: str, pair: tuple[str, str]
) -> Claim:
    text = sentence.text
    begins, ends = find_clause(text, number.start, number.end)
    rate = next((n for n in sentence.numbers if n.unit.startswith("pounds per")), None)
    if rate is not None and number.unit == "pounds" and number.value < _LEAST_SUM:
        number = replace(number, unit=rate.unit)  # "£0.97 a minute, and police £2.30"
    return Claim(
        sentence=sentence,
        number=number,
        direction=direction,
        role=pair[0],
        moved=direction or pair[1],
        label=find_nearest_label(text, number.start, number.end),
        subject=find_subject(text, number.start, number.end),
        topics=find_topics(text[begins:ends]),
        is_unreal=bool(_UNREAL.search(text[begins:ends])),
    )


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Yield sentences with where they begin; what is longer than any sentence is cut."""
    start = 0
    ends = [(match.start(), match.end()) for match in _ENDS.finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        for begins in range(start, stop, _LONGEST):
            part = text[begins : min(begins + _LONGEST, stop)]
            if part.strip():
                yield begins + len(part) - len(part.lstrip()), part.strip()
        start = following


def _read_sentence(passage: Passage, start: int, text: str, file: str) -> Sentence:
    numbers = tuple(n for n in find_numbers(text) if n.value or not n.is_signed or _has_thing(text))
    line, column = passage.find_line(start)
    return Sentence(
        file=file,
        place=passage.name_place(start),
        line=line,
        column=column,
        text=text,
        paragraph=passage.text,
        numbers=numbers,
        moves=find_moves(text, numbers),
        windows=find_windows(text),
        pairs=tuple(_find_pairs(text, numbers)),
        label=find_label(text),
        topics=find_topics(text),
        is_causal=any(_is_causal(text, match) for match in _CAUSAL.finditer(text)),
        is_hedged=bool(_HEDGE.search(passage.text)),
        passage=passage,
        start=start,
    )


def _has_thing(text: str) -> bool:
    """Return whether "no change" in a text can be of anything that is counted or weighed."""
    return bool(find_label(text) or find_topics(text) & {"harm", "severity"})


def _is_causal(text: str, match: re.Match[str]) -> bool:
    is_level = _NO_MOVE.match(match[0]) and re.match(r"\s*(?:just |about )?\d", text[match.end() :])
    return not is_level and not _DENIED.search(text[: match.start()])


def _find_pairs(text: str, numbers: tuple[WrittenNumber, ...]) -> Iterator[tuple[int, int]]:
    for position in range(len(numbers) - 1):
        one, two = numbers[position], numbers[position + 1]
        between, ahead, behind = text[one.end : two.start], text[: one.start], text[two.end :]
        if one.unit != two.unit:
            continue
        is_told = _FROM.search(ahead) and _BETWEEN.match(between)
        is_listed = _BEFORE.match(between) and re.match(r"[\w' ]{0,20}\bafter\b", behind)
        if is_told or is_listed or between.strip() == "→":
            yield position, position + 1
        elif _is_turned(text, one, between):
            yield position + 1, position


def _is_turned(text: str, one: WrittenNumber, between: str) -> bool:
    """Return whether the later of two counts is told first: "252, down from 416"."""
    if one.unit != "count":
        return False
    if _LEVEL_BEFORE.search(text[: one.start]) and _THEN_FROM.match(between):
        return True
    is_elsewhere = "comparison" in find_topics(text)
    return bool(_COMPARED.match(between)) and not is_elsewhere


def _pair_direction(sentence: Sentence, pair: tuple[int, int]) -> str:
    before, after = (sentence.numbers[position].value for position in pair)
    if before == after:
        return SAME
    return FALL if after < before else RISE


def _direction(text: str, number: WrittenNumber) -> str:
    if number.is_signed:
        return SAME if number.value == 0 else FALL if number.value < 0 else RISE
    if number.unit == "percent" and (
        _LEVEL_BEFORE.search(text[: number.start]) or _SHARE.match(text[number.end :])
    ):
        return ""  # a share, or what something came to: no change
    return find_direction(text, number.start, number.end)


def _word_direction(move: WrittenNumber) -> str:
    assert move.unit == DIRECTION
    name = FALL if move.value < 0 else RISE
    return f"no {name}" if move.step else name
