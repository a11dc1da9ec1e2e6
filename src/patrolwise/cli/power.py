"""`patrolwise power`: before the start, which falls an experiment finds and how many weeks."""

import argparse
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_count, a_date, a_path

if TYPE_CHECKING:
    from patrolwise.planning.power_tables import PowerGrid, PowerPlan
    from patrolwise.study.power_study import CrimeLevel

EXAMPLES = """examples:
  patrolwise power --crimes-a-day 0.4 --dispersion 2
  patrolwise power --crimes-a-day 0.4 --hot-spots 7 20 50 --weeks 12 26 52 --shares 0.25 0.5
  patrolwise power --crimes-a-day 0.4 --lasting 1 0.5 --washout 2 --spell-days 5
  patrolwise power --crimes-a-day 0.4 --harm-mix 1:0.6 10:0.37 500:0.03 --hot-spots 20
  patrolwise power --crimes street/ --areas seven.geojson --first 2021-01-01 --last 2021-12-31 \\
      --out power/
Days are drawn by lot (patrolwise plan allocate) and compared by it (patrolwise days)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    level = parser.add_argument_group("how much crime there is: give a figure, or crimes and areas")
    level.add_argument("--crimes-a-day", type=float, help="of a hot spot on a working day")
    level.add_argument(
        "--dispersion", type=float, help="variance over mean (default: 1.5, or as measured)"
    )
    level.add_argument("--crimes", type=a_path, nargs="+", help="crime files or folders")
    level.add_argument("--areas", type=a_path, help="the hot spots: a set or GeoJSON")
    level.add_argument("--first", type=a_date, help="first day to measure, ISO")
    level.add_argument("--last", type=a_date, help="last day to measure, ISO")
    level.add_argument("--definition", default="all-crime", help="default: %(default)s")
    level.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force export")
    size = parser.add_argument_group("sizes to look at")
    size.add_argument("--hot-spots", type=a_count, nargs="+", default=[7, 20], metavar="N")
    size.add_argument("--weeks", type=a_count, nargs="+", default=[12, 26, 52], metavar="N")
    size.add_argument(
        "--shares", type=float, nargs="+", default=[0.5], metavar="S", help="of days with patrol"
    )
    size.add_argument("--falls", type=float, nargs="+", default=[0.1, 0.2, 0.3, 0.4], metavar="F")
    size.add_argument("--days", type=a_count, default=5, help="a week on patrol (default: 5)")
    size.add_argument("--power", type=float, default=0.8, help="chance wanted (default: 0.8)")
    effect = parser.add_argument_group("what patrol does")
    effect.add_argument(
        "--lasting", type=float, nargs="+", default=[], metavar="S", help="share left on days after"
    )
    effect.add_argument("--washout", type=a_count, default=0, help="days left out after patrol")
    effect.add_argument("--spell-days", type=a_count, default=1, help="days drawn together")
    effect.add_argument("--delivered", type=float, default=1.0, help="share of planned days")
    effect.add_argument(
        "--harm-mix", type=a_harm_share, nargs="+", default=[], metavar="WEIGHT:SHARE",
        help="count harm: weights of crimes, each with its share",
    )  # fmt: skip
    effect.add_argument("--runs", type=a_count, default=300, help="simulated, for harm")
    effect.add_argument("--seed", type=a_count, default=1, help="default: %(default)s")
    parser.add_argument("--out", type=a_path, help="folder for the tables: CSV and JSON")


def a_harm_share(text: str) -> tuple[float, float]:
    """Return a harm weight and its share of crimes, written as 10:0.37."""
    weight, _, share = text.partition(":")
    try:
        return float(weight), float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write weight:share, such as 10:0.37") from None


def run(args: argparse.Namespace) -> int:
    """Find what can be found and report; return the exit code."""
    from dataclasses import replace

    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.planning.power_simulation import SimulationRule
    from patrolwise.study.power_study import (
        POWER_STEPS,
        find_study_power,
        record_power,
        tell_power,
        write_power,
    )

    level = _measure(args)
    plan, grid = _plan(args, level), _grid(args)
    rule = SimulationRule(runs=args.runs, draws=199, seed=args.seed)
    with steps(POWER_STEPS) as step:
        found = replace(find_study_power(plan, grid, rule, step), level=level)
    written = write_power(found, args.out) if args.out else ()
    if args.json:
        say_json(record_power(found))
    else:
        say("\n".join([tell_power(found), *(f"Written: {path}" for path in written)]))
    return 0


def _measure(args: argparse.Namespace) -> "CrimeLevel | None":
    from patrolwise.errors import check_faults
    from patrolwise.study.power_study import CrimeSource, measure_level
    from patrolwise.times import Window

    if args.crimes is None:
        faults = [] if args.crimes_a_day else ["Give --crimes-a-day, or --crimes with --areas."]
        check_faults("arguments", faults)
        return None
    needed = {"--areas": args.areas, "--first": args.first, "--last": args.last}
    faults = [f"--crimes needs {name}." for name, given in needed.items() if given is None]
    if args.crimes_a_day is not None:
        faults.append("Give --crimes-a-day or --crimes, not both.")
    check_faults("arguments", faults)
    return measure_level(
        CrimeSource(
            crimes=tuple(args.crimes),
            areas=args.areas,
            window=Window("before", args.first, args.last),
            definition=args.definition,
            mapping=args.mapping,
        )
    )


def _plan(args: argparse.Namespace, level: "CrimeLevel | None") -> "PowerPlan":
    from patrolwise.planning.power_tables import PowerPlan
    from patrolwise.study.power_study import mix_harms

    measured = 1.5 if level is None else level.dispersion
    return PowerPlan(
        crimes_a_day=args.crimes_a_day if level is None else level.crimes_a_day,
        dispersion=measured if args.dispersion is None else args.dispersion,
        harms=mix_harms(args.harm_mix) if args.harm_mix else (),
        days_a_week=args.days,
        washout_days=args.washout,
        lasting=tuple(args.lasting),
        spell_days=args.spell_days,
        delivered=args.delivered,
        power=args.power,
    )


def _grid(args: argparse.Namespace) -> "PowerGrid":
    from patrolwise.planning.power_tables import PowerGrid

    return PowerGrid(
        hot_spots=tuple(args.hot_spots),
        weeks=tuple(args.weeks),
        shares=tuple(args.shares),
        falls=tuple(args.falls),
    )
