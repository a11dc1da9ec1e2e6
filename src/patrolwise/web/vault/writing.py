"""What every change of records about people does: say who and when, and leave a bare event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.vault.records import PersonalRecord

Record = TypeVar("Record", bound=PersonalRecord)


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Who writes, when, and on what."""

    by: Person
    now: datetime  # aware
    device_id: str = ""  # of the phone that it was written on
    author_id: int | None = None  # who wrote it, where somebody else keeps it for them

    @property
    def written_by(self) -> int:
        """Return who wrote it."""
        return int(self.by.pk) if self.author_id is None else self.author_id


def check_may(by: Person, permission: Permission) -> None:
    """Refuse what somebody may not do.

    Parameters
    ----------
    by : Person
    permission : Permission

    Raises
    ------
    RefusedError
    """
    if not by.may(permission):
        raise RefusedError(f"Your role may not {permission.value}.")


def add_record(
    model: type[Record], writing: Writing, retention_class: str, **values: Any
) -> Record:
    """Add a record, with its event.

    Parameters
    ----------
    model : model class
    writing : Writing
    retention_class : str
        Of the library's retention classes.
    **values
        Its fields.

    Returns
    -------
    record
    """
    with transaction.atomic():
        record = model(
            created_by_id=writing.written_by,
            created_at=writing.now,
            device_id=writing.device_id,
            retention_class=retention_class,
            **values,
        )
        record.save(force_insert=True)
        tell("added", record, writing)
    return record


def save_record(record: PersonalRecord, writing: Writing, *fields: str) -> None:
    """Save changed fields of a record, with its event; its revision goes up by one.

    Parameters
    ----------
    record : PersonalRecord
    writing : Writing
    *fields : str
        Names of what was changed.
    """
    with transaction.atomic():
        record.server_revision = record.server_revision + 1
        record.save(update_fields=[*fields, *_indexes(record, fields), "server_revision"])
        tell("changed", record, writing, fields=sorted(fields))


def tell(action: str, record: models.Model, writing: Writing, **detail: Any) -> None:
    """Add an event about a record: which one, never what it says.

    Parameters
    ----------
    action : str
    record : model
    writing : Writing
    **detail
        Names of fields, counts and keys of vocabularies only.
    """
    record_event(
        NewEvent(
            action=f"{record._meta.model_name} {action}",
            subject=str(record.pk),
            actor_id=writing.by.pk,
            role=writing.by.role,
            detail=detail,
        ),
        now=writing.now,
    )


def _indexes(record: PersonalRecord, fields: tuple[str, ...]) -> list[str]:
    """Return the blind indexes of what was changed: they are made anew with it."""
    held = (field for field in record._meta.concrete_fields if hasattr(field, "source"))
    return [field.attname for field in held if field.source in fields]
