"""How a part of a large file is answered: one range of bytes, as map tiles are read."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 1 << 16


def answer_range(path: Path, asked: str | None) -> HttpResponseBase:
    """Return a file, or the part of it that was asked for.

    Parameters
    ----------
    path : Path
    asked : str or None
        The header Range. More than one range, or what is none, gives the whole file, as
        RFC 9110 (14.2) allows.

    Returns
    -------
    HttpResponseBase
        200, 206, or 416 for a range beyond the end.
    """
    size = path.stat().st_size
    found = _RANGE.fullmatch((asked or "").strip())
    if found is None or found.groups() == ("", ""):
        whole = FileResponse(path.open("rb"), content_type="application/octet-stream")
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = _ends(found.group(1), found.group(2), size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(
        _read(path, first, last), status=206, content_type="application/octet-stream"
    )
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    return part


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _read(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
