"""Sources with their terms, the files that came, and their records: of events, never of persons."""

from django.db import models

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.vault.fields import SealedField


class AgencySource(models.Model):
    """On what terms an agency's records are here. New terms are a new row; old ones stay."""

    name = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=40)  # of the library
    controller = models.CharField(max_length=120)
    lawful_basis = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    agreement = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    keep_months = models.PositiveSmallIntegerField()
    location_days = models.PositiveSmallIntegerField()
    least_count = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    agreed_at = models.DateTimeField()
    agreed_by_id = models.BigIntegerField()

    class Meta:
        """By name, the newest terms first; one row of a name holds."""

        ordering = ("name", "-agreed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("name",), condition=models.Q(is_current=True), name="one_set_of_terms"
            ),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Batch(models.Model):
    """One file that came. Its bytes are not kept: its rows are, as long as the terms say."""

    source = models.ForeignKey(AgencySource, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    known = models.PositiveIntegerField()  # rows that were here already
    quality = models.JSONField()  # by site and month, as the library finds it
    came_at = models.DateTimeField()
    came_by_id = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True)
    undone_why = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-came_at", "-id")

    def __str__(self) -> str:
        """Return when it came."""
        return f"{self.source} {self.came_at:%Y-%m-%d}"


class AgencyRecord(models.Model):
    """One event. Words about its place are sealed, and dropped when they are old."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    controller = models.CharField(max_length=40, default="partnership")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    source_name = models.CharField(max_length=80)  # of all terms under one name
    row_id = models.CharField(max_length=80)
    site_code = models.CharField(max_length=40)
    day = models.DateField(db_index=True)
    hour = models.PositiveSmallIntegerField(null=True)
    category = models.CharField(max_length=80)
    place_type = models.CharField(max_length=80, blank=True)
    place = SealedField()
    hot_spot_id = models.CharField(max_length=80, blank=True)  # empty: outside, or not known
    placed_by = models.CharField(max_length=10)  # point, words, hand; none
    came_on = models.DateField(db_index=True)

    class Meta:
        """The newest first; an agency's row is here once."""

        ordering = ("-day", "row_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("source_name", "row_id"), name="one_row_of_a_source"),
        )

    def __str__(self) -> str:
        """Return which it is, not what it says."""
        return f"record {self.pk}"
