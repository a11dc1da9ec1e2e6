"""The forms of those harmed and of those held to do it: never both in one form."""

from collections.abc import Sequence
from typing import Any

from django import forms

from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_words import ContactResult
from patrolwise.web.asb.actions.people import Who
from patrolwise.web.asb.forms.cases import YES_NO, list_words, read_said
from patrolwise.web.commons.asking import NOT_SAID, ask_day, ask_line, ask_one, ask_words


class WhoForm(forms.Form):
    """Who somebody is."""

    name = ask_line("Name", "“Not known” will do.", required=True)
    phone = ask_line("Phone", most=40)
    born = ask_day("Born", required=False)
    is_under_18 = forms.ChoiceField(
        label="Under 18?",
        help_text="Only where the day of birth is not known.",
        choices=[NOT_SAID, *YES_NO],
        required=False,
    )
    address = ask_words("Address", rows=3)
    code = ask_line("Number in another system", most=40)
    words = ask_words("What else is to be known?")

    def read_who(self) -> Who:
        """Return who they are; the form is valid."""
        given = {name: self.cleaned_data[name] for name in WhoForm.base_fields}
        return Who(**{**given, "is_under_18": read_said(given["is_under_18"])})


class VictimForm(WhoForm):
    """Who is harmed."""

    words = ask_words(
        "What else is to be known?", "What they need, and how they may be reached safely."
    )


class ContactForm(forms.Form):
    """That somebody spoke with a victim."""

    on = ask_day("When?")
    result = ask_one("What came of it?", list_words(ContactResult))
    words = ask_words("What was said?")


class StandingForm(forms.Form):
    """On what somebody is held to be a subject."""

    basis = ask_one("On what basis?", list_words(Basis))
    evidence_ref = ask_line("Where is the evidence?", "Needed for all but an allegation.")
    evidenced_on = ask_day("Of which day is it?")
    review_due = ask_day(
        "Until when does it hold?",
        "Twelve months at most. On the day after, the record lapses by itself.",
    )


class SubjectForm(WhoForm, StandingForm):
    """Who is held to do it, and on what."""

    words = ask_words("What else is to be known?", "Facts, and whose they are.")
    field_order = (*WhoForm.base_fields, *StandingForm.base_fields)


class DutiesForm(forms.Form):
    """What is owed to a subject."""

    youth_justice_on = ask_day(
        "When was youth justice consulted?", "For everybody under 18.", required=False
    )
    needs_on = ask_day("When was a screening of needs offered?", required=False)


class LinkForm(forms.Form):
    """That two records are of one person."""

    reason = ask_words("Why must that be known?", required=True, rows=2)

    def __init__(
        self,
        *args: Any,
        victims: Sequence[tuple[str, str]],
        subjects: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["victim"] = forms.ChoiceField(label="Harmed person", choices=list(victims))
        self.fields["subject"] = forms.ChoiceField(label="Subject", choices=list(subjects))
        self.order_fields(["victim", "subject", "reason"])


class SearchForm(forms.Form):
    """What is known of whom somebody looks up."""

    name = ask_line("Name")
    born = ask_day("Born", required=False)
    phone = ask_line("Phone", most=40)
    code = ask_line("Number in another system", most=40)
