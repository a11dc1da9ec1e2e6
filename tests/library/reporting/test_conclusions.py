"""What a red guard does to a verdict, and what stands beside a fall."""

from dataclasses import replace

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.conclusions import (
    explain_caution,
    explain_expected,
    headline_of,
    label_outcome,
    label_verdict,
    red_guards,
    state_verdict,
    warn_of,
)
from patrolwise.reporting.results import Guard, Severity

RED = Guard(id="no-comparison", severity=Severity.RED, title="Nothing to compare with.", message="")
AMBER = Guard(id="snap-points", severity=Severity.AMBER, title="Places are rough", message="")


@pytest.mark.parametrize(
    ("verdict_id", "plain", "with_red"),
    [
        ("fall", "Clear fall", "Fall, but not safe to rely on"),
        ("rise", "Clear rise", "Rise, but not safe to rely on"),
        ("chance", "Could be chance", "Could be chance"),
        ("few", "Too few to say", "Too few to say"),
        ("refused", "No conclusion drawn", "No conclusion drawn"),
    ],
)
def test_a_red_guard_takes_the_firmness_out_of_a_verdict(verdict_id, plain, with_red):
    assert label_verdict(verdict_id) == plain
    assert label_verdict(verdict_id, [AMBER]) == plain
    assert label_verdict(verdict_id, [AMBER, RED]) == with_red


def test_an_unknown_verdict_is_refused_and_names_the_known_ones():
    with pytest.raises(InputError, match=r"fall, rise, chance, few, refused, got 'miracle'"):
        label_verdict("miracle")


def test_each_red_title_is_said_once():
    other = replace(RED, title="The windows do not match")
    assert explain_caution([RED, AMBER, other, RED]) == (
        "Do not rely on this verdict alone. Nothing to compare with. The windows do not match."
    )
    assert len(warn_of([RED, AMBER, RED])) == 1
    assert red_guards([AMBER]) == ()


@pytest.mark.parametrize("verdict_id", ["few", "refused"])
def test_where_nothing_is_concluded_there_is_nothing_to_be_careful_with(verdict_id):
    assert explain_caution([RED], verdict_id) == ""


def test_the_warning_comes_straight_after_the_verdict():
    kinds = [block.kind for block in state_verdict("Clear fall", "Crime fell.", "Careful.")]
    assert kinds == ["paragraph", "alert"]
    assert len(state_verdict("Clear fall", "Crime fell.", "")) == 1


def test_the_first_headline_estimate_carries_the_verdict(make_results):
    outcome = make_results().outcomes[0]
    assert headline_of(outcome).id == "ratio-of-ratios-robust"
    assert headline_of(replace(outcome, estimates=outcome.estimates[:1])) is None


def test_the_expected_count_stands_beside_the_fall(make_results):
    outcome = make_results().outcomes[0]
    text = explain_expected(outcome)
    assert "about 358 would be expected" in text
    assert "Counted were 252: 106 fewer, 29.6 % lower." in text


def test_an_unknown_expectation_is_said_to_be_unknown(make_results):
    outcome = replace(make_results().outcomes[0], expected_after=None)
    assert "is not known for these hot spots" in explain_expected(outcome)


@pytest.mark.parametrize(
    ("verdict_id", "after", "guards", "label"),
    [
        ("fall", 252, [], "Clear fall"),
        ("fall", 430, [], "Did better than the comparison areas"),
        ("rise", 430, [], "Clear rise"),
        ("rise", 400, [], "Did worse than the comparison areas"),
        ("rise", 400, [RED], "Did worse than the comparison areas, but not safe to rely on"),
        ("chance", 400, [RED], "Could be chance"),
    ],
)
def test_a_label_never_contradicts_the_counts_beside_it(
    make_results, verdict_id, after, guards, label
):
    outcome = replace(make_results().outcomes[0], verdict_id=verdict_id, after=after)
    assert label_outcome(outcome, guards) == label
