"""A case study held against its case and the caseload: what could tell whom it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from patrolwise.outreach.deidentify import (
    FEWEST,
    FewAlike,
    Mark,
    StoryFacts,
    StoryRisk,
    find_few,
    find_marks,
    keep_apart,
    mark_traits,
)
from patrolwise.outreach.vocabulary import StoryPart
from patrolwise.web.casework.models import Engagement
from patrolwise.web.casework.story_facts import gather_facts
from patrolwise.web.casework.words import tell_word

TITLE = "title"


@dataclass(frozen=True, kw_only=True)
class StoryFinding:
    """One thing that could tell whom a story is about, however often it is said."""

    number: int  # by which it is shown in the text
    key: str
    risk: str
    why: str
    instead: str
    reason: str  # why it stays; empty: it is to be mended, or kept with a reason


@dataclass(frozen=True, kw_only=True)
class StoryCheck:
    """What was found, and the text with what was found marked."""

    findings: list[StoryFinding]
    shown: list[tuple[str, list[tuple[str, int]]]]  # part, then text and number of finding or 0

    @property
    def waiting(self) -> list[StoryFinding]:
        """Return what is neither mended nor kept with a reason."""
        return [one for one in self.findings if not one.reason]


def check_story(
    case: Engagement, title: str, parts: Mapping[str, str], kept: Mapping[str, str]
) -> StoryCheck:
    """Return what of a story could tell whom it is about; nothing is changed.

    Parameters
    ----------
    case : Engagement
    title : str
    parts : mapping of str
        Key of StoryPart → text.
    kept : mapping of str
        Key of a finding → why it stays.

    Returns
    -------
    StoryCheck
    """
    texts = {TITLE: title, **parts}
    facts = gather_facts(case, tuple(texts.values()))
    few = find_few(texts.values(), facts)
    marks = {key: _mark(text, few, facts) for key, text in texts.items()}
    first = [] if few is None else [_tell_few(few)]
    findings = _gather([*first, *(one for found in marks.values() for one in found)], kept)
    numbers = {one.key: one.number for one in findings}
    shown = [
        (_title_of(key), [*_cut(texts[key], found, numbers)])
        for key, found in marks.items()
        if texts[key].strip()
    ]
    return StoryCheck(findings=findings, shown=shown)


def _mark(text: str, few: FewAlike | None, facts: StoryFacts) -> list[Mark]:
    return keep_apart(text, [*find_marks(text, facts), *mark_traits(text, few, facts)])


def _cut(text: str, found: list[Mark], numbers: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    at = 0
    for one in found:
        if one.start > at:
            yield text[at : one.start], 0
        yield text[one.start : one.end], numbers[one.key]
        at = one.end
    if text[at:]:
        yield text[at:], 0


def _gather(marks: list[Mark], kept: Mapping[str, str]) -> list[StoryFinding]:
    """Return one finding for all marks of the same thing."""
    insteads: dict[str, list[str]] = {}
    first: dict[str, Mark] = {}
    for one in marks:
        first.setdefault(one.key, one)
        told = insteads.setdefault(one.key, [])
        if one.instead not in told:
            told.append(one.instead)
    return [
        StoryFinding(
            number=number,
            key=key,
            risk=one.risk.value,
            why=one.why,
            instead="; ".join(insteads[key]),
            reason=kept.get(key, ""),
        )
        for number, (key, one) in enumerate(first.items(), start=1)
    ]


def _tell_few(few: FewAlike) -> Mark:
    why = f"Together it tells {', '.join(few.traits)}: fewer than {FEWEST} people fit."
    enough = " or ".join(few.enough_without)
    instead = (
        f"nothing that tells the {enough}; then enough people fit"
        if enough
        else "less of it altogether"
    )
    return Mark(start=0, end=0, risk=StoryRisk.FEW, key=few.key, why=why, instead=instead)


def _title_of(key: str) -> str:
    return "Title" if key == TITLE else tell_word(StoryPart, key).capitalize()
