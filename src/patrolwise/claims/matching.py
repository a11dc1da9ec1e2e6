"""Which figure of the results a claimed number is meant to be."""

import re

from patrolwise.claims.definition_names import agrees, names
from patrolwise.claims.directions import FALL, NO_FALL, NO_RISE, RISE
from patrolwise.claims.figures import EFFECTS, Figure, ResultsFacts
from patrolwise.claims.finding_claims import Claim
from patrolwise.claims.naming import find_service
from patrolwise.claims.topic_fits import (
    counts_hot_spots,
    fits_topic,
)

# of the number: how far below and above it a figure may lie, by the word before the number
_SLACK = {"": (0.0, 0.0), "over": (0.0, 0.2), "under": (0.1, 0.0), "about": (0.05, 0.05)}
UNITS = {
    "count": ("count", "ratio"),
    "percent": ("percent",),
    "days": ("count", "days"),  # harm is told in days of prison
    "minutes": ("minutes",),
    "hours": ("hours",),
    "pounds": ("pounds",),
    "weeks": ("weeks",),
    "months": ("months",),
    "years": ("years",),
    "pounds per minute": ("pounds per minute",),
    "pounds per hour": ("pounds per hour",),
}
_BY = re.compile(
    r"\bby\s+(?:(?:about|some|over|nearly|almost|around|more than)\s+)?$", re.IGNORECASE
)
_FEWER = re.compile(r"\s*(?:[\w-]+\s+){0,2}?(?:fewer|more(?!\s+than)|less|extra)\b", re.IGNORECASE)
_FEWEST_PLAIN = 100  # a smaller number meets some figure by accident: it must say what it is about
CHANGES = ("change", "difference")
OF_CRIMES = ("crime", "days", "area", "ring", "comparison")


def has_value(claim: Claim, figure: Figure) -> bool:
    """Return whether a number is a figure as rounded as it is written.

    Parameters
    ----------
    claim : Claim
    figure : Figure

    Returns
    -------
    bool
    """
    given, value = claim.number.value, figure.value
    if figure.role in ("change", "difference"):
        given, value = abs(given), abs(value)
    rounding = claim.number.step / 2 * (1 + 1e-9) + 1e-12
    below, above = _SLACK[claim.number.bound]
    return -rounding - below * abs(given) <= value - given <= rounding + above * abs(given)


def find_figure(claim: Claim, facts: ResultsFacts) -> Figure | None:
    """Return the figure that has the claimed value and is told of in the claim's sentence.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    Figure or None
        None for a word without a number: `find_moved` is for those.
    """
    fits = [
        (_score(claim, figure, facts), -position, figure)
        for position, figure in enumerate(facts.figures)
        if figure.unit in UNITS.get(claim.number.unit, ()) and has_value(claim, figure)
    ]
    told = [(score, order, f) for score, order, f in fits if score > 0]
    return max(told, key=lambda fit: fit[:2])[2] if told else None


def contradicts(direction: str, figure: Figure) -> bool:
    """Return whether a text's direction is the opposite of where a figure went.

    Parameters
    ----------
    direction : str
        As of `Claim`.
    figure : Figure
        A change or a difference.

    Returns
    -------
    bool

    Examples
    --------
    >>> fell = Figure(path="x", value=-3.0, unit="count", topic="crime", role="difference",
    ...               definition="", window="", grade="", wording="")
    >>> contradicts("rise", fell), contradicts("no fall", fell), contradicts("", fell)
    (True, True, False)
    """
    value = figure.value
    return {
        FALL: value >= 0,
        RISE: value <= 0,
        NO_FALL: value < 0,
        NO_RISE: value > 0,
    }.get(direction, False)


def names_a_place(claim: Claim, facts: ResultsFacts) -> bool:
    """Return whether a sentence is of one hot spot or ring of the results.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    bool
    """
    places = {figure.place for figure in facts.figures}
    return any(has_place(claim, place) for place in places if place)


def is_by(claim: Claim) -> bool:
    """Return whether a count is how far something moved: "fell by 164", "164 fewer".

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    text, number = claim.sentence.text, claim.number
    is_led = bool(_BY.search(text[: number.start])) or bool(_FEWER.match(text[number.end :]))
    return number.unit == "count" and bool(claim.direction) and is_led


def service_of(claim: Claim, facts: ResultsFacts) -> str:
    """Return whose patrols a claim is of; empty when no service of the results is named.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    str
    """
    number = claim.number
    return find_service(claim.sentence.text, (number.start, number.end), facts.services)


def _score(claim: Claim, figure: Figure, facts: ResultsFacts) -> int:
    """Return how well a figure fits a claim's sentence; 0 when the sentence is not about it."""
    if not _is_about(claim, figure, facts):
        return 0
    sentence = claim.sentence
    named = figure.topic in sentence.topics
    in_clause = figure.topic in claim.topics
    is_crime = figure.topic in ("crime", "area", "ring") and claim.label != ""
    plain = abs(claim.number.value) >= _FEWEST_PLAIN and figure.topic != "estimate"
    is_other = figure.topic in (
        "window", "hot spots", "visits", "days", "harm of days", "minutes", "cost",
        "cost difference", "days met", "meetings", "abstractions",
    )  # fmt: skip
    if not (named or is_crime or plain or is_other):
        return 0
    is_true = not contradicts(claim.direction, figure) if figure.role in CHANGES else True
    score = 20 + 4 * named + 4 * in_clause + 3 * (figure.topic == "crime")
    score += (figure.role == claim.role) + 2 * is_true + ("headline" in figure.path)
    return (
        score
        + 2 * names(claim.label, figure.definition)
        - 2 * (not agrees(claim.label, figure.definition))
        - 2 * (figure.verdict_id == "mixed")
    )


def _is_about(claim: Claim, figure: Figure, facts: ResultsFacts) -> bool:
    if counts_hot_spots(claim):
        return figure.topic == "hot spots"
    is_elsewhere = (bool(figure.place) and not has_place(claim, figure.place)) or _is_of_one_place(
        claim, figure, facts
    )
    is_wider = "wider" in claim.topics and figure.topic in EFFECTS
    is_level = is_by(claim) and figure.role not in CHANGES
    if is_elsewhere or is_wider or is_level:
        return False
    if not fits_topic(claim, figure) or _is_of_another_service(claim, figure, facts):
        return False
    is_known = any(names(claim.label, f.definition) for f in facts.figures)
    if figure.topic in OF_CRIMES and is_known and figure.definition:
        return agrees(claim.label, figure.definition)
    return True


def _is_of_one_place(claim: Claim, figure: Figure, facts: ResultsFacts) -> bool:
    """Return whether a sentence is of one hot spot, and a figure of all of them."""
    topics = ("minutes", "visits", "days met", "crime")
    return not figure.place and figure.topic in topics and names_a_place(claim, facts)


def has_place(claim: Claim, place: str) -> bool:
    """Return whether a sentence names a hot spot or ring.

    Parameters
    ----------
    claim : Claim
    place : str
        Its name in the results.

    Returns
    -------
    bool
    """
    form = rf"(?<!\w){re.escape(place)}(?!\w)"
    return bool(re.search(form, claim.sentence.text, re.IGNORECASE))


def _is_of_another_service(claim: Claim, figure: Figure, facts: ResultsFacts) -> bool:
    if not figure.service or figure.topic in ("days", "harm of days"):
        return False
    service = service_of(claim, facts)
    return service != figure.service and (bool(service) or len(facts.services) > 1)
