"""The forms of the disclosure desk."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.outreach.sharing_words import Controller, DisclosedField, DisclosureDecision
from patrolwise.outreach.vocabulary import ToldPerson, choices
from patrolwise.web.casework.forms import DayInput
from patrolwise.web.casework.words import key_of
from patrolwise.web.desk.actions import RECIPIENTS

_OTHERS = [(key, words) for key, words in choices(Controller) if key != key_of(Controller.OUTREACH)]
_FIELD = "tell_"


class RequestForm(forms.Form):
    """What another organisation asks."""

    asked_by = forms.ChoiceField(label="Who asks?", choices=_OTHERS)
    asker = forms.CharField(
        max_length=300, label="Which person, and how are they reached?",
        help_text="Ring back on a number that you look up yourself.",
    )  # fmt: skip
    received_on = forms.DateField(label="When did it come?", widget=DayInput())
    reference = forms.CharField(
        max_length=12, required=False, label="Reference of the case, where there is one"
    )
    words = forms.CharField(
        label="What do they ask, and for what?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionForm(forms.Form):
    """What is told, or not. Every field is empty: nothing is told unless somebody writes it."""

    decision = forms.ChoiceField(
        label="What do you decide?", choices=choices(DisclosureDecision), widget=forms.RadioSelect
    )
    to_controller = forms.ChoiceField(label="Whom does it go to?", choices=_OTHERS)
    recipient = forms.ChoiceField(
        label="Which desk?", choices=[(one, one.capitalize()) for one in RECIPIENTS]
    )
    gateway = forms.ChoiceField(
        label="Under which law?", required=False,
        help_text="Those that the data protection officer has signed and that are in force today.",
    )  # fmt: skip
    necessity = forms.CharField(
        label="Why do they need it?", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    proportionality = forms.CharField(
        label="Why is this the least that serves?", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    told_person = forms.ChoiceField(
        label="Was the person told?",
        choices=[("", "Not said"), *choices(ToldPerson)],
        required=False,
    )
    expires = forms.DateField(
        label="Until when may they keep it?", required=False, widget=DayInput()
    )

    def __init__(self, *args: Any, gateways: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gateway"].choices = [("", "None"), *gateways]  # type: ignore[attr-defined]
        for key, words in choices(DisclosedField):
            self.fields[f"{_FIELD}{key}"] = forms.CharField(
                label=words.capitalize(),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def told(self) -> dict[str, str]:
        """What is told, by field."""
        return {
            name.removeprefix(_FIELD): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_FIELD)
        }

    @property
    def said(self) -> dict[str, Any]:
        """What is decided, without what is told."""
        return {
            name: value for name, value in self.cleaned_data.items() if not name.startswith(_FIELD)
        }


class GatewayForm(forms.Form):
    """A gateway that is signed."""

    key = forms.ChoiceField(label="Which gateway?")
    since = forms.DateField(label="From", widget=DayInput())
    until = forms.DateField(label="Look at it again by", widget=DayInput())
    note = forms.CharField(max_length=300, required=False, label="Note")

    def __init__(self, *args: Any, gateways: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = list(gateways)  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """What became of a letter that was handed over."""

    state = forms.ChoiceField(
        label="What became of it?",
        choices=[("received", "They have it"), ("opened", "They read it")],
        widget=forms.RadioSelect,
    )
