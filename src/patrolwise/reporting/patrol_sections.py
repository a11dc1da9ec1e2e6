"""How the dose of patrols is told: main findings, dose against the rule, the days, one shift."""

from collections.abc import Iterator, Sequence
from datetime import date

from patrolwise.reporting.blocks import (
    Alert,
    Block,
    Bullets,
    Card,
    Cards,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Terms,
)
from patrolwise.reporting.patrol_charts import chart_doses
from patrolwise.reporting.patrol_day_chart import LONGEST_BY_DAY, chart_days
from patrolwise.reporting.patrol_map import draw_patrol_map
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import (
    DoseDayRecord,
    DoseRecord,
    DoseRuleRecord,
    PatrolResults,
    StayRecord,
    TotalRecord,
)
from patrolwise.reporting.patrol_shift_chart import chart_shift
from patrolwise.reporting.patrol_wording import (
    PLANNED,
    SIMULATED,
    explain_edge,
    format_clock,
    format_cost,
    format_minutes,
    format_share,
    format_times,
    format_weekday,
    join_words,
    monday_of,
)
from patrolwise.reporting.wording import (
    NONE,
    format_count,
    format_day,
    format_interval,
    format_window,
)

VERIFIED = "Minutes in hot spots, verified by trackers"


def findings_section(results: PatrolResults) -> Section:
    """Return the main findings, with a card for each service.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: list[Block] = []
    if results.is_simulated:
        words = "A simulator made these fixes. Nothing here describes a real patrol or place."
        blocks.append(Alert(level="Simulated", title=SIMULATED, text=words))
    if results.findings:
        blocks.append(Bullets(items=results.findings, numbered=True))
    else:
        blocks.append(Paragraph(text="No finding could be stated from these patrols.", strong=True))
    if results.questions:
        asked = format_times(len(results.questions), "question")
        blocks.append(
            Alert(
                level="Ask first",
                title=f"{asked} about the trackers",
                text="The answers can change these minutes. They are listed under How far these "
                "minutes can be trusted.",
            )
        )
    if results.totals:
        cards = [_service_card(results, total) for total in results.totals]
        blocks.append(Cards(items=tuple(cards)))
    facts = (
        ("Window", format_window(results.window)),
        ("Hot spot set", results.hot_spot_set),
        ("Services", "; ".join(results.services) or "No service was tracked"),
        ("Days", "A day of one hot spot counts as one: ten hot spots have ten days a day"),
    )
    blocks.append(Terms(items=facts))
    return Section(id="findings", title="Main findings", blocks=tuple(blocks))


def dose_section(results: PatrolResults, places: PatrolledPlaces, widths: Sequence[int]) -> Section:
    """Return the rules in force, and what each service gave against them.

    Parameters
    ----------
    results : PatrolResults
    places : PatrolledPlaces
    widths : sequence of int
        Of the pictures, CSS pixels.

    Returns
    -------
    Section
    """
    blocks: list[Block] = [
        Paragraph(text=f"{VERIFIED}. Each service stands alone: services are never added together.")
    ]
    if results.rules:
        blocks.append(_rules_grid(results.rules))
    else:
        blocks.append(
            Paragraph(text="No dose rule was in force, so nothing can be called met or short.")
        )
    if not results.doses:
        blocks.append(Paragraph(text="No service was tracked in these hot spots."))
    for position, service in enumerate(results.services, start=1):
        own = [dose for dose in results.doses if dose.service == service]
        if own:
            blocks.append(Subheading(text=service))
            blocks.append(chart_doses(own, places, f"dose-{position}", widths))
            blocks.append(_dose_grid(service, own, places))
            blocks.append(_met_grid(service, own, places))
    return Section(id="dose", title="Dose against the rule", blocks=tuple(blocks))


def days_section(results: PatrolResults, places: PatrolledPlaces, widths: Sequence[int]) -> Section:
    """Return each hot spot's days, by service, and on which days somebody was short.

    Parameters
    ----------
    results : PatrolResults
    places : PatrolledPlaces
    widths : sequence of int

    Returns
    -------
    Section
    """
    blocks: list[Block] = []
    for position, service in enumerate(results.services, start=1):
        own = [day for day in results.days if day.service == service]
        if own:
            blocks.append(Subheading(text=service))
            blocks.append(chart_days(own, places, f"days-{position}", widths))
            blocks.append(_days_grid(service, own, places))
    if not blocks:
        blocks.append(Paragraph(text="No day was counted for any service."))
    return Section(id="days", title="The days", blocks=tuple(blocks))


def shift_section(
    results: PatrolResults, places: PatrolledPlaces, widths: Sequence[int]
) -> Section:
    """Return one patrol day: who was where and when, and the tracks on a map.

    Parameters
    ----------
    results : PatrolResults
    places : PatrolledPlaces
    widths : sequence of int

    Returns
    -------
    Section
    """
    stays = [stay for stay in results.stays if stay.day == results.shown_day]
    blocks: list[Block] = []
    if stays:
        words = "A patrol day begins at 04:00 UTC, so that a night's patrol is in one piece."
        blocks.append(Paragraph(text=f"{format_weekday(results.shown_day)}. {words}"))
        blocks.append(chart_shift(results, places, "shift", widths))
        blocks.append(_stays_grid(stays, places))
    else:
        blocks.append(
            Paragraph(text="No visit was made in the window, so there is no shift to show.")
        )
    if any(shape.kind == "hot spot" for shape in results.shapes) or results.tracks:
        blocks.append(draw_patrol_map(results, places, "patrol-map", widths))
    else:
        blocks.append(Paragraph(text="There are no outlines and no tracks to draw a map of."))
    return Section(id="shift", title="One shift", blocks=tuple(blocks))


def _service_card(results: PatrolResults, total: TotalRecord) -> Card:
    service = total.service
    passes = format_times(total.pass_throughs, "time")
    lines = [
        ("Delivered", format_minutes(total.patrol_min)),
        ("True minutes, 95 % interval", format_interval(total.low_min, total.high_min, 0)),
        (
            "Asked for",
            "no rule" if total.planned_min is None else format_minutes(total.planned_min),
        ),
        ("Visits", f"{format_count(total.visits)}, and passed through {passes}"),
        ("Days short", format_count(total.days_short)),
        ("Days that cannot be told", format_count(total.days_unclear)),
    ]
    costs = [format_cost(cost) for cost in results.costs if cost.service == service]
    lines.append(("Cost per minute", "; ".join(costs) or "no ledger"))
    trust = [one.sentence for one in results.trust if one.service == service]
    spots = sum(dose.service == service for dose in results.doses)
    planned = total.days_planned
    return Card(
        title=service,
        definition=VERIFIED,
        label=f"Days met: {format_share(total.days_met, planned)}" if planned else "No day planned",
        is_firm=planned > 0 and total.days_unclear == 0,
        lines=tuple(lines),
        verdict=_tell_total(total, spots),
        caution=" ".join(filter(None, [explain_edge([total]), *trust])),
    )


def _tell_total(total: TotalRecord, spots: int) -> str:
    given = f"{format_count(total.patrol_min)} minutes in {format_times(spots, 'hot spot')}"
    if total.planned_min is None:
        return f"{given}. No rule asked for any."
    return f"{given}; the rules asked for {format_count(total.planned_min)}."


def _rules_grid(rules: Sequence[DoseRuleRecord]) -> Grid:
    return Grid(
        caption="Dose rules in force",
        columns=("Service", "Rule", "From", "Until", "Why", "Decided"),
        rows=tuple(
            (
                rule.service,
                rule.words,
                format_day(rule.first),
                format_day(rule.last) if rule.last else "open-ended",
                rule.reason or "no reason was given",
                format_day(rule.decided),
            )
            for rule in rules
        ),
        note="Each day is held against the rule that was in force that day.",
    )


def _dose_grid(service: str, doses: Sequence[DoseRecord], places: PatrolledPlaces) -> Grid:
    return Grid(
        caption=f"Minutes of each hot spot in the whole window, {service}",
        columns=(
            "No.",
            "Hot spot",
            "Minutes",
            "95 % interval",
            "Asked for",
            "Person-minutes",
            "Silence",
            "Called away",
        ),
        rows=tuple(
            (
                places.number(dose.area_id),
                dose.name,
                format_count(dose.patrol_min),
                format_interval(dose.low_min, dose.high_min, 0),
                "no rule" if dose.planned_min is None else format_count(dose.planned_min),
                format_count(dose.person_min),
                format_count(dose.unknown_min),
                format_count(dose.abstracted_min),
            )
            for dose in doses
        ),
        numeric=(2, 3, 4, 5, 6, 7),
        note="All in minutes. Minutes count a patrol once, however many walk together; "
        "person-minutes count each person. Silence within stays is credited to nobody. "
        f"{explain_edge(doses)}".strip(),
    )


def _met_grid(service: str, doses: Sequence[DoseRecord], places: PatrolledPlaces) -> Grid:
    return Grid(
        caption=f"Visits and days of each hot spot in the whole window, {service}",
        columns=(
            "No.",
            "Hot spot",
            "Visits",
            "Passed through",
            "Days met",
            "Days short",
            "Cannot tell",
        ),
        rows=tuple(
            (
                places.number(dose.area_id),
                dose.name,
                format_count(dose.visits),
                format_count(dose.pass_throughs),
                format_share(dose.days_met, dose.days_planned),
                *(format_count(days) for days in _missed(dose)),
            )
            for dose in doses
        ),
        numeric=(2, 3, 4, 5, 6),
        note="Passed through: stays too short to be visits, which are no dose.",
    )


def _missed(dose: DoseRecord) -> tuple[int | None, int | None]:
    """Return days short and days unclear; nothing where no day was planned."""
    if dose.days_planned == 0:
        return None, None
    return dose.days_short, dose.days_unclear


def _days_grid(service: str, days: Sequence[DoseDayRecord], places: PatrolledPlaces) -> Grid:
    by_week = len({day.day for day in days}) > LONGEST_BY_DAY
    groups: dict[str, list[DoseDayRecord]] = {}
    for day in sorted(days, key=lambda day: day.day):
        key = monday_of(date.fromisoformat(day.day)).isoformat() if by_week else day.day
        groups.setdefault(key, []).append(day)
    return Grid(
        caption=f"{'Week by week' if by_week else 'Day by day'}, {service}",
        columns=(
            "Week from" if by_week else "Day",
            "Minutes",
            "Met",
            "Short",
            "Cannot tell",
            "Hot spots that were short",
        ),
        rows=tuple(_day_row(key, group, places) for key, group in groups.items()),
        numeric=(1, 2, 3, 4),
        note="Met, short and cannot tell count hot spots, each day on its own. Cannot tell: the "
        "interval of the minutes lies on both sides of what the rule asks.",
    )


def _day_row(key: str, days: Sequence[DoseDayRecord], places: PatrolledPlaces) -> tuple[str, ...]:
    verdicts = [day.verdict for day in days]
    planned = any(one in PLANNED for one in verdicts)
    short = {day.area_id for day in days if day.verdict == "short"}
    numbers = sorted(places.numbers[area_id] for area_id in short)
    return (
        format_weekday(key),
        format_count(sum(day.patrol_min for day in days)),
        *(format_count(verdicts.count(one)) if planned else NONE for one in PLANNED),
        join_words([str(number) for number in numbers]) or NONE,
    )


def _stays_grid(stays: Sequence[StayRecord], places: PatrolledPlaces) -> Grid:
    return Grid(
        caption="The stays of that day, local time",
        columns=("Unit", "Service", "Hot spot", "Came", "Left", "Minutes", "Silence", "Kind"),
        rows=tuple(_stay_rows(stays, places)),
        numeric=(3, 4, 5, 6),
        note="Silence: minutes without a fix within the stay, credited to nobody.",
    )


def _stay_rows(stays: Sequence[StayRecord], places: PatrolledPlaces) -> Iterator[tuple[str, ...]]:
    for stay in sorted(stays, key=lambda stay: (stay.service, stay.unit_id, stay.start)):
        yield (
            stay.unit_id,
            stay.service,
            places.label(stay.area_id),
            format_clock(stay.start),
            format_clock(stay.end),
            format_count(stay.patrol_min, 1),
            format_count(stay.unknown_min, 1),
            "passed through" if stay.is_pass_through else "visit",
        )
