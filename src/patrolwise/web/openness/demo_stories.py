"""The demonstration's case studies: one that may be told, and one that is being written."""

from datetime import datetime

from patrolwise.outreach.vocabulary import CompetencePoint, StoryPart, choices
from patrolwise.web.accounts.models import Person
from patrolwise.web.casework.actions import consents, stories, told_stories
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Engagement, Story

_TOLD = {
    "story_before": "Things at home were hard, and evenings were spent outside.",
    "story_help": "We met, walked and talked. Then we rang a service together.",
    "story_since": "They go there by themselves now, and have plans.",
}
_DRAFT = {
    "story_before": "Bee was 15 and met us at the market in March. She was scared of a gang.",
    "story_help": "We listened first.",
}


def tell_stories(people: dict[str, Person], now: datetime) -> None:
    """Write two stories of made-up cases, release one, and give it to a made-up funder.

    Parameters
    ----------
    people : dict of Person
        By role.
    now : datetime
        Aware.
    """
    first, second = Engagement.objects.order_by("agreed_on")[1:3]
    told = _write(first, "Somebody to walk with", _TOLD, now)
    stories.send_story(writing=_as_worker(first, now), story=told)
    lead = Writing(by=people["lead"], now=now)
    stories.release_story(writing=lead, story=told)
    told_stories.give_story(writing=lead, story=told, receiver="Demonstration funder")
    _write(second, "Being heard", _DRAFT, now)


def _as_worker(case: Engagement, now: datetime) -> Writing:
    return Writing(by=Person.objects.get(pk=case.lead_worker_id), now=now)


def _write(case: Engagement, title: str, parts: dict[str, str], now: datetime) -> Story:
    writing = _as_worker(case, now)
    agreed = consents.NewConsent(
        purpose="tell_my_story",
        fields=tuple(key for key, _ in choices(StoryPart)),
        given_by="under_16_competent",
        method="spoken",
        is_pressure_free=True,
        since=now.date(),
        wording_version="2",
        age=15,
        competence=tuple(key for key, _ in choices(CompetencePoint)),
        competence_words="Said in their own words who may read it.",
    )
    consents.give_consent(writing=writing, case=case, new=agreed)
    new = stories.NewStory(title=title, parts=parts, kept={})
    return stories.write_story(writing=writing, case=case, new=new)
