"""`patrolwise simulate`: a made-up programme of patrols, with the truth that no real one knows."""

import argparse
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_count, a_path

if TYPE_CHECKING:
    from patrolwise.hot_spots import HotSpotSet

EXAMPLES = """examples:
  patrolwise simulate --out simulated/
  patrolwise dose simulated/programme.toml --out report/
  patrolwise simulate --out slow/ --areas hot-spots.geojson --refresh 300 --error-m 30 --seed 7
Everything that it writes says that it is simulated, and so does every report made of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("--out", type=a_path, required=True, help="a folder; made, or empty")
    parser.add_argument("--areas", type=a_path, help="hot spot set; default: a made-up town's")
    parser.add_argument("--seed", type=a_count, default=1, help="default: %(default)s")
    parser.add_argument("--weeks", type=a_count, default=2, help="default: %(default)s")
    for service in ("outreach", "police"):
        parser.add_argument(
            f"--{service}-pairs", type=a_count, default=1, help="0: none (default: %(default)s)"
        )
    parser.add_argument(
        "--refresh", type=float, default=10.0, help="seconds from fix to fix (default: %(default)g)"
    )
    parser.add_argument(
        "--error-m", type=float, default=8.0, help="position error, m RMS (default: %(default)g)"
    )
    parser.add_argument(
        "--breach-rate",
        type=float,
        default=0.0,
        help="share of choices in which a pair seeks the other service (default: %(default)g)",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate and write; return the exit code."""
    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.reporting.patrol_wording import SIMULATED
    from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme

    rule = SimulationRule(
        seed=args.seed,
        weeks=args.weeks,
        outreach_pairs=args.outreach_pairs,
        police_pairs=args.police_pairs,
        refresh_s=args.refresh,
        error_m=args.error_m,
        breach_rate=args.breach_rate,
    )
    with steps(1) as step:
        step("Simulating")
        written = write_simulated_programme(args.out, rule, _spots(args))
    names = [str(path.relative_to(args.out)) for path in written]
    if args.json:
        say_json(
            {
                "schema": "patrolwise.simulated/1",
                "is_simulated": True,
                "window": {"first": rule.window.first, "last": rule.window.last},
                "written": names,
            }
        )
    else:
        told = [f"! {SIMULATED}.", f"Written to {args.out}:", *(f"  {name}" for name in names)]
        told.append(f"Now: patrolwise dose {args.out / 'programme.toml'} --out report")
        say("\n".join(told))
    return 0


def _spots(args: argparse.Namespace) -> "HotSpotSet | None":
    from patrolwise.errors import InputError
    from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set

    if args.areas is None:
        return None
    if not is_hot_spot_set(args.areas):
        raise InputError(
            f"{args.areas.name} is no hot spot set. Give one that patrolwise hot-spots wrote."
        )
    return read_hot_spot_set(args.areas)
