"""TCX: which track points are fixes. All files are made up, but for one real run."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patrolwise.files.fix_parts import BAD_NUMBER, BAD_TIME, NO_POSITION, FixTally
from patrolwise.files.tcx_fixes import read_tcx

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
NOON = "<Time>2024-06-07T12:00:00Z</Time>"
NOON_US = int(datetime(2024, 6, 7, 12, tzinfo=UTC).timestamp() * 1e6)
SPEED = '<Extensions><TPX xmlns="urn:made-up"><Speed>1.4</Speed></TPX></Extensions>'


def read(text):
    tally = FixTally("run.tcx")
    return list(read_tcx(io.BytesIO(text.encode()), tally)), tally


def place(latitude="52.63", longitude="-1.13"):
    return (
        f"<Position><LatitudeDegrees>{latitude}</LatitudeDegrees>"
        f"<LongitudeDegrees>{longitude}</LongitudeDegrees></Position>"
    )


HERE = place()


def point(inside=NOON + HERE):
    return f"<Trackpoint>{inside}</Trackpoint>"


def tcx(*points, extra=""):
    return (
        '<TrainingCenterDatabase xmlns="urn:any"><Activities><Activity><Lap><Track>'
        f"{''.join(points)}</Track></Lap><Creator><UnitId>3907354759</UnitId></Creator></Activity>"
        f"</Activities>{extra}</TrainingCenterDatabase>"
    )


def test_a_track_point_is_a_fix_and_its_device_stays_unnamed():
    (fix,), tally = read(tcx(point(NOON + place() + SPEED)))
    assert (fix.row, fix.time_us, fix.longitude, fix.latitude) == (1, NOON_US, -1.13, 52.63)
    assert (fix.speed_m_s, fix.accuracy_m, fix.device_id) == (1.4, None, None)
    assert (tally.points, tally.remarks) == (1, [])


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (NOON, NO_POSITION),
        (NOON + "<Position/>", NO_POSITION),
        (NOON + place(latitude=""), NO_POSITION),
        (NOON + place(longitude="west"), BAD_NUMBER),
        ("<Time>12:00</Time>" + place(), BAD_TIME),
    ],
)
def test_a_point_that_cannot_be_read_is_dropped_with_its_reason(inside, reason):
    fixes, tally = read(tcx(point(inside), point()))
    assert [fix.row for fix in fixes] == [2]
    assert (tally.dropped, tally.points) == ({reason: 1}, 2)


def test_a_new_track_starts_a_segment_and_a_pause_inside_one_does_not():
    fixes, _ = read(tcx(point(), point(NOON), point(), "</Track></Lap><Lap><Track>", point()))
    assert [fix.starts_segment for fix in fixes] == [True, False, True]


def test_a_course_is_a_plan_and_its_points_are_counted_and_left_out():
    course = f"<Courses><Course><Track>{point()}{point()}</Track></Course></Courses>"
    fixes, tally = read(tcx(point(), extra=course))
    assert (len(fixes), tally.points) == (1, 1)
    assert [remark.split(":")[-1] for remark in tally.remarks] == [" 2."]


def test_the_real_run_has_the_fixes_that_its_readme_says():
    path = SHARED / "gps" / "kosice-run.tcx"
    if not path.exists():
        pytest.skip("needs the shared GPS traces")
    tally = FixTally(path.name)
    with path.open("rb") as stream:
        fixes = list(read_tcx(stream, tally))
    assert (len(fixes), tally.dropped) == (928, {NO_POSITION: 15})
    assert all(fix.speed_m_s is not None for fix in fixes)
