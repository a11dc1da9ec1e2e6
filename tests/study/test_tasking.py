"""What a tasking meeting is told: who stands out, which weeks, which places, and why here."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.evaluation.xmr import Signal, chart_xmr
from patrolwise.places import areas_from_geometries
from patrolwise.study.tasking_candidates import CandidateRule, find_candidates
from patrolwise.study.tasking_league import SERVED_DAYS, Standing, compare_served
from patrolwise.study.tasking_reasons import find_reasons, tell_grid_reference
from patrolwise.study.tasking_signals import (
    WEEKS,
    expect_chance_signals,
    find_newest_signals,
    list_signals,
)
from patrolwise.tables import CRIMES, make_table

MONDAYS = [date(2026, 1, 5) + timedelta(days=7 * k) for k in range(WEEKS)]
QUIET = [2, 3] * 6


def served(met, owed=28):
    owed = [owed] * len(met) if isinstance(owed, int) else owed
    ids = [f"h{k}" for k in range(len(met))]
    return make_table(
        SERVED_DAYS, pl.DataFrame({"area_id": ids, "days_owed": owed, "days_met": met})
    )


def z_by_hand(met, owed):
    """Return z of each hot spot as the SHMI's text has it, one step after the other."""
    share = sum(met) / sum(owed)
    n = len(met)
    y = [np.arcsin(np.sqrt(m / o)) for m, o in zip(met, owed, strict=True)]
    target = np.arcsin(np.sqrt(share))
    s = [1 / (2 * np.sqrt(o)) for o in owed]
    z = [(a - target) / b for a, b in zip(y, s, strict=True)]
    order = sorted(range(n), key=lambda k: z[k])
    kept = [k for rank, k in enumerate(order, 1) if 0 < rank * 10 // (n + 1) < 9]
    phi = sum(z[k] ** 2 for k in kept) / len(kept)
    w = [1 / s[k] ** 2 for k in kept]
    tau2 = max(
        0.0,
        (len(kept) * phi - (len(kept) - 1)) / (sum(w) - sum(one**2 for one in w) / sum(w)),
    )
    return [(a - target) / np.sqrt(b**2 + tau2) for a, b in zip(y, s, strict=True)]


def test_a_hot_spot_stands_out_by_the_z_that_a_person_would_reckon():
    rng = np.random.default_rng(3)
    owed = rng.integers(8, 29, 20).tolist()
    met = [int(rng.binomial(n, p)) for n, p in zip(owed, rng.beta(6, 3, 20), strict=True)]
    met[4], owed[4] = 1, 28
    by_hand = z_by_hand(met, owed)
    for one, z in zip(compare_served(served(met, owed)), by_hand, strict=True):
        expected = (
            Standing.ALIKE
            if abs(z) <= 1.959964
            else (Standing.WATCH_BELOW if z < 0 else Standing.WATCH_ABOVE)
            if abs(z) <= 3.090232
            else (Standing.BELOW if z < 0 else Standing.ABOVE)
        )
        assert one.standing is expected
    assert compare_served(served(met, owed))[4].standing is Standing.BELOW


def test_hot_spots_stay_in_the_order_given_whatever_their_share():
    found = compare_served(served([28, 3, 20, 11]))
    assert [one.area_id for one in found] == ["h0", "h1", "h2", "h3"]


def test_too_few_hot_spots_and_one_that_is_owed_nothing_are_not_judged():
    assert [one.standing for one in compare_served(served([5, 0]))] == [Standing.FEW] * 2
    found = compare_served(served([20, 21, 19, 0], [28, 28, 28, 0]))
    assert (found[3].standing, found[3].share, found[3].low) == (Standing.NOTHING, None, None)
    assert found[0].low < 20 / 28 < found[0].high
    assert compare_served(served([])) == ()
    assert {one.standing for one in compare_served(served([28] * 5))} == {Standing.ALIKE}


def test_days_that_cannot_be_are_all_named():
    wrong = pl.concat([served([30]), served([-1])])
    with pytest.raises(InputError) as caught:
        compare_served(wrong)
    told = str(caught.value)
    assert "twice" in told
    assert told.count("no more than were owed") == 2


def test_where_nothing_differs_few_hot_spots_are_named():
    """Calibration: 25 hot spots with one share, 400 times; 0.2 % lie outside 99.8 % limits."""
    rng, named = np.random.default_rng(7), 0
    for _ in range(400):
        found = compare_served(served(rng.binomial(28, 0.8, 25).tolist()))
        named += sum(one.standing in (Standing.BELOW, Standing.ABOVE) for one in found)
    assert named / 10_000 < 0.006


def test_signals_are_those_of_the_chart_and_of_the_newest_weeks_alone():
    series = {("a", "crimes"): [*QUIET, 9], ("b", "crimes"): [9, *QUIET], ("c", "harm"): [1] * 13}
    found = list_signals(series, MONDAYS)
    assert [(one.area_id, one.what, one.week, one.rule, one.is_above) for one in found] == [
        ("a", "crimes", MONDAYS[-1], Signal.BEYOND, True)
    ]
    assert len(list_signals(series, MONDAYS, newest=13)) == 2
    with pytest.raises(InputError, match="a, crimes: 2 weeks are counted of 13"):
        list_signals({("a", "crimes"): [1, 2]}, MONDAYS)
    assert list_signals({}, MONDAYS) == ()


def test_many_series_at_once_have_the_signals_of_one_chart_each():
    rng = np.random.default_rng(11)
    for mean in (0.2, 1, 4, 20):
        drawn = rng.poisson(mean, (150, WEEKS))
        drawn[:60] += np.arange(WEEKS) * (np.arange(60)[:, None] % 4)  # some rise
        drawn[60:90, -8:] += 3  # some moved
        by_chart = [bool(chart_xmr(row.tolist()).signals[-1]) for row in drawn]
        assert find_newest_signals(drawn).tolist() == by_chart
    assert 0 < sum(by_chart) < 150
    short = rng.poisson(3, (50, 5))
    assert find_newest_signals(short).tolist() == [
        bool(chart_xmr(row.tolist()).signals[-1]) for row in short
    ]
    assert not find_newest_signals(short[:, :1]).any()


def test_as_many_signals_come_by_chance_as_are_foretold():
    """Calibration: what is foretold of 25 quiet hot spots is what 400 other quarters bring."""
    rng = np.random.default_rng(5)
    means = rng.uniform(1, 6, 25)
    series = {(f"h{k}", "crimes"): [mean] * WEEKS for k, mean in enumerate(means)}
    foretold = expect_chance_signals(series, rng)
    came = [find_newest_signals(rng.poisson(means[:, None], (25, WEEKS))).sum() for _ in range(400)]
    assert foretold == pytest.approx(np.mean(came), abs=4 * np.std(came) / 20)
    assert 0.3 < foretold < 1


OUTLINE = shapely.box(450_000, 300_000, 454_000, 304_000)  # 400 cells of 200 m
ONE_CELL = [shapely.box(450_000 + x, 300_000, 450_200 + x, 300_200) for x in (0, 1_000, 2_000)]
SPOTS = areas_from_geometries(["a", "b", "c"], ONE_CELL, ["A", "B", "C"])


def crimes_at(*places):
    """Return crimes, so many at each (x, y) from the corner of the outline."""
    rows = [(450_000.0 + x, 300_000.0 + y) for x, y, many in places for _ in range(many)]
    return pl.DataFrame(rows, schema={"x": pl.Float64, "y": pl.Float64}, orient="row")


def test_a_quiet_hot_spot_may_go_and_a_busy_place_beside_may_come():
    found = find_candidates(
        crimes_at((50, 50, 40), (1_050, 50, 38), (2_050, 50, 1), (3_050, 3_050, 45)),
        SPOTS, OUTLINE, np.random.default_rng(1),
    )  # fmt: skip
    assert (found.top, found.ranked, found.cell_m) == (3, 400, 200.0)
    assert [one.area_id for one in found.let_go] == ["c"]
    assert [(one.x, one.y, one.crimes) for one in found.take_on] == [(453_100, 303_100, 45)]
    assert found.take_on[0].shrunken < 45
    assert [one.area_id for one in found.spots] == ["a", "b", "c"]
    assert found.of_other_size == ()


def test_where_nothing_tells_places_apart_none_is_put_forward():
    found = find_candidates(crimes_at(), SPOTS, OUTLINE, np.random.default_rng(1))
    assert found.take_on == ()
    assert all(one.in_top == pytest.approx(3 / 400, abs=0.01) for one in found.spots)
    with pytest.raises(InputError, match="no hot spot"):
        find_candidates(crimes_at(), SPOTS.clear(), OUTLINE, np.random.default_rng(1))
    with pytest.raises(InputError, match=r"(?s)let_go must be below.*100 draws"):
        CandidateRule(let_go=0.9, draws=5)


def test_a_hot_spot_much_larger_than_the_others_is_named():
    large = areas_from_geometries(
        ["a", "b", "c"],
        [*ONE_CELL[:2], shapely.box(452_000, 300_000, 452_600, 300_600)],
        list("ABC"),
    )  # fmt: skip
    found = find_candidates(crimes_at((50, 50, 9)), large, OUTLINE, np.random.default_rng(1))
    assert found.of_other_size == ("c",)
    assert found.ranked == 400 - 9 + 1


def test_places_put_forward_are_as_often_among_the_first_as_their_chance_says():
    """Calibration: true rates are known; of places put forward, so many are in as it is said."""
    rng = np.random.default_rng(13)
    chances, were = [], []
    for _ in range(16):
        rates = rng.gamma(0.5, 6.0, 400)
        counts = rng.poisson(rates)
        order = np.argsort(-rates)[:3]
        middles = [(200 * (k % 20) + 100, 200 * (k // 20) + 100) for k in range(400)]
        crimes = crimes_at(*[(*at, int(n)) for at, n in zip(middles, counts, strict=True)])
        found = find_candidates(crimes, SPOTS, OUTLINE, rng, CandidateRule(take_on=0.5, draws=200))
        top = {middles[k] for k in order}
        for one in found.take_on:
            chances.append(one.in_top)
            were.append((one.x - 450_000, one.y - 300_000) in top)
    assert len(chances) > 15
    assert np.mean(were) == pytest.approx(np.mean(chances), abs=3 * 0.5 / np.sqrt(len(were)))


def timed(*rows):
    """Return crimes of (hour, x, y, many) on a Monday in winter."""
    given = [
        {"crime_id": f"{k}", "force": "T", "month": date(2024, 1, 1), "x": x, "y": y, "source": "s",
         "time_from": datetime(2024, 1, 8, hour, 20, tzinfo=UTC), "row": k}
        for k, (hour, x, y, many) in enumerate(rows) for _ in range(many)
    ]  # fmt: skip
    return make_table(CRIMES, pl.DataFrame(given, infer_schema_length=None))


def test_the_busiest_hours_and_ground_are_told_and_small_counts_are_not():
    x, y = 450_010.0, 300_010.0
    crimes = timed((16, x, y, 9), (20, x + 100, y, 6), (3, x, y + 100, 4), (12, 460_000.0, y, 50))
    found = find_reasons(crimes, SPOTS)
    assert list(found) == ["a", "b", "c"]
    assert [(one.first, one.last, round(one.share, 2)) for one in found["a"].bands] == [
        (15, 18, 0.47), (18, 21, 0.32),
    ]  # fmt: skip
    assert [(one.reference, round(one.share, 2)) for one in found["a"].squares] == [
        ("SK 500 000", 0.47), ("SK 501 000", 0.32),
    ]  # fmt: skip
    assert found["a"].crimes == 19
    assert (found["b"].crimes, found["b"].bands, found["b"].squares) == (0, (), ())


@pytest.mark.parametrize(
    ("x", "y", "reference"),
    [
        (0.0, 0.0, "SV 000 000"),
        (651_409.9, 313_177.3, "TG 514 131"),  # Caister water tower, of the Ordnance Survey's guide
        (216_677.0, 771_299.0, "NN 166 712"),  # Ben Nevis
        (530_268.0, 180_545.0, "TQ 302 805"),  # Trafalgar Square
        (457_300.0, 1_203_000.0, "HP 573 030"),
    ],
)
def test_a_place_has_the_reference_that_maps_give_it(x, y, reference):
    assert tell_grid_reference(x, y) == reference
