"""`patrolwise fixes`: what trackers' files hold, and what was dropped and why."""

import argparse
import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Any

from patrolwise.cli.arguments import a_date, a_path

if TYPE_CHECKING:
    from patrolwise.files.fix_quality import FixQuality
    from patrolwise.reporting.results import QualityLine

EXAMPLES = """examples:
  patrolwise fixes check tracks/ --area force-area.geojson
  patrolwise fixes check radio.csv --mapping airwave.toml --out store.parquet
  patrolwise fixes check log.nmea --date 2024-06-01 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=("check",), help="read, count and report")
    parser.add_argument("files", type=a_path, nargs="+", help="files of fixes, or folders")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a CSV or workbook")
    parser.add_argument("--date", type=a_date, help="UTC day of times without one, ISO")
    parser.add_argument(
        "--area", type=a_path, help="where fixes should lie (GeoJSON): files from elsewhere fail"
    )
    parser.add_argument("--out", type=a_path, help="write a fix store: .parquet")


def run(args: argparse.Namespace) -> int:
    """Read and report; return the exit code."""
    from datetime import UTC

    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.areas import read_outline
    from patrolwise.files.fix_store import check_store_path, write_fixes
    from patrolwise.files.fixes import FixReadRule, read_fixes
    from patrolwise.study.fix_lines import describe_fix_quality

    if args.out:
        check_store_path(args.out)
    area = read_outline(args.area).shape if args.area else None
    rule = FixReadRule(on=args.date, area=area, now=datetime.now(UTC))
    with steps(1) as step:
        step("Reading fixes")
        read = read_fixes(args.files, mapping=args.mapping, rule=rule)
    if args.out:
        write_fixes(args.out, read.fixes, simulated=read.quality.simulated)
    if args.json:
        say_json({"schema": "patrolwise.fix-quality/1", **_document(read.quality)})
    else:
        lines = describe_fix_quality(read.quality)
        width = max(len(line.what) for line in lines)
        told = [_line(line, width) for line in lines]
        say("\n".join(told + ([f"Written: {args.out}"] if args.out else [])))
    return say_faults("fixes", read.quality.faults)


def _document(quality: "FixQuality") -> dict[str, Any]:
    document = dataclasses.asdict(quality)
    for part in (document, *document["devices"]):
        part |= {key: part[key] and part[key].isoformat() for key in ("first", "last")}
    return document


def _line(line: "QualityLine", width: int) -> str:
    count = "" if line.count is None else f"{line.count:,}"
    return f"{line.what:<{width}}  {count:>9}  {line.note}".rstrip()
