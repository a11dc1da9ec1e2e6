"""How proposals and what was said of them are kept: JSON lines, to which lines are only added.

A line is one event; that of a proposal holds all of the proposal. Reading replays every event by
the rules of `patrolwise.planning.proposals`: a line that was taken out or changed, so that what
follows could not have happened, is a fault.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import InputError, PatrolwiseError, check_faults
from patrolwise.files.whole_files import write_whole
from patrolwise.planning.proposals import (
    DECISIONS,
    PROPOSAL_EVENTS,
    PROPOSALS,
    TOLD,
    Proposal,
    Said,
    Status,
    decide,
    note_effect,
    propose,
    reply,
    tabulate_proposals,
)
from patrolwise.tables import make_table

_EVENT_KEYS = ("time", "proposal_id", "event", "by_role", "text")
_PROPOSAL_KEYS = ("made_on", "service", "about", "why")


@dataclass(frozen=True, kw_only=True, eq=False)
class ProposalBook:
    """All proposals, and all that was said of them."""

    proposals: pl.DataFrame = field(default_factory=lambda: make_table(PROPOSALS))
    events: pl.DataFrame = field(default_factory=lambda: make_table(PROPOSAL_EVENTS))


def read_proposal_book(path: str | Path) -> ProposalBook:
    """Return the proposals of a file, every event held against the rules again.

    Parameters
    ----------
    path : str or Path
        JSON lines, as `append_to_proposal_book` writes them. A file that is not there is a book
        without proposals.

    Returns
    -------
    ProposalBook

    Raises
    ------
    InputError
        The file cannot be read, or a line is no event or could not have followed those before
        it. All lines that are wrong are named, of each proposal the first.
    """
    path = Path(path)
    faults: list[str] = []
    events, proposals, spoilt = make_table(PROPOSAL_EVENTS), [], set()
    for number, line in _lines(path):
        try:
            record = _read_line(line)
        except PatrolwiseError as error:
            faults.append(f"Line {number}: {error}")
            continue
        if record["proposal_id"] in spoilt:
            continue
        try:
            if record["event"] is Status.PROPOSED:
                proposals.append(_proposal(record))
                events = propose(events, proposals[-1], record["time"])
            else:
                events = _add(events, record)
        except PatrolwiseError as error:
            spoilt.add(record["proposal_id"])
            faults.append(f"Line {number}: {error}")
    check_faults(path.name, faults)
    return ProposalBook(proposals=tabulate_proposals(proposals), events=events)


def append_to_proposal_book(path: str | Path, book: ProposalBook) -> None:
    """Add the last event of a book to its file; the lines that are there stay byte for byte.

    Parameters
    ----------
    path : str or Path
        The file that the book was read from; made when absent, replaced only by a whole one.
    book : ProposalBook
        As it was read, and one event more.

    Raises
    ------
    InputError
        The file has other events by now than the book had, or the disk refuses.
    """
    path = Path(path)
    before = read_proposal_book(path).events
    if not before.equals(book.events.head(book.events.height - 1)):
        raise InputError(
            f"{path.name} has changed since it was read: somebody else wrote to it. Look at what "
            "is new, and say it again."
        )
    data = path.read_bytes() if path.exists() else b""
    if data and not data.endswith(b"\n"):
        data += b"\n"
    write_whole(path, data + (_tell_last(book) + "\n").encode())


def _tell_last(book: ProposalBook) -> str:
    record = book.events.row(-1, named=True)
    if record["event"] == Status.PROPOSED:
        own = book.proposals.filter(pl.col("proposal_id") == record["proposal_id"])
        record |= own.row(0, named=True)
    told = {name: value for name, value in record.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, default=lambda value: value.isoformat())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.exists():
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as UTF-8 text: {error}.") from error
    # not splitlines: a text may hold separators that JSON leaves as they are
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _read_line(line: str) -> dict[str, Any]:
    """Return a line's values, times and days read; what is wrong with it as one error."""
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise InputError("It is no JSON object. Take back the file as it was written.")
    is_first = record.get("event") == Status.PROPOSED
    needed = (*_EVENT_KEYS, *(_PROPOSAL_KEYS if is_first else ()))
    check_faults(
        "It",
        [f"{key} is missing or no text." for key in needed if not isinstance(record.get(key), str)],
    )
    try:
        record["event"] = Status(record["event"])
        record["time"] = datetime.fromisoformat(record["time"]).astimezone(UTC)
        if is_first:
            record["made_on"] = date.fromisoformat(record["made_on"])
    except ValueError as error:
        raise InputError(f"It cannot be understood: {error}.") from error
    return record


def _proposal(record: dict[str, Any]) -> Proposal:
    names = ("proposal_id", "made_on", "by_role", "service", "about", "text", "why")
    return Proposal(**{name: record[name] for name in names})


def _add(events: pl.DataFrame, record: dict[str, Any]) -> pl.DataFrame:
    """Return the events with one that is no proposal."""
    proposal_id, event = record["proposal_id"], record["event"]
    said = Said(time=record["time"], by_role=record["by_role"], text=record["text"])
    if event in DECISIONS:
        return decide(events, proposal_id, event, said)
    if event not in TOLD:
        before, after = (str(record.get(key) or "") for key in ("before", "after"))
        return note_effect(events, proposal_id, said, before, after)
    told = reply(events, proposal_id, said)
    if told["event"][-1] != event:
        raise InputError(
            f"Proposal {proposal_id} is {told['event'][-1]} by its decision, and the line says "
            f"{event}. Take back the file as it was written."
        )
    return told
