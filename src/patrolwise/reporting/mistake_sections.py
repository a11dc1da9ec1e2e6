"""How a report tells what became of the 17 mistakes that evaluations make."""

from collections.abc import Sequence

from patrolwise.evaluation.mistakes import MistakeRecord, State
from patrolwise.reporting.blocks import Block, Grid, Paragraph, Section

STATE_WORDS = {
    State.FIRED: "A guard fired",
    State.NOT_FOUND: "Looked for, not found",
    State.IMPOSSIBLE: "Cannot be made",
    State.NOT_LOOKED_AT: "Could not be looked at",
}


def mistakes_section(mistakes: Sequence[MistakeRecord]) -> Section:
    """Return the section that goes through the 17 mistakes, one row each.

    Parameters
    ----------
    mistakes : sequence of MistakeRecord
        By number.

    Returns
    -------
    Section
    """
    blocks: list[Block] = [
        Paragraph(text=_summarise(mistakes), strong=True),
        Paragraph(
            text="These are mistakes that evaluations of hot spots policing have made before. A "
            "guard that fired says what is there, and how to read the figures with it. A mistake "
            "that could not be looked at may be there."
        ),
        Grid(
            caption="The 17 mistakes, and what became of each",
            columns=("No.", "Mistake", "In this report", "Why, or what was found"),
            rows=tuple(_row(one) for one in mistakes),
            numeric=(0,),
        ),
    ]
    return Section(id="mistakes", title="Known mistakes, one by one", blocks=tuple(blocks))


def _summarise(mistakes: Sequence[MistakeRecord]) -> str:
    held = {state: sum(one.state is state for one in mistakes) for state in State}
    return (
        f"Of {len(mistakes)} known mistakes, guards fired for {held[State.FIRED]}; "
        f"{held[State.NOT_FOUND]} looked for and not found; {held[State.IMPOSSIBLE]} that cannot "
        f"be made with this design; {held[State.NOT_LOOKED_AT]} that could not be looked at."
    )


def _row(one: MistakeRecord) -> tuple[str, ...]:
    # a mistake that was looked for and not found is told by what was looked for
    why = one.looked_for if one.state is State.NOT_FOUND else one.detail
    return str(one.number), one.title, STATE_WORDS[one.state], why
