"""How records whose time is over are deleted: one person proposes, another releases or refuses."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.apps import apps
from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.vault.deletion_records import DeletionRecord
from patrolwise.web.vault.writing import Writing, check_may, tell

Run = TypeVar("Run", bound=DeletionRecord)
_MOST_WHY = 300


@dataclass(frozen=True, kw_only=True)
class DueRecord:
    """One record whose time is over."""

    table: str
    record_id: str
    retention_class: str


def delete_rows(run: DeletionRecord, table: str, ids: Sequence[str]) -> Mapping[str, int]:
    """Delete records of a table with everything beneath them.

    Parameters
    ----------
    run : DeletionRecord
        By which they are deleted.
    table : str
        Label of the model.
    ids : sequence of str

    Returns
    -------
    mapping of str to int
        Table → records that went.
    """
    rows = apps.get_model(table)._default_manager.filter(pk__in=ids)
    return rows.delete()[1]


@dataclass(frozen=True, kw_only=True)
class DeletionRules(Generic[Run]):
    """What an app deletes, and who may."""

    runs: type[Run]
    may_propose: Permission
    may_release: Permission
    list_due: Callable[[date], Sequence[DueRecord]]
    delete: Callable[[Run, str, Sequence[str]], Mapping[str, int]] = delete_rows


def propose(rules: DeletionRules[Run], *, writing: Writing, on: date) -> Run:
    """Propose what is due on a day; nothing is deleted yet.

    Parameters
    ----------
    rules : DeletionRules
    writing : Writing
    on : date

    Returns
    -------
    DeletionRecord

    Raises
    ------
    RefusedError
        Nothing is due, one waits already, or the role may not.
    """
    check_may(writing.by, rules.may_propose)
    if rules.runs._default_manager.filter(state="proposed").exists():
        raise RefusedError("A deletion waits for its second person already.")
    due = rules.list_due(on)
    if not due:
        raise RefusedError(f"Nothing is due on {on:%-d %B %Y}.")
    items: dict[str, list[str]] = {}
    for one in due:
        items.setdefault(one.table, []).append(one.record_id)
    with transaction.atomic():
        run = rules.runs._default_manager.create(
            items=items,
            counts=dict(Counter(one.retention_class for one in due)),
            as_of=on,
            proposed_by_id=writing.by.pk,
            proposed_at=writing.now,
        )
        tell("proposed", run, writing, records=len(due))
    return run


def release(rules: DeletionRules[Run], *, writing: Writing, run: Run) -> None:
    """Delete what another person proposed, as far as it is still due; write the certificate.

    Parameters
    ----------
    rules : DeletionRules
    writing : Writing
    run : DeletionRecord

    Raises
    ------
    RefusedError
        The same person proposed it, it was decided before, or the role may not.
    """
    check_may(writing.by, rules.may_release)
    went: Counter[str] = Counter()
    with transaction.atomic():
        run = rules.runs._default_manager.select_for_update().get(pk=run.pk)  # decided once
        _check_second(writing, run)
        still = {(one.table, one.record_id) for one in rules.list_due(run.as_of)}
        # what was put on hold since stays, and the certificate does not say that it went
        gone = {
            table: [one for one in ids if (table, one) in still] for table, ids in run.items.items()
        }
        for table, ids in gone.items():
            went.update(rules.delete(run, table, ids))
        run.state, run.decided_by_id, run.decided_at = "released", writing.by.pk, writing.now
        run.deleted, run.certificate = dict(went), certify(run, gone)
        run.items = {}  # what is gone is not named any longer
        run.save()
        tell("released", run, writing, records=sum(went.values()))


def refuse(rules: DeletionRules[Run], *, writing: Writing, run: Run, why: str) -> None:
    """Refuse what another person proposed.

    Parameters
    ----------
    rules : DeletionRules
    writing : Writing
    run : DeletionRecord
    why : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        As `release`.
    """
    check_may(writing.by, rules.may_release)
    check_faults("The refusal", [] if why.strip() else ["There is no reason."])
    with transaction.atomic():
        run = rules.runs._default_manager.select_for_update().get(pk=run.pk)
        _check_second(writing, run)
        run.state, run.why, run.items = "refused", why.strip()[:_MOST_WHY], {}
        run.decided_by_id, run.decided_at = writing.by.pk, writing.now
        run.save()
        tell("refused", run, writing)


def certify(run: DeletionRecord, gone: Mapping[str, Sequence[str]]) -> str:
    """Return the hash of what went: who holds the list can show that it did.

    Parameters
    ----------
    run : DeletionRecord
    gone : mapping of str to sequence of str
        Table → identifiers.

    Returns
    -------
    str
        SHA-256, in hexadecimal digits.
    """
    told = {"reference": run.reference, "as_of": run.as_of.isoformat(), "items": gone}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _check_second(writing: Writing, run: DeletionRecord) -> None:
    if run.state != "proposed":
        raise RefusedError("It was decided before.")
    if run.proposed_by_id == writing.by.pk:
        raise RefusedError("You proposed it. Another person has to look at it.")
