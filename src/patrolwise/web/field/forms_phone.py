"""What a phone may send: one form for the plain pages and for what was kept on the phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

from django import forms

from patrolwise.errors import InputError
from patrolwise.patrols.abstractions import REASONS
from patrolwise.web.field.notes_phone import read_notes
from patrolwise.web.tasking.actions import SaidNote
from patrolwise.web.tasking.person_words import find_person_words

CHECK_IN, CHECK_OUT, AWAY, BACK = "checkin", "checkout", "abstraction", "back"
DEBRIEF, POSITIONS = "debrief", "positions"
TITLES = {
    CHECK_IN: "Arrive",
    CHECK_OUT: "Leave",
    AWAY: "Called away",
    BACK: "Back on patrol",
    DEBRIEF: "Debrief",
    POSITIONS: "Positions",
}
_ID = r"\A[A-Za-z0-9-]{8,40}\Z"
_LONGEST, _MOST_MINUTES, _MOST_FIXES = 4000, 720, 500
_FIX_PARTS = 5  # milliseconds since 1970, longitude, latitude, accuracy, speed
_KEPT_AS_IS = ("minutes", "notes", "fixes", "keep_words")
_NEEDED = {
    CHECK_IN: ("area_id",),
    CHECK_OUT: ("area_id",),
    AWAY: ("reason",),
    BACK: ("reason", "of", "start"),
    DEBRIEF: (),
    POSITIONS: ("device_id",),
}


@dataclass(frozen=True)
class SaidFix:
    """One place of the phone."""

    time_ms: int  # since 1970, UTC
    longitude: float  # WGS 84 degrees
    latitude: float
    accuracy_m: float | None
    speed_m_s: float | None


@dataclass(frozen=True, kw_only=True)
class SaidItem:
    """One thing that a unit says from its phone."""

    kind: str
    client_id: str  # made by the phone: kept once
    unit_id: str
    service: str
    day: date  # patrol day of the shift
    time: datetime  # when it was said
    area_id: str = ""
    reason: str = ""
    of: str = ""  # back on patrol: identifier of when the unit was called away
    start: datetime | None = None  # likewise, when that was
    went_well: str = ""
    went_badly: str = ""
    minutes: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[SaidNote, ...] = ()  # of places: hazards, ideas
    device_id: int | None = None
    fixes: tuple[SaidFix, ...] = ()


class ItemForm(forms.Form):
    """One item, of any kind."""

    kind = forms.ChoiceField(choices=list(TITLES.items()), label="What")
    client_id = forms.RegexField(_ID, label="Identifier")
    unit_id = forms.CharField(max_length=80, label="Unit")
    service = forms.CharField(max_length=80, label="Service")
    day = forms.DateField(label="Day")
    time = forms.DateTimeField(label="Time")
    area_id = forms.CharField(max_length=80, required=False, label="Hot spot")
    reason = forms.ChoiceField(choices=list(REASONS.items()), required=False, label="Reason")
    of = forms.RegexField(_ID, required=False, label="Which absence")
    start = forms.DateTimeField(required=False, label="Away since")
    went_well = forms.CharField(max_length=_LONGEST, required=False, label="What went well")
    went_badly = forms.CharField(max_length=_LONGEST, required=False, label="What did not")
    keep_words = forms.BooleanField(required=False)
    minutes = forms.JSONField(required=False, label="Minutes")
    notes = forms.JSONField(required=False, label="Notes")
    device_id = forms.IntegerField(required=False, min_value=1, label="Device")
    fixes = forms.JSONField(required=False, label="Positions")

    def clean(self) -> dict[str, Any]:
        """Ask for what an item of its kind must have."""
        given = super().clean() or {}
        for name in _NEEDED.get(given.get("kind", ""), ()):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, "It is missing.")
        if given.get("kind") == DEBRIEF:
            self._check_debrief(given)
        if given.get("kind") == POSITIONS and not given.get("fixes"):
            self.add_error("fixes", "There is none.")
        return given

    def clean_minutes(self) -> dict[str, int]:
        """Return minutes by hot spot."""
        given = self.cleaned_data["minutes"] or {}
        if not isinstance(given, dict) or not all(map(_is_minutes, given.values())):
            raise forms.ValidationError(f"Give whole minutes from 0 to {_MOST_MINUTES}.")
        return {str(area_id)[:80]: minutes for area_id, minutes in given.items()}

    def clean_notes(self) -> tuple[SaidNote, ...]:
        """Return what is said of places."""
        try:
            return read_notes(self.cleaned_data["notes"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_fixes(self) -> tuple[SaidFix, ...]:
        """Return places in the order of the phone."""
        given = self.cleaned_data["fixes"] or []
        if not isinstance(given, list) or not all(map(_is_fix, given)):
            raise forms.ValidationError("They are not as this page's phone sends them.")
        if len(given) > _MOST_FIXES:
            raise forms.ValidationError(f"There are more than {_MOST_FIXES}. Send them in parts.")
        return tuple(SaidFix(int(time), *rest) for time, *rest in given)

    def _check_debrief(self, given: dict[str, Any]) -> None:
        notes = [note.text for note in given.get("notes", ())]
        words = "\n".join([given.get("went_well", ""), given.get("went_badly", ""), *notes])
        if not words.strip() and not given.get("minutes") and not self.errors:
            self.add_error(None, "Nothing is said. Write at least one word or number.")
        found = find_person_words(words)
        if found and not given.get("keep_words"):
            self.add_error(
                None,
                f"This looks as if it were about a person: {'; '.join(found)}. Write of places "
                "only. If it is about no person, tick the box that says so and send it again.",
            )


def read_item(raw: object) -> SaidItem:
    """Return an item that a phone sent, if it is one.

    Parameters
    ----------
    raw : object
        As it came from JSON or from a form.

    Returns
    -------
    SaidItem

    Raises
    ------
    InputError
        Something is missing or cannot be; all faults are named.
    """
    if not isinstance(raw, Mapping):
        raise InputError("This is not an item as a phone sends it.")
    form = ItemForm({name: _plain(name, value) for name, value in raw.items()})
    if not form.is_valid():
        raise InputError(" ".join(_tell(form)))
    given = {name: value for name, value in form.cleaned_data.items() if name != "keep_words"}
    return SaidItem(**given)


def id_of(raw: object) -> str:
    """Return the identifier that an item came with, however wrong the rest of it is.

    Parameters
    ----------
    raw : object

    Returns
    -------
    str
        Empty when it has none that could be.
    """
    found = raw.get("client_id") if isinstance(raw, Mapping) else None
    try:
        return str(ItemForm.base_fields["client_id"].clean(found))
    except forms.ValidationError:
        return ""


def _plain(name: object, value: object) -> object:
    """Return a value as a form takes it: fields of text know nothing of lists and numbers."""
    return value if name in _KEPT_AS_IS or value is None else str(value)


def _tell(form: ItemForm) -> list[str]:
    told = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        told += [f"{label}: {error}" if label else str(error) for error in errors]
    return told


def _is_minutes(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST_MINUTES


def _is_fix(value: object) -> bool:
    if not isinstance(value, list) or len(value) != _FIX_PARTS:
        return False
    if not all(map(_is_number, value[:3])):
        return False
    time, longitude, latitude = value[:3]
    is_place = -180 <= longitude <= 180 and -90 <= latitude <= 90 and 0 < time < 10**14
    return is_place and all(one is None or (_is_number(one) and one >= 0) for one in value[3:])


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]
