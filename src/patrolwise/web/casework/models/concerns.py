"""Somebody is worried about somebody: never refused, decided by a safeguarding lead."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class Concern(PersonalRecord):
    """What was seen, heard and said. Nothing but the worry itself is needed to save it."""

    # kept longer than a case: nothing can delete the case from under it
    engagement = models.ForeignKey(
        Engagement, null=True, on_delete=models.PROTECT, related_name="concerns"
    )
    description = SealedField()  # of whom it is about, where there is no case
    is_child = models.BooleanField(null=True)  # null: not known
    categories = models.JSONField(default=list)
    is_immediate = models.BooleanField(default=False)  # 999 first, this form later
    facts = SealedField()
    opinion = SealedField()
    told_person = models.CharField(max_length=40, blank=True)
    is_about_staff = models.BooleanField(default=False)
    is_about_place = models.BooleanField(default=False)
    hot_spot_id = models.CharField(max_length=80, blank=True)
    place_words = SealedField()  # about the place; nobody checks a worry for names
    happened_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=20, default="new", db_index=True)  # new, decided, closed
    closed_on = models.DateField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-created_at", "-id")


class ConcernDecision(PersonalRecord):
    """What a safeguarding lead decided, and why; a later one stands beside it."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="decisions")
    decision = models.CharField(max_length=40)
    reason = SealedField()
    decided_at = models.DateTimeField()
    csa_duty = models.CharField(max_length=20, blank=True)  # applies, does not, unsure
    notified_to = models.CharField(max_length=80, blank=True)
    notified_at = models.DateTimeField(null=True)
    delayed_reason = SealedField()

    class Meta:
        """In order."""

        ordering = ("decided_at", "id")
