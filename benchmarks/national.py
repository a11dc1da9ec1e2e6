"""Every force, year and measure of recorded crime judged, beside pandas and statsmodels.

Each way is a whole process: it reads the tables, counts, and judges level and change of every year.
Ours does so by every method. The script does what these two libraries offer; where that is the same
question, both answers must agree to 1e-9 of their size.
"""

import sys
import tempfile
from collections.abc import Callable
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
JUDGED = "judged"  # told by ours alone: how many were judged
LOGARITHMS = "z of a change, spread added on logarithms"
OTHERS = "z of a change against all others, newest year"
EXPECTED = "expected of a level: Poisson GLM with offset"
P = "exact p of a level"
Q = "q of all levels, Benjamini-Hochberg"
EXACT = ("exact interval of a count, low", "exact interval of a count, high")
WILSON = ("Wilson interval of a share, low", "Wilson interval of a share, high")
Rows = list[tuple[str, str, str, str, str, float]]


def run_ours(out: Path) -> None:
    """Judge by every method, and by how probable it is to be in the best tenth."""
    from patrolwise.benchmarking.best_tenth import find_best_tenth
    from patrolwise.benchmarking.forces import territorial_forces
    from patrolwise.benchmarking.limits import (
        exact_count_interval,
        two_sided_exact,
        wilson_share_interval,
    )
    from patrolwise.benchmarking.measures import load_measures
    from patrolwise.benchmarking.methods import Method
    from patrolwise.benchmarking.spans import parse_period
    from patrolwise.files.recorded_crime import read_recorded_crime
    from patrolwise.hot_spots.gi_star import adjust_for_discoveries
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
    found = []
    for measure in measures:
        for year in years:
            for baseline in (None, year.back(1)):
                question = Question(measure=measure, period=year, baseline=baseline)
                answer = judge_forces(field, question)
                if answer is None:
                    continue
                find_best_tenth(answer.judged.funnel, is_low_best=True)
                names = [counts.forces[force] for force in answer.place]
                key = (measure.id, year.label, question.kind)
                judged = answer.judged
                values = {JUDGED: judged.headline, LOGARITHMS: judged.z[Method.LOGARITHMS]}
                if baseline is None:
                    all_crime = counts.of_period("all-crime", year)[list(answer.place)]
                    exact = exact_count_interval(judged.observed)
                    wilson = wilson_share_interval(judged.observed, all_crime)
                    values = {
                        JUDGED: judged.headline,
                        EXPECTED: judged.expected,
                        P: two_sided_exact(judged.observed, judged.expected),
                        **dict(zip(EXACT, exact, strict=True)),
                        **dict(zip(WILSON, wilson, strict=True)),
                    }
                elif year == years[-1]:
                    values[OTHERS] = judged.headline
                found += _list(key, names, values)
    _write(_with_q(found, adjust_for_discoveries), out)


def run_script(out: Path) -> None:
    """Do what an analyst's script does: group, divide, one funnel for each year and measure."""
    import pandas as pd
    from statsmodels.stats.multitest import multipletests

    from patrolwise.benchmarking.forces import find_force, territorial_forces
    from patrolwise.benchmarking.measures import load_measures
    from patrolwise.benchmarking.recorded_crime import rename_subgroups
    from patrolwise.benchmarking.spans import parse_period
    from patrolwise.study.benchmark_similar import find_people

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
    people = pd.Series(find_people(None, parse_period(f"{LAST}/{(LAST + 1) % 100:02}")).people)
    kinds = given[["offence_code", "offence_group", "offence_subgroup"]].drop_duplicates()
    tables = {}
    for measure in load_measures().values():
        taken = kinds[[measure.takes(*kind) for kind in kinds.itertuples(index=False, name=None)]]
        tables[measure.id] = given.merge(taken).pivot_table("n", "force", "fy", "sum", fill_value=0)
    whole = tables["all-crime"]
    found = []
    for name, table in tables.items():
        for year in table.columns:
            found += _judge_level((name, year, "level"), table[year], people, whole[year])
        for before, after in zip(table.columns[:-1], table.columns[1:], strict=True):
            pair = table[[before, after]]
            pair = pair[(pair[before] > 0) & (pair[after] >= 0)]
            share = pair[after].sum() / pair[before].sum() if len(pair) else 0.0
            pair = pair[pair[before] * share >= LEAST]
            if len(pair) >= 5:
                counts = pair[before].to_numpy(float), pair[after].to_numpy(float)
                values = {LOGARITHMS: _funnel(*counts)}
                if after == table.columns[-1]:
                    values[OTHERS] = _beside_others(*counts)
                found += _list((name, after, "change"), pair.index, values)
    _write(_with_q(found, lambda p: multipletests(p, method="fdr_bh")[1]), out)


def _judge_level(key: tuple[str, str, str], counts, people, whole) -> Rows:
    """Return what statsmodels says of one level: rates, exact tests and intervals."""
    import statsmodels.api as sm
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.rates import confint_poisson, test_poisson

    own = counts[(counts >= 0) & counts.index.isin(people.index)]
    exposure = people[own.index]
    own = own[exposure * (own.sum() / exposure.sum()) >= LEAST]
    exposure = people[own.index].to_numpy(float)
    if len(own) < 5:
        return []
    n = own.to_numpy(float)
    model = sm.GLM(n, np.ones(len(n)), family=sm.families.Poisson(), offset=np.log(exposure))
    expected = np.asarray(model.fit(tol=1e-13).fittedvalues)
    exact = confint_poisson(n, 1.0, method="exact-c")
    wilson = proportion_confint(n, whole[own.index].to_numpy(float), method="wilson")
    values = {
        EXPECTED: expected,
        P: test_poisson(n, expected, value=1.0, method="exact-c").pvalue,
        **dict(zip(EXACT, exact, strict=True)),
        **dict(zip(WILSON, wilson, strict=True)),
    }
    return _list(key, own.index, values)


def _beside_others(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return how far each lies from the random-effects mean of the others (Hartung and Knapp)."""
    from scipy import stats
    from statsmodels.stats.meta_analysis import combine_effects

    if (before == 0).any() or (after == 0).any():
        before, after = before + 0.5, after + 0.5
    y, variance = np.log(after / before), 1 / before + 1 / after
    z = np.empty(len(y))
    for k in range(len(y)):
        rest = np.arange(len(y)) != k
        of = {"effect": y[rest], "variance": variance[rest], "method_re": "iterated"}
        rough = combine_effects(**of)
        # where rounding takes its last step past the root it answers 0: begin elsewhere then
        for part in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
            mean = combine_effects(**of, tau2_start=part * rough.tau2, atol=1e-11)
            if mean.tau2 > 0.0 or rough.tau2 == 0.0:
                break
        own = mean.scale_hksj_re * (variance[k] + mean.tau2) + mean.var_hksj_re
        t = (y[k] - mean.mean_effect_re) / np.sqrt(own)
        z[k] = np.sign(t) * stats.norm.isf(stats.t.sf(abs(t), len(y) - 2))
    return z


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


def _list(key: tuple[str, str, str], forces, values) -> Rows:
    return [
        (*key, force, question, float(one))
        for question, of in values.items()
        for force, one in zip(forces, of, strict=True)
    ]


def _with_q(rows: Rows, adjust: Callable[[np.ndarray], np.ndarray]) -> Rows:
    """Return the rows with the q-value of each exact p among all of them."""
    tested = [row for row in rows if row[4] == P]
    q = adjust(np.array([row[5] for row in tested]))
    return [
        *rows,
        *((*row[:4], Q, float(value)) for row, value in zip(tested, q, strict=True)),
    ]


def _write(rows: Rows, out: Path) -> None:
    columns = ["measure", "year", "kind", "force", "question", "value"]
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
        judged, compared = _compare(ours, script)
    job = f"43 forces, {LAST - FIRST + 1} years, 29 measures, level and change: {judged:,} judged"
    return [
        Ratio(
            job=job,
            peer="a script in pandas and statsmodels, with what these offer",
            ratios=tuple(ratios),
            note=f"ours by 6 methods and with best tenths; {compared:,} answers to the same "
            "questions agree to 1e-9",
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


def _compare(ours: Path, script: Path) -> tuple[int, int]:
    """Return how many were judged and how many answers compared; stop where two disagree."""
    own, theirs = pl.read_parquet(ours), pl.read_parquet(script)
    key = ["measure", "year", "kind", "force", "question"]
    both = own.join(theirs, on=key, suffix="_script")
    if both.height < theirs.height:
        raise SystemExit(f"The script has {theirs.height:,} answers, ours {both.height:,} of them.")
    size = pl.max_horizontal(pl.col("value_script").abs(), 1.0)
    away = (pl.col("value") - pl.col("value_script")).abs() / size
    worst = both.group_by("question").agg(pl.len().alias("n"), away.max().alias("away"))
    for question, n, most in worst.sort("question").rows():
        print(f"{question}: {n:,} answers, apart by {most:.1e} at most")
        if not most < 1e-9:
            raise SystemExit("That is more than 1e-9.")
    return own.filter(question=JUDGED).height, both.height


if __name__ == "__main__":
    {"ours": run_ours, "script": run_script}[sys.argv[1]](Path(sys.argv[2]))
