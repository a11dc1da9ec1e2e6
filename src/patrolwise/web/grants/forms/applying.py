"""The pages of an application, in words that a nine-year-old reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from patrolwise.partnership.grants import LONGEST_TITLE
from patrolwise.partnership.org_ids import OrgKind
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.grants.forms.fields import (
    AskForm,
    DayInput,
    Lines,
    LinesForm,
    PoundsField,
    WordsField,
    ask_yes_no,
)

EVIDENCE = {
    "high": "High: it works in most tests",
    "moderate": "Medium: it works in some tests",
    "low": "Low: it may help a bit",
    "no-clear": "None so far: it was tried, and we cannot tell",
    "unknown": "We do not know",
}
_KINDS = [(one.value, one.value.capitalize()) for one in OrgKind if one is not OrgKind.INDIVIDUAL]


def _ask_day(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


class DraftForm(AskForm):
    """One page of a draft: what is left out is told at the end."""

    is_draft = True


class OrganisationForm(DraftForm):
    """Who applies."""

    needed = ("org_name",)
    org_name = forms.CharField(
        label="What is your group called?", max_length=120, help_text="Its name, not a person’s."
    )
    org_kind = forms.ChoiceField(
        label="What kind of group is it?", choices=_KINDS, widget=forms.RadioSelect
    )
    charity_number = forms.CharField(
        label="Charity number", max_length=20, required=False, help_text="Such as 1000147."
    )
    company_number = forms.CharField(
        label="Company number", max_length=20, required=False, help_text="Such as 01234567."
    )


class RunningForm(DraftForm):
    """How it is run and kept safe."""

    governance = WordsField(
        "Who runs your group?",
        100,
        help_text="How many are on the board? How do you look after money? Give no names.",
    )
    has_safeguarding_policy = ask_yes_no("Do you have rules to keep young people safe?")
    policy_reviewed = _ask_day("When did you last look at those rules?", required=False)
    is_insured = ask_yes_no("Is your group insured?")
    insured_until = _ask_day("When does that end?", required=False)


class ProjectForm(DraftForm):
    """What is to be done, where and when."""

    unnamed = ("title", "summary")
    title = forms.CharField(
        label="What is your plan called?",
        max_length=LONGEST_TITLE,
        help_text="We print this if you get the money. Give no names.",
    )
    summary = WordsField(
        "What will you do?",
        150,
        help_text="Say what, for whom and where. We print this if you get the money. Give no "
        "names.",
    )
    area_ids = forms.MultipleChoiceField(
        label="Which places is it for?", widget=forms.CheckboxSelectMultiple
    )
    first = _ask_day("First day")
    last = _ask_day("Last day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_ids"].choices = list_choices()  # type: ignore[attr-defined]


class YoungPeopleForm(DraftForm):
    """For whom, and what will be better."""

    youngest = forms.IntegerField(label="Age of the youngest", min_value=0, max_value=99)
    oldest = forms.IntegerField(label="Age of the oldest", min_value=0, max_value=99)
    young_people = forms.IntegerField(
        label="How many young people will come?",
        min_value=1,
        max_value=1_000_000,
        help_text="Count each of them once.",
    )
    cohort = WordsField("Who are they?", 100, help_text="Tell us of the group. Give no names.")
    outcomes = WordsField(
        "What will be better for them?", 150, help_text="How will you know that it is?"
    )


class WorksForm(DraftForm):
    """How well it is known to work, and what young people had to say."""

    evidence = forms.ChoiceField(
        label="How well does this kind of work do in tests?",
        choices=list(EVIDENCE.items()),
        widget=forms.RadioSelect,
        help_text="Look it up in the toolkit of the Youth Endowment Fund.",
    )
    evidence_why = WordsField("How do you know?", 100)
    is_designed_with_young_people = ask_yes_no("Did young people help to make the plan?")
    co_design = WordsField("What did they say, and what did you change?", 100)


class MoneyForm(DraftForm, LinesForm):
    """What it costs."""

    groups = (
        Lines(
            name="budget",
            title="Cost",
            make=lambda: {
                "what": forms.CharField(label="What is it for?", max_length=100),
                "pence": PoundsField("Pounds", min_value=0.01),
            },
            least=2,
        ),
    )
    match_pence = PoundsField("Pounds that come from others", required=False)
    match_source = forms.CharField(label="Who gives them?", max_length=200, required=False)


class ContactForm(DraftForm):
    """Whom to ask."""

    contact_name = forms.CharField(label="Whom can we ask?", max_length=120)
    contact_phone = forms.CharField(label="Phone number", max_length=30, required=False)
    contact_email = forms.EmailField(
        label="E-mail", required=False, help_text="You need not have one. A phone will do."
    )


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the application."""

    key: str
    title: str
    form: type[AskForm]
    asked: tuple[str, ...]  # fields without which it is not filled


PAGES = (
    Page(key="group", title="Your group", form=OrganisationForm, asked=("org_name", "org_kind")),
    Page(
        key="running",
        title="How you run it",
        form=RunningForm,
        asked=("governance", "has_safeguarding_policy", "is_insured"),
    ),
    Page(
        key="plan",
        title="Your plan",
        form=ProjectForm,
        asked=("title", "summary", "area_ids", "first", "last"),
    ),
    Page(
        key="people",
        title="Young people",
        form=YoungPeopleForm,
        asked=("youngest", "oldest", "young_people", "cohort", "outcomes"),
    ),
    Page(
        key="works",
        title="Why it will work",
        form=WorksForm,
        asked=("evidence", "evidence_why", "is_designed_with_young_people", "co_design"),
    ),
    Page(key="money", title="Money", form=MoneyForm, asked=("budget",)),
    Page(key="contact", title="Whom to ask", form=ContactForm, asked=("contact_name",)),
)
BY_KEY: Mapping[str, Page] = {one.key: one for one in PAGES}


class ReturnForm(forms.Form):
    """The number and the code of something that was begun."""

    reference = forms.CharField(
        label="Your number", max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Such as K7F-3QD-W2M.",
    )  # fmt: skip
    code = forms.CharField(
        label="Your code", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Three groups of four. We gave it to you once.",
    )  # fmt: skip


class MoreForm(forms.Form):
    """The answer to what was asked."""

    answer = WordsField("Your answer", 300)
