"""Every force, year and measure of recorded crime judged, beside a plain script in pandas.

Each way is a whole process: it reads the tables, counts, and judges level and change of every year
by every method. The script has one method, which must agree with ours to 1e-9.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.pairs import SHARED, Ratio
from benchmarks.whole_path import run_process

TABLE = SHARED / "reference" / "prc_pfa_quarterly_2012-2025.csv.gz"
MOST_S, MOST_MIB = 10.0, 1024.0
FIRST, LAST = 2012, 2024  # financial years that are whole; 2025/26 has three quarters
LEAST = 1  # expected offences, so that both ways judge the same forces


def run_ours(out: Path) -> None:
    """Judge by every method, and by how probable it is to be in the best tenth."""
    from patrolwise.benchmarking.best_tenth import find_best_tenth
    from patrolwise.benchmarking.forces import territorial_forces
    from patrolwise.benchmarking.measures import load_measures
    from patrolwise.benchmarking.methods import Method
    from patrolwise.benchmarking.spans import parse_period
    from patrolwise.files.recorded_crime import read_recorded_crime
    from patrolwise.study.benchmark_counts import gather_counts
    from patrolwise.study.benchmark_field import Field, Question, judge_forces
    from patrolwise.study.benchmark_quality import RecordingQuality
    from patrolwise.study.benchmark_similar import find_people, find_similar

    read = read_recorded_crime(TABLE)
    measures = [replace(one, min_count=LEAST) for one in load_measures().values()]
    counts = gather_counts(read.recorded, measures, territorial_forces())
    years = [parse_period(f"{year}/{(year + 1) % 100:02}") for year in range(FIRST, LAST + 1)]
    people = find_people(None, years[-1]).people
    field = Field(
        counts=counts,
        exposure=np.array([people[force] for force in counts.forces]),
        exposure_told="",
        similar=find_similar(None, (), read.recorded, years[1]).groups,
        quality=RecordingQuality(flags={}, own={}),
        overlaps={},
    )
    rows = []
    for measure in measures:
        for year in years:
            for baseline in (None, year.back(1)):
                question = Question(measure=measure, period=year, baseline=baseline)
                answer = judge_forces(field, question)
                if answer is None:
                    continue
                find_best_tenth(answer.judged.funnel, is_low_best=True)
                z = answer.judged.z[Method.LOGARITHMS]
                rows += [
                    (measure.id, year.label, question.kind, counts.forces[force], float(z[k]))
                    for force, k in answer.place.items()
                ]
    _write(rows, out)


def run_script(out: Path) -> None:
    """Do what an analyst's script does: group, divide, one funnel for each year and measure."""
    import pandas as pd

    from patrolwise.benchmarking.forces import find_force, territorial_forces
    from patrolwise.benchmarking.measures import load_measures
    from patrolwise.benchmarking.recorded_crime import rename_subgroups

    given = pd.read_csv(TABLE)
    given["force"] = given["force"].map(
        {name: find_force(name) for name in given["force"].unique()}
    )
    given = given[given["force"].isin(territorial_forces())]
    names = given[["offence_code", "offence_subgroup"]].drop_duplicates()
    renamed = rename_subgroups(pl.from_pandas(names))["offence_subgroup"].to_list()
    newest = dict(zip(names.itertuples(index=False, name=None), renamed, strict=True))
    keys = zip(given["offence_code"], given["offence_subgroup"], strict=True)
    given["offence_subgroup"] = [newest[key] for key in keys]
    given = given[given["fy"] <= f"{LAST}/{(LAST + 1) % 100:02}"]
    rows = []
    for measure in load_measures().values():
        kinds = given[["offence_code", "offence_group", "offence_subgroup"]].drop_duplicates()
        taken = kinds[[measure.takes(*kind) for kind in kinds.itertuples(index=False, name=None)]]
        own = given.merge(taken)
        table = own.pivot_table("n", "force", "fy", "sum", fill_value=0)
        for before, after in zip(table.columns[:-1], table.columns[1:], strict=True):
            pair = table[[before, after]]
            pair = pair[(pair[before] > 0) & (pair[after] >= 0)]
            share = pair[after].sum() / pair[before].sum() if len(pair) else 0.0
            pair = pair[pair[before] * share >= LEAST]
            if len(pair) >= 5:
                z = _funnel(pair[before].to_numpy(float), pair[after].to_numpy(float))
                rows += [
                    (measure.id, after, "change", force, float(one))
                    for force, one in zip(pair.index, z, strict=True)
                ]
    _write(rows, out)


def _funnel(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    if (before == 0).any() or (after == 0).any():
        before, after = before + 0.5, after + 0.5
    y, s = np.log(after / before), np.sqrt(1 / before + 1 / after)
    z = (y - np.log(after.sum() / before.sum())) / s
    rank = z.argsort(kind="stable").argsort() + 1
    kept = (rank * 10 // (len(z) + 1) > 0) & (rank * 10 // (len(z) + 1) < 9)
    w, n = 1 / s[kept] ** 2, kept.sum()
    tau2 = ((z[kept] ** 2).sum() - (n - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return z * s / np.sqrt(s**2 + max(0.0, tau2))


def _write(rows: list[tuple], out: Path) -> None:
    columns = ["measure", "year", "kind", "force", "z"]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(out)


def measure(pairs: int = 3) -> list[Ratio]:
    """Return the script's time over ours, and what is allowed over what we need."""
    if not TABLE.exists():
        return []
    ratios, seconds, peaks = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        ours, script = (Path(folder) / f"{name}.parquet" for name in ("ours", "script"))
        for _ in range(pairs):
            own, peak = run_process(_command("ours", ours))
            theirs, _ = run_process(_command("script", script))
            ratios.append(theirs / own)
            seconds.append(own)
            peaks.append(peak)
        judged = _compare(ours, script)
    job = f"43 forces, {LAST - FIRST + 1} years, 29 measures, level and change: {judged:,} judged"
    return [
        Ratio(
            job=job,
            peer="a script in pandas, change by one method",
            ratios=tuple(ratios),
            note="ours by 6 methods and with best tenths; z the same to 1e-9 where both have it",
        ),
        Ratio(
            job=f"{job}: time",
            peer="10 s",
            ratios=tuple(MOST_S / one for one in seconds),
            target=1.0,
            note=f"whole process, median {float(np.median(seconds)):.1f} s",
        ),
        Ratio(
            job=f"{job}: memory",
            peer="1 GiB",
            ratios=tuple(MOST_MIB / one for one in peaks),
            target=1.0,
            note=f"peak {max(peaks):,.0f} MiB",
        ),
    ]


def _command(way: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.national", way, str(out)]


def _compare(ours: Path, script: Path) -> int:
    """Return how many were judged; stop where the two ways disagree."""
    own, theirs = pl.read_parquet(ours), pl.read_parquet(script)
    key = ["measure", "year", "kind", "force"]
    both = own.join(theirs, on=key, suffix="_script")
    if both.height < theirs.height:
        raise SystemExit(f"The script judged {theirs.height:,}, of which ours has {both.height:,}.")
    worst = float((both["z"] - both["z_script"]).abs().max() or 0.0)
    if not worst < 1e-9:
        raise SystemExit(f"A z differs by {worst:g}.")
    return own.height


if __name__ == "__main__":
    {"ours": run_ours, "script": run_script}[sys.argv[1]](Path(sys.argv[2]))
