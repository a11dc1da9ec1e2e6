"""Power by formula agrees with the test itself on simulated experiments, within its error."""

import math

import numpy as np
import polars as pl
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation
from patrolwise.planning.design import Arm, ServiceLoad
from patrolwise.planning.lasting import EffectRule, fade
from patrolwise.planning.power import (
    POWER,
    find_detectable_ratio,
    find_power,
    tabulate_power,
)
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.power_simulation import (
    Simulated,
    SimulationRule,
    draw_outcome,
    simulate_power,
)
from patrolwise.tables import check_columns

from .trial_worlds import away, make_design_of

PILOT = {"areas": 7, "weeks": 26}
HARMS = (1.0,) * 70 + (10.0,) * 25 + (60.0,) * 5


def case(ratio=0.7, crimes=0.4, **changes):
    effect = {k: changes.pop(k) for k in ("lasting", "delivered") if k in changes}
    return PowerCase(effect=EffectRule(ratio=ratio, **effect), crimes_a_day=crimes, **changes)


def make_test(design):
    rule = RandomisationRule(alike=design.alike)
    return lambda counts, arms, draws: estimate_by_randomisation(counts, arms, draws, rule).p


def power_by_hand(treated_days, control_days, ratio, crimes, phi):
    """The formula in full, for an effect that neither lasts nor fails to be delivered."""
    m1, m0 = treated_days * crimes * ratio, control_days * crimes
    rate = (m1 + m0) / (treated_days + control_days)
    null = math.sqrt(phi / (rate * treated_days) + phi / (rate * control_days))
    true = math.sqrt(phi / m1 + phi / m0)
    normal = stats.norm(math.log(ratio), true)
    reach = 1.959964 * null + 0.5 / m1 + 0.5 / m0
    return normal.cdf(-reach) + normal.sf(reach)


@pytest.mark.parametrize(("ratio", "phi"), [(0.7, 1.0), (0.8, 2.0), (1.3, 1.5), (1.0, 1.0)])
def test_the_formula_is_that_of_two_sums_of_crimes(ratio, phi):
    design = make_design_of(**PILOT)
    expected = power_by_hand(455, 455, ratio, 0.4, phi)
    assert find_power(design, case(ratio, dispersion=phi)) == pytest.approx(expected, rel=1e-6)
    ark = (Arm("patrol", ("police",), 2), Arm("none", (), 3))
    uneven = make_design_of(areas=20, weeks=10, arms=ark, unavailable=away(("a", 0, None, "x")))
    # 20 hot spots on 50 days, of which one weekday of one block of five weeks is out
    expected = power_by_hand((1000 - 5) * 0.4, (1000 - 5) * 0.6, ratio, 0.4, phi)
    assert find_power(uneven, case(ratio, dispersion=phi)) == pytest.approx(expected, rel=1e-6)


def test_no_effect_is_found_hardly_less_often_than_the_level_says():
    few = find_power(make_design_of(**PILOT), case(1.0))
    many = find_power(make_design_of(**PILOT), case(1.0, crimes=400.0))
    assert 0.04 < few < many < 0.05
    # harm does not come in ones
    assert find_power(make_design_of(**PILOT), case(1.0, harms=HARMS)) == pytest.approx(0.05)


@pytest.mark.parametrize(
    "given",
    [
        case(0.7, dispersion=1.0),
        case(0.65, dispersion=2.0),
        case(0.6, delivered=0.8, dispersion=1.5),
        case(0.6, lasting=fade(1.0, 5)),
        case(0.5, lasting=(1.0,), without_washout=True),
        case(0.5, harms=HARMS),
    ],
    ids=["poisson", "bunched", "undelivered", "lasting", "washed out", "harm"],
)
def test_formula_and_simulation_of_the_test_itself_agree(given):
    changes = {"spell_days": 5, "washout_days": 3} if given.without_washout else {}
    design = make_design_of(areas=9, weeks=24, **changes)
    found = simulate_power(design, given, make_test(design), SimulationRule(runs=300, draws=199))
    error = math.sqrt(0.25 / 300)
    assert abs(found.power - find_power(design, given)) < 2.6 * error + 0.015


def test_more_of_anything_finds_more_and_spread_finds_less():
    base = find_power(make_design_of(**PILOT), case())
    assert find_power(make_design_of(areas=14, weeks=26), case()) > base
    assert find_power(make_design_of(areas=7, weeks=52), case()) > base
    assert find_power(make_design_of(**PILOT), case(crimes=0.8)) > base
    assert find_power(make_design_of(**PILOT), case(0.6)) > base
    for less in (
        {"dispersion": 2.0},
        {"lasting": (1.0, 0.5)},
        {"delivered": 0.7},
        {"harms": HARMS},
    ):
        assert find_power(make_design_of(**PILOT), case(**less)) < base


def test_whole_weeks_find_more_of_an_effect_that_lasts():
    lasting = case(0.6, lasting=fade(1.0, 7))
    days, weeks = make_design_of(**PILOT), make_design_of(spell_days=5, **PILOT)
    assert find_power(weeks, lasting) > find_power(days, lasting) + 0.1


@pytest.mark.parametrize("given", [case(), case(delivered=0.8), case(lasting=(0.5,))])
def test_the_detectable_ratio_is_found_with_just_the_chance_asked_for(given):
    design = make_design_of(**PILOT)
    ratio = find_detectable_ratio(design, given, 0.8)
    effect = EffectRule(ratio=ratio, lasting=given.effect.lasting, delivered=given.effect.delivered)
    at = PowerCase(effect=effect, crimes_a_day=given.crimes_a_day)
    assert find_power(design, at) == pytest.approx(0.8, abs=0.002)


def test_the_detectable_ratio_is_the_first_from_one_downwards_that_is_found():
    design, given = make_design_of(areas=7, weeks=12), case(crimes=0.1)
    ratio = find_detectable_ratio(design, given)
    steps = [step / 100 for step in range(99, 0, -1)]
    first = next(step for step in steps if find_power(design, case(step, crimes=0.1)) >= 0.8)
    assert first <= ratio < first + 0.01
    assert find_power(design, case(0.01, crimes=0.1)) < 0.8  # hardly a crime is left to count


def test_too_little_crime_detects_nothing():
    assert find_detectable_ratio(make_design_of(areas=1, weeks=2), case(crimes=0.05)) is None
    with pytest.raises(InputError, match="power must lie"):
        find_detectable_ratio(make_design_of(), case(), 1.0)


def test_the_spread_of_harm_is_that_of_compound_counts():
    given = case(crimes=0.7, dispersion=1.6, harms=HARMS)
    rng = np.random.default_rng(1)
    drawn = draw_outcome(given, np.full(400_000, 0.7), rng)
    assert drawn.mean() == pytest.approx(0.7 * np.mean(HARMS), rel=0.02)
    assert drawn.var() / drawn.mean() / np.mean(HARMS) == pytest.approx(given.spread, rel=0.05)
    assert given.outcome == "harm"
    assert case(dispersion=1.6).spread == 1.6


@pytest.mark.parametrize("phi", [1.0, 3.0])
def test_simulated_crimes_have_the_mean_and_spread_asked_for(phi):
    drawn = draw_outcome(case(dispersion=phi), np.full((300, 1000), 0.5), np.random.default_rng(2))
    assert drawn.shape == (300, 1000)
    assert drawn.mean() == pytest.approx(0.5, rel=0.02)
    assert drawn.var() / drawn.mean() == pytest.approx(phi, rel=0.02)


def test_a_test_that_is_not_defined_finds_nothing_and_seeds_repeat():
    design = make_design_of()
    rule = SimulationRule(runs=5, draws=19, seed=3)
    assert simulate_power(design, case(), lambda *_: None, rule).found == 0
    assert simulate_power(design, case(), lambda *_: 0.05, rule).power == 1.0
    twice = [simulate_power(design, case(), make_test(design), rule).found for _ in range(2)]
    assert twice[0] == twice[1]


def test_the_interval_of_a_simulated_share_is_wilsons():
    found = Simulated(45, 60)
    low, high = stats.binomtest(45, 60).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_the_table_has_a_row_for_each_case_and_what_was_not_simulated_is_null():
    design = make_design_of(**PILOT)
    lasting = case(0.6, lasting=(1.0,), without_washout=True, harms=HARMS)
    clean = make_design_of(washout_days=1, **PILOT)
    table = tabulate_power([(design, case(), Simulated(8, 10)), (clean, lasting, None)])
    check_columns(table, POWER, name="power")
    assert table["outcome"].to_list() == ["crimes", "harm"]
    assert table["treated_days"].to_list() == [455, 455]
    assert table["control_days"][0] == 455
    assert 200 < table["control_days"][1] < 455
    assert table["shown_ratio"][0] == pytest.approx(0.7)
    assert 0.61 < table["shown_ratio"][1] < 0.64  # expected crimes take a part of it away
    assert table["simulated"].to_list() == [0.8, None]
    assert table["weeks"].to_list() == [26, 26]
    assert tabulate_power([]).is_empty()


def test_a_design_without_days_without_is_refused():
    loads = tuple(ServiceLoad(name, most=9) for name in ("police", "outreach"))
    arms = (Arm("police", ("police",)), Arm("outreach", ("outreach",)))
    with pytest.raises(InputError, match="No hot spot-day without patrol is left"):
        find_power(make_design_of(arms=arms, loads=loads), case())
    crowded = make_design_of(areas=1, weeks=2, weekdays=(1,), washout_days=14)
    lasting = case(without_washout=True)
    # of one weekday in two weeks, the day without is late only if it comes first
    assert find_power(crowded, lasting) < 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"crimes": 0.0}, "crimes_a_day"),
        ({"dispersion": 0.9}, "dispersion"),
        ({"harms": (0.0, 0.0)}, "harms"),
        ({"harms": (-1.0, 3.0)}, "harms"),
        ({"level": 0.0}, "level"),
    ],
)
def test_a_case_that_cannot_be_is_refused(wrong, told):
    with pytest.raises(InputError, match=told):
        case(**wrong)


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"draws": 18}, {"seed": -1}])
def test_a_simulation_of_nothing_is_refused(wrong):
    with pytest.raises(InputError, match="Simulate 1 run or more"):
        SimulationRule(**wrong)


def test_harm_that_few_crimes_hold_is_found_less_often_than_crimes():
    design = make_design_of(**PILOT)
    table = tabulate_power([(design, case(), None), (design, case(harms=HARMS), None)])
    assert table["detectable"][1] < table["detectable"][0]
    assert table.filter(pl.col("outcome") == "harm")["power"][0] < table["power"][0]
