"""From what, by what and for which days a document was made: what every document holds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """One file that was read."""

    name: str
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """From what, and by what, the results were made. No clock: the same inputs give same bytes."""

    version: str
    seed: int
    programme_sha256: str
    inputs: tuple[InputFile, ...]


@dataclass(frozen=True, kw_only=True)
class WindowRecord:
    """A dated window, both days included (ISO dates)."""

    name: str
    first: str
    last: str
    days: int


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """One line of the data-quality report."""

    what: str
    count: int | None = None  # None: a line of words
    note: str = ""
