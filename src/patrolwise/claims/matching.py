"""Which figure of the results a claimed number is meant to be."""

import re

from patrolwise.claims.figures import Figure, ResultsFacts
from patrolwise.claims.finding_claims import Claim

# Labels that are true of a definition; a user's own definition takes the wide words only.
_FITS = {
    "violence-and-sexual-offences": {"violence-and-sexual-offences"},
    "serious-violence": {"serious-violence", "violence"},
    "anti-social-behaviour": {"anti-social-behaviour"},
    "all-crime": {"all-crime", "crime"},
    "knife-enabled": {"knife-enabled"},
    "robbery": {"robbery"},
    "neighbourhood-crime": {"neighbourhood-crime"},
    "public-order": {"public-order"},
    "possession-of-weapons": {"possession-of-weapons"},
}
_WIDE = {"", "crime"}  # says no more than that crimes are meant
# between a number and its noun: no word that begins another thing, as in "18 crimes in hot spots"
_GAP = (
    r"\s*(?:(?!(?:in|of|at|near|from|to|and|or|before|after|for|by|the|comparison|other)\b)"
    r"[\w'-]+\s+){0,3}?"
)
_SPOTS = re.compile(
    _GAP + r"(?:hot\s?spots?(?: areas)?|(?:key |priority )?(?:locations|areas))\b", re.IGNORECASE
)
_OTHER_NOUN = re.compile(
    _GAP + r"(?:officers|plans|schools|students|pupils|partners|agencies|pairs"
    r"|staff|people|providers|forces|patrols|visits|cells|points|files)\b",
    re.IGNORECASE,
)
_UNITS = {
    "count": ("count", "ratio"),
    "percent": ("percent",),
    "days": ("count", "days"),  # harm is told in days of prison
}
_PARTS = {"patrols", "comparison", "expected", "part"}  # a sentence that is not of the whole
# of the number: how far below and above it a figure may lie, by the word before the number
_SLACK = {"": (0.0, 0.0), "over": (0.0, 0.2), "under": (0.1, 0.0), "about": (0.05, 0.05)}
_BY = re.compile(
    r"\bby\s+(?:(?:about|some|over|nearly|almost|around|more than)\s+)?$", re.IGNORECASE
)
_FEWEST_PLAIN = 100  # a smaller number meets some figure by accident: it must say what it is about


def agrees(label: str, definition: str) -> bool:
    """Return whether a text's name for crimes is true of a definition.

    Parameters
    ----------
    label : str
        From `find_label`.
    definition : str
        id@version.

    Returns
    -------
    bool

    Examples
    --------
    >>> agrees("serious-violence", "violence-and-sexual-offences@1")
    False
    >>> agrees("crime", "all-crime@1"), agrees("violence", "our-own@1")
    (True, True)
    """
    key = definition.partition("@")[0]
    return label in _WIDE or not definition or key not in _FITS or label in _FITS[key]


def counts_hot_spots(claim: Claim) -> bool:
    """Return whether a number says how many hot spots there are.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    behind = claim.sentence.text[claim.number.end :]
    return claim.number.unit == "count" and bool(_SPOTS.match(behind))


def counts_another_thing(claim: Claim) -> bool:
    """Return whether a number counts what no results file holds, such as officers or plans.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    bool
    """
    behind = claim.sentence.text[claim.number.end :]
    return claim.number.unit == "count" and bool(_OTHER_NOUN.match(behind))


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
    """
    fits = [
        (_score(claim, figure), -position, figure)
        for position, figure in enumerate(facts.figures)
        if figure.unit in _UNITS.get(claim.number.unit, ()) and has_value(claim, figure)
    ]
    told = [
        (score, order, f) for score, order, f in fits if score > 0 and _is_about(claim, f, facts)
    ]
    return max(told, key=lambda fit: fit[:2])[2] if told else None


def find_meant(claim: Claim, facts: ResultsFacts) -> Figure | None:
    """Return the figure that a claim must mean though its value is another, if that is plain.

    It is plain for how many hot spots there are, for one of a pair, and for a percentage with a
    direction, where the sentence names what the results hold once.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    Figure or None
    """
    if counts_hot_spots(claim):
        return next((f for f in facts.figures if f.topic == "hot spots"), None)
    if claim.sentence.topics & _PARTS or _names_a_place(claim, facts):
        return None
    role = claim.role
    if claim.number.unit == "percent":
        role = "change" if claim.direction else ""
    elif _is_by(claim):
        role = "difference"
    topic = next((t for t in ("severity", "harm") if t in claim.sentence.topics), "crime")
    meant = [
        figure
        for figure in facts.figures
        if role
        and figure.topic == topic
        and figure.role == role
        and figure.unit in _UNITS.get(claim.number.unit, ())
        and (topic != "crime" or _names(claim.label, figure.definition))
    ]
    return meant[0] if len(meant) == 1 else None


def _is_by(claim: Claim) -> bool:
    """Return whether a count is how far something moved: "fell by 164"."""
    ahead = claim.sentence.text[: claim.number.start]
    return bool(claim.direction) and bool(_BY.search(ahead))


def _names_a_place(claim: Claim, facts: ResultsFacts) -> bool:
    return any(f.place and f.place in claim.sentence.text for f in facts.figures)


def _names(label: str, definition: str) -> bool:
    return label in _FITS.get(definition.partition("@")[0], set())


def _is_about(claim: Claim, figure: Figure, facts: ResultsFacts) -> bool:
    if counts_hot_spots(claim):
        return figure.topic == "hot spots"
    if counts_another_thing(claim) or figure.topic == "hot spots":
        return False
    is_elsewhere = bool(figure.place) and figure.place not in claim.sentence.text
    if is_elsewhere or (_is_by(claim) and figure.role not in ("change", "difference")):
        return False
    is_known = any(_names(claim.label, f.definition) for f in facts.figures)
    if figure.topic == "crime" and is_known and not agrees(claim.label, figure.definition):
        return False
    if claim.number.unit == "days" and figure.unit == "count":
        return figure.topic in ("harm", "severity")
    return True


def _score(claim: Claim, figure: Figure) -> int:
    """Return how well a figure fits a claim's sentence; 0 when the sentence is not about it."""
    sentence = claim.sentence
    named = figure.topic in sentence.topics
    is_crime = figure.topic in ("crime", "area", "ring") and claim.label != ""
    plain = abs(claim.number.value) >= _FEWEST_PLAIN
    is_other = figure.topic in ("window", "hot spots")
    if not (named or is_crime or plain or is_other):
        return 0
    score = 10 + 4 * named + 3 * (figure.topic == "crime") + (figure.role == claim.role)
    return (
        score
        + 2 * _names(claim.label, figure.definition)
        - 2 * (not agrees(claim.label, figure.definition))
    )
