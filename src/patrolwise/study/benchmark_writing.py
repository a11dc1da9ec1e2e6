"""How a national comparison is written: results, pack and tables, all of them or none."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.files.table_workbooks import make_workbook
from patrolwise.reporting.benchmark_document import build_benchmark_document
from patrolwise.reporting.benchmark_records import BenchmarkResults
from patrolwise.reporting.blocks import Document
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.study.writing import make_plain, write_folder

WRITING_STEPS = 3
_WHAT = {
    "force": pl.String,
    "observed": pl.Float64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "z_raw": pl.Float64,
    "z": pl.Float64,
    "band": pl.String,
    "p": pl.Float64,
    "q": pl.Float64,
    "persistence": pl.Int64,
    "periods": pl.Int64,
    "agreeing": pl.Int64,
    "methods": pl.Int64,
    "variants_agreeing": pl.Int64,
    "variants": pl.Int64,
    "best_tenth": pl.Float64,
    "badge": pl.String,
    "flag": pl.String,
}


def write_benchmark(
    results: BenchmarkResults, out: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write benchmark.json, pack.html, pack.pdf, forces.csv and benchmark.xlsx into a folder.

    All are made first, in a folder beside it, and moved in last: what stood there before is
    replaced only by a whole set.

    Parameters
    ----------
    results : BenchmarkResults
    out : Path
        Made when absent.
    progress : callable
        Told of each of `WRITING_STEPS` steps.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report extra, or the plan extra, is not installed.
    """
    return write_folder(make_benchmark_files(results, progress=progress).contents, out)


@dataclass(frozen=True, kw_only=True)
class BenchmarkFiles:
    """All files of a comparison, and what the pack's page is made of."""

    contents: dict[str, bytes]  # by name
    page: Document


def make_benchmark_files(
    results: BenchmarkResults, *, progress: Callable[[str], None]
) -> BenchmarkFiles:
    """Return what `write_benchmark` writes, with the page of which others take pictures.

    Parameters
    ----------
    results : BenchmarkResults
    progress : callable
        Told of each of `WRITING_STEPS` steps.

    Returns
    -------
    BenchmarkFiles

    Raises
    ------
    MissingExtraError
        The report extra, or the plan extra, is not installed.
    """
    progress("Writing benchmark.json and tables")
    text = json.dumps(make_plain(results), indent=1, ensure_ascii=False, allow_nan=False)
    forces, methods, trends = list_forces(results), list_methods(results), list_trends(results)
    file = io.BytesIO()
    forces.write_csv(file)
    sheets = {"Forces": forces, "Methods": methods, "Trends": trends}
    if results.force:
        sheets |= {"Quarters": list_quarters(results), "Runs": list_runs(results)}
        sheets |= {"Days between": list_gaps(results)}
    contents = {
        "benchmark.json": (text + "\n").encode(),
        "forces.csv": file.getvalue(),
        "benchmark.xlsx": make_workbook(results.title, sheets),
    }
    progress("Drawing the pack")
    page = build_benchmark_document(results, (WIDE, NARROW))
    contents["pack.html"] = lay_out_html(page).encode()
    progress("Setting the PDF")
    contents["pack.pdf"] = lay_out_pdf(build_benchmark_document(results, (PRINT_WIDTH,)))
    return BenchmarkFiles(contents=contents, page=page)


def list_forces(results: BenchmarkResults) -> pl.DataFrame:
    """Return every force in every comparison, one a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 25) frame
        The measure, kind, period and baseline, then what ForceRecord tells.
    """
    rows = [
        (
            *(measure.id, comparison.kind, comparison.period, comparison.baseline),
            *(getattr(one, name) for name in _WHAT),
            "; ".join(one.faults),
        )
        for measure in results.measures
        for comparison in (measure.level, measure.change)
        if comparison is not None
        for one in comparison.forces
    ]
    keys = dict.fromkeys(("measure", "kind", "period", "baseline"), pl.String)
    return pl.DataFrame(rows, schema={**keys, **_WHAT, "faults": pl.String}, orient="row")


def list_methods(results: BenchmarkResults) -> pl.DataFrame:
    """Return each force's z under each method, one a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 5) frame
        measure, kind, force, method, z
    """
    rows = [
        (measure.id, comparison.kind, one.force, method, z)
        for measure in results.measures
        for comparison in (measure.level, measure.change)
        if comparison is not None
        for one in comparison.forces
        for method, z in one.z_by_method
    ]
    keys = dict.fromkeys(("measure", "kind", "force", "method"), pl.String)
    return pl.DataFrame(rows, schema={**keys, "z": pl.Float64}, orient="row")


def list_trends(results: BenchmarkResults) -> pl.DataFrame:
    """Return each force's counts and rates, one period a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 5) frame
        measure, force, period, count, rate for every 1,000 people a year
    """
    rows = [
        (measure.id, trend.force, period, count, rate)
        for measure in results.measures
        for trend in measure.trends
        for period, count, rate in zip(
            measure.trend_periods, trend.counts, trend.rates, strict=True
        )
    ]
    keys = dict.fromkeys(("measure", "force", "period"), pl.String)
    return pl.DataFrame(
        rows, schema={**keys, "count": pl.Int64, "rate_per_1000": pl.Float64}, orient="row"
    )


def list_quarters(results: BenchmarkResults) -> pl.DataFrame:
    """Return each quarter of the force looked at on its CUSUM, one a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 7) frame
        measure, quarter, count, others, score, and the sums that look for more and for less
    """
    rows = [
        (measure.id, *row)
        for measure in results.measures
        if (level := measure.level_over_time)
        for row in zip(
            *(level.quarters, level.counts, level.others),
            *(level.scores, level.ups, level.downs),
            strict=True,
        )
    ]
    whole = dict.fromkeys(("count", "others"), pl.Int64)
    numbers = dict.fromkeys(("score", "sum_more", "sum_less"), pl.Float64)
    keys = {"measure": pl.String, "quarter": pl.String}
    return pl.DataFrame(rows, schema={**keys, **whole, **numbers}, orient="row")


def list_runs(results: BenchmarkResults) -> pl.DataFrame:
    """Return the strongest run and the moves of the force looked at, one measure a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 9) frame
        measure, the run's first and last quarter, observed, expected, ratio, p, what it says in
        words, and the moves of the level in words
    """
    rows = [
        (
            *(measure.id, window.first, window.last, window.observed, window.expected),
            *(window.ratio, window.p, window.told),
            " ".join(measure.level_over_time.moves) if measure.level_over_time else "",
        )
        for measure in results.measures
        if (window := measure.window)
    ]
    types = [*[pl.String] * 3, pl.Int64, *[pl.Float64] * 3, pl.String, pl.String]
    names = ("measure", "first", "last", "observed", "expected", "ratio", "p", "run", "moves")
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def list_gaps(results: BenchmarkResults) -> pl.DataFrame:
    """Return the days between rare crimes of the force looked at, one a row.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    (n, 5) frame
        measure, date, days since the one before, and the lower and the upper limit
    """
    rows = [
        (measure.id, day, days, measure.gaps.low, measure.gaps.high)
        for measure in results.measures
        if measure.gaps
        for day, days in zip(measure.gaps.dates, measure.gaps.days, strict=True)
    ]
    types = (pl.String, pl.String, pl.Int64, pl.Float64, pl.Float64)
    names = ("measure", "date", "days", "low", "high")
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
