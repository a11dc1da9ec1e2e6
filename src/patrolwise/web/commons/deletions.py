"""What the pages of deletions by two people show, on each site that keeps records by a schedule."""

from collections.abc import Mapping
from typing import Any

from patrolwise.outreach.retention import RetentionClass
from patrolwise.web.accounts.models import Person
from patrolwise.web.vault.deletion_records import DeletionRecord

_LEFT = "somebody who left"


def tell_deletion(
    run: DeletionRecord, person: Person, classes: Mapping[str, RetentionClass]
) -> dict[str, Any]:
    """Return what the page of one deletion shows.

    Parameters
    ----------
    run : DeletionRecord
    person : Person
        Who looks.
    classes : mapping of str to RetentionClass

    Returns
    -------
    dict
        For `commons/deletion.html`.
    """
    who = [one for one in (run.proposed_by_id, run.decided_by_id) if one is not None]
    names = dict(Person.objects.filter(pk__in=who).values_list("pk", "name"))
    return {
        "run": run,
        "counts": [(classes[key].what, number) for key, number in run.counts.items()],
        "proposed_by": names.get(run.proposed_by_id, _LEFT),
        "decided_by": names.get(run.decided_by_id, _LEFT),
        "asks_second": run.state == "proposed" and run.proposed_by_id != person.pk,
    }
