"""Changes of a plan from the command line: proposed, decided, answered, in effect, and listed."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_count, a_path

if TYPE_CHECKING:
    from patrolwise.study.plan_proposals import Saying
    from patrolwise.study.planning_programme import PlanProgramme

# action → the options that it cannot do without
NEEDED = {
    "propose": ("by", "service", "about", "text", "why"),
    "decide": ("id", "by", "decision", "why"),
    "reply": ("id", "by", "text"),
    "effect": ("id", "by", "text", "before", "after"),
    "proposals": (),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what proposals take."""
    own = parser.add_argument_group("proposals")
    own.add_argument("--by", help="who says it: a role or a staff code, never a name")
    own.add_argument("--id", help="of the proposal; propose: the next free number")
    own.add_argument("--service", help="propose: the service of who proposes")
    own.add_argument("--about", help="propose: 'hot spot', shift, dose, window or separation")
    own.add_argument("--text", help="what is proposed, told, or changed; no word about persons")
    own.add_argument("--why", help="propose, decide: the reason; no word about persons")
    own.add_argument("--decision", help="decide: accepted, changed or refused")
    own.add_argument("--before", help="effect: plan id or dose before it")
    own.add_argument("--after", help="effect: plan id or dose after it")
    own.add_argument(
        "--within-days",
        type=a_count,
        default=14,
        help="proposals: days in which a reply is owed (default: %(default)s)",
    )
    own.add_argument(
        "--book", type=a_path, help="file of the proposals (default: beside the programme)"
    )


def run(args: argparse.Namespace) -> int:
    """Do what was asked of proposals; return the exit code."""
    from patrolwise.study.reading import read_plan_programme

    programme = read_plan_programme(args.file)
    return (_list if args.action == "proposals" else _add)(args, programme)


def _book(args: argparse.Namespace) -> Path:
    from patrolwise.study.plan_proposals import BOOK

    return args.book or Path(args.file).parent / BOOK


def _saying(args: argparse.Namespace) -> "Saying":
    from datetime import UTC, datetime

    from patrolwise.study.plan_changes import read_local_time
    from patrolwise.study.plan_proposals import Saying

    at = read_local_time(args.at) if args.at else datetime.now(UTC).replace(microsecond=0)
    return Saying(by=args.by or "", at=at, proposal_id=args.id or "")


def _add(args: argparse.Namespace, programme: "PlanProgramme") -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.study import plan_proposals as book

    path, saying = _book(args), _saying(args)
    proposal_id, status = saying.proposal_id, "proposed"
    if args.action == "propose":
        given = {name: getattr(args, name) for name in ("service", "about", "text", "why")}
        proposal_id = book.make_proposal(programme, path, saying, given)
    elif args.action == "decide":
        status = book.decide_proposal(programme, path, saying, args.decision, args.why)
    elif args.action == "reply":
        status = book.reply_to_proposal(programme, path, saying, args.text)
    else:
        change = (args.before, args.after)
        status = book.note_proposal_effect(programme, path, saying, args.text, change)
    if args.json:
        say_json(
            {
                "schema": "patrolwise.proposal-event/1",
                "proposal_id": proposal_id,
                "status": str(status),
                "written": str(path),
            }
        )
    else:
        say(f"Proposal {proposal_id}: {status}. Written to {path}")
    return 0


def _list(args: argparse.Namespace, programme: "PlanProgramme") -> int:
    from dataclasses import asdict
    from zoneinfo import ZoneInfo

    from patrolwise.cli.output import say, say_json
    from patrolwise.files.proposal_files import read_proposal_book
    from patrolwise.study.plan_proposals import list_proposals, tell_proposals
    from patrolwise.study.planning_programme import LOCAL

    today = _saying(args).at.astimezone(ZoneInfo(LOCAL)).date()
    states = list_proposals(read_proposal_book(_book(args)), today, args.within_days)
    if args.json:
        say_json(
            {
                "schema": "patrolwise.proposals/1",
                "title": programme.title,
                "today": today,
                "proposals": [asdict(one) for one in states],
            }
        )
    else:
        say(tell_proposals(states))
    return 0
