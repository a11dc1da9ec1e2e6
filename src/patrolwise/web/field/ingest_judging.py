"""Which fixes are kept, and the sentence for those that are not: it never repeats a place."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from patrolwise.files.fix_parts import RawFix
from patrolwise.files.json_values import MILLISECOND
from patrolwise.web.field.ingest_rules import IngestRule

NULL_ISLAND = "The place is 0, 0: the receiver did not know where it was."
OUT_OF_RANGE = "The longitude is not from -180 to 180, or the latitude not from -90 to 90."
AHEAD = "The time is ahead of the server's by more than {minutes} minutes. Set the device's clock."
TOO_LATE = "The fix is older than {days} days. Give older fixes to the analyst as a file."
NOT_ACCURATE = "The accuracy is worse than {metres:,.0f} m: the place is not known."

_NULL_ISLAND_DEG = 0.001  # about 100 m
_MINUTE_US, _DAY_US = 60_000_000, 86_400_000_000


class KeptFix(NamedTuple):
    """One fix as it is written."""

    time: int  # UTC, microseconds since 1970
    longitude: float
    latitude: float
    accuracy_m: float | None
    speed_m_s: float | None
    received: int  # as time
    is_mock: bool


class Judge:
    """Judges the fixes of one post, which all came in at the same moment."""

    def __init__(self, rule: IngestRule, received_us: int) -> None:
        self._rule = rule
        self.received_us = received_us
        self._first = received_us - rule.late_us
        self._last = received_us + rule.ahead_us
        self._fastest = rule.best_speed_m_s

    def keep(self, fix: RawFix) -> KeptFix | str:
        """Return the fix as it is written, or the sentence that says why it is not.

        Parameters
        ----------
        fix : RawFix
            With a time and a place.

        Returns
        -------
        KeptFix or str
            A fix that an app made up is marked, and kept.
        """
        _, time, x, y, _, accuracy, speed, is_mock, _ = fix
        assert time is not None  # readers leave out what has no time or no place
        assert x is not None
        assert y is not None
        if not (-180.0 <= x <= 180.0 and -90.0 <= y <= 90.0):
            return OUT_OF_RANGE
        if abs(x) < _NULL_ISLAND_DEG and abs(y) < _NULL_ISLAND_DEG:
            return NULL_ISLAND
        rule = self._rule
        if time > self._last:
            return AHEAD.format(minutes=rule.ahead_us // _MINUTE_US)
        if time < self._first:
            return TOO_LATE.format(days=rule.late_us // _DAY_US)
        if accuracy is not None and accuracy > rule.worst_accuracy_m:
            return NOT_ACCURATE.format(metres=rule.worst_accuracy_m)
        if speed is not None and speed > rule.best_speed_m_s:
            speed = None
        return KeptFix(time, x, y, accuracy, speed, self.received_us, is_mock)

    def keep_plain(self, item: Mapping[str, Any]) -> KeptFix | None:
        """Return the fix of a message as most are, or None where any of it asks for care.

        What it keeps, the careful readers and `keep` keep too, and alike; it takes a third of
        their time.

        Parameters
        ----------
        item : mapping
            As it came: nothing of it was looked at.

        Returns
        -------
        KeptFix or None
            None is no refusal: somebody has to look closely.
        """
        get = item.get
        x, y, time, accuracy = get("lon"), get("lat"), get("time"), get("accuracy")
        if not (type(x) is type(y) is type(accuracy) is float and type(time) is int):
            return None
        time *= MILLISECOND
        is_usual = (
            self._first <= time <= self._last
            and 0.0 < accuracy <= self._rule.worst_accuracy_m
            and (_NULL_ISLAND_DEG <= x <= 180.0 or -180.0 <= x <= -_NULL_ISLAND_DEG)
            and -90.0 <= y <= 90.0
            and "mock" not in item
            and "_type" not in item
        )
        if not is_usual:
            return None
        speed = get("speed")
        if speed is not None and not (type(speed) is float and 0.0 <= speed <= self._fastest):
            return None
        # as the class makes it, without the call
        return tuple.__new__(KeptFix, (time, x, y, accuracy, speed, self.received_us, False))

    def is_ahead(self, fix: RawFix) -> bool:
        """Return whether a fix could be kept later, once the server's clock has caught up.

        Parameters
        ----------
        fix : RawFix

        Returns
        -------
        bool
        """
        return fix.time_us is not None and fix.time_us > self._last
