"""Which fixes a Garmin TCX file holds: the track points of its activities."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from patrolwise.files.fix_parts import FixTally, RawFix
from patrolwise.files.fix_texts import Told, make_fix, read_measure
from patrolwise.files.xml_fixes import XmlFormat, text_at, walk

TCX = XmlFormat("TCX", roots=frozenset({"TrainingCenterDatabase"}), whole=frozenset({"Trackpoint"}))

_PLANNED = (
    "The file holds courses, which are planned and not recorded: their points are left out: "
    "{points}."
)


def read_tcx(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the track points of the activities of a TCX file as fixes, in the order of the file.

    A track point without a position is a pause, or indoors, and is dropped. The points of a
    course are a plan; they are counted in a remark. A time without a zone is UTC, with a remark.

    Parameters
    ----------
    stream : binary stream
        Read once, forwards, in little memory.
    tally : FixTally
        Is told what was left out, and why.

    Yields
    ------
    RawFix
        `starts_segment` is true of the first fix of each `Track`; a `Lap` alone starts none.
        `speed_m_s` is the `Speed` of the activity extension. The format knows no accuracy, and
        names the device only after the last fix, so `device_id` is None.

    Raises
    ------
    NotThisFormatError
        It is not TCX; no fix has been yielded then.

    References
    ----------
    Garmin, TrainingCenterDatabase schema, version 2, and ActivityExtension, version 2.
    """
    starts, planned = False, 0
    for met in walk(stream, tally, TCX):
        if met.what == "start":
            starts = starts or met.name == "Track"
        elif met.name == "Trackpoint" and "Course" in met.within:
            planned += 1
        elif met.name == "Trackpoint":
            fix = make_fix(_told(met.element, tally), tally)
            if fix is not None:
                yield fix._replace(starts_segment=starts)
                starts = False
    if planned:
        tally.remark(_PLANNED.format(points=planned))


def _told(point: Element, tally: FixTally) -> Told:
    return Told(
        longitude=text_at(point, "Position", "LongitudeDegrees"),
        latitude=text_at(point, "Position", "LatitudeDegrees"),
        time=text_at(point, "Time"),
        speed_m_s=read_measure(text_at(point, "Extensions", "TPX", "Speed"), tally),
    )
