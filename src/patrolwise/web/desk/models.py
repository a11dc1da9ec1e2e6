"""Requests of other organisations, what was decided on them, and which gateways may be used."""

from django.db import models

from patrolwise.web.casework.models import Concern, Engagement
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class DisclosureRequest(PersonalRecord):
    """Another organisation asks about somebody. The clock runs in working days."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    asked_by = models.CharField(max_length=40)  # key of the library's Controller
    asker = SealedField()  # who asked, and how they are reached
    received_on = models.DateField()
    due = models.DateField(db_index=True)
    words = SealedField()  # what is asked, and for what
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.CASCADE)
    state = models.CharField(max_length=20, default="open", db_index=True)  # open, decided

    class Meta:
        """What is due first, first."""

        ordering = ("due", "received_on", "id")


class Disclosure(PersonalRecord):
    """What a named lead decided; the record of it stays when what was told is gone."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    request = models.ForeignKey(
        DisclosureRequest, null=True, on_delete=models.PROTECT, related_name="decisions"
    )
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.SET_NULL)
    concern = models.ForeignKey(Concern, null=True, on_delete=models.SET_NULL)
    to_controller = models.CharField(max_length=40)
    recipient = models.CharField(max_length=40)  # a desk, never a person
    decision = models.CharField(max_length=20)
    gateway = models.CharField(max_length=60, blank=True)
    necessity = SealedField()
    proportionality = SealedField()
    fields = models.JSONField(default=list)  # which were told
    told = SealedJSONField()  # field → value, until it is received or runs out
    told_person = models.CharField(max_length=40, blank=True)
    decided_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(db_index=True)
    expires = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the letter
    receipt = models.CharField(max_length=20, blank=True)  # received, opened, expired
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-decided_at", "-id")


class SignedGateway(models.Model):
    """A gateway that the data protection officer lets the service use, from when until when."""

    key = models.CharField(max_length=60, db_index=True)
    since = models.DateField()
    until = models.DateField()  # looked at again by then
    note = models.CharField(max_length=300, blank=True)
    signed_by_id = models.BigIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-signed_at", "-id")

    def __str__(self) -> str:
        """Return which."""
        return self.key
