"""How the strength of the design is told: the level, what was done, and what lowered it."""

from patrolwise.evaluation.design_levels import LEVEL_NAMES, SCALE_SOURCE, DesignLevel
from patrolwise.reporting.blocks import Block, Bullets, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.design_grading import grade_design
from patrolwise.reporting.reflection_records import ReportFacts
from patrolwise.reporting.results import OutcomeRecord, Results


def design_section(results: Results, facts: ReportFacts) -> Section:
    """Return how well the design rules out other explanations, outcome by outcome.

    Parameters
    ----------
    results : Results
    facts : ReportFacts

    Returns
    -------
    Section
    """
    graded = [(one, grade_design(results, one, facts)) for one in results.outcomes]
    blocks: tuple[Block, ...] = (Paragraph(text="No outcome was counted, so there is no level."),)
    if graded:
        blocks = tuple(_blocks(graded))
    return Section(id="design", title="How strong is this design", blocks=blocks)


def _blocks(graded: list[tuple[OutcomeRecord, DesignLevel]]) -> list[Block]:
    outcome, level = graded[0]
    blocks: list[Block] = [
        Paragraph(text=f"Level {level.level} of 5: {level.name}.", strong=True),
        Paragraph(
            text=f"That is for the main outcome, {outcome.title}. The higher the level, the fewer "
            "other explanations are left. It says nothing about how large a change is."
        ),
        Subheading(text="What was done"),
        Bullets(items=level.reasons),
    ]
    if level.lowered_by:
        text = f"The design alone would have reached level {level.design}. What lowers it:"
        lowered = Bullets(items=level.lowered_by)
        blocks += [Subheading(text="What lowers the level"), Paragraph(text=text), lowered]
    if len(graded) > 1:
        blocks.append(_outcomes_grid(graded))
    blocks.append(_scale_grid())
    return blocks


def _outcomes_grid(graded: list[tuple[OutcomeRecord, DesignLevel]]) -> Grid:
    return Grid(
        caption="Level of each outcome",
        columns=("Outcome", "Level", "What lowered it"),
        rows=tuple(
            (outcome.title, str(level.level), " ".join(level.lowered_by) or "Nothing")
            for outcome, level in graded
        ),
    )


def _scale_grid() -> Grid:
    return Grid(
        caption="The five levels of the Maryland Scientific Methods Scale",
        columns=("Level", "What the design can rest on"),
        rows=tuple(
            (str(level), f"{name[0].upper()}{name[1:]}") for level, name in LEVEL_NAMES.items()
        ),
        note=f"Source of the levels: {SCALE_SOURCE}. Which mistakes lower a level, and how far, "
        "is set by Patrolwise.",
    )
