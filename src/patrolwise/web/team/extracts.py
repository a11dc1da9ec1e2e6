"""Tables for evaluators: what was done, by week; nobody's words, nobody's name, no small cell.

A case stands in an extract under a number that is made with the site's secret and a salt of that
extract, which is kept nowhere: the tables of one extract can be joined, those of two cannot.
"""

import secrets
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q

from patrolwise.errors import check_faults
from patrolwise.reporting.suppression import HIDDEN, LARGEST_HIDDEN
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.actions.writing import Writing, check_may
from patrolwise.web.casework.models import Consent, Engagement, ReachableMoment, Referral
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import Contact
from patrolwise.web.vault.current import current_keyring
from patrolwise.web.vault.keyring import index_of
from patrolwise.web.vault.records import OUTREACH

CSV, PARQUET = "csv", "parquet"
_DIGITS = 16  # 64 bits: no two cases of a service meet by chance
_MOST_DAYS = 3 * 366

Mask = Callable[[object], str | None]


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What an evaluator takes away."""

    name: str
    data: bytes  # a zip of one file a table
    counts: Mapping[str, int]  # table → rows


COLUMNS = {
    "contacts": (
        "case", "week", "hot_spot_id", "kind", "group_size", "age_band", "gender", "minutes",
    ),
    "engagements": ("case", "week", "hot_spot_id", "is_child", "status", "close_reason"),
    "referrals": ("case", "week", "urgency", "status", "reject_reason", "end_reason"),
    "moments": (
        "case", "week", "source", "age_band", "reason", "approached", "response", "sessions",
    ),
}  # fmt: skip


def make_extract(*, writing: Writing, first: date, last: date, form: str) -> Extract:
    """Return the pseudonymised tables of a period, and note that they were taken.

    Parameters
    ----------
    writing : Writing
    first, last : date
        Of contacts, agreements, referrals sent and moments.
    form : str
        `CSV` or `PARQUET`.

    Returns
    -------
    Extract

    Raises
    ------
    InputError
        The period is none, or the form is none; all faults.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.READ_PSEUDONYMS)
    faults = []
    if not first <= last <= day_of(writing.now):
        faults.append("The period is none. Give a first day, and a last one that is not to come.")
    if (last - first).days > _MOST_DAYS:
        faults.append("The period is longer than three years. Take a shorter one.")
    if form not in (CSV, PARQUET):
        faults.append(f"The form is none of {CSV}, {PARQUET}.")
    check_faults("The extract", faults)
    tables = {name: _make_table(COLUMNS[name], rows) for name, rows in _gather(first, last).items()}
    counts = {name: table.height for name, table in tables.items()}
    detail = {"first": first.isoformat(), "last": last.isoformat(), "form": form, **counts}
    record_event(
        NewEvent(
            action="extract taken",
            subject="extract",
            actor_id=writing.by.pk,
            role=writing.by.role,
            detail=detail,
        ),
        now=writing.now,
    )
    name = f"extract-{first:%Y-%m-%d}-to-{last:%Y-%m-%d}.zip"
    return Extract(name=name, data=_pack(tables, form), counts=counts)


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


def hide_cells(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
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
        if cells[(row["hot_spot_id"], row["week"])] > LARGEST_HIDDEN
        else {**row, "hot_spot_id": HIDDEN}
        for row in rows
    ]


def _gather(first: date, last: date) -> dict[str, list[dict[str, Any]]]:
    mask, refused = _make_mask(), _list_refused()
    days = (first, last)

    def of(case: object) -> dict[str, Any]:
        return {"case": None if case in refused else mask(case)}

    contacts = [
        {**of(one.pop("engagement_id")), "week": week_of(one.pop("date")), **one}
        for one in Contact.objects.filter(date__range=days).values(
            "engagement_id", "date", *COLUMNS["contacts"][2:]
        )
    ]
    cases = [
        {**of(one.pop("pk")), "week": week_of(one.pop("agreed_on")), **one}
        for one in Engagement.objects.filter(agreed_on__range=days)
        .exclude(pk__in=refused)
        .values("pk", "agreed_on", *COLUMNS["engagements"][2:])
    ]
    sent = Referral.objects.exclude(sent_at=None).exclude(engagement__in=refused)
    referrals = [
        {**of(one.pop("engagement")), "week": week_of(day_of(one.pop("sent_at"))), **one}
        for one in sent.values("engagement", "sent_at", *COLUMNS["referrals"][2:])
        if first <= day_of(one["sent_at"]) <= last
    ]
    seen = ReachableMoment.objects.exclude(engagement__in=refused)
    moments = [
        {**of(one.pop("engagement")), "week": week_of(day_of(one.pop("eligible_at"))), **one}
        for one in seen.values("engagement", "eligible_at", *COLUMNS["moments"][2:])
        if first <= day_of(one["eligible_at"]) <= last
    ]
    return {
        "contacts": hide_cells(contacts),
        "engagements": hide_cells(cases),
        "referrals": referrals,
        "moments": moments,
    }


def _list_refused() -> set[object]:
    """Return cases of people who took back that evaluators read of them."""
    asked = Consent.objects.filter(engagement=OuterRef("pk"), purpose="evaluation")
    is_refused = Exists(asked.exclude(withdrawn_at=None))
    holds = Exists(asked.filter(withdrawn_at=None))
    return set(Engagement.objects.filter(Q(is_refused) & ~holds).values_list("pk", flat=True))


def _make_mask() -> Mask:
    ring, salt = current_keyring(), secrets.token_hex(16)

    def mask(case: object) -> str | None:
        if case is None:
            return None
        return index_of(ring, OUTREACH, str(case), f"extract {salt}")[:_DIGITS]

    return mask


def _make_table(columns: Iterable[str], rows: list[dict[str, Any]]) -> pl.DataFrame:
    kinds = {"group_size": pl.Int64, "sessions": pl.Int64, "is_child": pl.Boolean}
    schema = {name: kinds.get(name, pl.String) for name in columns}
    # sorted, so that the order of rows tells nothing of when they were written
    return pl.DataFrame(rows, schema=schema).sort(list(columns))


def _pack(tables: Mapping[str, pl.DataFrame], form: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for name, table in tables.items():
            own = BytesIO()
            if form == CSV:
                table.write_csv(own)
            else:
                table.write_parquet(own)
            files.writestr(f"{name}.{form}", own.getvalue())
    return packed.getvalue()
