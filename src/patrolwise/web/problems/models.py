"""Plans with what they stand on, walks of places with what they found. None is about a person."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ProblemPlan(models.Model):
    """A problem-solving plan. Its stage is of `problem_plans.Stage`."""

    evidence: "RelatedManager[PlanEvidence]"
    hypotheses: "RelatedManager[PlanHypothesis]"
    actions: "RelatedManager[PlanAction]"
    measures: "RelatedManager[RegisteredMeasure]"
    title = models.CharField(max_length=120)
    area_ids = models.JSONField(default=list)
    owner_id = models.BigIntegerField()
    stage = models.CharField(max_length=20, default="objective")
    behaviour = models.TextField(blank=True)
    place = models.TextField(blank=True)
    time = models.TextField(blank=True)
    harm = models.TextField(blank=True)
    affected = models.TextField(blank=True)
    aim = models.TextField(blank=True)
    community_view = models.TextField(blank=True)
    what_changed = models.TextField(blank=True)
    data_gaps = models.TextField(blank=True)
    review_due = models.DateField(null=True)
    round = models.PositiveSmallIntegerField(default=1)  # one more when adapted or continued
    begun = models.DateField()
    begun_by_id = models.BigIntegerField()
    response_began = models.DateField(null=True)  # of the first round
    decision = models.CharField(max_length=20, blank=True)  # the last one
    decided = models.DateField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    lessons = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-begun", "-id")

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class PlanEvidence(models.Model):
    """What one source says of the problem."""

    plan = models.ForeignKey(ProblemPlan, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=40)
    text = models.TextField()
    said = models.DateField()
    said_by_id = models.BigIntegerField()

    class Meta:
        """In the order of saying."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return whose."""
        return self.source


class PlanHypothesis(models.Model):
    """Why the problem may be there, and what its test said."""

    plan = models.ForeignKey(ProblemPlan, on_delete=models.CASCADE, related_name="hypotheses")
    side = models.CharField(max_length=40)  # of the problem triangle
    text = models.TextField()
    test = models.TextField(blank=True)
    finding = models.CharField(max_length=20, default="not tested yet")
    said = models.DateField()
    said_by_id = models.BigIntegerField()
    tested = models.DateField(null=True)

    class Meta:
        """In the order of saying."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return what it says."""
        return self.text[:60]


class PlanAction(models.Model):
    """Something that an organisation does about the problem."""

    plan_id: int
    plan = models.ForeignKey(ProblemPlan, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=20)
    mechanism = models.TextField()
    owner = models.CharField(max_length=80, db_index=True)  # an organisation, or a team
    due = models.DateField()
    cost_pounds = models.PositiveIntegerField(null=True)  # None: not known
    strength = models.CharField(max_length=40)
    state = models.CharField(max_length=20, default="planned")
    note = models.TextField(blank=True)
    done = models.DateField(null=True)
    said = models.DateField()
    said_by_id = models.BigIntegerField()

    class Meta:
        """By when."""

        ordering = ("due", "id")

    def __str__(self) -> str:
        """Return how it should work."""
        return self.mechanism[:60]


class RegisteredMeasure(models.Model):
    """What a round of a plan is judged by, as it was registered; and its counts once taken."""

    plan = models.ForeignKey(ProblemPlan, on_delete=models.CASCADE, related_name="measures")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=80)  # a definition, id@version
    area_ids = models.JSONField()
    comparison_ids = models.JSONField()
    baseline_first = models.DateField()
    baseline_last = models.DateField()
    window_first = models.DateField()
    window_last = models.DateField()
    registered = models.DateField()
    registered_by_id = models.BigIntegerField()
    taken = models.DateField(null=True)
    spot_set = models.CharField(max_length=100, blank=True)  # id@version that the counts are of
    counts = models.JSONField(null=True)  # as MeasuredCounts: by area and month
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField(null=True)
    comparison_before = models.PositiveIntegerField(null=True)
    comparison_after = models.PositiveIntegerField(null=True)
    change = models.CharField(max_length=80, blank=True)  # in words, with its interval
    compared = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=20, blank=True)  # fall, rise, chance, few
    sentence = models.TextField(blank=True)

    class Meta:
        """The newest round first; one each."""

        ordering = ("-round", "-id")
        constraints = (
            models.UniqueConstraint(fields=("plan", "round"), name="one_measure_a_round"),
        )

    def __str__(self) -> str:
        """Return what is counted."""
        return self.outcome


class PlaceAudit(models.Model):
    """An audit of one hot spot, in one or more walks."""

    walks: "RelatedManager[PlaceWalk]"
    issues: "RelatedManager[PlaceIssue]"
    area_id = models.CharField(max_length=80, db_index=True)
    items_version = models.PositiveSmallIntegerField()  # of environment_audits.load_items
    begun = models.DateField()
    begun_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-begun", "-id")

    def __str__(self) -> str:
        """Return where."""
        return self.area_id


class PlaceWalk(models.Model):
    """One walk: a score for each item, with words where something is wrong."""

    audit_id: int
    photos: "RelatedManager[PlacePhoto]"
    audit = models.ForeignKey(PlaceAudit, on_delete=models.CASCADE, related_name="walks")
    walked = models.DateTimeField()
    light = models.CharField(max_length=10)  # of environment_audits.Light
    weather = models.CharField(max_length=20)
    walkers = models.JSONField()  # roles
    scores = models.JSONField()  # item → 0 to 3, or null: not here
    notes = models.JSONField(default=dict)  # item → words
    kept_by_id = models.BigIntegerField()

    class Meta:
        """By time."""

        ordering = ("walked", "id")

    def __str__(self) -> str:
        """Return when and in which light."""
        return f"{self.walked:%d %b %Y}, {self.light}"


class PlaceIssue(models.Model):
    """A fault of a place, from its finding until a second walk sees that it is mended."""

    audit_id: int
    audit = models.ForeignKey(PlaceAudit, on_delete=models.CASCADE, related_name="issues")
    item = models.CharField(max_length=40)
    text = models.TextField()
    severity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, default="found")
    found = models.DateTimeField()
    owner = models.CharField(max_length=80, blank=True)  # an organisation
    reference = models.CharField(max_length=80, blank=True)
    reported = models.DateField(null=True)
    target = models.DateField(null=True)
    fixed = models.DateField(null=True)
    verified = models.DateTimeField(null=True)  # of the walk that saw it

    class Meta:
        """The worst first."""

        ordering = ("-severity", "found", "id")

    def __str__(self) -> str:
        """Return what."""
        return f"{self.item}: {self.state}"


class PlacePhoto(models.Model):
    """A photograph of a walk: its pixels alone, pixelated on the phone, and looked at by a second.

    It goes with its walk, and a year after it was taken in any case.
    """

    walk_id: int
    walk = models.ForeignKey(PlaceWalk, on_delete=models.CASCADE, related_name="photos")
    item = models.CharField(max_length=40)
    jpeg = models.BinaryField()
    marks = models.PositiveSmallIntegerField()  # spots that were pixelated on the phone
    kept = models.DateTimeField()
    kept_by_id = models.BigIntegerField()
    seen = models.DateTimeField(null=True)  # None: sealed, until a second person looked
    seen_by_id = models.BigIntegerField(null=True)
    delete_on = models.DateField(db_index=True)

    class Meta:
        """In the order of keeping."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return of what."""
        return f"photograph of {self.item}"
