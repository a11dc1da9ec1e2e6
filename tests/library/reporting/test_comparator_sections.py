"""What a reader is told of comparisons: a sentence, all estimates, what each rests on."""

from dataclasses import replace
from itertools import chain

import pytest

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.reporting.blocks import Alert, Bullets, Document, Figure, Grid, Paragraph, Terms
from patrolwise.reporting.comparator_records import (
    BreakRecord,
    ComparatorRecord,
    ComparedRecord,
    LeadRecord,
    PanelRecord,
    PreTrendRecord,
    SyntheticRecord,
    TwinRecord,
    TwinSpotRecord,
    UncomputedRecord,
    WeightRecord,
    WiderRecord,
)
from patrolwise.reporting.comparator_sections import comparator_section, state_comparison
from patrolwise.reporting.do_nothing_sections import tell_twins
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html

WEAK = Guard(
    id="pre-trend-weak", severity=Severity.AMBER, title="A weak check", message="Only from 8 %."
)
POOR = Guard(
    id="poor-synthetic-fit", severity=Severity.RED, title="A poor blend", message="Far off."
)


def compared(slug, value=0.8, low=0.7, high=0.92, *, p=0.01, headline=True, against=()):
    estimate = Estimate(
        id=slug,
        name=slug,
        value=value,
        low=low,
        high=high,
        p=p,
        headline=headline,
        note="The rank among 200 choices.",
    )
    return ComparedRecord(estimate=estimate, against=against)


PANEL = PanelRecord(
    unit="month",
    periods=tuple(f"{year}-{month:02d}-01" for year in (2020, 2021) for month in (1, 2, 3)),
    last="2021-03-31",
    first_after=3,
    gap_days=275,
    hot_spots=7,
    comparison=14,
    hot_spots_crimes=(210, 150),
    comparison_crimes=(400, 380),
    left_out=("275 days between the two windows: they are neither before nor after.",),
)
BLEND = SyntheticRecord(
    result=compared("synthetic-control", 0.75, None, None, headline=False, against=(POOR.title,)),
    weights=(
        WeightRecord(area_id="a", name="Market <east>", weight=0.996),
        WeightRecord(area_id="b", name="Station", weight=0.004),
    ),
    hot_spots=(10.0, 11.0, 9.0, 7.0, 6.0, 8.0),
    blend=(10.0, 10.5, 9.5, 10.0, 9.0, 9.5),
    gap_before=0.41,
    gap_by_chance=1.2,
    off_level=0.02,
    guards=(POOR,),
)
BEFORE = PreTrendRecord(
    leads=(LeadRecord(first="2020-01-01", last="2020-01-31", ratio=1.1),),
    p=0.4,
    power=0.8,
    drift=0.92,
    faked=0.6,
    note="",
)
TWIN = TwinRecord(
    spots=(
        TwinSpotRecord(
            area_id="s1",
            name="Cross",
            before=120.0,
            expected=110.4,
            low=88.0,
            high=134.0,
            after=80,
            p=0.004,
            q=0.02,
        ),
    ),
    ratio=compared("twin-ratio", 0.72, 0.6, 0.91, headline=False),
    difference=Estimate(id="twin-difference", name="d", value=-30.4, low=-54.0, high=-8.0),
    regression=-0.08,
    trend=1.2,
    places=309,
    elsewhere=120,
    missed=0.06,
    dispersion=1.4,
    known=(("2019-01-01", "2019-12-31"), ("2020-02-01", "2020-12-31")),
)
WIDER = WiderRecord(
    name="Leicestershire",
    result=compared("ratio-to-wider-area", 0.85, 0.7, 1.03, p=0.1, headline=False),
    hot_spots_ratio=0.71,
    wider_ratio=0.84,
    months=12,
    holds_hot_spots=True,
    breaks=(BreakRecord(month="2020-07-01", what="A new system"),),
    guards=(replace(WEAK, title="A series stops"),),
)
RECORD = ComparatorRecord(
    definition="all-crime@1",
    title="All recorded crime",
    panel=PANEL,
    difference=compared("difference-in-differences", headline=False),
    permutation=compared("difference-in-differences-permutation"),
    synthetic=BLEND,
    pre_trend=BEFORE,
    twin=TWIN,
    wider=(WIDER,),
    uncomputed=(),
    guards=(WEAK,),
)
NOTHING = replace(
    RECORD,
    panel=None,
    difference=None,
    permutation=None,
    synthetic=None,
    pre_trend=None,
    twin=None,
    wider=(),
    uncomputed=(UncomputedRecord(what="Comparison areas", reason="There are none."),),
    guards=(),
)


@pytest.fixture(scope="module")
def section():
    return comparator_section(RECORD, 2, (WIDE, NARROW))


def blocks_of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def grid_of(section, caption):
    return next(grid for grid in blocks_of(section, Grid) if caption in grid.caption)


def words_of(section):
    return " ".join(
        chain.from_iterable(
            [block.text] if isinstance(block, Paragraph) else block.items
            for block in section.blocks
            if isinstance(block, Paragraph | Bullets)
        )
    )


def main(**changes):
    return replace(RECORD, permutation=compared("difference-in-differences-permutation", **changes))


# --- the sentence ---------------------------------------------------------------------------------


def test_a_difference_beyond_chance_is_stated_with_its_interval_and_no_cause():
    assert state_comparison(RECORD) == (
        "Set beside 14 comparison areas, crime in the hot spots ended 20 % lower than if both had "
        "changed alike (ratio 0.80, 95 % interval 0.70 to 0.92). Chance alone seldom does that; "
        "what did, this cannot say."
    )


def test_what_could_be_chance_is_said_to_be():
    told = state_comparison(main(value=1.1, low=0.8, high=1.4, p=0.4))
    assert "10 % higher than" in told
    assert told.endswith("A difference of that size could be chance.")
    assert "no interval" in state_comparison(main(low=None, high=None, p=None))


def test_small_counts_get_no_percentage():
    few = replace(RECORD, panel=replace(PANEL, hot_spots_crimes=(19, 8), comparison=1))
    told = state_comparison(few)
    assert "1 comparison area, crime in the hot spots ended lower than if" in told
    assert "20 %" not in told


def test_no_difference_is_no_direction():
    assert "ended where it would have ended if both" in state_comparison(main(value=1.0, p=1.0))


@pytest.mark.parametrize(
    "record",
    [
        main(against=("The comparison areas are unlike the hot spots",)),
        main(headline=False),
        main(value=None, low=None, high=None, p=None),
        NOTHING,
    ],
)
def test_what_may_carry_no_conclusion_is_not_worded_as_a_finding(record):
    told = state_comparison(record)
    assert not any(word in told for word in ("%", "lower", "higher", "ratio", "seldom"))
    assert told.startswith(("No conclusion can be drawn", "The hot spots could not be set"))


def test_what_stands_against_it_is_an_alert_beside_the_sentence():
    title = "The comparison areas are unlike the hot spots"
    section = comparator_section(main(against=(title,)), 1, (WIDE,))
    assert isinstance(section.blocks[1], Alert)
    assert section.blocks[1].text == f"{title}."


# --- the parts ------------------------------------------------------------------------------------


def test_every_estimate_is_in_one_table_with_whether_it_may_carry_a_conclusion(section):
    rows = grid_of(section, "T6").rows
    assert [row[:4] for row in rows] == [
        ("Comparison areas, placebo in space", "0.80", "0.70 to 0.92", "0.010"),
        ("Comparison areas, clustered by area", "0.80", "0.70 to 0.92", "0.010"),
        ("Synthetic control", "0.75", "no interval", "0.010"),
        ("Forecast with nothing done", "0.72", "0.60 to 0.91", "0.010"),
        ("Leicestershire", "0.85", "0.70 to 1.03", "0.10"),
    ]
    standing = [row[4] for row in rows]
    assert standing[0] == "Yes"
    assert "fewer than 30 areas" in standing[1]
    assert standing[2] == "No: a poor blend"
    assert all(text.startswith("No: ") for text in standing[1:])


def test_a_figure_that_is_not_defined_is_said_so():
    rows = grid_of(
        comparator_section(main(value=None, low=None, high=None, p=None), 1, (WIDE,)), "T6"
    ).rows
    assert rows[0][1:] == ("not defined", "–", "–", "No: it is not defined for these counts")


def test_the_panel_is_told_with_its_counts_and_what_was_left_out(section):
    told = words_of(section)
    assert "from 1 January 2020 to 31 March 2021: 3 months before and 3 after" in told
    assert "210 crimes before and 150 after (60 fewer, 28.6 % lower)" in told
    assert "275 days between the two windows" in told
    whole = replace(RECORD, panel=replace(PANEL, left_out=(), unit="block of four weeks"))
    told = words_of(comparator_section(whole, 1, (WIDE,)))
    assert "3 blocks of four weeks before" in told
    assert "Left out" not in told


def test_the_chart_has_words_for_those_who_cannot_see_it_and_breaks_at_the_gap(section):
    (figure,) = blocks_of(section, Figure)
    assert figure.description == (
        "Two lines by month. Hot spots, mean of one: 10.0 crimes a month before, 7.0 after. Blend "
        "of comparison areas: 10.0 crimes a month before, 9.5 after. The after window begins on "
        "1 January 2021."
    )
    assert len(figure.drawings) == 2
    assert figure.drawings[0].width > figure.drawings[1].width
    for drawing in figure.drawings:
        assert "After begins" in drawing.svg
        assert "Blend of comparison areas" in drawing.svg
    gapless = replace(RECORD, panel=replace(PANEL, gap_days=0))
    (unbroken,) = blocks_of(comparator_section(gapless, 2, (WIDE,)), Figure)
    # a line that breaks is drawn by moving the pen once more
    moves = [drawn.drawings[0].svg.count("M") for drawn in (figure, unbroken)]
    assert moves[0] > moves[1]


def test_the_blend_names_its_areas_and_how_far_it_is_off(section):
    assert grid_of(section, "made of").rows == (("Market <east>", "99.6 %"),)
    assert grid_of(section, "made of").note.startswith("1 other comparison area has")
    told = words_of(section)
    assert "2 % off their level, and 0.4 crimes a month away" in told
    assert "Its p is the rank among 200 choices." in told


def test_a_blend_without_level_figure_or_others_is_told_too():
    bare = replace(
        BLEND,
        off_level=None,
        weights=BLEND.weights[:1],
        result=compared("synthetic-control", 0.0, None, None, headline=False),
    )
    section = comparator_section(replace(RECORD, synthetic=bare), 1, (WIDE,))
    assert "Before, it is 0.4 crimes a month away" in words_of(section)
    assert "Its p" not in words_of(section)
    assert grid_of(section, "made of").note == ""
    assert "no interval can be had" in grid_of(section, "T6").rows[2][4]


def test_guards_of_one_comparison_say_that_they_are_of_that_one(section):
    levels = {alert.title: alert.level for alert in blocks_of(section, Alert)}
    assert levels == {
        "A poor blend": "This comparison cannot be relied on",
        "A weak check": "Read with this in mind",
        "A series stops": "Read with this in mind",
    }


def test_the_check_before_tells_what_it_would_find(section):
    told = words_of(section)
    assert "were not seen to move apart by more than chance (p 0.40)" in told
    assert "Only a drift of 8.0 % from one period to the next would be found 80 %" in told
    assert "a ratio of 0.60 with no effect at all" in told
    assert grid_of(section, "each stretch before").rows == (
        ("1 January 2020", "31 January 2020", "1.10"),
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"p": 0.01}, "comparison areas moved apart by more than chance"),
        ({"p": None, "note": "Too few areas."}, "That could not be tested. Too few areas."),
        ({"drift": None, "faked": None, "note": "No drift would be found."}, "No drift would be"),
    ],
)
def test_the_check_before_is_told_when_it_fails_or_cannot_be_made(changes, told):
    record = replace(RECORD, pre_trend=replace(BEFORE, leads=(), **changes))
    section = comparator_section(record, 1, (WIDE,))
    assert told in words_of(section)
    assert not any("each stretch" in grid.caption for grid in blocks_of(section, Grid))


def test_each_hot_spot_stands_beside_its_forecast(section):
    grid = grid_of(section, "forecast with nothing done")
    assert grid.columns[-2:] == ("p", "q")
    assert grid.rows == (("Cross", "120", "110", "88 to 134", "80", "0.004", "0.020"),)
    told = words_of(section)
    assert "1 January 2019 to 31 December 2019 and 1 February 2020" in told
    assert "8.0 % fewer crimes" in told
    assert "1.20 times what it was before" in told
    assert "80 crimes after, beside a forecast of 110 (difference −30, 95 % interval −54" in told
    assert "6 % of them ended outside their range, where 5 % should." in told


@pytest.mark.parametrize(
    ("missed", "told"), [(0.2, "do not rely on it here"), (None, "nobody can tell how often")]
)
def test_a_range_that_is_not_borne_out_gives_no_p(missed, told):
    *words, grid = tell_twins(replace(TWIN, missed=missed, trend=None, regression=0.02))
    assert told in words[2].text
    assert "2.0 % more crimes" in words[1].text
    assert "is not allowed for" in words[1].text
    assert grid.columns[-1] == "Seen after"
    assert grid.rows[0][-1] == "80"


def test_a_wider_area_is_told_with_its_months_and_breaks(section):
    assert grid_of(section, "wider area's").rows == (
        ("Leicestershire", "12", "0.71", "0.84", "0.85", "0.70 to 1.03"),
    )
    assert grid_of(section, "recording changed").rows == (
        ("Leicestershire", "July 2020: A new system"),
    )
    calm = replace(RECORD, wider=(replace(WIDER, breaks=(), guards=()),))
    grids = blocks_of(comparator_section(calm, 1, (WIDE,)), Grid)
    assert not any("recording changed" in grid.caption for grid in grids)


def test_where_nothing_could_be_computed_the_reasons_are_all_there_is():
    section = comparator_section(NOTHING, 3, (WIDE,))
    assert [block.kind for block in section.blocks] == ["paragraph", "subheading", "terms"]
    (terms,) = blocks_of(section, Terms)
    assert terms.items == (("Comparison areas", "There are none."),)
    assert section.id == "compared-3"


def test_two_outcomes_fit_on_one_page_and_text_is_escaped(section):
    other = comparator_section(RECORD, 3, (WIDE, NARROW))
    page = lay_out_html(
        Document(title="t", question="q", notice="", sections=(section, other), footer="f")
    )
    assert "Market &lt;east&gt;" in page
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
