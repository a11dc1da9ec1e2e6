"""Files of one thing, kept as one: a zip whose bytes depend on nothing but what is in it."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip.

    Parameters
    ----------
    files : mapping of name to bytes

    Returns
    -------
    bytes
    """
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return told.getvalue()


def unpack_files(packed: bytes | memoryview) -> dict[str, bytes]:
    """Return the files of a zip that `pack_files` made.

    Parameters
    ----------
    packed : bytes

    Returns
    -------
    dict of name to bytes
    """
    with zipfile.ZipFile(io.BytesIO(bytes(packed))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def hash_bytes(content: bytes | memoryview) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(bytes(content)).hexdigest()
