"""Which reviews are kept longer than they may be: the site's deletions ask this app too."""

from datetime import date

from patrolwise.outreach.retention import due_date
from patrolwise.partnership.asb_targets import load_asb_retention
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.writing import RETENTION
from patrolwise.web.vault.deletions import DueRecord


def list_due(on: date) -> list[DueRecord]:
    """Return the closed reviews whose time is over on a day; what is beneath them goes with them.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of DueRecord
        None on hold, and none of a case on hold.
    """
    kept = load_asb_retention()[RETENTION]
    closed = Review.objects.filter(is_held=False, clock_start__lt=on).exclude(case__is_held=True)
    return [
        DueRecord(table=Review._meta.label, record_id=str(pk), retention_class=RETENTION)
        for pk, start in closed.values_list("pk", "clock_start")
        if (day := due_date(kept, start)) is not None and day <= on
    ]
