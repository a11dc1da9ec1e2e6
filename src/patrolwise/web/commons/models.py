"""The hot spots as the partners agreed them: places, no persons."""

from django.db import models


class AgreedHotSpot(models.Model):
    """A hot spot of a set that was in force, from the file of the police and partners' site."""

    hot_spot_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    set_version = models.CharField(max_length=80)  # id@version
    shape = models.JSONField()  # GeoJSON geometry, longitude and latitude
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the last day; null: in force

    class Meta:
        """By name; a hot spot is once in a version."""

        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("set_version", "hot_spot_id"), name="one_agreed_hot_spot_a_version"
            ),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name
