"""Static files as they are served: compressed, and the same bytes only once."""

from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage. Each file is there under two names, and is compressed once for both."""

    def create_compressor(self, **named: Any) -> Compressor:
        """Return what compresses the files of one run."""
        return _Compressor(**named)


class _Compressor(Compressor):
    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._made: dict[tuple[str, bytes], bytes] = {}
        # threads share the files out: the second of the same bytes waits for the first
        self._locks: defaultdict[tuple[str, bytes], Lock] = defaultdict(Lock)

    def compress_brotli(self, data: bytes) -> bytes:
        return self._make_once("br", data, super().compress_brotli)

    def compress_gzip(self, data: bytes) -> bytes:
        return self._make_once("gz", data, super().compress_gzip)

    def _make_once(self, kind: str, data: bytes, make: Callable[[bytes], bytes]) -> bytes:
        key = (kind, sha256(data).digest())
        with self._locks[key]:
            if key not in self._made:
                self._made[key] = make(data)
            return self._made[key]
