"""What is read of case studies: those of cases within reach, and what a second person sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from patrolwise.outreach.vocabulary import ConsentPurpose, StoryPart, StoryState
from patrolwise.web.accounts.models import Person
from patrolwise.web.casework.actions.stories import (
    DRAFT,
    RELEASED,
    WAITING,
    WITHDRAWN,
    find_story_consent,
    is_allowed,
)
from patrolwise.web.casework.models import Consent, Engagement, Story, StoryReceiver
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.casework.words import key_of, tell_word

ENDED = "their consent has ended"


@dataclass(frozen=True, kw_only=True)
class StoryRow:
    """One story of a list."""

    story: Story
    stands: str
    may_be_told: bool


@dataclass(frozen=True, kw_only=True)
class OwnStory:
    """A story as the person whom it is about reads of it."""

    story: Story
    may_be_told: bool
    parts: list[tuple[str, str]]
    receivers: list[StoryReceiver]


def list_stories(person: Person, now: datetime) -> list[StoryRow]:
    """Return the stories of cases within somebody's reach.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of StoryRow
        The newest first, without those that were taken back.
    """
    stories = Story.objects.filter(engagement__in=reach_cases(person, now))
    stories = stories.exclude(state=WITHDRAWN)
    return _rows(stories.select_related("engagement"), now.date())


def list_for_second(person: Person, on: date) -> dict[str, list[StoryRow]]:
    """Return what a second person sees: stories that wait, and those that were released.

    Parameters
    ----------
    person : Person
    on : date

    Returns
    -------
    dict
        `waiting` without those that the person wrote at; `told`; `ended`, whose consent has.
    """
    stories = Story.objects.filter(state__in=(WAITING, RELEASED)).select_related("engagement")
    rows = _rows(stories, on)
    return {
        "waiting": [
            one
            for one in rows
            if one.story.state == WAITING and person.pk not in one.story.author_ids
        ],
        "told": [one for one in rows if one.may_be_told],
        "ended": [one for one in rows if one.story.state == RELEASED and not one.may_be_told],
    }


def list_to_tell() -> list[StoryReceiver]:
    """Return who got a story that was taken back since, and was not told yet.

    Returns
    -------
    list of StoryReceiver
        The one that waits longest first.
    """
    found = StoryReceiver.objects.filter(story__state=WITHDRAWN, told_at=None)
    return list(found.select_related("story").order_by("story__withdrawn_at", "given_on"))


def is_tellable(story: Story, on: date) -> bool:
    """Return whether a story may be told on a day: released, and allowed in all its parts.

    Parameters
    ----------
    story : Story
    on : date

    Returns
    -------
    bool
    """
    if story.state != RELEASED:
        return False
    return is_allowed(story, find_story_consent(story.engagement, on))


def list_own(case: Engagement, on: date) -> list[OwnStory]:
    """Return the stories that are told of somebody, wait to be, or were.

    Parameters
    ----------
    case : Engagement
    on : date

    Returns
    -------
    list of OwnStory
        Without what is still being written, and what was taken back before anybody got it.
    """
    stories = Story.objects.filter(engagement=case).exclude(state=DRAFT)
    found = []
    for story in stories.prefetch_related("receivers"):
        receivers = list(story.receivers.all())  # type: ignore[attr-defined]
        if story.state != WITHDRAWN or receivers:
            found.append(
                OwnStory(
                    story=story,
                    may_be_told=is_tellable(story, on),
                    parts=tell_parts(story),
                    receivers=receivers,
                )
            )
    return found


def tell_parts(story: Story) -> list[tuple[str, str]]:
    """Return the parts of a story with their titles, in order.

    Parameters
    ----------
    story : Story

    Returns
    -------
    list of (title, text)
    """
    return [(title, story.parts[key]) for key, title in PARTS if story.parts.get(key)]


def count_waiting(person: Person) -> tuple[int, int]:
    """Return how many stories and receivers wait for a second person.

    Parameters
    ----------
    person : Person
        Who may release stories.

    Returns
    -------
    stories : int
        Without those that the person wrote at.
    receivers : int
        Who are to be told that a story was taken back.
    """
    authors = Story.objects.filter(state=WAITING).values_list("author_ids", flat=True)
    return sum(person.pk not in ids for ids in authors), len(list_to_tell())


def _rows(stories: Iterable[Story], on: date) -> list[StoryRow]:
    found = list(stories)
    consents: dict[object, Consent] = {}
    held = Consent.objects.filter(
        engagement__in={one.engagement.pk for one in found},
        purpose=key_of(ConsentPurpose.TELL_MY_STORY),
        withdrawn_at=None,
        since__lte=on,
        until__gte=on,
    )
    for consent in held.order_by("since", "created_at"):  # the newest stays
        consents[consent.engagement_id] = consent  # type: ignore[attr-defined]
    rows = []
    for story in found:
        may = is_allowed(story, consents.get(story.engagement.pk))
        stands = tell_word(StoryState, story.state)
        if story.state != WITHDRAWN and not may:
            stands = ENDED
        told = story.state == RELEASED and may
        rows.append(StoryRow(story=story, stands=stands, may_be_told=told))
    return rows


PARTS = tuple((key_of(part), part.value.capitalize()) for part in StoryPart)
