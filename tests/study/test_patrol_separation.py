"""Whether two services kept apart: in a record, and in a sentence that claims no more."""

import pytest

from .patrol_worlds import MONDAY, crew, quiet_world, stand


@pytest.fixture
def world(tmp_path):
    world = quiet_world(tmp_path)  # outreach is in the north from minute 12 to 56
    world.crews.append(crew("p1", "police", MONDAY, "d2"))
    world.tracking = {"separated": '["outreach", "police"]'}
    return world


def separation(world, *stays):
    world.fixes = [world.fixes[0], stand("d2", MONDAY, *stays)]
    (found,) = world.results().separation
    return found


def test_without_two_services_to_keep_apart_there_is_nothing_to_say(world):
    world.tracking = {}
    world.fixes.append(stand("d2", MONDAY, ("north", 12, 44)))
    assert world.results().separation == ()


def test_services_that_never_met_are_told_with_the_nearest_and_what_could_still_be(world):
    found = separation(world, ("away", 0, 60), ("north", 68, 20), ("away", 88.5, 60))
    assert (found.meetings, found.minutes_together) == ((), 0.0)
    assert found.nearest_margin_min == 12.0
    assert (found.rate, found.rate_low) == (0.0, 0.0)
    hours = found.hours_of_b
    assert hours == pytest.approx(20.5 / 60)
    assert found.sentence == (
        "Outreach and police were never in one hot spot at the same time, in 0.3 hours of police "
        f"in hot spots (95 % interval up to {found.rate_high:,.1f} meetings in 100 hours). The "
        "nearest came 12 min after the other had left."
    )


def test_a_meeting_is_told_with_its_minutes_and_who_met(world):
    found = separation(world, ("away", 0, 29), ("north", 30, 20), ("away", 50.5, 60))
    (meeting,) = found.meetings
    assert (meeting.area_id, meeting.name, meeting.day) == ("north", "North Street", "2024-06-03")
    assert (meeting.unit_a, meeting.unit_b) == ("o1", "p1")
    assert (meeting.start, meeting.end) == ("2024-06-03T14:30:00Z", "2024-06-03T14:50:30Z")
    assert meeting.minutes == found.minutes_together == 20.5
    assert found.nearest_margin_min == 0.0
    assert found.sentence.startswith(
        "Outreach and police were in one hot spot at the same time once, for 20 min in 0.3 hours"
    )
    assert found.rate_low < found.rate < found.rate_high


def test_several_meetings_are_counted(world):
    found = separation(
        world, ("north", 15, 5), ("away", 25, 5), ("north", 40, 5), ("away", 46, 60)
    )  # fmt: skip
    assert len(found.meetings) == 2
    assert "at the same time 2 times, for" in found.sentence


def test_near_misses_are_told_when_a_margin_is_asked(world):
    world.tracking["margin_min"] = "15"
    found = separation(world, ("away", 0, 60), ("north", 68, 20), ("away", 88.5, 60))
    assert found.meetings == ()
    assert "1 pair of stays missed by 15 min or less." in found.sentence
    apart = separation(world, ("away", 0, 60), ("north", 80, 20), ("away", 100.5, 60))
    assert "0 pairs of stays missed by 15 min or less." in apart.sentence


def test_services_in_different_hot_spots_have_no_nearest(world):
    found = separation(world, ("away", 0, 60), ("south", 68, 20), ("away", 88.5, 60))
    assert found.nearest_margin_min is None
    assert "nearest" not in found.sentence


def test_a_service_of_no_length_has_no_rate(world):
    found = separation(world, ("away", 0, 60), ("north", 68, 0))
    assert (found.hours_of_b, found.rate_high) == (0.0, None)
    assert "interval" not in found.sentence


def test_a_service_that_never_came_shows_nothing(world):
    found = separation(world, ("away", 0, 60))
    assert (found.rate, found.hours_of_b, found.meetings) == (None, 0.0, ())
    assert found.sentence == (
        "No tracker of police was in a hot spot, so that whether outreach and police kept apart "
        "cannot be shown."
    )
