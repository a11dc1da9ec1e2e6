"""One event of the record."""

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

    def __str__(self) -> str:
        """Return what happened, without who."""
        return f"{self.number} {self.action} {self.subject}".strip()
