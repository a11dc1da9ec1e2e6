"""Every page asks the database a bounded number of times, however many rows there are."""

import random
import re
from datetime import UTC, datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.yourrecord.actions import give_code

from .casework_rows import Caseload
from .page_addresses import THE_PERSON, find_own_case, list_pages
from .service_rows import write_casework

MOST = 13  # of them sign-in and session 2, the record of the read 4
BOUNDS = {  # pages of several parts
    "brief-day": 14,
    "case": 17,
    "caseload": 14,
    "home": 34,
    "keeping": 46,  # each table is asked for what is due
    "moments": 15,
    "quality": 18,
    "safety": 14,
    "story": 26,
    "story-print": 28,
    "story-release": 25,
}
FEW = {"days": 3, "cases": 26, "open": 9, "contacts": 10, "notes": 2, "services": 4}
MANY = {"days": 8, "cases": 80, "open": 30, "contacts": 60, "notes": 6, "services": 14}


def fill(people, *, workers, **size):
    """Write casework of some size."""
    team = Team.objects.create(name="Partner", is_partner=True)
    Person.objects.filter(role="partner").update(team=team)
    people["partner"].refresh_from_db()
    more = [
        Person.objects.create(email=f"w{n}@example.org", name=f"Worker {n}", role="worker")
        for n in range(workers)
    ]
    of_role = {key: [person] for key, person in people.items()}
    of_role["worker"] += more
    now = datetime.now(UTC)
    made = Caseload(now=now, people=of_role, team=team, **size, chance=random.Random(7))
    write_casework(made)
    return made


def count_queries(sign_in, client, made):
    """Return how often each page asks the database."""
    writing = Writing(by=made.person("worker"), now=made.now)
    client.post("/my/", {"code": give_code(writing=writing, case=find_own_case())})
    pages, found = list_pages(made.now), {}
    clients = {role: sign_in(role) for role in {page.role for page in pages} - {THE_PERSON}}
    clients[THE_PERSON] = client
    for one in clients.values():
        one.get("/privacy/")  # sessions begin
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = clients[page.role].get(page.address)
        assert answer.status_code == 200, page
        found[page.name] = len(asked)
    return found


def test_every_page_asks_a_bounded_number_of_times(people, sign_in, client):
    found = []
    for size, workers in ((FEW, 2), (MANY, 7)):
        mark = transaction.savepoint()
        made = fill(people, workers=workers, **size)
        found.append(count_queries(sign_in, client, made))
        transaction.savepoint_rollback(mark)
        client.logout()
    few, many = found
    lock = 1 if connection.vendor == "postgresql" else 0  # the record of the read asks for it
    bounds = {label: BOUNDS.get(re.split("[ ?]", label)[0], MOST) + lock for label in many}
    assert {label: n for label, n in many.items() if n > bounds[label]} == {}
    assert {label: (few[label], n) for label, n in many.items() if n > few[label]} == {}
