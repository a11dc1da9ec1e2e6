"""A worked programme of made-up forms whose figures are those that a force once told in public.

6,800 hours, serious violence down 8.4 %, anti-social behaviour down 15.2 %, targeted patrols up
47.2 %, partners' up 257 %, nine plans, £1.57m: the counts behind them were never published, and
those here are invented to give them.
"""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from patrolwise.files.return_forms import return_form
from patrolwise.study.writing import write_folder

NOTICE = "SIMULATED: every number is made up to give figures that were told without counts."
_NOW, _THEN = date(2024, 7, 1), date(2023, 7, 1)
_DAYS, _UNITS, _SLOTS = 92, 8, ((10, 0), (15, 0))
_SPOTS = tuple(f"H{n:02}" for n in range(1, 19))
_CRIMES = {  # month by month: 1,190 to 1,090, and 1,500 to 1,272
    "serious-violence@1": {_THEN: (420, 400, 370), _NOW: (350, 380, 360)},
    "anti-social-behaviour@1": {_THEN: (520, 500, 480), _NOW: (470, 410, 392)},
}
_PROGRAMME = f"""# {NOTICE}
[programme]
title = "Worked return: 18 hot spots"
notice = "{NOTICE}"

[[services]]
name = "Police"
kind = "police"

[[services]]
name = "Street outreach"
kind = "outreach"

[[services]]
name = "City wardens"
kind = "partner"

[returns]
force = "Made-up force"
zone = "Europe/London"
definitions = ["serious-violence", "anti-social-behaviour"]
hours = "hours.csv"
rostered = "rostered.csv"
streams = "streams.csv"
hot_spots = "hot-spots.csv"
stays = "stays.csv"
planned = "planned.csv"
activities = "activities.csv"
outcomes = "outcomes.csv"
plans = "plans.csv"
finances = "finances.csv"
surveys = "surveys.csv"

[[returns.quarters]]
quarter = "2024-Q2"
fund_rules = "hotspot-response-2024-25@1"
cut = 2024-10-14
prepared_by = "analyst"
approved_by = "programme lead"

[[returns.quarters]]
quarter = "2024-Q2"
fund_rules = "hotspot-response-2024-25@1"
version = 2
cut = 2024-11-04
earlier_cut = 2024-10-14
prepared_by = "analyst"
approved_by = "programme lead"
open_queries = ["One patrol was written down for the wrong hot spot."]
"""
Row = tuple[object, ...]


def write_return_demo(out: Path) -> Path:
    """Write the worked programme and its forms into a folder.

    Parameters
    ----------
    out : Path
        Made when absent.

    Returns
    -------
    Path
        Of the programme.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    patrols = [*_police(_NOW, 1472), *_police(_THEN, 1000)]
    forms: dict[str, list[Row]] = {
        "hours": [*_hours(patrols), *_partners(_NOW, 50), *_partners(_THEN, 14)],
        "rostered": _rostered(),
        "streams": _streams(),
        "hot_spots": _spots(),
        "stays": _stays(patrols),
        "planned": _planned(patrols),
        "activities": _activities(),
        "outcomes": _outcomes(),
        "plans": _plans(),
        "finances": [
            ("HR24", "Police", _NOW, _NOW + timedelta(91), 1_200_000, 298_000, 1_190_000, 0,
             date(2024, 10, 7), ""),
        ],
        "surveys": [
            ("H01", "September 2024", 64, 41, 35, date(2024, 10, 1), ""),
            ("H02", "September 2024", 15, 9, 6, date(2024, 10, 1), ""),
        ],
    }  # fmt: skip
    contents = {
        f"{name.replace('_', '-')}.csv": _as_form(name, rows) for name, rows in forms.items()
    }
    write_folder({**contents, "programme.toml": _PROGRAMME.encode()}, out)
    return out / "programme.toml"


def _as_form(name: str, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(return_form(name).names)
    writer.writerows(
        [one.isoformat() if isinstance(one, date) else one for one in row] for row in rows
    )
    return text.getvalue().encode()


def _police(first: date, patrols: int) -> list[tuple[int, str, str, datetime, int]]:
    """Return patrols: number, unit, hot spot, start, minutes."""
    found = []
    for n in range(patrols):  # spread evenly over all slots that there are
        slots = _DAYS * _UNITS * len(_SLOTS)
        day, place = divmod(n * slots // patrols, _UNITS * len(_SLOTS))
        unit, slot = divmod(place, len(_SLOTS))
        hour, minute = _SLOTS[slot]
        start = datetime(first.year, first.month, first.day, hour, minute, tzinfo=UTC)
        # with pairs of partners' 100 hours, 6,800 person-hours in the later quarter
        minutes = 134 + (n < 752) if first == _NOW else 120
        spot = _SPOTS[(n * 7 + day) % len(_SPOTS)]
        found.append((n, f"P{unit + 1}", spot, start + timedelta(days=day), minutes))
    return found


def _hours(patrols: Sequence[tuple[int, str, str, datetime, int]]) -> list[Row]:
    rows: list[Row] = []
    for n, unit, spot, start, minutes in patrols:
        is_now = start.year == _NOW.year
        row = ("Police", unit, 2, start, start + timedelta(minutes=minutes), "targeted", "patrol",
               "funded", "police uniform", "tracker", "HR24" if is_now else "GR23", "")  # fmt: skip
        recorded = start.date() + timedelta(days=3)
        number = f"{'A' if is_now else 'B'}{n + 1:04}"
        is_wrong = number == "A0001"  # found in October to have been elsewhere
        rows.append((number, spot, *row, recorded, date(2024, 10, 20) if is_wrong else ""))
        if is_wrong:
            rows.append(("A1473", "H18", *row, date(2024, 10, 20), ""))
    return rows


def _partners(first: date, patrols: int) -> list[Row]:
    rows: list[Row] = []
    for n in range(patrols):
        start = datetime(first.year, first.month, first.day, 18, tzinfo=UTC) + timedelta(days=n)
        is_outreach = n % 5 < 2
        who: Row = (
            ("Street outreach", "O1", 2, start, start + timedelta(hours=2), "extra-funded",
             "patrol", "funded", "partner brand", "tracker", "HR24" if first == _NOW else "GR23")
            if is_outreach
            else ("City wardens", "W1", 2, start, start + timedelta(hours=2), "extra-funded",
                  "patrol", "in kind", "partner brand", "self-reported", "")
        )  # fmt: skip
        number = f"{'C' if first == _NOW else 'D'}{n + 1:04}"
        rows.append((number, _SPOTS[n % 18], *who, "", start.date() + timedelta(days=3), ""))
    return rows


def _rostered() -> list[Row]:
    rows: list[Row] = []
    for first in (_NOW, _THEN):
        for n in range(_DAYS):
            noon = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=n)
            at = [noon + timedelta(hours=hour) for hour in (9, 18, 21)]
            rows += [
                ("Police", f"P{u + 1}", 2, at[0], at[1], noon.date(), "") for u in range(_UNITS)
            ]
            rows.append(("Street outreach", "O1", 2, at[1], at[2], noon.date(), ""))
    return rows


def _streams() -> list[Row]:
    who, types = "Police; Street outreach", "extra-funded; targeted"
    told = "high visibility, in the hot spots agreed"
    return [
        ("HR24", "Hotspot Response Fund 2024/25", "2024/25", 1_570_000, date(2024, 4, 1),
         date(2025, 3, 31), who, types, told, date(2024, 4, 1), ""),
        ("GR23", "Grip Fund 2023/24", "2023/24", 1_000_000, date(2023, 4, 1),
         date(2024, 3, 31), who, types, told, date(2023, 4, 1), ""),
    ]  # fmt: skip


def _spots() -> list[Row]:
    return [
        (spot, 1, "both", f"E010000{n:02}", 22500, "count of three years", 180 - 5 * n, 9000,
         date(2023, 4, 1), "", "yes" if n % 3 else "no", date(2023, 4, 1), "")
        for n, spot in enumerate(_SPOTS)
    ]  # fmt: skip


def _stays(patrols: Sequence[tuple[int, str, str, datetime, int]]) -> list[Row]:
    """Return a stay of each patrol of the later quarter; every fourth is left once, shortly."""
    rows: list[Row] = []
    for n, unit, spot, start, _ in patrols:
        if start.year != _NOW.year:
            continue
        recorded, half = start.date() + timedelta(days=1), start + timedelta(minutes=9)
        end = start + timedelta(minutes=15 + n % 12)
        if n % 4:
            rows.append((spot, "Police", unit, start, end, recorded, ""))
        else:
            rows.append((spot, "Police", unit, start, half, recorded, ""))
            rows.append((spot, "Police", unit, half + timedelta(minutes=1), end, recorded, ""))
    return rows


def _planned(patrols: Sequence[tuple[int, str, str, datetime, int]]) -> list[Row]:
    days = sorted({(spot, start.date()) for _, _, spot, start, _ in patrols})
    return [
        (spot, "Police", day, 1, "short" if n % 9 == 0 else "met", day + timedelta(days=1), "")
        for n, (spot, day) in enumerate(days)
        if day >= _NOW
    ]


def _activities() -> list[Row]:
    counts = {
        "arrests": 2,
        "stop-and-search": 9,
        "stop-and-search-finds": 3,
        "stop-and-search-white": 6,
        "engagements-positive": 41,
        "safeguarding": 2,
    }
    return [
        (spot, _month(_NOW, m), "Police", activity, count + (n + m) % 3, date(2024, 10, 7), "")
        for n, spot in enumerate(_SPOTS)
        for m in range(3)
        for activity, count in counts.items()
    ]


def _outcomes() -> list[Row]:
    rows: list[Row] = []
    for definition, periods in _CRIMES.items():
        for first, totals in periods.items():
            for m, total in enumerate(totals):
                month = _month(first, m)
                shares = _share_out(total)
                recorded = max(_month(month, 1), date(2023, 4, 2))
                for spot, crimes in zip(_SPOTS, shares, strict=True):
                    rows.append((spot, month, definition, "hot spot", crimes, "", recorded, ""))
                    rows.append((spot, month, definition, "ring", crimes // 3, "", recorded, ""))
                rows.append(
                    ("force", month, definition, "rest of force", 9 * total, "", recorded, "")
                )
    return rows


def _share_out(total: int) -> list[int]:
    """Return a total cut into one part for each hot spot, the first the largest."""
    weights = range(27, 27 - len(_SPOTS), -1)
    edges = [0]
    for weight in weights:
        edges.append(edges[-1] + weight)
    ends = [total * edge // edges[-1] for edge in edges]
    return [after - before for before, after in itertools.pairwise(ends)]


def _plans() -> list[Row]:
    return [
        (_SPOTS[n], f"PSP{n + 1}", "response", "Police; council", 3, n, "crimes by month",
         date(2024, 11, 1), date(2023, 6, 1) if n < 4 else date(2024, 6, 1), "")
        for n in range(9)
    ]  # fmt: skip


def _month(first: date, after: int) -> date:
    return date(first.year, first.month + after, 1)
