"""What stands round the dose, in words: rhythm, separation, calls away, cost, partners."""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.blocks import Alert, Block, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.patrol_charts import chart_costs
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import (
    CostDifferenceRecord,
    CostRecord,
    PatrolResults,
    RhythmRecord,
    SeparationRecord,
)
from patrolwise.reporting.patrol_wording import (
    format_clock,
    format_pounds,
    format_times,
    format_weekday,
)
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_interval,
    format_percent,
    format_signed,
)

NEVER_TOGETHER = "Never in one hot spot at the same time."
_BASES = {"patrol": "a patrol", "person": "one person"}


def rhythm_section(results: PatrolResults, places: PatrolledPlaces) -> Section:
    """Return how often each service came, how long it stayed and how long it stayed away.

    Parameters
    ----------
    results : PatrolResults
    places : PatrolledPlaces

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text="No visit was made, so there is no rhythm to describe.")]
    if results.rhythm:
        blocks = [
            Paragraph(
                text="A study in Minneapolis found that about 10 to 16 minutes in a hot spot kept "
                "it quiet for longest after the patrol had left (Koper 1995, Justice Quarterly "
                "12(4), 649-672). Coming back within two hours is the other half of that advice."
            )
        ]
    for service in dict.fromkeys(one.service for one in results.rhythm):
        own = [one for one in results.rhythm if one.service == service]
        blocks.append(_rhythm_grid(service, own, places))
    return Section(id="rhythm", title="Rhythm", blocks=tuple(blocks))


def separation_section(results: PatrolResults, places: PatrolledPlaces) -> Section:
    """Return whether services were in one hot spot at the same time.

    Parameters
    ----------
    results : PatrolResults
    places : PatrolledPlaces

    Returns
    -------
    Section
    """
    blocks: list[Block] = []
    for pair in results.separation:
        blocks += _pair_blocks(pair, places)
    if not blocks and len(results.services) < 2:
        blocks.append(Paragraph(text="Fewer than two services were tracked: nobody to keep apart."))
    elif not blocks:
        blocks.append(Paragraph(text="Whether the services kept apart was not asked."))
    return Section(id="separation", title="Kept apart?", blocks=tuple(blocks))


def abstraction_section(results: PatrolResults) -> Section:
    """Return how often units left a hot spot for something else, and why.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: tuple[Block, ...] = (
        Paragraph(text="No call away was logged. Units may still have left without a note of it."),
    )
    if results.abstractions:
        grid = Grid(
            caption="Times that units left a hot spot for something else",
            columns=("Service", "Reason", "Times", "Minutes", "Of the minutes asked for"),
            rows=tuple(
                (
                    one.service,
                    one.reason,
                    format_count(one.times),
                    format_count(one.minutes),
                    NONE if one.share_of_planned is None else format_percent(one.share_of_planned),
                )
                for one in results.abstractions
            ),
            numeric=(2, 3, 4),
            note="A day that fell short for such a reason is still counted as short.",
        )
        blocks = (grid,)
    return Section(id="away", title="Called away", blocks=blocks)


def cost_section(results: PatrolResults, widths: Sequence[int]) -> Section:
    """Return the cost per minute in hot spots, what it is made of, and how services differ.

    Parameters
    ----------
    results : PatrolResults
    widths : sequence of int
        Of the picture, CSS pixels.

    Returns
    -------
    Section
    """
    title = "Cost per minute in hot spots"
    if not results.costs:
        blocks: tuple[Block, ...] = (
            Paragraph(text="No ledger was given, or no cost could be worked out from it."),
        )
        return Section(id="cost", title=title, blocks=blocks)
    return Section(
        id="cost",
        title=title,
        blocks=(
            *(Paragraph(text=cost.sentence, strong=True) for cost in results.costs),
            chart_costs(results.costs, "cost-chart", widths),
            _cost_grid(results.costs),
            *(_ledger_grid(cost) for cost in results.costs),
            *_difference(results.cost_difference),
        ),
    )


def reported_section(results: PatrolResults) -> Section:
    """Return the minutes that partners without trackers report, in a frame of their own.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: tuple[Block, ...] = (Paragraph(text="No partner reported minutes of its own."),)
    if results.reported:
        alert = Alert(
            level="Not verified",
            title="These minutes were reported, and no tracker saw them",
            text="They are in no other figure of this report: in no sum, interval, verdict or "
            "chart.",
        )
        grid = Grid(
            caption="Not verified: minutes that partners report themselves",
            columns=("Partner", "Hot spot", "Minutes, not verified", "Days told of", "Standing"),
            rows=tuple(
                (
                    one.service,
                    one.name,
                    format_count(one.minutes),
                    format_count(one.days),
                    "reported, not verified",
                )
                for one in results.reported
            ),
            numeric=(2, 3),
        )
        blocks = (alert, grid)
    return Section(id="reported", title="Partners' own reports", blocks=blocks)


def _rhythm_grid(service: str, rhythm: Sequence[RhythmRecord], places: PatrolledPlaces) -> Grid:
    return Grid(
        caption=f"Frequency, duration and pauses, {service}",
        columns=(
            "No.",
            "Hot spot",
            "Visits a day",
            "Mean, min",
            "Median, min",
            "Pause, min",
            "10 to 16 min",
            "Within 2 h",
        ),
        rows=tuple(
            (
                places.number(one.area_id),
                one.name,
                format_count(one.visits_a_day, 2),
                format_count(one.mean_min, 1),
                format_count(one.median_min, 1),
                format_count(one.median_gap_min),
                NONE if one.koper_visits is None else format_percent(one.koper_visits, 0),
                NONE if one.koper_gaps is None else format_percent(one.koper_gaps, 0),
            )
            for one in rhythm
        ),
        numeric=(2, 3, 4, 5, 6, 7),
        note="Mean and median: of the length of visits. Pause: the median from the end of a visit "
        "to the next one of that day. 10 to 16 min: share of visits of that length. Within 2 h: "
        "share of pauses of two hours or less.",
    )


def _pair_blocks(pair: SeparationRecord, places: PatrolledPlaces) -> Iterator[Block]:
    yield Subheading(text=f"{pair.service_a} and {pair.service_b}")
    if pair.meetings:
        times = format_times(len(pair.meetings), "time")
        words = f"Together {times}, {format_count(pair.minutes_together, 1)} minutes in all."
        yield Paragraph(text=words, strong=True)
    else:
        yield Paragraph(text=NEVER_TOGETHER, strong=True)
    yield Paragraph(text=pair.sentence)
    if pair.rate is not None:
        interval = format_interval(pair.rate_low, pair.rate_high, 1)
        yield Paragraph(
            text=f"Rate: {format_count(pair.rate, 1)} meetings in 100 hours of {pair.service_b} "
            f"in hot spots ({interval if pair.rate_low is None else '95 % interval ' + interval}), "
            f"on {format_count(pair.hours_of_b, 1)} hours."
        )
    if pair.nearest_margin_min is None:
        yield Paragraph(text="The two were never in the same hot spot on one day.")
    elif not pair.meetings:
        margin = format_count(pair.nearest_margin_min)
        yield Paragraph(text=f"The nearest: one left {margin} minutes before the other came.")
    if pair.meetings:
        yield _meetings_grid(pair, places)


def _meetings_grid(pair: SeparationRecord, places: PatrolledPlaces) -> Grid:
    return Grid(
        caption=f"When {pair.service_a} and {pair.service_b} met, local time",
        columns=("Day", "Hot spot", "From", "Until", "Minutes", "Units"),
        rows=tuple(
            (
                format_weekday(one.day),
                places.label(one.area_id),
                format_clock(one.start),
                format_clock(one.end),
                format_count(one.minutes, 1),
                f"{one.unit_a} and {one.unit_b}",
            )
            for one in pair.meetings
        ),
        numeric=(2, 3, 4),
    )


def _cost_grid(costs: Sequence[CostRecord]) -> Grid:
    return Grid(
        caption="Pounds a minute in hot spots",
        columns=(
            "Service",
            "Of",
            "Credited",
            "Expected",
            "95 % interval",
            "Pounds",
            "Minutes",
            "Verified",
        ),
        rows=tuple(
            (
                cost.service,
                _BASES.get(cost.basis, cost.basis),
                format_pounds(cost.per_minute),
                format_pounds(cost.corrected),
                _pounds_interval(cost),
                format_pounds(cost.pounds, 0),
                format_count(cost.minutes),
                "by trackers" if cost.is_verified else "no",
            )
            for cost in costs
        ),
        numeric=(2, 3, 4, 5, 6),
        note="Credited: a minute on the minutes credited. Expected: a minute on the minutes that "
        "are expected to be true; the interval is that of this figure. A minute of a patrol counts "
        "a pair once; a minute of one person counts each of the two. The interval holds the error "
        "of the minutes; the pounds are taken as exact.",
    )


def _pounds_interval(cost: CostRecord) -> str:
    if cost.low is None:
        return "no interval"
    high = "no limit" if cost.high is None else format_pounds(cost.high)
    return f"{format_pounds(cost.low)} to {high}"


def _ledger_grid(cost: CostRecord) -> Grid:
    return Grid(
        caption=f"What went in, {cost.service}",
        columns=("Kind of cost", "Pounds"),
        rows=(
            *((kind, format_pounds(pounds, 0)) for kind, pounds in cost.pounds_by_kind),
            ("All of it", format_pounds(cost.pounds, 0)),
        ),
        numeric=(1,),
    )


def _difference(difference: CostDifferenceRecord | None) -> Iterator[Block]:
    if difference is None:
        yield Paragraph(text="The costs of two services were not compared.")
        return
    interval = "no interval"
    if difference.low_percent is not None and difference.high_percent is not None:
        low, high = (
            format_signed(end, 1) for end in (difference.low_percent, difference.high_percent)
        )
        interval = f"95 % interval {low} to {high} %"
    credited, expected = (
        f"{format_signed(change, 1)} %"
        for change in (difference.difference_percent, difference.corrected_percent)
    )
    both = f"{credited} on credited minutes; {expected} on the minutes expected to be true"
    yield Subheading(text="How the two differ")
    yield Paragraph(text=difference.sentence, strong=True)
    yield Paragraph(
        text=f"{difference.service_a} against {difference.service_b}: "
        f"{credited if credited == expected else both} ({interval})."
    )
    for caution in difference.cautions:
        yield Alert(level="With care", title="Before you quote this difference", text=caution)
