"""How pounds for each crime prevented are told: table T7, break-even, service against service."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.cost_effectiveness import FEW_POUNDS
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.protocol import NO_PROTOCOL
from patrolwise.reporting.blocks import Alert, Block, Bullets, Document, Grid, Paragraph, Section
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.cost_records import (
    BreakEvenRecord,
    CostEffectRecord,
    CostEffects,
)
from patrolwise.reporting.day_wording import tell_ratio
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.protocol_sections import label_standing
from patrolwise.reporting.results import Severity
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_interval,
    format_percent,
    format_window,
)

_NOT_SHOWN = "not shown"
QUESTION = "What did a crime prevented cost, and what must be prevented for the patrols to pay?"


def cost_sections(effects: CostEffects | None) -> tuple[Section, ...]:
    """Return the section on costs; none where none are declared.

    Parameters
    ----------
    effects : CostEffects or None

    Returns
    -------
    tuple of Section
        One or none.
    """
    if effects is None:
        return ()
    title = "What the patrols cost, and what that bought"
    return (Section(id="costs", title=title, blocks=tuple(_blocks(effects))),)


def build_cost_document(effects: CostEffects) -> Document:
    """Return the report on costs alone.

    Parameters
    ----------
    effects : CostEffects

    Returns
    -------
    Document
    """
    mark = "Simulated data. " if effects.is_simulated else ""
    made = f"{mark}Made by Patrolwise {effects.version}."
    return Document(
        title=effects.title,
        question=QUESTION,
        notice=f"{SIMULATED}." if effects.is_simulated else effects.notice,
        sections=cost_sections(effects),
        footer=f"{made} Every figure rests on cost-effect.json.",
    )


def tell_cost_effects(effects: CostEffects) -> str:
    """Return costs for the terminal.

    Parameters
    ----------
    effects : CostEffects

    Returns
    -------
    str
        Lines, joined by a line break.
    """
    return "\n".join(_lines(effects))


def _lines(effects: CostEffects) -> Iterator[str]:
    if effects.is_simulated:
        yield f"! {SIMULATED}."
    yield f"{effects.title}: pounds of {effects.price_year}"
    for one in effects.records:
        yield ""
        yield f"{one.outcome} ({one.definition}), {one.service}, per {one.what}"
        yield f"  {one.sentence}"
        if one.design:
            yield f"  from {one.design}; {_tell_pounds(one)}"
        if one.even is not None:
            yield f"  {_tell_even(one.even)}"
            yield f"  {_tell_benefit(one.even)}"
        if one.reason and one.reason not in one.sentence:
            yield f"  {one.reason}"
        yield from (f"  ! {caution}" for caution in one.cautions)
    told = [*_compare(effects), *_compare_minutes(effects)]
    if told:
        yield ""
        yield from told
    yield "What this cannot say:"
    yield from (f"  - {limit}" for limit in effects.limits)


def _blocks(effects: CostEffects) -> Iterator[Block]:
    for one in effects.records:
        if one.pounds is not None:
            yield Paragraph(text=one.sentence, strong=True)
    priced = [one for one in effects.records if one.pounds is not None]
    if priced:
        yield _prices_grid(priced, effects.price_year)
        yield _effects_grid(priced)
    valued = [one for one in priced if one.even is not None]
    if valued:
        yield _even_grid(valued)
    compared = (*_compare(effects), *_compare_minutes(effects))
    if compared:
        yield Bullets(items=compared)
    yield from _refusals(effects.records)
    cautions = tuple(dict.fromkeys(text for one in priced for text in one.cautions))
    yield Bullets(items=(*cautions, *effects.limits))


def _prices_grid(records: Sequence[CostEffectRecord], year: int) -> Grid:
    return Grid(
        caption=f"T7. Pounds for each crime, or harm day, prevented, {year} prices",
        columns=("What", "Paid", "A minute", "Prevented", "For each", "Interval"),
        rows=tuple(
            (
                _head(number, one),
                _pounds(one.pounds),
                _pounds(one.pounds_a_minute, 2),
                _prevented(one),
                _NOT_SHOWN if one.pounds_each is None else _pounds(one.pounds_each),
                _interval(one),
            )
            for number, one in enumerate(records, start=1)
        ),
        numeric=(1, 2, 3, 4, 5),
        note=(
            "Where the interval of the ratio reaches 1, the patrols are not shown to prevent "
            "crime, and no price is given. Intervals go through the whole chain: counts, effect, "
            "pounds."
        ),
    )


def _effects_grid(records: Sequence[CostEffectRecord]) -> Grid:
    return Grid(
        caption="The effects that the prices rest on",
        columns=("What", "Effect from", "Days", "Ratio", "Recorded", "Protocol"),
        rows=tuple(
            (
                _head(number, one),
                one.design,
                format_window(one.window) if one.window else NONE,
                NONE if one.ratio is None else _tell_ratio(one.ratio),
                format_count(one.recorded),
                "none frozen" if one.planned == NO_PROTOCOL else label_standing(one.planned),
            )
            for number, one in enumerate(records, start=1)
        ),
        numeric=(3, 4),
        note="Recorded: on the days that are costed.",
    )


def _head(number: int, one: CostEffectRecord) -> str:
    return f"{number}. {one.service}: {one.outcome}, per {one.what}"


def _prevented(one: CostEffectRecord) -> str:
    if one.prevented is None:
        return _NOT_SHOWN
    return _ranged(one.prevented, (one.prevented_low, one.prevented_high), 0)


def _even_grid(records: Sequence[CostEffectRecord]) -> Grid:
    return Grid(
        caption="What must be prevented for the patrols to pay, and what was prevented is worth",
        columns=(
            "What",
            "A crime costs",
            "Crimes to prevent",
            "A fall of",
            "Minutes a crime",
            "Worth a pound",
            "Interval",
        ),
        rows=tuple(tuple(_even_cells(one, one.even)) for one in records if one.even is not None),
        numeric=(1, 2, 3, 4, 5, 6),
        note="Minutes a crime: patrol that the cost of one crime pays for. Worth a pound: what the "
        "crimes prevented would have cost, for each pound paid. What a crime costs: "
        + "; ".join(
            dict.fromkeys(
                f"{source} ({one.even.price_year} prices)"
                for one in records
                if one.even is not None
                for source in one.even.sources
            )
        )
        + ".",
    )


def _even_cells(one: CostEffectRecord, even: BreakEvenRecord) -> Iterator[str]:
    yield f"{one.service}: {one.outcome}"
    yield _pounds(even.pounds_a_crime)
    yield _ranged(even.crimes, (even.crimes_low, even.crimes_high), 1)
    yield format_percent(even.fall)
    yield format_count(even.minutes_a_crime)
    yield _NOT_SHOWN if even.pounds_a_pound is None else _pounds(even.pounds_a_pound, 2)
    if even.pounds_a_pound_low is None:
        yield NONE
    else:
        ends = (even.pounds_a_pound_low, even.pounds_a_pound_high)
        yield f"£{format_interval(*ends)}".replace(" to ", " to £")


def _refusals(records: Sequence[CostEffectRecord]) -> Iterator[Alert]:
    for one in records:
        if one.reason and (one.pounds is None or one.even is None):
            title = "No price" if one.pounds is None else "No break-even and no benefit"
            yield Alert(
                level=SEVERITY_WORDS[Severity.NOTE if one.pounds else Severity.AMBER],
                title=f"{title}: {one.service}, {one.outcome}, per {one.what}",
                text=one.reason,
            )


def _compare(effects: CostEffects) -> tuple[str, ...]:
    told = []
    for one in effects.comparisons:
        head = f"For each {one.what} prevented ({one.definition}), {one.a} against {one.b}"
        if one.ratio is None:
            told.append(f"{head}: {one.reason}")
        else:
            sure = format_interval(one.low, one.high)
            told.append(f"{head}: {one.ratio:.2f} of its price (interval {sure}).")
    return tuple(told)


def _compare_minutes(effects: CostEffects) -> tuple[str, ...]:
    return tuple(
        f"A minute cost £{one.a_pounds:.2f} by {one.a} and £{one.b_pounds:.2f} by {one.b}: "
        f"{format_percent(abs(one.percent) / 100)} {'less' if one.percent < 0 else 'more'}. That "
        "says what was bought, and nothing of which prevents more."
        for one in effects.rates
    )


def _tell_pounds(one: CostEffectRecord) -> str:
    rate = f", £{one.pounds_a_minute:.2f} a minute" if one.pounds_a_minute else ""
    return f"{_pounds(one.pounds)} paid{rate}"


def _tell_even(even: BreakEvenRecord) -> str:
    minutes = ""
    if even.minutes_a_crime is not None:
        minutes = f"; one crime pays for {format_count(even.minutes_a_crime)} minutes"
    return (
        f"Breaks even at {_ranged(even.crimes, (even.crimes_low, even.crimes_high), 1)} crimes "
        f"prevented, a fall of {format_percent(even.fall)}, at {_pounds(even.pounds_a_crime)} a "
        f"crime ({'; '.join(even.sources)}){minutes}."
    )


def _tell_benefit(even: BreakEvenRecord) -> str:
    if even.pounds_a_pound is None:
        return "No benefit for each pound: not shown to prevent crime."
    low, high = even.pounds_a_pound_low or 0.0, even.pounds_a_pound_high or 0.0
    return (
        f"£{even.pounds_a_pound:.2f} of crime prevented for each pound paid (£{low:.2f} to "
        f"£{high:.2f})."
    )


def _interval(one: CostEffectRecord) -> str:
    if one.pounds_each is None:
        return NONE
    top = "no upper end" if one.pounds_each_high is None else _pounds(one.pounds_each_high)
    return f"{_pounds(one.pounds_each_low)} to {top}"


def _pounds(value: float | None, decimals: int | None = None) -> str:
    """Return pounds; pence where there are few."""
    if value is None:
        return NONE
    if decimals is None:
        decimals = 2 if value < FEW_POUNDS else 0
    return f"£{format_count(value, decimals)}"


def _tell_ratio(ratio: Estimate) -> str:
    return f"{tell_ratio(ratio)} ({format_interval(ratio.low, ratio.high)})"


def _ranged(value: float, ends: tuple[float | None, float | None], decimals: int) -> str:
    low, high = ends
    if low is None or high is None or format_count(low, decimals) == format_count(high, decimals):
        return format_count(value, decimals)
    return f"{format_count(value, decimals)} ({format_interval(low, high, decimals)})"
