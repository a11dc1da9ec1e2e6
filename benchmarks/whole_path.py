"""From 41 months of packed street files to the report, beside polars only parsing them."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.pairs import SHARED, Ratio

MOST_MIB = 1024
PROGRAMME = """
[programme]
title = "Benchmark"
[windows]
before = {{ first = 2020-07-01, last = 2021-06-30 }}
after = {{ first = 2021-07-01, last = 2022-06-30 }}
[crimes]
files = [{files}]
[hot_spots.select]
window = {{ first = 2019-12-01, last = 2020-06-30 }}
definition = "violence-and-sexual-offences"
study_area = "city.geojson"
[comparison]
match = 28
[outcomes]
definitions = ["violence-and-sexual-offences", "all-crime", "anti-social-behaviour"]
rings_m = [0, 200, 400]
[harm]
offence_mix = "mix.csv"
"""


def measure(pairs: int = 3) -> list[Ratio]:
    """Return the allowance over our time, and the allowed memory over ours."""
    paths = sorted((SHARED / "police-uk").glob("*/*-leicestershire-street.csv.gz"))
    if not paths:
        return []
    with tempfile.TemporaryDirectory() as folder:
        command = _prepare(Path(folder), paths)
        run_process(command)  # the first run fills the file cache, as polars' first run does
        ratios, peaks = [], []
        for _ in range(pairs):
            start = time.perf_counter()
            for path in paths:
                pl.read_csv(path)
            parsing = time.perf_counter() - start
            seconds, peak = run_process(command)
            ratios.append((3 * parsing + 5) / seconds)
            peaks.append(peak)
    rows = "41 months, 356k rows, from gz to report"
    return [
        Ratio(
            job=rows,
            peer="3 × polars parsing them, and 5 s",
            ratios=tuple(ratios),
            target=1.0,
            note="whole process, three outcomes, harm, HTML and PDF",
        ),
        Ratio(
            job=f"{rows}: memory",
            peer="1 GiB",
            ratios=tuple(MOST_MIB / peak for peak in peaks),
            target=1.0,
            note=f"peak {max(peaks):,.0f} MiB",
        ),
    ]


def _prepare(folder: Path, paths: list[Path]) -> list[str]:
    from patrolwise.demo import demo_offence_mix
    from patrolwise.files.areas import read_areas, write_areas

    city = read_areas(SHARED / "geo" / "leicester_lad_2019.geojson.gz", id_property="lad19cd")
    write_areas(folder / "city.geojson", city.areas)
    (folder / "mix.csv").write_bytes(demo_offence_mix().read_bytes())
    files = ", ".join(f'"{path.resolve()}"' for path in paths)
    (folder / "programme.toml").write_text(PROGRAMME.format(files=files), encoding="utf-8")
    words = ["evaluate", str(folder / "programme.toml"), "--out", str(folder / "out")]
    return [sys.executable, "-m", "patrolwise.cli", *words]


def run_process(command: list[str]) -> tuple[float, float]:
    """Return the seconds and the peak memory (MiB) of one whole process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, usage.ru_maxrss / 1024
