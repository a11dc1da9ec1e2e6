"""Proposals about a programme's plan: who may speak, what is missing, and what is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.proposal_files import ProposalBook, read_proposal_book
from patrolwise.study.plan_proposals import (
    Saying,
    decide_proposal,
    list_proposals,
    make_proposal,
    note_proposal_effect,
    reply_to_proposal,
    tell_proposals,
)

from .plan_worlds import PlanWorld, late_rota

NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
TODAY = date(2024, 6, 3)
ASKED = {"service": "outreach", "about": "dose", "text": "2 x 20 min", "why": "Few are in."}


@pytest.fixture
def programme(tmp_path):
    return PlanWorld(tmp_path).read()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "proposals.jsonl"


def saying(by="coordinator", hours=0, proposal_id="p1"):
    return Saying(by=by, at=NOON + timedelta(hours=hours), proposal_id=proposal_id)


def states(path, today=TODAY, **options):
    return list_proposals(read_proposal_book(path), today, **options)


def test_a_proposal_goes_from_its_start_to_its_effect(programme, path):
    by = saying("outreach frontline worker", proposal_id="")
    assert make_proposal(programme, path, by, ASKED) == "p1"
    assert decide_proposal(programme, path, saying(hours=1), "accepted", "As many.") == "accepted"
    (one,) = states(path)
    assert (one.status, one.due, one.days_late) == ("accepted", date(2024, 6, 17), 0)
    assert reply_to_proposal(programme, path, saying(hours=2), "Yes.") == "told of acceptance"
    done = note_proposal_effect(programme, path, saying(hours=3), "Rule.", ("1 x 40", "2 x 20"))
    assert done == "effective"
    (one,) = states(path)
    assert (one.status, one.due, one.since) == ("effective", None, NOON + timedelta(hours=3))
    assert (one.by_role, one.made_on) == ("outreach frontline worker", TODAY)


@pytest.mark.parametrize("by", ["o1", "sergeant", "police sergeant", "planner"])
def test_roles_and_staff_codes_may_speak(programme, path, by):
    assert make_proposal(programme, path, saying(by, proposal_id="w9"), ASKED) == "w9"


def test_without_a_staff_form_roles_alone_may_speak(tmp_path, path):
    world = PlanWorld(tmp_path, planning={"staff": None}, forms={"rota": late_rota()})
    programme = world.read()
    with pytest.raises(InputError, match="'o1' is neither a role nor a staff code"):
        make_proposal(programme, path, saying("o1"), ASKED)
    assert not path.exists()


def test_all_that_is_wrong_with_a_proposal_is_told_at_once(programme, path):
    wrong = {"service": "wardens", "about": "weather", "text": " ", "why": "x"}
    with pytest.raises(InputError) as caught:
        make_proposal(programme, path, saying("Ann Other"), wrong)
    told = str(caught.value)
    for part in ("'Ann Other' is neither", "no service 'wardens'", "no text", "about 'weather'"):
        assert part in told
    assert not path.exists()


def test_an_id_that_is_taken_is_told_and_the_next_free_one_is_found(programme, path):
    make_proposal(programme, path, saying(proposal_id="p2"), ASKED)
    assert make_proposal(programme, path, saying(proposal_id=""), ASKED) == "p3"
    before = path.read_bytes()
    with pytest.raises(InputError, match="There is a proposal p2 already"):
        make_proposal(programme, path, saying(proposal_id="p2"), ASKED)
    assert path.read_bytes() == before


def test_all_that_is_wrong_with_a_decision_is_told_at_once(programme, path):
    with pytest.raises(InputError) as caught:
        decide_proposal(programme, path, saying("Ann Other"), "maybe", "")
    told = str(caught.value)
    for part in ("'Ann Other'", "'maybe' is no decision", "no proposal p1", "text is blank"):
        assert part in told


def test_what_cannot_follow_is_refused(programme, path):
    make_proposal(programme, path, saying(), ASKED)
    with pytest.raises(RefusedError, match="p1 is proposed"):
        reply_to_proposal(programme, path, saying(), "Yes.")
    with pytest.raises(RefusedError, match="p1 is proposed"):
        note_proposal_effect(programme, path, saying(), "Done.", ("a", "b"))


def test_the_day_of_a_proposal_is_local(programme, path):
    late = Saying(by="planner", at=datetime(2024, 6, 3, 23, 30, tzinfo=UTC))
    make_proposal(programme, path, late, ASKED)
    assert states(path)[0].made_on == date(2024, 6, 4)


def test_the_list_says_what_is_overdue_and_has_the_most_overdue_first(programme, path):
    assert tell_proposals(list_proposals(ProposalBook(), TODAY)) == ("Nothing has been proposed.")
    for name, hours in (("b", -72), ("a", 0), ("told", 0)):
        make_proposal(programme, path, saying(hours=hours, proposal_id=name), ASKED)
    decide_proposal(programme, path, saying(proposal_id="told"), "refused", "Too far.")
    reply_to_proposal(programme, path, saying(proposal_id="told"), "No: too far.")
    lines = tell_proposals(states(path, date(2024, 6, 15))).splitlines()
    assert lines[0] == "3 proposals, 1 overdue"
    assert [line.partition(":")[0] for line in lines[1::2]] == ["b", "a", "told"]
    assert lines[1] == "b: proposed since 2024-05-31; ! reply was due 2024-06-14, 1 day late"
    assert lines[3] == "a: proposed since 2024-06-03; reply due 2024-06-17"
    assert lines[5] == "told: told of refusal since 2024-06-03"
    assert (
        lines[2] == "  coordinator, outreach, 2024-05-31, about dose: 2 x 20 min Why: Few are in."
    )
    lines = tell_proposals(states(path, date(2024, 6, 5), within_days=0)).splitlines()
    assert lines[0] == "3 proposals, 2 overdue"
    assert lines[1].endswith("5 days late")
