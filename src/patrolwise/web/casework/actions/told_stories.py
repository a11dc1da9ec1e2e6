"""How a case study that was released is given to somebody, and taken back."""

from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.actions.stories import (
    RELEASED,
    WITHDRAWN,
    is_allowed,
    lock_story,
    need_consent,
)
from patrolwise.web.casework.actions.writing import (
    Writing,
    add_record,
    check_may,
    save_record,
    tell,
)
from patrolwise.web.casework.models import Engagement, Story, StoryReceiver

_MOST = 200


def give_story(*, writing: Writing, story: Story, receiver: str) -> StoryReceiver:
    """Note who gets a story, before it is given: they are told when it is taken back.

    Parameters
    ----------
    writing : Writing
    story : Story
    receiver : str
        An organisation, or where it is published.

    Returns
    -------
    StoryReceiver

    Raises
    ------
    InputError
        It is not said who gets it.
    RefusedError
        It may not be told, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_STORIES)
    faults = [] if receiver.strip() else ["It is not said who gets it."]
    if len(receiver.strip()) > _MOST:
        faults.append(f"Who gets it has more than {_MOST} characters.")
    check_faults("The story", faults)
    with transaction.atomic():
        found = lock_story(story, RELEASED)
        if not is_allowed(found, need_consent(found.engagement, writing.now.date())):
            raise RefusedError("They agree to less by now than it tells.")
        return add_record(
            StoryReceiver,
            writing,
            found.retention_class,
            story=found,
            receiver=receiver.strip(),
            given_on=writing.now.date(),
        )


def note_told(*, writing: Writing, receiver: StoryReceiver) -> None:
    """Note that a receiver was told that a story was taken back.

    Parameters
    ----------
    writing : Writing
    receiver : StoryReceiver

    Raises
    ------
    RefusedError
        It was not taken back, they were told before, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_STORIES)
    if receiver.story.state != WITHDRAWN:
        raise RefusedError("It was not taken back.")
    if receiver.told_at is not None:
        raise RefusedError("They were told before.")
    receiver.told_at, receiver.told_by_id = writing.now, writing.by.pk
    save_record(receiver, writing, "told_at", "told_by_id")


def stop_story(*, writing: Writing, story: Story) -> None:
    """Take a story back that somebody was wrong to release; the person's consent stays.

    Parameters
    ----------
    writing : Writing
    story : Story

    Raises
    ------
    RefusedError
        It may not be told anyhow, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_STORIES)
    with transaction.atomic():
        _withdraw(lock_story(story, RELEASED), writing.now, writing)


def withdraw_stories(case: Engagement, now: datetime, writing: Writing | None) -> int:
    """Take all stories of somebody back: what they say is gone, who got them is to be told.

    Parameters
    ----------
    case : Engagement
    now : datetime
        Aware.
    writing : Writing or None
        None where the person did it on their own page.

    Returns
    -------
    int
        Receivers who are to be told.
    """
    stories = Story.objects.select_for_update().filter(engagement=case).exclude(state=WITHDRAWN)
    return sum(_withdraw(story, now, writing) for story in stories)


def _withdraw(story: Story, now: datetime, writing: Writing | None) -> int:
    story.state, story.withdrawn_at = WITHDRAWN, now
    story.title, story.parts, story.kept, story.returned = "", {}, {}, ""
    story.server_revision = story.server_revision + 1
    story.save()
    count = story.receivers.filter(told_at=None).count()  # type: ignore[attr-defined]
    if writing is not None:
        tell("withdrawn", story, writing, receivers=count)
    else:
        told = NewEvent(
            action="story withdrawn",
            subject=str(story.pk),
            role="the person",
            detail={"receivers": count},
        )
        record_event(told, now=now)
    return int(count)
