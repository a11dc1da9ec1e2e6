"""What a shift says afterwards: the place in one table, people in another."""

from django.db import models

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.street.models.shifts import Shift
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class PlaceDebrief(models.Model):
    """Of places: nothing about persons, checked before it is kept; it may cross to the partners."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="place_debriefs")
    visits = models.JSONField(default=list)  # planned place and window, arrived, left, or why not
    what_worked = models.CharField(max_length=300, blank=True)
    what_did_not = models.CharField(max_length=300, blank=True)
    learning = models.CharField(max_length=300, blank=True)
    ideas = models.CharField(max_length=300, blank=True)
    created_by_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    crossing = models.CharField(max_length=10, blank=True, db_index=True)  # sent, held back

    class Meta:
        """The newest first."""

        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        """Return which it is."""
        return f"places {self.pk}"


class PlaceIssue(models.Model):
    """Something about a place that somebody can mend: a lamp, a hedge, a broken fence."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    hot_spot_id = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField()  # 0 to 3
    text = models.CharField(max_length=300)
    reported_at = models.DateTimeField()
    created_by_id = models.BigIntegerField()
    crossing = models.CharField(max_length=10, blank=True, db_index=True)  # sent, held back
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="issues")

    class Meta:
        """The newest first."""

        ordering = ("-reported_at", "-id")

    def __str__(self) -> str:
        """Return what it is about."""
        return f"{self.kind} at {self.hot_spot_id}"


class PeopleDebrief(PersonalRecord):
    """Of people: stays in the outreach service."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="people_debriefs")
    text = SealedField()


class Wellbeing(PersonalRecord):
    """How a worker is after a shift, and what nearly went wrong; the lead's eyes only."""

    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="wellbeing")
    score = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    wants_call = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True)
    is_near_miss = models.BooleanField(default=False)
    text = SealedField()
