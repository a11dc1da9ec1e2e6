"""Made-up rounds of grants: one open, one awarded with reports, one whose time is over.

They are made by the pages' own actions.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from patrolwise.web.accounts.models import Person
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import list_hot_spots
from patrolwise.web.grants.actions import applying, awards, keeping, panel, payments, rounds
from patrolwise.web.grants.award_queries import list_quarters_to_report
from patrolwise.web.grants.models import FundRound, GrantApplication, GrantAward
from patrolwise.web.vault.writing import Writing

_CRITERIA = (
    ("need", "It is needed where it would be", 3),
    ("young-people", "Young people had a part in its design", 2),
    ("evidence", "The kind of work is known to help", 2),
    ("value", "The money is well used", 1),
)
# made-up groups: kind, what they do, pounds
_GROUPS = (
    ("Granby Boxing Club", "charity", "Boxing on Friday nights", 18_000),
    ("Westcotes Youth Trust", "charity", "Mentors after school", 20_000),
    ("Highfields Music Room", "company", "A studio until ten", 16_500),
    ("Clock Tower Coaches", "charity", "Football where it happens", 19_000),
    ("Riverside Climbing", "company", "Climbing with outreach", 14_000),
    ("Belgrave Kitchen", "charity", "Cooking and a warm room", 12_000),
    ("New Walk Arts", "charity", "Street art with owners’ leave", 11_500),
    ("Saffron Bike Shed", "community group", "Mend a bike, keep a bike", 9_000),
    ("Evington Debate Club", "community group", "Debates after school", 8_000),
    ("Aylestone Scooter Park", "community group", "A safer park", 20_000),
)
# of each group: what two assessors give it, by criterion
_SCORES = (
    ((5, 5, 4, 4), (5, 4, 4, 4)),
    ((5, 4, 5, 4), (4, 4, 5, 4)),
    ((4, 5, 3, 4), (4, 4, 3, 4)),
    ((4, 4, 4, 3), (4, 4, 3, 4)),
    ((4, 4, 3, 4), (4, 3, 3, 4)),
    ((4, 3, 3, 5), (4, 3, 3, 4)),
    ((3, 4, 3, 4), (4, 3, 3, 4)),
    ((4, 3, 3, 4), (3, 3, 3, 4)),
    ((3, 3, 2, 4), (3, 3, 3, 3)),
    ((2, 2, 2, 3), (3, 2, 2, 2)),
)
_LATE_DRAFTS = (
    ("Humberstone Swimmers", "charity", "Swimming on Saturdays", 15_000),
    ("Abbey Lane Radio", "community group", "Young voices on air", 10_000),
)
_AWARDED = 8
_PILOT = 3  # groups of the pilot
_CONDITIONS = "Send the safeguarding policy\nSend proof of insurance"
_REASONS = "The panel saw a clear need, and young people who had helped to make the plan."
_NO = "The panel could not see how the plan would reach the young people it is for."


@dataclass(frozen=True, kw_only=True)
class _Group:
    """One group that asks for money."""

    name: str
    kind: str
    title: str
    pounds: int
    number: int

    def describe(self, spots: list[str], first: date, last: date) -> dict[str, Any]:
        """Return a whole application."""
        return {
            "org_name": self.name,
            "org_kind": self.kind,
            "charity_number": f"{9_990_000 + self.number}" if self.kind == "charity" else "",
            "company_number": f"{99_900_000 + self.number}" if self.kind == "company" else "",
            "governance": "A board of five meets each month; two sign every payment.",
            "has_safeguarding_policy": True,
            "policy_reviewed": first - timedelta(days=200),
            "is_insured": True,
            "insured_until": last + timedelta(days=90),
            "title": self.title,
            "summary": f"{self.title}: two sessions a week for young people near the hot spots.",
            "area_ids": [spots[self.number % len(spots)]] if spots else ["place"],
            "first": first,
            "last": last,
            "youngest": 11,
            "oldest": 19,
            "young_people": 40 + 5 * self.number,
            "cohort": "Young people who are out in the evening near the hot spots.",
            "outcomes": "They feel safer and have an adult to turn to. We ask them each term.",
            "evidence": ("moderate", "low", "unknown")[self.number % 3],
            "evidence_why": "The toolkit of the Youth Endowment Fund rates this kind of work so.",
            "is_designed_with_young_people": True,
            "co_design": "Twelve young people chose the nights and the place.",
            "budget": [
                {"what": "Workers", "pence": self.pounds * 70},
                {"what": "Room and things", "pence": self.pounds * 30},
            ],
            "match_pence": 100_000,
            "match_source": "Room given by the council",
            "contact_name": f"Demo Contact {self.number}",
            "contact_phone": f"01632 9600{self.number:02}",
        }


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Fill an awarded round with reports and payments, an open one and one that is to be deleted.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        How many groups there are.
    """
    spots = [one.hot_spot_id for one in list_hot_spots(day_of(now))]
    second = _add_assessor(people["assessor"])
    old = _declare(people["programme"], now, begun=300, title="Communities fund, last year")
    made = _apply(old, now - timedelta(days=290), spots)
    rounds.close_round(by=people["programme"], now=now - timedelta(days=255), row=old)
    _judge(made, (people["assessor"], second), people, now - timedelta(days=250))
    _award(made[:_AWARDED], people, now)
    awards.release_awards(by=people["commissioner"], now=now - timedelta(days=200), row=old)
    new = _declare(people["programme"], now, begun=10, title="Communities fund")
    _apply_anew(new, now, spots)
    _fill_pilot(now, people, spots)
    return len(_GROUPS) + len(_LATE_DRAFTS)


def _add_assessor(first: Person) -> Person:
    made = Person(email="assessor2@demo.example", name="Second Assessor Demo", role="assessor")
    made.password = first.password or make_password(None)
    made.save()
    return made


def _fill_pilot(now: datetime, people: dict[str, Person], spots: list[str]) -> None:
    """Fill a round of two years ago, of which nothing was funded; its deletion is proposed."""
    row = _declare(people["programme"], now, begun=800, title="Pilot fund", key="pilot-fund")
    made = _apply(row, now - timedelta(days=790), spots, _GROUPS[-_PILOT:])
    decided = now - timedelta(days=740)
    rounds.close_round(by=people["programme"], now=decided, row=row)
    said = panel.Screened(outcome="not eligible", reasons="It is for people above 25.")
    for one in made:
        panel.screen(by=people["programme"], now=decided, row=one, said=said)
    writing = Writing(by=people["programme"], now=now)
    keeping.propose_deletion(writing=writing, on=day_of(now))


def _declare(
    by: Person, now: datetime, *, begun: int, title: str, key: str = "communities-fund"
) -> FundRound:
    opened = now - timedelta(days=begun)
    opens = day_of(opened)
    values = {
        "key": key, "version": 2 if begun < 100 else 1, "title": title,
        "opens": opens, "closes": opens + timedelta(days=40), "budget_pence": 20_000_000,
        "most_pence": 2_000_000, "youngest": 10, "oldest": 24,
        "criteria": [{"key": k, "title": t, "weight": w} for k, t, w in _CRITERIA],
        "conditions": _CONDITIONS, "funder_org_id": "360G-example",
        "funder_name": "Demonstration partnership", "funder_prefix": "360G-example",
    }  # fmt: skip
    row = rounds.write_round(by=by, now=opened, values=values)
    rounds.open_round(by=by, now=opened, row=row)
    return row


def _apply(
    row: FundRound,
    now: datetime,
    spots: list[str],
    groups: tuple[tuple[str, str, str, int], ...] = _GROUPS,
) -> list[GrantApplication]:
    row.refresh_from_db()
    first = row.closes + timedelta(days=60)
    made = []
    for number, (name, kind, title, pounds) in enumerate(groups):
        group = _Group(name=name, kind=kind, title=title, pounds=pounds, number=number)
        values = group.describe(spots, first, first + timedelta(days=400))
        one, _ = applying.begin_application(row=row, values=values, now=now)
        applying.submit(row=one, now=now + timedelta(hours=2))
        made.append(one)
    return made


def _apply_anew(row: FundRound, now: datetime, spots: list[str]) -> None:
    row.refresh_from_db()
    first = row.closes + timedelta(days=60)
    for number, given in enumerate(_LATE_DRAFTS, start=len(_GROUPS)):
        name, kind, title, pounds = given
        group = _Group(name=name, kind=kind, title=title, pounds=pounds, number=number)
        values = group.describe(spots, first, first + timedelta(days=300))
        one, _ = applying.begin_application(row=row, values=values, now=now - timedelta(days=2))
        if number == len(_GROUPS):
            applying.submit(row=one, now=now - timedelta(days=1))


def _judge(
    made: list[GrantApplication],
    assessors: tuple[Person, Person],
    people: dict[str, Person],
    now: datetime,
) -> None:
    """Screen, give out, score and decide: the best are funded, as far as the money goes."""
    said = panel.Screened(outcome="eligible", reasons="All papers are named, ages fit.")
    for place, row in enumerate(made):
        panel.screen(by=people["programme"], now=now, row=row, said=said)
        panel.give_to(by=people["programme"], now=now, row=row, assessors=list(assessors))
        if place == len(made) - 1:
            continue  # it waits for its scores
        for at, one in enumerate(row.assessments.order_by("id")):  # type: ignore[attr-defined]
            by = assessors[at]
            panel.declare(by=by, now=now, row=one, has_conflict=False, note="")
            keys = [key for key, _, _ in _CRITERIA]
            scores = dict(zip(keys, _SCORES[place][at], strict=True))
            panel.score(
                by=by,
                now=now,
                row=one,
                said=panel.Scored(scores=scores, notes={}, is_complete=True),
            )
        is_funded = place < _AWARDED
        reasons = _REASONS if is_funded else _NO
        panel.decide(
            by=people["commissioner"], now=now, row=row, is_funded=is_funded, reasons=reasons
        )


def _award(made: list[GrantApplication], people: dict[str, Person], now: datetime) -> None:
    for place, row in enumerate(made):
        row.refresh_from_db()
        asked, first = row.asked_pence, row.first or day_of(now)
        half = asked // 2
        new = awards.NewAward(
            first=first,
            last=row.last or first,
            place="Leicester",
            place_code="E06000016",
            place_code_type="UA",
            conditions=[(one, 1) for one in _CONDITIONS.splitlines()],
            instalments=[(first, half), (first + timedelta(days=200), asked - half)],
        )
        when = now - timedelta(days=230)
        award = awards.make_award(by=people["commissioner"], now=when, row=row, new=new)
        applying.accept_award(row=row, now=when + timedelta(days=5))
        award.refresh_from_db()
        if place < _AWARDED - 1:  # the last has not shown its papers
            for one in award.conditions.all():  # type: ignore[attr-defined]
                awards.note_met(by=people["programme"], now=when, row=one, seen="The paper itself")
            paid = payments.propose_payment(
                by=people["programme"], now=_paid(award), award=award, number=1, pence=half
            )
            payments.release_payment(by=people["commissioner"], now=_paid(award), row=paid)
        if place != 1:  # one is late with its reports
            _report(award, row, now)
        if place == 0:
            payments.propose_payment(
                by=people["programme"], now=now, award=award, number=2, pence=asked - half
            )


def _paid(award: GrantAward) -> datetime:
    """Return noon of the first day of an award."""
    return datetime.combine(award.first, datetime.min.time()).astimezone() + timedelta(hours=12)


def _report(award: GrantAward, row: GrantApplication, now: datetime) -> None:
    award.refresh_from_db()
    for number, quarter in enumerate(list_quarters_to_report(award, day_of(now))):
        came = 30 + row.young_people // 4 if row.young_people else 30
        values = {
            "quarter": quarter.label, "spent_pence": award.pence // 6, "underspend_pence": 0,
            "sessions_planned": 24, "sessions_held": 22 - number, "unique_young_people": came,
            "attendances": came * 6, "area_ids": row.area_ids, "referrals_received": 9,
            "referrals_accepted": 7, "measure": "I feel safe on my way home, 1 to 5",
            "asked": came, "answered": came - 8, "mean": 3.6, "risks": "The hall is full by eight.",
        }  # fmt: skip
        awards.send_report(row=award, values=values, now=now - timedelta(days=1))
