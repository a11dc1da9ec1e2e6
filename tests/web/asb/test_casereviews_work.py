"""What the bodies of the area do with an application, step by step, and what they may not."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.todos import order_todos
from patrolwise.web.asb.models import Case, Victim
from patrolwise.web.audit.models import Event
from patrolwise.web.casereviews import demo
from patrolwise.web.casereviews.actions import (
    appealing,
    closing,
    deciding,
    letters,
    panel,
    publishing,
    recommending,
)
from patrolwise.web.casereviews.actions.applying import make_new_code, use_code
from patrolwise.web.casereviews.apart import WITHHELD
from patrolwise.web.casereviews.counts import count_work, count_years, list_published
from patrolwise.web.casereviews.due import list_due
from patrolwise.web.casereviews.facts import find_rule
from patrolwise.web.casereviews.letters import draft_letter
from patrolwise.web.casereviews.models import (
    AgencyRequest,
    Letter,
    Publication,
    Recommendation,
    Review,
    ReviewOffer,
)
from patrolwise.web.casereviews.offers import draft_offer, list_found, note_offer
from patrolwise.web.casereviews.queries import list_rows
from patrolwise.web.casereviews.waiting import list_waiting
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons import clock

from .review_rows import (
    NOW,
    SUBJECT,
    TODAY,
    WEIGHED,
    WORDS,
    act,
    days_ago,
    decide,
    hold,
    join,
    make_case,
    make_procedure,
    make_team,
    send,
    send_application,
    tell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OUT = "Gareth Pemberton shouted"  # names whom the case puts it down to


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_a_review_goes_from_the_telephone_to_its_end_on_the_pages(people, sign_in):
    make_procedure()
    case, _ = make_case(people)
    officer, lead, partner = (sign_in(role) for role in ("case_officer", "lead", "partner"))
    team = join(people["partner"], "Housing").team
    sent = {
        "requested_on": TODAY.isoformat(), "name": "Hana Iqbal", "reach": "0116", "words": WORDS
    }  # fmt: skip
    assert "Tell them now" in text(officer.post("/reviews/new/", sent))
    review = Review.objects.get()
    assert (review.channel, review.officer_id) == ("phone", people["case_officer"].pk)
    page = f"/reviews/{review.pk}/"
    officer.post(f"{page}case/", {"reference": case.reference, "number": 1})
    incidents = [str(one.pk) for one in case.incidents.all()]
    officer.post(f"{page}incidents/", {"incidents": incidents})
    assert "3 count; 3 are needed" in text(officer.get(page))
    assert officer.post(f"{page}letters/acknowledge/").status_code == 302
    lead.post(f"{page}decide/", {"is_met": "yes"})
    assert "We will hold a case review" in text(officer.get(page))
    officer.post(f"{page}letters/agreed/")
    lead.post(
        f"{page}panel/",
        {"person": people["panel"].pk, "is_chair": "on", "independence": "Of another city."},
    )
    officer.post(f"{page}meeting/", {"meets_on": "2026-06-10", "where": "Town Hall"})
    assert "The letter" not in text(officer.get(f"{page}letters/outcome/"))  # not there yet
    assert "meets on Wednesday 10 June 2026" in text(officer.get(f"{page}letters/invitation/"))
    officer.post(f"{page}letters/invitation/")
    officer.post(
        f"{page}request/",
        {"team": team.pk, "question": "What did you do?", "due_on": "2026-06-20"},
    )
    asked = AgencyRequest.objects.get()
    partner.post(f"/review-requests/{asked.pk}/", {"answer": "One visit."})
    officer.post(
        f"{page}held/", {"reviewed_on": "2026-06-10", "attended": "came", "outcome": "No plan."}
    )
    officer.post(
        f"{page}recommendation/",
        {"team": team.pk, "text": "Visit at night.", "due_on": "2026-07-10"},
    )
    one = Recommendation.objects.get()
    partner.post(f"/review-requests/recommendations/{one.pk}/", {"is_accepted": "yes"})
    assert "Housing: Visit at night. To be done by Friday 10 July 2026. They accept it" in text(
        officer.get(f"{page}letters/outcome/")
    )
    officer.post(f"{page}letters/outcome/")
    partner.post(f"/review-requests/recommendations/{one.pk}/", {"done_on": "2026-06-10"})
    officer.post(f"{page}appeal/", {"words": "It goes on"})
    commissioner = sign_in("commissioner")
    address = f"/appeals/{review.pk}/"
    assert "It goes on" in text(commissioner.get(address))
    commissioner.post(address, {"outcome": "again", "answer": "The night was not looked at."})
    assert "asked to look at your case again" in text(commissioner.get(f"{address}letter/"))
    officer.post(f"{page}close/", {"reason": "finished"})
    whole = text(officer.get(page))
    for words in ("One visit.", "No plan.", "Done", "The night was not looked at.", "Closed on"):
        assert words in whole
    assert [one.kind for one in Letter.objects.all()] == [
        "acknowledge", "agreed", "invitation", "outcome", "appeal",
    ]  # fmt: skip


def test_enough_complaints_make_a_review_a_duty(people):
    make_procedure()
    review, _ = send_application()
    with pytest.raises(InputError, match="a review must be held"):
        decide(review, people, is_met=False, **WEIGHED)
    decide(review, people)
    assert review.is_met
    with pytest.raises(RefusedError, match="stays as it was"):
        decide(review, people)
    with pytest.raises(RefusedError, match="stays as it was"):
        deciding.add_complaint(review=review, told=tell(0), writing=act(people["lead"]))


def test_with_fewer_all_three_are_weighed_and_reasons_are_given(people):
    make_procedure()
    review, _ = send_application(complaints=2)
    with pytest.raises(InputError, match="4 faults") as caught:
        decide(review, people, is_met=False)
    assert "adequate" in str(caught.value)
    with pytest.raises(InputError, match="Weigh what harm"):
        decide(review, people, is_met=True, **{**WEIGHED, "harm": " "})
    decide(review, people, is_met=False, **WEIGHED)
    letter = draft_letter(review, "refusal", TODAY).text
    for words in ("Hana Iqbal", *WEIGHED.values(), "2 of your complaints count, and 3"):
        assert words in letter
    assert WORDS not in letter


def test_a_complaint_counts_by_its_days_or_is_left_out(people):
    make_procedure()
    review, _ = send_application()
    late = tell(0).__class__(
        behaved_on=days_ago(60), reported_on=days_ago(20), told_to="police"
    )  # more than a month
    one = deciding.add_complaint(review=review, told=late, writing=act(people["lead"]))
    first = review.complaints.first()
    deciding.leave_out(complaint=first, why="again", writing=act(people["lead"]))
    decide(review, people, is_met=False, **WEIGHED)  # two count now
    letter = draft_letter(review, "refusal", TODAY).text
    assert f"{one.reported_on.day} May 2026 does not count" in letter
    assert "2026-" not in letter
    review.decided_on = review.is_met = None
    review.save()
    first.refresh_from_db()
    with pytest.raises(InputError, match="Choose why"):
        deciding.leave_out(complaint=first, why="no", writing=act(people["lead"]))


@pytest.mark.parametrize("where", ["decide", "held", "recommend", "ask", "answer", "appeal"])
def test_no_words_of_staff_name_whom_the_case_puts_it_down_to(people, where):
    make_procedure()
    case, victim = make_case(people)
    lead = act(people["lead"])
    if where == "decide":
        review, _ = send_application(complaints=2)
        deciding.match(review=review, case=case, victim=victim, writing=lead)
        for words in (OUT, "The Pembertons' son, Pemberton", "gareth pemberton"):
            with pytest.raises(InputError, match="not who") as caught:
                decide(review, people, is_met=False, **{**WEIGHED, "harm": words})
            assert "ember" not in str(caught.value)
        return
    review = hold(people)
    deciding.match(review=review, case=case, victim=victim, writing=lead)
    team = join(people["partner"], "Housing").team
    due = TODAY + DAY
    asked = panel.ask_agency(review=review, team=team, question="What?", due_on=due, writing=lead)
    send(review, "outcome", people)
    appealing.appeal(review=review, words="No", writing=write_as_applicant(NOW))
    if where == "recommend":
        Review.objects.filter(pk=review.pk).update(told_on=None)
        review.told_on = None
    tries = {
        "held": lambda: _hold_again(review, lead),
        "recommend": lambda: recommending.recommend(
            review=review, team=team, text=OUT, due_on=due, writing=lead
        ),
        "ask": lambda: panel.ask_agency(
            review=review, team=team, question=OUT, due_on=due, writing=lead
        ),
        "answer": lambda: panel.answer_request(
            request=asked, answer=OUT, writing=act(people["partner"])
        ),
        "appeal": lambda: appealing.answer_appeal(
            review=review, outcome="stands", answer=OUT, writing=act(people["commissioner"])
        ),
    }
    with pytest.raises(InputError, match="not who"):
        tries[where]()


def _hold_again(review, writing):
    review.reviewed_on = review.told_on = review.appealed_on = None
    review.save()
    held = panel.Meeting(reviewed_on=TODAY, attended="came", outcome=OUT)
    panel.hold_meeting(review=review, held=held, writing=writing)


def test_harmed_and_subject_are_on_no_page_together(people, sign_in):
    """Also where the applicant's own words name somebody, and on the page that prints."""
    make_procedure()
    case, victim = make_case(people)
    review = hold(people, words=f"It is {SUBJECT}, the Pembertons and gareth  pemberton")
    deciding.match(review=review, case=case, victim=victim, writing=act(people["lead"]))
    send(review, "outcome", people)
    appealing.appeal(
        review=review, words=f"{SUBJECT} again", writing=write_as_applicant(NOW)
    )  # fmt: skip
    pages = {
        "lead": ("", "decide/", "letters/outcome/", "letters/acknowledge/"),
        "case_officer": ("", "letters/agreed/"),
        "panel": ("",),
    }
    for role, ends in pages.items():
        client = sign_in(role)
        for end in ends:
            page = client.get(f"/reviews/{review.pk}/{end}")
            assert page.status_code == 200
            assert not re.search("pemberton\\b|gareth", page.content.decode(), re.I), (role, end)
    page = sign_in("commissioner").get(f"/appeals/{review.pk}/").content.decode()
    assert WITHHELD in page
    assert not re.search("pemberton\\b|gareth", page, re.I)


def test_a_chair_is_independent_and_a_meeting_needs_one(people):
    make_procedure()
    case, victim = make_case(people)
    review, _ = send_application()
    lead = act(people["lead"])
    held = panel.Meeting(reviewed_on=TODAY, attended="came", outcome="Found.")
    with pytest.raises(RefusedError, match="not decided"):
        panel.hold_meeting(review=review, held=held, writing=lead)
    deciding.match(review=review, case=case, victim=victim, writing=lead)
    decide(review, people)
    with pytest.raises(InputError, match="no chair"):
        panel.hold_meeting(review=review, held=held, writing=lead)

    def call(person, why="Of another city."):
        return panel.call_to_panel(
            review=review, person=person, is_chair=True, independence=why, writing=lead
        )

    with pytest.raises(InputError, match="Say why"):
        call(people["panel"], "")
    with pytest.raises(InputError, match="worked on the case"):
        call(join(people["panel"], "The city"))
    with pytest.raises(InputError, match="sits on no panel"):
        call(people["partner"])
    people["panel"].team = None
    people["panel"].save()
    seat = call(people["panel"])
    with pytest.raises(InputError, match="called already"):
        call(people["panel"])
    panel.let_go(seat=seat, writing=lead)
    assert call(people["panel"]).is_chair


def test_a_letter_is_kept_as_it_was_sent_once(people):
    make_procedure()
    review, _ = send_application()
    letter = send(review, "acknowledge", people)
    assert letter.text.startswith("We have your application\n\nDear Hana Iqbal,")
    assert Review.objects.get().acknowledged_on == TODAY
    with pytest.raises(RefusedError, match="sent before"):
        send(review, "acknowledge", people)
    draft = draft_letter(review, "acknowledge", TODAY)
    with pytest.raises(RefusedError, match="may not"):
        letters.send_letter(review=review, draft=draft, writing=act(people["panel"]))


def test_a_letter_that_names_our_page_says_where_it_is(people, client, settings):
    """By the site's public address, whatever address the officer came by."""
    settings.SITE_ADDRESS = "https://asb.example.org"
    make_procedure()
    make_case(people)
    review, _ = send_application(complaints=2)
    page = "https://asb.example.org/case-review/"
    told = [draft_letter(review, "acknowledge", TODAY).text]
    decide(review, people, is_met=False, **WEIGHED)
    told.append(draft_letter(review, "refusal", TODAY).text)
    told += ["\n\n".join(draft_offer(one, TODAY)) for one in list_found(TODAY)]
    for letter, before in zip(told, ("your code: ", "your code: ", "on our page: "), strict=True):
        assert before + page in letter
        assert letter.count("our page") == letter.count(page) == 1
    assert client.get("/case-review/").status_code == 200
    assert 'href="/case-review/state/"' in client.get("/case-review/").content.decode()


def test_the_list_tells_what_is_due_and_which_letter_is_ready(people, sign_in, monkeypatch):
    make_procedure()
    assert "No application is open" in text(sign_in("lead").get("/reviews/"))
    review, _ = send_application()
    page = text(sign_in("lead").get("/reviews/"))
    assert "Acknowledge the application" in page
    assert "10 working days left" in page
    assert "We have your application" in page
    assert "Nobody yet" in page
    monkeypatch.setattr(clock, "now", lambda: NOW + 15 * DAY)
    assert "Late" in text(sign_in("lead").get("/reviews/"))
    closing.close(review=review, reason="withdrawn", writing=act(people["lead"]))
    assert review.reference in text(sign_in("lead").get("/reviews/?tab=closed"))
    assert "No application is open" in text(sign_in("lead").get("/reviews/"))


def test_without_a_procedure_the_acts_threshold_holds_and_no_days_run(people, sign_in):
    review, _ = send_application()
    assert find_rule(TODAY).complaints == 3
    page = text(sign_in("lead").get(f"/reviews/{review.pk}/"))
    assert "No day is set" in page
    assert "None is in force today" in text(sign_in("lead").get("/reviews/procedure/"))


def test_a_procedure_is_dated_and_never_changed(people, sign_in):
    lead, values = sign_in("lead"), {
        "starts": "2026-06-01", "complaints": 2, "months_to_report": 1, "months_to_apply": 6,
        "days_to_decide": 5, "contact": "0116", "policing_body": "the commissioner",
        "source": "Page",
    }  # fmt: skip
    assert lead.post("/reviews/procedure/", values).status_code == 302
    assert "Give a later day" in text(lead.post("/reviews/procedure/", values))
    assert "less than or equal to 3" in text(
        lead.post("/reviews/procedure/", {**values, "starts": "2026-07-01", "complaints": 4})
    )
    before, _ = send_application(requested_on=date(2026, 5, 29), complaints=0)
    after, _ = send_application(complaints=2)
    assert find_rule(before.requested_on).complaints == 3
    assert find_rule(after.requested_on).days_to_decide == 5
    decide(after, people)  # two are enough now
    with pytest.raises(InputError, match="3 at most"):
        publishing.enter_procedure(
            values={**values, "starts": date(2027, 1, 1), "complaints": 4} | _no_days(),
            writing=act(people["lead"]),
        )


def _no_days():
    names = ("acknowledge", "decide", "review", "tell", "appeal", "answer_appeal")
    return {f"days_to_{name}": None for name in names}


def test_a_closed_review_is_not_changed_and_an_open_appeal_keeps_it_open(people):
    make_procedure()
    review = hold(people)
    lead = act(people["lead"])
    with pytest.raises(RefusedError, match="not told"):
        closing.close(review=review, reason="finished", writing=lead)
    send(review, "outcome", people)
    with pytest.raises(RefusedError, match="it stays as it was told"):
        recommending.recommend(
            review=review, team=make_team("B"), text="More.", due_on=TODAY, writing=lead
        )
    appealing.appeal(review=review, words="No", writing=write_as_applicant(NOW))
    with pytest.raises(RefusedError, match="appeal is open"):
        closing.close(review=review, reason="finished", writing=lead)
    appealing.answer_appeal(
        review=review, outcome="stands", answer="Rightly.", writing=act(people["commissioner"])
    )
    with pytest.raises(RefusedError, match="answered before"):
        appealing.answer_appeal(
            review=review, outcome="stands", answer="x", writing=act(people["commissioner"])
        )
    with pytest.raises(InputError, match="Choose why"):
        closing.close(review=review, reason="no", writing=lead)
    closing.close(review=review, reason="finished", writing=lead)
    with pytest.raises(RefusedError, match="was closed on 10 June 2026"):
        closing.close(review=review, reason="finished", writing=lead)


def test_an_appeal_has_its_days(people):
    make_procedure()
    review = hold(people)
    send(review, "outcome", people)
    late = write_as_applicant(NOW + 40 * DAY)
    with pytest.raises(RefusedError, match="time for it is over"):
        appealing.appeal(review=review, words="No", writing=late)
    with pytest.raises(InputError, match="Say what"):
        appealing.appeal(review=review, words=" ", writing=write_as_applicant(NOW))


def test_a_lost_code_is_replaced(people, sign_in):
    review, code = send_application()
    new = make_new_code(review=review, writing=act(people["lead"]))
    found = {"reference": review.reference, "writing": write_as_applicant(NOW)}
    with pytest.raises(InputError, match="do not fit"):
        use_code(code=code, **found)
    assert use_code(code=new, **found) == review
    assert "Tell them now" in text(sign_in("lead").post(f"/reviews/{review.pk}/code/"))


def test_an_agency_answers_its_own_only_once(people):
    make_procedure()
    review = hold(people)
    partner = act(join(people["partner"], "Other"))
    one, lead = review.recommendations.get(), act(people["lead"])
    with pytest.raises(RefusedError, match="another agency"):
        recommending.answer_recommendation(one=one, is_accepted=True, because="", writing=partner)
    with pytest.raises(InputError, match="does not accept"):
        recommending.answer_recommendation(one=one, is_accepted=False, because=" ", writing=lead)
    with pytest.raises(RefusedError, match="not accepted yet"):
        recommending.finish_recommendation(one=one, done_on=TODAY, writing=lead)
    recommending.answer_recommendation(one=one, is_accepted=True, because="", writing=lead)
    with pytest.raises(InputError, match="still to come"):
        recommending.finish_recommendation(one=one, done_on=TODAY + DAY, writing=lead)
    asked = panel.ask_agency(
        review=review, team=make_team("Other"), question="What?", due_on=TODAY, writing=lead
    )
    panel.answer_request(request=asked, answer="Nothing.", writing=partner)
    with pytest.raises(RefusedError, match="answered before"):
        panel.answer_request(request=asked, answer="More.", writing=partner)


def test_who_reached_the_threshold_is_offered_a_review(people, sign_in):
    make_procedure()
    case, victim = make_case(people)
    make_case(people, complaints=2)
    found = list_found(TODAY)
    assert [one.victim for one in found] == [victim]
    assert found[0].last_day == date(2026, 10, 20)  # six months from the third newest
    lead = sign_in("lead")
    assert case.reference in text(lead.get("/reviews/offers/"))
    address = f"/reviews/offers/{victim.pk}/"
    letter = text(lead.get(address))
    assert "Dear Hana Iqbal" in letter
    assert "apply by Tuesday 20 October 2026" in letter
    assert SUBJECT not in letter
    assert lead.post(address).status_code == 302
    assert ReviewOffer.objects.get().complaints == 3
    assert "Sent 10 Jun 2026" in text(lead.get("/reviews/offers/"))
    with pytest.raises(RefusedError, match="were offered"):
        note_offer(found=list_found(TODAY)[0], writing=act(people["lead"]))
    review, _ = send_application()
    deciding.match(review=review, case=case, victim=victim, writing=act(people["lead"]))
    assert list_found(TODAY) == []
    assert lead.get(address).status_code == 404
    assert "Nobody today" in text(lead.get("/reviews/offers/"))


def test_counts_are_those_of_the_rows_exactly(people, sign_in, client):
    make_procedure()
    hold(people)
    refused, _ = send_application(complaints=1)
    decide(refused, people, is_met=False, **WEIGHED)
    send_application(complaints=0, requested_on=date(2026, 3, 31))
    years = {one.year: one.counts for one in count_years(TODAY)}
    assert years == {
        2026: {
            "requests": 2, "threshold_not_met": 1, "reviews": 1, "reviews_with_recommendations": 1,
        },
        2025: {
            "requests": 1, "threshold_not_met": 0, "reviews": 0, "reviews_with_recommendations": 0,
        },
    }  # fmt: skip
    table = sign_in("analyst").get("/reviews/counts.csv").content.decode()
    assert table.splitlines()[1:] == ["2026/27,2,1,1,1", "2025/26,1,0,0,0"]
    assert count_work()[0][1] == "*"
    lead = sign_in("lead")
    assert lead.post("/reviews/counts/2026/propose/").status_code == 400  # not over
    lead.post("/reviews/counts/2025/propose/")
    assert list_published() == []
    made = Publication.objects.get()
    assert lead.post(f"/reviews/counts/{made.pk}/release/").status_code == 409  # one's own
    assert lead.post("/reviews/counts/2025/propose/").status_code == 409
    assert "Waits for a second person" in text(lead.get("/reviews/counts/"))
    assert sign_in("protection").post(f"/reviews/counts/{made.pk}/release/").status_code == 302
    assert lead.post("/reviews/counts/2025/propose/").status_code == 409  # the same again
    Review.objects.filter(requested_on=date(2026, 3, 31)).update(requested_on=TODAY)
    assert "Propose" in text(lead.get("/reviews/counts/"))
    public = client.get("/case-review/counts/").content.decode()
    assert "2025/26" in public
    assert "2026/27" not in public
    assert client.get("/case-review/counts.csv").content.decode().splitlines()[1:] == [
        "2025/26,1,0,0,0"
    ]


def test_a_closed_review_is_due_after_six_years_with_all_beneath_it(people):
    make_procedure()
    case, victim = make_case(people)
    review = hold(people)
    deciding.match(review=review, case=case, victim=victim, writing=act(people["lead"]))
    send(review, "outcome", people)
    closing.close(review=review, reason="finished", writing=act(people["lead"]))
    over = date(2032, 6, 10)
    assert list_due(over - DAY) == []
    assert [one.record_id for one in list_due(over)] == [str(review.pk)]
    Case.objects.update(is_held=True)
    assert list_due(over) == []
    case.delete()
    assert not Victim.objects.exists()
    assert [one.record_id for one in list_due(over)] == [str(review.pk)]
    closing.hold(review=Review.objects.get(), reason="A court asks.", writing=act(people["lead"]))
    assert list_due(over) == []
    review.delete()
    assert not Letter.objects.exists()


def test_the_first_page_tells_each_role_what_waits(people):
    make_procedure()
    make_case(people)
    review = hold(people)
    send_application()
    panel.ask_agency(
        review=review, team=join(people["partner"], "Housing").team, question="What?",
        due_on=TODAY, writing=act(people["lead"]),
    )  # fmt: skip
    send(review, "outcome", people)
    appealing.appeal(review=review, words="No", writing=write_as_applicant(NOW))
    told = {
        role: {one.title: one.number for one in order_todos(list_waiting(person, NOW))}
        for role, person in people.items()
    }
    assert told["lead"]["Application for a case review that nobody runs"] == 1
    assert told["lead"]["Person who could ask for a case review"] == 1
    assert told["lead"]["Letter of a case review that is ready"] == 2
    assert told["partner"] == {
        "Question of a case review to answer": 1, "Recommendation of a case review to answer": 1,
    }  # fmt: skip
    assert told["commissioner"] == {"Appeal of a case review to answer": 1}
    assert told["analyst"] == told["patrol"] == told["administrator"] == {}


def test_events_name_records_and_no_words(people):
    make_procedure()
    review = hold(people)
    send(review, "outcome", people)
    told = [f"{one.subject} {one.detail}" for one in Event.objects.all()]
    assert any(str(review.pk) in one for one in told)
    for words in ("Hana", WORDS, "07700", "Nobody spoke", "Visit at night", "another city"):
        assert not [one for one in told if words in one], words


def test_the_decision_page_asks_for_what_the_law_does(people, sign_in):
    make_procedure()
    lead = sign_in("lead")
    enough, _ = send_application()
    page = lead.post(f"/reviews/{enough.pk}/decide/", {"is_met": "no"})
    assert "not one of the available choices" in text(page)
    few, _ = send_application(complaints=1)
    page = text(lead.post(f"/reviews/{few.pk}/decide/", {"is_met": "yes"}))
    assert page.count("This field is required") == 4
    lead.post(f"/reviews/{few.pk}/decide/", {"is_met": "no", **WEIGHED})
    few.refresh_from_db()
    assert (few.is_met, few.harm) == (False, WEIGHED["harm"])


@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 11, 29), date(2027, 1, 2)])
def test_the_demonstration_has_reviews_at_every_step_on_any_day(people, day, hour):
    join(people["partner"], "Housing")
    people["partner"].refresh_from_db()
    now = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    assert demo.fill(now, people) == Review.objects.count() == 8
    steps = {
        row.due.step.value if row.due else "" for row in list_rows(people["lead"], "open", day)
    }
    assert {"acknowledge the application", "hold the review", "answer the appeal"} <= steps
    assert list_published()[0].counts["requests"] > 0
