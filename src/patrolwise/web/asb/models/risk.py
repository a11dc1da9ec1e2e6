"""Risk instruments that were loaded, and what came of asking by them."""

from django.db import models

from patrolwise.web.asb.models.people import Victim
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.vault.fields import SealedField, SealedJSONField


class Instrument(models.Model):
    """One version of a risk instrument, as its file says it, and who signed it."""

    key = models.CharField(max_length=80, unique=True)  # id@version
    title = models.CharField(max_length=200)
    document = models.TextField()  # the TOML file, word for word
    hash = models.CharField(max_length=64)
    is_demo = models.BooleanField(default=False)
    loaded_by_id = models.BigIntegerField()
    loaded_at = models.DateTimeField()
    public = models.CharField(max_length=64, blank=True)  # the key that signed
    signature = models.CharField(max_length=128, blank=True)
    signed_by = models.CharField(max_length=80, blank=True)  # the partnership; empty: not signed
    admitted_by_id = models.BigIntegerField(null=True)  # who let it into use here
    admitted_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-loaded_at", "key")

    def __str__(self) -> str:
        """Return its key."""
        return self.key


class RiskAssessment(AsbRecord):
    """One sitting with a victim; nothing in it is weighed again."""

    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, related_name="assessments")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="assessments")
    instrument_hash = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=80, blank=True)  # empty: the demonstration's
    is_demo = models.BooleanField(default=False)
    answers = SealedJSONField()
    score = models.PositiveIntegerField()
    critical = models.JSONField(default=list)  # topics
    scored_band = models.CharField(max_length=20)
    band = models.CharField(max_length=20)
    override_reason = SealedField()
    victim_rating = models.PositiveSmallIntegerField(null=True)
    assessed_at = models.DateTimeField()
    review_due = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-assessed_at", "-id")
