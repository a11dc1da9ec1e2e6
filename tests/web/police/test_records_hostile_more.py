"""Further hostile uploads: lying sizes, odd letters, numbers past all bounds, false kinds."""

import gzip
import io
import re
import struct
import subprocess
import sys
import tarfile
import tracemalloc

import polars as pl
import pytest
from django.urls import reverse

from patrolwise.web.records.models import State, Upload
from patrolwise.web.records.stored_files import folder_of

from .test_records_hostile import (  # noqa: F401  (fixtures among them)
    HEADER,
    HOSTILE,
    LAUGHS,
    MB,
    ROW,
    SQUARE,
    STREET_NAME,
    XXE,
    analyst,
    areas_with,
    bomb,
    data_folder,
    overlapping_bomb,
    parquet_of,
    send,
    small_limits,
    workbook,
    zip_named,
    zip_of,
)

GPX = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'
POINT = '<trkpt lat="{}" lon="{}"><time>{}</time></trkpt>'
WHEN = "2026-03-01T07:00:00Z"


def gpx_of(lat="52.63", lon="-1.13", when=WHEN):
    return GPX.format(POINT.format(lat, lon, when)).encode()


def crimes_with(old, new):
    return (HEADER + ROW.replace(old, new)).encode()


def polygon(*ring):
    return areas_with({"type": "Polygon", "coordinates": [list(ring)]})


def lying_zip(offset, size, name=STREET_NAME):
    """Return a zip whose list tells a size that is not the member's."""
    plain = bytearray(zip_of({name: HEADER + ROW * 50}))
    struct.pack_into("<L", plain, plain.find(b"PK\x01\x02") + offset, size)
    return bytes(plain)


def nested(times):
    inner = zip_of({STREET_NAME: HEADER + ROW})
    for _ in range(times):
        inner = zip_of({"a.zip": inner})
    return inner


def tar_of_crimes():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(STREET_NAME)
        member.size = len(HEADER)
        archive.addfile(member, io.BytesIO(HEADER.encode()))
    return buffer.getvalue()


def lying_parquet():
    """Return a Parquet file whose footer is longer than the file."""
    plain = bytearray(parquet_of(pl.DataFrame({"a": [1, 2]})))
    struct.pack_into("<L", plain, len(plain) - 8, 0x7FFFFFFF)
    return bytes(plain)


def garbled_parquet():
    plain = bytearray(parquet_of(pl.DataFrame({"a": list(range(999))})))
    length = struct.unpack_from("<L", plain, len(plain) - 8)[0]
    plain[-8 - length : -8] = b"\xff" * length
    return bytes(plain)


def deep_feature(depth=50_000):
    return b'{"type":"FeatureCollection","features":' + b'[{"a":' * depth


def star(count=60_001):
    """Return a polygon of many corners, each line of which crosses half of the others."""
    step = count // 2
    ring = [[-1.13 + (n * step % count) / 1e6, 52.6 + (n * n % count) / 1e6] for n in range(count)]
    return polygon(*ring, ring[0])


MORE = {
    # packed
    "a zip in a zip": ("crimes", "a.zip", lambda: nested(1)),
    "a zip in a zip in a zip": ("fixes", "a.zip", lambda: nested(2)),
    "a zip bomb in a zip": ("crimes", "a.zip", lambda: zip_of({"a.zip": bomb()})),
    "a zip that tells a larger size": ("crimes", "a.zip", lambda: lying_zip(24, 61 * MB)),
    "a zip that tells a smaller size": ("crimes", "a.zip", lambda: lying_zip(24, 10)),
    "a zip that tells four gigabytes": ("crimes", "a.zip", lambda: lying_zip(24, 0xFFFFFFFE)),
    "a zip whose member begins past its end": ("crimes", "a.zip", lambda: lying_zip(42, 0x7FFFFF)),
    "a zip of no files": ("crimes", "a.zip", lambda: zip_of({})),
    "a zip of an empty file": ("crimes", "a.zip", lambda: zip_of({STREET_NAME: b""})),
    "a folder in place of a file": ("crimes", "a.zip", lambda: zip_of({"export.csv/": b""})),
    "a path of dots in the middle": ("crimes", "a.zip", lambda: zip_named("a/../../x-street.csv")),
    "a path to a share": ("crimes", "a.zip", lambda: zip_named("\\\\host\\x-street.csv")),
    "a path with a zero byte": ("crimes", "a.zip", lambda: zip_named("a\0../x-street.csv")),
    "a link among fixes": ("fixes", "a.zip", lambda: zip_named("a.gpx", 0o120777)),
    "a pipe's name in a zip": ("fixes", "a.zip", lambda: zip_named("a.gpx", 0o010777)),
    "a tar": ("crimes", "a.tar.gz", tar_of_crimes),
    "gzip of gzip": ("crimes", STREET_NAME + ".gz", lambda: gzip.compress(gzip.compress(b"x"))),
    "gzip of nothing": ("crimes", STREET_NAME + ".gz", lambda: gzip.compress(b"")),
    "gzip bomb of fixes": ("fixes", "a.gpx.gz", lambda: gzip.compress(bytes(61 * MB), 1)),
    "zip as gzip": ("crimes", STREET_NAME + ".gz", lambda: zip_of({"a.txt": b"x"})),
    # documents
    "XML that names a file, as KML": (
        "fixes",
        "a.kml",
        XXE.replace("gpx", "kml").encode,
    ),
    "XML that names a file, in a zip": ("fixes", "a.zip", lambda: zip_of({"a.gpx": XXE})),
    "a billion laughs in UTF-16": ("fixes", "a.gpx", lambda: LAUGHS.encode("utf-16")),
    "a billion laughs as KMZ": ("fixes", "a.kmz", lambda: zip_of({"doc.kml": LAUGHS})),
    "a parameter entity": (
        "fixes",
        "a.gpx",
        lambda: b'<!DOCTYPE g [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>' + gpx_of(),
    ),
    "XML of a hundred thousand tags": ("fixes", "a.gpx", lambda: b"<gpx>" * 100_000),
    "XML cut short": ("fixes", "a.gpx", lambda: gpx_of()[:90]),
    "a workbook under a password": (
        "crimes",
        STREET_NAME,
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_096),
    ),
    "a workbook as GPX": ("fixes", "a.gpx", lambda: workbook([(0, 0, "=1+1")])),
    "a workbook as areas": ("areas", "a.geojson", lambda: workbook([(0, 0, "a")])),
    "a picture as crimes": ("crimes", STREET_NAME, lambda: b"\x89PNG\r\n\x1a\n" + bytes(999)),
    "a PDF as areas": ("areas", "a.geojson", lambda: b"%PDF-1.7\n" + bytes(999)),
    "a PDF as a programme": ("programme", "programme.toml", lambda: b"%PDF-1.7\n\xe2\xe3"),
    "a script as fixes": ("fixes", "a.gpx", lambda: b"#!/bin/sh\nrm -rf /\n"),
    # numbers and times
    "a latitude that is not a number": ("fixes", "a.gpx", lambda: gpx_of("NaN")),
    "a latitude without end": ("fixes", "a.gpx", lambda: gpx_of("Infinity")),
    "a latitude of a thousand digits": ("fixes", "a.gpx", lambda: gpx_of("9" * 1_000)),
    "a fix in the year 10000": ("fixes", "a.gpx", lambda: gpx_of(when="10000-01-01T00:00:00Z")),
    "a fix in the year nought": ("fixes", "a.gpx", lambda: gpx_of(when="0000-01-01T00:00:00Z")),
    "a fix on 30 February": ("fixes", "a.gpx", lambda: gpx_of(when="2026-02-30T00:00:00Z")),
    "a longitude that is not a number": ("crimes", STREET_NAME, lambda: crimes_with("-1.13", "a")),
    "a latitude of the poles": ("crimes", STREET_NAME, lambda: crimes_with("52.63", "1e308")),
    "a month of the year 99999": (
        "crimes",
        STREET_NAME,
        lambda: crimes_with("2022-06", "99999-01"),
    ),
    "a month that is a formula": ("crimes", STREET_NAME, lambda: crimes_with("2022-06", "=NOW()")),
    # letters
    "UTF-32": ("crimes", STREET_NAME, lambda: (HEADER + ROW).encode("utf-32")),
    "two marks of UTF-8": ("areas", "a.geojson", lambda: b"\xef\xbb\xbf" * 2 + polygon(*SQUARE[0])),
    "a mark of UTF-16 before UTF-8": ("crimes", STREET_NAME, lambda: b"\xff\xfe" + HEADER.encode()),
    "half a letter": ("areas", "a.geojson", lambda: polygon(*SQUARE[0])[:-1] + b"\xc3"),
    "zero bytes alone": ("crimes", STREET_NAME, lambda: bytes(1_000)),
    "columns of another file": ("crimes", STREET_NAME, lambda: b"a,b\n1,2\n"),
    "a million columns": ("crimes", STREET_NAME, lambda: b"," * 1_000_000 + b"\n"),
    # areas
    "areas not numbers": (
        "areas",
        "a.geojson",
        lambda: polygon(["a", 1], ["b", 2], [3, 4], ["a", 1]),
    ),
    "areas with NaN": (
        "areas",
        "a.geojson",
        lambda: polygon([float("nan"), 52], [-1, 52], [-1, 53], [float("nan"), 52]),
    ),
    "an area of two corners": ("areas", "a.geojson", lambda: polygon([-1.1, 52.6], [-1.2, 52.6])),
    "an area without width": (
        "areas",
        "a.geojson",
        lambda: polygon([-1.1, 52.6], [-1.2, 52.6], [-1.1, 52.6], [-1.1, 52.6]),
    ),
    "an area that crosses itself a million times": ("areas", "a.geojson", lambda: star(2_001)),
    "an area that is a line": (
        "areas",
        "a.geojson",
        lambda: areas_with({"type": "LineString", "coordinates": SQUARE[0]}),
    ),
    "an area without geometry": ("areas", "a.geojson", lambda: areas_with(None)),
    "features that are a number": (
        "areas",
        "a.geojson",
        lambda: b'{"type":"FeatureCollection","features":7}',
    ),
    "a feature that is text": (
        "areas",
        "a.geojson",
        lambda: b'{"type":"FeatureCollection","features":["a"]}',
    ),
    "properties that are a list": (
        "areas",
        "a.geojson",
        lambda: polygon(*SQUARE[0]).replace(b'{"area_id": "a"}', b"[1]"),
    ),
    "a crs of the moon": (
        "areas",
        "a.geojson",
        lambda: b'{"crs":"moon",' + polygon(*SQUARE[0])[1:],
    ),
    "features in features": ("areas", "a.geojson", deep_feature),
    "a number of ten thousand digits": (
        "areas",
        "a.geojson",
        lambda: b'{"type":"Feature","id":' + b"9" * 10_000 + b"}",
    ),
    # Parquet
    "Parquet whose end is longer than it is": ("crimes", "a.parquet", lying_parquet),
    "Parquet with a garbled end": ("crimes", "a.parquet", garbled_parquet),
    "Parquet that is only its mark": ("crimes", "a.parquet", lambda: b"PAR1PAR1"),
}


@pytest.mark.parametrize("what", MORE)
def test_a_further_hostile_file_is_refused_in_plain_words(
    what,
    analyst,  # noqa: F811
    small_limits,  # noqa: F811
    tmp_path,
):
    kind, name, make = MORE[what]
    content = make()
    tracemalloc.start()
    send(analyst, kind, name, content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    upload = Upload.objects.get()
    assert upload.state == State.REFUSED, upload.doing
    assert upload.table == ""
    assert "Traceback" not in upload.reason
    assert "root:" not in upload.reason  # of the password file
    assert str(tmp_path) not in upload.reason
    assert re.search(r"\w{3,}[:.;] \S.{8,}[.?]$", upload.reason, re.S), upload.reason
    assert not [path for path in folder_of("work").iterdir() if path.suffix != ".lock"]
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    assert most < 8 * len(content) + 60 * MB
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "It was refused" in page


@pytest.mark.parametrize(
    "members",
    [
        {"xl/workbook.xml": LAUGHS, "xl/worksheets/sheet1.xml": LAUGHS},
        {"xl/workbook.xml": XXE, "xl/worksheets/sheet1.xml": XXE},
        {"export.csv": bytes(999)},
    ],
)
def test_what_may_be_an_export_and_is_none_is_told_where_its_columns_are_asked_for(
    members,
    analyst,  # noqa: F811
    small_limits,  # noqa: F811
):
    name = "a.xlsx" if "xl/workbook.xml" in members else "a.zip"
    send(analyst, "crimes", name, zip_of(members))
    upload = Upload.objects.get()
    assert upload.table == ""
    page = analyst.get(reverse("upload-mapping", args=[upload.pk]))
    text = page.content.decode() + upload.reason
    assert "cannot be read as a table" in text or "no text has" in text or "no rows" in text
    assert "root:" not in text
    assert "lollol" not in text


PEAK = """
import resource, sys
from pathlib import Path
from patrolwise.errors import InputError
from patrolwise.files.areas import read_areas
from patrolwise.web.records.packed_files import check_packed
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    {call}(Path(sys.argv[1]))
except InputError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("name", "make", "call", "told"),
    [
        ("a.csv.gz", lambda: gzip.compress(bytes(64 * MB), 1) * 17, "check_packed", "1,024 MB"),
        ("a.zip", lambda: overlapping_bomb(2_000), "check_packed", "1,024 MB"),
        ("a.geojson", star, "read_areas", "cross more than 1,000 times"),
    ],
)
def test_the_worst_take_little_memory_in_a_process_of_their_own(name, make, call, told, tmp_path):
    path = tmp_path / name
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", PEAK.format(call=call), str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *sentences, megabytes = done.stdout.splitlines()
    assert told in " ".join(sentences)
    assert int(megabytes) < 200


def test_more_bytes_than_may_be_are_refused_however_they_are_sent(
    analyst,  # noqa: F811
    settings,
    tmp_path,
):
    """A file of two gigabytes with nothing in it is streamed, and refused as it begins."""
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2_100_000_000)
    with path.open("rb") as file:
        page = analyst.generic(
            "POST",
            reverse("upload-new"),
            b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(path.stat().st_size),
            **{"wsgi.input": file},
        )
        assert file.tell() == 0
    assert page.status_code == 400
    assert "2.10 GB, and 2 GB is the most" in page.content.decode()


def test_there_are_more_than_a_hundred_hostile_files():
    assert not set(MORE) & set(HOSTILE)
    assert len(MORE) + len(HOSTILE) > 100
