"""Every page of casework asks the database a bounded number of times, however many the rows."""

import re

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from patrolwise.web.accounts.models import Team
from patrolwise.web.asb.actions import imports, keeping, sharing
from patrolwise.web.asb.models import Case
from patrolwise.web.commons import clock

from .asb_rows import Casework, write_casework
from .asb_world import DAY, NOW, TODAY, write
from .page_addresses import find_case, list_pages

MOST = 13  # of them sign-in and session 2, the record of the read 4
BOUNDS = {  # pages of several parts
    "asb-case": 23,
    "asb-case-timeline": 18,
    "asb-counts": 14,
    "asb-keeping": 14,
    "asb-links": 14,
    "asb-own-actions": 14,
    "home": 30,  # what needs a lead, of cases and of their reviews
}
CSV = b"Ref,Reported\nR1,01/06/2026 10:00\n"
MAPPING = 'zone = "UTC"\n[columns]\nincident_id = "Ref"\nreported_at = "Reported"\n'


def fill(people, incidents):
    """Write casework of some size."""
    people["partner"].team = Team.objects.create(name="Agency", is_partner=True)
    people["partner"].save()
    of_role = {key: [person] for key, person in people.items()}
    size = Casework(
        now=NOW, people=of_role, days=900, incidents=incidents, loose=incidents // 4, a_case=4
    )
    cases = write_casework(size)
    lead = write(people["lead"])
    imports.preview_import(writing=lead, data=CSV, mapping=MAPPING, lead_agency="City council")
    keeping.propose_deletion(writing=lead, on=TODAY + 3000 * DAY)
    sharing.break_glass(
        writing=write(people["case_officer"]), case_id=cases[0].pk, reason="safety now",
        words="The victim rang us.",
    )  # fmt: skip


def count_queries(people, sign_in):
    """Return how often each page asks the database."""
    pages, found = list_pages(NOW, people), {}
    clients = {role: sign_in(role) for role in {page.role for page in pages}}
    for one in clients.values():
        one.get("/hot-spots/")  # sessions begin
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = clients[page.role].get(page.address)
        assert answer.status_code == 200, page
        found[page.name] = len(asked)
    return found


def test_every_page_asks_a_bounded_number_of_times(people, sign_in, monkeypatch, settings):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.IS_DEMO = True
    found = []
    for incidents in (60, 320):
        mark = transaction.savepoint()
        fill(people, incidents)
        found.append(count_queries(people, sign_in))
        transaction.savepoint_rollback(mark)
    few, many = found
    assert not Case.objects.exists()
    lock = 1 if connection.vendor == "postgresql" else 0  # the record of the read asks for it
    bounds = {label: BOUNDS.get(re.split("[ ?]", label)[0], MOST) + lock for label in many}
    assert {label: n for label, n in many.items() if n > bounds[label]} == {}
    assert {label: (few[label], n) for label, n in many.items() if n > few[label]} == {}


def test_the_longest_case_within_reach_is_the_one_that_is_asked_for(people, monkeypatch, settings):
    settings.IS_DEMO = True
    fill(people, 320)
    assert find_case(people["lead"], NOW).incidents.count() > 100
