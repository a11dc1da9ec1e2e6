"""The forms of schools and weeks of action, and the five questions to a teacher."""

from typing import Any

from django import forms

from patrolwise.partnership.schools import AUDIENCES, load_school_programmes
from patrolwise.partnership.weeks_of_action import KINDS, STATES
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import ask_day, ask_line, ask_one, ask_words
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.schools import school_actions
from patrolwise.web.schools.models import School, WeekActivity
from patrolwise.web.schools.session_actions import MOST_PUPILS, MOST_WORDS, NewSession, Said

COUNTS = {
    "events": "How many (visits, sessions, purchases tried, events)",
    "arrests": "Arrests, all kinds",
    "arrests_knife": "Of these, for knives",
    "knives_seized": "Knives seized",
    "knives_surrendered": "Knives surrendered",
    "knives_swept": "Knives found in sweeps",
    "sales": "Test purchases that sold",
}
_YES_NO = (("yes", "Yes"), ("no", "No"))
_RATINGS = tuple(
    (str(n), told) for n, told in enumerate(("1: poor", "2", "3", "4", "5: very good"), 1)
)


def say(values: Any) -> list[tuple[str, str]]:
    """Return choices whose values are their words.

    Parameters
    ----------
    values : iterable of str

    Returns
    -------
    list of (str, str)
    """
    return [(one, one[:1].upper() + one[1:]) for one in values]


def ask_number(label: str, help_text: str = "", *, most: int = MOST_PUPILS, least: int = 0) -> Any:
    """Return a field of a whole number.

    Parameters
    ----------
    label, help_text : str
    most, least : int

    Returns
    -------
    IntegerField
    """
    return forms.IntegerField(label=label, help_text=help_text, min_value=least, max_value=most)


def _tick(label: str) -> Any:
    return forms.BooleanField(label=label, required=False)


class SchoolForm(forms.Form):
    """A school."""

    urn = ask_line("Reference number (URN)", "Six digits.", required=True, most=6)
    name = ask_line("Name", required=True, most=120)
    hot_spot_id = forms.ChoiceField(label="Nearest hot spot", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Not said"), *list_choices()]
        self.fields["hot_spot_id"].choices = choices  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    """A session, by whoever held it. Counts alone."""

    school = forms.ModelChoiceField(School.objects.none(), label="School")
    programme = forms.ChoiceField(label="Programme")
    audience = ask_one("For whom", say(AUDIENCES))
    day = ask_day("Day")
    sessions = ask_number("How many sessions that day", most=20, least=1)
    attendances = ask_number("People present", "Added up over the sessions.")
    new = ask_number("Of these, new this school year", "Different people, in no session before.")
    year_groups = ask_line("Year groups", "Such as 8, 9.", most=40)
    deliverer = ask_line("Who held it", "An agency, never a person.", required=True, most=80)
    content_version = ask_line("Version of the content", required=True, most=40)
    had_second_adult = _tick("A second adult was there")
    has_no_scare_images = _tick("No pictures or words that frighten")
    offered_follow_up = _tick("Follow-up was offered")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        schools = School.objects.filter(ends=None)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        titles = {one.key: one.title for one in load_school_programmes() if one.is_in_force(today)}
        self.fields["programme"].choices = list(titles.items())  # type: ignore[attr-defined]

    def read(self) -> NewSession:
        """Return the session."""
        return NewSession(**self.cleaned_data)


class TeacherForm(forms.Form):
    """Five questions; words are asked for in one box, which may stay empty."""

    present = ask_number("1. How many pupils were there?")
    new = ask_number(
        "2. How many of them had no such session earlier this school year?",
        "If you do not know, give your best guess.",
    )
    rating = ask_one("3. How good was it for their age?", _RATINGS)
    frightening = ask_one("4. Did it use pictures or words to frighten?", _YES_NO)
    disclosures = ask_number(
        "5. How many pupils told an adult something that worried them?",
        "A number only. Write 0 if there were none.",
    )
    words = ask_words(
        "Anything that we should do better?",
        f"At most {MOST_WORDS} letters. No names, and nothing about a pupil.",
        rows=3,
    )

    def read(self) -> Said:
        """Return what was said."""
        given = self.cleaned_data
        return Said(
            present=given["present"],
            new=given["new"],
            rating=int(given["rating"]),
            was_frightening=given["frightening"] == "yes",
            disclosures=given["disclosures"],
            words=given["words"],
        )


class SessionCodeForm(forms.Form):
    """The code below the square."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Ten letters and digits, below the square.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = ask_line("Why", required=True)


class SurveyForm(forms.Form):
    """One item of a survey, before and after. Means of all who answered, never one by one."""

    school = forms.ModelChoiceField(School.objects.all(), label="School")
    programme = forms.ChoiceField(label="Programme")
    audience = ask_one("Whom it was asked of", say(("pupils", "mentors", "mentees")))
    item = ask_line("What was asked", required=True, most=120)
    before_n = ask_number("Answers before")
    before_mean = forms.FloatField(label="Their mean", required=False)
    after_n = ask_number("Answers after")
    after_mean = forms.FloatField(label="Their mean, after", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {one.key: one.title for one in load_school_programmes()}
        self.fields["programme"].choices = list(titles.items())  # type: ignore[attr-defined]


class CampaignForm(forms.Form):
    """A week of action."""

    name = ask_line("Name", "Such as Operation Sceptre, autumn 2026.", required=True, most=80)
    first = ask_day("First day")
    last = ask_day("Last day")


class ActivityForm(forms.Form):
    """One activity of a week of action."""

    day = ask_day("Day")
    organisation = ask_line("Organisation", required=True, most=80)
    kind = forms.ChoiceField(label="What", choices=say(KINDS))
    state = ask_one("State", say(STATES))
    hot_spot_id = forms.ChoiceField(label="Hot spot", required=False)

    def __init__(self, *args: Any, row: WeekActivity | None = None, **kwargs: Any) -> None:
        begin: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), "events": 1, "state": "done"}
        if row is not None:
            names = ("day", "organisation", "kind", "hot_spot_id", "events")
            begin |= {name: getattr(row, name) for name in names}
        super().__init__(*args, initial=begin, **kwargs)
        choices = [("", "None, or the whole city"), *list_choices()]
        self.fields["hot_spot_id"].choices = choices  # type: ignore[attr-defined]
        for name, label in COUNTS.items():
            self.fields[name] = ask_number(label, most=100_000)


class InitiativeForm(forms.Form):
    """Mini police, or an officer in a school."""

    kind = ask_one("What it is", tuple(school_actions.KINDS.items()))
    school = forms.ModelChoiceField(School.objects.all(), label="School")
    started = ask_day("Since")
    aim = ask_line("What it is for", required=True, most=300)
    evaluation_plan = ask_words("How it will be judged", "What is compared with what.", rows=3)
    measure = ask_line("By which measure", most=200)
    review_due = ask_day("Looked at on", required=False)

    def read(self) -> school_actions.NewInitiative:
        """Return it."""
        return school_actions.NewInitiative(**self.cleaned_data)


class EndForm(forms.Form):
    """When something ended."""

    on = ask_day("Ended on")
