"""A national comparison in a few lines, for the terminal."""

from collections.abc import Iterator

from patrolwise.benchmarking.measures import load_measures
from patrolwise.reporting.benchmark_records import (
    BenchmarkResults,
    ComparisonRecord,
    ForceRecord,
    MeasureRecord,
)

_STANDS = "stands"
_MOST = 6  # forces of a comparison that are named


def list_measures() -> str:
    """Return the measures that there are, one a line.

    Returns
    -------
    str
    """
    width = max(map(len, load_measures()))
    lines = [
        f"{one.id:<{width}}  {one.title} (good: {one.direction_good})"
        for one in load_measures().values()
    ]
    return "\n".join(lines)


def summarise_benchmark(results: BenchmarkResults) -> str:
    """Return a comparison in a few lines: the force looked at, else all flags that stand.

    Parameters
    ----------
    results : BenchmarkResults

    Returns
    -------
    str
    """
    return "\n".join(_lines(results)) + "\n"


def describe_force(comparison: ComparisonRecord, force: ForceRecord) -> str:
    """Return how one force stands in one comparison, in a sentence.

    Parameters
    ----------
    comparison : ComparisonRecord
    force : ForceRecord
        One of it.

    Returns
    -------
    str
    """
    if force.z is None:
        reasons = f" ({' '.join(force.faults)})" if force.faults else ""
        return f"{force.force}: {force.flag}{reasons}"
    what = "of what its people lead to expect" if comparison.kind == "level" else "of all others"
    if comparison.kind == "change":
        what = "of what it would be had it changed as all did"
    return (
        f"{force.force}: {100.0 * force.ratio:.0f} % {what}, z {force.z:+.2f} "
        f"(by chance alone {force.z_raw:+.1f}); {force.flag}"
    )


def _lines(results: BenchmarkResults) -> Iterator[str]:
    yield results.title
    yield f"Changes since {results.baseline}. {results.forces} forces; {results.tests} tests."
    yield (
        f"Where nothing differs, {results.false_watch:.1f} forces of a comparison lie beyond 95 % "
        f"limits, and {results.false_outliers:.2f} beyond 99.8 %."
    )
    for measure in results.measures:
        yield ""
        yield measure.title
        for comparison in (measure.level, measure.change):
            yield from _comparison_lines(results, measure, comparison)
    yield ""
    yield from results.changed
    yield from results.notes


def _comparison_lines(
    results: BenchmarkResults, measure: MeasureRecord, comparison: ComparisonRecord | None
) -> Iterator[str]:
    if comparison is None:
        yield f"  Fewer than five forces have {measure.min_count} or more: nothing is compared."
        return
    kind = comparison.kind
    if results.force:
        own = next(one for one in comparison.forces if one.force == results.force)
        yield f"  {kind}: {describe_force(comparison, own)}"
        return
    flagged = [one for one in comparison.forces if one.badge == _STANDS]
    if not flagged:
        yield f"  {kind}: no flag stands under every method"
    for one in sorted(flagged, key=lambda one: one.z or 0.0)[:_MOST]:
        yield f"  {kind}: {describe_force(comparison, one)}"
    if len(flagged) > _MOST:
        yield f"  {kind}: and {len(flagged) - _MOST} others"
