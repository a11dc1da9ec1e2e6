"""Which paragraphs a text holds, and where each of their letters stands.

A heading, a list item and a table row are passages of their own. Plain text and Markdown have
lines; a word processor's file has none that last, so its passages are counted instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCE = re.compile(r"^\s*(?:```|~~~)")
_MARK = re.compile(r"^\s*(?:#{1,6}\s+|[-*+\u2022]\s+|>\s?|\d{1,3}[.)]\s+)")
_RULE = re.compile(r"^[\s|:-]*-{3}[\s|:-]*$")  # between a table's head and its rows
_MARKS = "*`"
# written alike on paper: a hyphen that does not break, spaces that do not
_ALIKE = str.maketrans({"\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "|": " "})


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading, list item, table row or note."""

    text: str
    name: str = ""  # "paragraph 3", where a file has no lines
    origins: tuple[tuple[int, int], ...] = field(default=(), repr=False)  # line, column by letter

    def find_line(self, position: int) -> tuple[int | None, int | None]:
        """Return the line and column, from 1, of a letter; None where there are no lines."""
        return self.origins[position] if self.origins else (None, None)

    def name_place(self, position: int) -> str:
        """Return where a letter stands, for a reader: "12:34", or the passage's name."""
        line, column = self.find_line(position)
        return self.name if line is None else f"{line}:{column}"


def name_passage(name: str, text: str) -> Passage:
    r"""Return a passage of a file without lines.

    Parameters
    ----------
    name : str
        Such as "paragraph 3".
    text : str
        Its spaces are made single.

    Returns
    -------
    Passage

    Examples
    --------
    >>> name_passage("footnote 1", "416  to\n252").text
    '416 to 252'
    """
    return Passage(" ".join(text.translate(_ALIKE).split()), name)


def find_passages(text: str) -> tuple[Passage, ...]:
    r"""Return the passages of a plain or Markdown text; code is passed over.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of Passage

    Examples
    --------
    >>> one, two = find_passages("# A title\n\nCrime fell\nby *a third*.")
    >>> one.text, two.text, two.name_place(14)
    ('A title', 'Crime fell by a third.', '4:5')
    """
    return tuple(_join(lines) for lines in _group(text))


def _group(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the numbered lines of each passage."""
    held: list[tuple[int, str]] = []
    is_code = False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        is_fence = bool(_FENCE.match(line))
        is_code = is_code != is_fence
        is_row = line.lstrip().startswith("|")
        if held and (is_fence or is_row or _MARK.match(line) or not line.strip()):
            yield held
            held = []
        if is_code or is_fence or _RULE.match(line) or not line.strip():
            continue
        held.append((number, line))
        if is_row or line.lstrip().startswith("#"):
            yield held
            held = []


def _join(lines: list[tuple[int, str]]) -> Passage:
    letters: list[str] = []
    origins: list[tuple[int, int]] = []
    for number, line in lines:
        mark = _MARK.match(line)
        begins = mark.end() if mark else 0
        kept = [
            (letter, (number, column))
            for column, letter in enumerate(line.translate(_ALIKE), start=1)
            if column > begins and not _is_mark(line, column)
        ]
        while kept and kept[0][0].isspace():
            kept.pop(0)
        while kept and kept[-1][0].isspace():
            kept.pop()
        if letters and kept:
            kept.insert(0, (" ", kept[0][1]))
        letters += [letter for letter, _ in kept]
        origins += [origin for _, origin in kept]
    return Passage("".join(letters), "", tuple(origins))


def _is_mark(line: str, column: int) -> bool:
    """Return whether a letter is Markdown's, and not the star of a reference such as 22*123."""
    around = line[max(column - 2, 0) : column - 1] + line[column : column + 1]
    return line[column - 1] in _MARKS and not (len(around) == 2 and around.isdigit())
