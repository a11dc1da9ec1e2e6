"""How an upload comes in: straight to the disk, hashed on the way, never larger than allowed."""

import hashlib
import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from patrolwise.errors import InputError
from patrolwise.web.records.stored_files import (
    INCOMING,
    PART,
    below_data,
    folder_of,
    new_name,
    sync_folder,
)

MOST_BYTES = 2_000_000_000  # of one upload, unless the settings say otherwise
_FORM_BYTES = 1_000_000  # what the form itself may take beside its files


class ArrivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file that came in whole and is on the disk under a random name."""

    def __init__(self, *, name: str, stored: str, sha256: str, size: int) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored, self.sha256 = stored, sha256


class IncomingHandler(FileUploadHandler):
    """Write each file of a form below the data folder; nothing of it is held in memory."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, and let no other handler have it."""
        super().new_file(*args, **kwargs)
        self._path = folder_of(INCOMING) / new_name()
        self._part = self._path.with_suffix(PART)
        self._hash = hashlib.sha256()
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash what came."""
        self._hash.update(raw_data)
        try:
            self._file.write(raw_data)
        except OSError as error:
            raise self._no_room(error) from error

    def file_complete(self, file_size: int) -> ArrivedFile:
        """Return the file, once its bytes are on the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise self._no_room(error) from error
        return ArrivedFile(
            name=self.file_name or "file",
            stored=below_data(self._path),
            sha256=self._hash.hexdigest(),
            size=file_size,
        )

    def upload_interrupted(self) -> None:
        """Forget a file whose sender went away."""
        if hasattr(self, "_file"):
            self._drop()

    def _drop(self) -> None:
        with suppress(OSError):  # what could not be written before cannot be now
            self._file.close()
        self._part.unlink(missing_ok=True)

    def _no_room(self, error: OSError) -> InputError:
        self._drop()
        return InputError(
            f"The file could not be kept: {error.strerror}. Nothing of it was. Make room on the "
            "site's disk, or ask whoever looks after it, and send it again."
        )


def receive_files(request: HttpRequest) -> None:
    """Make the files of a form come in by `IncomingHandler`; call it before the form is read.

    Parameters
    ----------
    request : HttpRequest

    Raises
    ------
    InputError
        The form says that it is larger than may be: none of it is read.
    """
    most = most_bytes()
    declared = int(request.META.get("CONTENT_LENGTH") or 0)
    if declared > most + _FORM_BYTES:
        raise InputError(
            f"These files have {declared / 1e9:.2f} GB, and {most / 1e9:g} GB is the most at a "
            "time. None of it was read. Send months apart, or zip the files first."
        )
    request.upload_handlers = [IncomingHandler(request)]


def most_bytes() -> int:
    """Return how many bytes one upload may have."""
    return int(getattr(settings, "UPLOAD_MOST_BYTES", MOST_BYTES))
