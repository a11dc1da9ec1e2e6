"""What may be said of days with patrol and days without, in words that the design allows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from patrolwise.evaluation.day_comparison import DayComparison
from patrolwise.evaluation.dose_curves import ScaleFound
from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_estimate,
    format_percent,
    format_window,
)

if TYPE_CHECKING:
    from patrolwise.reporting.day_results import DayResults, RefusedDays

_DRAWN = "Days were drawn by lot: the test draws them again."
_NOT_DRAWN = (
    "Days were not drawn by lot. Days of one weekday in the same weeks were exchanged; whoever "
    "decided where patrols went may have chosen other days than chance would."
)


def word_verdict(found: DayComparison, service: str, outcome: str) -> str:
    """Return the one sentence that a comparison of days may carry.

    Parameters
    ----------
    found : DayComparison
    service, outcome : str
        Names.

    Returns
    -------
    str
        It says "prevented" or "caused" never, and "because of" only where lots were drawn.
    """
    headline = found.headline
    if headline.value is None or headline.p is None:
        return f"{outcome}: nothing can be said, {headline.note[0].lower()}{headline.note[1:]}"
    share = abs(1 - headline.value)
    what = "fewer" if headline.value < 1 else "more"
    if headline.p > 1 - headline.level:
        return (
            f"{outcome}: days with patrol of {service} and days without could differ by chance as "
            "much as they do."
        )
    if found.is_drawn:
        return (
            f"{outcome}: {format_percent(share, 0)} {what} on days that were drawn for patrol of "
            f"{service}, because of the patrols or by a chance that is smaller than one in twenty."
        )
    return (
        f"{outcome}: {format_percent(share, 0)} {what} on days with patrol of {service} than on "
        "days that were alike, beyond chance. Whether the patrols did it, this design cannot say."
    )


def list_limits(found: DayComparison) -> tuple[str, ...]:
    """Return what the comparison cannot say.

    Parameters
    ----------
    found : DayComparison

    Returns
    -------
    tuple of str
    """
    limits = [
        _DRAWN if found.is_drawn else _NOT_DRAWN,
        "It says nothing of the streets around: crime may have moved, or fallen there too.",
        "Curves of dose and the half-life were looked for afterwards. They are exploratory.",
    ]
    if found.used < 1:
        limits.append(
            f"{format_percent(found.used, 0)} of hot spot-days could be compared; the others had "
            "nothing alike to be compared with, or were out of play."
        )
    if found.model_refused:
        limits.append(f"No model beside it. {found.model_refused}")
    return tuple(limits)


def tell_days(results: "DayResults") -> str:
    """Return a comparison of days for the terminal.

    Parameters
    ----------
    results : DayResults

    Returns
    -------
    str
        Lines, joined by a line break.
    """
    return "\n".join(_lines(results))


def tell_refused(refused: "RefusedDays") -> str:
    """Return for the terminal why a comparison of days cannot be made.

    Parameters
    ----------
    refused : RefusedDays

    Returns
    -------
    str
    """
    return (
        f"! No comparison of days: {refused.service}, {refused.outcome}, "
        f"{tell_hours(refused.hours)}. {refused.reason}"
    )


def tell_scale(found: ScaleFound) -> str:
    """Return a scale with its interval, open ends in words.

    Parameters
    ----------
    found : ScaleFound

    Returns
    -------
    str

    Examples
    --------
    >>> tell_scale(ScaleFound(
    ...     name="half-life", best=2.0, low=0.0, high=4.5, ratio=0.7, gain=12.0))
    'half-life: 2.0 days (any to 4.5), ratio of the full effect 0.70'
    """
    unit = "days" if found.name == "half-life" else "minutes"
    low = "any" if found.low == 0 else f"{found.low:.1f}"
    high = "without end" if found.high in (None, float("inf")) else f"{found.high:.1f}"
    return (
        f"{found.name}: {found.best:.1f} {unit} ({low} to {high}), ratio of the full effect "
        f"{found.ratio:.2f}"
    )


def tell_hours(hours: tuple[int, int] | None) -> str:
    """Return the hours of a comparison in words.

    Parameters
    ----------
    hours : tuple of int or None
        Local hours, the last excluded; None: all day.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_hours((22, 26)), tell_hours(None)
    ('22:00 to 02:00', 'all day')
    """
    return "all day" if hours is None else f"{hours[0]:02}:00 to {hours[1] % 24:02}:00"


def tell_comparison(results: "DayResults") -> str:
    """Return in a few words what is compared: whose patrols, which crimes, which hours.

    Parameters
    ----------
    results : DayResults

    Returns
    -------
    str
    """
    hours = f", {tell_hours(results.hours)}" if results.hours else ""
    return f"{results.service}: {results.outcome}{hours}"


def tell_ratio(estimate: Estimate) -> str:
    """Return a ratio to two decimals; a dash where it is not defined.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
    """
    return NONE if estimate.value is None else f"{estimate.value:.2f}"


def tell_lot(results: "DayResults") -> str:
    """Return in a few words how days were told apart: by lot, or by exchange.

    Parameters
    ----------
    results : DayResults

    Returns
    -------
    str
    """
    return "drawn by lot" if results.is_drawn else "exchange, not drawn"


def _lines(results: "DayResults") -> Iterator[str]:
    if results.is_simulated:
        yield f"! {SIMULATED}."
    hours = f", {tell_hours(results.hours)}" if results.hours else ""
    yield f"Days with and without patrol of {results.service}: {results.outcome}"
    yield f"{format_window(results.window)}{hours}, hot spots {results.hot_spots}"
    yield ""
    for name, side in (("with patrol", results.patrolled), ("without", results.without)):
        yield f"  {name:<12} {side.days:>7,} hot spot-days  {format_count(side.crimes):>7} crimes"
    yield ""
    yield results.verdict
    yield _line(results.headline)
    yield ""
    yield "Beside it:"
    yield from (_line(one) for one in results.beside)
    if results.lags:
        yield "Day after day, over later days:"
        yield from (_line(one) for one in results.lags)
    if results.scales:
        yield "Dose, looked for afterwards:"
        yield from (f"  {tell_scale(one)}" for one in results.scales)
    if results.together:
        yield "Two services:"
        yield from (_line(one) for one in results.together)
    if results.harm:
        yield f"Harm ({results.harm_index}):"
        yield from (_line(one) for one in results.harm)
    for guard in results.guards:
        yield f"! {guard.title}. {guard.message}"
    yield "What this cannot say:"
    yield from (f"  - {limit}" for limit in results.limits)


def _line(estimate: Estimate) -> str:
    return f"  {estimate.name}: {format_estimate(estimate)}"
