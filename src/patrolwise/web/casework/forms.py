"""The forms of casework. What is refused stands on the form, every fault at once."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.outreach.vocabulary import (
    AgeBand,
    AgeBasis,
    Approached,
    CloseReason,
    CompetencePoint,
    ConcernCategory,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    ContactWay,
    DslDecision,
    EndReason,
    Ethnicity,
    MomentReason,
    MomentSource,
    NeedDomain,
    RejectReason,
    Response,
    ToldPerson,
    Urgency,
    choices,
)
from patrolwise.web.casework.actions.concerns import CSA_DUTY
from patrolwise.web.casework.actions.engagements import GLASS_REASONS
from patrolwise.web.casework.actions.moments import END
from patrolwise.web.casework.actions.needs import FOLLOW_UP_OUTCOMES, NOTE_KINDS

_NONE = [("", "Not said")]
# what a consent may let go on, and in what words the person reads it
SHARED = (
    ("alias", "what you like to be called"),
    ("legal_name", "your full name"),
    ("born", "your date of birth"),
    ("phone", "your phone number"),
    ("needs", "what you would like help with"),
    ("what_they_want", "what you said you want, in your words"),
    ("risk_summary", "what would help them keep you safe"),
)


_COPIED = {
    "alias": "What they are called",
    "legal_name": "Full name",
    "born": "Date of birth",
    "phone": "Phone number",
}


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


def _words(label: str, help_text: str = "", *, required: bool = False, rows: int = 4) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _many(label: str, options: Sequence[tuple[str, str]], help_text: str = "") -> Any:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(options),
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def _one(label: str, options: Sequence[tuple[str, str]], *, required: bool = True) -> Any:
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
        label="How do you know?", choices=[*_NONE, *choices(AgeBasis)], required=False
    )
    contact_ok = _many("How may we reach them?", choices(ContactWay)[:2])
    is_message_safe = forms.BooleanField(
        label="It is safe to leave a message: nobody else sees or hears it", required=False
    )
    language = forms.CharField(max_length=60, required=False, label="Language")
    access_needs = forms.CharField(max_length=200, required=False, label="Anything we should do?")
    ethnicity = forms.ChoiceField(
        label="Ethnicity, only as they said it",
        choices=[*_NONE, *choices(Ethnicity)],
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
    reason = _one("Why", [(one, one.capitalize()) for one in GLASS_REASONS])
    words = _words("In a sentence", "The lead and the data protection officer read it.", rows=2)


class IdentityForm(forms.Form):
    """Who somebody is by law."""

    legal_name = forms.CharField(max_length=120, required=False, label="Full name")
    born = forms.DateField(required=False, label="Date of birth", widget=DayInput())
    phone = forms.CharField(max_length=30, required=False, label="Phone number")


class NeedForm(forms.Form):
    """One part of life."""

    domain = forms.ChoiceField(label="Which part of life?", choices=choices(NeedDomain))
    need = _one(
        "How much help is needed?", [("0", "None"), ("1", "Some"), ("2", "A lot"), ("3", "Urgent")]
    )
    strength = _one(
        "What do they have going for them?",
        [("0", "Nothing yet"), ("1", "A little"), ("2", "A good deal"), ("3", "A great deal")],
    )
    own_view = _words("How do they see it? In their words", rows=3)
    worker_view = _words("How do you see it?", rows=3)
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

    kind = _one("What was it?", [(one, one.capitalize()) for one in NOTE_KINDS])
    happened_on = forms.DateField(label="When?", widget=DayInput())
    minutes = forms.IntegerField(
        label="How many minutes?", required=False, min_value=1, max_value=600
    )
    text = _words("What happened?", "Facts first. They may read this one day.", required=True)


class FollowUpForm(forms.Form):
    """What was promised."""

    what = forms.CharField(max_length=300, label="What will you do?")
    due = forms.DateField(label="By when?", widget=DayInput())


class FollowUpDoneForm(forms.Form):
    """What became of it."""

    outcome = _one("What became of it?", [(one, one.capitalize()) for one in FOLLOW_UP_OUTCOMES])


class ConsentChoiceForm(forms.Form):
    """What somebody is to be asked."""

    purpose = _one("What is it for?", choices(ConsentPurpose))
    service = forms.ChoiceField(label="Which service, if it is to refer them?", required=False)
    recipient = forms.CharField(
        max_length=120, required=False, label="Which parent or carer, if it is to tell one?"
    )
    fields_told = _many("What may be told?", SHARED)

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", "None"), *services]  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """What the worker writes down after the person has read and answered."""

    given_by = _one("Who said yes?", choices(ConsentGiver))
    age = forms.IntegerField(
        label="How old are they?", required=False, min_value=8, max_value=120,
        help_text="As they told you, or your best guess. Needed for anybody who looks under 18.",
    )  # fmt: skip
    method = _one("How?", choices(ConsentMethod))
    competence = _many(
        "Under 16: what do they understand?",
        choices(CompetencePoint),
        "All five are needed when a person under 16 decides alone.",
    )
    competence_words = _words("How could you tell?", rows=3)
    is_pressure_free = forms.BooleanField(
        required=False,
        label="They were free to say no: no police near, nothing depends on it",
    )
    until = forms.DateField(
        required=False, label="Until when?", help_text="Six months if you leave it empty.",
        widget=DayInput(),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """How somebody changed their mind."""

    how = forms.CharField(max_length=300, label="How did they say so?")


class ReferralForm(forms.Form):
    """What a service is asked, and told."""

    urgency = _one("How soon?", choices(Urgency))
    needs = _many("What is it about?", choices(NeedDomain))
    what_they_want = _words("What do they want? In their words", required=True, rows=3)

    def __init__(self, *args: Any, allowed: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in _COPIED.items():
            if key in allowed:
                self.fields[f"told_{key}"] = forms.CharField(
                    max_length=120, required=False, label=f"{title}, as the service may see it"
                )
        if "risk_summary" in allowed:
            self.fields["risk_summary"] = _words(
                "What helps them keep this person safe?",
                "A copy for this service only. Leave out what it need not know.",
                rows=3,
            )

    @property
    def told(self) -> dict[str, str]:
        """What the service is told, by field."""
        return {
            name.removeprefix("told_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("told_") and value
        }


class MoveForm(forms.Form):
    """Where a referral goes next."""

    to = forms.ChoiceField(label="What happens now?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, moves: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(key, words.capitalize()) for key, words in moves]  # type: ignore[attr-defined]


class AnswerForm(MoveForm):
    """What a service answers."""

    reject_reason = forms.ChoiceField(
        label="If it is not taken: why?", choices=[*_NONE, *choices(RejectReason)], required=False
    )
    end_reason = forms.ChoiceField(
        label="If it ended early: why?", choices=[*_NONE, *choices(EndReason)], required=False
    )
    feedback = _words("Anything the worker should know?", rows=3)


class CloseForm(forms.Form):
    """Why a case ends."""

    reason = _one("Why?", choices(CloseReason))


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
    facts = _words("What did you see or hear? What was said, word for word?", rows=5)
    opinion = _words("What do you think?", rows=3)
    categories = _many("What is it about?", choices(ConcernCategory))
    told_person = forms.ChoiceField(
        label="Did you tell them that you pass it on?",
        choices=[*_NONE, *choices(ToldPerson)],
        required=False,
    )


class DecideForm(forms.Form):
    """What a safeguarding lead decides."""

    decision = _one("What is done?", choices(DslDecision))
    reason = _words("Why?", required=True, rows=3)
    csa_duty = _one(
        "Does the duty to report child sexual abuse apply?",
        [(one, one.capitalize()) for one in CSA_DUTY],
    )


class ServiceForm(forms.Form):
    """One entry of the directory."""

    name = forms.CharField(max_length=200, label="Name")
    organisation = forms.CharField(max_length=200, label="Organisation")
    team = forms.ChoiceField(label="Whose people answer referrals here?", required=False)
    description = _words("What does it do?", rows=3)
    eligibility = forms.CharField(max_length=400, required=False, label="Who can go there?")
    how_to_apply = forms.CharField(max_length=400, required=False, label="How do people get in?")
    needs = _many("What does it help with?", choices(NeedDomain))
    minimum_age = forms.IntegerField(required=False, min_value=0, max_value=120, label="From age")
    maximum_age = forms.IntegerField(required=False, min_value=0, max_value=120, label="To age")
    phone = forms.CharField(max_length=40, required=False, label="Phone")
    web_address = forms.URLField(required=False, label="Web address", assume_scheme="https")
    is_active = forms.BooleanField(required=False, initial=True, label="It takes referrals now")

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [("", "Nobody on this site"), *teams]  # type: ignore[attr-defined]


class DirectoryForm(forms.Form):
    """A file of services."""

    file = forms.FileField(
        label="Open Referral UK file (JSON)",
        help_text="As its /services page gives it, 5 MB at most.",
    )


class MomentForm(forms.Form):
    """Somebody who could have been reached, reached or not. Nothing about who it was."""

    source = forms.ChoiceField(label="Where?", choices=choices(MomentSource))
    eligible_at = forms.DateTimeField(
        label="When could they have been reached?",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    age_band = _one("How old did they look?", choices(AgeBand))
    reason = forms.ChoiceField(label="What brought them there?", choices=choices(MomentReason))
    approached = _one("Did you speak to them?", choices(Approached))
    minutes_to_approach = forms.IntegerField(
        label="After how many minutes?", required=False, min_value=0, max_value=10_000
    )
    response = forms.ChoiceField(
        label="What did they say?", choices=[*_NONE, *choices(Response)], required=False
    )
    is_appropriate_adult_present = forms.BooleanField(
        label="In custody, under 18: an appropriate adult was there", required=False
    )
    words = _words("Anything else? Not who it was", rows=2)


class ProgressForm(forms.Form):
    """How far it went."""

    response = forms.ChoiceField(
        label="What did they say?", choices=[*_NONE, *choices(Response)], required=False
    )
    reference = forms.CharField(
        max_length=12, required=False, label="Reference of their case, if they engaged"
    )
    first_follow_up_at = forms.DateTimeField(
        label="When was the first follow-up?",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    sessions = forms.IntegerField(label="How many sessions so far?", min_value=0, initial=0)
    end_status = forms.ChoiceField(
        label="How did it end?",
        choices=[("", "It goes on"), *((one, one.capitalize()) for one in END)],
        required=False,
    )
