"""Measure how much longer the way by streets is than straight, on a street map.

    python scripts/measure_detour.py MAP [--places 200] [--seed 1]

MAP is a street map that `patrolwise.files.streets` reads. Places are drawn at random twice: on the
streets, and anywhere no further than 100 m from one. Pairs are those 200 m to 2 km apart.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise.files.streets import read_streets
from patrolwise.planning.street_network import StreetNetwork, build_network, find_travel
from patrolwise.planning.travel import MODES, TRAVEL_PLACES
from patrolwise.tables import make_table

RANGES_M = ((200, 2000), (200, 500), (500, 1000), (1000, 2000))
SHARES = (5, 50, 95)
NEAR_M = 100.0


def draw_places(
    network: StreetNetwork, places: int, rng: np.random.Generator, *, on_streets: bool
) -> pl.DataFrame:
    """Return random places on the network's nodes, or anywhere near them."""
    if on_streets:
        picked = rng.choice(len(network.x), min(places, len(network.x)), replace=False)
        x, y = network.x[picked], network.y[picked]
    else:
        x = rng.uniform(network.x.min(), network.x.max(), 20 * places)
        y = rng.uniform(network.y.min(), network.y.max(), 20 * places)
        near = network.tree.query(np.c_[x, y])[0] <= NEAR_M
        x, y = x[near][:places], y[near][:places]
    ids = [str(number) for number in range(len(x))]
    return make_table(TRAVEL_PLACES, {"place_id": ids, "x": x, "y": y})


def measure(network: StreetNetwork, places: pl.DataFrame) -> list[str]:
    """Return a line for each range of straight distances."""
    travel = find_travel(network, places)
    at = places.select("x", "y").to_numpy()
    ends = [travel[name].cast(pl.Int64).to_numpy() for name in ("from_id", "to_id")]
    straight = np.hypot(*(at[ends[0]] - at[ends[1]]).T)
    detour = travel["metres"].to_numpy() / straight
    pace = straight / 1000 / (travel["minutes"].to_numpy() / 60)
    lines = []
    for least, most in RANGES_M:
        chosen = (straight >= least) & (straight < most)
        if not chosen.any():
            continue  # a small map
        low, middle, high = np.percentile(detour[chosen], SHARES)
        lines.append(
            f"  {least} to {most} m, {chosen.sum()} pairs: detour {middle:.2f} ({low:.2f} to "
            f"{high:.2f}); straight {np.median(pace[chosen]):.1f} km/h"
        )
    return lines


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("map", type=Path)
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    streets = read_streets(args.map).streets
    lines = ["median (5 % to 95 % of pairs)"]
    for mode in MODES:
        network = build_network(streets, mode)
        for on_streets in (True, False):
            rng = np.random.default_rng(args.seed)
            places = draw_places(network, args.places, rng, on_streets=on_streets)
            lines.append(f"{mode}, places {'on streets' if on_streets else 'anywhere'}")
            lines += measure(network, places)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
