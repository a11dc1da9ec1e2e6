"""Whether a number is worded as a count of what a figure is of: hot spots, visits, minutes, pounds.

A number meets some figure of a large file by accident. What stands right behind it, and what its
sentence names, decides whether it can be meant.
"""

import re
from collections.abc import Callable

from patrolwise.claims.figures import Figure
from patrolwise.claims.finding_claims import Claim

# between a number and its noun: no word that begins another thing, as in "18 crimes in hot spots"
_GAP = (
    r"\s*(?:(?!(?:in|of|at|near|from|to|and|or|before|after|for|by|on|the|comparison|other|with)\b)"
    r"[\w'-]+\s+){0,3}?"
)
_SPOTS = re.compile(
    _GAP + r"(?:hot\s?spots?(?: areas)?|(?:key |priority )?(?:locations|areas))\b(?![- ]days?\b)",
    re.IGNORECASE,
)
_OTHER_NOUN = re.compile(
    _GAP + r"(?:officers|plans|schools|students|pupils|partners|agencies|pairs|teams|workers"
    r"|staff|people|men|women|boys|girls|children|youths|providers|forces|cells|points|files"
    r"|arrests|searches|weapons|knives|residents|businesses|warrants|streets|places|shops|homes"
    r"|volunteers|sessions|referrals|calls|members|wardens|vehicles|drivers|bikes|cameras)\b",
    re.IGNORECASE,
)
_VISITS = re.compile(_GAP + r"(?:visits|patrols)\b", re.IGNORECASE)
_SPOT_DAYS = re.compile(
    r"\s*(?:of\s+(?:the\s+)?[\d,]+\s+)?(?:hot[\s-]?spot[\s-]days?\b|days\b)", re.IGNORECASE
)
_JUDGED = re.compile(r"\s*(?:were|was|are|is)?\s*(?:short|unclear|met)\b", re.IGNORECASE)
_OF_DAYS = re.compile(r"\s*(?:of|out of)\s+(?:the\s+)?[\d,]+\b", re.IGNORECASE)
_CRIMES = re.compile(_GAP + r"(?:crimes?|offences|incidents)\b", re.IGNORECASE)
_TIMES = re.compile(r"\s*(?:times|occasions)\b", re.IGNORECASE)


def counts_hot_spots(claim: Claim) -> bool:
    """Return whether a number says how many hot spots there are.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    return claim.number.unit == "count" and bool(_SPOTS.match(_behind(claim)))


def counts_another_thing(claim: Claim) -> bool:
    """Return whether a number counts what no results file holds, such as officers or plans.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    return claim.number.unit == "count" and bool(_OTHER_NOUN.match(_behind(claim)))


def counts_days_met(claim: Claim) -> bool:
    """Return whether a number says on how many hot spot-days a rule was kept: "24 of 35".

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    return "days met" in claim.sentence.topics and bool(_OF_DAYS.match(_behind(claim)))


def fits_topic(claim: Claim, figure: Figure) -> bool:
    """Return whether a number is worded as what a figure is of.

    Parameters
    ----------
    claim : Claim
    figure : Figure

    Returns
    -------
    bool
    """
    if counts_another_thing(claim) or figure.topic == "hot spots":
        return False
    special = _FITS.get(figure.topic)
    if special is not None:
        return special(claim, figure)
    if counts_visits(claim) or _counts_spot_days(claim):
        return False
    if claim.subject in ("patrols", "cost") and claim.number.unit == "percent":
        return False  # what rose is the patrols, or the cost
    if claim.number.unit == "days" and figure.unit == "count":
        return figure.topic in ("harm", "severity")
    return "days" not in claim.sentence.topics or not figure.role


def _behind(claim: Claim) -> str:
    return claim.sentence.text[claim.number.end :]


def counts_visits(claim: Claim, _figure: Figure | None = None) -> bool:
    """Return whether a number counts visits or patrols.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    return claim.number.unit == "count" and bool(_VISITS.match(_behind(claim)))


def _counts_spot_days(claim: Claim) -> bool:
    return claim.number.unit == "count" and bool(_SPOT_DAYS.match(_behind(claim)))


def _is_of_days(claim: Claim, figure: Figure) -> bool:
    """Return whether a claim is of days with patrol and without: it must say so."""
    if "days" not in claim.sentence.topics:
        return False
    if figure.path.endswith(".days"):
        return bool(_SPOT_DAYS.match(_behind(claim))) or claim.number.unit == "days"
    if figure.path.endswith(".crimes"):
        return bool(_CRIMES.match(_behind(claim)))
    if figure.unit == "ratio":
        return bool(claim.topics & {"estimate"})
    if figure.topic == "harm of days":
        return "harm" in claim.sentence.topics
    return claim.subject in ("", "patrols") and "harm" not in claim.topics


def _is_of_days_met(claim: Claim, figure: Figure) -> bool:
    if "days met" not in claim.sentence.topics:
        return False
    if figure.unit == "percent":
        return "days" in claim.sentence.text
    behind = _behind(claim)
    if _JUDGED.match(behind):
        return figure.path.endswith(_JUDGED.match(behind)[0].split()[-1].lower())  # type: ignore[index]
    return bool(_SPOT_DAYS.match(behind) or _OF_DAYS.match(behind))


def _is_of_meetings(claim: Claim, _figure: Figure) -> bool:
    return "meetings" in claim.sentence.topics and not _SPOT_DAYS.match(_behind(claim))


def _is_of_abstractions(claim: Claim, figure: Figure) -> bool:
    is_named = "abstractions" in claim.sentence.topics
    return is_named and (figure.unit != "count" or bool(_TIMES.match(_behind(claim))))


def _is_of_minutes(claim: Claim, figure: Figure) -> bool:
    return claim.number.unit == figure.unit


def _is_of_cost(claim: Claim, _figure: Figure) -> bool:
    return claim.number.unit.startswith("pounds")


def _is_of_difference(claim: Claim, _figure: Figure) -> bool:
    return claim.number.unit == "percent" and "cost" in claim.topics


_FITS: dict[str, Callable[[Claim, Figure], bool]] = {
    "visits": counts_visits,
    "days": _is_of_days,
    "harm of days": _is_of_days,
    "days met": _is_of_days_met,
    "meetings": _is_of_meetings,
    "abstractions": _is_of_abstractions,
    "minutes": _is_of_minutes,
    "cost": _is_of_cost,
    "cost difference": _is_of_difference,
}
