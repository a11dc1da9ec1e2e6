"""What phones sent for people who may no longer send it: who may read it, and what it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from patrolwise.outreach.vocabulary import (
    Advice,
    AgeBand,
    ConcernCategory,
    ContactKind,
    ContactMinutes,
    EngagementStatus,
    Gender,
    PerceivedRisk,
    ToldPerson,
    Topic,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.models import Engagement, FollowUp
from patrolwise.web.casework.places import name_place
from patrolwise.web.casework.queries import name_people
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.casework.words import tell_word
from patrolwise.web.street.models import HeldItem, Shift

CONCERN, TRACK = "concern", "track"
_LEFT = "Somebody who left"
_MOST = 200
# of these the case decides who may read them; in which value it stands
_CASES = {"contact": "engagement_id", "follow-up": "follow_up", "change": "record"}
_WORDS: dict[str, type[StrEnum]] = {
    "age_band": AgeBand,
    "gender": Gender,
    "risks": PerceivedRisk,
    "topics": Topic,
    "advice": Advice,
    "minutes": ContactMinutes,
    "categories": ConcernCategory,
    "told_person": ToldPerson,
    "status": EngagementStatus,
}
_TITLES = {
    "hot_spot_id": "Where",
    "kind": "What it was",
    "base": "Revision that the phone saw",
    "record": "Of",
    "engagement_id": "Case",
    "follow_up": "Follow-up",
}


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """An item that waits, without what it says."""

    held: HeldItem
    by: str


@dataclass(frozen=True, kw_only=True)
class HeldTold:
    """An item with what it says."""

    held: HeldItem
    by: str
    case: Engagement | None
    rows: list[tuple[str, str]]
    decided_by: str


def list_held(person: Person, now: datetime) -> list[HeldRow]:
    """Return the items that wait and that somebody may read; what they say stays shut.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of HeldRow
        The oldest first, 200 at most.
    """
    waiting = HeldItem.objects.filter(decided_at=None)
    if not person.may(Permission.SEE_TEAM):
        waiting = waiting.filter(kind=CONCERN)
    found = list(waiting.defer("item")[:_MOST])
    names = name_people(one.person_id for one in found)
    return [HeldRow(held=one, by=names.get(one.person_id, _LEFT)) for one in found]


def may_read(person: Person, held: HeldItem, now: datetime) -> bool:
    """Return whether somebody may read an item and decide on it.

    A worry is for who decides on worries; all else for who sees the team, and of a case only
    within their reach.

    Parameters
    ----------
    person : Person
    held : HeldItem
    now : datetime
        Aware.

    Returns
    -------
    bool
    """
    if held.kind == CONCERN:
        return person.may(Permission.DECIDE_CONCERNS)
    case = find_case_of(held)
    if case is not None and not reach_cases(person, now).filter(pk=case.pk).exists():
        return False
    return person.may(Permission.SEE_TEAM)


def find_case_of(held: HeldItem) -> Engagement | None:
    """Return the case that an item is of; None where it names none that there is.

    Parameters
    ----------
    held : HeldItem

    Returns
    -------
    Engagement or None
    """
    name = _CASES.get(held.kind)
    key = _uuid(_values(held).get(name)) if name else None
    if key is None:
        return None
    follow_up = FollowUp.objects.select_related("engagement").filter(pk=key).first()
    return follow_up.engagement if follow_up else Engagement.objects.filter(pk=key).first()


def tell_held(held: HeldItem) -> HeldTold:
    """Return an item with what it says.

    Parameters
    ----------
    held : HeldItem

    Returns
    -------
    HeldTold
    """
    case = find_case_of(held)
    ids = [held.person_id, *([held.decided_by_id] if held.decided_by_id else [])]
    names = name_people(ids)
    return HeldTold(
        held=held,
        by=names.get(held.person_id, _LEFT),
        case=case,
        rows=_tell_values(held, case),
        decided_by=names.get(held.decided_by_id or 0, _LEFT),
    )


def _tell_values(held: HeldItem, case: Engagement | None) -> list[tuple[str, str]]:
    values = _values(held)
    if held.kind == TRACK:  # where somebody went is for their safety, and that is past
        fixes = values.get("fixes")
        return [("Positions", str(len(fixes) if isinstance(fixes, list) else 0))]
    return [
        (_TITLES.get(key, key.replace("_", " ").capitalize()), _tell(held, key, value, case))
        for key, value in values.items()
        if value not in (None, "", [], {}, False)
    ]


def _tell(held: HeldItem, key: str, value: Any, case: Engagement | None) -> str:
    if key == "hot_spot_id":
        return name_place(str(value))
    if key == _CASES.get(held.kind):
        return f"{case.alias}, {case.reference}" if case else "none that is still there"
    if key == "shift":
        shift = Shift.objects.filter(pk=_uuid(value)).first()
        return f"{shift.unit_id}, {shift.date:%-d %B %Y}" if shift else "none that is there"
    if key == "kind" and held.kind == "contact":
        return tell_word(ContactKind, str(value)).capitalize()
    if isinstance(value, list):
        return ", ".join(_tell_one(key, one) for one in value)
    return _tell_one(key, value)


def _tell_one(key: str, value: Any) -> str:
    if value is True:
        return "Yes"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return tell_word(_WORDS[key], str(value)) if key in _WORDS else str(value)


def _values(held: HeldItem) -> dict[str, Any]:
    values = held.item.get("values")
    return dict(values) if isinstance(values, Mapping) else {}


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
