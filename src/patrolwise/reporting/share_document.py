"""The pack of counts that forces shared: the same funnels, marked as made from shared counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from patrolwise.reporting.benchmark_charts import chart_funnel
from patrolwise.reporting.benchmark_records import ComparisonRecord, ForceRecord, MeasureRecord
from patrolwise.reporting.blocks import Alert, Block, Document, Grid, Paragraph, Section
from patrolwise.reporting.share_records import SharedComparison, SharedForce, ShareTold
from patrolwise.reporting.shares import SharedMeasure
from patrolwise.reporting.suppression import LARGEST_HIDDEN, ROUNDED_TO

PACK_TITLE = "Forces beside each other, by counts that they shared"
NOTICE = "Made from shared counts: rounded, small ones hidden"
_DEPENDS = "method-dependent"
_ORDINARY = ("as the others", "too few to say")


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What forces shared, put together."""

    shares: tuple[ShareTold, ...]
    measures: Mapping[str, SharedMeasure]
    comparisons: tuple[SharedComparison, ...]
    version: str  # of Patrolwise


def build_share_document(merged: Merged, widths: Sequence[int]) -> Document:
    """Return the pack in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    merged : Merged
    widths : sequence of int
        Each picture is drawn once for each, CSS pixels.

    Returns
    -------
    Document

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    compared = [
        _comparison(number, merged.measures[one.measure], one, widths)
        for number, one in enumerate(merged.comparisons, 1)
    ]
    return Document(
        title=PACK_TITLE,
        question="Which forces stand out, by counts that are not published?",
        notice=NOTICE,
        sections=(_findings(merged), *compared, _shared(merged)),
        footer=f"Made by Patrolwise {merged.version} from shared counts. Every figure rests on "
        "merged.json.",
    )


def _findings(merged: Merged) -> Section:
    beyond = [
        (comparison, force)
        for comparison in merged.comparisons
        for force in comparison.forces
        if force.ratio is not None and force.flag not in _ORDINARY
    ]
    is_firm = [not force.flag.startswith(_DEPENDS) for _, force in beyond]
    told = f"{sum(is_firm)} flags hold" if any(is_firm) else "No flag holds"
    blocks: list[Block] = [
        Paragraph(
            text=f"{told} under every method, in {len(merged.comparisons)} comparisons of "
            f"{len(merged.shares)} shares.",
            strong=True,
        )
    ]
    for wanted, caption in (
        (True, "Beyond 95 % limits under every method"),
        (False, "Not flags: these depend on the method"),
    ):
        rows = tuple(
            _flag_cells(merged, *one)
            for one, firm in zip(beyond, is_firm, strict=True)
            if firm is wanted
        )
        if rows:
            columns = ("Measure", "Compared by", "Force", "Ratio", "z", "What may be said")
            blocks.append(Grid(caption=caption, columns=columns, rows=rows, numeric=(3, 4)))
    blocks.append(
        Alert(
            level="Caution",
            title="Made from shared counts",
            text=f"Counts are told to the nearest {ROUNDED_TO}; those of 1 to {LARGEST_HIDDEN}, "
            "and those that would tell them, are hidden and not judged. Limits allow for the "
            "rounding. A flag of one period alone is no finding: what is not published cannot be "
            "followed back, so nothing here is said to persist.",
        )
    )
    return Section(id="findings", title="What stands out", blocks=tuple(blocks))


def _flag_cells(
    merged: Merged, comparison: SharedComparison, force: SharedForce
) -> tuple[str, ...]:
    return (
        merged.measures[comparison.measure].title,
        f"{comparison.kind}, {_when(comparison)}",
        force.force,
        f"{force.ratio:.2f}",
        f"{force.z:+.2f}",
        force.flag,
    )


def _comparison(
    number: int, measure: SharedMeasure, shared: SharedComparison, widths: Sequence[int]
) -> Section:
    title = f"{measure.title}, {shared.kind}, {_when(shared)}"
    blocks: list[Block] = [
        Paragraph(text=f"{measure.counted}. What is expected stands on {shared.beside}.")
    ]
    if shared.judged:
        comparison = _as_comparison(shared)
        record = _as_measure(f"shared-{number}", measure)
        blocks.append(chart_funnel(record, comparison, "", widths))
    else:
        blocks.append(Paragraph(text="Fewer than five forces can be judged: nothing is compared."))
    blocks.append(
        Grid(
            caption=f"{title}: every force",
            columns=("Force", "Observed", "Expected", "Ratio", "95 % limits", "z", "Methods",
                     "What may be said"),
            rows=tuple(map(_cells, shared.forces)),
            numeric=(1, 2, 3, 4, 5, 6),
        )
    )  # fmt: skip
    return Section(id=f"comparison-{number}", title=title, blocks=tuple(blocks))


def _when(shared: SharedComparison) -> str:
    return f"{shared.period} since {shared.baseline}" if shared.baseline else shared.period


def _cells(one: SharedForce) -> tuple[str, ...]:
    observed = "hidden" if one.observed is None else f"{one.observed:,}"
    if one.ratio is None:
        observed = "–" if one.flag.endswith("not shared") else observed
        return (one.force, observed, *("–",) * 5, one.flag)
    return (
        one.force,
        observed,
        f"{one.expected:,.0f}",
        f"{one.ratio:.2f}",
        f"{one.low:.2f} to {one.high:.2f}",
        f"{one.z:+.2f}",
        f"{one.agreeing} of {one.methods}",
        one.flag,
    )


def _shared(merged: Merged) -> Section:
    rows = tuple(
        (one.force, one.until, one.signed_by, f"{one.told}", f"{one.hidden}", one.file,
         one.public_key)
        for one in merged.shares
    )  # fmt: skip
    columns = ("Force", "Data to", "Signed by", "Counts told", "Hidden", "File", "Public key")
    grid = Grid(
        caption="Shares, each verified by its force's public key",
        columns=columns,
        rows=rows,
        numeric=(3, 4),
        code=(6,),
    )
    return Section(id="shared", title="What was shared, and by whom", blocks=(grid,))


def _as_measure(identity: str, measure: SharedMeasure) -> MeasureRecord:
    return MeasureRecord(
        id=identity,
        title=measure.title,
        counted=measure.counted,
        source="counts that forces shared",
        geography="police force area",
        frequency="",
        lag_months=0,
        direction_good=measure.direction_good,
        min_count=measure.min_count,
        note="",
        level=None,
        change=None,
        trend_periods=(),
        trends=(),
        over_time=None,
    )


def _as_comparison(shared: SharedComparison) -> ComparisonRecord:
    """Return what the funnel draws of a comparison; what it does not draw is left blank."""
    return ComparisonRecord(
        kind=shared.kind,
        question="",
        period=shared.period,
        baseline=shared.baseline,
        exposure=shared.beside,
        target=1.0,
        phi=1.0,
        tau=0.0,
        limits=shared.limits,
        forces=tuple(_as_force(one) for one in shared.forces),
    )


def _as_force(one: SharedForce) -> ForceRecord:
    return ForceRecord(
        force=one.force,
        observed=float(one.observed or 0),
        expected=one.expected or 0.0,
        size=one.size,
        ratio=one.ratio or 1.0,
        low=one.low,
        high=one.high,
        z_raw=None,
        z=one.z,
        p=None,
        q=None,
        band="",
        persistence=0,
        periods=0,
        agreeing=one.agreeing,
        methods=one.methods,
        z_by_method=(),
        variants_agreeing=0,
        variants=0,
        best_tenth=None,
        badge="",
        flag=one.flag,
        faults=(),
    )
