"""Fields and forms that all of grants share: words that are counted, and lines that are added."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from patrolwise.errors import PatrolwiseError
from patrolwise.outreach.text_checks import PersonWord, find_person_words
from patrolwise.partnership.grant_rounds import PENCE
from patrolwise.web.commons.hot_spots import list_names

YES_NO = [("yes", "Yes"), ("no", "No")]
_MOST_POUNDS = 99_999_999
_PEOPLE = {
    PersonWord.NAME,
    PersonWord.PHONE,
    PersonWord.EMAIL,
    PersonWord.HANDLE,
    PersonWord.DATE_OF_BIRTH,
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


class WordsField(forms.CharField):
    """Some lines of text, with at most so many words."""

    def __init__(self, label: str, most: int, *, help_text: str = "", **kwargs: Any) -> None:
        self.most = most
        super().__init__(
            label=label,
            help_text=f"{help_text} Use {most} words at most.".strip(),
            max_length=most * 20,
            widget=forms.Textarea(attrs={"rows": 3 if most < 100 else 6}),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """Refuse too many words, and say how many there are."""
        text = super().clean(value)
        if count_words(text) > self.most:
            raise forms.ValidationError(
                f"You have {count_words(text)} words. Use {self.most} at most."
            )
        return text


class PoundsField(forms.DecimalField):
    """Pounds, kept as whole pence."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        given = {"min_value": 0, "max_value": _MOST_POUNDS, "decimal_places": 2} | kwargs
        super().__init__(label=label, **given)

    def clean(self, value: Any) -> Any:
        """Return pence."""
        pounds = super().clean(value)
        return None if pounds is None else int(pounds * PENCE)

    def prepare_value(self, value: Any) -> Any:
        """Return pounds of pence; what somebody typed stays as it is."""
        return f"{value / PENCE:.2f}".removesuffix(".00") if isinstance(value, int) else value


def count_words(text: str) -> int:
    """Return how many words a text has."""
    return len(text.split())


def ask_yes_no(label: str, **kwargs: Any) -> forms.TypedChoiceField:
    """Return a question that is answered with yes or no."""
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda said: said == "yes", empty_value=None,
        widget=forms.RadioSelect, **kwargs,
    )  # fmt: skip


def find_people(text: str) -> list[str]:
    """Return what in a text seems to be about a person; names of hot spots are none."""
    found = find_person_words(text, list_names())
    return sorted({str(one.what) for one in found if one.what in _PEOPLE})


class AskForm(forms.Form):
    """A form whose questions are all asked in earnest, and may still be left out in a draft."""

    is_draft: ClassVar[bool] = False
    needed: ClassVar[tuple[str, ...]] = ()  # of a draft: what must be there all the same
    unnamed: ClassVar[tuple[str, ...]] = ()  # texts in which nobody may be named

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            said = self.get_initial_for_field(field, name)
            if isinstance(said, bool):
                self.initial[name] = "yes" if said else "no"
            if isinstance(field, WordsField) and said:
                field.help_text += f" You have used {count_words(said)}."

    def may_lack(self, name: str) -> bool:
        """Return whether an answer may be left out for now."""
        return self.is_draft and name not in self.needed

    def add_error(self, field: str | None, error: Any) -> None:
        """Let an answer be left out where it may be; add any other fault."""
        if field and getattr(error, "code", "") == "required" and self.may_lack(field):
            asked = self.fields[field]
            self.cleaned_data[field] = (
                asked.empty_value
                if isinstance(asked, forms.TypedChoiceField)
                else asked.to_python(None)
            )
            return
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        """Refuse texts that seem to name somebody."""
        given: dict[str, Any] = super().clean() or {}
        for name in self.unnamed:
            if found := find_people(given.get(name) or ""):
                told = " and a ".join(found)
                self.add_error(name, f"This seems to hold a {told}. Write it without.")
        return given


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines of a form that are alike; a button adds another, without a script."""

    name: str
    title: str  # of one line
    make: Callable[[], dict[str, forms.Field]]
    least: int = 1
    most: int = 20


class LinesForm(AskForm):
    """A form with lines. `is_adding`: the button for another line was pressed, and nothing else."""

    groups: ClassVar[tuple[Lines, ...]] = ()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.is_adding = data is not None and any(key.startswith("add-") for key in data)
        initial = dict(kwargs.pop("initial", None) or {})
        if self.is_adding:  # what was typed so far stands in the form, and is not judged yet
            initial = {key: data.get(key) for key in data}
        super().__init__(None if self.is_adding else data, initial=initial, **kwargs)
        self._many: dict[str, int] = {}
        for group in self.groups:
            self._add_lines(group, data, initial)

    def may_lack(self, name: str) -> bool:
        """Return whether an answer may be left out: a line may be empty."""
        return "-" in name or super().may_lack(name)

    def clean(self) -> dict[str, Any]:
        """Gather the lines, and refuse one that is filled in part."""
        given = super().clean()
        for group in self.groups:
            given[group.name] = self._gather(group, given)
        return given

    @property
    def plain_fields(self) -> list[Any]:
        """The fields that are in no line."""
        return [self[name] for name in self.fields if "-" not in name]

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Each group with its lines, for the template."""
        return [
            {
                "name": group.name,
                "title": group.title,
                "may_add": self._many[group.name] < group.most,
                "lines": [
                    [self[f"{group.name}-{at}-{key}"] for key in group.make()]
                    for at in range(self._many[group.name])
                ],
            }
            for group in self.groups
        ]

    def _add_lines(self, group: Lines, data: Any, initial: Mapping[str, Any]) -> None:
        known = list(initial.get(group.name) or ()) if not self.is_adding else []
        numbers = [
            int(key.split("-")[1])
            for key in (data or ())
            if key.startswith(f"{group.name}-") and key.split("-")[1].isdecimal()
        ]
        many = max(numbers) + 1 if numbers else max(group.least, len(known))
        many = min(many + (data is not None and f"add-{group.name}" in data), group.most)
        self._many[group.name] = many
        for at in range(many):
            for key, field in group.make().items():
                name = f"{group.name}-{at}-{key}"
                self.fields[name] = field
                if at < len(known):
                    self.initial[name] = known[at].get(key)

    def _gather(self, group: Lines, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for at in range(self._many[group.name]):
            names = {key: f"{group.name}-{at}-{key}" for key in group.make()}
            line = {key: given.get(name) for key, name in names.items()}
            if any(value not in (None, "") for value in line.values()):
                for key, name in names.items():
                    is_asked = self.fields[name].required and name not in self.errors
                    if is_asked and line[key] in (None, ""):
                        self.add_error(name, "Fill this in, or empty the whole line.")
                found.append(line)
        return found
