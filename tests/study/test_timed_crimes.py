"""A force's own export: times, offence codes, and windows of 47 weeks that are no whole months."""

import csv
import itertools
import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patrolwise.study.outcomes import split_window
from patrolwise.times import Window

BEFORE, AFTER = (date(2022, 2, 28), date(2023, 1, 22)), (date(2023, 2, 27), date(2024, 1, 21))
MAPPING = """
force = "Leicestershire Police"
crs = 27700
zone = "Europe/London"
time_format = "%Y-%m-%d %H:%M"
[columns]
crime_id = "ref"
time_from = "when"
x = "e"
y = "n"
offence_code = "code"
public_place = "public"
"""
WINDOWS = f"""
before = {{ first = {BEFORE[0]}, last = {BEFORE[1]} }}
after = {{ first = {AFTER[0]}, last = {AFTER[1]} }}
"""
DRAWN = """
id = "drawn"
file = "spots.geojson"
chosen_on = { first = 2021-03-01, last = 2022-02-27 }
definition = "serious-violence"
"""
SPOTS = ((2, 2), (2, 6), (6, 2), (6, 6))
OTHERS = ((0, 0), (0, 4), (4, 0), (4, 4), (8, 8), (8, 4))
CODES = ("8N", "34B", "5D", "46")
HOURS = 24 * (date(2024, 2, 1) - date(2022, 2, 1)).days


@pytest.fixture(scope="module")
def timed(made_world, own_copy, tmp_path_factory, geojson_of):
    rng = random.Random(3)
    world = own_copy(made_world(), tmp_path_factory.mktemp("timed"))
    rows = []
    for i, j in SPOTS + OTHERS:
        for _ in range(300):
            when = datetime(2022, 2, 1) + timedelta(hours=rng.randrange(HOURS), minutes=30)
            code = rng.choices(CODES, (60, 10, 1, 29))[0]
            place = (458_000 + 200 * i + 130, 304_000 + 200 * j + 80)
            public = "yes" if rng.random() < 0.8 else "no"
            rows.append([f"L{len(rows)}", f"{when:%Y-%m-%d %H:%M}", *place, code, public])
    # the hour that the clocks skip does not exist: no crime can stand in it
    rows = [row for row in rows if not row[1].startswith(("2022-03-27 01", "2023-03-26 01"))]
    with (world.folder / "export.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["ref", "when", "e", "n", "code", "public"], *rows])
    (world.folder / "force.toml").write_text(MAPPING, encoding="utf-8")
    (world.folder / "spots.geojson").write_text(geojson_of(SPOTS), encoding="utf-8")
    (world.folder / "others.geojson").write_text(geojson_of(OTHERS), encoding="utf-8")
    world.rows = rows
    return world


def evaluate(world, **changes):
    sections = {
        "windows": WINDOWS,
        "crimes": 'files = ["export.csv"]\nmapping = "force.toml"',
        "hot_spots": DRAWN,
        "hot_spots__select": None,
        "comparison": 'file = "others.geojson"\ndeclared = 2023-02-01',
        "outcomes": 'definitions = ["serious-violence"]\nrings_m = [0, 100]',
        "harm": 'weights = "guideline-starting-points"',
    }
    return world.evaluate(**{**sections, **changes})


def counted(world, window, squares, codes, public_only=True):
    total = 0
    for _, when, x, y, code, public in world.rows:
        square = ((x - 458_000) // 200, (y - 304_000) // 200)
        in_window = window[0] <= date.fromisoformat(when[:10]) <= window[1]
        if in_window and square in squares and code in codes:
            total += public == "yes" or not public_only
    return total


SERIOUS = ("8N", "34B", "5D")


@pytest.fixture(scope="module")
def found(timed):
    return evaluate(timed)


def test_serious_violence_is_counted_by_the_day_and_by_offence_code(timed, found):
    (outcome,) = found.outcomes
    assert (found.before.days, found.after.days) == (329, 329)
    assert outcome.before == counted(timed, BEFORE, SPOTS, SERIOUS)
    assert outcome.after == counted(timed, AFTER, SPOTS, SERIOUS)
    assert outcome.comparison_before == counted(timed, BEFORE, OTHERS, SERIOUS)
    assert outcome.comparison_after == counted(timed, AFTER, OTHERS, SERIOUS)
    assert not outcome.is_open_data


def test_days_outside_the_windows_are_not_counted(timed, found):
    every = (date(2022, 2, 1), date(2024, 1, 31))
    (outcome,) = found.outcomes
    assert outcome.before + outcome.after < counted(timed, every, SPOTS, SERIOUS)


def test_harm_is_weighed_by_code(timed, found):
    (harm,) = found.harm
    days = {"8N": 10, "34B": 365, "5D": 1460}
    for told, window in ((harm.before, BEFORE), (harm.after, AFTER)):
        assert told == sum(d * counted(timed, window, SPOTS, (code,)) for code, d in days.items())
    assert not harm.is_estimate
    assert harm.index == "guideline-starting-points@2020"


def test_a_force_export_fires_no_guard_of_open_data(found):
    assert {g.id for g in found.guards} <= {
        "not-randomised",
        "one-offence-harm",
        "overdispersion",
        # of any study whose programme does not say when data were taken and rings were fixed, and
        # whose year before is too short to show a drift
        "extract-date-missing",
        "rings-fixed-late",
        "pre-trend-weak",
    }


def test_the_pieces_that_are_paired_are_blocks_of_four_weeks():
    pieces = split_window(Window("before", *BEFORE))
    assert [piece.days for piece in pieces] == [28] * 11 + [21]
    assert (pieces[0].first, pieces[-1].last) == BEFORE
    for piece, following in itertools.pairwise(pieces):
        assert following.first - piece.last == timedelta(days=1)


def test_four_week_pieces_are_compared_with_the_paired_formula(timed, found):
    """The dispersion by hand: Pearson's chi-squared of the pairs, over pairs less one."""
    pairs = []
    for k in range(12):
        pair = []
        for first, last in (BEFORE, AFTER):
            start = first + timedelta(days=28 * k)
            end = min(last, start + timedelta(days=27))
            pair.append(counted(timed, (start, end), SPOTS, SERIOUS))
        pairs.append(pair)
    before, after = (sum(pair[k] for pair in pairs) for k in (0, 1))
    share = after / (before + after)
    spread = sum((a - (b + a) * share) ** 2 / ((b + a) * share * (1 - share)) for b, a in pairs)
    paired = next(e for e in found.outcomes[0].estimates if e.id == "rate-ratio-paired-months")
    assert paired.value == pytest.approx(after / before)
    assert paired.dispersion == pytest.approx(max(1.0, spread / 11))


def test_the_chart_shows_whole_months_even_so(timed, found):
    months = found.outcomes[0].months
    assert (months[0].month, months[-1].month, len(months)) == ("2022-02-01", "2024-01-01", 24)
    every = (date(2022, 2, 1), date(2024, 1, 31))
    assert sum(m.hot_spots for m in months) == counted(timed, every, SPOTS, SERIOUS)


def test_a_crime_before_midnight_of_summer_time_belongs_to_the_local_day(timed, tmp_path, own_copy):
    world = own_copy(timed, tmp_path)
    with (world.folder / "export.csv").open("a", newline="", encoding="utf-8") as file:
        # 00:30 on the first day of a window that begins in summer time is 23:30 UTC the day before
        csv.writer(file).writerow(["X1", "2022-07-04 00:30", 458_530, 304_480, "8N", "yes"])
    assert (
        datetime(2022, 7, 4, 0, 30, tzinfo=ZoneInfo("Europe/London"))
        .astimezone(ZoneInfo("UTC"))
        .day
        == 3
    )
    window = (date(2022, 7, 4), date(2022, 8, 28))
    windows = """
before = { first = 2022-07-04, last = 2022-08-28 }
after = { first = 2023-07-03, last = 2023-08-27 }
"""
    outcome = evaluate(world, windows=windows).outcomes[0]
    assert outcome.before == counted(timed, window, SPOTS, SERIOUS) + 1


def test_hot_spots_can_be_chosen_on_timed_crimes(timed):
    select = """
window = { first = 2022-02-28, last = 2022-09-11 }
definition = "serious-violence"
study_area = "study-area.geojson"
count = 3
size_m = 150
"""
    results = evaluate(timed, hot_spots="", hot_spots__select=select, comparison=None)
    spots = results.outcomes[0].areas
    assert len(spots) == 3
    assert all(area.area_m2 == pytest.approx(150**2, rel=1e-4) for area in spots)
    assert "selected-on-before" in {g.id for g in results.guards}
    assert results.outcomes[0].expected_after is not None


def test_windows_of_unequal_days_have_no_pairs_even_with_as_many_pieces(timed):
    windows = """
before = { first = 2022-02-28, last = 2023-01-22 }
after = { first = 2023-02-27, last = 2024-01-10 }
override = "The file ends there."
"""
    outcome = evaluate(timed, windows=windows).outcomes[0]
    paired = next(e for e in outcome.estimates if e.id == "rate-ratio-paired-months")
    assert paired.value is None
    exact = next(e for e in outcome.estimates if e.id == "rate-ratio-exact")
    assert exact.value == pytest.approx((outcome.after / 318) / (outcome.before / 329))
