"""Three years of a charity's casework, made up; it fills the outreach site of its environment.

Run by `python -m benchmarks.casework_pages` after `init`: 12 workers and 3 leads, 600 people of
whom 150 have an open case, 25,000 street contacts, and a record of a quarter of a million events.
Sealed fields are sealed by the site's own vault.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.core.cache import cache  # noqa: E402

from patrolwise.web.accounts.models import Person, Team  # noqa: E402
from patrolwise.web.accounts.roles import ROLES  # noqa: E402
from patrolwise.web.audit.chain import FIRST, Link, hash_link  # noqa: E402
from patrolwise.web.audit.models import Event  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.outreach.casework_rows import Caseload  # noqa: E402
from tests.web.outreach.service_rows import write_casework  # noqa: E402

PASSWORD = "patrolwise-demo-only"
DAYS, CASES, OPEN, CONTACTS, NOTES, EVENTS = 3 * 365, 600, 150, 25_000, 15, 250_000
_WORKERS, _LEADS = 12, 3
_READ = ("home", "cases", "case", "case-note", "today", "follow-ups", "caseload", "referral")


def main() -> None:
    """Fill the site."""
    began, now = time.perf_counter(), datetime.now(UTC)
    team = Team.objects.create(name="Partner", is_partner=True)
    people = _add_people(team, now)
    made = Caseload(
        now=now, days=DAYS, people=people, team=team, cases=CASES, open=OPEN, contacts=CONTACTS,
        notes=NOTES, services=60,
    )  # fmt: skip
    write_casework(made)
    _add_events(now)
    cache.clear()
    print(f"{time.perf_counter() - began:6.0f} s  filled", flush=True)


def _add_people(team: Team, now: datetime) -> dict[str, list[Person]]:
    people: dict[str, list[Person]] = {}
    for role in ROLES:
        for number in range({"worker": _WORKERS, "lead": _LEADS}.get(role, 1)):
            person = Person(
                email=f"{role}{number or ''}@demo.example", name=f"{role.title()} {number}",
                role=role, team=team if role == "partner" else None, last_login=now,
            )  # fmt: skip
            person.set_password(PASSWORD)
            person.save()
            people.setdefault(role, []).append(person)
    return people


def _add_events(now: datetime) -> None:
    """Write what people of three years read, each event with the hash of the one before it."""
    last = Event.objects.order_by("-number").first()
    number, previous = (last.number, last.hash) if last else (0, FIRST)
    people = list(Person.objects.values_list("pk", "role"))
    step, rows = timedelta(days=DAYS) / EVENTS, []
    for k in range(EVENTS):
        number += 1
        actor, role = people[k % len(people)]
        at, is_read = now - step * (EVENTS - k), k % 500 != 0
        link = Link(
            number=number, time=at.isoformat(timespec="microseconds"), actor_id=actor, role=role,
            action="read" if is_read else "refused", subject=_READ[k % len(_READ)],
            is_read=is_read, detail={}, previous=previous,
        )  # fmt: skip
        previous = hash_link(link)
        rows.append(Event(**{**vars(link), "time": at}, hash=previous))
    Event.objects.bulk_create(rows, batch_size=5_000)


if __name__ == "__main__":
    main()
