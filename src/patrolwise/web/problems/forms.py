"""The forms of plans: words of places and of groups. What looks like a person is refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from patrolwise.definitions import load_definitions
from patrolwise.partnership.problem_plans import ActionState, Decision, Finding
from patrolwise.times import months_between, next_month
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.problems.choices import ACTION_KINDS, SIDES, SOURCES, STRENGTHS
from patrolwise.web.tasking.forms import Choices, DayInput
from patrolwise.web.tasking.person_words import find_person_words

LONGEST = 2000  # characters of one text
_MONTHS = (3, 6, 9, 12)
_REFUSED = (
    "This looks as if it were about a person: {}. Write of places and groups, never of a person."
)


def words(label: str, help_text: str = "", *, required: bool = False, rows: int = 3) -> Any:
    """Return a field for some lines of text.

    Parameters
    ----------
    label, help_text : str
    required : bool
    rows : int

    Returns
    -------
    CharField
    """
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def say(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return choices whose values are their words.

    Parameters
    ----------
    values : sequence of str

    Returns
    -------
    list of (str, str)
    """
    return [(one, one[:1].upper() + one[1:]) for one in values]


class NoNamesForm(forms.Form):
    """A form whose texts may not be about a person. Names of places are none of persons."""

    def __init__(self, *args: Any, places: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = tuple(places)

    def clean(self) -> dict[str, Any]:
        """Refuse each text that looks as if it were about a person."""
        given = super().clean() or {}
        for name, field in self.fields.items():
            text = given.get(name) if isinstance(field, forms.CharField) else ""
            if found := find_person_words(text or "", self._places):
                self.add_error(name, _REFUSED.format("; ".join(found)))
        return given


class PlanForm(NoNamesForm):
    """What a plan says of its problem. Only what is needed to begin is asked for at once."""

    title = forms.CharField(
        max_length=120, label="What to call it", help_text="Of the problem and the place."
    )
    area_ids = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Hot spots")
    owner_id = forms.TypedChoiceField(coerce=int, label="Who owns it")
    review_due = forms.DateField(label="Next review", widget=DayInput())
    behaviour = words("What happens", "The behaviour: who does what to whom, by groups.")
    place = words("Where", "Where in the hot spot, and what kind of place it is.", rows=2)
    time = words("When", "Hours, days, seasons.", rows=2)
    harm = words("What harm it does", rows=2)
    affected = words("Who is affected", "By groups, never by name.", rows=2)
    aim = words("Aim", "What should be otherwise, by how much and by when.", rows=2)
    community_view = words("What people there say")
    what_changed = words("What changed when the problem began")
    data_gaps = words("What is not known", "Data that nobody has, and how it could be had.", rows=2)

    def __init__(
        self, *args: Any, areas: Mapping[str, str], owners: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, places=tuple(areas.values()), **kwargs)
        self.fields["area_ids"].choices = list(areas.items())  # type: ignore[attr-defined]
        self.fields["owner_id"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in owners
        ]


class EvidenceForm(NoNamesForm):
    """What a source says of the problem."""

    source = forms.ChoiceField(choices=say(SOURCES), label="Source")
    text = words("What it says", "With counts and dates where there are some.", required=True)


class HypothesisForm(NoNamesForm):
    """Why the problem may be there."""

    side = forms.ChoiceField(
        choices=say(SIDES), widget=forms.RadioSelect, label="Side of the problem triangle"
    )
    text = words("Why the problem is there", "One reason that could turn out wrong.", required=True)


class HypothesisTestForm(NoNamesForm):
    """How a hypothesis was tested."""

    test = words(
        "How it was tested",
        "What would be seen if it were wrong, and what was seen.",
        required=True,
    )
    finding = forms.TypedChoiceField(
        coerce=Finding,
        choices=say([one for one in Finding if one is not Finding.UNTESTED]),
        widget=forms.RadioSelect,
        label="What the test said",
    )


class ActionForm(NoNamesForm):
    """Something that an organisation does about the problem."""

    kind = forms.ChoiceField(choices=say(ACTION_KINDS), label="Kind")
    mechanism = words("What is done, and how it makes a difference", required=True)
    team = forms.ChoiceField(
        required=False,
        label="Team that does it",
        help_text="Its people see the action. Or name an organisation below.",
    )
    organisation = forms.CharField(max_length=80, required=False, label="Another organisation")
    due = forms.DateField(label="By when", widget=DayInput())
    cost_pounds = forms.IntegerField(
        required=False, min_value=0, max_value=100_000_000, label="Cost, pounds",
        help_text="Empty: not known.",
    )  # fmt: skip
    strength = forms.ChoiceField(
        choices=say(STRENGTHS), initial=STRENGTHS[-1], label="What is known of such actions"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Team.objects.order_by("name").values_list("name", flat=True)
        teams = [("", "Another organisation"), *((one, one) for one in names)]
        self.fields["team"].choices = teams  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one owner."""
        given = super().clean()
        if bool(given.get("team")) == bool(given.get("organisation")):
            self.add_error(
                "organisation", "Choose a team, or name another organisation: one of the two."
            )
        return given

    @property
    def said(self) -> dict[str, Any]:
        """What was given, with one owner."""
        given = dict(self.cleaned_data)
        team, organisation = given.pop("team"), given.pop("organisation")
        return {**given, "owner": team or organisation}


class ActionStateForm(NoNamesForm):
    """How far an action is."""

    state = forms.TypedChoiceField(
        coerce=ActionState,
        choices=say(list(ActionState)),
        widget=forms.RadioSelect,
        label="How far it is",
    )
    note = words("What was done, or why it was dropped")


class MeasureForm(forms.Form):
    """What the response will be judged by."""

    outcome = forms.ChoiceField(label="What is counted")
    first = forms.TypedChoiceField(coerce=date.fromisoformat, label="First month of the window")
    months = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(one), f"{one} months") for one in _MONTHS],
        initial="6",
        label="How long",
        help_text="The same months of an earlier year are the baseline.",
    )
    comparison_ids = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="Comparison areas",
        help_text="Like places without this response. With the plan's own, five are needed for a "
        "test that can be trusted.",
    )

    def __init__(
        self, *args: Any, outcomes: Sequence[str], areas: Choices, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = {key: one.title for key, one in load_definitions().items()}
        first = today if today.day == 1 else next_month(today)
        last = date(first.year + 1, first.month, 1)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (key, titles.get(key, key)) for key in outcomes or titles
        ]
        self.fields["first"].choices = [  # type: ignore[attr-defined]
            (one.isoformat(), f"{one:%B %Y}") for one in months_between(first, last)
        ]
        self.fields["comparison_ids"].choices = list(areas)  # type: ignore[attr-defined]


class PlanDecisionForm(NoNamesForm):
    """What the assessment leads to."""

    decision = forms.TypedChoiceField(
        coerce=Decision,
        choices=[
            (Decision.CLOSE.value, "Close it"),
            (Decision.ADAPT.value, "Adapt it: back to the analysis, with a new measure"),
            (Decision.CONTINUE.value, "Continue: the response goes on, with a new window"),
        ],
        widget=forms.RadioSelect,
        label="Decision",
    )
    lessons = words(
        "What was learned", "For whoever meets such a problem next.", required=True, rows=5
    )
