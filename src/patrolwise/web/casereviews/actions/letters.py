"""How a letter of a review is kept as it was sent, and which step that does."""

from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions.closing import lock
from patrolwise.web.casereviews.apart import check_apart
from patrolwise.web.casereviews.facts import find_rule, tell_library
from patrolwise.web.casereviews.letters import Draft
from patrolwise.web.casereviews.models import Letter, Review
from patrolwise.web.casereviews.writing import add_record
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record

# letter → the step that sending it does
_DONE_BY = {"acknowledge": "acknowledged_on", "refusal": "told_on", "outcome": "told_on"}


@transaction.atomic
def send_letter(*, review: Review, draft: Draft, writing: Writing) -> Letter:
    """Keep a letter as it was sent; the step that it does is done.

    Parameters
    ----------
    review : Review
    draft : Draft
    writing : Writing

    Returns
    -------
    Letter

    Raises
    ------
    InputError
        It names somebody whom the case puts the behaviour down to.
    RefusedError
        The role may not, or it was sent before.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    lock(review)
    if draft.kind != "invitation" and review.letters.filter(kind=draft.kind).exists():
        raise RefusedError("This letter was sent before.")
    check_apart(review, *draft.paragraphs, is_unnamed=False)
    done = _DONE_BY.get(draft.kind)
    letter = add_record(
        Letter,
        writing,
        review=review,
        kind=draft.kind,
        sent_on=day_of(writing.now),
        text=draft.text,
    )
    if done and getattr(review, done) is None:
        setattr(review, done, day_of(writing.now))
        tell_library(review, find_rule(review.requested_on))
        save_record(review, writing, done)
    return letter
