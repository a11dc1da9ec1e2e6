"""Made-up agencies and four weeks of their patrols, by the pages' own actions."""

import contextlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import shapely

from patrolwise.errors import RefusedError
from patrolwise.partnership.ledger_counts import TRACKER, LedgerCount, write_counts
from patrolwise.times import Window
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies import stream_actions, upload_actions
from patrolwise.web.agencies.hours_actions import NewHours, Sending, keep_hours
from patrolwise.web.agencies.link_actions import make_link
from patrolwise.web.agencies.models import Agency, HoursRow, Stream
from patrolwise.web.agencies.stream_actions import NewAgency, NewShift, NewStream
from patrolwise.web.agencies.upload_reading import Track
from patrolwise.web.commons import clock
from patrolwise.web.commons.clock import LOCAL, day_of
from patrolwise.web.commons.hot_spots import list_hot_spots
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.identifiers import make_uuid7

_DAYS = 28
_SEED = 20_261_105
_STARTS, _SHIFT = time(17), timedelta(hours=5)
_UNITS = (("W1", 2), ("W2", 2))
_STEP_S, _AWAY = 30, 0.02  # seconds; degrees of latitude, well outside
_AGENCIES = (
    ("Night volunteers", "partner", "volunteers"),
    ("Clock Tower traders", "partner", "business improvement district"),
    ("City police", "police", "police"),
    ("Street outreach", "outreach", "outreach"),
)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What rows are drawn from."""

    agency: Agency
    stream: Stream | None
    spots: Sequence[AgreedHotSpot]
    chance: random.Random


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Add agencies, a stream, rosters, patrols, a tracker's file and services' counts.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        Rows of the ledger.
    """
    manager, coordinator = people["programme"], people["agency"]
    team = coordinator.team
    wardens = stream_actions.add_agency(
        by=manager, new=NewAgency(name="City wardens", kind="partner", sort="wardens", team=team)
    )
    others = [
        stream_actions.add_agency(by=manager, new=NewAgency(name=name, kind=kind, sort=sort))
        for name, kind, sort in _AGENCIES
    ]
    today = day_of(now)
    stream = stream_actions.add_stream(by=manager, new=_draw_stream(today, wardens))
    spots, chance = list_hot_spots(today)[:6], random.Random(_SEED)  # noqa: S311  (made-up rows)
    paid = _Made(agency=wardens, stream=stream, spots=spots, chance=chance)
    kind = _Made(agency=others[0], stream=None, spots=spots[:2], chance=chance)
    number = 0
    for back in range(_DAYS, 0, -1):
        day = today - timedelta(days=back)
        number += _work_evening(paid, coordinator, day)
        if day.weekday() >= 4:
            number += _walk_in_kind(kind, day)
    _send_tracks(coordinator, wardens, today)
    _send_twice(coordinator, wardens)
    _send_counts(manager, others[2:], spots, today)
    make_link(by=coordinator, agency=wardens, unit_id="W1", staff=2, stream=stream)
    return number


def _draw_stream(today: date, wardens: Agency) -> NewStream:
    year = today.year - (today.month < 4)
    return NewStream(
        key=f"hot-spots-{year}",
        fund="Demonstration hot spot fund",
        year=f"{year}/{(year + 1) % 100:02}",
        pounds=Decimal(60_000),
        pounds_an_hour=Decimal(24),
        first=date(year, 4, 1),
        last=date(year + 1, 3, 31),
        agencies=[wardens],
        patrol_types=["extra-funded"],
        conditions="In agreed hot spots, in uniform, on Thursdays to Saturdays first.",
    )


def _work_evening(made: _Made, by: Person, day: date) -> int:
    """Put both units on the roster and keep what they did; some of it was written down late."""
    start = datetime.combine(day, _STARTS, LOCAL)
    end = start + _SHIFT
    late = timedelta(days=4) if made.chance.random() < 0.1 else timedelta(hours=1)
    sending = Sending(agency=made.agency, way="file", now=end + late, by=by)
    shifts = [NewShift(unit_id=unit, start=start, end=end, staff=staff) for unit, staff in _UNITS]
    stream_actions.keep_roster(sending=sending, shifts=shifts)
    rows = [
        _draw(made, unit, staff, stay)
        for unit, staff in _UNITS
        for stay in _draw_stays(made, start)
    ]
    keep_hours(sending=sending, rows=rows)
    return len(rows)


def _walk_in_kind(made: _Made, day: date) -> int:
    start = datetime.combine(day, time(21), LOCAL)
    rows = [_draw(made, "V1", 4, stay) for stay in _draw_stays(made, start)]
    sending = Sending(agency=made.agency, way="file", now=start + timedelta(hours=6))
    keep_hours(sending=sending, rows=rows)
    return len(rows)


def _draw_stays(made: _Made, start: datetime) -> Iterator[tuple[datetime, datetime, str]]:
    """Yield three stays of an evening, one after another, with ways between."""
    at = start + timedelta(minutes=10)
    for spot in made.chance.sample(made.spots, min(3, len(made.spots))):
        end = at + timedelta(minutes=made.chance.randint(20, 55))
        yield at, end, spot.hot_spot_id
        at = end + timedelta(minutes=made.chance.randint(8, 20))


def _draw(made: _Made, unit: str, staff: int, stay: tuple[datetime, datetime, str]) -> NewHours:
    start, end, spot = stay
    return NewHours(
        key=UUID(int=made.chance.getrandbits(128), version=4),
        unit_id=unit,
        hot_spot_id=spot,
        start=start,
        end=end,
        staff=staff,
        paid="funded" if made.stream else "in kind",
        patrol_type="extra-funded" if made.stream else "targeted",
        stream=made.stream,
    )


def _send_tracks(by: Person, wardens: Agency, today: date) -> None:
    """Send a tracker's file of an evening, and leave the one of the next to be looked at."""
    for back in (2, 1):
        day = today - timedelta(days=back)
        rows = list(wardens.hours.filter(unit_id="W1", day=day).order_by("start"))  # type: ignore[attr-defined]
        made = upload_actions.send_file(
            by=by,
            agency=wardens,
            kind="tracker",
            file=(f"w1-{day}.gpx", _write_track(rows)),
            track=Track(unit_id="W1", staff=2),
        )
        if back == 2 and made.state == "read":
            upload_actions.keep_upload(by=by, upload=made)


def _write_track(rows: Sequence[HoursRow]) -> bytes:
    """Return a GPX file of somebody who was where the rows say, a little shorter each time."""
    points = []
    for row in rows:
        spot = AgreedHotSpot.objects.filter(hot_spot_id=row.hot_spot_id, valid_until=None).get()
        middle = shapely.geometry.shape(spot.shape).representative_point()
        minutes = row.patrol_minutes
        for step in range(-4, 2 * minutes):
            away = _AWAY if step < 2 or step > 2 * minutes - 4 else 0.0
            at = row.start + timedelta(seconds=_STEP_S * step)
            points.append(
                f'<trkpt lat="{middle.y + away:.6f}" lon="{middle.x:.6f}">'
                f"<time>{at.isoformat()}</time></trkpt>"
            )
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"
    ).encode()


def _send_twice(by: Person, wardens: Agency) -> None:
    """Send an hour that is there already: it is refused, and counted in the quality record."""
    row = wardens.hours.order_by("-start").first()  # type: ignore[attr-defined]
    new = NewHours(
        key=make_uuid7(),
        unit_id=row.unit_id,
        hot_spot_id=row.hot_spot_id,
        start=row.start,
        end=row.end,
        staff=row.staff,
        paid="in kind",
        patrol_type="targeted",
    )
    sending = Sending(agency=wardens, way="coordinator", now=clock.now(), by=by)
    with contextlib.suppress(RefusedError):
        keep_hours(sending=sending, rows=[new])


def _send_counts(
    by: Person, services: Sequence[Agency], spots: Sequence[AgreedHotSpot], today: date
) -> None:
    """Take in a week of services' minutes, by the files that their own sites give."""
    chance = random.Random(_SEED)  # noqa: S311  (made-up rows)
    days = [today - timedelta(days=back) for back in range(7, 0, -1)]
    for service in services:
        counts = [
            _draw_count(service.key, spot.hot_spot_id, day, chance.randint(10, 60))
            for day in days
            for spot in spots[:3]
        ]
        data = write_counts(service.key, Window("counted", days[0], days[-1]), today, counts)
        made = upload_actions.send_file(
            by=by, agency=None, kind="counts", file=(f"hours-{service.key}.csv", data)
        )
        upload_actions.keep_upload(by=by, upload=made)


def _draw_count(service: str, hot_spot: str, day: date, minutes: int) -> LedgerCount:
    return LedgerCount(
        hot_spot=hot_spot,
        day=day,
        service=service,
        stream=None,
        basis=TRACKER,
        patrol_minutes=minutes,
        person_minutes=2 * minutes,
    )
