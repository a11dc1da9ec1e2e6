"""Which figures a set of results documents holds together, whatever command wrote each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from patrolwise.claims.claim_records import ResultsRead
from patrolwise.claims.day_figures import read_days
from patrolwise.claims.evaluation_figures import find_spans, read_evaluation, severity_fell
from patrolwise.claims.figures import Figure, OwnWords, ResultsFacts
from patrolwise.claims.own_words import find_own_words
from patrolwise.claims.patrol_figures import read_costs, read_patrols
from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.day_results import DAY_RESULTS_SCHEMA
from patrolwise.reporting.patrol_results import PATROL_SCHEMA
from patrolwise.reporting.results import SCHEMA

COSTS_SCHEMA = "patrolwise.costs/1"  # of patrolwise cost --json


@dataclass(frozen=True)
class _Kind:
    """One kind of results document: who writes it, and what reads its figures."""

    command: str
    read: Callable[[Mapping[str, Any]], tuple[Figure, ...]]
    about: str  # the member that says what it is of


_KINDS = {
    SCHEMA: _Kind("patrolwise evaluate", read_evaluation, "title"),
    DAY_RESULTS_SCHEMA: _Kind("patrolwise days", read_days, "outcome"),
    PATROL_SCHEMA: _Kind("patrolwise dose", read_patrols, "title"),
    COSTS_SCHEMA: _Kind("patrolwise cost --json", read_costs, "title"),
}


def read_facts(
    documents: Mapping[str, Mapping[str, Any]], sealed: frozenset[str] = frozenset()
) -> ResultsFacts:
    """Return the figures of results documents.

    Parameters
    ----------
    documents : mapping of file name to document
        Of `patrolwise evaluate`, `days`, `dose` or `cost --json`, as JSON gives them.
    sealed : frozenset of str
        The names whose own hash was found to fit.

    Returns
    -------
    ResultsFacts

    Raises
    ------
    InputError
        One is no results document of these versions, or a member is missing; all are named.
    """
    faults: list[str] = []
    figures: list[Figure] = []
    read: list[ResultsRead] = []
    words: dict[str, OwnWords] = {}
    for name, document in documents.items():
        try:
            found = _read(name, document)
        except InputError as error:
            faults.append(str(error))
            continue
        figures += found
        read.append(_describe(name, document, name in sealed))
        words |= find_own_words(document, name, read[-1].window)
    check_faults("Results", faults)
    evaluations = [one for one in documents.values() if one["schema"] == SCHEMA]
    before, after = find_spans(evaluations[0]) if evaluations else (None, None)
    fell = [severity_fell(one) for one in evaluations]
    known = [one for one in fell if one is not None]
    return ResultsFacts(
        figures=tuple(figures),
        read=tuple(read),
        words=words,
        before=before,
        after=after,
        severity_fell=all(known) if known else None,
    )


def _read(name: str, document: Mapping[str, Any]) -> list[Figure]:
    schema = document.get("schema")
    kind = _KINDS.get(schema) if isinstance(schema, str) else None
    if kind is None:
        known = ", ".join(f"{schema} ({one.command})" for schema, one in _KINDS.items())
        raise InputError(f"{name} says schema {schema!r}. Give one of: {known}.")
    try:
        mark = "; SIMULATED DATA" if document.get("is_simulated") else ""
        return [
            replace(figure, results=name, grade=f"{figure.grade}{mark}")
            for figure in kind.read(document)
        ]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{name} lacks a member or has a wrong one ({error}). "
            f"Write it again with {kind.command}."
        ) from error


def _describe(name: str, document: Mapping[str, Any], is_sealed: bool) -> ResultsRead:
    schema = str(document["schema"])
    windows = [document["before"], document["after"]] if schema == SCHEMA else [document["window"]]
    return ResultsRead(
        name=name,
        kind=schema,
        about=str(document[_KINDS[schema].about]),
        window=" against ".join(f"{one['first']} to {one['last']}" for one in windows),
        is_simulated=bool(document.get("is_simulated")),
        is_sealed=is_sealed,
    )
