"""Each guard on a comparison of days fires on its mistake, and not without it."""

from datetime import date, timedelta

import numpy as np
import pytest

from patrolwise.evaluation.day_comparison import DayComparison, Side
from patrolwise.evaluation.day_guards import guard_days
from patrolwise.evaluation.dose_curves import ScaleFound
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.week_bootstrap import HarmRatio
from patrolwise.reporting.day_wording import list_limits, tell_scale, word_verdict

DAYS = [date(2024, 6, 3) + timedelta(days=k) for k in range(28)]
EVEN = np.tile(np.arange(28) // 7 % 2 == 0, (40, 1))  # every weekday as often


def estimate(value=0.8, p=0.5, **more):
    return Estimate(id="x", name=more.pop("name", "Rate ratio of x, y"), value=value, p=p, **more)


def comparison(**changes):
    usual = {
        "is_drawn": True,
        "used": 1.0,
        "patrolled": Side(days=100, crimes=50.0),
        "without": Side(days=100, crimes=60.0),
        "headline": estimate(),
        "washed": estimate(),
        "naive": estimate(),
        "delivered": None,
        "model": estimate(dispersion=1.0),
        "model_refused": "",
        "lags": (),
        "curves": (),
        "saturation": None,
        "half_life": None,
        "together": (),
        "harm_test": None,
        "harm": None,
    }
    return DayComparison(**{**usual, **changes})


def fired(patrolled=EVEN, **changes):
    return {guard.id: guard for guard in guard_days(comparison(**changes), DAYS, patrolled)}


def test_a_clean_experiment_fires_nothing():
    assert fired() == {}


def test_days_that_nobody_drew_are_red():
    assert fired(is_drawn=False)["days-not-drawn"].severity is Severity.RED


def test_patrol_on_some_weekdays_only_is_told_unless_days_were_drawn():
    weekdays = np.tile([day.weekday() < 5 for day in DAYS], (40, 1))
    guard = fired(weekdays, is_drawn=False)["weekdays-unbalanced"]
    assert "from 0 % to 100 %" in guard.message
    assert "weekdays-unbalanced" not in fired(weekdays)
    assert "weekdays-unbalanced" not in fired(is_drawn=False)


def test_few_crimes_and_few_hot_spots_are_told():
    assert "19 crimes" in fired(without=Side(days=9, crimes=19.0))["few-crimes"].message
    assert "7 hot spots" in fired(EVEN[:7])["few-hot-spots"].title


def test_more_variance_than_chance_is_told_and_no_model_is_no_guard():
    assert "is 2.3, not 1" in fired(model=estimate(dispersion=2.3))["overdispersed"].message
    assert fired(model=None) == {}


def test_an_effect_on_later_days_is_told_only_when_it_is_beyond_chance():
    day = estimate(high=0.9, name="Rate ratio of patrol day, fixed effects")
    after = estimate(0.7, high=0.95, name="Rate ratio of 1 day after, fixed effects")
    assert fired(lags=(day, after))["effect-lasts"].message.startswith("1 day after: 0.70 of later")
    assert fired(lags=(day, estimate(0.7, high=1.2))) == {}
    assert fired(lags=(day, estimate(None))) == {}


def test_harm_of_one_day_is_told():
    def harm(share):
        return HarmRatio(ratio=estimate(), without_worst=estimate(), worst_share=share)

    assert "44 % of all harm" in fired(harm=harm(0.44))["harm-of-one-day"].message
    assert fired(harm=harm(0.1)) == {}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"headline": estimate(0.8, 0.01)},
            "20 % fewer on days that were drawn for patrol of",
        ),
        ({"headline": estimate(1.3, 0.01)}, "30 % more on days that were drawn"),
        ({"headline": estimate(0.8, 0.2)}, "could differ by chance"),
        ({"headline": estimate(0.8, 0.01), "is_drawn": False}, "this design cannot say"),
        (
            {"headline": estimate(None, None, note="Not defined: a side.")},
            "nothing can be said, not",
        ),
    ],
)
def test_the_verdict_says_no_more_than_the_design_allows(changes, says):
    sentence = word_verdict(comparison(**changes), "police", "Violence")
    assert says in sentence
    assert "prevent" not in sentence
    assert ("because of" in sentence) == ("drawn for patrol" in sentence)


def test_limits_say_what_was_left_out_and_why_there_is_no_model():
    assert len(list_limits(comparison())) == 3
    more = list_limits(comparison(is_drawn=False, used=0.6, model_refused="Because.", model=None))
    assert "60 % of hot spot-days" in more[3]
    assert more[4] == "No model beside it. Because."
    assert "not drawn by lot" in more[0]


def test_an_open_scale_is_told_in_words():
    found = ScaleFound(
        name="saturation", best=12.0, low=3.0, high=float("inf"), ratio=0.5, gain=9.0
    )
    assert tell_scale(found) == (
        "saturation: 12.0 minutes (3.0 to without end), ratio of the full effect 0.50"
    )
