"""What was read of all forces, and which of their counts may be judged."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.benchmarking.recording_breaks import check_recording, load_recording_breaks
from patrolwise.benchmarking.spans import Period
from patrolwise.files.recorded_crime import RecordedCrimeQuality
from patrolwise.reporting.results import QualityLine


@dataclass(frozen=True, kw_only=True)
class OwnBreak:
    """A change of one force's own recording."""

    day: date
    measures: frozenset[str]  # empty: every one
    what: str


@dataclass(frozen=True, kw_only=True)
class RecordingQuality:
    """What speaks against judging a force by its count."""

    flags: dict[str, dict[date, str]]  # force → quarter → what was seen
    own: dict[str, tuple[OwnBreak, ...]]  # by force

    def faults(
        self, force: str, measure: str, period: Period, baseline: Period | None
    ) -> Iterator[str]:
        """Yield what speaks against judging one force in one comparison.

        Parameters
        ----------
        force, measure : str
        period : Period
        baseline : Period or None
            What its change is told against; None for a level.

        Yields
        ------
        str
            Nothing when it passes. A change of all forces' recording is no reason: it moves all.
        """
        for quarter, told in self.flags.get(force, {}).items():
            if quarter in period.starts or (baseline and quarter in baseline.starts):
                yield told
        since, until = (baseline or period).first, period.before(-1).first
        for one in self.own.get(force, ()):
            if since < one.day < until and (not one.measures or measure in one.measures):
                yield one.what


def learn_quality(recorded: pl.DataFrame) -> RecordingQuality:
    """Return what is known of the recording behind a table.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME

    Returns
    -------
    RecordingQuality
    """
    flags, own = defaultdict[str, dict[date, str]](dict), defaultdict[str, list[OwnBreak]](list)
    for force, quarter, what in check_recording(recorded).select("force", "quarter", "what").rows():
        flags[force][quarter] = what
    for force, day, measures, what in (
        load_recording_breaks().select("force", "first_day", "measures", "what").rows()
    ):
        if force is not None:
            own[force].append(OwnBreak(day=day, measures=frozenset(measures), what=what))
    return RecordingQuality(
        flags=dict(flags),
        own={force: tuple(breaks) for force, breaks in own.items()},
    )


def describe_recorded_crime(quality: RecordedCrimeQuality) -> tuple[QualityLine, ...]:
    """Return in words what became of each row of a table of recorded crime.

    Parameters
    ----------
    quality : RecordedCrimeQuality

    Returns
    -------
    tuple of QualityLine
    """
    ends = (quality.first_quarter, quality.last_quarter)
    span = " to ".join(Period(first=quarter, quarters=1).label for quarter in ends)
    return (
        QualityLine(what="Files read", count=len(quality.files)),
        QualityLine(what="Rows read", count=quality.rows_read, note=span),
        QualityLine(what="Rows kept", count=quality.rows_kept),
        *(
            QualityLine(what=f"Rows dropped: {reason}", count=count)
            for reason, count in quality.dropped.items()
        ),
        QualityLine(
            what="Rows below nought",
            count=quality.below_nought,
            note="kept: they correct earlier quarters",
        ),
        *(QualityLine(what="Note", note=note) for note in quality.notes),
    )
