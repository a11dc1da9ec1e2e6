"""What every record about people has."""

from django.db import models

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.vault.fields import SealedField

OUTREACH = "outreach"  # the provider, as the controller of what its workers write


class PersonalRecord(models.Model):
    """A record about somebody: who wrote it and when, whose it is, and how long it is kept.

    Its `__str__` never tells what it holds: names of records reach logs and error pages.
    """

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    controller = models.CharField(max_length=40, default=OUTREACH)
    created_by_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    device_id = models.CharField(max_length=40, blank=True)  # of the phone that made it
    client_revision = models.PositiveIntegerField(default=0)
    server_revision = models.PositiveIntegerField(default=1)
    retention_class = models.CharField(max_length=40)
    clock_start = models.DateField(null=True)  # when retention began to count; null: not yet
    is_held = models.BooleanField(default=False)  # must not be deleted, whatever the clock says
    hold_reason = SealedField()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Return which record it is, not what it says."""
        return f"{self._meta.verbose_name} {self.pk}"
