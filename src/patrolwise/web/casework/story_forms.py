"""The forms of case studies."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms

from patrolwise.outreach.vocabulary import StoryPart
from patrolwise.web.casework.forms import ask_words
from patrolwise.web.casework.story_check import StoryFinding
from patrolwise.web.casework.words import key_of

_HELP = {
    StoryPart.STORY_BEFORE: "What was hard, in general words.",
    StoryPart.STORY_HELP: "What they did, and what we did.",
    StoryPart.STORY_SINCE: "What changed, what did not.",
    StoryPart.STORY_WORDS: "Only what they said, and want to be told.",
}
_REASON, _MOST_REASON = "reason_", 200


class StoryForm(forms.Form):
    """A story, in the parts that the person allowed, and why what was found in it stays."""

    title = forms.CharField(max_length=120, label="Title")

    def __init__(
        self,
        *args: Any,
        allowed: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        may = set(allowed)
        self.part_keys = [key_of(part) for part in StoryPart if key_of(part) in may]
        for part in StoryPart:
            if key_of(part) in may:
                label = part.value.capitalize()
                self.fields[key_of(part)] = ask_words(label, _HELP[part], rows=5)

    def ask_reasons(self, findings: Iterable[StoryFinding]) -> None:
        """Ask of each finding why it stays."""
        for one in findings:
            self.fields[name_reason(one.key)] = forms.CharField(
                max_length=_MOST_REASON,
                required=False,
                label=f"{one.number}. Why does it stay?",
                initial=one.reason,
            )

    def reason_for(self, finding: StoryFinding) -> str:
        """Return why a finding stays, as it was sent; empty when it was not said."""
        return str(self.data.get(name_reason(finding.key), "")).strip()[:_MOST_REASON]

    @property
    def parts(self) -> dict[str, str]:
        """What it says, by part."""
        return {key: self.cleaned_data[key] for key in self.part_keys}


def name_reason(key: str) -> str:
    """Return the name of the field in which a finding is kept.

    Parameters
    ----------
    key : str
        Of the finding: words of a story, which stand in no field's name.

    Returns
    -------
    str
    """
    return _REASON + hashlib.sha256(key.encode()).hexdigest()[:16]


class WhyForm(forms.Form):
    """Why a story goes back."""

    why = ask_words("What should be changed?", required=True, rows=3)


class ReceiverForm(forms.Form):
    """Who gets a story."""

    receiver = forms.CharField(
        max_length=200,
        label="Who gets it?",
        help_text="An organisation, or where it is published. They are told if it is taken back.",
    )
