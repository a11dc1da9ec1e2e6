"""What was proposed to change in the plan, what was decided and answered, and what came of it.

Whoever proposes, a frontline worker above all, is owed a decision with its reason and a reply.
Events are only ever added: nothing that was said is taken away.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import polars as pl

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import UTC_TIME, Column, Table, check_columns, make_table

ABOUT = ("hot spot", "shift", "dose", "window", "separation")
ANSWER_WITHIN_DAYS = 14


class Status(StrEnum):
    """Where a proposal stands; also the name of the event that brought it there."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CHANGED = "changed"  # accepted in another form than proposed
    REFUSED = "refused"
    ACCEPTED_TOLD = "told of acceptance"
    CHANGED_TOLD = "told of change"
    REFUSED_TOLD = "told of refusal"
    EFFECTIVE = "effective"  # the plan or the dose is another


S = Status
# Nothing takes effect before the proposer was told: a change that is made silently would be the
# one way to lose a reply. What was refused can be proposed anew; its decision stays as it was.
TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    S.PROPOSED: (S.ACCEPTED, S.CHANGED, S.REFUSED),
    S.ACCEPTED: (S.ACCEPTED_TOLD,),
    S.CHANGED: (S.CHANGED_TOLD,),
    S.REFUSED: (S.REFUSED_TOLD,),
    S.ACCEPTED_TOLD: (S.EFFECTIVE,),
    S.CHANGED_TOLD: (S.EFFECTIVE,),
    S.REFUSED_TOLD: (),
    S.EFFECTIVE: (S.EFFECTIVE,),  # first the plan, later the dose
}
DECISIONS = (S.ACCEPTED, S.CHANGED, S.REFUSED)
TOLD = (S.ACCEPTED_TOLD, S.CHANGED_TOLD, S.REFUSED_TOLD)

PROPOSALS = Table(
    "PROPOSALS",
    "one proposal, as it was made; it is never edited",
    (
        Column("proposal_id", pl.String, "unique within the table"),
        Column("made_on", pl.Date, "the day on which it was made"),
        Column("by_role", pl.String, "the role of who made it; never a name"),
        Column("service", pl.String, "the service of who made it"),
        Column("about", pl.String, f"one of {', '.join(ABOUT)}"),
        Column("text", pl.String, "what should be changed, without names of persons"),
        Column("why", pl.String, "for what reason, without names of persons"),
    ),
)

PROPOSAL_EVENTS = Table(
    "PROPOSAL_EVENTS",
    "one thing that happened to a proposal; rows are only ever added",
    (
        Column("time", UTC_TIME, "when, UTC"),
        Column("proposal_id", pl.String, "the proposal"),
        Column("event", pl.String, f"one of {', '.join(Status)}"),
        Column("by_role", pl.String, "the role of who did it; never a name"),
        Column("text", pl.String, "the proposal, the decision's reason, the reply, the effect"),
        Column("before", pl.String, "of an effect: plan id or dose before it", True),
        Column("after", pl.String, "of an effect: plan id or dose after it", True),
    ),
)

UNANSWERED = Table(
    "UNANSWERED",
    "one proposal whose proposer has not been told the decision",
    (
        Column("proposal_id", pl.String, "the proposal"),
        Column("proposed", pl.Date, "the UTC day on which it was made"),
        Column("is_decided", pl.Boolean, "decided, and only the reply is missing"),
        Column("due", pl.Date, "the day by which the reply is owed"),
        Column("days_late", pl.Int64, "days since then; 0 while there is time"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A change that somebody asks for. Roles, never names, and no word about persons."""

    proposal_id: str
    made_on: date
    by_role: str
    service: str
    about: str  # one of ABOUT
    text: str
    why: str

    def __post_init__(self) -> None:
        faults = [
            f"It has no {name}. Fill it in."
            for name in ("proposal_id", "by_role", "service", "text", "why")
            if not str(getattr(self, name)).strip()
        ]
        if self.about not in ABOUT:
            faults.append(f"It is about {self.about!r}. Write one of {', '.join(ABOUT)}.")
        check_faults(f"Proposal {self.proposal_id or 'without an id'}", faults)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Who did something, when, and in what words."""

    time: datetime  # aware
    by_role: str
    text: str

    def __post_init__(self) -> None:
        faults = []
        if self.time.utcoffset() is None:
            faults.append(f"time {self.time} has no zone. Give it in UTC.")
        if not self.by_role.strip():
            faults.append("by_role is blank. Give a role, never a name.")
        if not self.text.strip():
            faults.append(
                "text is blank. A decision needs its reason, a reply its words, an effect what "
                "it changed."
            )
        check_faults("What was said of a proposal", faults)


def propose(events: pl.DataFrame, proposal: Proposal, time: datetime) -> pl.DataFrame:
    """Return the events with a new proposal's.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    proposal : Proposal
    time : datetime
        When it was made, aware; on its `made_on` in UTC, or up to a day from it.

    Returns
    -------
    (n + 1, 7) PROPOSAL_EVENTS

    Raises
    ------
    InputError
        There is a proposal of that id, or the time is not of the day on which it was made.
    """
    said = Said(time=time, by_role=proposal.by_role, text=f"{proposal.text} Why: {proposal.why}")
    if status_of(events, proposal.proposal_id) is not None:
        raise InputError(
            f"There is a proposal {proposal.proposal_id} already. Give this one another id; what "
            "was said of the first stays."
        )
    if abs((time.date() - proposal.made_on).days) > 1:  # a day apart: zones
        raise InputError(
            f"Proposal {proposal.proposal_id} was made on {proposal.made_on}, not on "
            f"{time:%Y-%m-%d}. Mend one of the two."
        )
    return _append(events, proposal.proposal_id, Status.PROPOSED, said)


def decide(events: pl.DataFrame, proposal_id: str, decision: Status, said: Said) -> pl.DataFrame:
    """Return the events with the decision on a proposal and its reason.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    proposal_id : str
    decision : Status
        Accepted, changed or refused.
    said : Said
        Its text is the reason: without one there is no decision.

    Returns
    -------
    (n + 1, 7) PROPOSAL_EVENTS

    Raises
    ------
    InputError
        There is no such proposal, or the decision is none of the three, or it is before the last
        event.
    RefusedError
        The proposal has been decided.
    """
    if decision not in DECISIONS:
        raise InputError(f"{decision!r} is no decision. Use one of {', '.join(DECISIONS)}.")
    return _move(events, proposal_id, decision, said)


def reply(events: pl.DataFrame, proposal_id: str, said: Said) -> pl.DataFrame:
    """Return the events with the reply: what the proposer was told of the decision.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    proposal_id : str
    said : Said
        What the proposer was told, when, and by which role.

    Returns
    -------
    (n + 1, 7) PROPOSAL_EVENTS

    Raises
    ------
    InputError
        There is no such proposal, or the reply is before the last event.
    RefusedError
        Nothing has been decided, or the proposer has been told.
    """
    told = {S.ACCEPTED: S.ACCEPTED_TOLD, S.CHANGED: S.CHANGED_TOLD, S.REFUSED: S.REFUSED_TOLD}
    status = status_of(events, proposal_id)
    # of a proposal that is not decided, any reply is one too many
    return _move(events, proposal_id, told.get(status or S.PROPOSED, S.ACCEPTED_TOLD), said)


def note_effect(
    events: pl.DataFrame, proposal_id: str, said: Said, before: str, after: str
) -> pl.DataFrame:
    """Return the events with what an accepted proposal changed.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    proposal_id : str
    said : Said
    before, after : str
        Plan ids, or doses, before and after.

    Returns
    -------
    (n + 1, 7) PROPOSAL_EVENTS

    Raises
    ------
    InputError
        There is no such proposal, nothing was changed, or the effect is before the last event.
    RefusedError
        It was refused, or is not decided, or the proposer has not been told.
    """
    if not before.strip() or not after.strip() or before == after:
        raise InputError(
            f"An effect needs what was before and what is after, got {before!r} and {after!r}."
        )
    return _move(events, proposal_id, Status.EFFECTIVE, said, (before, after))


def status_of(events: pl.DataFrame, proposal_id: str) -> Status | None:
    """Return where a proposal stands; None when there is no such proposal.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    proposal_id : str

    Returns
    -------
    Status or None

    Raises
    ------
    InputError
        It is not a PROPOSAL_EVENTS table.
    """
    check_columns(events, PROPOSAL_EVENTS, name="events")
    own = events.filter(pl.col("proposal_id") == proposal_id)
    return Status(own["event"][-1]) if own.height else None


def find_unanswered(
    events: pl.DataFrame, today: date, within_days: int = ANSWER_WITHIN_DAYS
) -> pl.DataFrame:
    """Return the proposals whose proposers have not been told what was decided.

    Parameters
    ----------
    events : (n, 7) PROPOSAL_EVENTS, in order of time
    today : date
    within_days : int
        Days from the proposal in which a reply is owed.

    Returns
    -------
    (k, 5) UNANSWERED, the one owed first before the others
        Those still in time are there too, with 0 days late.

    Raises
    ------
    InputError
        It is not a PROPOSAL_EVENTS table, or `within_days` is below 0.

    Examples
    --------
    >>> find_unanswered(make_table(PROPOSAL_EVENTS), date(2024, 6, 3)).height
    0
    """
    check_columns(events, PROPOSAL_EVENTS, name="events")
    if within_days < 0:
        raise InputError(f"within_days must be 0 or more, got {within_days}.")
    waiting = (
        events.group_by("proposal_id", maintain_order=True)
        .agg(
            pl.col("time").filter(event=Status.PROPOSED.value).first().dt.date().alias("proposed"),
            pl.col("event").is_in(DECISIONS).any().alias("is_decided"),
            pl.col("event").is_in(TOLD).any().alias("is_told"),
        )
        .filter(~pl.col("is_told"))
        .with_columns(due=pl.col("proposed") + timedelta(days=within_days))
    )
    late = (pl.lit(today) - pl.col("due")).dt.total_days().clip(lower_bound=0)
    return make_table(UNANSWERED, waiting.with_columns(days_late=late).sort("due", "proposal_id"))


def tabulate_proposals(proposals: list[Proposal]) -> pl.DataFrame:
    """Return proposals as a table.

    Parameters
    ----------
    proposals : list of Proposal

    Returns
    -------
    (n, 7) PROPOSALS, in the order given
    """
    rows = [asdict(proposal) for proposal in proposals]
    return make_table(PROPOSALS, pl.DataFrame(rows, schema=PROPOSALS.schema))


def _move(
    events: pl.DataFrame,
    proposal_id: str,
    to: Status,
    said: Said,
    change: tuple[str, str] | None = None,
) -> pl.DataFrame:
    """Add an event, or refuse it with what can be done instead."""
    status = status_of(events, proposal_id)
    if status is None:
        raise InputError(f"There is no proposal {proposal_id}. Propose it first.")
    if to not in TRANSITIONS[status]:
        next_steps = ", ".join(TRANSITIONS[status]) or "nothing; propose anew"
        raise RefusedError(
            f"Proposal {proposal_id} is {status}: it cannot become {to}. What can follow: "
            f"{next_steps}."
        )
    return _append(events, proposal_id, to, said, change)


def _append(
    events: pl.DataFrame,
    proposal_id: str,
    event: Status,
    said: Said,
    change: tuple[str, str] | None = None,
) -> pl.DataFrame:
    own = events.filter(pl.col("proposal_id") == proposal_id)["time"].to_list()
    if own and said.time < own[-1]:
        raise InputError(
            f"Proposal {proposal_id} had its last event at {own[-1]:%Y-%m-%d %H:%M} UTC; this one "
            f"is at {said.time.astimezone(UTC):%Y-%m-%d %H:%M}. Events come in order of time."
        )
    before, after = change or (None, None)
    row = (said.time, proposal_id, event.value, said.by_role, said.text, before, after)
    added = pl.DataFrame([row], schema=PROPOSAL_EVENTS.schema, orient="row")
    return pl.concat([events.select(PROPOSAL_EVENTS.names), added])
