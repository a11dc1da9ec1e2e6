"""What the lead asks of the plan, and why a shift was cancelled: about places and pairs only."""

from django.db import models

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.street.models import Shift


class Proposal(models.Model):
    """A change of the one plan that this service asks the police and partners' side for."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    created_by_id = models.BigIntegerField()
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="sent", db_index=True)  # accepted, refused
    reply = models.CharField(max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-sent_at", "-id")

    def __str__(self) -> str:
        """Return which it is."""
        return f"proposal {self.pk}"


class Cancellation(models.Model):
    """A shift does not take place: why, and who said so."""

    shift = models.OneToOneField(Shift, on_delete=models.CASCADE, related_name="cancellation")
    reason = models.CharField(max_length=200)
    created_by_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return of which shift."""
        return f"cancellation of {self.shift_id}"  # type: ignore[attr-defined]
