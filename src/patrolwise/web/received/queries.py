"""What the page of outreach's figures shows: minutes, counts, and what each number is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from patrolwise.web.about import About
from patrolwise.web.exchange.kinds import MEASURES
from patrolwise.web.received.models import OutreachCount, OutreachMinutes

WINDOW = timedelta(days=28)
MOST = 50  # rows of a list on a page
_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class MinutesShown:
    """Outreach's minutes of the last four weeks."""

    rows: list[tuple[str, float, float, float, float]]  # hot spot, visits, minutes, least, most
    last: date | None  # newest day of which any came
    about: About


@dataclass(frozen=True, kw_only=True)
class CountsShown:
    """Outreach's counts of the last months of which any came."""

    months: list[tuple[str, list[tuple[str, list[str]]]]]  # each with a row a hot spot
    about: About


def show_minutes(names: dict[str, str], today: date) -> MinutesShown:
    """Return outreach's minutes by hot spot.

    Parameters
    ----------
    names : dict of str to str
        Of hot spots, by id.
    today : date
        The last of the 28 days.

    Returns
    -------
    MinutesShown
        A hot spot of which nothing came has no row.
    """
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0.0])
    days, untracked = set(), 0
    for row in OutreachMinutes.objects.filter(date__gt=today - WINDOW):
        total = totals[row.hot_spot_id]
        for at, value in enumerate((row.visits, row.minutes, row.least, row.most)):
            total[at] += value
        days.add(row.date)
        untracked += not row.is_tracked
    return MinutesShown(
        rows=[(names.get(key, key), *totals[key]) for key in sorted(totals)],
        last=max(days, default=None),
        about=About(
            definition="Minutes that an outreach pair stayed in the hot spot: its two phones count "
            "as one, and passing through is left out. A visit is one unbroken stay. “Between” is "
            "the 95 % interval of the true minutes, silence of the phones within a stay at its "
            "upper end. Shifts are added as they were sent, lower ends with lower ends.",
            window=f"{_tell(today - WINDOW + timedelta(days=1))} to {_tell(today)}, by the day on "
            "which the shift began.",
            source="Positions of outreach’s phones during shifts, reckoned on outreach’s own site. "
            "Only these sums cross, signed; the positions are deleted there within a day.",
            completeness=f"Minutes came of {len(days)} of 28 days; of a day without any it is not "
            "known here whether nobody was out or no phone sent. "
            + _tell_untracked(untracked)
            + "A shift comes about an hour after it ends, and again when positions come late.",
        ),
    )


def show_counts(names: dict[str, str]) -> CountsShown:
    """Return the last three months of which counts came, with a column a measure.

    Parameters
    ----------
    names : dict of str to str
        Of hot spots, by id.

    Returns
    -------
    CountsShown
        "–" where a measure was not sent of a hot spot.
    """
    dated = OutreachCount.objects.values_list("month", flat=True).distinct().order_by("-month")
    months = list(dated[:_MONTHS])
    told: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in OutreachCount.objects.filter(month__in=months):
        told[one.month, one.hot_spot_id][one.measure] = one.count
    return CountsShown(
        months=[(month, _list_spots(told, month, names)) for month in months],
        about=About(
            definition="Contacts are talks on the street; people in contacts are those who took "
            "part, the same person as often as met. Engagements were agreed in the month, "
            "referrals sent in it, referrals completed ended in it whenever they were sent, "
            "concerns written down in it. Each is rounded to the nearest five; 1 to 7 is a star. "
            "Totals of rounded numbers are not exact.",
            window=f"Calendar months: {', '.join(months)}." if months else "No month came yet.",
            source="Outreach’s own records, counted on its site by hot spot. A count crosses, "
            "rounded and signed; a record never does.",
            completeness="A month is sent once, seven days after its end, and never again: two "
            "versions could be subtracted. What was written down later is missing, and so is what "
            "happened outside hot spots. “–” was not sent.",
        ),
    )


def tell_issues(shown: int) -> About:
    """Return what the numbers of place issues are.

    Parameters
    ----------
    shown : int
        Issues on the page.

    Returns
    -------
    About
    """
    cut = f" The newest {MOST} are shown." if shown == MOST else ""
    return About(
        definition="How bad it is, as the worker who saw it judged: 0 small, 1 some, 2 bad, "
        "3 danger.",
        window=f"All that came, by the day on which it was reported.{cut}",
        source="Debriefs of outreach’s shifts. Words are looked through for people before they "
        "leave, and again here.",
        completeness="Only what somebody reported. One in whose words a person might be told of is "
        "held back there.",
    )


def _list_spots(
    told: dict[tuple[str, str], dict[str, str]], month: str, names: dict[str, str]
) -> list[tuple[str, list[str]]]:
    return [
        (names.get(spot, spot), [counts.get(measure, "–") for measure in MEASURES])
        for (of, spot), counts in sorted(told.items())
        if of == month
    ]


def _tell_untracked(rows: int) -> str:
    if not rows:
        return ""
    return "1 sum is not from phones. " if rows == 1 else f"{rows} sums are not from phones. "


def _tell(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
