"""Recommendations with their steps, lessons, and what was tried with its gates. No persons."""

from django.db import models


class Recommendation(models.Model):
    """Something that an inspectorate, an evaluation or another body tells the partnership to do."""

    source = models.CharField(max_length=80)  # HMICFRS, evaluation, coroner, audit
    reference = models.CharField(max_length=80)
    text = models.TextField()
    made_on = models.DateField()
    owner = models.CharField(max_length=120)  # post or team, never a person's name alone
    due = models.DateField()
    state = models.CharField(max_length=20)  # of the library; the last step's
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField()

    class Meta:
        """The one that is due first."""

        ordering = ("due", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "reference"), name="one_recommendation_a_reference"
            ),
        )

    def __str__(self) -> str:
        """Return which it is."""
        return f"{self.source} {self.reference}"


class RecommendationStep(models.Model):
    """One step of it. Steps are added, never changed."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="steps"
    )
    state = models.CharField(max_length=20)
    words = models.TextField()
    evidence = models.CharField(max_length=300, blank=True)
    due = models.DateField()  # from then on
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        """As they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        """Return what it came to."""
        return self.state


class Lesson(models.Model):
    """Something that was learned, what was changed because of it, and on what its effect rests."""

    learned_on = models.DateField()
    text = models.TextField()
    came_from = models.CharField(max_length=120)  # evaluation, debrief, complaint
    hot_spot_id = models.CharField(max_length=80, blank=True)
    changed = models.TextField(blank=True)
    changed_on = models.DateField(null=True)
    effect = models.CharField(max_length=40)  # of the library: on what it rests
    effect_words = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)  # other forces may wish to consider it
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT)

    class Meta:
        """The newest first."""

        ordering = ("-learned_on", "-id")

    def __str__(self) -> str:
        """Return when."""
        return f"Lesson of {self.learned_on}"


class Trial(models.Model):
    """Something that is tried: a service, a place, a way of working."""

    name = models.CharField(max_length=120, unique=True)
    question = models.TextField()  # what the pilot is to find out
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class StageGate(models.Model):
    """A decision on its stage. Gates are added, never changed."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="gates")
    stage = models.CharField(max_length=20)
    on = models.DateField()
    evidence = models.TextField()
    decision = models.TextField()
    funder = models.CharField(max_length=120)
    until = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField()

    class Meta:
        """As they were passed; each day once."""

        ordering = ("on", "id")
        constraints = (models.UniqueConstraint(fields=("trial", "on"), name="one_gate_a_day"),)

    def __str__(self) -> str:
        """Return the stage."""
        return self.stage
