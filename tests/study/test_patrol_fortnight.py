"""A simulated fortnight from end to end: what is told against what truly happened."""

from datetime import date, timedelta

import polars as pl
import pytest

from patrolwise.study.patrol_costs import cost_services
from patrolwise.study.patrol_measures import measure_patrols
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.patrol_study import describe_patrols
from patrolwise.study.reading import read_patrol_programme

RULE = SimulationRule(seed=1, breach_rate=0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fortnight") / "simulated"
    write_simulated_programme(folder, RULE)
    return folder


@pytest.fixture(scope="module")
def tables(folder):
    programme = read_patrol_programme(folder / "programme.toml")
    return measure_patrols(programme, progress=lambda what: None)


@pytest.fixture(scope="module")
def results(tables):
    return describe_patrols(tables)


@pytest.fixture(scope="module")
def truth(folder):
    """Return (service, hot spot) → true minutes of true visits."""
    visits = pl.read_csv(folder / "truth" / "true-visits.csv").filter(~pl.col("is_pass_through"))
    sums = visits.group_by("unit_id", "area_id").agg(pl.col("inside_s").sum() / 60)
    return {(unit.split("-")[1], area): minutes for unit, area, minutes in sums.iter_rows()}


def test_minutes_in_hot_spots_agree_with_the_truth_most_of_the_time(results, truth):
    held = [
        dose.low_min <= truth[dose.service, dose.area_id] <= dose.high_min + dose.unknown_min
        for dose in results.doses
    ]
    assert len(held) == 14
    assert sum(held) >= 9  # trackers are silent at times, also from inside to outside
    for service in results.services:
        true = sum(minutes for (name, _), minutes in truth.items() if name == service)
        told = [dose for dose in results.doses if dose.service == service]
        assert true == pytest.approx(sum(dose.patrol_min for dose in told), rel=0.1)


def test_the_total_of_a_service_has_one_interval_everywhere(tables, results):
    assert [total.service for total in results.totals] == ["outreach", "police"]
    for total, cost, finding in zip(results.totals, results.costs, results.findings, strict=False):
        own = [dose for dose in results.doses if dose.service == total.service]
        assert total.patrol_min == pytest.approx(sum(dose.patrol_min for dose in own))
        widest = sum(dose.high_min for dose in own) - sum(dose.low_min for dose in own)
        assert total.high_min - total.low_min < widest
        # the cost divides by the same minutes, as sure
        assert total.low_min == pytest.approx(cost.pounds / cost.high, rel=1e-6)
        assert total.high_min == pytest.approx(cost.pounds / cost.low, rel=1e-6)
        assert f"{total.low_min:,.0f} to {total.high_min:,.0f}, 95 % interval" in finding
        assert (total.visits, total.pass_throughs) == (
            sum(dose.visits for dose in own),
            sum(dose.pass_throughs for dose in own),
        )
        assert total.days_met + total.days_short + total.days_unclear == total.days_planned
        assert total.planned_min == pytest.approx(sum(dose.planned_min for dose in own))


def test_every_planted_breach_is_found(folder, results):
    stays = pl.read_csv(folder / "truth" / "stays.csv", try_parse_dates=True)
    planted = stays.filter(pl.col("is_breach"))
    assert planted.height > 0, "the simulation planted none: choose another seed"
    (separation,) = results.separation
    for area_id, start, end in planted.select("area_id", "start", "end").iter_rows():
        assert any(
            meeting.area_id == area_id
            and meeting.start <= f"{end:%Y-%m-%dT%H:%M:%SZ}"
            and meeting.end >= f"{start:%Y-%m-%dT%H:%M:%SZ}"
            for meeting in separation.meetings
        )
    assert separation.minutes_together > 1


def test_kept_apart_they_never_stay_together(tmp_path):
    write_simulated_programme(tmp_path / "apart", SimulationRule(seed=1))
    programme = read_patrol_programme(tmp_path / "apart" / "programme.toml")
    found = describe_patrols(measure_patrols(programme, progress=lambda what: None))
    assert found.separation[0].minutes_together < 1, "position error at an edge, and no more"


def test_every_planted_abstraction_shows(folder, results):
    planted = pl.read_csv(folder / "abstractions.csv")
    told = {(one.service, one.reason): one.times for one in results.abstractions}
    assert told == {
        (service, reason): times
        for service, reason, times in planted.group_by("service", "reason").len().iter_rows()
    }


def test_the_cost_is_the_ledgers_pounds_over_the_minutes_told(folder, tables, results):
    ledger = pl.read_csv(folder / "ledger.csv")
    for cost in results.costs:
        pounds = ledger.filter(pl.col("service") == cost.service)["pounds"].sum()
        minutes = sum(dose.patrol_min for dose in results.doses if dose.service == cost.service)
        assert cost.per_minute == pytest.approx(pounds / minutes)
        assert f"{cost.service}: £{pounds / minutes:.2f} a credited minute per" in cost.sentence
        assert f"; £{cost.corrected:.2f} a minute on the minutes expected" in cost.sentence
        assert "2024-06-03 to 2024-06-16" in cost.sentence
    comparison = cost_services(tables).comparison
    assert results.cost_difference.difference_percent == comparison.difference_percent
    assert results.cost_difference.sentence in results.findings


def test_police_are_judged_by_the_rule_of_the_day(results):
    police = [day for day in results.days if day.service == "police"]
    changed = RULE.changed.isoformat()
    for day in police:
        if day.verdict == "not planned":
            assert date.fromisoformat(day.day).isoweekday() in (5, 6)
        else:
            assert day.planned_min == (15.0 if day.day < changed else 20.0)
    # two visits of 10 minutes do not do what one of 15 did, and the other way round
    twice = [day for day in police if day.day >= changed and day.verdict == "met"]
    assert twice
    assert all(day.visits >= 2 for day in twice)
    once = [day for day in police if day.day < changed and day.verdict == "met"]
    assert any(day.visits == 1 for day in once)


def test_partners_reports_are_in_no_sum(folder, results):
    told = pl.read_csv(folder / "reported-minutes.csv")["minutes"].sum()
    assert sum(one.minutes for one in results.reported) == told > 0
    assert results.services == ("outreach", "police")
    assert {dose.service for dose in results.doses} == {"outreach", "police"}


def test_everything_is_marked_simulated(results):
    assert results.is_simulated
    assert results.quality[0].what == "Simulated"
    assert all(stay.unit_id.startswith("simulated-") for stay in results.stays)


def test_the_last_day_with_patrols_is_shown_and_its_tracks_when_asked(tables, results):
    last = RULE.window.last
    while last.isoweekday() in (5, 6):
        last -= timedelta(days=1)
    assert results.shown_day == last.isoformat()
    assert results.tracks == ()
    shown = describe_patrols(tables, with_tracks=True)
    assert {track.service for track in shown.tracks} == {"outreach", "police"}
