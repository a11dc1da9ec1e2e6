"""Whose reviews each role sees, cell by cell: what may not be seen is not there."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.audit.models import Event
from patrolwise.web.casereviews.actions import (
    appealing,
    closing,
    deciding,
    panel,
    publishing,
)
from patrolwise.web.casereviews.actions.applying import make_new_code
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons import clock

from .. import matrix
from .review_rows import (
    NOW,
    TODAY,
    WORDS,
    act,
    hold,
    join,
    make_case,
    make_procedure,
    send,
    send_application,
)

pytestmark = pytest.mark.django_db
RUN = (
    "review-code", "review-appeal", "review-close", "review-case", "review-complaint",
    "review-incidents", "review-meeting", "review-held", "review-request",
    "review-recommendation",
)  # fmt: skip
DECIDE = ("review-decide", "review-seat")
LEAD = ("review-officer", "review-hold")
PAGES = ("review", *RUN, *DECIDE, *LEAD)
# role → which pages of which review: a is one's own, b somebody else's
SEEN = {
    "lead": {(page, which) for page in PAGES for which in "ab"},
    "case_officer": {(page, "a") for page in ("review", *RUN)},
    "panel": {("review", "a")},
}


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def world(people):
    """Return two reviews; the people of the roles work on the first, others on the second."""
    make_procedure()
    lead = act(people["lead"])
    other = Person.objects.create(email="o@example.org", name="O", role="case_officer")
    other_panel = Person.objects.create(email="p@example.org", name="P", role="panel")
    team = join(people["partner"], "Housing").team
    a = hold(people, words=f"{WORDS} aaa")
    elsewhere = people | {"panel": other_panel, "case_officer": other}
    b = hold(elsewhere, words=f"{WORDS} bbb")
    other_team = join(other, "Elsewhere").team
    b.recommendations.update(team=other_team)
    asked = [
        panel.ask_agency(review=review, team=whose, question="What?", due_on=TODAY, writing=lead)
        for review, whose in ((a, team), (b, other_team))
    ]
    return SimpleNamespace(a=a, b=b, asked=asked, other=other)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_review_is_there_for_who_may_see_it_and_for_nobody_else(role, world, sign_in):
    client, seen = sign_in(role), set()
    for page in PAGES:
        for which in "ab":
            review = getattr(world, which)
            status = client.get(reverse(page, args=[review.pk])).status_code
            assert status in (200, 404), (page, status)
            seen |= {(page, which)} if status == 200 else set()
    assert seen == SEEN.get(role, set())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_lists_hold_ones_own_and_no_others(role, world, sign_in):
    client = sign_in(role)
    page = client.get("/reviews/").content.decode()
    both = {world.a.reference: "a", world.b.reference: "b"}
    found = {which for reference, which in both.items() if reference in page}
    assert found == {which for page, which in SEEN.get(role, set()) if page == "review"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_an_agency_sees_what_is_asked_of_it_and_nobody_else_does(role, world, sign_in):
    client, own = sign_in(role), role == "partner"
    for number, review in enumerate((world.a, world.b)):
        may = own and number == 0
        asked = client.get(f"/review-requests/{world.asked[number].pk}/")
        one = review.recommendations.get()
        told = client.get(f"/review-requests/recommendations/{one.pk}/")
        assert asked.status_code == told.status_code == (200 if may else 404)
        for page in (asked, told) if may else ():
            assert WORDS not in page.content.decode()
            assert "Hana" not in page.content.decode()
    assert (client.get("/review-requests/").status_code == 200) == own


@pytest.mark.parametrize("role", sorted(ROLES))
def test_appeals_are_seen_in_full_by_the_policing_body_alone(role, world, sign_in, people):
    send(world.a, "outcome", people)
    appealing.appeal(review=world.a, words="It goes on", writing=write_as_applicant(NOW))
    client, own = sign_in(role), role == "commissioner"
    page = client.get(f"/appeals/{world.a.pk}/")
    assert page.status_code == (200 if own else 404)
    if own:
        for words in ("It goes on", "They bang on the wall", "Hana Iqbal", "Visit at night"):
            assert words in page.content.decode()
    assert client.get(f"/appeals/{world.b.pk}/").status_code == 404  # nobody appealed
    assert client.get(f"/appeals/{world.a.pk}/letter/").status_code == 404  # not answered


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_could_apply_is_told_to_the_lead_alone(role, people, sign_in):
    make_procedure()
    _, victim = make_case(people)
    client = sign_in(role)
    statuses = {client.get(f"/reviews/offers/{end}").status_code for end in ("", f"{victim.pk}/")}
    assert statuses == ({200} if role == "lead" else {404})


def test_a_panel_reads_what_happened_and_not_to_whom(world, sign_in):
    page = sign_in("panel").get(f"/reviews/{world.a.pk}/").content.decode()
    assert "They bang on the wall" in page
    assert "Nobody spoke to the other." in page
    for words in ("Hana Iqbal", "07700", "Give another code", "Close the review"):
        assert words not in page


def test_a_panel_sees_a_review_until_it_lets_go_or_is_closed(world, sign_in, people):
    client, address = sign_in("panel"), f"/reviews/{world.a.pk}/"
    seat = world.a.seats.get()
    send(world.a, "outcome", people)
    closing.close(review=world.a, reason="finished", writing=act(people["lead"]))
    assert client.get(address).status_code == 404
    assert sign_in("case_officer").get(address).status_code == 200
    Review.objects.filter(pk=world.a.pk).update(closed_on=None)
    assert client.get(address).status_code == 200
    assert sign_in("lead").post(f"{address}panel/{seat.pk}/left/").status_code == 302
    assert client.get(address).status_code == 404


def test_an_officer_who_loses_the_role_loses_the_reviews(world, people, sign_in):
    people["case_officer"].role = "patrol"
    people["case_officer"].save()
    client = Client()
    client.force_login(people["case_officer"])
    assert client.get(f"/reviews/{world.a.pk}/").status_code == 404


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"lead", "case_officer"}))
def test_actions_ask_for_the_role_too(role, world, people):
    by, review = act(people[role]), world.a
    tries = [
        lambda: closing.close(review=review, reason="withdrawn", writing=by),
        lambda: closing.assign(review=review, officer=world.other, writing=by),
        lambda: closing.hold(review=review, reason="x", writing=by),
        lambda: make_new_code(review=review, writing=by),
        lambda: deciding.take_incidents(review=review, incidents=[], writing=by),
        lambda: deciding.decide(review=review, new=deciding.Decision(is_met=True), writing=by),
        lambda: panel.let_go(seat=review.seats.get(), writing=by),
        lambda: publishing.propose_counts(year=2025, writing=by),
    ]
    if role != "partner":
        tries.append(lambda: panel.answer_request(request=world.asked[0], answer="x", writing=by))
    if role != "commissioner":
        tries.append(
            lambda: appealing.answer_appeal(review=review, outcome="stands", answer="x", writing=by)
        )
    before = Event.objects.count()
    for attempt in tries:
        with pytest.raises(PatrolwiseError, match="may not"):
            attempt()
    assert Event.objects.count() == before


def test_only_who_may_run_reviews_is_given_one(people):
    review, _ = send_application()
    with pytest.raises(PatrolwiseError, match="case officer or a lead"):
        closing.assign(review=review, officer=people["panel"], writing=act(people["lead"]))


def test_pages_ask_the_database_a_bounded_number_of_times(
    world, people, sign_in, django_assert_max_num_queries
):
    for _ in range(6):
        send_application()
    client = sign_in("lead")
    pages = {"/reviews/": 20, f"/reviews/{world.a.pk}/": 30, "/reviews/offers/": 20,
             "/reviews/counts/": 22}  # fmt: skip
    for address, most in pages.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    partner = sign_in("partner")
    with django_assert_max_num_queries(20):
        assert partner.get("/review-requests/").status_code == 200


def test_the_way_to_the_case_is_there_for_who_sees_the_case(people, sign_in):
    make_procedure()
    case, victim = make_case(people, officer="lead")
    review = hold(people)
    deciding.match(review=review, case=case, victim=victim, writing=act(people["lead"]))
    way = reverse("asb-case", args=[case.pk])
    shown = {
        role: way in sign_in(role).get(f"/reviews/{review.pk}/").content.decode()
        for role in ("lead", "case_officer", "panel")
    }
    assert shown == {"lead": True, "case_officer": False, "panel": False}


def test_what_is_open_to_all_and_what_is_taken_away_is_known():
    pages = {name for name in matrix.list_open() if name.startswith(("review", "case-review"))}
    assert pages == {
        "case-review", "case-review-apply", "case-review-apply-other", "case-review-state",
        "case-review-appeal", "case-review-leave", "case-review-counts", "case-review-counts-csv",
    }  # fmt: skip
    files = {name for name in matrix.find_downloads() if name.endswith("-csv")}
    assert files == {"case-review-counts-csv", "review-counts-csv"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_row_that_may_not_be_seen_looks_like_one_that_is_not_there(role, people, sign_in):
    assert matrix.find_open_cells(sign_in(role), role) == []
