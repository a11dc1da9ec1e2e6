"""How a case study is written, sent, given back and released by a second person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.vocabulary import ConsentPurpose, StoryPart, StoryState
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import (
    Writing,
    add_record,
    check_may,
    save_record,
)
from patrolwise.web.casework.models import Consent, Engagement, Story
from patrolwise.web.casework.story_check import check_story
from patrolwise.web.casework.words import find_word, key_of, tell_word

DRAFT, WAITING, RELEASED, WITHDRAWN = (key_of(state) for state in StoryState)
_MOST_TITLE, _MOST_PART = 120, 4_000
_NO_CONSENT = (
    "They have not agreed that their story is told, or it ended. Ask them first, on the page of "
    "the case."
)


@dataclass(frozen=True, kw_only=True)
class NewStory:
    """What a story says, and why what could tell whom it is about stays in it."""

    title: str = field(repr=False)
    parts: Mapping[str, str] = field(repr=False)  # key of StoryPart → text
    kept: Mapping[str, str] = field(repr=False)  # key of a finding → reason


def find_story_consent(case: Engagement, on: date) -> Consent | None:
    """Return the consent in force by which somebody's story may be told.

    Parameters
    ----------
    case : Engagement
    on : date

    Returns
    -------
    Consent or None
        The newest.
    """
    found = Consent.objects.filter(
        engagement=case,
        purpose=key_of(ConsentPurpose.TELL_MY_STORY),
        withdrawn_at=None,
        since__lte=on,
        until__gte=on,
    )
    return found.order_by("-since", "-created_at").first()


def is_allowed(story: Story, consent: Consent | None) -> bool:
    """Return whether a consent lets all parts of a story be told.

    Parameters
    ----------
    story : Story
    consent : Consent or None
        In force.

    Returns
    -------
    bool
    """
    return consent is not None and set(story.parts) <= set(consent.fields)


def need_consent(case: Engagement, on: date) -> Consent:
    """Return the consent in force by which a story may be told, or refuse.

    Parameters
    ----------
    case : Engagement
    on : date

    Returns
    -------
    Consent

    Raises
    ------
    RefusedError
    """
    consent = find_story_consent(case, on)
    if consent is None:
        raise RefusedError(_NO_CONSENT)
    return consent


def lock_story(story: Story, state: str) -> Story:
    """Return a story as it is now, for nobody else to change; refuse when it is in another state.

    Parameters
    ----------
    story : Story
    state : str
        The one that it has to be in.

    Returns
    -------
    Story

    Raises
    ------
    RefusedError
    """
    found = Story.objects.select_for_update().select_related("engagement").get(pk=story.pk)
    if found.state != state:
        told = tell_word(StoryState, found.state)
        raise RefusedError(f"It is not as it was when you opened it: by now it is “{told}”.")
    return found


def write_story(
    *, writing: Writing, case: Engagement, new: NewStory, story: Story | None = None
) -> Story:
    """Write a story, or write at it again.

    Parameters
    ----------
    writing : Writing
    case : Engagement
        Within the writer's reach.
    new : NewStory
    story : Story, optional
        The one that is written at.

    Returns
    -------
    Story

    Raises
    ------
    InputError
        All that it lacks, or that the person did not allow.
    RefusedError
        There is no consent, it is not a draft any more, or the role may not.
    """
    check_may(writing.by, Permission.BUILD_STORIES)
    consent = need_consent(case, writing.now.date())
    parts = {key: text.strip() for key, text in new.parts.items() if text.strip()}
    check_faults("The story", _check_words(new.title, parts, consent))
    values = {
        "title": new.title.strip(),
        "parts": parts,
        "kept": {key: reason.strip() for key, reason in new.kept.items() if reason.strip()},
        "consent_id": consent.pk,
    }
    if story is None:
        author = [writing.by.pk]
        return add_record(
            Story, writing, case.retention_class, engagement=case, author_ids=author, **values
        )
    with transaction.atomic():
        found = lock_story(story, DRAFT)
        for name, value in values.items():
            setattr(found, name, value)
        found.author_ids = sorted({*found.author_ids, writing.by.pk})
        save_record(found, writing, *values, "author_ids")
    return found


def send_story(*, writing: Writing, story: Story) -> None:
    """Send a story to be released, once nothing is left that was neither mended nor kept.

    Parameters
    ----------
    writing : Writing
    story : Story

    Raises
    ------
    InputError
        What is left.
    RefusedError
        There is no consent, it is not a draft any more, or the role may not.
    """
    check_may(writing.by, Permission.BUILD_STORIES)
    with transaction.atomic():
        found = lock_story(story, DRAFT)
        _check_ready(found, writing.now.date())
        found.state, found.sent_at, found.returned = WAITING, writing.now, ""
        save_record(found, writing, "state", "sent_at", "returned")


def recall_story(*, writing: Writing, story: Story) -> None:
    """Write at a story again that waits for its second person.

    Parameters
    ----------
    writing : Writing
    story : Story

    Raises
    ------
    RefusedError
        It does not wait, or the role may not.
    """
    check_may(writing.by, Permission.BUILD_STORIES)
    with transaction.atomic():
        found = lock_story(story, WAITING)
        found.state = DRAFT
        save_record(found, writing, "state")


def return_story(*, writing: Writing, story: Story, why: str) -> None:
    """Give a story back to who wrote it, as its second person.

    Parameters
    ----------
    writing : Writing
    story : Story
    why : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        Somebody who wrote at it cannot, it does not wait, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_STORIES)
    check_faults("The story", [] if why.strip() else ["It says not why it goes back."])
    with transaction.atomic():
        found = lock_story(story, WAITING)
        _check_second(found, writing)
        found.state, found.returned = DRAFT, why.strip()
        save_record(found, writing, "state", "returned")


def release_story(*, writing: Writing, story: Story) -> None:
    """Release a story as its second person: consent and text are looked at again.

    Parameters
    ----------
    writing : Writing
    story : Story

    Raises
    ------
    InputError
        What is found in it by now that nobody mended or kept.
    RefusedError
        Somebody who wrote at it cannot, there is no consent any more, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_STORIES)
    with transaction.atomic():
        found = lock_story(story, WAITING)
        _check_second(found, writing)
        found.consent_id = _check_ready(found, writing.now.date()).pk
        found.state, found.released_at = RELEASED, writing.now
        found.released_by_id = writing.by.pk
        found.sha256 = hashlib.sha256(write_text(found).encode()).hexdigest()
        save_record(
            found, writing, "state", "released_at", "released_by_id", "sha256", "consent_id"
        )


def write_text(story: Story) -> str:
    """Return a story as plain text, which its fingerprint is of.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str
    """
    lines = [story.title, f"Story {story.reference}"]
    for key in (key_of(part) for part in StoryPart):
        if text := story.parts.get(key):
            lines += [tell_word(StoryPart, key).capitalize(), "\n".join(text.splitlines())]
    return "\n\n".join(lines) + "\n"


def _check_words(title: str, parts: Mapping[str, str], consent: Consent) -> list[str]:
    faults = []
    if not title.strip():
        faults.append("It has no title.")
    if len(title.strip()) > _MOST_TITLE:
        faults.append(f"The title has more than {_MOST_TITLE} characters.")
    if not parts:
        faults.append("It says nothing. Write at least one part.")
    for key, text in parts.items():
        part = find_word(StoryPart, key, "A part", faults)
        if part is not None and key not in consent.fields:
            faults.append(f"They did not agree to tell {part.value}. Leave it out, or ask them.")
        if part is not None and len(text) > _MOST_PART:
            faults.append(f"“{part.value.capitalize()}” has more than {_MOST_PART} characters.")
    return faults


def _check_ready(story: Story, on: date) -> Consent:
    consent = need_consent(story.engagement, on)
    faults = _check_words(story.title, story.parts, consent)
    found = check_story(story.engagement, story.title, story.parts, story.kept)
    faults += [f"Mend it, or say why it stays: {one.why}" for one in found.waiting]
    check_faults("The story", faults)
    return consent


def _check_second(story: Story, writing: Writing) -> None:
    if writing.by.pk in story.author_ids:
        raise RefusedError("You wrote at it. Another person has to look at it.")
