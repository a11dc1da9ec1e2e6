"""One contact on the street: seconds to log, made once and never changed."""

from django.db import models

from patrolwise.web.street.models.shifts import Shift
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class Contact(PersonalRecord):
    """No name, no age that was asked, no position: what was seen, in coarse bands."""

    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="contacts")
    hot_spot_id = models.CharField(max_length=80, db_index=True)  # or outside_hotspot
    date = models.DateField(db_index=True)
    period = models.CharField(max_length=5)  # half hour, HH:00 or HH:30
    kind = models.CharField(max_length=40)
    group_size = models.PositiveSmallIntegerField(default=1)
    age_band = models.CharField(max_length=20, blank=True)  # as it looked
    gender = models.CharField(max_length=20, blank=True)  # as it looked
    risks = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    advice = models.JSONField(default=list)
    minutes = models.CharField(max_length=20, blank=True)
    engagement_id = models.UUIDField(null=True, db_index=True)  # it led to support
    note = SealedField()  # at most 140 characters, without names

    class Meta:
        """The newest first."""

        ordering = ("-date", "-period", "id")
        indexes = (  # those whose time is over, without reading years of them
            models.Index(
                fields=("retention_class", "clock_start", "is_held"), name="contacts_by_clock"
            ),
        )
