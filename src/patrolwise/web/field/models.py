"""Trackers, the fixes that they send, and what officers say from the street."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Forwarder(models.Model):
    """A server that forwards what many trackers of one service send, by one token."""

    name = models.CharField(max_length=80, unique=True)
    service = models.CharField(max_length=80)  # of all its trackers, for ever
    token_sha256 = models.CharField(max_length=64, unique=True)  # as a device's
    is_active = models.BooleanField(default=True)
    made = models.DateTimeField()
    made_by_id = models.BigIntegerField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Device(models.Model):
    """One tracker or phone, with the token that its fixes come with."""

    name = models.CharField(max_length=80, unique=True)
    service = models.CharField(max_length=80)  # that of its newest assignment
    team_id = models.BigIntegerField(null=True)
    token_sha256 = models.CharField(max_length=64, unique=True)  # the token itself is shown once
    is_active = models.BooleanField(default=True)
    refresh_s = models.FloatField(default=30.0)  # how often it is expected to send
    forwarder = models.ForeignKey(Forwarder, null=True, on_delete=models.PROTECT)
    sent_as = models.CharField(max_length=128, blank=True)  # its identifier at that server
    made = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    assignments: "RelatedManager[Assignment]"

    class Meta:
        """By name; one tracker of a forwarding server is one device."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("forwarder", "sent_as"), name="one_device_a_forwarded_tracker"
            ),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Assignment(models.Model):
    """A unit has a device from one time to another: a row of ASSIGNMENTS."""

    device_id: int
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="assignments")
    unit_id = models.CharField(max_length=80, db_index=True)
    service = models.CharField(max_length=80)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)  # not in it; None: until further notice
    people = models.PositiveSmallIntegerField(default=1)  # of the unit, who go by this device

    class Meta:
        """By device and time; no device is with two units at once, as the actions see to it."""

        ordering = ("device", "start", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("device", "start"), name="one_assignment_a_device_and_start"
            ),
            models.UniqueConstraint(
                fields=("device",),
                condition=models.Q(end=None),
                name="one_open_assignment_a_device",
            ),
        )

    def __str__(self) -> str:
        """Return whose it is, and from when."""
        return f"{self.unit_id} from {self.start:%Y-%m-%d %H:%M}"


class Fix(models.Model):
    """One device, one place, one time. Sent twice, it is kept once."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    time = models.BigIntegerField()  # UTC, microseconds since 1970: exact, small, and sorts
    longitude = models.FloatField()
    latitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    speed_m_s = models.FloatField(null=True)
    received = models.BigIntegerField()  # likewise
    is_mock = models.BooleanField(default=False)  # the phone says that the place was made up

    class Meta:
        """A device is at one place at a time."""

        constraints = (
            models.UniqueConstraint(fields=("device", "time"), name="one_fix_a_device_and_time"),
        )

    def __str__(self) -> str:
        """Return when, not where."""
        return str(self.time)


class LastFix(models.Model):
    """The newest fix of a device, for pages that ask who is where now."""

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.PROTECT)
    time = models.BigIntegerField()
    longitude = models.FloatField()
    latitude = models.FloatField()
    received = models.BigIntegerField()
    is_mock = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return when, not where."""
        return str(self.time)


class CheckIn(models.Model):
    """An officer says that a unit begins or ends a visit; the phone may send it hours later."""

    client_id = models.CharField(max_length=40, unique=True)  # made by the phone: kept once
    unit_id = models.CharField(max_length=80, db_index=True)
    service = models.CharField(max_length=80)
    person_id = models.BigIntegerField()
    area_id = models.CharField(max_length=80)
    is_in = models.BooleanField()  # False: out
    time = models.DateTimeField()
    received = models.DateTimeField()

    class Meta:
        """By time."""

        ordering = ("-time", "-id")
        indexes = (  # whom somebody last went with; what a unit said on its shift
            models.Index(fields=("person_id", "-time"), name="check_ins_of_a_person"),
            models.Index(fields=("unit_id", "-time"), name="check_ins_of_a_unit"),
        )

    def __str__(self) -> str:
        """Return what and when."""
        return f"{self.unit_id} {'in' if self.is_in else 'out'} {self.time:%H:%M}"


class Abstraction(models.Model):
    """A unit was called away from patrol, and why."""

    client_id = models.CharField(max_length=40, unique=True)
    unit_id = models.CharField(max_length=80, db_index=True)
    service = models.CharField(max_length=80)
    person_id = models.BigIntegerField()
    area_id = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=40)  # of the library's list
    note = models.CharField(max_length=300, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    received = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-start", "-id")

    def __str__(self) -> str:
        """Return who and why."""
        return f"{self.unit_id}: {self.reason}"


class QuarantinedItem(models.Model):
    """What a phone sent for somebody who may no longer send it; a coordinator decides on it."""

    client_id = models.CharField(max_length=40, unique=True)
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=40)  # when it was written
    item = models.JSONField()  # as the phone sent it
    why = models.CharField(max_length=200)
    received = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    is_kept = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)  # of the decision

    class Meta:
        """The oldest first: it has waited longest."""

        ordering = ("received", "id")

    def __str__(self) -> str:
        """Return when it came, not what it says."""
        return f"{self.received:%Y-%m-%d %H:%M}"
