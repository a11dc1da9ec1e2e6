"""Deletions that one person proposes and another releases, and what is left of what was deleted."""

from django.db import models

from patrolwise.web.identifiers import make_reference


class DeletionRun(models.Model):
    """What is to be deleted: which records, named by table and number only."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    items = models.JSONField()  # table → identifiers
    counts = models.JSONField()  # retention class → records
    as_of = models.DateField()
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="proposed", db_index=True)  # released, refused
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)  # it was refused
    deleted = models.JSONField(default=dict)  # table → records that went, with those beneath them
    certificate = models.CharField(max_length=64, blank=True)  # SHA-256 of what went

    class Meta:
        """The newest first."""

        ordering = ("-proposed_at",)

    def __str__(self) -> str:
        """Return its reference."""
        return self.reference


class MonthlyCount(models.Model):
    """What stays of contacts that were deleted: how many, in a month, at a place, of a kind."""

    month = models.DateField()
    hot_spot_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    contacts = models.PositiveIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        """One row a month, place and kind."""

        ordering = ("month", "hot_spot_id", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("month", "hot_spot_id", "kind"), name="one_count_a_month_place_and_kind"
            ),
        )

    def __str__(self) -> str:
        """Return which."""
        return f"{self.month:%Y-%m} {self.hot_spot_id} {self.kind}"
