"""Rounds: written, opened and closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.org_ids import is_org_id
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.facts import read_round
from patrolwise.web.grants.models import FundRound
from patrolwise.web.grants.models.rounds import CLOSED, DRAFT, OPEN
from patrolwise.web.grants.writing import check_may, tell

_MAY = Permission.RUN_GRANTS


def write_round(
    *, by: Person, now: datetime, values: Mapping[str, Any], row: FundRound | None = None
) -> FundRound:
    """Write a new round, or change one that has not opened.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    values : mapping
        Its fields.
    row : FundRound or None
        The one to change.

    Returns
    -------
    FundRound

    Raises
    ------
    RefusedError
        It has opened, or its version is there.
    InputError
        With everything that cannot be.
    """
    check_may(by, _MAY)
    with transaction.atomic():
        if row is None:
            row = FundRound(created_at=now, created_by_id=by.pk)
        else:
            row = FundRound.objects.select_for_update().get(pk=row.pk)
            if row.state != DRAFT:
                raise RefusedError(
                    f"{row.title} has opened, and is not edited: write a new version."
                )
        for name, value in values.items():
            setattr(row, name, value)
        read_round(row)
        _check_beside(row)
        row.save()
        tell("grant round written", row, by, now)
    return row


def open_round(*, by: Person, now: datetime, row: FundRound) -> None:
    """Open a round: from its first day on, applications are taken.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : FundRound

    Raises
    ------
    RefusedError
        It is no draft, or its last day is over.
    """
    check_may(by, _MAY)
    with transaction.atomic():
        row = FundRound.objects.select_for_update().get(pk=row.pk)
        faults = [] if row.state == DRAFT else [f"It is {row.state} already."]
        if row.closes < day_of(now):
            faults.append(f"Its last day, {row.closes}, is over. Give a later one.")
        check_faults(row.title, faults, RefusedError)
        _move(row, OPEN, by, now)


def close_round(*, by: Person, now: datetime, row: FundRound) -> None:
    """Close a round: no application is taken or changed any more.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : FundRound

    Raises
    ------
    RefusedError
        It is not open, or its last day is not over: applicants were told that day.
    """
    check_may(by, _MAY)
    with transaction.atomic():
        row = FundRound.objects.select_for_update().get(pk=row.pk)
        faults = [] if row.state == OPEN else ["It is not open."]
        if day_of(now) <= row.closes:
            faults.append(
                f"Applicants have until {row.closes}, as they were told. Close it from the day "
                "after."
            )
        check_faults(row.title, faults, RefusedError)
        _move(row, CLOSED, by, now)


def is_taking(row: FundRound, now: datetime) -> bool:
    """Return whether applications to a round may be begun, changed and submitted now."""
    return row.state == OPEN and row.opens <= day_of(now) <= row.closes


def _move(row: FundRound, state: str, by: Person, now: datetime) -> None:
    row.state = state
    row.save(update_fields=["state"])
    tell(f"grant round {state}", row, by, now)


def _check_beside(row: FundRound) -> None:
    """Refuse what the library leaves to whoever publishes, while it can still be mended."""
    faults = []
    if not is_org_id(row.funder_org_id):
        faults.append(
            f"The funder's number is {row.funder_org_id!r}. Look it up at org-id.guide and write "
            "it as GB-CHC-1000147."
        )
    if not (is_org_id(row.funder_prefix) and row.funder_prefix.startswith("360G-")):
        faults.append(
            f"The prefix is {row.funder_prefix!r}. 360Giving gives each publisher one, such as "
            "360G-example."
        )
    if row.oldest < row.youngest:
        faults.append(f"Ages {row.youngest} to {row.oldest}: swap them.")
    others = FundRound.objects.filter(key=row.key, version=row.version).exclude(pk=row.pk)
    if others.exists():
        faults.append(f"{row.key}, version {row.version}, is there already. Give the next one.")
    check_faults("The round", faults, RefusedError)
