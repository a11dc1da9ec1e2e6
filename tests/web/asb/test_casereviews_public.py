"""What whoever is harmed does: ask, follow, appeal; without an account, a script or a trace."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patrolwise.outreach.reading_age import reading_age
from patrolwise.web.audit.models import Event
from patrolwise.web.casereviews import views_public
from patrolwise.web.casereviews.actions import closing
from patrolwise.web.casereviews.actions.appealing import appeal
from patrolwise.web.casereviews.models import Complaint, Publication, Review
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons import clock

from .. import matrix
from .review_rows import (
    NOW,
    TODAY,
    WEIGHED,
    WORDS,
    act,
    days_ago,
    decide,
    hold,
    make_procedure,
    send,
    send_application,
)

pytestmark = pytest.mark.django_db
OLDEST = 9
GOOD = {"name": "Hana Iqbal", "reach": "07700 900123", "words": WORDS}
COUNTED = {
    "requests": 1, "threshold_not_met": 0, "reviews": 0, "reviews_with_recommendations": 0,
}  # fmt: skip
PUBLIC = (
    "/case-review/", "/case-review/apply/", "/case-review/apply-for-somebody/",
    "/case-review/state/", "/case-review/counts/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Words(HTMLParser):
    """The words of a page's main part, with a full stop after each line."""

    def __init__(self):
        super().__init__()
        self.depth, self.words = 0, []

    def handle_starttag(self, tag, attributes):
        self.depth += tag == "main"

    def handle_endtag(self, tag):
        self.depth -= tag == "main"
        if tag in ("h1", "h2", "p", "li", "label", "legend", "button", "div", "th", "td"):
            self.words.append(".")

    def handle_data(self, data):
        if self.depth:
            self.words.append(data)


def read(response):
    """Return the words of a page."""
    words = Words()
    words.feed(response.content.decode())
    text = re.sub(r"\s+", " ", " ".join(words.words))
    return text


def read_plain(response):
    """Return the words of a page without days, numbers and references, and one full stop a line."""
    text = re.sub(
        r"\d{1,2} (?:June|July) 2026|[\d ]{8,}|\b\w{3,4}(?:-\w{3,4}){2}\b", " ", read(response)
    )
    return re.sub(r"(?:\s*[.?!:,])+\s*(?=[.?!])|(?:\s*\.){2,}", ".", text).strip(" .")


def find_code(response):
    return re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", response.content.decode()).group(1)


def tell_time(number, behaved, reported, told_to="police"):
    return {
        f"time-{number}-behaved_on": behaved.isoformat(),
        f"time-{number}-reported_on": reported.isoformat(),
        f"time-{number}-told_to": told_to,
    }


def test_somebody_asks_gets_a_number_and_a_code_and_follows_it(client):
    make_procedure()
    sent = {**GOOD, **tell_time(0, days_ago(9), days_ago(8)), "time-0-their_number": "P-7"}
    page = client.post("/case-review/apply/", sent)
    review, code = Review.objects.get(), find_code(page)
    assert review.reference in read(page)
    assert "by 24 June 2026" in read(page)  # ten working days
    assert (review.name, review.words, review.channel) == ("Hana Iqbal", WORDS, "page")
    complaint = Complaint.objects.get()
    assert (complaint.told_to, complaint.their_number) == ("police", "P-7")
    assert code not in str(vars(review))
    entered = client.post(
        "/case-review/state/",
        {"reference": review.reference.lower().replace("-", " "), "code": code.lower()},
    )
    assert entered.status_code == 302
    state = client.get("/case-review/state/")
    assert "You asked us on 10 June 2026" in read(state)
    assert WORDS not in state.content.decode()
    assert "Hana" not in state.content.decode()


def test_the_state_page_tells_each_step_and_no_words(client, people):
    make_procedure()
    review, code = send_application(complaints=1)
    client.post("/case-review/state/", {"reference": review.reference, "code": code})
    told = lambda: read(client.get("/case-review/state/"))  # noqa: E731
    assert "Next: we say if we hold a case review, by 1 July 2026" in told()
    send(review, "acknowledge", people)
    decide(review, people, is_met=False, **WEIGHED)
    assert "we do not hold a case review" in told().replace("  ", " ")
    assert "Ask for another look" not in told()  # the letter is not out yet
    send(review, "refusal", people)
    assert "until 8 July 2026" in told()
    page = client.post("/case-review/appeal/", {"words": "You did not read my diary"})
    assert page.status_code == 302
    review.refresh_from_db()
    assert (review.appealed_on, review.appeal_words) == (TODAY, "You did not read my diary")
    assert "You asked for another look" in told()
    assert "You cannot ask for this now" in read(client.get("/case-review/appeal/"))
    refused = read(client.post("/case-review/appeal/", {"words": "Again"}))
    assert "You cannot" in refused
    assert client.get("/case-review/leave/").status_code == 303
    assert "Your code" in told()


def test_a_review_that_is_closed_opens_again_by_an_appeal(client, people):
    make_procedure()
    review = hold(people)
    send(review, "outcome", people)
    closing.close(review=review, reason="finished", writing=act(people["lead"]))
    assert review.clock_start == TODAY
    appeal(review=review, words="No", writing=write_as_applicant(NOW))
    review.refresh_from_db()
    assert (review.closed_on, review.clock_start) == (None, None)


def test_who_asks_for_somebody_else_needs_their_yes(client):
    sent = {**GOOD, "acting_name": "Ade Bello", "acting_as": "family", "agreed_how": "By phone"}
    page = client.post("/case-review/apply-for-somebody/", sent)
    assert "Ask them first" in read(page)
    assert not Review.objects.exists()
    client.post("/case-review/apply-for-somebody/", {**sent, "is_agreed": "on"})
    review = Review.objects.get()
    assert (review.acting_name, review.is_agreed, review.agreed_how) == (
        "Ade Bello", True, "By phone",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "Fill this in"),
        ({"words": "x" * 4001}, "at most 4000"),
        ({"time-1-behaved_on": "2026-06-01"}, "Give the day on which you told them"),
        ({"time-2-their_number": "9"}, "Choose whom you told"),
        (tell_time(0, days_ago(1), days_ago(2)), "you told somebody before it happened"),
        (tell_time(0, days_ago(1), TODAY + timedelta(days=1)), "still to come"),
        ({"time-0-behaved_on": "soon"}, "like this: 24/11/2026"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(client, change, said):
    page = client.post("/case-review/apply/", {**GOOD, **change})
    assert said in read(page)
    assert "There is a problem" in read(page)
    assert not Review.objects.exists()


def test_nothing_is_kept_before_it_is_sent(client):
    with CaptureQueriesContext(connection) as asked:
        for address in PUBLIC:
            assert client.get(address).status_code == 200
    assert not [one for one in asked.captured_queries if "INSERT" in one["sql"]]
    assert not client.cookies.keys() - {"patrolwise-asb-form"}


def test_a_wrong_number_and_a_wrong_code_look_the_same(client):
    review, code = send_application()
    pages = [
        client.post("/case-review/state/", {"reference": reference, "code": given})
        for reference, given in ((review.reference, "ABCD-ABCD-ABCD"), ("ABC-DEF-GHK", code))
    ]
    told = [matrix._DRAWN.sub(b"", one.content) for one in pages]
    cleaned = [re.sub(rb'value="[^"]*"', b"", one) for one in told]
    assert cleaned[0] == cleaned[1]
    assert "do not fit" in read(pages[0])


def test_tries_and_applications_have_a_limit(client):
    with mock.patch.multiple(views_public, _TRIES=2, _APPLIES=1):
        for _ in range(2):
            client.post("/case-review/state/", {"reference": "x", "code": "y"})
        assert "Too many tries" in read(
            client.post("/case-review/state/", {"reference": "x", "code": "y"})
        )
        client.post("/case-review/apply/", GOOD)
        assert "Too many tries" in read(client.post("/case-review/apply/", GOOD))
        assert Review.objects.count() == 1
        other = client.post("/case-review/apply/", GOOD, REMOTE_ADDR="10.0.0.9")
        assert "We have it" in read(other)
    assert not [key for key in cache._cache if "127.0.0.1" in key]


def test_an_opened_application_closes_after_half_an_hour(client, monkeypatch):
    review, code = send_application()
    client.post("/case-review/state/", {"reference": review.reference, "code": code})
    assert review.reference in read(client.get("/case-review/state/"))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=31))
    assert "Your code" in read(client.get("/case-review/state/"))


def test_public_pages_are_read_at_nine(client, people):
    make_procedure()
    pages = [client.get(address) for address in PUBLIC]
    review, code = send_application(complaints=1)
    pages.append(client.post("/case-review/apply/", GOOD))
    client.post("/case-review/state/", {"reference": review.reference, "code": code})
    pages.append(client.get("/case-review/state/"))
    decide(review, people, is_met=False, **WEIGHED)
    send(review, "refusal", people)
    pages += [client.get("/case-review/state/"), client.get("/case-review/appeal/")]
    for page in pages:
        words = read_plain(page)
        assert reading_age(words) <= OLDEST, (reading_age(words), words)


def test_public_pages_need_no_script_and_ask_no_third_party(client):
    for address in PUBLIC:
        page = client.get(address).content.decode()
        assert "<script" not in page
        assert "style=" not in page
        assert "https://" not in page


def test_an_applicants_words_are_in_no_log_event_or_error_page(client, people, monkeypatch):
    """In clear they are on the pages of who may read them, and nowhere else."""
    marks = {key: f"zq{number}mxv" for number, key in enumerate((*GOOD, "told", "wrong", "code"))}
    sent = {key: f"{words} {marks[key]}" for key, words in GOOD.items()}
    sent |= {**tell_time(0, days_ago(9), days_ago(8)), "time-0-their_number": marks["told"]}
    kept = matrix.keep_lines()
    try:
        client.post("/case-review/apply/", sent | tell_time(1, TODAY, days_ago(5)))  # refused
        client.post("/case-review/apply/", sent)
        client.post("/case-review/state/", {"reference": marks["code"], "code": marks["code"]})
        client.get(f"/case-review/{marks['wrong']}/")
        monkeypatch.setattr(
            views_public, "apply", mock.Mock(side_effect=RuntimeError(marks["wrong"]))
        )
        client.raise_request_exception = False
        failed = client.post("/case-review/apply/", sent)
    finally:
        matrix.drop_lines(kept)
    assert failed.status_code == 500
    assert Review.objects.get().words.endswith(marks["words"])
    told = [*kept.lines, *(f"{one.subject} {one.detail}" for one in Event.objects.all())]
    told.append(failed.content.decode())
    assert kept.lines
    assert [mark for mark in marks.values() if any(mark in one for one in told)] == []
    with connection.cursor() as cursor:
        for table in ("casereviews_review", "casereviews_complaint"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = str([[bytes(c) if isinstance(c, memoryview) else c for c in r] for r in cursor])
            assert [mark for mark in marks.values() if mark in rows] == []


def test_the_sign_in_page_leads_to_case_reviews_and_to_counts_once_some_are_out(client, people):
    def ways():
        page = client.get("/accounts/login/").content.decode()
        return re.findall(
            r'<li><a class="govuk-link" href="(/case-review/[^"]*)">([^<]+)</a>', page
        )

    asked = ("/case-review/", "Ask for a case review")
    assert ways() == [asked]
    Publication.objects.create(
        year=2025, counts=COUNTED, proposed_by_id=people["lead"].pk, proposed_at=NOW
    )
    assert ways() == [asked]  # it waits for a second person
    Publication.objects.update(released_at=NOW, released_by_id=people["protection"].pk)
    assert ways() == [asked, ("/case-review/counts/", "See how many were asked for")]
    for address, _ in ways():
        assert client.get(address).status_code == 200
