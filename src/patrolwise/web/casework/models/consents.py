"""What somebody allowed, for what, and until when."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.casework.models.referrals import Service
from patrolwise.web.vault.fields import SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Consent(PersonalRecord):
    """Permission for a service; not what safeguarding rests on."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT)
    fields = models.JSONField(default=list)  # exactly which may go
    given_by = models.CharField(max_length=60)
    competence = SealedJSONField()  # what, why, who, consequences, can say no: in words
    is_pressure_free = models.BooleanField()
    method = models.CharField(max_length=20)
    wording_version = models.CharField(max_length=20)  # of the page that was read
    since = models.DateField()
    until = models.DateField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = SealedField()

    class Meta:
        """The newest first."""

        ordering = ("-since", "-created_at", "-id")
