"""`patrolwise crimes`: what crime files hold, and what was dropped and why."""

import argparse
import dataclasses
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_path

if TYPE_CHECKING:
    from patrolwise.reporting.results import QualityLine

EXAMPLES = """examples:
  patrolwise crimes street/ --area force-area.geojson
  patrolwise crimes export.xlsx --mapping force.toml --out crimes.parquet"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", help="crime files or folders")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force export")
    parser.add_argument(
        "--area", type=a_path, help="the force area (GeoJSON), to count rows outside"
    )
    parser.add_argument("--out", type=a_path, help="write the table: .parquet or .csv")


def run(args: argparse.Namespace) -> int:
    """Read and report; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.areas import read_outline
    from patrolwise.files.crimes import read_crimes
    from patrolwise.files.table_files import check_table_path, write_table
    from patrolwise.study.quality_lines import describe_quality

    if args.out:
        check_table_path(args.out)
    area = read_outline(args.area).shape if args.area else None
    with steps(1) as step:
        step("Reading crimes")
        read = read_crimes(args.files, mapping=args.mapping, area=area)
    if args.out:
        write_table(args.out, read.crimes)
    if args.json:
        document = dataclasses.asdict(read.quality)
        for name in ("rows_by_month", "missing_coordinates"):
            document[name] = {month.isoformat(): n for month, n in document[name].items()}
        say_json({"schema": "patrolwise.quality/1", **document})
    else:
        lines = describe_quality(read.quality)
        width = max(len(line.what) for line in lines)
        told = [_line(line, width) for line in lines]
        say("\n".join(told + ([f"Written: {args.out}"] if args.out else [])))
    return say_faults("crimes", read.quality.faults)


def _line(line: "QualityLine", width: int) -> str:
    count = "" if line.count is None else f"{line.count:,}"
    return f"{line.what:<{width}}  {count:>9}  {line.note}".rstrip()
