import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from patrolwise.evaluation import synthetic_control
from patrolwise.evaluation.area_panels import AreaPanel, draw_labels
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.synthetic_control import (
    estimate_by_synthetic_control,
    fit_synthetic_control,
    fit_weights,
    guard_synthetic_control,
)


def fit_step_by_step(treated, donors):
    """The same problem by a general optimiser with its bounds and its constraint."""
    scale = donors.std() or 1.0

    def loss(w):
        gap = (treated - w @ donors) / scale
        return gap @ gap

    def slope(w):
        return -2 * donors @ (treated - w @ donors) / scale**2

    start = np.full(len(donors), 1 / len(donors))
    whole = {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like}
    return optimize.minimize(
        loss,
        start,
        jac=slope,
        bounds=[(0, 1)] * len(donors),
        constraints=whole,
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 2000},
    ).x


def draw(rng, *, treated=1, areas=21, months=24, ratio=1.0):
    """Areas that blend three kinds of street; the treated ones as the others."""
    kinds = 20 + 6 * rng.normal(0, 1, (3, months)).cumsum(axis=1) / np.sqrt(months)
    means = np.clip(rng.dirichlet([1, 1, 1], areas) @ kinds, 1, None)
    means[:treated, months // 2 :] *= ratio
    return AreaPanel(
        counts=rng.poisson(means), treated=np.arange(areas) < treated, first_after=months // 2
    )


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(2, 14))
def test_no_other_blend_is_nearer(seed, donors, periods):
    rng = np.random.default_rng(seed)
    own, others = rng.poisson(9, periods), rng.poisson(9, (donors, periods))
    weights = fit_weights(own.astype(float), others.astype(float))
    slow = fit_step_by_step(own.astype(float), others.astype(float))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    near, slow_near = (np.sqrt(((own - w @ others) ** 2).sum()) for w in (weights, slow))
    assert near <= slow_near + 1e-6
    assert near == pytest.approx(slow_near, abs=1e-3)


def test_a_blend_that_exists_is_found():
    rng = np.random.default_rng(2)
    donors = rng.uniform(5, 20, (5, 30))
    wanted = np.array([0.5, 0.0, 0.3, 0.2, 0.0])
    assert fit_weights(wanted @ donors, donors) == pytest.approx(wanted, abs=1e-9)


def test_donors_that_are_the_treated_area_itself_share_the_weight():
    assert fit_weights(np.array([3.0, 4.0]), np.array([[3.0, 4.0], [3.0, 4.0]])).sum() == 1


def test_the_blend_is_of_the_mean_of_the_treated_areas():
    made = draw(np.random.default_rng(4), treated=3)
    fitted = fit_synthetic_control(made)
    assert fitted.treated == pytest.approx(made.counts[:3].mean(axis=0))
    assert fitted.synthetic == pytest.approx(fitted.weights @ made.counts)
    assert fitted.weights[:3].tolist() == [0, 0, 0]
    gap = fitted.treated - fitted.synthetic
    assert fitted.gap_before == pytest.approx(np.sqrt(np.mean(gap[:12] ** 2)))
    assert fitted.gap_after == pytest.approx(np.sqrt(np.mean(gap[12:] ** 2)))


def rank_by_hand(made):
    """Each area in turn as the treated one, all the others its donors."""
    ratios = []
    for area in range(len(made.counts)):
        others = np.delete(made.counts, area, axis=0)
        w = fit_weights(made.counts[area, :12], others[:, :12])
        gap = made.counts[area] - w @ others
        ratios.append(np.mean(gap[12:] ** 2) / np.mean(gap[:12] ** 2))
    return np.mean([ratio >= ratios[0] * (1 - 1e-9) for ratio in ratios])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_treated_area_is_ranked_among_all_areas(seed):
    made = draw(np.random.default_rng(seed))
    e = estimate_by_synthetic_control(made, np.random.default_rng(0))
    fitted = fit_synthetic_control(made)
    assert e.p == pytest.approx(rank_by_hand(made))
    assert e.value == pytest.approx(fitted.treated[12:].sum() / fitted.synthetic[12:].sum())


def test_the_interval_is_where_the_same_rank_begins_to_reject():
    made = draw(np.random.default_rng(1), areas=40)
    e = estimate_by_synthetic_control(made, np.random.default_rng(0))
    assert e.headline
    for end, factor, is_rejected in (
        (e.low, 1.001, False),
        (e.low, 0.999, True),
        (e.high, 0.999, False),
        (e.high, 1.001, True),
    ):
        scaled = made.counts.copy()
        scaled[0, 12:] /= end * factor
        moved = AreaPanel(counts=scaled, treated=made.treated, first_after=12)
        assert (rank_by_hand(moved) <= 0.05) == is_rejected


def test_several_treated_areas_are_set_beside_random_choices_of_as_many():
    made = draw(np.random.default_rng(3), treated=3, areas=31, ratio=0.3)
    e = estimate_by_synthetic_control(made, np.random.default_rng(5))
    ratios = []
    for label in [made.treated, *draw_labels(made.treated, 199, np.random.default_rng(5))]:
        w = fit_weights(made.counts[label, :12].mean(axis=0), made.counts[~label, :12])
        gap = made.counts[label].mean(axis=0) - w @ made.counts[~label]
        ratios.append(np.mean(gap[12:] ** 2) / np.mean(gap[:12] ** 2))
    assert e.p == pytest.approx(np.mean(np.array(ratios) >= ratios[0] * (1 - 1e-9)))
    assert e.p < 0.05
    assert e.low < 0.3 < e.high < 1
    assert "200 choices out of 4,495" in e.note


def test_all_choices_are_fitted_as_each_is_alone():
    made = draw(np.random.default_rng(3), treated=3)
    labels = draw_labels(made.treated, 20, np.random.default_rng(5))
    contrasts = synthetic_control._find_contrasts(made.counts[:, :12], labels)
    for label, contrast in zip(labels, contrasts, strict=True):
        alone = fit_synthetic_control(
            AreaPanel(counts=made.counts, treated=label, first_after=12)
        ).weights
        np.testing.assert_allclose(contrast, label / 3 - alone, rtol=1e-12)
    same = np.full((6, 5), 4.0)  # no donor is farther than another
    alike = synthetic_control._find_contrasts(same, np.eye(6, dtype=bool))
    assert alike.sum(axis=1) == pytest.approx(np.zeros(6), abs=1e-12)


def test_with_few_areas_no_p_value_can_be_small_and_no_interval_is_made_up():
    e = estimate_by_synthetic_control(
        draw(np.random.default_rng(3), areas=12, ratio=0.2), np.random.default_rng(0)
    )
    assert (e.low, e.high, e.headline) == (None, None, False)
    assert "no p-value can be below 0.08" in e.note


def test_months_after_that_no_single_ratio_fits_give_no_interval():
    made = draw(np.random.default_rng(1), areas=40)
    counts = made.counts.copy()
    counts[0, 12:] = list(np.round(made.counts[0].mean() * np.array([0.01, 1.99]))) * 6
    e = estimate_by_synthetic_control(
        AreaPanel(counts=counts, treated=made.treated, first_after=12), np.random.default_rng(0)
    )
    assert e.p <= 0.05
    assert (e.low, e.high, e.headline) == (None, None, False)
    assert "no single ratio fits" in e.note


@pytest.mark.parametrize("nothing", [slice(0, 1), slice(1, None)])
def test_a_side_without_crime_after_gives_no_ratio(nothing):
    made = draw(np.random.default_rng(3))
    counts = made.counts.copy()
    counts[nothing, 12:] = 0
    e = estimate_by_synthetic_control(
        AreaPanel(counts=counts, treated=made.treated, first_after=12), np.random.default_rng(0)
    )
    assert not e.value
    assert (e.low, e.p) == (None, None)
    assert e.note.startswith("Not defined")


def test_a_perfect_fit_before_is_as_far_out_as_can_be():
    counts = np.full((25, 6), 4.0)
    counts[:, 3:] = np.random.default_rng(2).poisson(4, (25, 3))
    e = estimate_by_synthetic_control(
        AreaPanel(counts=counts, treated=np.arange(25) == 0, first_after=3),
        np.random.default_rng(0),
    )
    assert e.p == 1.0


@pytest.mark.parametrize(
    ("areas", "size", "fired"),
    [(21, 1.0, []), (5, 1.0, ["few-donors"]), (21, 4.0, ["poor-synthetic-fit"])],
)
def test_too_few_donors_and_a_poor_fit_are_red(areas, size, fired):
    made = draw(np.random.default_rng(8), areas=areas)
    counts = made.counts.copy()
    counts[0] = np.round(counts[0] * size)
    panel = AreaPanel(counts=counts, treated=made.treated, first_after=12)
    guards = guard_synthetic_control(fit_synthetic_control(panel))
    assert [guard.id for guard in guards] == fired
    assert all(guard.severity == Severity.RED for guard in guards)


def test_moves_that_no_blend_follows_are_a_poor_fit_though_the_level_is_right():
    made = draw(np.random.default_rng(8))
    counts = made.counts.copy()
    counts[0, :12] = list(np.round(counts[1:, :12].mean() + 15 * (-1) ** np.arange(12)))
    fitted = fit_synthetic_control(AreaPanel(counts=counts, treated=made.treated, first_after=12))
    assert fitted.off_level < 0.1
    (guard,) = guard_synthetic_control(fitted)
    assert guard.id == "poor-synthetic-fit"
    assert f"{fitted.gap_before:.1f} crimes a period off" in guard.message


def test_treated_areas_without_crime_before_are_off_level():
    made = draw(np.random.default_rng(8))
    counts = made.counts.copy()
    counts[0, :12] = 0
    fitted = fit_synthetic_control(AreaPanel(counts=counts, treated=made.treated, first_after=12))
    assert fitted.off_level == np.inf
    assert fitted.is_poor


def test_no_effect_is_rejected_five_times_in_a_hundred():
    rng = np.random.default_rng(90)
    panels = [draw(rng, areas=20) for _ in range(100)]
    rejected = sum(estimate_by_synthetic_control(panel, rng).p <= 0.05 for panel in panels)
    assert rejected > 0
    assert stats.binom.sf(rejected - 1, len(panels), 0.05) > 1e-4


def test_intervals_hold_the_truth():
    rng = np.random.default_rng(91)
    missed = 0
    for _ in range(40):
        e = estimate_by_synthetic_control(draw(rng, areas=20, ratio=0.7), rng)
        missed += not (e.low or 0) <= 0.7 <= (e.high or np.inf)
    assert stats.binom.sf(missed - 1, 40, 0.05) > 1e-4
