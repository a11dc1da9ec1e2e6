"""How holds are set, and deletions proposed by one person and released by another."""

import hashlib
import json
from collections import Counter
from datetime import date

from django.apps import apps
from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.due import list_due
from patrolwise.web.asb.models import Case, DeletionRun
from patrolwise.web.vault.writing import Writing, check_may, save_record, tell

_MOST_WHY = 300


def hold_case(*, writing: Writing, case: Case, reason: str) -> None:
    """Keep a case whatever its clock says: a court, an inquiry, a request asks for it.

    Parameters
    ----------
    writing : Writing
    case : Case
    reason : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.PROPOSE_ASB_DELETIONS)
    check_faults("The hold", [] if reason.strip() else ["There is no reason."])
    case.is_held, case.hold_reason = True, reason.strip()
    save_record(case, writing, "is_held", "hold_reason")


def lift_hold(*, writing: Writing, case: Case) -> None:
    """Let a case's clock count again.

    Parameters
    ----------
    writing : Writing
    case : Case

    Raises
    ------
    RefusedError
        It is not on hold, or the role may not.
    """
    check_may(writing.by, Permission.PROPOSE_ASB_DELETIONS)
    if not case.is_held:
        raise RefusedError("It is not on hold.")
    case.is_held, case.hold_reason = False, ""
    save_record(case, writing, "is_held", "hold_reason")


def propose_deletion(*, writing: Writing, on: date) -> DeletionRun:
    """Propose what is due on a day; nothing is deleted yet.

    Parameters
    ----------
    writing : Writing
    on : date

    Returns
    -------
    DeletionRun

    Raises
    ------
    RefusedError
        Nothing is due, one waits already, or the role may not.
    """
    check_may(writing.by, Permission.PROPOSE_ASB_DELETIONS)
    if DeletionRun.objects.filter(state="proposed").exists():
        raise RefusedError("A deletion waits for its second person already.")
    due = list_due(on)
    if not due:
        raise RefusedError(f"Nothing is due on {on:%-d %B %Y}.")
    items: dict[str, list[str]] = {}
    for one in due:
        items.setdefault(one.table, []).append(one.record_id)
    with transaction.atomic():
        run = DeletionRun.objects.create(
            items=items,
            counts=dict(Counter(one.retention_class for one in due)),
            as_of=on,
            proposed_by_id=writing.by.pk,
            proposed_at=writing.now,
        )
        tell("proposed", run, writing, records=len(due))
    return run


def release_deletion(*, writing: Writing, run: DeletionRun) -> None:
    """Delete what another person proposed, as far as it is still due; write the certificate.

    Parameters
    ----------
    writing : Writing
    run : DeletionRun

    Raises
    ------
    RefusedError
        The same person proposed it, it was decided before, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_ASB_DELETIONS)
    went: Counter[str] = Counter()
    with transaction.atomic():
        run = DeletionRun.objects.select_for_update().get(pk=run.pk)  # it is decided once
        _check_second(writing, run)
        still = {(one.table, one.record_id) for one in list_due(run.as_of)}
        for table, ids in run.items.items():
            due = [one for one in ids if (table, one) in still]
            rows = apps.get_model(table)._default_manager.filter(pk__in=due)
            went.update(rows.delete()[1])
        run.state, run.decided_by_id, run.decided_at = "released", writing.by.pk, writing.now
        run.deleted, run.certificate = dict(went), _certify(run)
        run.items = {}  # what is gone is not named any longer
        run.save()
        tell("released", run, writing, records=sum(went.values()))


def refuse_deletion(*, writing: Writing, run: DeletionRun, why: str) -> None:
    """Refuse what another person proposed.

    Parameters
    ----------
    writing : Writing
    run : DeletionRun
    why : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        As `release_deletion`.
    """
    check_may(writing.by, Permission.RELEASE_ASB_DELETIONS)
    _check_second(writing, run)
    check_faults("The refusal", [] if why.strip() else ["There is no reason."])
    run.state, run.why, run.items = "refused", why.strip()[:_MOST_WHY], {}
    run.decided_by_id, run.decided_at = writing.by.pk, writing.now
    with transaction.atomic():
        run.save()
        tell("refused", run, writing)


def _check_second(writing: Writing, run: DeletionRun) -> None:
    if run.state != "proposed":
        raise RefusedError("It was decided before.")
    if run.proposed_by_id == writing.by.pk:
        raise RefusedError("You proposed it. Another person has to look at it.")


def _certify(run: DeletionRun) -> str:
    """Return the hash of what went: who holds the list can show that it did."""
    told = {"reference": run.reference, "as_of": run.as_of.isoformat(), "items": run.items}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
