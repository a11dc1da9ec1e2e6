"""Reachable moments: somebody in custody or in an emergency department might want support now."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class ReachableMoment(PersonalRecord):
    """One who could have been reached, and how far it went: nobody drops out of the count."""

    source = models.CharField(max_length=40)  # emergency department, custody, ...
    eligible_at = models.DateTimeField(db_index=True)
    age_band = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    approached = models.CharField(max_length=40)  # yes, or why not
    minutes_to_approach = models.PositiveIntegerField(null=True)
    response = models.CharField(max_length=40, blank=True)
    is_appropriate_adult_present = models.BooleanField(null=True)  # in custody, of a child
    engagement = models.ForeignKey(
        Engagement, null=True, on_delete=models.SET_NULL, related_name="moments"
    )
    consent_id = models.UUIDField(null=True)
    first_follow_up_at = models.DateTimeField(null=True)
    sessions = models.PositiveIntegerField(default=0)
    end_status = models.CharField(max_length=40, blank=True)
    words = SealedField()

    class Meta:
        """The newest first."""

        ordering = ("-eligible_at", "-id")
