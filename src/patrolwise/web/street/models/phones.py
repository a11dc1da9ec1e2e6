"""Phones that work without signal: what they hold the other half of the key of, and what waits."""

from django.db import models

from patrolwise.web.vault.fields import SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Phone(PersonalRecord):
    """One phone of one worker. Its store opens with the worker's PIN and this half together."""

    person_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=80)
    half = (
        SealedField()
    )  # 32 bytes, base64; gone when access ends, and with it what the phone holds
    last_seen = models.DateTimeField(null=True)
    waiting = models.PositiveIntegerField(default=0)  # items that it said are not sent yet
    ended_at = models.DateTimeField(null=True)
    last_sequence = models.BigIntegerField(default=0)


class HeldItem(PersonalRecord):
    """What a phone sent for somebody who may no longer send it; the lead decides."""

    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    item_id = models.UUIDField(unique=True)
    item = SealedJSONField()
    why = models.CharField(max_length=200)
    received = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    is_kept = models.BooleanField(default=False)
    left_why = SealedField()  # why it was left out

    class Meta:
        """The oldest first: it has waited longest."""

        ordering = ("received", "id")


class FieldClash(PersonalRecord):
    """Two phones changed the same field; both values are kept until a person chooses."""

    table = models.CharField(max_length=80)
    record_id = models.UUIDField(db_index=True)
    field = models.CharField(max_length=80)
    kept = SealedField()  # as it is in the record now
    other = SealedField()  # as the later phone sent it
    other_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    is_other_taken = models.BooleanField(default=False)

    class Meta:
        """The oldest first."""

        ordering = ("created_at", "id")
