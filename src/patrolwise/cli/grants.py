"""`patrolwise grants`: check a round of grants, and publish its awards as open data."""

import argparse

from patrolwise.cli.arguments import a_date, a_path

EXAMPLES = """actions:
  check    whether the forms of a round can be, how far it has come, what is due and what is held
  publish  its awards by the 360Giving Data Standard; nothing about a person is in them

examples:
  patrolwise grants check round-2026/
  patrolwise grants check round-2026/ --on 2026-11-01
  patrolwise grants publish round-2026/ --out grants.json
The folder holds round.toml, applications.csv and what there is of assessments, moderations, awards,
instalments, reports and payments. See docs/how-to/run-a-grant-round.md."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=("check", "publish"), help="what to do, see below")
    parser.add_argument("folder", type=a_path, metavar="FOLDER", help="the round's forms")
    parser.add_argument(
        "--on", type=a_date, help="check: the day, ISO; default: the last day in the forms"
    )
    parser.add_argument("--out", type=a_path, help="publish: file to write")
    parser.add_argument("--issued", type=a_date, help="publish: the day of publication, ISO")
    parser.add_argument("--source", help="publish: the web address where the awards will stand")


def run(args: argparse.Namespace) -> int:
    """Check a round or publish its awards; return the exit code."""
    from patrolwise.errors import check_faults

    is_check = args.action == "check"
    faults = [] if is_check or args.out else ["publish needs --out."]
    unfit = ("out", "issued", "source") if is_check else ("on",)
    faults += [f"--{name} does not go with {args.action}." for name in unfit if getattr(args, name)]
    check_faults("arguments", faults)
    return _check(args) if is_check else _publish(args)


def _check(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.files.grant_folder import read_grant_folder
    from patrolwise.study.grant_checking import (
        check_grants,
        describe_grants,
        latest_day,
        tell_grants,
    )

    folder = read_grant_folder(args.folder)
    checked = check_grants(folder, args.on or latest_day(folder))
    if args.json:
        say_json(describe_grants(checked))
    else:
        say(tell_grants(checked))
    return 0


def _publish(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.files.giving_360 import write_giving_360
    from patrolwise.files.grant_folder import read_grant_folder
    from patrolwise.study.grant_checking import check_grants, gather_grants, latest_day

    folder = read_grant_folder(args.folder)
    check_grants(folder, latest_day(folder))  # what cannot be is not published
    awards = write_giving_360(gather_grants(folder), args.out, args.issued, args.source or "")
    if args.json:
        say_json({"awards": awards, "written": str(args.out)})
    else:
        say(f"Awards: {awards}. Written: {args.out}. Try it at 360Giving's Data Quality Tool too.")
    return 0
