"""How hot spots are told beside a wider area: a force, a region or a nation."""

from collections.abc import Iterator, Sequence

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.reporting.blocks import Alert, Block, Grid, Paragraph, Subheading
from patrolwise.reporting.comparator_records import WiderRecord
from patrolwise.reporting.conclusions import SEVERITY_WORDS
from patrolwise.reporting.wording import (
    format_count,
    format_interval,
    format_month,
)


def tell_wider(wider: Sequence[WiderRecord]) -> Iterator[Block]:
    """Yield what a reader is told of wider areas; nothing when there are none.

    Parameters
    ----------
    wider : sequence of WiderRecord

    Yields
    ------
    Block
    """
    if not wider:
        return
    yield Subheading(text="Beside a wider area")
    yield Paragraph(
        text="A wider area tells what happened everywhere. It cannot tell how far single places "
        "depart from that by themselves, so it carries no conclusion."
    )
    yield Grid(
        caption="The hot spots' change and a wider area's, in the same months",
        columns=("Wider area", "Months", "Hot spots", "Wider area's", "Ratio", "Interval"),
        rows=tuple(_row(one) for one in wider),
        numeric=(1, 2, 3, 4, 5),
        note="Hot spots, wider area's: crimes after for each crime before. Months: compared in "
        "each window. Where a wider area holds the hot spots, their crimes were taken out of it.",
    )
    breaks = [
        (one.name, f"{format_month(broken.month)}: {broken.what}")
        for one in wider
        for broken in one.breaks
    ]
    if breaks:
        yield Grid(
            caption="When recording changed",
            columns=("Wider area", "From, and what"),
            rows=tuple(breaks),
        )
    for one in wider:
        yield from tell_own_guards(one.guards)


def tell_own_guards(guards: Sequence[Guard]) -> tuple[Alert, ...]:
    """Return the guards of one comparison as warnings: red ones take only its own conclusion.

    Parameters
    ----------
    guards : sequence of Guard

    Returns
    -------
    tuple of Alert
    """
    red = "This comparison cannot be relied on"
    return tuple(
        Alert(
            level=red if guard.severity is Severity.RED else SEVERITY_WORDS[guard.severity],
            title=guard.title,
            text=guard.message,
        )
        for guard in guards
    )


def _row(one: WiderRecord) -> tuple[str, ...]:
    estimate = one.result.estimate
    return (
        one.name,
        str(one.months),
        format_count(one.hot_spots_ratio, 2),
        format_count(one.wider_ratio, 2),
        format_count(estimate.value, 2) if estimate.value is not None else "not defined",
        format_interval(estimate.low, estimate.high),
    )
