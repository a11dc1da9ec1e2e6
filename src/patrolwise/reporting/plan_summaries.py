"""What the terminal says of a plan: whether it works and its main figures, on one screen."""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.patrol_wording import format_pounds, format_share, format_times
from patrolwise.reporting.plan_paper import DRAFT, SIMULATED
from patrolwise.reporting.plan_records import PlanReport, ServiceTimeRecord
from patrolwise.reporting.plan_sections import say_feasible, say_most
from patrolwise.reporting.plan_trust_sections import say_checked, say_method
from patrolwise.reporting.wording import format_count, format_percent, format_window

LONGEST = 25  # lines: one screen


def summarise_plan(report: PlanReport) -> str:
    """Return whether a plan works, why not, and its main figures in at most 25 lines.

    Parameters
    ----------
    report : PlanReport

    Returns
    -------
    str
        Lines joined by a line break, none at the end; the first marks what is simulated or a
        draft. Lines that do not fit are counted and are in the report.
    """
    marks = ((SIMULATED, report.is_simulated), (DRAFT, report.is_draft))
    head = [f"! {mark}." for mark, is_so in marks if is_so]
    head += [report.title, *([report.notice] if report.notice else [])]
    head.append(f"{format_window(report.window)}, hot spot set {report.hot_spot_set}")
    head.append(say_feasible(report))
    tail = list(_tail(report))
    room = LONGEST - len(head) - len(tail)
    return "\n".join([*head, *_fit(list(_middle(report)), room), *tail])


def _middle(report: PlanReport) -> Iterator[str]:
    for conflict in report.conflicts:
        yield f"! {conflict.sentence}"
        yield from (f"    keep {rule}" for rule in conflict.rules)
        yield from (f"    or change: {remedy}" for remedy in conflict.remedies)
    yield from (f"! {breach.shift}: {breach.sentence}" for breach in report.breaches)
    for one in report.times:
        yield from _service_lines(report, one)
    for pair in dict.fromkeys((one.service_a, one.service_b) for one in report.margins):
        own = [one for one in report.margins if (one.service_a, one.service_b) == pair]
        known = [one.nearest_min for one in own if one.nearest_min is not None]
        nearest = f"nearest approach {format_count(min(known))} min" if known else "never both"
        yield f"{pair[0]} and {pair[1]}: {nearest}"
    if report.requests:
        honoured = sum(one.is_honoured for one in report.requests)
        yield f"Requests honoured: {format_share(honoured, len(report.requests))}"
    if report.experiment is not None and report.experiment.allocation_sha256:
        yield f"Allocation {report.experiment.allocation_sha256}"


def _service_lines(report: PlanReport, one: ServiceTimeRecord) -> Iterator[str]:
    share = f" ({format_percent(one.planned_min / one.paid_min, 0)})" if one.paid_min > 0 else ""
    yield (
        f"{one.service}: {format_times(one.visits, 'visit')}, {format_count(one.planned_min)} min "
        f"in hot spots of {format_count(one.paid_min)} paid{share}"
    )
    if one.floor_min is not None:
        yield f"  {say_most(one)}"
    if one.per_minute is not None:
        least = format_pounds(one.floor_per_minute)
        yield f"  {format_pounds(one.per_minute)} a planned minute; least possible {least}"
    owed = [d for d in report.doses if d.service == one.service and d.owed_min is not None]
    if owed:
        met = sum(dose.planned_min >= (dose.owed_min or 0.0) - 0.5 for dose in owed)
        yield f"  Hot spots with what the rule owes: {format_share(met, len(owed))}"


def _tail(report: PlanReport) -> Iterator[str]:
    if report.methods:
        yield say_method(report)
    if report.rules_checked:
        yield say_checked(report)
    if report.plan_sha256:
        yield f"Plan {report.plan_sha256}"


def _fit(lines: Sequence[str], room: int) -> list[str]:
    if len(lines) <= room:
        return list(lines)
    return [*lines[: room - 1], f"({len(lines) - room + 1} more lines in the report)"]
