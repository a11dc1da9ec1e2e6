import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.displacement_by_area import AreaRing, estimate_displacement_by_area
from patrolwise.evaluation.robust import AreaPeriods


def areas_of(rng, hot=7, other=20, time_ratio=1.0):
    means = (30, 20, 30, 31)
    sizes = (hot, hot, other, other)
    names = ("before", "after", "comparison_before", "comparison_after")
    drawn = {n: rng.poisson(m, k) for n, m, k in zip(names, means, sizes, strict=True)}
    return AreaPeriods(**drawn, time_ratio=time_ratio)


def estimate(local, *rings, fixed=True, **more):
    named = [AreaRing(ring_id=f"r{n}", areas=areas) for n, areas in enumerate(rings)]
    return estimate_displacement_by_area(local, named, is_fixed_in_advance=fixed, **more)


def by_hand(*parts):
    """Add an area's parts, take its change, and compare the two groups of areas by Student's t."""
    time = parts[0].time_ratio
    hot = [sum(p.after[i] / time - p.before[i] for p in parts) for i in range(len(parts[0].before))]
    other = [
        sum(p.comparison_after[i] / time - p.comparison_before[i] for p in parts)
        for i in range(len(parts[0].comparison_before))
    ]
    theirs = stats.ttest_ind(hot, other, equal_var=True)
    limits, k = theirs.confidence_interval(0.95), len(hot)
    return k * (np.mean(hot) - np.mean(other)), k * limits.low, k * limits.high, theirs.pvalue


@pytest.mark.parametrize("time_ratio", [1.0, 0.5])
def test_areas_and_their_parts_of_rings_are_compared_by_students_t(time_ratio):
    rng = np.random.default_rng(3)
    local, near, far = (areas_of(rng, time_ratio=time_ratio) for _ in range(3))
    found = estimate(local, near, far)
    for e, parts in (
        (found.local, [local]),
        (found.rings[0].displacement, [near]),
        (found.rings[1].total, [local, far]),
        (found.total, [local, near, far]),
    ):
        assert (e.value, e.low, e.high, e.p) == pytest.approx(by_hand(*parts))
        assert e.headline
    assert found.rings[1].total.id == "wdd-robust-total-r1"


def test_rings_fixed_afterwards_are_exploratory_and_no_headline():
    rng = np.random.default_rng(3)
    found = estimate(areas_of(rng), areas_of(rng), fixed=False)
    assert not found.total.headline
    assert found.total.note.startswith("Exploratory")
    assert not found.is_fixed_in_advance


def test_quotients_are_of_totals_scaled_to_the_number_of_hot_spots_and_to_time():
    local = AreaPeriods(
        before=[20, 30],
        after=[6, 9],
        comparison_before=[30] * 4,
        comparison_after=[13.75] * 4,
        time_ratio=0.5,
    )
    ring = AreaPeriods(
        before=[20, 20],
        after=[10, 7.5],
        comparison_before=[1] * 4,
        comparison_after=[1] * 4,
        time_ratio=0.5,
    )
    measures = estimate(local, ring).rings[0].quotient.measures
    assert measures.net_effect == pytest.approx(0.28788, abs=5e-6)
    assert measures.weighted_displacement_quotient == pytest.approx(0.10526, abs=5e-6)
    assert measures.total_net_effect == pytest.approx(17.5)


def test_too_few_areas_have_no_difference_but_a_reason():
    rng = np.random.default_rng(3)
    found = estimate(areas_of(rng, 1, 0), areas_of(rng, 1, 0))
    assert found.total.value is None
    assert "five areas" in found.total.note
    assert "Not defined" in found.rings[0].quotient.reading


def test_rings_of_other_areas_and_no_rings_are_refused():
    rng = np.random.default_rng(3)
    local = areas_of(rng)
    other = AreaRing(ring_id="r", areas=areas_of(rng, other=19))
    with pytest.raises(InputError, match="3 faults"):
        estimate_displacement_by_area(local, [other, other], is_fixed_in_advance=True)
    with pytest.raises(InputError, match="There is no ring"):
        estimate(local)


def test_areas_that_drift_apart_do_not_fool_the_test():
    """Each changes by a factor of its own. 5 % of 400 is 20; 8 to 35 holds 999 in 1,000."""
    rng, found = np.random.default_rng(9), 0
    for _ in range(400):
        rates = rng.gamma(10, 4, 27) * np.exp(rng.normal(0, 0.4, (2, 27)))
        before, after = rng.poisson(rates)
        local = AreaPeriods(
            before=before[:7],
            after=after[:7],
            comparison_before=before[7:],
            comparison_after=after[7:],
        )
        found += estimate(local, local).total.p < 0.05
    assert 8 <= found <= 35
