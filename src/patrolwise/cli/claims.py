"""`patrolwise claims`: whether what a text says is borne out by results files."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise claims press-release.docx --results report/results.json
  patrolwise claims *.md --results report/results.json days/days.json --json
  patrolwise claims release.txt --results report/results.json \\
      --results patrols/report/patrols.json
Each number, and each "fell" or "rose", is supported, wrong, could be chance,
undefined, or told with a causal word that the design cannot bear; with each
comes how the figure was got, and a wording that would be true. Plain text,
Markdown, .docx and .odt are read. Results are those of evaluate (results.json),
days (days.json), dose (patrols.json) and cost --json.
Exit codes:
  0   nothing is wrong; a claim may be undefined, or could be chance
  1   something is wrong
  2   the command line is wrong
  10  a file cannot be read
  11  a results file is not as it was written"""

WRONG = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", metavar="FILE", help="texts to check")
    parser.add_argument(
        "--results",
        type=a_path,
        nargs="+",
        action="extend",
        required=True,
        metavar="RESULTS",
        help="results files (results.json, days.json, patrols.json); may be given again",
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
