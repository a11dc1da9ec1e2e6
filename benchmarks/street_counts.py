"""What it costs to count street-level files, in one process and on Spark.

``python -m benchmarks.street_counts`` makes ten forces of the months of one, and needs the spark
extra and Java. No part of ``python -m benchmarks``: it has no other program to be held against.
"""

import gzip
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.pairs import SHARED

FORCES = 10
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


def make_files(folder: Path) -> None:
    """Write each real month of Leicestershire under the names of ten forces."""
    from patrolwise.benchmarking.forces import territorial_forces

    for path in sorted((SHARED / "police-uk").glob("*/*-leicestershire-street.csv.gz")):
        month, text = path.parent.name, gzip.decompress(path.read_bytes()).decode()
        (folder / month).mkdir()
        for force in territorial_forces()[:FORCES]:
            slug = force.lower().replace(" ", "-")
            own = text.replace("Leicestershire Police", f"{force} Police")
            (folder / month / f"{month}-{slug}-street.csv").write_text(own)


def main() -> None:
    """Count once in one process and twice on Spark; stop where the counts differ."""
    from pyspark.sql import SparkSession

    from patrolwise.files.street_counts import read_street_counts
    from patrolwise.study.street_counts_on_spark import read_street_counts_on_spark

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder)
        alone = _time("one process", lambda: read_street_counts([folder]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{alone.quality.rows_read:,} rows, peak {peak} MiB")
        builder = SparkSession.builder.master("local[2]").config(map=SETTINGS)
        session = builder.getOrCreate()
        for what in ("Spark, first job", "Spark, second job"):
            found = _time(what, lambda: read_street_counts_on_spark(session, [folder]))
            if not found.recorded.equals(alone.recorded):
                raise SystemExit("Spark counts otherwise.")
        session.stop()


def _time(what: str, work: Callable[[], Any]) -> Any:
    start, spent = time.perf_counter(), _processor_seconds()
    found = work()
    seconds, spent = time.perf_counter() - start, _processor_seconds() - spent
    print(f"{what}: {seconds:.1f} s, {spent:.1f} s of processor")
    return found


def _processor_seconds() -> float:
    """Return what this process and all that it started have used, ended or not."""
    used, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it has just ended
                continue
            number = int(folder.name)
            parents[number], used[number] = int(fields[1]), sum(map(int, fields[11:15]))
    own, more = {os.getpid()}, True
    while more:
        more = {one for one, parent in parents.items() if parent in own} - own
        own |= more
    return sum(used[one] for one in own) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
