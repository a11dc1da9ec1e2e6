"""What the report says: every figure with its definition, and a word for what is not there."""

from dataclasses import replace

from patrolwise.reporting.blocks import Alert, Cards, Figure, Grid, Paragraph, Terms
from patrolwise.reporting.document import build_document
from patrolwise.reporting.glossary import terms_used
from patrolwise.reporting.results import Estimate, Guard, Severity


def section_of(document, section_id):
    return next(section for section in document.sections if section.id == section_id)


def blocks_of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def words_of(section):
    return " ".join(str(block) for block in section.blocks if not isinstance(block, Figure))


def grid_of(section, start):
    return next(grid for grid in blocks_of(section, Grid) if grid.caption.startswith(start))


def test_the_findings_come_first_with_counts_change_interval_and_verdict(make_results):
    findings = build_document(make_results(), (320,)).sections[0]
    card = blocks_of(findings, Cards)[0].items[0]
    assert dict(card.lines) == {
        "Before": "416 crimes",
        "After": "252 crimes",
        "Change": "164 fewer, 39.4 % lower",
        "Ratio of ratios, robust": "0.642 (95 % interval 0.538 to 0.767)",
        "To expect with no effect": "about 358 crimes after",
    }
    assert card.definition == "violence-and-sexual-offences@1"


def test_a_red_guard_is_beside_every_verdict_that_concludes_something(make_results):
    document = build_document(make_results(), (320,))
    violence, robbery, harm = blocks_of(document.sections[0], Cards)[0].items
    assert violence.label == "Fall, but not safe to rely on"
    assert not violence.is_firm
    assert "already ran" in violence.caution
    assert "already ran" in harm.caution
    assert robbery.caution == ""
    assert isinstance(document.sections[0].blocks[1], Alert)
    assert isinstance(section_of(document, "outcome-1").blocks[1], Alert)


def test_without_red_guards_a_fall_is_clear_and_firm(make_results):
    document = build_document(make_results(guards=()), (320,))
    card = blocks_of(document.sections[0], Cards)[0].items[0]
    assert (card.label, card.is_firm, card.caution) == ("Clear fall", True, "")
    assert not blocks_of(section_of(document, "outcome-1"), Alert)
    assert "None was found" in words_of(section_of(document, "checks"))


def test_headline_estimates_come_first_and_the_others_say_they_are_none(make_results):
    section = section_of(build_document(make_results(), (320,)), "outcome-1")
    grid = grid_of(section, "Estimates")
    assert [row[1] for row in grid.rows] == ["Headline"] * 2 + [
        "Not a headline: see calibration"
    ] * 3
    assert grid.rows[-1][2:4] == ("not defined", "–")
    assert grid.numeric == (2, 3, 4, 5)


def test_columns_with_nothing_in_them_are_left_out_and_an_odd_level_is_said(make_results):
    outcome = make_results().outcomes[0]
    estimate = Estimate(id="ratio", name="Ratio", value=0.8, low=0.7, high=0.9, level=0.9)
    results = make_results(outcomes=(replace(outcome, estimates=(estimate,)),))
    grid = grid_of(section_of(build_document(results, (320,)), "outcome-1"), "Estimates")
    assert grid.columns == ("Estimate", "Standing", "Value", "Interval")
    assert grid.rows[0][3] == "0.700 to 0.900 (90 %)"


def test_no_percentage_stands_on_a_small_base_anywhere_in_the_section(make_results):
    section = section_of(build_document(make_results(), (320,)), "outcome-2")
    hot_spots, comparison = grid_of(section, "T3. Crimes before").rows
    assert hot_spots[3] == "5 fewer (too few for a percentage)"
    assert comparison[3] == "5 more, 5.2 % higher"
    assert {row[4] for row in grid_of(section, "Each hot spot").rows} == {"1 fewer (too few)"}


def test_every_table_and_figure_of_an_outcome_prints_its_definition(make_results):
    section = section_of(build_document(make_results(), (320,)), "outcome-1")
    captions = [block.caption for block in blocks_of(section, (Grid, Figure))]
    assert len(captions) == 5  # rings have a section of their own
    assert all("violence-and-sexual-offences@1" in caption for caption in captions)


def test_total_harm_and_harm_per_crime_are_apart_and_an_estimate_has_its_range(make_results):
    section = section_of(build_document(make_results(), (320,)), "harm-score-1")
    rows = {row[0]: row[1:] for row in grid_of(section, "T4. Harm before").rows}
    assert rows["Total harm score, estimate"] == ("60,314", "38,421", "21,893 less, 36.3 % lower")
    assert rows["Range of the estimate"] == ("52,000 to 71,200", "33,100 to 45,300", "")
    assert rows["Harm score per crime"] == ("144.99", "152.46", "7.48 more, 5.2 % higher")
    assert "This score is an estimate" in words_of(section)


def test_official_harm_without_crimes_or_drivers_is_told_plainly(make_results):
    harm = replace(
        make_results().harm[0],
        definition="elsewhere@1",
        is_estimate=False,
        before_low=None,
        before_high=None,
        after_low=None,
        after_high=None,
        per_crime_before=None,
        per_crime_after=None,
        drivers=(),
        wdd=Estimate(id="wdd-harm-poisson", name="WDD", value=-1721.0, low=-2317.0, high=-1125.0),
    )
    document = build_document(make_results(harm=(harm,)), (320,))
    card = blocks_of(document.sections[0], Cards)[0].items[-1]
    assert card.title == "Harm score"
    assert dict(card.lines)["Harm per crime"] == "not defined: no crimes with a weight"
    assert dict(card.lines)["Change"] == "21,893 less (too few for a percentage)"
    assert dict(card.lines)["Against comparison areas"].startswith("\u22121,721 (95 %")
    section = section_of(document, "harm-score-1")
    assert section.title == "Harm: elsewhere@1"
    assert len(grid_of(section, "T4. Harm before").rows) == 1


def test_bare_results_say_what_is_not_there(make_results):
    outcome = replace(
        make_results().outcomes[0],
        after=500,
        estimates=(),
        areas=(),
        months=(),
        rings=(),
        comparison_before=None,
        comparison_after=None,
        expected_after=None,
        detectable_fall=None,
    )
    results = make_results(
        outcomes=(outcome,),
        harm=(),
        guards=(),
        findings=(),
        limits=(),
        quality=(),
        shapes=(),
        services=(),
        comparison_rule="",
        selection_window=None,
    )
    results = replace(results, made=replace(results.made, inputs=()))
    document = build_document(results, (320,))
    said = " ".join(words_of(section) for section in document.sections)
    for words in (
        "No finding could be stated",
        "there are no comparison areas",
        "There are no comparison areas.",
        "No areas were given",
        "none: no calibrated estimate",
        "No limits were recorded",
        "No data-quality lines",
    ):
        assert words in said
    assert not [b for section in document.sections for b in blocks_of(section, Figure)]
    assert "To expect with no effect" not in said


def test_nothing_counted_at_all_still_makes_a_report(make_results):
    document = build_document(make_results(outcomes=(), harm=()), (320,))
    assert not blocks_of(document.sections[0], Cards)
    row = grid_of(section_of(document, "places"), "T1. Hot spots").rows[0]
    assert row == ("1", "Market Cross", "–", "–")


def test_an_override_of_the_windows_is_printed_with_its_reason(make_results):
    results = make_results(window_override="The service stopped in July.", guards=())
    findings = build_document(results, (320,)).sections[0]
    assert blocks_of(findings, Alert)[0].text == "The service stopped in July."


def test_hot_spots_drawn_by_hand_say_they_were_not_chosen_on_counts(make_results):
    outcome = make_results().outcomes[0]
    areas = tuple(replace(area, selected_on=None) for area in outcome.areas)
    document = build_document(make_results(outcomes=(replace(outcome, areas=areas),)), (320,))
    rows = grid_of(section_of(document, "places"), "T1. Hot spots").rows
    assert {row[3] for row in rows} == {"not chosen on counts"}


def test_a_selection_window_that_hides_another_is_not_shaded(make_results):
    results = make_results(selection_window=make_results().before)
    figures = blocks_of(section_of(build_document(results, (320,)), "outcome-1"), Figure)
    assert "Selection" not in figures[0].drawings[0].svg
    late = replace(make_results().before, name="selection", first="2024-01-01", last="2024-06-30")
    document = build_document(make_results(selection_window=late), (320,))
    figures = blocks_of(section_of(document, "outcome-1"), Figure)
    assert "Selection" in figures[0].drawings[0].svg


def test_checks_are_ordered_by_weight_and_told_once(make_results):
    guards = make_results().guards
    document = build_document(make_results(guards=(*guards, *guards)), (320,))
    grid = blocks_of(section_of(document, "checks"), Grid)[0]
    assert [row[1] for row in grid.rows] == [
        "Changes the conclusion",
        "Read with this in mind",
        "Worth knowing",
    ]


def test_the_appendix_holds_what_is_needed_to_make_it_again(make_results):
    made = words_of(section_of(build_document(make_results(), (320,)), "made"))
    for needed in ("e1" * 32, "9f" * 32, "ab" * 32, "20231", "robbery@1", "patrolwise.results/1"):
        assert needed in made


def test_only_words_that_are_used_are_explained(make_results):
    results = make_results()
    assert [term for term, _ in terms_used(results)] == sorted(
        (term for term, _ in terms_used(results)), key=str.casefold
    )
    assert "Harm score" in dict(terms_used(results))
    bare = replace(
        results.outcomes[1], comparison_before=None, areas=(), rings=(), expected_after=None
    )
    few = dict(terms_used(make_results(outcomes=(bare,), harm=())))
    assert not {"Harm score", "q", "Displacement", "Ratio of ratios", "Dispersion (φ)"} & set(few)
    assert not {"WDD, weighted displacement difference"} & set(few)


def test_a_guard_may_fire_twice_with_two_messages(make_results):
    guard = Guard(id="few-crimes", severity=Severity.AMBER, title="Few", message="First.")
    both = (guard, replace(guard, message="Second."))
    document = build_document(make_results(guards=both), (320,))
    assert len(blocks_of(section_of(document, "checks"), Grid)[0].rows) == 2
    assert isinstance(section_of(document, "outcome-1").blocks[0], Paragraph)
    assert blocks_of(section_of(document, "words"), Terms)
