"""The smaller parts of a study: findings, expectation, weights, quality lines, the spot report."""

import json
import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.crimes.quality import FileFault, FileRead, QualityReport
from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity, guard_not_randomised
from patrolwise.files.crimes import read_crimes
from patrolwise.harm import HarmIndex
from patrolwise.places import GridShape
from patrolwise.reporting.results import OutcomeRecord
from patrolwise.study.expectation import merge_windows
from patrolwise.study.findings import find_findings, find_limits
from patrolwise.study.guarding import check_months
from patrolwise.study.harm_scores import score_all
from patrolwise.study.programme import HarmSource, SpotSelection
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.reading import read_programme
from patrolwise.study.spot_report import describe_choice, describe_choice_in_text
from patrolwise.study.spots import choose_spots
from patrolwise.study.weighing import read_weights
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import Window


def window(first, last, name="w"):
    return Window(name, date.fromisoformat(first), date.fromisoformat(last))


# --- windows that are known -----------------------------------------------------------------------


def test_windows_that_touch_or_overlap_become_one_and_others_stay_apart():
    merged = merge_windows(
        [
            window("2021-01-01", "2021-03-31"),
            window("2020-01-01", "2020-06-30"),
            window("2020-07-01", "2020-08-31"),
            window("2020-02-01", "2020-03-31"),
        ]
    )
    assert [(w.name, str(w)) for w in merged] == [
        ("known-1", "2020-01-01 to 2020-08-31"),
        ("known-2", "2021-01-01 to 2021-03-31"),
    ]


def test_the_expected_count_is_shrunk_towards_all_cells_over_the_days_that_are_known(calm):
    """By hand: gamma prior by moments on the cells, times the after window's share of days."""
    results = calm.evaluate(outcomes='definitions = ["violence-and-sexual-offences"]')
    (outcome,) = results.outcomes
    counts = dict.fromkeys(((i, j) for i in range(10) for j in range(10)), 0)
    for row in calm.rows:
        if row["Crime type"].startswith("Violence") and row["Month"] < "2021":
            i, j = row["Location"].removeprefix("On or near Street ").split("-")
            counts[int(i), int(j)] += 1
    mean = sum(counts.values()) / 100
    top = [counts[square] for square in ((2, 2), (2, 6), (6, 2), (6, 6))]
    days = 365 / (365 + 366)
    unshrunk = sum(top) * days
    fully = 4 * mean * days
    assert fully < outcome.expected_after < unshrunk
    # the cells differ far more than chance, so the four are shrunk by little
    assert outcome.expected_after == pytest.approx(unshrunk, rel=0.05)
    assert sum(a.expected_after for a in outcome.areas) == pytest.approx(outcome.expected_after)


# --- findings -------------------------------------------------------------------------------------


def outcome(title="Robbery", before=100, after=50, compared=True, **changes):
    headline = Estimate(
        id="ratio-of-ratios-robust" if compared else "rate-ratio-paired-months",
        name="",
        value=0.5,
        low=0.4,
        high=0.6,
        p=0.001,
        headline=True,
    )
    values = {
        "definition": "robbery@1",
        "title": title,
        "is_open_data": False,
        "before": before,
        "after": after,
        "comparison_before": 90 if compared else None,
        "comparison_after": 88 if compared else None,
        "estimates": (headline,),
        "areas": (),
        "months": (),
        "rings": (),
        "expected_after": None,
        "detectable_fall": None,
        "verdict": "It fell.",
        "verdict_id": "fall",
    }
    return OutcomeRecord(**{**values, **changes})


def red(message):
    return Guard(id="x", severity=Severity.RED, title="", message=message)


def test_the_first_finding_is_that_of_the_first_outcome_with_counts_and_interval():
    (first,) = find_findings([outcome()], [], [])
    assert first == (
        "Robbery: 100 before, 50 after (comparison areas 90 and 88); "
        "ratio of ratios 0.50 (0.40 to 0.60). It fell."
    )


def test_without_comparison_the_interval_is_that_of_a_rate_ratio():
    (first,) = find_findings([outcome(compared=False)], [], [])
    assert first == "Robbery: 100 before, 50 after; rate ratio 0.50 (0.40 to 0.60). It fell."


def test_few_crimes_or_no_test_have_no_interval_in_the_finding():
    assert "ratio" not in find_findings([outcome(before=19)], [], [])[0]
    assert "ratio" not in find_findings([outcome(estimates=())], [], [])[0]
    bare = Estimate(id="rate-ratio-paired-months", name="", value=0.5, headline=True)
    assert "ratio" not in find_findings([outcome(estimates=(bare,))], [], [])[0]


def test_findings_are_three_and_red_guards_come_last():
    every = [outcome("A", expected_after=80.0), outcome("B"), outcome("C")]
    assert [text[:2] for text in find_findings(every, [], [red("R")])] == ["A:", "Wi", "B:"]
    guards = [guard_not_randomised(), red("Only red.")]
    assert find_findings([outcome()], [], guards)[1:] == ("Only red.",)


def test_limits_name_open_data_comparison_and_estimated_harm_only_where_they_are_used(calm):
    plain = find_limits([outcome(compared=False)], [])
    assert len(plain) == 3
    assert any("cannot show a cause" in limit for limit in plain)
    assert any("Comparison areas are like" in text for text in find_limits([outcome()], []))
    results = calm.evaluate()
    assert any("is not serious violence" in limit for limit in results.limits)
    assert any("Harm is estimated" in limit for limit in results.limits)
    assert len(results.limits) == 6


# --- quality --------------------------------------------------------------------------------------


def report(**changes):
    values = {
        "files": (FileRead(name="a.csv", sha256="", rows=9),),
        "faults": (),
        "rows_read": 9,
        "rows_kept": 8,
        "dropped": {"a copy": 1},
        "first_month": date(2020, 1, 1),
        "last_month": date(2020, 12, 1),
        "missing_months": {},
        "rows_by_month": {date(2020, 1, 1): 4, date(2020, 2, 1): 5},
        "missing_coordinates": {date(2020, 1, 1): 1, date(2020, 2, 1): 3},
        "repeated_ids": 2,
        "repeated_id_rows": 4,
        "repeated_id_rows_dropped": 1,
        "asb_rows": 3,
        "identical_asb_rows": 2,
        "out_of_area": None,
        "blank_places": 1,
        "snap_point_change": False,
    }
    return QualityReport(**{**values, **changes})


def lines(**changes):
    return {line.what: (line.count, line.note) for line in describe_quality(report(**changes))}


def test_quality_lines_say_what_was_read_dropped_and_missing():
    told = lines()
    assert told["Rows read"] == (9, "2020-01 to 2020-12")
    assert told["Rows dropped: a copy"] == (1, "")
    assert told["Rows without a place"] == (4, "60.0% at most, in 2020-02")
    assert told["Crime ids that occur again"] == (2, "on 4 rows")
    assert "Rows outside the force area" not in told
    assert not any("Change of map points" in what for what in told)


def test_quality_lines_tell_what_a_reader_must_know_only_when_it_is_so():
    told = lines(
        out_of_area=7,
        missing_months={"A": (date(2020, 3, 1), date(2020, 5, 1)), "B": ()},
        snap_point_change=True,
        faults=(FileFault(file="b.csv", message="It is empty."),),
        notes=("Twice given.",),
    )
    assert told["Rows outside the force area"] == (7, "")
    assert told["Months missing, A"] == (2, "2020-03 to 2020-05")
    assert "Months missing, B" not in told
    assert "Change of map points inside the data" in told
    assert told["Not read: b.csv"][0] is None
    assert "It is empty" not in told["Not read: b.csv"][1]  # a fault may quote a row
    assert told["Note"] == (None, "Twice given.")


def test_quality_of_no_rows_has_no_span_and_no_worst_month():
    told = lines(first_month=None, last_month=None, rows_by_month={}, missing_coordinates={})
    assert told["Rows read"] == (9, "")
    assert told["Rows without a place"] == (0, "")


def test_no_month_at_all_is_no_month_for_any_window(calm):
    programme = read_programme(calm.declare(name="months.toml"))
    with pytest.raises(RefusedError, match="2020-01"):
        check_months(programme, report(first_month=None, last_month=None), make_table(CRIMES))
    whole = report(first_month=date(2019, 1, 1), last_month=date(2021, 12, 1))
    check_months(programme, whole, make_table(CRIMES))


def test_a_month_that_one_force_lacks_is_missing(calm):
    programme = read_programme(calm.declare(name="months.toml"))
    gap = report(
        first_month=date(2019, 1, 1),
        last_month=date(2021, 12, 1),
        missing_months={"A": (), "B": (date(2021, 7, 1),)},
    )
    with pytest.raises(RefusedError, match=r"lack: 2021-07\. Add their files"):
        check_months(programme, gap, make_table(CRIMES))


def test_a_window_that_cuts_a_month_is_refused_once_where_crimes_have_months_only(calm):
    windows = (
        "before = { first = 2020-01-13, last = 2020-12-06 }\n"
        "after = { first = 2021-01-11, last = 2021-12-05 }"
    )
    with pytest.raises(RefusedError, match="2 faults") as caught:
        calm.evaluate(windows=windows)
    assert str(caught.value).count("cuts a month") == 2


# --- weights --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crimes(calm):
    return read_crimes(calm.folder / "street").crimes


def test_the_year_of_the_mix_is_that_of_most_crimes(crimes, tmp_path):
    head = "fy,offence_code,offence_description,offence_group,offence_subgroup,n\n"
    row = "{},34B,Robbery,Robbery,Robbery of personal property,5\n"
    mix = tmp_path / "mix.csv"
    years = ("2018/19", "2019/20", "2020/21", "2024/25")
    mix.write_text(head + "".join(row.format(year) for year in years), encoding="utf-8")
    source = HarmSource(offence_mix=mix)
    early = crimes.filter(pl.col("month") < date(2019, 4, 1))
    assert read_weights(source, early).weights.fy == "2018/19"
    # the financial year turns from March to April
    for month, year in ((date(2019, 3, 1), "2018/19"), (date(2019, 4, 1), "2019/20")):
        turned = crimes.filter(pl.col("month") == month)
        assert read_weights(source, turned).weights.fy == year
    late = crimes.filter(pl.col("month").is_between(date(2020, 3, 1), date(2021, 3, 1)))
    assert read_weights(source, late).weights.fy == "2020/21"
    # no year of the crimes is in the mix: its last year serves
    only = HarmSource(offence_mix=mix, mix_years=("2024/25",))
    assert read_weights(only, early).weights.fy == "2024/25"


def test_a_year_that_the_mix_lacks_is_refused(crimes, calm):
    source = HarmSource(offence_mix=calm.folder / "mix.csv", mix_years=("2020/21", "1999/00"))
    with pytest.raises(InputError, match=r"asks for 1999/00; the mix holds 2020/21"):
        read_weights(source, crimes)


def test_crimes_with_codes_are_weighed_by_the_users_own_workbook(crimes, tmp_path):
    book = tmp_path / "made-up.csv"
    book.write_text("offence_title,days,classification_code\nHat,7,8N\n", encoding="utf-8")
    coded = crimes.with_columns(offence_code=pl.lit("8N"))
    read = read_weights(HarmSource(weights_file=book, version="2024"), coded)
    assert isinstance(read.weights, HarmIndex)
    assert read.faults == ()
    found = score_all(coded.head(5).with_columns(category=pl.lit(None, pl.String)), read.weights)
    assert (found["total"], found["index"], found["is_estimate"]) == (35.0, "cchi@2024", False)


# --- the report on a choice -----------------------------------------------------------------------


def rule(world, **changes):
    values = {
        "window": window("2019-01-01", "2019-12-31", "selection"),
        "definition": "violence-and-sexual-offences@1",
        "study_area": world.folder / "study-area.geojson",
        "count": 4,
        "shape": GridShape.SQUARE,
    }
    return SpotSelection(**{**values, **changes})


def describe(world, crimes, **changes):
    chosen = rule(world, **changes)
    rng = np.random.default_rng(1)
    found = choose_spots(crimes, chosen, "made", rng)
    return describe_choice(crimes, chosen, found, rng)


@pytest.fixture(scope="module")
def document(calm, crimes):
    return describe(calm, crimes)


def test_the_document_of_a_choice_is_json_and_adds_up(calm, crimes, document):
    json.dumps(document, allow_nan=False)
    violence = [
        row
        for row in calm.rows
        if row["Crime type"].startswith("Violence") and row["Month"] < "2020"
    ]
    streets = {"On or near Street 2-2", "On or near Street 2-6"}
    streets |= {"On or near Street 6-2", "On or near Street 6-6"}
    held = sum(row["Location"] in streets for row in violence)
    assert document["crimes"] == len(violence)
    assert document["cells"] == 100
    assert document["share_in_hot_spots"] == pytest.approx(held / len(violence))
    assert sum(spot["crimes"] for spot in document["hot_spots"]) == held
    assert {one["method"] for one in document["out_of_time"]} >= {"count", "shrunken", "density"}


def test_hit_rates_on_later_months_are_those_counted_by_hand(calm, document):
    """The count method takes the four cells with most crimes; their share of what followed."""
    by_street: dict[str, list[int]] = {}
    for row in calm.rows:
        if row["Crime type"].startswith("Violence"):
            tally = by_street.setdefault(row["Location"], [0, 0])
            tally[row["Month"] > "2019-12"] += 1
    top = sorted(by_street.values(), key=lambda tally: -tally[0])[:4]
    later = sum(tally[1] for tally in by_street.values())
    count = next(one for one in document["out_of_time"] if one["method"] == "count")
    assert count["hit_rate"] == pytest.approx(sum(tally[1] for tally in top) / later)
    assert count["pai"] == pytest.approx(count["hit_rate"] / 0.04)


def test_the_text_of_a_choice_tells_the_same(document):
    text = describe_choice_in_text(document)
    assert f"Hot spot set made@1 ({document['hash'][:12]})" in text
    assert "2019-01-01 to 2019-12-31" in text
    for spot in document["hot_spots"]:
        assert f"  {spot['area_id']}" in text
    assert "On the months that followed" in text


def test_no_later_months_no_comparison_of_methods(calm, crimes):
    last = window("2021-01-01", "2021-12-31", "selection")
    found = describe(calm, crimes, window=last)
    assert found["out_of_time"] == []
    assert "On the months that followed" not in describe_choice_in_text(found)
    two = window("2021-01-01", "2021-10-31", "selection")
    assert describe(calm, crimes, window=two)["out_of_time"] == []
    three = window("2021-01-01", "2021-09-30", "selection")
    assert describe(calm, crimes, window=three)["out_of_time"] != []


def test_later_months_without_such_a_crime_compare_nothing(calm, crimes):
    violent = pl.col("category") == "violence-and-sexual-offences"
    kept = crimes.filter(~violent | (pl.col("month") < date(2020, 1, 1)))
    assert describe(calm, kept)["out_of_time"] == []


def test_a_study_area_of_a_few_cells_compares_nothing(calm, crimes):
    assert describe(calm, crimes, size_m=700.0, count=1)["out_of_time"] == []


def test_candidates_passed_over_are_told_with_their_reason(calm, crimes):
    document = describe(calm, crimes, apart_m=900.0, count=2)
    assert document["passed_over"]
    text = describe_choice_in_text(document)
    assert f"Passed over: {len(document['passed_over'])} busier candidates" in text
    assert "which is less than 900 m" in text


def test_a_q_that_is_small_missing_or_plain_is_told_as_such(document):
    spots = [{**document["hot_spots"][0], "q": q} for q in (None, 0.0004, 0.25)]
    text = describe_choice_in_text({**document, "hot_spots": spots})
    told = [line for line in text.splitlines() if line.startswith("  spot-01")]
    assert [q in line for q, line in zip(("none", "< .001", "0.250"), told, strict=True)] == 3 * [
        True
    ]


def test_small_areas_on_open_data_need_a_reason(calm, crimes):
    with pytest.raises(RefusedError, match="less than 200 m"):
        choose_spots(crimes, rule(calm, size_m=100.0), "made", np.random.default_rng(1))
    found = choose_spots(
        crimes,
        rule(calm, size_m=100.0, small_areas_reason="One street is meant."),
        "made",
        np.random.default_rng(1),
    )
    assert math.isclose(found.spots.areas.height, 4)


# --- how lasting hot spots are --------------------------------------------------------------------


def test_patterns_need_ten_months_and_years_need_two(calm, crimes):
    history = describe(calm, crimes)["history"]
    assert set(history["patterns"]) == {f"spot-0{n}" for n in range(1, 5)}
    assert history["stability"] == []  # one year only
    assert history["busiest_hours"] == []  # open data has no hours
    years = describe(calm, crimes, window=window("2021-01-01", "2021-12-31", "selection"))
    told = [(one["first"], one["second"]) for one in years["history"]["stability"]]
    assert ("to 2019-12", "to 2020-12") in told
    assert "Year to 2019-12 and year to 2020-12: the tops share" in describe_choice_in_text(years)
    short = describe(calm, crimes, window=window("2019-01-01", "2019-09-30", "selection"))
    assert short["history"]["patterns"] == {}


def test_a_year_without_such_a_crime_has_no_top_to_share(calm, crimes):
    violent = pl.col("category") == "violence-and-sexual-offences"
    kept = crimes.filter(~violent | (pl.col("month") >= date(2020, 1, 1)))
    found = describe(calm, kept, window=window("2021-01-01", "2021-12-31", "selection"))
    assert found["history"]["stability"] == []


def timed(crimes):
    """Put every crime on the first Friday of its month, 23:30 in London."""
    friday = pl.col("month") + pl.duration(days=(5 - pl.col("month").dt.weekday()) % 7)
    local = friday.dt.combine(pl.time(23, 30)).dt.replace_time_zone("Europe/London")
    utc = local.dt.convert_time_zone("UTC").cast(crimes.schema["time_from"])
    return crimes.with_columns(time_from=utc, time_to=utc)


def test_busiest_hours_are_local_though_summer_is_an_hour_off(calm, crimes):
    document = describe(calm, timed(crimes))
    assert document["history"]["busiest_hours"][0] == {
        "weekday": "Friday",
        "hour": 23,
        "share": 1.0,
    }
    assert "Busiest hours: Friday 23:00 (100.0%)" in describe_choice_in_text(document)


def test_a_window_that_ends_within_a_month_has_no_months_to_look_back_on(calm, crimes):
    cut = window("2019-01-01", "2019-12-15", "selection")
    history = describe(calm, timed(crimes), window=cut)["history"]
    assert (history["patterns"], history["stability"]) == ({}, [])
    assert history["busiest_hours"]
    with pytest.raises(RefusedError, match="have a month and no date"):
        describe(calm, crimes, window=cut)
