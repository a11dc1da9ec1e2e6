"""Which figure a claim must mean though its value is another, and which changes it may be of."""

import re
from collections.abc import Iterable

from patrolwise.claims.definition_names import WIDE, agrees, names
from patrolwise.claims.figures import Figure, ResultsFacts
from patrolwise.claims.finding_claims import Claim
from patrolwise.claims.matching import (
    CHANGES,
    OF_CRIMES,
    UNITS,
    has_place,
    has_value,
    is_by,
    names_a_place,
    service_of,
)
from patrolwise.claims.topic_fits import (
    counts_another_thing,
    counts_days_met,
    counts_hot_spots,
    counts_visits,
    fits_topic,
)

_PARTS = {"expected", "part", "wider"}  # a sentence that is not of the whole
_TOTAL = re.compile(r"\b(?:total|in all|altogether|overall|in sum)\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:each|every|per|daily|weekly|a (?:day|week|shift|night)|up to|at least|planned|owed)\b",
    re.IGNORECASE,
)
_SUBJECTS = {"": "crime", "harm": "harm", "severity": "severity"}


def find_meant(claim: Claim, facts: ResultsFacts, anchor: Figure | None = None) -> Figure | None:
    """Return the figure that a claim must mean though its value is another, if that is plain.

    It is plain for how many hot spots there are, for one of a pair, for a change, and for what a
    service's minute cost, where the sentence names what the results hold once.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts
    anchor : Figure, optional
        What another number of the sentence was matched to: the outcome that both are of.

    Returns
    -------
    Figure or None
    """
    if counts_hot_spots(claim):
        return next((f for f in facts.figures if f.topic == "hot spots"), None)
    if claim.topics & _PARTS:
        return None
    delivered = _delivered(claim, facts)
    if delivered:
        return _only(delivered)
    if claim.subject == "cost" or claim.number.unit.startswith("pounds"):
        return _only(_costs(claim, facts))
    if claim.subject not in _SUBJECTS or counts_another_thing(claim):
        return None
    meant = [
        figure
        for figure in _moved(claim, facts)
        if figure.role == _role(claim) != "" and figure.unit in UNITS.get(claim.number.unit, ())
    ]
    named = [f for f in meant if f.topic not in OF_CRIMES or names(claim.label, f.definition)]
    of_anchor = [f for f in meant if anchor is not None and f.record == anchor.record]
    return _only(named) or (_only(of_anchor) if claim.label in WIDE else None)


def find_moved(claim: Claim, facts: ResultsFacts) -> tuple[Figure, ...]:
    """Return every change that a claim of a direction may be of: one for each outcome.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    tuple of Figure
        The changes of the outcomes that its name for crimes is true of; of violence alone, also
        of violence and sexual offences. Empty when it is of a place or of patrols.
    """
    if claim.topics & _PARTS:
        return ()
    if claim.subject not in (*_SUBJECTS, "comparison"):
        return ()
    changes = _by_record(f for f in _moved(claim, facts) if f.role in CHANGES)
    if claim.subject in ("harm", "severity"):
        return tuple(changes)
    exact = [f for f in changes if names(claim.label, f.definition)]
    if exact:
        return tuple(exact)
    if claim.label == "violence":
        return tuple(f for f in changes if f.definition.startswith("violence-and-sexual"))
    return tuple(f for f in changes if claim.label and agrees(claim.label, f.definition))


def find_of_another(claim: Claim, facts: ResultsFacts) -> Figure | None:
    """Return the figure that has the claimed value, but is of another service than is named.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    Figure or None
    """
    service = service_of(claim, facts)
    return next(
        (
            figure
            for figure in facts.figures
            if figure.service
            and service not in ("", figure.service)
            and figure.topic in ("minutes", "visits", "cost")
            and figure.unit in UNITS.get(claim.number.unit, ())
            and (not figure.place or has_place(claim, figure.place))
            and has_value(claim, figure)
            and fits_topic(claim, figure)
        ),
        None,
    )


def _by_record(figures: Iterable[Figure]) -> list[Figure]:
    """Return one figure a record: the percentage, which comes last, where there is one."""
    return list({figure.record: figure for figure in figures}.values())


def _only(figures: list[Figure]) -> Figure | None:
    """Return the first figure, if all are of one record."""
    return figures[0] if len({f.record for f in figures}) == 1 else None


def _role(claim: Claim) -> str:
    if claim.number.unit == "percent":
        return "change" if claim.direction else ""
    return "difference" if is_by(claim) else claim.role


def _moved(claim: Claim, facts: ResultsFacts) -> list[Figure]:
    """Return the figures of what a claim is about, whatever their role."""
    topic = _SUBJECTS.get(claim.subject, claim.subject)
    if names_a_place(claim, facts):
        return [
            f
            for f in facts.figures
            if topic == "crime" and f.topic in ("area", "ring") and has_place(claim, f.place)
        ]
    if "days" in claim.sentence.topics:
        topic = {"crime": "days", "harm": "harm of days"}.get(topic, topic)
        headline = [f for f in facts.figures if f.topic == topic and "headline" in f.path]
        return headline or [f for f in facts.figures if f.topic == topic][:1]
    return [f for f in facts.figures if f.topic == topic]


def _delivered(claim: Claim, facts: ResultsFacts) -> list[Figure]:
    """Return what a claim of visits, days met or minutes in all must be, of the service named."""
    text, unit = claim.sentence.text, claim.number.unit
    member = ""
    if counts_visits(claim):
        member = "visits"
    elif counts_days_met(claim):
        member = "days_met"
    elif unit in ("minutes", "hours") and _TOTAL.search(text):
        member = "patrol_min"
    service = service_of(claim, facts)
    if not member or not service or names_a_place(claim, facts) or _EACH.search(text):
        return []
    return [
        f
        for f in facts.figures
        if f.service == service
        and not f.place
        and f.path.endswith(f".{member}")
        and f.unit in UNITS.get(unit, ())
    ]


def _costs(claim: Claim, facts: ResultsFacts) -> list[Figure]:
    service = service_of(claim, facts)
    unit = claim.number.unit
    wanted = {"percent": "cost difference"}.get(unit, "cost")
    is_rate = unit.startswith("pounds per") or (unit == "percent" and bool(claim.direction))
    if not is_rate:
        return []
    return [
        f
        for f in facts.figures
        if f.topic == wanted and f.unit == unit and service and f.service == service
    ]
