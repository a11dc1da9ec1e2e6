"""The national pack: which sections it has, and in which order."""

from collections.abc import Sequence

from patrolwise.reporting.benchmark_charts import (
    campaigns_of_years,
    chart_funnel,
    chart_similar,
    chart_trend,
)
from patrolwise.reporting.benchmark_map import draw_forces
from patrolwise.reporting.benchmark_multiples import chart_multiples
from patrolwise.reporting.benchmark_records import (
    BenchmarkResults,
    ComparisonRecord,
    ForceRecord,
    MeasureRecord,
)
from patrolwise.reporting.benchmark_summaries import describe_force
from patrolwise.reporting.benchmark_time_sections import list_over_time, tell_over_time
from patrolwise.reporting.blocks import (
    Alert,
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Terms,
)
from patrolwise.reporting.campaign_bands import list_campaigns, name_campaign

QUESTION = "Which forces stand out, by level and by change, and does that stand under every method?"
_STANDS, _DEPENDS = "stands", "method-dependent"
_COLUMNS = (
    "Force", "Observed", "Expected", "Ratio", "z by chance alone", "z", "What may be said",
    "p", "q", "Periods", "Methods", "Other baselines and definitions", "Best tenth",
)  # fmt: skip
_MOST_WHOLE = 8  # measures that are shown with everything; of more, a pack would have no end
_NUMERIC = (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)


def build_benchmark_document(results: BenchmarkResults, widths: Sequence[int]) -> Document:
    """Return the national pack in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    results : BenchmarkResults
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
    sections = [_findings(results), _changed(results)]
    if results.force:
        sections.append(_force(results, widths))
    sections += [_measure(results, one, widths) for one in results.measures]
    if results.did:
        sections.append(_recognition(results))
    sections += [_trust(results), _words(), _made(results)]
    return Document(
        title=results.title,
        question=QUESTION,
        notice="",
        sections=tuple(sections),
        footer=f"Made by Patrolwise {results.made.version}. Every figure rests on benchmark.json.",
    )


def _comparisons(results: BenchmarkResults) -> list[tuple[MeasureRecord, ComparisonRecord]]:
    return [
        (measure, comparison)
        for measure in results.measures
        for comparison in (measure.level, measure.change)
        if comparison is not None
    ]


def _findings(results: BenchmarkResults) -> Section:
    standing, doubtful = [], []
    for measure, comparison in _comparisons(results):
        for one in comparison.forces:
            told = f"{measure.title}, by {comparison.kind}. {describe_force(comparison, one)}."
            if results.force in ("", one.force):
                if one.badge == _STANDS:
                    standing.append(told)
                elif one.badge == _DEPENDS:
                    doubtful.append(told)
    whose = results.force or "any force"
    blocks: list[Block] = [
        Paragraph(
            text=f"{len(standing)} flags of {whose} stand under every method."
            if standing
            else f"No flag of {whose} stands under every method.",
            strong=True,
        )
    ]
    if standing:
        blocks.append(Bullets(items=tuple(standing)))
    blocks.append(
        Paragraph(
            text=f"In each comparison of {results.forces} forces, {results.false_watch:.1f} lie "
            f"beyond 95 % limits and {results.false_outliers:.2f} beyond 99.8 % where nothing "
            f"differs. {results.tests} tests were made: q-values allow for all of them together."
        )
    )
    if doubtful:
        blocks += [
            Subheading(text="Not flags: these depend on the method"),
            Bullets(items=tuple(doubtful)),
        ]
    blocks.append(
        Alert(
            level="Caution",
            title="A force that stands out is not one that did well or badly",
            text="Recorded crime changes when recording does, and places differ. An outlier says "
            "where to look. What made it so needs an evaluation with a comparison.",
        )
    )
    return Section(id="findings", title="What stands out", blocks=tuple(blocks))


def _changed(results: BenchmarkResults) -> Section:
    return Section(
        id="changed",
        title="What changed since the period before",
        blocks=(Bullets(items=results.changed),),
    )


def _force(results: BenchmarkResults, widths: Sequence[int]) -> Section:
    """Return one page of the force looked at: all measures, level and change."""
    rows = []
    for measure, comparison in _comparisons(results):
        own = next(one for one in comparison.forces if one.force == results.force)
        rows.append((f"{measure.title}, {comparison.kind}", *_cells(own)[1:]))
    similar = tuple(
        one.force if one.distance is None else f"{one.force}, {one.distance:.2f} away"
        for one in results.similar
    )
    return Section(
        id="force",
        title=f"{results.force} in all measures",
        blocks=(
            Grid(
                caption=f"{results.force}, {results.period}, changes since {results.baseline}",
                columns=("Measure", *_COLUMNS[1:]),
                rows=tuple(rows),
                numeric=_NUMERIC,
            ),
            chart_multiples(results, widths),
            *_campaigns_of_multiples(results),
            *list_over_time(results),
            Subheading(text="Forces most like it"),
            Bullets(items=similar, numbered=True),
            Paragraph(text=results.similar_by),
        ),
    )


def _campaigns_of_multiples(results: BenchmarkResults) -> tuple[Block, ...]:
    """Return the campaigns in the years of the small charts, which have no room for bands."""
    marked = campaigns_of_years(results.measures[0], results.campaigns) if results.measures else ()
    if not marked:
        return ()
    told = "; ".join(map(name_campaign, marked))
    return (
        Paragraph(
            text=f"Campaigns in these years, marked on each measure’s own charts: {told}. On their "
            "days more was done than usual, so counts may differ because of them."
        ),
    )


def _measure(results: BenchmarkResults, measure: MeasureRecord, widths: Sequence[int]) -> Section:
    good = {"down": "Low is good.", "up": "High is good."}.get(
        measure.direction_good,
        "Neither side is good: what is recorded follows what police look for.",
    )
    blocks: list[Block] = [
        Paragraph(text=f"{measure.counted}. {good} {measure.note}".strip()),
        chart_trend(results, measure, widths),
        *list_campaigns(campaigns_of_years(measure, results.campaigns)),
    ]
    is_long = len(results.measures) > _MOST_WHOLE
    if not is_long or _is_out(results.force, measure):
        blocks += tell_over_time(results.force, measure, widths, results.campaigns)
    for comparison in (measure.level, measure.change):
        if comparison is None:
            blocks.append(
                Paragraph(
                    text=f"Fewer than five forces had {measure.min_count} or more expected: "
                    "nothing is compared."
                )
            )
            continue
        blocks += _comparison(results, measure, comparison, widths)
    if is_long:
        blocks.append(_brief_table(measure))
    return Section(id=measure.id, title=measure.title, blocks=tuple(blocks))


def _is_out(force: str, measure: MeasureRecord) -> bool:
    """Return whether the force looked at lies beyond limits in a measure."""
    known = [one for one in (measure.level, measure.change) if one is not None]
    forces = [one for comparison in known for one in comparison.forces if one.force == force]
    return any(one.badge for one in forces)


def _brief_table(measure: MeasureRecord) -> Grid:
    """Return level and change of every force in one table, for a pack of many measures."""
    rows: dict[str, list[str]] = {}
    for comparison in (measure.level, measure.change):
        for one in comparison.forces if comparison else ():
            told = ["–", "–", one.flag]
            if one.z is not None:
                told = [f"{one.ratio:.2f}", f"{one.z:+.2f}", one.flag]
            rows.setdefault(one.force, [f"{one.observed:,.0f}"]).extend(told)
    kinds = [one.kind for one in (measure.level, measure.change) if one]
    columns = [
        words
        for kind in kinds
        for words in (f"Ratio, {kind}", f"z, {kind}", f"What may be said, {kind}")
    ]
    numeric = [1, *(k + 2 for k in range(len(columns)) if k % 3 < 2)]
    return Grid(
        caption=f"{measure.title}: every force. What else is known is in benchmark.xlsx",
        columns=("Force", "Observed", *columns),
        rows=tuple((force, *told) for force, told in rows.items()),
        numeric=tuple(numeric),
    )


def _comparison(
    results: BenchmarkResults,
    measure: MeasureRecord,
    comparison: ComparisonRecord,
    widths: Sequence[int],
) -> list[Block]:
    target = (
        f"All forces: {comparison.target:.2f} for every 1,000 people."
        if comparison.kind == "level"
        else f"All forces: {100.0 * (comparison.target - 1.0):+.1f} %."
    )
    blocks: list[Block] = [
        Subheading(text=f"By {comparison.kind}"),
        Paragraph(
            text=f"{comparison.question}. What is expected stands on {comparison.exposure}. "
            f"{target} Forces differ by about {100.0 * comparison.tau:.0f} % beyond chance; the "
            f"mean of z² is {comparison.phi:.1f}, and 1 if they differed by chance alone."
        ),
        chart_funnel(measure, comparison, results.force, widths),
    ]
    is_long = len(results.measures) > _MOST_WHOLE
    if is_long and not _is_out(results.force, measure):
        return blocks
    names = {results.force, *(one.force for one in results.similar)}
    if any(one.force in names and one.z is not None for one in comparison.forces):
        blocks.append(chart_similar(results, measure, comparison, widths))
    blocks.append(draw_forces(measure, comparison, widths))
    if not is_long:
        caption = f"{measure.title}, {comparison.period}, by {comparison.kind}: every force"
        blocks.append(
            Grid(
                caption=caption,
                columns=_COLUMNS,
                rows=tuple(_cells(one) for one in comparison.forces),
                numeric=_NUMERIC,
            )
        )
    return blocks


def _cells(one: ForceRecord) -> tuple[str, ...]:
    if one.z is None:
        told = f"{one.flag}. {' '.join(one.faults)}".strip()
        return (one.force, f"{one.observed:,.0f}", *("–",) * 4, told, *("–",) * 6)
    return (
        one.force,
        f"{one.observed:,.0f}",
        f"{one.expected:,.0f}",
        f"{one.ratio:.2f}",
        _number(one.z_raw, "+.1f"),
        f"{one.z:+.2f}",
        one.flag,
        _number(one.p, ".4f"),
        _number(one.q, ".4f"),
        f"{one.persistence} of {one.periods}",
        f"{one.agreeing} of {one.methods}",
        f"{one.variants_agreeing} of {one.variants}",
        _number(one.best_tenth, ".2f"),
    )


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _recognition(results: BenchmarkResults) -> Section:
    return Section(
        id="recognition",
        title="What the force did",
        blocks=(
            Paragraph(
                text="As the force says. Beside it stands what its own evaluation may say of it."
            ),
            Grid(
                caption="What was done, since when, and how strong the evidence is",
                columns=("What", "Since", "Evidence", "What it may say"),
                rows=tuple(
                    (one.what, one.since, one.evidence or "–", one.grade) for one in results.did
                ),
            ),
        ),
    )


def _trust(results: BenchmarkResults) -> Section:
    rows = tuple(
        (line.what, "–" if line.count is None else f"{line.count:,}", line.note)
        for line in results.quality
    )
    blocks: list[Block] = [
        Grid(caption="What was read", columns=("What", "Number", "Note"), rows=rows, numeric=(1,))
    ]
    if results.breaks:
        blocks.append(
            Grid(
                caption="Changes of recording between the baseline and the end of the period",
                columns=("Force", "From", "What", "Source"),
                rows=tuple((one.force, one.day, one.what, one.source) for one in results.breaks),
            )
        )
    blocks.append(Bullets(items=results.notes))
    return Section(id="trust", title="How far this can be trusted", blocks=tuple(blocks))


def _words() -> Section:
    items = (
        ("Expected", "What a force would have if it were as all forces together."),
        ("z by chance alone", "How far it lies out if only chance made forces differ. Nearly every "
         "force lies far out then: places differ."),
        ("z", "How far it lies from the other forces, whose own spread is learned from them. "
         "Beyond 1.96 lie 5 of 100 forces that are like the others, beyond 3.09 2 of 1,000."),
        ("p and q", "The chance of lying so far out if it is like the others; q allows for all "
         "tests of this pack."),
        ("Periods", "In how many of the newest periods it lay beyond 95 % limits on its side."),
        ("Methods", "Under how many methods it lies beyond the same limit: against all others, by "
         "chance alone, spread as a factor, spread added on logarithms and on square roots, and "
         "against similar forces."),
        ("Other baselines and definitions", "Under how many of these it lies beyond 95 % limits on "
         "the same side."),
        ("Best tenth", "The probability that what is true of it is among the best tenth: ranks are "
         "made of luck where forces differ little."),
        ("Stands", "A flag that all methods agree on, that half of the other baselines and "
         "definitions bear out, and that holds in two periods or more."),
    )  # fmt: skip
    return Section(id="words", title="What the words mean", blocks=(Terms(items=items),))


def _made(results: BenchmarkResults) -> Section:
    return Section(
        id="made",
        title="How this was made",
        blocks=(
            Grid(
                caption="Files",
                columns=("File", "Rows", "SHA-256"),
                rows=tuple((one.name, f"{one.rows:,}", one.sha256) for one in results.made.inputs),
                numeric=(1,),
                code=(2,),
            ),
        ),
    )
