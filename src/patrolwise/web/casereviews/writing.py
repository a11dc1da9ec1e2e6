"""How records of reviews are written: by staff, or by an applicant, who does not sign in."""

from datetime import datetime
from typing import Any, TypeVar

from patrolwise.web.accounts.models import Person
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.vault import writing as vault
from patrolwise.web.vault.writing import Writing

Record = TypeVar("Record", bound=AsbRecord)
RETENTION = "asb-case"  # of the library's retention classes: six years after a review is closed
APPLICANT = "the applicant"  # a role that no table has: it may do nothing that needs one
MOST_LETTERS = 4_000
_NOBODY = 0  # who wrote a record: no member of staff


def write_as_applicant(now: datetime) -> Writing:
    """Return the writing of whoever applies, or comes with a code.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Writing
    """
    return Writing(by=Person(role=APPLICANT), now=now, author_id=_NOBODY)


def is_applicant(writing: Writing) -> bool:
    """Return whether nobody of staff writes.

    Parameters
    ----------
    writing : Writing

    Returns
    -------
    bool
    """
    return writing.by.pk is None


def add_record(model: type[Record], writing: Writing, **values: Any) -> Record:
    """Add a record of a review, with its event.

    Parameters
    ----------
    model : model class
    writing : Writing
    **values
        Its fields.

    Returns
    -------
    record
    """
    return vault.add_record(model, writing, RETENTION, **values)


def list_long(**texts: str) -> list[str]:
    """Return a fault for each text that is too long, without repeating it.

    Parameters
    ----------
    **texts
        What it is called, with _ for a space → text.

    Returns
    -------
    list of str
    """
    return [
        f"{name.replace('_', ' ').capitalize()} has more than {MOST_LETTERS} letters. "
        "Make it shorter."
        for name, text in texts.items()
        if len(text) > MOST_LETTERS
    ]
