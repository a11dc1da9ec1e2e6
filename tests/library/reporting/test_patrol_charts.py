"""Charts of dose, days, a shift and cost: what is drawn, what is said, and the edges."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.patrol_charts import chart_costs, chart_doses
from patrolwise.reporting.patrol_day_chart import chart_days
from patrolwise.reporting.patrol_places import find_places
from patrolwise.reporting.patrol_results import StayRecord
from patrolwise.reporting.patrol_shift_chart import chart_shift

from .patrol_samples import OUTREACH, POLICE, SHOWN, make_bare, make_patrols

PRINTED = 880  # CSS pixels: what a page of the PDF holds without shrinking a picture much


def words_of(figure, drawing=0):
    body = figure.drawings[drawing].svg.split("</desc>")[1]
    return re.findall(r">([^<>]+)</t(?:ext|span)>", body)


def doses_of(results, service=POLICE):
    return [dose for dose in results.doses if dose.service == service]


def days_of(results, service=POLICE):
    return [day for day in results.days if day.service == service]


def draw_days(results, service=POLICE, widths=(700, 320)):
    return chart_days(days_of(results, service), find_places(results), "days", widths)


def draw_shift(results, widths=(700, 320)):
    return chart_shift(results, find_places(results), "shift", widths)


def test_each_hot_spot_has_a_bar_and_the_rule_a_diamond():
    results = make_patrols()
    figure = chart_doses(doses_of(results), find_places(results), "dose", (700, 320))
    assert {"1 Market Cross", "Asked for by the rules", "Minutes in the window"} <= set(
        words_of(figure)
    )
    dose = doses_of(results)[0]
    told = f"Market Cross: {dose.patrol_min:,.0f} min (the true minutes while tracked: "
    assert told in figure.description
    assert "Diamonds" in figure.caption


def test_without_a_rule_no_diamond_is_drawn_or_named():
    results = make_patrols()
    free = [replace(dose, planned_min=None) for dose in doses_of(results)]
    figure = chart_doses(free, find_places(results), "dose", (700,))
    assert "Asked for by the rules" not in words_of(figure)
    assert "No rule was in force" in figure.caption
    assert "no rule in force" in figure.description


def test_a_chart_of_two_services_or_none_is_refused():
    results = make_patrols()
    places = find_places(results)
    with pytest.raises(InputError, match="shows one service, got Police"):
        chart_doses(results.doses, places, "dose", (700,))
    with pytest.raises(InputError, match="got none"):
        chart_doses([], places, "dose", (700,))
    with pytest.raises(InputError, match="shows one service"):
        chart_days(results.days, places, "days", (700,))
    with pytest.raises(InputError, match="got none"):
        chart_days([], places, "days", (700,))


@pytest.mark.parametrize(("areas", "days"), [(1, 1), (7, 28), (40, 42), (7, 365), (40, 365)])
def test_pictures_fit_their_width_and_a_printed_page(areas, days):
    results = make_patrols(areas=areas, days=days)
    dose = chart_doses(doses_of(results), find_places(results), "dose", (700, 320))
    for figure in (draw_days(results), dose, draw_shift(results)):
        assert figure.drawings[0].width <= 701
        assert figure.drawings[1].width <= 321
        assert figure.drawings[0].height <= 1.05 * PRINTED


def test_verdicts_are_told_by_shape_and_not_only_by_shade():
    figure = draw_days(make_patrols(), OUTREACH)
    legend = {"Met", "Short", "Cannot tell", "Not planned"}
    assert legend <= set(words_of(figure))
    assert "No rule" not in words_of(figure)
    body = figure.drawings[0].svg
    shapes = set(re.findall(r'<path transform="translate[^>]* d="(M[^"]+)"', body))
    assert len({re.sub(r"[\d.,-]+", "", shape) for shape in shapes}) >= 3


def test_tiles_hold_the_minutes_of_the_day():
    results = make_patrols(areas=2, days=7)
    shown = sorted(word for word in words_of(draw_days(results)) if re.fullmatch(r"\d\d", word))
    minutes = [f"{day.patrol_min:,.0f}" for day in days_of(results)]
    assert shown == sorted(minutes)


def test_a_day_without_a_plan_has_a_mark_and_minutes_only_if_somebody_came():
    (day,) = days_of(make_patrols(areas=1, days=1))
    idle = replace(day, verdict="no rule", visits=0, patrol_min=0.0, planned_min=None)
    keen = replace(idle, area_id="hs-2", visits=1, patrol_min=23.0)
    places = find_places(make_patrols())
    words = words_of(chart_days([idle, keen], places, "days", (700,)))
    assert "23" in words
    assert "No rule" in words
    assert "0" not in words


def test_a_long_window_is_drawn_by_week_with_days_met_of_days_planned():
    results = make_patrols(areas=1, days=70)
    figure = draw_days(results, OUTREACH)
    assert "by week" in figure.caption
    weeks = {}
    for day in days_of(results, OUTREACH):
        monday = date.fromisoformat(day.day)
        while monday.isoweekday() != 1:
            monday -= timedelta(days=1)
        weeks.setdefault(monday, []).append(day.verdict)
    expected = [
        f"{verdicts.count('met')}/{sum(v != 'not planned' for v in verdicts)}"
        for verdicts in weeks.values()
    ]
    shown = [word for word in words_of(figure) if "/" in word]
    assert sorted(shown) == sorted(expected)


def test_a_week_without_a_plan_is_left_empty():
    results = make_patrols(areas=1, days=70)
    resting = [
        replace(day, verdict="not planned") if n < 7 else day
        for n, day in enumerate(days_of(results))
    ]
    figure = chart_days(resting, find_places(results), "days", (700,))
    assert sum("/" in word for word in words_of(figure)) == 9


def test_years_are_drawn_by_four_weeks():
    results = make_patrols(areas=1, days=1)
    (day,) = days_of(results)
    first = date.fromisoformat(day.day)
    many = [replace(day, day=(first + timedelta(days=n)).isoformat()) for n in range(800)]
    figure = chart_days(many, find_places(results), "days", (700,))
    assert "by four weeks" in figure.caption
    assert figure.drawings[0].width < 701


def test_where_tiles_are_too_small_for_digits_short_ones_are_crossed():
    few, many = draw_days(make_patrols(), widths=(700,)), make_patrols(areas=40, days=42)
    crowded = draw_days(many, widths=(700,))
    digits = 'font-size="10px" font-weight="bold"'
    assert digits in few.drawings[0].svg
    assert digits not in crowded.drawings[0].svg
    short = sum(day.verdict == "short" for day in days_of(many))
    assert count_crossed(crowded) == short + 1  # and the one in the legend
    assert count_crossed(few) == 0


def count_crossed(figure):
    """Squares with two strokes across: three lines that begin anew."""
    paths = re.findall(r' d="([^"]+)"', figure.drawings[0].svg)
    return sum(path.count("M") == 3 for path in paths)


def test_the_shift_has_a_row_a_unit_and_a_panel_a_service_in_local_time():
    figure = draw_shift(make_patrols())
    words = words_of(figure)
    assert {"P-101", "P-102", "SO-1", "SO-2"} <= set(words)
    assert f"{POLICE}, 14:00 to 22:00" in words
    assert "16:00" in words
    own = [stay for stay in make_patrols().stays if stay.unit_id == "P-101"]
    visited = {stay.area_id for stay in own if not stay.is_pass_through}
    told = f"P-101, {POLICE}: 9 visits to {len(visited)} hot spots, passed through 2 times"
    assert told in figure.description
    assert "Thick frames" in figure.caption
    assert "dashed" in figure.caption
    assert "Thin lines" in figure.caption


def test_a_phone_gets_the_shift_in_strips_of_four_hours():
    words = words_of(draw_shift(make_patrols()), 1)
    assert {f"{POLICE}, 14:00 to 18:00", f"{POLICE}, 18:00 to 22:00"} <= set(words)


def test_a_shift_of_whole_visits_alone_has_a_short_caption():
    results = make_patrols()
    plain = tuple(
        replace(stay, unknown_min=0.0) for stay in results.stays if not stay.is_pass_through
    )
    figure = draw_shift(replace(results, stays=plain, separation=()))
    for said in ("Thick frames", "dashed", "Thin lines"):
        assert said not in figure.caption
    assert 'stroke-dasharray="3,2"' not in figure.drawings[0].svg
    assert 'stroke-dasharray="3,2"' in draw_shift(results).drawings[0].svg


def test_meetings_of_other_days_are_not_framed():
    results = make_patrols()
    (pair,) = results.separation
    (meeting,) = pair.meetings
    other = replace(pair, meetings=(replace(meeting, day="2024-06-20"),))
    assert "Thick frames" not in draw_shift(replace(results, separation=(other,))).caption


def test_each_meeting_is_framed_on_both_units():
    results = make_patrols()
    frames = re.findall(r'stroke-width="2.6"', draw_shift(results, (700,)).drawings[0].svg)
    assert len(frames) == 2


def test_the_night_of_the_clock_change_shows_one_o_clock_twice():
    night = StayRecord(
        unit_id="P-1",
        service=POLICE,
        area_id="hs-1",
        day="2024-10-26",
        start="2024-10-26T23:30:00+00:00",
        end="2024-10-27T01:45:00+00:00",
        patrol_min=135.0,
        unknown_min=0.0,
        is_pass_through=False,
    )
    results = replace(make_bare(), stays=(night,), shown_day="2024-10-26", services=(POLICE,))
    words = words_of(draw_shift(results, (700,)))
    assert [word for word in words if re.fullmatch(r"\d\d:00", word)] == [
        "00:00",
        "01:00",
        "01:00",
        "02:00",
    ]


def test_thirty_units_fit_a_page():
    results = make_patrols()
    stay = results.stays[0]
    units = tuple(replace(stay, unit_id=f"P-{n:02d}") for n in range(30))
    day = tuple(
        replace(
            stay,
            unit_id="P-99",
            start=f"{SHOWN}T{hour:02d}:00:00+00:00",
            end=f"{SHOWN}T{hour:02d}:20:00+00:00",
        )
        for hour in (5, 22)
    )
    figure = draw_shift(replace(results, stays=(*units, *day), separation=()))
    assert figure.drawings[0].height < PRINTED
    crowded = tuple(replace(stay, unit_id=f"P-{n:02d}") for n in range(50))
    figure = draw_shift(replace(results, stays=(*crowded, *day), separation=()), (700,))
    assert figure.drawings[0].height < 1.1 * PRINTED


def test_a_stay_that_lasts_no_time_at_the_full_hour_still_has_an_axis():
    results = make_patrols()
    at = f"{SHOWN}T15:00:00+00:00"
    still = replace(results.stays[0], start=at, end=at, is_pass_through=True)
    figure = draw_shift(replace(results, stays=(still,), separation=()), (700,))
    assert f"{POLICE}, 16:00 to 17:00" in words_of(figure)


def test_without_a_stay_there_is_no_shift_to_draw():
    with pytest.raises(InputError, match="the day that is shown"):
        draw_shift(make_bare())
    with pytest.raises(InputError, match="2024-06-20"):
        draw_shift(replace(make_patrols(), shown_day="2024-06-20"))


def test_minutes_of_a_patrol_and_of_a_person_never_share_an_axis():
    first, second = make_patrols().costs
    assert len(panels_of(chart_costs([first, second], "cost", (700,)))) == 1
    apart = chart_costs([first, replace(second, basis="person")], "cost", (700, 320))
    assert panels_of(apart) == ["Pounds a minute of a patrol", "Pounds a minute of one person"]
    assert "£0.00" in words_of(apart)
    assert apart.drawings[1].width <= 321


def panels_of(figure):
    return [word for word in words_of(figure) if word.startswith("Pounds a minute")]


def test_unverified_costs_are_hollow_and_named():
    first, second = make_patrols().costs
    assert "Not verified" not in words_of(chart_costs([first, second], "cost", (700,)))
    told = replace(second, is_verified=False, low=None, high=None)
    figure = chart_costs([replace(first, high=None), told], "cost", (700,))
    assert {"Verified by trackers", "Not verified"} <= set(words_of(figure))
    assert "no interval, not verified" in figure.description
    assert "£3.29 to no limit" in figure.description


def test_the_cost_chart_marks_the_figure_that_the_interval_is_of():
    first = replace(make_patrols().costs[0], per_minute=4.0, low=1.0, high=3.0)

    def places(cost):
        svg = chart_costs([cost], "cost", (700,)).drawings[0].svg
        squares = re.findall(r'<path transform="translate\(([\d.]+),[^"]*" d="M-4', svg)
        strokes = re.findall(r'<path d="M([\d.]+),[\d.]+h2\.5v', svg)
        return [float(x) for x in squares], [float(x) + 1.25 for x in strokes]

    (square,), (stroke,) = places(replace(first, corrected=2.0))
    assert stroke == pytest.approx(square / 2)
    assert places(replace(first, corrected=None)) == ([pytest.approx(square)], [])
    figure = chart_costs([replace(first, corrected=2.0)], "cost", (700,))
    assert "£2.00 on the minutes expected to be true" in figure.description
    assert "Upright strokes" in figure.caption


def test_a_service_that_cost_nothing_still_has_an_axis():
    free = replace(make_patrols().costs[0], per_minute=0.0, low=0.0, high=0.0)
    assert "NaN" not in chart_costs([free], "cost", (320,)).drawings[0].svg


def test_without_costs_there_is_no_chart():
    with pytest.raises(InputError, match="no costs to draw"):
        chart_costs([], "cost", (700,))
