"""A whole study on the made world, against loops over the rows as they stand in the files."""

import csv
import hashlib
import itertools
import math
from datetime import date

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.study.evaluation import STEPS, evaluate_programme
from patrolwise.study.reading import read_programme

# Made-world facts, said again on purpose: the twin shares no code with the study.
WEST, SOUTH, SIZE = 458_000, 304_000, 200
VIOLENCE = "Violence and sexual offences"
DAYS = {VIOLENCE: 10, "Robbery": 365}  # starting points of 8N and 34B; shops and police left out


# --- the slow, obvious twin -----------------------------------------------------------------------


def rows_of(world):
    rows = []
    for path in sorted((world.folder / "street").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


def square_of(row):
    """Return a row's square from its street, which the made world names after the square."""
    column, line = row["Location"].removeprefix("On or near Street ").split("-")
    return int(column), int(line)


def squares(results, kind):
    """Return the squares of the areas of a kind, by their middle on the map."""
    from pyproj import Transformer

    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True).transform
    found = {}
    for shape in results.shapes:
        if shape.kind == kind:
            corners = shape.rings[0][:4]
            longitude = sum(corner[0] for corner in corners) / 4
            latitude = sum(corner[1] for corner in corners) / 4
            x, y = to_metres(longitude, latitude)
            found[shape.area_id] = (int((x - WEST) // SIZE), int((y - SOUTH) // SIZE))
    return found


def count(world, year, kinds, wanted):
    total = 0
    for row in rows_of(world):
        if row["Month"][:4] == year and row["Crime type"] in kinds and square_of(row) in wanted:
            total += 1
    return total


def distance_m(square, spots):
    """Return the least distance from a square's map point to any of the squares."""
    x, y = SIZE * square[0] + 130, SIZE * square[1] + 80
    distances = []
    for i, j in spots:
        across = max(SIZE * i - x, 0, x - SIZE * (i + 1))
        along = max(SIZE * j - y, 0, y - SIZE * (j + 1))
        distances.append(math.hypot(across, along))
    return min(distances)


CRIMES = (VIOLENCE, "Robbery", "Shoplifting", "Drugs")
KINDS = {"violence-and-sexual-offences@1": (VIOLENCE,), "all-crime@1": CRIMES}


# --- counts ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(evaluated):
    return evaluated


@pytest.fixture(scope="module")
def quiet(calm):
    return calm.evaluate()


def test_the_busiest_squares_are_chosen_and_each_knows_what_it_was_chosen_on(fallen, found):
    spots = squares(found, "hot spot")
    assert sorted(spots.values()) == [(2, 2), (2, 6), (6, 2), (6, 6)]
    for area in found.outcomes[0].areas:
        assert area.selected_on == count(fallen, "2019", (VIOLENCE,), [spots[area.area_id]])
        assert area.area_m2 == pytest.approx(SIZE**2, rel=1e-4)


def test_totals_before_and_after_are_those_counted_by_hand(fallen, found):
    spots = list(squares(found, "hot spot").values())
    others = list(squares(found, "comparison").values())
    assert len(others) == 8
    for outcome in found.outcomes:
        kinds = KINDS[outcome.definition]
        assert outcome.before == count(fallen, "2020", kinds, spots)
        assert outcome.after == count(fallen, "2021", kinds, spots)
        assert outcome.comparison_before == count(fallen, "2020", kinds, others)
        assert outcome.comparison_after == count(fallen, "2021", kinds, others)


def test_each_hot_spot_is_counted_by_itself_and_they_add_up(fallen, found):
    spots = squares(found, "hot spot")
    for outcome in found.outcomes:
        for area in outcome.areas:
            wanted = [spots[area.area_id]]
            assert area.before == count(fallen, "2020", KINDS[outcome.definition], wanted)
            assert area.after == count(fallen, "2021", KINDS[outcome.definition], wanted)
            assert not area.ratio.headline
        assert sum(area.before for area in outcome.areas) == outcome.before


def test_rings_count_the_ground_at_their_distance_and_no_comparison_area(fallen, found):
    spots = list(squares(found, "hot spot").values())
    others = set(squares(found, "comparison").values())
    every = {(i, j) for i in range(10) for j in range(10)}
    for ring in found.outcomes[0].rings:
        ground = [
            square
            for square in every - set(spots) - others
            if ring.inner_m < distance_m(square, spots) <= ring.outer_m
        ]
        assert ring.before == count(fallen, "2020", (VIOLENCE,), ground) > 0
        assert ring.after == count(fallen, "2021", (VIOLENCE,), ground)
    assert [ring.name for ring in found.outcomes[0].rings] == ["0 to 100 m", "100 to 200 m"]


def test_harm_is_the_days_of_each_crime_added_up(fallen, found):
    (harm,) = found.harm  # violence alone has one weight: its harm would be its count again
    spots = list(squares(found, "hot spot").values())
    for told, per_crime, year in (
        (harm.before, harm.per_crime_before, "2020"),
        (harm.after, harm.per_crime_after, "2021"),
    ):
        counted = {kind: count(fallen, year, (kind,), spots) for kind in DAYS}
        assert told == sum(DAYS[kind] * number for kind, number in counted.items())
        assert per_crime == pytest.approx(told / sum(counted.values()))
    left_out = [count(fallen, year, ("Shoplifting", "Drugs"), spots) for year in ("2020", "2021")]
    assert harm.excluded == sum(left_out)
    assert harm.coverage == 1.0
    assert harm.definition == "all-crime@1"
    assert harm.index == "estimate from the force's offence mix of 2020/21 " + (
        "(guideline-starting-points@2020)"
    )


def test_harm_net_of_comparison_areas_is_the_difference_of_differences(fallen, found):
    (harm,) = found.harm

    def days(wanted, year):
        return sum(DAYS[kind] * count(fallen, year, (kind,), wanted) for kind in DAYS)

    spots = list(squares(found, "hot spot").values())
    others = list(squares(found, "comparison").values())
    change = days(spots, "2021") - days(spots, "2020")
    scaled = (days(others, "2021") - days(others, "2020")) * len(spots) / len(others)
    assert harm.wdd.value == pytest.approx(change - scaled)


def test_months_of_the_chart_run_from_the_first_day_to_the_last(fallen, found):
    months = found.outcomes[0].months
    # from the first day that was looked at: the selection window begins in 2019
    assert [months[0].month, months[-1].month, len(months)] == ["2019-01-01", "2021-12-01", 36]
    assert sum(m.hot_spots for m in months[12:24]) == found.outcomes[0].before
    assert sum(m.comparison for m in months[24:]) == found.outcomes[0].comparison_after


# --- what is found --------------------------------------------------------------------------------


def test_a_fall_of_a_half_is_found_and_told(found):
    outcome = found.outcomes[0]
    assert outcome.verdict_id == "fall"
    assert outcome.verdict == "Crime fell more than in the comparison areas, beyond chance."
    headline = next(e for e in outcome.estimates if e.headline)
    assert headline.low < 0.5 < headline.high
    assert outcome.expected_after > 1.5 * outcome.after
    assert 0 < outcome.detectable_fall < 0.5
    assert "ratio of ratios" in found.findings[0]
    assert "expected after" in found.findings[2]


def test_where_nothing_happened_chance_is_nearly_always_the_verdict(made_world):
    verdicts = [made_world(seed=seed).evaluate().outcomes[0].verdict_id for seed in range(1, 7)]
    assert verdicts.count("chance") >= 5


def test_the_estimate_that_carries_the_verdict_comes_first_and_poisson_never_does(found):
    for outcome in found.outcomes:
        assert [(e.id, e.headline) for e in outcome.estimates] == [
            ("ratio-of-ratios-robust", True),
            ("ratio-of-ratios-permutation", True),
            ("wdd-robust", False),  # the four busiest squares have none like them
            ("rate-ratio-paired-months", False),  # areas can be compared: months alone say less
            ("ratio-of-ratios-poisson", False),
            ("wdd-poisson", False),
            ("rate-ratio-exact", False),
            ("rate-ratio-mid-p", False),
            ("rate-ratio-e-test", False),
        ]


def headlines_and_step(outcome):
    """Return the headlines' ids, and how many times a hot spot's level is a comparison area's."""
    step = (outcome.before / 4) / (outcome.comparison_before / 8)
    return {e.id for e in outcome.estimates if e.headline}, step


def test_a_difference_is_a_headline_only_where_levels_lie_within_a_half(quiet, made_world):
    headlines, step = headlines_and_step(quiet.outcomes[0])
    assert step > 1.5
    assert "wdd-robust" not in headlines
    like = made_world(top=4.5).evaluate(harm=None).outcomes[0]  # busiest squares as busy as others
    headlines, step = headlines_and_step(like)
    assert 1 / 1.5 < step < 1.5
    assert "wdd-robust" in headlines


def test_without_comparison_the_paired_months_carry_the_verdict(fallen):
    results = fallen.evaluate(comparison=None)
    outcome = results.outcomes[0]
    assert outcome.estimates[0].id == "rate-ratio-paired-months"
    assert outcome.comparison_before is None
    assert outcome.rings == ()
    assert results.comparison_rule == ""
    assert outcome.months[0].comparison is None
    assert results.harm[0].wdd is None
    assert outcome.verdict == (
        "Crime fell, beyond chance. It cannot be put down to the patrols: "
        "there is nothing to compare with."
    )


def test_one_outcome_draws_the_same_chance_whatever_stands_beside_it(found, fallen):
    alone = fallen.evaluate(outcomes='definitions = ["all-crime"]\nrings_m = [0, 100, 200]')
    assert alone.outcomes[0] == found.outcomes[1]


def test_the_results_name_what_they_were_made_from(fallen, found):
    inputs = {file.name: file for file in found.made.inputs}
    assert len(inputs) == 38
    assert sum(file.rows or 0 for file in inputs.values()) == len(rows_of(fallen))
    for name in ("study-area.geojson", "mix.csv", "street/2020-05-leicestershire-street.csv"):
        content = (fallen.folder / name).read_bytes()
        assert inputs[name.split("/")[-1]].sha256 == hashlib.sha256(content).hexdigest()
    assert found.made.seed == 7
    assert found.hot_spot_set == "made-four@1"
    assert "4 cells (square 200 m) by shrunken count, 100 m apart" in found.hot_spot_method
    assert found.selection_window.first == "2019-01-01"
    assert (found.before.days, found.after.days) == (366, 365)


def test_services_are_named_with_their_provider(fallen):
    services = (
        '[[services]]\nname = "Outreach"\nprovider = "A charity"\n[[services]]\nname = "Police"'
    )
    assert fallen.evaluate(services=services).services == ("Outreach (A charity)", "Police")


def test_progress_is_told_of_every_step(calm):
    told = []
    evaluate_programme(read_programme(calm.declare(name="steps.toml")), progress=told.append)
    assert len(told) == STEPS


def test_the_data_quality_report_accounts_for_every_row(fallen, found):
    counts = {line.what: line.count for line in found.quality}
    dropped = sum(n for what, n in counts.items() if what.startswith("Rows dropped"))
    assert counts["Rows read"] == len(rows_of(fallen)) == counts["Rows kept"] + dropped


def test_no_harm_is_told_when_none_is_asked_for(calm):
    results = calm.evaluate(harm=None)
    assert results.harm == ()
    assert not any("Harm is estimated" in limit for limit in results.limits)


def test_counting_outside_the_force_area_is_reported(calm):
    results = calm.evaluate(crimes='files = ["street"]\nforce_area = "study-area.geojson"')
    line = next(line for line in results.quality if line.what == "Rows outside the force area")
    assert line.count == 0


# --- guards ---------------------------------------------------------------------------------------

# on open data, on any study that draws no lots, and where the programme gives neither the day of
# the extract nor that on which rings were fixed
ALWAYS = {"snap-points", "not-randomised", "extract-date-missing", "rings-fixed-late"}
# a year before is too short to see a drift; rings of comparison areas at the edge of the made world
# reach beyond it, where there is no crime
OF_EVERY_OUTCOME = {"pre-trend-weak", "unlike-rings"}
OF_ALL_CRIME = {"patrol-generated", "one-offence-harm"}  # drugs count; robbery is most of harm


def ids(results, about=None):
    return {guard.id for guard in results.guards if about is None or guard.about == about}


def test_a_clean_study_carries_only_the_guards_that_every_such_study_has(quiet):
    assert ids(quiet, "") == ALWAYS
    assert ids(quiet, "violence-and-sexual-offences@1") == OF_EVERY_OUTCOME
    assert ids(quiet, "all-crime@1") == OF_EVERY_OUTCOME | OF_ALL_CRIME


ON_BEFORE = """
window = { first = 2019-07-01, last = 2020-06-30 }
definition = "violence-and-sexual-offences"
study_area = "study-area.geojson"
count = 4
"""
STARTED = '[[services]]\nname = "Outreach"\nbegan = 2020-10-01\n'
OTHER_SEASON = """
before = { first = 2020-01-01, last = 2020-06-30 }
after = { first = 2021-07-01, last = 2021-12-31 }
override = "The service runs in winter only."
"""


@pytest.mark.parametrize(
    ("guard", "severity", "changes"),
    [
        ("no-comparison", "red", {"comparison": None}),
        ("selected-on-before", "red", {"hot_spots__select": ON_BEFORE}),
        ("contaminated-baseline", "red", {"services": STARTED}),
        ("windows-overridden", "red", {"windows": OTHER_SEASON}),
        ("comparison-declared-late", "amber", {"comparison": "match = 8\napart_m = 100"}),
        (
            "comparison-declared-late",
            "amber",
            {"comparison": "match = 8\napart_m = 100\ndeclared = 2021-06-01"},
        ),
        (
            "comparison-after-data",
            "red",
            {"comparison": "match = 8\napart_m = 100\ndeclared = 2022-01-01"},
        ),
    ],
)
def test_a_guard_fires_in_the_case_made_for_it(calm, guard, severity, changes):
    results = calm.evaluate(**changes)
    fired = [one for one in results.guards if one.id == guard]
    assert fired
    assert {one.severity for one in fired} == {severity}


def test_a_service_that_began_with_the_after_window_contaminates_nothing(calm):
    services = '[[services]]\nname = "Outreach"\nbegan = 2021-01-01\n'
    assert "contaminated-baseline" not in ids(calm.evaluate(services=services))


def test_comparison_squares_of_another_size_are_called_unlike(made_world):
    results = made_world(rate=2.0).evaluate()
    assert "unlike-comparison" in ids(results, "violence-and-sexual-offences@1")


def test_windows_on_both_sides_of_july_2022_meet_the_move_of_the_map_points(made_world):
    world = made_world(first=2021 * 12, months=36)
    windows = """
before = { first = 2022-01-01, last = 2022-12-31 }
after = { first = 2023-01-01, last = 2023-12-31 }
"""
    select = ON_BEFORE.replace("2019-07-01", "2021-01-01").replace("2020-06-30", "2021-12-31")
    results = world.evaluate(
        windows=windows,
        hot_spots__select=select,
        comparison="match = 8\napart_m = 100\ndeclared = 2022-12-01",
    )
    assert ids(results, "") == {*ALWAYS, "snap-points-moved"}
    assert "the map points of the data moved" in results.outcomes[0].verdict


def test_a_broken_file_beside_good_ones_is_a_red_guard_and_is_named(fallen, own_copy, tmp_path):
    world = own_copy(fallen, tmp_path)
    bad = world.folder / "street" / "2018-12-leicestershire-street.csv"
    bad.write_text("<html>Not found</html>", encoding="utf-8")
    results, faults = evaluate_programme(read_programme(world.declare()), progress=lambda _: None)
    assert [fault.file for fault in faults] == [bad.name]
    guard = next(g for g in results.guards if g.id == "file-faults")
    assert bad.name in guard.message
    assert results.outcomes[0].verdict.endswith(
        "It cannot be put down to the patrols: some files could not be read."
    )
    assert any(line.what == f"Not read: {bad.name}" for line in results.quality)


def test_few_crimes_are_a_red_guard_and_no_percentage(calm):
    results = calm.evaluate(
        hot_spots="expected = 1",
        hot_spots__select=ON_BEFORE.replace("2019-07-01", "2019-01-01")
        .replace("2020-06-30", "2019-12-31")
        .replace("count = 4", "count = 1"),
        outcomes='definitions = ["robbery"]',
    )
    (outcome,) = results.outcomes
    assert outcome.before < 20
    assert "few-crimes" in ids(results, "robbery@1")
    assert outcome.verdict_id == "few"
    assert outcome.verdict == (
        f"Too few crimes to say: {outcome.before} before, {outcome.after} after."
    )
    assert "ratio" not in results.findings[0]


def test_months_that_vary_more_than_chance_are_an_amber_guard(
    calm, own_copy, tmp_path, street_writer
):
    world = own_copy(calm, tmp_path)
    for month in (3, 8):  # two wild months: every row four times, with an id of its own
        path = world.folder / "street" / f"2021-{month:02d}-leicestershire-street.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wild = [
            {**row, "Crime ID": f"{row['Crime ID']}{n}" if row["Crime ID"] else ""}
            for row, n in itertools.product(rows, range(4))
        ]
        street_writer(path, wild)
    results = world.evaluate()
    guard = next(g for g in results.guards if g.id == "overdispersion")
    assert (guard.severity, guard.about) == ("amber", "violence-and-sexual-offences@1")


def test_places_missing_in_one_window_more_than_in_the_other_are_an_amber_guard(made_world):
    results = made_world(unplaced=0.1).evaluate()
    guard = next(g for g in results.guards if g.id == "missing-places")
    assert guard.message.startswith("0.0% of the crimes had no place before, ")


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"hot_spots__select": ON_BEFORE}, "the hot spots were chosen on the same crimes"),
        ({"services": STARTED}, "the service already ran before"),
        ({"windows": OTHER_SEASON}, "the windows do not match"),
    ],
)
def test_a_red_guard_changes_the_sentence_of_the_verdict(fallen, changes, because):
    verdict = fallen.evaluate(**changes).outcomes[0].verdict
    assert "It cannot be put down to the patrols:" in verdict
    assert because in verdict


# --- refusals -------------------------------------------------------------------------------------


def test_months_missing_in_windows_are_refused_and_named(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    for month in ("2019-05", "2020-03", "2021-12"):
        (world.folder / "street" / f"{month}-leicestershire-street.csv").unlink()
    with pytest.raises(RefusedError) as caught:
        world.evaluate()
    said = str(caught.value)
    assert "3 faults" in said
    assert "The before window (2020-01-01 to 2020-12-31) needs months" in said
    assert "lack: 2020-03. Add their files, or move the window." in said
    assert "lack: 2021-12." in said
    assert "The selection window (2019-01-01 to 2019-12-31)" in said
    assert "lack: 2019-05." in said


def test_windows_beyond_the_data_are_refused(calm):
    windows = """
before = { first = 2021-01-01, last = 2021-12-31 }
after = { first = 2022-01-01, last = 2022-12-31 }
"""
    with pytest.raises(RefusedError, match=r"2022-01, 2022-02.*2022-12"):
        calm.evaluate(windows=windows)


def test_serious_violence_cannot_be_counted_on_open_data(calm):
    with pytest.raises(RefusedError, match="spans common assault to murder"):
        calm.evaluate(outcomes='definitions = ["serious-violence"]')


def test_windows_in_other_seasons_are_refused_without_a_written_reason(calm):
    silent = OTHER_SEASON.replace("The service runs in winter only.", "  ")
    with pytest.raises(RefusedError, match="different seasons"):
        calm.evaluate(windows=silent)


def test_the_written_reason_is_printed_with_what_it_passes_over(calm):
    results = calm.evaluate(windows=OTHER_SEASON)
    assert results.window_override == "The service runs in winter only."
    guard = next(g for g in results.guards if g.id == "windows-overridden")
    assert "different seasons" in guard.message
    assert guard.message.endswith("The reason given: The service runs in winter only.")


def test_windows_that_overlap_are_refused_whatever_the_reason(calm):
    windows = """
before = { first = 2020-01-01, last = 2020-12-31 }
after = { first = 2020-12-01, last = 2021-11-30 }
override = "We want to."
"""
    with pytest.raises(RefusedError, match="must begin when the before window"):
        calm.evaluate(windows=windows)


def test_more_hot_spots_than_cells_are_refused(calm):
    select = ON_BEFORE.replace("count = 4", "count = 101")
    with pytest.raises(InputError, match="holds 100 cells of square 200 m; 101 hot spots"):
        calm.evaluate(hot_spots="", hot_spots__select=select)


def test_open_data_without_an_offence_mix_has_no_harm(calm):
    with pytest.raises(InputError, match="no offence codes, so their harm can only be estimated"):
        calm.evaluate(harm='weights = "guideline-starting-points"')


# --- windows of unequal length --------------------------------------------------------------------

UNEQUAL = """
before = { first = 2020-01-01, last = 2020-12-31 }
after = { first = 2021-01-01, last = 2021-06-30 }
override = "The service was stopped in June."
"""


def test_windows_of_unequal_length_are_compared_by_the_day(calm):
    results = calm.evaluate(windows=UNEQUAL)
    outcome = results.outcomes[0]
    estimates = {e.id: e for e in outcome.estimates}
    by_day = (outcome.after / 181) / (outcome.before / 366)
    assert estimates["rate-ratio-exact"].value == pytest.approx(by_day)
    assert estimates["rate-ratio-paired-months"].value is None
    assert estimates["rate-ratio-paired-months"].note == "Needs windows of equal length."
    assert all(area.ratio.value is None and area.q is None for area in outcome.areas)
    ratio = 181 / 366
    spots, others = len(outcome.areas), 8
    change = outcome.after / ratio - outcome.before
    elsewhere = outcome.comparison_after / ratio - outcome.comparison_before
    wanted = change - elsewhere * spots / others
    assert estimates["wdd-robust"].value == pytest.approx(wanted)
    assert estimates["wdd-poisson"].value == pytest.approx(wanted)


def test_unequal_windows_without_comparison_have_no_test_to_trust(calm):
    outcome = calm.evaluate(windows=UNEQUAL, comparison=None).outcomes[0]
    assert outcome.verdict_id == "few"
    assert outcome.verdict == "Too little data for a test that can be trusted."


def test_a_leap_day_is_not_another_length(quiet):
    outcome = quiet.outcomes[0]
    exact = next(e for e in outcome.estimates if e.id == "rate-ratio-exact")
    assert exact.value == pytest.approx(outcome.after / outcome.before)


def test_windows_are_those_of_the_programme(quiet):
    assert date.fromisoformat(quiet.after.last) == date(2021, 12, 31)


# --- few areas, and months between that are missing -----------------------------------------------


def test_with_fewer_than_five_areas_the_hot_spots_are_judged_by_their_own_months(fallen):
    one = ON_BEFORE.replace("2019-07-01", "2019-01-01").replace("2020-06-30", "2019-12-31")
    results = fallen.evaluate(
        hot_spots="expected = 1",
        hot_spots__select=one.replace("count = 4", "count = 1"),
        comparison="match = 3\napart_m = 100\ndeclared = 2020-12-01",
    )
    outcome = results.outcomes[0]
    assert "few-areas" in ids(results, outcome.definition)
    assert [e.id for e in outcome.estimates if e.headline] == ["rate-ratio-paired-months"]
    assert outcome.verdict == (
        "Crime fell, beyond chance. It cannot be put down to the patrols: "
        "there are too few areas to compare."
    )
    assert outcome.rings[0].wdd.value is None


def test_a_month_that_the_files_lack_is_a_gap_of_the_chart_and_no_zero(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    (world.folder / "street" / "2020-03-leicestershire-street.csv").unlink()
    windows = """
before = { first = 2019-01-01, last = 2019-12-31 }
after = { first = 2021-01-01, last = 2021-12-31 }
"""
    results = world.evaluate(windows=windows)
    months = [m.month for m in results.outcomes[0].months]
    assert len(months) == 35
    assert "2020-03-01" not in months


def test_a_rings_excess_is_what_the_comparison_areas_change_does_not_imply(found):
    outcome = found.outcomes[0]
    for ring in outcome.rings:
        implied = ring.before * outcome.comparison_after / outcome.comparison_before
        assert ring.wdd.low < ring.wdd.value < ring.wdd.high
        # the estimate weighs areas, so it is near the plain difference and not the same
        assert ring.wdd.value == pytest.approx(ring.after - implied, abs=0.25 * implied)


def test_harm_that_no_one_class_dominates_fires_no_guard(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    mix = world.folder / "mix.csv"
    # drug offences as grave as robbery, and as many: neither is half of the harm
    rows = mix.read_text(encoding="utf-8").replace("2020/21,92E,", "2020/21,34B,")
    mix.write_text(rows, encoding="utf-8")
    results = world.evaluate()
    (harm,) = results.harm
    assert {driver.name for driver in harm.drivers} == {
        "robbery",
        "drugs",
        "violence and sexual offences",
    }
    largest = harm.drivers[0].before + harm.drivers[0].after
    assert largest < 0.5 * (harm.before + harm.after)
    assert "one-offence-harm" not in ids(results)


def test_rows_of_the_harm_workbook_that_cannot_be_used_are_named(fallen, own_copy, tmp_path):
    world = own_copy(fallen, tmp_path)
    book = "offence_title,days,classification_code\n" + "".join(
        f"Bad {n},few,8N\n" for n in range(7)
    )
    (world.folder / "book.csv").write_text(
        book + "Assault,10,8N\nRobbery,365,34B\nShop,1,46\nDrugs,1,92E\n", encoding="utf-8"
    )
    harm = 'weights = "book.csv"\nversion = "2024"\noffence_mix = "mix.csv"'
    results = world.evaluate(harm=harm)
    guard = next(g for g in results.guards if g.id == "harm-rows-unused")
    assert guard.severity == "amber"
    assert guard.message.startswith("7 rows; the terminal names each.")
    assert "few" not in guard.message  # what a file holds goes into no report
    assert results.harm[0].index.endswith("(cchi@2024)")
    assert "book.csv" in {file.name for file in results.made.inputs}


def test_harm_of_hot_spots_without_any_is_zero_and_has_no_share_from_one_class(
    calm, own_copy, tmp_path, geojson_of
):
    world = own_copy(calm, tmp_path)
    (world.folder / "far.geojson").write_text(geojson_of([(-3, -3), (12, 12)]), encoding="utf-8")
    hot_spots = """
file = "far.geojson"
chosen_on = { first = 2019-01-01, last = 2019-12-31 }
definition = "all-crime"
"""
    results = world.evaluate(
        hot_spots=hot_spots,
        hot_spots__select=None,
        comparison=None,
        outcomes='definitions = ["all-crime"]',
    )
    assert (results.outcomes[0].before, results.outcomes[0].after) == (0, 0)
    assert results.outcomes[0].verdict_id == "few"
    assert results.outcomes[0].detectable_fall is None
    assert "one-offence-harm" not in ids(results)
    (harm,) = results.harm
    assert (harm.before, harm.after, harm.coverage, harm.per_crime_before) == (0, 0, 0, None)
    assert "Estimated harm: 0 days before, 0 after. " in results.findings[1]
