"""What a report says of the re-estimates: sentence, table, chart, and what could not be done."""

import re
from dataclasses import replace

from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.blocks import Bullets, Figure, Grid, Paragraph
from patrolwise.reporting.robustness_chart import chart_robustness
from patrolwise.reporting.robustness_records import RobustnessRecord, RobustnessRow, SkippedWay
from patrolwise.reporting.robustness_sections import robustness_section, rows_to_show

HEADLINE = Estimate(
    id="ratio-of-ratios-robust",
    name="Ratio of ratios",
    value=0.7,
    low=0.55,
    high=0.89,
    p=0.004,
    headline=True,
)


def row(name, value=0.72, kind="time", **more):
    given = {
        "kind": kind,
        "name": name,
        "note": "",
        "before": 400,
        "after": 260,
        "estimate": replace(HEADLINE, value=value),
        "verdict_id": "fall",
        "keeps_direction": True,
        "keeps_verdict": True,
    }
    return RobustnessRow(**{**given, **more})


def record(*rows, **more):
    given = {
        "definition": "violence@1",
        "title": "Violence",
        "before": 410,
        "after": 265,
        "headline": HEADLINE,
        "verdict_id": "fall",
        "rows": rows,
        "skipped": (),
        "sentence": "All keep it.",
    }
    return RobustnessRecord(**{**given, **more})


TURNED = row(
    "Without Market Cross (the largest)", 0.9, "hot spot", verdict_id="chance", keeps_verdict=False
)
POISSON = row(
    "Taken as Poisson",
    0.71,
    "model",
    verdict_id="",
    keeps_verdict=None,
    estimate=replace(HEADLINE, id="ratio-of-ratios-poisson", headline=False),
)
WDD = row(
    "Weighted displacement difference",
    kind="model",
    verdict_id="",
    keeps_verdict=None,
    estimate=Estimate(id="wdd-robust", name="WDD", value=-80.0, low=-120.0, high=-40.0),
)


def of_kind(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def words_of(figure):
    return re.findall(r">([^<>]+)</text>", figure.drawings[0].svg.split("</desc>")[1])


def test_the_sentence_and_one_row_a_way_are_told():
    section = robustness_section([record(TURNED, POISSON, WDD)], (660,))
    assert Paragraph(text="All keep it.", strong=True) in section.blocks
    (grid,) = of_kind(section, Grid)
    assert [line[0] for line in grid.rows] == [
        "As declared",
        "Without Market Cross (the largest)",
        "Taken as Poisson",
        "Weighted displacement difference",
    ]
    assert grid.rows[0][1:] == (
        "410",
        "265",
        "0.700 (95 % interval 0.550 to 0.890)",
        "A fall beyond chance",
    )
    assert grid.rows[1][1:3] == ("400", "260")
    assert grid.rows[1][4] == "Could be chance, unlike the headline"
    assert grid.rows[2][4] == "Carries no conclusion"


def test_the_chart_has_the_ratios_alone_and_says_them_in_words():
    (figure,) = of_kind(robustness_section([record(TURNED, POISSON, WDD)], (660, 320)), Figure)
    assert len(figure.drawings) == 2
    words = words_of(figure)
    assert "As declared" in words
    assert "Could carry a conclusion" in words
    assert "Carries none" in words
    assert not any("Weighted" in word for word in words)
    assert "Without Market Cross (the largest): 0.900" in figure.description
    assert figure.description.startswith("As declared: 0.700")
    assert "the broken one no change" in figure.caption


def test_marks_differ_in_shape_and_filling_not_in_colour_alone():
    figure = chart_robustness(record(POISSON), [POISSON], "r", (660,))
    marks = re.findall(
        r'<path [^>]*aria-?[^>]*|<path [^>]*d="([^"]+)"[^>]*fill="([^"]+)"', figure.drawings[0].svg
    )
    fills = {fill for _, fill in marks}
    assert {"white", "#1d4f7c"} <= fills


def test_an_interval_beyond_the_chart_is_cut_at_its_edge():
    wild = row("Wild", 0.05, estimate=replace(HEADLINE, value=0.05, low=1e-6, high=1e6))
    bare = row("Bare", estimate=replace(HEADLINE, low=None, high=None, p=None))
    figure = chart_robustness(record(wild, bare), [wild, bare], "r", (660,))
    assert {"0.1", "10"} <= set(words_of(figure))


def test_only_the_first_outcome_has_a_chart():
    section = robustness_section([record(TURNED), record(TURNED, title="Other")], (660,))
    assert len(of_kind(section, Figure)) == 1
    assert len(of_kind(section, Grid)) == 2


def test_of_many_areas_the_ends_the_largest_and_those_that_turn_are_shown():
    many = [row(f"Without area {k}", 0.6 + k / 100, "comparison area") for k in range(14)]
    many[5] = replace(many[5], keeps_verdict=False)
    spots = [row(f"Without spot {k}", 0.6, "hot spot") for k in range(10)]
    held = record(*many, *spots)
    assert [one.name for one in rows_to_show(held)][:3] == [
        "Without area 0",
        "Without area 5",
        "Without area 13",
    ]
    assert len(rows_to_show(held)) == 13  # ten hot spots are not too many
    (grid,) = of_kind(robustness_section([held], (320,)), Grid)
    assert grid.note == "11 areas left out in turn lie between those shown."


def test_areas_without_an_estimate_are_no_ends():
    none = Estimate(id="ratio-of-ratios-robust", name="R", value=None)
    many = [row(f"a{k}", kind="hot spot", estimate=none) for k in range(11)]
    many.append(row("b (the largest)", kind="hot spot", estimate=none))
    assert [one.name for one in rows_to_show(record(*many))] == ["b (the largest)"]


def test_what_could_not_be_reckoned_is_told_with_the_reason():
    skipped = (SkippedWay(name="Mondays to Fridays only", reason="There are no times."),)
    section = robustness_section([record(TURNED, skipped=skipped)], (320,))
    (bullets,) = of_kind(section, Bullets)
    assert bullets.items == ("Mondays to Fridays only: There are no times.",)


def test_notes_stand_under_the_table_each_once():
    rows = (row("a", note="By local time."), row("b", note="By local time."))
    (grid,) = of_kind(robustness_section([record(*rows)], (320,)), Grid)
    assert grid.note == "By local time."


def test_without_a_headline_only_the_sentence_is_told():
    section = robustness_section([record(headline=None, verdict_id="few")], (320,))
    assert of_kind(section, Grid) == []
    assert of_kind(section, Figure) == []
    none = replace(HEADLINE, value=None)
    assert chart_robustness(record(headline=none), [], "r", (320,)) is None
    assert of_kind(robustness_section([record(headline=none)], (320,)), Figure) == []


def test_no_outcomes_are_told_in_a_sentence():
    section = robustness_section([], (320,))
    assert section.blocks[-1].text == "There is no outcome to reckon in other ways."


def test_the_ways_that_turn_are_those_with_another_verdict():
    assert record(TURNED, POISSON, row("x")).turning == (TURNED,)
