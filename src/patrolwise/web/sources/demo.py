"""A made-up source: an emergency department's records of assaults."""

from datetime import datetime, time, timedelta

from patrolwise.files.agency_records import agency_form
from patrolwise.partnership.agency_sources import SourceTerms
from patrolwise.web.accounts.models import Person
from patrolwise.web.commons.clock import LOCAL, day_of
from patrolwise.web.commons.hot_spots import list_choices
from patrolwise.web.sources import actions

_EVERY = 3  # rows in three that tell of a hot spot by its name


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Agree a source's terms, and take in a made-up half year of its records.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        By role.

    Returns
    -------
    int
        How many records there are.
    """
    today = day_of(now)
    terms = SourceTerms(
        name="Made-up infirmary",
        kind="emergency department",
        controller="Made-up NHS trust",
        lawful_basis="As the parties' lawyers wrote it into the agreement",
        purpose="Counts of assaults by hot spot and month",
        agreement="Made-up agreement 1",
        first=today - timedelta(days=300),
        last=today + timedelta(days=40),
        keep_months=36,
        location_days=90,
        least_count=8,
    )
    source = actions.agree_terms(terms, people["programme"], now - timedelta(days=300))
    spots = [name for _, name in list_choices()]
    lines = [",".join(agency_form(source.kind).names)]
    for number in range(240):
        day = today - timedelta(days=1 + number % 180)
        spot = spots[number * number % len(spots)].replace(",", " ")
        word = f"outside {spot}" if number % _EVERY else ("the bus stop", "unknown")[number % 2]
        # with its offset: an hour of the half year happens twice, or not at all
        at = datetime.combine(day, time(number % 24, 10), LOCAL).isoformat(timespec="minutes")
        lines.append(f"{number},RWE01,,{at},30,,4,{word},,")
    data = "\n".join(lines).encode()
    return actions.take_file(source, "assaults.csv", data, people["analyst"], now).rows
