"""The public update on a quarter: at most six figures, what partners say, what is not known."""

from collections.abc import Sequence

from patrolwise import __version__
from patrolwise.partnership.told_figures import JudgedFigure
from patrolwise.reporting.blocks import (
    Bullets,
    Card,
    Cards,
    Document,
    Paragraph,
    Section,
    Terms,
)
from patrolwise.reporting.quarter_figures import CANNOT_SAY, QuarterFigures
from patrolwise.reporting.wording import describe_change, format_count, format_day, format_signed
from patrolwise.times import Window

_FIRM = ("clear fall", "clear rise")
_WORDS = (
    ("clear fall, clear rise", "the change is more than months vary by themselves"),
    ("could be chance", "months vary as much by themselves"),
    ("too few to say", "a percentage needs 20 at its base, and an interval three months"),
    ("95 % interval", "the changes that the months leave possible"),
    ("patrol-hours", "hours that units were there; a pair counts once"),
    ("person-hours", "hours that people were there; a pair counts twice"),
)


def build_update_document(found: QuarterFigures, said: Sequence[str]) -> Document:
    """Return the public update, ready to be laid out.

    Parameters
    ----------
    found : QuarterFigures
    said : sequence of str
        Paragraphs that people wrote; held against the figures before they come here.

    Returns
    -------
    Document
    """
    now, then = found.quarter, found.quarter.year_before
    sections = [
        Section(
            id="figures",
            title=f"{_name(now.window)}, beside {_name(then.window)}",
            blocks=(Cards(items=tuple(_card(one, now.label, then.label) for one in found.judged)),),
        ),
        Section(
            id="hours",
            title="Hours, each as what it is",
            blocks=(Bullets(items=tuple(str(one) for one in found.hours)),),
        ),
        Section(id="limits", title="What we do not know", blocks=(Bullets(items=CANNOT_SAY),)),
        Section(id="words", title="What the words mean", blocks=(Terms(items=_WORDS),)),
        Section(
            id="made",
            title="How this was made",
            blocks=(
                Terms(
                    items=(
                        ("Counted", "in the hot spots that were live in the later quarter"),
                        ("Rows known on", format_day(f"{found.cut}")),
                        ("Prepared by", found.prepared_by),
                        ("Approved by", found.approved_by),
                    )
                ),
            ),
        ),
    ]
    if said:
        told = tuple(Paragraph(text=text) for text in said)
        sections.insert(1, Section(id="partners", title="What the partners say", blocks=told))
    return Document(
        title=f"{found.force}: {now.label}",
        question=found.title,
        notice=found.notice,
        sections=tuple(sections),
        footer=f"Made by Patrolwise {__version__}. Every figure rests on update.json.",
    )


def _card(one: JudgedFigure, now: str, then: str) -> Card:
    lines = [
        (then, format_count(one.then)),
        (now, format_count(one.now)),
        ("Change", describe_change(one.then, one.now)),
    ]
    if one.low is not None and one.high is not None:
        ends = " to ".join(f"{format_signed(100 * end, 1)} %" for end in (one.low, one.high))
        lines.append(("95 % interval", ends))
    return Card(
        title=one.name,
        definition=one.counted,
        label=one.verdict,
        is_firm=one.verdict in _FIRM,
        lines=tuple(lines),
        verdict=one.reason,
        caution="",
    )


def _name(window: Window) -> str:
    return f"{format_day(f'{window.first}')} to {format_day(f'{window.last}')}"
