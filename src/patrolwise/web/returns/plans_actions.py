"""How a file of the police's problem-solving plans is looked at, kept and undone.

Keeping or undoing one makes the form of police plans anew from all files that were ever kept, so
that each of its rows has the days on which it stood, and the file and row that it came from.
"""

import csv
import io
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.return_forms import return_form
from patrolwise.partnership.fund_rules import load_fund_rules
from patrolwise.partnership.plans_told import (
    PlansEvent,
    list_plan_rows,
    read_plans,
)
from patrolwise.partnership.plans_told import (
    PlansFile as ToldFile,
)
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons import clock
from patrolwise.web.returns import making
from patrolwise.web.returns.bundles import hash_bytes
from patrolwise.web.returns.models import PlansFile, ReturnForm

MOST_BYTES = 2_000_000
FORM, _FORM_FILE = "police_plans", "police-plans.csv"


def read_plans_file(name: str, content: bytes, by: Person, now: datetime) -> PlansFile:
    """Take a file of plans in to be looked at; no return has anything of it yet.

    Parameters
    ----------
    name : str
        What it is called.
    content : bytes
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    PlansFile

    Raises
    ------
    InputError
        It is no such file, was altered, or says what cannot be; all faults at once.
    RefusedError
        The same is kept already, or one of a later day, or nobody has said how returns are made.
    """
    if len(content) > MOST_BYTES:
        raise InputError(f"{name} is larger than {MOST_BYTES // 10**6} MB: it is no file of plans.")
    told = read_plans(content)
    _check_quarter(told)
    making.current_settings()
    _check_order(told.sha256, told.quarter.label, told.as_of)
    with transaction.atomic():
        made = PlansFile.objects.create(
            quarter=told.quarter.label,
            as_of=told.as_of,
            name=name[:200],
            content=content,
            sha256=told.sha256,
            rows=len(told.plans),
            sent_at=now,
            sent_by_id=by.pk,
        )
        _record("plans file read", by, made)
    return made


def keep_plans_file(found: PlansFile, by: Person, now: datetime) -> None:
    """Let a file's plans stand in returns of its quarter from now on.

    Parameters
    ----------
    found : PlansFile
    by : Person
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        It does not wait any more, is kept already, or one of a later day is.
    """
    with transaction.atomic():
        one = PlansFile.objects.select_for_update().get(pk=found.pk)
        if one.state != "read":
            raise RefusedError("It was kept, undone or given up. Send the file again.")
        _check_order(one.sha256, one.quarter, one.as_of)
        one.state, one.kept_at = "kept", now
        try:
            with transaction.atomic():
                one.save(update_fields=["state", "kept_at"])
        except IntegrityError as error:
            raise RefusedError("The same file is kept already.") from error
        _make_form(by, now)
        _record("plans file kept", by, one)


def undo_plans_file(found: PlansFile, reason: str, by: Person, now: datetime) -> None:
    """Take a file's plans back; the file of its quarter that was kept before stands again.

    Parameters
    ----------
    found : PlansFile
    reason : str
    by : Person
    now : datetime
        Aware.

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It is not kept.
    """
    check_faults("The file", [] if reason.strip() else ["Say why it is taken back."])
    with transaction.atomic():
        one = PlansFile.objects.select_for_update().get(pk=found.pk)
        if one.state != "kept":
            raise RefusedError("It is not kept, so there is nothing to undo.")
        one.state, one.undone_at, one.reason = "undone", now, reason.strip()[:300]
        one.save(update_fields=["state", "undone_at", "reason"])
        _make_form(by, now)
        _record("plans file undone", by, one)


def drop_plans_file(found: PlansFile, by: Person) -> None:
    """Give up a file that was looked at and not kept.

    Parameters
    ----------
    found : PlansFile
    by : Person
    """
    with transaction.atomic():
        given_up = PlansFile.objects.filter(pk=found.pk, state="read")
        if given_up.update(state="given up"):
            _record("plans file given up", by, found)


def list_events() -> list[PlansEvent]:
    """Return what became of all files that were ever kept, in the order of happening."""
    happened: list[tuple[datetime, int, PlansEvent]] = []
    for one in PlansFile.objects.exclude(kept_at=None):
        told = read_plans(bytes(one.content))
        for at, is_undone in ((one.kept_at, False), (one.undone_at, True)):
            if at is not None:
                event = PlansEvent(
                    day=clock.day_of(at), name=one.name, file=told, is_undone=is_undone
                )
                happened.append((at, one.pk, event))
    return [event for _, _, event in sorted(happened, key=lambda each: each[:2])]


def _check_quarter(told: ToldFile) -> None:
    """Refuse quarters that no fund has: their days would be others here."""
    starts = {rules.year_starts for rules in load_fund_rules().values()}
    windows = [parse_quarter(told.quarter.label, month).window for month in sorted(starts)]
    faults = []
    if told.quarter.window not in windows:
        faults.append(
            f"{told.quarter.label} is {told.quarter.window} in it, and {windows[0]} here. Ask for "
            "a file of that quarter."
        )
    if not told.plans:
        faults.append("It holds no plan. Leave it: sheet 6 says itself that there is none.")
    check_faults("The plans", faults)


def _check_order(sha256: str, quarter: str, as_of: date) -> None:
    kept = PlansFile.objects.filter(state="kept")
    if (same := kept.filter(sha256=sha256).first()) is not None:
        raise RefusedError(f"The same file is kept already, as {same.name}. Nothing has changed.")
    if (later := kept.filter(quarter=quarter, as_of__gt=as_of).first()) is not None:
        raise RefusedError(
            f"{later.name} is kept, and tells how plans stood on {later.as_of}; this one tells of "
            f"{as_of}. Send one that was made later, or undo that one first."
        )


def _make_form(by: Person, now: datetime) -> None:
    rows = list_plan_rows(list_events())
    columns = return_form(FORM).names
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_write(row[name]) for name in columns] for row in rows)
    content = told.getvalue().encode()
    zone = making.current_settings().zone
    ReturnForm.objects.create(
        name=FORM,
        file_name=_FORM_FILE,
        content=content,
        sha256=hash_bytes(content),
        rows=making.count_rows(_FORM_FILE, content, zone),
        sent_at=now,
        sent_by_id=by.pk,
    )


def _write(value: Any) -> str:
    return "" if value is None else str(value)


def _record(action: str, by: Person, one: PlansFile) -> None:
    detail = {"quarter": one.quarter, "rows": one.rows, "sha256": one.sha256}
    record_event(
        NewEvent(
            action=action,
            actor_id=by.pk,
            role=by.role,
            subject=f"plans file:{one.pk}",
            detail=detail,
        )
    )
