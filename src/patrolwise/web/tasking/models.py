"""Plans as they were made and published, what was briefed, and what was said back."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Plan(models.Model):
    """A week or some days, planned. Its folder holds the files that the library wrote."""

    shifts: "RelatedManager[UnitShift]"
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=20, choices=PlanState.choices, default=PlanState.DRAFT)
    folder = models.CharField(max_length=200)  # below the data folder
    programme_sha256 = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    is_whole = models.BooleanField()  # everything owed is in it
    report = models.JSONField()  # plan.json
    doing = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)  # of a change, or why nothing could be planned
    made = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    published = models.DateTimeField(null=True)
    published_by_id = models.BigIntegerField(null=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_why = models.TextField(blank=True)
    upload_id = models.BigIntegerField(null=True)  # the programme that it is made from
    asked = models.JSONField(default=dict)  # effort; of a change: the unit that fell out, and when
    before = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)  # what it changes
    changes = models.JSONField(default=list)  # what is otherwise than before, in sentences
    revision = models.PositiveIntegerField(default=0)  # one more with each change by hand
    has_experiment = models.BooleanField(default=False)  # days to come tell what was drawn
    places = models.JSONField(default=dict)  # hot spot → its name, in the order of their numbers
    owed = models.JSONField(default=list)  # [day, service, hot spot, visits, minutes] by the rules

    class Meta:
        """The newest first."""

        ordering = ("-first", "-id")

    def __str__(self) -> str:
        """Return its days."""
        return f"{self.first} to {self.last}"


class UnitShift(models.Model):
    """One unit on duty. People are in the rota's file only, as staff codes."""

    plan_id: int
    visits: "RelatedManager[PlannedVisit]"
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shifts")
    unit_id = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    shift = models.CharField(max_length=80, blank=True)  # name of its template
    people = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(db_index=True)  # patrol day
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        """By time."""

        ordering = ("start", "service", "unit_id", "id")

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.unit_id} {self.day}"


class PlannedVisit(models.Model):
    """One visit, or one break (no area), of a unit."""

    shift_id: int
    shift = models.ForeignKey(UnitShift, on_delete=models.CASCADE, related_name="visits")
    area_id = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)  # as in PLANNED_VISITS
    start = models.DateTimeField()
    end = models.DateTimeField()
    is_locked = models.BooleanField(default=False)  # a later plan must keep it
    why = models.CharField(max_length=200, blank=True)  # why here, on the card

    class Meta:
        """By time."""

        ordering = ("start", "id")
        indexes = (models.Index(fields=("end",), name="visits_by_end"),)  # those still to come

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.area_id or 'break'} {self.start:%H:%M}"


class EventKind(models.TextChoices):
    """What an event is to counts of crime."""

    EVENT = "event", "Event: draws people to places"
    CAMPAIGN = "campaign", "Campaign: more is done than usual, such as a week of action"


class PlaceEvent(models.Model):
    """Something of some days: a match or a march that draws people, or a campaign of police."""

    kind = models.CharField(max_length=20, choices=EventKind.choices, default=EventKind.EVENT)
    title = models.CharField(max_length=120)
    first = models.DateTimeField()
    last = models.DateTimeField()
    area_ids = models.JSONField(default=list)  # empty: everywhere
    note = models.TextField(blank=True)
    made_by_id = models.BigIntegerField()
    withdrawn = models.DateTimeField(null=True)  # it was never so, or not on these days
    withdrawn_by_id = models.BigIntegerField(null=True)

    class Meta:
        """By time."""

        ordering = ("first", "id")

    def __str__(self) -> str:
        """Return what."""
        return self.title


class Brief(models.Model):
    """A brief for one service on one day, by IIMARCH. A changed brief is a new version."""

    receipts: "RelatedManager[Receipt]"
    service = models.CharField(max_length=80)
    day = models.DateField()
    version = models.PositiveIntegerField(default=1)
    information = models.TextField()
    intention = models.TextField()
    method = models.TextField()
    administration = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    communication = models.TextField(blank=True)
    humanity = models.TextField(blank=True)  # human rights and other legal matters
    places = models.JSONField(default=list)  # of the one place record: area, why, notes
    written = models.DateTimeField()
    written_by_id = models.BigIntegerField()
    published = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-day", "service", "-version")
        constraints = (
            models.UniqueConstraint(fields=("service", "day", "version"), name="one_brief_each"),
        )

    def __str__(self) -> str:
        """Return for whom and when."""
        return f"{self.service} {self.day}"


class Receipt(models.Model):
    """Somebody opened a brief."""

    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="receipts")
    person_id = models.BigIntegerField()
    read = models.DateTimeField()
    unit_id = models.CharField(max_length=80, blank=True)  # for which the reader said so

    class Meta:
        """Once each."""

        constraints = (
            models.UniqueConstraint(fields=("brief", "person_id"), name="one_receipt_each"),
        )

    def __str__(self) -> str:
        """Return when."""
        return f"{self.read:%H:%M}"


class PlaceNote(models.Model):
    """What is known of a place, of no person: a hazard, an idea. One record serves all briefs."""

    area_id = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=20)  # hazard, idea, environment
    text = models.TextField()
    is_open = models.BooleanField(default=True)
    said = models.DateTimeField()
    said_by_id = models.BigIntegerField()
    closed = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-said", "-id")

    def __str__(self) -> str:
        """Return where."""
        return f"{self.kind} at {self.area_id}"


class Debrief(models.Model):
    """What a unit says after a shift, of places. It is joined to fixes within a day."""

    unit_id = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    day = models.DateField()
    went_well = models.TextField(blank=True)
    went_badly = models.TextField(blank=True)
    said = models.DateTimeField()
    said_by_id = models.BigIntegerField()
    client_id = models.CharField(max_length=40, unique=True)  # made by the phone: sent once
    said_minutes = models.JSONField(default=dict)  # hot spot → minutes, as the unit says
    minutes = models.JSONField(null=True)  # hot spot → credited minutes, once fixes are joined
    joined = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-day", "-said", "-id")
        indexes = (models.Index(fields=("-day", "-said"), name="debriefs_newest_first"),)

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.unit_id} {self.day}"


class ProposedChange(models.Model):
    """A change that somebody proposes; its events are the library's, kept as rows."""

    events: "RelatedManager[ChangeEvent]"
    plan = models.ForeignKey(Plan, null=True, on_delete=models.SET_NULL)
    about = models.CharField(max_length=20, default="shift")  # of planning.proposals.ABOUT
    what = models.TextField()
    why = models.TextField()
    service = models.CharField(max_length=80)
    proposed = models.DateTimeField()
    proposed_by_id = models.BigIntegerField()
    status = models.CharField(max_length=20)  # of planning.proposals.Status
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    effect = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-proposed", "-id")

    def __str__(self) -> str:
        """Return what."""
        return self.what[:60]


class ChangeEvent(models.Model):
    """One thing that happened to a proposed change: a row of the library's PROPOSAL_EVENTS."""

    change_id: int
    change = models.ForeignKey(ProposedChange, on_delete=models.CASCADE, related_name="events")
    time = models.DateTimeField()
    event = models.CharField(max_length=20)  # of planning.proposals.Status
    by_role = models.CharField(max_length=40)  # never a name
    by_id = models.BigIntegerField()
    text = models.TextField()
    was = models.CharField(max_length=200, blank=True)  # of an effect: before and after it
    now_is = models.CharField(max_length=200, blank=True)

    class Meta:
        """By time."""

        ordering = ("time", "id")

    def __str__(self) -> str:
        """Return what happened."""
        return self.event
