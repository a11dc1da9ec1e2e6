"""`patrolwise cost`: what a minute in hot spots cost each service, with its interval."""

import argparse

from patrolwise.cli.arguments import a_date, a_path

EXAMPLES = """examples:
  patrolwise cost programme.toml
  patrolwise cost programme.toml --first 2024-06-03 --last 2024-06-30 --json
Minutes and pounds must be of the same days: a ledger that covers others is refused."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("programme", type=a_path, help="the programme file (TOML)")
    parser.add_argument("--first", type=a_date, help="first patrol day, ISO; default: the file's")
    parser.add_argument("--last", type=a_date, help="last patrol day, ISO; default: the file's")


def run(args: argparse.Namespace) -> int:
    """Divide pounds by minutes and report; return the exit code."""
    from datetime import UTC, datetime

    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.study.patrol_cost_lines import describe_costs, summarise_costs
    from patrolwise.study.patrol_costs import cost_services
    from patrolwise.study.patrol_measures import MEASURING_STEPS, measure_patrols
    from patrolwise.study.reading import read_patrol_programme

    programme = read_patrol_programme(args.programme).between(args.first, args.last)
    with steps(MEASURING_STEPS) as step:
        tables = measure_patrols(programme, progress=step, now=datetime.now(UTC))
    study = cost_services(tables)
    if args.json:
        say_json(summarise_costs(tables, study))
    else:
        say(describe_costs(tables, study))
    return say_faults("cost", tables.sources.faults)
