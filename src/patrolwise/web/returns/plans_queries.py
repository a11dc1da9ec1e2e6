"""What the pages of the police's plans show: what a file holds, and what it would change."""

from collections.abc import Iterator
from dataclasses import dataclass

from patrolwise.partnership.plans_told import (
    PARTED,
    PlansEvent,
    ToldPlan,
    list_plan_rows,
    read_plans,
)
from patrolwise.partnership.sealed_tables import FIRST_ROW
from patrolwise.web.commons import clock
from patrolwise.web.returns.models import PlansFile
from patrolwise.web.returns.plans_actions import list_events

VERDICTS = {
    "fall": "fell more than beside it",
    "rise": "rose more than beside it",
    "chance": "could be chance",
    "few": "too few to say",
}


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One plan of a file, as it is shown."""

    row: int  # of the file
    plan: ToldPlan
    places: str
    verdict: str  # in words; empty: not assessed
    change: str  # to what stands: new, another, or as it is


def list_lines(found: PlansFile) -> tuple[PlanLine, ...]:
    """Return the plans of a file, each with what it changes of what stands in its quarter.

    Parameters
    ----------
    found : PlansFile

    Returns
    -------
    tuple of PlanLine
        Of a file that does not wait, without changes.
    """
    told = read_plans(bytes(found.content))
    standing = _list_standing(found.quarter) if found.state == "read" else {}
    came = set(_list_new(found)) if found.state == "read" else set()
    return tuple(
        PlanLine(
            row=number,
            plan=one,
            places=PARTED.join(one.hot_spots) or "none",
            verdict=VERDICTS.get(one.verdict or "", ""),
            change=_tell(one.plan, standing, came) if found.state == "read" else "",
        )
        for number, one in enumerate(told.plans, FIRST_ROW)
    )


def list_gone(found: PlansFile) -> list[str]:
    """Return the plans that stand in a file's quarter and that it does not name.

    Parameters
    ----------
    found : PlansFile

    Returns
    -------
    list of str
        Their references; none of a file that does not wait.
    """
    if found.state != "read":
        return []
    named = {one.plan for one in read_plans(bytes(found.content)).plans}
    return sorted(_list_standing(found.quarter).keys() - named)


def find_source(sha256: str) -> PlansFile | None:
    """Return the file that a row of police plans came from, whatever became of it since.

    Parameters
    ----------
    sha256 : str
        As the row says.

    Returns
    -------
    PlansFile or None
    """
    files = PlansFile.objects.defer("content").filter(sha256=sha256).exclude(kept_at=None)
    return files.order_by("kept_at").first()


def _list_standing(quarter: str) -> dict[str, str]:
    """Return plan → hash of the file that it stands by, of one quarter."""
    rows = list_plan_rows(list_events())
    return {
        row["plan_id"]: row["source_sha256"]
        for row in rows
        if row["quarter"] == quarter and row["withdrawn"] is None
    }


def _list_new(found: PlansFile) -> Iterator[str]:
    """Yield the plans whose rows would be others once a file is kept."""
    event = PlansEvent(day=clock.today(), name=found.name, file=read_plans(bytes(found.content)))
    for row in list_plan_rows([*list_events(), event]):
        if row["source_sha256"] == found.sha256 and row["withdrawn"] is None:
            yield row["plan_id"]


def _tell(plan: str, standing: dict[str, str], came: set[str]) -> str:
    if plan not in came:
        return "as it is"
    return "says otherwise than before" if plan in standing else "new"
