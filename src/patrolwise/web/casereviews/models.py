"""An application for a case review, what it rests on, and what the bodies of the area did with it.

No field is about a subject: whom the behaviour is put down to stays in the case, on other pages.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from patrolwise.web.accounts.models import Team
from patrolwise.web.asb.models import Case, Incident, Victim
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Procedure(models.Model):
    """What the area published of its reviews: threshold, days, whom to ask. Dated, never edited."""

    starts = models.DateField(unique=True)  # in force until the next one begins
    complaints = models.PositiveSmallIntegerField()
    months_to_report = models.PositiveSmallIntegerField()
    months_to_apply = models.PositiveSmallIntegerField()
    # working days; null: none are set
    days_to_acknowledge = models.PositiveSmallIntegerField(null=True)
    days_to_decide = models.PositiveSmallIntegerField(null=True)
    days_to_review = models.PositiveSmallIntegerField(null=True)
    days_to_tell = models.PositiveSmallIntegerField(null=True)
    days_to_appeal = models.PositiveSmallIntegerField(null=True)
    days_to_answer_appeal = models.PositiveSmallIntegerField(null=True)
    contact = models.CharField(max_length=300)  # phone, e-mail and address to apply by
    policing_body = models.CharField(max_length=120)  # that appeals go to
    source = models.CharField(max_length=300)  # where it was published
    entered_by_id = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-starts", "-id")

    def __str__(self) -> str:
        """Return from when it holds."""
        return f"procedure from {self.starts}"


class Review(AsbRecord):
    """One application, and how far it has come. What has not happened is null."""

    if TYPE_CHECKING:
        case_id: UUID | None
        victim_id: UUID | None
        complaints: RelatedManager["Complaint"]
        seats: RelatedManager["Seat"]
        requests: RelatedManager["AgencyRequest"]
        recommendations: RelatedManager["Recommendation"]
        letters: RelatedManager["Letter"]

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    code_digest = models.CharField(max_length=64)  # of the code: itself it is kept nowhere
    channel = models.CharField(max_length=10)  # page, phone
    officer_id = models.BigIntegerField(null=True, db_index=True)  # who runs it
    # the case that it asks about, once somebody has found it; the review outlives it
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="reviews")
    victim = models.ForeignKey(Victim, null=True, on_delete=models.SET_NULL, related_name="reviews")
    name = SealedField()  # of who is harmed
    acting_name = SealedField()  # of who applies for them
    acting_as = models.CharField(max_length=20, blank=True)
    is_agreed = models.BooleanField(default=False)  # who applies for them says that they agreed
    agreed_how = SealedField()
    reach = SealedField()  # how to reach them safely
    words = SealedField()
    requested_on = models.DateField(db_index=True)
    acknowledged_on = models.DateField(null=True)
    is_met = models.BooleanField(null=True)
    decided_on = models.DateField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    persistence = SealedField()
    harm = SealedField()
    adequacy = SealedField()
    reasons = SealedField()
    meets_on = models.DateField(null=True)
    meets_where = SealedField()
    reviewed_on = models.DateField(null=True)
    attended = models.CharField(max_length=20, blank=True)
    outcome = SealedField()
    told_on = models.DateField(null=True)
    appealed_on = models.DateField(null=True, db_index=True)
    appeal_words = SealedField()
    appeal_outcome = models.CharField(max_length=20, blank=True)
    appeal_answer = SealedField()
    appeal_answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True, db_index=True)
    close_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        """The oldest first."""

        ordering = ("requested_on", "id")


class Complaint(AsbRecord):
    """One report of the behaviour that an application rests on."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="complaints")
    behaved_on = models.DateField()
    reported_on = models.DateField()
    told_to = models.CharField(max_length=20)
    their_number = SealedField()
    incident = models.ForeignKey(  # of the case, where it was taken from there
        Incident, null=True, on_delete=models.SET_NULL, related_name="review_complaints"
    )
    left_out = models.CharField(max_length=20, blank=True)  # why it is not judged

    class Meta:
        """By the day it was made."""

        ordering = ("reported_on", "behaved_on", "id")


class Seat(AsbRecord):
    """Somebody who is called to the panel of a review, and sees it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="seats")
    person_id = models.BigIntegerField(db_index=True)
    is_chair = models.BooleanField(default=False)
    independence = SealedField()  # of the chair: why nothing ties them to the case
    left_at = models.DateTimeField(null=True)

    class Meta:
        """The chair first; somebody sits once, and there is one chair."""

        ordering = ("-is_chair", "created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("review", "person_id"),
                condition=models.Q(left_at=None),
                name="one_seat_a_person",
            ),
            models.UniqueConstraint(
                fields=("review",),
                condition=models.Q(left_at=None, is_chair=True),
                name="one_chair_a_review",
            ),
        )


class AgencyRequest(AsbRecord):
    """What a review asks of an agency, and what it answered."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="requests")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="review_requests")
    question = SealedField()
    due_on = models.DateField()
    asked_on = models.DateField()
    answer = SealedField()
    answered_on = models.DateField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        """What is due first, first."""

        ordering = ("due_on", "id")


class Recommendation(AsbRecord):
    """What a review recommends, to whom, and what came of it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="recommendations")
    text = SealedField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="recommendations")
    due_on = models.DateField()
    is_accepted = models.BooleanField(null=True)
    answered_on = models.DateField(null=True)
    refused_because = SealedField()
    done_on = models.DateField(null=True)

    class Meta:
        """What is due first, first."""

        ordering = ("due_on", "id")


class Letter(AsbRecord):
    """A letter as it was sent."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=20)
    sent_on = models.DateField()
    text = SealedField()

    class Meta:
        """The oldest first."""

        ordering = ("sent_on", "created_at", "id")


class ReviewOffer(AsbRecord):
    """Somebody who had reached the threshold was offered a review."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="review_offers")
    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, related_name="review_offers")
    complaints = models.PositiveSmallIntegerField()  # that counted on that day
    offered_on = models.DateField()

    class Meta:
        """The newest first."""

        ordering = ("-offered_on", "-id")


class Publication(models.Model):
    """The counts of a year as they were published; another replaces them, and they stay."""

    year = models.PositiveSmallIntegerField()  # in which it begins, on 1 April
    counts = models.JSONField()  # statutory count → number
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-year", "-proposed_at", "-id")

    def __str__(self) -> str:
        """Return of which year."""
        return f"counts of {self.year}"
