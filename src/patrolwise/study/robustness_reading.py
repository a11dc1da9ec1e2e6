"""How the `[robustness]` part of a programme file is read and checked: every fault at once."""

from patrolwise.study.patrol_reading import keep
from patrolwise.study.robustness_programme import LeftOut, Robustness
from patrolwise.study.toml_reader import TomlReader

_PLAIN = Robustness()


def read_robustness(top: TomlReader, faults: list[str]) -> Robustness | None:
    """Return how a programme wants its headlines re-estimated.

    Parameters
    ----------
    top : TomlReader
        The whole file; [robustness] may be absent, and its keys too.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Robustness or None
        None when anything in the part was wrong.
    """
    known = len(faults)
    table = top.table("robustness", needed=False)
    without = [_read_left_out(one, faults) for one in table.tables("without")]
    hours = _read_hours(table, faults)
    buffer_m = table.number("buffer_m", _PLAIN.buffer_m)
    table.finish()
    made = keep(
        lambda: Robustness(
            without=tuple(one for one in without if one is not None),
            hours=hours,
            buffer_m=buffer_m,
        ),
        "",
        faults,
    )
    return made if len(faults) == known else None


def _read_left_out(table: TomlReader, faults: list[str]) -> LeftOut | None:
    first, last = table.day("first", needed=True), table.day("last", needed=True)
    what = table.text("what")
    table.finish()
    if first is None or last is None:
        return None
    return keep(lambda: LeftOut(first=first, last=last, what=what), "robustness.without", faults)


def _read_hours(table: TomlReader, faults: list[str]) -> tuple[int, int]:
    if not table.has("hours"):
        return _PLAIN.hours
    given = table.numbers("hours")
    if len(given) != 2 or any(hour != int(hour) for hour in given):
        faults.append(
            "robustness.hours needs two whole hours, such as [14, 20]: from the first, and up to "
            "the second."
        )
        return _PLAIN.hours
    return int(given[0]), int(given[1])
