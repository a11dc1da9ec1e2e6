"""Table T5 by its words: one, many, refused and none; what is undefined is never a finding."""

from dataclasses import replace

import pytest

from patrolwise.evaluation.day_comparison import Side
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.protocol import PlanStatus, Standing
from patrolwise.reporting.day_results import DayResults, RefusedDays
from patrolwise.reporting.day_sections import day_grid, day_sections
from patrolwise.reporting.day_wording import tell_lot, tell_refused
from patrolwise.reporting.results import Made, WindowRecord

GUARD = Guard(id="g", severity=Severity.NOTE, title="5 hot spots are few", message="They are.")


def estimate(name, value, **more):
    return Estimate(id=name, name=name, value=value, low=0.5, high=0.9, p=0.01, **more)


RESULTS = DayResults(
    made=Made(version="0", seed=1, programme_sha256="", inputs=()),
    definition="all-crime@1",
    outcome="All crime",
    service="police",
    hot_spots="seven@1",
    window=WindowRecord(name="days", first="2024-06-03", last="2024-06-30", days=28),
    hours=(14, 20),
    least_min=1.0,
    washout_days=2,
    is_drawn=True,
    patrolled=Side(days=70, crimes=100.0),
    without=Side(days=70, crimes=140.0),
    used_share=0.7,
    headline=estimate("patrol-days-ratio-randomisation", 0.7, headline=True),
    beside=(
        estimate("patrol-days-washed-out", 0.66),
        estimate("patrol-days-delivered", 0.61),
        estimate("panel-patrol", 0.62),
        estimate("patrol-days-naive", 0.55),
    ),
    lags=(),
    curves=(),
    scales=(),
    together=(),
    harm=(),
    worst_share=None,
    verdict="All crime: 30 % fewer.",
    guards=(GUARD,),
    limits=("It says nothing of the streets around.",),
    quality=(),
)
OTHER = replace(
    RESULTS,
    service="outreach",
    hours=None,
    is_drawn=False,
    headline=Estimate(
        id="patrol-days-ratio-permutation", name="x", value=None, note="Not defined."
    ),
    beside=(estimate("patrol-days-naive", 0.95),),
    verdict="All crime: nothing can be said.",
    planned=PlanStatus(status=Standing.PLANNED, reason="As frozen."),
)
REFUSED = RefusedDays(
    service="outreach",
    definition="all-crime@1",
    outcome="All crime",
    hours=(22, 26),
    reason="None of the crimes has a time.",
)


def blocks(results=(), refused=()):
    (section,) = day_sections(results, refused, (700, 320))
    return section.blocks


def of_kind(found, kind):
    return [block for block in found if block.kind == kind]


def test_a_comparison_is_one_row_with_everything_that_stands_beside_it():
    (row,) = day_grid([RESULTS]).rows
    assert row == (
        "1. police: All crime, 14:00 to 20:00 (all-crime@1)",
        "drawn by lot",
        "0.70",
        "0.50 to 0.90 (95 %)",
        "0.010",
        "0.61",
        "0.66",
        "0.62",
        "0.55",
    )


def test_what_is_not_defined_or_not_drawn_is_a_dash_and_said_aloud():
    row = day_grid([RESULTS, OTHER]).rows[1]
    assert row[:5] == (
        "2. outreach: All crime (all-crime@1)",
        "exchange, not drawn",
        "–",
        "–",
        "–",
    )
    assert row[5:] == ("–", "–", "–", "0.95")
    assert (tell_lot(RESULTS), tell_lot(OTHER)) == ("drawn by lot", "exchange, not drawn")


def test_the_verdicts_come_first_and_only_defined_ratios_are_drawn():
    found = blocks([RESULTS, OTHER])
    assert [block.text for block in of_kind(found, "paragraph")] == [
        RESULTS.verdict,
        OTHER.verdict,
    ]
    (figure,) = of_kind(found, "figure")
    assert "1. police: All crime, 14:00 to 20:00: 0.700" in figure.description
    assert "outreach" not in figure.description
    assert len(figure.drawings) == 2
    assert not of_kind(blocks([OTHER]), "figure")


def test_a_guard_is_told_once_with_whom_it_concerns_unless_it_concerns_all():
    (alert,) = of_kind(blocks([RESULTS, OTHER]), "alert")
    assert alert.text == "They are."
    (alert,) = of_kind(blocks([RESULTS, replace(OTHER, guards=())]), "alert")
    assert alert.text == "They are. (police, all-crime@1)"


def test_the_standing_to_the_protocol_is_in_the_table_of_days():
    sides = of_kind(blocks([RESULTS, OTHER]), "grid")[1]
    assert [row[-1] for row in sides.rows] == ["none frozen"] * 2 + ["Planned"] * 2


def test_simulated_days_are_marked_and_real_ones_are_not():
    assert "SIMULATED" in blocks([replace(RESULTS, is_simulated=True)])[0].text
    assert "SIMULATED" not in str(blocks([RESULTS]))


def test_what_is_refused_is_told_with_its_reason_and_makes_no_table():
    found = blocks(refused=[REFUSED])
    assert [block.kind for block in found] == ["alert"]
    assert found[0].title == "No comparison of days: outreach, All crime, 22:00 to 02:00"
    assert found[0].text == REFUSED.reason
    assert tell_refused(REFUSED).endswith("22:00 to 02:00. None of the crimes has a time.")


def test_nothing_asked_for_is_no_section():
    assert day_sections((), (), (700,)) == ()


@pytest.mark.parametrize("high", [25.0, float("inf")])
def test_an_interval_that_runs_far_is_drawn_to_the_edge(high):
    far = replace(RESULTS, headline=replace(RESULTS.headline, high=high))
    (figure,) = of_kind(blocks([far]), "figure")
    assert "<svg" in figure.drawings[0].svg
