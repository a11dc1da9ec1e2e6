"""Services that people are referred to, and what became of each referral."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.vault.fields import SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Service(models.Model):
    """One entry of the directory, as Open Referral UK has it. Nothing about persons."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    external_id = models.CharField(max_length=80, blank=True, db_index=True)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    team_id = models.BigIntegerField(null=True, db_index=True)  # whose partners answer referrals
    description = models.TextField(blank=True)
    eligibility = models.TextField(blank=True)
    how_to_apply = models.TextField(blank=True)
    needs = models.JSONField(default=list)  # domains that it helps with
    minimum_age = models.PositiveSmallIntegerField(null=True)
    maximum_age = models.PositiveSmallIntegerField(null=True)
    open_hours = models.JSONField(default=list)  # [{"day": "monday", "from": "09:00", "until": ..}]
    phone = models.CharField(max_length=40, blank=True)
    web_address = models.URLField(blank=True)
    is_active = models.BooleanField(default=True)
    checked_on = models.DateField()

    class Meta:
        """By name."""

        ordering = ("name", "id")

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Referral(PersonalRecord):
    """Somebody is put in touch with a service, by consent or under a gateway."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    consent_id = models.UUIDField(null=True)
    gateway = models.CharField(max_length=60, blank=True)  # where consent is not what it rests on
    urgency = models.CharField(max_length=20)
    needs = models.JSONField(default=list)  # domains, of those that the consent lets go
    what_they_want = SealedField()
    shared = SealedJSONField()  # field → value, as the service may see it: a copy, edited for it
    risk_summary = SealedField()  # likewise
    status = models.CharField(max_length=40, default="draft", db_index=True)
    status_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, db_index=True)
    reject_reason = models.CharField(max_length=40, blank=True)
    end_reason = models.CharField(max_length=40, blank=True)
    outcomes = SealedJSONField()  # domain → {"outcome": achieved, partly or not, "progress": ...}
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5, the person's
    feedback = SealedField()  # of the service, to the worker

    class Meta:
        """The newest first."""

        ordering = ("-status_at", "-id")


class ReferralStep(models.Model):
    """A referral moved: when, from what to what, and by whom."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="steps")
    from_status = models.CharField(max_length=40)
    to_status = models.CharField(max_length=40)
    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)  # null: the clock did it

    class Meta:
        """In order."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        """Return the move."""
        return f"{self.from_status} to {self.to_status}"
