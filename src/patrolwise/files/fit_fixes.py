"""Which fixes a FIT file holds: what sports watches and their like record."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import fitdecode

from patrolwise.files.fix_parts import (
    CUT_SHORT,
    NO_POSITION,
    FixTally,
    NotThisFormatError,
    RawFix,
)

WRONG_SUM = (
    "The file's checksum is wrong: some of its bytes have changed since it was made. Its fixes "
    "are kept; look at them before you use them, or export it again."
)

_FIT_EPOCH_S = 631_065_600  # 1989-12-31 00:00 UTC
_FIRST_DATE_S = 0x10000000  # smaller times count from when the device was switched on
_SEMICIRCLES = 2**31  # in 180 degrees


@dataclass
class _Recording:
    """What earlier messages of the file say about the next fix."""

    device_id: str | None = None
    records: int = 0
    fixes: int = 0
    is_stopped: bool = False
    starts_segment: bool = False

    def begin_file(self) -> None:
        """Forget what an earlier file in the same stream said; there may be several."""
        self.device_id, self.is_stopped, self.starts_segment = None, False, self.records > 0


def read_fit(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield one fix for each record of a FIT file that has a position.

    Times are UTC, positions 2**31 semicircles to 180 degrees. A fix starts a segment when the
    timer was stopped before it, or when another FIT file begins in the same file.

    Parameters
    ----------
    stream : BinaryIO
        Read message by message.
    tally : FixTally
        A point is a record message. ``on`` is not used.

    Yields
    ------
    RawFix
        ``row`` is the number of the record. ``device_id`` is the serial number, None without
        one. ``time_us`` is None where the device did not know the date. ``accuracy_m`` is the
        device's own estimate, whose share of truth FIT does not state.

    Raises
    ------
    NotThisFormatError
        It does not begin with a FIT header.

    References
    ----------
    Garmin, FIT protocol and profile; decoded by the package fitdecode.
    """
    recording = _Recording()
    for frame in _frames(stream, tally, recording):
        if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
            recording.begin_file()
            if frame.crc_matched is False:  # None: the header has no checksum
                tally.remark(WRONG_SUM)
        elif frame.frame_type == fitdecode.FIT_FRAME_CRC and not frame.matched:
            tally.remark(WRONG_SUM)
        elif frame.frame_type == fitdecode.FIT_FRAME_DATA:
            fix = _read_message(frame, recording)
            if fix is not None:
                tally.points += 1
                recording.fixes += 1
                yield fix
            elif frame.name == "record":
                tally.drop(NO_POSITION)


def _frames(stream: BinaryIO, tally: FixTally, recording: _Recording) -> Iterator[Any]:
    """Yield the parts of the file up to the first that cannot be decoded."""
    reader = fitdecode.FitReader(
        stream,
        processor=None,
        check_crc=fitdecode.CrcCheck.READONLY,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    frames, has_begun = iter(reader), False
    while True:
        try:
            frame = next(frames, None)
        except OSError:  # the disc's fault, not the file's
            raise
        # damaged bytes make fitdecode fail in its own ways and in Python's: struct, key, type…
        except Exception as fault:
            if not has_begun:
                raise _not_fit() from fault
            where = f"or damaged after record {recording.records}"
            tally.remark(CUT_SHORT.format(where=where, points=recording.fixes))
            return
        if frame is None:
            if not has_begun:
                raise _not_fit()
            return
        has_begun = True
        yield frame


def _not_fit() -> NotThisFormatError:
    return NotThisFormatError(
        "It does not begin as a FIT file does: it is another kind of file, empty or damaged. "
        "Export it again, or name the format it has."
    )


def _read_message(message: Any, recording: _Recording) -> RawFix | None:
    """Return the fix of a record; take from other messages what later fixes need."""
    # An app on a watch may call a field of its own "speed": only the profile's are meant. The
    # first of two that have the same name counts.
    fields = {
        one.name: one.value
        for one in reversed(message.fields)
        if one.field_def is None or not one.field_def.is_dev
    }
    if message.name == "file_id":
        serial = fields.get("serial_number")
        recording.device_id = str(serial) if isinstance(serial, int) else None
    elif message.name == "event" and fields.get("event") == "timer":
        _note_timer(str(fields.get("event_type")), recording)
    elif message.name == "record":
        recording.records += 1
        return _read_record(fields, recording)
    return None


def _note_timer(event_type: str, recording: _Recording) -> None:
    if event_type.startswith("stop"):
        recording.is_stopped = recording.starts_segment = True
    elif event_type == "start":
        # some devices go on recording while they are stopped
        recording.starts_segment = recording.starts_segment or recording.is_stopped
        recording.is_stopped = False


def _read_record(fields: dict[str, Any], recording: _Recording) -> RawFix | None:
    latitude, longitude = fields.get("position_lat"), fields.get("position_long")
    if not isinstance(latitude, int) or not isinstance(longitude, int):
        return None
    starts_segment, recording.starts_segment = recording.starts_segment, False
    speed = _measure(fields.get("enhanced_speed"))
    return RawFix(
        row=recording.records,
        time_us=_time_us(fields.get("timestamp")),
        longitude=longitude * 180 / _SEMICIRCLES,
        latitude=latitude * 180 / _SEMICIRCLES,
        device_id=recording.device_id,
        accuracy_m=_measure(fields.get("gps_accuracy")),
        speed_m_s=_measure(fields.get("speed")) if speed is None else speed,
        starts_segment=starts_segment,
    )


def _time_us(timestamp: object) -> int | None:
    if not isinstance(timestamp, int) or not _FIRST_DATE_S <= timestamp < 2**32:
        return None
    return (timestamp + _FIT_EPOCH_S) * 1_000_000


def _measure(value: object) -> float | None:
    """Return a measured value; a damaged definition can make anything of it."""
    if not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return float(value)
