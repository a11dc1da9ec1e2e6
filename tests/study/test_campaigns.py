"""Campaigns: declared, held by results, marked on charts, and left out beside the headline."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.crimes import count_by_month, select_crimes
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.evaluation.campaign_terms import CampaignMonths, estimate_with_campaigns
from patrolwise.evaluation.robust import AreaPeriods, estimate_ratio_of_ratios
from patrolwise.reporting.blocks import Bullets, Figure, Grid
from patrolwise.reporting.campaign_sections import state_without_campaigns
from patrolwise.reporting.comparator_charts import chart_blend
from patrolwise.reporting.comparator_sections import comparator_section
from patrolwise.reporting.document import build_document
from patrolwise.reporting.maps import number_hot_spots
from patrolwise.reporting.outcome_sections import outcome_section
from patrolwise.study.campaign_rows import find_campaign_term, leave_out_campaigns
from patrolwise.study.campaigns import (
    add_campaigns,
    mark_campaigns,
    recall_site_campaigns,
    record_campaigns,
)
from patrolwise.study.campaigns_programme import SITE, DeclaredCampaign
from patrolwise.study.campaigns_reading import read_campaigns, read_force_campaigns
from patrolwise.study.evaluation import evaluate_programme, open_study
from patrolwise.study.other_counts import OtherCounts
from patrolwise.study.outcomes import count_outcome, estimate_outcome
from patrolwise.study.reading import read_plan_programme, read_programme
from patrolwise.study.reproducing import reproduce_results
from patrolwise.study.robustness import assess_robustness
from patrolwise.study.robustness_programme import Robustness
from patrolwise.study.toml_reader import TomlReader
from patrolwise.study.writing import results_text
from patrolwise.tables import AREAS, make_table

SCEPTRE = DeclaredCampaign(name="Sceptre", first=date(2021, 11, 15), last=date(2021, 11, 21))
SPRING = DeclaredCampaign(
    name="Spring week", first=date(2020, 5, 18), last=date(2020, 5, 24), url="https://example.org/a"
)
LOCAL = DeclaredCampaign(
    name="Market nights", first=date(2021, 7, 1), last=date(2021, 8, 31), areas=("spot-01",)
)
OLD = DeclaredCampaign(name="Long ago", first=date(2015, 5, 1), last=date(2015, 5, 2))
FROM_SITE = replace(OLD, declared_in=SITE)
DECLARED = (LOCAL, OLD, SCEPTRE, SPRING)
TEXT = """
[[campaigns]]
name = "Sceptre"
first = 2021-11-15
last = 2021-11-21

[[campaigns]]
name = "Spring week"
first = 2020-05-18
last = 2020-05-24
url = "https://example.org/a"

[[campaigns]]
name = "Market nights"
first = 2021-07-01
last = 2021-08-31
areas = ["spot-01"]
"""


@pytest.fixture(scope="module")
def declared(fallen, own_copy, tmp_path_factory):
    """Return the path of the made world's programme with three campaigns."""
    world = own_copy(fallen, tmp_path_factory.mktemp("campaigns"))
    return world.declare(services=TEXT)


@pytest.fixture(scope="module")
def study(declared):
    return open_study(read_programme(declared), progress=lambda _: None).study


@pytest.fixture(scope="module")
def results(declared):
    """Return what they come to, with one more that a site had recorded."""
    programme = add_campaigns(read_programme(declared), [FROM_SITE])
    found, _ = evaluate_programme(programme, progress=lambda _: None)
    return found


@pytest.fixture(scope="module")
def counts(study):
    definition = find_definition(study.programme.definitions[0])
    crimes = select_crimes(study.crimes, definition)
    return count_outcome(definition, crimes, study.areas, study.windows)


def read_text(tables, tmp_path):
    faults = []
    found = read_campaigns(TomlReader({"campaigns": tables}, "", tmp_path, faults), faults)
    return found, faults


# --- declared -------------------------------------------------------------------------------------


def test_a_programme_declares_campaigns_and_its_other_readers_pass_over_them(declared):
    assert read_programme(declared).campaigns == (SCEPTRE, SPRING, LOCAL)
    with pytest.raises(InputError) as told:
        read_plan_programme(declared)
    assert "campaigns" not in str(told.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "campaigns[1]: Campaign '': Its name has 0 letters"),
        ({"name": "a\nb"}, "Give one line"),
        ({"name": "x" * 121}, "Its name has 121 letters"),
        ({"name": None}, "campaigns[1].name is missing"),
        ({"last": date(2021, 11, 1)}, "before it begins on 2021-11-15. Swap them."),
        ({"last": date(2031, 11, 1)}, "more than a year. Mend the year"),
        ({"first": "2021-11-15"}, "campaigns[1].first is '2021-11-15'"),
        ({"last": None}, "campaigns[1].last is missing"),
        ({"areas": []}, "campaigns[1].areas is empty"),
        ({"areas": "spot-01"}, "campaigns[1].areas is 'spot-01'"),
        ({"areas": ["a", "b", "a"]}, "It names a twice"),
        ({"url": "javascript:alert(1)"}, "an address that begins with https://"),
        ({"url": "https://"}, "an address that begins with https://"),
        ({"url": "https://a b"}, "has no space"),
        ({"until": date(2021, 11, 1)}, "campaigns[1].until is not known. Known here: areas, first"),
    ],
)
def test_each_fault_of_a_campaign_is_told(tmp_path, changed, said):
    table = {"name": "Sceptre", "first": SCEPTRE.first, "last": SCEPTRE.last, **changed}
    table = {key: value for key, value in table.items() if value is not None}
    found, faults = read_text([table], tmp_path)
    assert len(faults) == 1, faults
    assert said in faults[0]
    assert found == () or "until" in changed


def test_all_faults_of_all_campaigns_are_told_at_once(fallen, own_copy, tmp_path):
    world = own_copy(fallen, tmp_path)
    wrong = TEXT.replace("2021-11-21", "2021-11-01").replace('"https://example.org/a"', '"ftp://a"')
    with pytest.raises(InputError) as told:
        read_programme(world.declare(services=wrong + "\n[robustness]\nhours = [20, 14]\n"))
    assert all(word in str(told.value) for word in ("Swap them", "ftp://a", "hours are"))


def test_one_campaign_twice_on_the_same_days_is_a_fault_and_on_others_is_not(tmp_path):
    one = {"name": "Sceptre", "first": date(2021, 5, 1), "last": date(2021, 5, 9)}
    again = {**one, "name": "SCEPTRE", "first": date(2021, 5, 9)}
    _, faults = read_text([one, again], tmp_path)
    assert "which share days. Make them one." in faults[0]
    later = {**one, "first": date(2021, 11, 1), "last": date(2021, 11, 9)}
    found, faults = read_text([one, later], tmp_path)
    assert (len(found), faults) == (2, [])


def test_a_force_has_a_file_of_its_campaigns_and_none_of_some_areas(tmp_path):
    path = tmp_path / "force.toml"
    path.write_text(TEXT.split('[[campaigns]]\nname = "Market', maxsplit=1)[0], encoding="utf-8")
    assert read_force_campaigns(path) == (SCEPTRE, SPRING)
    for text, said in (
        (TEXT, "Market nights is of spot-01 only"),
        ("", "There is no [[campaigns]] in it"),
        ("x = 1", "x is not known"),
        ("x =", "cannot be read as TOML"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said.replace("[", r"\[")):
            read_force_campaigns(path)


# --- in results -----------------------------------------------------------------------------------


def test_campaigns_are_numbered_by_day_and_those_beside_the_charts_last(study):
    found = record_campaigns(DECLARED, study.areas, study.span)
    assert [(one.number, one.name) for one in found] == [
        (1, "Spring week"), (2, "Market nights"), (3, "Sceptre"), (4, "Long ago"),
    ]  # fmt: skip
    assert found[0].where == "everywhere"
    assert found[1].where == "in Hot spot 1"
    assert [(one.in_hot_spots, one.in_comparison) for one in found[:2]] == [
        (True, True), (True, False),
    ]  # fmt: skip
    alone = replace(study.areas, comparison=make_table(AREAS))
    assert not record_campaigns(DECLARED, alone, study.span)[0].in_comparison


def test_unknown_areas_of_the_programme_are_told_together(study):
    wrong = [replace(LOCAL, areas=("x", "spot-01", "y")), replace(SCEPTRE, areas=("z",))]
    with pytest.raises(InputError) as told:
        record_campaigns(wrong, study.areas, study.span)
    assert "Market nights names x, y" in str(told.value)
    assert "Sceptre names z" in str(told.value)
    assert "Write one of spot-01" in str(told.value)


def test_of_a_sites_campaign_only_the_areas_that_are_here_count(study):
    ids = tuple(study.areas.comparison["area_id"])
    given = [
        replace(LOCAL, areas=("elsewhere",), declared_in=SITE),
        replace(SCEPTRE, areas=("elsewhere", *ids[:5]), declared_in=SITE),
    ]
    (one,) = record_campaigns(given, study.areas, study.span)
    assert (one.areas, one.in_hot_spots, one.in_comparison) == (ids[:5], False, True)
    assert one.where.endswith("and 1 more")


def test_a_campaign_that_the_programme_has_is_not_added_again(declared):
    programme = read_programme(declared)
    same = replace(SCEPTRE, name="sceptre", first=date(2021, 11, 20), declared_in=SITE)
    assert add_campaigns(programme, [same]) is programme
    other = replace(SCEPTRE, first=date(2021, 3, 1), last=date(2021, 3, 2), declared_in=SITE)
    assert add_campaigns(programme, [same, other]).campaigns == (*programme.campaigns, other)


def test_a_force_marks_what_has_a_day_in_its_quarters():
    found = mark_campaigns(DECLARED, "Kent", date(2020, 5, 24), date(2021, 7, 1))
    assert [(one.number, one.name, one.where) for one in found] == [
        (1, "Spring week", "Kent"), (2, "Market nights", "Kent"),
    ]  # fmt: skip


def test_results_are_made_again_with_what_the_site_had_added(results, declared, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(results_text(results), encoding="utf-8")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert recall_site_campaigns(document) == (FROM_SITE,)
    assert recall_site_campaigns({}) == ()
    assert reproduce_results(path, declared, progress=lambda _: None).is_same
    for spoilt in ([{"declared_in": SITE}], [3], [{**document["campaigns"][-1], "first": "x"}]):
        with pytest.raises(InputError, match="not as they were written"):
            recall_site_campaigns({"campaigns": spoilt})


# --- beside the headline --------------------------------------------------------------------------


def test_the_headline_without_months_of_campaigns_is_that_of_the_months_that_are_left(
    study, results, counts
):
    (row,) = [r for r in results.robustness[0].rows if r.kind == "campaign"]
    gone = {5, 7, 8, 11}  # months of the year with a day of one, in either window
    tables = {}
    for kind, areas in (("hot", study.areas.hot_spots), ("other", study.areas.comparison)):
        for window in study.windows:
            table = count_by_month(counts.crimes, areas, window)
            kept = table.filter(~pl.col("month").dt.month().is_in(list(gone)))
            sums = kept.group_by("area_id", maintain_order=True).agg(pl.col("crimes").sum())
            tables[kind, window.name] = sums["crimes"].to_numpy().astype(float)
    twin = estimate_ratio_of_ratios(
        AreaPeriods(
            before=tables["hot", "before"],
            after=tables["hot", "after"],
            comparison_before=tables["other", "before"],
            comparison_after=tables["other", "after"],
        )
    )
    assert (row.before, row.after) == (tables["hot", "before"].sum(), tables["hot", "after"].sum())
    assert row.estimate.value == pytest.approx(twin.value)
    assert row.estimate.p == pytest.approx(twin.p)
    assert row.note.startswith("Campaigns 1, 2, 3 of the charts: all months")
    assert "4 of 12" in row.note


def test_the_headline_itself_does_not_move(results, evaluated):
    for own, plain in zip(results.outcomes, evaluated.outcomes, strict=True):
        assert own.estimates == plain.estimates
        assert own.verdict == plain.verdict
    assert results.findings == evaluated.findings


def test_campaigns_in_no_window_or_in_every_month_are_skipped_with_the_reason(study, counts):
    ever = replace(SCEPTRE, first=date(2020, 1, 1), last=date(2020, 12, 31))
    for given, said in (((OLD,), "Their days lie in neither window."), ((ever,), "Nothing would")):
        held = replace(study, campaigns=record_campaigns(given, study.areas, study.span))
        (skipped,) = leave_out_campaigns(held, counts)
        assert skipped.reason.startswith(said)
        assert skipped.kind == "campaign"
    assert list(leave_out_campaigns(replace(study, campaigns=()), counts)) == []


def test_without_comparison_areas_campaigns_are_a_covariate_too(study, counts):
    alone = replace(counts, other_before=np.zeros((0, 12)), other_after=np.zeros((0, 12)))
    headline = estimate_outcome(alone, np.random.default_rng(1))[0]
    other, estimate = find_campaign_term(study, alone, headline)
    months = np.arange(1, 13)
    assert estimate == estimate_with_campaigns(
        CampaignMonths(
            before=alone.hot_before.sum(axis=0),
            after=alone.hot_after.sum(axis=0),
            campaigns_before=months == 5,
            campaigns_after=np.isin(months, (7, 8, 11)),
        )
    )
    assert isinstance(other, OtherCounts)
    assert "1 of 12 before and 3 of 12 after" in other.note
    assert not estimate.headline


def test_the_record_has_both_rows_without_comparison_areas_or_the_reason(study, counts):
    alone = replace(counts, other_before=np.zeros((0, 12)), other_after=np.zeros((0, 12)))
    (record,) = assess_robustness(study, [alone], Robustness()).records
    left_out, term = [row for row in record.rows if row.kind == "campaign"]
    assert (left_out.verdict_id, term.verdict_id) == ("fall", "")
    assert term.keeps_direction
    assert (term.before, term.after) == alone.totals
    both = [SCEPTRE, replace(SCEPTRE, first=date(2020, 11, 1), last=date(2020, 11, 2))]
    held = replace(study, campaigns=record_campaigns(both, study.areas, study.span))
    (record,) = assess_robustness(held, [alone], Robustness()).records
    assert [one.kind for one in record.skipped].count("campaign") == 1


def test_a_covariate_is_for_hot_spots_and_for_what_can_be_told_apart(study, counts):
    headline = estimate_outcome(counts, np.random.default_rng(1))[0]
    assert find_campaign_term(study, counts, headline) is None  # one total an area
    paired = replace(headline, id="rate-ratio-paired-months")
    compared = replace(LOCAL, areas=(study.areas.comparison["area_id"][0],))
    held = record_campaigns([compared], study.areas, study.span)
    assert find_campaign_term(replace(study, campaigns=held), counts, paired) is None
    both = [SCEPTRE, replace(SCEPTRE, first=date(2020, 11, 1), last=date(2020, 11, 2))]
    held = record_campaigns(both, study.areas, study.span)
    skipped = find_campaign_term(replace(study, campaigns=held), counts, paired)
    assert "in pairs they cancel" in skipped.reason


# --- in the report --------------------------------------------------------------------------------


def blocks_of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def outcome_of(results):
    return outcome_section(results, results.outcomes[0], number_hot_spots(results), (320,))


def facts_of(results):
    bare = replace(results, outcomes=(), harm=(), comparators=(), displacement=None, robustness=())
    return str(build_document(replace(bare, shapes=()), (320,)).sections[0].blocks[-1])


def test_an_outcome_marks_lists_and_sets_them_beside_the_headline(results):
    section = outcome_of(results)
    months = blocks_of(section, Figure)[0]
    assert "Numbered bands: campaigns" in months.caption
    assert "Campaigns marked: 1: Spring week, 18 May 2020 to 24 May 2020" in months.description
    assert "Long ago" not in months.description
    listed = blocks_of(section, Bullets)[0]
    assert listed.items[1] == "2: Market nights, 1 July 2021 to 31 August 2021, in Hot spot 1"
    assert listed.items[0].endswith("everywhere. https://example.org/a")
    (grid,) = [one for one in blocks_of(section, Grid) if "Campaigns" in one.caption]
    assert "a sensitivity analysis" in grid.caption
    assert [row[0] for row in grid.rows] == [
        "Headline, as declared",
        "Sensitivity: without months of campaigns",
    ]
    assert "3, numbered and listed with the charts of months" in facts_of(results)
    assert "Beside the days of the charts: 4: Long ago, 1 May 2015 to 2 May" in facts_of(results)


def test_the_blend_marks_those_of_its_periods(results):
    record = results.comparators[0]
    section = comparator_section(record, 1, (320,), results.campaigns)
    (figure,) = blocks_of(section, Figure)
    assert "Campaigns marked: 1: Spring week" in figure.description
    assert "Numbered bands" in figure.caption
    with pytest.raises(InputError, match="has no blend to draw"):
        chart_blend(replace(record, synthetic=None), "c", (320,))


def test_a_report_without_campaigns_says_nothing_of_them(evaluated):
    assert evaluated.campaigns == ()
    section = outcome_of(evaluated)
    assert "Numbered bands" not in str(section)
    assert "sensitivity analysis" not in str(section)
    assert "Campaigns" not in facts_of(evaluated)


def test_why_campaigns_were_not_left_out_is_told_and_nothing_without_a_headline(results, study):
    held = record_campaigns((OLD,), study.areas, study.span)
    skipped = tuple(leave_out_campaigns(replace(study, campaigns=held), None))
    first = replace(results.robustness[0], rows=(), skipped=skipped)
    (grid,) = state_without_campaigns([first], first.definition)
    assert "Without months of campaigns: Their days lie in neither window." in grid.note
    assert len(grid.rows) == 1
    assert state_without_campaigns([replace(first, headline=None)], first.definition) == []
    assert state_without_campaigns([], first.definition) == []
    alone = replace(results, campaigns=held)
    assert facts_of(alone).count("Beside the days of the charts: 1: Long ago") == 1
