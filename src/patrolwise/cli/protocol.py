"""`patrolwise protocol`: a plan that is dated and hashed before the data come."""

import argparse

from patrolwise.cli.arguments import a_path

ACTIONS = {
    "freeze": "write the plan of a programme, dated and hashed; never over a file",
    "check": "what has changed since: patrolwise protocol check PROTOCOL PROGRAMME",
}
EXAMPLES = (
    """actions:
"""
    + "\n".join(f"  {name:7} {what}" for name, what in ACTIONS.items())
    + """

examples:
  patrolwise protocol freeze programme.toml --out protocol.json --by "A. Analyst"
  patrolwise protocol check protocol.json programme.toml
Publish the hash that freeze prints. Exit code 1 of check: a change that nobody declared."""
)
UNDECLARED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=tuple(ACTIONS), help="what to do, see below")
    parser.add_argument(
        "files",
        type=a_path,
        nargs="+",
        metavar="FILE",
        help="freeze: the programme (TOML); check: the protocol, then the programme",
    )
    parser.add_argument("--out", type=a_path, help="freeze: file to write")
    parser.add_argument("--by", help="freeze: who freezes it")


def run(args: argparse.Namespace) -> int:
    """Freeze or check; return the exit code."""
    _check_arguments(args)
    return _freeze(args) if args.action == "freeze" else _check(args)


def _check_arguments(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    faults = []
    if args.action == "freeze":
        if len(args.files) != 1:
            faults.append("freeze takes one file: the programme.")
        if args.out is None:
            faults.append("freeze needs --out, the file to write.")
        if not (args.by or "").strip():
            faults.append("freeze needs --by: the protocol says who froze it.")
    else:
        if len(args.files) != 2:
            faults.append("check takes two files: the protocol, then the programme.")
        if args.out is not None or args.by is not None:
            faults.append("--out and --by go with freeze only.")
    check_faults("arguments", faults)


def _freeze(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from patrolwise.cli.output import say, say_json
    from patrolwise.files.protocols import check_unwritten, write_protocol
    from patrolwise.study.protocol_lines import describe_protocol
    from patrolwise.study.protocol_plan import freeze_programme
    from patrolwise.study.reading import read_programme

    check_unwritten(args.out)
    programme = read_programme(args.files[0])
    now = datetime.now(UTC)
    protocol = freeze_programme(programme, by=args.by, now=now, days=programme.patrol_days)
    write_protocol(args.out, protocol)
    if args.json:
        say_json({**protocol.document, "sha256": protocol.sha256})
    else:
        say(f"{describe_protocol(protocol)}\nWritten: {args.out}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from patrolwise.cli.output import say, say_json
    from patrolwise.evaluation.protocol import check_date_of_freezing, find_plan_changes
    from patrolwise.files.protocols import read_protocol
    from patrolwise.study.protocol_lines import describe_changes, summarise_changes
    from patrolwise.study.protocol_plan import plan_programme
    from patrolwise.study.reading import read_programme

    protocol = read_protocol(args.files[0])
    check_date_of_freezing(protocol, datetime.now(UTC))
    programme = read_programme(args.files[1])
    plan, _ = plan_programme(programme, programme.patrol_days)
    changes = find_plan_changes(protocol.plan, plan, programme.protocol.changes)
    if args.json:
        say_json(summarise_changes(protocol, changes))
    else:
        say(describe_changes(protocol, changes, programme.protocol.changes))
    return UNDECLARED if any(change.declared is None for change in changes) else 0
