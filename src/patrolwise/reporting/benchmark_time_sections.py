"""What the pack says of the force looked at over time: its chart, its level, its runs, its gaps."""

from collections.abc import Sequence

from patrolwise.reporting.benchmark_level_charts import (
    SHOWN,
    campaigns_of_gaps,
    chart_gaps,
    chart_level,
)
from patrolwise.reporting.benchmark_records import (
    BenchmarkResults,
    GapsRecord,
    LevelRecord,
    MeasureRecord,
    WindowRecord,
)
from patrolwise.reporting.benchmark_time_chart import campaigns_of_quarters, chart_quarters
from patrolwise.reporting.blocks import Block, Bullets, Grid, Paragraph, Subheading
from patrolwise.reporting.campaign_bands import list_campaigns
from patrolwise.reporting.campaign_records import MarkedCampaign

_RARE = "homicide"
NO_MOVE = "No move to another level."


def tell_over_time(
    force: str,
    measure: MeasureRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign] = (),
) -> list[Block]:
    """Return the blocks of one force and measure over time.

    Parameters
    ----------
    force : str
    measure : MeasureRecord
    widths : sequence of int
    campaigns : sequence of MarkedCampaign
        Of the force; marked on the charts by quarter and of days between crimes.

    Returns
    -------
    list of block
        None where the force has too few quarters, or no force is looked at.
    """
    blocks: list[Block] = []
    if measure.over_time is not None:
        blocks += _quarters(force, measure, widths, campaigns)
    if measure.level_over_time is not None:
        blocks += _level(force, measure, widths, campaigns)
    if measure.window is not None:
        blocks += _window(force, measure.window)
    if measure.gaps is not None:
        blocks += _gaps(force, measure, measure.gaps, widths, campaigns)
    elif force and measure.id == _RARE:
        blocks.append(
            Paragraph(
                text="Days from each homicide to the next tell more of so few than quarters do. "
                "They are charted where the dates are given (--dates); none were."
            )
        )
    return blocks


def list_over_time(results: BenchmarkResults) -> list[Block]:
    """Return in one table what the force looked at did over time in each measure.

    Parameters
    ----------
    results : BenchmarkResults
        It looks at a force.

    Returns
    -------
    list of block
        None where nothing is known over time.
    """
    rows = [
        (
            one.title,
            "–" if one.level_over_time is None else _last_move(one.level_over_time),
            "–" if one.window is None else _name_run(one.window),
            "–" if one.window is None else f"{one.window.ratio:.2f}",
            "–" if one.window is None else f"{one.window.p:.3f}",
        )
        for one in results.measures
        if one.level_over_time is not None or one.window is not None
    ]
    if not rows:
        return []
    known = [one.level_over_time for one in results.measures if one.level_over_time]
    false = f"{known[0].in_control / 4:.0f} years" if known else "many years"
    return [
        Subheading(text="Over time, beside all other forces"),
        Paragraph(
            text="Whether it moved to another level, and the run of quarters that departs most "
            f"from its share. Of one measure whose level does not move, one in {false} is told to "
            "have moved, on average. Forces drift for reasons of their own: a small p says that it "
            "went its own way for a time, not why, and p here does not allow for other measures."
        ),
        Grid(
            caption=f"{results.force} over time",
            columns=("Measure", "Newest move of its level", "Strongest run", "Ratio to its share",
                     "p of such a run"),
            rows=tuple(rows),
            numeric=(3, 4),
        ),
    ]  # fmt: skip


def _last_move(level: LevelRecord) -> str:
    return level.moves[-1] if level.moves else NO_MOVE


def _quarters(
    force: str,
    measure: MeasureRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign],
) -> list[Block]:
    chart = measure.over_time
    assert chart is not None
    signals = chart.signals or ("No quarter does more than quarters always do.",)
    blocks: list[Block] = [
        Subheading(text=f"{force}, quarter by quarter"),
        chart_quarters(force, measure, chart, widths, campaigns),
        *list_campaigns(campaigns_of_quarters(chart.quarters, campaigns)),
        Bullets(items=signals),
    ]
    if chart.rebases:
        begun = "; ".join(f"from {quarter}: {why}" for quarter, why in chart.rebases)
        blocks.append(Paragraph(text=f"Limits begin anew where recording changed. {begun}"))
    if chart.is_trial:
        blocks.append(
            Paragraph(text="The newest limits stand on fewer than 12 quarters and may yet move.")
        )
    return blocks


def _level(
    force: str,
    measure: MeasureRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign],
) -> list[Block]:
    level = measure.level_over_time
    assert level is not None
    cut = slice(-SHOWN, None)
    columns = (level.quarters, level.counts, level.others, level.scores, level.ups, level.downs)
    rows = tuple(
        (
            quarter,
            f"{count:,}",
            f"{1_000.0 * count / others:.1f}",
            _number(score, "+.1f"),
            _number(up, ".1f"),
            _number(down, ".1f"),
        )
        for quarter, count, others, score, up, down in zip(
            *(column[cut] for column in columns), strict=True
        )
    )
    return [
        Subheading(text=f"{force}, whether its level moved"),
        chart_level(force, measure, level, widths, campaigns),
        *list_campaigns(campaigns_of_quarters(level.quarters[cut], campaigns)),
        Bullets(items=level.moves or (NO_MOVE,)),
        Paragraph(
            text="Each quarter is held against all before it, as a share of all other forces, so "
            "that seasons and what all forces share take no part. While nothing changes, a move "
            f"is told falsely once in {level.in_control:.0f} quarters, on average; a move by one "
            f"standard deviation of a quarter is told after {level.found_after:.0f} quarters."
        ),
        Grid(
            caption=f"{measure.title}, {force}: the sums of the chart. At {level.threshold:.1f} "
            "the level has moved",
            columns=("Quarter", "Recorded", "For every 1,000 of all others", "Against before",
                     "Sum, more", "Sum, less"),
            rows=rows,
            numeric=(1, 2, 3, 4, 5),
            note="– : its level is being learned." if None in level.scores[cut] else "",
        ),
    ]  # fmt: skip


def _window(force: str, window: WindowRecord) -> list[Block]:
    return [
        Subheading(text=f"{force}, its strongest run"),
        Paragraph(text=window.told),
        Grid(
            caption="The run of quarters that departs most from its share of all forces",
            columns=("Run", "Recorded", "Its share makes", "Ratio", "p", "Looked at"),
            rows=(
                (
                    _name_run(window),
                    f"{window.observed:,}",
                    f"{window.expected:,.0f}",
                    f"{window.ratio:.2f}",
                    f"{window.p:.3f}",
                    f"runs of up to {window.longest} quarters, {window.since} to {window.until}",
                ),
            ),
            numeric=(1, 2, 3, 4),
            note=f"p is of {window.draws} draws each of more and of fewer, in which forces vary by "
            f"{100.0 * window.spread:.0f} % from quarter to quarter beyond chance. It allows for "
            "every run looked at, not for slow drift: a small p does not say why.",
        ),
    ]


def _gaps(
    force: str,
    measure: MeasureRecord,
    gaps: GapsRecord,
    widths: Sequence[int],
    campaigns: Sequence[MarkedCampaign],
) -> list[Block]:
    blocks: list[Block] = [
        Subheading(text=f"{force}, days between"),
        chart_gaps(force, measure, gaps, widths, campaigns),
        *list_campaigns(campaigns_of_gaps(gaps.dates, gaps.days, campaigns)),
        Bullets(items=gaps.signals or ("No gap does more than chance does.",)),
        Paragraph(text=f"{gaps.told} Chart: {gaps.kind}."),
    ]
    if gaps.is_trial:
        blocks.append(Paragraph(text="The limits stand on fewer than 12 gaps and may yet move."))
    blocks.append(
        Grid(
            caption=f"{measure.title}, {force}: days since the one before. Median "
            f"{gaps.centre:.0f}, limits {gaps.low:.0f} and {gaps.high:.0f}",
            columns=("Date", "Days since the one before"),
            rows=tuple((day, f"{days:,}") for day, days in zip(gaps.dates, gaps.days, strict=True)),
            numeric=(1,),
        )
    )
    return blocks


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(round(value, 1) + 0.0, form)  # and no -0.0


def _name_run(window: WindowRecord) -> str:
    if window.first == window.last:
        return window.first
    return f"{window.first} to {window.last}"
