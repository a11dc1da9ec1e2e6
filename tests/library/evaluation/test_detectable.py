import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.detectable import find_detectable_fall, find_needed_before


def test_more_crime_shows_smaller_falls_and_more_spread_hides_them():
    assert find_detectable_fall(1000) < find_detectable_fall(100)
    assert find_detectable_fall(1000, dispersion=3) > find_detectable_fall(1000)


def test_impossible_questions_are_refused():
    with pytest.raises(InputError, match="above 0"):
        find_detectable_fall(0)
    with pytest.raises(InputError, match="between 0 and 1"):
        find_needed_before(1.0)
