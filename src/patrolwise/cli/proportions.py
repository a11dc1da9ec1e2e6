"""`patrolwise proportions`: whether forces' shares of something stand out among forces."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise proportions charged.csv --title "Robbery charged, of robbery recorded" --good up \\
      --period 2023/24 --force Leicestershire --out pack/
The file has the columns force, period, events and of: how many of how many, such as 120 charged
of 1,480 recorded. Its periods are financial years (2023/24) or quarters (2023/24 Q2)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("file", type=a_path, help="form: force, period, events, of")
    parser.add_argument("--title", required=True, help="what the share is of what")
    parser.add_argument(
        "--good", required=True, choices=("up", "down", "neutral"), help="which way is good"
    )
    parser.add_argument("--period", default="", help="default: the newest in the file")
    parser.add_argument("--force", default="", help="the force that the pack looks at")
    parser.add_argument("--similar", type=a_path, help="form: force, similar")
    parser.add_argument("--out", type=a_path, help="folder for proportions.json and reports")


def run(args: argparse.Namespace) -> int:
    """Compare, write and report; return the exit code."""
    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.reporting.proportion_document import summarise_proportions
    from patrolwise.study.proportion_writing import PROPORTION_WRITING_STEPS, write_proportions
    from patrolwise.study.proportions import (
        PROPORTION_STEPS,
        ProportionRequest,
        compare_proportions,
    )
    from patrolwise.study.writing import make_plain

    request = ProportionRequest(
        file=args.file,
        title=args.title,
        direction_good=args.good,
        period=args.period,
        force=args.force,
        similar=args.similar,
    )
    with steps(PROPORTION_STEPS + (PROPORTION_WRITING_STEPS if args.out else 0)) as step:
        results = compare_proportions(request, progress=step)
        if args.out:
            write_proportions(results, args.out, progress=step)
    if args.json:
        say_json(make_plain(results))
    else:
        say(summarise_proportions(results))
    return 0
