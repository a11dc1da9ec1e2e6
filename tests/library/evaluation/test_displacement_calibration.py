import numpy as np
import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.displacement_calibration import (
    SimulatedMonths,
    find_simulated_rejections,
)

RUNS = 150


@pytest.fixture(scope="module", params=[1.0, 2.0, 3.0])
def found(request):
    design = SimulatedMonths(dispersion=request.param)
    rng = np.random.default_rng(20_261_128)
    return request.param, find_simulated_rejections(design, rng, runs=RUNS)


def test_robust_tests_reject_about_as_often_as_they_say(found):
    """A short run: 5 % of 150 is 7.5, and 0 to 18 holds 999 in 1,000. The long one is a script."""
    _, table = found
    robust = table.filter(table["test"] != "wdd-poisson")
    assert robust.height == 6
    assert robust["runs"].to_list() == [RUNS] * 6
    assert (robust["rejected"] * RUNS).max() <= 18
    banded = robust.drop_nulls("covered")
    assert banded.height == 5
    np.testing.assert_allclose(banded["covered"], 1 - banded["rejected"])
    assert table["error"][0] == pytest.approx(1.96 * (0.05 * 0.95 / RUNS) ** 0.5)


def test_the_published_error_is_right_for_poisson_counts_only(found):
    """Wheeler and Ratcliffe's test finds 16 % at variance/mean 2, and a quarter at 3."""
    dispersion, table = found
    rejected = table.filter(table["test"] == "wdd-poisson")["rejected"][0]
    expected = {1.0: 0.05, 2.0: 0.166, 3.0: 0.258}[dispersion]
    assert abs(rejected - expected) < 3.3 * (expected * (1 - expected) / RUNS) ** 0.5


def test_a_true_effect_is_held_by_the_intervals_and_found_more_often():
    design = SimulatedMonths(effect=0.4, aligned=False, season=0.0, shock=0.2)
    table = find_simulated_rejections(design, np.random.default_rng(3), runs=60)
    rows = {row["test"]: row for row in table.iter_rows(named=True)}
    for test in ("wdd-local", "hours-beside", "crime-switch-1"):
        assert rows[test]["rejected"] > 0.5
        assert rows[test]["covered"] > 0.8
    assert rows["wdd-ring-near"]["rejected"] < 0.25


def test_tests_that_are_not_defined_are_not_counted():
    design = SimulatedMonths(mean=0.05, months=3, season=0.0)
    table = find_simulated_rejections(design, np.random.default_rng(3), runs=40)
    runs = dict(table.select("test", "runs").iter_rows())
    assert runs["wdd-total"] < 40
    assert "hours-beside-permutation" not in runs


@pytest.mark.parametrize(
    "options",
    [{"mean": 0.0}, {"effect": 0.0}, {"dispersion": 0.5}, {"season": 1.0}, {"shock": -1.0}],
)
def test_months_that_cannot_be_are_refused(options):
    with pytest.raises(InputError, match="Simulated months"):
        SimulatedMonths(**options)
