"""The forms of sources."""

from typing import Any

from django import forms

from patrolwise.partnership.agency_sources import KINDS, LEAST_COUNT, MOST_LOCATION_DAYS
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.sources.actions import OUTSIDE

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class TermsForm(forms.Form):
    """On what terms an agency's records come."""

    name = forms.CharField(label="Source", max_length=80, help_text="Such as Royal Infirmary.")
    kind = forms.ChoiceField(
        label="What it sends", choices=[(key, told.capitalize()) for key, told in KINDS.items()]
    )
    controller = forms.CharField(label="Controller", max_length=120)
    lawful_basis = forms.CharField(
        label="Lawful basis", max_length=200, help_text="The power, with its section, as agreed."
    )
    purpose = forms.CharField(label="Purpose", max_length=300)
    agreement = forms.CharField(label="Sharing agreement", max_length=80)
    first = forms.DateField(label="Agreement from", widget=_DAY)
    last = forms.DateField(label="Agreement until", widget=_DAY)
    keep_months = forms.IntegerField(label="Months that rows are kept", initial=36)
    location_days = forms.IntegerField(
        label="Days that words about places are kept",
        initial=MOST_LOCATION_DAYS,
        help_text="0 keeps none: what the words do not tell by themselves stays unknown.",
    )
    least_count = forms.IntegerField(label="Least count shown", initial=LEAST_COUNT)


class FileForm(forms.Form):
    """A file of records."""

    file = forms.FileField(label="File", help_text="CSV or xlsx, with the columns below.")


class UndoForm(forms.Form):
    """Why a file is undone."""

    why = forms.CharField(label="Why it is undone", widget=forms.Textarea(attrs={"rows": 2}))


class PlaceForm(forms.Form):
    """Where something was."""

    hot_spot_id = forms.ChoiceField(label="It was in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["hot_spot_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(OUTSIDE, "None of the hot spots"), *list_choices()]
