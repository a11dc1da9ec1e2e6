"""Guards of design: each fires nearly always on its mistake, and rarely on clean data."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.evaluation.calendar_guards import (
    CALENDAR_SHIFT,
    find_calendar_ratio,
    guard_calendar,
    guard_easter,
)
from patrolwise.evaluation.design_guards import (
    CALIBRATED,
    HarmPart,
    SizeResult,
    guard_data_end,
    guard_extract,
    guard_harm_turned,
    guard_independence,
    guard_many_tests,
    guard_sides,
    guard_unit_size,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.robust import (
    AreaPeriods,
    estimate_paired_month_ratio,
    estimate_ratio_of_ratios,
)
from patrolwise.times import Window

WEEKEND = (1.0, 1.0, 1.0, 1.0, 1.5, 1.5, 1.5)
YEARS = (
    Window("before", date(2021, 1, 1), date(2021, 12, 31)),
    Window("after", date(2022, 1, 1), date(2022, 12, 31)),
)
# the three days beyond four weeks are Monday to Wednesday in July 2019, Friday to Sunday in 2022
JULYS = [Window(str(year), date(year, 7, 1), date(year, 7, 31)) for year in (2019, 2022)]


def estimate(value=0.8, p=0.03, **more):
    return Estimate(id=more.pop("id", "ratio-of-ratios-robust"), name="R", value=value, p=p, **more)


def rates_by_hand(window, rates):
    days = [window.first + timedelta(days=k) for k in range(window.days)]
    return sum(rates[day.weekday()] for day in days) / len(days)


# --- calendar ------------------------------------------------------------------------------------


@given(
    first=st.dates(date(2015, 1, 1), date(2025, 1, 1)),
    days=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    rates=st.lists(st.floats(0.1, 10), min_size=7, max_size=7),
)
def test_the_calendar_ratio_is_that_of_going_through_every_day(first, days, rates):
    before = Window("before", first, first + timedelta(days=days[0] - 1))
    begins = before.last + timedelta(days=1)
    after = Window("after", begins, begins + timedelta(days=days[1] - 1))
    by_hand = rates_by_hand(after, rates) / rates_by_hand(before, rates)
    assert find_calendar_ratio(before, after, rates) == pytest.approx(by_hand)


def test_without_any_crime_the_calendar_moves_nothing():
    assert find_calendar_ratio(*YEARS, [0.0] * 7) == 1.0


def test_whole_years_are_never_unbalanced_whatever_the_week():
    rng = np.random.default_rng(1)
    for year in range(2000, 2028):
        before = Window("before", date(year, 1, 1), date(year, 12, 31))
        after = Window("after", date(year + 1, 1, 1), date(year + 1, 12, 31))
        assert guard_calendar(before, after, None) is None
        assert guard_calendar(before, after, rng.uniform(50, 200, 7).tolist()) is None


def test_a_month_with_one_more_weekend_is_told_with_both_counts():
    guard = guard_calendar(JULYS[0], JULYS[1], None)
    assert guard is not None
    assert guard.severity is Severity.AMBER
    assert "before window has 12 days from Friday to Sunday, the after window 15" in guard.message
    assert "If Friday to Sunday have half as much again" in guard.message
    assert guard_calendar(JULYS[1], JULYS[1], None) is None


def draw_weeks(rates, windows, crimes, rng):
    """Return crimes by weekday of both windows, Poisson, with so many in all."""
    days = [w.first + timedelta(days=k) for w in windows for k in range(w.days)]
    means = np.array([rates[day.weekday()] for day in days])
    drawn = rng.poisson(means * crimes / means.sum())
    return [float(drawn[[d.weekday() == k for d in days]].sum()) for k in range(7)]


def test_calibration_of_the_calendar_with_the_weeks_own_shape():
    rng = np.random.default_rng(11)
    flat = [guard_calendar(*JULYS, draw_weeks([1.0] * 7, JULYS, 4000, rng)) for _ in range(300)]
    peaked = (1.0, 1.0, 1.0, 1.0, 2.0, 2.5, 2.0)
    faulty = [guard_calendar(*JULYS, draw_weeks(peaked, JULYS, 4000, rng)) for _ in range(300)]
    assert sum(g is not None for g in flat) <= 3
    assert sum(g is not None for g in faulty) >= 290
    few = guard_calendar(*JULYS, [100.0] * 7)
    assert "half as much again" in few.message  # too few crimes to learn a week from
    assert "By the week's own shape, the count" in next(g for g in faulty if g).message
    assert CALENDAR_SHIFT == 0.02  # as docs/explanation/guards.md says


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2019, "04-21"), (2021, "04-04"), (2023, "04-09"), (2024, "03-31"), (2038, "04-25")],
)
def test_easter_is_where_the_almanac_has_it(year, sunday):
    month, day = (int(part) for part in sunday.split("-"))
    easter = date(year, month, day)
    with_it = Window("after", easter - timedelta(days=9), easter + timedelta(days=10))
    without = Window("before", easter - timedelta(days=49), easter - timedelta(days=30))
    guard = guard_easter(without, with_it)
    assert guard is not None
    assert "before window has 0 of the days from Good Friday to Easter Monday" in guard.message
    assert "window 4." in guard.message
    only_sunday = Window("after", easter, easter)
    assert guard_easter(only_sunday, only_sunday) is None
    assert (
        "window 2." in guard_easter(without, Window("after", easter, easter + timedelta(6))).message
    )


def test_an_easter_in_both_or_in_a_long_window_is_no_matter():
    april = [Window("w", date(year, 4, 1), date(year, 4, 30)) for year in (2022, 2023)]
    assert guard_easter(*april) is None
    assert guard_easter(*YEARS) is None
    march = [Window("w", date(year, 3, 1), date(year, 3, 31)) for year in (2023, 2024)]
    assert guard_easter(*march) is not None  # 2024's begins on 29 March


# --- unfinished data -----------------------------------------------------------------------------


def test_calibration_of_the_end_of_the_data():
    rng = np.random.default_rng(5)
    window = Window("after", date(2023, 1, 1), date(2023, 12, 31))
    fired, cut = 0, 0
    for _ in range(400):
        held = np.flatnonzero(rng.poisson(2.0, 365))
        last = window.first + timedelta(days=int(held[-1]))
        fired += guard_data_end(last, window, 2.0) is not None
        early = window.first + timedelta(days=int(held[held < 365 - 10][-1]))
        cut += guard_data_end(early, window, 2.0) is not None
    assert fired <= 4
    assert cut == 400


def test_data_that_reach_the_end_or_beyond_are_never_too_short():
    window = Window("after", date(2023, 1, 1), date(2023, 12, 31))
    assert guard_data_end(date(2023, 12, 31), window, 1e9) is None
    assert guard_data_end(date(2024, 1, 5), window, 1e9) is None
    guard = guard_data_end(date(2023, 12, 20), window, 3.2)
    assert guard.severity is Severity.RED
    assert "With 3.2 crimes a day, 11 days without any are missing data" in guard.message


def test_the_extract_is_dated_and_not_too_soon():
    after = YEARS[1]
    assert guard_extract(None, after).severity is Severity.NOTE
    soon = guard_extract(date(2023, 1, 10), after)
    assert (soon.id, soon.severity) == ("extract-too-soon", Severity.AMBER)
    assert "10 days after the after window ended" in soon.message
    assert guard_extract(date(2023, 1, 28), after) is None
    assert guard_extract(date(2023, 1, 27), after) is not None


# --- harm ----------------------------------------------------------------------------------------


def harm_of(counts, days, rng, change=1.0, worst=None):
    """Return classes whose crimes are Poisson, all changing alike, but perhaps one."""
    before = rng.poisson(counts) * days
    after = rng.poisson(np.asarray(counts) * change) * days
    if worst is not None:
        after[worst] = before[worst] * 3 + days[worst]
    parts = [
        HarmPart(name=f"class {k}", before=float(b), after=float(a))
        for k, (b, a) in enumerate(zip(before, after, strict=True))
    ]
    return guard_harm_turned(parts, float(before.sum()), float(after.sum()))


def test_calibration_of_harm_that_hangs_on_one_class():
    rng = np.random.default_rng(3)
    counts, days = [800, 600, 400, 900, 300, 500], np.array([10.0, 15, 20, 5, 30, 10])
    clean = [harm_of(counts, days, rng, change) for change in (0.7, 1.0, 1.4) for _ in range(200)]
    assert sum(g is not None for g in clean) <= 6
    faulty = [harm_of(counts, days, rng, 1.0, worst=2) for _ in range(200)]
    assert sum(g is not None for g in faulty) >= 195


def test_a_class_that_is_most_of_harm_and_changes_as_the_rest_turns_nothing():
    parts = [
        HarmPart(name="robbery", before=900, after=1800),
        HarmPart(name="theft", before=100, after=200),
    ]
    assert guard_harm_turned(parts, 1000, 2000) is None


def test_a_killing_that_makes_the_rise_is_named_with_what_is_left():
    parts = [
        HarmPart(name="homicide", before=0, after=5475),
        HarmPart(name="assault", before=1000, after=800),
    ]
    guard = guard_harm_turned(parts, 1000, 6275)
    assert "Without homicide it went from 1,000 to 800, the other way." in guard.message
    hardly = guard_harm_turned([parts[0]], 1000, 6475)
    assert "hardly a change" in hardly.message


def test_harm_that_hardly_changed_or_has_no_other_class_cannot_be_turned():
    one = [HarmPart(name="a", before=100, after=200)]
    assert guard_harm_turned(one, 100, 200) is None
    assert guard_harm_turned([], 0, 50) is None
    assert guard_harm_turned(one, 5000, 5100) is None


# --- tests ---------------------------------------------------------------------------------------


def test_calibration_of_many_tests():
    rng = np.random.default_rng(8)
    clean = [
        guard_many_tests({f"o{k}": estimate(p=p) for k, p in enumerate(rng.random(5))})
        for _ in range(300)
    ]
    lost = sum(g is not None for g in clean)
    assert 30 <= lost <= 90  # about a fifth of clean sets of five have a p below 0.05
    clear = [
        guard_many_tests({f"o{k}": estimate(p=p) for k, p in enumerate(rng.random(5) / 200)})
        for _ in range(100)
    ]
    assert clear == [None] * 100
    assert guard_many_tests({"one": estimate(p=0.049)}) is None
    told = guard_many_tests(
        {"a@1": estimate(p=0.03), "b@1": estimate(p=0.6), "c": estimate(p=None)}
    )
    assert "2 outcomes were tested" in told.message
    assert "a@1 (p 0.030, q 0.060)" in told.message


def test_only_calibrated_tests_may_be_headlines():
    assert guard_independence([estimate(id=i, headline=True) for i in CALIBRATED]) is None
    assert guard_independence([estimate(id="rate-ratio-exact")]) is None
    guard = guard_independence([estimate(id="rate-ratio-exact", headline=True)])
    assert guard.severity is Severity.RED


def test_a_one_sided_p_beside_a_two_sided_interval_is_seen():
    honest = estimate(p=0.08, low=0.6, high=1.05, headline=True)
    halved = estimate(p=0.04, low=0.6, high=1.05, headline=True)
    doubled = estimate(p=0.08, low=0.6, high=0.98, headline=True)
    assert guard_sides([honest, estimate(p=0.04, low=0.6, high=1.05)]) is None
    assert guard_sides([halved]).id == "p-and-interval-disagree"
    assert guard_sides([doubled]) is not None
    assert (
        guard_sides(
            [estimate(p=None, low=0.6, high=0.9, headline=True), estimate(p=0.2, headline=True)]
        )
        is None
    )
    crimes = estimate(id="wdd-robust", value=30, p=0.2, low=-4, high=64, headline=True)
    assert guard_sides([crimes]) is None


@given(st.integers(0, 2**31))
def test_every_headline_of_windows_is_two_sided(seed):
    rng = np.random.default_rng(seed)
    b, a, cb, ca = (rng.poisson(30, n).astype(float) for n in (6, 6, 9, 9))
    areas = AreaPeriods(before=b, after=a, comparison_before=cb, comparison_after=ca)
    turned = AreaPeriods(before=a, after=b, comparison_before=ca, comparison_after=cb)
    found = [estimate_ratio_of_ratios(areas), estimate_paired_month_ratio(b, a)]
    back = [estimate_ratio_of_ratios(turned), estimate_paired_month_ratio(a, b)]
    assert guard_sides(found) is None
    for one, other in zip(found, back, strict=True):  # a rise is found as a fall is
        assert one.p == pytest.approx(other.p)


# --- size ----------------------------------------------------------------------------------------


def sizes(*told):
    return [
        SizeResult(name=f"s{k}", estimate=estimate(value=0.8), verdict_id=v)
        for k, v in enumerate(told)
    ]


def test_a_verdict_that_changes_with_the_size_is_told_size_by_size():
    assert guard_unit_size(sizes("fall", "fall", "fall")) is None
    assert guard_unit_size(sizes("few", "fall", "few")) is None
    assert guard_unit_size([]) is None
    guard = guard_unit_size(sizes("fall", "chance", "rise"))
    assert guard.message.startswith("s0: 0.80, a fall; s1: 0.80, could be chance; s2: 0.80, a rise")


def judge(hot, other, rng):
    """Return the verdict of ten hot spots and ten others whose counts have these means."""
    (b, a), (cb, ca) = (
        [rng.poisson(np.full(10, mean)).astype(float) for mean in pair] for pair in (hot, other)
    )
    return b, a, cb, ca


def size_trial(inner, outer, rng):
    """Return the guard where an inner part and the strip round it change apart."""
    b, a, cb, ca = judge((60, 60 * inner), (100, 100), rng)
    strip_b, strip_a = rng.poisson(60, 10), rng.poisson(60 * outer, 10)
    found = []
    for name, before, after in (("small", b, a), ("large", b + strip_b, a + strip_a)):
        e = estimate_ratio_of_ratios(
            AreaPeriods(before=before, after=after, comparison_before=cb, comparison_after=ca)
        )
        verdict = "chance" if e.p >= 0.05 else "fall" if e.value < 1 else "rise"
        found.append(SizeResult(name=name, estimate=e, verdict_id=verdict))
    return guard_unit_size(found)


def test_calibration_of_the_modifiable_unit():
    rng = np.random.default_rng(21)
    nothing = sum(size_trial(1.0, 1.0, rng) is not None for _ in range(300))
    whole = sum(size_trial(0.6, 0.6, rng) is not None for _ in range(300))
    moved = sum(size_trial(0.6, 1.4, rng) is not None for _ in range(300))
    assert nothing <= 24
    assert whole <= 6
    assert moved >= 290
