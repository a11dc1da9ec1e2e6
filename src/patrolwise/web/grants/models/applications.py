"""What an organisation asks for, and what assessors say of it."""

from django.db import models

from patrolwise.web.grants.models.rounds import FundRound
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField
from patrolwise.web.vault.records import PersonalRecord

COMMISSIONER = "partnership"  # the controller of what applicants send


class GrantApplication(PersonalRecord):
    """One application. Anything may be missing until it is submitted; the contact is sealed."""

    controller = models.CharField(max_length=40, default=COMMISSIONER)
    round = models.ForeignKey(FundRound, on_delete=models.PROTECT, related_name="applications")
    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    digest = models.CharField(max_length=64)  # of the applicant's code: itself it is kept nowhere
    state = models.CharField(max_length=20, default="draft", db_index=True)  # GrantState
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # the organisation
    org_name = models.CharField(max_length=120, blank=True)
    org_kind = models.CharField(max_length=30, blank=True)  # OrgKind
    charity_number = models.CharField(max_length=20, blank=True)
    company_number = models.CharField(max_length=20, blank=True)
    governance = models.TextField(blank=True)
    has_safeguarding_policy = models.BooleanField(null=True)
    policy_reviewed = models.DateField(null=True)
    is_insured = models.BooleanField(null=True)
    insured_until = models.DateField(null=True)
    # the project
    title = models.CharField(max_length=140, blank=True)
    summary = models.TextField(blank=True)
    area_ids = models.JSONField(default=list)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    youngest = models.PositiveSmallIntegerField(null=True)
    oldest = models.PositiveSmallIntegerField(null=True)
    young_people = models.PositiveIntegerField(null=True)
    cohort = models.TextField(blank=True)
    outcomes = models.TextField(blank=True)
    evidence = models.CharField(max_length=20, blank=True)
    evidence_why = models.TextField(blank=True)
    is_designed_with_young_people = models.BooleanField(null=True)
    co_design = models.TextField(blank=True)
    budget = models.JSONField(default=list)  # of {"what", "pence"}
    asked_pence = models.BigIntegerField(default=0)  # the sum of the budget
    match_pence = models.BigIntegerField(null=True)
    match_source = models.CharField(max_length=200, blank=True)
    # whom to ask: seen by the commissioner alone
    contact_name = SealedField()
    contact_email = SealedField()
    contact_phone = SealedField()
    # screening
    is_eligible = models.BooleanField(null=True)
    screening_reasons = models.TextField(blank=True)
    screened_at = models.DateTimeField(null=True)
    screened_by_id = models.BigIntegerField(null=True)
    more_asked = models.TextField(blank=True)
    more_asked_at = models.DateTimeField(null=True)
    more_answer = models.TextField(blank=True)
    more_answered_at = models.DateTimeField(null=True)
    # the panel
    moderation = models.TextField(blank=True)
    moderated_by_id = models.BigIntegerField(null=True)
    is_funded = models.BooleanField(null=True)
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)

    class Meta:
        """The last saved first."""

        ordering = ("-saved_at", "id")
        indexes = (models.Index(fields=("round", "state"), name="applications_of_a_round"),)


class GrantAssessment(models.Model):
    """One application in the hands of one assessor."""

    application = models.ForeignKey(
        GrantApplication, on_delete=models.CASCADE, related_name="assessments"
    )
    assessor_id = models.BigIntegerField(db_index=True)
    given_at = models.DateTimeField()
    given_by_id = models.BigIntegerField()
    has_conflict = models.BooleanField(null=True)  # of interest; null: not declared yet
    conflict_note = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField(null=True)
    scores = models.JSONField(default=dict)  # criterion → score
    notes = models.JSONField(default=dict)  # criterion → why
    completed_at = models.DateTimeField(null=True)

    class Meta:
        """In the order given; an assessor has an application once."""

        ordering = ("given_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "assessor_id"), name="one_assessment_an_assessor"
            ),
        )

    def __str__(self) -> str:
        """Return which it is, not what it says."""
        return f"assessment {self.pk}"
