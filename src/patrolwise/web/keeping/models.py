"""Deletions that one person proposes and another releases, and what is left of what was deleted."""

from django.db import models

from patrolwise.web.vault.deletion_records import DeletionRecord


class DeletionRun(DeletionRecord):
    """What is to be deleted of people's records: which, named by table and number only."""


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
