"""The brief's figures through the chain: £2.28 and £3.38, 416 to 252, 60,314 to 38,421.

Only these figures are the brief's. It gives no comparison area, no minutes and no interval of harm;
so the effect is taken as if all of the change were it, the minutes are invented and alike for both
services, and the interval of harm is made up. What is checked is the chain, and that its output
says no more than went in.
"""

from datetime import date
from math import log, sqrt

import pytest

from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.rates import estimate_exact_ratio
from patrolwise.study.cost_effect import compare_priced, price_evidence
from patrolwise.study.cost_evidence import Evidence, Judged, NoEvidence, find_evidence
from patrolwise.study.cost_pounds import cost_evidence
from patrolwise.study.costs_programme import ServiceCost
from patrolwise.times import Window

YEAR = Window("after", date(2023, 2, 1), date(2024, 1, 31))
MINUTES, ERROR = 20_000.0, 1_500.0  # invented
CRIMES = estimate_exact_ratio(TwoPeriods(416, 252))
THETA_OF_HARM = 38_421 / 60_314
# as sure as the crimes are: made up, as the brief says nothing of how harm varies
HARM = Estimate(
    id="harm",
    name="Harm",
    value=THETA_OF_HARM,
    low=THETA_OF_HARM * CRIMES.low / CRIMES.value,
    high=THETA_OF_HARM * CRIMES.high / CRIMES.value,
)


def price(service, rate, what="crime"):
    is_crime = what == "crime"
    evidence = Evidence(
        services=(service,),
        definition="violence-and-sexual-offences@1",
        outcome="Violence",
        what=what,
        design="as if all of the change were the effect",
        window=YEAR,
        ratio=CRIMES if is_crime else HARM,
        recorded=252.0 if is_crime else 38_421.0,
    )
    declared = ServiceCost(
        service=service,
        rate=rate,
        minutes=MINUTES,
        minutes_error=ERROR,
        is_verified=True,
        window=YEAR,
    )
    return price_evidence(evidence, cost_evidence(evidence, declared, None, 2023), 1)


def test_416_to_252_at_228_a_minute():
    found = price("outreach", 2.28).found
    assert found.prevented.value == pytest.approx(416 - 252)
    assert (found.prevented.low, found.prevented.high) == pytest.approx(
        (252 / CRIMES.high - 252, 252 / CRIMES.low - 252)
    )
    assert found.cost.pounds == pytest.approx(45_600)
    assert found.value == pytest.approx(45_600 / 164)
    assert found.low < found.value < found.high
    # the error of the minutes goes along: wider than the effect's limits alone
    assert found.low < 45_600 / found.prevented.high
    assert found.high > 45_600 / found.prevented.low
    assert found.sentence.startswith("outreach: £278 for each crime prevented (95 % interval £1")


def test_60314_to_38421_at_228_a_minute():
    found = price("outreach", 2.28, "CCHI day").found
    assert found.prevented.value == pytest.approx(60_314 - 38_421)
    assert found.value == pytest.approx(45_600 / 21_893)
    assert "£2.08 for each CCHI day prevented" in found.sentence


@pytest.mark.parametrize("what", ["crime", "CCHI day"])
def test_228_against_338_is_325_percent_less_for_each_one_prevented(what):
    (compared,) = compare_priced([price("outreach", 2.28, what), price("police", 3.38, what)])
    assert round(100 * (compared.ratio - 1), 1) == -32.5
    # one effect for both, as nobody can tell theirs apart: only the minutes are unsure
    width = 2 * 1.96 * sqrt(2) * ERROR / MINUTES
    assert log(compared.high / compared.low) == pytest.approx(width, rel=0.05)
    assert compared.low < 2.28 / 3.38 < compared.high


def test_from_the_two_counts_alone_no_price_is_given():
    """The brief's fall has no comparison areas: the product itself refuses what is done above."""
    from tests.study.test_cost_effect import outcome

    alone = outcome(before=416, after=252, estimates=(CRIMES,))
    judged = Judged(days=(), outcomes=(alone,), after=YEAR)
    (found,) = find_evidence(["outreach"], judged)
    assert isinstance(found, NoEvidence)
    assert "regression to the mean" in found.reason
