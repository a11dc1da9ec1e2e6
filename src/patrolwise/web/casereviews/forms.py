"""The forms of case reviews. What is refused stands on the form, every fault at once."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.casereviews.words import (
    APPEAL_OUTCOMES,
    ATTENDED,
    CLOSE_REASONS,
    LEFT_OUT,
    TOLD_TO,
)
from patrolwise.web.casereviews.writing import MOST_LETTERS


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


def ask_day(label: str, help_text: str = "", *, required: bool = True) -> Any:
    """Return a field of a day, as browsers let people choose it."""
    day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=day)


def ask_words(label: str, help_text: str = "", *, required: bool = True, rows: int = 4) -> Any:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def ask_one(label: str, choices: dict[str, str], help_text: str = "") -> Any:
    """Return a field of which one is chosen."""
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), widget=forms.RadioSelect, help_text=help_text
    )


def ask_team(label: str) -> Any:
    """Return a field of an agency."""
    return forms.ModelChoiceField(label=label, queryset=Team.objects.order_by("name"))


def list_roles(permission: Permission) -> list[str]:
    """Return the roles that may do something."""
    return [role.key for role in ROLES.values() if permission in role.permissions]


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of staff whose role may do something."""

    def __init__(self, label: str, roles: Iterable[str]) -> None:
        people = Person.objects.filter(is_active=True, role__in=roles)
        super().__init__(label=label, queryset=people.order_by("name"))


class OfficerForm(forms.Form):
    """Who runs a review."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"] = PersonChoice("Who runs it?", list_roles(Permission.RUN_REVIEWS))


class CaseForm(forms.Form):
    """Which case an application is about."""

    reference = forms.CharField(
        label="Reference of the case", max_length=12, help_text="Such as K7F-3QD-W2M."
    )
    number = forms.IntegerField(
        label="Which of those harmed in it applied?",
        min_value=1,
        max_value=999,
        required=False,
        help_text="Their number in the case. Leave it empty where it is none of them.",
    )


class ComplaintForm(forms.Form):
    """A complaint that the applicant told of."""

    behaved_on = ask_day("When was the behaviour?")
    reported_on = ask_day("When was it reported?")
    told_to = ask_one("To whom?", TOLD_TO)
    their_number = forms.CharField(
        label="Their reference", max_length=60, required=False, strip=True
    )


class IncidentsForm(forms.Form):
    """Incidents of the case that are complaints."""

    incidents = forms.TypedMultipleChoiceField(
        label="Which of these are complaints about the same behaviour?",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incidents"].choices = choices  # type: ignore[attr-defined]


class LeaveOutForm(forms.Form):
    """Why a complaint is left out."""

    why = ask_one("Why is it not judged?", LEFT_OUT)


_HELD = [("yes", "Yes, a review is held"), ("no", "No")]


class DecisionForm(forms.Form):
    """Whether a review is held, and what was weighed."""

    is_met = forms.TypedChoiceField(
        label="Is a review held?",
        choices=_HELD,
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )
    persistence = ask_words("How long and how often has it gone on?", required=False, rows=3)
    harm = ask_words("What harm does it do, or may it do?", required=False, rows=3)
    adequacy = ask_words("Was the answer to the complaints adequate?", required=False, rows=3)
    reasons = ask_words(
        "The reasons",
        "They stand in the letter, word for word. Name nobody.",
        required=False,
        rows=5,
    )

    def __init__(self, *args: Any, is_duty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_duty:  # the complaints alone make it so
            self.fields["is_met"].choices = _HELD[:1]  # type: ignore[attr-defined]
        else:
            for name in ("persistence", "harm", "adequacy", "reasons"):
                self.fields[name].required = True


class SeatForm(forms.Form):
    """Somebody who is called to the panel."""

    is_chair = forms.BooleanField(label="They chair the review", required=False)
    independence = ask_words(
        "Of the chair: why does nothing tie them to the case?", required=False, rows=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonChoice("Who is called?", ["panel"])
        self.order_fields(["person", "is_chair", "independence"])


class MeetingForm(forms.Form):
    """When and where the panel meets."""

    meets_on = ask_day("When does the panel meet?")
    where = forms.CharField(label="Where?", max_length=300)


class HeldForm(forms.Form):
    """What came of the meeting."""

    reviewed_on = ask_day("When did the panel meet?")
    attended = ask_one("Was the person harmed there?", ATTENDED)
    outcome = ask_words(
        "What did the panel find?", "It stands in the letter, word for word. Name nobody.", rows=6
    )


class RequestForm(forms.Form):
    """What is asked of an agency."""

    team = ask_team("Which agency?")
    question = ask_words(
        "What do you ask?",
        "By the case’s reference and the days. Do not name anybody, and do not ask for more than "
        "the review needs.",
    )
    due_on = ask_day("By when?")


class AnswerForm(forms.Form):
    """What an agency answers."""

    answer = ask_words(
        "What your agency knows and did",
        "The panel reads it, next to what the person harmed said. Name nobody.",
        rows=8,
    )


class RecommendationForm(forms.Form):
    """What is recommended, to whom, by when."""

    team = ask_team("To which agency?")
    text = ask_words("What is recommended?", "It stands in the letter. Name nobody.")
    due_on = ask_day("To be done by")


class AcceptForm(forms.Form):
    """Whether an agency accepts a recommendation."""

    is_accepted = forms.TypedChoiceField(
        label="Does your agency accept it?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )
    because = ask_words("If not, why?", required=False, rows=3)


class DoneForm(forms.Form):
    """When a recommendation was carried out."""

    done_on = ask_day("When was it done?")


class CloseForm(forms.Form):
    """Why a review is closed."""

    reason = ask_one("Why is it closed?", CLOSE_REASONS)


class HoldForm(forms.Form):
    """Why a review is kept longer than its time."""

    reason = forms.CharField(
        label="Why must it be kept?",
        max_length=300,
        required=False,
        help_text="A court, an inquiry or a request. Leave it empty to end the hold.",
    )


class AppealForm(forms.Form):
    """What somebody thinks is wrong."""

    words = ask_words("What do you think is wrong?", rows=6)


class AppealAnswerForm(forms.Form):
    """How the local policing body answers an appeal."""

    outcome = ask_one("What comes of it?", APPEAL_OUTCOMES)
    answer = ask_words(
        "The reasons", "They stand in the letter, word for word. Name nobody.", rows=6
    )


def _days(label: str) -> Any:
    return forms.IntegerField(label=label, min_value=1, max_value=250, required=False)


class ProcedureForm(forms.Form):
    """What the area published of its reviews."""

    starts = ask_day("In force from")
    complaints = forms.IntegerField(
        label="How many complaints make a review a duty?", min_value=1, max_value=3
    )
    months_to_report = forms.IntegerField(
        label="Within how many months of the behaviour must it be reported?", min_value=1,
        max_value=12, initial=1,
    )  # fmt: skip
    months_to_apply = forms.IntegerField(
        label="Within how many months of a complaint must somebody apply?", min_value=1,
        max_value=24, initial=6,
    )  # fmt: skip
    days_to_acknowledge = _days("Working days to acknowledge an application")
    days_to_decide = _days("Working days to decide on it")
    days_to_review = _days("Working days from the decision to the meeting")
    days_to_tell = _days("Working days from the meeting to the letter")
    days_to_appeal = _days("Working days to appeal")
    days_to_answer_appeal = _days("Working days to answer an appeal")
    contact = forms.CharField(
        label="How people reach you", max_length=300,
        help_text="Phone, e-mail, address, and where the public page is: it stands in letters.",
    )  # fmt: skip
    policing_body = forms.CharField(
        label="Whom appeals go to", max_length=120, initial="the police and crime commissioner"
    )
    source = forms.CharField(label="Where the procedure was published", max_length=300)
