"""What a report is made of: a few kinds of block, which the page and the PDF each draw once.

A block holds finished words, so the two outputs cannot differ in a figure.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One SVG picture, labelled for screen readers; size in CSS pixels."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text; `strong` for the sentence that carries the section."""

    text: str
    strong: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, kw_only=True)
class Subheading:
    """A heading within a section."""

    text: str
    kind: str = field(default="subheading", init=False)


@dataclass(frozen=True, kw_only=True)
class Bullets:
    """A list; numbered when the order matters."""

    items: tuple[str, ...]
    numbered: bool = False
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A warning that stands beside what it is about; `level` is its severity in words."""

    level: str
    title: str
    text: str
    kind: str = field(default="alert", init=False)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Words and what they mean, or facts and their values."""

    items: tuple[tuple[str, str], ...]
    kind: str = field(default="terms", init=False)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table: its first column heads the rows; `numeric` and `code` name columns by position."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    code: tuple[int, ...] = ()
    note: str = ""
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture, drawn once for each width asked for, widest first."""

    caption: str
    description: str  # what a person who cannot see it should know
    drawings: tuple[Drawing, ...]
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One headline: what was counted, how it moved, and what may be said of it."""

    title: str
    definition: str
    label: str  # the verdict in a few words
    is_firm: bool
    lines: tuple[tuple[str, str], ...]
    verdict: str
    caution: str


@dataclass(frozen=True, kw_only=True)
class Cards:
    """The headlines, side by side where there is room."""

    items: tuple[Card, ...]
    kind: str = field(default="cards", init=False)


Block = Paragraph | Subheading | Bullets | Alert | Terms | Grid | Figure | Cards


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the report; `id` is its address within the page."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """The whole report, in reading order."""

    title: str
    question: str
    notice: str
    sections: tuple[Section, ...]
    footer: str
