"""Which photographs are taken, and how their pixels alone are kept.

A photograph is drawn anew from its pixels: what a camera writes beside them (where, when, with
which device), a text, a thumbnail or a second file behind the picture does not come along.
"""

import base64
from dataclasses import dataclass

from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.svg import missing_report_extra

MOST_BYTES = 2_000_000
LONGEST_SIDE, SHORTEST_SIDE = 1_280, 64  # pixels; more could show a face from far away
_MOST_SEGMENTS = 200
_QUALITY = 80
_EOI, _SOS, _SOF = 0xD9, 0xDA, 0xC0
_BESIDE = frozenset((*range(0xE0, 0xF0), 0xFE))  # application data and comments
_TABLES = frozenset((0xC4, 0xDB, 0xDD))  # Huffman, quantisation, restart interval
_IN_SCAN = frozenset((0x00, *range(0xD0, 0xD8)))  # after 0xFF: a stuffed byte, or a restart


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """A photograph that holds pixels and nothing else."""

    jpeg: bytes
    width: int  # pixels
    height: int


def redraw_photograph(data: bytes) -> Photograph:
    """Return a photograph as its pixels alone, decoded and written anew.

    Parameters
    ----------
    data : bytes
        A baseline JPEG file, as a browser's canvas writes it.

    Returns
    -------
    Photograph
        Of the same size in pixels; no application data and no comment is in it.

    Raises
    ------
    InputError
        It is no such file, is too large, holds something behind the picture, or cannot be decoded.
        Nothing of the file is repeated.
    MissingExtraError
        The decoder is not installed.
    """
    width, height = read_size(data)
    size = f'width="{width}" height="{height}"'
    href = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    drawn, blank = (
        draw_jpeg(f"{opening}{inside}</svg>") for inside in (f'<image {size} href="{href}"/>', "")
    )
    if drawn == blank:  # what cannot be decoded is left out without a word
        raise InputError("The photograph cannot be read. Take it again.")
    if read_size(drawn) != (width, height) or list_segments(drawn) & {*range(0xE1, 0xF0), 0xFE}:
        raise AssertionError("vl-convert wrote another picture than was asked for.")
    return Photograph(jpeg=drawn, width=width, height=height)


def draw_jpeg(svg: str) -> bytes:
    """Return a drawing as a JPEG file.

    Parameters
    ----------
    svg : str

    Returns
    -------
    bytes

    Raises
    ------
    MissingExtraError
        The picture maker is not installed.
    """
    try:
        import vl_convert  # noqa: PLC0415  the one picture maker, and an optional one
    except ImportError as error:
        raise missing_report_extra("vl-convert-python") from error
    return bytes(vl_convert.svg_to_jpeg(svg, scale=1.0, quality=_QUALITY))


def read_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG file, once its whole structure is what it should be.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    (int, int)
        Width and height, pixels.

    Raises
    ------
    InputError
        It is not one baseline picture from the first byte to the last, or is too small or large.

    Examples
    --------
    >>> read_size(b"GIF89a")
    Traceback (most recent call last):
    patrolwise.errors.InputError: Photograph: It is not a JPEG file. Send a photograph.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"Photograph: It has {len(data):,} bytes; {MOST_BYTES:,} are the most. Send a smaller "
            "one."
        )
    frames = [data[start:end] for marker, start, end in _walk(data) if marker == _SOF]
    if len(frames) != 1 or len(frames[0]) < 6:
        raise _not_whole(f"it holds {len(frames)} pictures")
    precision, parts = frames[0][0], frames[0][5]
    height, width = (int.from_bytes(frames[0][k : k + 2]) for k in (1, 3))
    if precision != 8 or parts not in (1, 3):
        raise _not_whole(f"it has {parts} colours of {precision} bits")
    faults = []
    if max(width, height) > LONGEST_SIDE:
        faults.append(f"It is {width} by {height} pixels; {LONGEST_SIDE} a side are the most.")
    if min(width, height) < SHORTEST_SIDE:
        faults.append(f"It is {width} by {height} pixels; {SHORTEST_SIDE} a side are the fewest.")
    check_faults("Photograph", faults)
    return width, height


def list_segments(data: bytes) -> frozenset[int]:
    """Return which kinds of segment a JPEG file has, by their markers.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    frozenset of int
        0xE1 is where cameras write where and when; 0xFE is a comment.

    Raises
    ------
    InputError
        It is not one baseline picture from the first byte to the last.
    """
    return frozenset(marker for marker, _, _ in _walk(data))


def _walk(data: bytes) -> list[tuple[int, int, int]]:
    """Return marker, start and end of each segment's content, in order."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise InputError("Photograph: It is not a JPEG file. Send a photograph.")
    found: list[tuple[int, int, int]] = []
    at = 2
    while at + 2 <= len(data) and len(found) < _MOST_SEGMENTS:
        marker = data[at + 1]
        if data[at] != 0xFF or not (marker in _BESIDE | _TABLES or marker in (_SOF, _SOS, _EOI)):
            raise _not_whole(f"at byte {at:,} there is no segment of a baseline picture")
        if marker == _EOI:
            return _end(data, at + 2, found)
        start, end = at + 4, at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if not start <= end <= len(data):
            raise _not_whole(f"a segment at byte {at:,} is longer than the file")
        found.append((marker, start, end))
        at = _skip_scan(data, end) if marker == _SOS else end
    raise _not_whole("it ends too early")


def _end(data: bytes, end: int, found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    if len(data) > end:
        raise _not_whole(f"{len(data) - end:,} bytes stand behind the picture")
    return found


def _skip_scan(data: bytes, at: int) -> int:
    """Return where the first marker after a scan's pixels stands."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in _IN_SCAN:
            return at
        at += 2
    raise _not_whole("it ends too early")


def _not_whole(why: str) -> InputError:
    return InputError(f"Photograph: It is no whole JPEG file: {why}. Take it again.")
