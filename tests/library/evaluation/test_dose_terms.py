"""Doses become terms as defined; curves find the scale that made the crimes."""

from datetime import date, timedelta
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.day_terms import find_alike, make_day_terms
from patrolwise.evaluation.dose_curves import compare_curves, find_half_life, find_saturation
from patrolwise.evaluation.dose_terms import (
    carry,
    find_days_since,
    make_interaction,
    make_lag_terms,
    saturate,
)
from patrolwise.evaluation.fixed_effects import fit_panel
from patrolwise.evaluation.panels import make_panel

doses = st.lists(st.floats(0, 90), min_size=1, max_size=12)


@given(doses, st.floats(0.1, 20))
def test_what_is_left_is_the_strongest_of_today_and_before(dose, half_life):
    found = carry([dose], half_life)[0]
    for day, left in enumerate(found):
        earlier = [one * 0.5 ** ((day - k) / half_life) for k, one in enumerate(dose[: day + 1])]
        assert left == pytest.approx(max(earlier))
    assert carry([dose], 0)[0].tolist() == dose


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_days_since_patrol_are_counted_by_walking_back(patrolled):
    for day, since in enumerate(find_days_since([patrolled])[0]):
        back = [k for k in range(day + 1) if patrolled[day - k]]
        assert since == (back[0] if back else -1)


def test_lag_terms_flag_each_day_after_and_no_day_before():
    terms = make_lag_terms([[False, True, False, False, False]], 2)
    assert {name: one[0].tolist() for name, one in terms.items()} == {
        "patrol day": [0, 1, 0, 0, 0],
        "1 day after": [0, 0, 1, 0, 0],
        "2 days after": [0, 0, 0, 1, 0],
    }
    with pytest.raises(InputError, match="longest"):
        make_lag_terms([[True]], -1)


def test_an_interaction_is_what_both_do_beyond_the_two():
    both = make_interaction(("police", [[1, 2]]), ("outreach", [[3, 0]]))["police and outreach"]
    assert both.tolist() == [[3, 0]]
    with pytest.raises(InputError, match="differ"):
        make_interaction(("a", [[1]]), ("b", [[1, 2]]))


@pytest.mark.parametrize("wrong", [[[-1.0]], [[np.nan]]])
def test_a_dose_is_0_or_more(wrong):
    with pytest.raises(InputError, match="A dose must be 0 or more"):
        carry(wrong, 1.0)


def test_scales_must_make_sense():
    with pytest.raises(InputError, match="scale_min"):
        saturate([1.0], 0.0)
    with pytest.raises(InputError, match="half_life_days"):
        carry([[1.0]], -1.0)
    assert saturate([40.0], 40.0)[0] == pytest.approx(1 - exp(-1))


def test_day_terms_flag_weekdays_months_of_each_year_and_events():
    days = [date(2023, 12, 31) + timedelta(days=k) for k in range(367)]
    terms = make_day_terms(days, {"new year": [date(2024, 1, 1), date(2025, 1, 1)]})
    assert terms.shape == (367, 7 + 13 + 1)  # December 2023 to December 2024
    assert terms[:, :7].sum() == terms[:, 7:20].sum() == 367
    assert np.flatnonzero(terms[:, 20]).tolist() == [1]
    assert make_day_terms(days, weekdays=False, months=False).shape == (367, 0)
    with pytest.raises(InputError, match="no days"):
        make_day_terms([])


def test_days_are_alike_by_weekday_and_block():
    days = [date(2024, 6, 3) + timedelta(days=k) for k in range(56)]
    alike = find_alike(days)
    for a in range(56):
        for b in range(56):
            is_alike = a % 7 == b % 7 and a // 28 == b // 28
            assert (alike[a] == alike[b]) == is_alike
    for wrong in (0, 10):
        with pytest.raises(InputError, match="whole weeks"):
            find_alike(days, wrong)


def world(seed=1, half_life=0.0, scale=15.0, ratio=0.4, days=300):
    rng = np.random.default_rng(seed)
    on = rng.random((12, days)) < 0.4
    minutes = np.where(on, rng.gamma(2, 12, on.shape), 0.0)
    strength = carry(saturate(minutes, scale), half_life)
    base = rng.gamma(4, 0.5, (12, 1))
    return make_panel(rng.poisson(base * ratio**strength), {}), minutes, on


def test_the_curve_that_made_the_crimes_fits_best_and_its_ratio_is_found():
    panel, minutes, on = world(ratio=0.3)
    curves = {curve.name: curve for curve in compare_curves(panel, minutes, on, (15, 60))}
    best = max(curves.values(), key=lambda curve: curve.gain)
    assert best.name == "less and less, 15 min"
    assert best.estimate.low < 0.3 < best.estimate.high
    assert curves["any patrol"].gain == pytest.approx(curves["by the visit"].gain)
    alone = fit_panel(make_panel(panel.crimes, {"x": minutes / 10}))
    assert curves["by the minute"].estimate.value == pytest.approx(exp(alone.logs[0]))


def test_the_best_scale_of_saturation_fits_best():
    panel, minutes, _ = world(ratio=0.3)
    found = find_saturation(panel, minutes)
    assert found.low < found.best < found.high
    deviances = [
        fit_panel(make_panel(panel.crimes, {"x": saturate(minutes, scale)})).deviance
        for scale in (found.best, *np.geomspace(2, 120, 40))
    ]
    assert min(deviances) > deviances[0] - 0.01


def test_the_half_life_lies_in_its_interval():
    panel, minutes, _ = world(half_life=2.0, ratio=0.3)
    found = find_half_life(panel, saturate(minutes, 15.0))
    assert found.low < 2.0 < found.high
    assert found.ratio == pytest.approx(0.3, abs=0.08)


def test_an_end_that_the_data_do_not_give_is_open():
    panel, minutes, _ = world(ratio=1.0)
    found = find_saturation(panel, minutes)
    assert (found.low, found.high) == (0.0, inf)
    assert found.gain < 8


def test_the_intervals_of_scales_hold_the_truth_about_as_often_as_they_say():
    halved = saturated = 0
    for seed in range(10):
        panel, minutes, _ = world(seed, half_life=2.0, days=120)
        found = find_half_life(panel, saturate(minutes, 15.0))
        halved += found.low <= 2.0 <= found.high
        panel, minutes, _ = world(seed, days=120)
        found = find_saturation(panel, minutes)
        saturated += found.low <= 15.0 <= found.high
    assert min(halved, saturated) >= 8  # of 10 at 95 %: three or more miss once in 90 times


def test_the_scale_is_looked_for_between_two_that_rise():
    panel, minutes, _ = world()
    with pytest.raises(InputError, match="two that rise"):
        find_saturation(panel, minutes, (5.0, 5.0))
