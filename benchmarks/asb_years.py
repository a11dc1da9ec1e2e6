"""Five years of anti-social behaviour casework, made up; it fills the site of its environment.

Run by `python -m benchmarks.asb_pages` after `init`: 20,000 reports, 16,000 of them in some 4,900
cases, each with somebody harmed, a subject, an assessment; sealed by the site's own vault.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from patrolwise.web.accounts.models import Person, Team  # noqa: E402
from patrolwise.web.accounts.roles import ROLES  # noqa: E402
from patrolwise.web.asb.actions import imports, keeping, sharing  # noqa: E402
from patrolwise.web.casereviews import demo as reviews_demo  # noqa: E402
from patrolwise.web.casereviews.actions import applying  # noqa: E402
from patrolwise.web.casereviews.models import Review  # noqa: E402
from patrolwise.web.casereviews.writing import write_as_applicant  # noqa: E402
from patrolwise.web.vault.writing import Writing  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.asb.asb_rows import Casework, write_casework  # noqa: E402

PASSWORD = "patrolwise-demo-only"
DAYS, INCIDENTS, LOOSE, A_CASE = 5 * 365, 20_000, 1_500, 4
_OFFICERS, REVIEWS = 12, 400
_CSV = b"Ref,Reported\nR1,01/06/2026 10:00\n"
_MAPPING = 'zone = "UTC"\n[columns]\nincident_id = "Ref"\nreported_at = "Reported"\n'


def main() -> None:
    """Fill the site."""
    began, now = time.perf_counter(), datetime.now(UTC)
    with transaction.atomic():
        people = _add_people(now)
        size = Casework(
            now=now, people=people, days=DAYS, incidents=INCIDENTS, loose=LOOSE, a_case=A_CASE
        )
        cases = write_casework(size)
        fill_reviews({role: rows[0] for role, rows in people.items()}, now)
        lead = Writing(by=people["lead"][0], now=now)
        imports.preview_import(writing=lead, data=_CSV, mapping=_MAPPING, lead_agency="City")
        keeping.propose_deletion(writing=lead, on=(now + timedelta(days=9_000)).date())
        sharing.break_glass(
            writing=Writing(by=people["case_officer"][0], now=now), case_id=cases[-2].pk,
            reason="safety now", words="The victim rang us.",
        )  # fmt: skip
    cache.clear()
    print(f"{time.perf_counter() - began:6.0f} s  filled", flush=True)


def fill_reviews(people: dict[str, Person], now: datetime) -> None:
    """Write reviews at every step, and the applications of five years before them."""
    reviews_demo.fill(now, people)
    for n in range(REVIEWS):
        applying.apply(
            application=applying.Application(
                name="Somebody", reach="07700 900123", words="It goes on each night.", complaints=[]
            ),
            writing=write_as_applicant(now - timedelta(days=30 + n * (DAYS - 30) // REVIEWS)),
        )
    # what was asked for half a year ago and more has ended, as the clock would have it
    old = Review.objects.filter(closed_on=None, requested_on__lt=now.date() - timedelta(days=182))
    old.update(closed_on=F("requested_on") + timedelta(days=60), close_reason="Settled")


def _add_people(now: datetime) -> dict[str, list[Person]]:
    people: dict[str, list[Person]] = {}
    team = Team.objects.create(name="Agency", is_partner=True)
    for role in ROLES:
        for number in range(_OFFICERS if role == "case_officer" else 1):
            person = Person(
                email=f"{role}{number or ''}@demo.example", name=f"{role.title()} {number}",
                role=role, team=team if role == "partner" else None, last_login=now,
            )  # fmt: skip
            person.set_password(PASSWORD)
            person.save()
            people.setdefault(role, []).append(person)
    return people


if __name__ == "__main__":
    main()
