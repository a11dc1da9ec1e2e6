"""Where workers are while they work: for their own lead, for their safety, and soon forgotten."""

from django.db import models

from patrolwise.web.street.models.shifts import Shift
from patrolwise.web.vault.fields import SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Track(PersonalRecord):
    """Positions that one phone sent together, and the last of them for the safety view."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="tracks")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    fixes = SealedJSONField()  # [[seconds since 1970, longitude, latitude, accuracy in metres], ..]
    last_place = SealedJSONField()  # the newest of them

    class Meta:
        """By time."""

        ordering = ("first_at", "id")


class Call(PersonalRecord):
    """A worker says that they are safe, late or in need of help; the lead answers."""

    shift = models.ForeignKey(Shift, null=True, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=20)  # safe, late, need help
    hot_spot_id = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-at", "-id")
