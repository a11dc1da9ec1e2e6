"""The forms that people fill in about themselves, in words that a nine-year-old reads."""

from django import forms

from patrolwise.web.yourrecord.actions import KINDS


def _words(label: str, *, required: bool = True, rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        max_length=20, label="Your code", help_text="Your worker gave it to you. It works once.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class AskForm(forms.Form):
    """What somebody wants."""

    kind = forms.ChoiceField(
        label="What do you want to do?", choices=list(KINDS.items()), widget=forms.RadioSelect
    )
    words = _words("Tell us")
    how_to_answer = forms.CharField(
        max_length=200, required=False, label="How can we answer you?",
        help_text="A phone number, an e-mail, or a place. Leave it empty if you want no answer.",
    )  # fmt: skip


class RateForm(forms.Form):
    """How they found us."""

    score = forms.TypedChoiceField(
        label="How did you find us?",
        coerce=int,
        choices=[(5, "Great"), (4, "Good"), (3, "All right"), (2, "Not good"), (1, "Bad")],
        widget=forms.RadioSelect,
    )
    words = _words("What should we know?", required=False, rows=3)


class MindForm(forms.Form):
    """They take a yes back."""

    consent = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """What staff answer."""

    text = _words("Your answer")
