"""How a TOML table is read so that every fault is found in one go, each with its key and value."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from patrolwise.times import Window


class TomlReader:
    """One table of a TOML file; takes its keys one by one and collects what is wrong.

    After the last key, `finish` adds a fault for each key that nobody asked for: a typing slip in
    an optional key would otherwise pass in silence.
    """

    def __init__(self, table: Mapping[str, Any], where: str, folder: Path, faults: list[str]):
        self._table = dict(table)
        self._where = where
        self._folder = folder
        self._faults = faults
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        self._asked.add(key)
        return key in self._table

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there, in order."""
        return tuple(self._table)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; a fault and "" when it is absent with no default, or no string."""
        return str(self._take(key, str, default, "text in quotes") or "")

    def whole(self, key: str, default: int | None) -> int:
        """Return a whole number of 0 or more; 0, with a fault, when absent with no default."""
        value = self._take(key, int, default, "a whole number")
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._fault(key, "a whole number, 0 or more")
            return default or 0
        return value

    def number(self, key: str, default: float | None) -> float:
        """Return a number of 0 or more; 0, with a fault, when absent with no default."""
        value = self._take(key, (int, float), default, "a number")
        if value is None:
            return 0.0
        if not _is_number(value) or value < 0:
            self._fault(key, "a number, 0 or more")
            return default or 0.0
        return float(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false; the default when absent."""
        return bool(self._take(key, bool, default, "true or false"))

    def day(self, key: str, *, needed: bool = False) -> date | None:
        """Return a date written as 2023-02-01 without quotes; None when absent."""
        wanted = "a date such as 2023-02-01, without quotes"
        value = self._take(key, date, None, wanted, not needed)
        if isinstance(value, datetime):  # a kind of date to Python, and not comparable with one
            self._fault(key, f"{wanted} or a time of day")
            return None
        return value if isinstance(value, date) else None

    def clock(self, key: str) -> time | None:
        """Return a time of day written as 14:00:00 without quotes; None when absent."""
        value = self._take(key, time, None, "a time of day such as 14:00:00, without quotes", True)
        return value if isinstance(value, time) else None

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._take(key, list, None if needed else [], "a list of texts")
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            if value is not None:
                self._fault(key, "a list of texts")
            return ()
        if needed and not value:
            self._fault(key, "a list with at least one entry")
        return tuple(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        value = self._take(key, list, [], "a list of numbers")
        if not isinstance(value, list) or not all(_is_number(item) for item in value):
            self._fault(key, "a list of numbers")
            return ()
        return tuple(float(item) for item in value)

    def path(self, key: str, *, needed: bool = False) -> Path | None:
        """Return a path, from the file's own folder; a fault when nothing is there."""
        if not needed and not self.has(key):
            return None
        text = self.text(key)
        if self._table.get(key) == "":
            self._fault(key, "a path")
        return self.existing(key, text) if text else None

    def existing(self, key: str, text: str) -> Path:
        """Return the path written in `text`, with a fault when nothing is there."""
        path = (self._folder / text).resolve()
        if not path.exists():
            self._faults.append(
                f'{self._where}.{key} is "{text}", but there is no such file or folder in '
                f"{self._folder}. Paths are relative to the programme file."
            )
        return path

    def window(self, key: str) -> Window | None:
        """Return a window written as { first = 2022-02-01, last = 2023-01-31 }."""
        if not self.has(key):
            self._faults.append(
                f"{self._where}.{key} is missing. Undated windows are refused: give "
                f"{key} = {{ first = 2022-02-01, last = 2023-01-31 }}."
            )
            return None
        given = self._table[key]
        if not isinstance(given, dict):
            self._fault(key, "{ first = 2022-02-01, last = 2023-01-31 }")
            return None
        inner = TomlReader(given, f"{self._where}.{key}", self._folder, self._faults)
        first, last = inner.day("first"), inner.day("last")
        inner.finish()
        if first is None or last is None:
            missing = [name for name, day in (("first", first), ("last", last)) if day is None]
            self._faults.append(
                f"{self._where}.{key} lacks {' and '.join(missing)}. Undated windows are refused."
            )
            return None
        if last < first:
            self._faults.append(
                f"{self._where}.{key} ends on {last}, before it begins on {first}. "
                "Swap the two dates."
            )
            return None
        return Window(key, first, last)

    def table(self, key: str, *, needed: bool = True) -> "TomlReader":
        """Return the table under a key; an empty one, with a fault if needed, when absent."""
        given = self._table.get(key)
        self._asked.add(key)
        if given is None and needed:
            self._faults.append(f"[{self._name(key)}] is missing.")
        elif given is not None and not isinstance(given, dict):
            self._faults.append(f"{self._name(key)} must be a table: [{self._name(key)}].")
        inner = given if isinstance(given, dict) else {}
        return TomlReader(inner, self._name(key), self._folder, self._faults)

    def tables(self, key: str) -> list["TomlReader"]:
        """Return the tables of an array of tables; none when absent."""
        given = self._table.get(key, [])
        self._asked.add(key)
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            name = self._name(key)
            self._faults.append(f"{name} must be written as [[{name}]], once for each.")
            return []
        return [
            TomlReader(item, f"{self._name(key)}[{number}]", self._folder, self._faults)
            for number, item in enumerate(given, start=1)
        ]

    def finish(self) -> None:
        """Add a fault for each key that was not asked for."""
        for key in self._table:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self._faults.append(f"{self._name(key)} is not known. Known here: {known}.")

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def _take(self, key: str, kind: Any, default: Any, wanted: str, optional: bool = False) -> Any:
        self._asked.add(key)
        if key not in self._table:
            if default is None and not optional:
                self._faults.append(f"{self._name(key)} is missing. Give {wanted}.")
            return default
        value = self._table[key]
        if not isinstance(value, kind):
            self._fault(key, wanted)
            return default
        return value

    def _fault(self, key: str, wanted: str) -> None:
        self._faults.append(f"{self._name(key)} is {self._table.get(key)!r}. Give {wanted}.")


def _is_number(value: Any) -> bool:
    """Return whether a value is a finite number; to Python true and false are numbers too."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)
