"""The forms of recommendations, lessons and trials."""

from typing import Any

from django import forms

from patrolwise.partnership.learning import EFFECTS, MOVES, STAGES
from patrolwise.web.commons.hot_spots import list_choices

_SHORT = forms.Textarea(attrs={"rows": 3})


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class RecommendationForm(forms.Form):
    """A recommendation."""

    source = forms.CharField(label="Who made it", max_length=80, help_text="Such as HMICFRS.")
    reference = forms.CharField(
        label="Reference", max_length=80, help_text="As the report numbers it."
    )
    text = forms.CharField(label="What is recommended", widget=_SHORT, max_length=4000)
    made_on = _day("Made on")
    owner = forms.CharField(label="Owner", max_length=120, help_text="A post or a team.")
    due = _day("Due")


class StepForm(forms.Form):
    """The next step of a recommendation."""

    state = forms.ChoiceField(label="It is now", widget=forms.RadioSelect)
    words = forms.CharField(label="Why, or what was done", widget=_SHORT, max_length=4000)
    evidence = forms.CharField(
        label="Where it can be seen",
        required=False,
        max_length=300,
        help_text="A paper, a minute, an evaluation.",
    )
    due = _day("Due", required=False, help_text="Only if it is due on another day now.")

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one, one.capitalize()) for one in MOVES[state]]


class LessonForm(forms.Form):
    """A lesson."""

    learned_on = _day("Learned on")
    text = forms.CharField(label="What was learned", widget=_SHORT, max_length=4000)
    came_from = forms.CharField(
        label="Where it came from",
        max_length=120,
        help_text="An evaluation, a debrief, a complaint.",
    )
    hot_spot_id = forms.ChoiceField(label="Hot spot", required=False)
    changed = forms.CharField(
        label="What was changed because of it", required=False, widget=_SHORT, max_length=4000
    )
    changed_on = _day("Changed on", required=False)
    effect = forms.ChoiceField(
        label="What the effect rests on",
        choices=[(key, f"{key.capitalize()}: {told}") for key, told in EFFECTS.items()],
        widget=forms.RadioSelect,
    )
    effect_words = forms.CharField(
        label="What came of it",
        required=False,
        widget=_SHORT,
        max_length=4000,
        help_text="With the count before and after, where it was measured.",
    )
    is_shared = forms.BooleanField(
        label="Other forces and partnerships may wish to consider it", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["hot_spot_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None in particular"), *list_choices()]


class TrialForm(forms.Form):
    """Something to be tried."""

    name = forms.CharField(label="What is tried", max_length=120)
    question = forms.CharField(
        label="What the pilot is to find out", widget=_SHORT, max_length=2000
    )


class GateForm(forms.Form):
    """A decision on a stage."""

    stage = forms.ChoiceField(
        label="Stage",
        choices=[(one, one.capitalize()) for one in STAGES],
        widget=forms.RadioSelect,
    )
    on = _day("Decided on")
    evidence = forms.CharField(
        label="Evidence",
        widget=_SHORT,
        max_length=4000,
        help_text="What was known on the day, and where it is.",
    )
    decision = forms.CharField(label="Decision, and who took it", widget=_SHORT, max_length=4000)
    funder = forms.CharField(label="Who pays for it", max_length=120)
    until = _day("Paid for until", required=False, help_text="Empty if there is no end.")
