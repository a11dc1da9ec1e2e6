"""How one record of a results document gives figures that share what the record says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from patrolwise.claims.figures import Figure

_DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


def make_window_figures(window: Mapping[str, Any], path: str, name: str = "") -> Iterator[Figure]:
    """Yield how long a window of a document is, in days, weeks, months and years.

    Parameters
    ----------
    window : mapping
        With its first and last day, and how many there are.
    path : str
        Where it stands in the document.
    name : str
        "before", "after" or empty.

    Yields
    ------
    Figure
    """
    span = f"{window['first']} to {window['last']}"
    for unit, days in _DAYS.items():
        yield Figure(
            path=f"{path}.days",
            value=window["days"] / days,
            unit=unit,
            topic="window",
            role=name,
            definition="",
            window=span,
            grade="declared",
            wording=f"The {f'{name} window' if name else 'window'} is {span}, "
            f"{window['days']} days.",
        )


@dataclass(frozen=True)
class Record:
    """One record of a document, and what its figures share."""

    path: str
    record: Mapping[str, Any]
    window: str
    grade: str

    def figure(self, member: str, value: float, **told: Any) -> Figure:
        """Return the figure of one member; what is not told is a count of crimes."""
        shared = {
            "unit": "count",
            "topic": "crime",
            "role": "",
            "definition": self.record.get("definition", ""),
            "window": self.window,
            "grade": self.grade,
            "verdict_id": self.record.get("verdict_id", ""),
        }
        return Figure(path=f"{self.path}.{member}", value=float(value), **{**shared, **told})
