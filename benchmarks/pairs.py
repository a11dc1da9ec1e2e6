"""How much faster one way is than another, both timed in the same run.

Seconds depend on the machine and on what else it does; a ratio of two times taken one after the
other depends on them far less. So each job is timed in pairs, and the median ratio is reported.
"""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

SHARED = Path(
    os.environ.get("PATROLWISE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared/data")
)


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One line of the table."""

    job: str
    peer: str
    ratios: tuple[float, ...]  # peer's time over ours, one a pair
    target: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The ratio that is reported."""
        return float(np.median(self.ratios))

    @property
    def is_met(self) -> bool:
        """Whether the median reaches the target, where there is one."""
        return self.target is None or self.median >= self.target


def time_pairs(
    ours: Callable[[], Any], peer: Callable[[], Any], pairs: int = 5
) -> tuple[tuple[float, ...], Any, Any]:
    """Return the peer's time over ours for each pair, and what each of the two answered last."""
    ours()  # imports and caches are not part of the job; the peer gets the same
    if pairs > 1:
        peer()
    ratios = []
    for _ in range(pairs):
        our_time, our_answer = _time(ours)
        peer_time, peer_answer = _time(peer)
        ratios.append(peer_time / our_time)
    return tuple(ratios), our_answer, peer_answer


def versions(*names: str) -> str:
    """Return the versions of installed packages, as one line."""
    return ", ".join(f"{name} {version(name)}" for name in names)


def cpu_seconds_of(group: int) -> float:
    """Return what all processes of a process group have spent, user and system."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(values[2]) == group:
            ticks += int(values[11]) + int(values[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def city_points(n: int = 100_000, seed: int = 1) -> np.ndarray:
    """Return points like a city's crime: 60 % in 120 clusters of Zipf sizes, 40 % anywhere."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 20_000, (120, 2))
    share = 1 / np.arange(1, 121)
    own = rng.choice(120, int(0.6 * n), p=share / share.sum())
    near = centres[own] + rng.normal(0, 150, (len(own), 2))
    spread = rng.uniform(0, 20_000, (n - len(own), 2))
    return np.clip(np.r_[near, spread], 0, 19_999.9) + 400_000


def _time(job: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    start = time.perf_counter()
    answer = job()
    return time.perf_counter() - start, answer
