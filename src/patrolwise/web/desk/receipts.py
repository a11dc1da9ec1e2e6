"""How a disclosure ends: it was received, opened, or ran out. That it was made stays."""

from datetime import datetime
from typing import Any

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.desk.models import Disclosure


def note_receipt(*, writing: Writing, disclosure: Disclosure, state: str) -> None:
    """Note that a disclosure was received; what was told is not kept any longer.

    Parameters
    ----------
    writing : Writing
    disclosure : Disclosure
    state : str
        received, opened or expired.
    """
    check_may(writing.by, Permission.DECIDE_DISCLOSURES)
    _end(disclosure, state, writing.now)
    tell("receipt noted", disclosure, writing, state=state)


def take_receipts(rows: list[dict[str, Any]], now: datetime) -> None:
    """Take in what the other site says about envelopes.

    Parameters
    ----------
    rows : list of dict
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        There is no such disclosure.
    """
    for row in rows:
        found = Disclosure.objects.filter(reference=row["reference"]).first()
        if found is None:
            raise RefusedError("A receipt is of no disclosure of this site.")
        _end(found, row["state"], datetime.fromisoformat(row["at"]))


def forget_told(now: datetime) -> int:
    """Forget what was told by disclosures that ran out; that it was told stays.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Disclosures.
    """
    over = Disclosure.objects.filter(expires__lt=now.date(), receipt="")
    ended = 0
    for one in over:
        _end(one, "expired", now)
        ended += 1
    return ended


def _end(disclosure: Disclosure, state: str, at: datetime) -> None:
    disclosure.receipt, disclosure.receipt_at = state, at
    if state != "received":
        disclosure.told = {}
    disclosure.save(update_fields=["receipt", "receipt_at", "told"])
