"""Tables for evaluators and analysts: nobody's words, nobody's name, no small cell.

What is known of those harmed and of those held to do it leave in two extracts, each under numbers
of its own: nobody can join them. Numbers are made with the site's secret and a salt that is kept
nowhere.
"""

import secrets
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.reporting.suppression import HIDDEN, LARGEST_HIDDEN
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Case, Incident, PowerAction, RiskAssessment, Subject
from patrolwise.web.asb.models.records import ASB
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.current import current_keyring
from patrolwise.web.vault.keyring import index_of
from patrolwise.web.vault.writing import Writing, check_may

HARMED, HELD = "harmed", "powers"
_DIGITS = 16  # 64 bits: no two cases meet by chance
_MOST_DAYS = 3 * 366
_KINDS = {
    "is_repeat": pl.Boolean, "is_hate": pl.Boolean, "is_child_involved": pl.Boolean,
    "is_substantiated": pl.Boolean, "is_victim_satisfied": pl.Boolean, "is_under_18": pl.Boolean,
    "child_involved": pl.Boolean, "breaches": pl.Int64, "days": pl.Int64,
}  # fmt: skip
COLUMNS = {
    HARMED: {
        "cases": (
            "case", "week", "category", "qualifier", "hot_spot_id", "risk_band", "stage",
            "is_repeat", "is_hate", "is_child_involved", "status", "close_reason",
            "is_substantiated", "is_victim_satisfied",
        ),
        "reports": (
            "case", "week", "category", "qualifier", "channel", "hot_spot_id", "child_involved",
        ),
        "assessments": ("case", "week", "instrument", "band", "scored_band"),
    },
    HELD: {
        "subjects": ("case", "week", "basis", "is_under_18"),
        "powers": ("case", "week", "power", "hot_spot_id", "days", "breaches", "appeal", "outcome"),
    },
}  # fmt: skip

Mask = Callable[[object], str | None]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What somebody takes away."""

    name: str
    data: bytes  # a zip of one CSV a table
    counts: Mapping[str, int]  # table → rows


def make_extract(*, writing: Writing, about: str, first: date, last: date) -> Extract:
    """Return the pseudonymised tables of a period, and note that they were taken.

    Parameters
    ----------
    writing : Writing
    about : str
        `HARMED` or `HELD`, never both.
    first, last : date
        Of openings, reports, assessments and starts.

    Returns
    -------
    Extract

    Raises
    ------
    InputError
        The period is none, or what it is about; all faults.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.READ_ASB_EXTRACTS)
    faults = [] if about in COLUMNS else [f"It is about none of {', '.join(COLUMNS)}."]
    if not first <= last <= day_of(writing.now):
        faults.append("The period is none. Give a first day, and a last one that is not to come.")
    if (last - first).days > _MOST_DAYS:
        faults.append("The period is longer than three years. Take a shorter one.")
    check_faults("The extract", faults)
    gather = {HARMED: _gather_harmed, HELD: _gather_held}[about]
    found = gather(first, last, _make_mask())
    tables = {name: _make_table(COLUMNS[about][name], rows) for name, rows in found.items()}
    counts = {name: table.height for name, table in tables.items()}
    record_event(
        NewEvent(
            action="extract taken",
            subject=about,
            actor_id=writing.by.pk,
            role=writing.by.role,
            detail={"first": first.isoformat(), "last": last.isoformat(), **counts},
        ),
        now=writing.now,
    )
    name = f"asb-{about}-{first:%Y-%m-%d}-to-{last:%Y-%m-%d}.zip"
    return Extract(name=name, data=_pack(tables), counts=counts)


def week_of(day: date) -> str:
    """Return the Monday of the week that a day is in: no day of anybody leaves.

    Parameters
    ----------
    day : date

    Returns
    -------
    str
        ISO date.
    """
    return (day - timedelta(days=day.weekday())).isoformat()


def hide_cells(rows: Rows) -> Rows:
    """Return rows whose hot spot is hidden where fewer than eight are of one hot spot and week.

    Parameters
    ----------
    rows : list of dict
        Each with `hot_spot_id` and `week`.

    Returns
    -------
    list of dict
        New ones, in the same order.
    """
    cells = Counter((row["hot_spot_id"], row["week"]) for row in rows)
    return [
        row
        if cells[row["hot_spot_id"], row["week"]] > LARGEST_HIDDEN
        else {**row, "hot_spot_id": HIDDEN}
        for row in rows
    ]


def _gather_harmed(first: date, last: date, mask: Mask) -> dict[str, Rows]:
    columns, days = COLUMNS[HARMED], (first, last)
    cases = [
        {"case": mask(one.pop("pk")), "week": week_of(one.pop("opened_on")), **one}
        for one in Case.objects.filter(opened_on__range=days).values(
            "pk", "opened_on", *columns["cases"][2:]
        )
    ]
    reports = [
        {"case": mask(one.pop("case")), "week": week_of(day_of(one.pop("reported_at"))), **one}
        for one in Incident.objects.values("case", "reported_at", *columns["reports"][2:])
        if first <= day_of(one["reported_at"]) <= last
    ]
    assessments = [
        {
            "case": mask(one["victim__case"]),
            "week": week_of(day_of(one["assessed_at"])),
            "instrument": one["instrument__key"],
            "band": one["band"],
            "scored_band": one["scored_band"],
        }
        for one in RiskAssessment.objects.values(
            "victim__case", "assessed_at", "instrument__key", "band", "scored_band"
        )
        if first <= day_of(one["assessed_at"]) <= last
    ]
    return {"cases": hide_cells(cases), "reports": hide_cells(reports), "assessments": assessments}


def _gather_held(first: date, last: date, mask: Mask) -> dict[str, Rows]:
    # who has lapsed is counted no longer
    standing = Subject.objects.filter(
        evidenced_on__range=(first, last), review_due__gte=clock.today()
    )
    subjects = [
        {"case": mask(one.pop("case")), "week": week_of(one.pop("evidenced_on")), **one}
        for one in standing.values("case", "evidenced_on", "basis", "is_under_18")
    ]
    powers = [
        {
            "case": mask(one.case_id),
            "week": week_of(day_of(one.starts)),
            "power": one.power,
            "hot_spot_id": one.hot_spot_id,
            "days": (one.ends - one.starts).days if one.ends else None,
            "breaches": one.breaches.count(),
            "appeal": one.appeal,
            "outcome": one.outcome,
        }
        for one in PowerAction.objects.exclude(served_at=None)
        if first <= day_of(one.starts) <= last
    ]
    return {"subjects": subjects, "powers": hide_cells(powers)}


def _make_mask() -> Mask:
    ring, salt = current_keyring(), secrets.token_hex(16)

    def mask(case: object) -> str | None:
        if case is None:
            return None
        return index_of(ring, ASB, str(case), f"extract {salt}")[:_DIGITS]

    return mask


def _make_table(columns: tuple[str, ...], rows: Rows) -> pl.DataFrame:
    schema = {name: _KINDS.get(name, pl.String) for name in columns}
    # sorted, so that the order of rows tells nothing of when they were written
    return pl.DataFrame(rows, schema=schema).sort(list(columns))


def _pack(tables: Mapping[str, pl.DataFrame]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for name, table in tables.items():
            files.writestr(f"{name}.csv", table.write_csv())
    return packed.getvalue()
