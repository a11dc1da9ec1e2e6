"""How the `[[wider_trend]]` parts of a programme file are read: every fault at once."""

from collections.abc import Sequence
from datetime import date

from patrolwise.evaluation.national_trend import RecordingBreak
from patrolwise.study.patrol_reading import keep
from patrolwise.study.source_reading import read_definitions
from patrolwise.study.toml_reader import TomlReader
from patrolwise.study.wider_trend_programme import WiderTrend


def read_wider_trends(
    top: TomlReader, outcomes: Sequence[str], faults: list[str]
) -> tuple[WiderTrend, ...]:
    """Return the wider areas that a programme declares.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    outcomes : sequence of str
        The definitions that the programme counts, id@version.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    tuple of WiderTrend
        In the order of the file; those with a fault are left out.
    """
    read = [_read(table, outcomes, faults) for table in top.tables("wider_trend")]
    trends = tuple(trend for trend in read if trend is not None)
    named = [(trend.name, trend.definition) for trend in trends]
    faults += [
        f"wider_trend: {name} is declared twice for {definition}. Take one of them out."
        for name, definition in dict.fromkeys(named)
        if named.count((name, definition)) > 1
    ]
    return trends


def _read(table: TomlReader, outcomes: Sequence[str], faults: list[str]) -> WiderTrend | None:
    known = len(faults)
    name, file, area = table.text("name"), table.path("file", needed=True), table.text("area", "")
    text = table.text("definition")
    if not table.has("holds_hot_spots"):
        faults.append(
            "wider_trend.holds_hot_spots is missing. Give true when the hot spots' crimes are "
            "among its crimes, and false when they are not."
        )
    holds = table.flag("holds_hot_spots")
    breaks = tuple(_read_break(one) for one in table.tables("breaks"))
    table.finish()
    keys = read_definitions((text,), "wider_trend.definition", faults) if text else ()
    faults += [
        f"wider_trend.definition is {key}, which the programme does not count; it counts "
        f"{', '.join(outcomes) or 'nothing'}. Mend it, or add it to outcomes.definitions."
        for key in keys
        if key not in outcomes
    ]
    if len(faults) > known or file is None:
        return None
    return keep(
        lambda: WiderTrend(
            name=name,
            file=file,
            definition=keys[0],
            holds_hot_spots=holds,
            area=area,
            breaks=breaks,
        ),
        "wider_trend",
        faults,
    )


def _read_break(table: TomlReader) -> RecordingBreak:
    month, what = table.day("month", needed=True), table.text("what")
    table.finish()
    return RecordingBreak(month=month or date.min, what=what)
