from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.national_trend import (
    MonthlySeries,
    RecordingBreak,
    compare_with_trend,
    guard_recording_break,
    guard_series_gap,
)
from patrolwise.times import Window

WINDOWS = (
    Window("before", date(2022, 1, 1), date(2022, 12, 31)),
    Window("after", date(2023, 1, 1), date(2023, 12, 31)),
)
MONTHS = tuple(month for window in WINDOWS for month in window.months)
SEASON = 1 + 0.3 * np.sin(2 * np.pi * np.arange(24) / 12)


def series(counts, name="hot spots", months=MONTHS, breaks=()):
    return MonthlySeries(name=name, months=months, counts=tuple(counts), breaks=breaks)


def draw(rng, ratio=1.0, phi=1.0):
    late = np.arange(24) >= 12
    means = 40 * SEASON * np.where(late, 0.9 * ratio, 1)
    own = rng.poisson(means) if phi == 1 else rng.negative_binomial(means / (phi - 1), 1 / phi)
    rest = rng.poisson(2000 * SEASON * np.where(late, 0.9, 1))
    return series(own), series(own + rest, "the force")


def estimate_by_hand(own, rest, level=0.95):
    """Quasi-Poisson: one share of treated crimes a window, months vary about it."""
    pairs = len(own) // 2
    t = own[:pairs].sum(), own[pairs:].sum(), rest[:pairs].sum(), rest[pairs:].sum()
    chi = 0.0
    for window in (slice(0, pairs), slice(pairs, None)):
        share = own[window].sum() / (own[window] + rest[window]).sum()
        for x, y in zip(own[window], rest[window], strict=True):
            for seen, wanted in ((x, (x + y) * share), (y, (x + y) * (1 - share))):
                chi += (seen - wanted) ** 2 / wanted
    phi = max(1.0, chi / (2 * pairs - 2))
    error = np.sqrt(phi * sum(1 / v for v in t))
    log = np.log(t[1] / t[0] / (t[3] / t[2]))
    reach = stats.t(2 * pairs - 2).ppf((1 + level) / 2) * error
    p = 2 * stats.t(2 * pairs - 2).sf(abs(log) / error)
    return np.exp(log), np.exp(log - reach), np.exp(log + reach), p, phi


@pytest.mark.parametrize("phi", [1, 3])
@pytest.mark.parametrize("holds", [True, False])
def test_the_ratio_and_its_error_are_those_worked_out_month_by_month(phi, holds):
    own, wider = draw(np.random.default_rng(4), phi=phi)
    found = compare_with_trend(own, wider, WINDOWS, holds_treated=holds)
    mine = np.array(own.counts)
    rest = np.array(wider.counts) - (mine if holds else 0)
    e = found.estimate
    assert (e.value, e.low, e.high, e.p, e.dispersion) == pytest.approx(
        estimate_by_hand(mine, rest)
    )
    assert found.treated_ratio == pytest.approx(mine[12:].sum() / mine[:12].sum())
    assert found.wider_ratio == pytest.approx(rest[12:].sum() / rest[:12].sum())
    assert e.value == pytest.approx(found.treated_ratio / found.wider_ratio)
    assert not e.headline
    assert found.guards == ()


def test_a_published_ratio_of_ratios_is_found():
    # Wheeler (2021): 50 to 30 treated, 60 to 55 control.
    windows = tuple(Window(w.name, w.first, w.first.replace(day=31)) for w in WINDOWS)
    months = tuple(w.first for w in windows)
    found = compare_with_trend(
        series([50, 30], months=months),
        series([60, 55], "control", months=months),
        windows,
        holds_treated=False,
    )
    assert found.estimate.value == pytest.approx(0.6545455)
    assert found.estimate.low is None
    assert "3 months in each window" in found.estimate.note


@pytest.mark.parametrize("phi", [1, 2, 3])
def test_no_effect_is_rejected_five_times_in_a_hundred_and_intervals_hold_the_truth(phi):
    rng = np.random.default_rng(30 + phi)
    runs, rejected, missed = 200, 0, 0
    for _ in range(runs):
        rejected += compare_with_trend(*draw(rng, phi=phi), WINDOWS).estimate.p <= 0.05
        e = compare_with_trend(*draw(rng, ratio=0.7, phi=phi), WINDOWS).estimate
        missed += not e.low <= 0.7 <= e.high
    for found in (rejected, missed):
        assert found > 0
        assert stats.binom.sf(found - 1, runs, 0.05) > 1e-4


def test_a_series_that_stops_early_is_cut_at_the_same_month_of_both_windows():
    own, wider = draw(np.random.default_rng(4))
    short = series(wider.counts[:21], "the force", MONTHS[:21])
    found = compare_with_trend(own, short, WINDOWS)
    kept = [*range(9), *range(12, 21)]
    wanted = compare_with_trend(
        series([own.counts[k] for k in kept], months=tuple(MONTHS[k] for k in kept)),
        series([wider.counts[k] for k in kept], months=tuple(MONTHS[k] for k in kept)),
        WINDOWS,
    )
    assert found.estimate == wanted.estimate
    assert found.pairs[-1] == (date(2022, 9, 1), date(2023, 9, 1))
    (guard,) = found.guards
    assert (guard.id, guard.severity, guard.about) == (
        "series-stops-early",
        Severity.AMBER,
        "the force",
    )
    assert "lacks October 2023, November 2023, December 2023." in guard.message


def test_many_lacking_months_are_counted():
    guard = guard_series_gap(series([1] * 10, months=MONTHS[:10]), WINDOWS)
    assert "and 8 more" in guard.message


def test_series_without_a_month_in_common_give_no_ratio():
    own, wider = draw(np.random.default_rng(4))
    found = compare_with_trend(series(own.counts[:12], months=MONTHS[:12]), wider, WINDOWS)
    assert found.pairs == ()
    assert (found.estimate.value, found.treated_ratio, found.wider_ratio) == (None, None, None)


def test_a_window_without_crime_gives_no_ratio():
    own, wider = draw(np.random.default_rng(4))
    found = compare_with_trend(replace(own, counts=(0,) * 12 + own.counts[12:]), wider, WINDOWS)
    assert found.estimate.value is None
    assert found.treated_ratio is None
    assert found.wider_ratio is not None
    assert found.estimate.note.startswith("Not defined")


def test_months_in_which_neither_area_has_crime_say_nothing():
    own, wider = draw(np.random.default_rng(4))
    counts = [tuple(0 if k in (3, 15) else c for k, c in enumerate(s.counts)) for s in (own, wider)]
    found = compare_with_trend(series(counts[0]), series(counts[1]), WINDOWS)
    assert found.estimate.low < found.estimate.value < found.estimate.high


@pytest.mark.parametrize(
    ("month", "fires"),
    [
        (date(2021, 12, 1), False),
        (date(2022, 1, 1), False),
        (date(2022, 2, 1), True),
        (date(2023, 12, 1), True),
        (date(2024, 1, 1), False),
    ],
)
def test_a_change_in_recording_between_the_months_compared_is_red(month, fires):
    broken = series([1] * 24, breaks=(RecordingBreak(month=month, what="a force is missing"),))
    guard = guard_recording_break(broken, WINDOWS)
    assert (guard is not None) == fires
    if fires:
        assert (guard.id, guard.severity) == ("recording-break", Severity.RED)
        assert f"{month:%B %Y}: a force is missing" in guard.message


def test_breaks_of_both_series_are_told():
    own, wider = draw(np.random.default_rng(4))
    broken = (RecordingBreak(month=date(2023, 5, 1), what="new counting rules"),)
    found = compare_with_trend(replace(own, breaks=broken), replace(wider, breaks=broken), WINDOWS)
    assert [(g.id, g.about) for g in found.guards] == [
        ("recording-break", "hot spots"),
        ("recording-break", "the force"),
    ]


def test_a_wider_area_cannot_have_fewer_crimes_than_what_it_holds():
    own, wider = draw(np.random.default_rng(4))
    with pytest.raises(InputError, match="hot spots has fewer crimes in a month than the force"):
        compare_with_trend(wider, own, WINDOWS)


def test_windows_of_part_months_or_unequal_length_are_refused():
    own, wider = draw(np.random.default_rng(4))
    part = Window("after", date(2023, 1, 1), date(2023, 11, 29))
    with pytest.raises(InputError, match="2 faults") as told:
        compare_with_trend(own, wider, (WINDOWS[0], part))
    assert "12 and 11 months" in str(told.value)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"counts": (1, 2)}, "24 months and 2 counts"),
        ({"months": tuple(m.replace(day=2) for m in MONTHS)}, "first day"),
        ({"months": MONTHS[::-1]}, "in order"),
        ({"months": (MONTHS[0],) * 24}, "in order, each once"),
        ({"counts": (-1,) * 24}, "0 or more"),
        ({"counts": (float("nan"),) * 24}, "none missing"),
    ],
)
def test_a_series_that_is_none_is_refused(more, told):
    with pytest.raises(InputError, match=told):
        replace(series([1] * 24), **more)
