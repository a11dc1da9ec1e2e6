"""How a report tells what was planned, what was changed and what is exploratory."""

from collections.abc import Iterator

from patrolwise.evaluation.protocol import Standing
from patrolwise.reporting.blocks import Block, Grid, Paragraph, Section, Terms
from patrolwise.reporting.results import PlanStatus, ProtocolRecord, Results

_LABELS = {
    Standing.PLANNED: "Planned",
    Standing.CHANGED: "Planned and changed",
    Standing.EXPLORATORY: "Exploratory",
}
NONE_FROZEN = "No protocol was frozen before the data came: every result is exploratory."


def label_standing(planned: PlanStatus) -> str:
    """Return in a word or three how a result stands to the protocol.

    Parameters
    ----------
    planned : PlanStatus

    Returns
    -------
    str
    """
    return _LABELS[planned.status]


def protocol_line(results: Results) -> str:
    """Return one line: whether a protocol was frozen, and how many results it planned.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
    """
    if results.protocol is None:
        return NONE_FROZEN
    standings = [one.planned.status for one in results.outcomes]
    standings += [one.planned.status for one in results.harm]
    standings += [one.planned.status for one in results.protocol.standings]
    counted = [f"{standings.count(word)} {word}" for word in _LABELS if word in standings]
    told = ", ".join(counted) or "none to hold against it"
    return (
        f"Protocol {results.protocol.sha256[:16]}, frozen {results.protocol.frozen_at[:10]}; "
        f"results: {told}."
    )


def standing_lines(results: Results, planned: PlanStatus) -> list[tuple[str, str]]:
    """Return the line of a card; none without a protocol, where one line says it of all.

    Parameters
    ----------
    results : Results
    planned : PlanStatus

    Returns
    -------
    list of (word, standing)
    """
    return [] if results.protocol is None else [("Protocol", label_standing(planned))]


def state_standing(results: Results, planned: PlanStatus) -> tuple[Block, ...]:
    """Return the sentence of a result's section; none without a protocol.

    Parameters
    ----------
    results : Results
    planned : PlanStatus

    Returns
    -------
    tuple of Block
    """
    if results.protocol is None:
        return ()
    return (Paragraph(text=f"{label_standing(planned)}. {planned.reason}"),)


def protocol_sections(results: Results) -> tuple[Section, ...]:
    """Return the section on the protocol; none without one.

    Parameters
    ----------
    results : Results

    Returns
    -------
    tuple of Section
        One or none.
    """
    if results.protocol is None:
        return ()
    blocks = tuple(_blocks(results, results.protocol))
    return (Section(id="protocol", title="What was planned", blocks=blocks),)


def _blocks(results: Results, protocol: ProtocolRecord) -> Iterator[Block]:
    yield Terms(
        items=(
            ("Frozen", protocol.frozen_at),
            ("By", protocol.frozen_by),
            ("Protocol, SHA-256", protocol.sha256),
        )
    )
    rows = [(one.title, one.definition, one.planned) for one in results.outcomes]
    rows += [("Harm score", one.definition, one.planned) for one in results.harm]
    rows += [
        (f"{one.design}: {one.what}", one.definition, one.planned) for one in protocol.standings
    ]
    if rows:
        yield Grid(
            caption="How each result stands to the protocol",
            columns=("Result", "Crimes", "Standing", "Why"),
            rows=tuple(
                (title, definition, label_standing(planned), planned.reason)
                for title, definition, planned in rows
            ),
            note="An exploratory result suggests what to plan next; it does not settle a question.",
        )
    if not protocol.changes:
        yield Paragraph(text="Nothing of the plan has changed since it was frozen.")
        return
    yield Grid(
        caption="What is not as it was frozen",
        columns=("Part", "Then", "Now", "Declared", "Reason"),
        rows=tuple(
            (one.part, one.then, one.now, one.declared_on or "no", one.reason or "none given")
            for one in protocol.changes
        ),
    )
