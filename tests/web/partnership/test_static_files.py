"""Static files are served compressed as before, and the same bytes are compressed once."""

import gzip

import brotli
import pytest
from whitenoise.compress import Compressor

from patrolwise.web.static_files import StaticFiles

TEXT = b"body { margin: 0 }\n" * 200
OTHER = b"body { margin: 1px }\n" * 200


@pytest.fixture
def asked(monkeypatch):
    """Return what was compressed, in the order in which it was."""
    found = []

    def watch(make):
        def compress(data):
            found.append(data)
            return make(data)

        return staticmethod(compress)

    for name in ("compress_brotli", "compress_gzip"):
        monkeypatch.setattr(Compressor, name, watch(getattr(Compressor, name)))
    return found


def test_two_names_of_the_same_bytes_are_compressed_once_and_others_for_themselves(tmp_path, asked):
    storage = StaticFiles(location=tmp_path, base_url="/static/")
    given = {"a.css": TEXT, "a.0123.css": TEXT, "b.css": OTHER}
    for name, data in given.items():
        (tmp_path / name).write_bytes(data)
    made = [to for _, to in storage.compress_files(given)]
    assert sorted(made) == sorted(f"{name}.{end}" for name in given for end in ("br", "gz"))
    for name, data in given.items():
        assert brotli.decompress((tmp_path / f"{name}.br").read_bytes()) == data
        assert gzip.decompress((tmp_path / f"{name}.gz").read_bytes()) == data
    assert sorted(asked) == sorted([TEXT, TEXT, OTHER, OTHER])
