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
