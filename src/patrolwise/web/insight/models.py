"""Runs of evaluations, and the tokens by which programs read tables."""

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
