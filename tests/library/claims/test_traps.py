"""Known ways of misleading with true figures: each is found, and its honest form is not."""

import pytest

from patrolwise.claims.claim_records import ClaimVerdict

HONEST = "Violence and sexual offences fell from 416 to 252."


def traps(report):
    return [(found.trap, found.verdict.value) for found in report.traps]


def test_a_pair_under_a_name_that_is_not_its_definitions_is_wrong(check):
    report = check("Serious violence fell from 416 to 252.")
    assert traps(report) == [("label-drift", "wrong")]
    assert "violence-and-sexual-offences@1" in report.traps[0].reason
    assert report.is_wrong


def test_a_pair_under_two_names_drifts_even_where_the_results_lack_it(check):
    one, two = "Robberies fell from 90 to 60.", "Violence fell from 90 to 60."
    report = check(one, two)
    assert traps(report) == [("label-drift", "undefined")]
    assert (
        report.traps[0].reason == "90 to 60 is called robbery in one place and violence in another."
    )
    assert "by id and version" in report.traps[0].wording
    wide = check(HONEST, "Crimes fell from 416 to 252.")
    assert traps(wide) == [("label-drift", "undefined")]
    assert "416 before, 252 after" in wide.traps[0].wording


def test_a_pair_of_one_name_of_no_name_of_minutes_or_of_harm_does_not_drift(check):
    assert traps(check(HONEST, HONEST, "It went from 416 to 252.")) == []
    assert traps(check("Crime work went from 15 minutes to 40 minutes.")) == []
    assert traps(check("Harm of all crime went from 416 to 252.")) == []


def test_severity_cannot_fall_while_harm_per_crime_rises(check, document):
    report = check("The severity of crime fell.")
    assert traps(report) == [("severity", "wrong")]
    assert report.traps[0].wording.startswith("Harm per crime: 145.0 before, 152.5 after")
    assert traps(check("Severity did not change.")) == []
    assert traps(check("Total harm fell, and severity rose.")) == []
    document["harm"][0] |= {"per_crime_after": 100.0}
    assert traps(check("The severity of crime fell.")) == []
    document["harm"] = []
    assert traps(check("The severity of crime fell.")) == [("severity", "undefined")]


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["It was held against the 11 months before."], "undefined"),
        (["Fewer than in the same period last year."], "undefined"),
        (["Running since October 2022.", "It ran from 1 February 2023 to 31 January 2024.",
          "It was held against the 11 months before."], "wrong"),
        (["The 47-week window is February 2023 to January 2024."], "wrong"),
    ],
)  # fmt: skip
def test_a_baseline_needs_dates_its_own_length_and_no_day_of_the_service(check, texts, verdict):
    assert traps(check(*texts)) == [("baseline", verdict)]


@pytest.mark.parametrize(
    "text",
    [
        "The 52 weeks from February 2023 to January 2024.",
        "The 12 months from 1 March 2021 to 28 February 2022 are compared with 12 months from "
        "1 March 2022 to 28 February 2023.",
        "It was compared with other places.",
        "It was raining for 3 months.",
        "The service runs since October 2022.",
    ],
)
def test_a_dated_baseline_is_no_trap(check, text):
    assert traps(check(text)) == []


def test_a_service_that_began_in_its_window_does_not_spoil_the_baseline(check):
    texts = [
        "Running since March 2023.",
        "It ran from 1 February 2023 to 31 January 2024.",
        "Held against the 11 months before.",
    ]
    assert traps(check(*texts)) == [("baseline", "undefined")]


def test_days_with_and_without_patrols_need_a_word_on_weekdays(check):
    bad = "On days with patrols crime was lower than on days without."
    assert traps(check(bad)) == [("weekday-confounding", "undefined")]
    assert traps(check(f"{bad} The days were drawn by lot.")) == []
    assert traps(check("On days with patrols there was rain.")) == []


def test_a_cost_says_whose_minute_it_is(check):
    report = check("It cost £2.28 per minute.")
    assert traps(report) == [("cost-unit", "undefined")]
    assert "a person costs £1.14" in report.traps[0].reason
    assert traps(check("It cost £2.28 per patrol minute.")) == []
    assert traps(check("It cost £2.28 per minute for a pair.")) == []


def test_a_percentage_comes_with_its_counts(check):
    report = check("Rain fell by 8.4%.", "Rain fell by 15.2%.", "Rain rose by 257%.")
    assert traps(report) == [("percentage-without-counts", "could be chance")] * 3
    assert "1,044 or more" in report.traps[0].reason
    assert "308 or more" in report.traps[1].reason
    assert "or more" not in report.traps[2].reason
    assert "or more" not in check("Rain fell by 100%.").traps[0].reason
    assert traps(check("Rain fell from 500 to 458, by 8.4%.")) == []
    assert traps(check("Of 500 days 458 were dry, down 8.4%.")) == []
    assert traps(check("Rain was 8.4% of it.")) == []


def test_one_team_is_in_uniform_or_not(check):
    report = check("They wear a uniform.", "They are non-uniformed.")
    assert traps(report) == [("uniformed-or-not", "undefined")]
    assert report.traps[0].file == "0.txt"
    assert "non-uniformed" in report.traps[0].reason
    assert traps(check("They wear a uniform.")) == []
    assert traps(check("They are in plain clothes.")) == []


def test_money_and_hours_of_other_windows_have_no_ratio(check):
    report = check("The fund is £1.57m. There were 6,800 hours of patrols.")
    assert traps(report) == [("mismatched-ratio", "undefined")]
    assert "£230.88 an hour is no cost" in report.traps[0].reason
    divided = check("The fund is £1.57m for 6,800 hours: £231 an hour of a person.")
    assert traps(divided) == [("mismatched-ratio", "wrong")]
    minutes = check("The fund is £1.57m. That is £3.85 per person-minute. 6,800 hours were done.")
    assert traps(minutes) == [("mismatched-ratio", "wrong")]
    assert minutes.traps[0].sentence == "That is £3.85 per person-minute."


@pytest.mark.parametrize(
    "texts",
    [
        ["From 1 July 2024 to 30 September 2024 the service was paid £50,000 for 900 hours."],
        ["The fund is £1.57m.", "There were 6,800 hours."],
        ["The fund is £1.57m."],
        ["The shift was £500 for 8 hours."],
    ],
)
def test_money_and_hours_of_one_window_or_of_two_texts_are_no_trap(check, texts):
    assert traps(check(*texts)) == []


def test_sets_and_things_counted_are_not_mixed(check):
    report = check("There are seven hot spots.", "There are 18 key locations.")
    assert traps(report) == [("set-confusion", "undefined")]
    assert "Sets of 7, 18 hot spots" in report.traps[0].reason
    nine = check("There are nine officers. There are nine plans. There are nine officers.")
    assert traps(nine) == [("set-confusion", "undefined")]
    assert traps(check("There are seven hot spots, nine officers and 8 plans.")) == []


def test_a_clean_text_is_not_wrong(check):
    report = check(f"{HONEST} It could be chance.")
    assert not report.is_wrong
    assert {claim.verdict for claim in report.claims} == {ClaimVerdict.SUPPORTED}
