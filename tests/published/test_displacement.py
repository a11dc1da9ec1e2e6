"""Published figures of displacement and near repeats, each with its source."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from patrolwise.evaluation.displacement import (
    DisplacementCounts,
    RingCounts,
    estimate_displacement,
    estimate_harm_displacement,
    find_ring_quotient,
)
from patrolwise.evaluation.near_repeats import RepeatRule, find_knox_table, find_near_repeats
from patrolwise.evaluation.sub_periods import PartCounts

DATES = {"declared": date(2017, 1, 1), "after_from": date(2018, 1, 1)}


def quarters(before, after):
    """Return a year's count cut into quarters: the figures published hold years only."""
    cut = np.array([0.2, 0.25, 0.3, 0.25])
    return PartCounts(before=before * cut, after=after * cut[[0, 2, 1, 3]])


def test_wheeler_and_ratcliffe_2018_in_rings():
    """Crime Science 7:11, also a test of the R package ptools: -107, -11 and -118."""
    ring = RingCounts(ring_id="ring", treated=quarters(178, 157), comparison=quarters(150, 140))
    found = estimate_displacement(
        DisplacementCounts(
            treated=quarters(207, 110), comparison=quarters(308, 318), rings=(ring,), **DATES
        )
    )
    for e, value, error in (
        (found.local, -107, 30.71),
        (found.rings[0].displacement, -11, 25.0),
        (found.total, -118, 39.598),
    ):
        assert e.value == pytest.approx(value)
        # Theirs is the error with phi 1.
        ours = (e.high - e.low) / (2 * stats.t(3).ppf(0.975))
        assert ours / e.dispersion**0.5 == pytest.approx(error, abs=0.005)


def test_ptools_harm_in_rings():
    """R package ptools 2.0.0, help page of wdd_harm: -1721, error 304.1036 with phi 1."""
    pairs = [
        ((133, 91), (130, 74)),
        ((388, 305), (327, 202)),
        ((148, 97), (398, 190)),
        ((86, 64), (144, 92)),
        ((94, 67), (183, 96)),
    ]
    none = RingCounts(ring_id="none", treated=quarters(0, 0), comparison=quarters(0, 0))
    counts = [
        DisplacementCounts(
            treated=quarters(*treated), comparison=quarters(*control), rings=(none,), **DATES
        )
        for control, treated in pairs
    ]
    e = estimate_harm_displacement(counts, [3, 2, 5, 7, 10]).total
    assert e.value == pytest.approx(-1721)
    ours = (e.high - e.low) / (2 * stats.t(3).ppf(0.975))
    assert ours / e.dispersion**0.5 == pytest.approx(304.1036, abs=1e-4)


def test_pop_guide_10_in_rings():
    """Guerette (2009), POP Guide 10, on Wheeler's counts of 2021 and a buffer of 40 to 35."""
    ring = RingCounts(ring_id="buffer", treated=quarters(40, 35), comparison=quarters(0, 0))
    counts = DisplacementCounts(
        treated=quarters(50, 30), comparison=quarters(60, 55), rings=(ring,), **DATES
    )
    assert estimate_displacement(counts).local.value == pytest.approx(-15)
    measures = find_ring_quotient(counts, ring).measures
    assert measures.net_effect == pytest.approx(0.28788, abs=5e-6)
    assert measures.weighted_displacement_quotient == pytest.approx(0.10526, abs=5e-6)
    assert measures.total_net_effect == pytest.approx(17.5)


def burkitt():
    path = Path(__file__).with_name("burkitt.csv")
    return np.loadtxt(path, delimiter=",", skiprows=5).T


def test_pointpats_knox_of_burkitts_lymphoma():
    """pointpats 2.5.5, help of Knox: delta 20, tau 5, both included.

    Its p_poisson of .146246 is the chance of more than 13 pairs; ours is of 13 or more.
    """
    table = find_knox_table(*burkitt(), below_m=np.nextafter(20, 21), below_days=6)
    cells = (table.close, table.close_in_place, table.close_in_time, table.apart)
    assert cells == (13, 3416, 39, 14110)
    assert table.expected == pytest.approx(10.1438161)
    more = table.poisson_p - stats.poisson.pmf(13, table.expected)
    assert more == pytest.approx(0.14624558197140414)


def test_pointpats_finds_no_near_repeats_among_burkitts_lymphoma():
    """Its simulated p-values are .17 and .21 with 99 shuffles."""
    rule = RepeatRule(edges_m=(0, np.nextafter(20, 21)), edges_days=(0, 6), permutations=1999)
    found = find_near_repeats(*burkitt(), rule, np.random.default_rng(1)).row(0, named=True)
    assert found["pairs"] == 13
    assert found["expected"] == pytest.approx(10.14, abs=0.3)
    assert 0.17 < found["p"] < 0.25
