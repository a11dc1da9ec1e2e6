"""Agencies, streams and rows of the hours ledger that several tests begin with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from patrolwise.web.accounts.models import Team
from patrolwise.web.agencies.hours_actions import NewHours, Sending, keep_hours
from patrolwise.web.agencies.models import Agency, RosterRow, Stream
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.identifiers import make_uuid7

FUND = "Hotspot Response Fund 2024/25"
DAY = date(2026, 11, 4)
AT = datetime(2026, 11, 4, 18, tzinfo=UTC)  # the London clock is the same
NOW = datetime(2026, 11, 4, 23, tzinfo=UTC)
SQUARE = [[-1.134, 52.634], [-1.132, 52.634], [-1.132, 52.636], [-1.134, 52.636], [-1.134, 52.634]]


def add_places():
    """Add two agreed hot spots."""
    for key, name in (("hs-1", "Clock Tower"), ("hs-2", "Market")):
        AgreedHotSpot.objects.create(
            hot_spot_id=key, name=name, set_version="leicester@1", valid_from=date(2026, 1, 1),
            shape={"type": "Polygon", "coordinates": [SQUARE]},
        )  # fmt: skip


def add_agency(key="wardens", person=None, kind="partner"):
    """Add an agency; a person becomes its coordinator."""
    team = Team.objects.create(name=f"Team {key}", is_partner=True)
    if person is not None:
        person.team = team
        person.save()
    return Agency.objects.create(key=key, name=f"The {key}", kind=kind, sort="wardens", team=team)


def add_stream(*agencies, key="hrf-1", **more):
    """Add a stream that agencies may claim."""
    given = {
        "fund": FUND, "year": "2026/27", "pounds": Decimal(5000), "pounds_an_hour": Decimal(25),
        "first": date(2026, 4, 1), "last": date(2027, 3, 31), "patrol_types": ["extra-funded"],
        "recorded_at": NOW, "recorded": DAY,
    } | more  # fmt: skip
    made = Stream.objects.create(key=key, **given)
    made.agencies.set(agencies)
    return made


def add_shift(agency, unit="W1", start=AT, hours=6, staff=2):
    """Put a unit on the roster."""
    return RosterRow.objects.create(
        agency=agency, unit_id=unit, start=start, end=start + timedelta(hours=hours), staff=staff,
        recorded_at=NOW, recorded=DAY,
    )  # fmt: skip


def new_hours(start_min=0, minutes=30, **more):
    """Return a row that is not kept yet, of 18:00 and so many minutes."""
    start = AT + timedelta(minutes=start_min)
    given = {
        "key": make_uuid7(), "unit_id": "W1", "hot_spot_id": "hs-1", "start": start,
        "end": start + timedelta(minutes=minutes), "staff": 2, "paid": "in kind",
        "patrol_type": "targeted",
    }  # fmt: skip
    return NewHours(**(given | more))


def keep(agency, *rows, **more):
    """Keep rows as a coordinator does."""
    return keep_hours(sending=Sending(agency=agency, way="coordinator", now=NOW), rows=rows, **more)
