"""What a .docx or .odt file says: its paragraphs, table rows, and foot- and endnotes, counted.

Left out: headers and footers, comments, and what was deleted with changes tracked.
"""

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from patrolwise.claims.passages import Passage, name_passage
from patrolwise.errors import InputError
from patrolwise.files.office_parts import Step, has_part, open_archive, read_part, walk_part

SUFFIXES = (".docx", ".odt")


@dataclass(frozen=True)
class _Format:
    """Which elements of a format mean what."""

    paragraphs: frozenset[str]
    letters: dict[str, str]  # elements that stand for a letter
    passed: frozenset[str]  # with all that is in them
    runs: frozenset[str]  # whose own text is printed; empty: any text within a paragraph
    row: str
    table: str
    notes: dict[str, str]  # an element that holds notes → what they are called


_DOCX = _Format(
    paragraphs=frozenset({"p"}),
    letters={"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-", "sym": " "},
    # a Fallback says again what the Choice beside it says; tab stops stand in pPr
    passed=frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr"}),
    runs=frozenset({"t"}),
    row="tr",
    table="tbl",
    notes={"footnote": "footnote", "endnote": "endnote"},
)
_ODT = _Format(
    paragraphs=frozenset({"p", "h"}),
    letters={"tab": " ", "s": " ", "line-break": " "},
    passed=frozenset({"tracked-changes", "annotation", "note-citation", "forms"}),
    runs=frozenset(),
    row="table-row",
    table="table",
    notes={"note": "note"},
)
_NOTE_PARTS = ("word/footnotes.xml", "word/endnotes.xml")
_NO_NOTE = ("separator", "continuationSeparator", "continuationNotice")


def read_office_text(path: Path) -> tuple[Passage, ...]:
    """Return the passages of a .docx or .odt file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of Passage
        Each is named: "paragraph 3" (of those that hold text, outside tables), "table 1, row 2",
        "footnote 1". Notes come after the text.

    Raises
    ------
    InputError
        The file cannot be read, is protected by a password, damaged or of another kind.

    References
    ----------
    ECMA-376 (Office Open XML), part 1, 17; OASIS OpenDocument 1.3, part 3, 5.
    """
    with open_archive(path) as archive:
        if path.suffix.lower() == ".odt":
            return tuple(_read_odt(archive, path.name))
        return tuple(_read_docx(archive, path.name))


def _read_docx(archive: zipfile.ZipFile, file: str) -> Iterator[Passage]:
    parts = ["word/document.xml", *(name for name in _NOTE_PARTS if has_part(archive, name))]
    for part in parts:
        content = read_part(archive, part, file)
        yield from _Reading(_DOCX).read(walk_part(content, part, file))


def _read_odt(archive: zipfile.ZipFile, file: str) -> Iterator[Passage]:
    manifest = "META-INF/manifest.xml"
    if has_part(archive, manifest) and b"encryption-data" in read_part(archive, manifest, file):
        raise InputError(f"{file} is protected by a password. Save it without one.")
    part = "content.xml"
    content = read_part(archive, part, file)
    yield from _Reading(_ODT).read(walk_part(content, part, file))


class _Reading:
    """What has been met so far of one part."""

    def __init__(self, form: _Format) -> None:
        self.form = form
        self.paragraphs: list[list[str]] = []  # letters of those that are open
        self.rows: list[list[str]] = []  # texts of those that are open
        self.notes: list[list[str]] = []  # texts of those that are open
        self.passed = 0  # open elements that are passed over
        self.counted: Counter[str] = Counter()  # paragraphs, tables, rows and notes so far
        self.held: list[Passage] = []  # notes, which come last

    def read(self, steps: Iterable[Step]) -> Iterator[Passage]:
        """Yield the passages of one part, notes last."""
        for step in steps:
            if step.what == "text":
                self._add(step)
            elif self.passed or step.name in self.form.passed or step.kind in _NO_NOTE:
                self.passed += 1 if step.what == "start" else -1
            elif step.what == "start":
                self._begin(step)
                self._add(step)
            else:
                yield from self._end(step.name)
        yield from self.held

    def _add(self, step: Step) -> None:
        is_printed = not self.form.runs or step.name in self.form.runs
        if self.paragraphs and is_printed and not self.passed:
            self.paragraphs[-1].append(step.text)

    def _begin(self, step: Step) -> None:
        if step.name in self.form.paragraphs:
            self.paragraphs.append([])
        elif step.name == self.form.row:
            self.rows.append([])
        elif step.name == self.form.table and not self.rows:
            self.counted["table"] += 1
            self.counted["row"] = 0
        elif step.name in self.form.notes:
            self.notes.append([])
        elif self.paragraphs and step.name in self.form.letters:
            self.paragraphs[-1].append(self.form.letters[step.name])

    def _end(self, name: str) -> Iterator[Passage]:
        if name in self.form.paragraphs:
            yield from self._tell("".join(self.paragraphs.pop()))
        elif name == self.form.row:
            text = "  ".join(self.rows.pop())
            if self.rows:  # a table within a cell
                self.rows[-1].append(text)
                return
            self.counted["row"] += 1
            yield from self._name(f"table {self.counted['table']}, row {self.counted['row']}", text)
        elif name in self.form.notes:
            kind = self.form.notes[name]
            self.counted[kind] += 1
            text = " ".join(self.notes.pop())
            self.held += self._name(f"{kind} {self.counted[kind]}", text)

    def _tell(self, text: str) -> Iterator[Passage]:
        """Yield a paragraph, or put it to the note or the row that it stands in."""
        if not text.strip():
            return
        if self.notes or self.rows:
            (self.notes or self.rows)[-1].append(text)
            return
        self.counted["paragraph"] += 1
        yield from self._name(f"paragraph {self.counted['paragraph']}", text)

    def _name(self, name: str, text: str) -> Iterator[Passage]:
        if text.strip():
            yield name_passage(name, text)
