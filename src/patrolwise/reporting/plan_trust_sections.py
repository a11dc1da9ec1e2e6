"""What the report says round a plan: fairness, requests, the experiment, method, proof, checks."""

from patrolwise.reporting.blocks import Alert, Block, Bullets, Grid, Paragraph, Section, Terms
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_wording import format_share, format_times, format_weekday
from patrolwise.reporting.plan_records import (
    BalanceRecord,
    ExperimentRecord,
    FairnessRecord,
    MethodRecord,
    PlanReport,
    RequestRecord,
)
from patrolwise.reporting.wording import NONE, format_count, format_percent


def fairness_section(report: PlanReport) -> Section:
    """Return how evenly evenings, weekends and hard places are shared out.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
        Staff are codes; the section is for those who make the rota.
    """
    blocks: list[Block] = []
    for service in dict.fromkeys(one.service for one in report.fairness):
        own = [one for one in report.fairness if one.service == service]
        blocks.append(
            Grid(
                caption=f"{service}: what each member of staff is asked, and an even share of it",
                columns=("Staff", "Shifts", "Evenings", "Weekends", "Min in hardest hot spots"),
                rows=tuple(_fairness_row(one) for one in own),
                numeric=(1, 2, 3, 4),
                note="In brackets: an even share, by contracted shifts, less what past rotas gave. "
                "Codes, never names; for those who make the rota.",
            )
        )
    if not blocks:
        blocks.append(Paragraph(text="No rota came with the plan, so no shares are shown."))
    return Section(id="fairness", title="Fair shares", blocks=tuple(blocks))


def requests_section(report: PlanReport) -> Section:
    """Return which wishes of staff were honoured, and why the others were not.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    if not report.requests:
        none: tuple[Block, ...] = (Paragraph(text="No member of staff asked for anything."),)
        return Section(id="requests", title="Requests", blocks=none)
    honoured = sum(one.is_honoured for one in report.requests)
    refused_first = sorted(report.requests, key=lambda one: (one.is_honoured, one.day))
    blocks: tuple[Block, ...] = (
        Paragraph(text=f"Honoured: {format_share(honoured, len(report.requests))}.", strong=True),
        Grid(
            caption="What was asked for, the refused first",
            columns=("Request", "Staff", "Day", "Wants", "Answer", "Reason"),
            rows=tuple(_request_row(one) for one in refused_first),
        ),
    )
    return Section(id="requests", title="Requests", blocks=blocks)


def experiment_section(report: PlanReport) -> Section:
    """Return which experiment the plan carries: its hash and balance, never what was drawn.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    made = report.experiment
    if made is None:
        none: tuple[Block, ...] = (Paragraph(text="The plan carries no experiment."),)
        return Section(id="experiment", title="Experiment", blocks=none)
    blocks: list[Block] = [Paragraph(text=made.design, strong=True)]
    blocks += _drawn_blocks(made) if made.allocation_sha256 else [Paragraph(text=_NOT_DRAWN)]
    if made.power:
        blocks.append(Bullets(items=made.power))
    return Section(id="experiment", title="Experiment", blocks=tuple(blocks))


_NOT_DRAWN = (
    "What was drawn is not known to this plan: name what was published of it, experiment.json, as "
    "published in the programme. Before that, patrolwise plan allocate draws it."
)


def _drawn_blocks(made: ExperimentRecord) -> list[Block]:
    return [
        Paragraph(
            text="What was drawn for which day is not in this report: it stays concealed until "
            "the day. The hash below shows later that nothing was changed."
        ),
        Terms(
            items=(
                ("Arms", ", ".join(made.arms)),
                ("Allocation, SHA-256", made.allocation_sha256),
                ("Allocations that could have been drawn", format_count(made.set_count)),
                ("That set, SHA-256", made.set_sha256),
            )
        ),
        *_balance_grids(made),
    ]


def arrival_section(report: PlanReport, places: PatrolledPlaces) -> Section:
    """Return how hard arrivals are to foretell.

    Parameters
    ----------
    report : PlanReport
    places : PatrolledPlaces

    Returns
    -------
    Section
    """
    title = "Can arrivals be foretold?"
    if not report.arrivals:
        none: tuple[Block, ...] = (Paragraph(text="Too few visits are planned to say."),)
        return Section(id="arrivals", title=title, blocks=none)
    blocks: list[Block] = [
        Paragraph(
            text="Entropy says how many yes-or-no questions it takes, on average, to find out when "
            "a service comes. 0: always at the same time. The most possible: at any time of duty."
        )
    ]
    for service in dict.fromkeys(one.service for one in report.arrivals):
        own = [one for one in report.arrivals if one.service == service]
        blocks.append(
            Grid(
                caption=f"{service}: entropy of arrival times",
                columns=("No.", "Hot spot", "Visits", "Entropy, bits", "Most possible", "Share"),
                rows=tuple(
                    (
                        places.number(one.area_id),
                        places.names[one.area_id],
                        format_count(one.visits),
                        format_count(one.entropy_bits, 2),
                        format_count(one.most_bits, 2),
                        _share(one.entropy_bits, one.most_bits),
                    )
                    for one in own
                ),
                numeric=(2, 3, 4, 5),
            )
        )
    return Section(id="arrivals", title=title, blocks=tuple(blocks))


def method_section(report: PlanReport) -> Section:
    """Return by which method each shift was planned, and how good the plan is known to be.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text=say_method(report), strong=True)]
    if report.methods:
        blocks.append(
            Grid(
                caption="How each shift was planned",
                columns=("Shift", "Method", "Score", "No plan scores more than", "Known to be"),
                rows=tuple(
                    (
                        one.shift,
                        one.method,
                        format_count(one.score),
                        format_count(one.bound),
                        _known(one),
                    )
                    for one in report.methods
                ),
                numeric=(2, 3),
                note="Score: what the visits are worth by the priorities, less travel. An en dash: "
                "the method proves nothing.",
            )
        )
    return Section(id="method", title="Method and proof", blocks=tuple(blocks))


def say_method(report: PlanReport) -> str:
    """Return in one sentence how good the plan is known to be.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    str
    """
    methods = report.methods
    if not methods:
        return "No shift was planned."
    shifts = format_times(len(methods), "shift")
    proven = sum(one.is_proven for one in methods)
    if proven == len(methods):
        return f"Proven: no plan of {shifts} can score more."
    gaps = [one.gap for one in methods]
    said = f"{format_count(proven)} of {shifts} proven to be the best possible."
    known = [gap for gap in gaps if gap is not None]
    if len(known) == len(gaps):
        said += f" The others are within {format_percent(max(known))} of it."
    else:
        said += f" For {format_count(gaps.count(None))} nothing is proven."
    if any(one.was_cut for one in methods):
        said += " The clock stopped a search: another machine may plan otherwise."
    return said


def checker_section(report: PlanReport) -> Section:
    """Return what the independent checker held the plan against, and what it found.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    Section
    """
    blocks: list[Block] = [Paragraph(text=say_checked(report), strong=True)]
    blocks += [
        Alert(level="Rule broken", title=f"{one.shift}: {one.rule}", text=one.sentence)
        for one in report.breaches
    ]
    if report.rules_checked:
        blocks.append(Bullets(items=report.rules_checked))
    return Section(id="checked", title="What was checked", blocks=tuple(blocks))


def say_checked(report: PlanReport) -> str:
    """Return in one sentence what the checker found.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    str
    """
    if not report.rules_checked:
        return "No plan was checked."
    rules = format_times(len(report.rules_checked), "rule")
    if not report.breaches:
        return f"The checker, which no solver shares, held the plan against {rules}: none broken."
    broken = format_times(len(report.breaches), "breach", "breaches")
    return f"The checker, which no solver shares, held the plan against {rules}: {broken}."


def _fairness_row(one: FairnessRecord) -> tuple[str, ...]:
    return (
        one.staff_id,
        format_count(one.shifts),
        _beside(one.evenings, one.fair_evenings, 1),
        _beside(one.weekends, one.fair_weekends, 1),
        _beside(one.worst_min, one.fair_worst_min, 0),
    )


def _beside(value: float, fair: float | None, decimals: int) -> str:
    text = format_count(value)
    return text if fair is None else f"{text} ({format_count(fair, decimals)})"


def _request_row(one: RequestRecord) -> tuple[str, ...]:
    return (
        one.request_id,
        one.staff_id,
        format_weekday(one.day),
        one.wants,
        "honoured" if one.is_honoured else "refused",
        one.reason or NONE,
    )


def _balance_grids(made: ExperimentRecord) -> list[Grid]:
    words = {"all": "in all", "weekday": "by weekday", "week": "by week", "hot spot": "by hot spot"}
    return [
        Grid(
            caption=f"Balance of the arms, {words.get(by, by)}",
            columns=("Part", "Arm", "Days", "Minutes", "Crimes expected", "Difference"),
            rows=tuple(_balance_row(one) for one in made.balance if one.by == by),
            numeric=(2, 3, 4, 5),
            note="Days: of hot spots. Crimes expected: a day, without patrol. Difference: from the "
            "last arm, in standard deviations; 0.1 and less is even.",
        )
        for by in dict.fromkeys(one.by for one in made.balance)
    ]


def _balance_row(one: BalanceRecord) -> tuple[str, ...]:
    return (
        one.part,
        one.arm,
        format_count(one.days),
        format_count(one.minutes),
        format_count(one.baseline, 2),
        format_count(one.difference, 2),
    )


def _share(part: float | None, whole: float | None) -> str:
    if part is None or whole is None or whole <= 0:
        return NONE
    return format_percent(part / whole, 0)


def _known(one: MethodRecord) -> str:
    cut = ", stopped by the clock" if one.was_cut else ""
    if one.is_proven:
        return f"the best possible{cut}"
    return f"within {format_percent(one.gap)}{cut}" if one.gap is not None else f"not known{cut}"
