"""The forms of uploads and mappings."""

from typing import Any

from django import forms

from patrolwise.files.mapping import MAPPED
from patrolwise.web.records.mapping_making import write_mapping
from patrolwise.web.records.models import Kind

_TOLD = {
    Kind.CRIMES: "Crimes: street files of data.police.uk, or your force's own export (CSV, Excel "
    "or Parquet; zip or gzip if large)",
    Kind.FIXES: "Fixes of trackers: GPX, KML, TCX, FIT, NMEA, GeoJSON and others, or a table of an "
    "Airwave or AVL system (CSV or Excel)",
    Kind.AREAS: "Areas: GeoJSON, GeoPackage or GeoParquet, or a hot spot set of Patrolwise",
    Kind.PROGRAMME: "Programme: programme.toml with its forms, as a zip or all together",
    Kind.RECORDED: "Recorded crime of all forces: the Home Office's open data tables by police "
    "force area (CSV, Excel, OpenDocument or Parquet)",
}
_FORMATS = (
    ("%Y-%m-%d %H:%M:%S", "2026-11-28 14:05:00"),
    ("%Y-%m-%d %H:%M", "2026-11-28 14:05"),
    ("%Y-%m-%dT%H:%M:%S", "2026-11-28T14:05:00"),
    ("%d/%m/%Y %H:%M", "28/11/2026 14:05"),
    ("%d/%m/%Y %H:%M:%S", "28/11/2026 14:05:00"),
    ("%d-%b-%Y %H:%M", "28-Nov-2026 14:05"),
    ("%d/%m/%y %H:%M", "28/11/26 14:05"),
    ("%d/%m/%Y", "28/11/2026, no clock"),
    ("%Y-%m-%d", "2026-11-28, no clock"),
)
_SEPARATORS = ((",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar"))
_COLUMNS: dict[str, tuple[str, str]] = {
    "crime_id": ("Crime reference", "Tells two versions of one crime apart."),
    "time_from": ("Earliest date and time", "When it can have happened first."),
    "time_from_clock": (
        "Clock time of the earliest",
        "Only if the clock is in a column of its own.",
    ),
    "time_to": ("Latest date and time", "If any. Blank cells take the earliest."),
    "time_to_clock": ("Clock time of the latest", "Only if the clock is in a column of its own."),
    "month": ("Month", "Only if there is no date."),
    "x": ("Easting or longitude", ""),
    "y": ("Northing or latitude", ""),
    "offence_code": ("Home Office offence code", "Such as 8N. Harm is weighed by it."),
    "category": ("Category", "Only if it is one of the 14 of open data."),
    "force": ("Force", "Only if a column names it; else write its name below."),
    "place": ("Place in words", "Street or premises. It is never shown in a preview."),
    "lsoa": ("LSOA code", ""),
    "knife": ("Knife flag", ""),
    "domestic": ("Domestic abuse flag", ""),
    "public_place": ("Public place flag", ""),
}
_CLOCK = "_clock"


class ManyFilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files, at least one."""
        one = super().clean
        return [one(file, initial) for file in data] if data else [one(None, initial)]


class UploadForm(forms.Form):
    """What is sent, and the files."""

    kind = forms.ChoiceField(
        label="What the files hold",
        choices=[(kind.value, told) for kind, told in _TOLD.items()],
        widget=forms.RadioSelect,
    )
    sent = ManyFilesField(label="Files", help_text="One or more.", allow_empty_file=True)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )


class TextFormForm(forms.Form):
    """How a text file is written."""

    encoding = forms.ChoiceField(
        label="Letters are written as",
        choices=[(c, c) for c in ("utf-8", "windows-1252", "utf-16", "iso-8859-1")],
    )
    separator = forms.ChoiceField(label="Columns are parted by", choices=_SEPARATORS)
    sheet = forms.CharField(
        label="Sheet of a workbook", max_length=60, required=False, help_text="Blank for the first."
    )


class MappingForm(TextFormForm):
    """Which column holds what, and how it is written."""

    crs = forms.ChoiceField(
        label="Coordinates are",
        choices=((27700, "Easting and northing, metres"), (4326, "Longitude and latitude")),
    )
    zone = forms.ChoiceField(
        label="Clock times are",
        choices=(("Europe/London", "Local time (GMT and BST)"), ("UTC", "UTC all year")),
    )
    time_format = forms.ChoiceField(label="Dates look like", choices=_FORMATS)
    other_format = forms.CharField(
        label="Dates in another form",
        max_length=40,
        required=False,
        help_text="With %d %m %Y %H %M %S for day, month, year, hour, minute, second.",
    )
    force_name = forms.CharField(
        label="Name of the force",
        max_length=80,
        required=False,
        help_text="If no column names it.",
    )

    def __init__(self, data: Any, *, columns: list[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        choices = [("", "no column"), *((name, name) for name in columns)]
        for key, (label, told) in _COLUMNS.items():
            self.fields[f"column_{key}"] = forms.ChoiceField(
                label=label, help_text=told, choices=choices, required=False
            )
        self.order_fields([f"column_{key}" for key in _COLUMNS])

    def as_mapping(self) -> str:
        """Return the mapping as TOML; the library says what is wrong with it."""
        given = self.cleaned_data
        columns = {}
        for target in MAPPED:
            sources = [given[f"column_{target}"], given.get(f"column_{target}{_CLOCK}", "")]
            if sources[0]:
                columns[target] = [source for source in sources if source]
        values = {
            "force": given["force_name"],
            "crs": int(given["crs"]),
            "zone": given["zone"],
            "time_format": given["other_format"] or given["time_format"],
            "encoding": given["encoding"],
            "separator": given["separator"],
            "sheet": given["sheet"],
        }
        return write_mapping(columns, values)
