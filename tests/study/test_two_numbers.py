"""What two counts say: the practice note's own figures, zeros, and what is left unsaid."""

import json

import pytest

from patrolwise.errors import InputError
from patrolwise.study.two_numbers import CANNOT_SAY, describe_two_numbers, evaluate_two_numbers


def test_416_to_252_as_document():
    found = evaluate_two_numbers((416, 252), harm=(60314, 38421))
    assert found["change_percent"] == pytest.approx(-39.42, abs=0.005)
    exact = found["estimates"][0]
    assert (exact["value"], exact["low"], exact["high"]) == pytest.approx(
        (0.606, 0.516, 0.710), abs=5e-4
    )
    assert not any(estimate["headline"] for estimate in found["estimates"])
    harm = found["harm"]
    assert harm["change_percent"] == pytest.approx(-36.30, abs=0.005)
    assert harm["per_crime_change_percent"] == pytest.approx(5.16, abs=0.005)
    assert harm["sentence"] == "Total harm fell because counts fell; average harm per crime rose."
    assert found["detectable_fall_percent"] == pytest.approx(18.5, abs=0.05)
    assert found["definition"] == "not stated"


def test_416_to_252_as_text():
    text = describe_two_numbers(evaluate_two_numbers((416, 252), harm=(60314, 38421)))
    assert "Crimes 416 → 252: −39.42 %" in text
    assert "0.606  95 % 0.516 to 0.710  p < .001" in text
    assert "A fall of 19 % or more would be found four times in five." in text
    assert "Harm 60,314 → 38,421: −36.30 %" in text
    assert "Harm per crime 144.99 → 152.46: +5.16 %" in text
    assert "Total harm fell because counts fell; average harm per crime rose." in text
    for cannot in CANNOT_SAY:
        assert f"  - {cannot}" in text


def test_the_harm_of_one_crime_by_hand():
    before, after = 60314 / 416, 38421 / 252
    assert 100 * (after / before - 1) == pytest.approx(
        evaluate_two_numbers((416, 252), harm=(60314, 38421))["harm"]["per_crime_change_percent"]
    )


@pytest.mark.parametrize("before", [0, 1, 19])
def test_fewer_than_twenty_give_no_percentage(before):
    found = evaluate_two_numbers((before, 5))
    assert found["change_percent"] is None
    assert f"Crimes {before} → 5: too few for a percentage" in describe_two_numbers(found)


def test_twenty_give_one():
    assert evaluate_two_numbers((20, 10))["change_percent"] == pytest.approx(-50)


@pytest.mark.parametrize("counts", [(0, 0), (0, 3), (3, 0), (1, 1), (25, 0)])
def test_zeros_neither_fail_nor_make_numbers_that_json_lacks(counts):
    found = evaluate_two_numbers(counts)
    json.dumps(found, allow_nan=False)
    text = describe_two_numbers(found)
    assert "nan" not in text
    assert "inf" not in text


def test_nothing_before_has_no_ratio_and_an_open_interval():
    text = describe_two_numbers(evaluate_two_numbers((0, 3)))
    assert "not defined" in text
    assert "to no limit" in text


def test_days_of_unequal_length_are_allowed_for():
    """150 crimes on 235 patrolled days, 102 on 94 others: RR 0.588 (0.454 to 0.764)."""
    found = evaluate_two_numbers((102, 150), days=(94, 235))
    exact = found["estimates"][0]
    assert (exact["value"], exact["low"], exact["high"]) == pytest.approx(
        (0.5882, 0.4544, 0.7641), abs=5e-5
    )
    assert found["change_percent"] == pytest.approx(-41.18, abs=0.005)


def test_harm_of_no_crimes_has_no_average():
    text = describe_two_numbers(evaluate_two_numbers((30, 0), harm=(50.0, 0.0)))
    assert "Harm 50 → 0: −100.00 %" in text
    assert "Harm per crime" not in text
    assert "average harm per crime cannot be compared" in text


def test_no_harm_before_has_no_percentage_of_harm():
    text = describe_two_numbers(evaluate_two_numbers((30, 30), harm=(0.0, 60.0)))
    assert "Harm 0 → 60\n" in text
    assert "Harm per crime 0.00 → 2.00\n" in text


@pytest.mark.parametrize(
    ("counts", "more"),
    [
        ((-1, 3), {}),
        ((3, 3), {"days": (0, 1)}),
        ((3, 3), {"days": (1, float("nan"))}),
        ((0, 3), {"harm": (5.0, 1.0)}),
        ((3, 3), {"harm": (-5.0, 1.0)}),
        ((3, 3), {"harm": (float("nan"), 1.0)}),
    ],
)
def test_impossible_numbers_are_refused(counts, more):
    with pytest.raises(InputError):
        evaluate_two_numbers(counts, **more)
