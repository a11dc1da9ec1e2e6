"""`patrolwise crimes`: what crime files hold, and what was dropped and why."""

import argparse
import dataclasses
from pathlib import Path

EXAMPLES = """examples:
  patrolwise crimes street/ --area force-area.geojson
  patrolwise crimes export.xlsx --mapping force.toml --out crimes.parquet"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=Path, nargs="+", help="crime files or folders")
    parser.add_argument("--mapping", type=Path, help="mapping file (TOML) of a force export")
    parser.add_argument("--area", type=Path, help="the force area (GeoJSON), to count rows outside")
    parser.add_argument("--out", type=Path, help="write the table: .parquet or .csv")


def run(args: argparse.Namespace) -> int:
    """Read and report; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.areas import read_areas
    from patrolwise.files.crimes import read_crimes
    from patrolwise.files.table_files import check_table_path, write_table
    from patrolwise.places import union_of
    from patrolwise.study.quality_lines import describe_quality

    if args.out:
        check_table_path(args.out)
    area = union_of(read_areas(args.area).areas) if args.area else None
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
        told = [f"{line.what:<{width}}  {line.count:>9,}  {line.note}".rstrip() for line in lines]
        say("\n".join(told + ([f"Written: {args.out}"] if args.out else [])))
    return say_faults("crimes", read.quality.faults)
