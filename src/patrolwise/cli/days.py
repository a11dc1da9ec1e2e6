"""`patrolwise days`: crime on days with patrol against days without."""

import argparse
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_date, a_path

if TYPE_CHECKING:
    from patrolwise.study.day_study import DayRequest

EXAMPLES = """examples:
  patrolwise days programme.toml --out report/
  patrolwise days crimes.csv --mapping force.toml --areas hot-spots.geojson \\
      --doses report/doses.csv --service police --definition all-crime --hours 14 20
  patrolwise days crimes.csv --mapping force.toml --areas hot-spots.geojson --doses doses.csv \\
      --service police --definition all-crime --seal seal/sealed.json \\
      --published public/ --out report/
A programme.toml alone is compared as its [[patrol_days]] say; it goes with --out and --json.
Crimes need times: open data, which has months only, is refused."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "files", type=a_path, nargs="+", help="crime files with times; or one programme.toml"
    )
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force's export")
    parser.add_argument("--areas", type=a_path, help="hot spot set, or GeoJSON of areas")
    parser.add_argument("--doses", type=a_path, nargs="+", help="doses.csv of patrolwise dose")
    parser.add_argument("--service", help="whose patrols")
    parser.add_argument("--definition", help="which crimes count: id or id@version")
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
    parser.add_argument(
        "--events", type=a_path, help="table of days that were not like others: day,event"
    )
    parser.add_argument("--harm", action="store_true", help="weigh by offence codes too")
    parser.add_argument("--seed", type=int, default=1, help="of exchanges and draws")
    parser.add_argument("--out", type=a_path, help="folder for days.json and reports")


def run(args: argparse.Namespace) -> int:
    """Compare, write and report; return the exit code."""
    return _run_programme(args) if _is_programme(args) else _run_files(args)


def _is_programme(args: argparse.Namespace) -> bool:
    return len(args.files) == 1 and args.files[0].suffix.casefold() == ".toml"


def _run_programme(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.reporting.day_wording import tell_days, tell_refused
    from patrolwise.study.day_writing import WRITING_STEPS, write_programme_days
    from patrolwise.study.programme_days import PROGRAMME_STEPS, study_programme_days
    from patrolwise.study.reading import read_programme
    from patrolwise.study.writing import make_plain

    _check_alone(args)
    programme = read_programme(args.files[0])
    written: tuple[object, ...] = ()
    with steps(PROGRAMME_STEPS + (WRITING_STEPS if args.out else 0)) as step:
        found, faults = study_programme_days(programme, programme.patrol_days, progress=step)
        if args.out:
            written = write_programme_days(found, programme.title, args.out, progress=step)
    if args.json:
        say_json(make_plain(found))
    else:
        told = [tell_days(one) for one in found.results] + [
            tell_refused(one) for one in found.refused
        ]
        told.append("\n".join(f"Written: {path}" for path in written))
        say("\n\n".join(one for one in told if one))
    return say_faults("days", faults)


def _run_files(args: argparse.Namespace) -> int:
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

    _check_files(args)
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
        events=args.events,
        seed=args.seed,
    )


def _check_files(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    needed = ("areas", "doses", "service", "definition")
    faults = [f"--{name} is missing." for name in needed if getattr(args, name) is None]
    if faults:
        faults.append("Give them, or a programme.toml alone.")
    check_faults("arguments", faults)


def _check_alone(args: argparse.Namespace) -> None:
    """Raise where an option would be passed over: the programme says it all."""
    from patrolwise.errors import check_faults

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    own = ("files", "out", "json", "command", "help")
    faults = [
        f"--{name.replace('_', '-')} goes with crime files; a programme has it in [[patrol_days]]."
        for name, value in vars(args).items()
        if name not in own and value != parser.get_default(name)
    ]
    check_faults("arguments", faults)
