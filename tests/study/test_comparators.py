"""One outcome beside other places, its own forecast and wider areas: made worlds, real months."""

import json
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.demo import demo_programme
from patrolwise.errors import InputError
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.national_trend import MonthlySeries, RecordingBreak
from patrolwise.places import areas_from_geometries
from patrolwise.study.comparator_panels import make_panel
from patrolwise.study.comparators import record_comparators
from patrolwise.study.declared_trends import ReadTrend, read_declared_trends
from patrolwise.study.evaluation import open_study
from patrolwise.study.programme import SpotSelection, SpotSource
from patrolwise.study.reading import read_programme
from patrolwise.study.wider_trend_programme import WiderTrend
from patrolwise.times import Window

from .comparator_worlds import (
    AFTER,
    BEFORE,
    KEY,
    MONTHS,
    SELECTED,
    draw_world,
    square,
    study_of,
)


@pytest.fixture(scope="module")
def demo():
    return open_study(read_programme(demo_programme()), progress=lambda _: None)


@pytest.fixture(scope="module")
def world():
    return draw_world(effect=0.5, trend=1.5)


@pytest.fixture(scope="module")
def study(world):
    return study_of(*world)


@pytest.fixture(scope="module")
def record(study):
    return record_comparators(study, KEY, SELECTED)


def why(record, what):
    return next(one.reason for one in record.uncomputed if one.what == what)


# --- the panel ------------------------------------------------------------------------------------


def test_the_panel_holds_each_crime_of_each_month_as_the_rows_have_it(world, study):
    counts, hot, other = world
    made = make_panel(study, study.crimes, SELECTED)
    assert made.panel.counts.tolist() == counts[[*hot, *other]][:, 12:].tolist()
    assert made.panel.treated.tolist() == [True] * len(hot) + [False] * len(other)
    assert (made.panel.first_after, made.gap_days, made.left_out) == (12, 0, ())
    assert [period.first for period in made.periods] == list(MONTHS[12:])


def test_months_on_which_the_hot_spots_were_chosen_are_left_out_and_said(study):
    selected = Window("selection", date(2019, 7, 1), date(2020, 4, 30))
    made = make_panel(study, study.crimes, selected)
    assert made.periods[0].first == date(2020, 5, 1)
    assert made.panel.first_after == 8
    assert made.left_out[0].startswith("4 months on which the hot spots were chosen (2019-07-01")


def test_of_two_runs_of_months_before_the_longer_is_taken(study):
    early = make_panel(study, study.crimes, Window("s", date(2020, 8, 1), date(2020, 8, 31)))
    assert [early.periods[0].first, early.panel.first_after] == [date(2020, 1, 1), 7]
    assert early.gap_days == 31 + 30 + 31 + 30 + 31
    late = make_panel(study, study.crimes, Window("s", date(2020, 4, 1), date(2020, 4, 30)))
    assert [late.periods[0].first, late.panel.first_after] == [date(2020, 5, 1), 8]


def test_nothing_is_compared_when_hot_spots_were_chosen_on_all_of_the_before_window(study):
    record = record_comparators(study, KEY, BEFORE)
    assert record.panel is record.permutation is record.difference is record.synthetic is None
    assert "No month before can be compared" in why(record, "Comparison with comparison areas")
    assert record.twin is not None


def test_months_that_the_files_lack_are_no_zeros(study):
    short = replace(study, months=study.months - {date(2021, 3, 1), date(2020, 1, 1)})
    made = make_panel(short, short.crimes, None)
    assert [len(made.periods), made.panel.first_after] == [22, 11]
    assert made.left_out == ("2 months that the crime files lack: a gap is not a zero.",)


def test_days_between_the_windows_are_in_neither(study):
    programme = replace(study.programme, after=Window("after", date(2021, 4, 1), AFTER.last))
    gapped = replace(study, programme=programme)
    made = make_panel(gapped, gapped.crimes, SELECTED)
    assert (made.gap_days, len(made.periods)) == (90, 21)
    assert made.left_out == ("90 days between the two windows: they are neither before nor after.",)
    assert made.gap_periods == pytest.approx(3, abs=0.1)


def test_a_drift_through_the_days_between_fakes_more(study):
    near = record_comparators(study, KEY, SELECTED).pre_trend
    programme = replace(
        study.programme,
        after=Window("after", date(2021, 7, 1), date(2022, 6, 30)),
    )
    later = replace(
        study,
        programme=programme,
        crimes=study.crimes.with_columns(
            pl.when(pl.col("month") >= AFTER.first)
            .then(pl.col("month").dt.offset_by("6mo"))
            .otherwise("month")
            .alias("month")
        ),
        months=frozenset({*study.months, *programme.after.months}),
    )
    far = record_comparators(later, KEY, SELECTED).pre_trend
    assert far.drift == near.drift
    assert far.faked == pytest.approx(near.faked * near.drift**6, rel=0.01)


def test_windows_that_cut_months_are_compared_in_blocks_of_four_weeks(world):
    study = study_of(
        *world,
        timed=True,
        before=Window("before", date(2020, 1, 6), date(2020, 12, 30)),
        after=Window("after", date(2021, 1, 6), date(2021, 12, 30)),
    )
    record = record_comparators(study, KEY, SELECTED)
    assert (record.panel.unit, record.panel.first_after) == ("block of four weeks", 12)
    assert record.panel.left_out[-1] == (
        "47 days at the ends of the windows that fill no block of four weeks."
    )
    assert record.panel.gap_days == 6 + 24
    held = study.crimes.filter(
        pl.col("time_from").dt.date().is_between(date(2020, 1, 6), date(2020, 12, 6))
    )
    inside = [square(cell, 9) for cell in world[1]]
    by_hand = sum(
        any(s.bounds[0] <= x < s.bounds[2] and s.bounds[1] <= y < s.bounds[3] for s in inside)
        for x, y in held.select("x", "y").iter_rows()
    )
    assert record.panel.hot_spots_crimes[0] == by_hand
    assert "cut months" in why_wider(study)


def why_wider(study):
    return why(record_comparators(study, KEY, SELECTED, [force(MONTHS, 5000)]), "The force")


# --- comparison areas -----------------------------------------------------------------------------


def test_the_ratio_is_that_of_the_four_totals_and_finds_the_effect(world, record):
    counts, hot, other = world
    sums = [
        counts[cells][:, part].sum()
        for cells in (hot, other)
        for part in (slice(24, 36), slice(12, 24))
    ]
    by_hand = (sums[0] / sums[1]) / (sums[2] / sums[3])
    for found in (record.difference, record.permutation):
        assert found.estimate.value == pytest.approx(by_hand)
        assert found.estimate.low < 0.5 < found.estimate.high
        assert found.estimate.p < 0.05
        assert found.carries
    assert record.panel.hot_spots_crimes == (sums[1], sums[0])
    assert record.panel.comparison_crimes == (sums[3], sums[2])


def test_with_no_effect_no_comparison_finds_one():
    record = record_comparators(study_of(*draw_world()), KEY, SELECTED)
    assert record.permutation.estimate.p > 0.05
    assert record.difference.estimate.low < 1 < record.difference.estimate.high
    assert 0.8 < record.twin.ratio.estimate.value < 1.2


def test_the_blend_is_the_weighted_areas_and_its_gap_is_that_of_its_months(world, record):
    counts, hot, _ = world
    blend = record.synthetic
    weights = {int(one.area_id[1:]): one.weight for one in blend.weights}
    assert sum(weights.values()) == pytest.approx(1)
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    by_hand = sum(weight * counts[cell, 12:] for cell, weight in weights.items())
    mean = counts[hot][:, 12:].mean(axis=0)
    assert blend.blend == pytest.approx(by_hand.tolist())
    assert blend.hot_spots == pytest.approx(mean.tolist())
    gap = ((mean - by_hand)[:12] ** 2).mean() ** 0.5
    assert blend.gap_before == pytest.approx(gap)
    assert blend.result.estimate.value == pytest.approx(0.5, abs=0.12)


def test_a_blend_that_misses_the_level_takes_only_its_own_conclusion():
    counts, hot, other = draw_world()
    counts[hot] *= 2
    record = record_comparators(study_of(counts, hot, other), KEY, SELECTED)
    assert [guard.id for guard in record.synthetic.guards] == ["poor-synthetic-fit"]
    assert not record.synthetic.result.carries
    assert "poor-synthetic-fit" not in [guard.id for guard in record.guards]


def test_unlike_areas_take_the_conclusion_from_every_comparison_with_them():
    counts, hot, other = draw_world()
    counts[hot] *= 5
    record = record_comparators(study_of(counts, hot, other), KEY, SELECTED)
    for found in (record.difference, record.permutation, record.synthetic.result):
        assert "The comparison areas are unlike the hot spots" in found.against
    assert "unlike-comparison" not in [guard.id for guard in record.guards]
    assert record.twin.ratio.against == ()


def test_areas_that_moved_apart_before_fire_a_red_guard_on_the_outcome():
    counts, hot, other = draw_world()
    counts[hot, 12:24] = (counts[hot, 12:24] * np.linspace(2.2, 0.6, 12)).astype(int)
    record = record_comparators(study_of(counts, hot, other), KEY, SELECTED)
    assert [(g.id, g.severity, g.about) for g in record.guards] == [
        ("pre-trend", Severity.RED, KEY)
    ]
    assert not record.permutation.carries
    assert "The groups were moving apart before the start" not in record.synthetic.result.against
    first = record.pre_trend.leads[0]
    assert (first.first, first.last) == ("2020-01-01", "2020-03-31")
    assert first.ratio > 1.5


def test_red_guards_on_the_study_stand_against_all_but_the_choice_on_before(study):
    def guard(name):
        return Guard(id=name, severity=Severity.RED, title=f"Title of {name}", message="")

    fired = (guard("selected-on-before"), guard("file-faults"))
    record = record_comparators(replace(study, guards=fired), KEY, SELECTED)
    for found in (record.permutation, record.twin.ratio):
        assert found.against == ("Title of file-faults",)


def test_without_comparison_areas_the_reason_is_told_and_the_forecast_is_still_made(world):
    counts, hot, _ = world
    record = record_comparators(study_of(counts, hot, []), KEY, SELECTED)
    assert record.panel is None
    assert "There are no comparison areas" in why(record, "Comparison with comparison areas")
    assert record.twin.spots[0].area_id == f"h{hot[0]}"


def test_one_hot_spot_and_two_areas_are_too_few(world):
    counts, hot, other = world
    record = record_comparators(study_of(counts, hot[:1], other[:2]), KEY, SELECTED)
    assert "Too few areas to compare" in record.permutation.against
    assert record.difference.estimate.low is None
    assert record.permutation.estimate.low is None
    assert {guard.id for guard in record.guards} == {"pre-trend-unchecked"}
    assert "few-donors" in [guard.id for guard in record.synthetic.guards]


@pytest.mark.parametrize(("months", "lacking"), [(5, 1), (1, 2)])
def test_with_few_months_before_what_needs_more_is_not_computed(world, months, lacking):
    before = Window("before", MONTHS[24 - months], BEFORE.last)
    record = record_comparators(study_of(*world, before=before), KEY, SELECTED)
    assert "fits by luck" in why(record, "Synthetic control")
    assert len(record.uncomputed) == lacking + 1  # and no wider area
    assert (record.pre_trend is None) == (months == 1)
    assert record.permutation.estimate.value is not None


def test_no_crime_at_all_gives_reasons_and_no_figures(world):
    _, hot, other = world
    record = record_comparators(study_of(np.zeros((81, 36)), hot, other), KEY, SELECTED)
    assert record.permutation.estimate.value is None
    assert record.synthetic.off_level is None
    assert record.synthetic.result.estimate.value is None
    assert "No crime was counted" in why(record, "Forecast with nothing done")
    json.dumps(asdict(record), allow_nan=False)


# --- the forecast ---------------------------------------------------------------------------------


def test_the_forecast_takes_in_what_changed_in_the_rest_of_the_study_area(world, record):
    counts, hot, _ = world
    rest = [cell for cell in range(81) if cell not in hot]
    twin, days = record.twin, (731, 365)
    trend = (counts[rest, 24:].sum() / days[1]) / (counts[rest, :24].sum() / days[0])
    assert twin.trend == pytest.approx(trend)
    assert twin.places == 81
    assert twin.known == (("2019-01-01", "2020-12-31"),)
    assert [spot.after for spot in twin.spots] == counts[hot, 24:].sum(axis=1).tolist()
    scaled = counts[hot, :24].sum(axis=1) * days[1] / days[0]
    assert [spot.before for spot in twin.spots] == pytest.approx(scaled.tolist())
    assert twin.ratio.estimate.value == pytest.approx(0.5, abs=0.08)
    expected = sum(spot.expected for spot in twin.spots)
    assert twin.difference.value == pytest.approx(counts[hot, 24:].sum() - expected)
    assert twin.regression == pytest.approx(expected / trend / scaled.sum() - 1)
    assert twin.regression < 0
    assert not twin.ratio.carries


def test_the_forecast_is_tried_where_nothing_was_done(record):
    twin = record.twin
    assert 60 <= twin.elsewhere <= 75
    assert twin.missed <= 0.12


def test_with_few_busy_places_elsewhere_nobody_knows_how_often_the_range_is_missed(world):
    counts, hot, other = world
    quiet = counts.copy()
    quiet[[cell for cell in range(81) if cell not in (*hot, *other[:10])]] //= 40
    twin = record_comparators(study_of(quiet, hot, other), KEY, SELECTED).twin
    assert 0 < twin.elsewhere < 20
    assert twin.missed is None


def test_where_the_rest_is_empty_after_no_trend_is_taken(world):
    counts, hot, other = world
    empty = counts.copy()
    empty[[cell for cell in range(81) if cell not in hot], 24:] = 0
    twin = record_comparators(study_of(empty, hot, other), KEY, SELECTED).twin
    assert twin.trend is None
    assert "Not allowed for: what changed everywhere" in twin.ratio.estimate.note


def test_where_every_cell_is_a_hot_spot_there_is_no_elsewhere():
    counts = np.full((4, 36), 5)
    twin = record_comparators(study_of(counts, [0, 1, 2, 3], []), KEY, SELECTED).twin
    assert (twin.elsewhere, twin.missed, twin.trend) == (0, None, None)


def test_hot_spots_from_a_file_have_no_forecast_and_the_reason_is_told(study, tmp_path):
    source = SpotSource(file=tmp_path / "spots.geojson")
    listed = replace(study, programme=replace(study.programme, hot_spots=source))
    record = record_comparators(listed, KEY, SELECTED)
    assert record.twin is None
    assert "come from a file" in why(record, "Forecast with nothing done")


def test_hot_spots_of_several_cells_have_no_forecast(study, world):
    merged = areas_from_geometries(["big"], [square(0, 9, cells=2)])
    areas = replace(study.areas, hot_spots=merged)
    record = record_comparators(replace(study, areas=areas), KEY, SELECTED)
    assert "some were merged" in why(record, "Forecast with nothing done")


def test_hot_spots_chosen_on_the_after_window_have_no_forecast(study):
    select = replace(
        study.programme.hot_spots.select, window=Window("selection", AFTER.first, AFTER.last)
    )
    assert isinstance(select, SpotSelection)
    programme = replace(study.programme, hot_spots=SpotSource(select=select))
    record = record_comparators(replace(study, programme=programme), KEY, select.window)
    assert "must not know what it forecasts" in why(record, "Forecast with nothing done")
    assert "No month after can be compared" in why(record, "Comparison with comparison areas")


# --- a wider area ---------------------------------------------------------------------------------


def force(months, count, *, definition=KEY, holds=True, breaks=()):
    declared = WiderTrend(
        name="The force",
        file="force.csv",
        definition=definition,
        holds_hot_spots=holds,
        breaks=breaks,
    )
    series = MonthlySeries(
        name="The force",
        months=tuple(months),
        counts=tuple(float(count + 10 * (at % 3)) for at in range(len(months))),
        breaks=breaks,
    )
    return ReadTrend(declared=declared, series=series)


def test_a_wider_area_is_compared_in_the_months_of_both_without_the_hot_spots(world, study):
    counts, hot, _ = world
    trend = force(MONTHS[:-1], 5000)
    (wider,) = record_comparators(study, KEY, SELECTED, [trend]).wider
    assert (wider.months, wider.holds_hot_spots) == (11, True)
    own = [counts[hot, part].sum() for part in (slice(12, 23), slice(24, 35))]
    off = [
        sum(trend.series.counts[part]) - o
        for part, o in zip((slice(12, 23), slice(24, 35)), own, strict=True)
    ]
    assert wider.hot_spots_ratio == pytest.approx(own[1] / own[0])
    assert wider.wider_ratio == pytest.approx(off[1] / off[0])
    assert wider.result.estimate.value == pytest.approx(wider.hot_spots_ratio / wider.wider_ratio)
    assert [guard.id for guard in wider.guards] == ["series-stops-early"]
    assert not wider.result.carries


def test_a_change_of_recording_stands_against_that_comparison_alone(study):
    breaks = (RecordingBreak(month=date(2020, 7, 1), what="A new system"),)
    trends = [force(MONTHS, 5000, breaks=breaks, holds=False)]
    record = record_comparators(study, KEY, SELECTED, trends)
    (wider,) = record.wider
    assert wider.result.against == ("Recording changed within the months compared",)
    assert [(one.month, one.what) for one in wider.breaks] == [("2020-07-01", "A new system")]
    assert record.permutation.carries


def test_a_wider_area_with_fewer_crimes_than_it_holds_is_told_and_not_raised(study):
    record = record_comparators(study, KEY, SELECTED, [force(MONTHS, 1)])
    assert record.wider == ()
    assert why(record, "The force").startswith("The force has fewer crimes in a month")


def test_a_wider_area_of_other_crimes_is_not_this_outcome_s(study):
    trends = [force(MONTHS, 5000, definition="robbery@1")]
    record = record_comparators(study, KEY, SELECTED, trends)
    assert record.wider == ()
    assert "declares no wider area" in why(record, "Change of a wider area")


def test_the_files_of_wider_areas_are_read_with_all_their_faults_at_once(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("month,crimes\n2020-01,5\n")
    bad.write_text("month,crimes\nJan,5\n")
    told = {"definition": KEY, "holds_hot_spots": True}
    fine = WiderTrend(name="A", file=good, **told)
    (read,) = read_declared_trends([fine])
    assert (read.declared, read.series.counts) == (fine, (5.0,))
    absent = WiderTrend(name="C", file=tmp_path / "absent.csv", **told)
    with pytest.raises(InputError) as caught:
        read_declared_trends([fine, WiderTrend(name="B", file=bad, **told), absent])
    assert "'Jan'" in str(caught.value)
    assert "absent.csv cannot be read" in str(caught.value)


# --- real months ----------------------------------------------------------------------------------


def test_real_months_without_a_patrol_show_what_each_comparison_is_worth(demo):
    records = [
        record_comparators(demo.study, key, demo.spots.window)
        for key in demo.study.programme.definitions
    ]
    for record in records:
        assert (record.panel.hot_spots, record.panel.comparison) == (7, 14)
        assert record.panel.periods[0] == "2020-07-01"
        assert record.permutation.estimate.p > 0.05  # nothing was done, and nothing is found
        assert [guard.id for guard in record.synthetic.guards] == ["poor-synthetic-fit"]
        # the forecast errs on real places, which is why it says so and carries nothing
        assert record.twin.missed > 0.1
        assert not record.twin.ratio.carries
        json.dumps(asdict(record), allow_nan=False)
    violence, everything, _ = records
    assert violence.permutation.carries
    assert "The comparison areas are unlike the hot spots" in everything.permutation.against


def test_the_same_study_gives_the_same_record(demo, record, study):
    assert record_comparators(study, KEY, SELECTED) == record
