"""What a phone may send, and what is done with each kind of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from patrolwise.errors import InputError, check_faults
from patrolwise.web.casework.actions import concerns, needs
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Concern, FollowUp
from patrolwise.web.casework.reach import find_case
from patrolwise.web.street.actions import contacts, debriefs, safety
from patrolwise.web.street.clashes import Change, change_field
from patrolwise.web.street.models import Shift

_KEYS = {"id", "kind", "made_at", "sequence", "values"}
_SHIFT = "shift"  # in values: which one, looked up apart
KEPT, ALREADY, CLASH = "kept", "already kept", "clash"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that was said on a phone."""

    id: UUID
    kind: str
    made_at: datetime  # aware
    sequence: int  # of the phone, from 1
    values: Mapping[str, Any]


def read_item(raw: object) -> Item:
    """Return an item as a phone sent it.

    Parameters
    ----------
    raw : object
        From JSON.

    Returns
    -------
    Item

    Raises
    ------
    InputError
        It is none; nothing of it is repeated.
    """
    wrong = InputError("This is no item as this site's phone sends it.")
    if not isinstance(raw, Mapping) or set(raw) != _KEYS or not isinstance(raw["values"], Mapping):
        raise wrong
    try:
        made_at = datetime.fromisoformat(raw["made_at"])
        item = Item(
            id=UUID(raw["id"]),
            kind=str(raw["kind"]),
            made_at=made_at,
            sequence=int(raw["sequence"]),
            values=raw["values"],
        )
    except (TypeError, ValueError, AttributeError):
        raise wrong from None
    if made_at.tzinfo is None or item.kind not in KINDS:
        raise wrong
    return item


def keep_item(writing: Writing, item: Item) -> str:
    """Do what an item says.

    Parameters
    ----------
    writing : Writing
    item : Item

    Returns
    -------
    str
        `KEPT`, `ALREADY` or `CLASH`.

    Raises
    ------
    InputError
        Its values cannot be; all of it.
    RefusedError
        The role may not.
    """
    return KINDS[item.kind](writing, item)


def _contact(writing: Writing, item: Item) -> str:
    values = dict(item.values)
    if values.get("engagement_id") is not None:
        values["engagement_id"] = _uuid(item, "engagement_id") or item.id  # of no case: is told
    new = _make(contacts.NewContact, replace(item, values=values), at=item.made_at)
    return _kept(contacts.log_contact(writing=writing, contact_id=item.id, new=new))


def _places(writing: Writing, item: Item) -> str:
    new, shift = _make(debriefs.NewPlaceDebrief, item), _shift(writing, item)
    return _kept(debriefs.debrief_places(writing=writing, debrief_id=item.id, shift=shift, new=new))


def _people(writing: Writing, item: Item) -> str:
    text, shift = str(item.values.get("text", "")), _shift(writing, item)
    return _kept(
        debriefs.debrief_people(writing=writing, debrief_id=item.id, shift=shift, text=text)
    )


def _issue(writing: Writing, item: Item) -> str:
    new = _make(debriefs.NewIssue, item, at=item.made_at)
    return _kept(debriefs.report_issue(writing=writing, issue_id=item.id, new=new))


def _wellbeing(writing: Writing, item: Item) -> str:
    shift = contacts.find_shift(writing.written_by, item.made_at)
    new = _make(debriefs.NewWellbeing, item)
    return _kept(
        debriefs.tell_wellbeing(writing=writing, wellbeing_id=item.id, shift=shift, new=new)
    )


def _call(writing: Writing, item: Item) -> str:
    shift = contacts.find_shift(writing.written_by, item.made_at)
    new = _make(safety.NewCall, item, at=item.made_at)
    return _kept(safety.call_in(writing=writing, call_id=item.id, shift=shift, new=new))


def _track(writing: Writing, item: Item) -> str:
    given = item.values.get("fixes")
    fixes = given if isinstance(given, list) else []
    shift = _shift(writing, item)
    return _kept(safety.keep_track(writing=writing, track_id=item.id, shift=shift, fixes=fixes))


def _concern(writing: Writing, item: Item) -> str:
    """Keep a worry whatever else is wrong with it: what cannot be read is kept beside the facts."""
    if Concern.objects.filter(pk=item.id).exists():
        return ALREADY
    known = {field.name: str(field.type) for field in fields(concerns.NewConcern)}
    known.pop("happened_at")
    given = dict(item.values)
    categories = given.pop("categories", ())
    if not isinstance(categories, list):
        categories = [categories] if categories else []
    fitting = {key: value for key, value in given.items() if _fits(value, known.get(key, "None"))}
    odd = [str(value) for key, value in given.items() if key not in fitting]
    fitting["facts"] = "\n".join([fitting.get("facts", ""), *odd]).strip()
    new = concerns.NewConcern(
        categories=tuple(map(str, categories)), happened_at=item.made_at, **fitting
    )
    concerns.raise_concern(writing=writing, case=None, new=new, concern_id=item.id)
    return KEPT


def _follow_up(writing: Writing, item: Item) -> str:
    found = FollowUp.objects.filter(pk=_uuid(item, "follow_up")).first()
    if found is None:
        raise InputError("There is no such follow-up.")
    find_case(writing.by, found.engagement.pk, writing.now)
    if found.done_at is not None:
        return ALREADY
    needs.end_follow_up(
        writing=writing, follow_up=found, outcome=str(item.values.get("outcome", ""))
    )
    return KEPT


def _change(writing: Writing, item: Item) -> str:
    change = _make(Change, item)
    return KEPT if change_field(writing=writing, item_id=item.id, change=change) else CLASH


KINDS: dict[str, Callable[[Writing, Item], str]] = {
    "contact": _contact,
    "places": _places,
    "people": _people,
    "issue": _issue,
    "wellbeing": _wellbeing,
    "call": _call,
    "track": _track,
    "concern": _concern,
    "follow-up": _follow_up,
    "change": _change,
}


def _make(kind: type[Any], item: Item, **more: Any) -> Any:
    """Return the values of an item as what an action takes; lists become tuples.

    Raises
    ------
    InputError
        A value has no place there, is missing, or is of another kind.
    """
    known = {field.name: field for field in fields(kind)}
    faults = [
        "It has a field that is not kept."
        for name in item.values
        if (name not in known and name != _SHIFT) or name in more
    ][:1]
    values = {name: value for name, value in item.values.items() if name in known} | more
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
        wanted = str(known[name].type)
        if not _fits(values[name], wanted):
            faults.append(f"{name} is no {wanted}.")
    check_faults("What was sent", faults)
    try:
        return kind(**values)
    except TypeError:
        raise InputError("What was sent lacks something. Send it again from this page.") from None


def _fits(value: Any, wanted: str) -> bool:
    plain = {"str": str, "int": int, "bool": bool}
    name = wanted.removeprefix("<class '").removesuffix("'>").removesuffix(" | None")
    if value is None:
        return wanted.endswith("None")
    if name in plain:
        return isinstance(value, plain[name]) and (name == "bool" or not isinstance(value, bool))
    return isinstance(value, tuple) if name.startswith("tuple") else name != "None"


def _shift(writing: Writing, item: Item) -> Shift:
    found = Shift.objects.filter(
        pk=_uuid(item, "shift"), workers__person_id=writing.written_by
    ).first()
    if found is None:
        raise InputError("It is of no shift of yours.")
    return found


def _uuid(item: Item, name: str) -> UUID | None:
    try:
        return UUID(str(item.values.get(name, "")))
    except ValueError:
        return None


def _kept(is_new: bool) -> str:
    return KEPT if is_new else ALREADY
