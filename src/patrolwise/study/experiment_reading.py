"""How what a programme file says of an experiment is read: its design, and what it is to find."""

from collections.abc import Sequence

from patrolwise.planning.design import EVERY_DAY, Arm, DesignRule, ServiceLoad
from patrolwise.planning.lasting import EffectRule
from patrolwise.planning.power_case import PowerCase
from patrolwise.study.patrol_reading import keep
from patrolwise.study.toml_reader import TomlReader

_SPANS = {"spell_days": 1, "washout_days": 0}


def read_weekdays(table: TomlReader) -> tuple[int, ...]:
    """Return the days of the week of a table.

    Parameters
    ----------
    table : TomlReader
        Its key `weekdays`; without it, every day.

    Returns
    -------
    tuple of int
        1 is Monday; 0, which every rule refuses, for what is no whole number.
    """
    if not table.has("weekdays"):
        return EVERY_DAY
    return tuple(int(day) if day == int(day) else 0 for day in table.numbers("weekdays"))


def read_design(top: TomlReader, faults: list[str]) -> DesignRule | None:
    """Return the experiment that a programme declares.

    Parameters
    ----------
    top : TomlReader
        The table [planning].
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    DesignRule or None
        None when there is none, or it cannot be read.
    """
    if not top.has("experiment"):
        return None
    known = len(faults)
    table = top.table("experiment")
    window, weekdays = table.window("window"), read_weekdays(table)
    arms = [
        Arm(one.text("name"), one.texts("services"), one.whole("weeks", 1))
        for one in _finished(table.tables("arms"), ("name", "services", "weeks"))
    ]
    loads = [
        ServiceLoad(
            one.text("service"),
            one.whole("least", 0),
            one.whole("most", None),
            one.number("dose_min", None),
        )
        for one in _finished(table.tables("loads"), ("service", "least", "most", "dose_min"))
    ]
    given = {name: table.whole(name, default) for name, default in _SPANS.items()}
    run = table.whole("longest_run", 0)
    table.finish()
    if len(faults) > known or window is None:
        return None
    return keep(
        lambda: DesignRule(
            arms=tuple(arms),
            window=window,
            weekdays=weekdays,
            loads=tuple(loads),
            max_run=run or None,
            **given,
        ),
        "planning.experiment",
        faults,
    )


def read_power(top: TomlReader, faults: list[str]) -> PowerCase | None:
    """Return what an experiment is to find.

    Parameters
    ----------
    top : TomlReader
        The table [planning].
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    PowerCase or None
        None when that is not asked, or cannot be read.
    """
    table = top.table("power", needed=False)
    crimes, fall = table.number("crimes_a_day", 0.0), table.number("fall", 0.25)
    dispersion = table.number("dispersion", 1.5)
    table.finish()
    if not crimes:
        return None
    return keep(
        lambda: PowerCase(
            effect=EffectRule(ratio=1.0 - fall), crimes_a_day=crimes, dispersion=dispersion
        ),
        "planning.power",
        faults,
    )


def _finished(tables: list[TomlReader], keys: Sequence[str]) -> list[TomlReader]:
    """Return the tables, with a fault for each key of theirs that is not known."""
    for table in tables:
        for key in keys:
            table.has(key)
        table.finish()
    return tables
