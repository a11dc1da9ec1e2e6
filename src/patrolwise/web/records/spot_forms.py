"""The forms of hot spot sets."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from patrolwise.definitions import load_definitions
from patrolwise.places import to_national_grid
from patrolwise.web.records.models import Upload
from patrolwise.web.records.spot_edits import LARGEST_M, SMALLEST_M, NewArea, Outline

_ID = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", "Give words of a-z and 0-9, joined by hyphens."
)
_WHY = "Kept with the set, for whoever looks later."


def _definitions() -> list[tuple[str, str]]:
    return [(key, one.title) for key, one in load_definitions().items()]


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


class DraftForm(forms.Form):
    """A draft from areas that were uploaded; plain ones are described."""

    upload = forms.ModelChoiceField(queryset=Upload.objects.none(), label="Uploaded areas")
    set_id = forms.CharField(
        label="Id of the set",
        max_length=80,
        required=False,
        validators=[_ID],
        help_text="Such as city-centre-2026. A hot spot set of Patrolwise brings its own.",
    )
    first = _day("First day of the crimes they were chosen on", required=False)
    last = _day("Last day of the crimes they were chosen on", required=False)
    definition = forms.ChoiceField(
        label="Crimes they were chosen on", choices=_definitions, required=False
    )
    method = forms.CharField(
        label="How they were chosen", max_length=200, required=False, help_text="Such as: drawn by "
        "the neighbourhood teams from the 2025 map."
    )  # fmt: skip
    reason = forms.CharField(label="Why this set is made", max_length=300, help_text=_WHY)

    def __init__(self, data: Any, uploads: Any) -> None:
        super().__init__(data)
        field = self.fields["upload"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = uploads

    @property
    def how(self) -> dict[str, Any]:
        """How plain areas were chosen."""
        return {key: self.cleaned_data[key] for key in ("first", "last", "definition", "method")}


class ChoiceForm(forms.Form):
    """A rule by which hot spots are chosen."""

    set_id = forms.CharField(label="Id of the new set", max_length=80, validators=[_ID])
    first = _day("First day of the crimes to look at")
    last = _day("Last day", help_text="Before the patrols that are to be judged begin.")
    definition = forms.ChoiceField(label="Crimes", choices=_definitions)
    count = forms.IntegerField(label="How many hot spots", min_value=1, max_value=200, initial=7)
    size_m = forms.FloatField(
        label="Side of a square, metres", min_value=50, max_value=1_000, initial=200
    )
    apart_m = forms.FloatField(
        label="Metres between two of them, at least", min_value=0, max_value=5_000, initial=100
    )
    area = forms.ModelChoiceField(
        queryset=Upload.objects.none(),
        label="Study area",
        help_text="Uploaded and kept areas; hot spots lie within them.",
    )
    reason = forms.CharField(
        label="Why squares are small, if under 200 m",
        max_length=200,
        required=False,
        help_text="Open data moves crimes to points of the map, so small squares need a reason.",
    )

    def __init__(self, data: Any, uploads: Any) -> None:
        super().__init__(data)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = uploads

    def clean(self) -> dict[str, Any]:
        """Refuse a window that ends before it begins."""
        given = super().clean() or self.cleaned_data
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", "The last day is before the first.")
        return given

    @property
    def rule(self) -> dict[str, Any]:
        """What the job is given."""
        given = self.cleaned_data
        days = {key: given[key].isoformat() for key in ("first", "last")}
        return {**given, **days, "area": given["area"].pk}


class AreaForm(forms.Form):
    """One area: another name, and why something is done to it."""

    name = forms.CharField(label="Name", max_length=120, required=False)
    reason = forms.CharField(label="Why", max_length=300, help_text=_WHY)


class NewAreaForm(forms.Form):
    """An area by its centre and size."""

    name = forms.CharField(label="Name", max_length=120)
    kind = forms.ChoiceField(
        label="Coordinates are",
        choices=(("grid", "Easting and northing, metres"), ("degrees", "Latitude and longitude")),
        widget=forms.RadioSelect,
        initial="grid",
    )
    first = forms.FloatField(label="Easting, or latitude")
    second = forms.FloatField(label="Northing, or longitude")
    outline = forms.ChoiceField(
        label="Outline",
        choices=((Outline.SQUARE, "Square"), (Outline.CIRCLE, "Circle")),
        widget=forms.RadioSelect,
        initial=Outline.SQUARE.value,
    )
    across_m = forms.FloatField(
        label="Metres across", min_value=SMALLEST_M, max_value=LARGEST_M, initial=200
    )
    reason = forms.CharField(label="Why", max_length=300, help_text=_WHY)

    @property
    def area(self) -> NewArea:
        """Return the area; the library says when it cannot be."""
        given = self.cleaned_data
        x, y = given["first"], given["second"]
        if given["kind"] == "degrees":
            east, north = to_national_grid([y], [x])
            x, y = float(east[0]), float(north[0])
        return NewArea(
            name=given["name"],
            x=x,
            y=y,
            across_m=given["across_m"],
            outline=Outline(given["outline"]),
        )


class CompareForm(forms.Form):
    """Two versions to hold side by side."""

    a = forms.ModelChoiceField(queryset=None, label="First")
    b = forms.ModelChoiceField(queryset=None, label="Second")

    def __init__(self, data: Any, sets: Any) -> None:
        super().__init__(data)
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = sets
