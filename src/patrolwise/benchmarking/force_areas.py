"""Where the police force areas are, coarsely: for a map of them, not for measuring."""

import gzip
import json
from functools import cache
from importlib.resources import files

Rings = tuple[tuple[tuple[float, float], ...], ...]


@cache
def load_force_areas() -> dict[str, Rings]:
    """Return the outline of each of the 43 force areas.

    Returns
    -------
    dict of force to rings of (longitude, latitude)
        Degrees, to a thousandth.

    References
    ----------
    Office for National Statistics, Police Force Areas (December 2023) Boundaries EW BUC, ultra
    generalised; Open Government Licence v3.0.
    """
    data = (files("patrolwise.benchmarking") / "data" / "force-areas.json.gz").read_bytes()
    read = json.loads(gzip.decompress(data))
    return {
        force: tuple(tuple((x, y) for x, y in ring) for ring in rings)
        for force, rings in read.items()
    }
