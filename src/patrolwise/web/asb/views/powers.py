"""Powers: chosen, tested, written down, served and ended; and what patrols see of them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.partnership.asb_powers import Power, find_power, load_powers
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb import places
from patrolwise.web.asb.actions import powers as actions
from patrolwise.web.asb.actions.people import has_lapsed
from patrolwise.web.asb.forms.rules import BreachForm, EndForm, PowerForm, ServeForm
from patrolwise.web.asb.models import PowerAction, Subject
from patrolwise.web.asb.reach import find_case, find_power_action, reach_orders
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, number_people, write_now
from patrolwise.web.commons import clock

_OWN = (
    "issued_by", "starts", "ends", "less_intrusive", "support", "equality_note", "conditions",
    "area", "hot_spot_id", "review_due",
)  # fmt: skip


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def power_choose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the powers that are law today, and those that are not yet."""
    person, now = person_of(request), clock.now()
    found = find_case(person, case_id, now)
    today = clock.day_of(now)
    every = load_powers()
    told = {
        "case": found,
        "powers": [one for one in every if one.is_in_force(today)],
        "others": [one for one in every if not one.is_in_force(today)],
    }
    return render(request, "asb/power_choose.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def power_new(request: HttpRequest, case_id: UUID, key: str) -> HttpResponse:
    """Answer the tests of a power, and write down its use."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    law = _find_law(key)
    people = {str(one.pk): one for one in found.subjects.all() if not has_lapsed(one, writing.now)}
    numbers = number_people("Subject", people.values())
    form = PowerForm(
        request.POST or None, power=law, subjects=numbers, initial={"starts": writing.now}
    )
    page = FormPage(
        title=law.title,
        button="Write it down",
        back=reverse("asb-power-choose", args=[found.pk]),
        back_title="Powers",
        done="Written down. It is in force once it was served.",
    )
    answer = answer_form(
        request,
        form,
        page,
        lambda: actions.use_power(writing=writing, case=found, new=_read(form, law, people)),
        lambda made: reverse("asb-power", args=[made.pk]),
    )
    if answer.status_code != 200:
        return answer
    return render(request, "asb/power_new.html", {"form": form, "page": page, "law": law})


@needs(Permission.SEE_ASB_CASES)
@never_cache
def power_one(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """Show one use of a power, with its tests, and of its subject the number alone."""
    person, now = person_of(request), clock.now()
    found = find_power_action(person, power_id, now)
    questions = {key: text for one in load_powers() for key, text in one.tests
                 if one.key == found.power}  # fmt: skip
    told = {
        "power": found,
        "case": found.case,
        "place": places.name_place(found.hot_spot_id),
        "tests": [(questions.get(key, key), why) for key, why in found.answers.items()],
        "breaches": found.breaches.all(),
        "is_over": found.ends is not None and found.ends <= now,
        "may_write": person.may(Permission.WRITE_ASB_CASES),
    }
    return render(request, "asb/power.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def power_serve(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """Note when a power was served."""
    writing = write_now(request)
    found = find_power_action(writing.by, power_id, writing.now)
    form = ServeForm(request.POST or None, initial={"served_at": writing.now})
    return answer_form(
        request,
        form,
        _page_of(found, "Note that it was served", "Keep"),
        lambda: actions.serve_power(writing=writing, power=found, **form.cleaned_data),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def power_end(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """Note when a power is looked at again, an appeal, and how it ended."""
    writing = write_now(request)
    found = find_power_action(writing.by, power_id, writing.now)
    form = EndForm(
        request.POST or None, initial={"review_due": found.review_due, "appeal": found.appeal}
    )
    return answer_form(
        request,
        form,
        _page_of(found, "How it goes on", "Keep"),
        lambda: actions.end_power(
            writing=writing, power=found, end=actions.PowerEnd(**form.cleaned_data)
        ),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def power_breach(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """Write down a breach, as one who works on the case."""
    writing = write_now(request)
    found = find_power_action(writing.by, power_id, writing.now)
    form = BreachForm(request.POST or None, initial={"seen_at": writing.now})
    return answer_form(
        request,
        form,
        _page_of(found, "Write down a breach", "Keep"),
        lambda: actions.report_breach(writing=writing, power=found, **form.cleaned_data),
    )


@needs(Permission.SEE_ASB_ORDERS)
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """List the powers in force: conditions, area and end, and nothing else of them."""
    page = Paginator(reach_orders(clock.now()), A_PAGE).get_page(request.GET.get("page"))
    names = places.name_places(one.hot_spot_id for one in page)
    rows = [(one, names[one.hot_spot_id] if one.hot_spot_id else "") for one in page]
    return render(request, "asb/orders.html", {"page": page, "rows": rows})


@needs(Permission.SEE_ASB_ORDERS)
@never_cache
def order_breach(request: HttpRequest, power_id: UUID) -> HttpResponse:
    """Report a breach on patrol; what is written is not shown again."""
    writing = write_now(request)
    found = get_object_or_404(reach_orders(writing.now), pk=power_id)
    form = BreachForm(request.POST or None, initial={"seen_at": writing.now})
    page = FormPage(
        title=f"Report a breach of {found.reference}",
        button="Report it",
        back=reverse("asb-orders"),
        back_title="Orders in force",
        warning="In danger, ring 999 first. A breach of an order of a court may be a crime.",
        done="Reported to the case team.",
    )

    def act() -> None:
        power = PowerAction.objects.get(pk=found.pk)
        actions.report_breach(writing=writing, power=power, **form.cleaned_data)

    return answer_form(request, form, page, act)


def _find_law(key: str) -> Power:
    try:
        return find_power(key, clock.today())
    except PatrolwiseError as error:
        raise Http404 from error


def _read(form: PowerForm, law: Power, people: dict[str, Subject]) -> actions.NewPower:
    given = form.cleaned_data
    return actions.NewPower(
        power=law.key,
        answers=form.read_answers(),
        consulted=frozenset(given.get("consulted", ())),
        subject=people.get(given.get("subject", "")),
        age=given.get("age"),
        **{name: given[name] for name in _OWN},
    )


def _page_of(power: PowerAction, title: str, button: str) -> FormPage:
    return FormPage(
        title=title,
        button=button,
        back=reverse("asb-power", args=[power.pk]),
        back_title=power.title,
    )
