"""Photographs: their pixels alone are kept, and what is no plain picture is refused."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.files.photographs import (
    MOST_BYTES,
    draw_jpeg,
    list_segments,
    read_size,
    redraw_photograph,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}">'
    '<rect width="99" height="50" fill="red"/></svg>'
)


def picture(width=160, height=120):
    """Return a small JPEG file."""
    return draw_jpeg(SVG.format(width, height))


PLAIN = picture()


def segment(marker, content):
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def with_segments(*segments, data=PLAIN):
    return data[:2] + b"".join(segments) + data[2:]


# what a camera writes: little-endian EXIF whose GPS directory says 52 degrees 38 minutes north
EXIF = segment(
    0xE1,
    b"Exif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0"
    b"\x02\0\x01\0\x02\0\x02\0\0\0N\0\0\0\x02\0\x05\0\x03\0\0\0\x38\0\0\0\0\0\0\0"
    b"\x34\0\0\0\x01\0\0\0\x26\0\0\0\x01\0\0\0\x0d\0\0\0\x01\0\0\0",
)
XMP = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>exif:GPSLatitude=52,38N</x:xmpmeta>")
ICC, IPTC = (
    segment(0xE2, b"ICC_PROFILE\0\1\1made-on-7"),
    segment(0xED, b"Photoshop 3.0\0By J Brown"),
)
COMMENT = segment(0xFE, b"<script>alert(1)</script> taken by J Brown")


def test_where_when_and_by_whom_a_camera_writes_is_not_kept_and_the_pixels_are():
    told = with_segments(EXIF, XMP, ICC, IPTC, COMMENT)
    assert {0xE1, 0xE2, 0xED, 0xFE} <= list_segments(told)
    kept = redraw_photograph(told)
    assert (kept.width, kept.height) == read_size(kept.jpeg) == (160, 120)
    assert not list_segments(kept.jpeg) & {*range(0xE1, 0xF0), 0xFE}
    words = (b"Exif", b"GPS", b"xmp", b"ICC", b"Photoshop", b"Brown", b"script", b"\x34\0\0\0\x01")
    assert [word for word in words if word in kept.jpeg] == []
    assert kept == redraw_photograph(PLAIN)  # the pixels alone decide


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no JPEG file"),
        (b"\x89PNG\r\n\x1a\n" + PLAIN, "not a JPEG file"),
        (b"GIF89a/*" + PLAIN, "not a JPEG file"),
        (PLAIN + b"PK\x03\x04 a second file", "stand behind the picture"),
        (PLAIN[:-2], "ends too early"),
        (PLAIN[:300], "than the file|ends too early"),
        (with_segments(PLAIN[2:]), "behind the picture"),
        (PLAIN.replace(b"\xff\xc0", b"\xff\xc2"), "no segment of a baseline picture"),
        (PLAIN.replace(b"\xff\xc0", b"\xff\xfe"), "holds 0 pictures"),
        (with_segments(b"\xff\xe1\0\1"), "longer than the file"),
        (with_segments(*[segment(0xFE, b"")] * 300), "ends too early"),
        (b"\xff\xd8\xff" + b"\0" * (MOST_BYTES + 1), "are the most"),
        (picture(1281, 64), "1281 by 64 pixels"),
        (picture(64, 63), "64 a side are the fewest"),
    ],
)
def test_what_is_no_single_whole_picture_of_some_size_is_refused(data, told):
    with pytest.raises(InputError, match=told.replace("no JPEG", "not a JPEG")):
        redraw_photograph(data)


def frame_at():
    return PLAIN.index(b"\xff\xc0") + 4


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (1, b"\xff\xff\xff\xff", "65535 by 65535"),  # a bomb is refused before it is decoded
        (1, b"\0\0\0\xa0", "160 by 0"),
        (0, b"\x0c", "12 bits"),
        (5, b"\x04", "4 colours"),
    ],
)
def test_what_a_frame_says_is_judged_before_anything_is_decoded(place, value, told):
    at = frame_at() + place
    with pytest.raises(InputError, match=told):
        redraw_photograph(PLAIN[:at] + value + PLAIN[at + len(value) :])


def test_a_picture_that_nobody_can_decode_is_refused():
    at = PLAIN.index(b"\xff\xc4")
    broken = PLAIN[: at + 5] + b"\xff" * 16 + PLAIN[at + 21 :]
    with pytest.raises(InputError, match="cannot be read"):
        redraw_photograph(broken)


@settings(max_examples=60)
@given(st.integers(2, len(PLAIN) - 1), st.binary(min_size=1, max_size=4))
def test_whatever_a_file_holds_it_is_taken_or_refused_in_words(at, junk):
    refused = ""
    try:
        size = read_size(PLAIN[:at] + junk + PLAIN[at + len(junk) :])
    except InputError as error:
        refused, size = str(error), (64, 64)
    assert refused.startswith("Photograph") or not refused
    assert all(64 <= side <= 1_280 for side in size)


def test_without_its_decoder_a_photograph_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match="vl-convert"):
        redraw_photograph(PLAIN)
