"""How the messages of a JSON file are read one at a time, whatever its size.

A file may be one document, an array, or one document a line.
"""

import codecs
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from patrolwise.files.fix_parts import CUT_SHORT, FixTally, NotThisFormatError, RawFix
from patrolwise.files.json_values import (
    NAMED_TWICE,
    NOT_JSON,
    TOO_DEEP,
    JsonDecoder,
    LeftOutError,
    end_of_white,
)

LARGEST = 64 * 2**20  # characters of one message, or of one line
TOO_LONG = "longer than 64 MB"

_CHUNK = 2**16
_CLOSING = '}]"'
_PART_OF_NUMBER = 2  # 1e+ is read as 1, although it may go on as 1e+5
_FIRST_LINE = 2**20  # a first line longer than this is taken for a whole document
_END_OF_TEXT = 16  # a fault this near the end may be a word that goes on: -Infinity, \ud83d\ude00


class _UnreadableError(Exception):
    """Nothing after this place can be read; without a reason the file has simply ended."""


class JsonItem(NamedTuple):
    """One value of a file: a message, or what is left of a document around its members."""

    row: int  # the line it begins in; in an array the number of the element, from 1
    value: Any
    member: str = ""  # the member of a document that it is an element of


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """One kind of message: how it is known, and how it becomes a fix."""

    name: str  # as a person would say it: "OwnTracks messages"
    is_one: Callable[[Mapping[str, Any]], bool]
    parse: Callable[[Mapping[str, Any], FixTally, int], RawFix | None]


def fixes_of_messages(
    items: Iterable[JsonItem], tally: FixTally, kind: MessageKind
) -> Iterator[RawFix]:
    """Yield the fixes of a file that has one in each message.

    Parameters
    ----------
    items : iterable of JsonItem
        From `read_json_items`.
    tally : FixTally
        Told of each message: yielded or left out.
    kind : MessageKind

    Yields
    ------
    RawFix
        In the order of the file.

    Raises
    ------
    NotThisFormatError
        Not one message of that kind was met.
    """
    met = 0
    for item in items:
        if not isinstance(item.value, Mapping) or not kind.is_one(item.value):
            tally.drop(f"not one of {kind.name}")
            continue
        met += 1
        fix = kind.parse(item.value, tally, item.row)
        if fix is not None:
            tally.points += 1
            yield fix
    if not met:
        raise NotThisFormatError(
            f"{tally.name} has no {kind.name}. Give the file as the server or the phone wrote it."
        )


def read_json_items(
    stream: BinaryIO, tally: FixTally, unwrap: str | None = None
) -> Iterator[JsonItem]:
    """Yield the values of a JSON file in order, none larger than `LARGEST`.

    What cannot be read is counted: a value with bytes that are not UTF-8 or with a name given
    twice, and in a file of lines any line that is not JSON. Where an array or a document breaks,
    what follows is left out and a remark says so.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        Told of each value that is left out.
    unwrap : str or None
        Member of a document that is an array of which each element is yielded by itself, such as
        "features"; the rest of that document follows as one value. None: documents stay whole.

    Yields
    ------
    JsonItem

    Raises
    ------
    NotThisFormatError
        The file does not begin as JSON does.
    """
    text = _Text(stream)
    first = text.peek()
    if first not in ("[", "{"):
        found = f"begins with {text.text[text.at : text.at + 12]!r}" if first else "is empty"
        raise NotThisFormatError(
            f"{tally.name} {found}; JSON begins with a brace or a bracket. Give another file, "
            "or save it as UTF-8."
        )
    try:
        if first == "[":
            yield from _elements(text, tally, "")
        while text.peek():
            if _is_of_lines(text):
                yield from _lines(text, tally, unwrap)
            else:
                yield from _document(text, tally, unwrap)
    except _UnreadableError as fault:
        kept = tally.points - sum(tally.dropped.values())
        where = f"in line {text.line_number}"
        if str(fault):
            tally.drop(str(fault))
            tally.break_off(
                f"From a fault {where} on it cannot be read ({fault}): the {kept} fixes before it "
                "are kept, what came after is unknown. Export it again if you can."
            )
        else:
            tally.break_off(CUT_SHORT.format(where=where, points=kept))


def read_text_lines(
    stream: BinaryIO, tally: FixTally, longest: int = LARGEST
) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines of a text that are not blank: number, text, whether the line has an end.

    Parameters
    ----------
    stream : binary stream
        UTF-8, with a byte order mark or without; bytes that are not become lone surrogates.
    tally : FixTally
        Told of each line that is left out because it is too long.
    longest : int
        Characters.

    Yields
    ------
    tuple of int, str and bool
    """
    yield from _Text(stream).lines(tally, longest)


class _Text:
    """The text of a stream, of which only what is not yet used is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._from_bytes = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._decoder = JsonDecoder()
        self._lines_used = 1
        self._ended = False
        self.text = ""
        self.at = 0

    @property
    def line_number(self) -> int:
        return self._lines_used + self.text.count("\n", 0, self.at)

    def more(self) -> bool:
        """Read on, as much again as is held, so that what is tried anew costs twice at most."""
        self._lines_used = self.line_number
        self.text, self.at = self.text[self.at :], 0
        data = b"" if self._ended else self._stream.read(max(_CHUNK, len(self.text)))
        self.text += self._from_bytes.decode(data, final=not data)
        self._ended = not data
        return bool(data)

    def peek(self) -> str:
        """Return the next character that is not white, without using it; "" at the end."""
        while True:
            self.at = end_of_white(self.text, self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, expected: str) -> str:
        """Use the next character that is not white, which must be one of those."""
        found = self.peek()
        if not found:
            raise _UnreadableError
        if found not in expected:
            raise _UnreadableError(NOT_JSON)
        self.at += 1
        return found

    def value(self) -> Any:
        """Use one value; `LeftOutError` when it has an end but is not to be used."""
        if not self.peek():
            raise _UnreadableError
        while True:
            size = -1
            try:
                value, end = self._decoder.decode_from(self.text, self.at)
                size = end - self.at
            except RecursionError:
                raise _UnreadableError(TOO_DEEP) from None
            except json.JSONDecodeError as error:
                if not _may_go_on(error):
                    raise _UnreadableError(NOT_JSON) from None
            left = len(self.text) - self.at - size
            if size >= 0 and (self.text[self.at + size - 1] in _CLOSING or left > _PART_OF_NUMBER):
                break
            if len(self.text) - self.at > LARGEST:
                raise _UnreadableError(TOO_LONG)
            if not self.more():
                break
        if size < 0:
            raise _UnreadableError
        used, self.at = self.text[self.at : self.at + size], self.at + size
        self._decoder.check(used)
        return value

    def lines(self, tally: FixTally, longest: int) -> Iterator[tuple[int, str, bool]]:
        """Use line after line; those that are blank are passed over, those too long counted."""
        row = self.line_number
        while self.at < len(self.text) or self.more():
            end = self._end_of_line(longest)
            if end - self.at > longest:
                tally.drop("a line that is too long")
                self._pass_line()
            else:
                line, has_end = self.text[self.at : end], end < len(self.text)
                self.at = end + has_end
                if line.strip():
                    yield row, line, has_end
            row += 1

    def _end_of_line(self, longest: int) -> int:
        """Return where the line ends, or where the text does if that is too far to go on."""
        seen = self.at
        while (end := self.text.find("\n", seen)) < 0:
            seen = len(self.text) - self.at
            if seen > longest or not self.more():
                return len(self.text)
        return end

    def _pass_line(self) -> None:
        while (end := self.text.find("\n", self.at)) < 0:
            self.at = len(self.text)
            if not self.more():
                return
        self.at = end + 1


def _elements(text: _Text, tally: FixTally, member: str) -> Iterator[JsonItem]:
    """Yield each element of the array that begins here."""
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    row = 0
    while True:
        row += 1
        try:
            yield JsonItem(row, text.value(), member)
        except LeftOutError as fault:
            tally.drop(str(fault))
        if text.take(",]") == "]":
            return


def _document(text: _Text, tally: FixTally, unwrap: str | None) -> Iterator[JsonItem]:
    """Yield the document that begins here; the elements of a member to unwrap before the rest."""
    row = text.line_number
    if unwrap is None:
        try:
            yield JsonItem(row, text.value())
        except LeftOutError as fault:
            tally.drop(str(fault))
        return
    rest: dict[str, Any] = {}
    faults, has_elements = [], False
    text.take("{")
    is_last = text.peek() == "}" and text.take("}") == "}"
    while not is_last:
        try:
            if text.peek() not in '"':
                raise _UnreadableError(NOT_JSON)
            name = text.value()
            text.take(":")
            if name == unwrap and text.peek() == "[":
                has_elements = True
                yield from _elements(text, tally, unwrap)
            else:
                value = text.value()
                if rest.setdefault(name, value) is not value:
                    faults.append(NAMED_TWICE)
        except LeftOutError as fault:
            faults.append(str(fault))
        is_last = text.take(",}") == "}"
    for fault_found in faults[:1]:
        tally.drop(fault_found)
    if has_elements or not faults:
        yield JsonItem(row, rest)


def _lines(text: _Text, tally: FixTally, unwrap: str | None) -> Iterator[JsonItem]:
    """Yield the document of each line; of a document with a member to unwrap its elements first."""
    decoder = JsonDecoder()
    for row, line, has_end in text.lines(tally, LARGEST):
        try:
            value = decoder.decode(line)
        except LeftOutError as fault:
            if str(fault) == NOT_JSON and not has_end:
                raise _UnreadableError from None
            tally.drop(str(fault))
            continue
        elements = value.get(unwrap) if isinstance(value, dict) else None
        if isinstance(elements, list):
            yield from (JsonItem(row, element, unwrap or "") for element in elements)
            value = {name: value[name] for name in value if name != unwrap}
        yield JsonItem(row, value)


def _is_of_lines(text: _Text) -> bool:
    """Return whether the first line is a document by itself, or the second begins another one."""
    while text.text.count("\n", text.at) < 2 and len(text.text) - text.at < _FIRST_LINE:
        if not text.more():
            break
    first, _, after = text.text[text.at :].partition("\n")
    if after.startswith("{"):
        return True
    try:
        JsonDecoder().decode(first)
    except LeftOutError as fault:
        return str(fault) != NOT_JSON
    return True


def _may_go_on(error: json.JSONDecodeError) -> bool:
    """Return whether more text could mend this."""
    is_near_end = error.pos > len(error.doc) - _END_OF_TEXT
    return is_near_end or error.msg.startswith("Unterminated string")
