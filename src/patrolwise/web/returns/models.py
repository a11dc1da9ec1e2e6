"""How returns are made, what they were made of, what became of them, and who let them out."""

from django.db import models


class ReturnSettings(models.Model):
    """How this partnership makes its returns. The newest row holds; the others stay."""

    title = models.CharField(max_length=120)
    force = models.CharField(max_length=80)
    zone = models.CharField(max_length=40)  # of times without an offset
    definitions = models.JSONField()  # list of id@version
    harm_index = models.CharField(max_length=80, blank=True)
    kinds = models.JSONField()  # list of [agency, kind]
    notice = models.CharField(max_length=120, blank=True)  # on every page: what is made up
    declared_at = models.DateTimeField()
    declared_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-declared_at", "-id")

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class ReturnForm(models.Model):
    """One form as it was sent: its bytes are kept, and the newest of each name holds."""

    name = models.CharField(max_length=20, db_index=True)  # of the library's RETURN_TABLES
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    sent_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-sent_at", "-id")

    def __str__(self) -> str:
        """Return which it is."""
        return f"{self.name} {self.file_name}"


class PlansFile(models.Model):
    """A file of problem-solving plans that the police's site made: looked at, kept, or undone.

    Kept files make the form `police_plans` anew; that form, not this row, is what returns hold.
    """

    quarter = models.CharField(max_length=7)
    as_of = models.DateField()  # plans stood so on this day
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)  # of its cells, as the file itself says
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="read")  # read, kept, undone, given up
    sent_at = models.DateTimeField()
    sent_by_id = models.BigIntegerField()
    kept_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # it was taken back

    class Meta:
        """The newest first; what is kept is kept once."""

        ordering = ("-sent_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("sha256",), condition=models.Q(state="kept"), name="plans_file_kept_once"
            ),
        )

    def __str__(self) -> str:
        """Return what it was called."""
        return self.name


class CompiledReturn(models.Model):
    """One version of a quarter's return, with all its files. It is never changed."""

    quarter = models.CharField(max_length=7)  # 2026-Q2
    version = models.PositiveIntegerField()
    fund_rules = models.CharField(max_length=80)  # id@version
    cut = models.DateField()  # rows recorded after it are not in
    open_queries = models.JSONField(default=list)
    why = models.TextField(blank=True)  # it was made anew
    settings = models.ForeignKey(ReturnSettings, on_delete=models.PROTECT)
    forms = models.ManyToManyField(ReturnForm)
    files = models.BinaryField()  # zip
    sha256 = models.CharField(max_length=64)  # of what return.json holds
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()

    class Meta:
        """The newest quarter first; a version is made once."""

        ordering = ("-quarter", "-version")
        constraints = (
            models.UniqueConstraint(fields=("quarter", "version"), name="one_return_a_version"),
        )

    def __str__(self) -> str:
        """Return which it is."""
        return f"{self.quarter} version {self.version}"


class PublicUpdate(models.Model):
    """What the public is to be told of a quarter, held against the figures of its return."""

    compiled = models.ForeignKey(CompiledReturn, on_delete=models.PROTECT)
    text = models.TextField(blank=True)  # what the partners say
    figures = models.JSONField()  # as the library describes them
    files = models.BinaryField()  # zip, of the draft
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()

    class Meta:
        """The newest first."""

        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        """Return of which quarter."""
        return f"Public update on {self.compiled.quarter}"


class ReleaseState(models.TextChoices):
    """How far something is on its way out."""

    WAITING = "waiting", "Waits for a second person"
    RELEASED = "released", "Released"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"


class Release(models.Model):
    """Something that is to leave the site, or did: who asked, what was checked, who let it out."""

    compiled = models.ForeignKey(CompiledReturn, null=True, on_delete=models.PROTECT)
    update = models.ForeignKey(PublicUpdate, null=True, on_delete=models.PROTECT)
    state = models.CharField(
        max_length=10, choices=ReleaseState.choices, default=ReleaseState.WAITING
    )
    checks = models.JSONField()  # list of {what, passed, told}
    files = models.BinaryField(null=True)  # zip, with both names in it; null: not let out
    sha256 = models.CharField(max_length=64, blank=True)  # of files
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    note = models.TextField(blank=True)  # of who asked
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)  # of who decided
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        """The newest first; one thing each; never by who asked."""

        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_by_id=None)
                | ~models.Q(decided_by_id=models.F("asked_by_id")),
                name="released_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(compiled=None, update__isnull=False)
                | models.Q(compiled__isnull=False, update=None),
                name="a_release_is_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        """Return what it is of."""
        return str(self.compiled or self.update)
