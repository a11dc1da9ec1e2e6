"""How moves to other hours and types, near repeats, and all tests together are told."""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.blocks import Block, Grid, Paragraph, Subheading
from patrolwise.reporting.displacement_records import (
    DisplacementRecord,
    HourShiftRecord,
    NearRepeatBand,
    NearRepeatRecord,
    SwitchRecord,
)
from patrolwise.reporting.wording import (
    NONE,
    describe_change,
    format_count,
    format_interval,
    format_p,
    format_value,
)

_KINDS = {"ring": "Ring", "hours": "Hours", "type": "Type of crime"}


def tell_hours(record: DisplacementRecord) -> Iterator[Block]:
    """Yield what is told of moves to other hours, or why nothing is.

    Parameters
    ----------
    record : DisplacementRecord

    Yields
    ------
    Block
    """
    yield Subheading(text="To other hours of the day?")
    if not record.hours:
        yield Paragraph(text=record.hours_reason)
        return
    first = record.hours[0]
    yield Paragraph(
        text=(
            f"Patrol hours: {_clocks(first.hours)}. Beside them: {_clocks(first.beside_hours)}. "
            f"{_sum_up_hours(record.hours, record.level)} The test is calibrated on simulated "
            "areas only, so it is no headline and carries no conclusion."
        )
    )
    yield Grid(
        caption="Change over that in the rest of the day, net of comparison areas",
        columns=("Outcome", "Hours", "Ratio", "95 % interval", "p", "q", "Crimes with a time"),
        rows=tuple(row for one in record.hours for row in _hour_rows(one)),
        numeric=(2, 3, 4, 5, 6),
        note=(
            "Above 1: crime there rose by more, or fell by less, than in the rest of the day. The "
            "patrol's own hours are the effect and no displacement, so they have no q."
        ),
    )


def tell_switches(record: DisplacementRecord) -> Iterator[Block]:
    """Yield what is told of switches between types of crime, or why nothing is.

    Parameters
    ----------
    record : DisplacementRecord

    Yields
    ------
    Block
    """
    yield Subheading(text="To other types of crime?")
    if not record.switches:
        yield Paragraph(text=record.switches_reason)
        return
    yield Paragraph(text=_sum_up_switches(record.switches, record.level))
    yield Grid(
        caption="Each type in the hot spots: its change over that of all types, net of comparison",
        columns=("Type", "Before", "After", "Change", "Ratio", "95 % interval", "p", "q"),
        rows=tuple(
            (
                one.title,
                format_count(one.before),
                format_count(one.after),
                describe_change(one.before, one.after).replace(" for a percentage", ""),
                format_value(one.estimate),
                _interval(one.estimate.low, one.estimate.high),
                format_p(one.estimate.p),
                format_p(one.q),
            )
            for one in record.switches
        ),
        numeric=(1, 2, 4, 5, 6, 7),
        note="Above 1: the type rose by more than all types together, or fell by less.",
    )


def tell_near_repeats(record: DisplacementRecord) -> Iterator[Block]:
    """Yield what is told of near repeats; why nothing is, where they were asked for.

    Parameters
    ----------
    record : DisplacementRecord

    Yields
    ------
    Block
    """
    yield Subheading(text="Near repeats")
    if not record.near_repeats:
        yield Paragraph(text=record.near_repeats_reason)
        return
    yield Paragraph(
        text=(
            "One crime is often followed by another close by. The ratio says how many pairs of "
            "crimes were so close in place and time, over the number with times shuffled: 1 is "
            "chance. It describes the two windows; it does not test one against the other."
        )
    )
    for one in record.near_repeats:
        if one.reason:
            yield Paragraph(text=f"{one.title}, {one.window}: {one.reason}")
    told = [one for one in record.near_repeats if one.bands]
    if told:
        yield _repeats_grid(told)


def tell_tests(record: DisplacementRecord) -> Iterator[Block]:
    """Yield all tests of displacement, judged as one family.

    Parameters
    ----------
    record : DisplacementRecord

    Yields
    ------
    Block
    """
    yield Subheading(text="All tests of displacement together")
    made = [test for test in record.tests if test.p is not None]
    if not made:
        yield Paragraph(text="No test of displacement could be made.")
        return
    alone = sum(test.p is not None and test.p <= record.level for test in made)
    left = sum(test.q is not None and test.q <= record.level for test in made)
    yield Paragraph(
        text=(
            f"{_number(len(made))} made. With so many, {format_count(len(made) * record.level, 1)} "
            f"would be at p {record.level:g} or less by chance alone; {alone} "
            f"{'is' if alone == 1 else 'are'}. With one false discovery rate over all of them, "
            f"{left} {'is' if left == 1 else 'are'} left."
        )
    )
    yield Grid(
        caption="Every test of displacement, with p and q",
        columns=("Test", "Kind", "Value", "p", "q"),
        rows=tuple(
            (
                test.name,
                _KINDS[test.kind],
                _value(test.value, is_ratio=test.kind != "ring"),
                format_p(test.p),
                format_p(test.q),
            )
            for test in record.tests
        ),
        numeric=(2, 3, 4),
        note=(
            "q: false discovery rate of Benjamini and Hochberg over all rows. Rings are in crimes "
            "or days of harm, 0 is no change; hours and types are ratios, 1 is no change."
        ),
    )


def _clocks(hours: Sequence[int]) -> str:
    """Return hours of the day as ranges, one that passes midnight in one piece."""
    held = set(hours)
    starts = [hour for hour in sorted(held) if (hour - 1) % 24 not in held]
    ranges = []
    for start in starts:
        length = next(step for step in range(1, 25) if (start + step) % 24 not in held)
        ranges.append(f"{start:02d}:00 to {(start + length) % 24:02d}:00")
    return " and ".join(ranges)


def _sum_up_hours(hours: Sequence[HourShiftRecord], level: float) -> str:
    found = [one for one in hours if one.q is not None and one.q <= level]
    if not found:
        return "No change in the hours beside the patrol stands out from the rest of the day."
    told = "; ".join(f"{one.title}, ratio {format_value(one.beside)}" for one in found)
    return f"What stands out in the hours beside the patrol, to be looked for in new data: {told}."


def _hour_rows(one: HourShiftRecord) -> Iterator[tuple[str, ...]]:
    for name, estimate, q in (
        ("Beside the patrol", one.beside, one.q),
        ("Of patrol", one.patrol, None),
    ):
        yield (
            one.title,
            name,
            format_value(estimate),
            _interval(estimate.low, estimate.high),
            format_p(estimate.p),
            format_p(q),
            f"{format_count(one.crimes)} of {format_count(one.crimes + one.left_out)}",
        )


def _sum_up_switches(switches: Sequence[SwitchRecord], level: float) -> str:
    found = [one for one in switches if one.q is not None and one.q <= level]
    firm = [one for one in found if one.estimate.headline and one.estimate.value is not None]
    if not firm:
        return (
            "No switch is shown: no type of crime in the hot spots changed by more than chance "
            "apart from all types together."
        )
    rose = [one.title for one in firm if (one.estimate.value or 0.0) > 1]
    fell = [one.title for one in firm if (one.estimate.value or 0.0) <= 1]
    told = [f"took a larger share: {', '.join(rose)}"] if rose else []
    told += [f"took a smaller share: {', '.join(fell)}"] if fell else []
    return f"The mix of crime in the hot spots changed beyond chance; {'; '.join(told)}."


def _repeats_grid(told: Sequence[NearRepeatRecord]) -> Grid:
    return Grid(
        caption="Pairs of crimes close in place and time, in the hot spots and their rings",
        columns=(
            "Outcome",
            "Metres",
            "Days",
            "Pairs before",
            "Ratio before",
            "p before",
            "Pairs after",
            "Ratio after",
            "p after",
        ),
        rows=tuple(_repeat_rows(told)),
        numeric=(3, 4, 5, 6, 7, 8),
        note=(
            "p is one-sided, one for each figure, and no part of the tests of displacement. Crimes "
            "whose time is not known to within a day are left out: "
            + "; ".join(
                f"{one.title}, {one.window}: {format_count(one.left_out)} of "
                f"{format_count(one.crimes + one.left_out)}"
                for one in told
            )
            + ". Bands with no pair, seen or expected, are not shown."
        ),
    )


def _repeat_rows(told: Sequence[NearRepeatRecord]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each outcome and band, with before and after side by side."""
    for definition in dict.fromkeys(one.definition for one in told):
        own = [one for one in told if one.definition == definition]
        for number, band in enumerate(own[0].bands):
            sides = {one.window: one.bands[number] for one in own}
            if any(side.pairs or side.expected for side in sides.values()):
                yield (
                    own[0].title,
                    f"{format_count(band.from_m)} to {format_count(band.below_m)}",
                    f"{format_count(band.from_days)} to {format_count(band.below_days)}",
                    *_repeat_cells(sides.get("before")),
                    *_repeat_cells(sides.get("after")),
                )


def _repeat_cells(band: NearRepeatBand | None) -> tuple[str, str, str]:
    if band is None:
        return NONE, NONE, NONE
    return format_count(band.pairs), format_count(band.ratio, 2), format_p(band.p)


def _interval(low: float | None, high: float | None) -> str:
    return NONE if low is None else format_interval(low, high)


def _number(tests: int) -> str:
    return "1 test was" if tests == 1 else f"{format_count(tests)} tests were"


def _value(value: float | None, *, is_ratio: bool) -> str:
    if value is None:
        return "not defined"
    return format_count(value, 3) if is_ratio else format_count(value)
