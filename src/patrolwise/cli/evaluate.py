"""`patrolwise evaluate`: a programme before and after, or two numbers alone."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_path

if TYPE_CHECKING:
    from patrolwise.study.evaluation import Evaluation

EXAMPLES = """examples:
  patrolwise evaluate programme.toml --out report/
  patrolwise evaluate --counts 416 252
  patrolwise evaluate --counts 416 252 --harm 60314 38421
  patrolwise evaluate --counts 102 150 --days 94 235"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("programme", type=a_path, nargs="?", help="the programme file (TOML)")
    parser.add_argument("--out", type=a_path, help="folder for results.json and the reports")
    for name, kind, told in (
        ("--counts", int, "two crime counts, with no data"),
        ("--harm", float, "with --counts: two harm scores"),
        ("--days", float, "with --counts: days of each, if unequal"),
    ):
        parser.add_argument(name, type=kind, nargs=2, metavar=("BEFORE", "AFTER"), help=told)


def run(args: argparse.Namespace) -> int:
    """Evaluate; return the exit code."""
    _check_arguments(args)
    return _run_counts(args) if args.counts else _run_programme(args)


def _check_arguments(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    faults = []
    if (args.programme is None) == (args.counts is None):
        faults.append("Give either a programme file or --counts BEFORE AFTER.")
    if args.counts is None and (args.harm or args.days):
        faults.append("--harm and --days go with --counts only.")
    if args.programme is not None and args.counts is None and args.out is None:
        faults.append("Give --out FOLDER for the results and reports.")
    if args.counts and args.out:
        faults.append("--out goes with a programme file; --counts only prints.")
    check_faults("arguments", faults)


def _run_counts(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.two_numbers import describe_two_numbers, evaluate_two_numbers

    found = evaluate_two_numbers(
        tuple(args.counts),
        harm=tuple(args.harm) if args.harm else None,
        days=tuple(args.days) if args.days else (1.0, 1.0),
    )
    if args.json:
        say_json(found)
    else:
        say(describe_two_numbers(found))
    return 0


def _run_programme(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import steps
    from patrolwise.study.evaluation import STEPS, run_evaluation
    from patrolwise.study.reading import read_programme
    from patrolwise.study.writing import WRITING_STEPS, write_results

    programme = read_programme(args.programme)
    with steps(STEPS + WRITING_STEPS) as step:
        evaluated = run_evaluation(programme, progress=step)
        written = write_results(evaluated.results, args.out, progress=step)
    return say_evaluation("evaluate", evaluated, written, args.json)


def say_evaluation(
    command: str, evaluated: "Evaluation", written: Sequence[Path], as_json: bool
) -> int:
    """Say the findings, the files written and the faults; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json
    from patrolwise.reporting.summaries import summarise_results
    from patrolwise.study.writing import results_document

    if as_json:
        say_json(results_document(evaluated.results))
    else:
        say(summarise_results(evaluated.results))
        say("\n".join(["", "Written:", *(f"  {path}" for path in written)]))
    return say_faults(command, evaluated.faults)
