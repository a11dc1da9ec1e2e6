import pytest

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.verdicts import _BECAUSE, ALPHA, decide_verdict


def headline(value=0.6, p=0.001):
    return Estimate(id="x", name="", value=value, p=p, headline=True)


def red(guard_id):
    return Guard(id=guard_id, severity=Severity.RED, title="", message="")


@pytest.mark.parametrize(
    ("counts", "value", "compared", "found", "sentence"),
    [
        ((100, 60), 0.6, False, "fall", "Crime fell, beyond chance."),
        ((100, 160), 1.6, False, "rise", "Crime rose, beyond chance."),
        (
            (100, 60),
            0.6,
            True,
            "fall",
            "Crime fell more than in the comparison areas, beyond chance.",
        ),
        (
            (100, 160),
            1.6,
            True,
            "rise",
            "Crime rose more than in the comparison areas, beyond chance.",
        ),
        (
            (100, 90),
            1.6,
            True,
            "rise",
            "Crime fell by less than in the comparison areas, beyond chance.",
        ),
        (
            (100, 110),
            0.6,
            True,
            "fall",
            "Crime rose by less than in the comparison areas, beyond chance.",
        ),
    ],
)
def test_the_sentence_says_which_way_and_compared_with_what(
    counts, value, compared, found, sentence
):
    verdict = decide_verdict(counts, headline(value), [], compared=compared)
    assert (verdict.id, verdict.sentence) == (found, sentence)


def test_a_p_value_of_just_five_per_cent_is_chance():
    assert decide_verdict((100, 60), headline(p=ALPHA), [], compared=True).id == "chance"
    assert decide_verdict((100, 60), headline(p=ALPHA - 1e-9), [], compared=True).id == "fall"


def test_chance_names_what_it_is_the_chance_of():
    compared = decide_verdict((100, 90), headline(p=0.4), [], compared=True).sentence
    alone = decide_verdict((100, 90), headline(p=0.4), [], compared=False).sentence
    assert compared == "The difference from the comparison areas could be chance."
    assert alone == "The change could be chance: months vary as much by themselves."


@pytest.mark.parametrize("before", [0, 19])
def test_fewer_than_twenty_before_are_too_few_whatever_the_estimate(before):
    verdict = decide_verdict((before, 100), headline(), [red("no-comparison")], compared=False)
    assert verdict.id == "few"
    assert verdict.sentence == f"Too few crimes to say: {before} before, 100 after."


@pytest.mark.parametrize(
    "estimate",
    [None, Estimate(id="x", name="", value=None), Estimate(id="x", name="", value=0.5, p=None)],
)
def test_without_a_test_nothing_is_said_of_a_change(estimate):
    verdict = decide_verdict((100, 10), estimate, [], compared=True)
    assert verdict.id == "few"
    assert verdict.sentence == "Too little data for a test that can be trusted."


@pytest.mark.parametrize("guard_id", sorted(_BECAUSE))
def test_each_of_these_red_guards_forbids_the_patrols_as_the_reason(guard_id):
    sentence = decide_verdict((100, 60), headline(), [red(guard_id)], compared=True).sentence
    assert sentence.endswith(f" It cannot be put down to the patrols: {_BECAUSE[guard_id]}.")
    chance = decide_verdict((100, 60), headline(p=0.5), [red(guard_id)], compared=True).sentence
    assert chance.endswith(f" Nor could more be said: {_BECAUSE[guard_id]}.")


def test_several_reasons_are_listed_and_joined():
    guards = [red("no-comparison"), red("selected-on-before"), red("file-faults")]
    sentence = decide_verdict((100, 60), headline(), guards, compared=False).sentence
    assert sentence == (
        "Crime fell, beyond chance. It cannot be put down to the patrols: there is nothing to "
        "compare with, the hot spots were chosen on the same crimes, and some files could not "
        "be read."
    )


def test_amber_guards_and_notes_do_not_change_the_sentence():
    amber = Guard(id="no-comparison", severity=Severity.AMBER, title="", message="")
    other = red("few-crimes")  # red, with a sentence of its own elsewhere
    assert decide_verdict((100, 60), headline(), [amber, other], compared=False).sentence == (
        "Crime fell, beyond chance."
    )


def test_no_verdict_names_a_cause():
    for p in (0.001, 0.5):
        for value in (0.5, 1.5):
            said = decide_verdict((100, 80), headline(value, p), [], compared=True).sentence
            assert not any(word in said for word in ("because", "caused", "due to", "worked"))
