"""A round of grants, as it was declared before it opened."""

from django.db import models

DRAFT, OPEN, CLOSED = "draft", "open", "closed"


class FundRound(models.Model):
    """One version of a round. Once it is open it is never edited: a change is a new version."""

    key = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    opens = models.DateField()
    closes = models.DateField()  # the last day
    budget_pence = models.BigIntegerField()
    most_pence = models.BigIntegerField()  # for one application
    youngest = models.PositiveSmallIntegerField()  # years, of whom it is for
    oldest = models.PositiveSmallIntegerField()
    criteria = models.JSONField()  # of {"key", "title", "weight"}, in order
    top_score = models.PositiveSmallIntegerField(default=5)
    assessors = models.PositiveSmallIntegerField(default=2)
    widest_spread = models.PositiveSmallIntegerField(default=20)  # per cent
    least_total = models.PositiveSmallIntegerField(default=50)  # per cent
    days_to_report = models.PositiveSmallIntegerField(default=28)
    conditions = models.TextField(blank=True)  # of every award, one a line
    funder_org_id = models.CharField(max_length=80)
    funder_name = models.CharField(max_length=120)
    funder_prefix = models.CharField(max_length=40)  # of the publisher at 360Giving
    state = models.CharField(max_length=10, default=DRAFT)  # draft, open, closed
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField()

    class Meta:
        """The newest first; a version is there once."""

        ordering = ("-opens", "-id")
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="one_version_of_a_round"),
        )

    def __str__(self) -> str:
        """Return its title."""
        return self.title
