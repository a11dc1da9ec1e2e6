"""Run every headline test on programmes whose truth is known, and write one page of results.

    python scripts/calibrate_all.py [--data ../shared/data] [--runs 1000] [--quick] [--write]
        [--keep counts.json] [--again counts.json]

Made-up programmes of areas and of days at variance over mean 1, 2 and 3, placebo splits of real
months, intervals of cost, and power told beside power found; in two processes. Without real months
at --data it says so and runs the rest. With --write docs/explanation/placebo-study.md is written.
--keep keeps the counts, and --again tells them anew without running anything.
The exit code is 1 where a headline lies outside its bounds, by more than Monte-Carlo error.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from calibrate import load_cubes
from placebo_areas import AreaProgramme, list_made_up, list_real, run_area_programme
from placebo_cells import Programme, Tallies, Tally
from placebo_days import LARGE, list_costs, list_days, run_cost_programme, run_day_programme
from placebo_page import Block, Measured, find_faults, write_page
from placebo_power import list_power, run_power_programme

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "placebo-study.md"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED, RUNS, QUICK_RUNS = 20_261_129, 1000, 60
CHUNK = 100  # runs of one part
KEEP_EVERY = 60  # parts
PROCESSES = 2
OUTCOMES = (
    "all-crime@1",
    "violence-and-sexual-offences@1",
    "anti-social-behaviour@1",
    "harm of all crime (estimate)",
)

_cubes: dict[str, np.ndarray] = {}  # of each process


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some runs of one programme."""

    kind: str
    number: int
    chunk: int
    runs: int


def list_programmes(kind: str) -> Sequence[Programme]:
    """Return the programmes of one kind."""
    if kind == "real":
        return list_real(list(OUTCOMES))
    listed = {"areas": list_made_up, "days": list_days, "costs": list_costs, "power": list_power}
    return listed[kind]()


def is_quick(programme: Programme) -> bool:
    """Return whether a programme is in the short form: one column of each table."""
    return programme.column in ("2", OUTCOMES[0]) and programme.group != LARGE


def list_parts(kinds: Sequence[str], runs: int, *, quick: bool) -> list[Part]:
    """Return all parts, the first of each programme first: what is kept half-way holds for all."""
    parts = []
    for kind in kinds:
        for number, programme in enumerate(list_programmes(kind)):
            if quick and not is_quick(programme):
                continue
            left = max(1, round(runs * programme.runs))
            for chunk in range(-(-left // CHUNK)):
                some = min(CHUNK, left - chunk * CHUNK)
                parts.append(Part(kind=kind, number=number, chunk=chunk, runs=some))
    return sorted(parts, key=lambda part: part.chunk)


def run_part(part: Part) -> tuple[Part, Tallies, float]:
    """Return a part's tallies and the CPU seconds that it took."""
    begun = time.process_time()
    programme = list_programmes(part.kind)[part.number]
    kind = ("areas", "real", "days", "costs", "power").index(part.kind)
    rng = np.random.default_rng([SEED, kind, part.number, part.chunk])
    if isinstance(programme, AreaProgramme):
        cubes = _cubes if part.kind == "real" else None
        found = run_area_programme(programme, part.runs, rng, cubes)
    elif part.kind == "days":
        found = run_day_programme(programme, part.runs, rng)
    elif part.kind == "costs":
        found = run_cost_programme(programme, part.runs, rng)
    else:
        found = run_power_programme(programme, part.runs, int(rng.integers(2**31)))
    return part, found, time.process_time() - begun


def set_cubes(cubes: dict[str, np.ndarray]) -> None:
    """Keep the real months where parts find them; of each process."""
    _cubes.clear()
    _cubes.update(cubes)


def measure(
    runs: int,
    data: Path | None,
    *,
    processes: int = PROCESSES,
    quick: bool = False,
    kept: Path | None = None,
) -> Measured:
    """Return all that was found.

    `data` is a folder with police-uk/ and geo/, or None; `kept` a file for the counts.
    """
    begun = time.perf_counter()
    kinds = ["areas", "days", "costs", "power"]
    cubes: dict[str, np.ndarray] = {}
    if data is not None and (data / "police-uk").is_dir():
        cubes = load_cubes(data)
        kinds.insert(1, "real")
    parts = list_parts(kinds, runs, quick=quick)
    blocks = {kind: [Tallies() for _ in list_programmes(kind)] for kind in kinds}
    cpu = 0.0

    def gather() -> Measured:
        return Measured(
            blocks=tuple(
                Block(kind=kind, programmes=tuple(list_programmes(kind)), found=tuple(found))
                for kind, found in blocks.items()
                if any(one.by_test for one in found)
            ),
            runs=runs,
            cpu_seconds=cpu,
            seconds=time.perf_counter() - begun,
            seed=SEED,
        )

    for count, (part, found, seconds) in enumerate(_run_all(parts, cubes, processes), start=1):
        blocks[part.kind][part.number].merge(found)
        cpu += seconds
        if kept and count % KEEP_EVERY == 0:
            keep(gather(), kept)
            sys.stderr.write(f"{count} of {len(parts)} parts, {cpu:.0f} CPU seconds\n")
    measured = gather()
    if kept:
        keep(measured, kept)
    return measured


def _run_all(
    parts: Sequence[Part], cubes: dict[str, np.ndarray], processes: int
) -> Iterator[tuple[Part, Tallies, float]]:
    if processes == 1:
        set_cubes(cubes)
        yield from map(run_part, parts)
        return
    with ProcessPoolExecutor(
        processes,
        multiprocessing.get_context("spawn"),  # a fork would inherit locks of polars' threads
        initializer=set_cubes,
        initargs=(cubes,),
    ) as pool:
        yield from pool.map(run_part, parts)


def keep(measured: Measured, path: Path) -> None:
    """Write the counts."""
    counts = {
        block.kind: [
            {test: asdict(tally) for test, tally in found.by_test.items()} for found in block.found
        ]
        for block in measured.blocks
    }
    kept = {
        "runs": measured.runs,
        "cpu_seconds": measured.cpu_seconds,
        "seconds": measured.seconds,
        "seed": measured.seed,
        "counts": counts,
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_kept(path: Path) -> Measured:
    """Return counts that were kept."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    blocks = tuple(
        Block(
            kind=kind,
            programmes=tuple(list_programmes(kind)),
            found=tuple(
                Tallies({test: Tally(**tally) for test, tally in one.items()}) for one in found
            ),
        )
        for kind, found in kept.pop("counts").items()
    )
    return Measured(blocks=blocks, **kept)


def main() -> int:
    """Measure, print the page, and say what lies outside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs, one column")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", type=Path, help="file for the counts")
    parser.add_argument("--again", type=Path, help="file of counts that were kept")
    given = parser.parse_args()
    if given.quick and given.write:
        parser.error("--quick is too short to be written down: leave --write out.")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    runs = QUICK_RUNS if given.quick else given.runs
    if given.again:
        measured = read_kept(given.again)
    else:
        measured = measure(runs, given.data, quick=given.quick, kept=given.keep)
    page = write_page(measured)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    faults = find_faults(measured)
    sys.stderr.write("".join(f"outside: {line}\n" for line in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
