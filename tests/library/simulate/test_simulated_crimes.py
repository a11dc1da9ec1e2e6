"""Crimes by chance: mean, spread, effect, decay, dose and displacement are as the rule says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.definitions import OPEN_DATA_CATEGORIES, known_offence_codes
from patrolwise.errors import InputError
from patrolwise.places import area_geometries, areas_from_geometries, make_ring
from patrolwise.simulate import (
    OFFENCES,
    PLACE_DAYS,
    RING_ID,
    CrimeRule,
    Offence,
    draw_crimes,
    draw_place_days,
    make_town,
)
from patrolwise.simulate.crimes import EVENING_HOURS
from patrolwise.tables import CRIMES, check_columns
from patrolwise.times import Window, patrol_day

IDS = [f"spot-{n}" for n in range(40)]
YEARS = Window("years", date(2022, 1, 1), date(2024, 12, 31))
FLAT = CrimeRule(weekdays=(1,) * 7, season_amplitude=0.0)
NOBODY = pl.DataFrame(schema={"area_id": pl.String, "day": pl.Date, "minutes": pl.Float64})


def patrols(rows):
    return pl.DataFrame(rows, schema=NOBODY.schema, orient="row")


def half_of_all_days(ids=IDS, window=YEARS, seed=9, minutes=60.0):
    """Patrol on days drawn by lot: half of all."""
    rng = np.random.default_rng(seed)
    days = [window.first + timedelta(days=n) for n in range(window.days)]
    return patrols([(i, d, minutes) for i in ids for d in days if rng.random() < 0.5])


def drawn_days(rule=FLAT, minutes=NOBODY, ids=IDS, window=YEARS, seed=1):
    drawn = draw_place_days(ids, minutes, window, rule, np.random.default_rng(seed))
    return drawn.place_days


def test_every_area_has_every_day_once_with_zeros_as_rows():
    days = drawn_days()
    check_columns(days, PLACE_DAYS, name="days")
    assert days.height == len(IDS) * YEARS.days == days.select("area_id", "day").n_unique()
    assert (days["crimes"] == 0).any()
    assert days["area_id"].unique(maintain_order=True).to_list() == IDS


def test_the_mean_is_as_set_over_hot_spots_and_days():
    rule = replace(FLAT, mean_a_day=0.5, spot_shape=4.0)
    means = drawn_days(
        rule, ids=[f"{n}" for n in range(600)], window=Window("d", *(YEARS.first,) * 2)
    )
    # hot spots' means are gamma: standard deviation mean / sqrt(shape)
    assert abs(means["expected"].mean() - 0.5) < 4 * 0.25 / np.sqrt(600)
    assert means["expected"].std() == pytest.approx(0.25, rel=0.2)


@pytest.mark.parametrize("ratio", [1.0, 1.3, 3.0])
def test_the_variance_over_mean_is_as_set(ratio):
    days = drawn_days(replace(FLAT, variance_to_mean=ratio, mean_a_day=1.0))
    squares = (days["crimes"] - days["expected"]) ** 2 / days["expected"]
    # each day's share of the dispersion is independent: their spread gives the standard error
    error = squares.std() / np.sqrt(days.height)
    assert error < 0.05 * ratio
    assert abs(squares.mean() - ratio) < 4 * error


def test_weekdays_and_seasons_are_as_set():
    rule = CrimeRule(weekdays=(1, 1, 1, 1, 2, 2, 1), season_amplitude=0.3, season_peak=200)
    days = drawn_days(rule)
    by_weekday = days.group_by(pl.col("day").dt.weekday()).agg(pl.col("expected").mean())
    ratio = dict(by_weekday.iter_rows())
    assert ratio[5] / ratio[1] == pytest.approx(2.0, rel=0.01)
    level = drawn_days(replace(rule, season_amplitude=0.0))["expected"].mean()
    assert days["expected"].mean() == pytest.approx(level, rel=0.01)


def test_the_season_alone_is_highest_at_its_peak_and_lowest_half_a_year_away():
    days = drawn_days(replace(FLAT, season_amplitude=0.3, season_peak=200), ids=["spot-0"])
    by_day = dict(
        days.group_by(pl.col("day").dt.ordinal_day()).agg(pl.col("expected").mean()).rows()
    )
    assert max(by_day, key=by_day.get) == 200
    assert by_day[200] / by_day[17] == pytest.approx(1.3 / 0.7, rel=0.001)


def test_weights_of_weekdays_are_scaled_so_that_the_mean_stays():
    one = drawn_days(replace(FLAT, weekdays=(1, 2, 3, 4, 5, 6, 7)))["expected"].mean()
    two = drawn_days(replace(FLAT, weekdays=(10, 20, 30, 40, 50, 60, 70)))["expected"].mean()
    assert one == pytest.approx(two)
    assert one == pytest.approx(drawn_days()["expected"].mean(), rel=0.005)


def test_the_effect_comes_back_from_a_plain_ratio_of_days_drawn_by_lot():
    rule = replace(FLAT, mean_a_day=1.0, rate_ratio=0.7, spot_shape=1e6)
    days = drawn_days(rule, half_of_all_days())
    rates = days.group_by("patrolled").agg(
        pl.col("crimes").mean(), pl.col("crimes").sum().alias("n")
    )
    rate = {patrolled: (mean, n) for patrolled, mean, n in rates.iter_rows()}
    ratio = rate[True][0] / rate[False][0]
    # of a log ratio of two counts, with the dispersion of the rule
    error = np.sqrt(rule.variance_to_mean * (1 / rate[True][1] + 1 / rate[False][1]))
    assert error < 0.02
    assert abs(np.log(ratio) - np.log(0.7)) < 4 * error


def test_without_patrol_what_was_expected_is_what_would_have_been():
    days = drawn_days()
    assert days["expected"].equals(days["expected_without"])
    assert not days["patrolled"].any()


def effect_by_walking(minutes, rule):
    """The slow twin: each day, the most that any patrol before it still gives."""
    shares = []
    for day in range(len(minutes)):
        most = 0.0
        for before in range(day + 1):
            dose = float(minutes[before] > 0)
            if rule.full_dose_min:
                dose = min(minutes[before] / rule.full_dose_min, 1.0)
            if rule.half_life_days:
                dose *= 0.5 ** ((day - before) / rule.half_life_days)
            elif before != day:
                dose = 0.0
            most = max(most, dose)
        shares.append(most)
    return shares


@given(
    st.lists(st.sampled_from([0.0, 0.0, 5.0, 20.0, 90.0]), min_size=1, max_size=15),
    st.sampled_from([0.0, 0.5, 1.0, 4.0]),
    st.sampled_from([0.0, 30.0]),
)
def test_the_effect_fades_and_grows_with_the_dose_as_a_person_would_reckon(
    minutes, half_life_days, full_dose_min
):
    rule = replace(FLAT, rate_ratio=0.5, half_life_days=half_life_days, full_dose_min=full_dose_min)
    window = Window("few", YEARS.first, YEARS.first + timedelta(days=len(minutes) - 1))
    days = [YEARS.first + timedelta(days=n) for n in range(len(minutes))]
    given_rows = patrols([("spot-0", d, m) for d, m in zip(days, minutes, strict=True)])
    found = drawn_days(rule, given_rows, ids=["spot-0", "spot-1"], window=window)
    ratios = found["expected"] / found["expected_without"]
    expected = [0.5**share for share in effect_by_walking(minutes, rule)]
    np.testing.assert_allclose(ratios[: len(days)].to_numpy(), expected, rtol=1e-9)
    assert (ratios[len(days) :] == 1).all()


def test_minutes_of_one_day_add_up_and_days_outside_the_window_are_left_out():
    early = YEARS.first - timedelta(days=1)
    rows = [("spot-0", YEARS.first, 5.0), ("spot-0", YEARS.first, 7.0), ("spot-0", early, 9.0)]
    days = drawn_days(FLAT, patrols(rows))
    assert days["minutes"].sum() == 12
    assert days.filter("patrolled").select("area_id", "day").rows() == [("spot-0", YEARS.first)]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_displaced_crime_is_neither_lost_nor_added(share):
    rule = replace(FLAT, rate_ratio=0.6, displaced_share=share, ring_mean_a_day=2.0)
    days = drawn_days(rule, half_of_all_days())
    is_ring = pl.col("area_id") == RING_ID
    by_day = days.group_by("day").agg(
        prevented=(pl.col("expected_without") - pl.col("expected")).filter(~is_ring).sum(),
        moved=(pl.col("expected") - pl.col("expected_without")).filter(is_ring).sum(),
    )
    np.testing.assert_allclose(by_day["moved"], share * by_day["prevented"], atol=1e-9)
    if share == 1.0:
        assert days["expected"].sum() == pytest.approx(days["expected_without"].sum())


def test_a_ring_is_there_when_it_has_crime_or_crime_moves_there_and_is_never_patrolled():
    assert not drawn_days().filter(pl.col("area_id") == RING_ID).height
    for rule in (replace(FLAT, displaced_share=0.1), replace(FLAT, ring_mean_a_day=0.5)):
        ring = drawn_days(rule, half_of_all_days()).filter(pl.col("area_id") == RING_ID)
        assert ring.height == YEARS.days
        assert not ring["patrolled"].any()


def test_crimes_are_drawn_about_what_is_expected_in_the_ring_too():
    rule = replace(FLAT, displaced_share=0.5, ring_mean_a_day=3.0)
    ring = drawn_days(rule, half_of_all_days()).filter(pl.col("area_id") == RING_ID)
    error = np.sqrt(1.3 * ring["expected"].sum())
    assert abs(ring["crimes"].sum() - ring["expected"].sum()) < 4 * error


def test_harm_is_that_of_the_kinds_drawn():
    drawn = draw_place_days(IDS, NOBODY, YEARS, FLAT, np.random.default_rng(1))
    harms = [offence.harm for offence in OFFENCES]
    by_hand = [sum(n * h for n, h in zip(row, harms, strict=True)) for row in drawn.kinds[:500]]
    assert drawn.place_days["harm"][:500].to_list() == by_hand
    assert drawn.kinds.sum(axis=1).tolist() == drawn.place_days["crimes"].to_list()


def test_no_areas_give_no_days():
    assert drawn_days(ids=[]).height == 0


# records

TOWN = make_town()
RING = make_ring(TOWN, inner_m=0, outer_m=200).with_columns(area_id=pl.lit(RING_ID))
PLACES = pl.concat([TOWN, RING])
TOWN_RULE = CrimeRule(mean_a_day=1.0, displaced_share=0.3, ring_mean_a_day=3.0)


@pytest.fixture(scope="module")
def town():
    """Days of the town with its ring, and their records."""
    rng = np.random.default_rng(4)
    drawn = draw_place_days(TOWN["area_id"].to_list(), NOBODY, YEARS, TOWN_RULE, rng)
    return drawn, draw_crimes(drawn, PLACES, TOWN_RULE, rng)


def test_each_record_lies_in_its_area_and_its_patrol_day(town):
    drawn, crimes = town
    check_columns(crimes, CRIMES, name="crimes")
    counted = crimes.with_columns(day=patrol_day(pl.col("time_from")))
    for area_id, name, shape in zip(
        PLACES["area_id"], PLACES["name"], area_geometries(PLACES), strict=True
    ):
        own = counted.filter(pl.col("place") == name)
        assert shapely.contains_xy(shape, own["x"].to_numpy(), own["y"].to_numpy()).all()
        days = drawn.place_days.filter(pl.col("area_id") == area_id, pl.col("crimes") > 0)
        found = own.group_by("day").len().sort("day")
        assert found["day"].to_list() == days["day"].to_list()
        assert found["len"].to_list() == days["crimes"].to_list()


def test_every_record_says_that_it_is_simulated(town):
    _, crimes = town
    assert crimes["source"].unique().to_list() == ["simulated"]
    assert crimes["force"].unique().to_list() == ["Simulated force"]
    assert crimes["crime_id"].str.starts_with("simulated-").all()
    assert crimes["crime_id"].n_unique() == crimes.height


def test_records_are_in_order_of_time_and_their_rows_are_lines(town):
    _, crimes = town
    assert crimes["time_from"].is_sorted()
    assert crimes["row"].to_list() == list(range(2, crimes.height + 2))
    assert crimes["time_from"].equals(crimes["time_to"])


def test_the_month_is_that_of_the_local_day(town):
    _, crimes = town
    london = ZoneInfo("Europe/London")
    for time, month in crimes.select("time_from", "month").sample(2000, seed=1).iter_rows():
        assert month == time.astimezone(london).date().replace(day=1)


def test_hours_follow_the_local_clock_in_winter_and_in_summer(town):
    _, crimes = town
    local = crimes["time_from"].dt.convert_time_zone("Europe/London")
    weights = np.array(EVENING_HOURS) / sum(EVENING_HOURS)
    for months in ((1, 2, 11, 12), (5, 6, 7, 8)):
        own = local.filter(local.dt.month().is_in(months))
        counts = np.bincount(own.dt.hour().to_numpy(), minlength=24)
        squares = ((counts - weights * len(own)) ** 2 / (weights * len(own))).sum()
        # chi-squared with 23 degrees of freedom: mean 23, variance 46
        assert squares < 23 + 4 * np.sqrt(46)


def test_kinds_and_knives_are_drawn_in_their_shares(town):
    _, crimes = town
    for offence in OFFENCES:
        own = crimes.filter(pl.col("offence_code") == offence.code)
        n, share = crimes.height, offence.share
        assert abs(own.height - n * share) < 4 * np.sqrt(n * share * (1 - share))
        assert own["category"].unique().to_list() == [offence.category]
        knives, expected = own["knife"].sum(), offence.knife_share * own.height
        assert abs(knives - expected) <= 4 * np.sqrt(expected * (1 - offence.knife_share))


def test_offences_are_ones_that_the_definitions_know():
    for offence in OFFENCES:
        assert offence.code in known_offence_codes()
        assert offence.category in OPEN_DATA_CATEGORIES
    assert sum(offence.share for offence in OFFENCES) == pytest.approx(1.0)


def test_no_crimes_are_a_table_without_rows():
    one = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    day = Window("day", date(2024, 6, 1), date(2024, 6, 1))
    rule = CrimeRule(mean_a_day=1e-12)
    drawn = draw_place_days(["a"], NOBODY, day, rule, np.random.default_rng(1))
    crimes = draw_crimes(drawn, one, rule, np.random.default_rng(1))
    check_columns(crimes, CRIMES, name="crimes")
    assert crimes.height == 0


def test_a_crime_after_the_clock_changed_is_still_within_its_patrol_day():
    # the patrol day of Saturday 30 March 2024 ends at 05:00 of the new local time
    one = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    night = Window("night", date(2024, 3, 30), date(2024, 3, 30))
    rule = CrimeRule(mean_a_day=200.0, spot_shape=1e6, hours=(0, 1, 1, 1, *(0,) * 20))
    drawn = draw_place_days(["a"], NOBODY, night, rule, np.random.default_rng(1))
    crimes = draw_crimes(drawn, one, rule, np.random.default_rng(1))
    assert crimes["time_from"].min() >= datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert crimes["time_from"].max() < datetime(2024, 3, 31, 4, tzinfo=UTC)


def test_the_same_seed_gives_the_same_crimes():
    first, second, other = (
        draw_place_days(IDS, half_of_all_days(), YEARS, FLAT, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert first.place_days.equals(second.place_days)
    assert not first.place_days.equals(other.place_days)


# refusals


def test_areas_without_the_ring_are_refused():
    rule = CrimeRule(ring_mean_a_day=1.0)
    drawn = draw_place_days(
        TOWN["area_id"].to_list(), NOBODY, YEARS, rule, np.random.default_rng(1)
    )
    with pytest.raises(InputError, match="areas lacks ring, where crimes were drawn"):
        draw_crimes(drawn, TOWN, rule, np.random.default_rng(1))


def test_minutes_of_unknown_areas_and_impossible_minutes_are_named_together():
    day = YEARS.first
    rows = [("nowhere", day, 5.0), ("spot-0", day, -1.0), ("spot-1", day, None)]
    with pytest.raises(InputError, match="2 faults") as caught:
        drawn_days(FLAT, patrols([*rows, ("spot-2", day, float("nan"))]))
    assert "nowhere is no area of this simulation" in str(caught.value)
    assert "3 rows have minutes that are negative or missing" in str(caught.value)


def test_minutes_without_a_column_are_refused():
    with pytest.raises(InputError, match="minutes lacks day, minutes; it has area_id"):
        drawn_days(FLAT, NOBODY.select("area_id"))
    with pytest.raises(InputError, match="it has no columns"):
        drawn_days(FLAT, pl.DataFrame())


def test_a_wrong_rule_names_every_fault():
    with pytest.raises(InputError, match="6 faults") as caught:
        CrimeRule(
            mean_a_day=0.0,
            variance_to_mean=0.9,
            weekdays=(1, 1),
            hours=(0,) * 24,
            offences=(),
            displaced_share=0.5,
            rate_ratio=1.2,
        )
    assert "variance_to_mean must be 1 or more, got 0.9" in str(caught.value)
    assert "weekdays must be 7 weights" in str(caught.value)
    assert "prevents no crime that could move" in str(caught.value)
    with pytest.raises(InputError, match="Offence 8N: harm must be 0 or more, got -1"):
        Offence("8N", "violence-and-sexual-offences", 0.5, harm=-1.0)
