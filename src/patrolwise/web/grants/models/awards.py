"""What was awarded, on which conditions, what came back in reports, and what was paid."""

from django.db import models

from patrolwise.web.grants.models.applications import COMMISSIONER, GrantApplication
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class GrantAward(models.Model):
    """One grant. It is public from the day on which somebody released it."""

    number = models.SlugField(max_length=60, unique=True)
    application = models.OneToOneField(
        GrantApplication, on_delete=models.PROTECT, related_name="award"
    )
    pence = models.BigIntegerField()
    awarded = models.DateField()
    awarded_by_id = models.BigIntegerField()
    first = models.DateField()
    last = models.DateField(db_index=True)
    place = models.CharField(max_length=80)  # a ward or district, never a hot spot
    place_code = models.CharField(max_length=9, blank=True)
    place_code_type = models.CharField(max_length=10, blank=True)
    accepted_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)  # to the public
    released_by_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of the code for reports

    class Meta:
        """By number."""

        ordering = ("number",)

    def __str__(self) -> str:
        """Return its number."""
        return self.number


class GrantCondition(models.Model):
    """What the grantee must show before an instalment."""

    award = models.ForeignKey(GrantAward, on_delete=models.CASCADE, related_name="conditions")
    text = models.CharField(max_length=300)
    before = models.PositiveSmallIntegerField(default=1)  # number of the instalment
    met = models.DateField(null=True)
    met_by_id = models.BigIntegerField(null=True)
    seen = models.CharField(max_length=300, blank=True)  # what showed that it is met

    class Meta:
        """In the order in which they were written."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return its words."""
        return self.text


class GrantInstalment(models.Model):
    """One part of an award."""

    award = models.ForeignKey(GrantAward, on_delete=models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due = models.DateField()
    pence = models.BigIntegerField()

    class Meta:
        """By number; each is there once."""

        ordering = ("number", "id")
        constraints = (
            models.UniqueConstraint(fields=("award", "number"), name="one_instalment_a_number"),
        )

    def __str__(self) -> str:
        """Return which it is."""
        return f"instalment {self.number}"


class AwardReport(PersonalRecord):
    """What a grantee says of one quarter. The story is sealed: it is about somebody."""

    controller = models.CharField(max_length=40, default=COMMISSIONER)
    award = models.ForeignKey(GrantAward, on_delete=models.CASCADE, related_name="reports")
    quarter = models.CharField(max_length=7)  # 2026-Q2
    received = models.DateField()
    spent_pence = models.BigIntegerField()
    underspend_pence = models.BigIntegerField(default=0)
    sessions_planned = models.PositiveIntegerField()
    sessions_held = models.PositiveIntegerField()
    unique_young_people = models.PositiveIntegerField()
    attendances = models.PositiveIntegerField()
    area_ids = models.JSONField(default=list)
    referrals_received = models.PositiveIntegerField()
    referrals_accepted = models.PositiveIntegerField()
    measure = models.CharField(max_length=200, blank=True)
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    mean = models.FloatField(null=True)
    risks = models.TextField(blank=True)
    story = SealedField()
    has_permission = models.BooleanField(default=False)  # of whom the story is about
    returned_at = models.DateTimeField(null=True)  # sent back: it does not count until sent anew
    returned_why = models.CharField(max_length=300, blank=True)

    class Meta:
        """The last quarter first; one a quarter."""

        ordering = ("-quarter", "-id")
        constraints = (
            models.UniqueConstraint(fields=("award", "quarter"), name="one_report_a_quarter"),
        )


class GrantPayment(models.Model):
    """A payment, or money that came back (below zero): proposed by one, released by another."""

    award = models.ForeignKey(GrantAward, on_delete=models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField()  # of the instalment
    pence = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField()
    paid = models.DateField(null=True)  # the day of its release; null: it waits
    released_by_id = models.BigIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)  # taken back before it was released

    class Meta:
        """In the order in which they were proposed."""

        ordering = ("id",)

    def __str__(self) -> str:
        """Return which it is."""
        return f"payment {self.pk}"
