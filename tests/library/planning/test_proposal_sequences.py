"""Every sequence of up to five things done to a proposal: no reply is ever lost.

The twin reads the sequence as a word: what was allowed is what a pattern of letters matches.
"""

import re
from datetime import UTC, date, datetime, timedelta

from patrolwise.errors import PatrolwiseError
from patrolwise.planning.proposals import (
    PROPOSAL_EVENTS,
    Proposal,
    Said,
    Status,
    decide,
    find_unanswered,
    note_effect,
    propose,
    reply,
)
from patrolwise.tables import make_table

LONGEST = 5
FIRST = datetime(2024, 6, 3, 12, tzinfo=UTC)
WALK = Proposal(
    proposal_id="w1",
    made_on=FIRST.date(),
    by_role="outreach worker",
    service="outreach",
    about="window",
    text="Come an hour later.",
    why="The square is empty before.",
)
# P propose, A accept, C accept in another form, R refuse, T tell the proposer, E note the effect
LIFE = re.compile(r"(P([AC](T(E*)?)?|RT?)?)?")


def done(events, letter, said):
    if letter == "P":
        return propose(events, WALK, said.time)
    if letter == "T":
        return reply(events, "w1", said)
    if letter == "E":
        return note_effect(events, "w1", said, "plan 1", "plan 2")
    decision = {"A": Status.ACCEPTED, "C": Status.CHANGED, "R": Status.REFUSED}[letter]
    return decide(events, "w1", decision, said)


def after_one(word, length, events):
    """Yield what is done and what comes of it, for each thing that could be done next."""
    said = Said(time=FIRST + timedelta(minutes=length), by_role="coordinator", text="so")
    for letter in "PACRTE":
        try:
            after, taken = done(events, letter, said), word + letter
        except PatrolwiseError:
            after, taken = events, word
        assert (taken != word) is (LIFE.fullmatch(word + letter) is not None)
        assert after[: events.height].equals(events)  # nothing that was said is taken away
        assert after.height == len(taken)
        yield taken, after


def test_each_step_is_taken_or_refused_as_the_pattern_says_and_the_reply_stays_owed():
    # What was refused leaves no trace, so sequences that did the same are looked at once, and
    # counted: together they are all that there are.
    reached = {"": (1, make_table(PROPOSAL_EVENTS))}
    for length in range(LONGEST + 1):
        assert sum(many for many, _ in reached.values()) == 6**length
        for word, (_, events) in reached.items():
            owed = find_unanswered(events, date(2024, 6, 3))["proposal_id"].to_list()
            assert owed == (["w1"] if "P" in word and "T" not in word else [])
        following = {}
        for word, (many, events) in reached.items():
            for taken, after in after_one(word, length, events):
                before, _ = following.get(taken, (0, after))
                following[taken] = before + many, after
        reached = following
