"""Headlines reckoned in other ways: counts that are dropped, counted again, and what is told."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
import shapely

from patrolwise.crimes import count_crimes, select_crimes
from patrolwise.definitions import find_definition
from patrolwise.demo import demo_programme
from patrolwise.errors import InputError
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.verdicts import decide_verdict
from patrolwise.places import area_geometries, areas_from_geometries, union_of
from patrolwise.study.evaluation import open_study
from patrolwise.study.other_counts import OtherCounts, find_other_counts, resize_areas
from patrolwise.study.outcomes import count_outcome, estimate_outcome, split_window
from patrolwise.study.reading import read_programme
from patrolwise.study.robustness import assess_robustness, find_verdict_id
from patrolwise.study.robustness_programme import LeftOut, Robustness
from patrolwise.study.robustness_reading import read_robustness
from patrolwise.study.toml_reader import TomlReader
from patrolwise.tables import AREAS, make_table
from patrolwise.times import Window

LOCKDOWN = LeftOut(first=date(2021, 1, 5), last=date(2021, 3, 8), what="the third lockdown")
PLAIN = Robustness()


def open_quietly(path):
    return open_study(read_programme(path), progress=lambda _: None).study


def counts_of(study):
    return [
        count_outcome(
            definition, select_crimes(study.crimes, definition), study.areas, study.windows
        )
        for definition in (find_definition(key) for key in study.programme.definitions)
    ]


@pytest.fixture(scope="module")
def demo():
    return open_quietly(demo_programme())


@pytest.fixture(scope="module")
def counts(demo):
    return counts_of(demo)


@pytest.fixture(scope="module")
def found(demo, counts):
    return assess_robustness(demo, counts, Robustness(without=(LOCKDOWN,)))


def others_of(study, own, declared=PLAIN):
    others, skipped = find_other_counts(study, own, declared)
    return {one.name: one for one in others}, {one.name: one.reason for one in skipped}


def arrays(counts):
    return [counts.hot_before, counts.hot_after, counts.other_before, counts.other_after]


# --- counts --------------------------------------------------------------------------------------


def test_leaving_out_an_area_is_counting_without_it(demo, counts):
    others, _ = others_of(demo, counts[0])
    areas = demo.areas
    for name, kept in (
        (
            "Without Hot spot 2 (the largest)",
            replace(areas, hot_spots=areas.hot_spots.filter(pl.col("name") != "Hot spot 2")),
        ),
        (
            "Without comparison-5",
            replace(areas, comparison=areas.comparison.filter(pl.col("name") != "comparison-5")),
        ),
    ):
        again = count_outcome(counts[0].definition, counts[0].crimes, kept, demo.windows)
        for one, other in zip(arrays(others[name].counts), arrays(again), strict=True):
            assert np.array_equal(one, other)
    assert sum("(the largest)" in name for name in others) == 1
    assert sum(one.kind == "hot spot" for one in others.values()) == 7
    assert sum(one.kind == "comparison area" for one in others.values()) == 14


def test_leaving_out_months_is_counting_shorter_windows(demo, counts):
    others, _ = others_of(demo, counts[0])
    shorter = tuple(Window(w.name, w.first, split_window(w)[-2].last) for w in demo.windows)
    again = count_outcome(counts[0].definition, counts[0].crimes, demo.areas, shorter)
    for one, other in zip(
        arrays(others["Without the last month"].counts), arrays(again), strict=True
    ):
        assert np.array_equal(one, other)


def test_declared_weeks_take_their_months_and_the_partners_of_these(demo, counts):
    others, _ = others_of(demo, counts[0], Robustness(without=(LOCKDOWN,)))
    one = others["Without the third lockdown"]
    kept = [k for k in range(12) if k not in (6, 7, 8)]  # January to March, of July to June
    assert np.array_equal(one.counts.hot_before, counts[0].hot_before[:, kept])
    assert np.array_equal(one.counts.other_after, counts[0].other_after[:, kept])
    assert "all months that it touches" in one.note
    assert "3 of 12" in one.note


def test_weeks_in_no_window_or_in_all_of_it_are_skipped_with_the_reason(demo, counts):
    never = LeftOut(first=date(2019, 1, 1), last=date(2019, 2, 1), what="a strike")
    always = LeftOut(first=date(2020, 1, 1), last=date(2023, 1, 1), what="everything")
    _, skipped = others_of(demo, counts[0], Robustness(without=(never, always)))
    assert skipped["Without a strike"] == "Its days lie in neither window."
    assert skipped["Without everything"] == "Nothing would be left of the windows."


def test_months_alone_tell_no_hours_and_no_weekdays(demo, counts):
    _, skipped = others_of(demo, counts[0])
    reason = "Some crimes have a month and no time."
    assert skipped == {"Hours 14:00 to 20:00 only": reason, "Mondays to Fridays only": reason}


def test_other_sizes_are_counted_in_the_areas_of_that_size(demo, counts):
    others, _ = others_of(demo, counts[0])
    free = demo.areas.comparison
    for name, by_m in (("smaller", -25), ("larger", 25)):
        areas = resize_areas(demo.areas.hot_spots, by_m, free)
        counted = count_crimes(counts[0].crimes, areas, list(demo.windows))["crimes"].to_numpy()
        one = others[f"Hot spots 25 m {name} on each side"].counts
        assert one.hot_before.sum(axis=1).tolist() == counted.reshape(-1, 2)[:, 0].tolist()
        assert one.hot_after.sum(axis=1).tolist() == counted.reshape(-1, 2)[:, 1].tolist()
        assert one.other_before is counts[0].other_before


def squares(*corners, side=100.0):
    shapes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return areas_from_geometries([f"a{k}" for k in range(len(shapes))], shapes)


def test_areas_that_grow_never_lie_over_each_other_or_over_comparison_areas():
    areas, free = squares((0, 0), (120, 0), (0, 130)), squares((-115, 0))
    grown = resize_areas(areas, 30, free)
    shapes = area_geometries(grown)
    assert shapely.area(union_of(grown)) == pytest.approx(shapely.area(shapes).sum())
    assert shapely.area(shapely.intersection(union_of(grown), union_of(free))) < 1e-6
    for before, after in zip(area_geometries(areas), shapes, strict=True):
        assert shapely.area(shapely.difference(before, after)) < 1e-6


def test_areas_that_shrink_to_nothing_are_left_out():
    areas = squares((0, 0), (500, 0))
    assert resize_areas(areas, -60, make_table(AREAS)).height == 0
    assert shapely.area(area_geometries(resize_areas(areas, -10, make_table(AREAS))))[0] == 6400


def test_a_buffer_that_leaves_nothing_or_reaches_beyond_what_was_kept_is_skipped(demo, counts):
    _, skipped = others_of(demo, counts[0], Robustness(buffer_m=120))
    assert skipped["Hot spots 120 m smaller on each side"] == "Nothing would be left of a hot spot."
    bare = replace(
        demo, areas=replace(demo.areas, rings=(), study_area=None, comparison=make_table(AREAS))
    )
    _, skipped = others_of(bare, counts_of(bare)[0])
    assert skipped["Hot spots 25 m larger on each side"].startswith("Crimes so far out were not")


# --- verdicts ------------------------------------------------------------------------------------


def test_the_verdict_of_a_ratio_is_that_of_the_verdict_engine():
    rng = np.random.default_rng(2)
    for _ in range(200):
        before, after = (int(n) for n in rng.integers(0, 60, 2))
        one = Estimate(
            id="ratio-of-ratios-robust",
            name="r",
            value=float(rng.uniform(0.3, 2)),
            p=float(rng.uniform(0, 0.1)),
        )
        assert (
            find_verdict_id(before, one)
            == decide_verdict((before, after), one, [], compared=True).id
        )
    nothing = Estimate(id="ratio-of-ratios-robust", name="r", value=None)
    assert find_verdict_id(100, nothing) == "few"


def test_the_verdict_of_a_difference_is_about_nought():
    for value, told in ((-40.0, "fall"), (0.5, "rise")):
        one = Estimate(id="wdd-robust", name="w", value=value, p=0.01)
        assert find_verdict_id(100, one) == told


# --- records -------------------------------------------------------------------------------------


def test_there_is_one_record_an_outcome_with_its_own_headline(demo, counts, found):
    assert [r.definition for r in found.records] == [c.definition.key for c in counts]
    for record, own in zip(found.records, counts, strict=True):
        rng = np.random.default_rng([demo.programme.seed, *record.definition.encode()])
        assert record.headline == estimate_outcome(own, rng)[0]
        assert (record.before, record.after) == own.totals
        kinds = {row.kind for row in record.rows}
        assert kinds == {"hot spot", "comparison area", "time", "size", "definition", "model"}


def test_the_same_study_gives_the_same_records(demo, counts, found):
    assert assess_robustness(demo, counts, Robustness(without=(LOCKDOWN,))) == found


def test_the_sentence_counts_what_the_rows_say(found):
    for record in found.records:
        ways = [row for row in record.rows if row.keeps_direction is not None]
        tested = [row for row in record.rows if row.keeps_verdict is not None]
        kept = sum(row.keeps_direction for row in ways)
        same = sum(row.keeps_verdict for row in tested)
        assert f"{kept} of {len(ways)} keep the direction" in record.sentence
        assert f"{same} of {len(tested)} that can be tested" in record.sentence
        for row in record.turning[:4]:
            assert row.name in record.sentence


def test_an_uncalibrated_estimate_never_has_a_verdict(found):
    for record in found.records:
        for row in record.rows:
            if not row.estimate.headline:
                assert (row.verdict_id, row.keeps_verdict) == ("", None)


def test_another_definition_is_that_definitions_own_headline(found):
    first, second = found.records[:2]
    (row,) = [r for r in first.rows if r.name == f"Counted as {second.definition}"]
    assert row.estimate == second.headline
    assert row.before != first.rows[0].before


def test_a_true_fall_is_kept_in_every_way(fallen):
    study = open_quietly(fallen.declare("robust.toml"))
    record = assess_robustness(study, counts_of(study), PLAIN).records[0]
    assert record.verdict_id == "fall"
    ways = [row for row in record.rows if row.kind != "definition"]
    assert all(row.keeps_direction for row in ways)
    assert "keep the verdict (a fall beyond chance)." in record.sentence


def made(demo, counts, hot, other):
    """Return counts of twelve equal months, by area: (before, after) a month."""
    return replace(
        counts,
        hot_before=np.array([[b] * 12 for b, _ in hot], dtype=float),
        hot_after=np.array([[a] * 12 for _, a in hot], dtype=float),
        other_before=np.array([[b] * 12 for b, _ in other], dtype=float).reshape(-1, 12),
        other_after=np.array([[a] * 12 for _, a in other], dtype=float).reshape(-1, 12),
    )


def fewer(study, spots, others):
    areas = study.areas
    return replace(
        study,
        areas=replace(
            areas, hot_spots=areas.hot_spots[:spots], comparison=areas.comparison[:others], rings=()
        ),
    )


def test_the_one_hot_spot_that_makes_a_fall_is_named(demo, counts):
    study = fewer(demo, 3, 6)
    own = made(demo, counts[0], [(60, 12), (10, 10), (10, 10)], [(12, 12)] * 6)
    own = replace(own, hot_before=own.hot_before * 2, hot_after=own.hot_after * 2)
    (record,) = assess_robustness(study, [own], PLAIN).records
    row = next(r for r in record.rows if r.name == "Without Hot spot 1 (the largest)")
    assert row.estimate.value == pytest.approx(1, abs=0.01)
    assert record.headline.value < 0.8


def test_without_comparison_areas_months_are_reckoned_again(demo, counts):
    study = fewer(demo, 2, 0)
    own = made(demo, counts[0], [(20, 10), (20, 12)], [])
    (record,) = assess_robustness(study, [own], PLAIN).records
    assert record.headline.id == "rate-ratio-paired-months"
    assert "Without one comparison area" in {one.name for one in record.skipped}
    row = next(r for r in record.rows if r.name.startswith("Without Hot spot 1"))
    assert row.estimate.value == pytest.approx(0.6)
    assert row.keeps_verdict


def test_one_hot_spot_and_one_comparison_area_cannot_be_left_out(demo, counts):
    study = fewer(demo, 1, 1)
    own = made(demo, counts[0], [(20, 10)], [(20, 20)])
    (record,) = assess_robustness(study, [own], PLAIN).records
    reasons = {one.name: one.reason for one in record.skipped}
    assert reasons["Without one hot spot"] == "There is only one."
    assert reasons["Without one comparison area"] == "There is only one."


def test_no_crime_at_all_leaves_nothing_to_reckon(demo, counts):
    study = fewer(demo, 2, 0)
    own = made(demo, counts[0], [(0, 0), (0, 0)], [])
    found = assess_robustness(study, [own], PLAIN)
    (record,) = found.records
    assert (record.headline, record.rows, record.verdict_id) == (None, (), "few")
    assert record.sentence.startswith("There is no calibrated estimate")
    assert (found.guards, found.has_sizes) == ((), False)


def test_too_few_crimes_for_a_verdict_are_told_so(demo, counts):
    study = fewer(demo, 3, 6)
    own = made(demo, counts[0], [(0.5, 0.5)] * 3, [(1, 1)] * 6)
    (record,) = assess_robustness(study, [own], PLAIN).records
    assert record.verdict_id == "few"
    assert "(too few crimes to say) could be tested in none." in record.sentence
    assert all(row.keeps_verdict is None for row in record.rows)


def test_a_window_of_one_month_cannot_lose_its_last(demo, counts):
    own = replace(
        counts[0], hot_before=counts[0].hot_before[:, :1], hot_after=counts[0].hot_after[:, :1]
    )
    _, skipped = others_of(demo, own)
    assert skipped["Without the last month"] == "Nothing would be left."


def test_a_verdict_that_hangs_on_the_size_fires_the_guard(demo, counts):
    # crimes that fell in the middle of the hot spots and rose by as much in the strip round them
    study = fewer(demo, 7, 14)
    middle = area_geometries(study.areas.hot_spots)
    rows = []
    for areas, inner, strip in (
        (middle, (60, 20), (0, 200)),
        (area_geometries(study.areas.comparison), (60, 60), (0, 0)),
    ):
        for shape in areas:
            centre = shapely.centroid(shape)
            for count, month in zip(inner, (date(2020, 8, 1), date(2021, 8, 1)), strict=True):
                rows += [(centre.x, centre.y, month)] * count
            for count, month in zip(strip, (date(2020, 8, 1), date(2021, 8, 1)), strict=True):
                rows += [(shape.bounds[0] - 10, shape.bounds[1] - 10, month)] * count
    x, y, months = (list(column) for column in zip(*rows, strict=True))
    template = counts[0].crimes[:1]
    crimes = pl.concat([template] * len(rows)).with_columns(
        x=pl.Series(x), y=pl.Series(y), month=pl.Series(months)
    )
    own = count_outcome(counts[0].definition, crimes, study.areas, study.windows)
    found = assess_robustness(study, [own], PLAIN)
    (guard,) = found.guards
    assert (guard.id, guard.about) == ("modifiable-unit", own.definition.key)
    assert "as declared: " in guard.message
    assert found.has_sizes


# --- crimes with times ---------------------------------------------------------------------------


def test_hours_and_weekdays_are_those_of_local_time(demo, counts):
    # Friday 2 July 2021 13:30 UTC is 14:30 in London; Saturday 3 July 2021 19:30 UTC is 20:30
    centre = shapely.centroid(area_geometries(demo.areas.hot_spots)[0])
    times = pl.Series(
        ["2021-07-02 13:30", "2021-07-02 12:59", "2021-07-03 18:59", "2021-07-05 19:00"]
    ).str.to_datetime("%Y-%m-%d %H:%M", time_zone="UTC", time_unit="us")
    crimes = pl.concat([counts[0].crimes[:1]] * 4).with_columns(
        time_from=times, x=pl.lit(centre.x), y=pl.lit(centre.y), month=pl.lit(date(2021, 7, 1))
    )
    own = count_outcome(counts[0].definition, crimes, demo.areas, demo.windows)
    others, skipped = others_of(demo, own)
    assert others["Hours 14:00 to 20:00 only"].counts.hot_after.sum() == 2
    assert others["Mondays to Fridays only"].counts.hot_after.sum() == 3
    assert not skipped
    none, _ = find_other_counts(demo, replace(own, crimes=crimes[:0]), PLAIN)
    assert all(isinstance(one, OtherCounts) and one.kind != "hours" for one in none)


def test_windows_that_are_no_whole_months_lose_blocks_of_four_weeks(demo, counts):
    windows = {
        "before": Window("before", date(2020, 7, 6), date(2020, 11, 22)),
        "after": Window("after", date(2021, 7, 5), date(2021, 11, 21)),
    }
    study = replace(demo, programme=replace(demo.programme, **windows))
    pieces = {
        f: getattr(counts[0], f)[:, :5]
        for f in ("hot_before", "hot_after", "other_before", "other_after")
    }
    fair = LeftOut(first=date(2021, 8, 2), last=date(2021, 8, 3), what="the fair")
    timed = counts[0].crimes.with_columns(
        time_from=pl.col("month").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    )
    own = replace(counts[0], crimes=timed, **pieces)
    others, _ = others_of(study, own, Robustness(without=(fair,)))
    assert "all blocks of four weeks that it touches" in others["Without the fair"].note
    assert others["Without the fair"].counts.hot_after.shape[1] == 4
    assert "Without the last four weeks" in others


# --- what is declared ----------------------------------------------------------------------------


def read(table, tmp_path):
    faults = []
    found = read_robustness(TomlReader(table, "", tmp_path, faults), faults)
    return found, faults


def test_nothing_declared_is_the_plain_rule(tmp_path):
    assert read({}, tmp_path) == (PLAIN, [])


def test_everything_can_be_declared(tmp_path):
    table = {
        "without": [
            {"first": date(2021, 1, 5), "last": date(2021, 3, 8), "what": "the third lockdown"}
        ],
        "hours": [18, 24],
        "buffer_m": 40,
    }
    found, faults = read({"robustness": table}, tmp_path)
    assert faults == []
    assert found == Robustness(without=(LOCKDOWN,), hours=(18, 24), buffer_m=40.0)


def test_every_fault_is_told_at_once(tmp_path):
    table = {
        "without": [
            {"first": date(2021, 3, 8), "last": date(2021, 1, 5), "what": " "},
            {"first": date(2021, 3, 8), "what": "a fair", "why": "x"},
        ],
        "hours": [14.5, 20],
        "buffer_m": 500,
        "size": 3,
    }
    found, faults = read({"robustness": table}, tmp_path)
    assert found is None
    told = " ".join(faults)
    for part in (
        "before it begins",
        "does not say what was on",
        "[2].last",
        "why is not known",
        "two whole hours",
        "buffer_m is 500",
        "robustness.size is not known",
    ):
        assert part in told, part


def test_hours_must_rise_within_a_day():
    with pytest.raises(InputError, match="hours are"):
        Robustness(hours=(20, 14))
