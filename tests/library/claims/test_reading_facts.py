"""Which figures documents of days, patrols and costs hold, and what may be said of them."""

import json
from pathlib import Path

import pytest

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.claim_lines import describe_claims
from patrolwise.claims.passages import find_passages
from patrolwise.claims.reading_facts import read_facts
from patrolwise.errors import InputError

FOLDER = Path(__file__).parents[2] / "published" / "claims"


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture
def days():
    return load("days.json")


@pytest.fixture
def patrols():
    return load("patrols.json")


def verdicts(text, **documents):
    report = check_texts({"a.txt": find_passages(text)}, read_facts(documents))
    return [claim.verdict.value for claim in report.claims]


def test_costs_alone_are_read_as_patrolwise_cost_prints_them(patrols):
    costs = {
        "schema": "patrolwise.costs/1",
        "title": "A programme",
        "is_simulated": False,
        "window": {"first": "2024-06-03", "last": "2024-06-09"},
        "costs": patrols["costs"],
        "difference": patrols["cost_difference"],
    }
    facts = read_facts({"costs.json": costs})
    assert facts.services == ("outreach", "police")
    text = "Outreach cost £0.97 per patrol minute, 58 % less than police."
    assert verdicts(text, costs=costs) == ["supported", "supported"]
    lines = describe_claims(check_texts({"a.txt": find_passages(text)}, facts)).splitlines()
    assert "    figure: £0.97 per minute (costs.json: costs[0].per_minute)" in lines
    assert "    evidence: declared pounds over minutes verified by trackers" in lines


def test_costs_without_an_interval_or_a_difference_and_unverified_say_so(patrols):
    for cost in patrols["costs"]:
        cost |= {"is_verified": False, "low": None, "high": None, "corrected": None}
    facts = read_facts({"patrols.json": patrols})
    costs = [f for f in facts.figures if f.topic.startswith("cost")]
    assert {f.grade for f in costs} == {
        "declared pounds over self-reported, UNVERIFIED; SIMULATED DATA"
    }
    assert not [f for f in costs if "corrected" in f.path and f.topic == "cost"]
    assert {f.interval_of for f in costs if f.topic == "cost"} == {""}
    patrols["cost_difference"] |= {
        "difference_percent": -100.0,
        "low_percent": -5.0,
        "high_percent": 3.0,
    }
    changed = read_facts({"patrols.json": patrols}).figures
    assert {f.verdict_id for f in changed if f.topic == "cost difference" and f.low} == {"chance"}
    assert "cost_difference.difference_percent reversed" not in {f.path for f in changed}
    patrols["cost_difference"] = None
    assert verdicts("Outreach is 58% cheaper.", p=patrols) == ["undefined"]


def test_a_service_without_a_rule_has_no_planned_minutes_or_days(patrols):
    patrols["totals"][0] |= {"planned_min": None, "days_planned": 0, "days_met": 0}
    paths = {f.path for f in read_facts({"p": patrols}).figures if f.service == "outreach"}
    assert "totals[0].planned_min" not in paths
    assert "totals[0].days_met share" not in paths
    assert "totals[0].days_met" in paths


def test_minutes_of_persons_are_no_patrol_minutes(patrols):
    told = ["supported"]
    assert verdicts("In Hot spot 1 outreach gave 432 person minutes.", p=patrols) == told
    assert verdicts("In Hot spot 1 a pair of outreach gave 432 minutes.", p=patrols) == ["wrong"]
    assert verdicts("In Hot spot 1 each worker of outreach gave 216 minutes.", p=patrols) == [
        "wrong"
    ]


def test_a_number_behind_its_service_is_that_services(patrols):
    assert verdicts("There were 67 visits by police and 37 visits by outreach.", p=patrols) == [
        "supported",
        "supported",
    ]
    assert verdicts("In all 67 visits.", p=patrols) == ["undefined"]
    assert verdicts("There were 67 visits, most of them police.", p=patrols) == ["supported"]


def test_visits_are_no_crimes(patrols):
    text = "There were 416 visits, and on 252 hot spot-days nothing."
    assert verdicts(text, r=load("results.json"), p=patrols) == ["undefined", "undefined"]


def test_days_that_cannot_be_relied_on_or_estimated_say_so(days):
    days["guards"].append({"id": "x", "severity": "red", "title": "", "message": "", "about": ""})
    days["headline"]["value"] = None
    days["beside"][0] |= {"low": None}
    days["worst_share"] = None
    facts = read_facts({"days.json": days})
    assert not [f for f in facts.figures if f.path.startswith("headline")]
    assert not [f for f in facts.figures if f.path in ("beside[0].low", "worst_share")]
    (side,) = [f for f in facts.figures if f.path == "patrolled.days"]
    assert side.grade.startswith(
        "days that are alike exchanged, none drawn by lot; not safe to rely on"
    )


def test_an_interval_does_for_a_test_where_there_is_none(days):
    harm = days["harm"][1]
    assert harm["p"] is None

    def said(low, high):
        harm.update(low=low, high=high)
        facts = read_facts({"days.json": days})
        return next(f.verdict_id for f in facts.figures if f.path == "harm[1].change")

    assert said(0.5, 1.5) == "chance"
    assert said(0.5, 0.9) == "fall"
    assert said(None, None) == "chance"
    harm["value"] = 1.3
    assert said(1.1, 1.5) == "rise"


def test_days_from_before_protocols_were_kept_have_a_grade_without_it(days):
    del days["planned"]
    facts = read_facts({"days.json": days})
    grades = {f.grade for f in facts.figures if f.path == "headline.change"}
    assert grades == {"days that are alike exchanged, none drawn by lot; SIMULATED DATA"}


def test_a_baseline_is_asked_for_where_no_evaluation_says_which(days):
    text = "Fewer than in the same period last year."
    report = check_texts({"a.txt": find_passages(text)}, read_facts({"days.json": days}))
    (trap,) = report.traps
    assert trap.wording == "Give both windows, each with its first and last day."


def test_a_word_without_a_figure_is_held_against_every_outcome_it_may_be_of(written):
    document = json.loads(json.dumps(written))
    assert verdicts("Crime fell.", r=document) == ["could be chance"]
    asb = document["outcomes"][2]
    asb |= {"before": 600, "after": 900}
    report = check_texts({"a.txt": find_passages("Crime fell.")}, read_facts({"r.json": document}))
    (claim,) = report.claims
    assert claim.verdict.value == "undefined"
    assert claim.reason.startswith("Which crimes? ")
    assert "anti-social-behaviour@1 rose by 50.0 %" in claim.reason
    assert verdicts("In 2019 ASB fell.", r=document) == ["undefined"]
    asb |= {"before": 600, "after": 600}
    assert verdicts("ASB rose.", r=document) == ["wrong"]
    assert verdicts("There was no change in ASB.", r=document) == ["supported"]
    asb |= {"before": 0, "after": 3}
    assert verdicts("ASB fell.", r=document) == ["wrong"]


def test_two_evaluations_are_told_apart_and_severity_must_have_fallen_in_both(written):
    other = json.loads(json.dumps(written))
    other["harm"][0] |= {"per_crime_after": 100.0}
    facts = read_facts({"one.json": other})
    assert facts.severity_fell is True
    assert read_facts({"one.json": other, "two.json": written}).severity_fell is False
    both = read_facts({"one.json": other, "two.json": written})
    assert {f.results for f in both.figures} == {"one.json", "two.json"}


@pytest.mark.parametrize("schema", [None, 3, "other/1"])
def test_all_documents_that_are_none_are_named(schema, days):
    with pytest.raises(InputError, match="2 faults") as caught:
        read_facts({"a.json": {"schema": schema}, "b.json": {"schema": days["schema"]}})
    assert "a.json says schema" in str(caught.value)
    assert "b.json lacks a member" in str(caught.value)


def test_a_sentence_of_the_results_may_be_quoted_word_for_word(days):
    text = "The share of days with patrol goes  from 0 % to 68 % by weekday!"
    report = check_texts({"a.txt": find_passages(text)}, read_facts({"days.json": days}))
    assert [(c.number, c.verdict.value, c.figure) for c in report.claims] == [
        ("0 %", "supported", "guards[1].message"),
        ("68 %", "supported", "guards[1].message"),
    ]
    assert report.claims[0].grade == "a sentence of the results, word for word"
    said = "Nothing was drawn by lot and crime did not fall."
    days["limits"] = [said]
    assert verdicts(said, d=days) == ["supported"]
    changed = verdicts(text.replace("68", "69"), d=days)
    assert changed == ["undefined", "undefined"]
