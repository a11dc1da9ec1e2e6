"""What the outreach service sent. There is no column for a person, and none for free use."""

from django.db import models


class OutreachMinutes(models.Model):
    """How long an outreach pair was in a hot spot in a shift."""

    hot_spot_id = models.CharField(max_length=80)
    date = models.DateField(db_index=True)
    shift_start = models.TimeField()
    visits = models.PositiveIntegerField()
    minutes = models.FloatField()
    least = models.FloatField()
    most = models.FloatField()
    is_tracked = models.BooleanField()
    rule = models.CharField(max_length=80)

    class Meta:
        """The newest first; the newest word of a shift counts."""

        ordering = ("-date", "hot_spot_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("hot_spot_id", "date", "shift_start"), name="one_row_of_outreach_minutes"
            ),
        )

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.hot_spot_id} {self.date}"


class OutreachCount(models.Model):
    """A rounded count of a month: hidden where it is small."""

    hot_spot_id = models.CharField(max_length=80)
    month = models.CharField(max_length=7)  # YYYY-MM
    measure = models.CharField(max_length=40)
    count = models.CharField(max_length=10)  # "*", or a multiple of five

    class Meta:
        """The newest first; a month is told once."""

        ordering = ("-month", "hot_spot_id", "measure")
        constraints = (
            models.UniqueConstraint(
                fields=("hot_spot_id", "month", "measure"), name="one_count_of_outreach"
            ),
        )

    def __str__(self) -> str:
        """Return which."""
        return f"{self.measure} {self.hot_spot_id} {self.month}"


class OutreachIssue(models.Model):
    """Something about a place that somebody can mend."""

    issue_id = models.CharField(max_length=80, unique=True)
    hot_spot_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)
    severity = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    reported_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-reported_at", "-id")

    def __str__(self) -> str:
        """Return which."""
        return f"{self.kind} at {self.hot_spot_id}"


class OutreachDebrief(models.Model):
    """What worked and did not at places in a shift."""

    debrief_id = models.CharField(max_length=80, unique=True)
    date = models.DateField()
    what_worked = models.CharField(max_length=300, blank=True)
    what_did_not = models.CharField(max_length=300, blank=True)
    ideas = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-date", "-id")

    def __str__(self) -> str:
        """Return of when."""
        return str(self.date)


class OutreachProposal(models.Model):
    """A change of the plan that the outreach lead asks for."""

    proposal_id = models.CharField(max_length=80, unique=True)
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    state = models.CharField(max_length=20, default="proposed")  # accepted, refused
    reply = models.CharField(max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by_id = models.BigIntegerField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        """Return when."""
        return f"proposed {self.at:%Y-%m-%d}"


class Envelope(models.Model):
    """What a lead of outreach disclosed: closed. Only a browser with its code opens it."""

    reference = models.CharField(max_length=80, unique=True)
    gateway = models.CharField(max_length=80)
    decided_on = models.DateField()
    expires = models.DateField()
    recipient = models.CharField(max_length=80)
    salt = models.CharField(max_length=32, blank=True)
    nonce = models.CharField(max_length=24, blank=True)
    sealed = models.TextField(blank=True)  # gone when it was opened or ran out
    received_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="received")  # opened, expired
    state_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-received_at", "-id")

    def __str__(self) -> str:
        """Return its reference."""
        return self.reference


class SentRecord(models.Model):
    """What was sent to the outreach service already, by its hash."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="one_sent_of_each"),)

    def __str__(self) -> str:
        """Return which."""
        return f"{self.kind} {self.key}"


class ReleasedNote(models.Model):
    """A note about a place that a coordinator lets outreach workers read."""

    hot_spot_id = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    released_by_id = models.BigIntegerField()
    released_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-released_at", "-id")

    def __str__(self) -> str:
        """Return where."""
        return f"note on {self.hot_spot_id}"
