"""What was sent to the other site and what came from it."""

from django.db import models

OUT, IN = "out", "in"
WAITING, SENT, TAKEN, REFUSED = "waiting", "sent", "taken", "refused"


class Parcel(models.Model):
    """One message between the sites. Whole, it can be read by whoever asks what crossed."""

    id = models.UUIDField(primary_key=True, editable=False)
    direction = models.CharField(max_length=3)  # out, in
    number = models.PositiveBigIntegerField()  # in its direction, without gaps
    kind = models.CharField(max_length=40, db_index=True)
    made_at = models.DateTimeField()
    body = models.JSONField()  # as the table of kinds allows; empty for one that was refused
    sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)  # Ed25519, hexadecimal
    state = models.CharField(max_length=10, db_index=True)
    state_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)  # it was refused

    class Meta:
        """The newest first; numbers are used once."""

        ordering = ("direction", "-number")
        constraints = (
            models.UniqueConstraint(fields=("direction", "number"), name="one_parcel_a_number"),
        )

    def __str__(self) -> str:
        """Return which it is."""
        return f"{self.kind} {self.direction} {self.number}"
