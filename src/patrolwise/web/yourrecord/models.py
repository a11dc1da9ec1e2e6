"""Codes that open one's own record once, what people ask or complain of, and how they rate us."""

from django.db import models

from patrolwise.web.casework.models import Engagement
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord


class RecordCode(PersonalRecord):
    """A code that was given to somebody: works once, for a few days."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)  # of the code: itself it is kept nowhere
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class PersonRequest(PersonalRecord):
    """A complaint, or somebody asks for a copy, a correction or a deletion. The clock runs."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    kind = models.CharField(max_length=20)  # complaint, copy, correction, deletion
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.SET_NULL)
    words = SealedField()
    how_to_answer = SealedField()
    received_on = models.DateField()
    acknowledge_by = models.DateField()
    answer_by = models.DateField(db_index=True)
    acknowledged_on = models.DateField(null=True)
    answer = SealedField()
    answered_on = models.DateField(null=True)

    class Meta:
        """What is due first, first."""

        ordering = ("answer_by", "received_on", "id")


class Rating(PersonalRecord):
    """How somebody found us, 1 to 5, and what they want to say."""

    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.SET_NULL)
    score = models.PositiveSmallIntegerField()
    words = SealedField()
    rated_on = models.DateField()
