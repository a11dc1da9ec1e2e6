"""A quarter's headline figures in words: counts, change, interval, verdict, and their limits."""

from dataclasses import dataclass
from datetime import date

from patrolwise.partnership.hours_totals import HoursFigure
from patrolwise.partnership.quarters import Quarter
from patrolwise.partnership.told_figures import JudgedFigure
from patrolwise.reporting.wording import format_change, format_signed

CANNOT_SAY = (
    "Why anything changed. Nothing here is compared with places without patrols.",
    "How much of a fall would have come anyway: places are chosen when crime there is high, and "
    "then it tends to fall by itself.",
    "How crime moved in the country, or in other places near by, in the same months.",
)


@dataclass(frozen=True, kw_only=True)
class QuarterFigures:
    """What a quarter's headline says, and what it may not."""

    title: str
    force: str
    prepared_by: str
    approved_by: str
    notice: str
    quarter: Quarter
    cut: date
    judged: tuple[JudgedFigure, ...]  # at most six
    hours: tuple[HoursFigure, ...]  # of the extra patrols, each as what it is
    refused: tuple[str, ...]  # figures that cannot be told, and why


def describe_figures(found: QuarterFigures) -> str:
    """Return figures as text for a terminal.

    Parameters
    ----------
    found : QuarterFigures

    Returns
    -------
    str
    """
    before = found.quarter.year_before
    lines = [
        f"{found.force}, {found.quarter.label} ({found.quarter.window}) beside "
        f"{before.label} ({before.window}); rows known on {found.cut}",
        *([found.notice] if found.notice else []),
        "",
    ]
    for one in found.judged:
        lines += [f"{one.name} ({one.counted})", f"  {describe_figure(one)}"]
    lines += ["", "Hours, each as what it is:", *(f"  {one}" for one in found.hours)]
    if found.refused:
        lines += ["", "Refused:", *(f"  {one}" for one in found.refused)]
    lines += ["", "What these cannot say:", *(f"  {one}" for one in CANNOT_SAY)]
    return "\n".join(lines)


def describe_figure(one: JudgedFigure) -> str:
    """Return one figure as a sentence: counts, change, interval, verdict.

    Parameters
    ----------
    one : JudgedFigure

    Returns
    -------
    str
    """
    told = format_change(one.then, one.now)
    if one.low is not None and one.high is not None:
        ends = (f"{format_signed(100 * end, 1)} %" for end in (one.low, one.high))
        told += f" (95 % interval {' to '.join(ends)})"
    return f"{told}: {one.verdict}. {one.reason}"
