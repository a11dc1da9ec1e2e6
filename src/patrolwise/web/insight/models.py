"""Runs of evaluations."""

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
