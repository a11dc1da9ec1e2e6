"""The form of a published hot spot set."""

from typing import Any

from django import forms

from patrolwise.web.commons.hot_spots import MOST_BYTES


class HotSpotsForm(forms.Form):
    """A file and the day from which it holds."""

    file = forms.FileField(
        label="Hot spot set", help_text="GeoJSON, as the police and partners’ site gives it."
    )
    valid_from = forms.DateField(
        label="In force from", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def clean_file(self) -> Any:
        """Refuse what no set can be as large as."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            given, most = file.size / 1e6, MOST_BYTES / 1e6
            told = f"{file.name} has {given:.1f} MB. A set has {most:.0f} MB at most."
            raise forms.ValidationError(told)
        return file
