"""From files to the comparison of days: the same figures as by hand, and every file checked."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.crimes.day_counts import DayRule, count_by_day
from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.day_comparison import DayComparisonRule, DayInputs, compare_days
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.reporting.day_document import build_day_document
from patrolwise.reporting.day_wording import tell_days
from patrolwise.study.day_doses import read_doses
from patrolwise.study.day_study import DayRequest, study_days
from patrolwise.study.day_writing import write_days
from patrolwise.study.programme import HarmSource
from patrolwise.study.writing import make_plain
from patrolwise.times import Window

from .day_worlds import WINDOW, list_days, make_world

RULE = DayComparisonRule(service="police", draws=199)


def silent(_step):
    return None


def request(world, **changes):
    usual = DayRequest(
        crimes=(world.crimes,),
        mapping=world.mapping,
        areas=world.areas,
        doses=(world.doses,),
        definition="all-crime",
        rule=RULE,
    )
    return replace(usual, **changes)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("days"))


@pytest.fixture(scope="module")
def drawn_world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("drawn"), is_drawn=True, outreach=True)


@pytest.fixture(scope="module")
def results(world):
    return study_days(request(world, harm=HarmSource()), progress=silent)[0]


@pytest.fixture(scope="module")
def drawn_results(drawn_world):
    given = request(
        drawn_world, seal=drawn_world.seal, published=drawn_world.published, hours=(14, 20)
    )
    return study_days(given, progress=silent)[0]


def test_the_headline_is_that_of_the_same_tables_by_hand(world, results):
    areas = read_areas(world.areas).areas
    crimes = read_crimes([world.crimes], mapping=world.mapping).crimes
    counts = count_by_day(crimes, areas, DayRule(window=WINDOW))
    doses = pl.read_csv(world.doses, try_parse_dates=True)
    days = list_days()
    minutes = np.zeros((areas.height, len(days)))
    for row in doses.iter_rows(named=True):
        place = areas["area_id"].to_list().index(row["area_id"])
        minutes[place, days.index(row["day"])] = row["patrol_min"]
    found = compare_days(
        DayInputs(
            area_ids=counts.area_ids,
            days=counts.days,
            crimes=counts.values,
            minutes={"police": minutes},
            visits={"police": (minutes > 0).astype(float)},
        ),
        RULE,
        np.random.default_rng(1),
    )
    assert results.headline == found.headline
    assert (results.patrolled, results.without) == (found.patrolled, found.without)
    assert results.headline.value < 0.9


def test_days_that_nobody_drew_are_never_said_to_have_prevented_anything(results):
    assert "days-not-drawn" in {guard.id for guard in results.guards}
    assert "this design cannot say" in results.verdict
    assert results.is_simulated
    assert len(results.harm) == 3
    told = tell_days(results)
    assert told.startswith("! ")
    assert results.verdict in told
    assert "Not" not in results.allocation_sha256


def test_days_that_were_drawn_are_tested_by_their_own_set(drawn_results):
    assert drawn_results.is_drawn
    assert len(drawn_results.allocation_sha256) == 64
    assert "drawn for patrol of police" in drawn_results.verdict
    assert "days-not-drawn" not in {guard.id for guard in drawn_results.guards}
    assert "199 allocations" in drawn_results.headline.note
    assert [one.id for one in drawn_results.beside][1] == "patrol-days-delivered"
    assert len(drawn_results.together) == 3
    assert "14:00 to 20:00" in tell_days(drawn_results)


def test_reports_are_written_whole_and_hold_every_section(results, drawn_results, tmp_path):
    written = write_days(results, tmp_path / "out", progress=silent)
    assert sorted(path.name for path in written) == ["days.json", "report.html", "report.pdf"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "this design cannot say" in page
    assert page.count("Simulated data.") >= 5
    document = json.loads((tmp_path / "out" / "days.json").read_text(encoding="utf-8"))
    assert document["headline"]["value"] == results.headline.value
    ids = [section.id for section in build_day_document(results).sections]
    assert ids == ["findings", "days", "harm", "dose", "data", "limits", "made"]
    real = build_day_document(replace(drawn_results, is_simulated=False, curves=(), lags=()))
    assert real.notice == ""
    bare = replace(drawn_results, lags=(), scales=(), together=())
    assert "Day after day" not in tell_days(bare)
    assert "looked for afterwards:" not in tell_days(bare)
    shown = [section.id for section in real.sections]
    assert shown == ["findings", "days", "data", "limits", "made"]


def test_the_same_request_gives_the_same_document(world, results):
    again = study_days(request(world, harm=HarmSource()), progress=silent)[0]
    assert make_plain(again) == make_plain(results)


def test_a_shorter_window_can_be_asked_for(world):
    short = Window("days", WINDOW.first, WINDOW.first + timedelta(days=83))
    found = study_days(request(world, window=short), progress=silent)[0]
    assert found.window.days == 84
    assert found.patrolled.days + found.without.days <= 5 * 84
    assert not found.harm


def test_a_seal_needs_what_was_published_and_must_fit(drawn_world, world):
    with pytest.raises(InputError, match="go together"):
        request(drawn_world, seal=drawn_world.seal)
    both = {"seal": drawn_world.seal, "published": drawn_world.published}
    rule = replace(RULE, service="outreach")
    with pytest.raises(InputError, match="no arm has outreach"):
        study_days(request(drawn_world, rule=rule, **both), progress=silent)
    short = Window("days", date(2024, 6, 10), WINDOW.last)
    with pytest.raises(InputError, match="its days run from"):
        study_days(request(world, window=short, **both), progress=silent)


def test_an_allocation_of_other_hot_spots_is_refused(tmp_path):
    other = make_world(tmp_path, is_drawn=True, seed=5)
    text = other.areas.read_text(encoding="utf-8").replace("spot-0", "other-0")
    other.areas.write_text(text, encoding="utf-8")
    doses = other.doses.read_text(encoding="utf-8").replace("spot-0", "other-0")
    other.doses.write_text(doses, encoding="utf-8")
    both = {"seal": other.seal, "published": other.published}
    with pytest.raises(InputError, match=r"lacks the hot spots other-0"):
        study_days(request(other, **both), progress=silent)


def test_a_seal_that_was_changed_after_the_hash_was_told_is_refused(drawn_world, tmp_path):
    text = drawn_world.seal.read_text(encoding="utf-8")
    changed = tmp_path / "sealed.json"
    changed.write_text(text.replace('"seed": "7"', '"seed": "8"'), encoding="utf-8")
    assert changed.read_text(encoding="utf-8") != text
    with pytest.raises(RefusedError, match="Do not call its allocation randomised"):
        study_days(
            request(drawn_world, seal=changed, published=drawn_world.published), progress=silent
        )


def test_doses_are_laid_out_by_service_hot_spot_and_day(drawn_world):
    areas = read_areas(drawn_world.areas).areas
    doses = read_doses([drawn_world.doses], areas, None)
    assert set(doses.minutes) == {"police", "outreach"}
    rows = pl.read_csv(drawn_world.doses, try_parse_dates=True)
    for row in rows.sample(40, seed=1).iter_rows(named=True):
        place = areas["area_id"].to_list().index(row["area_id"]), list_days().index(row["day"])
        assert doses.minutes[row["service"]][place] == row["patrol_min"]
        assert doses.visits[row["service"]][place] == row["visits"]
    assert not doses.is_simulated


def test_doses_of_several_files_are_joined_and_overlaps_and_gaps_are_told(world, tmp_path):
    areas = read_areas(world.areas).areas
    rows = pl.read_csv(world.doses, try_parse_dates=True)
    early, late = (tmp_path / name for name in ("early.csv", "late.csv"))
    cut = date(2024, 8, 1)
    rows.filter(pl.col("day") < cut).with_columns(simulated=pl.lit("true")).write_csv(early)
    rows.filter(pl.col("day") >= cut).write_csv(late)
    joined, whole = read_doses([early, late], areas, None), read_doses([world.doses], areas, None)
    assert (joined.minutes["police"] == whole.minutes["police"]).all()
    assert joined.is_simulated
    with pytest.raises(InputError, match=r"more than once, such as police in spot-0"):
        read_doses([world.doses, late], areas, None)
    rows.filter(pl.col("day") != cut).write_csv(late)
    with pytest.raises(InputError, match=r"5 hot spot-days have no row.*spot-0 on 2024-08-01"):
        read_doses([late], areas, None)


def test_a_file_that_is_no_table_of_doses_is_told(world, tmp_path):
    areas = read_areas(world.areas).areas
    with pytest.raises(InputError, match="cannot be read"):
        read_doses([tmp_path / "nothing.csv"], areas, None)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks area_id"):
        read_doses([other], areas, None)
    other.write_text(world.doses.read_text(encoding="utf-8").splitlines()[0] + "\n", "utf-8")
    with pytest.raises(InputError, match="there is no dose"):
        read_doses([other], areas, None)


def test_a_hot_spot_set_is_named_by_its_key(world, results, tmp_path):
    from datetime import date as day

    from patrolwise.files.hot_spot_sets import write_hot_spot_set
    from patrolwise.hot_spots import HotSpotSet

    areas = read_areas(world.areas).areas
    spots = HotSpotSet(
        id="town",
        version=1,
        window=Window("chosen on", day(2023, 1, 1), day(2023, 12, 31)),
        definition="all-crime@1",
        method="drawn by hand",
        areas=areas,
    )
    write_hot_spot_set(tmp_path / "set.geojson", spots)
    found = study_days(request(world, areas=tmp_path / "set.geojson"), progress=silent)[0]
    assert found.hot_spots == spots.key
    assert found.headline.value == pytest.approx(results.headline.value)


def test_crimes_that_are_not_simulated_are_not_said_to_be(world, tmp_path):
    real = tmp_path / "crimes.csv"
    real.write_text(world.crimes.read_text(encoding="utf-8").replace("simulated-", "n"), "utf-8")
    found = study_days(request(world, crimes=(real,)), progress=silent)[0]
    assert not found.is_simulated
    assert not tell_days(found).startswith("! Sim")


def test_two_services_and_neither_are_compared_arm_with_like_arm():
    from types import SimpleNamespace

    from patrolwise.study.day_lots import _sides_of

    def sides(*arms):
        rule = SimpleNamespace(arms=[SimpleNamespace(services=arm) for arm in arms])
        made = _sides_of(SimpleNamespace(design=SimpleNamespace(rule=rule)), "police")
        return made[: len(arms)].tolist()

    four = (("police",), ("outreach",), ("police", "outreach"), ())
    assert sides(*four) == [0, 1, 0, 1]
    assert sides(("police",), ("outreach",), ()) == [0, -1, 1]
