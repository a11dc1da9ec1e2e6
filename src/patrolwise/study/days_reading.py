"""How the `[[patrol_days]]` parts of a programme file are read and checked."""

from collections.abc import Sequence
from typing import Any

from patrolwise.study.days_programme import PatrolDays
from patrolwise.study.patrol_reading import find_unknown, keep
from patrolwise.study.source_reading import read_definitions
from patrolwise.study.toml_reader import TomlReader


def read_patrol_days(
    top: TomlReader, services: Sequence[str], outcomes: Sequence[str], faults: list[str]
) -> tuple[PatrolDays, ...]:
    """Return the comparisons of days that a programme declares.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    services : sequence of str
        The names that the programme declares.
    outcomes : sequence of str
        Keys of its outcomes, which are the default.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    tuple of PatrolDays
        Those that are right; empty when none is declared.
    """
    found = []
    for place, table in enumerate(top.tables("patrol_days"), start=1):
        made = _read_one(table, f"patrol_days[{place}]", tuple(outcomes), faults)
        if made is not None:
            found.append(made)
            faults += find_unknown(f"patrol_days[{place}].service", [made.service], services)
    keys = [(one.service, key, one.hours, one.window) for one in found for key in one.definitions]
    faults += [
        f"patrol_days compares {key} of {service} twice, with the same hours and window. Take one "
        "out: which of the two carries the conclusion?"
        for service, key, *_ in sorted({one for one in keys if keys.count(one) > 1}, key=str)
    ]
    return tuple(found)


def _read_one(
    table: TomlReader, where: str, outcomes: tuple[str, ...], faults: list[str]
) -> PatrolDays | None:
    known = len(faults)
    named = table.texts("definitions")
    given: dict[str, Any] = {
        "service": table.text("service"),
        "doses": tuple(table.existing("doses", text) for text in table.texts("doses", needed=True)),
        "definitions": read_definitions(named, f"{where}.definitions", faults) or outcomes,
        "hours": _hours(table, where, faults),
        "least_min": table.number("least_min", 1.0),
        "washout_days": table.whole("washout", 2),
        "seal": table.path("seal"),
        "published": table.path("published"),
        "window": table.window("window") if table.has("window") else None,
        "events": table.path("events"),
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: PatrolDays(**given), where, faults)


def _hours(table: TomlReader, where: str, faults: list[str]) -> tuple[int, int] | None:
    if not table.has("hours"):
        return None
    known = len(faults)
    hours = table.numbers("hours")
    if len(faults) == known and (len(hours) != 2 or any(hour != int(hour) for hour in hours)):
        faults.append(f"{where}.hours is {list(hours)}. Give two whole hours, such as [14, 20].")
    if len(faults) > known:
        return None
    return int(hours[0]), int(hours[1])
