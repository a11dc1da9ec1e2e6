"""Screening, interests declared, blind scores, ranking, decisions, letters."""

import re

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.grants import queries
from patrolwise.web.grants.actions import applying, panel, rounds
from patrolwise.web.grants.models import FundRound, GrantAssessment

from .grant_rows import (
    APPLIED,
    CLOSED,
    OPENED,
    ROUND,
    SCORED,
    apply,
    close,
    declare,
    fresh,
    give,
    judge,
    make_round,
    make_scored,
    score,
    screen,
)

pytestmark = pytest.mark.django_db
ROUND_FORM = {
    "title": "Summer fund", "key": "summer", "version": "1", "opens": "2026-04-01",
    "closes": "2026-05-15", "budget_pence": "30000", "most_pence": "20000", "youngest": "10",
    "oldest": "24", "top_score": "5", "assessors": "2", "widest_spread": "20", "least_total": "50",
    "days_to_report": "28", "conditions": "", "funder_name": "Example",
    "funder_org_id": "GB-CHC-1000147", "funder_prefix": "360G-example",
    "criteria-0-title": "It is needed", "criteria-0-weight": "3",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch):
    def set_to(time):
        monkeypatch.setattr(clock, "now", lambda: time)

    set_to(SCORED)
    return set_to


@pytest.fixture
def made(people, hot_spot):
    """Return an application of a round that is closed."""
    row = make_round(people["programme"])
    found, _ = apply(row)
    close(people["programme"], row)
    return fresh(found)


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_round_is_declared_changed_opened_and_closed(sign_in, now):
    client = sign_in("programme")
    assert "No round is declared yet" in text(client.get("/grants/"))
    assert 'value="200000"' in text(client.get("/grants/new/"))
    now(OPENED)
    where = client.post("/grants/new/", ROUND_FORM)["Location"]
    row = FundRound.objects.get()
    assert row.criteria == [{"title": "It is needed", "weight": 3, "key": "it-is-needed"}]
    assert 'value="It is needed"' in text(client.get(f"{where}edit/"))
    client.post(f"{where}edit/", ROUND_FORM | {"title": "Autumn fund"})
    client.post(f"{where}open/")
    assert "Autumn fund" in text(client.get(where))
    for address in ("open/", "close/"):
        assert client.post(where + address).status_code == 409
    assert client.get(f"{where}edit/").status_code == 409
    now(CLOSED)
    assert "Close it" in text(client.get(where))
    client.post(f"{where}close/")
    page = text(client.get(where))
    assert "Nothing was sent yet" in page
    assert "Ranking" in page
    assert "No application has all its scores" in text(client.get(f"{where}ranking/"))
    assert client.get("/grants/99/").status_code == 404
    assert [one.action for one in Event.objects.filter(subject=str(row.pk), is_read=False)] == [
        "grant round written", "grant round written", "grant round open", "grant round closed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"most_pence": "40000"}, "most is above budget"),
        ({"closes": "2026-03-01"}, "before it opens"),
        ({"criteria-0-title": "", "criteria-0-weight": ""}, "It has no criteria"),
        ({"criteria-0-weight": ""}, "Fill this in"),
        ({"funder_org_id": "1000147"}, "org-id.guide"),
        ({"funder_prefix": "example"}, "360G-example"),
        ({"oldest": "9"}, "swap them"),
        ({"title": ""}, "required"),
    ],
)
def test_what_cannot_be_in_a_round_is_told(given, told, sign_in):
    page = text(sign_in("commissioner").post("/grants/new/", ROUND_FORM | given))
    assert told in page
    assert not FundRound.objects.exists()


def test_a_round_that_has_opened_is_never_edited_and_a_version_is_there_once(people):
    row = make_round(people["programme"])
    with pytest.raises(RefusedError, match="write a new version"):
        rounds.write_round(by=people["programme"], now=OPENED, values=ROUND, row=row)
    with pytest.raises(RefusedError, match="is there already"):
        make_round(people["programme"])
    late = make_round(people["programme"], is_open=False, version=2)
    with pytest.raises(RefusedError, match="is over"):
        rounds.open_round(by=people["programme"], now=CLOSED, row=late)
    with pytest.raises(RefusedError, match="Your role may not"):
        rounds.open_round(by=people["assessor"], now=OPENED, row=late)


def test_a_line_more_of_criteria_keeps_what_was_typed(sign_in):
    page = text(sign_in("programme").post("/grants/new/", ROUND_FORM | {"add-criteria": "1"}))
    assert 'value="Summer fund"' in page
    assert "criteria-1-title" in page


def test_screening_waits_for_the_close_and_gives_reasons(people, sign_in, hot_spot):
    row = make_round(people["programme"])
    found, _ = apply(row)
    address = f"/applications/{found.pk}/"
    client = sign_in("programme")
    assert "Screen it" not in text(client.get(address))
    page = text(client.post(f"{address}screen/", {"outcome": "eligible", "reasons": "Fine"}))
    assert "The round is not closed" in page
    close(people["programme"], row)
    assert "Screen it" in text(client.get(address))
    assert "required" in text(client.post(f"{address}screen/", {"outcome": "eligible"}))
    client.post(f"{address}screen/", {"outcome": "not eligible", "reasons": "Too far away."})
    found.refresh_from_db()
    assert (found.state, found.is_eligible, found.clock_start) == ("declined", False, SCORED.date())
    letter = text(client.get(f"{address}letter/"))
    assert "Too far away." in letter
    assert "Zq Contactname" in letter
    with pytest.raises(RefusedError, match="was screened"):
        screen(people["programme"], found)
    assert client.post(f"{address}no-such-thing/").status_code == 404


def test_more_can_be_asked_and_a_silent_applicant_be_declined(people, sign_in, made, settings):
    client, address = sign_in("programme"), f"/applications/{made.pk}/"
    client.post(f"{address}screen/", {"outcome": "more", "reasons": "Who holds the keys?"})
    page = text(client.get(address))
    assert "More was asked" in page
    assert "Screen it" in page
    settings.SITE_ADDRESS = "https://fund.example.org"
    letter = text(client.get(f"{address}letter/"))
    assert "Before we go on" in letter
    assert "https://fund.example.org/apply/return/" in letter
    applying.answer_more(row=made, answer="The warden", now=CLOSED)
    assert "The warden" in text(client.get(address))
    screen(people["programme"], made, "more", "And who else?")
    screen(people["programme"], made, "eligible")
    assert (made.state, made.is_eligible, made.more_answer) == ("screening", True, "")


def test_an_interest_is_declared_before_the_application_is_seen(people, second, sign_in, made):
    screen(people["programme"], made)
    own, other = give(people["programme"], made, people["assessor"], second)
    client = sign_in("assessor")
    assert "Declare first" in text(client.get("/assess/"))
    assert client.get(f"/assess/{own.pk}/").status_code == 404
    assert client.get(f"/assess/{other.pk}/interest/").status_code == 404  # another's
    page = text(client.get(f"/assess/{own.pk}/interest/"))
    assert "Made-up Chess Club" in page
    assert "They feel safe" not in page
    page = text(client.post(f"/assess/{own.pk}/interest/", {"has_conflict": "yes", "note": ""}))
    assert "what ties you to it" in page
    tied = {"has_conflict": "yes", "note": "My sister runs it"}
    assert client.post(f"/assess/{own.pk}/interest/", tied)["Location"] == "/assess/"
    assert client.get(f"/assess/{own.pk}/").status_code == 404
    assert client.get(f"/assess/{own.pk}/interest/")["Location"] == "/assess/"
    assert "You have an interest" in text(client.get("/assess/"))
    page = text(sign_in("programme").get(f"/applications/{made.pk}/"))
    assert "My sister runs it" in page
    with pytest.raises(RefusedError, match="declared before"):
        declare(people["assessor"], own)
    with pytest.raises(RefusedError, match="no interest"):
        score(people["assessor"], own, 5, 5)
    client, free = sign_in("second"), {"has_conflict": "no"}
    assert client.post(f"/assess/{other.pk}/interest/", free)["Location"] == f"/assess/{other.pk}/"
    assert client.get(f"/assess/{other.pk}/interest/")["Location"] == f"/assess/{other.pk}/"


def test_an_assessor_never_sees_the_contact_nor_anothers_scores_before_both_are_in(
    people, second, sign_in, made
):
    screen(people["programme"], made)
    own, other = give(people["programme"], made, people["assessor"], second)
    declare(people["assessor"], own)
    declare(second, other)
    score(second, other, 1, 1)
    client = sign_in("assessor")
    page = text(client.get(f"/assess/{own.pk}/"))
    assert "They feel safe." in page
    assert [one for one in ("Contactname", "01632", "zq@", "Because") if one in page] == []
    given = {"score-need": "2", "score-plan": "", "note-need": "Mine"}
    client.post(f"/assess/{own.pk}/", given)
    own.refresh_from_db()
    assert (own.scores, own.completed_at) == ({"need": 2}, None)
    assert 'value="2"' in text(client.get(f"/assess/{own.pk}/"))
    page = text(client.post(f"/assess/{own.pk}/", given | {"complete": "1"}))
    assert "completed without plan" in page
    assert "Because" not in page
    assert "Ensure this value" in text(client.post(f"/assess/{own.pk}/", {"score-need": "6"}))
    client.post(f"/assess/{own.pk}/", given | {"score-plan": "1", "complete": "1"})
    page = text(client.get(f"/assess/{own.pk}/"))
    assert "Because" in page  # the other's reason, now that both are in
    assert f"A{second.pk}: 5 of 25" in page
    assert "Complete" in text(client.get("/assess/"))
    with pytest.raises(RefusedError, match="after another's can be seen"):
        score(people["assessor"], own, 5, 5)
    assert fresh(made).state == "scored"


def test_assessors_who_differ_wait_for_a_note_of_the_panel(people, second, sign_in, made):
    with pytest.raises(RefusedError, match="has not begun"):
        panel.moderate(by=people["programme"], now=SCORED, row=made, note="x")
    judge(people, second, made, ((5, 5), (1, 1)))
    assert fresh(made).state == "screening"
    client, address = sign_in("commissioner"), f"/applications/{made.pk}/"
    page = text(client.get(address))
    assert "80 per cent apart" in page
    assert "what the panel made of it" in page
    client.post(f"{address}moderate/", {"note": "One read another budget."})
    assert fresh(made).state == "scored"
    page = text(client.get(address))
    assert "One read another budget." in page
    assert "Mean 60.0 per cent" in page
    page = text(client.post(f"{address}moderate/", {"note": "Again"}))
    assert "over, or has not begun" in page


def test_a_note_without_scores_is_refused(people, made):
    screen(people["programme"], made)
    with pytest.raises(RefusedError, match="Nobody has scored"):
        panel.moderate(by=people["programme"], now=SCORED, row=made, note="x")
    with pytest.raises(InputError, match="Write what the panel"):
        panel.moderate(by=people["programme"], now=SCORED, row=made, note=" ")


def test_an_application_is_given_to_assessors_alone_and_once(people, second, sign_in, made):
    client, address = sign_in("programme"), f"/applications/{made.pk}/"
    with pytest.raises(RefusedError) as told:
        give(people["programme"], made, people["agency"])
    assert "is no assessor" in str(told.value)
    assert "not at the point" in str(told.value)
    screen(people["programme"], made)
    assert "The second" in text(client.get(address))
    client.post(f"{address}give/", {"assessors": [second.pk]})
    assert "has not declared yet" in text(client.get(address))
    page = text(client.post(f"{address}give/", {"assessors": [second.pk]}))
    assert "has it already" in page
    assert GrantAssessment.objects.count() == 1
    declare(second, GrantAssessment.objects.get())
    assert "declared no interest" in text(client.get(address))


def test_the_ranking_uses_the_budget_from_the_top(people, second, sign_in, hot_spot):
    row = make_round(people["programme"], budget_pence=2_500_000)
    found = [
        apply(row, org_name=name, budget=[{"what": "All", "pence": pence}])[0]
        for name, pence in (("Best", 1_500_000), ("Next", 1_500_000), ("Least", 100))
    ]
    gone, _ = apply(row, org_name="Gone")
    applying.withdraw(row=gone, now=APPLIED)
    close(people["programme"], row)
    for one, scores in zip(found, ((5, 5), (4, 4), (1, 1)), strict=True):
        judge(people, second, fresh(one), (scores, scores))
    ranked = queries.rank_round(row)
    assert [(one.row.org_name, str(one.ranked.place)) for one in ranked] == [
        ("Best", "within the budget"), ("Next", "beyond the budget"),
        ("Least", "below the least total"),
    ]  # fmt: skip
    page = text(sign_in("commissioner").get(f"/grants/{row.pk}/ranking/"))
    assert "100.0" in page
    assert "£15,000" in page
    assert "Gone" not in page
    assert "Withdrawn" in text(sign_in("commissioner").get(f"/grants/{row.pk}/"))
    with pytest.raises(RefusedError, match="withdrew"):
        screen(people["programme"], gone)
    address = f"/applications/{gone.pk}/"
    assert "Screen it" not in text(sign_in("commissioner").get(address))


def test_pages_of_a_round_ask_as_often_for_many_applications_as_for_one(
    people, second, sign_in, hot_spot, django_assert_max_num_queries
):
    """Nothing is loaded one by one, and no sealed or long field for a list.

    One more is asked on PostgreSQL: the record waits for its turn.
    """
    row = make_round(people["programme"])
    found = [apply(row, org_name=f"Club {n}")[0] for n in range(4)]
    close(people["programme"], row)
    for one in found[:3]:
        judge(people, second, fresh(one), ((4, 4), (5, 4)))
    client = sign_in("commissioner")
    with django_assert_max_num_queries(18):
        page = text(client.get(f"/grants/{row.pk}/"))
    assert (page.count("2 of 2"), page.count("0 of 0")) == (3, 1)
    with django_assert_max_num_queries(14):
        assert text(client.get(f"/grants/{row.pk}/ranking/")).count("Club ") == 3
    client = sign_in("assessor")
    with django_assert_max_num_queries(12):
        assert text(client.get("/assess/")).count("Club ") == 3
    loaded = {*vars(queries.list_applications(row)[0])}
    assert not loaded & {"contact_name", "hold_reason", "budget", "summary"}


def test_who_has_an_interest_is_not_among_those_who_score(people, second, made):
    screen(people["programme"], made)
    give(people["programme"], made, people["assessor"], second)
    declare(second, GrantAssessment.objects.get(assessor_id=second.pk), has_conflict=True, note="x")
    (row,) = queries.list_applications(made.round)
    assert (row.given, row.done) == (1, 0)


def test_a_decision_gives_reasons_and_a_letter(people, second, sign_in, hot_spot):
    made, _ = make_scored(people, second)
    client, address = sign_in("commissioner"), f"/applications/{made.pk}/"
    assert "being looked at" in text(client.get(f"{address}letter/"))
    page = text(client.post(f"{address}decide/", {"is_funded": "no", "reasons": ""}))
    assert "required" in page
    client.post(f"{address}decide/", {"is_funded": "yes", "reasons": "A clear need."})
    page = text(client.get(address))
    assert "The commissioner" in page
    assert "Award it" in page
    assert "follow in another letter" in text(client.get(f"{address}letter/"))
    with pytest.raises(InputError, match="Give the reasons"):
        panel.decide(by=people["commissioner"], now=SCORED, row=made, is_funded=True, reasons="")
    with pytest.raises(RefusedError, match="goes on to"):
        panel.decide(by=people["commissioner"], now=SCORED, row=made, is_funded=True, reasons="x")


def test_scores_are_not_taken_once_the_scoring_is_over(people, second, made):
    screen(people["programme"], made)
    third = people["evaluator"]
    third.role = "assessor"
    third.save()
    first, other, last = give(people["programme"], made, people["assessor"], second, third)
    for by, one in ((people["assessor"], first), (second, other), (third, last)):
        declare(by, one)
    score(people["assessor"], first, 4, 4)
    score(second, other, 4, 4)
    with pytest.raises(RefusedError, match="scoring is over"):
        score(third, last, 1, 1)


def test_events_hold_keys_and_counts_and_nothing_that_was_written(people, second, hot_spot):
    make_scored(people, second)
    told = str(list(Event.objects.values_list("action", "subject", "detail")))
    assert re.findall("Chess|Zq|Because|needed", told) == []
    assert "grant scores kept" in told
