"""The forms of returns, updates and releases."""

import re
from typing import Any

from django import forms

from patrolwise.files.mapping_files import find_zone_faults
from patrolwise.partnership.fund_rules import load_fund_rules
from patrolwise.partnership.hours_ledger import AGENCY_KINDS
from patrolwise.study.source_reading import read_definitions

_DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ManyFilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files, at least one."""
        one = super().clean
        return [one(each, initial) for each in (data or [None])]


class SettingsForm(forms.Form):
    """How returns are made."""

    title = forms.CharField(
        label="Title", max_length=120, help_text="As it is to stand on a return and an update."
    )
    force = forms.CharField(label="Force or area", max_length=80)
    zone = forms.CharField(label="Time zone of times without an offset", initial="Europe/London")
    definitions = forms.CharField(
        label="Definitions of crime",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, such as serious-violence@1. The first two are told to the public.",
    )
    harm_index = forms.CharField(
        label="Harm index", required=False, help_text="With its version; empty if harm is not told."
    )
    agencies = forms.CharField(
        label="Services that patrol",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line with its kind after a comma: City wardens, partner. "
        f"Kinds: {', '.join(AGENCY_KINDS)}.",
    )

    def clean_definitions(self) -> list[str]:
        """Return known definitions with their versions."""
        faults: list[str] = []
        lines = tuple(one.strip() for one in self.cleaned_data["definitions"].splitlines())
        keys = read_definitions(tuple(one for one in lines if one), "Definitions", faults)
        if faults:
            raise forms.ValidationError(faults)
        return list(keys)

    def clean_zone(self) -> str:
        """Return a zone that is known."""
        zone = str(self.cleaned_data["zone"])
        if faults := find_zone_faults(zone):
            raise forms.ValidationError(faults)
        return zone

    def clean_agencies(self) -> list[list[str]]:
        """Return agencies with their kinds."""
        found, faults = [], []
        for line in self.cleaned_data["agencies"].splitlines():
            if not line.strip():
                continue
            name, _, kind = (part.strip() for part in line.rpartition(","))
            if not name or kind not in AGENCY_KINDS:
                faults.append(f"“{line.strip()}” lacks its kind: one of {', '.join(AGENCY_KINDS)}.")
            found.append([name, kind])
        if faults:
            raise forms.ValidationError(faults)
        return found


class FormsForm(forms.Form):
    """Forms of a return, several at once."""

    sent = ManyFilesField(
        label="Forms",
        help_text="CSV or xlsx, called by what they hold: hours.csv, hot-spots.csv, outcomes.csv.",
    )


class PlansFileForm(forms.Form):
    """The file of plans that the police's site gives."""

    sent = forms.FileField(
        label="File of plans", help_text="As the police’s site gave it, not saved anew."
    )


class PlansReasonForm(forms.Form):
    """Why a file of plans is taken back."""

    reason = forms.CharField(label="Why", max_length=300)


class QuarterForm(forms.Form):
    """Which return is to be made."""

    quarter = forms.CharField(
        label="Quarter",
        max_length=7,
        help_text="Such as 2026-Q2: April starts a year of most funds.",
    )
    fund_rules = forms.ChoiceField(label="Rules of the fund")
    cut = forms.DateField(
        label="Rows known on",
        widget=_DATE,
        help_text="The data cut: what was written down later is not in.",
    )
    open_queries = forms.CharField(
        label="Open questions",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, for the cover. A check that has not passed must be explained here.",
    )
    why = forms.CharField(
        label="Why it is made anew",
        required=False,
        help_text="Only where the quarter has a return already.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund_rules"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, key) for key in sorted(load_fund_rules(), reverse=True)]

    def clean_quarter(self) -> str:
        """Return a quarter as the library writes it."""
        quarter = str(self.cleaned_data["quarter"]).strip().upper()
        if not re.fullmatch(r"\d{4}-Q[1-4]", quarter):
            raise forms.ValidationError(f"“{quarter}” is no quarter. Write 2026-Q2.")
        return quarter

    def clean_open_queries(self) -> tuple[str, ...]:
        """Return the questions."""
        lines = self.cleaned_data["open_queries"].splitlines()
        return tuple(one.strip() for one in lines if one.strip())


class UpdateForm(forms.Form):
    """What the partners say."""

    text = forms.CharField(
        label="What the partners say",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Paragraphs parted by an empty line. Each number is held against the return.",
    )


class AskForm(forms.Form):
    """What the second person should know."""

    note = forms.CharField(
        label="For the second person", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DecideForm(forms.Form):
    """What the second person decides."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=(("out", "Let it out"), ("refuse", "Refuse it")),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="What you looked at, or why it is refused",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(forms.Form):
    """Why something is taken back."""

    why = forms.CharField(label="Why it is taken back", widget=forms.Textarea(attrs={"rows": 2}))
