"""What the report says of a plan as a whole: whether it works, why not, where minutes go."""

from patrolwise.reporting.blocks import Alert, Block, Bullets, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.patrol_wording import format_pounds, format_times
from patrolwise.reporting.plan_records import PlanReport, ServiceTimeRecord
from patrolwise.reporting.wording import NONE, format_count, format_percent, format_window


def say_feasible(report: PlanReport) -> str:
    """Return in one sentence whether the rules can all be kept.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    str
    """
    if report.is_feasible is None:
        return "Not known: no plan that keeps every rule was found, and none is proven impossible."
    if not report.is_feasible:
        return "Not feasible: no plan can keep every rule."
    if report.breaches:
        broken = format_times(len(report.breaches), "breach", "breaches")
        return f"Feasible, but this plan breaks rules: the checker found {broken}."
    return "Feasible: a plan keeps every rule."


def plan_findings_section(report: PlanReport) -> Section:
    """Return whether it works, why not, and the main figures in sentences.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text=say_feasible(report), strong=True)]
    blocks += [
        Alert(
            level="Rule broken",
            title=f"{breach.shift}: {breach.rule}",
            text=breach.sentence,
        )
        for breach in report.breaches
    ]
    if report.findings:
        blocks.append(Bullets(items=report.findings, numbered=True))
    window = format_window(report.window)
    services = "; ".join(report.services) or "none"
    blocks.append(Paragraph(text=f"Planned for {window}. Services: {services}."))
    return Section(id="findings", title="Main findings", blocks=tuple(blocks))


def conflicts_section(report: PlanReport) -> Section:
    """Return which rules cannot all be kept, and what would help.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    blocks: list[Block] = []
    for number, conflict in enumerate(report.conflicts, start=1):
        blocks.append(Subheading(text=f"Conflict {number}"))
        blocks.append(Paragraph(text=conflict.sentence, strong=True))
        blocks.append(Paragraph(text="These rules cannot all be kept. Any one less would do:"))
        blocks.append(Bullets(items=conflict.rules))
        if conflict.remedies:
            blocks.append(Paragraph(text="Each of these changes would do:"))
            blocks.append(Bullets(items=conflict.remedies))
    if not blocks:
        blocks.append(Paragraph(text="No rules were found to stand in each other's way."))
    return Section(id="conflicts", title="Which rules conflict", blocks=tuple(blocks))


def time_section(report: PlanReport) -> Section:
    """Return where paid minutes go, and what a planned minute in a hot spot costs.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    title = "Paid minutes, and what a planned minute costs"
    if not report.times:
        none: tuple[Block, ...] = (Paragraph(text="No service is on duty."),)
        return Section(id="time", title=title, blocks=none)
    blocks: list[Block] = [Paragraph(text=_say_floor(one)) for one in report.times]
    blocks.append(
        Grid(
            caption="Where the paid minutes of each service go",
            columns=(
                "Service",
                "Shifts of units",
                "Paid min",
                "In hot spots",
                "Travel",
                "Breaks",
                "Spare",
                "In hot spots, of paid",
            ),
            rows=tuple(_time_row(one) for one in report.times),
            numeric=(1, 2, 3, 4, 5, 6, 7),
            note="Minutes of units: a pair counts once. Spare: waiting for a visit's time, or "
            "unplanned. Services are never added together.",
        )
    )
    blocks.append(
        Grid(
            caption="Cost of a planned minute in a hot spot",
            columns=("Service", "Pay of these shifts", "Cost per planned minute", "Least possible"),
            rows=tuple(
                (
                    one.service,
                    format_pounds(one.pounds, 0),
                    format_pounds(one.per_minute),
                    format_pounds(one.floor_per_minute),
                )
                for one in report.times
            ),
            numeric=(1, 2, 3),
            note="Least possible: were travel and breaks at their floor and all else in hot spots. "
            "It is a plan's figure; what minutes cost in the end, tracking shows.",
        )
    )
    return Section(id="time", title=title, blocks=tuple(blocks))


def _say_floor(one: ServiceTimeRecord) -> str:
    lost = one.travel_min + one.break_min
    said = (
        f"{one.service}: of {format_count(one.paid_min)} paid minutes of units, travel and breaks "
        f"take {format_count(lost)}."
    )
    return said if one.floor_min is None else f"{said} {say_most(one)}."


def say_most(one: ServiceTimeRecord) -> str:
    """Return in a sentence without its stop how many minutes can be spent in hot spots at most.

    Parameters
    ----------
    one : ServiceTimeRecord
        Its floor is known.

    Returns
    -------
    str
        Whether what is asked for sets the limit, or ways and breaks do.
    """
    assert one.floor_min is not None
    assert one.asked_min is not None
    most = one.paid_min - one.floor_min
    asked = format_count(one.asked_min)
    if most >= one.asked_min - 0.5:
        left = format_count(one.floor_min)
        return f"{asked} min in hot spots are asked for; {left} are left for ways, breaks and more"
    return f"Ways and breaks leave at most {format_count(most)} of the {asked} min asked for"


def _time_row(one: ServiceTimeRecord) -> tuple[str, ...]:
    return (
        one.service,
        format_count(one.shifts),
        format_count(one.paid_min),
        format_count(one.planned_min),
        format_count(one.travel_min),
        format_count(one.break_min),
        format_count(one.spare_min),
        format_percent(one.planned_min / one.paid_min, 0) if one.paid_min > 0 else NONE,
    )
