"""One event of the record, and the checks that it is whole."""

from django.db import models


class Event(models.Model):
    """Somebody read or changed something. No foreign keys: an event outlives what it is about."""

    number = models.BigIntegerField(primary_key=True)
    time = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)  # null: a program, or nobody known
    role = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    is_read = models.BooleanField()
    detail = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Oldest first."""

        ordering = ("number",)
        indexes = (  # the pages of one person's events, or of one kind, without sorting a year
            models.Index(fields=("actor_id", "-number"), name="events_of_an_actor"),
            models.Index(fields=("action", "-number"), name="events_of_a_kind"),
        )

    def __str__(self) -> str:
        """Return what happened, without who."""
        return f"{self.number} {self.action} {self.subject}".strip()


class RecordCheck(models.Model):
    """One reading of the whole record, event by event."""

    asked = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    events = models.BigIntegerField(default=0)  # that were whole, from the first
    broken_at = models.BigIntegerField(null=True)  # number of the first event that does not fit
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Return when it was asked for."""
        return f"{self.asked:%Y-%m-%d %H:%M}"
