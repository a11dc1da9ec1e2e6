"""How a provider does: named measures with what they count, of how many, and how sure they are.

Figures are exact and stay inside the service; what leaves it goes through
`patrolwise.reporting.suppression`. They say what was done, not whether it helped.
"""

from dataclasses import dataclass, fields
from math import inf, sqrt

from patrolwise.errors import InputError, check_faults

FEWEST = 8  # a rate of 7 or fewer says more about persons than about a service
_Z = 1.959964  # 95 %


@dataclass(frozen=True, kw_only=True)
class ScorecardCounts:
    """What a provider did in a window; every count is of that window."""

    contact_hours: float  # hours of workers on the street
    contacts: int
    engagements: int  # contacts that became one
    engagements_referred: int  # engagements with at least one referral sent
    referrals_sent: int
    referrals_accepted: int
    referrals_started: int
    started_in_time: int  # within the target of days after acceptance
    referrals_completed: int
    completed_in_time: int  # within the target of days after the start
    referrals_silent: int  # ten working days without an answer
    follow_ups_due: int
    follow_ups_missed: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of the scorecard with its 95 % interval, or why there is none."""

    key: str
    title: str
    numerator: int
    denominator: float
    value: float | None  # a share, 0 to 1; of contacts, how many an hour
    low: float | None
    high: float | None
    refused: str = ""  # a sentence; empty when there is a value


# key, title, part, whole
_SHARES = (
    ("engagements", "Contacts that became an engagement", "engagements", "contacts"),
    ("referred", "Engagements with a referral sent", "engagements_referred", "engagements"),
    ("accepted", "Referrals sent that were accepted", "referrals_accepted", "referrals_sent"),
    ("started", "Referrals accepted that started", "referrals_started", "referrals_accepted"),
    ("started_in_time", "Referrals accepted that started within the target",
     "started_in_time", "referrals_accepted"),
    ("completed", "Referrals started that were completed",
     "referrals_completed", "referrals_started"),
    ("completed_in_time", "Referrals started that were completed within the target",
     "completed_in_time", "referrals_started"),
    ("silence", "Referrals sent that met ten working days of silence",
     "referrals_silent", "referrals_sent"),
    ("missed_follow_ups", "Follow-ups due that were missed",
     "follow_ups_missed", "follow_ups_due"),
)  # fmt: skip
_PARTS = (
    *((part, whole) for _, _, part, whole in _SHARES),
    ("engagements_referred", "referrals_sent"),
    ("started_in_time", "referrals_started"),
    ("completed_in_time", "referrals_completed"),
)


def wilson_interval(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share.

    Parameters
    ----------
    part : int
        0 to `whole`.
    whole : int
        1 or more.

    Returns
    -------
    (float, float)
        Between 0 and 1.

    Raises
    ------
    InputError
        The two are no part and whole.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212; worked cases in
    Newcombe (1998), Statistics in Medicine 17, 857-872, table I.

    Examples
    --------
    >>> [round(end, 4) for end in wilson_interval(15, 148)]
    [0.0624, 0.1605]
    """
    if not 0 <= part <= whole or whole < 1:
        check_faults(
            "Wilson interval", [f"{part} of {whole} is no share. Give a part of 1 or more."]
        )
    share, scale = part / whole, 1 + _Z**2 / whole
    middle = (share + _Z**2 / (2 * whole)) / scale
    reach = _Z / scale * sqrt(share * (1 - share) / whole + _Z**2 / (4 * whole**2))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def byar_interval(count: int) -> tuple[float, float]:
    """Return the 95 % interval of the expected number behind a count, by Byar's approximation.

    Parameters
    ----------
    count : int
        0 or more.

    Returns
    -------
    (float, float)
        As for a Poisson count; contacts come in groups, so that it is narrow.

    Raises
    ------
    InputError
        `count` is below zero.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, page 69; used for counts by
    the Association of Public Health Observatories, Technical Briefing 3.

    Examples
    --------
    >>> [round(end, 2) for end in byar_interval(20)]
    [12.21, 30.89]
    """
    if count < 0:
        raise InputError(f"{count} is no count. Give 0 or more.")
    more = count + 1
    low = count * (1 - 1 / (9 * count) - _Z / (3 * sqrt(count))) ** 3 if count else 0.0
    return max(low, 0.0), more * (1 - 1 / (9 * more) + _Z / (3 * sqrt(more))) ** 3


def make_scorecard(counts: ScorecardCounts) -> list[Measure]:
    """Return the measures of a provider: contacts an hour, then shares, each with its interval.

    Parameters
    ----------
    counts : ScorecardCounts

    Returns
    -------
    list of Measure
        Always the same ten, in the same order. A share of 7 or fewer, or an hourly rate of 7 or
        fewer contacts, is refused: `value` is None and `refused` says why.

    Raises
    ------
    InputError
        A count is below zero, or a part is larger than its whole; all are named.

    References
    ----------
    NHS England, Disclosure control methodology for Hospital Episode Statistics: no rate or mean on
    1 to 7.
    """
    check_faults("Scorecard", _find_faults(counts))
    return [_hourly(counts), *(_share(counts, *how) for how in _SHARES)]


def _hourly(counts: ScorecardCounts) -> Measure:
    contacts, hours = counts.contacts, counts.contact_hours
    value = low = high = None
    refused = ""
    if contacts < FEWEST:
        refused = f"There were {contacts} contacts: a rate needs {FEWEST} or more."
    elif hours == 0:
        refused = "No hours were recorded, so there is no rate. Enter the shifts."
    else:
        value = contacts / hours
        low, high = (end / hours for end in byar_interval(contacts))
    return Measure(
        key="contacts_per_hour",
        title="Contacts an hour on the street",
        numerator=contacts,
        denominator=hours,
        value=value,
        low=low,
        high=high,
        refused=refused,
    )


def _share(counts: ScorecardCounts, key: str, title: str, part: str, whole: str) -> Measure:
    numerator, denominator = getattr(counts, part), getattr(counts, whole)
    value = low = high = None
    refused = ""
    if denominator < FEWEST:
        refused = f"It would be of {denominator}: a share needs {FEWEST} or more."
    else:
        value = numerator / denominator
        low, high = wilson_interval(numerator, denominator)
    return Measure(
        key=key,
        title=title,
        numerator=numerator,
        denominator=denominator,
        value=value,
        low=low,
        high=high,
        refused=refused,
    )


def _find_faults(counts: ScorecardCounts) -> list[str]:
    faults = [
        f"{field.name} is {getattr(counts, field.name)}. Give 0 or more."
        for field in fields(counts)
        if not 0 <= getattr(counts, field.name) < inf
    ]
    for part, whole in _PARTS:
        if getattr(counts, part) > getattr(counts, whole):
            faults.append(
                f"{part} is {getattr(counts, part)}, more than {whole}, which is "
                f"{getattr(counts, whole)}. A part is no larger than its whole."
            )
    return faults
