"""The forms that people fill in without signing in, in words that a nine-year-old reads."""

from typing import Any

from django import forms

from patrolwise.web.casereviews.actions.applying import Application, ToldComplaint
from patrolwise.web.casereviews.forms import ask_day, ask_one, ask_words
from patrolwise.web.casereviews.words import ACTING_AS, TOLD_TO

TIMES = ("The first time you told somebody", "The second time", "The third time")
_MOST_NAME, _MOST_REACH, _MOST_NUMBER = 120, 300, 60


class PlainForm(forms.Form):
    """A form whose refusals are as plain as its questions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "Fill this in."
            if isinstance(field, forms.DateField):
                field.error_messages["invalid"] = "Give the day like this: 24/11/2026."


class ApplyForm(PlainForm):
    """What somebody asks for themselves."""

    name = forms.CharField(label="Your name", max_length=_MOST_NAME)
    reach = forms.CharField(
        label="How can we reach you?", max_length=_MOST_REACH,
        help_text="A phone number, an e-mail or an address. Give one that is safe for you.",
    )  # fmt: skip
    words = ask_words(
        "What goes on, and what does it do to you?",
        "Say it as you like. You need not say who does it.",
        rows=8,
    )


class ApplyForOtherForm(ApplyForm):
    """What somebody asks for somebody else, who agreed."""

    acting_name = forms.CharField(label="Your name", max_length=_MOST_NAME)
    acting_as = ask_one("Who are you to them?", ACTING_AS)
    is_agreed = forms.BooleanField(label="They know that I ask, and they want me to")
    agreed_how = forms.CharField(
        label="How did they tell you that they agree?", max_length=_MOST_REACH,
        help_text="For example: on the phone on Monday.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_agreed"].error_messages["required"] = "Ask them first. They have to agree."
        self.fields["name"].label = "Name of the person who is harmed"
        self.fields[
            "reach"
        ].help_text = "A phone number, an e-mail or an address. We write to you, not to them."
        self.fields["words"].label = "What goes on, and what does it do to them?"
        self.order_fields(["acting_name", "acting_as", "name", "is_agreed", "agreed_how"])


class TimeForm(PlainForm):
    """One time somebody was told. It may stay empty."""

    behaved_on = ask_day("When did it happen?", "The closest day that you know.", required=False)
    reported_on = ask_day("When did you tell them?", required=False)
    told_to = forms.ChoiceField(
        label="Whom did you tell?", choices=[("", "Choose"), *TOLD_TO.items()], required=False
    )
    their_number = forms.CharField(
        label="The number they gave you", max_length=_MOST_NUMBER, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing of a time that somebody began to tell."""
        given = super().clean() or self.cleaned_data
        if any(given.get(name) for name in self.fields):
            for name, told in _MISSING.items():
                if name not in self.errors and not given.get(name):
                    self.add_error(name, told)
        return given


class CodeForm(PlainForm):
    """The number of an application, and its code."""

    reference = forms.CharField(label="Your number", max_length=20, help_text="Like K7F-3QD-W2M.")
    code = forms.CharField(
        label="Your code", max_length=20,
        help_text="You got it when you sent the form. It has twelve letters and digits.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class CalledForm(ApplyForOtherForm):
    """What somebody asks on the telephone, as staff write it down."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("acting_name", "acting_as", "is_agreed", "agreed_how"):
            self.fields[name].required = False
        self.fields["requested_on"] = ask_day("When did they apply?")
        self.fields["acting_as"] = forms.ChoiceField(
            label="Who are they to the person harmed?",
            choices=[("", "They apply for themselves"), *ACTING_AS.items()],
            required=False,
        )
        for name, label in _CALLED.items():
            self.fields[name].label = label
        self.fields["words"].help_text = "In their words. Leave out who does it."
        self.fields["reach"].help_text = "Ask which way is safe."
        self.order_fields(["requested_on", "name", "reach", "words", "acting_as", "acting_name"])


def make_times(data: Any) -> list[TimeForm]:
    """Return the forms of three times.

    Parameters
    ----------
    data : mapping or None
        What was sent.

    Returns
    -------
    list of TimeForm
    """
    return [TimeForm(data, prefix=f"time-{number}") for number in range(len(TIMES))]


def read_application(form: forms.Form, times: list[TimeForm]) -> Application:
    """Return what valid forms say.

    Parameters
    ----------
    form : Form
    times : list of TimeForm

    Returns
    -------
    Application
    """
    told = [ToldComplaint(**one.cleaned_data) for one in times if any(one.cleaned_data.values())]
    return Application(**form.cleaned_data, complaints=told)


_MISSING = {
    "behaved_on": "Give the day on which it happened, or one close to it.",
    "reported_on": "Give the day on which you told them, or one close to it.",
    "told_to": "Choose whom you told.",
}
_CALLED = {
    "name": "Name of the person who is harmed",
    "reach": "How can they be reached?",
    "words": "What goes on, and what does it do to them?",
    "acting_name": "Name of who applies for them",
    "is_agreed": "The person harmed knows, and agrees",
    "agreed_how": "How do we know that they agree?",
}
