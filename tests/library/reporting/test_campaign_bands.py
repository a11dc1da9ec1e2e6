"""Campaigns on charts: where bands lie, whose numbers stand together, and what is said of them."""

import re
from dataclasses import replace

import pytest

from patrolwise.reporting.benchmark_time_chart import campaigns_of_quarters, find_columns
from patrolwise.reporting.campaign_bands import (
    SHADE,
    band_layers,
    column_layers,
    describe_campaigns,
    list_campaigns,
    name_campaign,
    tell_marked,
    within,
)
from patrolwise.reporting.campaign_records import CampaignRecord, MarkedCampaign
from patrolwise.reporting.charts import _SHADES as WINDOWS
from patrolwise.reporting.charts import campaigns_of_months, chart_months
from patrolwise.reporting.svg import INK

from .grey_checks import MARK, TEXT, colours_of, contrast, elements_of

MONTHS = ("01", "03", "04", "12")
YEAR = ("2023-01-01", "2023-12-31")


def mark(number, first, last, **more):
    return MarkedCampaign(
        number=number, name=f"C{number}", first=first, last=last, where="everywhere",
        **{"url": "", **more},
    )  # fmt: skip


def record(number, first, last, *, hot=True, other=True):
    return CampaignRecord(
        **vars(mark(number, first, last)), areas=(), in_hot_spots=hot, in_comparison=other,
        declared_in="programme",
    )  # fmt: skip


def bands_of(campaigns, width=365.0, span=YEAR):
    bands, _ = band_layers(campaigns, span, width, 100)
    return [(one["first"], one["end"]) for one in bands["data"]["values"]]


def numbers_of(campaigns, width, span=YEAR):
    _, texts = band_layers(campaigns, span, width, 100)
    return [one["numbers"] for one in texts["data"]["values"]]


def test_a_band_has_the_days_of_its_campaign_and_none_beyond_the_axis():
    assert bands_of([mark(1, "2023-03-01", "2023-03-31")]) == [("2023-03-01", "2023-04-01")]
    across = [mark(1, "2022-12-01", "2023-01-10"), mark(2, "2023-12-01", "2024-02-01")]
    assert bands_of(across) == [("2023-01-01", "2023-01-11"), ("2023-12-01", "2024-01-01")]


def test_one_day_is_wide_enough_to_be_seen_and_stays_on_the_axis():
    # 4 pixels are 8 days where a pixel is 2
    assert bands_of([mark(1, "2023-06-15", "2023-06-15")], 182.5) == [("2023-06-12", "2023-06-20")]
    assert bands_of([mark(1, "2023-01-01", "2023-01-01")], 182.5)[0][0] == "2023-01-01"
    assert bands_of([mark(1, "2023-12-31", "2023-12-31")], 182.5)[0][1] == "2024-01-01"


def test_numbers_that_would_touch_stand_as_one():
    four = [mark(n, f"2023-{month}-01", f"2023-{month}-07") for n, month in enumerate(MONTHS, 1)]
    assert numbers_of(four, 660) == ["1", "2", "3", "4"]
    assert numbers_of(four, 180) == ["1", "2, 3", "4"]
    assert numbers_of(four, 40) == ["1–3", "4"]
    gapped = [four[0], four[2], four[3]]
    assert numbers_of(gapped, 10) == ["1, 3, 4"]


def test_nothing_is_drawn_or_said_without_a_campaign():
    assert band_layers([], YEAR, 100, 100) == []
    assert list_campaigns([]) == []
    assert describe_campaigns([]) == ""
    assert within([mark(1, "2022-01-01", "2022-12-31")], *YEAR) == ()


def test_a_campaign_is_named_with_its_days_place_and_address():
    one = mark(3, "2023-11-13", "2023-11-13", url="https://example.org")
    assert name_campaign(one) == "3: C3, 13 November 2023, everywhere. https://example.org"
    told, listed = list_campaigns([one])
    assert "counts may differ because of them" in told.text
    assert listed.items == (name_campaign(one),)


def test_those_beside_the_charts_are_told_apart():
    inside, beside = mark(1, "2023-05-01", "2023-05-02"), mark(2, "2020-05-01", "2020-05-02")
    assert tell_marked([inside], YEAR) == "1, numbered and listed with the charts of months"
    assert tell_marked([beside], YEAR).startswith("Beside the days of the charts: 2: C2, 1 May")
    assert tell_marked([inside, beside], YEAR).count(". ") == 1


def test_every_quarter_with_a_day_of_a_campaign_is_marked():
    quarters = [f"2023/24 Q{n}" for n in (1, 2, 3, 4)]
    columns = find_columns(quarters)
    assert (columns[3].first, columns[3].last) == ("2024-01-01", "2024-03-31")
    winter, spring = mark(2, "2023-12-20", "2024-01-03"), mark(1, "2023-06-30", "2023-06-30")
    x = {"field": "quarter", "type": "ordinal"}
    upright, _, texts = column_layers([spring, winter], columns, x, 400)
    assert [one["quarter"] for one in upright["data"]["values"]] == [
        quarters[0], quarters[2], quarters[3],
    ]  # fmt: skip
    assert texts["data"]["values"][0] == {"quarter": quarters[0], "numbers": "1"}
    assert [one["numbers"] for one in texts["data"]["values"]] == ["1", "2", "2"]
    _, _, close = column_layers([spring, winter], columns, x, 24)
    assert [one["numbers"] for one in close["data"]["values"]] == ["1, 2"]
    assert column_layers([mark(1, *YEAR)], find_columns(["2021/22 Q1"]), x, 40) == []
    later = mark(3, "2024-04-01", "2024-04-02")
    assert campaigns_of_quarters(quarters, [spring, winter, later]) == (spring, winter)


@pytest.fixture(scope="module")
def drawn(make_results):
    results = make_results()
    windows = [results.before, results.after]
    given = [
        record(1, "2021-11-15", "2021-11-21"),
        record(2, "2022-07-01", "2022-08-31", other=False),
        record(3, "2023-05-15", "2023-05-21"),
        record(4, "2029-05-15", "2029-05-21"),
    ]
    outcome = results.outcomes[0]
    assert campaigns_of_months(outcome, windows, given) == tuple(given[:3])
    return chart_months(outcome, windows, "m", (660,), given)


def test_a_panel_marks_the_campaigns_of_its_own_areas(drawn):
    words = re.findall(r">([^<>]+)</text>", drawn.drawings[0].svg)
    assert [words.count(number) for number in "1234"] == [2, 1, 2, 0]
    assert words.count("Hot spots: crimes a month") == 1
    filled = [g for _, g in elements_of(drawn.drawings[0].svg) if g.get("fill") == SHADE]
    assert len(filled) == 5
    assert "Campaigns marked: 1: C1" in drawn.description
    assert drawn.caption.endswith("Numbered bands: campaigns, listed below.")


def test_a_photocopy_shows_bands_by_number_and_outline(drawn):
    svg = drawn.drawings[0].svg
    words = colours_of(svg, ("text",), "fill")
    assert min(contrast(word, SHADE) for word in words) >= TEXT
    outlines = {g["stroke"] for _, g in elements_of(svg) if g.get("fill") == SHADE}
    assert outlines
    assert min(contrast(one, ground) for one in outlines for ground in (SHADE, *WINDOWS)) >= MARK
    lines = {g["stroke"] for _, g in elements_of(svg) if g.get("stroke-width") == "2"}
    assert min(contrast(one, SHADE) for one in lines) >= MARK
    assert contrast(INK, SHADE) >= TEXT


def test_a_chart_without_campaigns_is_what_it_was(make_results):
    results = make_results()
    outcome, windows = results.outcomes[0], [results.before, results.after]
    plain = chart_months(outcome, windows, "m", (320,))
    beside = chart_months(outcome, windows, "m", (320,), [record(1, "2009-01-01", "2009-01-02")])
    assert beside == plain
    assert replace(plain, caption="") != chart_months(
        outcome, windows, "m", (320,), [record(1, "2023-01-01", "2023-01-02")]
    )
