"""The pack of forces' shares: which sections it has, and the lines for the terminal."""

from collections.abc import Sequence

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
from patrolwise.reporting.proportion_charts import chart_proportions, chart_share_periods
from patrolwise.reporting.proportion_records import (
    ForceShareRecord,
    ProportionResults,
    ShareChartRecord,
)

_STANDS, _DEPENDS = "stands", "method-dependent"


def build_proportion_document(results: ProportionResults, widths: Sequence[int]) -> Document:
    """Return the pack in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    results : ProportionResults
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
    sections = [_findings(results), _funnel(results, widths)]
    if results.chart is not None:
        sections.append(_periods(results, results.chart, widths))
    sections += [_forces(results), _words(), _made(results)]
    return Document(
        title=f"{results.title}, {results.period}",
        question="Which forces' shares stand out, and does that stand under every method?",
        notice="",
        sections=tuple(sections),
        footer=f"Made by Patrolwise {results.made.version}. Every figure rests on "
        "proportions.json.",
    )


def summarise_proportions(results: ProportionResults) -> str:
    """Return a comparison of shares in a few lines: the force looked at, else all that stand.

    Parameters
    ----------
    results : ProportionResults

    Returns
    -------
    str
    """
    lines = [f"{results.title}, {results.period}", f"All forces: {results.share:.1%}."]
    shown = [one for one in results.forces if one.force == results.force or (
        not results.force and one.badge == _STANDS)]  # fmt: skip
    lines += [describe_share(one) for one in shown]
    if not shown:
        lines.append("No flag stands under every method.")
    if results.chart is not None:
        lines += results.chart.signals or ("No period does more than periods always do.",)
    return "\n".join([*lines, *results.notes])


def describe_share(one: ForceShareRecord) -> str:
    """Return how one force's share stands, in a sentence.

    Parameters
    ----------
    one : ForceShareRecord

    Returns
    -------
    str
    """
    told = (
        f"{one.force}: {one.events:,} of {one.of:,}, {one.share:.1%} (95 % interval "
        f"{one.wilson_low:.1%} to {one.wilson_high:.1%})"
    )
    if one.z is None:
        return f"{told}; {one.flag}"
    return f"{told}, z {one.z:+.2f} (by chance alone {one.z_raw:+.1f}); {one.flag}"


def _findings(results: ProportionResults) -> Section:
    looked_at = [one for one in results.forces if results.force in ("", one.force)]
    standing = tuple(describe_share(one) for one in looked_at if one.badge == _STANDS)
    doubtful = tuple(describe_share(one) for one in looked_at if one.badge == _DEPENDS)
    whose = results.force or "any force"
    told = f"{len(standing)} flags of {whose} stand" if standing else f"No flag of {whose} stands"
    blocks: list[Block] = [Paragraph(text=f"{told} under every method.", strong=True)]
    if standing:
        blocks.append(Bullets(items=standing))
    if results.force and not standing and not doubtful:
        blocks.append(Bullets(items=tuple(describe_share(one) for one in looked_at)))
    if doubtful:
        blocks += [
            Subheading(text="Not flags: these depend on the method"),
            Bullets(items=doubtful),
        ]
    blocks.append(
        Alert(
            level="Caution",
            title="A share stands on its whole",
            text="It rises when fewer are recorded in the whole, too, and outcomes come later than "
            "the crimes that they are of. An outlier says where to look, not what was done well.",
        )
    )
    return Section(id="findings", title="What stands out", blocks=tuple(blocks))


def _funnel(results: ProportionResults, widths: Sequence[int]) -> Section:
    good = {"down": "Low is good.", "up": "High is good."}.get(
        results.direction_good, "Neither side is good."
    )
    text = f"All forces together: {results.share:.1%}. {good}"
    blocks: list[Block] = [Paragraph(text=text)]
    if results.limits:
        blocks += [
            Paragraph(
                text=f"The mean of z² is {results.phi:.1f}, and 1 if forces differed by chance "
                "alone."
            ),
            chart_proportions(results, widths),
        ]
    blocks.append(Bullets(items=results.notes))
    return Section(id="funnel", title="Forces beside each other", blocks=tuple(blocks))


def _periods(results: ProportionResults, chart: ShareChartRecord, widths: Sequence[int]) -> Section:
    blocks: list[Block] = [
        chart_share_periods(results, chart, widths),
        Bullets(items=chart.signals or ("No period does more than periods always do.",)),
    ]
    if chart.is_trial:
        blocks.append(Paragraph(text="The limits stand on fewer than 12 periods and may yet move."))
    columns = (chart.periods, chart.events, chart.of, chart.shares, chart.low, chart.high)
    blocks.append(
        Grid(
            caption=f"{results.title}, {results.force}",
            columns=("Period", "With it", "Of", "Share", "Lower limit", "Upper limit"),
            rows=tuple(
                (period, f"{events:,}", f"{of:,}", f"{share:.1%}", f"{low:.1%}", f"{high:.1%}")
                for period, events, of, share, low, high in zip(*columns, strict=True)
            ),
            numeric=(1, 2, 3, 4, 5),
        )
    )
    return Section(id="periods", title=f"{results.force} over time", blocks=tuple(blocks))


def _forces(results: ProportionResults) -> Section:
    columns = (
        "Force", "With it", "Of", "Share", "95 % interval (Wilson)", "95 % limits if like others",
        "z by chance alone", "z", "What may be said", "p", "q", "Periods", "Methods",
    )  # fmt: skip
    return Section(
        id="forces",
        title="Every force",
        blocks=(
            Grid(
                caption=f"{results.title}, {results.period}",
                columns=columns,
                rows=tuple(map(_cells, results.forces)),
                numeric=(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12),
            ),
        ),
    )


def _cells(one: ForceShareRecord) -> tuple[str, ...]:
    own = (
        one.force,
        f"{one.events:,}",
        f"{one.of:,}",
        f"{one.share:.1%}",
        f"{one.wilson_low:.1%} to {one.wilson_high:.1%}",
    )
    if one.z is None:
        return (*own, *("–",) * 3, one.flag, *("–",) * 4)
    return (
        *own,
        f"{one.low:.1%} to {one.high:.1%}",
        f"{one.z_raw:+.1f}",
        f"{one.z:+.2f}",
        one.flag,
        f"{one.p:.4f}",
        f"{one.q:.4f}",
        f"{one.persistence} of {one.periods}",
        f"{one.agreeing} of {one.methods}",
    )


def _words() -> Section:
    items = (
        ("95 % interval (Wilson)", "Between which shares what is true of the force lies, if only "
         "chance is in play. It says how sure the share is, not whether it stands out."),
        ("95 % limits if like others", "Between which shares 95 of 100 forces of this size lie "
         "that are like the others, whose own spread is learned from them."),
        ("z", "How far it lies from the other forces; by chance alone nearly every force lies "
         "far out: places differ."),
        ("p and q", "The chance of lying so far out if it is like the others; q allows for all "
         "forces of this table."),
        ("Periods", "In how many of the newest periods it lay beyond 95 % limits on its side."),
        ("Methods", "Under how many methods it lies beyond the same limit."),
    )  # fmt: skip
    return Section(id="words", title="What the words mean", blocks=(Terms(items=items),))


def _made(results: ProportionResults) -> Section:
    grid = Grid(
        caption="Files",
        columns=("File", "Rows", "SHA-256"),
        rows=tuple((one.name, f"{one.rows:,}", one.sha256) for one in results.made.inputs),
        numeric=(1,),
        code=(2,),
    )
    return Section(id="made", title="How this was made", blocks=(grid,))
