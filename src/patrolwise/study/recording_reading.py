"""How the `[recording]` part of a programme file is read and checked: every fault at once."""

from patrolwise.evaluation.national_trend import RecordingBreak
from patrolwise.study.patrol_reading import keep
from patrolwise.study.recording_programme import Recording
from patrolwise.study.toml_reader import TomlReader


def read_recording(top: TomlReader, faults: list[str]) -> Recording | None:
    """Return what a programme declares of how its crimes were recorded.

    Parameters
    ----------
    top : TomlReader
        The whole file; [recording] may be absent, and its keys too.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Recording or None
        None when anything in the part was wrong.
    """
    known = len(faults)
    table = top.table("recording", needed=False)
    extracted = table.day("extracted")
    changes = []
    for one in table.tables("changes"):
        day, what = one.day("first", needed=True), one.text("what")
        one.finish()
        if day is not None:
            changes.append(RecordingBreak(month=day.replace(day=1), what=what))
    table.finish()
    made = keep(lambda: Recording(extracted=extracted, changes=tuple(changes)), "", faults)
    return made if len(faults) == known else None
