"""Who agreed to support, and which workers are on the case."""

from django.db import models

from patrolwise.web.identifiers import make_reference, make_uuid7
from patrolwise.web.vault.fields import BlindIndexField, SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Engagement(PersonalRecord):
    """Somebody agreed to support: one record a case, from the day they agreed."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    alias = SealedField()  # what they want to be called
    alias_index = BlindIndexField(source="alias")
    agreed_on = models.DateField(db_index=True)
    hot_spot_id = models.CharField(max_length=80, blank=True)  # where they met, or outside_hotspot
    age_basis = models.CharField(max_length=20, blank=True)  # told us, estimated, verified
    is_child = models.BooleanField(default=True)  # under 18 as far as is known: the careful side
    contact_ok = models.JSONField(default=list)  # of call, text
    is_message_safe = models.BooleanField(default=False)
    profile = SealedJSONField()  # language, access needs, ethnicity, care and education: if told
    privacy_explained_at = models.DateTimeField(null=True)
    privacy_version = models.CharField(max_length=20, blank=True)
    lead_worker_id = models.BigIntegerField(db_index=True)
    status = models.CharField(max_length=20, default="open", db_index=True)  # open, paused, closed
    close_reason = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-agreed_on", "reference")


class Identity(PersonalRecord):
    """Who somebody is by law: apart from the case, and mostly empty."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="identity")
    legal_name = SealedField()
    name_index = BlindIndexField(source="legal_name")
    born = SealedField()  # ISO date
    born_index = BlindIndexField(source="born")
    phone = SealedField()
    phone_index = BlindIndexField(source="phone")


class CaseMember(models.Model):
    """A worker who may see a case beside its lead worker, and for how long."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="members")
    person_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by_id = models.BigIntegerField()

    def __str__(self) -> str:
        """Return who, not whose case."""
        return f"member {self.person_id}"


class GlassBreak(models.Model):
    """Somebody opened a case that is not theirs, for sixty minutes and with a reason."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="breaks")
    controller = models.CharField(max_length=40, default="outreach")
    person_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=40)  # of a short list
    words = SealedField()
    opened = models.DateTimeField()
    until = models.DateTimeField()
    seen_by_lead_at = models.DateTimeField(null=True)
    seen_by_officer_at = models.DateTimeField(null=True)  # of data protection

    def __str__(self) -> str:
        """Return when, not whose case."""
        return f"opened {self.opened:%Y-%m-%d %H:%M}"
