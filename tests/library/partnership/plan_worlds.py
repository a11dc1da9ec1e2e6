"""Problem-solving plans as the police tell them: one that was judged, and what differs of it."""

from dataclasses import replace
from datetime import date

from patrolwise.partnership.plans_told import ToldPlan
from patrolwise.partnership.quarters import parse_quarter

QUARTER = parse_quarter("2024-Q2")
AS_OF = date(2024, 10, 7)
JUDGED = ToldPlan(
    plan="PSP7", hot_spots=("A", "B"), stage="assessment", partners=("City wardens", "1 other"),
    actions_open=1, actions_closed=2, next_review=date(2024, 11, 1), opened=date(2024, 4, 2),
    closed=None, measure="serious-violence@1", window_first=date(2024, 7, 1),
    window_last=date(2024, 9, 30), before=60, after=40, comparison_before=200,
    comparison_after=190, compared="-30 % (95 % interval -48 % to -6 %)", verdict="fall",
)  # fmt: skip
BEGUN = ToldPlan(
    plan="PSP12", hot_spots=("B",), stage="scanning", partners=(), actions_open=0,
    actions_closed=0, next_review=None, opened=date(2024, 9, 1), closed=None, measure=None,
    window_first=None, window_last=None, before=None, after=None, comparison_before=None,
    comparison_after=None, compared=None, verdict=None,
)  # fmt: skip
CLOSED = replace(JUDGED, plan="PSP2", stage="closed", closed=date(2024, 2, 1),
                 opened=date(2023, 5, 1))  # fmt: skip
