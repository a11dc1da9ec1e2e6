"""What is to be done in a case, by whom and until when."""

from django.db import models

from patrolwise.web.accounts.models import Team
from patrolwise.web.asb.models.cases import Case
from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.vault.fields import SealedField


class PlannedAction(AsbRecord):
    """One action of a case's plan."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=40)  # one with a target of days, or another
    what = SealedField()
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="asb_actions")
    target_day = models.DateField(db_index=True)
    done_on = models.DateField(null=True)
    outcome = SealedField()

    class Meta:
        """What is due first."""

        ordering = ("target_day", "created_at", "id")
