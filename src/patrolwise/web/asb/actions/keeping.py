"""How holds are set, and deletions proposed by one person and released by another."""

from datetime import date

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.due import list_due
from patrolwise.web.asb.models import Case, DeletionRun
from patrolwise.web.vault import deletions
from patrolwise.web.vault.writing import Writing, check_may, save_record

_RULES = deletions.DeletionRules(
    runs=DeletionRun,
    may_propose=Permission.PROPOSE_ASB_DELETIONS,
    may_release=Permission.RELEASE_ASB_DELETIONS,
    list_due=list_due,
)


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
    return deletions.propose(_RULES, writing=writing, on=on)


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
    deletions.release(_RULES, writing=writing, run=run)


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
    deletions.refuse(_RULES, writing=writing, run=run, why=why)
