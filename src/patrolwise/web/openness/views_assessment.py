"""The page on which the data protection officer signs an impact assessment."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.forms import DayInput, is_done
from patrolwise.web.casework.queries import name_people
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.openness.assessments import NewAssessment, find_signed, sign_assessment
from patrolwise.web.openness.models import SignedAssessment

_MOST_BYTES = 20 * 2**20
_YEAR = timedelta(days=364)


class AssessmentForm(forms.Form):
    """An assessment that was signed."""

    document = forms.FileField(label="The document that was signed", allow_empty_file=True)
    version = forms.CharField(max_length=40, label="Its version")
    signed_on = forms.DateField(label="When was it signed?", widget=DayInput())
    review_by = forms.DateField(label="Look at it again by", widget=DayInput())
    note = forms.CharField(max_length=300, required=False, label="Note")

    def clean_document(self) -> tuple[str, bytes]:
        """Return its name and what is in it."""
        given = self.cleaned_data["document"]
        if given.size > _MOST_BYTES:
            raise forms.ValidationError("It has more than 20 MB. Give the document alone.")
        return str(given.name), given.read()


@needs(Permission.SEE_GOVERNANCE)
@never_cache
def assessment(request: HttpRequest) -> HttpResponse:
    """Show what was signed; the officer signs."""
    today = clock.now().date()
    signs = person_of(request).may(Permission.SIGN_GOVERNANCE)
    first = {"signed_on": today, "review_by": today + _YEAR}
    form = AssessmentForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and signs and form.is_valid():
        given = dict(form.cleaned_data)
        name, document = given.pop("document")
        new = NewAssessment(file_name=name, document=document, **given)
        if is_done(form, lambda: sign_assessment(writing=write_now(request), new=new)):
            messages.success(request, "Signed.")
            return redirect("assessment")
    rows = list(SignedAssessment.objects.all()[:50])
    names = name_people(one.signed_by_id for one in rows)
    told = {
        "signed": find_signed(today),
        "rows": [(one, names.get(one.signed_by_id, "somebody who left")) for one in rows],
        "form": form if signs else None,
    }
    return render(request, "openness/assessment.html", told)
