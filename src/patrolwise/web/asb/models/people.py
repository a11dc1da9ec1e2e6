"""Who is harmed, and who is held to do it: two tables that no page, list or export joins."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from patrolwise.web.asb.models.cases import Case
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.vault.fields import BlindIndexField, SealedField

if TYPE_CHECKING:  # what is read back from tables that are made later
    from patrolwise.web.asb.models.powers import PowerAction
    from patrolwise.web.asb.models.risk import RiskAssessment


class Victim(AsbRecord):
    """Somebody who is harmed, in one case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="victims")
    case_id: UUID
    number = models.PositiveSmallIntegerField()  # within the case: other pages say no more
    name = SealedField()
    name_index = BlindIndexField(source="name")
    phone = SealedField()
    phone_index = BlindIndexField(source="phone")
    born = SealedField()  # ISO date
    born_index = BlindIndexField(source="born")
    address = SealedField()
    code = SealedField()  # of another system, by which repeats are found across cases
    code_index = BlindIndexField(source="code")
    words = SealedField()  # what they need, how they may be reached safely
    is_under_18 = models.BooleanField(null=True)  # null: not known
    last_contact_on = models.DateField(null=True)
    contact_due = models.DateField(null=True)
    risk_band = models.CharField(max_length=20, blank=True)
    review_due = models.DateTimeField(null=True)

    contacts: "models.QuerySet[VictimContact]"
    assessments: "models.QuerySet[RiskAssessment]"

    class Meta:
        """In the order in which they came."""

        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="asb_victim_number_once"),
        )


class VictimContact(AsbRecord):
    """That somebody of the case spoke with a victim, or tried to."""

    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, related_name="contacts")
    contacted_on = models.DateField()
    result = models.CharField(max_length=40)
    words = SealedField()

    class Meta:
        """The newest first."""

        ordering = ("-contacted_on", "-created_at", "-id")


class Subject(AsbRecord):
    """Somebody who is held to behave so, in one case, on a basis that lapses."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="subjects")
    case_id: UUID
    number = models.PositiveSmallIntegerField()
    name = SealedField()
    name_index = BlindIndexField(source="name")
    phone = SealedField()
    phone_index = BlindIndexField(source="phone")
    born = SealedField()  # ISO date
    born_index = BlindIndexField(source="born")
    address = SealedField()
    code = SealedField()
    code_index = BlindIndexField(source="code")
    words = SealedField()
    basis = models.CharField(max_length=20)
    evidence_ref = SealedField()
    evidenced_on = models.DateField()
    review_due = models.DateField(db_index=True)  # lapses after this day
    is_under_18 = models.BooleanField(null=True)
    youth_justice_on = models.DateField(null=True)
    needs_offered_on = models.DateField(null=True)

    powers: "models.QuerySet[PowerAction]"

    class Meta:
        """In the order in which they came."""

        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="asb_subject_number_once"),
        )


class RoleLink(AsbRecord):
    """That a victim's record and a subject's are of one person. A lead alone sees that it is."""

    victim = models.ForeignKey(Victim, on_delete=models.CASCADE, related_name="role_links")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="role_links")
    reason = SealedField()

    class Meta:
        """The newest first; two records are joined once."""

        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("victim", "subject"), name="asb_role_link_once"),
        )
