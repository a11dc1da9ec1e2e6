"""A made-up year of returns: the worked ledger whose figures a force once told, let out by two."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from patrolwise.partnership.plans_told import ToldPlan, write_plans
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.study.return_demo import write_return_demo
from patrolwise.web.accounts.models import Person
from patrolwise.web.returns import actions, plans_actions, releases

_SETTINGS = {
    "title": "Worked return: 18 hot spots",
    "force": "Made-up force",
    "zone": "Europe/London",
    "definitions": ["serious-violence@1", "anti-social-behaviour@1"],
    "harm_index": "",
    "kinds": [["Police", "police"], ["Street outreach", "outreach"], ["City wardens", "partner"]],
}
# as the police's site would tell them: one that was judged, and one that has just begun
_PLANS = (
    ToldPlan(
        plan="PSP21",
        hot_spots=("H01", "H02"),
        stage="assessment",
        partners=("City wardens", "1 other"),
        actions_open=1,
        actions_closed=3,
        next_review=date(2024, 11, 15),
        opened=date(2024, 3, 18),
        closed=None,
        measure="serious-violence@1",
        window_first=date(2024, 7, 1),
        window_last=date(2024, 9, 30),
        before=64,
        after=41,
        comparison_before=212,
        comparison_after=204,
        compared="-33 % (95 % interval -51 % to -9 %)",
        verdict="fall",
    ),
    ToldPlan(
        plan="PSP24",
        hot_spots=("H07",),
        stage="scanning",
        partners=(),
        actions_open=0,
        actions_closed=0,
        next_review=None,
        opened=date(2024, 9, 9),
        closed=None,
        measure=None,
        window_first=None,
        window_last=None,
        before=None,
        after=None,
        comparison_before=None,
        comparison_after=None,
        compared=None,
        verdict=None,
    ),
)
_TEXT = "Wardens, outreach workers and the police agreed each week which places needed them most."


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Send the forms, make a return and its update, let both out; leave what waits for somebody.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        How many returns were made.
    """
    analyst, manager = people["analyst"], people["programme"]
    actions.declare_settings(_SETTINGS, manager, now - timedelta(days=20))
    with tempfile.TemporaryDirectory() as folder:
        write_return_demo(Path(folder))
        sent = [
            actions.SentForm(name=path.name, content=path.read_bytes())
            for path in sorted(Path(folder).glob("*.csv"))
        ]
    actions.keep_forms(sent, analyst, now - timedelta(days=19))
    first = actions.make_return(_ask(date(2024, 10, 14)), analyst, now - timedelta(days=18))
    update = actions.write_update(first, _TEXT, analyst, now - timedelta(days=17))
    for one in (first, update):
        asked = releases.ask_release(one, "", analyst, now - timedelta(days=17))
        releases.decide_release(
            asked,
            is_let_out=True,
            reason="Looked at sheet 8, and at the rows of three figures.",
            by=manager,
            now=now - timedelta(days=16),
        )
    again = actions.make_return(
        _ask(date(2024, 11, 4), "One patrol was written down for the wrong hot spot."),
        analyst,
        now - timedelta(days=2),
    )
    releases.ask_release(again, "One row of sheet 3 differs.", analyst, now - timedelta(days=1))
    data = write_plans(parse_quarter("2024-Q2"), date(2024, 11, 4), _PLANS)
    plans_actions.read_plans_file("plans-2024-Q2.csv", data, analyst, now - timedelta(hours=2))
    return 2


def _ask(cut: date, why: str = "") -> actions.NewReturn:
    return actions.NewReturn(
        quarter="2024-Q2",
        fund_rules="hotspot-response-2024-25@1",
        cut=cut,
        open_queries=(why,) if why else (),
        why=why,
    )
