"""What the terminal says of patrols: a window on one screen, or one day's hot spots."""

from collections.abc import Iterator, Sequence

from patrolwise.errors import InputError
from patrolwise.reporting.patrol_places import PatrolledPlaces, find_places
from patrolwise.reporting.patrol_results import DoseDayRecord, PatrolResults, TotalRecord
from patrolwise.reporting.patrol_wording import (
    SIMULATED,
    VERDICTS,
    format_cost,
    format_minutes,
    format_share,
    format_times,
    format_weekday,
)
from patrolwise.reporting.wording import format_count, format_interval, format_window

LONGEST = 25  # lines: one screen


def summarise_patrols(results: PatrolResults, day: str | None = None) -> str:
    """Return the main figures of a window, or those of one day.

    Parameters
    ----------
    results : PatrolResults
    day : str, optional
        ISO date. None gives the whole window.

    Returns
    -------
    str
        Lines joined by a line break, none at the end; the first marks simulated data. A window
        takes at most 25 lines, a day one line for each hot spot and service, the short ones first.

    Raises
    ------
    InputError
        Nothing is known of that day.
    """
    head = [f"! {SIMULATED}."] if results.is_simulated else []
    head += [results.title, *([results.notice] if results.notice else [])]
    if day is not None:
        return "\n".join([*head, *_day_lines(results, day)])
    head.append(f"{format_window(results.window)}, hot spot set {results.hot_spot_set}")
    return "\n".join([*head, *_fit(list(_window_lines(results)), LONGEST - len(head))])


def _window_lines(results: PatrolResults) -> Iterator[str]:
    if not results.totals:
        yield "No service was tracked."
    for total in results.totals:
        yield from _service_lines(results, total)
    told = [pair.sentence for pair in results.separation]
    if results.cost_difference is not None:
        told.append(results.cost_difference.sentence)
    yield from (sentence for sentence in told if sentence not in results.findings)
    if results.reported:
        partners = len({one.service for one in results.reported})
        yield f"! {format_times(partners, 'partner')} reported minutes that nobody verified"
    if results.questions:
        yield f"! {format_times(len(results.questions), 'question')} to ask about the trackers"
    for number, finding in enumerate(results.findings, start=1):
        yield f"{number}. {finding}"


def _service_lines(results: PatrolResults, total: TotalRecord) -> Iterator[str]:
    service = total.service
    asked = "no rule" if total.planned_min is None else f"{format_count(total.planned_min)} asked"
    given = format_minutes(total.patrol_min, total.low_min, total.high_min)
    yield f"{service}: {given} in hot spots, {asked}"
    yield (
        f"  Days met {format_share(total.days_met, total.days_planned)}, short "
        f"{format_count(total.days_short)}, cannot tell {format_count(total.days_unclear)}"
    )
    yield from (f"  {format_cost(c)}" for c in results.costs if c.service == service)
    yield from (f"  {one.sentence}" for one in results.trust if one.service == service)


def _fit(lines: Sequence[str], room: int) -> list[str]:
    if len(lines) <= room:
        return list(lines)
    return [*lines[: room - 1], f"({len(lines) - room + 1} more lines in the report)"]


def _day_lines(results: PatrolResults, day: str) -> Iterator[str]:
    own = [record for record in results.days if record.day == day]
    if not own:
        known = sorted({record.day for record in results.days})
        has = f"{known[0]} to {known[-1]}" if known else "no days"
        raise InputError(f"Nothing is known of {day}: the results hold {has}. Choose one of those.")
    yield format_weekday(day)
    places = find_places(results)
    for service in results.services:
        rows = [record for record in own if record.service == service]
        if rows:
            yield service
            yield from (_day_line(row, places) for row in sorted(rows, key=_gravest_first))
    for pair in results.separation:
        met = sum(meeting.day == day for meeting in pair.meetings)
        if met:
            times = format_times(met, "time")
            yield f"! {pair.service_a} and {pair.service_b} met {times}"


def _gravest_first(record: DoseDayRecord) -> int:
    order = ("short", "cannot tell", *VERDICTS)
    return order.index(record.verdict)


def _day_line(record: DoseDayRecord, places: PatrolledPlaces) -> str:
    asked = "" if record.planned_min is None else f" of {format_count(record.planned_min)}"
    interval = format_interval(record.low_min, record.high_min, 0)
    return (
        f"  {record.verdict:<12}{places.label(record.area_id)}: "
        f"{format_count(record.patrol_min)}{asked} min ({interval})"
    )
