"""Runs of evaluations and national comparisons, and the tokens by which programs read tables."""

from django.db import models


class RunState(models.TextChoices):
    """How far a run is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class EvaluationRun(models.Model):
    """One evaluation of a programme; its folder holds results.json and the reports."""

    title = models.CharField(max_length=200)
    upload_id = models.BigIntegerField(null=True)  # of the programme
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.WAITING)
    doing = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    folder = models.CharField(max_length=200, blank=True)  # below the data folder
    findings = models.JSONField(default=list)
    asked = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    finished = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-asked", "-id")

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class NationalRun(models.Model):
    """One comparison of a force with all others; its folder holds benchmark.json and the pack."""

    title = models.CharField(max_length=200)
    key = models.CharField(max_length=64, unique=True)  # sha256 of what was asked
    uploads = models.JSONField()  # ids of the tables
    force = models.CharField(max_length=80)
    period = models.CharField(max_length=40, blank=True)  # blank: the newest whole year
    baseline = models.CharField(max_length=40, blank=True)  # blank: the year before
    measures = models.JSONField(default=list)  # ids; none: all
    similar_name = models.CharField(max_length=100, blank=True)
    similar = models.TextField(blank=True)  # CSV of force, similar
    campaigns = models.JSONField(default=list)  # [name, first, last]: marked on its charts
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.WAITING)
    doing = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    folder = models.CharField(max_length=200, blank=True)  # below the data folder
    findings = models.JSONField(default=list)  # flags that stand, in sentences
    asked = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    finished = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-asked", "-id")

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class ReadToken(models.Model):
    """By it a program reads the evaluators' tables for one person; the token is shown once."""

    person_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=80)  # what it is for, in its owner's words
    token_sha256 = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    last_used = models.DateField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-made", "-id")

    def __str__(self) -> str:
        """Return what it is for."""
        return self.name


class TaskingPack(models.Model):
    """What a weekly tasking meeting looked at, as it was on the day that it was made."""

    week = models.DateField(db_index=True)  # Monday of the whole week that it looks back on
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.WAITING)
    reason = models.TextField(blank=True)
    document = models.JSONField(default=dict)  # as pack_making writes it
    asked = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    finished = models.DateTimeField(null=True)

    class Meta:
        """The newest week first, and of one week the one made last."""

        ordering = ("-week", "-id")

    def __str__(self) -> str:
        """Return its week."""
        return f"week from {self.week}"


class TaskingDecision(models.Model):
    """What a tasking meeting decided, who does it, and until when. None is about a person."""

    week = models.DateField(db_index=True)  # of the pack that was looked at
    area_id = models.CharField(max_length=80, blank=True)
    what = models.TextField()
    owner = models.CharField(max_length=80)  # a role, a team or an organisation
    due = models.DateField()
    decided = models.DateTimeField()
    decided_by_id = models.BigIntegerField()
    done = models.DateField(null=True)

    class Meta:
        """In the order of deciding, the newest first."""

        ordering = ("-decided", "-id")

    def __str__(self) -> str:
        """Return what."""
        return self.what[:60]
