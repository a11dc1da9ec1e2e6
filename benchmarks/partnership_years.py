"""A commissioner's years of work, made up; it fills the partnership site of its environment.

Run by `python -m benchmarks.partnership_pages` after `init`. Grants: 240 applications of one round,
each scored by two; 200 of them awarded, with a year of reports, instalments and payments. The rest
is `partnership_work`'s.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.core.cache import cache  # noqa: E402

from patrolwise.web.commons.demo import add_people  # noqa: E402
from patrolwise.web.commons.models import AgreedHotSpot  # noqa: E402
from patrolwise.web.grants.actions.applying import PAID  # noqa: E402
from patrolwise.web.grants.models import (  # noqa: E402
    AwardReport,
    FundRound,
    GrantApplication,
    GrantAssessment,
    GrantAward,
    GrantCondition,
    GrantInstalment,
    GrantPayment,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.partnership.grant_rows import ANSWERS, REPORT, ROUND  # noqa: E402

from benchmarks import partnership_work  # noqa: E402

APPLICATIONS, AWARDS, SPOTS = 240, 200, 18
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def main() -> None:
    """Fill the site."""
    began, now = time.perf_counter(), datetime.now(UTC)
    people = add_people(now, {"agency": "City wardens"})
    AgreedHotSpot.objects.bulk_create(
        AgreedHotSpot(
            hot_spot_id=f"hs-{n}", name=f"Hot spot {n}", set_version="bench@1",
            shape=_draw_square(n), valid_from=date(2020, 1, 1),
        )
        for n in range(SPOTS)
    )  # fmt: skip
    keys = {key: one.pk for key, one in people.items()}
    fill_grants(keys, now)
    partnership_work.fill_deletion(keys, now)
    partnership_work.fill(people, now)
    cache.clear()
    print(f"{time.perf_counter() - began:6.0f} s  filled", flush=True)


def _draw_square(n: int) -> dict[str, object]:
    """Return a hot spot of some 100 metres, well beside the one before."""
    x, y = -1.3 + 0.02 * n, 52.6
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    corners = [[x + 0.0015 * east, y + 0.001 * north] for east, north in ring]
    return {"type": "Polygon", "coordinates": [corners]}


def fill_grants(people: dict[str, int], now: datetime) -> None:
    """Write one round with all that came of it, and one that is open."""
    year = now.year - 1 if now.month >= 4 else now.year - 2  # the last whole financial year
    opened = datetime(year - 1, 11, 1, tzinfo=UTC)
    given = {
        "created_at": opened, "created_by_id": people["programme"],
        "budget_pence": 2_000_000 * AWARDS,
    }  # fmt: skip
    closed = FundRound.objects.create(
        **ROUND | given | {"opens": opened.date(), "closes": date(year, 1, 31), "state": "closed"}
    )
    today = now.date()
    span = {"opens": today - timedelta(days=9), "closes": today + timedelta(days=30)}
    FundRound.objects.create(**ROUND | given | span | {"version": 2, "state": "open"})
    for number in range(APPLICATIONS):
        row = _add_application(closed, number, people, opened)
        if number < AWARDS:
            _add_award(row, number, people, year)


def _add_application(
    row: FundRound, number: int, people: dict[str, int], at: datetime
) -> GrantApplication:
    is_awarded = number < AWARDS
    answers = ANSWERS | {"org_name": f"Club {number}", "area_ids": [f"hs-{number % SPOTS}"]}
    answers |= {"first": date(at.year + 1, 4, 1), "last": date(at.year + 4, 3, 31)}
    made = GrantApplication.objects.create(
        round=row, created_by_id=0, created_at=at, saved_at=at, submitted_at=at,
        retention_class=PAID, state="awarded" if is_awarded else "scored", is_eligible=True,
        screening_reasons="All is there.", screened_at=at, is_funded=is_awarded or None,
        reasons="A clear need." if is_awarded else "", decided_at=at if is_awarded else None,
        asked_pence=sum(one["pence"] for one in answers["budget"]), **answers,
    )  # fmt: skip
    GrantAssessment.objects.bulk_create(
        GrantAssessment(
            application=made, assessor_id=assessor, given_at=at, declared_at=at,
            given_by_id=people["programme"], has_conflict=False, completed_at=at,
            scores={"need": 3 + number % 3, "plan": 4}, notes={"need": "Because it is."},
        )
        for assessor in (people["assessor"], 10_000 + number)
    )  # fmt: skip
    return made


def _add_award(row: GrantApplication, number: int, people: dict[str, int], year: int) -> None:
    at, first = row.created_at + timedelta(days=120), date(year, 4, 1)
    made = GrantAward.objects.create(
        number=f"fund-1-{number:03}", application=row, pence=row.asked_pence, awarded=at.date(),
        awarded_by_id=people["commissioner"], first=first, last=date(year + 3, 3, 31),
        place="Leicester", accepted_at=at, released_at=at, digest="x",
    )  # fmt: skip
    GrantCondition.objects.create(award=made, text="Send the policy", met=first, seen="Seen")
    quarter = made.pence // 4
    GrantInstalment.objects.bulk_create(
        GrantInstalment(award=made, number=n + 1, due=first + timedelta(days=90 * n), pence=quarter)
        for n in range(4)
    )
    GrantPayment.objects.bulk_create(
        GrantPayment(
            award=made, number=n + 1, pence=quarter, proposed_at=at, paid=first,
            proposed_by_id=people["programme"], released_by_id=people["commissioner"],
        )
        for n in range(2)
    )  # fmt: skip
    for n in range(4 - (number % 10 == 0)):
        AwardReport.objects.create(
            award=made, created_by_id=0, created_at=at, retention_class=PAID,
            received=first + timedelta(days=95 * (n + 1)),
            **REPORT | {"quarter": f"{year}-{_QUARTERS[n]}", "spent_pence": quarter // 2},
        )  # fmt: skip


if __name__ == "__main__":
    main()
