"""The form on which the columns of a tracker's table are told, with examples of its own rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django import forms
from django.utils.html import format_html, format_html_join

from patrolwise.files.fix_mapping import UNIX, UNIX_MS
from patrolwise.files.mapping_files import find_form_faults
from patrolwise.web.records.fix_examples import (
    LOCAL,
    tell_places,
    tell_speeds,
    tell_times,
    tell_zone,
)
from patrolwise.web.records.fix_hints import (
    DECIMAL,
    FORMS,
    METRES,
    SEXAGESIMAL,
    list_fitting_forms,
    says_zone,
)
from patrolwise.web.records.forms import TextFormForm
from patrolwise.web.records.mapping_making import write_mapping

OTHER = "other"
VALID_WORDS = "1, true, yes, y, valid, a"
_LONGEST_NAME = 80
_COLUMNS: dict[str, tuple[str, str]] = {
    "device_id": ("Device", "The number or name of the radio or tracker, never of a person."),
    "time": ("Date and time", "Or the date alone, if the clock is in a column of its own."),
    "clock": ("Clock time", "Only if the clock is in a column of its own."),
    "x": ("Easting or longitude", ""),
    "y": ("Northing or latitude", ""),
    "accuracy_m": ("Radius of the position's error", ""),
    "speed": ("Speed", ""),
    "valid": ("Whether the position is good", "Rows without one of the words below are left out."),
}
_PLACES = {
    METRES: "Easting and northing, metres of British National Grid",
    DECIMAL: "Degrees with decimals",
    SEXAGESIMAL: "Degrees, minutes and seconds, or minutes with decimals",
}
_ZONES = {
    LOCAL: "Local time: GMT in winter, BST in summer",
    "UTC": "UTC all year",
    "": "Each time says its own zone, such as Z or +01:00",
}
_SPEEDS = {"mph": "Miles an hour", "km/h": "Kilometres an hour", "m/s": "Metres a second",
           "knots": "Knots"}  # fmt: skip
_NO_ZONE = "These times do not say their zone. Choose local time or UTC."
_AGAIN = "It cannot be read in that way. Choose again."
_SHARES = (
    ("0.68", "68 of 100 fixes, or not known"),
    ("0.5", "50 of 100 fixes"),
    ("0.95", "95 of 100 fixes"),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said of the columns so far; the examples follow it."""

    columns: dict[str, str]  # target → column of the file, those that are there
    time_format: str
    decimal: str

    @property
    def times(self) -> tuple[str, ...]:
        """The one or two columns of times."""
        return tuple(self.columns[key] for key in ("time", "clock") if key in self.columns)


@dataclass(frozen=True, kw_only=True)
class Section:
    """Questions that stand together."""

    title: str
    fields: list[forms.BoundField]
    is_folded: bool


class FixMappingForm(TextFormForm):
    """Which column holds what, and how it is written."""

    device = forms.CharField(
        label="Device of the whole file",
        max_length=80,
        required=False,
        help_text="Only if the file is of one device and has no column for it.",
    )
    time_format = forms.ChoiceField(label="How dates are written", widget=forms.RadioSelect)
    other_format = forms.CharField(
        label="Dates in another form",
        max_length=40,
        required=False,
        help_text="With %d %m %Y %H %M %S for day, month, year, hour, minute, second.",
    )
    zone = forms.ChoiceField(
        label="Which clock the times are of", widget=forms.RadioSelect, required=False
    )
    place = forms.ChoiceField(label="How places are written", widget=forms.RadioSelect)
    decimal = forms.ChoiceField(
        label="Decimals follow", choices=((".", "a full stop: 1.5"), (",", "a comma: 1,5"))
    )
    speed_unit = forms.ChoiceField(label="Speeds are in", widget=forms.RadioSelect)
    accuracy_unit = forms.ChoiceField(
        label="The radius is in", choices=(("m", "metres"), ("ft", "feet"))
    )
    accuracy_share = forms.ChoiceField(
        label="Within the radius lie",
        choices=_SHARES,
        help_text="As the maker of the device says.",
    )
    valid_words = forms.CharField(
        label="Words for a good position",
        max_length=200,
        required=False,
        help_text="Parted by commas, in small or large letters.",
    )
    name = forms.CharField(
        label="Name of this mapping",
        max_length=_LONGEST_NAME,
        help_text="Such as Airwave export. The next file with the same columns is read by it.",
        error_messages={"required": "Name this mapping, such as Airwave export."},
    )

    def __init__(self, data: Any, *, rows: pl.DataFrame, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        choices = [("", "no column"), *((name, name) for name in rows.columns)]
        for key, (label, hint) in _COLUMNS.items():
            self.fields[f"column_{key}"] = forms.ChoiceField(
                label=label,
                help_text=hint,
                choices=choices,
                required=key in ("time", "x", "y"),
                error_messages={"required": f"Choose the column: {label.lower()}."},
            )
        self._rows, self._told = rows, self._read_told(rows)
        self._tell_choices(rows, self._told)
        self.order_fields([key for _, keys in _SECTIONS for key in keys])

    @property
    def sections(self) -> list[Section]:
        """The questions in groups; those that the file has nothing for, or seldom need, folded."""
        return [
            Section(
                title=title,
                fields=[self[key] for key in keys],
                is_folded=keys[0] in _SELDOM
                and keys[0].removeprefix("column_") not in self._told.columns
                and not any(self[key].errors for key in keys),
            )
            for title, keys in _SECTIONS
        ]

    def _read_told(self, rows: pl.DataFrame) -> Told:
        """Return what was said, or else what the form begins with."""
        said = {key: str(self[f"column_{key}"].value() or "") for key in _COLUMNS}
        columns = {key: name for key, name in said.items() if name in rows.columns}
        form = str(self["time_format"].value() or "")
        other = str(self["other_format"].value() or "")
        return Told(
            columns=columns,
            time_format=form if form != OTHER else "" if find_form_faults(other) else other,
            decimal=str(self["decimal"].value() or "."),
        )

    def _tell_choices(self, rows: pl.DataFrame, told: Told) -> None:
        fitting = list_fitting_forms(rows, told.times)
        forms_told = [
            (form, _with_example(FORMS[form], tell_times(rows, told.times, form)))
            for form in fitting
        ]
        other = "In another way, written below"
        self._choose("time_format", [*forms_told, (OTHER, other)])
        form = told.time_format or (fitting[0] if fitting else "")
        self._choose("zone", list(_tell_zones(rows, told, form)))
        has_place = {"x", "y"} <= told.columns.keys()
        self._choose(
            "place",
            [
                (
                    way,
                    _with_example(
                        what,
                        tell_places(rows, told.columns["x"], told.columns["y"], way, told.decimal),
                    )
                    if has_place
                    else what,
                )
                for way, what in _PLACES.items()
            ],
        )
        speed = told.columns.get("speed")
        self._choose(
            "speed_unit",
            [
                (unit, _with_example(what, [tell_speeds(rows, speed, unit)]) if speed else what)
                for unit, what in _SPEEDS.items()
            ],
        )

    def _choose(self, key: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[key]
        field.choices = choices  # type: ignore[attr-defined]  # those of choices have it
        field.error_messages |= {
            "required": f"{field.label}: choose one.",
            "invalid_choice": f"{field.label}: {_AGAIN}",
        }

    def clean(self) -> dict[str, Any]:
        """Say all that is missing or said twice."""
        given = super().clean() or {}
        if bool(given.get("column_device_id")) == bool(given.get("device")):
            self.add_error(
                "column_device_id",
                "Choose the column of the device, or name the one device of the whole file below, "
                "not both.",
            )
        if given.get("time_format") == OTHER and not given.get("other_format"):
            self.add_error("other_format", "Write the form of the dates, such as %d/%m/%Y %H:%M.")
        elif given.get("time_format") == OTHER:
            for fault in find_form_faults(given["other_format"]):
                self.add_error("other_format", fault.removeprefix("Its "))
        form, zone = self._told.time_format, given.get("zone")
        if zone == "" and form and not says_zone(self._rows, self._told.times, form):
            self.add_error("zone", _NO_ZONE)
        for key in ("clock", "y"):
            earlier = given.get("column_time" if key == "clock" else "column_x")
            if earlier and given.get(f"column_{key}") == earlier:
                self.add_error(f"column_{key}", f"{earlier} is chosen for two things.")
        return given

    def as_mapping(self) -> str:
        """Return the mapping as TOML."""
        given = self.cleaned_data
        columns = {}
        for key in _COLUMNS:
            if key != "clock" and given[f"column_{key}"]:
                columns[key] = [given[f"column_{key}"]]
        if given["column_clock"]:
            columns["time"].append(given["column_clock"])
        form = given["other_format"] if given["time_format"] == OTHER else given["time_format"]
        values = {
            "device": given["device"],
            "crs": int(METRES if given["place"] == METRES else DECIMAL),
            "degrees": SEXAGESIMAL if given["place"] == SEXAGESIMAL else "decimal",
            "zone": "" if form in (UNIX, UNIX_MS) else given["zone"],
            "time_format": form,
            "decimal": given["decimal"],
            "speed_unit": given["speed_unit"],
            "accuracy_unit": given["accuracy_unit"],
            "accuracy_share": float(given["accuracy_share"]),
            "valid_words": [w.strip() for w in given["valid_words"].split(",") if w.strip()],
            "encoding": given["encoding"],
            "separator": given["separator"],
            "sheet": given["sheet"],
        }
        return write_mapping(columns, values)


_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Device", ("column_device_id", "device")),
    ("Time", ("column_time", "column_clock", "time_format", "other_format", "zone")),
    ("Place", ("column_x", "column_y", "place")),
    ("Speed", ("column_speed", "speed_unit")),
    ("Radius of the position's error", ("column_accuracy_m", "accuracy_unit", "accuracy_share")),
    ("Whether the position is good", ("column_valid", "valid_words")),
    ("How the file is written", ("decimal", "encoding", "separator", "sheet")),
    ("Name", ("name",)),
)
_SELDOM = ("column_speed", "column_accuracy_m", "column_valid", "decimal")  # begin such a group


def _tell_zones(rows: pl.DataFrame, told: Told, form: str) -> Sequence[tuple[str, str]]:
    if form in (UNIX, UNIX_MS):
        return [("", "Counted from 1970, they need none")]
    if not told.times or not form:
        return list(_ZONES.items())
    return [
        (zone, _with_example(what, tell_zone(rows, told.times, form, zone)) if zone else what)
        for zone, what in _ZONES.items()
    ]


def _with_example(what: str, examples: Sequence[str]) -> str:
    lines = format_html_join("", "<br>{}", ((line,) for line in examples))
    return format_html('{}<span class="govuk-hint">{}</span>', what, lines)
