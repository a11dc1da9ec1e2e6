"""Applications without an account: nothing before the first save, nothing after the last day."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.reading_age import reading_age
from patrolwise.web import grants
from patrolwise.web.commons import clock
from patrolwise.web.grants import codes
from patrolwise.web.grants.actions import applying, panel, rounds
from patrolwise.web.grants.forms.applying import PAGES
from patrolwise.web.grants.forms.fields import WordsField
from patrolwise.web.grants.forms.reporting import ReportForm
from patrolwise.web.grants.models import GrantApplication, GrantDeletion, PublishedGrant

from .grant_rows import (
    ANSWERS,
    APPLIED,
    CLOSED,
    SCORED,
    apply,
    award,
    close,
    make_round,
    make_scored,
    screen,
)

pytestmark = pytest.mark.django_db
OLDEST = 9.0
PAGE = {
    "group": {"org_name": "Made-up Chess Club", "org_kind": "charity", "charity_number": "1000148"},
    "running": {
        "governance": "A board of five.", "has_safeguarding_policy": "yes", "is_insured": "yes",
    },
    "plan": {
        "title": "Chess on Fridays", "summary": "Two sessions a week.", "area_ids": ["hs-1"],
        "first": "2026-07-01", "last": "2027-03-31",
    },
    "people": {
        "youngest": "11", "oldest": "19", "young_people": "60", "cohort": "Out late.",
        "outcomes": "They feel safe.",
    },
    "works": {
        "evidence": "moderate", "evidence_why": "The toolkit.",
        "is_designed_with_young_people": "yes", "co_design": "They chose the nights.",
    },
    "money": {
        "budget-0-what": "Workers", "budget-0-pence": "10000.50", "budget-1-what": "",
        "budget-1-pence": "",
    },
    "contact": {"contact_name": "Zq Contactname", "contact_phone": "01632 960001"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Set the clock; the function that comes sets it anew."""

    def set_to(time):
        monkeypatch.setattr(clock, "now", lambda: time)

    set_to(APPLIED)
    return set_to


@pytest.fixture
def fund(people, hot_spot):
    return make_round(people["programme"])


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def begin(fund):
    client = Client()
    page = text(client.post(f"/apply/{fund.pk}/begin/", PAGE["group"]))
    return client, re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", page)[1]


def test_the_sign_in_page_leads_the_public_to_what_is_there(people, hot_spot, now):
    def ways():
        with CaptureQueriesContext(connection) as queries:
            page = text(Client().get("/accounts/login/"))
        assert len(queries) <= 5, [one["sql"][:120] for one in queries]
        return [one for one in ("/apply/", "/awards/") if f'href="{one}"' in page]

    assert ways() == []
    row = make_round(people["programme"], is_open=False)
    assert ways() == []  # nobody has opened it
    rounds.open_round(by=people["programme"], now=APPLIED, row=row)
    assert ways() == ["/apply/"]
    now(CLOSED)
    assert ways() == []
    PublishedGrant.objects.create(
        round=row, number="fund-1-001", asked_pence=1, pence=1, paid_pence=1,
        awarded=CLOSED, first=CLOSED, last=CLOSED,
        deletion=GrantDeletion.objects.create(
            items={}, counts={}, as_of=CLOSED, proposed_by_id=1, proposed_at=CLOSED
        ),
    )  # fmt: skip
    assert ways() == ["/awards/"]


def test_a_group_applies_page_by_page_and_sends(fund):
    client, _ = begin(fund)
    for key, values in PAGE.items():
        assert client.post(f"/apply/mine/{key}/", values).status_code == 302, key
    check = text(client.get("/apply/mine/check/"))
    assert "Still missing" not in check
    for told in ("£10,000.50", "Clock Tower", "Zq Contactname", "1 July 2026", "Medium", "Yes"):
        assert told in check, told
    assert text(client.get("/apply/mine/")).count("Filled in") == len(PAGES)
    assert client.post("/apply/mine/check/")["Location"] == "/apply/mine/"
    own = text(client.get("/apply/mine/"))
    assert "It is being looked at" in own
    made = GrantApplication.objects.get()
    assert (made.state, made.asked_pence) == ("submitted", 1_000_050)
    assert "does not change" in text(client.post("/apply/mine/plan/", PAGE["plan"]))
    assert "Take it back" in text(client.get("/apply/mine/withdraw/"))
    client.post("/apply/mine/withdraw/")
    assert "You took it back" in text(client.get("/apply/mine/"))
    assert client.post("/apply/mine/withdraw/").status_code == 409


def test_nothing_is_kept_before_the_first_save(fund):
    client = Client()
    page = text(client.get("/apply/"))
    assert "Communities fund" in page
    assert "We keep nothing until you save" in text(client.get(f"/apply/{fund.pk}/"))
    text(client.get(f"/apply/{fund.pk}/begin/"))
    assert "This field is required" in text(client.post(f"/apply/{fund.pk}/begin/", {"x": "1"}))
    assert not GrantApplication.objects.exists()
    assert not Session.objects.exists()
    assert set(client.cookies) == {"patrolwise-partnership-form"}  # of the form, no session


def test_somebody_comes_back_with_number_and_code_and_closes_it(fund):
    client, code = begin(fund)
    reference = GrantApplication.objects.get().reference
    assert reference in text(client.get("/apply/"))
    client.post("/apply/mine/close/")
    assert client.get("/apply/mine/")["Location"] == "/apply/return/"
    other = Client()
    given = {"reference": reference.lower(), "code": code.lower()}
    assert other.post("/apply/return/", given)["Location"] == "/apply/mine/"
    assert "Made-up Chess Club" in text(other.get("/apply/mine/"))
    kept = GrantApplication.objects.get()
    assert code not in str(vars(kept))
    assert kept.digest == codes.digest_code(reference, code)


@pytest.mark.parametrize(
    "given", [("K7F-3QD-W2M", "AAAA-BBBB-CCCC"), ("", "AAAA-BBBB-CCCC"), (None, "x")]
)
def test_a_wrong_number_or_code_opens_nothing_and_does_not_say_which(given, fund):
    begin(fund)
    reference, code = given
    reference = GrantApplication.objects.get().reference if reference is None else reference
    client = Client()
    page = text(client.post("/apply/return/", {"reference": reference, "code": code}))
    assert "do not go together" in page if reference else "required" in page
    assert client.get("/apply/mine/").status_code == 302


def test_a_reference_and_an_address_can_be_tried_so_often_only(fund, monkeypatch):
    client, code = begin(fund)
    reference = GrantApplication.objects.get().reference
    wrong = {"reference": reference, "code": "AAAA-BBBB-CCCC"}
    for _ in range(codes.TRIES_A_REFERENCE):
        assert "do not go together" in text(Client().post("/apply/return/", wrong))
    shut = text(Client().post("/apply/return/", {"reference": reference, "code": code}))
    assert "Too many tries" in shut
    monkeypatch.setattr(codes, "NEW_AN_ADDRESS", 1)
    assert "Too many tries" in text(client.post(f"/apply/{fund.pk}/begin/", PAGE["group"]))
    monkeypatch.setattr(codes, "TRIES_AN_ADDRESS", 1)
    other = {"reference": "K7F-3QD-W2M", "code": "AAAA-BBBB-CCCC"}
    assert "Too many tries" in text(Client().post("/apply/return/", other))


def test_it_closes_by_itself_two_hours_after_the_last_save(fund, now):
    client, _ = begin(fund)
    now(APPLIED + dt.timedelta(hours=1, minutes=50))
    client.post("/apply/mine/plan/", PAGE["plan"])
    now(APPLIED + dt.timedelta(hours=3, minutes=40))
    assert client.get("/apply/mine/").status_code == 200
    now(APPLIED + dt.timedelta(hours=6))
    for address in ("", "plan/", "check/", "withdraw/"):
        assert client.get(f"/apply/mine/{address}").status_code == 302
    for address in ("more/", "accept/"):
        assert client.post(f"/apply/mine/{address}", {"answer": "x"}).status_code == 302


def test_after_the_last_day_nothing_changes(people, fund, now):
    now(dt.datetime(2026, 5, 15, 22, 30, tzinfo=dt.UTC))  # half past eleven here
    client, _ = begin(fund)
    now(dt.datetime(2026, 5, 15, 23, 0, tzinfo=dt.UTC))  # midnight
    assert "It was not sent in time" in text(client.get("/apply/mine/"))
    assert "and none now" in text(client.post("/apply/mine/plan/", PAGE["plan"]))
    assert "and none now" in text(client.post("/apply/mine/check/"))
    assert client.get(f"/apply/{fund.pk}/").status_code == 404
    assert client.post(f"/apply/{fund.pk}/begin/", PAGE["group"]).status_code == 404
    assert "No fund is open now" in text(Client().get("/apply/"))
    made = GrantApplication.objects.get()
    assert (made.title, made.state) == ("", "draft")
    with pytest.raises(RefusedError, match="none now"):
        applying.begin_application(row=fund, values={}, now=CLOSED)


def test_a_draft_may_lack_anything_and_all_of_it_is_told_at_the_end(fund):
    client = Client()
    client.post(f"/apply/{fund.pk}/begin/", {"org_name": "Made-up Chess Club"})
    for key in ("running", "plan", "people", "works", "money", "contact"):
        assert client.post(f"/apply/mine/{key}/", {"stop": "1"})["Location"] == "/apply/mine/"
    page = text(client.get("/apply/mine/check/"))
    for told in (
        "Say which organisation applies", "Give the project a title", "Name the hot spots",
        "Ask for more than nothing",
        "Tell us that the group is insured", "Say whom we can ask", "ages within 10 to 24",
        "so that we can reach you", "Say who runs the group",
    ):  # fmt: skip
        assert told in page, told
    assert "There is a problem" in text(client.post("/apply/mine/check/"))
    assert GrantApplication.objects.get().state == "draft"


def test_lines_of_the_budget_are_added_without_a_script(fund):
    client, _ = begin(fund)
    assert "Cost 3" not in text(client.get("/apply/mine/money/"))
    given = {"budget-0-what": "Work", "budget-0-pence": "12", "add-budget": "1"}
    given |= {"budget-1-what": "Room", "budget-1-pence": "x"}
    page = text(client.post("/apply/mine/money/", given))
    assert "Cost 3" in page
    assert 'value="Work"' in page
    assert "There is a problem" not in page  # what was typed is not judged yet
    assert GrantApplication.objects.get().budget == []
    given = {"budget-0-what": "Work", "budget-0-pence": "12.5", "budget-2-what": "Room"}
    given["budget-2-pence"] = ""
    assert "Fill this in, or empty the whole line" in text(client.post("/apply/mine/money/", given))
    given["budget-2-pence"] = "7"
    assert client.post("/apply/mine/money/", given).status_code == 302
    assert GrantApplication.objects.get().asked_pence == 1_950
    page = text(client.get("/apply/mine/money/"))
    assert 'value="12.50"' in page
    assert 'value="7"' in page
    full = {f"budget-{at}-what": "a" for at in range(20)} | {"add-budget": "1"}
    assert "Add another" not in text(client.post("/apply/mine/money/", full))


def test_words_are_counted_and_names_of_people_refused(fund):
    client, _ = begin(fund)
    long = PAGE["plan"] | {"summary": "word " * 151}
    assert "You have 151 words" in text(client.post("/apply/mine/plan/", long))
    named = PAGE["plan"] | {"summary": "Run by Sarah Jones, ring 07700 900123."}
    page = text(client.post("/apply/mine/plan/", named))
    assert "This seems to hold" in page
    client.post("/apply/mine/plan/", PAGE["plan"])
    assert "You have used 4." in text(client.get("/apply/mine/plan/"))
    client.post("/apply/mine/running/", PAGE["running"] | {"is_insured": "no"})
    assert re.search(r'value="no"[^>]*checked', text(client.get("/apply/mine/running/")))
    assert client.get("/apply/mine/no-such-page/").status_code == 404


def test_the_contact_is_sealed(fund):
    made, _ = apply(fund)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM grants_grantapplication")
        kept = str([bytes(c) if isinstance(c, memoryview) else c for c in cursor.fetchone()])
    assert "Made-up Chess Club" in kept
    assert [one for one in ("Contactname", "01632 960001", "zq@") if one in kept] == []
    assert GrantApplication.objects.get(pk=made.pk).contact_name == "Zq Contactname"


def test_more_is_asked_and_answered_and_the_application_stays_as_it_was(people, fund, now):
    client, code = begin(fund)
    for key, values in PAGE.items():
        client.post(f"/apply/mine/{key}/", values)
    client.post("/apply/mine/check/")
    made = GrantApplication.objects.get()
    page = text(client.post("/apply/mine/more/", {"answer": "x"}))
    assert "We ask you nothing now" in page
    now(CLOSED)
    close(people["programme"], fund)
    screen(people["programme"], made, "more", "Who holds the keys?")
    opened = {"reference": made.reference, "code": code}
    client.post("/apply/return/", opened)
    assert "Who holds the keys?" in text(client.get("/apply/mine/"))
    assert "required" in text(client.post("/apply/mine/more/", {"answer": ""}))
    client.post("/apply/mine/more/", {"answer": "The warden."})
    made.refresh_from_db()
    assert (made.state, made.more_answer) == ("screening", "The warden.")
    assert "The warden." in text(client.get("/apply/mine/check/"))
    with pytest.raises(InputError, match="says nothing"):
        applying.answer_more(row=made, answer=" ", now=CLOSED)


def test_an_applicant_reads_the_decision_and_accepts(people, second, hot_spot, now):
    made, code = make_scored(people, second)
    client = Client()
    client.post("/apply/return/", {"reference": made.reference, "code": code})
    assert client.post("/apply/mine/accept/").status_code == 409
    panel.decide(by=people["commissioner"], now=SCORED, row=made, is_funded=True, reasons="Need.")
    assert "What it comes with follows soon" in text(client.get("/apply/mine/"))
    award(people, made, is_decided=True)
    assert "we keep to this" in text(client.get("/apply/mine/"))
    assert client.post("/apply/mine/accept/").status_code == 302
    page = text(client.get("/apply/mine/"))
    assert "Need." in page
    assert "You said yes" in page
    assert "£6,000 from 1 July 2026" in page
    assert "Send the policy" in page
    made.refresh_from_db()
    assert (made.state, made.retention_class) == ("awarded", "grant-paid")
    assert made.clock_start == dt.date(2027, 3, 31)  # the end of the financial year
    with pytest.raises(RefusedError, match="was decided"):
        applying.withdraw(row=made, now=SCORED)


def test_an_applicant_who_is_declined_reads_why(people, second, hot_spot, now):
    made, code = make_scored(people, second)
    panel.decide(
        by=people["commissioner"], now=SCORED, row=made, is_funded=False, reasons="Too far away."
    )
    client = Client()
    client.post("/apply/return/", {"reference": made.reference, "code": code})
    page = text(client.get("/apply/mine/"))
    assert "We cannot give you money this time" in page
    assert "Too far away." in page
    assert "Take it back" not in page


def test_a_lost_code_is_renewed_and_the_old_one_ends(people, fund, sign_in):
    made, code = apply(fund)
    client = sign_in("programme")
    address = f"/applications/{made.pk}/code/"
    assert "Ring the applicant back" in text(client.get(address))
    new = re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", text(client.post(address)))[1]
    opened = [
        Client().post("/apply/return/", {"reference": made.reference, "code": one}).status_code
        for one in (code, new)
    ]
    assert opened == [200, 302]


def test_the_end_of_the_financial_year_after_march(people, fund):
    assert applying.find_year_end(dt.date(2026, 4, 1)) == dt.date(2027, 3, 31)


def test_what_was_withdrawn_or_is_not_open_takes_nothing(people, fund):
    made, _ = apply(fund, is_sent=False)
    applying.withdraw(row=made, now=APPLIED)
    with pytest.raises(RefusedError, match="You withdrew it"):
        applying.save_answers(row=made, values=ANSWERS, now=APPLIED)
    draft = make_round(people["programme"], version=2, is_open=False)
    with pytest.raises(RefusedError, match="takes applications from"):
        applying.begin_application(row=draft, values={}, now=APPLIED)


def read_words(name):
    folder = Path(grants.__file__).parent / "templates/grants"
    words = (folder / f"{name}.html").read_text()
    words = re.sub(r"</(h\d|p|li|dt|dd|a|button|summary|th)>", ". ", words)
    return re.sub(r"{[{%][^}]*[%}]}|<[^>]*>", " ", words)


@pytest.mark.parametrize(
    "names",
    [
        ("apply_open", "apply_return", "apply_withdraw", "apply_code"),
        ("apply_preview",),
        ("apply_own", "award_terms", "apply_check", "apply_page"),
        ("report_enter", "report_own", "awards_public"),
    ],
    ids=lambda names: names[0],
)
def test_public_pages_are_read_at_nine(names):
    words = " ".join(read_words(name) for name in names)
    words = re.sub(r"\s+", " ", re.sub(r"(?:\s*[.:,?–]){2,}", ".", words)).strip(" .")
    assert reading_age(words) <= OLDEST, words


def test_questions_are_read_at_nine():
    asked = [page.title for page in PAGES]
    for form in [*(page.form for page in PAGES), ReportForm]:
        for field in form.base_fields.values():
            asked += [str(field.label), str(field.help_text)]
            if isinstance(field, WordsField):
                assert "words at most" in field.help_text
    words = ". ".join(one.strip(" .?") for one in asked if one)
    assert reading_age(words) <= OLDEST, words
