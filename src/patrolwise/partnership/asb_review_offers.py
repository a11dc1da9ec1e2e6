"""Which victims reached the threshold of a case review and did not apply: one is offered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.partnership.asb_cases import ASB_INCIDENTS
from patrolwise.partnership.asb_review import (
    Complaint,
    Threshold,
    find_last_day,
    judge_threshold,
)
from patrolwise.partnership.asb_review_rules import ReviewRule
from patrolwise.tables import check_columns

_LOCAL = "Europe/London"


@dataclass(frozen=True, kw_only=True)
class ReviewOffer:
    """A victim who could apply for a case review on a day, and on what."""

    victim_id: str
    threshold: Threshold
    last_day: date  # on which enough of these complaints still count


def find_review_offers(
    incidents: pl.DataFrame, applied: Collection[str], on: date, rule: ReviewRule
) -> tuple[ReviewOffer, ...]:
    """Return the victims whose complaints would make a review a duty if they applied on a day.

    Parameters
    ----------
    incidents : (n, 15) ASB_INCIDENTS
        Any order; those without a victim's code or a time of the behaviour cannot count.
    applied : collection of str
        Codes of victims who applied already.
    on : date
    rule : ReviewRule
        The area's, in force on that day.

    Returns
    -------
    tuple of ReviewOffer
        By code. A case lead decides whether the complaints are about one behaviour.

    Raises
    ------
    InputError
        A column is missing, or an incident was reported before it happened.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014, section 104(4) and (11).

    Examples
    --------
    >>> from patrolwise.partnership.asb_review_rules import find_review_rule
    >>> from patrolwise.tables import make_table
    >>> day = date(2026, 6, 1)
    >>> find_review_offers(make_table(ASB_INCIDENTS), [], day, find_review_rule("statute", day))
    ()
    """
    check_columns(incidents, ASB_INCIDENTS, name="incidents")
    behaved, reported = (
        pl.col(name).dt.convert_time_zone(_LOCAL).dt.date()
        for name in ("happened_from", "reported_at")
    )
    known = incidents.filter(
        pl.col("victim_id").is_not_null(), behaved.is_not_null(), reported <= on
    ).select("victim_id", "incident_id", behaved.alias("behaved"), reported.alias("reported"))
    complaints: dict[str, list[Complaint]] = {}
    for victim_id, incident_id, behaved_on, reported_on in known.iter_rows():
        if victim_id not in applied:
            complaint = Complaint(
                complaint_id=incident_id, behaved_on=behaved_on, reported_on=reported_on
            )
            complaints.setdefault(victim_id, []).append(complaint)
    judged = {
        victim_id: judge_threshold(complaints[victim_id], on, rule)
        for victim_id in sorted(complaints)
    }
    return tuple(
        ReviewOffer(
            victim_id=victim_id,
            threshold=threshold,
            last_day=_find_last_day(complaints[victim_id], threshold, rule),
        )
        for victim_id, threshold in judged.items()
        if threshold.must_review
    )


def _find_last_day(complaints: Sequence[Complaint], threshold: Threshold, rule: ReviewRule) -> date:
    """Return until when the newest complaints that count, as many as are needed, all do."""
    counts = {one.complaint_id for one in threshold.complaints if one.counts}
    made = sorted(
        (one.reported_on for one in complaints if one.complaint_id in counts), reverse=True
    )
    return find_last_day(made[threshold.needed - 1], rule.months_to_apply)
