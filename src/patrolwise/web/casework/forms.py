"""The forms of casework. What is refused stands on the form, every fault at once."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.outreach.vocabulary import (
    AgeBasis,
    CloseReason,
    ConcernCategory,
    ContactWay,
    DslDecision,
    Ethnicity,
    NeedDomain,
    ToldPerson,
    choices,
)
from patrolwise.web.casework.actions.concerns import CSA_DUTY
from patrolwise.web.casework.actions.engagements import GLASS_REASONS
from patrolwise.web.casework.actions.needs import FOLLOW_UP_OUTCOMES, NOTE_KINDS

NONE_SAID = [("", "Not said")]


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


def ask_words(label: str, help_text: str = "", *, required: bool = False, rows: int = 4) -> Any:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
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


class CaseForm(forms.Form):
    """A new case, for somebody who agreed."""

    alias = forms.CharField(
        max_length=40,
        label="What do they want to be called?",
        help_text="Any word will do. It need not be their name.",
    )
    agreed_on = forms.DateField(label="When did they agree?", widget=DayInput())
    hot_spot_id = forms.ChoiceField(label="Where did you meet?", required=False)
    is_child = forms.BooleanField(
        label="They are, or may be, under 18", required=False, initial=True
    )
    age_basis = forms.ChoiceField(
        label="How do you know?", choices=[*NONE_SAID, *choices(AgeBasis)], required=False
    )
    contact_ok = ask_many("How may we reach them?", choices(ContactWay)[:2])
    is_message_safe = forms.BooleanField(
        label="It is safe to leave a message: nobody else sees or hears it", required=False
    )
    language = forms.CharField(max_length=60, required=False, label="Language")
    access_needs = forms.CharField(max_length=200, required=False, label="Anything we should do?")
    ethnicity = forms.ChoiceField(
        label="Ethnicity, only as they said it",
        choices=[*NONE_SAID, *choices(Ethnicity)],
        required=False,
    )
    is_explained = forms.BooleanField(
        label="I told them what we keep, who sees it and how to change their mind", required=False
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outside = ("outside_hotspot", "Outside of the hot spots")
        self.fields["hot_spot_id"].choices = [("", "Not said"), *places, outside]  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """At least two of these, exactly."""

    alias = forms.CharField(max_length=40, required=False, label="What they are called")
    legal_name = forms.CharField(max_length=120, required=False, label="Full name")
    born = forms.DateField(required=False, label="Date of birth", widget=DayInput())
    phone = forms.CharField(max_length=30, required=False, label="Phone number")

    def clean(self) -> dict[str, Any]:
        """Ask for two."""
        given = super().clean() or {}
        if sum(bool(value) for value in given.values()) < 2 and not self.errors:
            raise forms.ValidationError("Give at least two. Nobody is looked up by one alone.")
        return given


class GlassForm(forms.Form):
    """Opening a case that is not one's own."""

    reference = forms.CharField(max_length=12, label="Reference of the case, such as K7F-3QD-W2M")
    reason = ask_one("Why", [(one, one.capitalize()) for one in GLASS_REASONS])
    words = ask_words("In a sentence", "The lead and the data protection officer read it.", rows=2)


class IdentityForm(forms.Form):
    """Who somebody is by law."""

    legal_name = forms.CharField(max_length=120, required=False, label="Full name")
    born = forms.DateField(required=False, label="Date of birth", widget=DayInput())
    phone = forms.CharField(max_length=30, required=False, label="Phone number")


class NeedForm(forms.Form):
    """One part of life."""

    domain = forms.ChoiceField(label="Which part of life?", choices=choices(NeedDomain))
    need = ask_one(
        "How much help is needed?", [("0", "None"), ("1", "Some"), ("2", "A lot"), ("3", "Urgent")]
    )
    strength = ask_one(
        "What do they have going for them?",
        [("0", "Nothing yet"), ("1", "A little"), ("2", "A good deal"), ("3", "A great deal")],
    )
    own_view = ask_words("How do they see it? In their words", rows=3)
    worker_view = ask_words("How do you see it?", rows=3)
    goal = forms.CharField(max_length=300, required=False, label="What do they want to change?")
    review_due = forms.DateField(required=False, label="Look again on", widget=DayInput())

    def clean_need(self) -> int:
        """Return the number."""
        return int(self.cleaned_data["need"])

    def clean_strength(self) -> int:
        """Return the number."""
        return int(self.cleaned_data["strength"])


class NoteForm(forms.Form):
    """What was done together."""

    kind = ask_one("What was it?", [(one, one.capitalize()) for one in NOTE_KINDS])
    happened_on = forms.DateField(label="When?", widget=DayInput())
    minutes = forms.IntegerField(
        label="How many minutes?", required=False, min_value=1, max_value=600
    )
    text = ask_words("What happened?", "Facts first. They may read this one day.", required=True)


class FollowUpForm(forms.Form):
    """What was promised."""

    what = forms.CharField(max_length=300, label="What will you do?")
    due = forms.DateField(label="By when?", widget=DayInput())


class FollowUpDoneForm(forms.Form):
    """What became of it."""

    outcome = ask_one("What became of it?", [(one, one.capitalize()) for one in FOLLOW_UP_OUTCOMES])


class CloseForm(forms.Form):
    """Why a case ends."""

    reason = ask_one("Why?", choices(CloseReason))


class ShareForm(forms.Form):
    """Who works on a case too."""

    person = forms.ChoiceField(label="Who?")
    days = forms.IntegerField(
        label="For how many days?", required=False, min_value=1, max_value=365,
        help_text="Leave it empty for as long as the case is open.",
    )  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]


class ConcernForm(forms.Form):
    """A worry about somebody on a case. Nothing of it is needed."""

    is_immediate = forms.BooleanField(required=False, label="They are in danger now")
    facts = ask_words("What did you see or hear? What was said, word for word?", rows=5)
    opinion = ask_words("What do you think?", rows=3)
    categories = ask_many("What is it about?", choices(ConcernCategory))
    told_person = forms.ChoiceField(
        label="Did you tell them that you pass it on?",
        choices=[*NONE_SAID, *choices(ToldPerson)],
        required=False,
    )


class DecideForm(forms.Form):
    """What a safeguarding lead decides."""

    decision = ask_one("What is done?", choices(DslDecision))
    reason = ask_words("Why?", required=True, rows=3)
    csa_duty = ask_one(
        "Does the duty to report child sexual abuse apply?",
        [(one, one.capitalize()) for one in CSA_DUTY],
    )
