"""What becomes of a proposal: every order of events against a twin that lists those allowed."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, PatrolwiseError, RefusedError
from patrolwise.planning.proposals import (
    ABOUT,
    ANSWER_WITHIN_DAYS,
    DECISIONS,
    PROPOSAL_EVENTS,
    PROPOSALS,
    UNANSWERED,
    Proposal,
    Said,
    Status,
    decide,
    find_unanswered,
    note_effect,
    propose,
    reply,
    status_of,
    tabulate_proposals,
)
from patrolwise.tables import make_table

TODAY = date(2024, 6, 3)
NONE = make_table(PROPOSAL_EVENTS)


def at(days=0, hour=12, zone=UTC):
    return datetime(2024, 6, 3, hour, tzinfo=zone) + timedelta(days=days)


def proposal_of(proposal_id="w1", **changes):
    settings = {
        "made_on": TODAY, "by_role": "constable", "service": "police", "about": "dose",
        "text": "Two visits a day to hot spot a.", "why": "One is not seen.", **changes,
    }  # fmt: skip
    return Proposal(proposal_id=proposal_id, **settings)


def said_of(days=0, text="As the constable says.", role="sergeant", hour=12):
    return Said(time=at(days, hour), by_role=role, text=text)


def propose_one(events, proposal_id, days=0):
    made_on = TODAY + timedelta(days=days)
    return propose(events, proposal_of(proposal_id, made_on=made_on), at(days))


# what a person does → how it is called on day `days`
ACTS = {
    "propose": propose_one,
    "accept": lambda events, who, days: decide(events, who, Status.ACCEPTED, said_of(days)),
    "change": lambda events, who, days: decide(events, who, Status.CHANGED, said_of(days)),
    "refuse": lambda events, who, days: decide(events, who, Status.REFUSED, said_of(days)),
    "reply": lambda events, who, days: reply(events, who, said_of(days)),
    "effect": lambda events, who, days: note_effect(events, who, said_of(days), "1", "2"),
}
# every order of acts that is allowed from the start, written out
FULL_LIVES = (
    "propose accept reply effect effect effect effect effect",
    "propose change reply effect effect effect effect effect",
    "propose refuse reply",
)
TOLD_OF = {
    "accept": Status.ACCEPTED_TOLD, "change": Status.CHANGED_TOLD, "refuse": Status.REFUSED_TOLD,
}  # fmt: skip
PLAIN = {
    "propose": Status.PROPOSED, "accept": Status.ACCEPTED, "change": Status.CHANGED,
    "refuse": Status.REFUSED, "effect": Status.EFFECTIVE,
}  # fmt: skip


def is_allowed(acts):
    """Return whether the acts are the beginning of a life that is allowed."""
    return any(life.split()[: len(acts)] == list(acts) for life in FULL_LIVES)


def events_of(acts):
    """Return the names of the events that allowed acts leave."""
    return [PLAIN[act] if act != "reply" else TOLD_OF[acts[1]] for act in acts]


def error_of(done, act):
    """Return which error an act that is not allowed has: no such proposal, one too many, or a
    step that cannot follow."""
    return InputError if act == "propose" or not done else RefusedError


def walk(events, done, left):
    """Try each act on what was done, then go on from those that are allowed."""
    kept = events.clone()
    for act, do in ACTS.items():
        if is_allowed([*done, act]):
            after = do(events, "w1", len(done))
            assert after["event"].to_list() == events_of([*done, act])
            assert status_of(after, "w1") == events_of([*done, act])[-1]
            if left > 1:
                walk(after, [*done, act], left - 1)
        else:
            with pytest.raises(PatrolwiseError) as told:
                do(events, "w1", len(done))
            assert told.type is error_of(done, act)
            # nothing has changed: what follows a refused act is what could follow before it
            assert events.equals(kept)


def test_every_order_of_up_to_four_acts_does_what_the_lives_written_out_allow():
    assert status_of(NONE, "w1") is None
    walk(NONE, [], 4)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["w1", "w2"]), st.sampled_from([*ACTS])), max_size=14))
def test_proposals_do_not_touch_each_other_and_no_event_is_ever_lost(steps):
    events, done = NONE, {"w1": [], "w2": []}
    for days, (who, act) in enumerate(steps):
        before = events
        if is_allowed([*done[who], act]):
            events = ACTS[act](events, who, days)
            done[who].append(act)
            assert events.head(before.height).equals(before)
            assert events.height == before.height + 1
        else:
            with pytest.raises(error_of(done[who], act)):
                ACTS[act](events, who, days)
    for who, acts in done.items():
        own = events.filter(pl.col("proposal_id") == who)["event"].to_list()
        assert own == events_of(acts)


def test_the_whole_life_of_a_proposal_is_kept_in_words():
    events = propose(NONE, proposal_of(), at())
    events = decide(events, "w1", Status.CHANGED, said_of(1, "On Fridays only."))
    events = reply(events, "w1", said_of(2, "Told at the briefing."))
    events = note_effect(events, "w1", said_of(3, "New plan."), "plan-1", "plan-2")
    events = note_effect(events, "w1", said_of(9, "New dose."), "1 visit", "2 visits")
    assert events.schema == pl.Schema(PROPOSAL_EVENTS.schema)
    first = "Two visits a day to hot spot a. Why: One is not seen."
    assert events.rows() == [
        (at(), "w1", "proposed", "constable", first, None, None),
        (at(1), "w1", "changed", "sergeant", "On Fridays only.", None, None),
        (at(2), "w1", "told of change", "sergeant", "Told at the briefing.", None, None),
        (at(3), "w1", "effective", "sergeant", "New plan.", "plan-1", "plan-2"),
        (at(9), "w1", "effective", "sergeant", "New dose.", "1 visit", "2 visits"),
    ]
    assert NONE.height == 0  # what was given is left alone


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_without_a_reason_is_refused(blank, decision):
    events = propose(NONE, proposal_of(), at())
    with pytest.raises(InputError, match="A decision needs its reason"):
        decide(events, "w1", decision, said_of(1, blank))
    assert status_of(events, "w1") is Status.PROPOSED


def test_all_that_is_missing_of_what_was_said_is_told_together():
    with pytest.raises(InputError, match="What was said of a proposal: 3 faults") as told:
        Said(time=datetime(2024, 6, 3), by_role=" ", text="")
    assert "time 2024-06-03 00:00:00 has no zone. Give it in UTC." in str(told.value)
    assert "by_role is blank. Give a role, never a name." in str(told.value)


@pytest.mark.parametrize("event", sorted({*Status} - {*DECISIONS}))
def test_what_is_no_decision_cannot_be_decided(event):
    events = propose(NONE, proposal_of(), at())
    with pytest.raises(InputError, match=r"is no decision. Use one of accepted, changed, refused"):
        decide(events, "w1", event, said_of(1))


@pytest.mark.parametrize(("before", "after"), [("", "2"), ("1", " "), ("same", "same"), ("", "")])
def test_an_effect_that_changes_nothing_is_none(before, after):
    events = ACTS["reply"](ACTS["accept"](propose_one(NONE, "w1"), "w1", 0), "w1", 0)
    with pytest.raises(InputError, match="An effect needs what was before and what is after"):
        note_effect(events, "w1", said_of(1), before, after)


def test_a_refused_step_says_what_can_follow():
    events = propose_one(NONE, "w1")
    with pytest.raises(RefusedError) as told:
        ACTS["effect"](events, "w1", 1)
    assert str(told.value) == (
        "Proposal w1 is proposed: it cannot become effective. What can follow: accepted, changed, "
        "refused."
    )
    events = ACTS["reply"](ACTS["refuse"](events, "w1", 1), "w1", 2)
    with pytest.raises(RefusedError, match="What can follow: nothing; propose anew"):
        ACTS["accept"](events, "w1", 3)


def test_what_was_not_proposed_cannot_be_decided():
    with pytest.raises(InputError, match=r"There is no proposal w1. Propose it first."):
        decide(NONE, "w1", Status.ACCEPTED, said_of())
    assert status_of(propose_one(NONE, "w1"), "w2") is None


def test_an_event_before_the_last_one_is_refused_and_one_at_the_same_time_is_not():
    events = propose(NONE, proposal_of(), at())
    with pytest.raises(InputError) as told:
        decide(events, "w1", Status.ACCEPTED, said_of(hour=11))
    assert str(told.value) == (
        "Proposal w1 had its last event at 2024-06-03 12:00 UTC; this one is at 2024-06-03 11:00. "
        "Events come in order of time."
    )
    assert decide(events, "w1", Status.ACCEPTED, said_of()).height == 2
    # another proposal may be older
    assert propose(events, proposal_of("w2"), at(hour=1)).height == 2


def test_times_of_other_zones_are_kept_as_utc_and_compared_as_instants():
    east = timezone(timedelta(hours=5))
    events = propose(NONE, proposal_of(), at(hour=12, zone=east))
    assert events["time"].to_list() == [at(hour=7)]
    too_early = Said(time=at(hour=11, zone=east), by_role="sergeant", text="No.")
    with pytest.raises(InputError, match="this one is at 2024-06-03 06:00"):
        decide(events, "w1", Status.REFUSED, too_early)
    later = Said(time=at(hour=13, zone=east), by_role="sergeant", text="No.")
    assert decide(events, "w1", Status.REFUSED, later)["time"][-1] == at(hour=8)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_proposal_may_be_noted_a_day_from_the_one_it_was_made_on(days):
    assert propose(NONE, proposal_of(), at(days)).height == 1


@pytest.mark.parametrize("days", [-2, 2, 300])
def test_a_proposal_that_is_noted_for_another_day_is_told(days):
    with pytest.raises(InputError, match="was made on 2024-06-03, not on 202"):
        propose(NONE, proposal_of(), at(days))


def test_two_proposals_cannot_have_one_id():
    events = propose(NONE, proposal_of(), at())
    with pytest.raises(InputError, match=r"There is a proposal w1 already. Give this one another"):
        propose(events, proposal_of(text="Another."), at())


@pytest.mark.parametrize("name", ["proposal_id", "by_role", "service", "text", "why"])
def test_a_proposal_with_a_blank_is_told(name):
    with pytest.raises(InputError, match=f"It has no {name}. Fill it in."):
        proposal_of(**{name: " "})


def test_a_proposal_is_about_one_of_five_things():
    assert [proposal_of(about=about).about for about in ABOUT] == list(ABOUT)
    with pytest.raises(InputError, match="Proposal without an id: 2 faults") as told:
        proposal_of("", about="pay")
    assert "It is about 'pay'. Write one of hot spot, shift, dose, window," in str(told.value)


def test_proposals_are_tabulated_in_the_order_given():
    table = tabulate_proposals([proposal_of("w2", about="shift"), proposal_of("w1")])
    assert table.schema == pl.Schema(PROPOSALS.schema)
    assert table.row(0) == (
        "w2", TODAY, "constable", "police", "shift", "Two visits a day to hot spot a.",
        "One is not seen.",
    )  # fmt: skip
    assert table["proposal_id"].to_list() == ["w2", "w1"]
    assert tabulate_proposals([]).equals(make_table(PROPOSALS))


# Who has not been told


def unanswered_by_hand(events, today, within_days):
    """Return the rows of UNANSWERED, going over the events of one proposal after the other."""
    lives = {}
    for row in events.rows(named=True):
        lives.setdefault(row["proposal_id"], []).append(row)
    rows = []
    for proposal_id, own in lives.items():
        if any(row["event"].startswith("told") for row in own):
            continue
        proposed = own[0]["time"].date()
        due = proposed + timedelta(days=within_days)
        is_decided = len(own) > 1
        rows.append((proposal_id, proposed, is_decided, due, max(0, (today - due).days)))
    return sorted(rows, key=lambda row: (row[3], row[0]))


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.sampled_from(FULL_LIVES), st.integers(1, 5), st.integers(0, 20)), max_size=5
    ),
    st.integers(-5, 60),
    st.integers(0, 20),
)
def test_those_not_told_are_what_going_over_each_proposal_gives(lives, later, within_days):
    events = NONE
    for number, (life, many, begins) in enumerate(lives):
        for step, act in enumerate(life.split()[:many]):
            events = ACTS[act](events, f"w{number}", begins + step)
    # one table in order of time, the proposals' events mixed
    events = events.sort("time", maintain_order=True)
    today = TODAY + timedelta(days=later)
    found = find_unanswered(events, today, within_days)
    assert found.schema == pl.Schema(UNANSWERED.schema)
    assert found.rows() == unanswered_by_hand(events, today, within_days)


def test_a_decision_that_was_never_told_is_still_owed():
    events = ACTS["accept"](propose_one(NONE, "w1"), "w1", 1)
    late = find_unanswered(events, TODAY + timedelta(days=ANSWER_WITHIN_DAYS + 3))
    due = TODAY + timedelta(days=ANSWER_WITHIN_DAYS)
    assert late.rows() == [("w1", TODAY, True, due, 3)]
    assert find_unanswered(ACTS["reply"](events, "w1", 2), TODAY).height == 0


def test_a_reply_is_late_only_after_the_day_it_is_owed_by():
    events = propose_one(NONE, "w1")
    days_late = [
        find_unanswered(events, TODAY + timedelta(days=days), 7)["days_late"].item()
        for days in (-3, 0, 7, 8)
    ]
    assert days_late == [0, 0, 0, 1]


def test_days_below_0_are_no_time_to_answer_in():
    with pytest.raises(InputError, match="within_days must be 0 or more, got -1"):
        find_unanswered(NONE, TODAY, -1)


def test_another_table_is_no_table_of_events():
    for use in (
        lambda frame: status_of(frame, "w1"),
        lambda frame: find_unanswered(frame, TODAY),
        lambda frame: propose(frame, proposal_of(), at()),
    ):
        with pytest.raises(InputError, match="events lacks event"):
            use(NONE.drop("event"))
