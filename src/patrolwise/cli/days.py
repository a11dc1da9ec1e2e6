"""`patrolwise days`: crime on days with patrol against days without."""

import argparse
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_date, a_path

if TYPE_CHECKING:
    from patrolwise.study.day_study import DayRequest

EXAMPLES = """examples:
  patrolwise days crimes.csv --mapping force.toml --areas hot-spots.geojson \\
      --doses report/doses.csv --service police --definition all-crime --hours 14 20
  patrolwise days crimes.csv --mapping force.toml --areas hot-spots.geojson --doses doses.csv \\
      --service police --definition all-crime --seal seal/sealed.json \\
      --published public/ --out report/
Crimes need times: open data, which has months only, is refused."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", help="crime files with times")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force's export")
    parser.add_argument(
        "--areas", type=a_path, required=True, help="hot spot set, or GeoJSON of areas"
    )
    parser.add_argument(
        "--doses", type=a_path, nargs="+", required=True, help="doses.csv of patrolwise dose"
    )
    parser.add_argument("--service", required=True, help="whose patrols")
    parser.add_argument("--definition", required=True, help="which crimes count: id or id@version")
    parser.add_argument("--first", type=a_date, help="first patrol day, ISO; default: the doses'")
    parser.add_argument("--last", type=a_date, help="last patrol day, ISO; default: the doses'")
    parser.add_argument(
        "--hours",
        type=int,
        nargs=2,
        metavar=("FROM", "UNTIL"),
        help="local hours: 14 20",
    )
    parser.add_argument(
        "--least-min", type=float, default=1.0, help="minutes from which a day counts as patrolled"
    )
    parser.add_argument(
        "--washout", type=int, default=2, help="days after patrol left out of one estimate"
    )
    parser.add_argument("--seal", type=a_path, help="sealed.json, where days were drawn by lot")
    parser.add_argument("--published", type=a_path, help="folder of what was published then")
    parser.add_argument("--harm", action="store_true", help="weigh by offence codes too")
    parser.add_argument("--seed", type=int, default=1, help="of exchanges and draws")
    parser.add_argument("--out", type=a_path, help="folder for days.json and reports")


def run(args: argparse.Namespace) -> int:
    """Compare, write and report; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.reporting.day_wording import tell_days
    from patrolwise.study.day_study import DAY_STEPS, study_days
    from patrolwise.study.day_writing import WRITING_STEPS, write_days
    from patrolwise.study.writing import make_plain

    request = _request(args)
    written: tuple[object, ...] = ()
    with steps(DAY_STEPS + (WRITING_STEPS if args.out else 0)) as step:
        results, faults = study_days(request, progress=step)
        if args.out:
            written = write_days(results, args.out, progress=step)
    if args.json:
        say_json(make_plain(results))
    else:
        say("\n".join([tell_days(results), *(f"Written: {path}" for path in written)]))
    return say_faults("days", faults)


def _request(args: argparse.Namespace) -> "DayRequest":
    from patrolwise.errors import InputError
    from patrolwise.evaluation.day_comparison import DayComparisonRule
    from patrolwise.study.day_study import DayRequest
    from patrolwise.study.programme import HarmSource
    from patrolwise.times import Window

    if (args.first is None) != (args.last is None):
        raise InputError("Give --first and --last together, or neither.")
    return DayRequest(
        crimes=tuple(args.files),
        areas=args.areas,
        doses=tuple(args.doses),
        definition=args.definition,
        rule=DayComparisonRule(
            service=args.service, least_min=args.least_min, washout_days=args.washout
        ),
        mapping=args.mapping,
        window=Window("days", args.first, args.last) if args.first else None,
        hours=tuple(args.hours) if args.hours else None,
        harm=HarmSource() if args.harm else None,
        seal=args.seal,
        published=args.published,
        seed=args.seed,
    )
