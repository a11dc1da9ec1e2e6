"""How one outcome is told beside other places, its own forecast and wider areas."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT, Guard
from patrolwise.reporting.blocks import (
    Alert,
    Block,
    Bullets,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Terms,
)
from patrolwise.reporting.campaign_bands import list_campaigns
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.reporting.comparator_charts import campaigns_of_blend, chart_blend
from patrolwise.reporting.comparator_records import (
    ComparatorRecord,
    ComparedRecord,
    PanelRecord,
    PreTrendRecord,
    SyntheticRecord,
)
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.do_nothing_sections import tell_twins
from patrolwise.reporting.results import Severity
from patrolwise.reporting.wider_sections import tell_own_guards, tell_wider
from patrolwise.reporting.wording import (
    NONE,
    describe_change,
    format_count,
    format_day,
    format_interval,
    format_p,
    format_percent,
)

_SHOWN_WEIGHT = 0.005  # less is not told area by area
_WHY_NOT = {
    "difference-in-differences": "with fewer than 30 areas it errs more often than it says",
    "synthetic-control": "no interval can be had from so few areas, or from months so unlike",
    "twin-ratio": "its range leaves out that places change apart by themselves",
    "ratio-to-wider-area": "how far places differ from a wider area by themselves is not known",
}


def comparator_section(
    record: ComparatorRecord,
    number: int,
    widths: Sequence[int],
    campaigns: Sequence[CampaignRecord] = (),
) -> Section:
    """Return the section of one outcome: a sentence, all estimates, then what each rests on.

    Parameters
    ----------
    record : ComparatorRecord
    number : int
        Of the outcome, from 1; it makes addresses unique within the page.
    widths : sequence of int
        Of the pictures, CSS pixels.
    campaigns : sequence of CampaignRecord
        Marked on the chart of the blend.

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text=state_comparison(record), strong=True)]
    if record.permutation is not None and record.permutation.against:
        blocks.append(
            Alert(
                level=SEVERITY_WORDS[Severity.RED],
                title="Other places cannot tell here",
                text=". ".join(record.permutation.against) + ".",
            )
        )
    if record.panel is not None:
        blocks += _tell_panel(record.panel)
    blocks += _estimates(record)
    if record.panel is not None and record.synthetic is not None:
        blocks += _tell_blend(record.panel, record.synthetic)
        blocks.append(chart_blend(record, f"blend-{number}", widths, campaigns))
        blocks += list_campaigns(campaigns_of_blend(record.panel, campaigns))
        blocks.append(_weights_grid(record.synthetic))
    if record.pre_trend is not None:
        blocks += _tell_before(record.pre_trend, record.guards)
    if record.twin is not None:
        blocks += tell_twins(record.twin)
    blocks += tell_wider(record.wider)
    if record.uncomputed:
        blocks.append(Subheading(text="What could not be computed"))
        blocks.append(Terms(items=tuple((one.what, one.reason) for one in record.uncomputed)))
    return Section(
        id=f"compared-{number}",
        title=f"Compared with other places: {record.title}",
        blocks=tuple(blocks),
    )


def state_comparison(record: ComparatorRecord) -> str:
    """Return in one or two sentences what other places say; no finding where they cannot.

    Parameters
    ----------
    record : ComparatorRecord

    Returns
    -------
    str
    """
    main, panel = record.permutation, record.panel
    if main is None or panel is None:
        return f"The hot spots could not be set beside other places. {record.uncomputed[0].reason}"
    estimate = main.estimate
    if estimate.value is None:
        return f"The hot spots could not be set beside other places. {estimate.note}"
    if not main.carries:
        return (
            "No conclusion can be drawn from other places: what is compared here is not alike, or "
            "is not to be relied on. The figures below are shown so that they can be checked."
        )
    areas = "area" if panel.comparison == 1 else "areas"
    begun = (
        f"Set beside {panel.comparison} comparison {areas}, crime in the hot spots ended "
        f"{_how_far(estimate.value, panel)} if both had changed alike "
        f"({_tell_ratio(estimate)})"
    )
    if estimate.p is None or estimate.p >= 1 - estimate.level:
        return f"{begun}. A difference of that size could be chance."
    return f"{begun}. Chance alone seldom does that; what did, this cannot say."


def _tell_ratio(estimate: Estimate) -> str:
    told = f"ratio {format_count(estimate.value, 2)}"
    if estimate.low is None or estimate.high is None:
        return f"{told}, no interval"
    level = format_percent(estimate.level, 0)
    return f"{told}, {level} interval {format_interval(estimate.low, estimate.high)}"


def _how_far(ratio: float, panel: PanelRecord) -> str:
    if round(ratio, 3) == 1:
        return "where it would have ended"
    way = "lower" if ratio < 1 else "higher"
    if min(panel.hot_spots_crimes[0], panel.comparison_crimes[0]) < FEWEST_FOR_PERCENT:
        return f"{way} than"
    return f"{format_percent(abs(ratio - 1), 0)} {way} than"


def _tell_panel(panel: PanelRecord) -> Iterator[Block]:
    units = f"{panel.unit}s" if panel.unit == "month" else "blocks of four weeks"
    before, after = panel.first_after, len(panel.periods) - panel.first_after
    yield Paragraph(
        text=f"Compared are {panel.hot_spots} hot spots and {panel.comparison} comparison areas, "
        f"from {format_day(panel.periods[0])} to {format_day(panel.last)}: {before} {units} before "
        f"and {after} after. In the hot spots {_told(panel.hot_spots_crimes)}; in the comparison "
        f"areas {_told(panel.comparison_crimes)}."
    )
    if panel.left_out:
        yield Paragraph(text="Left out:")
        yield Bullets(items=panel.left_out)


def _told(crimes: tuple[int, int]) -> str:
    before, after = crimes
    counts = f"{format_count(before)} crimes before and {format_count(after)} after"
    return f"there were {counts} ({describe_change(before, after)})"


def _estimates(record: ComparatorRecord) -> Iterator[Block]:
    rows = [
        (name, found)
        for name, found in (
            ("Comparison areas, placebo in space", record.permutation),
            ("Comparison areas, clustered by area", record.difference),
            ("Synthetic control", record.synthetic.result if record.synthetic else None),
            ("Forecast with nothing done", record.twin.ratio if record.twin else None),
            *((wider.name, wider.result) for wider in record.wider),
        )
        if found is not None
    ]
    if not rows:
        return
    yield Grid(
        caption=f"T6. Crime in the hot spots after, as a ratio to what is compared: "
        f"{record.definition}",
        columns=("Compared with", "Ratio", "Interval", "p", "May carry a conclusion"),
        rows=tuple(_estimate_row(name, found) for name, found in rows),
        numeric=(1, 2, 3),
        note="A ratio of 1 is no difference; below 1 the hot spots did better. Intervals are of "
        "95 %. Placebo in space: other areas are taken for the hot spots at random, and p is how "
        "often they end as far apart. These are answers to one question, each leaning on "
        "something else: none is to be picked out because it is the largest.",
    )


def _estimate_row(name: str, found: ComparedRecord) -> tuple[str, ...]:
    estimate = found.estimate
    return (
        name,
        format_count(estimate.value, 2) if estimate.value is not None else "not defined",
        format_interval(estimate.low, estimate.high) if estimate.value is not None else NONE,
        format_p(estimate.p),
        _tell_standing(found),
    )


def _tell_standing(found: ComparedRecord) -> str:
    if found.carries:
        return "Yes"
    if found.estimate.value is None:
        return "No: it is not defined for these counts"
    if found.against:
        return f"No: {'; '.join(title[0].lower() + title[1:] for title in found.against)}"
    return f"No: {_WHY_NOT.get(found.estimate.id, 'it is not calibrated')}"


def _tell_blend(panel: PanelRecord, synthetic: SyntheticRecord) -> Iterator[Block]:
    yield Subheading(text="A blend of comparison areas (synthetic control)")
    level = "Before, it is"
    if synthetic.off_level is not None:
        level = f"Before, it is {format_percent(synthetic.off_level, 0)} off their level, and"
    yield Paragraph(
        text="No single area need be like the hot spots; a blend of several may be. This one was "
        f"made to move as they did before. {level} {format_count(synthetic.gap_before, 1)} crimes "
        f"a {panel.unit} away from a hot spot's mean; counts' own luck would make that "
        f"{format_count(synthetic.gap_by_chance, 1)}. {_tell_rank(synthetic.result.estimate)}"
    )
    yield from tell_own_guards(synthetic.guards)


def _weights_grid(synthetic: SyntheticRecord) -> Grid:
    shown = [one for one in synthetic.weights if one.weight >= _SHOWN_WEIGHT]
    others = len(synthetic.weights) - len(shown)
    have = "area has" if others == 1 else "areas have"
    return Grid(
        caption="What the blend is made of",
        columns=("Comparison area", "Share"),
        rows=tuple((one.name, format_percent(one.weight)) for one in shown),
        numeric=(1,),
        note=f"{others} other comparison {have} no share, or less than 0.5 %." if others else "",
    )


def _tell_rank(estimate: Estimate) -> str:
    if not estimate.value:
        return estimate.note
    return f"Its p is {estimate.note[:1].lower()}{estimate.note[1:]}"


def _tell_before(checked: PreTrendRecord, guards: Sequence[Guard]) -> Iterator[Block]:
    yield Subheading(text="Did the places move alike before?")
    if checked.p is None:
        yield Paragraph(text=f"That could not be tested. {checked.note}".strip())
    else:
        apart = "moved apart" if checked.p < 0.05 else "were not seen to move apart"
        yield Paragraph(
            text=f"Before, hot spots and comparison areas {apart} by more than chance "
            f"(p {format_p(checked.p)}). {_tell_power(checked)}"
        )
    yield from (
        Alert(level=SEVERITY_WORDS[guard.severity], title=guard.title, text=guard.message)
        for guard in guards
    )
    if checked.leads:
        yield Grid(
            caption="Hot spots to comparison areas in each stretch before, against the last one",
            columns=("From", "To", "Ratio"),
            rows=tuple(
                (format_day(one.first), format_day(one.last), format_count(one.ratio, 2))
                for one in checked.leads
            ),
            numeric=(2,),
            note="1 is the same as in the last stretch before the after window.",
        )


def _tell_power(checked: PreTrendRecord) -> str:
    if checked.drift is None or checked.faked is None:
        return checked.note
    return (
        "Only a drift of "
        f"{format_percent(1 - checked.drift)} from one period to the next would be found "
        f"{format_percent(checked.power, 0)} of the time; going on to the end, it would give a "
        f"ratio of {format_count(checked.faked, 2)} with no effect at all."
    )
