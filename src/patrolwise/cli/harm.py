"""`patrolwise harm`: the harm of crimes, with coverage, range and what drives it."""

import argparse
import sys
from typing import Any

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise harm crimes.csv --mapping force.toml --weights cchi.xlsx --weights-version 2020-10
  patrolwise harm street/ --mix offence-mix.csv
Open data has no offence codes: its harm is an estimate from the force's own offence mix."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", help="crime files or folders")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force export")
    parser.add_argument(
        "--weights", type=a_path, help="Cambridge workbook (XLSX or CSV); shipped table when absent"
    )
    parser.add_argument("--weights-version", default="", help="its date, such as 2020-10")
    parser.add_argument("--mix", type=a_path, help="recorded offences by code, for open data (CSV)")


def run(args: argparse.Namespace) -> int:
    """Score the crimes; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.crimes import read_crimes
    from patrolwise.study.harm_scores import score_all
    from patrolwise.study.programme import HarmSource
    from patrolwise.study.weighing import read_weights

    with steps(2) as step:
        step("Reading crimes")
        read = read_crimes(args.files, mapping=args.mapping)
        step("Weighing them")
        source = HarmSource(
            weights_file=args.weights, version=args.weights_version, offence_mix=args.mix
        )
        weighed = read_weights(source, read.crimes)
        found = score_all(read.crimes, weighed.weights)
    if args.mix and not found["is_estimate"]:
        sys.stderr.write("patrolwise harm: --mix is not used: these crimes have offence codes.\n")
    if args.json:
        say_json(found)
    else:
        say(_describe(found))
    return say_faults("harm", [*read.quality.faults, *weighed.faults])


def _describe(found: dict[str, Any]) -> str:
    lines = [f"Harm score {found['total']:,.0f} days ({found['label']})"]
    if found["low"] < found["high"]:  # the shipped table has one row a code
        lines.append(
            f"  range {found['low']:,.0f} to {found['high']:,.0f}, as one code holds several "
            "offences"
        )
    if found["mix_low"] is not None:
        lines.append(
            f"  range {found['mix_low']:,.0f} to {found['mix_high']:,.0f} over the years' mixes"
        )
    lines += [
        f"  {found['crimes']:,} crimes, {found['coverage']:.1%} with a weight, "
        f"{found['left_out']:,} left out as found by police or shops",
        f"  {found['incidents']:,} anti-social behaviour incidents have no weight",
        f"  without the largest ({found['worst'] or 'none'}): {found['total_without_worst']:,.0f}",
        "",
        "What drives it:",
    ]
    lines += [_driver_line(driver) for driver in found["drivers"][:8]]
    return "\n".join(lines)


def _driver_line(driver: dict[str, Any]) -> str:
    days = driver["harm"] / driver["crimes"]
    counted = f"{driver['crimes']:>8,} × {days:>8,.1f}"
    return f"  {driver['name']:<44} {counted} = {driver['harm']:>12,.0f}"
