"""What fixes were counted to, and what the programme in force asks for.

Both are kept so that no page counts fixes or reads a programme's files.
"""

from django.db import models


class RuleBook(models.Model):
    """What one programme declares of services, doses, separation and costs."""

    upload_id = models.BigIntegerField(unique=True)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)  # of its TOML file
    services = models.JSONField(default=list)  # names, as declared
    separated = models.JSONField(default=list)  # none, or the two that must not meet
    margin_min = models.FloatField(default=0.0)  # a near miss is no further apart
    rules = models.JSONField(default=list)  # rows of DOSE_RULES, days as ISO
    ledger = models.JSONField(default=list)  # rows of LEDGER, days as ISO
    cost_kinds = models.JSONField(default=dict)  # service → kinds that count as its cost
    fault = models.TextField(blank=True)  # why it could not be read; nothing else is then filled
    read = models.DateTimeField()

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class CountedDay(models.Model):
    """How many fixes of a device had arrived when its patrol day was last counted.

    A row for each part of the day in which one unit had the device and fixes were taken.
    """

    spot_set_id = models.BigIntegerField()
    device_id = models.BigIntegerField()
    day = models.DateField(db_index=True)  # patrol day
    unit_id = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    start = models.DateTimeField()  # of the part
    end = models.DateTimeField()
    people = models.PositiveSmallIntegerField(default=1)  # who went by the device
    fixes = models.PositiveIntegerField()  # of the part; what follows is of the whole day
    mock = models.PositiveIntegerField(default=0)  # fixes that an app made up
    grade = models.CharField(max_length=1, blank=True)  # A to D, as the library grades the day
    refresh_s = models.FloatField(null=True)  # usual seconds from fix to fix
    gap_s = models.FloatField(default=0.0)  # silence between its first and last fix
    counted = models.DateTimeField()

    class Meta:
        """Each part of a device's day is counted once."""

        constraints = (
            models.UniqueConstraint(
                fields=("device_id", "day", "start"), name="one_count_a_device_and_part_of_day"
            ),
        )

    def __str__(self) -> str:
        """Return which day."""
        return f"{self.unit_id} {self.day}"


class Stay(models.Model):
    """One row of UNIT_VISITS: a unit in a hot spot, as the library found it."""

    spot_set_id = models.BigIntegerField()
    unit_id = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    area_id = models.CharField(max_length=80)
    day = models.DateField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    patrol_s = models.FloatField()
    person_s = models.FloatField()
    unknown_s = models.FloatField()
    is_pass_through = models.BooleanField()
    edge_s = models.FloatField()
    variance_s2 = models.FloatField()
    common_s = models.FloatField()

    class Meta:
        """By day."""

        indexes = (models.Index(fields=("day", "unit_id"), name="stays_by_day"),)

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.unit_id} {self.day}"


class DayDose(models.Model):
    """One row of DOSES: zero where a counted day had no visit. No row: the day was not counted."""

    spot_set_id = models.BigIntegerField()
    area_id = models.CharField(max_length=80)
    day = models.DateField()
    service = models.CharField(max_length=80)
    visits = models.PositiveIntegerField()
    pass_throughs = models.PositiveIntegerField()
    patrol_min = models.FloatField()
    patrol_low_min = models.FloatField()
    patrol_high_min = models.FloatField()
    person_min = models.FloatField()
    pass_through_min = models.FloatField()
    unknown_min = models.FloatField()
    owed_min = models.FloatField(default=0.0)  # by the rule in force on that day
    owed_visits = models.PositiveIntegerField(default=0)
    met = models.CharField(max_length=20, default="no rule")  # as COMPLIANCE has it
    book_id = models.BigIntegerField(null=True)  # the rule book that it was held against
    counted = models.DateTimeField()

    class Meta:
        """One row for each; found by day."""

        constraints = (
            models.UniqueConstraint(
                fields=("day", "service", "area_id", "spot_set_id"), name="one_dose_for_each"
            ),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.area_id} {self.day}"


class DaySeparation(models.Model):
    """One hot spot on one day on which outreach was there: whether the two services met."""

    spot_set_id = models.BigIntegerField()
    area_id = models.CharField(max_length=80)
    day = models.DateField()
    meetings = models.PositiveIntegerField()
    near_misses = models.PositiveIntegerField()  # apart by no more than the rule book's margin
    together_min = models.FloatField()
    present_min = models.FloatField()  # of outreach

    class Meta:
        """One row for each; found by day."""

        constraints = (
            models.UniqueConstraint(fields=("day", "area_id"), name="one_separation_for_each"),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.area_id} {self.day}"
