"""The forms of walks and of issues."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from patrolwise.partnership.environment_audits import FAULT, AuditItem, Light, Walk
from patrolwise.web.problems.choices import WALKERS, WEATHERS
from patrolwise.web.problems.forms import NoNamesForm, say
from patrolwise.web.problems.walk_actions import IssueReport
from patrolwise.web.tasking.forms import DayInput, MomentInput

_ABSENT = "-"
_SCORES = (
    ("0", "0: fine"),
    ("1", "1: minor"),
    ("2", "2: matters"),
    ("3", "3: serious"),
    (_ABSENT, "Not here"),
)


class AuditForm(forms.Form):
    """Where an audit is made."""

    area_id = forms.ChoiceField(label="Hot spot")

    def __init__(self, *args: Any, areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_id"].choices = list(areas.items())  # type: ignore[attr-defined]


class WalkForm(NoNamesForm):
    """A walk: a score for each item, with words where something is wrong."""

    walked = forms.DateTimeField(
        label="When you walked", widget=MomentInput(), help_text="Local time."
    )
    light = forms.ChoiceField(choices=say(list(Light)), widget=forms.RadioSelect, label="Light")
    weather = forms.ChoiceField(choices=say(WEATHERS), label="Weather")
    walkers = forms.MultipleChoiceField(
        choices=say(WALKERS),
        widget=forms.CheckboxSelectMultiple,
        label="Who walked",
        help_text="What they are there, never their names.",
    )

    def __init__(self, *args: Any, items: Mapping[str, AuditItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = items
        for number, (key, item) in enumerate(items.items(), start=1):
            self.fields[f"score_{key}"] = forms.ChoiceField(
                choices=_SCORES,
                widget=forms.RadioSelect,
                label=f"{number}. {item.title}",
                help_text=f"{item.look_for}.",
            )
            self.fields[f"note_{key}"] = forms.CharField(
                required=False, max_length=300, label=f"{item.title}: what is wrong, and where"
            )

    def clean(self) -> dict[str, Any]:
        """Ask for words on each item that has a fault."""
        given = super().clean()
        for key in self._items:
            score = given.get(f"score_{key}", "")
            is_fault = score.isdecimal() and int(score) >= FAULT
            if is_fault and f"note_{key}" in given and not given[f"note_{key}"].strip():
                self.add_error(f"note_{key}", "Say where it is, and what is wrong with it.")
        return given

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields about the walk as a whole."""
        return [self[name] for name in ("walked", "light", "weather", "walkers")]

    @property
    def sections(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """The headings, each with the fields of its items: the score, and the words."""
        found: dict[str, list[tuple[forms.BoundField, forms.BoundField]]] = {}
        for key, item in self._items.items():
            pair = (self[f"score_{key}"], self[f"note_{key}"])
            found.setdefault(item.section, []).append(pair)
        return list(found.items())

    def read(self) -> Walk:
        """Return the walk."""
        given = self.cleaned_data
        scores = {key: given[f"score_{key}"] for key in self._items}
        notes = {key: given[f"note_{key}"].strip() for key in self._items}
        return Walk(
            walked=given["walked"],
            light=Light(given["light"]),
            scores={key: None if one == _ABSENT else int(one) for key, one in scores.items()},
            notes={key: one for key, one in notes.items() if one},
            walkers=tuple(given["walkers"]),
        )


class ReportForm(NoNamesForm):
    """Who was told of a fault."""

    owner = forms.CharField(
        max_length=80,
        label="Organisation that owns or answers for it",
        help_text="Such as the council's street lighting, or its youth service.",
    )
    by_file = forms.BooleanField(
        required=False,
        label="Tell them by the file of requests",
        help_text="Our number then stands for theirs, and their answer brings the day.",
    )
    reference = forms.CharField(
        required=False,
        max_length=80,
        label="Their reference",
        help_text="So that anybody can ask again. Leave it empty when the file tells them.",
    )
    target = forms.DateField(
        required=False,
        label="By when they mean to mend it",
        widget=DayInput(),
        help_text="Leave it empty when the file tells them.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for reference and day, unless a file tells the owner."""
        given = super().clean()
        for name in ("reference", "target"):
            if not given["by_file"] and not given.get(name) and name not in self.errors:
                self.add_error(name, "Give it, or tell them by the file of requests.")
        return given

    def read(self) -> IssueReport:
        """Return who was told what."""
        given = self.cleaned_data
        return IssueReport(
            owner=given["owner"], reference=given["reference"], target=given["target"]
        )


class AnswersForm(forms.Form):
    """What an owner sends back."""

    answers = forms.FileField(
        label="The owner's answer",
        help_text="A file of service requests, JSON or XML (Open311 GeoReport v2).",
        error_messages={"required": "Choose the file that the owner sent."},
    )


class FixForm(forms.Form):
    """When the owner says that it was mended."""

    on = forms.DateField(label="Mended on", widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today}, **kwargs)
