"""`patrolwise hot-spots`: choose hot spots from crimes, as a versioned set with its reasons."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_count, a_date, a_path

if TYPE_CHECKING:
    from patrolwise.study.programme import SpotSelection

EXAMPLES = """examples:
  patrolwise hot-spots street/ --study-area city.geojson --first 2019-12-01 --last 2020-06-30 \\
      --definition violence-and-sexual-offences --out seven.geojson --id leicester-seven
  patrolwise hot-spots street/ --study-area city.geojson --first 2021-01-01 --last 2021-12-31 \\
      --shape hexagon --size 250 --count 18 --apart 500 --json
  patrolwise hot-spots --edited seven.geojson --reason "moved off the station" --out v2.geojson"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="*", help="crime files or folders")
    parser.add_argument(
        "--edited", type=a_path, help="a set changed by hand, to accept as a version"
    )
    parser.add_argument("--reason", default="", help="with --edited: why it was changed")
    parser.add_argument("--mapping", type=a_path, help="mapping file (TOML) of a force export")
    parser.add_argument("--study-area", type=a_path, help="GeoJSON to choose within")
    parser.add_argument("--first", type=a_date, help="first day, ISO")
    parser.add_argument("--last", type=a_date, help="last day, ISO")
    parser.add_argument(
        "--definition", default="all-crime", help="which crimes (default: %(default)s)"
    )
    parser.add_argument("--count", type=a_count, default=7, help="hot spots (default: %(default)s)")
    parser.add_argument("--shape", choices=("square", "hexagon", "h3"), default="square")
    parser.add_argument("--size", type=float, default=200.0, help="metres (default: %(default)g)")
    parser.add_argument("--apart", type=float, default=100.0, help="metres (default: %(default)g)")
    parser.add_argument("--exclude", type=a_path, help="GeoJSON of places to leave out")
    parser.add_argument(
        "--resolution", type=a_count, default=9, help="of H3 (default: %(default)s)"
    )
    parser.add_argument(
        "--merge-to", type=float, default=0.0, help="merge cells up to this side, m"
    )
    parser.add_argument("--nudge", action="store_true", help="move areas to hold most crimes")
    parser.add_argument("--small-areas-reason", default="", help="why under 200 m on open data")
    parser.add_argument("--id", default="hot-spots", help="id of the set (default: %(default)s)")
    parser.add_argument("--seed", type=a_count, default=1, help="default: %(default)s")
    parser.add_argument("--out", type=a_path, help="write the set (GeoJSON)")


def run(args: argparse.Namespace) -> int:
    """Choose, or accept an edited set; return the exit code."""
    _check_arguments(args)
    return _accept(args) if args.edited else _choose(args)


def _check_arguments(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    faults = []
    if args.edited:
        if args.files:
            faults.append("--edited takes no crime files: it only reads the set.")
        if not args.reason.strip():
            faults.append("--edited needs --reason: the set keeps why it was changed.")
        if not args.out:
            faults.append("--edited needs --out, a file for the new version.")
    else:
        needed = {
            "crime files": args.files,
            "--study-area": args.study_area,
            "--first": args.first,
            "--last": args.last,
        }
        faults += [
            f"Choosing hot spots needs {name}." for name, given in needed.items() if not given
        ]
    check_faults("arguments", faults)


def _accept(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.files.hot_spot_sets import read_hot_spot_set, write_hot_spot_set

    spots = read_hot_spot_set(args.edited, accept_edits=True, reason=args.reason)
    write_hot_spot_set(args.out, spots)
    if args.json:
        say_json({"schema": "patrolwise.hot-spots/1", "set": spots.key, "hash": spots.hash})
    else:
        say(f"Hot spot set {spots.key} ({spots.hash[:12]}): {args.reason}\nWritten: {args.out}")
    return 0


def _choose(args: argparse.Namespace) -> int:
    import numpy as np

    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.crimes import read_crimes
    from patrolwise.files.hot_spot_sets import write_hot_spot_set
    from patrolwise.study.spot_report import describe_choice, describe_choice_in_text
    from patrolwise.study.spots import choose_spots

    rule = _rule(args)
    with steps(2) as step:
        step("Reading crimes")
        read = read_crimes(args.files, mapping=args.mapping)
        step("Choosing hot spots")
        rng = np.random.default_rng(args.seed)
        found = choose_spots(read.crimes, rule, args.id, rng)
        document = describe_choice(read.crimes, rule, found, rng)
    if args.out:
        write_hot_spot_set(args.out, found.spots)
    if args.json:
        say_json(document)
    else:
        say(_with_path(describe_choice_in_text(document), args.out))
    return say_faults("hot-spots", read.quality.faults)


def _with_path(text: str, path: Path | None) -> str:
    return f"{text}\nWritten: {path}" if path else text


def _rule(args: argparse.Namespace) -> "SpotSelection":
    from patrolwise.definitions import find_definition
    from patrolwise.places import GridShape
    from patrolwise.study.programme import SpotSelection
    from patrolwise.times import Window

    return SpotSelection(
        window=Window("selection", args.first, args.last),
        definition=find_definition(args.definition).key,
        study_area=args.study_area,
        count=args.count,
        shape=GridShape(args.shape),
        size_m=args.size,
        apart_m=args.apart,
        nudge=args.nudge,
        resolution=args.resolution,
        merge_to_m=args.merge_to,
        exclude=args.exclude,
        small_areas_reason=args.small_areas_reason,
    )
