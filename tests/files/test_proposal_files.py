"""The file of proposals: what is said is added, and what was said stays as it is."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.proposal_files import (
    ProposalBook,
    append_to_proposal_book,
    read_proposal_book,
)
from patrolwise.planning.proposals import (
    Proposal,
    Said,
    Status,
    decide,
    note_effect,
    propose,
    reply,
    tabulate_proposals,
)

NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)


def proposal(proposal_id="p1", **changes):
    given = {
        "made_on": NOON.date(), "by_role": "constable", "service": "police", "about": "dose",
        "text": "Two visits\u2028a day", "why": "One is not seen.\nNor is a second.", **changes,
    }  # fmt: skip
    return Proposal(proposal_id=proposal_id, **given)


def said(hours, text="As is said."):
    return Said(time=NOON + timedelta(hours=hours), by_role="sergeant", text=text)


def proposed(book, made):
    rows = pl.concat([book.proposals, tabulate_proposals([made])])
    return ProposalBook(proposals=rows, events=propose(book.events, made, NOON))


def whole_story(path):
    """Write one proposal from its start to its effect, and another that is refused."""
    book = ProposalBook()
    for name in ("p1", "p2"):
        book = proposed(book, proposal(name))
        append_to_proposal_book(path, book)
    steps = (
        lambda events: decide(events, "p1", Status.CHANGED, said(1)),
        lambda events: decide(events, "p2", Status.REFUSED, said(2)),
        lambda events: reply(events, "p1", said(3)),
        lambda events: reply(events, "p2", said(4)),
        lambda events: note_effect(events, "p1", said(5), "1 x 40", "2 x 20"),
    )
    for step in steps:
        book = ProposalBook(proposals=book.proposals, events=step(book.events))
        append_to_proposal_book(path, book)
    return book


def test_a_file_that_is_not_there_is_a_book_without_proposals(tmp_path):
    book = read_proposal_book(tmp_path / "none.jsonl")
    assert (book.proposals.height, book.events.height) == (0, 0)


def test_what_is_written_is_read_back_and_lines_are_only_added(tmp_path):
    path = tmp_path / "book.jsonl"
    book = whole_story(path)
    again = read_proposal_book(path)
    assert again.events.equals(book.events)
    assert again.proposals.equals(book.proposals)
    lines = path.read_bytes().split(b"\n")
    assert (len(lines), lines[-1]) == (8, b"")
    before = path.read_bytes()
    append_to_proposal_book(path, proposed(again, proposal("p3")))
    assert path.read_bytes().startswith(before)
    assert [one.name for one in tmp_path.iterdir()] == ["book.jsonl"]


def test_a_file_without_a_last_line_break_and_with_blank_lines_is_added_to(tmp_path):
    path = tmp_path / "book.jsonl"
    append_to_proposal_book(path, proposed(ProposalBook(), proposal()))
    path.write_bytes(b"\n" + path.read_bytes().rstrip())
    append_to_proposal_book(path, proposed(read_proposal_book(path), proposal("p2")))
    assert read_proposal_book(path).proposals["proposal_id"].to_list() == ["p1", "p2"]


def test_a_file_that_somebody_else_wrote_to_meanwhile_is_left_as_it_is(tmp_path):
    path = tmp_path / "book.jsonl"
    append_to_proposal_book(path, proposed(ProposalBook(), proposal("mine")))
    before = path.read_bytes()
    with pytest.raises(InputError, match="somebody else wrote to it"):
        append_to_proposal_book(path, proposed(ProposalBook(), proposal("late")))
    assert path.read_bytes() == before


def test_every_line_that_is_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "book.jsonl"
    append_to_proposal_book(path, proposed(ProposalBook(), proposal()))
    good = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        json.dumps(good),
        "no json",
        "[]",
        json.dumps({**good, "proposal_id": "p2", "made_on": 3, "why": None}),
        json.dumps({**good, "event": "liked"}),
        json.dumps({**good, "proposal_id": "p3", "made_on": "soon"}),
        json.dumps({**good, "proposal_id": "p4", "about": "weather"}),
        json.dumps(good),
        json.dumps(good | {"event": "accepted"}),  # of a proposal that is spoilt already
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_proposal_book(path)
    told = str(caught.value)
    assert "book.jsonl: 7 faults." in told
    for part in (
        "Line 2: It is no JSON object.",
        "Line 3: It is no JSON object.",
        "made_on is missing or no text.",
        "why is missing or no text.",
        "Line 5: It cannot be understood: 'liked' is not a valid Status",
        "Line 6: It cannot be understood: Invalid isoformat string: 'soon'",
        "Line 7: Proposal p4: It is about 'weather'.",
        "Line 8: There is a proposal p1 already.",
    ):
        assert part in told, part


def test_a_history_in_which_a_line_was_taken_out_or_changed_is_refused(tmp_path):
    path = tmp_path / "book.jsonl"
    whole_story(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(len(lines) - 2):  # the last of each proposal could be missing
        short = "".join(line for n, line in enumerate(lines) if n != number)
        path.write_text(short, encoding="utf-8")
        with pytest.raises(InputError, match="Line "):
            read_proposal_book(path)
    path.write_text("".join(lines).replace("told of change", "told of refusal"), encoding="utf-8")
    with pytest.raises(InputError, match="is told of change by its decision, and the line says"):
        read_proposal_book(path)


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "book.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="cannot be read as UTF-8 text"):
        read_proposal_book(tmp_path / "book.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        read_proposal_book(tmp_path)
