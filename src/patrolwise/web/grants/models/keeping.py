"""What is deleted of grants when its time is over, and what stays: public facts and counts."""

from django.db import models

from patrolwise.web.grants.models.rounds import FundRound
from patrolwise.web.vault.deletion_records import DeletionRecord


class GrantDeletion(DeletionRecord):
    """Applications and awards that one person proposes to delete and another releases."""


class PublishedGrant(models.Model):
    """What stays of an award that was public: what the open data told of it, and nothing else.

    It is about an organisation, it stands under an open licence in files that others hold, and no
    number of it may be given twice. Its title and summary were looked through for people when it
    was released.
    """

    round = models.ForeignKey(FundRound, on_delete=models.PROTECT, related_name="published")
    deletion = models.ForeignKey(GrantDeletion, on_delete=models.PROTECT, related_name="published")
    number = models.SlugField(max_length=60, unique=True)
    reference = models.CharField(max_length=12)  # a group in no register is known by it
    org_name = models.CharField(max_length=120)
    org_kind = models.CharField(max_length=30)
    charity_number = models.CharField(max_length=20, blank=True)
    company_number = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=140)
    summary = models.TextField()
    asked_pence = models.BigIntegerField()
    pence = models.BigIntegerField()
    paid_pence = models.BigIntegerField()
    last_paid = models.DateField(null=True)  # null: nothing was paid
    awarded = models.DateField()
    first = models.DateField()
    last = models.DateField()
    place = models.CharField(max_length=80)
    place_code = models.CharField(max_length=9, blank=True)
    place_code_type = models.CharField(max_length=10, blank=True)

    class Meta:
        """By number."""

        ordering = ("number",)

    def __str__(self) -> str:
        """Return its number."""
        return self.number


class RoundRemains(models.Model):
    """What stays of a round's applications that were deleted: how many there were."""

    round = models.OneToOneField(FundRound, on_delete=models.PROTECT, related_name="remains")
    applications = models.PositiveIntegerField(default=0)  # all of them, sent or not
    sent = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0)
    awards = models.PositiveIntegerField(default=0)  # public or not
    pence = models.BigIntegerField(default=0)  # of these awards
    paid_pence = models.BigIntegerField(default=0)
    sessions = models.PositiveIntegerField(default=0)
    attendances = models.PositiveIntegerField(default=0)
    referred = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)  # of those referred

    def __str__(self) -> str:
        """Return of which round."""
        return f"remains of {self.round_id}"  # type: ignore[attr-defined]
