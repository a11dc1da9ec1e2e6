"""Made-up recommendations, lessons and trials."""

from datetime import datetime, timedelta

from patrolwise.partnership.learning import ACCEPTED, DONE, EXTENDED, PILOT, Gate
from patrolwise.web.accounts.models import Person
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.learning import actions


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Write a recommendation under way, one overdue, two lessons and a trial.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        How many recommendations there are.
    """
    manager, today = people["programme"], day_of(now)
    told = "Evaluate problem-solving plans before they are closed."
    first = actions.add_recommendation(
        _ask("1", told, now, due=60), manager, now - timedelta(days=100)
    )
    for state, words, evidence in (
        (ACCEPTED, "The board agreed to it.", ""),
        (
            DONE,
            "No plan closes without an outcome and a comparison.",
            "Minutes of the board, item 4",
        ),
    ):
        step = {"state": state, "words": words, "evidence": evidence, "due": None}
        actions.take_step(first, step, manager, now - timedelta(days=40))
    actions.add_recommendation(
        _ask("2", "Look at stop and search by ethnicity each quarter.", now, due=-10),
        manager,
        now - timedelta(days=100),
    )
    _write_lessons(manager, now)
    trial = actions.begin_trial(
        "Outreach pairs in the hot spots",
        "Whether people talk to outreach, and take up support.",
        manager,
        now - timedelta(days=400),
    )
    for stage, ago, evidence in (
        (PILOT, 390, "None yet: it is to be found out."),
        (EXTENDED, 120, "40 minutes were long enough to talk; 15 were not. No comparison yet."),
    ):
        gate = Gate(
            stage=stage,
            on=today - timedelta(days=ago),
            evidence=evidence,
            decision="Agreed by the partnership's board.",
            funder="Commissioner",
            until=today + timedelta(days=70) if stage == EXTENDED else None,
        )
        actions.pass_gate(trial, gate, manager, now - timedelta(days=ago))
    return 2


def _ask(number: str, text: str, now: datetime, due: int) -> dict[str, object]:
    return {
        "source": "Made-up inspection",
        "reference": number,
        "text": text,
        "made_on": day_of(now - timedelta(days=120)),
        "owner": "Programme board",
        "due": day_of(now + timedelta(days=due)),
    }


def _write_lessons(manager: Person, now: datetime) -> None:
    spot = list_choices()[0][0]
    for days, text, changed, effect, words in (
        (
            200, "A stay of 15 minutes is too short to talk.", "Stays of 40 minutes.",
            "measured before and after", "Talks a shift: 2 before, 5 after.",
        ),
        (30, "Wardens need the school's term dates.", "", "not looked at yet", ""),
    ):  # fmt: skip
        day = day_of(now - timedelta(days=days))
        lesson = {
            "learned_on": day, "text": text, "came_from": "Debriefs", "hot_spot_id": spot,
            "changed": changed, "changed_on": day if changed else None, "effect": effect,
            "effect_words": words, "is_shared": bool(changed),
        }  # fmt: skip
        actions.write_lesson(lesson, manager, now)
