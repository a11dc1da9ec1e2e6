"""`patrolwise demo`: the whole path on real crimes of Leicester city centre."""

import argparse
from pathlib import Path

from patrolwise.cli.arguments import a_path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out", type=a_path, default=Path("patrolwise-demo"), help="folder for the report"
    )


def run(args: argparse.Namespace) -> int:
    """Evaluate the shipped programme; return the exit code."""
    from patrolwise.cli.evaluate import evaluate_and_write
    from patrolwise.demo import demo_programme
    from patrolwise.study.reading import read_programme

    return evaluate_and_write("demo", read_programme(demo_programme()), args.out, args.json)
