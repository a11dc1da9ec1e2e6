"""Who works when and where, and what they were told before."""

from django.db import models

from patrolwise.web.identifiers import make_uuid7


class Shift(models.Model):
    """A pair on one day. The plan of its places came from both services' one plan."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    unit_id = models.CharField(max_length=80)
    date = models.DateField(db_index=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    status = models.CharField(max_length=20, default="planned")  # planned, on, closed, cancelled
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_all_sent = models.BooleanField(default=False)  # the phones said so at the end

    class Meta:
        """By time; a unit works a day once."""

        ordering = ("date", "start", "unit_id")
        constraints = (
            models.UniqueConstraint(fields=("unit_id", "date", "start"), name="one_shift_a_unit"),
        )

    def __str__(self) -> str:
        """Return which."""
        return f"{self.unit_id} {self.date}"


class ShiftWorker(models.Model):
    """One of the pair."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="workers")
    person_id = models.BigIntegerField(db_index=True)

    class Meta:
        """Once a shift."""

        constraints = (
            models.UniqueConstraint(fields=("shift", "person_id"), name="one_worker_a_shift"),
        )

    def __str__(self) -> str:
        """Return who."""
        return f"worker {self.person_id}"


class PlannedVisit(models.Model):
    """Where the pair is to be, from when until when."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="visits")
    hot_spot_id = models.CharField(max_length=80)
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        """In order."""

        ordering = ("start", "id")

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.hot_spot_id} {self.start:%H:%M}"


class OutreachBrief(models.Model):
    """What a shift is told: places and services, never people. Apart from the police brief."""

    date = models.DateField(unique=True)
    prepared_by_id = models.BigIntegerField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return of which day."""
        return f"brief of {self.date}"


class BriefItem(models.Model):
    """One thing that a brief says, under one of IIMARCH's headings."""

    brief = models.ForeignKey(OutreachBrief, on_delete=models.CASCADE, related_name="items")
    heading = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)  # place note, service tonight, staff safety, number, ...
    hot_spot_id = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300)
    source = models.CharField(max_length=20, default="outreach")  # or police: released to outreach
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        """In the order in which they were written."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return its kind."""
        return self.kind


class BriefRead(models.Model):
    """Somebody read a brief."""

    brief = models.ForeignKey(OutreachBrief, on_delete=models.CASCADE, related_name="reads")
    person_id = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        """Once a person."""

        constraints = (
            models.UniqueConstraint(fields=("brief", "person_id"), name="one_read_a_person"),
        )

    def __str__(self) -> str:
        """Return when."""
        return f"read {self.read_at:%H:%M}"
