"""How the phone's forms are read: scripts are told the same shapes by attributes of each form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.street import clock
from patrolwise.web.street.items import Item

_VISIT = re.compile(r"^visit-(hot_spot_id|arrived|left|skipped)-(\d{1,2})$")
_OF_PAGE = {"csrfmiddlewaretoken", "item", "id"}
MOST_FILE = 2_000_000  # bytes


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Which fields of a form are no plain words."""

    lists: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


SHAPES: Mapping[str, Shape] = {
    "contact": Shape(lists=("risks", "topics", "advice"), numbers=("group_size",)),
    "concern": Shape(
        lists=("categories",),
        flags=("is_child", "is_immediate", "is_about_staff", "is_about_place"),
    ),
    "places": Shape(),
    "people": Shape(),
    "issue": Shape(numbers=("severity",)),
    "wellbeing": Shape(numbers=("score",), flags=("wants_call", "is_near_miss")),
    "call": Shape(),
    "follow-up": Shape(),
    "change": Shape(numbers=("base",)),
}


def read_form(kind: str, given: QueryDict) -> Item:
    """Return what a plain form says, as a phone would send it.

    Parameters
    ----------
    kind : str
        Of `SHAPES`.
    given : QueryDict

    Returns
    -------
    Item
        Its identifier is the form's own, so that the same form sent twice is one.
    """
    shape = SHAPES[kind]
    values: dict[str, Any] = {}
    visits: dict[str, dict[str, str]] = {}
    for name in given:
        said = given.get(name, "")
        of_visit = _VISIT.match(name)
        if name in shape.lists:
            values[name] = given.getlist(name)
        elif of_visit and said:
            visits.setdefault(of_visit[2], {})[of_visit[1]] = said
        elif name not in _OF_PAGE and not of_visit and said:
            values[name] = _read(shape, name, said)
    told = [visits[number] for number in sorted(visits) if len(visits[number]) > 1]
    if told:
        values["visits"] = told
    return Item(
        id=_read_id(given.get("id", "")),
        kind=kind,
        made_at=clock.now(),
        sequence=0,
        values=values,
    )


def _read(shape: Shape, name: str, said: str) -> Any:
    if name in shape.numbers:
        return int(said) if re.fullmatch(r"\d{1,9}", said) else said
    return said == "yes" if name in shape.flags else said


def _read_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        return make_uuid7()


class RescueForm(forms.Form):
    """A sealed file of a phone, and what opens it."""

    file = forms.FileField(label="The rescue file")
    pin = forms.CharField(
        label="The PIN of that phone",
        max_length=40,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_file(self) -> bytes:
        """Return what the file holds."""
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE:
            raise forms.ValidationError("It is too large for a phone's file. Choose another.")
        return bytes(file.read())
