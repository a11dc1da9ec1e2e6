"""Agencies, their phone links, the hours that they were there, and the streams that pay for them.

Nothing here is about a person: a unit is a short code, and whoever holds a phone link has no name.
"""

from django.db import models
from django.db.models import F, Q

from patrolwise.web.accounts.models import Team
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.vault.fields import SealedJSONField

_STANDS = Q(withdrawn_at=None)


class Agency(models.Model):
    """One agency that patrols. Its coordinators are the people of its team."""

    key = models.SlugField(max_length=40, unique=True)  # as the return and the programme name it
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)  # of hours_ledger.AGENCY_KINDS
    sort = models.CharField(max_length=30)  # wardens, volunteers, faith group and so on
    team = models.OneToOneField(Team, null=True, blank=True, on_delete=models.PROTECT)
    visibility = models.CharField(max_length=30, default="partner brand")

    class Meta:
        """By name."""

        ordering = ("name",)
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Stream(models.Model):
    """Money of one fund for one year. A wrong one is withdrawn, and another is added."""

    key = models.SlugField(max_length=40)
    fund = models.CharField(max_length=80)
    year = models.CharField(max_length=10)
    pounds = models.DecimalField(max_digits=12, decimal_places=2)
    pounds_an_hour = models.DecimalField(max_digits=8, decimal_places=2)  # of a person
    first = models.DateField()
    last = models.DateField()
    agencies = models.ManyToManyField(Agency, related_name="streams")
    patrol_types = models.JSONField()
    conditions = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first; a key stands once."""

        ordering = ("-first", "key", "-id")
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=_STANDS, name="one_stream_a_key"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="stream_has_days"),
        )

    def __str__(self) -> str:
        """Return its key."""
        return self.key


class PhoneLink(models.Model):
    """What lets one unit of an agency log patrols without an account: a code, kept as a digest."""

    agency_id: int
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="links")
    unit_id = models.CharField(max_length=20)
    staff = models.PositiveSmallIntegerField(default=1)  # how many people, as a rule
    stream_id: int | None
    stream = models.ForeignKey(Stream, null=True, blank=True, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    expires = models.DateField()  # the last day
    ended_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)  # when it was last opened

    class Meta:
        """By unit; one that works for each."""

        ordering = ("unit_id", "-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "unit_id"),
                condition=Q(ended_at=None),
                name="one_phone_link_a_unit",
            ),
        )

    def __str__(self) -> str:
        """Return whose unit."""
        return self.unit_id


class OpenPatrol(models.Model):
    """A patrol that was started on a phone and not stopped yet."""

    link_id: int
    key = models.UUIDField(primary_key=True)  # of the form that began it
    link = models.OneToOneField(PhoneLink, on_delete=models.CASCADE, related_name="patrol")
    hot_spot_id = models.CharField(max_length=80)
    started = models.DateTimeField()
    staff = models.PositiveSmallIntegerField()
    is_funded = models.BooleanField()

    def __str__(self) -> str:
        """Return where."""
        return self.hot_spot_id


class Upload(models.Model):
    """A file that was sent: read, looked at, then kept or given up; what was kept can be undone."""

    agency_id: int | None
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)  # None: of several
    kind = models.CharField(max_length=20)  # of uploads.KINDS
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, default="read")  # read, faulty, kept, undone
    rows = models.JSONField()  # what was read, until it is kept
    faults = models.JSONField(default=list)  # sentences
    number = models.PositiveIntegerField(default=0)  # rows
    notes = models.JSONField(default=list)  # what else is to be known
    sent_at = models.DateTimeField()
    sent_by_id = models.BigIntegerField()
    kept_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-sent_at", "-id")

    def __str__(self) -> str:
        """Return what it was called."""
        return self.name


class _Recorded(models.Model):
    """A row that is never changed: taken back with a reason, and another is added."""

    recorded_at = models.DateTimeField()
    recorded = models.DateField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was taken back
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT)

    class Meta:
        """No table of its own."""

        abstract = True


class HoursRow(_Recorded):
    """One unit in one hot spot from one time to another, paid in one way: a row of the ledger.

    Triggers of the database refuse two rows that stand with one unit at one time, and any change
    but taking a row back. As a row names one stream or none, no hour is claimed twice.
    """

    agency_id: int
    link_id: int | None
    stream_id: int | None
    key = models.UUIDField(unique=True)  # of the form that sent it: sent twice, it is kept once
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="hours")
    link = models.ForeignKey(PhoneLink, null=True, on_delete=models.PROTECT, related_name="hours")
    unit_id = models.CharField(max_length=20)
    hot_spot_id = models.CharField(max_length=80)
    day = models.DateField()  # the patrol day, which begins at 04:00 UTC
    start = models.DateTimeField()
    end = models.DateTimeField()
    staff = models.PositiveSmallIntegerField()
    patrol_type = models.CharField(max_length=20)  # of fund_rules.PATROL_TYPES
    activity = models.CharField(max_length=20, default="patrol")
    paid = models.CharField(max_length=20)  # of hours_ledger.WAYS_PAID
    visibility = models.CharField(max_length=30)
    basis = models.CharField(max_length=20)  # tracker, or self-reported
    stream = models.ForeignKey(
        Stream, null=True, blank=True, on_delete=models.PROTECT, related_name="hours"
    )
    staff_codes = models.CharField(max_length=200, blank=True)
    patrol_minutes = models.PositiveIntegerField()  # 0 for work that grew out of a patrol
    person_minutes = models.PositiveIntegerField()
    is_in_kind = models.BooleanField()
    error_minutes = models.FloatField(null=True)  # half of the tracker's 95 % interval
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    sent_by = models.CharField(max_length=20)  # of hours_actions.WAYS_SENT

    class Meta:
        """The newest first."""

        ordering = ("-start", "-id")
        indexes = (
            models.Index(fields=("agency", "unit_id", "start"), name="hours_of_a_unit"),
            models.Index(fields=("day", "hot_spot_id", "agency"), name="hours_of_a_place"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="hours_last"),
            models.CheckConstraint(condition=Q(staff__gte=1), name="hours_of_somebody"),
            models.CheckConstraint(
                condition=Q(stream=None) | Q(is_in_kind=False), name="in_kind_claims_no_stream"
            ),
            models.CheckConstraint(
                condition=~Q(paid="funded") | Q(stream__isnull=False), name="funded_has_a_stream"
            ),
        )

    def __str__(self) -> str:
        """Return its number in the ledger."""
        return self.row_id

    @property
    def row_id(self) -> str:
        """The ledger's number of it, never used again."""
        return f"H{self.pk:07}"


class RosterRow(_Recorded):
    """One unit on duty from one time to another: hours of it lie within."""

    agency_id: int
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="roster")
    unit_id = models.CharField(max_length=20)
    start = models.DateTimeField()
    end = models.DateTimeField()
    staff = models.PositiveSmallIntegerField()

    class Meta:
        """The newest first; a unit begins once at one time."""

        ordering = ("-start", "unit_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "unit_id", "start"), condition=_STANDS, name="one_shift_a_start"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="shift_lasts"),
        )

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.unit_id}, {self.start:%Y-%m-%d %H:%M}"


class TrackedVisit(_Recorded):
    """One stay of a unit in a hot spot as its tracker saw it; no position is in it."""

    agency_id: int
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="visits")
    unit_id = models.CharField(max_length=20)
    hot_spot_id = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    minutes = models.FloatField()  # credited, with the edge's error allowed for
    error_minutes = models.FloatField()  # half of the 95 % interval
    is_pass_through = models.BooleanField()

    class Meta:
        """The newest first; a unit comes once at one time."""

        ordering = ("-start", "unit_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "unit_id", "hot_spot_id", "start"),
                condition=_STANDS,
                name="one_tracked_visit_a_start",
            ),
        )

    def __str__(self) -> str:
        """Return who and where."""
        return f"{self.unit_id}, {self.hot_spot_id}"


class UnitTrack(models.Model):
    """Where a unit went by its own tracker: simplified, sealed, for its own agency alone.

    It goes when its days are over, and at once when its file is undone or given up.
    """

    agency_id: int
    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    controller = models.CharField(max_length=40, default="partnership")  # whose keys seal it
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tracks")
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="track")
    unit_id = models.CharField(max_length=20)
    start = models.DateTimeField()
    end = models.DateTimeField()
    legs = SealedJSONField()  # each a list of [seconds since 1970, longitude, latitude]
    positions = models.PositiveIntegerField()  # that the tracker gave
    retention_class = models.CharField(max_length=40)
    delete_on = models.DateField(db_index=True)  # gone on this day
    recorded_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-start", "unit_id", "id")

    def __str__(self) -> str:
        """Return which it is, not where it went."""
        return f"track {self.pk}"


class DayCount(_Recorded):
    """Minutes that another site counted for one service in one hot spot on one day."""

    agency_id: int
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="day_counts")
    hot_spot_id = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    patrol_minutes = models.PositiveIntegerField()
    person_minutes = models.PositiveIntegerField()
    basis = models.CharField(max_length=20, blank=True)  # of ledger_counts.BASES; empty: not said
    stream_id: int | None
    stream = models.ForeignKey(Stream, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        """The newest first; a place and day is counted once for a service, on each basis."""

        ordering = ("-day", "hot_spot_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "hot_spot_id", "day", "basis"),
                condition=_STANDS,
                name="one_count_a_day_and_basis",
            ),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.hot_spot_id}, {self.day}"


class Refusal(models.Model):
    """A row that was sent and not kept, so that it is seen how often that happens."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="refusals")
    unit_id = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)  # of hours_actions.REFUSALS
    at = models.DateTimeField(db_index=True)

    class Meta:
        """The newest first."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        """Return of what kind."""
        return self.kind
