"""Reflection: what people said is told as said, what was measured as measured, the rest as open."""

from dataclasses import replace

import pytest

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.reporting.blocks import Alert, Bullets, Grid, Paragraph, Subheading, Terms
from patrolwise.reporting.design_grading import (
    DID_NOT_WORK,
    NEW,
    PROMISING,
    WORKED,
    grade_design,
    suggest_grade,
)
from patrolwise.reporting.design_sections import design_section
from patrolwise.reporting.emmie_section import emmie_section
from patrolwise.reporting.reflection_records import (
    NO_FACTS,
    NOT_SAID,
    NOTHING_SAID,
    HarmWatch,
    Reflection,
    ReportFacts,
)
from patrolwise.reporting.reflection_sections import (
    harms_section,
    people_section,
    reflection_sections,
    why_section,
)
from patrolwise.reporting.results import Estimate

SAID = Reflection(
    theory=("support",),
    theory_words="Workers talk with young people",
    mechanisms=("A pair is there", "They are known by face."),
    moderators=("The same pair comes back",),
    implementation="From June, 40 minutes a visit.",
    harms=(
        HarmWatch(what="Staff safety", how="Debrief"),
        HarmWatch(what="trust", how="A survey", found="41 of 60 felt safer"),
    ),
    changes=("The bus station was added",),
    voices=("Somewhere dry to sit",),
    referrals="38 people.",
    conflicts="The charity is paid.",
)
FACTS = ReportFacts(
    dose_sentence="268 of 332 visits owed were done.",
    cost_sentence="£2.28 a minute.",
    moderator_sentences=("More between 18:00 and 20:00",),
)


def said_in(section):
    """Every text of a section, one a line."""
    texts = []
    for block in section.blocks:
        match block:
            case Paragraph() | Subheading():
                texts.append(block.text)
            case Bullets():
                texts += block.items
            case Grid():
                texts += [" | ".join(row) for row in block.rows]
            case Terms():
                texts += [f"{word}: {meaning}" for word, meaning in block.items]
            case Alert():
                texts += [block.title, block.text]
    return "\n".join(texts)


def rows_of(section):
    return next(block for block in section.blocks if isinstance(block, Grid)).rows


def without_guards(results):
    return replace(results, guards=())


def test_nothing_said_is_printed_as_not_said_and_never_filled(make_results):
    why, emmie, _, harms, people = reflection_sections(make_results(), NOTHING_SAID, NO_FACTS)
    assert said_in(why).count(f"{NOT_SAID}.") == 3
    assert said_in(people).count(NOT_SAID) == 10
    assert [row[1:] for row in rows_of(harms)] == [(NOT_SAID, NOT_SAID)] * 3
    assert ("Mechanism: how does it work?", NOT_SAID, "Not known") in rows_of(emmie)
    assert rows_of(emmie)[-1] == (
        "Economics: what does it cost?",
        "No costs were given.",
        "Not known",
    )


def test_why_it_might_work_is_called_a_hope_and_keeps_its_steps_in_order():
    section = why_section(SAID)
    assert "no figure of this report tests it" in said_in(section)
    steps = [block for block in section.blocks if isinstance(block, Bullets) and block.numbered]
    assert steps[0].items == SAID.mechanisms
    assert "Support: people at risk are listened to" in said_in(section)
    assert "Workers talk with young people" in said_in(section)


def test_usual_harms_come_first_and_those_of_its_own_after():
    rows = rows_of(harms_section(SAID))
    assert [row[0].partition(":")[0] for row in rows] == [
        "Stop and search",
        "Trust in the police and in the service",
        "People moved on",
        "Staff safety",
    ]
    assert rows[1][1:] == ("A survey", "41 of 60 felt safer")
    assert rows[3][1:] == ("Debrief", NOT_SAID)


def test_people_are_told_with_their_interests():
    told = said_in(people_section(SAID))
    assert "Conflicts of interest: The charity is paid." in told
    assert "The bus station was added" in told
    assert "38 people." in told
    assert f"Contact: {NOT_SAID}" in told


def test_emmie_keeps_apart_what_was_measured_and_what_was_said(make_results):
    rows = rows_of(emmie_section(make_results(), SAID, FACTS))
    by_source = {}
    for question, _, source in rows:
        by_source.setdefault(source, []).append(question.partition(":")[0])
    assert by_source == {
        "Measured": ["Effect", "Moderators", "Moderators", "Implementation", "Economics"],
        "Said by the programme": ["Mechanism", "Moderators", "Implementation"],
    }
    assert rows[1][1].endswith(
        "A pair is there. They are known by face. None of this was tested here."
    )


def test_the_effect_is_no_firmer_than_its_verdict(make_results):
    told = rows_of(emmie_section(make_results(), SAID, FACTS))[0][1]
    assert "416 → 252, 39.4 % lower" in told
    assert "0.642 (95 % interval 0.538 to 0.767)" in told
    assert "Fall, but not safe to rely on" in told


def test_without_a_headline_the_effect_has_no_figure(make_results):
    outcome = make_results().outcomes[1]
    for estimates in ((), (Estimate(id="a", name="A", value=None, headline=True),)):
        results = make_results(outcomes=(replace(outcome, estimates=estimates, areas=()),))
        rows = rows_of(emmie_section(results, NOTHING_SAID, NO_FACTS))
        assert "Too few crimes to say" in rows[0][1]
        assert "interval" not in rows[0][1]
        assert rows[2] == ("Moderators: for whom, where and when?", NOT_SAID, "Not known")


def test_hot_spots_that_changed_are_named_and_none_is_said_to_differ(make_results):
    outcome = make_results().outcomes[0]
    rise = replace(outcome.areas[0].ratio, value=1.4)
    areas = (
        replace(outcome.areas[0], ratio=rise, q=0.01),
        replace(outcome.areas[1], q=0.049),
        replace(outcome.areas[2], q=0.05),
        replace(outcome.areas[3], q=None),
    )

    def told(areas):
        results = make_results(outcomes=(replace(outcome, areas=areas),))
        return rows_of(emmie_section(results, NOTHING_SAID, NO_FACTS))[2][1]

    assert told(areas) == (
        "3 of 4 hot spots were judged one by one, before against after. Beyond chance, with so "
        "many tests allowed for, crime fell in Gallowtree Steps; it rose in Market Cross. That one "
        "changed and another did not is no proof that the two differ."
    )
    assert "crime fell in Gallowtree Steps. That" in told(areas[1:])
    assert "None changed beyond chance" in told(areas[2:])
    assert told(areas[3:]) == "No hot spot has enough crimes to be judged by itself."


def test_results_with_no_outcome_say_so_everywhere(make_results):
    bare = make_results(outcomes=())
    _, emmie, design, _, _ = reflection_sections(bare, NOTHING_SAID, NO_FACTS)
    assert rows_of(emmie)[0][1:] == ("No crimes were counted.", "Not known")
    assert "no level" in said_in(design)
    assert suggest_grade(bare, NO_FACTS) == (NEW, "No crimes were counted.")


def test_the_level_is_told_with_what_was_done_and_what_lowered_it(make_results):
    told = said_in(design_section(make_results(), NO_FACTS))
    assert "Level 1 of 5: a link at one time, and no more." in told
    assert "7 hot spots and 4 comparison areas were counted in the same way." in told
    assert "would have reached level 3" in told
    assert "a service already ran before" in told
    clean = said_in(design_section(without_guards(make_results()), NO_FACTS))
    assert "Level 3 of 5" in clean
    assert "What lowers the level" not in clean
    one = make_results(outcomes=make_results().outcomes[:1])
    assert "Level of each outcome" not in str(design_section(one, NO_FACTS))
    assert "Level of each outcome" in str(design_section(make_results(), NO_FACTS))


def test_a_check_of_likeness_is_of_the_main_outcome_alone(make_results):
    results = without_guards(make_results())
    checked = ReportFacts(pre_trend_ok=True, synthetic_ok=True)
    levels = [grade_design(results, outcome, checked).level for outcome in results.outcomes]
    assert levels == [4, 3]


def test_without_comparison_areas_the_level_is_two(make_results):
    results = without_guards(make_results())
    alone = replace(results.outcomes[0], comparison_before=None, comparison_after=None)
    assert grade_design(replace(results, outcomes=(alone,)), alone, NO_FACTS).level == 2
    drawn = ReportFacts(is_drawn=True, is_seal_verified=True)
    assert grade_design(replace(results, outcomes=(alone,)), alone, drawn).level == 5


@pytest.mark.parametrize(
    ("verdict_id", "facts", "red", "grade"),
    [
        ("fall", NO_FACTS, False, PROMISING),
        ("fall", ReportFacts(pre_trend_ok=True), False, WORKED),
        ("fall", ReportFacts(pre_trend_ok=True), True, NEW),
        ("rise", NO_FACTS, False, DID_NOT_WORK),
        ("rise", NO_FACTS, True, NEW),
        ("chance", ReportFacts(pre_trend_ok=True), False, NEW),
        ("few", NO_FACTS, False, NEW),
    ],
)
def test_a_grade_is_suggested_only_for_what_the_design_can_bear(
    make_results, verdict_id, facts, red, grade
):
    results = make_results()
    outcome = replace(results.outcomes[0], verdict_id=verdict_id)
    # few crimes leave the level as it is, and still forbid that anything is said to work
    guard = Guard(id="few-crimes", severity=Severity.RED, title="Few crimes", message="")
    results = replace(results, outcomes=(outcome,), guards=(guard,) if red else ())
    found, reason = suggest_grade(results, facts)
    assert found == grade
    assert "of 5." in reason
