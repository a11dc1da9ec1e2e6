"""What was read in, and the hot spots that were agreed.

Rows of crimes and fixes are not in the database but in Parquet files beside it, one for each
upload: they are read by the library as tables, and an upload is undone by forgetting its file.
"""

from django.db import models


class Kind(models.TextChoices):
    """What a file holds."""

    CRIMES = "crimes", "Crimes"
    FIXES = "fixes", "Fixes of trackers"
    AREAS = "areas", "Areas"
    PROGRAMME = "programme", "Programme with its forms"
    RECORDED = "recorded", "Recorded crime of all forces"


class State(models.TextChoices):
    """How far an upload is."""

    WAITING = "waiting", "Waiting to be read"
    READING = "reading", "Being read"
    PREVIEW = "preview", "Read: look, then keep or undo"
    KEPT = "kept", "Kept"
    REFUSED = "refused", "Refused"
    UNDONE = "undone", "Undone"


class Upload(models.Model):
    """One file, from the moment it arrived whole. Its bytes are kept as they came."""

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)  # as the sender called it, without folders
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    stored = models.CharField(max_length=200)  # below the data folder
    mapping = models.TextField(blank=True)  # TOML, for a table whose columns were told
    mapping_name = models.CharField(max_length=80, blank=True)  # of the saved one that this was
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    done_share = models.FloatField(default=0.0)  # 0 to 1, of the reading
    doing = models.CharField(max_length=120, blank=True)  # what it is at, for whoever waits
    reason = models.TextField(blank=True)  # why it was refused or undone
    quality = models.JSONField(default=list)  # lines of the data-quality report
    rows = models.BigIntegerField(default=0)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    table = models.CharField(max_length=200, blank=True)  # Parquet, below the data folder
    uploaded = models.DateTimeField()
    uploaded_by_id = models.BigIntegerField()
    finished = models.DateTimeField(null=True)  # when it was last read, or looked at in vain

    class Meta:
        """The newest first."""

        ordering = ("-uploaded", "-id")

    def __str__(self) -> str:
        """Return kind and name."""
        return f"{self.kind}: {self.name}"


class SavedMapping(models.Model):
    """What the columns of one system's tables of fixes hold, under a name; for the next file."""

    name = models.CharField(max_length=80, unique=True)
    text = models.TextField()  # TOML, as an upload's
    columns = models.JSONField()  # all that the table had: another table with these is read alike
    saved = models.DateTimeField()
    saved_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-saved", "-id")

    def __str__(self) -> str:
        """Return what it is called."""
        return self.name


class SetState(models.TextChoices):
    """Where a set of hot spots stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "In force"
    RETIRED = "retired", "Was in force"


class SpotSet(models.Model):
    """One version of a set of hot spots; its document is the file that the library writes."""

    set_id = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=SetState.choices, default=SetState.DRAFT)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of its areas, as the library hashes them
    hot_spots = models.PositiveIntegerField()
    reason = models.TextField(blank=True)  # why it was made or published
    made = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    published = models.DateTimeField(null=True)
    published_by_id = models.BigIntegerField(null=True)

    class Meta:
        """A version is made once."""

        ordering = ("set_id", "-version")
        constraints = (
            models.UniqueConstraint(fields=("set_id", "version"), name="one_of_each_version"),
            models.UniqueConstraint(
                fields=("state",),
                condition=models.Q(state="published"),
                name="one_set_in_force",
            ),
        )

    def __str__(self) -> str:
        """Return id@version."""
        return f"{self.set_id}@{self.version}"


class DayCount(models.Model):
    """Crimes of one definition in one hot spot of the set in force, on one day (or month's first).

    Counted anew when a set is published or an upload is kept or undone, so that no page counts.
    """

    spot_set = models.ForeignKey(SpotSet, on_delete=models.CASCADE)
    area_id = models.CharField(max_length=80)
    definition = models.CharField(max_length=80)  # id@version
    day = models.DateField()
    is_month = models.BooleanField(default=False)  # of open data: no day is known
    crimes = models.PositiveIntegerField()
    harm = models.FloatField(null=True)  # days of the index

    class Meta:
        """One row for each."""

        constraints = (
            models.UniqueConstraint(
                fields=("spot_set", "definition", "area_id", "day", "is_month"),
                name="one_count_for_each",
            ),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.area_id} {self.day}"


class SpotChoice(models.Model):
    """One request to choose hot spots by a rule, in the background."""

    rule = models.JSONField()  # days, definition, count, size, distance, upload of the study area
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    doing = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)  # why nothing could be chosen
    spot_set = models.ForeignKey(SpotSet, null=True, on_delete=models.SET_NULL)  # what it made
    asked = models.DateTimeField()
    asked_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-asked", "-id")

    def __str__(self) -> str:
        """Return which."""
        return f"choice {self.pk}"
