"""`patrolwise claims`: whether what a text says is borne out by a results file."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise claims press-release.txt --results report/results.json
  patrolwise claims *.md --results report/results.json --json
Each number is supported, wrong, could be chance, undefined, or told with a causal word that the
design cannot bear; with each comes a wording that would be true. Plain text and Markdown are read.
Exit code 1: something is wrong."""

WRONG = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", metavar="FILE", help="texts to check")
    parser.add_argument(
        "--results", type=a_path, required=True, help="the results file (results.json)"
    )


def run(args: argparse.Namespace) -> int:
    """Check the texts; return the exit code."""
    from patrolwise.claims.claim_lines import describe_claims
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.claim_check import check_claims, summarise_claims

    report = check_claims(args.files, args.results)
    if args.json:
        say_json(summarise_claims(report))
    else:
        say(describe_claims(report))
    return WRONG if report.is_wrong else 0
