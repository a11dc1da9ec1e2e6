"""Cases and the incidents in them: what happened, and nobody's name."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from patrolwise.web.accounts.models import Team
from patrolwise.web.asb.models.imports import ImportRun
from patrolwise.web.asb.models.records import ASB, AsbRecord
from patrolwise.web.identifiers import make_reference, make_uuid7
from patrolwise.web.vault.fields import SealedField

if TYPE_CHECKING:  # what is read back from tables that are made later
    from patrolwise.web.asb.models.people import Subject, Victim
    from patrolwise.web.asb.models.plans import PlannedAction
    from patrolwise.web.asb.models.powers import PowerAction


class Case(AsbRecord):
    """What a lead agency does about incidents that belong together."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    source_reference = SealedField()  # of the system that it was read in from
    opened_on = models.DateField(db_index=True)
    category = models.CharField(max_length=40, blank=True)  # of the library's headings
    qualifier = models.CharField(max_length=20, blank=True)  # personal, nuisance, environmental
    hot_spot_id = models.CharField(max_length=80, blank=True)  # or outside_hotspot
    lead_agency = models.CharField(max_length=80)
    lead_officer_id = models.BigIntegerField(db_index=True)
    stage = models.CharField(max_length=40)  # of the partnership's staged approach
    summary = SealedField()
    # what follows is reckoned from other records, and never typed in
    risk_band = models.CharField(max_length=20, blank=True)  # the highest of any victim's
    review_due = models.DateTimeField(null=True, db_index=True)  # the earliest of any victim's
    contact_due = models.DateField(null=True, db_index=True)  # the earliest of any victim's
    action_due = models.DateField(null=True, db_index=True)  # the earliest that is not done
    is_repeat = models.BooleanField(default=False)
    is_hate = models.BooleanField(default=False)
    is_child_involved = models.BooleanField(default=False)
    status = models.CharField(max_length=20, default="open", db_index=True)  # open, closed
    closed_on = models.DateField(null=True)
    close_reason = models.CharField(max_length=60, blank=True)
    is_substantiated = models.BooleanField(null=True)
    is_victim_satisfied = models.BooleanField(null=True)  # null: not asked, or not said
    import_run = models.ForeignKey(
        ImportRun, null=True, on_delete=models.PROTECT, related_name="cases"
    )

    victims: "models.QuerySet[Victim]"
    subjects: "models.QuerySet[Subject]"
    incidents: "models.QuerySet[Incident]"
    actions: "models.QuerySet[PlannedAction]"
    powers: "models.QuerySet[PowerAction]"
    members: "models.QuerySet[CaseMember]"
    parties: "models.QuerySet[CaseParty]"
    breaks: "models.QuerySet[GlassBreak]"
    stage_moves: "models.QuerySet[StageMove]"

    class Meta:
        """The newest first."""

        ordering = ("-opened_on", "reference")
        indexes = (
            models.Index(fields=("status", "-opened_on", "reference"), name="asb_case_by_status"),
            models.Index(fields=("lead_officer_id", "status"), name="asb_case_by_officer"),
        )


class CaseMember(models.Model):
    """Somebody of the partnership who works on a case beside its lead officer."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    person_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by_id = models.BigIntegerField()

    def __str__(self) -> str:
        """Return who, not whose case."""
        return f"member {self.person_id}"


class CaseParty(models.Model):
    """An agency that is party to a case: its people see it."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    controller = models.CharField(max_length=40, default=ASB)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="asb_parties")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = SealedField()  # why it has to know; no names
    given_by_id = models.BigIntegerField()

    class Meta:
        """An agency is party to a case once."""

        constraints = (
            models.UniqueConstraint(fields=("case", "team"), name="asb_party_once_a_case"),
        )

    def __str__(self) -> str:
        """Return which agency, not whose case."""
        return f"party {self.team.pk}"


class GlassBreak(models.Model):
    """Somebody opened a case that is not theirs, for sixty minutes and with a reason."""

    id = models.UUIDField(primary_key=True, default=make_uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="breaks")
    case_id: UUID
    controller = models.CharField(max_length=40, default=ASB)
    person_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=40)  # of a short list
    words = SealedField()
    opened = models.DateTimeField()
    until = models.DateTimeField()
    seen_by_lead_at = models.DateTimeField(null=True)
    seen_by_officer_at = models.DateTimeField(null=True)  # of data protection

    class Meta:
        """The newest first."""

        ordering = ("-opened", "-id")

    def __str__(self) -> str:
        """Return when, not whose case."""
        return f"opened {self.opened:%Y-%m-%d %H:%M}"


class StageMove(models.Model):
    """That a case came to a stage."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stage_moves")
    stage = models.CharField(max_length=40)
    moved_at = models.DateTimeField()
    moved_by_id = models.BigIntegerField()

    class Meta:
        """In order."""

        ordering = ("moved_at", "id")

    def __str__(self) -> str:
        """Return which stage."""
        return self.stage


class Incident(AsbRecord):
    """One report of behaviour. It names nobody: who was harmed is a record of its own."""

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="incidents")
    case_id: UUID | None
    victim = models.ForeignKey(
        "asb.Victim", null=True, on_delete=models.SET_NULL, related_name="incidents"
    )
    victim_id: UUID | None
    source_reference = SealedField()  # of the system that it was read in from
    reported_at = models.DateTimeField(db_index=True)
    happened_at = models.DateTimeField(null=True)  # the earliest that it can have
    happened_to = models.DateTimeField(null=True)  # the latest
    category = models.CharField(max_length=40, blank=True)
    qualifier = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    hot_spot_id = models.CharField(max_length=80, blank=True)
    hate_strand = models.CharField(max_length=40, blank=True)
    child_involved = models.BooleanField(null=True)
    words = SealedField()
    import_run = models.ForeignKey(
        ImportRun, null=True, on_delete=models.PROTECT, related_name="incidents"
    )

    class Meta:
        """The newest first."""

        ordering = ("-reported_at", "id")
        indexes = (models.Index(fields=("case", "-reported_at"), name="asb_incident_by_case"),)
