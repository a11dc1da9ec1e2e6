"""`patrolwise update`: the public update on a quarter, its text held against its figures."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise update programme.toml --quarter 2024-Q2 --out update/
  patrolwise update programme.toml --quarter 2024-Q2 --text partners.md --out update/
At most six figures, each with counts, change, interval and a plain verdict. It is refused
where the text says what the figures do not bear out, or where no second person approved it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("programme", type=a_path, help="the programme file (TOML), with [returns]")
    parser.add_argument("--quarter", required=True, help="such as 2024-Q2")
    parser.add_argument("--version", type=int, dest="version_of", help="default: the newest")
    parser.add_argument("--text", type=a_path, help="what the partners say: text or Markdown")
    parser.add_argument("--out", type=a_path, required=True, help="folder")


def run(args: argparse.Namespace) -> int:
    """Make the update; return the exit code."""
    from patrolwise.cli.output import say, say_json
    from patrolwise.reporting.quarter_figures import describe_figures
    from patrolwise.study.public_update import describe_update, make_update, write_update
    from patrolwise.study.reading import read_return_programme

    programme = read_return_programme(args.programme)
    update = make_update(programme, args.quarter, args.version_of, args.text)
    written = write_update(update, args.out)
    if args.json:
        say_json(describe_update(update))
    else:
        named = ", ".join(path.name for path in written)
        say(f"{describe_figures(update.found)}\n\nWritten: {args.out}: {named}")
    return 0
