"""What a report says of the protocol: one line without one, and each result's standing with one."""

from dataclasses import replace

import pytest

from patrolwise.evaluation.protocol import PlanStatus, Standing
from patrolwise.reporting.blocks import Cards, Grid
from patrolwise.reporting.document import build_document
from patrolwise.reporting.pdf import make_report_pdf
from patrolwise.reporting.protocol_sections import NONE_FROZEN, protocol_line
from patrolwise.reporting.results import (
    ProtocolChange,
    ProtocolRecord,
    Source,
    SourceFile,
    SourceVersion,
)
from patrolwise.reporting.summaries import summarise_results
from patrolwise.reporting.web_page import make_report_html

CHANGES = (
    ProtocolChange(
        part="after", then="A", now="B", declared_on="2023-03-01", reason="A late start"
    ),
    ProtocolChange(part="rings_m", then="0, 100", now="0, 250", declared_on=None, reason=""),
)


@pytest.fixture
def planned(make_results):
    """Return results under a protocol: one changed, one exploratory, harm planned."""
    results = make_results()
    first, second = results.outcomes
    return replace(
        results,
        protocol=ProtocolRecord(
            sha256="ab" * 32,
            frozen_at="2022-12-01T09:30:00+00:00",
            frozen_by="A. Analyst",
            changes=CHANGES,
        ),
        outcomes=(
            replace(first, planned=PlanStatus(status=Standing.CHANGED, reason="A late start.")),
            replace(second, planned=PlanStatus(status=Standing.EXPLORATORY, reason="Added.")),
        ),
        harm=tuple(
            replace(one, planned=PlanStatus(status=Standing.PLANNED, reason="As frozen."))
            for one in results.harm
        ),
    )


def sections(results):
    return {section.id: section for section in build_document(results, (320,)).sections}


def test_without_a_protocol_one_line_says_that_all_is_exploratory(make_results):
    results = make_results()
    assert protocol_line(results) == NONE_FROZEN
    assert summarise_results(results).count("exploratory") == 1
    words = str(build_document(results, (320,)))
    assert words.count(NONE_FROZEN) == 1
    assert words.casefold().count("exploratory") == 1
    assert "protocol" not in sections(results)


def test_the_line_counts_the_standings(planned):
    assert protocol_line(planned) == (
        "Protocol abababababababab, frozen 2022-12-01; results: 1 planned, 1 changed, "
        "1 exploratory."
    )
    bare = replace(planned, outcomes=(), harm=())
    assert protocol_line(bare).endswith("results: none to hold against it.")


def test_each_result_carries_its_standing_on_the_card_and_in_its_section(planned):
    found = sections(planned)
    cards = next(block for block in found["findings"].blocks if isinstance(block, Cards))
    standings = [dict(card.lines)["Protocol"] for card in cards.items]
    assert standings == ["Planned and changed", "Exploratory", "Planned"]
    for section, told in (
        ("outcome-1", "Planned and changed. A late start."),
        ("outcome-2", "Exploratory. Added."),
    ):
        assert told in [getattr(block, "text", "") for block in found[section].blocks]


def test_the_section_lists_results_and_changes_with_their_reasons(planned):
    blocks = sections(planned)["protocol"].blocks
    standing, changed = (block for block in blocks if isinstance(block, Grid))
    assert [row[2:] for row in standing.rows] == [
        ("Planned and changed", "A late start."),
        ("Exploratory", "Added."),
        ("Planned", "As frozen."),
    ]
    assert changed.rows == (
        ("after", "A", "B", "2023-03-01", "A late start"),
        ("rings_m", "0, 100", "0, 250", "no", "none given"),
    )


def test_where_nothing_changed_the_section_says_so(planned):
    calm = replace(planned, protocol=replace(planned.protocol, changes=()), outcomes=(), harm=())
    blocks = sections(calm)["protocol"].blocks
    assert blocks[-1].text == "Nothing of the plan has changed since it was frozen."
    assert not [block for block in blocks if isinstance(block, Grid)]


def test_the_terminal_marks_each_result(planned):
    told = summarise_results(planned)
    assert protocol_line(planned) in told.splitlines()
    for word in (", planned and changed): ", ", exploratory): ", ", planned): "):
        assert word in told


def test_page_and_paper_hold_the_section(planned):
    assert "What was planned" in make_report_html(planned)
    assert make_report_pdf(planned).startswith(b"%PDF")


def test_how_it_was_made_names_the_command_and_the_versions(make_results):
    source = Source(
        command="patrolwise evaluate p.toml --out FOLDER",
        programme="p.toml",
        files=(SourceFile(path="p.toml", sha256="ab" * 32),),
        versions=(SourceVersion(name="numpy", version="2.1"),),
    )
    facts = dict(sections(make_results(source=source))["made"].blocks[1].items)
    assert facts["Command"] == "patrolwise evaluate p.toml --out FOLDER"
    assert facts["Made with"] == "numpy 2.1"
    assert facts["To check"] == "patrolwise reproduce results.json"
