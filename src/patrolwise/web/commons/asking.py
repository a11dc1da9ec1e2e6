"""How forms of the partners' sites ask, and how what is refused comes to stand on them."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError

NOT_SAID = ("", "Not said")
_MOST_WORDS = 4000


def is_done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do something with a form that is valid; a refusal stands on the form in its own words.

    Parameters
    ----------
    form : Form
    act : callable

    Returns
    -------
    bool
        Whether it was done.
    """
    try:
        act()
    except PatrolwiseError as error:
        form.add_error(None, str(error))
        return False
    return True


class DayInput(forms.DateInput):
    """A day, as browsers let people choose it."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    """A day and a time, as browsers let people choose them."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


def ask_moment(label: str, help_text: str = "", *, required: bool = True) -> Any:
    """Return a field of a day and a time in London."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=MomentInput(),
    )


def ask_day(label: str, help_text: str = "", *, required: bool = True) -> Any:
    """Return a field of a day."""
    return forms.DateField(label=label, help_text=help_text, required=required, widget=DayInput())


def ask_words(label: str, help_text: str = "", *, required: bool = False, rows: int = 4) -> Any:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=_MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def ask_line(label: str, help_text: str = "", *, required: bool = False, most: int = 200) -> Any:
    """Return a field of one line, that browsers do not fill in from what was typed before."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=most, widget=widget
    )


def ask_many(label: str, options: Sequence[tuple[str, str]], help_text: str = "") -> Any:
    """Return a field of which several can be chosen."""
    return forms.MultipleChoiceField(
        label=label,
        choices=list(options),
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def ask_one(label: str, options: Sequence[tuple[str, str]], *, required: bool = True) -> Any:
    """Return a field of which one is chosen."""
    return forms.ChoiceField(
        label=label, choices=list(options), required=required, widget=forms.RadioSelect
    )
