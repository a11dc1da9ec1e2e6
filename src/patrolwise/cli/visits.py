"""`patrolwise visits`: which visits trackers' fixes make, with minutes and their error."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolwise.cli.arguments import a_date, a_path

if TYPE_CHECKING:
    import polars as pl

    from patrolwise.crimes import FileFault
    from patrolwise.patrols.visits import VisitsFound

EXAMPLES = """examples:
  patrolwise visits store.parquet --areas hot-spots.geojson --out visits.csv
  patrolwise visits tracks/ radio.csv --mapping airwave.toml --areas areas.geojson --out v.parquet
A fix store is read as a stream: it may be larger than memory."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="+", help="one fix store; or files, folders")
    parser.add_argument(
        "--areas", type=a_path, required=True, help="hot spot set, or GeoJSON of areas"
    )
    parser.add_argument("--out", type=a_path, help="write the visits: .parquet or .csv")
    parser.add_argument("--pieces", type=a_path, help="write their unbroken runs of credited steps")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a CSV or workbook")
    parser.add_argument("--date", type=a_date, help="UTC day of times without one, ISO")


def run(args: argparse.Namespace) -> int:
    """Find visits, write and report; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
    from patrolwise.files.table_files import check_table_path, write_table
    from patrolwise.study.visit_summary import describe_visits, mark_simulated, summarise_visits

    for path in (args.out, args.pieces):
        if path:
            check_table_path(path)
    if is_hot_spot_set(args.areas):
        areas = read_hot_spot_set(args.areas).areas
    else:
        areas = _read_areas(args.areas)
    with steps(1) as step:
        step("Finding visits")
        found, simulated, faults = _find(args, areas)
    for path, table in ((args.out, found.visits), (args.pieces, found.pieces)):
        if path:
            write_table(path, mark_simulated(table) if simulated else table)
    summary = summarise_visits(found, areas, simulated=simulated)
    if args.json:
        say_json(summary)
    else:
        written = [f"Written: {path}" for path in (args.out, args.pieces) if path]
        say("\n".join([describe_visits(summary), *written]))
    return say_faults("visits", faults)


def _read_areas(path: Path) -> "pl.DataFrame":
    from patrolwise.files.areas import read_areas

    return read_areas(path).areas


def _find(
    args: argparse.Namespace, areas: Any
) -> "tuple[VisitsFound, bool, tuple[FileFault, ...]]":
    from datetime import UTC, datetime

    from patrolwise.files.fix_store import is_fix_store, is_simulated_store
    from patrolwise.files.fix_streams import find_visits_in_store
    from patrolwise.files.fixes import FixReadRule, read_fixes
    from patrolwise.patrols.visits import find_visits

    pieces = args.pieces is not None
    if len(args.files) == 1 and is_fix_store(args.files[0]):
        found = find_visits_in_store(args.files[0], areas, with_pieces=pieces)
        return found, is_simulated_store(args.files[0]), ()
    rule = FixReadRule(on=args.date, now=datetime.now(UTC))
    read = read_fixes(args.files, mapping=args.mapping, rule=rule)
    found = find_visits(read.fixes, areas, with_pieces=pieces)
    return found, read.quality.simulated, read.quality.faults
