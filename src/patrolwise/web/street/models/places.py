"""Hot spots as both services know them, and the minutes that outreach gave each: no persons."""

from django.db import models


class Place(models.Model):
    """A hot spot of the set in force, as the police and partners' site sent it."""

    hot_spot_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    set_version = models.CharField(max_length=80)
    shape = models.JSONField()  # GeoJSON geometry, longitude and latitude
    notes = models.TextField(blank=True)  # released to outreach; about the place only
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        """By name; a hot spot is once in a version."""

        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("set_version", "hot_spot_id"), name="one_place_a_version"
            ),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class HotSpotMinutes(models.Model):
    """How long outreach was in a hot spot in one shift: of the pair, not of a person."""

    hot_spot_id = models.CharField(max_length=80)
    date = models.DateField(db_index=True)
    shift_start = models.TimeField()
    visits = models.PositiveIntegerField()
    minutes = models.FloatField()
    least = models.FloatField()
    most = models.FloatField()
    is_tracked = models.BooleanField()  # False: told by the pair, and shown as such
    rule = models.CharField(max_length=80)  # by which visits were found
    reckoned_at = models.DateTimeField()
    crossing = models.CharField(max_length=10, blank=True, db_index=True)  # sent, held back

    class Meta:
        """One row a hot spot and shift."""

        ordering = ("-date", "hot_spot_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("hot_spot_id", "date", "shift_start"), name="one_row_a_hot_spot_and_shift"
            ),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.hot_spot_id} {self.date}"
