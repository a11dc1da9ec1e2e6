"""What may be said of each number, and which figure it is held against."""

import pytest

from patrolwise.claims.claim_lines import describe_claims
from patrolwise.claims.claim_records import ClaimVerdict
from patrolwise.claims.definition_names import agrees
from patrolwise.claims.reading_facts import read_facts
from patrolwise.errors import InputError

VSO = "Violence and sexual offences"


def verdicts(report):
    return [(claim.number, claim.verdict.value) for claim in report.claims]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{VSO}: 416 before, 252 after.", ["supported", "supported"]),
        (f"{VSO} fell from 416 to 252.", ["could be chance", "could be chance"]),
        (f"{VSO} fell by 39.4%. It could be chance.", ["supported"]),
        (f"{VSO} fell by nearly 40%.", ["could be chance"]),
        (f"{VSO} fell by 164.", ["could be chance"]),
        (f"{VSO} rose by 39.4%.", ["wrong"]),
        (f"{VSO} fell by 48%.", ["wrong"]),
        (f"{VSO} fell by nearly half.", ["wrong"]),
        (f"{VSO} fell from 416 to 225.", ["could be chance", "wrong"]),
        ("Serious violence fell from 416 to 252.", ["wrong", "wrong"]),
        ("ASB fell by 33.3%.", ["supported"]),
        ("ASB fell by about a third thanks to patrols.", ["causal word without design"]),
        ("ASB fell by over a third.", ["supported"]),
        ("ASB fell by nearly half.", ["wrong"]),
        (f"{VSO} fell by more than a third.", ["could be chance"]),
        (f"{VSO} was cut by almost 40 per cent.", ["could be chance"]),
        (
            "Falls of 39.4% in violent and sexual offences and 33.3% in ASB; chance or not.",
            ["could be chance", "supported"],
        ),
        ("ASB rose from 600 to 900.", ["wrong", "wrong"]),
        ("ASB fell by 300.", ["supported"]),
        ("ASB fell by 600.", ["wrong"]),
        ("ASB rose by 3 percentage points to 12%.", ["undefined"] * 2),
        ("ASB fell by 12% in 2019.", ["undefined"]),
        ("ASB was cut by the patrols by 33.3%.", ["causal word without design"]),
        ("The patrols prevented 203 burglaries.", ["causal word without design"]),
        ("Robbery fell by 50%.", ["could be chance"]),
        ("Harm fell from 60,314 to 38,421.", ["supported", "supported"]),
        ("Harm fell by 63%.", ["wrong"]),
        ("Harm was 60,314 days.", ["supported"]),
        ("Harm per crime rose by 5.2%.", ["supported"]),
        ("Harm per crime fell by 5.2%.", ["wrong"]),
        ("In comparison areas it went from 430 to 420.", ["supported", "supported"]),
        ("Expected were 380.", ["supported"]),
        ("The ratio is 0.70, interval 0.40 to 1.20.", ["supported"] * 3),
        (f"Hot spot 3: {VSO} went from 60 to 41.", ["supported", "supported"]),
        (f"Hot spot 3: {VSO} went from 60 to 44.", ["supported", "wrong"]),
        ("In the ring of 0 to 100 m 311 crimes.", ["undefined"] * 2 + ["supported"]),
        ("In the ring round it 311 crimes, and 110 crimes.", ["undefined"] * 2),
        ("In the windows of 365 days each.", ["supported"]),
        ("The seven hot spots.", ["supported"]),
        ("The 18 key locations.", ["undefined"]),
        ("There were 252 officers, 416 plans and 7 pairs.", ["undefined"] * 3),
        ("There were 252 crimes in hot spots.", ["supported"]),
        ("We gave £2.28 and 8 cakes.", ["undefined"] * 2),
        ("From 14 to 7 cakes.", ["undefined"] * 2),
        ("It took 60 days of rain.", ["undefined"]),
        ("Without burglary, harm went from 5,000 to 6,000.", ["undefined"] * 2),
        ("From March 2021 to February 2022 ASB was 900.", ["supported"]),
        ("From July to September 2024 ASB was 900.", ["wrong"]),
        ("From July to September 2024 ASB fell by 12%.", ["undefined"]),
    ],
)
def test_a_number_gets_its_verdict(check, text, told):
    assert [verdict for _, verdict in verdicts(check(text))] == told


def test_a_verdict_says_the_sentence_the_figure_and_a_wording_that_would_be_true(check):
    (claim,) = check("Serious violence fell by 39.4%.").claims
    assert claim.sentence == "Serious violence fell by 39.4%."
    assert (claim.figure, claim.definition) == (
        "outcomes[0].change",
        "violence-and-sexual-offences@1",
    )
    assert claim.figure_value == pytest.approx(-39.42, abs=0.005)
    assert (claim.low, claim.high) == (0.4, 1.2)
    assert claim.grade == "before and after with comparison areas; exploratory"
    assert claim.window == "2021-03-01 to 2022-02-28 against 2022-03-01 to 2023-02-28"
    assert "the text calls it serious violence" in claim.reason
    assert claim.wording.startswith(f"{VSO} (all, from common assault upwards): 416 before, 252")


def test_a_red_guard_is_in_the_grade(check):
    (claim,) = check("ASB fell by 33.3%.").claims
    assert claim.grade == "before and after alone; exploratory; not safe to rely on"


def test_a_cause_may_be_named_where_the_design_shows_one(check, document):
    document["guards"] = []
    text = "ASB fell by 33.3% thanks to patrols."
    assert verdicts(check(text)) == [("33.3%", "supported")]


def test_a_name_for_crimes_agrees_with_its_definition():
    assert agrees("", "robbery@1")
    assert agrees("robbery", "")
    assert not agrees("violence", "violence-and-sexual-offences@1")


def test_what_is_no_results_document_is_refused(document):
    with pytest.raises(InputError, match="says schema 'other/1'"):
        read_facts({"other.json": {"schema": "other/1"}})
    del document["before"]
    with pytest.raises(InputError, match="lacks a member"):
        read_facts({"results.json": document})


def test_results_without_areas_harm_or_counts_can_be_read(document):
    document["outcomes"] = [{**document["outcomes"][1], "before": 0}]
    document["harm"][0] |= {"per_crime_before": None, "per_crime_after": None}
    facts = read_facts({"results.json": document})
    assert [f.value for f in facts.figures if f.topic == "hot spots"] == [0]
    assert facts.severity_fell is None
    assert not [f for f in facts.figures if f.unit == "percent" and f.topic == "crime"]
    document["harm"], document["outcomes"] = [], []
    assert read_facts({"results.json": document}).severity_fell is None


def test_a_ratio_without_an_interval_is_told_without_one(document):
    document["outcomes"][0]["estimates"][0] |= {"low": None, "high": None}
    told = [
        f.wording for f in read_facts({"results.json": document}).figures if f.topic == "estimate"
    ]
    assert "Rate ratio, exact: 0.70." in told


def test_the_terminal_shows_each_number_and_what_is_behind_it_in_80_columns(check):
    text = describe_claims(
        check("Serious violence fell by 39.4%. The ratio is 0.70. Rain fell 3%.")
    )
    lines = text.splitlines()
    assert lines[0] == "Held against:"
    assert lines[1].startswith(
        "  results.json: Seven hot spots of a test, 2021-03-01 to 2022-02-28"
    )
    told = lines[lines.index("0.txt") :]
    assert told[1:4] == [
        "  1:26  39.4%: WRONG",
        "    says: Serious violence fell by 39.4%.",
        "    why: The figure counts violence-and-sexual-offences@1; the text calls it",
    ]
    assert "    figure: −39.4 % (results.json: outcomes[0].change)," in told
    assert "    interval: 0.40 to 1.20 (the headline ratio, after over before)" in told
    assert "    evidence: before and after with comparison areas; exploratory" in told
    assert "  1:1  ! percentage-without-counts: COULD BE CHANCE" in told
    assert lines[-1] == "3 claims: 1 supported, 1 wrong, 1 undefined. Traps: 2."
    assert max(len(line) for line in lines) <= 80


def test_what_was_said_of_a_sentence_is_not_said_again_for_its_next_number(check):
    text = describe_claims(check("Serious violence fell from 416 to 252."))
    claims = text.partition("!")[0]
    assert claims.count("WRONG") == 2
    assert claims.count("says: ") == claims.count("true would be: ") == 1
    mixed = describe_claims(check("In the seven hot spots ASB fell by 48 %."))
    assert "    says: In the seven hot spots ASB fell by 48 %." in mixed.splitlines()


def test_a_figure_without_an_interval_is_told_without_one(check):
    text = describe_claims(check("There are 18 key locations."))
    assert "interval" not in text
    assert "Which set is meant?" in text


def test_a_text_without_numbers_says_so(check):
    report = check("Nothing here.")
    text = describe_claims(report)
    assert "No number was found in the text." in text
    assert text.endswith("0 claims. Traps: 0.")
    assert not report.is_wrong


def test_every_verdict_has_its_words():
    assert [verdict.value for verdict in ClaimVerdict] == [
        "supported",
        "wrong",
        "could be chance",
        "undefined",
        "causal word without design",
    ]
