"""Which sections a report on patrols has, and in which order; the page and the PDF lay it out."""

from collections.abc import Sequence
from dataclasses import replace

from patrolwise.reporting.blocks import Block, Document, Figure, Grid, Section
from patrolwise.reporting.patrol_context_sections import (
    abstraction_section,
    cost_section,
    reported_section,
    rhythm_section,
    separation_section,
)
from patrolwise.reporting.patrol_places import find_places
from patrolwise.reporting.patrol_results import PatrolResults
from patrolwise.reporting.patrol_sections import (
    days_section,
    dose_section,
    findings_section,
    shift_section,
)
from patrolwise.reporting.patrol_trust_sections import (
    limits_section,
    made_section,
    quality_section,
    trust_section,
    words_section,
)
from patrolwise.reporting.patrol_wording import SIMULATED

QUESTION = "How many minutes did patrols spend in the hot spots, and was it what was asked for?"


def build_patrol_document(results: PatrolResults, widths: Sequence[int]) -> Document:
    """Return the report on patrols in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    results : PatrolResults
    widths : sequence of int
        Each picture is drawn once for each, CSS pixels.

    Returns
    -------
    Document
        Simulated data is marked on every page, table and picture.

    Raises
    ------
    MissingExtraError
        The report extra is not installed.
    """
    places = find_places(results)
    sections: tuple[Section, ...] = (
        findings_section(results),
        dose_section(results, places, widths),
        days_section(results, places, widths),
        shift_section(results, places, widths),
        rhythm_section(results, places),
        separation_section(results, places),
        abstraction_section(results),
        cost_section(results, widths),
        reported_section(results),
        trust_section(results),
        quality_section(results),
        limits_section(results),
        words_section(results),
        made_section(results),
    )
    notice, footer = results.notice, f"Made by Patrolwise {results.made.version}."
    footer += " Every figure rests on patrols.json."
    if results.is_simulated:
        notice = f"{SIMULATED}. {notice}".strip()
        footer = f"Simulated data. {footer}"
        sections = tuple(_mark_simulated(section) for section in sections)
    return Document(
        title=results.title,
        question=QUESTION,
        notice=notice,
        sections=sections,
        footer=footer,
    )


def _mark_simulated(section: Section) -> Section:
    """Mark what may be cut out of a report and pasted elsewhere: tables and pictures."""

    def mark(block: Block) -> Block:
        if isinstance(block, Figure | Grid):
            return replace(block, caption=f"Simulated data. {block.caption}")
        return block

    return replace(section, blocks=tuple(mark(block) for block in section.blocks))
