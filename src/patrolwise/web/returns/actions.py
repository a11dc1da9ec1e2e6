"""What may be done with forms, returns and updates: each change with its line in the record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings as site
from django.db import transaction

from patrolwise.errors import InputError, PatrolwiseError, RefusedError, check_faults
from patrolwise.partnership.return_tables import LATER_TABLES
from patrolwise.study.return_programme import ReturnQuarter
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies.exporting import pack_ledger
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.returns import making
from patrolwise.web.returns.bundles import hash_bytes, pack_files, unpack_files
from patrolwise.web.returns.models import (
    CompiledReturn,
    PublicUpdate,
    ReturnForm,
    ReturnSettings,
)

MOST_BYTES = 20_000_000
_NOTICE = "Demonstration: made-up patrols, hours and counts."


@dataclass(frozen=True, kw_only=True)
class SentForm:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class NewReturn:
    """What is asked of a return that is to be made."""

    quarter: str
    fund_rules: str
    cut: date
    open_queries: tuple[str, ...] = ()
    why: str = ""  # it is made anew


def declare_settings(given: dict[str, Any], by: Person, now: datetime) -> ReturnSettings:
    """Keep how returns are made from now on.

    Parameters
    ----------
    given : dict
        The columns of `ReturnSettings` that people fill in.
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    ReturnSettings
    """
    notice = _NOTICE if site.IS_DEMO else ""
    with transaction.atomic():
        made = ReturnSettings.objects.create(
            **given, notice=notice, declared_at=now, declared_by_id=by.pk
        )
        _record("returns declared", by, {"settings": made.pk})
    return made


def keep_forms(sent: Sequence[SentForm], by: Person, now: datetime) -> list[ReturnForm]:
    """Keep forms; each takes the place of the one of its name. All or none.

    Parameters
    ----------
    sent : sequence of SentForm
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    list of ReturnForm

    Raises
    ------
    InputError
        A form cannot be read; all faults of all forms are named.
    RefusedError
        Nobody has said yet how returns are made.
    """
    zone, faults, made = making.current_settings().zone, [], []
    names = [one.name for one in sent]
    for one in sent:
        try:
            if names.count(one.name) > 1:
                raise InputError(f"{one.name} is there twice.")
            if making.name_form(one.name) in LATER_TABLES:
                raise InputError(f"{one.name} is made of the police's files. Send these as plans.")
            if len(one.content) > MOST_BYTES:
                raise InputError(f"{one.name} is too large. Send {MOST_BYTES // 10**6} MB at most.")
            made.append(
                ReturnForm(
                    name=making.name_form(one.name),
                    file_name=one.name,
                    content=one.content,
                    sha256=hash_bytes(one.content),
                    rows=making.count_rows(one.name, one.content, zone),
                    sent_at=now,
                    sent_by_id=by.pk,
                )
            )
        except PatrolwiseError as error:
            faults.append(str(error))
    check_faults("Forms", list(dict.fromkeys(faults)))
    with transaction.atomic():
        for form in made:
            form.save()
            _record("return form kept", by, {"form": form.name, "rows": form.rows})
    return made


def take_ledger(by: Person, now: datetime) -> list[ReturnForm]:
    """Keep this site's own ledger as forms: hours, roster, streams and stays, as they are now.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    list of ReturnForm
        Those that differ from the forms that held; none when nothing has changed.

    Raises
    ------
    InputError
        A row of the ledger cannot be in a return.
    RefusedError
        The ledger is empty, or nobody has said yet how returns are made.
    """
    files = unpack_files(pack_ledger(None))
    if "hours.csv" not in files:
        raise RefusedError("The ledger of this site has no hours yet. Take in or log some first.")
    held = {form.sha256 for form in making.newest_forms()}
    sent = [
        SentForm(name=name, content=content)
        for name, content in files.items()
        if hash_bytes(content) not in held
    ]
    return keep_forms(sent, by, now)


def make_return(new: NewReturn, by: Person, now: datetime) -> CompiledReturn:
    """Compile a quarter's return from the forms that hold now; the next version of it.

    Parameters
    ----------
    new : NewReturn
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    CompiledReturn

    Raises
    ------
    InputError
        A form is missing or holds what cannot be.
    RefusedError
        An hour cannot be or may not be claimed; or nothing has changed since the version before.
    """
    last = CompiledReturn.objects.filter(quarter=new.quarter).first()
    if last and not new.why.strip():
        raise InputError(f"{last} is there. Say why it is made anew.")
    asked = making.QuarterAsked(
        quarter=new.quarter,
        declared=ReturnQuarter(
            quarter=new.quarter,
            fund_rules=new.fund_rules,
            cut=new.cut,
            earlier_cut=last.cut if last else None,
            version=last.version + 1 if last else 1,
            prepared_by=by.name,
            open_queries=new.open_queries,
        ),
        settings=making.current_settings(),
        forms=making.newest_forms(),
    )
    files = making.compile_files(asked)
    with transaction.atomic():
        made = CompiledReturn.objects.create(
            quarter=new.quarter,
            version=asked.declared.version,
            fund_rules=new.fund_rules,
            cut=new.cut,
            open_queries=list(new.open_queries),
            why=new.why,
            settings=asked.settings,
            files=pack_files(files),
            sha256=making.hash_of(files),
            made_at=now,
            made_by_id=by.pk,
        )
        made.forms.set(asked.forms)
        _record("return made", by, {"return": str(made), "sha256": made.sha256})
    return made


def write_update(compiled: CompiledReturn, text: str, by: Person, now: datetime) -> PublicUpdate:
    """Keep a public update on a quarter, once its text is held against the figures.

    Parameters
    ----------
    compiled : CompiledReturn
    text : str
        What the partners say.
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    PublicUpdate

    Raises
    ------
    RefusedError
        The text says what the figures do not bear out, or the return is not the newest.
    """
    newest = CompiledReturn.objects.filter(quarter=compiled.quarter).first()
    if newest != compiled:
        raise RefusedError(f"{newest} is newer. Write the update on it.")
    asked = making.ask_again(compiled, prepared_by=by.name, approved_by=making.SECOND)
    files = making.draft_update(asked, text)
    with transaction.atomic():
        made = PublicUpdate.objects.create(
            compiled=compiled,
            text=text,
            figures=json.loads(files["update.json"]),
            files=pack_files(files),
            made_at=now,
            made_by_id=by.pk,
        )
        _record("public update written", by, {"return": str(compiled), "update": made.pk})
    return made


def _record(action: str, by: Person, detail: dict[str, Any]) -> None:
    record_event(NewEvent(action=action, actor_id=by.pk, role=by.role, detail=detail))
