"""How the figures of an update are drawn: counts, change, interval, verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patrolwise.reporting.wording import describe_change, format_count, format_signed

_FIRM = ("clear fall", "clear rise")


@dataclass(frozen=True, kw_only=True)
class ShownFigure:
    """One figure of an update."""

    name: str
    counted: str
    now: str
    then: str
    change: str
    interval: str  # empty where there is none
    verdict: str
    is_firm: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class ShownUpdate:
    """An update, as a page shows it."""

    title: str
    force: str
    notice: str
    quarter: str
    cut: str
    prepared_by: str
    figures: tuple[ShownFigure, ...]
    hours: tuple[str, ...]
    said: tuple[str, ...]


def show_figures(given: Mapping[str, Any]) -> ShownUpdate:
    """Return an update's figures in words.

    Parameters
    ----------
    given : mapping
        As the library's `describe_update` gives it.

    Returns
    -------
    ShownUpdate
    """
    return ShownUpdate(
        title=given["title"],
        force=given["force"],
        notice=given["notice"],
        quarter=given["quarter"],
        cut=given["cut"],
        prepared_by=given["prepared_by"],
        figures=tuple(_show(one) for one in given["figures"]),
        hours=tuple(given["hours"]),
        said=tuple(given["said"]),
    )


def _show(one: Mapping[str, Any]) -> ShownFigure:
    ends = (one["low"], one["high"])
    has_interval = None not in ends
    told = " to ".join(f"{format_signed(100 * end, 1)} %" for end in ends) if has_interval else ""
    return ShownFigure(
        name=one["name"],
        counted=one["counted"],
        now=format_count(one["now"]),
        then=format_count(one["then"]),
        change=describe_change(one["then"], one["now"]),
        interval=told,
        verdict=one["verdict"],
        is_firm=one["verdict"] in _FIRM,
        reason=one["reason"],
    )
