"""The form of what a tasking meeting decided."""

from typing import Any

from django import forms

from patrolwise.web.tasking.forms import DayInput
from patrolwise.web.tasking.word_forms import PlaceWordsForm

_LONGEST = 600


class DecisionForm(PlaceWordsForm):
    """A decision, of places and never of a person."""

    what = forms.CharField(
        label="What was decided", max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.CharField(
        label="Who does it", max_length=80, help_text="A role, a team or an organisation."
    )
    due = forms.DateField(label="By", widget=DayInput())
    area_id = forms.ChoiceField(label="Hot spot", required=False)

    def __init__(self, *args: Any, areas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, places=tuple(areas.values()), **kwargs)
        choices = [("", "none in particular"), *areas.items()]
        self.fields["area_id"].choices = choices  # type: ignore[attr-defined]
