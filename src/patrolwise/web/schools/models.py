"""Schools, sessions in them, what their teachers answered; weeks of action; officers in schools.

No pupil is in any of it: counts alone. What a teacher may write in one box is sealed.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.vault.fields import SealedField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_PARTNERSHIP = "partnership"


class School(models.Model):
    """A school that the programme is for."""

    urn = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=120)
    hot_spot_id = models.CharField(max_length=80, blank=True)  # the nearest, where that is said
    ends = models.DateField(null=True)  # the last day that the programme is for it

    class Meta:
        """By name."""

        ordering = ("name", "id")

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class SchoolSession(models.Model):
    """One session, or several of one day, of one programme for one audience in one school."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="sessions")
    programme = models.CharField(max_length=40)  # a key of school-programmes.csv
    audience = models.CharField(max_length=20)
    day = models.DateField(db_index=True)
    sessions = models.PositiveSmallIntegerField()
    attendances = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    year_groups = models.CharField(max_length=40, blank=True)
    deliverer = models.CharField(max_length=80)  # an agency, never a person
    team_id = models.BigIntegerField(null=True, db_index=True)  # whose coordinators may see it
    had_second_adult = models.BooleanField()
    content_version = models.CharField(max_length=40)
    has_no_scare_images = models.BooleanField()
    offered_follow_up = models.BooleanField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-day", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(new__lte=F("attendances")), name="new_are_there"),
            models.CheckConstraint(condition=Q(sessions__gte=1), name="a_session_was_held"),
        )

    def __str__(self) -> str:
        """Return its number in the register."""
        return f"S{self.pk}"


class SessionLink(models.Model):
    """The address that a teacher gets: opens an empty form until it is answered or too old."""

    session = models.ForeignKey(SchoolSession, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        """Return of which session."""
        return f"link of {self.session_id}"  # type: ignore[attr-defined]


class TeacherAnswer(models.Model):
    """What the school said of a session: once, and in numbers."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    controller = models.CharField(max_length=40, default=_PARTNERSHIP)
    session = models.OneToOneField(SchoolSession, on_delete=models.CASCADE, related_name="answer")
    present = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField()
    was_frightening = models.BooleanField()
    disclosures = models.PositiveSmallIntegerField()
    words = SealedField()
    answered_on = models.DateField()

    class Meta:
        """Numbers that can be."""

        constraints = (
            models.CheckConstraint(condition=Q(new__lte=F("present")), name="new_were_present"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="rating_of_five"),
        )

    def __str__(self) -> str:
        """Return of which session, not what it says."""
        return f"answer of {self.session_id}"  # type: ignore[attr-defined]


class SurveyItem(models.Model):
    """One item asked of one audience in one school, before and after: counts and means alone."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="surveys")
    programme = models.CharField(max_length=40)
    audience = models.CharField(max_length=20)
    item = models.CharField(max_length=120)
    before_n = models.PositiveIntegerField()
    before_mean = models.FloatField(null=True)
    after_n = models.PositiveIntegerField()
    after_mean = models.FloatField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """In the order of writing."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return what was asked."""
        return self.item


class Campaign(models.Model):
    """A week of action: its name and days."""

    activities: "RelatedManager[WeekActivity]"
    name = models.CharField(max_length=80, unique=True)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        """The newest first."""

        ordering = ("-first", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="campaign_has_days"),
        )

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class WeekActivity(models.Model):
    """One activity of a week of action on one day: planned, and then done."""

    campaign_id: int
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="activities")
    day = models.DateField()
    organisation = models.CharField(max_length=80)
    team_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=30)  # of weeks_of_action.KINDS
    state = models.CharField(max_length=10)
    was_planned = models.BooleanField()
    hot_spot_id = models.CharField(max_length=80, blank=True)
    events = models.PositiveIntegerField(default=1)
    arrests = models.PositiveIntegerField(default=0)
    arrests_knife = models.PositiveIntegerField(default=0)
    knives_seized = models.PositiveIntegerField(default=0)
    knives_surrendered = models.PositiveIntegerField(default=0)
    knives_swept = models.PositiveIntegerField(default=0)
    sales = models.PositiveIntegerField(default=0)
    said_by_id = models.BigIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        """By day."""

        ordering = ("day", "id")

    def __str__(self) -> str:
        """Return its number in the register."""
        return f"A{self.pk}"


class Initiative(models.Model):
    """Mini police or a liaison officer: where, since when, and how it will be judged."""

    kind = models.CharField(max_length=20)  # of initiative_actions.KINDS
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="initiatives")
    aim = models.CharField(max_length=300)
    evaluation_plan = models.CharField(max_length=500, blank=True)
    measure = models.CharField(max_length=200, blank=True)
    review_due = models.DateField(null=True)
    started = models.DateField()
    ended = models.DateField(null=True)
    said_at = models.DateTimeField()
    said_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-started", "-id")

    def __str__(self) -> str:
        """Return of what kind."""
        return self.kind
