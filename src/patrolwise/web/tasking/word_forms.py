"""The forms in which people write: briefs, debriefs, notes on places, proposed changes."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from patrolwise.planning.proposals import ABOUT, DECISIONS
from patrolwise.web.tasking.forms import Choices, DayInput
from patrolwise.web.tasking.note_kinds import LONGEST, NOTE_KINDS
from patrolwise.web.tasking.person_words import find_person_words

NOTE_ROWS = 3


def _words(label: str, help_text: str = "", *, required: bool = False, rows: int = 4) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PlaceWordsForm(forms.Form):
    """A form about places: words that look like a person are kept only when the writer says so."""

    keep_words = forms.BooleanField(
        required=False,
        label="None of this is about a person. Keep it as it is",
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, places: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = tuple(places)
        self.order_fields([name for name in self.fields if name != "keep_words"])

    def clean(self) -> dict[str, Any]:
        """Warn of words that look like a person."""
        given = super().clean() or {}
        text = "\n".join(value for value in given.values() if isinstance(value, str))
        found = find_person_words(text, self._places)
        if found:
            self.fields["keep_words"].widget = forms.CheckboxInput()
            if not given.get("keep_words"):
                told = "; ".join(found)
                raise forms.ValidationError(
                    f"This looks as if it were about a person: {told}. Write of places only. If "
                    "it is about no person, tick the last box and send it again."
                )
        return given

    @property
    def said(self) -> dict[str, Any]:
        """What was given, without the tick."""
        return {name: value for name, value in self.cleaned_data.items() if name != "keep_words"}


class BriefChoiceForm(forms.Form):
    """For whom a brief is, and for which day."""

    service = forms.ChoiceField(label="Service")
    day = forms.DateField(label="Day", widget=DayInput())

    def __init__(self, *args: Any, services: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one, one) for one in services]
        self.fields["service"].choices = choices  # type: ignore[attr-defined]


class BriefForm(PlaceWordsForm):
    """A brief by IIMARCH."""

    information = _words("Information", "What is known; why here; the weather.", required=True)
    intention = _words("Intention", "What is to be reached today.", required=True)
    method = _words("Method", "Who does what, where and when.", required=True)
    administration = _words("Administration", "Meals, vehicles, kit, what to write down.")
    risk = _words("Risk", "To units and to the public, and what is done about it.")
    communication = _words("Communication", "Channels, call signs, whom to call.")
    humanity = _words("Human rights and legal matters", "Powers, proportion, who is affected.")


class ReceiptForm(forms.Form):
    """For which unit somebody has read a brief."""

    unit_id = forms.ChoiceField(label="Your unit today")

    def __init__(self, *args: Any, units: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [(one, one) for one in units]  # type: ignore[attr-defined]


class NoteForm(PlaceWordsForm):
    """What is known of a place."""

    area_id = forms.ChoiceField(label="Hot spot")
    kind = forms.ChoiceField(choices=NOTE_KINDS, widget=forms.RadioSelect, label="What it is")
    text = _words("What should others know?", "Of the place, never of a person.", required=True)

    def __init__(self, *args: Any, areas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, places=tuple(areas.values()), **kwargs)
        self.fields["area_id"].choices = list(areas.items())  # type: ignore[attr-defined]


class AnswerForm(PlaceWordsForm):
    """What came of a note on a place."""

    answer = _words("What was done about it?", "Whoever wrote the note can read it.", required=True)


class DebriefForm(PlaceWordsForm):
    """What a unit says after its shift, by its own hot spots."""

    client_id = forms.RegexField(
        r"\A[A-Za-z0-9-]{8,40}\Z", widget=forms.HiddenInput, initial=lambda: str(uuid.uuid4())
    )
    went_well = _words("What went well?", rows=3)
    went_badly = _words("What did not?", rows=3)

    def __init__(self, *args: Any, areas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, places=tuple(areas.values()), **kwargs)
        self._areas = areas
        for number, name in enumerate(areas.values()):
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=f"Minutes in {name}", required=False, min_value=0, max_value=720
            )
        for number in range(1, NOTE_ROWS + 1):
            self._add_note(number)
        self.order_fields([name for name in self.fields if name != "keep_words"])

    def _add_note(self, number: int) -> None:
        where = [("", "No note"), *self._areas.items()]
        self.fields[f"note_area_{number}"] = forms.ChoiceField(
            choices=where, required=False, label=f"Note {number}: hot spot"
        )
        self.fields[f"note_kind_{number}"] = forms.ChoiceField(
            choices=NOTE_KINDS, required=False, label=f"Note {number}: what it is"
        )
        self.fields[f"note_text_{number}"] = _words(f"Note {number}: in words", rows=2)

    def clean(self) -> dict[str, Any]:
        """Ask for the hot spot of a note that has words, and for something to be said at all."""
        given = super().clean()
        for number in range(1, NOTE_ROWS + 1):
            if given.get(f"note_text_{number}") and not given.get(f"note_area_{number}"):
                self.add_error(f"note_area_{number}", "Choose the hot spot that the note is about.")
        if not any(value not in ("", None) for name, value in given.items() if _is_said(name)):
            raise forms.ValidationError("Nothing is said. Write at least one word or number.")
        return given

    @property
    def minutes(self) -> dict[str, int]:
        """Hot spot → minutes, as the unit says."""
        found = {
            area_id: self.cleaned_data.get(f"minutes_{number}")
            for number, area_id in enumerate(self._areas)
        }
        return {area_id: minutes for area_id, minutes in found.items() if minutes is not None}

    def notes(self) -> Iterator[tuple[str, str, str]]:
        """Give hot spot, kind and words of each note."""
        for number in range(1, NOTE_ROWS + 1):
            if text := self.cleaned_data[f"note_text_{number}"]:
                area_id = self.cleaned_data[f"note_area_{number}"]
                yield area_id, self.cleaned_data[f"note_kind_{number}"], text


class ChangeForm(PlaceWordsForm):
    """A change that somebody proposes."""

    service = forms.ChoiceField(label="Service")
    about = forms.ChoiceField(choices=[(one, one.capitalize()) for one in ABOUT], label="About")
    what = _words("What should be otherwise?", required=True)
    why = _words("Why?", "What you saw that speaks for it.", required=True)

    def __init__(self, *args: Any, services: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = [(one, one) for one in services]
        self.fields["service"].choices = choices  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """A decision and its reason."""

    decision = forms.ChoiceField(
        choices=[(one.value, one.value.capitalize()) for one in DECISIONS],
        widget=forms.RadioSelect,
        label="Decision",
        help_text="Changed: accepted in another form than proposed.",
    )
    text = _words("Why", required=True, rows=3)


class ReplyForm(forms.Form):
    """What whoever proposed it is told."""

    text = _words("What you tell whoever proposed it", required=True, rows=3)


class EffectForm(forms.Form):
    """What an accepted change came to."""

    was = forms.CharField(max_length=200, label="Before", help_text="A plan, or a dose: 1 x 40.")
    now_is = forms.CharField(max_length=200, label="After")
    text = _words("What is otherwise", required=True, rows=3)


def _is_said(name: str) -> bool:
    return name.startswith(("went_", "minutes_", "note_text_"))
