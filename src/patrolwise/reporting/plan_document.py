"""Which sections a report on a plan has, and in which order; the page and the PDF lay it out."""

from collections.abc import Sequence
from dataclasses import replace

from patrolwise.reporting.blocks import (
    Block,
    Bullets,
    Document,
    Figure,
    Grid,
    Paragraph,
    Section,
    Terms,
)
from patrolwise.reporting.plan_paper import DRAFT, SIMULATED
from patrolwise.reporting.plan_place_sections import (
    find_plan_places,
    margin_section,
    plan_dose_section,
    plan_shift_section,
)
from patrolwise.reporting.plan_records import PlanReport
from patrolwise.reporting.plan_sections import (
    conflicts_section,
    plan_findings_section,
    time_section,
)
from patrolwise.reporting.plan_trust_sections import (
    arrival_section,
    checker_section,
    experiment_section,
    fairness_section,
    method_section,
    requests_section,
)
from patrolwise.reporting.source_grids import files_grid, quality_grid

QUESTION = "Can the rules be kept, what does each hot spot get, and what does a minute cost?"

_WORDS = {
    "Allocation": "What an experiment drew for each hot spot and day.",
    "Arm": "One of the things that an experiment compares, such as patrol and no patrol.",
    "Bound": "What no plan can score more than; the nearer the plan is to it, the better.",
    "Dose rule": "How much patrol was decided for a hot spot and day, from when, and why.",
    "Entropy": "How hard something is to foretell, in yes-or-no questions (bits).",
    "Floor": "The least that any plan for these shifts can lose, or cost.",
    "Hot spot": "A small place with much crime, chosen for patrols.",
    "Margin": "Minutes from one service leaving a hot spot to the other coming.",
    "Planned minute": "A minute that the plan has a unit in a hot spot; a pair counts once.",
    "Service": "Who patrols: the police, an outreach charity, a partner.",
    "Shift": "From when until when a unit is on duty.",
    "Unit": "An officer, a pair or a vehicle that patrols as one.",
    "Visit": "An unbroken stay of a unit in a hot spot.",
}


def build_plan_document(report: PlanReport, widths: Sequence[int]) -> Document:
    """Return the report on a plan in words, tables and pictures, ready to be laid out.

    Parameters
    ----------
    report : PlanReport
    widths : sequence of int
        Each picture is drawn once for each, CSS pixels.

    Returns
    -------
    Document
        A simulated plan is marked on every page, table and picture; a draft on every page.
    """
    places = find_plan_places(report)
    sections: tuple[Section, ...] = (
        plan_findings_section(report),
        conflicts_section(report),
        time_section(report),
        plan_dose_section(report, places),
        plan_shift_section(report, places, widths),
        margin_section(report, places),
        fairness_section(report),
        requests_section(report),
        experiment_section(report),
        arrival_section(report, places),
        method_section(report),
        checker_section(report),
        _quality(report),
        _limits(report),
        Section(id="words", title="Words used", blocks=(Terms(items=tuple(_WORDS.items())),)),
        _made(report),
    )
    known = ((DRAFT, report.is_draft), (SIMULATED, report.is_simulated))
    marks = [mark for mark, is_so in known if is_so]
    notice = ". ".join([*marks, *([report.notice] if report.notice else [])])
    footer = f"Made by Patrolwise {report.made.version}. Every figure rests on plan.json."
    if report.is_simulated:
        footer = f"Simulated. {footer}"
        sections = tuple(_mark_simulated(section) for section in sections)
    return Document(
        title=report.title,
        question=QUESTION,
        notice=notice,
        sections=sections,
        footer=footer,
    )


def _mark_simulated(section: Section) -> Section:
    """Mark what may be cut out of a report and pasted elsewhere: tables and pictures."""

    def mark(block: Block) -> Block:
        if isinstance(block, Figure | Grid):
            return replace(block, caption=f"Simulated. {block.caption}")
        return block

    return replace(section, blocks=tuple(mark(block) for block in section.blocks))


def _quality(report: PlanReport) -> Section:
    blocks: tuple[Block, ...] = (Paragraph(text="No data-quality lines came with the plan."),)
    if report.quality:
        blocks = (quality_grid(report.quality),)
    return Section(id="quality", title="The data", blocks=blocks)


def _limits(report: PlanReport) -> Section:
    blocks: tuple[Block, ...] = (Paragraph(text="No limits were recorded with the plan."),)
    if report.limits:
        blocks = (Bullets(items=report.limits),)
    return Section(id="limits", title="What this plan cannot say", blocks=blocks)


def _made(report: PlanReport) -> Section:
    made = report.made
    facts = (
        ("Patrolwise version", made.version),
        ("Plan schema", report.schema),
        ("Random seed", str(made.seed)),
        ("Plan, SHA-256", report.plan_sha256 or "no plan yet"),
        ("Inputs, SHA-256", report.inputs_sha256),
        ("Hot spot set", report.hot_spot_set),
        ("Hot spot set, SHA-256", report.hot_spot_hash),
        ("Programme file, SHA-256", made.programme_sha256),
    )
    again = "The same files, programme, seed and version give the same plan, to the byte."
    blocks: tuple[Block, ...] = (Paragraph(text=again), Terms(items=facts))
    if made.inputs:
        files = files_grid(made.inputs)
        blocks = (*blocks, files)
    return Section(id="made", title="How this was made", blocks=blocks)
