"""`patrolwise visits`: which visits trackers' fixes make, with minutes and their error."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolwise.cli.arguments import a_date, a_path

if TYPE_CHECKING:
    import polars as pl

    from patrolwise.crimes import FileFault
    from patrolwise.patrols.visits import VisitStream

EXAMPLES = """examples:
  patrolwise visits store.parquet --areas hot-spots.geojson --out visits.csv
  patrolwise visits tracks/ radio.csv --mapping airwave.toml --areas areas.geojson --out v.parquet
A fix store is read as a stream, and its visits are written as they come: both may be larger than
memory."""


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
    from patrolwise.files.table_files import check_table_path
    from patrolwise.study.visit_summary import describe_visits, summarise_visits

    for path in (args.out, args.pieces):
        if path:
            check_table_path(path)
    if is_hot_spot_set(args.areas):
        areas = read_hot_spot_set(args.areas).areas
    else:
        areas = _read_areas(args.areas)
    with steps(1) as step:
        step("Finding visits")
        with _find(args, areas) as (found, simulated, faults):
            sums = _write(found, args, simulated=simulated)
    summary = summarise_visits(found, sums, areas, simulated=simulated)
    if args.json:
        say_json(summary)
    else:
        written = [f"Written: {path}" for path in (args.out, args.pieces) if path]
        say("\n".join([describe_visits(summary), *written]))
    return say_faults("visits", faults)


def _read_areas(path: Path) -> "pl.DataFrame":
    from patrolwise.files.areas import read_areas

    return read_areas(path).areas


@contextmanager
def _find(
    args: argparse.Namespace, areas: Any
) -> "Iterator[tuple[VisitStream, bool, tuple[FileFault, ...]]]":
    from datetime import UTC, datetime

    from patrolwise.files.fix_store import is_fix_store, is_simulated_store
    from patrolwise.files.fix_streams import stream_visits_in_store
    from patrolwise.files.fixes import FixReadRule, read_fixes
    from patrolwise.patrols.visits import find_visits

    pieces = args.pieces is not None
    if len(args.files) == 1 and is_fix_store(args.files[0]):
        with stream_visits_in_store(args.files[0], areas, with_pieces=pieces) as found:
            yield found, is_simulated_store(args.files[0]), ()
        return
    rule = FixReadRule(on=args.date, now=datetime.now(UTC))
    read = read_fixes(args.files, mapping=args.mapping, rule=rule)
    whole = find_visits(read.fixes, areas, with_pieces=pieces)
    yield whole.as_stream(), read.quality.simulated, read.quality.faults


def _write(
    found: "VisitStream", args: argparse.Namespace, *, simulated: bool
) -> "list[pl.DataFrame]":
    """Write the visits and pieces asked for as they come; return what each part adds up to."""
    from patrolwise.files.table_streams import TableWriter
    from patrolwise.study.visit_summary import add_up_visits, mark_simulated

    sums = []
    with ExitStack() as stack:
        writers = [
            stack.enter_context(TableWriter(path)) if path else None
            for path in (args.out, args.pieces)
        ]
        for part in found.parts:
            sums.append(add_up_visits(part.visits))
            for writer, table in zip(writers, (part.visits, part.pieces), strict=True):
                if writer:
                    writer.append(mark_simulated(table) if simulated else table)
    return sums
