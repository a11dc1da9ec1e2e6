"""Those held to do it: their pages hold nothing of anybody who is harmed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_subjects import Standing
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import people as actions
from patrolwise.web.asb.forms.people import DutiesForm, StandingForm, SubjectForm, WhoForm
from patrolwise.web.asb.models import Subject
from patrolwise.web.asb.reach import find_case, find_subject
from patrolwise.web.asb.views.harmed import tell_who
from patrolwise.web.asb.views.shown import FormPage, answer_form, write_now
from patrolwise.web.commons import clock


@needs(Permission.SEE_ASB_CASES)
@never_cache
def subjects(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """List who is held to do it in a case; who has lapsed is a number."""
    person, now = person_of(request), clock.now()
    found = find_case(person, case_id, now)
    told = {
        "case": found,
        "subjects": [(one, actions.has_lapsed(one, now)) for one in found.subjects.all()],
        "may_write": person.may(Permission.WRITE_ASB_CASES) and found.status == "open",
    }
    return render(request, "asb/subjects.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def subject_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down who is held to do it."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    form = SubjectForm(request.POST or None)
    page = FormPage(
        title="Write down a subject",
        button="Keep",
        back=reverse("asb-subjects", args=[found.pk]),
        back_title="Subjects",
        intro="Somebody is a subject on a basis, until a day. Without newer evidence it lapses.",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.add_subject(
            writing=writing, case=found, who=form.read_who(), standing=_read(form)
        ),
        lambda made: reverse("asb-subject", args=[made.pk]),
    )


@needs(Permission.SEE_ASB_CASES)
@never_cache
def subject_one(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Show a subject, and on what and until when they are held to be one."""
    person, now = person_of(request), clock.now()
    found = find_subject(person, subject_id, now)
    told = {
        "subject": found,
        "case": found.case,
        "has_lapsed": actions.has_lapsed(found, now),
        "powers": found.powers.all(),
        "may_write": person.may(Permission.WRITE_ASB_CASES) and found.case.status == "open",
    }
    return render(request, "asb/subject.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def subject_change(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Correct who a subject is; of who has lapsed nothing is shown."""
    writing = write_now(request)
    found = find_subject(writing.by, subject_id, writing.now)
    has_lapsed = actions.has_lapsed(found, writing.now)
    form = WhoForm(request.POST or None, initial={} if has_lapsed else tell_who(found))
    return answer_form(
        request,
        form,
        _page_of(found, "Correct who they are", "Keep"),
        lambda: actions.change_subject(writing=writing, subject=found, who=form.read_who()),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def subject_renew(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Let a subject stand on newer evidence."""
    writing = write_now(request)
    found = find_subject(writing.by, subject_id, writing.now)
    form = StandingForm(request.POST or None)
    page = _page_of(found, "Give newer evidence", "Keep")
    return answer_form(
        request,
        form,
        page,
        lambda: actions.renew_subject(writing=writing, subject=found, newer=_read(form)),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def subject_duties(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Note when youth justice was consulted, and a screening of needs offered."""
    writing = write_now(request)
    found = find_subject(writing.by, subject_id, writing.now)
    first = {"youth_justice_on": found.youth_justice_on, "needs_on": found.needs_offered_on}
    form = DutiesForm(request.POST or None, initial=first)
    return answer_form(
        request,
        form,
        _page_of(found, "What is owed to them", "Keep"),
        lambda: actions.note_duties(writing=writing, subject=found, **form.cleaned_data),
    )


def _read(form: StandingForm) -> Standing:
    given = {name: form.cleaned_data[name] for name in StandingForm.base_fields}
    return Standing(**{**given, "basis": Basis(given["basis"])})


def _page_of(subject: Subject, title: str, button: str) -> FormPage:
    return FormPage(
        title=title,
        button=button,
        back=reverse("asb-subject", args=[subject.pk]),
        back_title=f"Subject {subject.number}",
    )
