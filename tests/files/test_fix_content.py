"""What is read of packed files: whole, cut short, damaged, and packed to burst."""

import gzip
import hashlib
import zipfile
from contextlib import ExitStack

import pytest

from patrolwise.files import fix_content
from patrolwise.files.fix_content import damage_of, hash_contents, open_content
from patrolwise.files.fix_parts import NotThisFormatError
from patrolwise.files.sources import Wanted, find_sources

TEXT = b"".join(b"%d,52.6,-1.1\n" % n for n in range(20_000))
ALL = Wanted("files", lambda name: True)


def read(path):
    """Return what each file under a path holds, and why it ended too early."""
    with ExitStack() as stack:
        found = []
        for source in find_sources(path, ALL, stack).files:
            with open_content(source) as stream:
                found.append((stream.read(), damage_of(stream)))
        return found


def hashes(path):
    with ExitStack() as stack:
        return [hash_contents(source) for source in find_sources(path, ALL, stack).files]


@pytest.fixture
def packed(tmp_path):
    """Return a maker of files that hold the same text, packed in different ways."""

    def make(how):
        path = tmp_path / f"walk.{how}"
        if how == "csv":
            path.write_bytes(TEXT)
        elif how == "csv.gz":
            path.write_bytes(gzip.compress(TEXT))
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                member = gzip.compress(TEXT) if how == "gz.zip" else TEXT
                archive.writestr("walk.csv.gz" if how == "gz.zip" else "walk.csv", member)
        return path

    return make


WAYS = ["csv", "csv.gz", "zip", "gz.zip"]


@pytest.mark.parametrize("how", WAYS)
def test_the_same_content_is_read_however_it_is_packed(packed, how):
    path = packed(how)
    assert read(path) == [(TEXT, "")]
    [(stored, content)] = hashes(path)
    assert content == hashlib.sha256(TEXT).hexdigest()
    if how in ("csv", "csv.gz"):
        assert stored == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_gzip_that_is_cut_short_gives_what_stands_before_the_cut(packed):
    path = packed("csv.gz")
    path.write_bytes(path.read_bytes()[:-9])
    [(data, damage)] = read(path)
    assert TEXT.startswith(data)
    assert len(data) > len(TEXT) // 2
    assert "ended before the end-of-stream marker" in damage


def test_a_zip_with_a_damaged_member_gives_what_stands_before_the_damage(packed):
    path = packed("zip")
    data = bytearray(path.read_bytes())
    data[60:64] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    [(found, damage)] = read(path)
    assert len(found) < len(TEXT)
    assert damage


def test_a_member_that_cannot_be_opened_says_so(packed, tmp_path):
    path = packed("zip")
    data = path.read_bytes()
    # the bit that says "encrypted", in the member's header and in the directory
    locked = bytearray(data)
    locked[6] |= 1
    locked[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    with pytest.raises(OSError, match="is encrypted"):
        read(path)


@pytest.mark.parametrize("how", ["csv.gz", "zip"])
def test_a_file_that_unpacks_without_end_is_given_up(packed, how, monkeypatch):
    path = packed(how)
    monkeypatch.setattr(fix_content, "_ALWAYS_FINE", 100)
    monkeypatch.setattr(fix_content, "_MOST_UNPACKED", 2)
    for use in (read, hashes):
        with pytest.raises(NotThisFormatError, match="It unpacks to more than 0 MiB, over 2 times"):
            use(path)


def test_a_stream_of_ones_own_is_never_damaged(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"a")
    with path.open("rb") as stream:
        assert damage_of(stream) == ""
