"""One force beside all others over time: its level, its strongest run, days between homicides."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from patrolwise.benchmarking.rare_events import chart_gaps
from patrolwise.benchmarking.spans import Period
from patrolwise.cli.__main__ import main
from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import InputError
from patrolwise.files.rare_dates import read_rare_dates
from patrolwise.reporting.benchmark_time_sections import list_over_time, tell_over_time
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.benchmark_follow import SCANNED, cut_series, find_level, find_window
from patrolwise.study.benchmark_gaps import chart_days_between
from patrolwise.study.benchmark_writing import list_gaps, list_quarters, list_runs

QUARTERS = [Period(first=date(2014, 4, 1), quarters=1).before(-k).label for k in range(36)]


def simulate(high=1.0, quarters=36):
    """Forces whose quarters vary by 4 % beyond chance; the second is higher from the 31st on."""
    rng = np.random.default_rng(0)
    means = np.outer(np.linspace(300, 900, 12), rng.normal(1.0, 0.05, quarters))
    means[1, 30:] *= high
    return rng.poisson(means * rng.normal(1.0, 0.04, means.shape)).astype(float)


def test_a_force_that_moved_is_told_where_and_how_far_and_its_run_stands_out():
    counts = simulate(1.5)
    counts[5, 20] = np.nan  # a force that is not known throughout is no part of the others
    series = cut_series(counts, 1, QUARTERS, newest=4)
    assert series.table.shape == (11, 36)
    assert series.table[0].tolist() == counts[1].tolist()
    level = find_level(series)
    (told,) = level.moves
    assert told.startswith("From 2021/22 Q3 about 49 %")
    assert "above its level before" in told
    assert (level.is_moved, level.counts[30]) == (False, int(counts[1, 30]))
    assert level.others[30] == counts[:, 30].sum() - counts[1, 30] - counts[5, 30]
    assert level.in_control == pytest.approx(100, abs=0.1)
    window = find_window(series)
    assert (window.first, window.last) == ("2021/22 Q3", "2022/23 Q2")
    assert (window.since, window.until) == (QUARTERS[-SCANNED], QUARTERS[-1])
    assert window.observed == counts[1, 30:34].sum()
    cut = series.table[:, -SCANNED:]
    share = cut[0].sum() / cut.sum()
    assert window.expected == pytest.approx(share * cut[:, 14:18].sum())
    assert window.p == pytest.approx(0.004)
    assert window.told.startswith("From 2021/22 Q3 to 2022/23 Q2 it recorded")


def test_where_nothing_moved_nothing_stands_out():
    series = cut_series(simulate(), 1, QUARTERS, newest=4)
    assert find_level(series).moves == ()
    assert find_window(series).told.startswith("No run stands out. The strongest: ")


def test_too_few_quarters_or_forces_are_not_followed():
    counts = simulate()
    assert cut_series(counts[:, :11], 1, QUARTERS[:11], newest=4) is None
    assert cut_series(counts[:4], 1, QUARTERS, newest=4) is None
    counts[1, 20] = -1.0
    assert cut_series(counts, 1, QUARTERS, newest=4).labels[0] == QUARTERS[21]
    nothing = cut_series(np.zeros((6, 36)), 1, QUARTERS, newest=4)
    assert (find_level(nothing), find_window(nothing)) == (None, None)


def write_dates(folder, days, header="date"):
    path = folder / "dates.csv"
    path.write_text("\n".join([header, *days]) + "\n")
    return path


DAYS = [(date(2022, 1, 5) + timedelta(days=40 * k)).isoformat() for k in range(20)]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = write_dates(tmp_path_factory.mktemp("dates"), DAYS)
    request = BenchmarkRequest(
        files=[demo_recorded_crime()],
        measures=["homicide", "robbery"],
        period="2023/24",
        force="Kent",
        dates=path,
    )
    return benchmark(request, progress=lambda _: None)


def test_homicides_are_charted_by_days_between_where_dates_are_given(results):
    homicide, robbery = results.measures
    kept = [day for day in DAYS if day < "2024-04-01"]
    assert homicide.gaps.dates == tuple(kept[1:])
    assert homicide.gaps.days == (40,) * (len(kept) - 1)
    assert homicide.gaps.high == pytest.approx(chart_gaps(homicide.gaps.days).high[0])
    assert robbery.gaps is None
    told = str(tell_over_time("Kent", homicide, (600,)))
    assert "days from each to the next" in told
    assert f"{len(kept)} from 2022-01-05 to {kept[-1]}" in told
    assert "were given" not in told
    assert list_gaps(results)["days"].to_list() == [40] * (len(kept) - 1)
    assert "Newest move of its level" in str(list_over_time(results))
    assert set(list_quarters(results)["measure"]) == {"homicide", "robbery"}
    assert list_runs(results)["measure"].to_list() == ["homicide", "robbery"]


def test_a_long_gap_is_a_sign_of_fewer_and_few_gaps_are_trial(results):
    days = [date(2023, 1, 1) + timedelta(days=3 * k) for k in range(10)] + [date(2024, 1, 1)]
    record = chart_days_between(days, date(2024, 3, 31))
    assert record.is_trial
    homicide = replace(results.measures[0], gaps=record)
    told = str(tell_over_time("Kent", homicide, (600,)))
    assert "fewer than 12 gaps" in told
    bare = replace(homicide, level_over_time=None, window=None, over_time=None, gaps=None)
    assert list_over_time(replace(results, measures=(bare,))) == []
    (none_given,) = tell_over_time("Kent", bare, (600,))
    assert "none were" in none_given.text
    assert record.days[-1] > record.high
    assert record.signals[0].startswith("Date 2024-01-01: above the centre")
    assert "90 days without one to 2024-03-31" in record.told


def test_dates_that_cannot_be_charted_are_told(tmp_path, capsys):
    rows = ["2023-01-01,Kent", "2023-02-01,", "2023-02-02,Essex"]
    assert len(read_rare_dates(write_dates(tmp_path, rows, "date,force"), "Kent")) == 2
    with pytest.raises(InputError, match="No row is of Surrey"):
        read_rare_dates(write_dates(tmp_path, rows[::2], "date,force"), "Surrey")
    sample = str(demo_recorded_crime())
    words = ["benchmark", sample, "--dates", str(write_dates(tmp_path, DAYS[:5]))]
    assert main([*words, "--measure", "robbery", "--period", "2023/24"]) == 10
    told = capsys.readouterr().err
    assert "Name it with --force" in told
    assert "Add --measure homicide" in told
    asked = ["--measure", "homicide", "--period", "2023/24", "--force", "Kent"]
    assert main([*words, *asked]) == 10
    assert "has 5 dates of Kent" in capsys.readouterr().err
    write_dates(tmp_path, ["2023-01-01,A. Person"], "date,name")
    assert main([*words, *asked]) == 10
    assert "tell of persons" in capsys.readouterr().err
