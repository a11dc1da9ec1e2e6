"""Charts: what is drawn, what is said of it, and what happens at the edges."""

import re
from dataclasses import replace

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.charts import chart_harm, chart_months
from patrolwise.reporting.interval_charts import chart_areas
from patrolwise.reporting.results import Estimate


def words_of(figure, drawing=0):
    body = figure.drawings[drawing].svg.split("</desc>")[1]
    return re.findall(r">([^<>]+)</text>", body)


def windows_of(results):
    return [results.before, results.after, results.selection_window]


def test_months_are_drawn_in_two_panels_with_the_windows_named(make_results):
    results = make_results()
    figure = chart_months(results.outcomes[0], windows_of(results), "m", (660, 320))
    for drawing in (0, 1):
        words = words_of(figure, drawing)
        assert {"Hot spots: crimes a month", "Comparison areas: crimes a month"} <= set(words)
        assert {"Before", "After", "Selection", "Crimes"} <= set(words)


def test_a_missing_month_is_named_and_breaks_the_line(make_results):
    results = make_results()
    outcome = results.outcomes[0]
    figure = chart_months(outcome, windows_of(results), "m", (660,))
    assert "No data for September 2021." in figure.description
    assert "The line breaks" in figure.caption
    line = r'<path[^>]* d="([^"]+)"[^>]*stroke-width="2"'
    both = [d.count("M") for d in re.findall(line, figure.drawings[0].svg)]
    assert both == [2, 2]
    whole = replace(outcome, months=tuple(m for m in outcome.months if m.month > "2021-09"))
    figure = chart_months(whole, windows_of(results), "m", (660,))
    assert [d.count("M") for d in re.findall(line, figure.drawings[0].svg)] == [1, 1]
    assert "The line breaks" not in figure.caption


def test_the_description_names_the_lowest_and_the_highest_month(make_results):
    outcome = make_results().outcomes[0]
    figure = chart_months(outcome, [], "m", (320,))
    highest = max(outcome.months, key=lambda month: month.hot_spots)
    assert f"highest {highest.hot_spots} in" in figure.description


def test_without_comparison_areas_there_is_one_panel(make_results):
    outcome = make_results().outcomes[0]
    alone = replace(outcome, months=tuple(replace(m, comparison=None) for m in outcome.months))
    words = words_of(chart_months(alone, [], "m", (660,)))
    assert "Hot spots: crimes a month" in words
    assert "Comparison areas: crimes a month" not in words


def test_forty_one_months_and_one_month_are_both_drawn(make_results):
    outcome = make_results().outcomes[0]
    one = replace(outcome, months=outcome.months[:1])
    assert chart_months(one, [], "m", (320,)).drawings[0].height > 100


def test_an_outcome_without_months_is_refused(make_results):
    with pytest.raises(InputError, match="has no months to draw"):
        chart_months(replace(make_results().outcomes[0], months=()), [], "m", (320,))


def test_each_hot_spot_has_a_row_and_the_expected_ratio_is_in_the_legend(make_results):
    outcome = make_results().outcomes[0]
    areas = [(f"{n} {area.name}", area) for n, area in enumerate(outcome.areas, start=1)]
    figure = chart_areas(outcome, areas, "a", (660,))
    words = words_of(figure)
    assert {"1 Market Cross", "4 Canal Basin &amp; Lock", "To expect with no effect"} <= set(words)
    assert "1 Market Cross: 0.522" in figure.description


def test_without_an_expectation_the_legend_goes(make_results):
    outcome = make_results().outcomes[0]
    area = replace(outcome.areas[0], expected_after=None)
    words = words_of(chart_areas(outcome, [("1 A", area)], "a", (660,)))
    assert "To expect with no effect" not in words


def test_undefined_and_endless_ratios_keep_their_row(make_results):
    outcome = make_results().outcomes[0]
    nothing = Estimate(id="a", name="", value=None, low=0.1, high=None)
    endless = Estimate(id="a", name="", value=4.0, low=0.0, high=float("inf"))
    first = replace(outcome.areas[0], before=0, after=0, ratio=nothing)
    second = replace(outcome.areas[1], ratio=endless)
    figure = chart_areas(outcome, [("1 None", first), ("2 Endless", second)], "a", (660,))
    assert {"1 None", "2 Endless"} <= set(words_of(figure))
    assert "NaN" not in figure.drawings[0].svg
    assert "1 None: not defined" in figure.description


def test_sixty_hot_spots_fit_on_a_page(make_results):
    outcome = make_results().outcomes[0]
    areas = [(f"{n} {outcome.areas[0].name}", outcome.areas[0]) for n in range(1, 61)]
    figure = chart_areas(outcome, areas, "a", (660,))
    assert figure.drawings[0].height < 1_000
    assert len([word for word in words_of(figure) if "Market" in word]) == 60


def test_harm_shows_total_and_per_crime_with_the_range_of_an_estimate(make_results):
    figure = chart_harm(make_results().harm[0], "h", (660, 320))
    words = words_of(figure)
    assert {"60,314 (range 52,000 to 71,200)", "144.99", "152.46"} <= set(words)
    assert "Harm score per crime: 144.99 before, 152.46 after." in figure.description
    assert "range of the estimate" in figure.caption


def test_harm_without_crimes_shows_the_total_alone(make_results):
    harm = replace(
        make_results().harm[0],
        before=0.0,
        after=0.0,
        before_low=None,
        before_high=None,
        after_low=None,
        after_high=None,
        per_crime_before=None,
        per_crime_after=None,
    )
    figure = chart_harm(harm, "h", (320,))
    assert "Harm score per crime" not in words_of(figure)
    assert "range" not in figure.caption
