import numpy as np
import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.area_panels import AreaPanel, draw_labels


def panel(counts=((1, 2, 3), (4, 5, 6)), treated=(True, False), first_after=1):
    return AreaPanel(counts=counts, treated=treated, first_after=first_after)


def test_a_panel_is_summed_before_and_after_the_start():
    made = panel()
    assert made.before.tolist() == [1, 4]
    assert made.after.tolist() == [5, 11]


def test_a_placebo_has_the_same_crimes_and_leaves_the_panel_alone():
    made = panel()
    other = made.relabel(np.array([False, True]))
    assert other.treated.tolist() == [False, True]
    assert other.counts.tolist() == made.counts.tolist()
    assert made.treated.tolist() == [True, False]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"counts": ((1, -1, 3), (4, 5, 6))}, "0 or more"),
        ({"counts": ((1, np.nan, 3), (4, 5, 6))}, "none missing"),
        ({"counts": (1, 2)}, "areas by periods"),
        ({"treated": (True, False, False)}, "a flag an area"),
        ({"first_after": 0}, "first_after is 0 of 3"),
        ({"first_after": 3}, "first_after is 3 of 3"),
        ({"treated": (True, True)}, "2 of 2 areas are treated"),
        ({"treated": (False, False)}, "0 of 2 areas are treated"),
    ],
)
def test_a_panel_that_cannot_be_compared_is_refused(more, told):
    with pytest.raises(InputError, match=told):
        panel(**more)


def test_every_choice_of_areas_is_drawn_as_often():
    labels = draw_labels(np.array([True, True, False, False]), 12_000, np.random.default_rng(4))
    assert (labels.sum(axis=1) == 2).all()
    _, times = np.unique(labels, axis=0, return_counts=True)
    assert len(times) == 6
    assert np.abs(times - 2000).max() < 5 * np.sqrt(2000)
