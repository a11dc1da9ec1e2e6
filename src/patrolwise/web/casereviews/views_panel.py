"""The pages of a review that is held: panel, meeting, requests to agencies, recommendations."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions import panel, recommending
from patrolwise.web.casereviews.forms import (
    AcceptForm,
    DoneForm,
    HeldForm,
    MeetingForm,
    RecommendationForm,
    RequestForm,
    SeatForm,
)
from patrolwise.web.casereviews.reach import find_run
from patrolwise.web.casereviews.views_forms import Ask, answer_ask, write_now


@needs(Permission.DECIDE_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_seat(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Call somebody to the panel."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=SeatForm(request.POST or None),
        title="Call somebody to the panel",
        lead="From now on they see this review until it is closed, but not who applied.",
        act=lambda given: panel.call_to_panel(review=found, writing=writing, **given),
        button="Call them",
    )
    return answer_ask(request, found, ask)


@needs(Permission.DECIDE_REVIEWS)
@never_cache
def seat_left(request: HttpRequest, review_id: UUID, seat_id: UUID) -> HttpResponse:
    """Let somebody go from the panel."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    seat = found.seats.filter(pk=seat_id).first()
    if seat is None or request.method != "POST":
        raise Http404
    panel.let_go(seat=seat, writing=writing)
    return redirect("review", found.pk)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_meeting(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Say when and where the panel meets."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    initial = {"meets_on": found.meets_on, "where": found.meets_where}
    ask = Ask(
        form=MeetingForm(request.POST or None, initial=initial),
        title="The meeting",
        act=lambda given: panel.plan_meeting(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_held(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Write down what came of the meeting."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=HeldForm(request.POST or None, initial={"reviewed_on": found.meets_on}),
        title="What came of the meeting",
        act=lambda given: panel.hold_meeting(
            review=found, held=panel.Meeting(**given), writing=writing
        ),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_request(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Ask an agency what it knows and did."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=RequestForm(request.POST or None),
        title="Ask an agency",
        act=lambda given: panel.ask_agency(review=found, writing=writing, **given),
        button="Ask",
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_recommendation(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Write a recommendation down."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=RecommendationForm(request.POST or None),
        title="A recommendation",
        act=lambda given: recommending.recommend(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def recommendation_answered(
    request: HttpRequest, review_id: UUID, recommendation_id: UUID
) -> HttpResponse:
    """Write down what an agency that does not sign in says of a recommendation."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    one = found.recommendations.filter(pk=recommendation_id).first()
    if one is None:
        raise Http404
    if one.is_accepted:
        ask = Ask(
            form=DoneForm(request.POST or None),
            title="It was carried out",
            lead=one.text,
            act=lambda given: recommending.finish_recommendation(one=one, writing=writing, **given),
        )
    else:
        ask = Ask(
            form=AcceptForm(request.POST or None),
            title="What the agency says of it",
            lead=one.text,
            act=lambda given: recommending.answer_recommendation(one=one, writing=writing, **given),
        )
    return answer_ask(request, found, ask)
