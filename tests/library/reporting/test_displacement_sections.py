"""How displacement is worded: a plain sentence first, no finding where none may be made."""

import functools
import re
from dataclasses import replace

import pytest

from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.blocks import Alert, Document, Figure, Grid, Paragraph, Subheading
from patrolwise.reporting.displacement_records import (
    DisplacementRecord,
    HourShiftRecord,
    MovedOutcome,
    NearRepeatBand,
    NearRepeatRecord,
    RingMove,
    RingQuotientRecord,
    SwitchRecord,
    TestRecord,
)
from patrolwise.reporting.displacement_sections import displacement_section
from patrolwise.reporting.web_page import lay_out_html

WIDTHS = (700, 320)
TestRecord.__test__ = False  # a record, and nothing for pytest to collect


def difference(value, low=None, high=None, p=None, **more):
    return Estimate(id="wdd-robust-x", name="WDD", value=value, low=low, high=high, p=p, **more)


def ratio(value, low=None, high=None, p=None, **more):
    return Estimate(id="hours-x", name="Ratio", value=value, low=low, high=high, p=p, **more)


QUOTIENT = RingQuotientRecord(
    gross_effect=60.0,
    net_effect=0.288,
    success=-0.29,
    buffer=0.1,
    quotient=-0.345,
    total_net_effect=17.5,
    reading="Displacement: the ring rose by part of the hot spots' fall.",
)
NEAR = RingMove(
    name="0 to 100 m",
    inner_m=0.0,
    outer_m=100.0,
    ground_m2=300_000.0,
    comparison_ground_m2=400_000.0,
    before=1_240.0,
    after=1_390.0,
    comparison_before=300.0,
    comparison_after=310.0,
    comparison_weight=1.25,
    displacement=difference(142.0, 60.0, 224.0, 0.002, headline=True),
    total=difference(-38.0, -160.0, 84.0, 0.4, headline=True),
    quotient=QUOTIENT,
    is_like=True,
    q=0.012,
)
FAR = replace(
    NEAR,
    name="100 to 200 m",
    before=12.0,
    after=9.0,
    comparison_weight=1.0,
    displacement=difference(-3.0, -14.0, 8.0, 0.6),
    quotient=replace(QUOTIENT, quotient=None, net_effect=None, reading="Not defined: no fall."),
    is_like=False,
    q=0.6,
)
OUTCOME = MovedOutcome(
    definition="violence@1",
    title="Violence",
    is_harm=False,
    harm_index="",
    is_estimate=False,
    local=difference(-180.0, -240.0, -120.0, 0.001, headline=True),
    rings=(NEAR, FAR),
    total=difference(-41.0, -170.0, 90.0, 0.5),
    verdict="Crime moved: 142 crimes more in the ring 0 to 100 m.",
    verdict_id="moved",
)
HARM = replace(
    OUTCOME,
    is_harm=True,
    harm_index="index@2020",
    is_estimate=True,
    rings=(replace(NEAR, quotient=None),),
    verdict="It is not shown.",
)
HOURS = HourShiftRecord(
    definition="violence@1",
    title="Violence",
    hours=(0, 1, 22, 23),
    beside_hours=(2, 3, 20, 21),
    crimes=900,
    left_out=100,
    patrol=ratio(0.6, 0.5, 0.7, 0.001),
    beside=ratio(1.4, 1.1, 1.8, 0.01),
    q=0.03,
)
SWITCH = SwitchRecord(
    name="robbery",
    title="Robbery",
    before=90,
    after=40,
    estimate=ratio(0.6, 0.4, 0.9, 0.01, headline=True),
    q=0.03,
)
BAND = NearRepeatBand(
    from_m=0.0,
    below_m=100.0,
    from_days=0.0,
    below_days=7.0,
    pairs=31,
    expected=20.4,
    ratio=1.52,
    p=0.01,
)
REPEATS = NearRepeatRecord(
    definition="violence@1",
    title="Violence",
    window="before",
    crimes=210,
    left_out=4,
    bands=(BAND,),
)
TESTS = (
    TestRecord(kind="ring", name="violence@1: ring 0 to 100 m", value=142.0, p=0.002, q=0.012),
    TestRecord(kind="hours", name="violence@1: hours beside", value=1.4, p=0.04, q=0.08),
    TestRecord(kind="type", name="drugs", value=None, p=None, q=None),
)
FULL = DisplacementRecord(
    declared="2022-12-01",
    is_fixed_in_advance=True,
    comparison_areas=9,
    comparison_areas_without=1,
    outcomes=(OUTCOME, HARM),
    rings_reason="",
    hours=(HOURS,),
    hours_reason="",
    switches=(SWITCH, replace(SWITCH, name="theft", title="Theft", q=0.5)),
    switches_reason="",
    near_repeats=(REPEATS,),
    near_repeats_reason="",
    tests=TESTS,
    level=0.05,
    verdict="Violence: Crime moved. For the other outcomes it is not shown.",
)
PLAIN = replace(FULL, outcomes=())  # no pictures to draw
EMPTY = replace(
    FULL,
    declared=None,
    is_fixed_in_advance=False,
    outcomes=(),
    rings_reason="No rings were declared.",
    hours=(),
    hours_reason="No hours were declared.",
    switches=(),
    switches_reason="No types were declared.",
    near_repeats=(),
    near_repeats_reason="Near repeats were not asked for.",
    tests=(),
    verdict="Whether crime moved was not looked at.",
)


@functools.cache
def section_of(record):
    return displacement_section(record, WIDTHS)


def blocks_of(record, kind):
    return [block for block in section_of(record).blocks if isinstance(block, kind)]


def words_of(record):
    section = section_of(record)
    page = lay_out_html(
        Document(title="T", question="", notice="", sections=(section,), footer="F")
    )
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", text)


def grid(record, start):
    (found,) = [one for one in blocks_of(record, Grid) if one.caption.startswith(start)]
    return found


def test_the_plain_sentence_stands_first():
    assert section_of(FULL).blocks[0] == Paragraph(text=FULL.verdict, strong=True)
    assert section_of(FULL).id == "displacement"


def test_rings_fixed_in_advance_are_said_to_be():
    assert "The rings were fixed on 1 December 2022, before the after window." in words_of(FULL)
    assert blocks_of(FULL, Alert) == []


@pytest.mark.parametrize(
    ("declared", "told"),
    [(None, "Nobody said when"), ("2023-05-01", "They were fixed on 1 May 2023, when")],
)
def test_late_rings_are_exploratory_in_an_alert(declared, told):
    (alert,) = blocks_of(replace(FULL, declared=declared, is_fixed_in_advance=False), Alert)
    assert alert.title.startswith("Exploratory")
    assert alert.text.startswith(told)


def test_each_ring_has_its_counts_net_change_interval_p_and_q():
    rows = grid(FULL, "T6. Rings round the hot spots, crimes").rows
    assert [row[0] for row in rows] == [
        "Hot spots",
        "0 to 100 m",
        "100 to 200 m (unlike)",
        "Hot spots and rings",
    ]
    assert rows[1][1:] == (
        "1,240",
        "1,390",
        "150 more, 12.1 % higher",
        "300",
        "310",
        "+142",
        "60 to 224",
        "0.002",
        "0.012",
    )
    assert rows[2][3] == "3 fewer (too few)"
    assert rows[0][6] == "\u2212180"
    assert rows[3][8:] == ("–", "–")


def test_quotients_are_told_in_words_and_undefined_ones_too():
    rows = grid(FULL, "Displacement quotient").rows
    assert [row[2] for row in rows] == ["\u22120.34", "not defined"]
    assert rows[0][3].startswith("Displacement: the ring rose")
    assert "Displacement quotient" not in words_of(replace(FULL, outcomes=(HARM,)))


def test_harm_is_told_apart_and_as_an_estimate():
    words = words_of(FULL)
    assert "Violence: harm" in words
    assert "Days of harm by index@2020, an estimate." in words
    known = replace(FULL, outcomes=(replace(HARM, is_estimate=False),))
    assert "Days of harm by index@2020." in words_of(known)


def test_the_comparison_and_its_weight_are_told():
    words = words_of(FULL)
    assert "9 comparison areas have rings of their own; 1 has no room for them" in words
    assert "weighed by it: 1.25 (0 to 100 m)." in words
    plain = replace(FULL, comparison_areas_without=0, outcomes=(replace(OUTCOME, rings=(FAR,)),))
    assert "9 comparison areas have rings of their own. " in words_of(plain)
    assert "weighed by it" not in words_of(plain)
    more = replace(FULL, comparison_areas_without=2)
    assert "2 have no room for them" in words_of(more)
    assert "comparison areas have rings" not in words_of(replace(FULL, comparison_areas=0))


def test_the_chart_tells_places_by_shape_and_has_words_for_those_who_cannot_see_it():
    first, _ = blocks_of(FULL, Figure)
    assert "Hot spots: \u2212180 (95 % interval \u2212240 to \u2212120)" in first.description
    assert "100 to 200 m (unlike)" in first.description
    assert [drawing.width > 0 for drawing in first.drawings] == [True, True]
    fills = set(re.findall(r'fill="(#[0-9a-f]{6}|white)"', first.drawings[0].svg))
    assert {"white", "#1d4f7c"} <= fills


def test_rings_that_cannot_be_judged_have_no_chart_but_their_counts():
    blank = difference(None, note="Needs five areas in all.")
    rings = (replace(NEAR, displacement=blank, total=blank, q=None),)
    none = replace(OUTCOME, local=blank, total=blank, rings=rings, verdict="It cannot be told.")
    record = replace(FULL, outcomes=(none,), rings_reason="There are no comparison areas.")
    assert blocks_of(record, Figure) == []
    assert grid(record, "T6. Rings round").rows[1][6:] == ("not defined", "–", "–", "–")
    assert "There are no comparison areas." in words_of(record)


def test_hours_are_told_on_the_clock_and_never_as_a_finding():
    words = words_of(PLAIN)
    assert "Patrol hours: 22:00 to 02:00. Beside them: 02:00 to 04:00 and 20:00 to 22:00." in words
    assert "to be looked for in new data: Violence, ratio 1.400" in words
    assert "carries no conclusion" in words
    rows = grid(PLAIN, "Change over that").rows
    assert rows[0][4:] == ("0.010", "0.030", "900 of 1,000")
    assert rows[1][5] == "–"
    quiet = replace(PLAIN, hours=(replace(HOURS, q=0.4),))
    assert "No change in the hours beside the patrol stands out" in words_of(quiet)
    untested = replace(PLAIN, hours=(replace(HOURS, q=None, beside=ratio(None)),))
    assert grid(untested, "Change over that").rows[0][2:6] == ("not defined", "–", "–", "–")


def test_types_that_switched_are_named_only_when_headlines_say_so():
    assert "took a smaller share: Robbery." in words_of(PLAIN)
    rose = replace(SWITCH, title="Drugs", estimate=ratio(1.5, 1.1, 2.0, 0.01, headline=True))
    assert "took a larger share: Drugs." in words_of(replace(PLAIN, switches=(rose,)))
    both = words_of(replace(PLAIN, switches=(rose, SWITCH)))
    assert "took a larger share: Drugs; took a smaller share: Robbery." in both
    loose = replace(SWITCH, estimate=replace(SWITCH.estimate, headline=False))
    assert "No switch is shown" in words_of(replace(PLAIN, switches=(loose,)))


def test_near_repeats_are_a_table_and_say_what_they_leave_out():
    after = replace(REPEATS, window="after", bands=(replace(BAND, pairs=12, ratio=0.9, p=0.6),))
    found = grid(replace(PLAIN, near_repeats=(REPEATS, after)), "Pairs of crimes close")
    assert found.rows == (
        ("Violence", "0 to 100", "0 to 7", "31", "1.52", "0.010", "12", "0.90", "0.60"),
    )
    assert "Violence, before: 4 of 214" in found.note
    lone = grid(PLAIN, "Pairs of crimes close")
    assert lone.rows[0][3:] == ("31", "1.52", "0.010", "–", "–", "–")
    empty = replace(REPEATS, bands=(BAND, replace(BAND, pairs=0, expected=0.0, ratio=None)))
    assert len(grid(replace(PLAIN, near_repeats=(empty,)), "Pairs of crimes close").rows) == 1
    blank = replace(REPEATS, bands=(), reason="1 crimes have a time.")
    words = words_of(replace(PLAIN, near_repeats=(blank,)))
    assert "Violence, before: 1 crimes have a time." in words
    assert "Pairs of crimes close" not in words


def test_all_tests_stand_together_with_what_chance_would_do():
    words = words_of(PLAIN)
    assert "2 tests were made. With so many, 0.1 would be at p 0.05 or less by chance" in words
    assert "2 are. With one false discovery rate over all of them, 1 is left." in words
    rows = grid(PLAIN, "Every test of displacement").rows
    assert [row[1] for row in rows] == ["Ring", "Hours", "Type of crime"]
    assert [row[2] for row in rows] == ["142", "1.400", "not defined"]
    one = words_of(replace(PLAIN, tests=TESTS[:1]))
    assert "1 test was made." in one
    assert "1 is. With one" in one
    none = replace(PLAIN, tests=(replace(TESTS[0], p=0.5, q=0.5),))
    assert "0 are left." in words_of(none)


def test_an_empty_record_says_why_of_each_part():
    words = words_of(EMPTY)
    for reason in (EMPTY.rings_reason, EMPTY.hours_reason, EMPTY.switches_reason):
        assert reason in words
    assert "not asked for" in words
    assert "No test of displacement could be made." in words
    assert blocks_of(EMPTY, Grid) == []
    assert blocks_of(EMPTY, Alert) == []
    assert [block.text for block in blocks_of(EMPTY, Subheading)] == [
        "To other hours of the day?",
        "To other types of crime?",
        "Near repeats",
        "All tests of displacement together",
    ]
