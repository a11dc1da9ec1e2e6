"""`patrolwise dose`: what patrols delivered against what was decided, the whole study."""

import argparse

from patrolwise.cli.arguments import a_date, a_path

EXAMPLES = """examples:
  patrolwise dose programme.toml --out report/
  patrolwise dose programme.toml --day 2024-06-13
  patrolwise dose programme.toml --out report/ --day 2024-06-13 --tracks
  patrolwise dose programme.toml --first 2024-06-03 --last 2024-06-09 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("programme", type=a_path, help="the programme file (TOML)")
    parser.add_argument("--out", type=a_path, help="folder for patrols.json, reports and tables")
    parser.add_argument("--day", type=a_date, help="one patrol day, hot spots that are short first")
    parser.add_argument(
        "--tracks",
        action="store_true",
        help="show where staff went that day, in report and JSON; for supervisors only",
    )
    parser.add_argument("--first", type=a_date, help="first patrol day, ISO; default: the file's")
    parser.add_argument("--last", type=a_date, help="last patrol day, ISO; default: the file's")


def run(args: argparse.Namespace) -> int:
    """Study the patrols, write and report; return the exit code."""
    from datetime import UTC, datetime

    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.errors import InputError
    from patrolwise.reporting.patrol_summaries import summarise_patrols
    from patrolwise.study.patrol_days import describe_day, tell_day
    from patrolwise.study.patrol_measures import measure_patrols
    from patrolwise.study.patrol_study import PATROL_STEPS, describe_patrols
    from patrolwise.study.patrol_writing import WRITING_STEPS, write_patrols
    from patrolwise.study.reading import read_patrol_programme
    from patrolwise.study.writing import make_plain

    if args.tracks and not (args.out or args.json):
        raise InputError("--tracks goes with --out FOLDER or --json: the summary draws no map.")
    programme = read_patrol_programme(args.programme).between(args.first, args.last)
    written: tuple[object, ...] = ()
    with steps(PATROL_STEPS + (WRITING_STEPS if args.out else 0)) as step:
        tables = measure_patrols(programme, progress=step, now=datetime.now(UTC))
        step("Putting it together")
        results = describe_patrols(tables, args.day, with_tracks=args.tracks)
        if args.out:
            written = write_patrols(results, tables, args.out, progress=step)
    if args.json:
        say_json(describe_day(results, args.day) if args.day else make_plain(results))
    else:
        say(tell_day(results, args.day) if args.day else summarise_patrols(results))
        if written:
            say("\n".join(["", "Written:", *(f"  {path}" for path in written)]))
    return say_faults("dose", tables.sources.faults)
