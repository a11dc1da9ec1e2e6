"""How long somebody may be held to be a subject, and who may see that one is a victim too."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.dates_ahead import add_months
from patrolwise.partnership.asb_cases import ASB_SUBJECTS, ASB_VICTIMS, Basis
from patrolwise.tables import check_columns

LONGEST_MONTHS = 12  # that a basis stands without being looked at again


class Asker(StrEnum):
    """Who asks to see or to join records of a case."""

    LEAD = "lead"
    CASE_TEAM = "case team"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """On what, since when and until when a person is held to be a subject."""

    basis: Basis
    evidence_ref: str  # empty for an allegation alone
    evidenced_on: date
    review_due: date

    def __post_init__(self) -> None:
        faults = []
        if self.basis is not Basis.ALLEGED and not self.evidence_ref.strip():
            faults.append(f"It is {self.basis} without a reference. Say where the evidence is.")
        if self.review_due <= self.evidenced_on:
            faults.append(f"Its review, {self.review_due}, is not after {self.evidenced_on}.")
        elif self.review_due > add_months(self.evidenced_on, LONGEST_MONTHS):
            faults.append(
                f"Its review, {self.review_due}, is more than {LONGEST_MONTHS} months after "
                f"{self.evidenced_on}. Look at it sooner."
            )
        check_faults("Subject", faults)

    def has_lapsed(self, on: date) -> bool:
        """Return whether it was not evidenced anew by its review: then it holds nothing."""
        return on > self.review_due


@dataclass(frozen=True, kw_only=True)
class RoleLink:
    """That a victim's record and a subject's are of one person, why that must be known, by whom."""

    victim_id: str
    subject_id: str
    reason: str
    linked_by: str  # code of the lead
    linked_on: date


def renew_standing(standing: Standing, newer: Standing) -> Standing:
    """Return the standing of a subject after newer evidence.

    Parameters
    ----------
    standing : Standing
        What held so far, lapsed or not.
    newer : Standing
        With evidence of its own.

    Returns
    -------
    Standing
        The newer one, with the stronger basis of both while the older had not lapsed.

    Raises
    ------
    RefusedError
        The evidence is the same again, or no newer: an old finding does not renew itself.

    Examples
    --------
    >>> old = Standing(basis=Basis.ADMITTED, evidence_ref="1", evidenced_on=date(2026, 1, 1),
    ...     review_due=date(2026, 7, 1))
    >>> new = Standing(basis=Basis.EVIDENCED, evidence_ref="2", evidenced_on=date(2026, 6, 1),
    ...     review_due=date(2026, 12, 1))
    >>> renew_standing(old, new).basis.value
    'admitted'
    """
    faults = []
    if not newer.evidence_ref.strip() or newer.evidence_ref == standing.evidence_ref:
        faults.append("It rests on no new evidence. Give its reference.")
    if newer.evidenced_on <= standing.evidenced_on:
        faults.append(f"Its evidence is of {newer.evidenced_on}: no later than what there is.")
    check_faults("Renewal of a subject", faults, RefusedError)
    if standing.has_lapsed(newer.evidenced_on):
        return newer
    strength = list(Basis)
    stronger = max(standing.basis, newer.basis, key=strength.index)
    return replace(newer, basis=stronger)


def mark_lapsed(subjects: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return subjects with `is_lapsed`: who may no longer be told, counted or acted on as one.

    Parameters
    ----------
    subjects : (n, 10) ASB_SUBJECTS
    on : date

    Returns
    -------
    (n, 11) frame, in the order given

    Raises
    ------
    InputError
        A column is missing.

    References
    ----------
    ICO (2018), Enforcement notice to the Metropolitan Police, Gangs Matrix: people stayed on it
    without a review. Data Protection Act 2018, section 38: accuracy, and facts told from opinion.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> mark_lapsed(make_table(ASB_SUBJECTS), date(2026, 6, 1)).height
    0
    """
    check_columns(subjects, ASB_SUBJECTS, name="subjects")
    return subjects.with_columns(is_lapsed=pl.col("review_due") < on)


def check_people(victims: pl.DataFrame, subjects: pl.DataFrame) -> list[str]:
    """Return what is wrong with victims and subjects, all of it; an empty list when nothing is.

    Parameters
    ----------
    victims : (n, 5) ASB_VICTIMS
    subjects : (m, 10) ASB_SUBJECTS

    Returns
    -------
    list of str
        Whole sentences with counts; no code and no name is repeated.

    Raises
    ------
    InputError
        A column is missing.
    """
    check_columns(victims, ASB_VICTIMS, name="victims")
    check_columns(subjects, ASB_SUBJECTS, name="subjects")
    both = len(set(victims["victim_id"]) & set(subjects["subject_id"]))
    unknown = subjects.filter(~pl.col("basis").is_in(list(Basis))).height
    bare = pl.col("evidence_ref").is_null() & (pl.col("basis") != Basis.ALLEGED)
    young = pl.col("is_under_18") & pl.col("youth_justice_on").is_null()
    late = pl.col("review_due") <= pl.col("evidenced_on")
    told = {
        "code(s) stand for a victim and for a subject. Give each record its own, and link them": (
            both
        ),
        f"subject(s) have a basis that is none of {', '.join(Basis)}": unknown,
        "subject(s) are more than alleged, without a reference. Say where the evidence is": (
            subjects.filter(bare).height
        ),
        "subject(s) are under 18, and youth justice was not consulted. Do so first": (
            subjects.filter(young).height
        ),
        "subject(s) have a review that is not after their evidence": subjects.filter(late).height,
    }
    return [f"{count} {what}." for what, count in told.items() if count]


def check_role_link(
    link: RoleLink, victims: pl.DataFrame, subjects: pl.DataFrame, asker: Asker
) -> None:
    """Raise when a victim's record and a subject's may not be joined; silent when they may.

    Parameters
    ----------
    link : RoleLink
    victims : (n, 5) ASB_VICTIMS
    subjects : (m, 10) ASB_SUBJECTS
    asker : Asker

    Raises
    ------
    RefusedError
        Whoever asks is no lead.
    InputError
        There is no such record, or no reason; all are named.
    """
    _check_lead(asker)
    faults = []
    if link.victim_id not in set(victims["victim_id"]):
        faults.append("There is no such victim's record.")
    if link.subject_id not in set(subjects["subject_id"]):
        faults.append("There is no such subject's record.")
    if not link.reason.strip() or not link.linked_by.strip():
        faults.append("It has no reason, or nobody who answers for it. Give both.")
    check_faults("Link of a victim and a subject", faults)


def find_role_links(links: Iterable[RoleLink], code: str, asker: Asker) -> tuple[RoleLink, ...]:
    """Return the links of one person's record; to a lead alone.

    Parameters
    ----------
    links : iterable of RoleLink
    code : str
        Of a victim or a subject.
    asker : Asker

    Returns
    -------
    tuple of RoleLink

    Raises
    ------
    RefusedError
        Whoever asks is no lead: not even whether there is a link is told.

    Examples
    --------
    >>> find_role_links([], "v1", Asker.LEAD)
    ()
    """
    _check_lead(asker)
    return tuple(link for link in links if code in (link.victim_id, link.subject_id))


def _check_lead(asker: Asker) -> None:
    if asker is not Asker.LEAD:
        raise RefusedError(
            "Whether a victim is a subject too is for a lead of the case alone. Ask the lead."
        )
