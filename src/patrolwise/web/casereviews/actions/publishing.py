"""How the counts of a year are let out, by two people, and how a procedure is entered."""

from typing import Any

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casereviews.counts import count_years
from patrolwise.web.casereviews.facts import check_procedure
from patrolwise.web.casereviews.models import Procedure, Publication
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may


def propose_counts(*, year: int, writing: Writing) -> Publication:
    """Propose the counts of a year that is over, as they are today.

    Parameters
    ----------
    year : int
        In which it begins.
    writing : Writing

    Returns
    -------
    Publication

    Raises
    ------
    InputError
        The year is not over, or nothing is known of it.
    RefusedError
        The role may not, or the same counts are proposed or published already.
    """
    by = writing.by
    check_may(by, Permission.DECIDE_REVIEWS)
    counted = next((one for one in count_years(day_of(writing.now)) if one.year == year), None)
    if counted is None or not counted.is_whole:
        raise InputError("Counts of a year are published when it is over.")
    newest = Publication.objects.filter(year=year).first()
    if newest is not None and newest.released_at is None:
        raise RefusedError("The counts of this year wait for a second person already.")
    if newest is not None and newest.counts == counted.counts:
        raise RefusedError("The same counts of this year are published already.")
    with transaction.atomic():
        made = Publication.objects.create(
            year=year, counts=counted.counts, proposed_by_id=by.pk, proposed_at=writing.now
        )
        _tell("case review counts proposed", made.pk, writing, year=year)
    return made


def release_counts(*, publication: Publication, writing: Writing) -> None:
    """Let out the counts that somebody else proposed.

    Parameters
    ----------
    publication : Publication
    writing : Writing

    Raises
    ------
    RefusedError
        The role may not, it is one's own, or it is out already.
    """
    by = writing.by
    check_may(by, Permission.RELEASE_REVIEW_COUNTS)
    if publication.released_at is not None:
        raise RefusedError("They are published already.")
    if publication.proposed_by_id == by.pk:
        raise RefusedError("You proposed them. Somebody else lets them out.")
    publication.released_by_id, publication.released_at = by.pk, writing.now
    with transaction.atomic():
        publication.save(update_fields=["released_by_id", "released_at"])
        _tell("case review counts released", publication.pk, writing, year=publication.year)


def enter_procedure(*, values: dict[str, Any], writing: Writing) -> Procedure:
    """Enter what the area published: it holds from its day until the next one.

    Parameters
    ----------
    values : dict
        The fields of a `Procedure`.
    writing : Writing

    Returns
    -------
    Procedure

    Raises
    ------
    InputError
        A number cannot be, or it begins before one that is in force.
    RefusedError
        The role may not.
    """
    by = writing.by
    check_may(by, Permission.DECIDE_REVIEWS)
    check_procedure({key: one for key, one in values.items() if not isinstance(one, str)})
    newest = Procedure.objects.first()
    if newest is not None and values["starts"] <= newest.starts:
        raise InputError(
            f"It begins on {values['starts']:%-d %B %Y}, and one is there from "
            f"{newest.starts:%-d %B %Y}. Give a later day: what was in force is never changed."
        )
    faults = [f"{name.capitalize()} is empty." for name in ("contact", "source")
              if not values[name].strip()]  # fmt: skip
    check_faults("The procedure", faults)
    with transaction.atomic():
        made = Procedure.objects.create(entered_by_id=by.pk, entered_at=writing.now, **values)
        _tell("case review procedure entered", made.pk, writing)
    return made


def _tell(action: str, subject: int, writing: Writing, **detail: Any) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=str(subject),
            actor_id=writing.by.pk,
            role=writing.by.role,
            detail=detail,
        ),
        now=writing.now,
    )
