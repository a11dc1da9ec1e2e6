"""What a deletion is: which records, who proposed it, who released it, and what went."""

from django.db import models

from patrolwise.web.identifiers import make_reference


class DeletionRecord(models.Model):
    """What is to be deleted: which records, named by table and number only."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    items = models.JSONField()  # table → identifiers; empty once it was decided
    counts = models.JSONField()  # retention class → records
    as_of = models.DateField()
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="proposed", db_index=True)  # released, refused
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)  # it was refused
    deleted = models.JSONField(default=dict)  # table → records that went
    certificate = models.CharField(max_length=64, blank=True)  # SHA-256 of what went

    class Meta:
        """The newest first; no table of its own."""

        abstract = True
        ordering = ("-proposed_at", "-id")

    def __str__(self) -> str:
        """Return its reference."""
        return self.reference
