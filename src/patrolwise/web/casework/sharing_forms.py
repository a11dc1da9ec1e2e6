"""The forms of what is shared: consents, referrals, services; and of reachable moments."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.outreach.vocabulary import (
    AgeBand,
    Approached,
    CompetencePoint,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    EndReason,
    MomentReason,
    MomentSource,
    NeedDomain,
    RejectReason,
    Response,
    Urgency,
    choices,
)
from patrolwise.web.casework.actions.moments import END
from patrolwise.web.casework.forms import NONE_SAID, DayInput, ask_many, ask_one, ask_words

# what a consent may let go on, and in what words the person reads it
SHARED = (
    ("alias", "what you like to be called"),
    ("legal_name", "your full name"),
    ("born", "your date of birth"),
    ("phone", "your phone number"),
    ("needs", "what you would like help with"),
    ("what_they_want", "what you said you want, in your words"),
    ("risk_summary", "what would help them keep you safe"),
    # of a story
    ("story_before", "how things were for you before"),
    ("story_help", "what we did together"),
    ("story_since", "how things have been since"),
    ("story_words", "what you said, in your words"),
)
_COPIED = {
    "alias": "What they are called",
    "legal_name": "Full name",
    "born": "Date of birth",
    "phone": "Phone number",
}


class ConsentChoiceForm(forms.Form):
    """What somebody is to be asked."""

    purpose = ask_one("What is it for?", choices(ConsentPurpose))
    service = forms.ChoiceField(label="Which service, if it is to refer them?", required=False)
    recipient = forms.CharField(
        max_length=120, required=False, label="Which parent or carer, if it is to tell one?"
    )
    fields_told = ask_many(
        "What may be told?", SHARED, "The last four are for their story, and only for that."
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", "None"), *services]  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """What the worker writes down after the person has read and answered."""

    given_by = ask_one("Who said yes?", choices(ConsentGiver))
    age = forms.IntegerField(
        label="How old are they?", required=False, min_value=8, max_value=120,
        help_text="As they told you, or your best guess. Needed for anybody who looks under 18.",
    )  # fmt: skip
    method = ask_one("How?", choices(ConsentMethod))
    competence = ask_many(
        "Under 16: what do they understand?",
        choices(CompetencePoint),
        "All five are needed when a person under 16 decides alone.",
    )
    competence_words = ask_words("How could you tell?", rows=3)
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

    urgency = ask_one("How soon?", choices(Urgency))
    needs = ask_many("What is it about?", choices(NeedDomain))
    what_they_want = ask_words("What do they want? In their words", required=True, rows=3)

    def __init__(self, *args: Any, allowed: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in _COPIED.items():
            if key in allowed:
                self.fields[f"told_{key}"] = forms.CharField(
                    max_length=120, required=False, label=f"{title}, as the service may see it"
                )
        if "risk_summary" in allowed:
            self.fields["risk_summary"] = ask_words(
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
        label="If it is not taken: why?",
        choices=[*NONE_SAID, *choices(RejectReason)],
        required=False,
    )
    end_reason = forms.ChoiceField(
        label="If it ended early: why?", choices=[*NONE_SAID, *choices(EndReason)], required=False
    )
    feedback = ask_words("Anything the worker should know?", rows=3)


class ServiceForm(forms.Form):
    """One entry of the directory."""

    name = forms.CharField(max_length=200, label="Name")
    organisation = forms.CharField(max_length=200, label="Organisation")
    team = forms.ChoiceField(label="Whose people answer referrals here?", required=False)
    description = ask_words("What does it do?", rows=3)
    eligibility = forms.CharField(max_length=400, required=False, label="Who can go there?")
    how_to_apply = forms.CharField(max_length=400, required=False, label="How do people get in?")
    needs = ask_many("What does it help with?", choices(NeedDomain))
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
    age_band = ask_one("How old did they look?", choices(AgeBand))
    reason = forms.ChoiceField(label="What brought them there?", choices=choices(MomentReason))
    approached = ask_one("Did you speak to them?", choices(Approached))
    minutes_to_approach = forms.IntegerField(
        label="After how many minutes?", required=False, min_value=0, max_value=10_000
    )
    response = forms.ChoiceField(
        label="What did they say?", choices=[*NONE_SAID, *choices(Response)], required=False
    )
    is_appropriate_adult_present = forms.BooleanField(
        label="In custody, under 18: an appropriate adult was there", required=False
    )
    words = ask_words("Anything else? Not who it was", rows=2)


class ProgressForm(forms.Form):
    """How far it went."""

    response = forms.ChoiceField(
        label="What did they say?", choices=[*NONE_SAID, *choices(Response)], required=False
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
