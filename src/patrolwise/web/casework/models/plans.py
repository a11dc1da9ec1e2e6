"""What somebody needs and is good at, what was done, and what is to be done next."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class NeedAssessment(PersonalRecord):
    """One part of life on one day: how great the need is, and the strength."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="needs")
    assessed_on = models.DateField()
    domain = models.CharField(max_length=40)
    need = models.PositiveSmallIntegerField()  # 0 to 3
    strength = models.PositiveSmallIntegerField()  # 0 to 3
    own_view = SealedField()  # of the person, in their words
    worker_view = SealedField()
    goal = SealedField()
    review_due = models.DateField(null=True, db_index=True)
    instrument = models.CharField(max_length=80, blank=True)
    instrument_version = models.CharField(max_length=40, blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-assessed_on", "domain", "id")


class CaseNote(PersonalRecord):
    """What a worker and a person did together, or what was heard."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="notes")
    happened_on = models.DateField()
    kind = models.CharField(max_length=40)  # session, call, message, visit, other
    minutes = models.PositiveIntegerField(null=True)
    text = SealedField()

    class Meta:
        """The newest first."""

        ordering = ("-happened_on", "-created_at", "-id")


class FollowUp(PersonalRecord):
    """What was promised, and by when."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="follow_ups")
    worker_id = models.BigIntegerField(db_index=True)
    due = models.DateField(db_index=True)
    what = SealedField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)  # done, not reached, no longer wanted

    class Meta:
        """What is due first, first."""

        ordering = ("due", "created_at", "id")
