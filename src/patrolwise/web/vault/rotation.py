"""How values are sealed anew under a new key, in parts that can be stopped between."""

from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction

from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.vault.current import current_keyring
from patrolwise.web.vault.fields import BlindIndexField, Sealed, SealedField, list_sealed
from patrolwise.web.vault.keyring import number_of

_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What a rotation did."""

    records: int  # that were sealed anew
    values: int


def list_tables() -> list[type[models.Model]]:
    """Return the tables that hold sealed fields, by name.

    Returns
    -------
    list of model classes
    """
    found = [model for model in apps.get_models() if list_sealed(model)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def seal_anew() -> Rotated:
    """Seal every value under its controller's newest key; what is, is left.

    Each batch is one transaction, with its event in the record. Begun again after a stop, it goes
    on where it was.

    Returns
    -------
    Rotated

    Raises
    ------
    RefusedError
        A value does not open: its key is not on the ring, or it was changed. What came before is
        sealed anew already.
    """
    records = values = 0
    for model in list_tables():
        last = None
        while True:
            rows = model._default_manager.order_by("pk")
            batch = list((rows.filter(pk__gt=last) if last is not None else rows)[:_BATCH])
            if not batch:
                break
            last = batch[-1].pk
            done = _seal_batch(model, [row.pk for row in batch])
            records, values = records + done.records, values + done.values
    return Rotated(records=records, values=values)


def count_under(controller: str) -> dict[int, int]:
    """Return how many values each key of a controller seals.

    Parameters
    ----------
    controller : str

    Returns
    -------
    dict of int
        Number of the key → values.
    """
    counts: dict[int, int] = {}
    for model in list_tables():
        rows = model._default_manager.filter(controller=controller)
        for row in rows.iterator(chunk_size=_BATCH):
            for _, value in _values_of(row):
                number = number_of(value.data)
                counts[number] = counts.get(number, 0) + 1
    return counts


def _seal_batch(model: type[models.Model], keys: list[object]) -> Rotated:
    ring, records, values = current_keyring(), 0, 0
    indexes = [f.attname for f in model._meta.concrete_fields if isinstance(f, BlindIndexField)]
    with transaction.atomic():
        # read again and locked: somebody may be writing
        for row in model._default_manager.select_for_update().filter(pk__in=keys):
            newest = ring.newest(row.controller).number  # type: ignore[attr-defined]
            old = [f for f, value in _values_of(row) if number_of(value.data) != newest]
            if old:
                for field in old:
                    getattr(row, field.attname)  # opens it, so that saving seals it
                row.save(update_fields=[*(field.attname for field in old), *indexes])
                records, values = records + 1, values + len(old)
        if records:
            detail = {"records": records, "values": values}
            record_event(NewEvent(action="sealed anew", subject=model._meta.label, detail=detail))
    return Rotated(records=records, values=values)


def _values_of(row: models.Model) -> list[tuple[SealedField, Sealed]]:
    held = ((field, row.__dict__[field.attname]) for field in list_sealed(type(row)))
    return [(field, value) for field, value in held if isinstance(value, Sealed)]
