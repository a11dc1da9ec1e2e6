"""Two quotients of the programme's brief: £2.28 a minute of outreach, £3.38 of police, 32.5 % less.

Only these three figures are the brief's. The lines of both ledgers and the minutes are invented so
that they add up to the two quotients; they say nothing of what any service paid.
"""

from datetime import date, timedelta

import polars as pl
import pytest

from patrolwise.patrols.cost_comparison import compare_costs
from patrolwise.patrols.costs import CostRule, cost_per_minute
from patrolwise.patrols.ledgers import LEDGER
from patrolwise.tables import DOSES, make_table
from patrolwise.times import Window

WEEK = Window("a made week", date(2024, 6, 3), date(2024, 6, 9))
INVENTED = {
    "outreach": {"pay": 3000.0, "on-costs": 700.0, "travel": 168.8, "briefing": 600.0},
    "police": {"overtime": 4102.0, "travel": 292.0, "briefing": 0.0},
}
MINUTES = {"outreach": 1960.0, "police": 1300.0}


def ledger():
    rows = [
        {
            "service": service,
            "first": WEEK.first,
            "last": WEEK.last,
            "kind": kind,
            "pounds": pounds,
            "may_split": False,
            "note": "invented",
        }
        for service, kinds in INVENTED.items()
        for kind, pounds in kinds.items()
    ]
    return make_table(LEDGER, pl.DataFrame(rows))


def doses():
    rows = []
    for service, minutes in MINUTES.items():
        for n in range(7):
            a_day = minutes / 7
            rows.append(
                {
                    "area_id": "made",
                    "day": WEEK.first + timedelta(days=n),
                    "service": service,
                    "visits": 7,
                    "pass_throughs": 0,
                    "patrol_min": a_day,
                    "patrol_low_min": a_day - 4.0,
                    "patrol_high_min": a_day + 4.0,
                    "person_min": 2 * a_day,
                    "pass_through_min": 0.0,
                    "unknown_min": 0.0,
                }
            )
    return make_table(DOSES, pl.DataFrame(rows))


def cost(service, basis="patrol"):
    rule = CostRule(service=service, kinds=tuple(INVENTED[service]), basis=basis)
    return cost_per_minute(ledger(), doses(), rule, WEEK, 30.0)


def test_outreach_at_228_is_325_percent_below_police_at_338():
    outreach, police = cost("outreach"), cost("police")
    assert round(outreach.value, 2) == 2.28
    assert round(police.value, 2) == 3.38
    compared = compare_costs(outreach, police)
    assert round(compared.difference_percent, 1) == -32.5
    low, high = compared.interval_percent
    assert low < -32.5 < high < 0
    assert "£2.28 a minute per pair" in outreach.sentence


def test_the_same_pounds_per_person_of_a_pair_are_half():
    assert cost("outreach", "person").value == pytest.approx(1.14)
    assert "£1.14 a minute per person" in cost("outreach", "person").sentence
