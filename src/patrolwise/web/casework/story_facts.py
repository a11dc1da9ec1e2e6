"""What a case study is held against: the case's own record, and what the caseload shares."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from patrolwise.outreach.deidentify import (
    KnownValue,
    StoryFacts,
    list_traits,
    read_known,
)
from patrolwise.outreach.story_patterns import spell_day
from patrolwise.outreach.story_stretches import StoryWords
from patrolwise.outreach.story_words import AGE, ETHNICITY, PLACE, name_event
from patrolwise.outreach.vocabulary import NeedDomain
from patrolwise.web.accounts.models import Person
from patrolwise.web.casework import places
from patrolwise.web.casework.models import Engagement, Identity, NeedAssessment
from patrolwise.web.casework.words import key_of

_RECORD = "their record"
_NO_PLACE = ("", "outside_hotspot")
_THEY = "“they”, or a made-up name that is said to be one"
_NOTHING = "nothing: leave it out"


def gather_facts(case: Engagement, texts: tuple[str, ...]) -> StoryFacts:
    """Return what the record of a case holds, and what the caseload shares of what is told.

    Parameters
    ----------
    case : Engagement
    texts : tuple of str
        Of the story: ethnic groups are opened only when it tells one.

    Returns
    -------
    StoryFacts
    """
    names = tuple(name for _, name in places.list_choices())
    told = list_traits(texts, StoryFacts(places=names))
    caseload = _list_caseload(case, told)
    words = StoryWords(texts)
    known: dict[str, KnownValue] = {}
    for one in _list_known(case, words):
        if words.may_say(one.text):
            known[one.text] = one
            words.note_known(one.text)
    return StoryFacts(
        known=tuple(known.values()),
        places=names,
        person=caseload[str(case.pk)],
        caseload=tuple(caseload.values()),
    )


def _list_caseload(case: Engagement, told: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the traits of everybody whose case is open, and of the case's own person."""
    found = {}
    is_ethnic = ETHNICITY in told
    needed = ("is_child", "hot_spot_id", *(("controller", "profile") if is_ethnic else ()))
    current = Engagement.objects.exclude(status="closed").only(*needed)
    for one in [*current.exclude(pk=case.pk), case]:
        traits = {AGE: "under 18" if one.is_child else "18 or over"}
        if one.hot_spot_id not in _NO_PLACE:
            traits[PLACE] = one.hot_spot_id
        if is_ethnic and (ethnicity := one.profile.get("ethnicity")):
            traits[ETHNICITY] = str(ethnicity)
        found[str(one.pk)] = traits
    domains = [key for key in map(key_of, NeedDomain) if name_event(key) in told]
    needs = NeedAssessment.objects.filter(need__gt=0, domain__in=domains, engagement__in=found)
    for case_id, domain in needs.order_by().values_list("engagement_id", "domain").distinct():
        found[str(case_id)][name_event(domain)] = "yes"
    return found


def _list_known(case: Any, words: StoryWords) -> Iterator[KnownValue]:
    yield KnownValue(what="what they are called", text=case.alias, instead=_THEY)
    identity = Identity.objects.filter(engagement=case).first()
    if identity is not None:
        for name in {identity.legal_name, *identity.legal_name.split()}:
            yield KnownValue(what="their name", text=name, instead=_THEY)
        yield KnownValue(what="their phone number", text=identity.phone, instead=_NOTHING)
    language = str(case.profile.get("language", ""))
    if language.casefold() != "english":
        yield KnownValue(what="their language", text=language, instead=_NOTHING)
    place = places.name_place(case.hot_spot_id)
    if case.hot_spot_id not in _NO_PLACE:
        yield KnownValue(what="where we met them", text=place, instead="“in the city”")
    staff = [case.lead_worker_id, *case.members.values_list("person_id", flat=True)]
    for name in Person.objects.filter(pk__in=staff).values_list("name", flat=True):
        yield KnownValue(what="a worker’s name", text=name, instead="“their worker”")
    for name in case.referrals.values_list("service__name", flat=True):
        yield KnownValue(
            what="a service in their record", text=name, instead="“a counselling service”"
        )
    for day in filter(words.may_say_day, _list_days(case, identity)):
        for spelt in spell_day(day):
            yield KnownValue(what="a day in their record", text=spelt, instead="“one day”")
    yield from _read_words(case, words)


def _list_days(case: Any, identity: Identity | None) -> list[date]:
    days = {case.agreed_on, case.closed_on}
    if identity is not None and identity.born:
        days.add(date.fromisoformat(identity.born))
    days |= set(case.notes.values_list("happened_on", flat=True))
    days |= {at.date() for at in case.moments.values_list("eligible_at", flat=True)}
    return sorted(day for day in days if day is not None)


def _read_words(case: Any, words: StoryWords) -> Iterator[KnownValue]:
    for text in _list_words(case):
        for stretch in words.find_stretches(text):
            yield from read_known(stretch, _RECORD)


def _list_words(case: Any) -> Iterator[str]:
    """Yield all that was written in words about somebody, worries too."""
    for rows, fields in (
        (case.notes, ("text",)),
        (case.needs, ("own_view", "worker_view", "goal")),
        (case.follow_ups, ("what",)),
        (case.referrals, ("what_they_want", "risk_summary", "feedback")),
        (case.moments, ("words",)),
        (case.concerns, ("description", "facts", "opinion")),
    ):
        for row in rows.order_by().only("controller", "engagement_id", *fields):
            yield from (getattr(row, field) for field in fields)
