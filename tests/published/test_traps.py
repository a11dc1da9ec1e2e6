"""Mistakes that public hot spots programmes have made in print, each kept from being made again.

Numbered as in docs/explanation/guards.md; those of other layers have tests of their own.
"""

import json
import math
import re

import pytest

from patrolwise.definitions import find_definition
from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.detectable import find_needed_before
from patrolwise.study.reading import read_programme
from patrolwise.study.two_numbers import describe_two_numbers, evaluate_two_numbers
from patrolwise.study.writing import results_document

KEY = re.compile(r"[a-z-]+@\d+")


@pytest.fixture(scope="module")
def results(evaluated):
    return evaluated


# --- 1 label drift: "violence and sexual offences" told as "serious violence" --------------------


def test_trap_1_a_category_of_open_data_cannot_be_called_serious_violence(fallen):
    with pytest.raises(RefusedError, match="so it cannot stand in for them"):
        fallen.evaluate(outcomes='definitions = ["serious-violence"]')
    assert find_definition("serious-violence").categories == ()


def test_trap_1_the_category_keeps_its_whole_title_wherever_it_is_told(results):
    outcome = results.outcomes[0]
    assert outcome.title == find_definition("violence-and-sexual-offences").title
    told = json.dumps(results_document(results), ensure_ascii=False)
    claims = [
        told[max(0, found.start() - 40) : found.end()]
        for found in re.finditer("serious violence", told, re.IGNORECASE)
    ]
    assert claims  # the limits say what it is not
    assert all("is not serious violence" in claim for claim in claims)


def test_trap_1_every_outcome_and_harm_score_carries_id_and_version(results):
    for record in (*results.outcomes, *results.harm):
        assert KEY.fullmatch(record.definition)
    assert "@" in results.harm[0].index
    assert KEY.fullmatch(results.hot_spot_set)
    about = {guard.about for guard in results.guards} - {""}
    assert all(KEY.fullmatch(key) for key in about)


def test_trap_1_two_numbers_alone_admit_that_their_definition_is_not_stated():
    assert evaluate_two_numbers((416, 252))["definition"] == "not stated"


# --- 2 a fall of total harm told as a fall of severity -------------------------------------------


def test_trap_2_total_harm_fell_by_a_third_and_severity_rose():
    found = evaluate_two_numbers((416, 252), harm=(60314, 38421))["harm"]
    assert found["change_percent"] == pytest.approx(-36.30, abs=0.005)
    assert found["per_crime_change_percent"] == pytest.approx(5.16, abs=0.005)
    assert found["per_crime_before"] == pytest.approx(144.99, abs=0.005)
    assert found["per_crime_after"] == pytest.approx(152.46, abs=0.005)


def test_trap_2_the_sentence_says_so():
    text = describe_two_numbers(evaluate_two_numbers((416, 252), harm=(60314, 38421)))
    assert "Total harm fell because counts fell; average harm per crime rose." in text
    assert "severity fell" not in text


def test_trap_2_a_study_tells_the_total_and_the_average_apart(results):
    (harm,) = results.harm
    assert harm.per_crime_before is not None
    assert "average harm per crime" in harm.verdict
    told = next(finding for finding in results.findings if "harm" in finding.lower())
    assert "per crime" in told


# --- 3 a baseline that holds patrolled days; 47 weeks against 11 months; undated windows ---------


def test_trap_3_a_service_that_already_ran_is_a_red_guard_and_in_the_verdict(fallen):
    services = '[[services]]\nname = "Outreach"\nbegan = 2020-12-31\n'
    results = fallen.evaluate(services=services)
    guard = next(g for g in results.guards if g.id == "contaminated-baseline")
    assert guard.severity == "red"
    assert "Outreach ran from 2020-12-31" in guard.message
    assert "the effect is understated" in guard.message
    assert "the service already ran before" in results.outcomes[0].verdict


def test_trap_3_47_weeks_and_11_months_are_not_the_same(fallen):
    windows = """
before = { first = 2020-02-01, last = 2020-12-31 }
after = { first = 2021-02-01, last = 2021-12-26 }
"""
    with pytest.raises(
        RefusedError, match=r"335 days before, 329 after\. Give both the same length"
    ):
        fallen.evaluate(windows=windows)


@pytest.mark.parametrize(
    "windows",
    [
        "",
        "before = { first = 2020-01-01, last = 2020-12-31 }",
        'before = "the year before"\nafter = "the first 47 weeks"',
        "before = { last = 2020-12-31 }\nafter = { first = 2021-01-01 }",
    ],
)
def test_trap_3_undated_windows_are_refused(fallen, windows):
    with pytest.raises(InputError, match=r"Undated windows are refused|Give \{ first ="):
        read_programme(fallen.declare("undated.toml", windows=windows))


# --- 6 percentages without counts -----------------------------------------------------------------


@pytest.mark.parametrize(("fall", "needed"), [(0.084, 1044), (0.152, 308)])
def test_trap_6_what_the_published_percentages_would_need(fall, needed):
    """-8.4 % and -15.2 % stand in print without a count beside them."""
    assert find_needed_before(fall) == needed
    after = round(needed * (1 - fall))
    z = abs(math.log(after / needed)) / (1 / needed + 1 / after) ** 0.5
    assert z == pytest.approx(1.96, abs=0.01)


def test_trap_6_no_percentage_on_fewer_than_twenty():
    assert evaluate_two_numbers((19, 4))["change_percent"] is None
    assert "too few for a percentage" in describe_two_numbers(evaluate_two_numbers((19, 4)))
    assert evaluate_two_numbers((20, 4))["change_percent"] == pytest.approx(-80)


def test_trap_6_counts_stand_beside_every_figure_of_the_first_finding(results):
    outcome, finding = results.outcomes[0], results.findings[0]
    assert f"{outcome.before:,} before, {outcome.after:,} after" in finding
    assert f"{outcome.comparison_before:,} and {outcome.comparison_after:,}" in finding
    assert "%" not in finding


# --- 9 one service's seven hot spots counted in another's eighteen --------------------------------


def test_trap_9_seven_expected_and_eighteen_given_are_refused(
    fallen, own_copy, tmp_path, geojson_of
):
    world = own_copy(fallen, tmp_path)
    cells = [(i, j) for i in range(6) for j in range(3)]
    (world.folder / "eighteen.geojson").write_text(geojson_of(cells), encoding="utf-8")
    hot_spots = """
id = "police-eighteen"
file = "eighteen.geojson"
expected = 7
chosen_on = { first = 2019-01-01, last = 2019-12-31 }
definition = "violence-and-sexual-offences"
"""
    changes = {"hot_spots__select": None, "comparison": None}
    with pytest.raises(InputError) as caught:
        world.evaluate(hot_spots=hot_spots, **changes)
    assert "expects 7 hot spots, and the set police-eighteen@1 has 18" in str(caught.value)
    assert "easily mixed up" in str(caught.value)
    right = world.evaluate(hot_spots=hot_spots.replace("expected = 7", "expected = 18"), **changes)
    assert len(right.outcomes[0].areas) == 18
    assert right.hot_spot_set == "police-eighteen@1"
    assert len(right.hot_spot_hash) == 64
