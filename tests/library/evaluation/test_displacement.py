from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.differences import DifferenceCounts, estimate_harm_wdd, estimate_wdd
from patrolwise.evaluation.displacement import (
    DisplacementCounts,
    RingCounts,
    estimate_displacement,
    estimate_harm_displacement,
    find_ring_quotient,
)
from patrolwise.evaluation.sub_periods import PartCounts


def place(before, after, **weights):
    return PartCounts(before=before, after=after, **weights)


def counts_of(rng, parts=(12, 12), rings=2, **more):
    def draw(**weights):
        before, after = (rng.negative_binomial(6, 0.3, n) for n in parts)
        return place(before, after, **weights)

    return DisplacementCounts(
        treated=draw(),
        comparison=draw(weight_before=2.0, weight_after=3.0),
        rings=tuple(
            RingCounts(
                ring_id=f"ring {n}",
                treated=draw(weight_before=1.5, weight_after=1.5),
                comparison=draw(weight_before=4.0),
            )
            for n in range(rings)
        ),
        **{"declared": date(2023, 1, 1), "after_from": date(2024, 1, 1)} | more,
    )


def by_hand(signed, level=0.95):
    """Form the difference in each pair of months, one after the other, and take Student's t."""
    months = []
    for month in range(len(signed[0][1].before)):
        difference = 0.0
        for sign, p in signed:
            difference += sign * p.after[month] / p.weight_after
            difference -= sign * p.before[month] / p.weight_before
        months.append(difference)
    n = len(months)
    theirs = stats.ttest_1samp(months, 0.0)
    limits = theirs.confidence_interval(level)
    return n * np.mean(months), n * limits.low, n * limits.high, theirs.pvalue


def test_differences_are_students_t_on_the_differences_of_months():
    counts = counts_of(np.random.default_rng(2))
    found = estimate_displacement(counts, level=0.9)
    local = [(1, counts.treated), (-1, counts.comparison)]
    rings = [[(1, ring.treated), (-1, ring.comparison)] for ring in counts.rings]
    pairs = [(found.local, local), (found.total, local + rings[0] + rings[1])]
    for ring, signed in zip(found.rings, rings, strict=True):
        pairs += [(ring.displacement, signed), (ring.total, local + signed)]
    for e, signed in pairs:
        assert (e.value, e.low, e.high, e.p) == pytest.approx(by_hand(signed, 0.9))
        assert e.level == 0.9
        assert not e.headline
    assert [e.id for e, _ in pairs] == [
        "wdd-local",
        "wdd-total",
        "wdd-ring-ring 0",
        "wdd-total-ring 0",
        "wdd-ring-ring 1",
        "wdd-total-ring 1",
    ]


@pytest.mark.parametrize("parts", [(12, 12), (24, 9)])
def test_the_value_is_the_published_one_and_phi_scales_its_error(parts):
    counts = counts_of(np.random.default_rng(3), parts, rings=1, aligned=False)
    ring = counts.rings[0]
    names = ("treated", "control", "displacement", "displacement_control")
    places = (counts.treated, counts.comparison, ring.treated, ring.comparison)
    ours = estimate_displacement(counts).total
    theirs = estimate_wdd(
        DifferenceCounts(
            **{name: p.totals for name, p in zip(names, places, strict=True)},
            **{
                f"{name}_weights": (p.weight_before, p.weight_after)
                for name, p in zip(names, places, strict=True)
            },
        ),
        dispersion=ours.dispersion,
    )
    assert ours.value == pytest.approx(theirs.value)
    half = (theirs.high - theirs.low) / 2 / stats.norm.ppf(0.975)
    by_part = 0.0
    for window, n in (("before", parts[0]), ("after", parts[1])):
        rate = sum(
            s * getattr(p, window) / getattr(p, f"weight_{window}")
            for s, p in zip((1, -1, 1, -1), places, strict=True)
        )
        by_part += n * np.var(rate, ddof=1)
    assert half == pytest.approx(by_part**0.5)


def test_rings_fixed_after_the_start_are_called_exploratory():
    counts = counts_of(np.random.default_rng(1), rings=1)
    found = estimate_displacement(replace(counts, declared=date(2024, 1, 1)))
    assert not found.is_fixed_in_advance
    assert "Exploratory" in found.rings[0].displacement.note
    assert estimate_displacement(counts).is_fixed_in_advance
    assert estimate_displacement(counts).local.note == ""


def test_too_few_parts_give_differences_without_intervals():
    e = estimate_displacement(counts_of(np.random.default_rng(1), (2, 2))).local
    assert e.value is not None
    assert (e.low, e.p, e.dispersion) == (None, None, None)


def test_no_crime_anywhere_has_no_phi():
    none = place([0] * 4, [0] * 4)
    ring = RingCounts(ring_id="r", treated=none, comparison=none)
    dates = {"declared": date(2023, 1, 1), "after_from": date(2024, 1, 1)}
    found = estimate_displacement(
        DisplacementCounts(treated=none, comparison=none, rings=(ring,), **dates)
    )
    assert (found.total.value, found.total.low, found.total.dispersion) == (0.0, None, None)
    assert "comparison areas had no crime" in found.rings[0].quotient.reading


def test_all_faults_of_counts_are_told_at_once():
    short, long = place([1] * 3, [1] * 3), place([1] * 3, [1] * 4)
    ring = RingCounts(ring_id="r", treated=short, comparison=long)
    dates = {"declared": date(2023, 1, 1), "after_from": date(2024, 1, 1)}
    with pytest.raises(InputError, match="3 faults") as caught:
        DisplacementCounts(treated=short, comparison=short, rings=(ring, ring), **dates)
    assert "r is given twice" in str(caught.value)
    with pytest.raises(InputError, match="There is no ring"):
        DisplacementCounts(treated=short, comparison=short, rings=(), **dates)


@pytest.mark.parametrize(
    ("hot", "ring", "words"),
    [
        ((100, 50), (100, 40), "fell more than"),
        ((100, 50), (100, 50), "fell as much as"),
        ((100, 50), (100, 80), "fell less than"),
        ((100, 50), (100, 100), "No change"),
        ((100, 50), (100, 120), "rose by part of"),
        ((100, 50), (100, 150), "rose by all of"),
        ((100, 50), (100, 160), "rose by more than"),
        ((100, 100), (100, 90), "did not fall beyond"),
        ((100, 120), (100, 90), "did not fall beyond"),
    ],
)
def test_quotients_are_read_as_the_guide_does(hot, ring, words):
    def year(before, after):
        return place([before], [after])

    # Twice the area in the comparison, so that its weights have work to do.
    comparison = place([400], [400], weight_before=4.0, weight_after=4.0)
    one = RingCounts(ring_id="r", treated=year(*ring), comparison=comparison)
    counts = DisplacementCounts(
        treated=year(*hot),
        comparison=comparison,
        rings=(one,),
        declared=date(2023, 1, 1),
        after_from=date(2024, 1, 1),
    )
    assert words in find_ring_quotient(counts, one).reading


def test_harm_is_the_sum_of_weight_times_difference():
    rng = np.random.default_rng(8)
    types = [counts_of(rng) for _ in range(3)]
    harm = [3.0, 0.0, 10.0]
    found = estimate_harm_displacement(types, harm)
    ones = [estimate_displacement(one) for one in types]
    assert found.local.value == pytest.approx(
        sum(h * e.local.value for h, e in zip(harm, ones, strict=True))
    )
    assert found.rings[1].total.value == pytest.approx(
        sum(h * e.rings[1].total.value for h, e in zip(harm, ones, strict=True))
    )
    assert found.local.id == "wdd-harm-local"
    assert found.rings[0].quotient is None


def test_harm_of_types_that_vary_apart_has_the_published_variance():
    """Weight² × variance, summed, when the months' differences of the types are orthogonal."""
    up_and_down = np.array([1.0, -1.0, 1.0, -1.0]), np.array([1.0, 1.0, -1.0, -1.0])
    flat = place([20.0] * 4, [20.0] * 4)
    ring = RingCounts(ring_id="r", treated=flat, comparison=flat)
    dates = {"declared": date(2023, 1, 1), "after_from": date(2024, 1, 1)}
    types = [
        DisplacementCounts(
            treated=place([20.0] * 4, 10 + 3 * wave), comparison=flat, rings=(ring,), **dates
        )
        for wave in up_and_down
    ]

    def variance(e):
        return ((e.high - e.low) / 2 / stats.t(3).ppf(0.975)) ** 2

    harm = [2.0, 5.0]
    both = variance(estimate_harm_displacement(types, harm).total)
    apart = [variance(estimate_displacement(one).total) for one in types]
    assert both == pytest.approx(sum(h**2 * v for h, v in zip(harm, apart, strict=True)))
    together = variance(estimate_harm_displacement([types[0]] * 2, harm).total)
    assert together == pytest.approx(sum(harm) ** 2 * apart[0])


def test_phi_of_harm_is_over_the_published_variance():
    rng = np.random.default_rng(9)
    types = [counts_of(rng, rings=1) for _ in range(2)]
    e = estimate_harm_displacement(types, [2.0, 7.0]).local
    published = estimate_harm_wdd(
        [
            DifferenceCounts(
                treated=one.treated.totals,
                control=one.comparison.totals,
                control_weights=(2.0, 3.0),
            )
            for one in types
        ],
        [2.0, 7.0],
    )
    ours = ((e.high - e.low) / stats.t(11).ppf(0.975)) ** 2
    theirs = ((published.high - published.low) / stats.norm.ppf(0.975)) ** 2
    assert e.dispersion == pytest.approx(ours / theirs)


def test_types_of_harm_must_be_counted_alike():
    rng = np.random.default_rng(1)
    one, two = counts_of(rng), counts_of(rng, rings=1)
    with pytest.raises(InputError, match="2 faults"):
        estimate_harm_displacement([one, two], [1.0, -1.0])
    for counts, harm in (([one], [1.0, 2.0]), ([], [])):
        with pytest.raises(InputError, match="weights"):
            estimate_harm_displacement(counts, harm)
