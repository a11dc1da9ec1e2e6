"""Powers that were used, with the tests that were answered first, and breaches of them."""

from uuid import UUID

from django.db import models

from patrolwise.web.asb.models.cases import Case
from patrolwise.web.asb.models.people import Subject
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField, SealedJSONField


class PowerAction(AsbRecord):
    """One use of a power. Patrols see conditions, area and end, and nothing else of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="powers")
    case_id: UUID
    subject = models.ForeignKey(
        Subject, null=True, on_delete=models.CASCADE, related_name="powers"
    )  # null: it is about a place
    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    power = models.CharField(max_length=60)  # key of the dated reference data
    title = models.CharField(max_length=120)
    act = models.CharField(max_length=200)
    issued_by = models.CharField(max_length=80)
    age = models.PositiveSmallIntegerField(null=True)
    answers = SealedJSONField()  # legal test → reason
    consulted = models.JSONField(default=list)
    less_intrusive = SealedField()
    support = SealedField()
    equality_note = SealedField()
    conditions = SealedField()  # without names: patrols read them
    area = SealedField()  # in words, without names
    hot_spot_id = models.CharField(max_length=80, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, db_index=True)
    served_at = models.DateTimeField(null=True, db_index=True)
    review_due = models.DateField(null=True)
    appeal = models.CharField(max_length=20, blank=True)  # none, open, dismissed, upheld
    outcome = models.CharField(max_length=40, blank=True)
    ended_on = models.DateField(null=True)  # before its time

    breaches: "models.QuerySet[Breach]"

    class Meta:
        """The newest first."""

        ordering = ("-starts", "reference")


class Breach(AsbRecord):
    """That conditions were seen to be broken. Who writes it does not read it again."""

    power = models.ForeignKey(PowerAction, on_delete=models.CASCADE, related_name="breaches")
    seen_at = models.DateTimeField()
    words = SealedField()

    class Meta:
        """The newest first."""

        ordering = ("-seen_at", "-id")
