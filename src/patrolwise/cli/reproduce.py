"""`patrolwise reproduce`: whether results come out again, to the byte."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise reproduce report/results.json
  patrolwise reproduce report/results.json --programme programme.toml
  patrolwise reproduce report/results.json --quick
The programme is looked for by its name: beside the results, in the folder above, and here.
Exit code 1: something differs; each difference is listed with its path, then and now.
--quick runs nothing: it only checks the hash in the file. That finds a slip, not a forger."""

DIFFERENT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("results", type=a_path, help="the results file (results.json)")
    parser.add_argument("--programme", type=a_path, help="the programme file (TOML)")
    parser.add_argument("--quick", action="store_true", help="check the file's own hash only")


def run(args: argparse.Namespace) -> int:
    """Make the results again and compare; return the exit code."""
    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.errors import InputError
    from patrolwise.study.evaluation import STEPS
    from patrolwise.study.reproducing import look_at_results, reproduce_results
    from patrolwise.study.reproduction_lines import describe_reproduction, summarise_reproduction

    if args.quick and args.programme:
        raise InputError("--quick runs nothing, so it takes no --programme. Leave out one of them.")
    if args.quick:
        found = look_at_results(args.results)
    else:
        with steps(STEPS) as step:
            found = reproduce_results(args.results, args.programme, progress=step)
    if args.json:
        say_json(summarise_reproduction(found))
    else:
        say(describe_reproduction(found, args.results.name))
    return 0 if found.is_reproduced else DIFFERENT
