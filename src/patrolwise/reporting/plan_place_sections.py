"""What the report says of places: what each gets, who is where when, how services keep apart."""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.blocks import Alert, Block, Grid, Paragraph, Section
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_wording import format_share, format_weekday, read_time
from patrolwise.reporting.plan_records import PlanDoseRecord, PlanMarginRecord, PlanReport
from patrolwise.reporting.plan_timeline import (
    TimelineBar,
    TimelineRow,
    chart_timeline,
    describe_timeline,
    list_timeline,
)
from patrolwise.reporting.svg import Label
from patrolwise.reporting.wording import NONE, format_count, format_signed


def find_plan_places(report: PlanReport) -> PatrolledPlaces:
    """Return the number and the name of every hot spot that the report speaks of.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    PatrolledPlaces
        In the order of the doses, then of first mention.
    """
    mentions = [
        *((dose.area_id, dose.name) for dose in report.doses),
        *((margin.area_id, margin.name) for margin in report.margins),
        *((one.area_id, one.name) for one in report.arrivals),
        *((stay.area_id, stay.area_id) for stay in report.stays if stay.area_id),
    ]
    names: dict[str, str] = {}
    for area_id, name in mentions:
        names.setdefault(area_id, name or area_id)
    numbers = {area_id: number for number, area_id in enumerate(names, start=1)}
    return PatrolledPlaces(numbers=numbers, names=names)


def plan_dose_section(report: PlanReport, places: PatrolledPlaces) -> Section:
    """Return what each hot spot is to get, against the rule.

    Parameters
    ----------
    report : PlanReport
    places : PatrolledPlaces

    Returns
    -------
    Section
    """
    blocks: list[Block] = []
    for service in dict.fromkeys(dose.service for dose in report.doses):
        own = [dose for dose in report.doses if dose.service == service]
        short = [
            places.label(dose.area_id)
            for dose in own
            if dose.owed_min is not None and dose.planned_min < dose.owed_min - 0.5
        ]
        if short:
            blocks.append(
                Alert(
                    level="Short",
                    title=f"{service} owes more than is planned",
                    text=f"Less than the rule asks is planned for {'; '.join(short)}.",
                )
            )
        blocks.append(_dose_grid(service, own, places))
    if not blocks:
        blocks.append(Paragraph(text="No visit is planned, and no rule owes any."))
    return Section(id="dose", title="What each hot spot is to get", blocks=tuple(blocks))


def plan_shift_section(
    report: PlanReport, places: PatrolledPlaces, widths: Sequence[int]
) -> Section:
    """Return who is planned where on one day, drawn and as a table.

    Parameters
    ----------
    report : PlanReport
    places : PatrolledPlaces
    widths : sequence of int
        Of the picture, CSS pixels.

    Returns
    -------
    Section
    """
    rows = timeline_rows(report, places)
    if not rows:
        none: tuple[Block, ...] = (Paragraph(text="No shift is planned, so none is drawn."),)
        return Section(id="shift", title="One day's plan", blocks=none)
    day = format_weekday(report.shown_day)
    label = Label(
        id="shift",
        title=f"The plan of {day}, local time. White bars: visits, with the hot spot's number. "
        "Hatched bars: breaks. Lines: on duty.",
        description=describe_timeline(rows),
    )
    return Section(
        id="shift",
        title=f"One day's plan: {day}",
        blocks=(
            chart_timeline(rows, label, widths),
            list_timeline(rows, f"The same as a table: visits and breaks of {day}"),
        ),
    )


def timeline_rows(report: PlanReport, places: PatrolledPlaces) -> list[TimelineRow]:
    """Return the units on duty on the day that is shown, with what is planned for each.

    Parameters
    ----------
    report : PlanReport
    places : PatrolledPlaces

    Returns
    -------
    list of TimelineRow
        By service, in the report's order, then unit and start.
    """
    order = {service: number for number, service in enumerate(report.services)}
    shifts = sorted(
        (shift for shift in report.shifts if shift.day == report.shown_day),
        key=lambda s: (order.get(s.service, len(order)), s.service, s.unit_id, s.start),
    )
    rows = []
    for shift in shifts:
        key = (shift.unit_id, shift.service, shift.day, shift.shift)
        own = [s for s in report.stays if (s.unit_id, s.service, s.day, s.shift) == key]
        rows.append(
            TimelineRow(
                unit_id=shift.unit_id,
                service=shift.service,
                start=read_time(shift.start),
                end=read_time(shift.end),
                bars=tuple(
                    TimelineBar(
                        start=read_time(stay.start),
                        end=read_time(stay.end),
                        number=places.number(stay.area_id) if stay.area_id else "",
                        name=places.names[stay.area_id] if stay.area_id else "Break",
                    )
                    for stay in sorted(own, key=lambda s: s.start)
                ),
            )
        )
    return rows


def margin_section(report: PlanReport, places: PatrolledPlaces) -> Section:
    """Return how near services are planned to come to each other, hot spot by hot spot.

    Parameters
    ----------
    report : PlanReport
    places : PatrolledPlaces

    Returns
    -------
    Section
    """
    if not report.margins:
        none: tuple[Block, ...] = (Paragraph(text="No services were to be kept apart."),)
        return Section(id="separation", title="Kept apart?", blocks=none)
    pairs = dict.fromkeys((one.service_a, one.service_b) for one in report.margins)
    blocks = [block for pair in pairs for block in _margin_blocks(report, pair, places)]
    return Section(id="separation", title="Kept apart?", blocks=tuple(blocks))


def _dose_grid(service: str, doses: Sequence[PlanDoseRecord], places: PatrolledPlaces) -> Grid:
    return Grid(
        caption=f"{service}: minutes planned for each hot spot, against the rule",
        columns=("No.", "Hot spot", "Visits", "Planned min", "Owed min", "Difference", "Expected"),
        rows=tuple(_dose_row(dose, places) for dose in doses),
        numeric=(2, 3, 4, 5, 6),
        note="Expected: planned minutes, times the share of planned minutes that was delivered "
        "before; an en dash where nothing is known.",
    )


def _dose_row(dose: PlanDoseRecord, places: PatrolledPlaces) -> tuple[str, ...]:
    owed = dose.owed_min
    return (
        places.number(dose.area_id),
        places.names[dose.area_id],
        format_count(dose.visits),
        format_count(dose.planned_min),
        "no rule" if owed is None else format_count(owed),
        NONE if owed is None else format_signed(dose.planned_min - owed),
        format_count(dose.expected_min),
    )


def _margin_blocks(
    report: PlanReport, pair: tuple[str, str], places: PatrolledPlaces
) -> Iterator[Block]:
    own = [one for one in report.margins if (one.service_a, one.service_b) == pair]
    kept = sum(_is_kept(one) for one in own)
    names = f"{pair[0]} and {pair[1]}"
    yield Paragraph(
        text=f"{names} keep the margin asked in {format_share(kept, len(own))} hot spots.",
        strong=True,
    )
    yield Grid(
        caption=f"{names}: the nearest planned approach in each hot spot",
        columns=("No.", "Hot spot", "Nearest, min", "Asked, min", "On", "Kept"),
        rows=tuple(
            (
                places.number(one.area_id),
                places.names[one.area_id],
                format_count(one.nearest_min),
                format_count(one.asked_min),
                format_weekday(one.day) if one.day else "never both on one day",
                "yes" if _is_kept(one) else "no",
            )
            for one in own
        ),
        numeric=(2, 3),
        note="Nearest: minutes from one service leaving to the other coming.",
    )


def _is_kept(one: PlanMarginRecord) -> bool:
    return one.nearest_min is None or one.nearest_min >= one.asked_min
